"""Threads that others are preferred to: those of heavy work, and what works for them."""

import os
import sys
import threading

NICENESS = 15  # so that a view takes nearly all of a core from heavy work
_this = threading.local()


def step_back():
    """Lets the operating system prefer others to this thread; only Linux has it by thread."""
    _this.steps_back = True
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def steps_back() -> bool:
    """Whether others are preferred to this thread."""
    return getattr(_this, "steps_back", False)
