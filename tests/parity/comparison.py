"""How far a trace is from the reference: per stage, relative to the reference's own range."""

from collections.abc import Mapping

import numpy as np


def stage_error(reference: np.ndarray, found: np.ndarray) -> float:
    """Largest absolute difference over the reference's max - min.

    A stage of one value everywhere has no range; its largest magnitude, or 1 if that is smaller,
    takes the range's place. Infinite where a shape, or a value that is not finite, gives it away.
    """
    if reference.shape != found.shape or found.dtype != np.float32:
        return np.inf
    if not (np.isfinite(reference).all() and np.isfinite(found).all()):
        return np.inf
    reference = reference.astype(np.float64)
    span = np.ptp(reference) or max(1.0, np.abs(reference).max())
    return float(np.abs(found - reference).max() / span)


def stages_apart(
    reference: Mapping[str, np.ndarray], found: Mapping[str, np.ndarray], tolerance: float
) -> list[str]:
    """One line for each stage that is missing, out of order or further off than `tolerance`."""
    if list(reference) != list(found):
        return [f"stages {list(found)} instead of {list(reference)}"]
    errors = {name: stage_error(reference[name], found[name]) for name in reference}
    return [f"{name}: {error:.2e}" for name, error in errors.items() if not error <= tolerance]
