"""The latent vector z: drawn from a seed, edited number by number, or read from text or a file."""

import base64
import binascii
import contextlib
import io
import re
import zlib
from array import array
from typing import Annotated

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.json_text import parse_json
from explorer.model.config import CONFIG_FIELDS
from explorer.model.declare import MINUS, Field, Range, Role, Slider
from explorer.model.npy import read_npy_header
from explorer.model.stopping import stop_if_unwanted
from explorer.model.weights import SEED
from explorer.sizes import MIB, mebibytes

BatchSize = Annotated[int, Range(1, 64), Slider(to=8), Role.STRUCTURE]
BATCH_SIZE = Field("batch_size", BatchSize)
MAX_FILE_BYTES = 4 * MIB
_MAX_FLOAT32 = float(np.finfo(np.float32).max)
_MOST_EDITS = 4096
_DRAWN_AT_ONCE = 2**18  # values
_MOST_VALUES = BATCH_SIZE.high * CONFIG_FIELDS["noise_dim"].high
_MOST_LISTS = 1 + CONFIG_FIELDS["noise_dim"].high  # of one number each, in one
_NUMBERS = re.compile(r"[^\s,;\[\]()]+")
_LINES = re.compile(r"[^\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")  # as of str.splitlines
_EDIT = re.compile(r"(\d{1,4})\.(\d{1,5}):(.{1,32})")


def draw_z(seed: int = 0, batch_size: int = 1, noise_dim: int = 128) -> np.ndarray:
    """Latent vectors from N(0, 1): the same for the same seed, row by row.

    NumPy freezes the stream of its legacy generator (NEP 19), hence `RandomState`. Item 0 stays
    the same when the batch grows.

    Returns:
        float32 [batch_size, noise_dim].

    Raises:
        ExplorerError: an argument that is not a whole number in its range.

    Example:
        >>> draw_z(seed=7, batch_size=2).shape
        (2, 128)
    """
    seed, batch_size = SEED.check(seed), BATCH_SIZE.check(batch_size)
    noise_dim = CONFIG_FIELDS["noise_dim"].check(noise_dim)
    drawn = np.random.RandomState(seed).standard_normal((batch_size, noise_dim))
    return drawn.astype(np.float32)


def normal_z(count: int, noise_dim: int, seed: int) -> np.ndarray:
    """Any number of vectors from N(0, 1), float32 [count, noise_dim], not tied to `draw_z`'s."""
    return np.random.default_rng(seed).standard_normal((count, noise_dim), np.float32)


def draw_noise(seed: int, shape: tuple[int, ...], name: str, scale: float = 1.0) -> np.ndarray:
    """What stands in the place of another input: float32, a stream of its own for each name.

    Args:
        seed: of all inputs.
        shape: of the array, with the batch first.
        name: of the input.
        scale: standard deviation of the normal distribution.

    Raises:
        Stopped: nobody waits for it any longer.
    """
    stream = np.random.RandomState((seed + zlib.crc32(name.encode())) % 2**32)
    made = np.empty(shape, np.float32)
    values = made.reshape(-1)
    for start in range(0, values.size, _DRAWN_AT_ONCE):  # as they are drawn they take twice as much
        stop_if_unwanted()
        part = values[start : start + _DRAWN_AT_ONCE]
        part[:] = stream.standard_normal(len(part))
        part *= scale
    return made


def read_z(data: bytes, filename: str = "") -> np.ndarray:
    """Reads vectors from pasted text or the bytes of a .npy, .json, .csv or .txt file.

    Nothing is unpickled. A JSON file holds numbers, or lists of numbers; text holds numbers with
    commas, semicolons or white space between them, one vector a line where lines are equally long.

    Args:
        data: the file's bytes, or the text as UTF-8.
        filename: names the format by its ending; pasted text has none.

    Returns:
        float32 [rows, length].

    Raises:
        ExplorerError: not what the ending says, not numbers, NaN or infinite, or too large.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ExplorerError("file_too_large", "z", bound=mebibytes(MAX_FILE_BYTES))
    ending = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    readers = {
        "npy": _read_npy,
        "json": _read_json,
        "csv": _read_text,
        "txt": _read_text,
        "": _read_pasted,
    }
    if ending not in readers:
        allowed = ", ".join(f".{name}" for name in readers if name)
        raise ExplorerError("file_kind", "z", value=quote(filename), allowed=allowed)
    return _as_rows(readers[ending](data, quote(filename)))


def _read_npy(data: bytes, name: str) -> np.ndarray:
    """The array in the file's own bytes: however large a header calls it, none are taken for it."""
    file = io.BytesIO(data)
    try:
        shape, by_columns, dtype = read_npy_header(file)
        if min(shape, default=0) < 0:
            raise ValueError
        if dtype.kind in "iuf":  # an array of objects would take the bytes for addresses
            order = "F" if by_columns else "C"
            return np.ndarray(shape, dtype, buffer=data, offset=file.tell(), order=order)
    except Exception:  # NumPy raises many kinds for a damaged header; each means the same here
        dtype = None
    if dtype is None or dtype.hasobject:
        raise ExplorerError("npy_damaged", "z", value=name)
    raise ExplorerError("z_not_numbers", "z", value=quote(dtype))


def _read_json(data: bytes, name: str) -> object:
    for word in (b"true", b"false"):  # NumPy would take them for 1 and 0
        if word in data:
            raise ExplorerError("z_not_numbers", "z", value=word.decode())
    # Python's parser lets no other thread work until it is done.
    for marks, most in ((b"[{", _MOST_LISTS), (b",", _MOST_VALUES)):
        if sum(map(data.count, marks)) > most:
            raise ExplorerError("too_many_parts", "z", most=f"{most:,}")
    try:
        return parse_json(data, parse_int=_as_json_number)
    except ValueError:
        raise ExplorerError("file_damaged", "z", value=name, kind="JSON") from None


def _as_json_number(digits: str) -> int | float:
    """Python refuses integers of thousands of digits; as floats they are refused as infinite."""
    return int(digits) if len(digits) < 16 else float(digits)


def _read_text(data: bytes, name: str) -> np.ndarray:
    """Rows of one line each, or one row of all; line by line, as lists take much memory."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExplorerError("file_damaged", "z", value=name, kind="UTF-8") from None
    numbers, lengths, before = array("d"), set(), 0
    for line in _LINES.finditer(text):
        for part in _NUMBERS.finditer(text, *line.span()):
            numbers.append(_as_number(part.group()))
        lengths.add(len(numbers) - before)
        before = len(numbers)
    lengths.discard(0)
    return np.array(numbers).reshape(-1, lengths.pop() if len(lengths) == 1 else len(numbers) or 1)


def _as_number(text: str) -> float:
    try:
        return float(text.replace(MINUS, "-"))
    except ValueError:
        raise ExplorerError("z_not_numbers", "z", value=quote(text)) from None


def _read_pasted(data: bytes, name: str) -> object:
    rows = _read_text(data, name)
    if data.lstrip().startswith(b"[["):  # lists in a list: as JSON, where it is that
        with contextlib.suppress(ExplorerError):
            return _read_json(data, name)
    # One number a line is one vector, not a batch of numbers.
    return rows.T if rows.shape[1] == 1 else rows


def _as_rows(values: object) -> np.ndarray:
    array = values if isinstance(values, np.ndarray) else _as_array(values)
    if array.size == 0:
        raise ExplorerError("z_empty", "z")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.T
    if array.ndim not in (1, 2):
        raise ExplorerError("z_rank", "z", shape=list(array.shape))
    return _finite(np.atleast_2d(array))


def _as_array(values: object) -> np.ndarray:
    """Lists of numbers as an array; as objects first, for NumPy makes all texts equally long."""
    _check_even(values)
    try:
        array = np.asarray(values, dtype=object)
        if not {*map(type, array.ravel())} <= {int, float}:
            raise ValueError
        return array.astype(float)
    except ValueError:
        raise ExplorerError("z_not_numbers", "z", value=_first_bad(values)) from None


def _check_even(values: object):
    """Refuses lists of numbers that are not equally long."""
    rows = values if isinstance(values, list) else []
    lengths = [len(row) for row in rows if isinstance(row, list)]
    if len(lengths) == len(rows) and len(set(lengths)) > 1:
        raise ExplorerError("z_ragged", "z", lengths=quote(", ".join(map(str, lengths))))


def _finite(rows: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        rows = rows.astype(np.float32)
    if not np.isfinite(rows).all():
        row, column = np.argwhere(~np.isfinite(rows))[0]
        raise ExplorerError("z_not_finite", "z", row=int(row), column=int(column))
    return rows


def _first_bad(values: object) -> str:
    """The first entry that is not a number, to show to the user."""
    stack = [values]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif type(item) not in (int, float):
            return quote(item)
    return quote(values)


def fit_rows(rows: np.ndarray, noise_dim: int, batch_size: int) -> np.ndarray:
    """Passes vectors on that suit the generator: one, or one for each item.

    Raises:
        ExplorerError: the vectors have another length than noise_dim, or there are too many.
    """
    if rows.shape[1] != noise_dim:
        raise ExplorerError("z_length", "z", found=rows.shape[1], noise_dim=noise_dim)
    if len(rows) not in (1, batch_size):
        raise ExplorerError("z_rows", "z", found=len(rows), batch_size=batch_size)
    return rows


def encode_rows(rows: np.ndarray, first: int = 0) -> str:
    """float32 [rows, length] for the items from `first` on, as link-safe text.

    The form is "first.rows.base64url"; several such parts are joined by "~".
    """
    data = base64.urlsafe_b64encode(np.ascontiguousarray(rows, "<f4").tobytes()).decode()
    return f"{first}.{len(rows)}.{data.rstrip('=')}"


def decode_rows(text: str) -> list[tuple[int, np.ndarray]]:
    """The inverse of `encode_rows`: (first item, float32 [rows, length]) for each part.

    Raises:
        ExplorerError: damaged text, a value that is not finite, or more parts than a batch has
            items.
    """
    parts = text.split("~", BATCH_SIZE.high + 1)
    _check_count("z_data", parts, BATCH_SIZE.high)
    return [_decode_part(part) for part in parts if part]


def _check_count(field: str, parts: list[str], most: int):
    """Refuses more parts than there can be use for, before any is read.

    Raises:
        ExplorerError: with the bound.
    """
    if len(parts) > most:
        raise ExplorerError("too_many_parts", field, most=most)


def _decode_part(text: str) -> tuple[int, np.ndarray]:
    try:
        first, count, data = text.split(".")
        data = base64.b64decode(data + "=" * (-len(data) % 4), altchars=b"-_", validate=True)
        rows = np.frombuffer(data, "<f4").reshape(int(count), -1)
        place = int(first)
        if place < 0 or rows.size == 0:
            raise ValueError
    except (ValueError, binascii.Error):
        raise ExplorerError("z_data_damaged", "z_data", value=quote(text)) from None
    return place, _finite(rows)


def parse_edits(text: str) -> dict[tuple[int, int], float]:
    """Edits "item.dimension:value,..." as {(item, dimension): value}.

    Raises:
        ExplorerError: an edit of another form, a value that is not finite in float32, or more
            than 4096 edits.
    """
    edits, parts = {}, text.split(",", _MOST_EDITS + 1)
    _check_count("z_edits", parts, _MOST_EDITS)
    for part in filter(None, parts):
        match = _EDIT.fullmatch(part)
        value = _edit_value(match.group(3)) if match else None
        if value is None:
            raise ExplorerError("z_edit_damaged", "z_edits", value=quote(part))
        edits[int(match.group(1)), int(match.group(2))] = value
    return edits


def _edit_value(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) <= _MAX_FLOAT32 else None


def compose_z(
    seed: int,
    batch_size: int,
    noise_dim: int,
    scale: float,
    given: list[tuple[int, np.ndarray]],
    edits: dict[tuple[int, int], float],
) -> np.ndarray:
    """z as the controls say: drawn, overlaid with given rows, scaled, then edited.

    Rows or edits beyond the batch or noise_dim are left out, so that nothing is lost when either
    shrinks and grows again; what they do not cover is drawn from the seed.

    Args:
        given: (first item, rows), as from `decode_rows`.
        edits: (item, dimension) -> value, not scaled.

    Returns:
        float32 [batch_size, noise_dim].
    """
    z = draw_z(seed, batch_size, noise_dim)
    for first, rows in given:
        target = z[first : first + len(rows), : rows.shape[1]]
        target[:] = rows[: target.shape[0], : target.shape[1]]
    with np.errstate(over="ignore"):
        z *= np.float32(scale)
    for (item, dimension), value in edits.items():
        if item < batch_size and dimension < noise_dim:
            z[item, dimension] = value
    return z
