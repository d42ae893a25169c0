"""The reader of expected shapes: what it reads stays, and it takes time by the text's length."""

import itertools
import time

from hypothesis import example, given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.expected_shape import read_expectation
from explorer.model.stages import stages
from tests.support.each import each
from tests.support.examples import examples, is_thorough
from tests.unit import reference_shapes
from tests.unit.refusals import refused

PLAN = {stage.name: stage for stage in stages(GeneratorConfig(), 1)}
LENGTH = 20_000
MOST_SECONDS = 0.05

TOKENS = [
    *"[](),x×?:- \n\t1207zZ!.", "\u2003", "\x1c", "٣", "-1", "None", "none", ", ", "1,32,64,3",
    "[1,32,64,3]", "(None, 8, 16, 128)", "[1,64,64,3]", "[1, 8192]", "expected ", "Expect", "got ",
    "received ", "Found ", "shape=",
    "expected axis -1 of input shape to have value 16", "z", "z:",
    "expected axis 9 of input shape to have value 0", "fc1/dense", "upsample1/actv",
    " conv_out/pad:",
]  # fmt: skip


def outcome(read, text: str) -> tuple:
    """What a reader makes of a text: stage and shape, or the code of its refusal."""
    try:
        return read(PLAN, text)
    except ExplorerError as error:
        return error.code, error.field


@examples(3000)
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
@example("[1, 32, 64, 3] [1, 32, 64, 3] expected [1, 32, 64, 3] (2,)")
def test_it_reads_as_the_plain_patterns_do(text):
    assert outcome(read_expectation, text) == outcome(reference_shapes.read_expectation, text)


@examples(2000)
@given(st.text(st.sampled_from("[]()0123-?Nonex×, :z\u2003"), max_size=14))
def test_it_reads_short_texts_as_the_plain_patterns_do(text):
    assert outcome(read_expectation, text) == outcome(reference_shapes.read_expectation, text)


UNITS = [
    *"[](),x×?:-! \n19٣zN.\0", "1   ", "1 , ",
    "1x", "-1", "--1", "None", "NoneN", "[1", "(1,", "[1]",
    "[ ", "1]", "()", "[1,32,64,3]", "[1,32,64,3] ", "(1, 8192)", "[1,2,3,4]", "received ", "got(",
    "expected ", "expected [", "expected axis ", "expected axis 1 of input shape to have value ",
    "z ", "fc1/dense ", "fc1/dense.", "upsample1/actv [",
    "conv_out/conv2d: [1]", "\u2003", "é", "\ud800",
]  # fmt: skip
PREFIXES = [
    "",
    "[",
    "[1",
    "[1,",
    "1",
    "1, ",
    "z: ",
    "expected ",
    "received [1] [2]",
    "expected axis ",
]
SUFFIXES = ["", "!", "]", "[1]", "[1,2] [3]"]
MANY_SHAPES = {
    "different": "".join(f"[{number}]" for number in range(LENGTH)),
    "different pairs": "".join(f"[{a},{a + 1}]" for a in range(LENGTH)),
    "different maps": "".join(f"[1,{a},64,3]" for a in range(LENGTH)),
    "one that is wanted": "expected [1,32,64,3] " * (LENGTH // 21 - 1) + "[9]",
    "one that came": "[9] " + "[1,32,64,3] expected " * LENGTH,
    "axes": "[" + "1," * LENGTH + "]",
}


def seconds(text: str) -> float:
    """Of computing, the best of a few."""
    times = []
    for _ in range(5):
        start = time.thread_time()
        outcome(read_expectation, text)
        times.append(time.thread_time() - start)
        if times[-1] < MOST_SECONDS:
            break
    return min(times)


@each(("at", "unit"), [*enumerate(UNITS)])
def test_a_long_text_takes_little_time(at, unit):
    """Between all beginnings and ends in a thorough run, else between some by turns."""
    around = [*itertools.product(PREFIXES, SUFFIXES)]
    for prefix, suffix in around if is_thorough() else around[at % 3 :: 3]:
        repeated = unit * (LENGTH // len(unit))
        text = prefix + repeated[: LENGTH - len(prefix) - len(suffix)] + suffix
        assert seconds(text) < MOST_SECONDS, ascii((prefix, unit, suffix))


@each("text", MANY_SHAPES)
def test_many_shapes_take_little_time(text):
    assert seconds(text[:LENGTH]) < MOST_SECONDS


def test_a_pasted_row_of_numbers_is_refused_at_once():
    start = time.thread_time()
    with refused("no_shape", field="expected"):
        diagnose(GeneratorConfig(), "1   " * 16 + "!")
    assert time.thread_time() - start < MOST_SECONDS


@each(
    "expected",
    [
        "[1, 64, 1234567890, 3]",
        "1x" + "9" * 10_000,
        "[" + "٣" * 5000 + "]",
        "expected axis 1 of input shape to have value " + "7" * 5000 + ", got (1, 32, 64, 3)",
        (1, 64, 10**9, 3),
        (1, 64, 10**4400, 3),
    ],
)
def test_a_size_that_nobody_means_is_called_so(expected):
    with refused("size_too_long", "9 digits", "?", field="expected"):
        diagnose(GeneratorConfig(), expected)


def test_nine_digits_are_a_size():
    found = diagnose(GeneratorConfig(), "[1, 999999999, 64, 3]")
    assert found.expected == (1, 999_999_999, 64, 3)


def test_an_answer_to_many_shapes_stays_short():
    with refused("no_stage_of_shape", "[7, 1]", field="expected") as caught:
        diagnose(GeneratorConfig(), "".join(f"[7,{number}]" for number in range(1, 2000)))
    assert len(str(caught.value)) < 500
