"""The generator of a TensorFlow 1 checkpoint, by the graph in its .meta file, which is never run.

The graph is a stranger's: the file, the number of its operations and of what they read are bounded,
and one that waits for itself is not read.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from google.protobuf.message import DecodeError, Message

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.checkpoint import META
from explorer.model.files.checkpoint_messages import MESSAGES
from explorer.model.files.graph_builder import GraphBuilder, GraphFile
from explorer.model.files.meta_calls import Call, Reading
from explorer.model.files.meta_operations import OPERATIONS
from explorer.model.files.meta_output import INNER, Chosen, choose_output, unused
from explorer.model.files.meta_values import Flow, Part, Unread, UnreadError, Value
from explorer.model.files.stage_names import some_names
from explorer.model.graph import Assumption
from explorer.sizes import MIB, mebibytes

MOST_META = 64 * MIB
MOST_OPERATIONS = 100_000
_UPDATES = ("AssignSub", "AssignAdd", "AssignSubVariableOp", "AssignAddVariableOp")
_MOST_INPUTS = 1_000_000
_LONGEST = 1000  # letters of a name that is looked into
# The last part of an operation's name that says no more than the operation does.
_PLAIN = re.compile(
    r"(.+?)/(?:BiasAdd|MatMul|Conv2D|BatchToSpaceND|conv2d_transpose|xw_plus_b|add(?:_1)?"
    r"|(?:cond(?:_\d+)?/)?(?:Merge|FusedBatchNorm(?:V[23])?)(?:_\d+)?|batchnorm(?:_\d+)?/add_1)",
    re.DOTALL,
)


def read_meta(path: Path, file: ArrayFile) -> GraphFile:
    """The generator of a checkpoint.

    Args:
        path: of the .meta file.
        file: the checkpoint's arrays.

    Raises:
        ExplorerError: a file too large, no graph, no generator in it, or one with an operation that
            is not read.
    """
    if path.stat().st_size > MOST_META:
        bound = mebibytes(MOST_META)
        raise ExplorerError("file_part_too_large", "weights", value=quote(META), bound=bound)
    try:
        graph = MESSAGES["MetaGraph"].FromString(path.read_bytes()).graph_def
    except DecodeError:
        raise ExplorerError("meta_damaged", "weights") from None
    return read_graph_def(graph, file)


def read_graph_def(graph: Message, file: ArrayFile) -> GraphFile:
    """As `read_meta`, of a `GraphDef`."""
    nodes = {node.name: node for node in graph.node}
    if len(graph.node) > MOST_OPERATIONS or sum(len(n.input) for n in graph.node) > _MOST_INPUTS:
        raise ExplorerError("meta_too_many", "weights", bound=MOST_OPERATIONS)
    if not nodes:
        raise ExplorerError("meta_damaged", "weights")
    shapes = {name: array.shape for name, array in file.arrays.items()}
    reading = Reading(shapes, frozenset(_updated(nodes)))
    for node in _in_order(nodes):
        inputs = [_value(told, nodes, reading) for told in node.input if not told.startswith("^")]
        reading.read[node.name], reading.kinds[node.name] = inputs, node.op
        reading.values[node.name] = _read(Call(node, inputs, reading))
    chosen = choose_output(reading)
    if chosen is None:
        raise _no_output(reading, file)
    left = unused(chosen.flow, list(file.arrays))
    if left:
        raise _breaks_off(chosen.flow, left, reading, nodes)
    return _built(chosen, file)


def _updated(nodes: Mapping[str, Message]) -> Iterator[str]:
    """Variables that an operation adds to or takes from, also behind a switch."""
    for node in nodes.values():
        if node.op in _UPDATES and node.input:
            name = _source(node.input[0])[0]
            yield name
            if name in nodes and nodes[name].input:
                yield _source(nodes[name].input[0])[0]


def _in_order(nodes: Mapping[str, Message]) -> Iterator[Message]:
    """Operations after those that they read; those that wait for themselves never come."""
    waits: dict[str, int] = {}
    readers: dict[str, list[str]] = {}
    for name, node in nodes.items():
        sources = {_source(item)[0] for item in node.input} & nodes.keys()
        waits[name] = len(sources)
        for source in sources:
            readers.setdefault(source, []).append(name)
    ready = deque(name for name, count in waits.items() if not count)
    while ready:
        name = ready.popleft()
        yield nodes[name]
        for reader in readers.get(name, ()):
            waits[reader] -= 1
            if not waits[reader]:
                ready.append(reader)


def _source(told: str) -> tuple[str, int]:
    """An operation's name and which of its outputs, of "name:1" or of "^name"."""
    name, _, output = told.removeprefix("^").partition(":")
    return name, int(output) if output.isascii() and output.isdecimal() and len(output) < 6 else 0


def _read(call: Call) -> Value:
    node = call.node
    if node.name.split("/")[0].startswith(INNER):
        return Unread(node.op, node.name)
    read = OPERATIONS.get(node.op)
    if read is None:
        return next((v for v in call.inputs if isinstance(v, Unread)), Unread(node.op, node.name))
    try:
        return read(call)
    except UnreadError as error:
        (why,) = error.args
        return why if isinstance(why, Unread) else Unread(node.op, node.name, str(why))
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
        return Unread(node.op, node.name)


def _value(told: str, nodes: Mapping[str, Message], reading: Reading) -> Value:
    """What an operation reads; of second outputs a switch's alone is what its first one is."""
    name, output = _source(told)
    value = reading.values.get(name, Unread("?", name))
    passes = output == 0 or (output == 1 and name in nodes and nodes[name].op == "Switch")
    return value if passes else Unread("?", told)


def _no_output(reading: Reading, file: ArrayFile) -> ExplorerError:
    """What was recognised, and the first operation that is not read on the way from a step."""
    steps = [value for value in reading.values.values() if isinstance(value, Flow)]
    passed_on = {v.name for read in reading.read.values() for v in read if isinstance(v, Unread)}
    unread = [
        value
        for name, value in reading.values.items()
        if isinstance(value, Unread)
        and value.name == name
        and name in passed_on
        and not name.startswith(INNER)
        and any(isinstance(one, Flow) for one in reading.read[name])
    ]
    names = some_names([quote(name) for name in file.arrays], 3)
    count, steps = len(reading.values), len(steps)
    if not unread:
        return ExplorerError("meta_no_way", "weights", count=count, steps=steps, names=names)
    first = str(unread[0])
    return ExplorerError(
        "meta_no_output", "weights", count=count, steps=steps, names=names, unread=first
    )


def _breaks_off(
    flow: Flow, left: Sequence[str], reading: Reading, nodes: Mapping[str, Message]
) -> ExplorerError:
    """Which operation stands between what was read of a generator and the rest of it."""
    culprit, beside = "", ""
    names = {one.name for one in _with_sources(flow)}
    steps = len(names)
    for name, value in reading.values.items():
        if name.startswith(INNER) or not names & {_source(told)[0] for told in nodes[name].input}:
            continue
        if isinstance(value, Unread) and value.name == name:
            culprit = str(value)
        elif isinstance(value, Unread):  # it reads what is not read, beside a step
            beside = beside or str(value)
        elif isinstance(value, Part):
            names.add(name)
    return ExplorerError(
        "meta_breaks_off",
        "weights",
        steps=steps,
        last=quote(flow.name, 100),
        unread=culprit or beside or "-",
        names=some_names([quote(name) for name in left]),
    )


def _with_sources(flow: Flow) -> list[Flow]:
    """A step and all before it, in the order in which data flows."""
    found, waiting = {flow.at: flow}, [flow]
    while waiting:
        for source in waiting.pop().sources:
            if source.at not in found:
                found[source.at] = source
                waiting.append(source)
    return [found[at] for at in sorted(found)]


def _built(chosen: Chosen, file: ArrayFile) -> GraphFile:
    flows = _with_sources(chosen.flow)
    builder = GraphBuilder()
    prefix = _common_scope([flow.name for flow in flows if flow.sources])
    stages: dict[int, str] = {}
    for flow in flows:
        sources = tuple(stages[source.at] for source in flow.sources)
        arrays = {own: _array(told, file) for own, told in flow.arrays.items()}
        name = _stage_name(flow.name, prefix)
        stages[flow.at] = builder.add(name, flow.op, sources, arrays)
    return builder.file(tuple(_assumed(chosen, flows, stages)), file)


def _array(told: str | StoredArray, file: ArrayFile) -> StoredArray | None:
    return file.arrays.get(told) if isinstance(told, str) else told


def _stage_name(name: str, prefix: str) -> str:
    """Without the scope that all have in common, and without what only names the operation."""
    found = _PLAIN.fullmatch(name) if len(name) <= _LONGEST else None
    return (found[1] if found and found[1] != prefix else name).removeprefix(f"{prefix}/")


def _common_scope(names: Sequence[str]) -> str:
    parts = [name.split("/")[:-1] for name in names]
    common = []
    for same in zip(*parts, strict=False):
        if len(set(same)) > 1:
            break
        common.append(same[0])
    return "/".join(common)


def _assumed(
    chosen: Chosen, flows: Sequence[Flow], stages: Mapping[int, str]
) -> Iterator[Assumption]:
    roots = some_names([stages[flow.at] for flow in flows if not flow.sources])
    yield Assumption("meta_part", roots, quote(chosen.flow.name, 100))
    if chosen.alike > 1:
        yield Assumption("meta_alike", stages[chosen.flow.at], str(chosen.alike))
    if chosen.unread:
        yield Assumption("meta_unread", stages[chosen.flow.at], str(chosen.unread))
    for drawn in sorted({flow.drawn for flow in flows if flow.drawn}):
        found = [stages[flow.at] for flow in flows if flow.drawn == drawn]
        yield Assumption("meta_drawn", some_names(found), drawn)
    for code, is_so in (
        ("own_statistics", lambda flow: flow.lacks and flow.op.training),
        ("meta_fresh", lambda flow: flow.lacks and not flow.op.training),
        ("meta_training", lambda flow: getattr(flow.op, "training", False) and not flow.lacks),
        ("meta_switched", lambda flow: flow.switched),
    ):
        found = [stages[flow.at] for flow in flows if is_so(flow)]
        if found:
            yield Assumption(code, some_names(found))
