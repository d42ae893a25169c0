"""The helpers of this suite notice what they are there to notice."""

import http.server
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.attack.conftest import Rounds
from tests.attack.connections import closed, still_open, trickle
from tests.attack.nasty_json import as_json, nasty
from tests.attack.opener import Opener
from tests.attack.test_restarts import wait_for
from tests.attack.timing import in_time
from tests.support.attacked_app import MIB, assert_no_traceback
from tests.support.contention import contention
from tests.support.light_visitor import LightVisitor
from tests.support.process_tree import Watcher, family, memory

HOLD = "import time; data = bytearray(b'1') * (%d << 20); print('held', flush=True); time.sleep(60)"
PASSING = "input(); a = bytearray(90 << 20)[:]; input(); del a; print(flush=True); input()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD % 80!r}])"


@pytest.fixture
def start() -> Iterator:
    started = []

    def begin(code: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_the_watcher_notices_memory_of_a_child(start):
    process = start(PARENT)
    watcher = Watcher(process.pid)
    assert process.stdout.readline() == b"held\n"
    assert wait_for(lambda: watcher.grown > 80 * MIB)
    assert watcher.grown < 140 * MIB
    assert watcher.lives
    watcher.close()


def test_a_watcher_that_rests_sees_nothing_until_it_is_restarted(start):
    process = start("input(); data = bytearray(b'1') * (60 << 20); print(flush=True); input()")
    watcher = Watcher(process.pid)
    watcher.rest()
    time.sleep(0.1)  # a look may be under way
    before = watcher.grown
    process.stdin.write(b"\n")
    process.stdin.flush()
    process.stdout.readline()
    time.sleep(0.1)
    assert watcher.grown == before
    watcher.restart()
    assert watcher.base > 60 * MIB
    watcher.close()


def test_a_fork_with_memory_of_its_own_counts(start):
    """Its addresses are its parent's, and what it has written is not."""
    process = start(
        "import os, time; data = bytearray(b'1') * (60 << 20); child = os.fork() == 0\n"
        "if child: data[::4096] = bytes(60 << 8)\n"
        "print(flush=True); time.sleep(60)"
    )
    for _ in range(2):
        process.stdout.readline()
    assert 100 * MIB < memory(process.pid) < 180 * MIB


def test_the_watcher_keeps_the_peak(start):
    process = start(PASSING)
    watcher = Watcher(process.pid)
    process.stdin.write(b"\n")  # once it is watched
    process.stdin.flush()
    end = time.monotonic() + 20
    while watcher.grown < 80 * MIB and time.monotonic() < end:
        time.sleep(0.05)
    process.stdin.write(b"\n")
    process.stdin.flush()
    process.stdout.readline()
    assert watcher.grown > 80 * MIB > memory(process.pid)
    watcher.close()


def test_the_watcher_notices_an_end(start):
    process = start("input()")
    watcher = Watcher(process.pid)
    assert watcher.lives
    process.kill()
    time.sleep(0.2)
    assert not watcher.lives  # though nobody has collected it yet
    assert family(process.pid) == []
    watcher.close()


def test_a_traceback_is_noticed():
    assert_no_traceback("a message\nError: of the usual kind\n")
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        assert_no_traceback("x\nTraceback (most recent call last):\nZeroDivisionError: ...")


class _Slow(http.server.BaseHTTPRequestHandler):
    status, pause = 200, 0.0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.pause)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def visit() -> Iterator:
    """A light visitor of a server that answers so."""
    servers = []

    def begin(**behaviour) -> LightVisitor:
        handler = type("Handler", (_Slow,), behaviour)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return LightVisitor(f"http://127.0.0.1:{server.server_port}/")

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_light_visitor_notices_slowness(visit):
    with visit(pause=0.2) as visitor:
        time.sleep(0.5)
    assert 0.2 < visitor.median < 2
    visitor.assert_served(slowest=2)
    with pytest.raises(AssertionError, match="a view took"):
        visitor.assert_served(slowest=0.001)


def test_the_light_visitor_notices_failures(visit):
    with visit(status=500) as visitor:
        time.sleep(0.2)
    assert visitor.median == float("inf")
    with pytest.raises(AssertionError, match="500"):
        visitor.assert_served(slowest=1)


def test_contention_grows_with_other_work(start):
    before = contention()
    for _ in range(4 * (os.cpu_count() or 1)):
        start("while True: pass")
    assert before >= 1
    end = time.monotonic() + 20  # until all of them have begun
    while contention() <= 1.5:
        assert time.monotonic() < end


def test_what_is_late_each_time_is_noticed():
    assert in_time(lambda: "done", 0.5) == "done"
    pauses = iter((4, 0))
    assert in_time(lambda: time.sleep(next(pauses) / 10), 0.15) is None
    with pytest.raises(AssertionError, match="took"):
        in_time(lambda: time.sleep(3), 0.05)


def test_the_opener_notices_an_end_and_begins_anew():
    opener = Opener()
    os.kill(opener.watcher.pid, signal.SIGABRT)
    assert opener.open("x", patience=10) == {"ended": -signal.SIGABRT}
    opener.make_ready()
    assert opener.open("x", patience=10)["code"] == "no_such_file"
    opener.close()


def test_the_opener_notices_what_is_late(tmp_path):
    opener = Opener()
    os.kill(opener.watcher.pid, signal.SIGSTOP)
    assert opener.open("x", patience=0.2) == {"late": 0.2}
    opener.close()


def test_what_is_not_closed_is_noticed():
    here, there = socket.socketpair()
    with closing(here):
        assert still_open({"here": here}, 0.1) == ["here"]
        assert not trickle(here, itertools.repeat(b" "), 0.3)
        there.close()
        assert closed(here, 0.1)
        assert still_open({"here": here}, 0.1) == []


def test_rounds_are_seeded_and_end():
    rounds = Rounds(0, minutes=0)  # however long the run is
    first = [random.random() for random in rounds(usual_seconds=0, at_least=3)]
    assert first == [random.random() for random in rounds(usual_seconds=0, at_least=3)]
    assert len(set(first)) == len(first)


def test_nasty_values_are_of_every_kind():
    rounds = Rounds(0, minutes=0)(usual_seconds=0, at_least=600)
    texts = [as_json(nasty(random)) for random in rounds]
    for needle in (b"\\ud800", b"9" * 4400, b"NaN", b"[[[[[[", b"Infinity", b"x" * 10_000):
        assert any(needle in text for text in texts), needle
