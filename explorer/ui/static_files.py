"""Files of scripts and styles, each compressed once."""

import threading
from pathlib import Path

import anyio
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from explorer.ui.compression import ONCE, pack, takes_gzip
from explorer.workspace import workspace

_TEXT = (".js", ".mjs", ".css", ".json", ".svg", ".html", ".txt")
_LEAST = 1024  # bytes that are worth it
_compressed: dict[tuple[Path, int], Path] = {}  # by file and its time; no more than there are files
_lock = threading.Lock()  # one at a time, however many ask


class CompressedFiles(StaticFiles):
    """Static files that go out compressed where a client takes it.

    Args:
        directory: where they are.
        fresh: whether a browser checks them each time, so that two versions never mix.
    """

    def __init__(self, directory: Path, fresh: bool = False):
        super().__init__(directory=directory)
        self._fresh = fresh

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or what there is to say instead."""
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse):
            await shrink(response, scope)
        if self._fresh:
            response.headers["Cache-Control"] = "no-cache"
        return response


async def shrink(response: FileResponse, scope: Scope):
    """Lets a file go out compressed, if its client takes that and asks for the whole of it."""
    path = Path(response.path)
    if path.suffix not in _TEXT:
        return
    response.headers.add_vary_header("Accept-Encoding")
    if not takes_gzip(scope) or "range" in Headers(scope=scope):
        return
    smaller = await anyio.to_thread.run_sync(compress, path)
    if smaller is not path:
        response.path, response.stat_result = smaller, await anyio.to_thread.run_sync(smaller.stat)
        response.headers["Content-Length"] = str(response.stat_result.st_size)
        response.headers["Content-Encoding"] = "gzip"


def compress(path: Path) -> Path:
    """The compressed file, on the disk, so that slow readers hold no copies; itself if small."""
    found = path.stat()
    if found.st_size < _LEAST:
        return path
    key = path, found.st_mtime_ns
    with _lock:
        if key not in _compressed:
            try:
                folder = workspace() / "compressed"
                folder.mkdir(exist_ok=True)
                target = folder / f"{len(_compressed)}.gz"
                target.write_bytes(pack(path.read_bytes(), ONCE))
            except OSError:  # a full disk
                return path
            _compressed[key] = target
        return _compressed[key]
