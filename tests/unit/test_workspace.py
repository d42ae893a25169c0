"""The folder of a process: counted, bounded, and cleared away by the next one if it was killed."""

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import workspace as module
from explorer.workspace import Hold, Scratch, disk_errors, used_bytes, workspace
from tests.unit.refusals import refused

ROOT = Path(__file__).resolve().parents[2]
MAKE = "import os; from explorer.workspace import workspace; print(workspace(), flush=True)"


def folder_of(end: str, temporary: Path) -> Path:
    """The folder of a process that ended in some way."""
    made = subprocess.run(
        [sys.executable, "-c", f"{MAKE}; {end}"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
    )
    return Path(made.stdout.splitlines()[0])


def test_a_process_that_ends_leaves_nothing(tmp_path):
    assert not folder_of("pass", tmp_path).exists()


def test_what_a_killed_process_left_goes_at_the_next_start_and_nothing_else(tmp_path):
    left = folder_of("os.kill(os.getpid(), 9)", tmp_path)
    assert left.is_dir()
    (other := tmp_path / "explorer-work-notes").mkdir()  # has no lock: none of ours
    folder_of("pass", tmp_path)
    assert not left.exists()
    assert other.is_dir()


def test_a_folder_whose_process_lives_stays(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", f"{MAKE}; input()"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as living:
        folder = Path(living.stdout.readline().strip())
        folder_of("pass", tmp_path)
        assert folder.is_dir()
        living.communicate("\n")
    assert not folder.exists()


def test_room_is_set_aside_and_comes_back(monkeypatch):
    gc.collect()  # holds that the errors of other tests refer to
    before = used_bytes()
    monkeypatch.setattr(module, "DISK", before + 100)
    scratch = Scratch(80)
    with refused("disk_bound"):
        Scratch(30)
    scratch.shrink(60)
    with Scratch(30) as folder:
        assert folder.is_dir()
    path = scratch.path
    del scratch
    gc.collect()
    assert not path.exists()
    assert not folder.exists()
    assert used_bytes() == before
    Hold(100).release()


def test_files_beside_count_as_well(monkeypatch):
    before = used_bytes()
    (path := workspace() / "beside").write_bytes(bytes(500))
    monkeypatch.setattr(module, "DISK", before + 400)
    with refused("disk_bound"):
        Hold(0)
    with refused("disk_too_small"):
        Hold(before + 401)
    path.unlink()
    assert used_bytes() == before


def test_a_full_disk_is_called_that():
    with refused("disk_full", os.strerror(errno.ENOSPC)), disk_errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(KeyError), disk_errors():
        raise KeyError
