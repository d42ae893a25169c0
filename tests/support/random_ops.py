"""Graphs of operations with any numbers that their fields' types allow, as a file states them."""

import dataclasses
import functools
import itertools
import math
import types
import typing
from random import Random

from explorer.errors import ExplorerError
from explorer.model.changes import Change
from explorer.model.graph import Graph
from explorer.model.graph_json import read_graph
from explorer.model.ops import OPS
from explorer.model.ops.changeable import Changeable, Value
from explorer.model.shown_bounds import MAX_OPENED_CELLS, check_shown

_WHOLES = (0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 8, 16, -1, -2, 17, 33)
_REALS = (0.0, -0.0, 1.0, 0.5, 1e-3, 1e-30, 3e38, -3e38, -1.0, 0.2, 2.0, 1e30)
_SHAPES = ((1,), (4,), (4,), (12,), (2, 4), (2, 2, 4), (3, 2, 1))
_LEFT_OUT = 0.6  # how often a field that has a usual value is not told
_MOST_VALUES = 10**5  # of all stages and variables together, so that a graph takes no time


@functools.cache
def _hints(kind: type) -> dict:
    return typing.get_type_hints(kind, include_extras=True)


def _some_value(hint, random: Random) -> object:
    """Any value of a type, as JSON has it."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _some_value(parts[0], random)
    if origin is typing.Literal:
        return random.choice(parts)
    if origin in (typing.Union, types.UnionType):
        return _some_value(random.choice(parts), random)
    if origin is tuple and parts[-1] is Ellipsis:
        count = random.choice((0, 1, 1, 2, 2, 3, 3, 4))
        return [_some_value(parts[0], random) for _ in range(count)]
    if origin is tuple:
        return [_some_value(part, random) for part in parts]
    if dataclasses.is_dataclass(hint):
        return {name: _some_value(of, random) for name, of in _hints(hint).items()}
    values = {bool: (True, False), int: _WHOLES, float: _REALS, str: ("x", "Dropout(0.5)")}
    return None if hint is type(None) else random.choice(values[hint])


def some_op(kind: str, random: Random) -> dict:
    """What a file tells of an operation of a kind; it may be none that is sound."""
    told = {"kind": kind}
    for field in dataclasses.fields(OPS[kind]):
        missing = field.default is field.default_factory is dataclasses.MISSING
        if missing or random.random() > _LEFT_OUT:
            told[field.name] = _some_value(_hints(OPS[kind])[field.name], random)
    return told


def _with(nodes: list[dict], kind: str, random: Random) -> list[dict] | None:
    """The nodes and one more, which reads the last one, once or twice, or others beside it."""
    names = [node["name"] for node in nodes]
    sources = [names[-1]] + [random.choice(names)] * random.choice((0, 0, 0, 1))
    sources = sources[: OPS[kind].most_sources]
    name = f"n{len(nodes)}"
    op = some_op(kind, random)
    made = [*nodes, {"name": name, "op": op, "sources": sources, "scope": name, "formula": ""}]
    try:
        graph = read_graph({"nodes": made}).with_some_sizes()
        plan = graph.stages()
        check_shown(plan, MAX_OPENED_CELLS)
    except (ExplorerError, ValueError, LookupError, TypeError):
        return None
    sizes = [stage.shape for stage in plan] + [weight.shape for weight in graph.weights]
    return made if sum(map(math.prod, sizes)) < _MOST_VALUES else None


def random_graph(random: Random, kind: str, others: int = 2) -> Graph:
    """A sound graph with an operation of a kind, and others of any kind before and after it."""
    kinds = [name for name in OPS if name != "input"]
    for tried in itertools.count():
        if tried % 50 == 0:
            shape = random.choice(_SHAPES)
            op = {"kind": "input", "shape": shape, "low": None, "high": None}
            nodes = [{"name": "z", "op": op, "sources": [], "scope": "z", "formula": ""}]
            wanted = [random.choice(kinds) for _ in range(random.randint(0, others))]
            wanted.insert(random.randint(0, len(wanted)), kind)
        if not wanted:
            return read_graph({"nodes": nodes})
        if made := _with(nodes, wanted[0], random):
            nodes, wanted = made, wanted[1:]


def some_change(graph: Graph, random: Random) -> Change | None:
    """Any value that is allowed of any argument; None where nothing can be changed."""
    found = [(node, argument) for node in graph.nodes for argument in node.op.changeable]
    if not found:
        return None
    node, argument = random.choice(found)
    return Change(node.name, argument.name, _allowed_value(argument, random))


def _allowed_value(argument: Changeable, random: Random) -> Value:
    if argument.choices:
        return random.choice(argument.choices)
    if argument.optional and random.random() < 0.2:
        return None
    low, high = argument.low, min(argument.high, max(argument.low, 0) + 6)
    count = random.choice(argument.counts)
    numbers = [random.randint(math.ceil(low), int(high)) for _ in range(count)]
    if not argument.whole:
        return low + (high - low) * random.random()
    return numbers[0] if argument.counts == (1,) else tuple(numbers)
