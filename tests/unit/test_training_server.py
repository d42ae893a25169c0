"""A server that ends, killed or not, leaves no process of a run; the next start clears the rest."""

import contextlib
import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app_server import AppServer

SETTINGS = {"upsample_dim": 8, "kernel_size": 3, "batch_size": 8, "steps": 20000}
PATIENCE = 90


@pytest.fixture(scope="module")
def temporary(tmp_path_factory):
    """The folder for temporary files of the servers here, and of nobody else."""
    folder = tmp_path_factory.mktemp("temporary")
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    yield folder
    del os.environ["TMPDIR"]
    if before is not None:
        os.environ["TMPDIR"] = before


def wait(what, seconds: float = PATIENCE):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def post(url: str, body: dict) -> dict:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def processes_of(server: AppServer) -> list[int]:
    """The processes that train for a server, by what /proc says of their parent and command."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            command = status.with_name("cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if parent == server.process.pid and b"explorer.train" in command:
            found.append(int(status.parent.name))
    return found


def lives(pid: int) -> bool:
    """Whether a process is there and has not just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def workspaces(temporary: Path) -> set[Path]:
    return set(temporary.glob("explorer-work-*"))


def has_stepped(line: bytes) -> bool:
    """Whether a line of a run's events tells of a step."""
    return line.startswith(b"data: {") and bool(json.loads(line[6:])["points"])


@contextlib.contextmanager
def paused_run(server: AppServer) -> Iterator[int]:
    """A run that has stepped and stands still, watched; gives its process."""
    begun = post(f"{server.url}explorer/train", {"visitor": "me", "settings": SETTINGS})
    address = f"{server.url}explorer/train/{begun['run']}"
    with urllib.request.urlopen(f"{address}/events", timeout=PATIENCE) as events:
        next(line for line in events if has_stepped(line))
        [pid] = processes_of(server)
        assert post(f"{address}/pause", {"key": begun["key"]})["done"]
        yield pid


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_that_ends_leaves_no_paused_run_and_the_next_clears_its_folder(temporary, how):
    with AppServer() as server, paused_run(server) as pid:
        left = workspaces(temporary)
        assert len(left) == 1
        server.process.send_signal(how)
        server.process.wait(10)
        wait(lambda: not lives(pid), seconds=5)
    with AppServer() as server:
        post(f"{server.url}explorer/train", {"visitor": "me", "settings": SETTINGS})
        assert not left & workspaces(temporary)
