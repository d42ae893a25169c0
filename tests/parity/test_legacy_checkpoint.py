"""A checkpoint that TensorFlow 1 code has written opens, and every stage agrees with that graph."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from explorer import load_weights, trace
from explorer.model.files.naming import has_ema
from tests.parity.comparison import stages_apart
from tests.parity.scripts import run_script
from tests.support.each import each
from tests.support.weight_bytes import read_arrays, read_generator


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("legacy")
    run_script("legacy_training_run.py", made)
    return made


@pytest.fixture(scope="module")
def run(folder) -> dict[str, np.ndarray]:
    return dict(np.load(folder / "run.npz"))


def part(run: dict, kind: str) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(f"{kind}|"): value
        for name, value in run.items()
        if name.startswith(f"{kind}|")
    }


@each("name", ["model.ckpt-3", "model.ckpt-3.index"])
def test_every_stage_agrees_with_the_graph(folder, run, name):
    config, weights = load_weights(folder / name)
    assert (config.noise_dim, config.upsample_dim, config.kernel_size, config.C) == (20, 16, 4, 3)
    found = trace(config, weights, run["z"])
    assert stages_apart(found, part(run, "stage"), 1e-5) == []


def test_moving_averages_are_a_choice(folder, run):
    _, plain = load_weights(folder / "model.ckpt-3")
    _, averaged = load_weights(folder / "model.ckpt-3", use_ema=True)
    shadows = part(run, "average")
    assert len(shadows) == 18
    for name, value in shadows.items():
        assert np.array_equal(averaged[name], value)
        assert not np.array_equal(averaged[name], plain[name])
    # Stored statistics have no average: they are averages themselves.
    name = "noise_generator/fc1/batch_normalization/moving_mean"
    assert np.array_equal(averaged[name], plain[name])


def test_a_zip_of_the_run_opens(folder, run):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"runs/one/{path.name}")
    files = {"run.zip": packed.getvalue()}
    assert has_ema(read_arrays(files))
    config, weights = read_generator(files)
    found = trace(config, weights, run["z"])
    assert stages_apart(found, part(run, "stage"), 1e-5) == []
