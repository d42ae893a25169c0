"""The process that reads strangers' files: bounded in memory, time and output, and it may die.

Reads a job, one line of JSON, from standard input. Answers on standard output with one line of
JSON, {"opened": [{"config", "others", "averages", "assumed", "file"}]}, of a structure
{"graph": ...}, of what is given to a stage {"given": {"picture", "shape"}}; then that array, or
each variable of each opened generator in the order of `weight_list`: the byte 1 and its float32
numbers, little endian. At the first mistake comes the byte 0 in the place of what follows, and
{"code", "params"} of an ExplorerError.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import MAX_UNPACKED, has_ending
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.given_files import open_given
from explorer.model.files.graph_bounds import check_letters
from explorer.model.files.graph_builder import GraphFile
from explorer.model.files.identify import OWN_KERNELS, identify
from explorer.model.files.keras_file import open_keras_files, own_family
from explorer.model.files.naming import by_name, by_variable, has_ema
from explorer.model.files.stage_names import some_names
from explorer.model.files.stated_graph import stated_graph

Files = Mapping[str, Path]
# What is said of files without a structure -> of their weights, where that would tell less.
_NO_STRUCTURE = {
    "keras_no_structure": "weights_of_another",
    "keras_weights_beside": "weights_kind",
}
_POINTER = b"version https://git-lfs.github.com/spec/"
GOOD, BAD = b"\1", b"\0"
CPU_SECONDS = 30
_MEMORY = 3 * MAX_UNPACKED  # of addresses: libraries and mapped files count, too


def main():
    """Answers one job, once it comes."""
    _bound_resources()
    asked = sys.stdin.buffer.readline()
    if not asked:  # who would have asked is gone
        return
    job = json.loads(asked)
    out = sys.stdout.buffer
    try:
        files, folder = {n: Path(p) for n, p in job["files"]}, Path(job["folder"])
        _check_pointers(files)
        answer = _any_answer if job.get("graphs") else _plain_answer
        if job["wanted"] == "given":
            answer = _given_answer
        for part in answer(files, folder, job):
            out.write(part)
    except ExplorerError as error:
        told = {"code": error.code, "params": error.params}
        out.write(BAD + json.dumps(told, default=str).encode() + b"\n")
    out.flush()


def _check_pointers(files: Files):
    """Refuses what Git holds in the place of a large file: that is saved where Git LFS is not."""
    for name, path in files.items():
        with path.open("rb") as file:
            if file.read(len(_POINTER)) == _POINTER:
                raise ExplorerError("lfs_pointer", "weights", value=quote(name))


def _bound_resources():
    try:
        import resource
    except ImportError:  # Windows: the time alone is bounded, by the process that waits
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_UNPACKED, MAX_UNPACKED))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain_answer(files: Files, folder: Path, job: dict) -> Iterator[bytes | memoryview]:
    """Weights of our own family, whatever structure stands beside them."""
    with _open_arrays(files, folder) as found:
        if found.graph is not None:
            raise ExplorerError("graph_not_weights", "weights", value=job["name"])
        yield from _answer(found, job)


def _any_answer(files: Files, folder: Path, job: dict) -> Iterator[bytes | memoryview]:
    """Of a structure with its weights, or else of weights that tell theirs."""
    try:
        with open_keras_files(files, folder) as found:
            yield from _graph_answer(found, job)
            return
    except ExplorerError as error:
        if not _may_be_plain(files, error.code):
            raise
        refused = error
    try:
        with _open_arrays(files, folder) as found:
            graph = _graph_of(found)
            yield from _graph_answer(graph, job) if graph else _answer(found, job)
    except ExplorerError as error:
        raise _telling(refused, error) from None


def _open_arrays(files: Files, folder: Path) -> AbstractContextManager[ArrayFile]:
    """As of `formats`, which takes long to load and which a Keras model does not need."""
    from explorer.model.files.formats import open_arrays

    return open_arrays(files, folder)


def _graph_of(found: ArrayFile) -> GraphFile | None:
    """The generator that a file states or tells; None for one of our family."""
    # Loaded here for the same reason.
    from explorer.model.files.meta_file import read_meta
    from explorer.model.files.torch_graph import read_state_dict
    from explorer.model.files.torch_modules import is_state_dict

    if found.graph is not None:
        return stated_graph(found)
    if by_name(found.arrays, use_ema=False):
        return None
    if is_state_dict(found.arrays):
        return read_state_dict(found)
    if found.meta:
        return read_meta(found.meta, found)
    if found.meta_name and not by_variable(found.arrays, use_ema=False):
        raise ExplorerError(
            "meta_missing",
            "weights",
            count=len(found.arrays),
            names=some_names([quote(name) for name in found.arrays], 3),
            value=quote(found.meta_name),
            own=OWN_KERNELS,
        )
    return None


def _may_be_plain(files: Files, code: str) -> bool:
    """Whether files that were refused as a structure may be weights alone.

    They are where there is no structure; a .json may only happen to be there, too.
    """
    several = len({name.split(".")[0] for name in files}) > 1
    packed = any(has_ending(name, ".zip") for name in files)
    return code in _NO_STRUCTURE or (code.startswith("keras_") and (several or packed))


def _telling(structure: ExplorerError, weights: ExplorerError) -> ExplorerError:
    """Which of two refusals tells more: of a structure, or of weights without one."""
    told = _NO_STRUCTURE.get(structure.code)
    return weights if told and weights.code != told else structure


def _graph_answer(found: GraphFile, job: dict) -> Iterator[bytes | memoryview]:
    """The generator of a structure: our own family's as such, any other as its graph."""
    if own_family(found, job["most_bytes"]):
        yield from _answer(found.plain, job)
        return
    graph = found.graph
    if sum(4 * math.prod(weight.shape) for weight in graph.weights) > job["most_bytes"]:
        raise ExplorerError("file_needs_memory", "weights", value=job["name"])
    told = json.dumps(graph.as_dict())
    check_letters(told)
    yield GOOD + b'{"graph": ' + told.encode() + b"}\n"
    yield from _numbers(found.arrays.values())


def _given_answer(files: Files, folder: Path, job: dict) -> Iterator[bytes | memoryview]:
    """A picture, or the array of an .npy."""
    ((name, path),) = files.items()
    is_picture, array = open_given(path, name, job["most_bytes"])
    told = {"picture": is_picture, "shape": array.shape}
    yield GOOD + json.dumps({"given": told}).encode() + b"\n"
    yield from _numbers([array])


def _answer(found: ArrayFile, job: dict) -> Iterator[bytes | memoryview]:
    """The header, then one array after the other, so that one alone is in memory."""
    averages = {"plain": [False], "averages": [True], "both": [False, True]}[job["wanted"]]
    if True in averages and not has_ema(found.arrays):
        if job["wanted"] == "averages":
            raise ExplorerError("no_averages", "use_ema", value=job["name"])
        averages = [False]
    present = GeneratorConfig(**job["present"])
    chosen = [identify(found, present, each, job["most_bytes"]) for each in averages]
    opened = [
        {"config": vars(made.config), "averages": each}
        | {"others": made.others, "assumed": made.assumed, "file": found.name}
        for made, each in zip(chosen, averages, strict=True)
    ]
    yield GOOD + json.dumps({"opened": opened}).encode() + b"\n"
    for made in chosen:
        yield from _numbers(made.arrays.values())


def _numbers(arrays: Iterable[StoredArray]) -> Iterator[bytes | memoryview]:
    for array in arrays:
        yield GOOD
        yield array.numbers().astype("<f4", copy=False).data
