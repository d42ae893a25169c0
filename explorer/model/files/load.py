"""Opens weights: strangers' files in a process of their own, which hands back plain numbers."""

import json
import math
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np

from explorer.errors import ExplorerError, quote_path
from explorer.model.aligned import aligned_empty
from explorer.model.config import GeneratorConfig
from explorer.model.declare import Field, Switch
from explorer.model.files.archives import checked_path, has_ending
from explorer.model.files.checkpoint import INDEX, META, SHARD
from explorer.model.files.formats import open_arrays
from explorer.model.files.identify import BASE, MOVING, identify
from explorer.model.files.reader_process import CPU_SECONDS, GOOD
from explorer.model.files.readers import readers
from explorer.model.stopping import Stopped
from explorer.model.weights import weight_list
from explorer.sizes import MIB

Weights = dict[str, np.ndarray]
Answer = TypeVar("Answer")
MAX_BYTES = 2**30  # of one generator's variables, where the caller sets no other bound
SECONDS = CPU_SECONDS  # that reading a file may take
_MOST_HEADER = MIB
_TICK = 0.1
_USE_EMA = Field("use_ema", Switch)


@dataclass(frozen=True, eq=False)
class OpenedWeights:
    """A generator out of a file.

    Attributes:
        config: its structure.
        weights: variable name -> float32 array.
        others: how many more arrays the file holds.
        averages: whether these are the moving averages.
        assumed: what the file does not hold, as in `Identified`.
        file: name of the one that was read, among those that came or in their archive.
    """

    config: GeneratorConfig
    weights: Weights
    others: int
    averages: bool
    assumed: tuple[str, ...]
    file: str


def load_weights(path: str | Path, use_ema: bool = False) -> tuple[GeneratorConfig, Weights]:
    """Opens a file of weights.

    A TensorFlow checkpoint (its prefix, or its .index file; TF1's Saver or `tf.train.Checkpoint`,
    also of a whole training run), a Keras `.weights.h5` or `.keras`, an `.npz`, a `.safetensors`,
    or a `.zip` of one of these. noise_dim, upsample_dim, kernel_size, C, output_kernel and the
    number of blocks are read off the shapes. A `.keras` model states the rest in its layers, and an
    `.npz` or `.safetensors` that `save_weights` wrote states it too. Other files (a checkpoint!)
    do not: there the base size is 4x8, or its area split 1:2 or else nearest to a square, and the
    activation, stride, pads and place of batch normalization are the original generator's. Where
    moving means and variances are missing, they are 0 and 1.

    The file is read in a process of its own with bounds on its memory and time, so that a damaged
    or hostile one can do no harm to yours.

    Args:
        path: the file, or a checkpoint's prefix.
        use_ema: take the moving averages (`.../ExponentialMovingAverage`); the file must have some.

    Returns:
        The configuration, and variable name -> float32 array.

    Raises:
        ExplorerError: no path, no such file, another kind of file, a damaged one, one that takes
            too long or too much memory, no moving averages where they are asked for, or weights
            that do not make up the generator: every missing or misshapen variable is named.

    Example:
        >>> config, weights = load_weights("runs/model.ckpt-20000")
    """
    place, wanted = checked_path(path), "averages" if _USE_EMA.check(use_ema) else "plain"
    with no_such_file(path):
        files = files_at(place)
    with tempfile.TemporaryDirectory(prefix="explorer-read-") as folder:
        (opened,) = open_weights(files, Path(folder), wanted)
    return opened.config, opened.weights


@contextmanager
def no_such_file(path: object) -> Iterator[None]:
    """What the system says of a path that is no file's becomes a message."""
    try:
        yield
    except ExplorerError:
        raise
    except (OSError, ValueError):  # no name that a file could have
        raise ExplorerError("no_such_file", "weights", value=quote_path(path)) from None


def files_at(path: Path) -> dict[str, Path]:
    """The file, or all files of the checkpoint of that prefix."""
    if path.is_dir():
        raise ExplorerError("file_is_folder", "weights", value=quote_path(path))
    ending = next((ending for ending in (INDEX, META) if has_ending(path.name, ending)), "")
    if path.is_file() and not ending:
        return {path.name: path}
    prefix = path.name.removesuffix(path.name[len(path.name) - len(ending) :])
    index = path if ending == INDEX else path.with_name(f"{prefix}{INDEX}")
    meta = path if ending == META else path.with_name(f"{prefix}{META}")
    siblings = path.parent.iterdir() if path.parent.is_dir() else ()
    shards = [item for item in siblings if (m := SHARD.fullmatch(item.name)) and m[1] == prefix]
    found = [item for item in (index, *sorted(shards), meta) if item.is_file()]
    if not found:
        raise ExplorerError("no_such_file", "weights", value=quote_path(path))
    return {item.name: item for item in found}


def load_own_weights(path: Path) -> tuple[GeneratorConfig, Weights]:
    """A file that this project wrote or ships, read in this process.

    Raises:
        ExplorerError: as `load_weights`.
    """
    with open_arrays({path.name: path}, path.parent) as found:
        made = identify(found, GeneratorConfig(), use_ema=False, most_bytes=MAX_BYTES)
        return made.config, {name: array.load() for name, array in made.arrays.items()}


def open_weights(
    files: Mapping[str, Path],
    folder: Path,
    wanted: str,
    present: GeneratorConfig | None = None,
    most_bytes: int = MAX_BYTES,
    gone: threading.Event | None = None,
    make_room: Callable[[int], object] = lambda size: None,
) -> list[OpenedWeights]:
    """Reads strangers' files in a process of its own.

    Args:
        files: plain file name -> file, as `open_arrays` takes them.
        folder: an empty one, for what is unpacked; the caller removes it.
        wanted: "plain", "averages", or "both": the plain ones, then the averages if there are any.
        present: what a file leaves open is as here.
        most_bytes: of one generator's variables.
        gone: once it is set the reading ends, as nobody waits for it.
        make_room: is told the bytes of all that will be in memory, before they are.

    Raises:
        ExplorerError: as `load_weights`.
        Stopped: `gone` was set.
    """
    job = reading_job(wanted, present, most_bytes)

    def read(out: IO[bytes]) -> list[OpenedWeights]:
        return _read_answer(out, most_bytes, make_room)

    return ask_reader(files, folder, job, read, gone)


def reading_job(
    wanted: str, present: GeneratorConfig | None, most_bytes: int, graphs: bool = False
) -> dict[str, object]:
    """What the reading process is to do; arguments as of `open_weights`.

    Args:
        graphs: whether generators of other designs are taken as well, as graphs.
    """
    return {
        "graphs": graphs,
        "wanted": wanted,
        "present": asdict(present or GeneratorConfig()),
        "most_bytes": most_bytes,
    }


def ask_reader(
    files: Mapping[str, Path],
    folder: Path,
    job: Mapping[str, object],
    read: Callable[[IO[bytes]], Answer],
    gone: threading.Event | None = None,
) -> Answer:
    """What the reading process answers to a job, as `read` takes it from its output.

    Raises:
        ExplorerError: the process' refusal, or it could do nothing with the files.
        Stopped: `gone` was set.
    """
    shown = quote_path(", ".join(files))
    job = {
        "files": [[name, str(path.absolute())] for name, path in files.items()],
        "folder": str(folder.absolute()),
        "name": shown,
        **job,
    }
    overdue, gone = threading.Event(), gone or threading.Event()
    with _reading_process(gone, overdue) as process:
        try:
            process.stdin.write(json.dumps(job).encode() + b"\n")
            process.stdin.flush()
            return read(process.stdout)
        except ExplorerError:
            raise
        except (OSError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError,
                RecursionError):  # fmt: skip
            if gone.is_set():
                raise Stopped from None
            if overdue.is_set():
                raise ExplorerError(
                    "file_too_slow", "weights", value=shown, seconds=SECONDS
                ) from None
            raise ExplorerError("file_unreadable", "weights", value=shown) from None


@contextmanager
def _reading_process(gone: threading.Event, overdue: threading.Event) -> Iterator[subprocess.Popen]:
    """The process, which ends with the context, with its time, or once nobody waits for it."""
    done = threading.Event()
    try:
        process = readers.take()
    except OSError as error:
        raise ExplorerError("no_process", "weights", reason=error.strerror or "?") from None
    watch = threading.Thread(target=_watch, args=(process, done, gone, overdue), daemon=True)
    try:
        watch.start()
        yield process
    except RuntimeError as error:
        if watch.ident is not None:
            raise
        raise ExplorerError("no_process", "weights", reason=str(error)) from None
    finally:
        process.kill()
        done.set()
        if watch.ident is None:
            process.communicate()


def _watch(process, done: threading.Event, gone: threading.Event, overdue: threading.Event):
    """Ends the process when its time is over, or when nobody waits for it any longer.

    Takes it out of the system's list, too: that it gives back its memory is not waited for.
    """
    for _ in range(int(SECONDS / _TICK)):
        if done.wait(_TICK) or gone.is_set():
            break
    else:
        overdue.set()
    process.kill()
    done.wait()
    process.communicate()


def _read_answer(
    out: IO[bytes], most_bytes: int, make_room: Callable[[int], object]
) -> list[OpenedWeights]:
    return read_opened(read_message(out), out, most_bytes, make_room)


def read_opened(
    told: dict, out: IO[bytes], most_bytes: int, make_room: Callable[[int], object]
) -> list[OpenedWeights]:
    """What the process says, taken for a claim: it is checked before memory is taken for it."""
    claims = [(GeneratorConfig(**entry["config"]), _claims(entry)) for entry in told["opened"][:2]]
    sizes = [4 * sum(math.prod(w.shape) for w in weight_list(config)) for config, _ in claims]
    if max(sizes) > most_bytes:
        raise ValueError("more than was asked for")
    make_room(sum(sizes))
    return [
        OpenedWeights(
            config,
            {item.name: read_array(out, item.shape) for item in weight_list(config)},
            **told,
        )
        for config, told in claims
    ]


def _claims(entry: dict) -> dict:
    """What is said of one generator besides its structure."""
    return {
        "others": int(entry["others"]),
        "averages": bool(entry["averages"]),
        "assumed": tuple(name for name in (BASE, MOVING) if name in entry["assumed"]),
        "file": str(entry["file"]),
    }


def read_message(out: IO[bytes], most: int = _MOST_HEADER) -> dict:
    """A line of JSON.

    Raises:
        ExplorerError: it is the process's refusal.
        ValueError: it is no sound line.
    """
    status = out.read(1)
    told = json.loads(out.readline(most))
    if status == GOOD:
        return told
    raise ExplorerError.retold(told["code"], told["params"])


def read_array(out: IO[bytes], shape: tuple[int, ...]) -> np.ndarray:
    """The next array of the process' answer, float32 [shape]."""
    values = aligned_empty(shape)
    if out.peek(1)[:1] != GOOD:
        read_message(out)
    out.read(1)
    if out.readinto(values.reshape(-1).view(np.uint8)) != values.nbytes:
        raise ValueError("the answer ends too early")
    return values if sys.byteorder == "little" else values.byteswap(inplace=True)
