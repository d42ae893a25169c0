"""Which array of a Keras file is which variable of a graph: by paths, or by the order of layers."""

import re
from collections.abc import Iterator, Mapping, Sequence

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.graph_builder import GraphFile
from explorer.model.files.guessed_shapes import with_fitting_guesses
from explorer.model.files.hdf5 import H5Model
from explorer.model.files.keras_config import KerasModel, Layer
from explorer.model.stage_weights import Weight

Found = dict[str, StoredArray]
_SHOWN = 8  # variables that an error names
_MOVING = ("moving_mean", "moving_variance")
_OLD_LAYERS = "_layer_checkpoint_dependencies"

_NUMBER = re.compile(r"(?:_(\d{1,9}))?")  # that a group of the same name ends with


def match_weights(
    model: KerasModel, file: H5Model, plain: ArrayFile, is_whole: bool = True
) -> GraphFile:
    """The graph, and the array of each of its variables, by full name, in the graph's order.

    Args:
        model: the structure.
        file: the arrays.
        plain: the same file, for what else is looked for in it.
        is_whole: whether one file held both, so that they belong together.

    Raises:
        ExplorerError: variables that the file lacks, or that have another shape there: all of them
            are named, and no array has been read. Or weights that came by themselves are of a
            larger model.
    """
    graph, wanted = with_fitting_guesses(model.graph, {}), {}
    for weight in graph.weights:
        wanted.setdefault(weight.name.rpartition("/")[0], []).append(weight)
    arrays = {_modern(path): array for path, array in file.arrays.items()}
    by_path = any("/vars/" in f"/{path}" for path in arrays)
    if by_path:
        is_old = any(_OLD_LAYERS in path for path in file.arrays)
        found = _by_paths(model.layers, wanted, arrays, is_whole, is_old)
    else:
        found = _by_orders(model.layers, wanted, file)
    graph = with_fitting_guesses(graph, {name: array.shape for name, array in found.items()})
    check_arrays(graph.weights, found)
    return GraphFile(graph, {weight.name: found[weight.name] for weight in graph.weights}, plain)


def check_arrays(weights: Sequence[Weight], found: Mapping[str, StoredArray]):
    """Refuses arrays that are not those of some variables; no array has been read.

    Raises:
        ExplorerError: what is missing, or what has another shape: all of it is named.
    """
    missing = [weight.name for weight in weights if weight.name not in found]
    if missing:
        count = len(weights) - len(missing)
        if not count:
            raise ExplorerError("weights_none", "weights", names=_names(missing))
        raise ExplorerError("weights_missing", "weights", found=count, names=_names(missing))
    wrong = [
        f"{weight.name} {list(found[weight.name].shape)} ≠ {list(weight.shape)}"
        for weight in weights
        if found[weight.name].shape != weight.shape
    ]
    if wrong:
        raise ExplorerError("weights_misshapen", "weights", names=_names(wrong))


def _names(items: list[str]) -> str:
    more = f", … (+{len(items) - _SHOWN})" if len(items) > _SHOWN else ""
    return ", ".join(quote(item, 200) for item in items[:_SHOWN]) + more


def _modern(path: str) -> str:
    """Paths of Keras 2.13 as Keras 3 writes them."""
    return path.replace("\\", "/").replace(_OLD_LAYERS, "layers")


def _by_paths(
    layers: Sequence[Layer], wanted: Mapping, arrays: Mapping, is_whole: bool, is_old: bool
) -> Found:
    """Files of Keras 3: `layers/<class>_<number>/vars/<number>`.

    Numbers count the layers of a class; those of Keras 2.13 only the ones with variables, twice.
    """
    found: Found = {}
    waiting = [("layers", layers)]
    while waiting:
        prefix, members = waiting.pop()
        there = _groups(prefix, arrays)
        for key in {layer.key for layer in members}:
            alike = [layer for layer in members if layer.key == key]
            groups = _numbered(key, there)
            if not is_whole and len(groups) > len(alike):
                raise ExplorerError(
                    "keras_weights_larger", "weights", kind=key, found=len(groups), own=len(alike)
                )
            for layer, group in _grouped(alike, groups, wanted, is_old):
                at = f"{prefix}/{group}"
                if layer.layers is not None:
                    waiting.append((f"{at}/layers", layer.layers))
                else:
                    found |= _variables_at(layer, at, wanted, arrays)
    return found


def _grouped(
    alike: Sequence[Layer], groups: Mapping[int, str], wanted: Mapping, is_old: bool = False
) -> list[tuple[Layer, str]]:
    """Which group of arrays is which layer's, of those of one class.

    Other layers of the class may have arrays as well: of another output, or of somebody's own class
    of that name. Where no number tells which, none is taken for another.

    Args:
        groups: number -> name.
        wanted: scope -> the variables that the graph needs.
        is_old: whether only layers that have variables are numbered, in whatever steps.

    Raises:
        ExplorerError: it is not told.
    """
    own = {at: layer for at, layer in enumerate(alike) if _has_any(layer, wanted)}
    is_told = not is_old or len(groups) == len(alike)
    if is_old:
        groups = dict(enumerate(groups.values()))
    if is_told and own.keys() <= groups.keys():
        return [(layer, groups[at]) for at, layer in own.items()]
    if len(groups) > len(own) > 0:
        raise ExplorerError("keras_weights_unclear", "weights", kind=alike[0].key)
    if [*groups] == [*range(len(groups))]:  # of those with variables alone
        return [*zip(own.values(), groups.values(), strict=False)]
    return [(layer, groups[at]) for at, layer in own.items() if at in groups]


def _variables_at(layer: Layer, path: str, wanted: Mapping, arrays: Mapping) -> Found:
    found = {
        weight.name: arrays[f"{path}/vars/{at}"]
        for at, weight in enumerate(wanted.get(layer.scope, []))
        if f"{path}/vars/{at}" in arrays and not _is_wrapped(layer)
    }
    for attribute, part in layer.parts:
        found |= _variables_at(part, f"{path}/{attribute}", wanted, arrays)
    return found


def _is_wrapped(layer: Layer) -> bool:
    """Whether its variables are those of the layer inside."""
    return any(part.scope == layer.scope for _, part in layer.parts)


def _groups(prefix: str, arrays: Mapping) -> set[str]:
    """Names of the groups right below a path that hold arrays."""
    start = f"{prefix}/"
    return {path[len(start) :].split("/")[0] for path in arrays if path.startswith(start)}


def _numbered(key: str, groups: set[str]) -> dict[int, str]:
    """`key`, `key_1`, `key_2`, ... as far as they are there, by their numbers in order."""
    numbers = {
        int(m[1] or 0): group
        for group in groups
        if group.startswith(key) and (m := _NUMBER.fullmatch(group[len(key) :]))
    }
    return dict(sorted(numbers.items()))


def _has_any(layer: Layer, wanted: Mapping) -> bool:
    if layer.layers is not None:
        return any(_has_any(inner, wanted) for inner in layer.layers)
    return layer.scope in wanted or any(_has_any(part, wanted) for _, part in layer.parts)


def _by_orders(layers: Sequence[Layer], wanted: Mapping, file: H5Model) -> Found:
    """Older files: a group for each layer of the outermost model, in it names, else an order."""
    base = "model_weights/" if any(path.startswith("model_weights") for path in file.orders) else ""
    found: Found = {}
    for layer in layers:
        group = f"{base}{layer.name}"
        stored = [(name, file.arrays.get(f"{group}/{name}")) for name in file.orders.get(group, ())]
        ordered = _ordered(layer, wanted)
        names = [weight and weight.name for weight in ordered]
        expected = {weight.name: weight.shape for weight in ordered if weight}
        named = _by_names(layer, wanted, stored)
        # The order is another in each version, where a frozen model has a layer that is not.
        if {name: array.shape for name, array in named.items()} == expected:
            found |= named
            continue
        fits = len(names) == len(stored) and all(
            name is None or (array is not None and array.shape == expected[name])
            for name, (_, array) in zip(names, stored, strict=True)
        )
        if fits:
            pairs = zip(names, stored, strict=True)
            found |= {name: array for name, (_, array) in pairs if name is not None}
        else:
            found |= named
    return found


def _by_names(layer: Layer, wanted: Mapping, stored: list) -> Found:
    """By the last part of names, of a layer and its variable, where one array alone has it."""
    found: Found = {}
    leaves = list(_leaves(layer))
    for leaf in leaves:
        for weight in wanted.get(leaf.scope, []):
            variable = weight.name.rpartition("/")[2]
            ending = variable if len(leaves) == 1 else f"{leaf.name}/{variable}"
            chosen = [
                array
                for name, array in stored
                if array is not None and f"/{name.split(':')[0]}".endswith(f"/{ending}")
            ]
            if len(chosen) == 1:
                found[weight.name] = chosen[0]
    return found


def _leaves(layer: Layer) -> Iterator[Layer]:
    for inner in layer.layers or ():
        yield from _leaves(inner)
    if layer.layers is None:
        yield layer
        for _, part in layer.parts:
            if part.scope != layer.scope:
                yield from _leaves(part)


def _ordered(layer: Layer, wanted: Mapping) -> list[Weight | None]:
    """A layer's variables in the order of such files, None for one that is not needed.

    Those that are trained come first, then those that are not, of a whole nested model.
    """
    trained, kept = _split(layer, wanted, layer.trainable)
    return trained + kept


def _split(layer: Layer, wanted: Mapping, trainable: bool) -> tuple[list, list]:
    if layer.layers is not None:
        # Each by itself, also in a model that is frozen: a layer may have been thawed again.
        parts = [_split(inner, wanted, inner.trainable) for inner in layer.layers]
        trained, kept = ([w for part in parts for w in part[at]] for at in (0, 1))
        return (trained, kept) if trainable else ([], trained + kept)
    own = [] if _is_wrapped(layer) else list(wanted.get(layer.scope, []))
    trained = [w for w in own if w.name.rpartition("/")[2] not in _MOVING]
    kept: list[Weight | None] = [w for w in own if w not in trained]
    if layer.key == "spectral_normalization":
        kept.append(None)  # the vector of its power iteration
    for _, part in layer.parts:
        more = _split(part, wanted, trainable and part.trainable)
        trained, kept = trained + more[0], kept + more[1]
    return (trained, kept) if trainable else ([], trained + kept)
