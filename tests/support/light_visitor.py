"""Another visitor, who keeps asking for a small view while something else goes on.

A process of its own, so that what the test itself does meanwhile takes none of its time:
`python -m tests.support.light_visitor URL` prints a line of JSON an answer until it is told to end.
"""

import http.client
import itertools
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.support.contention import contention
from tests.support.http_calls import post_json

ADDRESS = "127.0.0.9"  # another than the attackers', who may be bounded by theirs
_PAUSE = 0.02  # seconds between an answer and the next question
_PATIENCE = 30  # seconds
_ROOT = Path(__file__).resolve().parents[2]
_seeds = itertools.count(random.randrange(2**31))  # each view a new one, none that was kept


def ask_view(url: str, patience: float = _PATIENCE) -> float:
    """Seconds until a small new view was there.

    Raises:
        OSError, http.client.HTTPException: there was no answer.
        AssertionError: the answer was no view.
    """
    state = {"upsample_dim": 64, "z_seed": next(_seeds)}
    answer = post_json(url, "explorer/view", {"state": state}, patience=patience, source=ADDRESS)
    assert answer.status == 200, (answer.status, answer.body[:300])
    assert answer.error is None, answer.error
    return answer.seconds


def keep_asking(url: str):
    """The process itself; told to end, it still waits for its last answer."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    while not stop.is_set():
        try:
            print(json.dumps({"seconds": ask_view(url)}), flush=True)
        except (OSError, http.client.HTTPException, AssertionError) as error:
            print(json.dumps({"failure": repr(error)}), flush=True)
        stop.wait(_PAUSE)


class LightVisitor:
    """A context manager: `with LightVisitor(url) as visitor: ...`, then what came of it.

    Attributes:
        seconds: how long each view took.
        failures: what came instead of a view.
    """

    def __init__(self, url: str):
        self.url, self.seconds, self.failures = url, [], []

    def __enter__(self) -> "LightVisitor":
        self._said = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.light_visitor", self.url],
            cwd=_ROOT,
            stdout=self._said,
        )
        while not os.fstat(self._said.fileno()).st_size:
            assert self._process.poll() is None, "the visitor has ended"
            time.sleep(_PAUSE)
        return self

    def __exit__(self, *error):
        self._process.terminate()
        self._process.wait()
        self._said.seek(0)
        answers = [json.loads(line) for line in self._said]
        self._said.close()
        self.seconds = [answer["seconds"] for answer in answers if "seconds" in answer]
        self.failures = [answer["failure"] for answer in answers if "failure" in answer]

    @property
    def median(self) -> float:
        """p50 of the seconds; infinite if no view came at all."""
        return statistics.median(self.seconds) if self.seconds else float("inf")

    def assert_served(self, slowest: float):
        """Each view came, within `slowest` seconds of an idle machine's time.

        Raises:
            AssertionError: one failed or took longer, or none was asked for.
        """
        assert not self.failures, self.failures[:3]
        assert self.seconds, "no view came at all"
        bound = slowest * contention()
        assert max(self.seconds) < bound, f"a view took {max(self.seconds):.1f} s"


if __name__ == "__main__":
    keep_asking(sys.argv[1])
