"""Any generator as a Keras model: a layer for each stage, of its name, shared as it is there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from explorer.errors import ExplorerError, quote, quote_stage
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.config import GeneratorConfig
from explorer.model.graph import Graph, Node, Stage
from explorer.model.ops.keras_call import KerasCall
from explorer.model.stopping import stop_if_unwanted

MOST_LAYERS = 400  # Keras takes some hundredths of a second for each, and recurses along a chain
_OF_ANY_GRAPH = (".npz", ".safetensors", ".ckpt")


def keras_model(generator: GeneratorConfig | Graph, weights: Mapping) -> keras.Model:
    """The generator as a Keras model with these weights.

    Layers have the names of the stages, "_" for "/". Several inputs are a list, in their order.
    Where a stage besides the last one is read by nobody it is an output, too, after the last one.

    Args:
        generator: a configuration's is not in training, whatever it says: Keras is told in a call.
        weights: variable name -> array-like.

    Raises:
        ExplorerError: a stage that no layer of Keras is equal to; it is named.
    """
    if isinstance(generator, Graph):
        graph, plan = generator, generator.with_some_sizes().stages()
    else:
        graph = dcgan_generator(replace(generator, training=False))
        plan = graph.stages(1 + max(generator.paddings[0]))  # pads that mirror a batch need items
    return _Builder(weights).build(graph, plan)


def check_layers(graph: Graph):
    """Refuses a graph that becomes no Keras model; nothing is made.

    Raises:
        ExplorerError: it has too many stages, or one that no layer of Keras is equal to.
    """
    if len(graph.nodes) > MOST_LAYERS:
        allowed, found = ", ".join(_OF_ANY_GRAPH), len(graph.nodes)
        raise ExplorerError(
            "save_many_layers", "weights", found=found, most=MOST_LAYERS, allowed=allowed
        )
    for stage in graph.with_some_sizes().stages():
        if stage.op.keras_call(stage) is None:
            raise _no_layer(stage)


class _Builder:
    """Calls the layers one after the other."""

    def __init__(self, weights: Mapping):
        self._weights = weights
        self._tensors: dict[str, Any] = {}
        self._shared: dict[str, list[tuple[KerasCall, Callable]]] = {}  # by scope
        self._names: set[str] = set()

    def build(self, graph: Graph, plan: Sequence[Stage]) -> keras.Model:
        """The model of a graph; its stages tell the shapes."""
        for node, stage in zip(graph.nodes, plan, strict=True):
            stop_if_unwanted()
            try:
                self._tensors[node.name] = self._add(node, stage)
            except (ValueError, TypeError):  # what Keras refuses, such as a rate above 1
                raise _no_layer(stage) from None
        read = {source for node in graph.nodes for source in node.sources}
        *others, last = (node.name for node in graph.nodes if node.name not in read)
        outputs = [self._tensors[name] for name in (last, *others)]
        inputs = [self._tensors[node.name] for node in graph.inputs]
        return keras.Model(_alone(inputs), _alone(outputs), name="generator")

    def _add(self, node: Node, stage: Stage) -> Any:
        call = node.op.keras_call(stage)
        if call is None:
            raise _no_layer(stage)
        if not node.sources:
            return call.make(self._own(node.name))
        given = [self._tensors[name] for name in node.sources]
        inputs = given if node.op.most_sources > 1 else given[0]
        made = self._layer(node, stage, call)(inputs, **dict(call.when_called))
        if call.is_function:
            made._keras_history.operation.name = self._own(node.name)
        return made

    def _layer(self, node: Node, stage: Stage, call: KerasCall) -> Callable:
        """The stage's layer; the one that is there already where its variables are."""
        call = replace(call, when_called=())
        for known, layer in self._shared.get(node.scope, ()):
            if known == call:
                return layer
        layer = call.make("" if call.is_function else self._own(node.name))
        if stage.weights:
            self._shared.setdefault(node.scope, []).append((call, layer))
            layer.build((None, *stage.input_shape[1:]))
            layer.set_weights([np.asarray(self._weights[item.name]) for item in stage.weights])
        return layer

    def _own(self, stage: str) -> str:
        """A name that no other layer has; Keras' may have no slash."""
        wanted = name = stage.replace("/", "_")
        number = 2
        while name in self._names:
            name, number = f"{wanted}~{number}", number + 1
        self._names.add(name)
        return name


def _alone(items: list) -> Any:
    return items[0] if len(items) == 1 else items


def _no_layer(stage: Stage) -> ExplorerError:
    return ExplorerError(
        "save_no_keras_layer",
        "weights",
        stage=quote_stage(stage.name),
        layer=quote(stage.op.detail(stage) or stage.kind, 200),
        allowed=", ".join(_OF_ANY_GRAPH),
    )
