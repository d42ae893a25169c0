"""What the page promises about training: no times but measured ones, no pictures but drawn ones.

And what it says of brightness: the numbers of the formula.
"""

import math
import re

import pytest

from tests.support.each import each
from tests.unit.test_glossary import CHINESE, ENGLISH

LANGUAGES = pytest.mark.parametrize(
    ("words", "drawn", "times"),
    [
        (ENGLISH, "drawn|draws", r"\b(minutes?|seconds|hours?)\b"),
        (CHINESE, "绘制", "分钟|小时"),
    ],
    ids=["English", "Chinese"],
)


@LANGUAGES
def test_street_scenes_are_called_drawn(words, drawn, times):
    scenes = [key for key, text in ENGLISH.items() if "street scene" in text]
    assert len(scenes) > 3
    assert [key for key in scenes if not re.search(drawn, words[key])] == []


@LANGUAGES
def test_a_time_of_training_is_a_measured_one(words, drawn, times):
    """A duration stands beside a placeholder, or it is a bound of starting up."""
    train = {key: text for key, text in words.items() if key.startswith(".train.")}
    timed = {key for key, text in train.items() if re.search(times, text)}
    promised = {key for key in timed if not re.search(r"\{(amount|minutes|seconds)\}", train[key])}
    assert promised <= {".train.state.starting"}


@each("words", {"English": ENGLISH, "Chinese": CHINESE})
def test_what_is_said_of_tanh_is_what_it_makes_of_the_values(words):
    """Brightness is (tanh v + 1) / 2: neither -1 is black nor 1 is white."""
    said = [int(percent) for percent in re.findall(r"(\d+)\s%", words[".mapping.tanh"])]
    assert said == [round(50 * (math.tanh(value) + 1)) for value in (-1, 1)]


@each(("words", "other"), {"English": (ENGLISH, "another z"), "Chinese": (CHINESE, "换一个 z")})
def test_of_dead_channels_nothing_is_said_about_another_z(words, other):
    """With a batch of one and training=True, or with z_scale 0, no other z changes anything."""
    dead = {key: text for key, text in words.items() if re.search(r"\.(flat|diag\w+)\..*dead", key)}
    assert len(dead) == 4
    assert [key for key, text in dead.items() if other in text] == []


@each("words", {"English": ENGLISH, "Chinese": CHINESE})
def test_a_run_is_said_to_set_the_structure_and_the_weights_alone(words):
    """The mapping of the output stays as it was chosen."""
    assert "tanh" not in words[".train.moves"]


@each(("words", "shown"), {"English": (ENGLISH, "two grids"), "Chinese": (CHINESE, "两组图片")})
def test_what_curves_mean_is_said_without_pictures_that_may_not_be_there(words, shown):
    """Curves stand while a run goes on; the grids only where one of its moments is shown."""
    curves = [text for key, text in words.items() if key.startswith(".train.") and "_read" in key]
    assert len(curves) > 3
    assert [text for text in curves if shown in text] == []


_PLURALS = (
    "numbers|rows|columns|cells|channels|items|values|times|products|vectors|filters|units|axes"
    "|pairs|pictures|steps|entries|taps|weights|characters|contributions|sizes|layers|come|are|need"
)
_COUNTED = re.compile(rf"\{{(\w+)\}}[ \u00a0](?:[\w-]+ )?(?:{_PLURALS})\b")
# Numbers that are never 1, or no count: a bound, a product of two sides, a name, a list.
_NEVER_ONE = {
    "errors": None, "ops": None, "overlap": None,
    "ui": {"base_width", "upsample_dim", "channels"},  # of a dense layer; more than are shown
    "diagnostics": {"cells", "exact", "stage"},
    "shape_reasons": {"found", "wanted", "items", "dimension", "batch", "values"},
    "canvas": {"kept", "total"}, "pad_reads": {"inner", "cells", "copies"},
    "samples": {"count"}, "weights": {"blocks"}, "train": {"speed", "minutes"}, "carry": {"after"},
    "arguments": {"columns", "channels", "kernel", "mode", "values"},
}  # fmt: skip


def test_one_of_a_thing_is_not_called_many():
    """Text has no plural forms: a number that may be 1 stands where no word depends on it."""
    for key, text in ENGLISH.items():
        allowed = _NEVER_ONE.get(key.split(".")[1], set())
        counted = set(_COUNTED.findall(text))
        assert allowed is None or counted <= allowed, (key, counted - allowed)
