"""A graph that comes as JSON from a process that is not trusted: every part of it is checked."""

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import fields

from pydantic import TypeAdapter

from explorer.errors import ExplorerError, quote
from explorer.model.graph import (
    MOST_LETTERS,
    MOST_LETTERS_OF_ONE,
    MOST_NODES,
    MOST_SOURCES,
    Assumption,
    Graph,
    Node,
)
from explorer.model.ops import OPS, Op

_MOST_ASSUMED, _LONGEST_TEXT = 16, 2**14
_LARGEST, _LARGEST_REAL = 2**24, 3.4e38  # a float32 holds


def read_graph(told: object) -> Graph:
    """The inverse of `Graph.as_dict`.

    Raises:
        ExplorerError: an operation of which more is told than is kept.
        ValueError, LookupError, TypeError: it is no sound graph.
    """
    json.dumps(told, ensure_ascii=False).encode()  # half of a surrogate pair is in no text
    if len(json.dumps(told)) > MOST_LETTERS:
        raise ValueError("too much is told of it")
    nodes = told["nodes"] if isinstance(told, Mapping) else None
    if not isinstance(nodes, list) or not 0 < len(nodes) <= MOST_NODES:
        raise ValueError("no list of nodes")
    made: dict[str, Node] = {}
    if sum(len(entry["sources"]) for entry in nodes) > MOST_SOURCES:
        raise ValueError("too many sources")
    for entry in nodes:
        node = _node(entry, made)
        if node.name in made:
            raise ValueError("a name that another has")
        made[node.name] = node
    return Graph(tuple(made.values()), _assumed(told.get("assumed", [])))


def _assumed(told: object) -> tuple[Assumption, ...]:
    if not isinstance(told, list) or len(told) > _MOST_ASSUMED:
        raise ValueError("no list of assumptions")
    made = tuple(Assumption(**entry) for entry in told)
    texts = [text for item in made for text in (item.code, item.stages, item.value)]
    if not all(map(_is_text, texts)) or not all(isinstance(item.told, bool) for item in made):
        raise TypeError("no text")
    return made


def _is_text(value: object) -> bool:
    """No C library takes a text whole that has a zero in it; files would lose numbers by it."""
    return isinstance(value, str) and len(value) < _LONGEST_TEXT and "\0" not in value


def _node(entry: Mapping, made: Mapping[str, Node]) -> Node:
    _check_letters(entry)
    texts = [entry["name"], entry["scope"], entry["formula"], *entry["sources"]]
    if not all(map(_is_text, texts)):
        raise TypeError("no text")
    if not entry["name"]:
        raise ValueError("no name")
    op = _op(entry["op"])
    count = len(entry["sources"])
    if not min(1, op.most_sources) <= count <= op.most_sources:
        raise ValueError("another number of sources")
    # One text for all that read it; a LookupError where data could not flow in this order.
    sources = tuple(made[source].name for source in entry["sources"])
    return Node(entry["name"], op, sources, entry["scope"], entry["formula"])


def _check_letters(entry: Mapping):
    """Every view repeats what is told of an operation."""
    if len(json.dumps({**entry, "sources": []})) > MOST_LETTERS_OF_ONE:
        name, bound = quote(entry.get("name")), MOST_LETTERS_OF_ONE
        raise ExplorerError("graph_long_layer", "weights", layer=name, bound=bound)


def _op(told: Mapping) -> Op:
    own = {key: value for key, value in told.items() if key != "kind"}
    kind = OPS[told["kind"]]
    if own.keys() - {field.name for field in fields(kind)}:
        raise ValueError("a field that the operation lacks")
    op = _adapter(kind).validate_json(json.dumps(own), strict=True)
    for value in vars(op).values():
        _check_number(value)
    return op


@functools.cache
def _adapter(kind: type[Op]) -> TypeAdapter:
    return TypeAdapter(kind)


def _check_number(value: object):
    if isinstance(value, tuple):
        for item in value:
            _check_number(item)
    elif isinstance(value, int | float):
        most = _LARGEST if isinstance(value, int) else math.inf
        if not abs(value) <= most or not abs(value) < _LARGEST_REAL:
            raise ValueError("a number is out of range")
