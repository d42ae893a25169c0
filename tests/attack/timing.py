"""Bounds on time that hold on a machine which others use too."""

import time
from collections.abc import Callable

from tests.support.contention import contention

TRIES = 3
FAR = 4  # times the bound, after which there is no second try


def in_time(attempt: Callable[[], object], seconds: float, what: object = "") -> object:
    """The outcome of the first attempt that took less than `seconds` of an idle machine's time.

    Raises:
        AssertionError: every attempt took longer, or one took far longer.
    """
    for _ in range(TRIES):
        began = time.monotonic()
        outcome = attempt()
        taken = time.monotonic() - began
        if taken < seconds or (taken := taken / contention()) < seconds:
            return outcome
        if taken > FAR * seconds:
            break
    raise AssertionError(f"{what} took {taken:.2f} s, not {seconds}")
