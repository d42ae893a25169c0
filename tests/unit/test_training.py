"""Training: steps learn, a stopped run goes on exactly, the averages are what they say."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer import ExplorerError, GeneratorConfig, load_weights, trace
from explorer.model.latent import normal_z
from explorer.model.pictures import draw_pictures
from explorer.train import FAST_TENSORFLOW
from explorer.train import pictures as pictures_module
from explorer.train.__main__ import main
from explorer.train.figures import measure
from explorer.train.run_folder import RunFolder
from explorer.train.scenes import draw_scenes
from explorer.train.settings import TrainSettings
from explorer.train.training import Training, read_checkpoint
from tests.support.each import each

ROOT = Path(__file__).resolve().parents[2]
CONFIG = GeneratorConfig(noise_dim=16, upsample_dim=8, kernel_size=3)
SETTINGS = TrainSettings(steps=100, batch_size=8, seed=3)


@pytest.fixture(scope="module")
def pictures():
    return draw_scenes(64, seed=0)


@pytest.mark.usefixtures("eagerly")
def test_a_step_changes_both_networks_and_the_losses_are_finite(pictures):
    training = Training(CONFIG, SETTINGS, pictures)
    before = {name: value.numpy() for name, value in training._adversary.state().items()}
    losses = training.advance()
    assert set(losses) == {"generator", "discriminator", "realness"}
    assert all(np.isfinite(value) for value in losses.values())
    after = {name: value.numpy() for name, value in training._adversary.state().items()}
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert any(name.startswith("discriminator/") for name in moved)
    for part in ("kernel", "gamma", "moving_mean", "moving_variance"):
        assert any(name.startswith("noise_generator") and name.endswith(part) for name in moved)


def test_the_discriminator_learns_to_tell_noise_from_streets(pictures):
    training = Training(CONFIG, replace(SETTINGS, learning_rate=1e-3, penalty=0), pictures)
    losses = [training.advance()["discriminator"] for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:3])


def test_the_moving_statistics_follow_the_batch(pictures):
    training = Training(CONFIG, replace(SETTINGS, learning_rate=1e-6, penalty=0), pictures)
    drift = [measure(CONFIG, training.weights)["drift"]]
    for _ in range(140):
        training.advance()
    drift.append(measure(CONFIG, training.weights)["drift"])
    assert drift[1] < 0.4 * drift[0]


@pytest.mark.usefixtures("eagerly")
def test_a_stopped_run_goes_on_as_if_it_had_not_been(pictures, tmp_path):
    whole = Training(CONFIG, SETTINGS, pictures)
    for _ in range(5):
        whole.advance()
    whole.save(tmp_path / "run.safetensors")
    second = Training.resume(tmp_path / "run.safetensors", pictures)
    assert second.step == 5
    for _ in range(4):  # the last of them with the penalty
        last, expected = second.advance(), whole.advance()
    assert last == pytest.approx(expected, rel=1e-3)
    for name, value in whole.weights.items():
        np.testing.assert_allclose(second.weights[name], value, rtol=0, atol=2e-4, err_msg=name)


@pytest.mark.usefixtures("eagerly")
def test_calibrated_statistics_make_stored_and_batch_alike(pictures):
    training = Training(CONFIG, SETTINGS, pictures)
    for _ in range(5):
        training.advance()
    weights = training.averaged()
    z = normal_z(512, CONFIG.noise_dim, seed=2**32)  # the vectors they were measured on
    stored = trace(CONFIG, weights, z)["conv_out/conv2d"]
    batch = trace(replace(CONFIG, training=True), weights, z)["conv_out/conv2d"]
    np.testing.assert_allclose(stored, batch, rtol=0, atol=1e-2 * np.ptp(batch))
    raw = trace(CONFIG, training.weights, z)["conv_out/conv2d"]
    assert np.abs(raw - batch).max() > 0.05 * np.ptp(batch)


@each("loss", ["logistic", "hinge"])
@each("channels", [1, 3])
@pytest.mark.usefixtures("eagerly")
def test_losses_and_channels_all_train(loss, channels):
    config = replace(CONFIG, C=channels)
    shown = np.random.default_rng(0).integers(0, 256, (32, 32, 64, channels)).astype(np.uint8)
    training = Training(config, replace(SETTINGS, loss=loss, penalty=0), shown)
    for _ in range(3):
        assert all(np.isfinite(value) for value in training.advance().values())
    drawn = draw_pictures(config, training.weights, normal_z(2, CONFIG.noise_dim, seed=0))
    assert drawn.shape == (2, 32, 64, channels)
    assert drawn.dtype == np.uint8


def test_a_bottleneck_is_no_picture(pictures):
    with pytest.raises(ExplorerError) as refusal:
        Training(replace(CONFIG, C=8), SETTINGS, pictures)
    assert refusal.value.code == "not_a_picture"


@each("wrong", [{"steps": 0}, {"batch_size": 3}, {"learning_rate": "x"}, {"loss": "wgan"}])
def test_settings_outside_their_range_are_refused(wrong):
    with pytest.raises(ExplorerError):
        TrainSettings(**wrong)


def test_a_damaged_checkpoint_is_refused(pictures, tmp_path):
    path = tmp_path / "run.safetensors"
    Training(CONFIG, SETTINGS, pictures).save(path)
    data = path.read_bytes()
    for spoiled in (b"", data[:100], data[: len(data) // 2], b"x" * 50):
        path.write_bytes(spoiled)
        with pytest.raises(ExplorerError) as refusal:
            read_checkpoint(path)
        assert refusal.value.code == "no_checkpoint"


def test_a_history_is_thinned_out_but_keeps_its_ends(pictures, tmp_path):
    training, folder = Training(CONFIG, SETTINGS, pictures), RunFolder(tmp_path)
    for step in range(12):
        training.step = step * 10
        kept = folder.write_moment(training, most=6)
        assert kept["kept"] == folder.moments()
        assert len(kept["kept"]) <= 6
        assert (kept["kept"][0], kept["kept"][-1]) == (0, step * 10)
    config, weights = load_weights(folder.moment(110))
    assert config == CONFIG
    np.testing.assert_array_equal(
        weights["noise_generator/fc1/dense/kernel"],
        training.weights["noise_generator/fc1/dense/kernel"],
    )


def test_figures_see_dead_channels_and_checkerboards(pictures):
    weights = Training(CONFIG, SETTINGS, pictures).weights
    plain = measure(CONFIG, weights)
    weights["noise_generator/upsample3/conv2d_transpose/bias"][:] = -100
    spoiled = measure(CONFIG, weights)
    assert spoiled["dead"] == pytest.approx(plain["dead"] + 1 / (256 + 4 + 2 + 1))
    assert 0 <= plain["checkerboard"] <= 1
    assert plain["drift"] > 0.05


@pytest.fixture
def few_scenes(monkeypatch, eagerly):
    monkeypatch.setattr(pictures_module, "SCENES", 64)


COMMAND = ["--noise_dim", "16", "--upsample_dim", "8", "--kernel_size", "3", "--batch_size", "4"]


def test_the_command_leaves_weights_samples_and_a_checkpoint(tmp_path, capsys, few_scenes):
    out = tmp_path / "run"
    assert main([*COMMAND, "--steps", "4", "--out", str(out), "--report", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["step"] == 4
    assert [path.name for path in (out / "samples").iterdir()] == ["step-000004.png"]
    config, _ = load_weights(out / "generator.safetensors")
    assert (config.noise_dim, config.upsample_dim, config.kernel_size) == (16, 8, 3)
    assert main(["--steps", "6", "--out", str(out), "--report", "json"]) == 0
    assert read_checkpoint(out / "checkpoint.safetensors")[2] == 6


def test_mistakes_on_the_command_line_get_a_message(tmp_path, capsys, few_scenes):
    out = tmp_path / "run"
    for wrong in (["--steps", "none"], ["--upsample_dim", "4"], ["--data", "/no/such"]):
        assert main([*COMMAND, *wrong, "--out", str(out)]) == 2
        message = capsys.readouterr().err
        assert "Traceback" not in message
        assert wrong[0].strip("-") in message
    assert main([*COMMAND, "--steps", "2", "--out", str(out), "--report", "json"]) == 0
    assert main(["--kernel_size", "5", "--out", str(out)]) == 2
    assert "kernel_size" in capsys.readouterr().err


def test_a_killed_run_resumes_from_its_checkpoint(tmp_path, few_scenes):
    out, temporary = tmp_path / "run", tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "explorer.train", *COMMAND, "--out", str(out)]
    first = subprocess.Popen(
        [*command, "--steps", "1000000", "--report", "json", "--checkpoint_seconds", "1"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | FAST_TENSORFLOW | {"TMPDIR": str(temporary)},
    )
    end = time.monotonic() + 90
    while not (out / "checkpoint.safetensors").is_file() and time.monotonic() < end:
        time.sleep(0.2)
    first.send_signal(signal.SIGKILL)
    first.wait()
    [left] = temporary.iterdir()
    assert left.name.startswith("explorer-work-"), "where the next start clears it away"
    done = read_checkpoint(out / "checkpoint.safetensors")[2]
    assert done > 0
    assert main([*COMMAND, "--steps", str(done + 2), "--out", str(out), "--report", "json"]) == 0
    assert read_checkpoint(out / "checkpoint.safetensors")[2] == done + 2
