"""Finds where a source raises `ExplorerError`, and with which parameters, without running it."""

import ast
import string
from dataclasses import dataclass


@dataclass(frozen=True)
class Raised:
    """One `ExplorerError(code, ...)` or `_fail(code, ...)`: its code, its parameters, its line."""

    code: str | None
    params: frozenset[str]
    line: int


def raised_errors(source: str) -> list[Raised]:
    """Every call of `ExplorerError` in `source`; code None where it is not written out.

    `_fail` of a field stands for `ExplorerError` with `value` and `allowed`.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = []
    for call in calls:
        name = getattr(call.func, "id", getattr(call.func, "attr", None))
        if name not in ("ExplorerError", "_fail"):
            continue
        first = call.args[0] if call.args else None
        code = first.value if isinstance(first, ast.Constant) else None
        params = {word.arg for word in call.keywords} - {"field", "code"}
        if name == "_fail":
            params |= {"value", "allowed"}
        found.append(Raised(code, frozenset(params), call.lineno))
    return found


def placeholders(message: str) -> set[str]:
    """Names in braces, less `field`, which every error has."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name} - {"field"}
