"""How the layers of a Functional model were called: on tensors and numbers, in either syntax."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from explorer.errors import ExplorerError

Tensor = tuple[str, int, int]  # a layer's name, which of its calls, which of the outputs
_CONSTANT = "_CONSTANT_VALUE"
_IGNORED = ("mask", "name")
_MOST_NESTED = 16


@dataclass(frozen=True)
class Call:
    """One call of a layer.

    Attributes:
        tensors: that it was called on, in their order.
        arguments: other named arguments.
        operands: unnamed ones in their order, None for a tensor.
        shapes: of those tensors, where the file tells them.
    """

    tensors: tuple
    arguments: Mapping[str, object]
    operands: tuple
    shapes: Mapping[Tensor, object] = field(default_factory=dict)


def keras_calls(layer: Mapping) -> list[Call]:
    """The calls of a layer.

    Raises:
        ExplorerError: they have no form that Keras writes.
    """
    nodes = layer.get("inbound_nodes", [])
    if not isinstance(nodes, list):
        raise ExplorerError("keras_damaged", "weights")
    return [_new_call(node) if isinstance(node, Mapping) else _old_call(node) for node in nodes]


def tensors_of(told: object) -> list[Tensor]:
    """One tensor, or a list of them."""
    if (single := tensor_of(told)) is not None:
        return [single]
    if isinstance(told, Mapping):
        told = list(told.values())
    if not isinstance(told, list):
        raise ExplorerError("keras_damaged", "weights")
    found = [tensor_of(item) for item in told]
    if None in found:
        raise ExplorerError("keras_damaged", "weights")
    return found


def tensor_of(told: object) -> Tensor | None:
    """A tensor that is written as [layer, call, output]; None if it is something else."""
    if not isinstance(told, list) or len(told) not in (3, 4) or not isinstance(told[0], str):
        return None
    is_sound = all(isinstance(at, int) and not isinstance(at, bool) for at in told[1:3])
    return tuple(told[:3]) if is_sound else None


def _new_call(node: Mapping) -> Call:
    """Keras 3's."""
    args, named = node.get("args", []), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(named, Mapping):
        raise ExplorerError("keras_damaged", "weights")
    shapes: dict[Tensor, object] = {}
    operands = [_new_value(value, shapes) for value in args]
    arguments = {
        key: _new_value(value, shapes) for key, value in named.items() if key not in _IGNORED
    }
    return _call(operands, arguments, shapes)


def _new_value(value: object, shapes: dict, depth: int = 0) -> object:
    """A value of a call, with `_Ref` for tensors."""
    if depth > _MOST_NESTED:
        raise ExplorerError("keras_damaged", "weights")
    if isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        tensor = tensor_of(value["config"]["keras_history"])
        if tensor is None:
            raise ExplorerError("keras_damaged", "weights")
        shapes[tensor] = value["config"].get("shape")
        return _Ref(tensor)
    if isinstance(value, list):
        return [_new_value(item, shapes, depth + 1) for item in value]
    return value


def _old_call(node: object) -> Call:
    """Keras 2's: a tensor with the named arguments after it, or a list of such."""
    is_single = isinstance(node, list) and bool(node) and isinstance(node[0], str)
    entries = [node] if is_single else node
    if isinstance(entries, Mapping):
        entries = list(entries.values())
    if not isinstance(entries, list):
        raise ExplorerError("keras_damaged", "weights")
    operands, arguments = [], {}
    for entry in entries:
        named = entry[3] if isinstance(entry, list) and len(entry) == 4 else {}
        if isinstance(entry, list) and entry[:1] == [_CONSTANT] and len(entry) == 4:
            operands.append(entry[2])
        elif (tensor := tensor_of(entry)) is not None:
            operands.append(_Ref(tensor))
        else:
            raise ExplorerError("keras_damaged", "weights")
        if not isinstance(named, Mapping):
            raise ExplorerError("keras_damaged", "weights")
        for key, value in named.items():
            if key not in _IGNORED:
                arguments[key] = _old_value(value)
    return _call(operands, arguments, {})


def _old_value(value: object) -> object:
    tensor = tensor_of(value)
    if tensor is not None and tensor[0] == _CONSTANT:
        return value[2]
    return value if tensor is None else _Ref(tensor)


@dataclass(frozen=True)
class _Ref:
    """Stands for a tensor among values."""

    tensor: Tensor


def _call(operands: list, arguments: dict, shapes: dict) -> Call:
    tensors = tuple(ref.tensor for ref in _refs([*operands, *arguments.values()]))
    plain = tuple(None if list(_refs([value])) else value for value in operands)
    # None stands where there is a tensor, also one that was given by name.
    named = {key: value for key, value in arguments.items() if not list(_refs([value]))}
    return Call(tensors, named, plain, shapes)


def _refs(values: list) -> Iterator[_Ref]:
    for value in values:
        if isinstance(value, _Ref):
            yield value
        elif isinstance(value, list):
            yield from _refs(value)
