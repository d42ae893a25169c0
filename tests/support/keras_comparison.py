"""Compares the stages of an opened generator with what Keras' layers gave."""

import numpy as np


def apart(found: dict, expected: dict, bound: float = 1e-5) -> list[str]:
    """What is missing, or differs by more than a part of its range; [] where all agree."""
    wrong = [f"{name} is missing" for name in expected if name not in found]
    for name, value in expected.items():
        if name not in found:
            continue
        reach = max(float(np.ptp(value)), float(np.abs(value).max()), 1e-6)
        if found[name].shape != value.shape or found[name].dtype != np.float32:
            wrong.append(f"{name} is {found[name].dtype} {found[name].shape}, not {value.shape}")
        elif not np.abs(found[name] - value).max() <= bound * reach:
            wrong.append(f"{name} is off by {np.abs(found[name] - value).max() / reach:.2g}")
    return wrong


def stages_of(keras_stages: dict, found: dict) -> dict:
    """Keras' outputs less those of models, and of what layers call inside, which are no stages."""
    return {
        name: value
        for name, value in keras_stages.items()
        if name in found
        or not any(other.startswith(f"{name}/") or name.startswith(f"{other}/") for other in found)
    }
