"""Routes for weights: files in, files out."""

import zipfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from explorer.errors import ExplorerError, quote
from explorer.limits import TRANSFER_SECONDS
from explorer.link import read_link
from explorer.model.config import GeneratorConfig, form_values
from explorer.model.devices import resolve_device
from explorer.model.files.archives import has_ending
from explorer.model.files.checkpoint import INDEX
from explorer.model.files.identify import BASE
from explorer.model.files.load import OpenedWeights, Weights
from explorer.model.files.open_generator import open_generator_files
from explorer.model.files.save import CHECKPOINT, FORMATS, check_format, write_weights
from explorer.model.graph import Graph
from explorer.model.graph_store import keep_graph
from explorer.model.memory import Reservation, memory
from explorer.model.open_sizes import at_opening_sizes, check_reopens
from explorer.model.runs import changed_weights, check_room_to_save, draw_weights, room_to_save
from explorer.model.shown_bounds import MAX_OPENED_CELLS, check_shown
from explorer.model.stopping import waiting_event
from explorer.model.weight_store import MOST_BYTES, keep_weights
from explorer.schema import State, read_state
from explorer.ui.answers import Heavy, answer, answered
from explorer.ui.clients import client_address
from explorer.ui.shares import Share
from explorer.ui.uploads import DISK_SHARE, MAX_HEADER, Upload, choose_files, received
from explorer.views.weights import check_weights, opened_view, stored_view
from explorer.workspace import Scratch, disk_errors

_FILE_NAME, _OPENED_NAME = "noise_generator", "generator"
_on_their_way = Share(each=2, all_together=16)  # saved files


async def open_uploaded(request: Request) -> Response:
    """Opened weights: {"weights": [{"source", "fields", "others", "averages", "assumed", "file"}]}.

    Moving averages come second; `others` counts the file's arrays that are none of the generator's,
    `assumed` names what it does not hold; `file` is the visitor's own name for the one that was
    read, in an archive the member's. It is told to this visitor alone and not kept.
    """
    async with AsyncExitStack() as open_uploads:

        async def read() -> Heavy:
            upload = await open_uploads.enter_async_context(received(request))
            return Heavy(lambda: _open(upload, client_address(request)))

        return await answered(request, read)


async def choose_uploads(request: Request) -> Response:
    """The header of an upload to {"send": which of its files are to be sent}."""
    return await answer(request, MAX_HEADER, _choose)


def _choose(body: bytes, request: Request) -> Response:
    return JSONResponse({"send": choose_files(body)})


def _open(upload: Upload, giver: str) -> Response:
    """Of a whole model of another design, or of our own generator's weights."""
    with ExitStack() as rooms:
        opened = open_generator_files(
            upload.files,
            upload.folder,
            "both",
            _present(upload.form),
            MOST_BYTES,
            waiting_event(),
            partial(_make_room, rooms),
        )
        if isinstance(opened, list):
            kept = [_keep(item, giver) for item in opened]
        else:
            kept = [_keep_graph(*opened, _main_name(list(upload.files)), giver)]
    return JSONResponse({"weights": kept})


def _keep_graph(graph: Graph, weights: Weights, name: str, giver: str) -> dict:
    """The view of a kept generator of another design."""
    sized = at_opening_sizes(graph)
    check_shown(sized.stages(), MAX_OPENED_CELLS)  # refuses what is too large to show
    told = {"others": 0, "averages": False, "assumed": [], "file": _sendable(name)}
    return opened_view(keep_graph(graph, weights, giver)) | told


def _main_name(names: list[str]) -> str:
    """Of files that belong together: a checkpoint goes by its index."""
    return next((name for name in names if has_ending(name, INDEX)), ", ".join(names))


def _keep(opened: OpenedWeights, giver: str) -> dict:
    """The view of kept weights."""
    read_state(form_values(opened.config))  # refuses what is too large to show
    stored = keep_weights(opened.config, opened.weights, BASE in opened.assumed, giver)
    told = {name: getattr(opened, name) for name in ("others", "averages", "assumed")}
    return stored_view(stored) | told | {"file": _sendable(opened.file)}


def _make_room(rooms: ExitStack, size: int):
    rooms.enter_context(memory.reserve(size, heavy=True))


def _sendable(name: str) -> str:
    """A file's name; half a letter has no bytes."""
    return name.encode(errors="replace").decode()


def _present(form: Mapping) -> GeneratorConfig:
    """The configuration of the form, for what a file leaves open."""
    try:
        return read_state(form).config
    except ExplorerError:
        return GeneratorConfig()


async def save_view(request: Request) -> Response:
    """The weights of a link as a file: /explorer/save?format=.npz&link=...

    With check=1 nothing is made: {"ok": true, "told": what the file will lack, as an error, or
    null}, or why there would be no file.
    """
    return await answer(request, 0, _save)


def _save(body: bytes, request: Request) -> Response | Heavy:
    kind = request.query_params.get("format", "")
    if kind not in FORMATS:
        raise ExplorerError("save_kind", "weights", value=quote(kind), allowed=", ".join(FORMATS))
    state, errors = read_link(request.query_params.get("link", ""))
    if errors:
        raise errors[0]
    saved = _to_save(state)
    check_format(saved.generator, kind)
    check_room_to_save(saved.generator, kind)
    if request.query_params.get("check"):
        told = None if kind == CHECKPOINT else saved.told  # which holds no structure
        return JSONResponse({"ok": True, "told": told and told.as_dict()})
    return Heavy(lambda: _write(saved, kind, client_address(request)))


@dataclass(frozen=True)
class _Saved:
    """What is saved.

    Attributes:
        generator: a configuration, or the graph of an opened or changed generator.
        name: of the file, without its ending.
        weights: gives them.
        room: sets aside what they and a file of some format take.
        told: what the file will lack of what was opened; None where nothing.
    """

    generator: GeneratorConfig | Graph
    name: str
    weights: Callable[[], Mapping]
    room: Callable[[str], Reservation]
    told: ExplorerError | None = None


def _to_save(state: State) -> _Saved:
    """What a view shows; no other weights take the place of those that are gone."""
    source, base, origin = state["weights"], state.opened or state.config, state.find_origin()
    if not state.opened:
        check_weights(state.config, source, origin)
    device, changed = resolve_device(state["device"]), state.changed
    told = None
    if changed:
        generator, told = _with_open_sizes(changed.open_after, changed.after)
        weights = partial(changed_weights, changed, base, origin, device)
    elif state.opened:
        generator, told = _with_open_sizes(state.opened.open_graph, state.opened.graph)
        weights = partial(getattr, state.opened, "weights")
    else:
        generator, weights = state.config, partial(draw_weights, state.config, origin, device)
    name = _OPENED_NAME if state.opened else _file_name(source, origin.is_carried(state.config))
    room = partial(room_to_save, generator, origin=origin, base=base)
    return _Saved(generator, name + "-changed" * bool(changed), weights, room, told)


def _with_open_sizes(graph: Graph | None, shown: Graph) -> tuple[Graph, ExplorerError | None]:
    """The graph with open sizes, if it has some; as it is shown where no file could leave them."""
    if graph is None:
        return shown, None
    try:
        check_reopens(graph, shown)
    except ExplorerError as told:
        return shown, told
    return graph, None


def _write(saved: _Saved, kind: str, client: str) -> Response:
    with ExitStack() as after_failure, saved.room(kind) as room:
        after_failure.enter_context(_on_their_way.take(client))
        on_disk = after_failure.enter_context(DISK_SHARE.take(client, room.size))
        scratch = Scratch(room.size)
        folder = after_failure.enter_context(scratch)
        weights = saved.weights()
        with disk_errors():
            write_weights(folder / f"{_FILE_NAME}{kind}", saved.generator, weights)
            written = sorted(folder.iterdir())
            packed = len(written) > 1
            path = _pack(written, folder / "packed.zip") if packed else written[0]
        scratch.shrink(path.stat().st_size)
        on_disk.shrink(path.stat().st_size)
        until_sent = after_failure.pop_all()
    return _SavedFile(path, saved.name + kind + ".zip" * packed, until_sent)


def _file_name(source: str, is_carried: bool) -> str:
    """Says which moment of a run it is, and that the weights were carried over."""
    moment = f"-step-{source.rpartition(':')[2]}" if source.startswith("run:") else ""
    return _FILE_NAME + moment + "-carried" * is_carried


def _pack(paths: list[Path], packed: Path) -> Path:
    with zipfile.ZipFile(packed, "w") as archive:
        for path in paths:
            archive.write(path, path.name)
            path.unlink()
    return packed


class _SavedFile(FileResponse):
    """A file that is there until it is sent, or until the time for it is over."""

    def __init__(self, path: Path, name: str, until_sent: ExitStack):
        super().__init__(path, filename=name, media_type="application/octet-stream")
        self._until_sent = until_sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it."""
        with self._until_sent, anyio.move_on_after(TRANSFER_SECONDS):
            await super().__call__(scope, receive, send)
