"""Processes that read files: each one file, one may wait, none outlives who started it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from explorer.model.files import load, readers
from explorer.model.files.open_given import open_given_file
from explorer.model.files.readers import Readers
from tests.support.process_tree import command

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
KEEPER = """
import time
from explorer.model.files import readers
readers._LATER = 0
readers.readers.keep_one()
while not readers.readers._waiting:
    time.sleep(0.01)
print(readers.readers._waiting.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def kept(monkeypatch):
    """Readers of which one waits; they read for this test."""
    monkeypatch.setattr(readers, "_LATER", 0)
    made = Readers()
    monkeypatch.setattr(load, "readers", made)
    made.keep_one()
    yield made
    made._keeps_one = False
    end(waiting(made))


def waiting(kept: Readers, other_than: subprocess.Popen | None = None) -> subprocess.Popen:
    end = time.monotonic() + SECONDS
    while kept._waiting in (None, other_than):
        assert time.monotonic() < end
        time.sleep(0.01)
    return kept._waiting


def end(process: subprocess.Popen):
    process.kill()
    process.communicate()


def read_ones(folder: Path) -> np.ndarray:
    np.save(folder / "ones.npy", np.ones((2, 3), np.float32))
    return open_given_file({"ones.npy": folder / "ones.npy"}, folder, 2**20)[1]


def test_one_that_waited_reads_one_file_and_the_next_one_waits(kept, tmp_path):
    first = waiting(kept)
    assert np.array_equal(read_ones(tmp_path), np.ones((2, 3)))
    assert first.wait(SECONDS) is not None
    second = waiting(kept)
    assert second is not first
    assert second.poll() is None
    assert np.array_equal(read_ones(tmp_path), np.ones((2, 3)))
    assert second.wait(SECONDS) is not None


def test_two_files_at_once_have_two_processes(kept):
    waited = waiting(kept)
    taken = kept.take(), kept.take()
    assert taken[0] is waited
    assert taken[1] is not waited
    for process in taken:
        end(process)


def test_one_that_ended_while_it_waited_is_not_taken(kept, tmp_path):
    waiting(kept).kill()
    kept._waiting.wait()
    assert np.array_equal(read_ones(tmp_path), np.ones((2, 3)))


def test_none_waits_unless_it_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(readers, "_LATER", 0)
    made = Readers()
    monkeypatch.setattr(load, "readers", made)
    read_ones(tmp_path)
    time.sleep(0.1)
    assert made._waiting is None


def test_one_that_waits_knows_no_secrets_and_ends_with_a_killed_server():
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER],
        cwd=ROOT,
        env=os.environ | {"SECRET_OF_THE_OPERATOR": "1"},
        stdout=subprocess.PIPE,
    )
    reader = int(keeper.stdout.readline())
    assert "reader_process" in command(reader)
    assert b"SECRET" not in Path(f"/proc/{reader}/environ").read_bytes()
    keeper.send_signal(signal.SIGKILL)
    keeper.communicate()
    end = time.monotonic() + SECONDS
    while command(reader):
        assert time.monotonic() < end
        time.sleep(0.05)
