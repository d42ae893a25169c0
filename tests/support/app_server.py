"""Starts the app as a user does, `python app.py`, on a free port, and stops it."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


class AppServer:
    """A context manager: `with AppServer() as server: server.url`."""

    def __init__(self, script: str = "app.py"):
        self.script = script
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> "AppServer":
        self._output = tempfile.NamedTemporaryFile()
        self.start()
        return self

    def start(self):
        """Starts the app, or starts it anew on the same port once it was stopped."""
        environment = os.environ | {"GRADIO_SERVER_PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, self.script],
            cwd=ROOT,
            env=environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )
        self._wait()

    def _wait(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the app stopped at once:\n{self.log()}")
            try:
                urllib.request.urlopen(self.url, timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the app did not answer within {START_SECONDS} s:\n{self.log()}")

    def log(self) -> str:
        """What the app has printed so far, standard error included."""
        return Path(self._output.name).read_text(errors="replace")

    def __exit__(self, *error):
        self.stop()
        self._output.close()

    def stop(self):
        """Ends the app, which forgets all that it held; its log stays."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _free_port() -> int:
    """Below those that the system gives to any connection, which might take it meanwhile."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
