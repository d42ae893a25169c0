"""How a layer says that its kernel was drawn, in the words of any Keras."""

import re
from collections.abc import Mapping

from explorer.model.config import INITIALIZERS
from explorer.model.files.keras_fields import Fields
from explorer.model.ops.kernels import GLOROT, UNTOLD

_INITIALIZERS = {
    re.sub("_", "", name): name for name in INITIALIZERS if not name.startswith("normal")
}

# How older files tell the same.
_SCALING = ("scale", "mode", "distribution")
_SCALINGS = {
    str([1.0, "fan_avg", "uniform"]): "glorot_uniform",
    str([1.0, "fan_avg", "normal"]): "glorot_normal",
    str([1.0, "fan_avg", "truncated_normal"]): "glorot_normal",
    str([2.0, "fan_in", "normal"]): "he_normal",
    str([2.0, "fan_in", "truncated_normal"]): "he_normal",
}


def kernel_initializer(fields: Fields, option: str = "kernel_initializer") -> str:
    """One of our ways, or `UNTOLD`; nothing that runs depends on it."""
    told = fields.get(option, GLOROT)
    kind = told.get("class_name") if isinstance(told, Mapping) else told
    config = told.get("config") if isinstance(told, Mapping) else None
    if not isinstance(kind, str):
        return UNTOLD
    if isinstance(config, Mapping) and kind == "RandomNormal":
        return "normal_0.02" if config.get("stddev") == 0.02 else UNTOLD
    if isinstance(config, Mapping) and kind == "VarianceScaling":
        return _SCALINGS.get(str([config.get(part) for part in _SCALING]), UNTOLD)
    return _INITIALIZERS.get(kind.lower().replace("_", ""), UNTOLD)
