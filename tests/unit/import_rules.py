"""Which module may import which: the one-way street ui -> views -> model, checked on sources."""

import ast
import re
from collections.abc import Iterator, Mapping

TENSORFLOW = ("tensorflow", "keras", "tf_keras")
UI = ("gradio", "explorer.ui")
STATE = ("explorer.schema", "explorer.selection", "explorer.link")
_DOTTED = re.compile(r"\w+(\.\w+)+")
# The first prefix that a module has names what it must not import.
FORBIDDEN = {
    "explorer.ui": (),
    "explorer.views": (*UI, *TENSORFLOW),
    "explorer.train": (*UI, "explorer.views", *STATE),
    "explorer.model": (*UI, "explorer.views", *STATE, "explorer.train"),
    "explorer": (*UI, "explorer.views"),
}


def import_violations(sources: Mapping[str, str]) -> list[str]:
    """ "module imports name" for each import that the rules forbid.

    Args:
        sources: file path, such as "explorer/model/ops.py", to source text.
    """
    return [
        f"{module} imports {name}"
        for path, source in sources.items()
        for module in [path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")]
        for name in imported_names(source, module, path.endswith("__init__.py"))
        if not _allowed(module, name)
    ]


def imported_names(source: str, module: str, is_package: bool = False) -> Iterator[str]:
    """Absolute dotted names that `source` imports, anywhere in it, by statement or by function."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package)
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _is_import_function(node.func):
            first = node.args[0] if node.args else None
            written_out = isinstance(first, ast.Constant)
            yield from [first.value] if written_out else _names_that_may_be_meant(tree)


def _names_that_may_be_meant(tree: ast.Module) -> list[str]:
    """Where the name is worked out: every dotted name in the source's texts."""
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    dotted = [text for text in texts if isinstance(text, str) and _DOTTED.fullmatch(text)]
    return dotted or ["(an unknown name)"]


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, *filter(None, [node.module])])


def _is_import_function(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name in ("import_module", "__import__")


def _allowed(module: str, name: str) -> bool:
    if name == "(an unknown name)":
        return False
    if module == "app":
        return _within(name, "explorer.ui")
    prefix = next(prefix for prefix in FORBIDDEN if _within(module, prefix))
    return not any(_within(name, forbidden) for forbidden in FORBIDDEN[prefix])


def _within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")
