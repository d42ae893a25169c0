"""Zip archives, bounded: few members, plain names, no more bytes than announced and allowed."""

import contextlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from explorer.errors import ExplorerError, mebibytes, quote

MAX_MEMBERS = 2000
MAX_UNPACKED = 512 * 2**20
_CHUNK = 2**20
_KINDS = {
    ".npz": "npz",
    ".safetensors": "safetensors",
    ".keras": "Keras",
    ".h5": "HDF5",
    ".zip": "zip",
}


def read_zip(data: bytes, name: str, with_folders: bool = False) -> dict[str, bytes]:
    """All files of an archive by their plain name, or by their path where the path is a name.

    Raises:
        ExplorerError: no sound archive, too many members, too many bytes, an encrypted member, a
            path outside, or two files of one name.
    """
    with reading(name), zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        _check_members(members, name)
        return _unpack(archive, members, name, with_folders)


def _check_members(members: list[zipfile.ZipInfo], name: str):
    total = sum(item.file_size for item in members)
    if len(members) > MAX_MEMBERS or total > MAX_UNPACKED:
        raise ExplorerError(
            "archive_too_large",
            "weights",
            value=quote(name),
            members=len(members),
            most=MAX_MEMBERS,
            size=mebibytes(total),
            bound=mebibytes(MAX_UNPACKED),
        )
    for item in members:
        path = PurePosixPath(item.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in item.filename:
            raise ExplorerError("archive_path", "weights", value=quote(item.filename))


def _unpack(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str, with_folders: bool
) -> dict[str, bytes]:
    files, total = {}, 0
    for item in members:
        path = PurePosixPath(item.filename.replace("\\", "/"))
        short = str(path) if with_folders else path.name
        if short in files:
            raise ExplorerError("archive_twice", "weights", value=quote(short))
        with archive.open(item) as member:  # an announced size may be a lie
            parts = []
            while part := member.read(_CHUNK):
                total += len(part)
                if total > MAX_UNPACKED:
                    raise damaged(name)
                parts.append(part)
        files[short] = b"".join(parts)
    return files


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Whatever a reader stumbles over is a damaged file; our own refusals pass."""
    try:
        yield
    except ExplorerError:
        raise
    except Exception:
        raise damaged(name) from None


def damaged(name: str) -> ExplorerError:
    """The refusal of a file that is not what its name says."""
    kinds = (kind for ending, kind in _KINDS.items() if name.endswith(ending))
    kind = next(kinds, "TensorFlow checkpoint")
    return ExplorerError("weights_damaged", "weights", value=quote(name), kind=kind)
