"""Finds every pattern that sources use, and times a pattern on texts made to slow it down.

The texts are made of the pattern's own parts: its characters, words and repeated groups, one or two
of them over and over, after each beginning of a match and before a last character that spoils it.
"""

import ast
import collections
import contextlib
import importlib
import itertools
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import _constants as ops
from re import _parser as parser

from tests.support.examples import is_thorough

ROOT = Path(__file__).resolve().parents[2]
ONCE = ("match", "fullmatch", "search")
OFTEN = ("findall", "finditer", "split", "sub", "subn")
METHODS = {*ONCE, *OFTEN}
READ_MOST = {"fullmatch", "finditer"}  # all that the others do, and more
HARMLESS = {"IGNORECASE", "MULTILINE", "DOTALL", "ASCII", "VERBOSE", "escape", "Pattern", "Match"}

LENGTH = 5_000
MOST_SECONDS = 0.25
MOST_GROWTH = 8  # in time, for four times the length; a square grows by 16
_SURE = 0.002  # seconds; shorter times tell nothing of growth, and are 32 ms at 20,000 letters
_WRONG = ("", "!", "\n", "\0")
_MOST_UNITS = 16
_STEP = 13  # of texts made of pairs, where not all are read: it meets every part and every end
_MANY = 1000  # texts made of single units, of which not all are read either


@dataclass(frozen=True)
class Use:
    """A pattern, and the methods by which it meets texts."""

    place: str
    pattern: re.Pattern
    methods: frozenset[str]


def package_patterns() -> list[Use]:
    """Every pattern of the package."""
    paths = sorted((ROOT / "explorer").rglob("*.py"))
    return find_patterns({_module_name(path): path.read_text("utf-8") for path in paths})


def _module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def find_patterns(sources: Mapping[str, str], values: Mapping | None = None) -> list[Use]:
    """Every pattern of some modules: source by the module's name.

    Args:
        values: the modules' global names; by default those modules are imported.

    Raises:
        AssertionError: a pattern is used in a way in which it cannot be found.
    """
    trees = {module: ast.parse(source) for module, source in sources.items()}
    found = []
    for module, tree in trees.items():
        _check_imports(module, tree)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if not _is_re(node):
                continue
            place = f"{module}:{node.lineno}"
            if node.attr in HARMLESS:
                continue
            call = parents[node]
            assert getattr(call, "func", None) is node, f"{place} passes re on"
            names = values or vars(importlib.import_module(module))
            pattern = _evaluate(call, names, place)
            methods = _methods(call, parents, module, trees) if node.attr == "compile" else ()
            found.append(Use(place, pattern, frozenset(methods or {node.attr} & METHODS)))
    return found


def _check_imports(module: str, tree: ast.AST):
    for node in ast.walk(tree):
        names = node.names if isinstance(node, ast.Import) else []
        taken = [node.module] if isinstance(node, ast.ImportFrom) else []
        taken += [name.name for name in names if name.asname or name.name != "re"]
        assert not {"re", "regex"} & {*taken}, f"{module} uses patterns under other names"


def _is_re(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == "re"


def _evaluate(call: ast.Call, names: Mapping, place: str) -> re.Pattern:
    """The pattern of a call, made of what the module's global names hold."""
    is_compile = call.func.attr == "compile"
    flags = [word.value for word in call.keywords if word.arg == "flags"]
    flags += call.args[1:] if is_compile else []
    assert is_compile or len(call.args) <= 3, f"{place}: name the flags"
    try:
        pattern, *flags = (_value(node, names) for node in (call.args[0], *flags))
    except NameError:
        raise AssertionError(f"{place}: a pattern of local values cannot be checked") from None
    return re.compile(pattern, *flags)


def _value(node: ast.expr, names: Mapping) -> object:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), {"re": re, **names})


def _methods(call: ast.Call, parents: Mapping, module: str, trees: Mapping) -> set[str]:
    """How a compiled pattern is used; in both ways that read most where that cannot be told."""
    parent = parents[call]
    if isinstance(parent, ast.Attribute):
        return {parent.attr} & METHODS or READ_MOST
    if not (isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name)):
        return READ_MOST
    name = parent.targets[0].id
    places = [trees[module]] if name.startswith("_") else trees.values()
    nodes = [node for tree in places for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    used = {node.attr for node in nodes if name in _names(node.value)}
    return used & METHODS or READ_MOST


def _names(node: ast.expr) -> tuple:
    return getattr(node, "id", None), getattr(node, "attr", None)


def slow_text(pattern: re.Pattern, method: str) -> str | None:
    """A text that takes the pattern too long, or longer than its length accounts for; or None."""
    for prefix, unit, wrong in _recipes(pattern):
        long, short = (
            prefix + unit * (length // len(unit)) + wrong for length in (LENGTH, LENGTH // 4)
        )
        if isinstance(pattern.pattern, bytes):
            long, short = (text.encode("latin-1", "replace") for text in (long, short))
        if _seconds(pattern, method, short) < _SURE / 4**2:
            continue  # even a square stays below what is sure
        taken = _seconds(pattern, method, long)
        if taken < _SURE:
            continue
        if taken > MOST_SECONDS or _best(pattern, method, long) > MOST_GROWTH * _best(
            pattern, method, short
        ):
            return f"{prefix!a} + {unit!a} * {LENGTH // len(unit)} + {wrong!a}"
    return None


def _best(pattern: re.Pattern, method: str, text) -> float:
    return min(_seconds(pattern, method, text) for _ in range(3))


def ways_to_read(use: Use) -> set[str]:
    """Methods that read a text in different ways; all that look more than once do it alike."""
    return {method if method in ONCE else "finditer" for method in use.methods}


def _seconds(pattern: re.Pattern, method: str, text) -> float:
    """How long it computes; infinite where it was ended at the bound."""
    start = time.thread_time()
    try:
        with _time_limit(2 * MOST_SECONDS):
            if method in ONCE:
                getattr(pattern, method)(text)
            else:
                collections.deque(pattern.finditer(text), maxlen=0)
    except TimeoutError:
        return float("inf")
    return time.thread_time() - start


@contextlib.contextmanager
def _time_limit(seconds: float):
    """Ends the block by `TimeoutError`; a pattern looks for signals while it backtracks."""

    def end(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _recipes(pattern: re.Pattern) -> Iterator[tuple[str, str, str]]:
    """Beginning, repeated unit and end of each text."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units = list(dict.fromkeys(filter(None, _units(tree))))[:_MOST_UNITS]
    prefixes = list(dict.fromkeys(_prefixes(tree, "")))
    pairs = [first + second for first, second in itertools.permutations(units, 2)]
    wrong = dict.fromkeys([*_WRONG, *_excluded(tree)])
    of_singles = [*itertools.product(prefixes, units, wrong)]
    yield from of_singles[:: 1 if is_thorough() or len(of_singles) < _MANY else _STEP]
    of_pairs = [*itertools.product(prefixes, pairs, dict.fromkeys(["!", *_excluded(tree)]))]
    yield from of_pairs[:: 1 if is_thorough() else _STEP * (1 + len(of_pairs) // (_STEP * _MANY))]


def _units(tree) -> Iterator[str]:
    """What a text can be made of: examples of repeated groups first, then words and characters."""
    for op, argument in tree:
        if op in _REPEATS:
            yield _example(argument[2], 1)
            yield _example(argument[2], 2)
    for inner in _inner(tree):
        yield _example(inner, 1)
        yield from _units(inner)
    word = ""
    for op, argument in [*tree, (None, None)]:
        if op is ops.LITERAL:
            word += chr(argument)
            continue
        yield word
        yield from word[:1]
        word = ""
        if op is ops.IN:
            yield from _characters(argument)
        elif op in (ops.ANY, ops.NOT_LITERAL):
            yield "a"


def _prefixes(tree, before: str) -> Iterator[str]:
    """Every beginning of a match, up to each part."""
    for item in tree:
        yield before
        for inner in _inner([item]):
            yield from _prefixes(inner, before)
        before += _example([item], 1)
    yield before


_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)


def _inner(tree) -> Iterator:
    """The parts of a pattern that are patterns themselves."""
    for op, argument in tree:
        if op in _REPEATS:
            yield argument[2]
        elif op is ops.SUBPATTERN:
            yield argument[3]
        elif op is ops.ATOMIC_GROUP:
            yield argument
        elif op is ops.BRANCH:
            yield from argument[1]
        elif op in (ops.ASSERT, ops.ASSERT_NOT):
            yield argument[1]


def _excluded(tree) -> Iterator[str]:
    """Characters that a class of all others names."""
    for op, argument in tree:
        if op is ops.IN and argument[0][0] is ops.NEGATE:
            yield from (chr(named) for kind, named in argument if kind is ops.LITERAL)
    for inner in _inner(tree):
        yield from _excluded(inner)


def _example(tree, times: int) -> str:
    """A text that the pattern matches, each of its repeats as often, where it may be."""
    text = ""
    for op, argument in tree:
        if op is ops.LITERAL:
            text += chr(argument)
        elif op in (ops.ANY, ops.NOT_LITERAL):
            text += "a"
        elif op is ops.IN:
            text += next(_characters(argument))
        elif op in _REPEATS:
            least, most, inner = argument
            text += _example(inner, times) * min(max(least, times), most)
        elif op not in (ops.ASSERT, ops.ASSERT_NOT):
            text += _example(next(_inner([(op, argument)]), []), times)
    return text


_SAMPLES = {
    ops.CATEGORY_DIGIT: "1\N{ARABIC-INDIC DIGIT THREE}",
    ops.CATEGORY_SPACE: " \n\N{EM SPACE}",
    ops.CATEGORY_WORD: "a1_",
    ops.CATEGORY_NOT_DIGIT: "a ",
    ops.CATEGORY_NOT_SPACE: "a1",
    ops.CATEGORY_NOT_WORD: " -",
}


def _characters(items) -> Iterator[str]:
    """Some characters of a class."""
    if items[0][0] is ops.NEGATE:
        excluded = {*_excluded([(ops.IN, items)])}
        yield from (char for char in "a1 ,/[" if char not in excluded)
        return
    for op, argument in items:
        if op is ops.LITERAL:
            yield chr(argument)
        elif op is ops.RANGE:
            yield from (chr(argument[0]), chr(argument[1]))
        else:
            yield from _SAMPLES[argument]
