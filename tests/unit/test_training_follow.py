"""A run that follows its server: paused between two steps, ended with the pipe, bounded files."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import safetensors.numpy
from safetensors import SafetensorError

from explorer.train import follow
from explorer.train import pictures as pictures_module
from explorer.train.__main__ import main
from explorer.train.failures import is_full_disk
from explorer.train.follow import LEFT_ALONE, Follower
from explorer.train.session import train
from tests.support.each import each

ROOT = Path(follow.__file__).resolve().parents[2]
PATIENCE = 10
BOUND = f"import runpy; runpy.run_path({follow.__file__!r})['bound_files'](1000); "


def wait(what):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def pipe(monkeypatch):
    """What a follower hears, what says it, and the statuses that it ended the process with."""
    statuses = []
    monkeypatch.setattr(follow.os, "_exit", statuses.append)
    heard, said = os.pipe()
    with open(said, "wb", buffering=0) as saying:
        yield heard, saying, statuses
    os.close(heard)


def test_a_follower_stands_still_between_pause_and_resume_and_ends_with_the_pipe(pipe):
    heard, said, statuses = pipe
    follower = Follower(heard)
    assert follower.wait() is False
    said.write(b"pau")
    said.write(b"se\nnonsense\n\xff\n")
    wait(lambda: not follower._go.is_set())
    said.write(b"resume\n")
    follower.wait()
    assert follower._go.is_set()
    assert statuses == []
    said.close()
    wait(lambda: statuses)
    assert statuses == [LEFT_ALONE]


def test_a_process_whose_server_is_gone_ends_before_it_has_loaded_tensorflow():
    command = [sys.executable, "-m", "explorer.train.follow", "--steps", "1"]
    run = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
    run.stdin.close()
    assert run.wait(PATIENCE) == LEFT_ALONE


class Steps:
    """A training of ten steps that takes no time."""

    settings = type("Settings", (), {"steps": 10})

    def __init__(self):
        self.step = 0

    def advance(self):
        self.step += 1
        return {}


class Nowhere:
    def write_checkpoint(self, training):
        pass

    def progress(self, training, losses, speed):
        pass


def test_a_pause_comes_between_two_steps():
    training, asked_at = Steps(), []

    def pause():
        asked_at.append(training.step)
        return False

    train(training, Nowhere(), Nowhere(), pause=pause)
    assert asked_at == list(range(10))


def test_a_file_beyond_the_bound_is_not_written(tmp_path):
    script = BOUND + f"open({str(tmp_path / 'file')!r}, 'wb', 0).write(bytes(3000))"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert (tmp_path / "file").stat().st_size == 1000


@pytest.fixture
def small(monkeypatch, eagerly, tmp_path):
    monkeypatch.setattr(pictures_module, "SCENES", 64)
    structure = ["--noise_dim", "16", "--upsample_dim", "8", "--kernel_size", "3"]
    return [*structure, "--batch_size", "4", "--steps", "1", "--out", str(tmp_path / "run")]


@each("history", ["0", "4"])
def test_a_full_disk_is_told_as_one(small, monkeypatch, capsys, history):
    def write(arrays, path, *others):
        Path(path).write_bytes(b"half")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.numpy, "save_file", write)
    assert main([*small, "--report", "json", "--history", history]) == 2
    said = capsys.readouterr()
    assert "disk is full" in said.err
    assert "Traceback" not in said.err
    told = json.loads(said.out.splitlines()[-1])["error"]
    assert told["code"] == "run_disk_full"
    assert not list(Path(small[-1]).glob("*.part")), "what it could write makes room again"


def test_other_errors_of_the_disk_are_not_called_full(small, monkeypatch):
    monkeypatch.setattr(
        safetensors.numpy, "save_file", lambda *given: (_ for _ in ()).throw(OSError(5, "I/O"))
    )
    with pytest.raises(OSError, match="I/O"):
        main(small)


def test_a_full_disk_is_known_behind_another_error():
    error = ValueError("while saving")
    error.__context__ = OSError(errno.ENOSPC, "full")
    assert is_full_disk(error)
    assert not is_full_disk(ValueError("os error 28 pictures"))
    assert not is_full_disk(OSError(errno.EIO, "broken"))
