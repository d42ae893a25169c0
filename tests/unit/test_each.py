"""Tests of many values in one: none is left out, and what fails is named."""

import contextlib
import inspect

import pytest

from tests.support.each import each


class Recorder:
    """Stands in for pytest's `subtests`."""

    def __init__(self):
        self.asked, self.failed = [], []

    @contextlib.contextmanager
    def test(self, **shown):
        self.asked.append(shown)
        try:
            yield
        except AssertionError:
            self.failed.append(shown)


def test_every_value_is_asked_and_those_that_fail_are_named():
    @each("value", [1, 2, 3, 4])
    def is_odd(value):
        assert value % 2

    recorder = Recorder()
    is_odd(recorder)
    assert recorder.asked == [{"value": value} for value in (1, 2, 3, 4)]
    assert recorder.failed == [{"value": 2}, {"value": 4}]


def test_several_make_all_combinations_and_keys_are_shown_for_values():
    seen = []

    @each("sign", {"plus": 1, "minus": -1})
    @each(("a", "b"), [(1, 2), (3, 4)])
    def collect(fixture, sign, a, b):
        seen.append((fixture, sign, a, b))

    recorder = Recorder()
    collect(recorder, fixture="x")
    assert seen == [("x", 1, 1, 2), ("x", 1, 3, 4), ("x", -1, 1, 2), ("x", -1, 3, 4)]
    assert recorder.asked[-1] == {"sign": "minus", "a": 3, "b": 4}


def test_fixtures_are_asked_for_and_values_are_not():
    @each("value", [1])
    def take(tmp_path, value): ...

    assert [*inspect.signature(take).parameters] == ["subtests", "tmp_path"]


def test_no_values_are_refused():
    with pytest.raises(ValueError, match="no values"):
        each("value", [])
