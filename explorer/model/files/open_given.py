"""Opens a stranger's picture or .npy, in the process that reads strangers' files."""

import math
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import numpy as np

from explorer.model.files.load import ask_reader, read_array, read_message


def open_given_file(
    files: Mapping[str, Path],
    folder: Path,
    most_bytes: int,
    gone: threading.Event | None = None,
    make_room: Callable[[int], object] = lambda size: None,
) -> tuple[bool, np.ndarray]:
    """Whether a file is a picture, and its numbers.

    Args:
        files: the only one, by its plain name.
        folder, most_bytes, gone, make_room: as of `open_weights`.

    Returns:
        float32; of a picture [height, width, 3] from 0 to 1.

    Raises:
        ExplorerError: it is no picture that is read and no .npy of numbers, or too large.
    """

    def read(out: IO[bytes]) -> tuple[bool, np.ndarray]:
        told = read_message(out)["given"]
        shape = tuple(map(int, told["shape"]))
        size = 4 * math.prod(shape)
        if not 0 < size <= most_bytes or min(shape) < 1:
            raise ValueError("more than was asked for")
        make_room(size)
        return bool(told["picture"]), read_array(out, shape)

    return ask_reader(files, folder, {"wanted": "given", "most_bytes": most_bytes}, read, gone)
