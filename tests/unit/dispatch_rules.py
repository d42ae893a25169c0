"""Where a source asks which operation it has, or goes by a stage's name, without running it."""

import ast
from collections.abc import Iterator

from explorer.model.ops import OPS

KINDS = {*OPS}
CLASSES = {kind.__name__ for kind in OPS.values()}
BLOCKS = ("fc1", "upsample", "conv_out")  # of the original's generator
_ASKED = ("kind", "op", "name", "block", "stage")  # names of what is told apart
_PARTS = ("startswith", "endswith", "removeprefix", "removesuffix")


def dispatches(source: str) -> list[str]:
    """The code of each place that depends on an operation's kind or class, or a stage's name."""
    return [ast.unparse(found) for found in _found(ast.parse(source))]


def _found(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                if _tells_apart([node.left, *node.comparators]):
                    yield node
            case ast.Subscript(slice=key) if _is_op_kind(key):
                yield node
            case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]) if _is_op_kind(key):
                yield node
            case ast.Match(subject=subject):
                patterns = [part for case in node.cases for part in ast.walk(case.pattern)]
                values = [part.value for part in patterns if isinstance(part, ast.MatchValue)]
                classes = [part.cls for part in patterns if isinstance(part, ast.MatchClass)]
                if _tells_apart([subject, *values]) or any(map(_is_class, classes)):
                    yield subject
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
                if any(map(_is_class, ast.walk(kinds))):
                    yield node
            case ast.Call(func=ast.Attribute(value=base, attr=attr), args=[part, *_]):
                if attr in _PARTS and _is_asked(base) and _is_known(part):
                    yield node


def _tells_apart(parts: list[ast.expr]) -> bool:
    """Whether one part is a kind, a class or a name, and another one of a certain operation's."""
    if any(_is_kind_of_class(part) for part in parts):
        return True
    if sum(map(_is_op_kind, parts)) > 1:
        return True
    return any(map(_is_asked, parts)) and any(
        _is_known(inner) for part in parts for inner in ast.walk(part)
    )


def _is_op_kind(node: ast.expr) -> bool:
    """`stage.kind`, `stage.op.kind`, `kept.old.kind`: of what has an operation, or is one."""
    owners = ("stage", "op", "old", "new", "before", "first", "node")
    if not isinstance(node, ast.Attribute) or node.attr != "kind":
        return False
    return getattr(node.value, "attr", getattr(node.value, "id", "")) in owners


def _is_kind_of_class(node: ast.expr) -> bool:
    parts = ast.walk(node)
    return any(
        isinstance(part, ast.Attribute) and part.attr == "kind" and _is_class(part.value)
        for part in parts
    )


def _is_class(node: ast.AST) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) in CLASSES


def _is_asked(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) in _ASKED


def _is_known(node: ast.AST) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    return isinstance(value, str) and (value in KINDS or value.startswith(BLOCKS))
