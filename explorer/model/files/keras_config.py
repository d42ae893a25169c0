"""A Keras model's config becomes a graph: Sequential and Functional, of Keras 2 and 3, nested too.

The config is a stranger's JSON: numbers of layers, depths and sizes are bounded, and no class that
it names is loaded.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError, quote
from explorer.model.files.channels_last import channels_last
from explorer.model.files.graph_bounds import check_count, check_sources, too_many
from explorer.model.files.keras_calls import Call, Tensor, keras_calls, tensors_of
from explorer.model.files.keras_entry import (
    fields_of,
    has_maps_channels_first,
    is_operation,
    is_wrapper,
    kind_of,
    name_of,
    ops_of,
)
from explorer.model.files.keras_fields import MOST_SIZE, is_own
from explorer.model.files.keras_layers import ADDONS, FUSED, draws_always
from explorer.model.files.stage_names import shown_name, some_names, unlike
from explorer.model.graph import Assumption, Graph, Node
from explorer.model.ops import Embedding, Identity, Input, Op, Reshape

_MOST_DEPTH = 16
_FUSED = FUSED.strip("/")
_MODELS = ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class Layer:
    """A layer of a model, once, however often it is called.

    Attributes:
        name: in its model.
        key: its class as the files of weights spell it, e.g. "conv2d_transpose".
        scope: what the full names of its variables begin with.
        trainable: whether it was, which tells the order of its variables in older files.
        layers: of a model, its layers; else None.
        parts: attribute -> layer that it has inside.
    """

    name: str
    key: str
    scope: str
    trainable: bool
    layers: "tuple[Layer, ...] | None" = None
    parts: "tuple[tuple[str, Layer], ...]" = ()


@dataclass(frozen=True)
class KerasModel:
    """What a config tells: the graph, and the layers that its variables belong to."""

    graph: Graph
    layers: tuple[Layer, ...]


def read_keras_model(told: object) -> KerasModel:
    """The graph of a model's config, `{"class_name": ..., "config": ...}`.

    Raises:
        ExplorerError: a Lambda, a subclassed model, an option that is not read, a damaged config,
            or more layers, or tensors that they read, than are shown.
    """
    try:
        builder = _Builder()
        _, layers = _model_parts(told)
        outputs = builder.place(told, _Place("", (), 0), None)
        check_sources(sum(len(node.sources) for node in builder.nodes))
        ended = _ending_with(builder.nodes, outputs[0])
        nodes, told_of_it = channels_last(ended, builder.channels_first)
        graph = Graph(_with_labels(nodes), (*told_of_it, *_told_of(builder, nodes, outputs)))
        return KerasModel(graph, tuple(builder.layers_of(layers, ())))
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, ExplorerError):
            raise
        raise ExplorerError("keras_damaged", "weights") from None


def _told_of(
    builder: "_Builder", nodes: Sequence[Node], outputs: Sequence[str]
) -> Iterator[Assumption]:
    """What the file tells, and is shown in another way or in part."""
    if drawing := [node.name for node in nodes if node.name in builder.drawing]:
        yield Assumption("keras_drawing", some_names(drawing), told=True)
    if builder.own_models:
        yield Assumption("keras_own_model", some_names([*builder.own_models]), told=True)
    if len(outputs) > 1:
        yield Assumption("keras_outputs", some_names(outputs), outputs[0], told=True)


@dataclass(frozen=True)
class _Place:
    """Where a model stands: what its stages' names begin with, its path of names, its depth."""

    prefix: str
    path: tuple[str, ...]
    depth: int


def _model_parts(told: object) -> tuple[str, list]:
    """A model's name and its layers' configs.

    Raises:
        ExplorerError: it is a subclassed model, or none.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("class_name"), str):
        raise ExplorerError("keras_damaged", "weights")
    config = told.get("config")
    if isinstance(config, list) and told["class_name"] == "Sequential":  # the oldest files
        config = {"name": "sequential", "layers": config}
    layers = config.get("layers") if isinstance(config, Mapping) else None
    if not isinstance(layers, list):
        raise ExplorerError("keras_subclassed", "weights", kind=quote(told["class_name"]))
    check_count(len(layers))
    return str(config.get("name", "")), layers


def _is_model(told: Mapping) -> bool:
    config = told.get("config")
    is_named = told.get("class_name") in _MODELS
    return is_named or (
        isinstance(config, Mapping)
        and isinstance(config.get("layers"), list)
        and "output_layers" in config
    )


class _Builder:
    """Collects the nodes of a model and of those inside it."""

    def __init__(self):
        self.nodes: list[Node] = []
        self.channels_first: dict[str, None] = {}  # names of nodes, in their order
        self.drawing: set[str] = set()  # names of nodes that draw at random in every call
        self.own_models: dict[str, None] = {}  # classes of models that are not Keras' own
        self._names: set[str] = set()
        self._scopes: dict[tuple[str, ...], str] = {}

    def scope(self, path: tuple[str, ...]) -> str:
        """Of the variables of a layer, by the names of the models around it and its own."""
        if path not in self._scopes:
            wanted = "/".join(map(shown_name, path))
            self._scopes[path] = unlike(wanted, set(self._scopes.values()))
        return self._scopes[path]

    def layers_of(self, configs: Sequence[Mapping], path: tuple[str, ...]) -> Iterator[Layer]:
        """The layers of a model, for its variables."""
        for told in configs:
            own = (*path, name_of(told))
            # Functions that were called on tensors have places in a model, but are no layers.
            if not is_operation(told):
                yield self._layer(told, own)

    def _layer(self, told: Mapping, path: tuple[str, ...]) -> Layer:
        config = told.get("config")
        trainable = not isinstance(config, Mapping) or config.get("trainable") is not False
        key = _snake(kind_of(told).removeprefix(ADDONS))
        made = Layer(path[-1], key, self.scope(path), trainable)
        if _is_model(told):
            key = "functional" if kind_of(told) == "Model" else key
            _, configs = _model_parts(told)
            return replace(made, key=key, layers=tuple(self.layers_of(configs, path)))
        if is_wrapper(told) and isinstance(config.get("layer"), Mapping):
            inner = self._layer(config["layer"], path)
            return replace(made, parts=(("layer", replace(inner, name=path[-1])),))
        if isinstance(config, Mapping) and isinstance(config.get("activation"), Mapping):
            scope = self.scope((*path, _FUSED))
            return replace(made, parts=((_FUSED, Layer(_FUSED, "", scope, True)),))
        return made

    def place(self, told: Mapping, place: _Place, given: list[str] | None) -> list[str]:
        """The stages of a model that is called on some stages; those of its outputs.

        Args:
            given: None for the outermost, whose inputs come from outside.
        """
        if place.depth > _MOST_DEPTH:
            raise too_many()
        _, layers = _model_parts(told)
        if told["class_name"] not in _MODELS:
            self.own_models[shown_name(told["class_name"])] = None
        for layer in layers:
            if not isinstance(layer, Mapping):
                raise ExplorerError("keras_damaged", "weights")
        config = told["config"]
        if isinstance(config, Mapping) and "output_layers" in config:
            return self._place_functional(config, layers, place, given)
        return self._place_sequence(told, layers, place, given)

    def _place_sequence(self, told, layers, place: _Place, given) -> list[str]:
        current = given
        if given is None and not (layers and layers[0].get("class_name") == "InputLayer"):
            current = [self._input_of_sequence(told, layers)]
        for at, layer in enumerate(layers):
            if layer.get("class_name") == "InputLayer":
                current = current or [self._input(layer, place)]
                continue
            after = _built_shape(layers[at + 1]) if at + 1 < len(layers) else None
            shape = _item_or_none(after)
            current = self._call(layer, Call(tuple(current), {}, ()), place, 1, shape)
        if not current:
            raise ExplorerError("keras_damaged", "weights")
        return current

    def _input_of_sequence(self, told: Mapping, layers: list) -> str:
        """The input that a Sequential without an InputLayer begins with."""
        if not layers:
            raise ExplorerError("keras_damaged", "weights")
        first = layers[0]
        while _is_model(first) and _model_parts(first)[1]:  # a model's own first layer tells it
            inner = _model_parts(first)[1][0]
            if not isinstance(inner, Mapping):
                raise ExplorerError("keras_damaged", "weights")
            first = inner
        config = first.get("config")
        shape = config.get("batch_input_shape") if isinstance(config, Mapping) else None
        shape = shape or (config.get("batch_shape") if isinstance(config, Mapping) else None)
        own = told["config"] if isinstance(told["config"], Mapping) else {}
        shape = shape or own.get("build_input_shape") or _built_shape(told) or _built_shape(first)
        return self._add(f"{shown_name(name_of(layers[0]))}_input", Input(_item(shape)), (), "")

    def _input(self, layer: Mapping, place: _Place) -> str:
        config = layer.get("config")
        if not isinstance(config, Mapping):
            raise ExplorerError("keras_damaged", "weights")
        shape = config.get("batch_shape") or config.get("batch_input_shape")
        return self._add(f"{place.prefix}{shown_name(name_of(layer))}", Input(_item(shape)), (), "")

    def _place_functional(self, config, layers, place: _Place, given) -> list[str]:
        """Calls every layer as soon as all that it reads is there."""
        inputs = tensors_of(config.get("input_layers"))
        known = {layer_name: index for index, (layer_name, *_) in enumerate(inputs)}
        calls = {name_of(layer): keras_calls(layer) for layer in layers}
        check_count(sum(map(len, calls.values())))
        shapes = {t: s for found in calls.values() for c in found for t, s in c.shapes.items()}
        ends = _ends(tensors_of(config["output_layers"]), calls)
        read = [tensor for found in calls.values() for call in found for tensor in call.tensors]
        first = _first_calls({*read, *ends}, calls)
        made: dict[Tensor, str] = {}
        by_name = {name_of(layer): layer for layer in layers}
        for name in [*known, *(name for name in by_name if name not in known)]:
            if by_name[name].get("class_name") == "InputLayer":
                if given is None:
                    made[name, 0, 0] = self._input(by_name[name], place)
                elif name in known and known[name] < len(given):
                    made[name, 0, 0] = given[known[name]]
        waiting = [(name, at) for name in by_name for at in range(len(calls[name]))]
        while waiting:
            left = []
            for name, at in waiting:
                call = calls[name][at]
                if not all(tensor in made for tensor in call.tensors):
                    left.append((name, at))
                    continue
                sources = tuple(made[tensor] for tensor in call.tensors)
                key = (name, at + first[name])
                called = replace(call, tensors=sources)
                shape = _item_or_none(shapes.get((*key, 0)))
                outputs = self._call(by_name[name], called, place, at + 1, shape)
                made |= {(*key, index): stage for index, stage in enumerate(outputs)}
            if len(left) == len(waiting):
                raise ExplorerError("keras_loop", "weights", layer=quote(left[0][0]))
            waiting = left
        outputs = [made.get(tensor) for tensor in ends]
        if not outputs or None in outputs:
            raise ExplorerError("keras_damaged", "weights")
        return outputs

    def _call(self, told, call: Call, place: _Place, number: int, shape) -> list[str]:
        """The stages of one layer, called for the `number`th time; those of its outputs."""
        suffix = f":{number}" if number > 1 else ""
        name = name_of(told)
        stage, path = f"{place.prefix}{shown_name(name)}{suffix}", (*place.path, name)
        if not call.tensors:
            raise ExplorerError("keras_damaged", "weights")
        if _is_model(told):
            if fields_of(told, call).in_training:
                raise fields_of(told).refuse("training", True)
            inner = _Place(f"{stage}/", path, place.depth + 1)
            return self.place(told, inner, list(call.tensors))
        sources, scope = tuple(call.tensors), self.scope(path)
        for ending, op in ops_of(told, call, shape):
            own = self.scope((*path, _FUSED)) if ending == FUSED else scope
            sources = (self._add(f"{stage}{ending}", op, sources, own),)
            if op.is_known and ending != FUSED and has_maps_channels_first(told, call):
                self.channels_first[sources[0]] = None
        if is_own(told) and draws_always(fields_of(told, call)):
            self.drawing.add(sources[0])
        return [sources[0]]

    def _add(self, name: str, op: Op, sources: tuple[str, ...], scope: str) -> str:
        check_count(len(self.nodes) + 1)
        name = unlike(name, self._names)
        self._names.add(name)
        self.nodes.append(Node(name, op, sources, scope))
        return name


def _first_calls(read: set[Tensor], calls: Mapping[str, list[Call]]) -> dict[str, int]:
    """What the first call of each layer is numbered by those who refer to it.

    Keras 2 counts the call that made a nested model, which is no part of the model around it.
    """
    numbers: dict[str, set[int]] = {name: set() for name in calls}
    for name, at, _ in read:
        numbers.setdefault(name, set()).add(at)
    return {
        name: int(bool(found) and 0 not in found and max(found) == len(calls.get(name, ())))
        for name, found in numbers.items()
    }


def _ends(told: Sequence[Tensor], calls: Mapping[str, list]) -> list[Tensor]:
    """The outputs; of a nested model, whose calls Keras 3 counts from 1 there, and from 0 else."""
    read = [tensor for found in calls.values() for call in found for tensor in call.tensors]
    from_zero = {name for name, at, _ in read if at == 0}
    later = {name for name, at, _ in told if at == len(calls.get(name, ()))} & from_zero
    return [(name, at - (name in later), output) for name, at, output in told]


def _item(shape: object) -> tuple[int | None, ...]:
    """Sizes of an item, of a shape with the batch first."""
    found = _item_or_none(shape, unknown=True)
    if found is None:
        raise ExplorerError("keras_no_input", "weights")
    return found


def _item_or_none(shape: object, unknown: bool = False) -> tuple[int | None, ...] | None:
    if not isinstance(shape, list) or not 1 <= len(shape) <= 8:
        return None
    sound = all(
        (size is None and unknown)
        or (isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= MOST_SIZE)
        for size in shape[1:]
    )
    return tuple(shape[1:]) if sound else None


def _built_shape(told: Mapping) -> list | None:
    """Of what a layer was built on, where the file tells it."""
    built = told.get("build_config")
    shape = built.get("input_shape") if isinstance(built, Mapping) else None
    return shape if isinstance(shape, list) else None


def _snake(name: str) -> str:
    """A class' name as Keras spells it in paths (keras.src.utils.naming.to_snake_case)."""
    name = re.sub(r"\W+", "", name[:200])
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _ending_with(nodes: list[Node], output: str) -> list[Node]:
    """The nodes in their order, with the model's (first) output as the last one."""
    last = next(node for node in nodes if node.name == output)
    if last is nodes[-1]:
        return nodes
    if any(output in node.sources for node in nodes):
        name = unlike("output", {node.name for node in nodes})
        return [*nodes, Node(name, Identity("output"), (output,), name)]
    return [*(node for node in nodes if node is not last), last]


def _with_labels(nodes: list[Node]) -> tuple[Node, ...]:
    """Inputs that choose rows of a table take whole numbers, as many as there are rows."""
    origins = {node.name: node.name for node in nodes if not node.sources}
    rows: dict[str, int] = {}
    for node in nodes:
        origin = origins.get(node.sources[0]) if len(node.sources) == 1 else None
        if origin and isinstance(node.op, Reshape | Identity):
            origins[node.name] = origin
        if origin and isinstance(node.op, Embedding):
            rows[origin] = min(node.op.rows, rows.get(origin, node.op.rows))
    return tuple(
        replace(node, op=replace(node.op, low=0, high=rows[node.name] - 1))
        if node.name in rows
        else node
        for node in nodes
    )
