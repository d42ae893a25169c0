"""The page's scripts: a module for each thing, one answer for the browser.

A browser finds out what a module imports only when it has it, and most servers answer few requests
at once: a hundred modules take a slow line two seconds. So they are joined, each in a function
of its own, in the order in which they need each other. They are written in one way, which is all
that is read here: named imports from relative paths, named exports in front of what they name.
"""

import posixpath
import re
from pathlib import Path

from explorer.ui.joined_files import answering

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "js"
ENTRY = "main.js"
_IMPORT = re.compile(r'^import \{(?P<names>[^}]*)\} from "(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async function|function|class|const) (?P<name>\w+))", re.MULTILINE
)
_OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_SEVERAL = re.compile(r"^export const [^;{(\[]*,$", re.MULTILINE)


def join_modules(folder: Path, entry: str) -> str:
    """One module that exports what the entry does.

    Args:
        folder: where the modules are; the joined one is to be found beside a `static` folder that
            holds it as `js`.
        entry: path of the first module.

    Raises:
        ValueError: modules need each other in a circle, or one imports or exports in another way.
    """
    done: dict[str, str] = {}

    def add(path: str, needed_by: tuple[str, ...]):
        if path in needed_by:
            raise ValueError(f"{' -> '.join(needed_by)} -> {path}")
        if path in done:
            return
        source = (folder / path).read_text(encoding="utf-8")
        for found in _IMPORT.finditer(source):
            add(_beside(path, found["path"]), (*needed_by, path))
        done[path] = _as_function(path, source)

    add(entry, ())
    names = ", ".join(_exported((folder / entry).read_text(encoding="utf-8")))
    return "\n".join([*done.values(), f"export const {{ {names} }} = {_variable(entry)};", ""])


def _exported(source: str) -> list[str]:
    return [found["name"] for found in _EXPORT.finditer(source)]


def _as_function(path: str, source: str) -> str:
    body = _EXPORT.sub("", _IMPORT.sub(lambda found: _taken(path, found), source))
    if other := _SEVERAL.search(source) or _OTHER.search(body):
        raise ValueError(f"{path}: {other[0]}")
    address = f'new URL("static/js/{path}", import.meta.url)'
    body = body.replace("import.meta.url", address)
    given = f"return {{ {', '.join(_exported(source))} }};"
    return f"// {path}\nconst {_variable(path)} = (() => {{\n{body}{given}\n}})();"


def _taken(path: str, found: re.Match) -> str:
    """An import as what is taken out of another module's exports."""
    names = found["names"].replace(" as ", ": ")
    return f"const {{{names}}} = {_variable(_beside(path, found['path']))};"


def _beside(path: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), other))


def _variable(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


answer_script = answering(lambda: join_modules(FOLDER, ENTRY), "text/javascript")
