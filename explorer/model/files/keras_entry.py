"""One entry of a Keras model's config: its name, its class, and the operations that it becomes."""

from collections.abc import Mapping
from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.files.keras_calls import Call
from explorer.model.files.keras_fields import Fields, is_own
from explorer.model.files.keras_functions import read_operation
from explorer.model.files.keras_layers import ADDONS, has_channels_first, read_layer
from explorer.model.files.stage_names import shown_name
from explorer.model.ops import Op, Opaque

_WRAPPERS = ("SpectralNormalization", f"{ADDONS}SpectralNormalization")


def name_of(told: Mapping) -> str:
    """A layer's name, which others refer to it by."""
    config = told.get("config")
    inner = config.get("name") if isinstance(config, Mapping) else None
    name = told.get("name") or inner or told.get("class_name")
    if not isinstance(name, str):
        raise ExplorerError("keras_damaged", "weights")
    return name


def fields_of(told: Mapping, call: Call | None = None) -> Fields:
    """What its config says, and the call where it is one that counts.

    Raises:
        ExplorerError: it is no config.
    """
    config, kind = told.get("config"), told.get("class_name")
    if not isinstance(config, Mapping) or not isinstance(kind, str):
        raise ExplorerError("keras_damaged", "weights")
    more = (call.arguments, call.operands) if call else ()
    return Fields(name_of(told), kind_of(told), config, *more)


def kind_of(told: Mapping) -> str:
    """A layer's class; those of TensorFlow Addons have its name before them in all files."""
    kind, module = str(told.get("class_name")), told.get("module")
    is_addon = isinstance(module, str) and module.startswith("tensorflow_addons")
    return f"{ADDONS}{kind}" if is_addon and not kind.startswith(ADDONS) else kind


def ops_of(told: Mapping, call: Call, shape) -> list[tuple[str, Op]]:
    """What a layer does; a class that is not known is opaque, its output's shape as told."""
    ops = _plain_ops_of(told, call, shape)
    if len(call.tensors) > ops[0][1].most_sources:
        raise fields_of(told).refuse("inputs", len(call.tensors))
    return ops


def _plain_ops_of(told: Mapping, call: Call, shape) -> list[tuple[str, Op]]:
    fields = fields_of(told, call)
    _check_dtype(fields)
    if fields.kind == "TFOpLambda":
        return [("", _shaped(read_operation(fields, str(fields.values.get("function"))), shape))]
    if is_operation(told):
        return [("", _shaped(read_operation(fields, fields.kind), shape))]
    if is_wrapper(told):
        inner = fields.values.get("layer")
        if not isinstance(inner, Mapping):
            raise ExplorerError("keras_damaged", "weights")
        return ops_of(inner, call, shape)
    ops = read_layer(fields) if is_own(told) else None
    return [("", Opaque(shown_name(fields.kind), shape))] if ops is None else ops


def _check_dtype(fields: Fields):
    """Refuses layers that round all that they compute, as quantized ones do."""
    dtype = fields.values.get("dtype")
    told = dtype.get("class_name") if isinstance(dtype, Mapping) else dtype
    if isinstance(told, str) and ("Quantized" in told or "_from_" in told):
        raise fields.refuse("dtype", told)


def has_maps_channels_first(told: Mapping, call: Call) -> bool:
    """As `has_channels_first`; of a wrapper, of what it holds."""
    if is_wrapper(told):
        return has_maps_channels_first(told["config"]["layer"], call)
    return has_channels_first(fields_of(told, call))


def is_wrapper(told: Mapping) -> bool:
    """Whether it is, at inference, the layer that it holds."""
    return kind_of(told) in _WRAPPERS and is_own(told)


def _shaped(op: Op, shape: tuple[int, ...] | None) -> Op:
    return replace(op, shape=shape) if isinstance(op, Opaque) else op


def is_operation(told: Mapping) -> bool:
    """Whether it is one of Keras 3's functions, called on tensors of a model."""
    module, config, nodes = (told.get(name) for name in ("module", "config", "inbound_nodes"))
    if isinstance(module, str):
        return ".ops." in module and is_own(told)
    # An .h5 names no modules; all layers have a dtype there.
    is_new = isinstance(nodes, list) and bool(nodes) and isinstance(nodes[0], Mapping)
    return is_new and isinstance(config, Mapping) and not ({"dtype", "layers"} & config.keys())
