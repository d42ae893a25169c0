"""How much of a picture is left in another one of the same z."""

import numpy as np
import tensorflow as tf


def likeness(shown: np.ndarray, own: np.ndarray) -> float:
    """Squared correlation of all values, each channel's about its own mean; from 0 to 1.

    It does not depend on brightness or contrast, nor on a negative for a positive.

    Args:
        shown: [height, width, C].
        own: [height, width, C]; resized linearly where it has another height or width.

    Returns:
        0 where `shown` is flat; NaN where `own` is, or values are not finite.
    """
    if own.shape != shown.shape:
        own = tf.image.resize(own, shown.shape[:2], antialias=True).numpy()
    with np.errstate(invalid="ignore"):
        shown, own = map(_about_means, (shown, own))
    energies, product = (_sum(shown, shown), _sum(own, own)), _sum(shown, own)
    if not np.isfinite(energies).all() or not energies[1]:
        return np.nan
    return product**2 / (energies[0] * energies[1]) if energies[0] else 0.0


def _about_means(picture: np.ndarray) -> np.ndarray:
    """Each channel's values in a row, float64 [C, height · width]."""
    values = np.ascontiguousarray(picture.reshape(-1, picture.shape[2]).T, np.float64)
    return values - values.mean(axis=1, keepdims=True)


def _sum(values: np.ndarray, others: np.ndarray) -> float:
    return float(np.einsum("cn,cn->", values, others))
