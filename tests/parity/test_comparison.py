"""The comparison of stages fails on whatever is wrong."""

import numpy as np
import pytest

from tests.parity.comparison import stage_error, stages_apart
from tests.support.each import each

RIGHT = {
    "a": np.linspace(-3, 1, 24, dtype=np.float32).reshape(2, 3, 4),
    "b": np.full((2, 2), 5, np.float32),
    "c": np.zeros((3,), np.float32),
}


def shifted(name: str, by: float) -> dict[str, np.ndarray]:
    changed = {key: value.copy() for key, value in RIGHT.items()}
    changed[name].flat[1] += np.float32(by)
    return changed


def test_equal_stages_agree():
    assert stages_apart(RIGHT, {name: value.copy() for name, value in RIGHT.items()}, 0.0) == []


@each(("name", "span"), [("a", 4.0), ("b", 5.0), ("c", 1.0)])
def test_one_value_off_is_measured_against_the_range(name, span):
    assert stage_error(RIGHT[name], shifted(name, 1e-3)[name]) == pytest.approx(1e-3 / span, 1e-2)
    assert stages_apart(RIGHT, shifted(name, 0.5e-5 * span), 1e-5) == []
    (line,) = stages_apart(RIGHT, shifted(name, 2e-5 * span), 1e-5)
    assert line.startswith(f"{name}: ")


@each("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_found_on_either_side(bad):
    assert stages_apart(RIGHT, shifted("a", bad), 1.0) == ["a: inf"]
    assert stages_apart(shifted("a", bad), RIGHT, 1.0) == ["a: inf"]


@each(
    "wrong",
    {
        "axes": RIGHT["a"].transpose(1, 0, 2),
        "fewer": RIGHT["a"][:1],
        "rank": RIGHT["a"][None],
        "type": RIGHT["a"].astype(np.float64),
    },
)
def test_another_shape_or_type_is_found(wrong):
    assert stages_apart(RIGHT, RIGHT | {"a": wrong}, 1.0) == ["a: inf"]


def test_a_missing_added_or_moved_stage_is_found():
    without = {name: value for name, value in RIGHT.items() if name != "b"}
    for wrong in (without, RIGHT | {"d": RIGHT["a"]}, dict(reversed(RIGHT.items())), {}):
        (line,) = stages_apart(RIGHT, wrong, 1.0)
        assert line.startswith("stages ")
