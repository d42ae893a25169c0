"""The process that reads strangers' files: bounded in memory, time and output, and it may die.

Reads a job, one line of JSON, from standard input. Answers on standard output with one line of
JSON, {"opened": [{"config", "others", "averages", "assumed", "file"}]} or, of a Keras structure,
{"graph": ...}; then each variable of each opened generator in the order of `weight_list`: the byte
1 and its float32 numbers, little endian. At the first mistake comes the byte 0 in the place of what
follows, and {"code", "params"} of an ExplorerError.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import MAX_UNPACKED
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.formats import open_arrays
from explorer.model.files.identify import Identified, identify
from explorer.model.files.keras_file import KerasFile, open_keras_files, own_family
from explorer.model.files.naming import has_ema

GOOD, BAD = b"\1", b"\0"
CPU_SECONDS = 30
_MEMORY = 3 * MAX_UNPACKED  # of addresses: libraries and mapped files count, too


def main():
    """Answers one job."""
    _bound_resources()
    job = json.loads(sys.stdin.buffer.readline())
    out = sys.stdout.buffer
    try:
        files, folder = {n: Path(p) for n, p in job["files"]}, Path(job["folder"])
        if job["wanted"] == "graph":
            with open_keras_files(files, folder) as found:
                for part in _graph_answer(found, job):
                    out.write(part)
        else:
            with open_arrays(files, folder) as found:
                for part in _answer(found, job):
                    out.write(part)
    except ExplorerError as error:
        told = {"code": error.code, "params": error.params}
        out.write(BAD + json.dumps(told, default=str).encode() + b"\n")
    out.flush()


def _bound_resources():
    try:
        import resource
    except ImportError:  # Windows: the time alone is bounded, by the process that waits
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_UNPACKED, MAX_UNPACKED))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _graph_answer(found: KerasFile, job: dict) -> Iterator[bytes | memoryview]:
    """The generator of a structure: our own family's as such, any other as its graph."""
    own = own_family(found, job["most_bytes"])
    if own is not None:
        yield from _answer_for([own], [False], found.plain.name)
        return
    graph = found.model.graph
    if sum(4 * math.prod(weight.shape) for weight in graph.weights) > job["most_bytes"]:
        raise ExplorerError("file_needs_memory", "weights", value=job["name"])
    yield GOOD + json.dumps({"graph": graph.as_dict()}).encode() + b"\n"
    yield from _numbers(found.arrays.values())


def _answer(found: ArrayFile, job: dict) -> Iterator[bytes | memoryview]:
    """The header, then one array after the other, so that one alone is in memory."""
    averages = {"plain": [False], "averages": [True], "both": [False, True]}[job["wanted"]]
    if True in averages and not has_ema(found.arrays):
        if job["wanted"] == "averages":
            raise ExplorerError("no_averages", "use_ema", value=job["name"])
        averages = [False]
    present = GeneratorConfig(**job["present"])
    chosen = [identify(found, present, each, job["most_bytes"]) for each in averages]
    yield from _answer_for(chosen, averages, found.name)


def _answer_for(
    chosen: list[Identified], averages: list[bool], file: str
) -> Iterator[bytes | memoryview]:
    opened = [
        {"config": vars(made.config), "averages": each}
        | {"others": made.others, "assumed": made.assumed, "file": file}
        for made, each in zip(chosen, averages, strict=True)
    ]
    yield GOOD + json.dumps({"opened": opened}).encode() + b"\n"
    for made in chosen:
        yield from _numbers(made.arrays.values())


def _numbers(arrays: Iterable[StoredArray]) -> Iterator[bytes | memoryview]:
    for array in arrays:
        yield GOOD
        yield array.load().astype("<f4", copy=False).data


if __name__ == "__main__":
    main()
