"""What the page promises about training: no times but measured ones, no pictures but drawn ones."""

import re

import pytest

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
