"""Which array of a file is which variable: by TensorFlow 1 names, or by a Keras model's layers."""

import re
from collections.abc import Mapping

import numpy as np

from explorer.model.files.stage_names import natural_order
from explorer.model.stages import BN_VARIABLES, SCOPE

EMA = "/ExponentialMovingAverage"
_OWN = f"{SCOPE}/"
_LOCAL = re.compile(
    r"(?:.*/)?((?:fc1|upsample[0-9]{1,2}|conv_out)"
    r"/(?:dense|batch_normalization|conv2d_transpose|conv2d)"
    r"/(?:kernel|bias|gamma|beta|moving_mean|moving_variance))(?::0)?"
)
_NUMBERED = {str(at): at for at in range(10)}  # Keras numbers a layer's variables


def by_variable(arrays: Mapping[str, np.ndarray], use_ema: bool) -> dict[str, np.ndarray]:
    """Arrays by local name, e.g. "fc1/dense/kernel"; what is no variable of ours is left out.

    Optimizer slots end in another name and so drop out. Where there are several scopes, all are of
    one: that named `noise_generator`, else the one that holds most.

    Args:
        use_ema: take a variable's moving average where the file has one.
    """
    found = by_name(arrays, use_ema)
    return found or _layered(arrays)


def has_ema(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether the file holds moving averages of the generator's variables."""
    return bool(_of_one_scope(arrays)[1])


def by_name(arrays: Mapping[str, np.ndarray], use_ema: bool) -> dict[str, np.ndarray]:
    """As `by_variable`, of arrays that bear TensorFlow 1 names of ours."""
    plain, averages = _of_one_scope(arrays)
    found = plain | averages if use_ema else plain
    return {local: arrays[name] for local, name in found.items()}


def _of_one_scope(arrays: Mapping[str, np.ndarray]) -> tuple[dict[str, str], dict[str, str]]:
    """Local name -> name of the variables of the generator, and of their averages."""
    plain, averages = _by_scope(arrays, ""), _by_scope(arrays, EMA)
    if not plain and not averages:
        return {}, {}

    def rank(scope: str) -> tuple:
        names = plain.get(scope, {}) | averages.get(scope, {})
        return _OWN in scope, len(names), scope in plain, -len(scope)

    own = max([*plain, *averages], key=rank)
    # An optimizer's own scope may stand before it.
    fitting = [scope for scope in averages if scope == own or (own and scope.endswith(f"/{own}"))]
    if not own and not fitting:
        fitting = [scope for scope in averages if averages[scope].keys() == plain[own].keys()]
    return plain.get(own, {}), averages[min(fitting, key=len)] if fitting else {}


def _by_scope(arrays: Mapping[str, np.ndarray], ending: str) -> dict[str, dict[str, str]]:
    """Scope -> local name -> name, of names of ours with that ending."""
    found: dict[str, dict[str, str]] = {}
    for name in arrays:
        own = name.removesuffix(ending)
        if (match := _LOCAL.fullmatch(own)) and own + ending == name:
            found.setdefault(own[: match.start(1)], {})[match[1]] = name
    return found


def _layered(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A Keras model's layers in their order: dense, then transposed convolutions, one convolution.

    Layers are numbered or named in order of creation; each has its variables in a fixed order.
    """
    layers: dict[str, list[tuple[str, np.ndarray]]] = {}
    for name, array in arrays.items():
        parent, _, own = name.rpartition("/")
        if "optimizer" not in name.lower() and ".OPTIMIZER_SLOT" not in name:
            layers.setdefault(parent.removesuffix("/vars"), []).append((own, array))
    ordered = [_sorted_layer(layers[name]) for name in sorted(layers, key=_layer_order)]
    dense = [layer for layer in ordered if layer[0].ndim == 2 and len(layer) == 2]
    maps = [layer for layer in ordered if layer[0].ndim == 4 and len(layer) == 2]
    norms = [layer for layer in ordered if len(layer) == 4 and all(a.ndim == 1 for a in layer)]
    if len(dense) != 1 or not maps or len(norms) != len(maps):
        return {}
    places = [
        ("fc1/dense", dense[0]),
        *((f"upsample{at}/conv2d_transpose", layer) for at, layer in enumerate(maps[:-1], 1)),
        ("conv_out/conv2d", maps[-1]),
    ]
    blocks = ["fc1", *(f"upsample{at}" for at in range(1, len(maps)))]
    found = {
        f"{place}/{variable}": array
        for place, layer in places
        for variable, array in zip(("kernel", "bias"), layer, strict=True)
    }
    return found | {
        f"{block}/batch_normalization/{variable}": array
        for block, layer in zip(blocks, norms, strict=True)
        for variable, array in zip(BN_VARIABLES, layer, strict=True)
    }


def _sorted_layer(members: list[tuple[str, np.ndarray]]) -> list[np.ndarray]:
    """Variables in the order kernel, bias or gamma, beta, mean, variance; Keras may number them."""
    order = {"kernel": 0, "bias": 1, **{name: at for at, name in enumerate(BN_VARIABLES)}}
    unique = {}
    for own, array in members:
        own = own.lstrip("_")
        unique.setdefault(order.get(own, _NUMBERED.get(own, 99)), array)
    return [unique[at] for at in sorted(unique)]


def _layer_order(name: str) -> tuple:
    """Natural order; a plain convolution after all transposed ones."""
    last = name.rpartition("/")[2]
    plain = last.startswith("conv2d") and "transpose" not in last
    return plain, natural_order(name)
