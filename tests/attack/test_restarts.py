"""However the server ends, it leaves nothing behind, or the next start clears it away."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.attack import array_files
from tests.attack.hostile_files import WEIGHTS
from tests.support.app_server import ROOT, START_SECONDS
from tests.support.attacked_app import TunedServer, assert_no_traceback
from tests.support.http_calls import ask, connect, head, pack_upload, post_json
from tests.support.process_tree import command, family

END_SECONDS = 30  # in which a server and its children end
RUN = {"visitor": "restarts", "settings": {"steps": 20_000, "upsample_dim": 16}}


def wait_for(what, seconds: float = END_SECONDS):
    """Until `what()` is true; its last value."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def left_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def trainers(pid: int) -> list[int]:
    return [member for member in family(pid) if "explorer.train" in command(member)]


def leave_traces(server: TunedServer):
    """A run that is paused, an opened file, a saved one, an unfinished upload."""
    begun = post_json(server.url, "explorer/train", RUN).json
    run = begun["run"]
    watch = connect(server.url)
    watch.sendall(head("GET", f"/explorer/train/{run}/events"))
    assert wait_for(lambda: trainers(server.process.pid))
    assert post_json(server.url, f"explorer/train/{run}/pause", RUN | begun).error is None
    opened = ask(server.url, "explorer/weights", pack_upload({"w.npz": array_files.npz(WEIGHTS)}))
    assert opened.json["weights"]
    saved = ask(server.url, "explorer/save?format=.ckpt&link=upsample_dim=16")
    assert saved.error is None
    unfinished = connect(server.url)
    unfinished.sendall(head("POST", "/explorer/weights", Content_Length=2**24) + bytes(2**22))
    return watch, unfinished


@contextmanager
def started(folder: Path) -> Iterator[TunedServer]:
    with TunedServer(TMPDIR=folder) as server:
        yield server


def end(server: TunedServer, number: int):
    """Sends a signal; all that was the server's must end."""
    members = family(server.process.pid)
    server.process.send_signal(number)
    server.process.wait(END_SECONDS)
    wait_for(lambda: not any(map(command, members)))
    return [command(member) for member in members if command(member)]


def assert_nothing_left(folder: Path, but: set[str] = frozenset()):
    wait_for(lambda: left_in(folder) <= but)
    assert left_in(folder) - but == set()


def test_what_a_killed_server_left_is_cleared_by_the_next_start_which_leaves_nothing(tmp_path):
    """The next start, not one while it lives; that one is told to end, and ends without a word."""
    with started(tmp_path) as first:
        traces = leave_traces(first)
        own = left_in(tmp_path)
        assert own, "the server wrote nothing, so that nothing is shown"
        with started(tmp_path) as second:
            assert own <= left_in(tmp_path)
            assert end(second, signal.SIGINT) == []
        assert own <= left_in(tmp_path)
        running = end(first, signal.SIGKILL)
    del traces
    with started(tmp_path) as third:
        wait_for(lambda: not own & left_in(tmp_path))
        assert own & left_in(tmp_path) == set()
        assert_told_to_end_it_leaves_nothing(third, tmp_path)
    assert running == []


def assert_told_to_end_it_leaves_nothing(server: TunedServer, folder: Path):
    watch, unfinished = leave_traces(server)
    before = len(server.log())
    assert end(server, signal.SIGTERM) == []
    assert_nothing_left(folder)
    assert server.process.returncode == 0
    assert server.log()[before:] == ""
    unfinished.close()
    rest = b"".join(iter(lambda: watch.recv(2**16), b""))
    assert rest.endswith(b"0\r\n\r\n"), "the answer to who watches a run is whole"


def run_app(**environment: object) -> subprocess.CompletedProcess:
    """The app, which must end by itself."""
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=os.environ | {name: str(value) for name, value in environment.items()},
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
    )


def test_a_port_in_use_is_said_and_no_other_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_app(GRADIO_SERVER_PORT=port)
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert str(port) in said
    assert f":{port + 1}" not in said
    assert_no_traceback(said)


def test_a_bad_setting_is_said():
    ended = run_app(EXPLORER_MEMORY="much")
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert "EXPLORER_MEMORY" in said
    assert "much" in said
    assert_no_traceback(said)
