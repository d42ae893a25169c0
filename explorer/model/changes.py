"""Changes of single stages of any generator: read, written, and made; how a link holds them.

In a link a change is stage:argument:value, and ~ stands between changes; of a stage's name : ~ and
% are written as in a URL.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote as escape
from urllib.parse import unquote

from explorer.errors import ExplorerError, quote_stage
from explorer.model.builders.dcgan import dcgan_generator
from explorer.model.config import GeneratorConfig
from explorer.model.graph import MOST_NODES, Graph, Node
from explorer.model.ops.changeable import Changeable, Value
from explorer.model.ops.op import Op, Shape
from explorer.model.stage_weights import find_clash

MOST_CHANGES = 32
_MOST_VISITS = 10_000  # of stages, one for each change, so that no link takes long to read
MAX_TEXT = 4000
_WHOLE = re.compile(r"-?\d{1,9}")
_WHOLES = re.compile(r"-?\d{1,9}(,-?\d{1,9}){0,15},?")
_REAL = re.compile(r"-?\d{1,9}(\.\d{1,17})?(e-?\d{1,3})?")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
NONE = "none"


@dataclass(frozen=True)
class Change:
    """Another value of an argument of one stage.

    Attributes:
        stage: the stage's name.
        argument: one of those that its operation's `changeable` tells of, such as "kernel_size".
        value: in the flat form of `Changeable`: 5, (5, 5), 0.2, "same", or None.
    """

    stage: str
    argument: str
    value: Value

    def __str__(self) -> str:
        """As messages show it."""
        return f"{quote_stage(self.stage)}: {self.argument} = {spelled(self.value)}"


def parse_changes(text: str) -> tuple[Change, ...]:
    """The inverse of `format_changes`.

    Raises:
        ExplorerError: it is too long, has more than `MOST_CHANGES`, or a part is no change.
    """
    if len(text) > MAX_TEXT:
        raise ExplorerError("text_too_long", "changes", size=len(text), bound=MAX_TEXT)
    parts = text.split("~") if text else []
    if len(parts) > MOST_CHANGES:
        raise ExplorerError("changes_too_many", "changes", found=len(parts), most=MOST_CHANGES)
    return tuple(map(_parse, parts))


def _parse(part: str) -> Change:
    name, *rest = part.split(":")
    stage = unquote(name)
    if len(rest) != 2 or not stage or not _WORD.fullmatch(rest[0]) or escape_name(stage) != name:
        raise ExplorerError("changes_damaged", "changes", value=quote_stage(part))
    return Change(stage, rest[0], _parse_value(rest[1], part))


def _parse_value(text: str, part: str) -> Value:
    if _WHOLE.fullmatch(text):
        return int(text)
    if _WHOLES.fullmatch(text):
        return tuple(map(int, text.removesuffix(",").split(",")))
    if _REAL.fullmatch(text):
        return float(text)
    if not _WORD.fullmatch(text):
        raise ExplorerError("changes_damaged", "changes", value=quote_stage(part))
    return None if text == NONE else text


def format_changes(changes: Iterable[Change]) -> str:
    """The link form, "" for none."""
    return "~".join(
        f"{escape_name(change.stage)}:{change.argument}:{spelled(change.value)}"
        for change in changes
    )


def escape_name(stage: str) -> str:
    """A stage's name as a link's changes have it."""
    return escape(stage, safe="/", errors="replace").replace("~", "%7E")


def spelled(value: Value) -> str:
    """A flat value in the link's form: 5,5."""
    if isinstance(value, tuple):
        return ",".join(map(str, value)) + "," * (len(value) == 1)
    return NONE if value is None else str(value)


def with_change(changes: Sequence[Change], change: Change) -> tuple[Change, ...]:
    """The changes and one more, once whatever that argument was changed to before."""
    return (*without_change(changes, change.stage, change.argument), change)


def without_change(changes: Sequence[Change], stage: str, argument: str) -> tuple[Change, ...]:
    """The changes but for that of one argument."""
    return tuple(each for each in changes if (each.stage, each.argument) != (stage, argument))


def apply_changes(generator: GeneratorConfig | Graph, changes: Iterable[Change]) -> Graph:
    """The generator with the changes, one after the other; nothing is computed but shapes.

    A layer that is called several times is changed at all of its calls. A change may put more
    stages before or after its own: their names begin with its name and a slash.

    Args:
        generator: a configuration, or the graph of one that was opened.
        changes: in order; those of one argument take each other's place.

    Raises:
        ExplorerError: there is no such stage or argument, a value is not allowed, or shapes no
            longer fit: it names the stage and says why; or they are too many.

    Example:
        >>> change = Change("upsample1/conv2d_transpose", "strides", 3)
        >>> graph = apply_changes(GeneratorConfig(), [change])
        >>> [stage.shape for stage in graph.stages()][-1]
        (1, 48, 96, 3)
    """
    changes = tuple(changes)
    graph = as_graph(generator)
    changed = with_changes(graph, changes)
    check_shapes(changed, changes)
    return _with_true_formulas(graph, changed)


def with_changes(graph: Graph, changes: Sequence[Change]) -> Graph:
    """The graph with the changes, whose shapes may no longer fit.

    Raises:
        ExplorerError: as of `apply_changes`, but for shapes.
    """
    nodes = list(graph.nodes)
    most = max(1, min(MOST_CHANGES, _MOST_VISITS // len(nodes)))
    if len(changes) > most:
        raise ExplorerError("changes_too_many", "changes", found=len(changes), most=most)
    for change in changes:
        nodes = _applied(nodes, change)
        if len(nodes) > MOST_NODES:  # a layer that is called often becomes several at each call
            found = len(nodes)
            raise ExplorerError("changes_too_long", "changes", found=found, most=MOST_NODES)
    return replace(graph, nodes=tuple(nodes))


def as_graph(generator: GeneratorConfig | Graph) -> Graph:
    """The operations of a generator."""
    return generator if isinstance(generator, Graph) else dcgan_generator(generator)


def _applied(nodes: list[Node], change: Change) -> list[Node]:
    node = next((node for node in nodes if node.name == change.stage), None)
    if node is None:
        raise ExplorerError("change_no_stage", "changes", change=str(change))
    made = changed_op(node.op, change)
    calls = {each.name: each for each in nodes if _is_same_layer(each, node)}
    return _in_place(nodes, calls, made)


def _is_same_layer(one: Node, other: Node) -> bool:
    return one is other or bool(one.scope and one.scope == other.scope and one.op == other.op)


def changed_op(op: Op, change: Change) -> dict[str, Op]:
    """What takes the place of an operation, as `Op.changed`.

    Raises:
        ExplorerError: it has no such argument, or the value is not allowed.
    """
    argument = argument_of(op, change.argument)
    if argument is None:
        names = ", ".join(each.name for each in op.changeable) or "–"
        raise ExplorerError("change_no_argument", "changes", change=str(change), allowed=names)
    try:
        value = argument.read(change.value)
    except ValueError:
        refused = _not_allowed(change, argument)
    else:
        return op.changed(argument.name, value)
    raise refused


def _not_allowed(change: Change, argument: Changeable) -> ExplorerError:
    told, allowed, count = str(change), argument.allowed, argument.count
    if not count:
        return ExplorerError("change_value", "changes", change=told, allowed=allowed)
    return ExplorerError("change_values", "changes", change=told, allowed=allowed, count=count)


def argument_of(op: Op, name: str) -> Changeable | None:
    """What can be changed of an operation under a name."""
    return next((each for each in op.changeable if each.name == name), None)


def _in_place(nodes: list[Node], calls: Mapping[str, Node], made: dict[str, Op]) -> list[Node]:
    """The nodes with a chain of operations in the place of each call of a layer.

    A node that is there under a name of the chain's after it, and reads it alone, is replaced.
    """
    chains = {name: _chain(node, made) for name, node in calls.items()}
    own = {node.name: name for name, chain in chains.items() for node in chain}
    for node in nodes:
        if node.name in own and node.name not in calls and node.sources != (own[node.name],):
            raise ExplorerError("change_name_taken", "changes", stage=quote_stage(node.name))
    last = {name: chain[-1].name for name, chain in chains.items()}
    placed: list[Node] = []
    for node in nodes:
        read = tuple(last.get(name, name) for name in node.sources)
        if node.name in calls:
            first, *rest = chains[node.name]
            placed += [replace(first, sources=read), *rest]
        elif node.name not in own:
            placed.append(node if read == node.sources else replace(node, sources=read))
    return placed


def _chain(node: Node, made: dict[str, Op]) -> list[Node]:
    """The operations one after the other; what is more than one has a name of its own."""
    chain, sources = [], node.sources
    for suffix, op in made.items():
        ending = f"/{suffix}" if suffix else ""
        chain.append(Node(f"{node.name}{ending}", op, sources, f"{node.scope}{ending}"))
        sources = (chain[-1].name,)
    return chain


def check_shapes(graph: Graph, changes: Sequence[Change]):
    """Refuses a graph whose shapes do not fit, and names the stage where they do not.

    Args:
        graph: with the changes.

    Raises:
        ExplorerError: of the changes, with the reason among its others.
    """
    try:
        graph.with_some_sizes().stages()
        _ = graph.weights  # which two calls of one layer may want in two shapes
        return
    except ExplorerError as error:
        reason = error
    told = "; ".join(map(str, changes[-3:]))
    refused = ExplorerError("change_misfit", "changes", changes=told, stage=_misfit_name(graph))
    raise ExplorerError.together([refused, reason])


def _misfit_name(graph: Graph) -> str:
    """Of the stage where shapes part; else of that which wants weights in another shape."""
    if misfit := find_misfit(graph):
        return quote_stage(misfit.name)
    stage, _ = find_clash(graph.with_some_sizes().stages())
    return quote_stage(stage.name)


def find_misfit(graph: Graph) -> Node | None:
    """The first stage whose inputs do not fit, or of which nothing is left, if one is."""
    shapes: dict[str, Shape] = {}
    for node in graph.with_likely_sizes().nodes:
        try:
            given = [shapes[name] for name in node.sources]
            shapes[node.name] = shape = node.op.output_shape(*given or [(1,)])
        except ExplorerError:
            return node
        if min(shape) < 1:
            return node
    return None


def _with_true_formulas(before: Graph, after: Graph) -> Graph:
    """How a builder worked a shape out is told as long as it is that shape of that operation."""
    if not any(node.formula for node in before.nodes):
        return after
    shapes = {stage.name: (stage.op, stage.shape) for stage in before.stages()}
    stays = {
        stage.name for stage in after.stages() if shapes.get(stage.name) == (stage.op, stage.shape)
    }
    nodes = (node if node.name in stays else replace(node, formula="") for node in after.nodes)
    return replace(after, nodes=tuple(nodes))
