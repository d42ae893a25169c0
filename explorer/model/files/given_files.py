"""Reads what is given to a stage, a picture or an .npy, in the process that reads such files.

A picture's sides are bounded before it is decoded, and it is kept no larger than is shown.
"""

import itertools
import math
from pathlib import Path

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.files.archives import has_ending
from explorer.model.files.arrays import StoredArray, is_shape
from explorer.model.npy import read_npy_header

ARRAY_ENDINGS = (".npy",)
_PICTURES = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "WEBP": (".webp",)}
PICTURE_ENDINGS = tuple(itertools.chain.from_iterable(_PICTURES.values()))
MOST_PIXELS = 40 * 10**6
LONGEST_SIDE = 1024  # of what is kept
_MOST_AXES = 4


def open_given(path: Path, name: str, most_bytes: int) -> tuple[bool, StoredArray]:
    """Whether a file is a picture, and its numbers.

    Args:
        path: of the file.
        name: that it has, whose ending tells an .npy.
        most_bytes: of its numbers as float32.

    Returns:
        A picture's numbers are float32 [height, width, 3] from 0 to 1.

    Raises:
        ExplorerError: neither a picture that is read nor an .npy of numbers, or too large.
    """
    if has_ending(name, *ARRAY_ENDINGS):
        return False, _open_npy(path, name, most_bytes)
    return True, _open_picture(path, name)


def _open_npy(path: Path, name: str, most_bytes: int) -> StoredArray:
    with path.open("rb") as file:
        try:
            shape, by_columns, kind = read_npy_header(file)
        except Exception:  # NumPy raises many kinds for a damaged header
            raise ExplorerError("npy_damaged", "given", value=quote(name)) from None
        start = file.tell()
    if kind.kind not in "iuf":
        raise ExplorerError("input_not_numbers", "given", name=quote(name), value=quote(kind))
    if not 2 <= len(shape) <= _MOST_AXES or not is_shape(shape, most_bytes, 4) or 0 in shape:
        raise ExplorerError("given_size", "given", shape=list(shape), bound=most_bytes // 2**20)

    if path.stat().st_size < start + math.prod(shape) * kind.itemsize:
        raise ExplorerError("npy_damaged", "given", value=quote(name))

    def read() -> np.ndarray:
        flat = np.fromfile(path, kind, count=math.prod(shape), offset=start)
        return flat.reshape(shape, order="F" if by_columns else "C")

    return StoredArray(shape, read)


def _open_picture(path: Path, name: str) -> StoredArray:
    from PIL import Image, ImageOps  # only this process needs it

    Image.MAX_IMAGE_PIXELS = None  # our own bound comes first
    with path.open("rb") as file:
        try:
            with Image.open(file, formats=[*_PICTURES]) as opened:
                _check_pixels(opened.size)
                opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(opened).convert("RGB")
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                values = np.asarray(upright, np.float32) / np.float32(255)
        except ExplorerError:
            raise
        except Exception:  # Pillow raises many kinds; each means the same here
            raise ExplorerError("picture_damaged", "given", value=quote(name)) from None
    return StoredArray(values.shape, lambda: values)


def _check_pixels(size: tuple[int, int]):
    if size[0] * size[1] > MOST_PIXELS:
        shown = f"{size[0]}×{size[1]}"
        raise ExplorerError("picture_size", "given", shape=shown, bound=MOST_PIXELS // 10**6)
