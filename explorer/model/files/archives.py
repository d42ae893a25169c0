"""Zip archives, bounded: few members, plain names, no more bytes than announced and allowed."""

import contextlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from explorer.errors import ExplorerError, quote
from explorer.sizes import MIB, mebibytes

MAX_MEMBERS = 2000
MAX_UNPACKED = 512 * MIB
# Trained numbers hardly shrink; what grows more than this was made to fill a memory or a disk.
_MOST_GROWTH = 16
_SPARE = 16 * MIB
_MAX_DIRECTORY = MIB  # bytes of an archive's own list of its members, read in one go
_CHUNK = MIB
# What macOS packs or copies beside the files themselves.
_CLUTTER = ("._", ".DS_Store")
_CLUTTER_FOLDER = "__MACOSX"
_KINDS = {
    ".npz": "npz",
    ".safetensors": "safetensors",
    ".keras": "Keras",
    ".h5": "HDF5",
    ".zip": "zip",
}


def most_unpacked(size: int) -> int:
    """Bytes that a file of a size may hold unpacked."""
    return min(MAX_UNPACKED, _MOST_GROWTH * size + _SPARE)


def unpacked_beside(name: str, size: int) -> int:
    """Bytes that a file of a name and a size may take on the disk beside itself, all in all."""
    return most_unpacked(size) if has_ending(name, ".zip", ".keras") else 0


def unpacked(
    files: Mapping[str, Path], folder: Path, is_wanted: Callable[[str], bool]
) -> tuple[Mapping[str, Path], "Unpacking"]:
    """Files, or of one that is a .zip the wanted members, and what more may be unpacked.

    Args:
        files: plain file name -> file.
        folder: an empty one.
        is_wanted: of a member, by its name.
    """
    sizes = {file: path.stat().st_size for file, path in files.items()}
    unpacking = Unpacking(folder, sum(unpacked_beside(*file) for file in sizes.items()))
    name = ", ".join(files)
    if len(files) != 1 or not has_ending(name, ".zip"):
        return files, unpacking
    with open_zip(files[name], name) as archive:
        wanted = filter(is_wanted, archive.names)
        return {member: unpacking.unpack(archive, member) for member in wanted}, unpacking


def checked_path(path: object) -> Path:
    """The path that a text or a path object stands for.

    Raises:
        ExplorerError: it is neither.
    """
    try:
        return Path(path)
    except TypeError:
        raise ExplorerError("not_a_path", "weights", value=quote(path)) from None


def has_ending(name: str, *endings: str) -> bool:
    """Whether a file's name ends so, in capitals or not."""
    return name.lower().endswith(endings)


def is_clutter(path: str) -> bool:
    """Whether a file only came along: what macOS notes about the others."""
    place = PurePosixPath(path.replace("\\", "/"))
    return _CLUTTER_FOLDER in place.parts[:-1] or place.name.startswith(_CLUTTER)


class Archive:
    """An open archive whose members are checked; each is read by its plain name or its path."""

    def __init__(self, file: zipfile.ZipFile, name: str, with_folders: bool, most: int):
        self._file = file
        infos = [item for item in file.infolist() if not item.is_dir()]
        _check_size(infos, name, most)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for item in infos:
            short = _plain_path(item, with_folders)
            if is_clutter(item.filename):
                continue
            if short in self._members:
                raise ExplorerError("archive_twice", "weights", value=quote(short))
            self._members[short] = item

    @property
    def names(self) -> list[str]:
        """Of all members."""
        return list(self._members)

    def size(self, name: str) -> int:
        """Announced bytes of a member."""
        return self._members[name].file_size

    def open(self, name: str) -> IO[bytes]:
        """A member to read from; more bytes than announced end in an error."""
        return self._file.open(self._members[name])

    def read(self, name: str, most: int = MAX_UNPACKED) -> bytes:
        """All of a member.

        Raises:
            ExplorerError: it is larger than `most`.
        """
        with self.open(name) as member:
            data = member.read(most + 1)
        if len(data) > most:
            raise ExplorerError(
                "file_part_too_large", "weights", value=quote(name), bound=mebibytes(most)
            )
        return data

    def extract(self, name: str, path: Path):
        """Writes a member to a file, in pieces."""
        with self.open(name) as member, path.open("wb") as out:
            shutil.copyfileobj(member, out, _CHUNK)


class Unpacking:
    """Where members are unpacked to, and how many bytes more, of archives in archives too.

    Args:
        folder: an empty one.
        most: bytes of all that is unpacked.
    """

    def __init__(self, folder: Path, most: int):
        self._folder, self._left, self._most = folder, most, most
        self._files = 0

    def unpack(self, archive: Archive, name: str) -> Path:
        """A member as a file of its own.

        Raises:
            ExplorerError: there is no room left for it.
        """
        self._left -= archive.size(name)
        if self._left < 0:
            raise _too_large(name, 1, self._most - self._left, self._most)
        self._files += 1
        path = self._folder / f"unpacked-{self._files}"
        archive.extract(name, path)
        return path


@contextlib.contextmanager
def open_zip(path: Path, name: str, with_folders: bool = False) -> Iterator[Archive]:
    """The members of an archive by their plain name, or by their path where the path is a name.

    Raises:
        ExplorerError: no sound archive, too many members, too many bytes, an encrypted member, a
            path outside, or two files of one name.
    """
    with reading(name), _Bounded(path) as raw, zipfile.ZipFile(raw) as file:
        raw.most = None
        yield Archive(file, name, with_folders, most_unpacked(path.stat().st_size))


class _Bounded(io.FileIO):
    """A file that refuses to give more than `most` bytes at once.

    `ZipFile` reads an archive's list of members in one go, however long it says that it is.
    """

    most: int | None = _MAX_DIRECTORY

    def read(self, size: int = -1) -> bytes:
        """As a file's; see above."""
        left = os.fstat(self.fileno()).st_size - self.tell()
        if self.most is not None and (left if size < 0 else min(left, size)) > self.most:
            raise ExplorerError("archive_members", "weights", most=MAX_MEMBERS)
        return super().read(size)


def _check_size(members: list[zipfile.ZipInfo], name: str, bound: int):
    total = sum(item.file_size for item in members)
    if len(members) > MAX_MEMBERS or total > bound:
        raise _too_large(name, len(members), total, bound)


def _too_large(name: str, members: int, size: int, bound: int) -> ExplorerError:
    return ExplorerError(
        "archive_too_large",
        "weights",
        value=quote(name),
        members=members,
        most=MAX_MEMBERS,
        size=mebibytes(size),
        bound=mebibytes(bound),
    )


def _plain_path(item: zipfile.ZipInfo, with_folders: bool) -> str:
    path = PurePosixPath(item.filename.replace("\\", "/"))
    if not _is_inside(path):
        raise ExplorerError("archive_path", "weights", value=quote(item.filename))
    return str(path) if with_folders else path.name


def is_member_name(name: str) -> bool:
    """Whether an archive may have a member of that name, as `open_zip` takes them."""
    path = PurePosixPath(name.replace("\\", "/"))
    return str(path) == name and _is_inside(path) and not is_clutter(name)


def _is_inside(path: PurePosixPath) -> bool:
    return not path.is_absolute() and ".." not in path.parts and ":" not in str(path)


def read_zip(path: Path, with_folders: bool = False) -> dict[str, bytes]:
    """Every member's content; names and errors as those of `open_zip`."""
    with open_zip(path, path.name, with_folders) as archive:
        return {name: archive.read(name) for name in archive.names}


@contextlib.contextmanager
def reading(name: str) -> Iterator[None]:
    """Whatever a reader stumbles over is a damaged file; our own refusals pass."""
    try:
        yield
    except ExplorerError:
        raise
    except MemoryError:
        raise ExplorerError("file_needs_memory", "weights", value=quote(name)) from None
    except Exception:
        raise damaged(name) from None


def damaged(name: str) -> ExplorerError:
    """The refusal of a file that is not what its name says."""
    kinds = (kind for ending, kind in _KINDS.items() if has_ending(name, ending))
    kind = next(kinds, "TensorFlow checkpoint")
    return ExplorerError("weights_damaged", "weights", value=quote(name), kind=kind)
