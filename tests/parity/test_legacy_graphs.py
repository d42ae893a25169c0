"""TensorFlow 1 checkpoints with their .meta open, and every stage agrees with that TensorFlow."""

from pathlib import Path

import numpy as np
import pytest

from explorer import ExplorerError, open_generator, trace
from tests.parity.scripts import run_script
from tests.support.each import each
from tests.support.keras_comparison import apart

GRAPHS = ("trained", "stored", "switched", "sampler", "upsampled", "instances", "dilated")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("legacy_graphs")
    run_script("legacy_graphs.py", made)
    return made


def codes(generator) -> set[str]:
    return {item.code for item in generator.assumed}


@each("name", GRAPHS)
def test_every_stage_agrees_with_the_graph(folder, name):
    told = dict(np.load(folder / f"{name}.npz"))
    generator, weights = open_generator(folder / name / "model.ckpt-7")
    inputs = {node.name: told[node.name] for node in generator.inputs}
    found = trace(generator, weights, inputs)
    assert apart(found, told) == []
    assert list(found)[-1] == list(told)[-1]


def test_the_sizes_that_were_given_are_made(folder):
    generator, _ = open_generator(folder / "sampler" / "model.ckpt-7.meta")
    shapes = {stage.name: stage.shape[1:] for stage in generator.stages()}
    assert [shapes[f"g_h{at}"] for at in (1, 2, 3)] == [(7, 7, 5), (14, 14, 4), (28, 28, 1)]


@each(
    ("name", "code"),
    [("trained", "meta_training"), ("switched", "meta_switched"), ("sampler", "meta_part")],
)
def test_what_the_graph_leaves_open_is_told(folder, name, code):
    generator, _ = open_generator(folder / name / "model.ckpt-7")
    assert code in codes(generator)
    assert "own_statistics" not in codes(generator)


def test_without_its_meta_a_checkpoint_says_what_to_bring(folder, tmp_path):
    for path in (folder / "sampler").iterdir():
        if not path.name.endswith(".meta"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ExplorerError, match=r"model\.ckpt-7\.meta") as raised:
        open_generator(tmp_path / "model.ckpt-7")
    assert raised.value.code == "meta_missing"
