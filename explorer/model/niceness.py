"""Threads and processes that others are preferred to: those of heavy work and of runs."""

import os
import sys
import threading
from contextlib import suppress

NICENESS = 15  # so that a view takes nearly all of a core from heavy work
_MORE_OF_A_RUN = 10
_this = threading.local()


def step_back():
    """Lets the operating system prefer others to this thread; only Linux has it by thread."""
    _this.steps_back = True
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def prefer_others(process: int):
    """Lets the operating system prefer others to a process from its start, where it can."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):  # it has ended already
            own = os.getpriority(os.PRIO_PROCESS, process)
            os.setpriority(os.PRIO_PROCESS, process, own + _MORE_OF_A_RUN)


def steps_back() -> bool:
    """Whether others are preferred to this thread."""
    return getattr(_this, "steps_back", False)
