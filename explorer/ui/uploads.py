"""Uploads to the disk as they come, bounded in bytes, in time, and for each client.

An upload is a uint32 header length (little endian), a JSON header {"files": [{"name", "size"}],
"state": form values}, then the files' bytes one after the other.
"""

import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
from starlette.requests import Request

from explorer.errors import ExplorerError
from explorer.json_text import parse_json
from explorer.limits import DISK, TRANSFER_SECONDS
from explorer.link import MAX_LINK
from explorer.model.files.archives import unpacked_beside
from explorer.model.files.formats import weights_among
from explorer.sizes import MIB, mebibytes
from explorer.ui.bodies import PACE
from explorer.ui.clients import client_address
from explorer.ui.shares import Share
from explorer.workspace import Scratch, disk_errors

MAX_UPLOAD = 256 * MIB
MAX_HEADER = MAX_LINK + MIB // 4  # a form with numbers for z, and names
MOST_FILES = 64
# Of what JSON is built of; a text of nothing else takes long to read. A folder's files are fewer.
_MOST_SIGNS = 40_000
_SIGNS = b'{[,:"\\'
_LONGEST_NAME = 1000  # letters that are looked at, from its end
_MOST_TOLD = 2**53  # bytes; JSON's numbers are exact up to it, and no file is larger
_FORM = 'uint32 length, {"files": [{"name", "size"}], "state": {…}}, bytes'
_under_way = Share(each=2, all_together=8)
# Bytes of uploads and of saved files on their way: one client leaves some to others, whose runs
# may hold half of the disk.
DISK_SHARE = Share(each=DISK // 4, all_together=DISK)


@dataclass(frozen=True)
class Upload:
    """Files on the disk.

    Attributes:
        files: plain file name -> where its bytes are, under a number as their name.
        form: the form values that came along.
        folder: an empty one, for what is unpacked.
        size: bytes of all files.
    """

    files: Mapping[str, Path]
    form: Mapping
    folder: Path
    size: int


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Upload]:
    """The files of an upload, as long as the context is open.

    Raises:
        ExplorerError: it has another form, is too large or too slow, or too many are under way.
    """
    with _under_way.take(client_address(request)), ExitStack() as open_folders:
        upload = None
        with anyio.move_on_after(TRANSFER_SECONDS):
            upload = await _receive(_Stream(request), open_folders)
        if upload is None:
            raise ExplorerError("body_too_slow", seconds=TRANSFER_SECONDS)
        yield upload


async def _receive(stream: "_Stream", open_folders: ExitStack) -> Upload:
    names, sizes, form = await _header(stream)
    room = sum(sizes) + sum(map(unpacked_beside, names, sizes))
    open_folders.enter_context(DISK_SHARE.take(stream.client, room))
    scratch = await anyio.to_thread.run_sync(Scratch, room)
    folder = open_folders.enter_context(scratch)
    with disk_errors():
        files = await _files(stream, names, sizes, folder)
        unpacked = folder / "unpacked"
        unpacked.mkdir()
    return Upload(files, form, unpacked, sum(sizes))


def choose_files(listed: bytes) -> list[int]:
    """Which of the files that a visitor chose are to be sent, by their place in the header's list.

    So a page need not know what is taken, and nothing is sent in vain.

    Args:
        listed: the header of an upload, as JSON.

    Raises:
        ExplorerError: another form, no file of weights, or those that are too many or too large.
    """
    names, sizes, _ = _read_header(listed)
    wanted = weights_among(names)
    _check_bounds([sizes[at] for at in wanted])
    return wanted


class _Stream:
    """The body in pieces of a wanted size, however it comes."""

    def __init__(self, request: Request):
        self._chunks, self._rest = request.stream(), b""
        self.client = client_address(request)

    async def some(self, most: int) -> bytes:
        """The next bytes, as many as there are up to `most`; b"" at the end."""
        while not self._rest:
            try:
                self._rest = await anext(self._chunks)
            except StopAsyncIteration:
                return b""
        given, self._rest = self._rest[:most], self._rest[most:]
        return given

    async def exactly(self, size: int) -> bytes:
        """The next `size` bytes."""
        data = bytearray()
        while len(data) < size:
            if not (part := await self.some(size - len(data))):
                raise _damaged()
            data += part
        return bytes(data)


def _damaged() -> ExplorerError:
    return ExplorerError("request_damaged", form=_FORM)


async def _header(stream: _Stream) -> tuple[list[str], list[int], Mapping]:
    """Names and sizes of the files, and the form."""
    (length,) = struct.unpack("<I", await stream.exactly(4))
    if length > MAX_HEADER:
        raise _damaged()
    text = await stream.exactly(length)
    await PACE.wait(stream.client, length)
    names, sizes, form = await anyio.to_thread.run_sync(_read_header, text)
    _check_bounds(sizes)
    return names, sizes, form


def _read_header(text: bytes) -> tuple[list[str], list[int], Mapping]:
    if sum(text.count(sign) for sign in _SIGNS) > _MOST_SIGNS:
        raise _damaged()
    try:
        header = parse_json(text)
        names = [Path(str(entry["name"])[-_LONGEST_NAME:]).name for entry in header["files"]]
        sizes = [int(entry["size"]) for entry in header["files"]]
        form = header.get("state", {})
        sound = names and all(names) and all(0 <= size <= _MOST_TOLD for size in sizes)
        if not sound or not isinstance(form, Mapping):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise _damaged() from None
    return names, sizes, form


def _check_bounds(sizes: list[int]):
    if len(sizes) > MOST_FILES:
        raise ExplorerError("too_many_files", "weights", found=len(sizes), most=MOST_FILES)
    if (size := sum(sizes)) > MAX_UPLOAD:
        size, bound = mebibytes(size), mebibytes(MAX_UPLOAD)
        raise ExplorerError("upload_too_large", "weights", size=size, bound=bound)


async def _files(
    stream: _Stream, names: list[str], sizes: list[int], folder: Path
) -> dict[str, Path]:
    files = {}
    for at, (name, size) in enumerate(zip(names, sizes, strict=True)):
        files[name] = folder / f"file-{at}"
        async with await anyio.open_file(files[name], "wb") as out:
            left = size
            while left:
                if not (part := await stream.some(left)):
                    raise _damaged()
                left -= await out.write(part)
    return files
