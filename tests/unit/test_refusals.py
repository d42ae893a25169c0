"""The helper `refused` fails where it must."""

import pytest

from explorer import GeneratorConfig
from tests.support.each import each
from tests.unit.refusals import refused


def test_it_passes_on_the_right_error():
    with refused("out_of_range", "C = 0", "1 … 256", field="C"):
        GeneratorConfig(C=0)


@each(
    ("code", "words", "field"),
    [
        ("not_whole", ("C",), "C"),
        ("out_of_range", ("C = 1",), "C"),
        ("out_of_range", ("C",), None),
    ],
)
def test_it_fails_on_another_code_word_or_field(code, words, field):
    with pytest.raises(AssertionError), refused(code, *words, field=field):
        GeneratorConfig(C=0)


def test_it_fails_when_nothing_is_refused():
    with pytest.raises(pytest.fail.Exception), refused("out_of_range"):
        GeneratorConfig(C=1)
