"""Files of Keras 2 open in all their forms, and every stage agrees with that Keras' own layers."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from explorer import open_generator, trace
from tests.parity.scripts import run_script
from tests.support.each import each
from tests.support.examples import is_thorough
from tests.support.keras_comparison import apart, stages_of
from tests.support.keras_models import MODELS

FORMS = ("whole/{}.h5", "new/{}.keras", "parts/{}.json", "old_parts/{}.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("legacy_keras")
    run_script("legacy_keras_models.py", made)
    return made


def forms() -> list[tuple[str, str]]:
    """Each model in every form in a thorough run, else in one of them by turns."""
    by_turns = [(name, FORMS[at % 4]) for at, name in enumerate(MODELS)]
    return [*itertools.product(MODELS, FORMS)] if is_thorough() else by_turns


@each(("name", "form"), forms())
def test_every_stage_agrees_with_the_layers(folder, name, form):
    told = dict(np.load(folder / f"{name}.npz"))
    inputs = {key[3:]: value for key, value in told.items() if key.startswith("in|")}
    stages = {key: value for key, value in told.items() if "|" not in key}
    generator, weights = open_generator(folder / form.format(name))
    found = trace(generator, weights, inputs)
    wanted = {n: v for n, v in stages_of(stages, found).items() if "spectral" not in n}
    assert apart(found, wanted) == []
    assert apart({"out": list(found.values())[-1]}, {"out": told["|output"]}) == []
