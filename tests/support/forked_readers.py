"""Readers of files as copies of one whose modules are loaded: to load them costs half a second.

Each still reads one file in a process of its own, within the bounds that it sets itself.
"""

import os
import select
import signal
import sys
import threading
from contextlib import suppress
from unittest import mock

from explorer.model.files import readers

_CODE = "from tests.support import forked_readers; forked_readers.serve()"


class ForkedReader:
    """A process with what is used here of `subprocess.Popen`."""

    def __init__(self, pid: int, job: int, answer: int):
        self.pid = pid
        self.stdin, self.stdout = os.fdopen(job, "wb"), os.fdopen(answer, "rb")
        self._process = os.pidfd_open(pid)  # it waits for its job, so it is there

    def kill(self):
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def communicate(self):
        """Waits for its end, and closes what led to it."""
        select.select([self._process], [], [])
        with suppress(BrokenPipeError):  # of what it has not read
            self.stdin.close()
        self.stdout.close()
        os.close(self._process)


class ForkedReaders:
    """In the place of `Readers`; the process that is copied is started at once."""

    def __init__(self):
        self._lock = threading.Lock()
        with mock.patch.object(readers, "_CODE", _CODE):
            self._copied = readers._start()

    def take(self) -> ForkedReader:
        with self._lock:
            return self._copy()

    def end(self):
        self._copied.communicate()

    def _copy(self) -> ForkedReader:
        (its_job, job), (answer, its_answer) = os.pipe(), os.pipe()
        given = (f"/proc/{os.getpid()}/fd/{pipe}" for pipe in (its_job, its_answer))
        self._copied.stdin.write(f"{' '.join(given)}\n".encode())
        self._copied.stdin.flush()
        pid = int(self._copied.stdout.readline())
        os.close(its_job)
        os.close(its_answer)
        return ForkedReader(pid, job, answer)


def serve():
    """In the process that is copied: a copy for each line with the pipes that it gets."""
    from explorer.model.files import (  # noqa: F401 (some are loaded when a file needs them)
        formats,
        meta_file,
        reader_process,
        torch_graph,
    )

    signal.signal(signal.SIGCHLD, _bury)
    while line := sys.stdin.buffer.readline():
        job, answer = line.split()
        pipes = os.open(job, os.O_RDONLY), os.open(answer, os.O_WRONLY)
        pid = os.fork()
        if not pid:
            try:
                os.dup2(pipes[0], 0)
                os.dup2(pipes[1], 1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                reader_process.main()
            finally:
                os._exit(0)
        for pipe in pipes:
            os.close(pipe)
        print(pid, flush=True)


def _bury(*_):
    """Takes those that ended out of the system's list."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
