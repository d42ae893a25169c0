"""Weights of PyTorch modules under spectral normalization, as they are when nothing is trained.

Miyato et al. 2018: weight = weight_orig / σ with σ = uᵀ·W·v, W the weight as a matrix whose rows
are its outputs; u and v are saved, and stay as they are at inference (torch.nn.utils.spectral_norm
and torch.nn.utils.parametrizations.spectral_norm).
"""

import math
from collections.abc import Mapping

import numpy as np

from explorer.model.files.arrays import StoredArray

Arrays = Mapping[str, StoredArray]
_FORMS = (
    ("weight_orig", "weight_u", "weight_v"),
    (
        "parametrizations.weight.original",
        "parametrizations.weight.0._u",
        "parametrizations.weight.0._v",
    ),
)
_OUTPUTS_AT = (0, 1)  # the axis of the outputs: of a transposed convolution it is the second


def with_spectral_weights(arrays: Arrays) -> tuple[Arrays, list[str]]:
    """The arrays with the weights in the place of what they are made of, and whose they are.

    Of what is not saved whole, or of shapes that do not fit, the parts stay.
    """
    found, modules = dict(arrays), []
    for name in arrays:
        for form in _FORMS:
            path = name.removesuffix(form[0])
            parts = [arrays.get(f"{path}{own}") for own in form]
            if path == name or (path and not path.endswith(".")) or None in parts:
                continue
            if axes := _axes_of(*parts):
                for own in form:
                    del found[f"{path}{own}"]
                found[f"{path}weight"] = _normalized(*parts, axes)
                modules.append(path.removesuffix("."))
    return found, modules


def _axes_of(weight: StoredArray, u: StoredArray, v: StoredArray) -> tuple[int, ...]:
    """Which axes the outputs may be, as the lengths of u and v tell."""
    whole = math.prod(weight.shape)
    return tuple(
        at
        for at in _OUTPUTS_AT
        if at < weight.ndim
        and u.shape == (weight.shape[at],)
        and v.shape == (whole // max(1, weight.shape[at]),)
    )


def _normalized(
    weight: StoredArray, u: StoredArray, v: StoredArray, axes: tuple[int, ...]
) -> StoredArray:
    """Where lengths fit both axes, it is the one of which u and v are the singular vectors."""

    def read() -> np.ndarray:
        whole = weight.load()
        left, right = (part.load().astype(np.float64) for part in (u, v))
        matrices = [np.moveaxis(whole, at, 0).reshape(len(left), -1) for at in axes]
        sigmas = [float(left @ (matrix @ right)) for matrix in matrices]
        with np.errstate(divide="ignore", invalid="ignore"):
            return whole / np.float32(max(sigmas, key=abs))

    return StoredArray(weight.shape, read)
