"""`python -m explorer.train.follow`: a run that its server pauses, and that ends with its server.

The arguments are those of `python -m explorer.train`; standard input is a pipe of the server's.
"""

import importlib
import os
import sys
import threading

try:
    import resource
except ImportError:  # Windows has no bound of its own on the size of a file
    resource = None

LEFT_ALONE = 3  # exit status once the other end of the pipe is gone


class Follower:
    """Listens on a file descriptor, in a thread of its own.

    The lines "pause" and "resume" take effect between two steps. The end of the file means that
    the server is gone, killed or not; then this process ends at once.
    """

    def __init__(self, descriptor: int):
        self._go = threading.Event()
        self._go.set()
        threading.Thread(target=self._listen, args=(descriptor,), daemon=True).start()

    def wait(self) -> bool:
        """Stays while the run is paused; whether it was."""
        paused = not self._go.is_set()
        self._go.wait()
        return paused

    def _listen(self, descriptor: int):
        try:
            # Unbuffered: a lock held on standard input would break the interpreter's own end.
            with open(descriptor, "rb", buffering=0, closefd=False) as lines:
                for line in lines:
                    self._obey(line.strip())
        finally:
            os._exit(LEFT_ALONE)

    def _obey(self, word: bytes):
        if word == b"pause":
            self._go.clear()
        elif word == b"resume":
            self._go.set()


def bound_files(size: int):
    """Bounds every file that this process writes, in bytes, where the system can."""
    if resource:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        soft = size if hard == resource.RLIM_INFINITY else min(size, hard)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


if __name__ == "__main__":
    follower = Follower(sys.stdin.fileno())
    # TensorFlow takes seconds to load; the server may be gone before that.
    command = importlib.import_module("explorer.train.__main__")
    sys.exit(command.main(pause=follower.wait))
