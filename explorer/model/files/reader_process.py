"""The process that reads strangers' files: bounded in memory, time and output, and it may die.

Reads a job, one line of JSON, from standard input. Answers on standard output with one line of
JSON, {"opened": [{"config", "others", "averages", "assumed", "file"}]}, then each variable of each
opened generator in the order of `weight_list`: the byte 1 and its float32 numbers, little endian.
At the first mistake comes the byte 0 in the place of what follows, and {"code", "params"} of an
ExplorerError.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import MAX_UNPACKED
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.formats import open_arrays
from explorer.model.files.identify import identify
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
        with open_arrays({n: Path(p) for n, p in job["files"]}, Path(job["folder"])) as found:
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
        for array in made.arrays.values():
            yield GOOD
            yield array.load().astype("<f4", copy=False).data


if __name__ == "__main__":
    main()
