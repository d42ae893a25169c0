"""Another visitor, who keeps asking for a small view while something else goes on."""

import http.client
import itertools
import statistics
import threading

from tests.support.contention import contention
from tests.support.http_calls import post_json

_PAUSE = 0.02  # seconds between an answer and the next question
_seeds = itertools.count(1)  # each view is a new one, never one that the server kept


def ask_view(url: str, patience: float = 30) -> float:
    """Seconds until a small new view was there.

    Raises:
        OSError, http.client.HTTPException: there was no answer.
        AssertionError: the answer was no view.
    """
    state = {"upsample_dim": 64, "z_seed": next(_seeds)}
    answer = post_json(url, "explorer/view", {"state": state}, patience=patience)
    assert answer.status == 200, (answer.status, answer.body[:300])
    assert answer.error is None, answer.error
    return answer.seconds


class LightVisitor:
    """A context manager: `with LightVisitor(url) as visitor: ...; visitor.median`.

    Attributes:
        seconds: how long each view took.
        failures: what came instead of a view.
    """

    def __init__(self, url: str):
        self.url, self.seconds, self.failures = url, [], []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep_asking, daemon=True)

    def __enter__(self) -> "LightVisitor":
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _keep_asking(self):
        while not self._stop.wait(_PAUSE):
            try:
                self.seconds.append(ask_view(self.url))
            except (OSError, http.client.HTTPException, AssertionError) as error:
                self.failures.append(repr(error))

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
