"""How busy the machine is with other work, so that a bound on seconds can allow for it."""

import time

_SPIN = 0.05  # seconds of processor time


def contention() -> float:
    """How many times longer than its own processor time a moment of work takes here and now.

    1 on an idle machine; about 4 where eight programs want two cores. One thread of another program
    that never ends leaves it at 1 where there are two cores, so that a hang is not excused.
    """
    began, spent = time.monotonic(), time.thread_time()
    while time.thread_time() - spent < _SPIN:
        pass
    return max(1.0, (time.monotonic() - began) / _SPIN)
