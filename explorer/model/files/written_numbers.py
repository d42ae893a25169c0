"""Numbers of files as their authors wrote them."""

import numpy as np


def as_written(found: float) -> float:
    """A float32 as it was written: 0.001, not 0.0010000000474974513; any other number as it is."""
    short = float(f"{found:.7g}")
    with np.errstate(over="ignore"):
        is_float32 = float(np.float32(found)) == found
        return short if is_float32 and np.float32(short) == np.float32(found) else found
