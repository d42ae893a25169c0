"""The route that takes what a visitor gives to a stage: a picture, or an array of its output."""

from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from explorer.errors import ExplorerError, quote
from explorer.model.files.archives import has_ending
from explorer.model.files.given_files import ARRAY_ENDINGS
from explorer.model.files.open_given import open_given_file
from explorer.model.fit_picture import is_for_pictures
from explorer.model.given_store import GivenArray, check_fits, keep_array, with_given
from explorer.model.graph import Stage, find_stage
from explorer.model.memory import memory
from explorer.model.open_sizes import sizes_like
from explorer.model.opened_call import taker
from explorer.model.size_fields import SIZE_FIELDS
from explorer.model.stopping import waiting_event
from explorer.schema import State, read_state
from explorer.ui.answers import Heavy, answered
from explorer.ui.clients import client_address
from explorer.ui.uploads import Upload, received

_MOST_BYTES = memory.bound // 8


async def give_to_stage(request: Request) -> Response:
    """An upload of one file to {"given", "source", "sizes"}.

    They are the field with it, what it is kept as, and the fields of sizes that follow a picture.
    """
    async with AsyncExitStack() as open_uploads:

        async def read() -> Heavy:
            upload = await open_uploads.enter_async_context(received(request))
            stage = request.query_params.get("stage", "")
            return Heavy(lambda: _give(upload, stage, client_address(request)))

        return await answered(request, read)


def _give(upload: Upload, name: str, giver: str) -> Response:
    state = read_state(upload.form)
    if state.call is None or len(upload.files) != 1:
        raise ExplorerError("given_elsewhere", "given")
    taker(state.call.sized, name)
    stage = find_stage(state.plan, name)
    _check_kind(stage, *upload.files)
    with ExitStack() as rooms, TemporaryDirectory(dir=upload.folder) as folder:
        is_picture, values = open_given_file(
            upload.files,
            Path(folder),
            _MOST_BYTES,
            waiting_event(),
            partial(_make_room, rooms),
        )
        if not (is_picture or stage.is_input):  # it is told for each item of the batch
            _make_room(rooms, values.nbytes * state.batch_size)
        kept = _keep(state, stage, is_picture, values, giver)
    given = with_given(state.given, name, kept.source)
    read_state(upload.form | {"given": given})  # what follows may not take it
    sizes = _following(state, stage, kept) if is_picture else {}
    return JSONResponse({"given": given, "source": kept.source, "sizes": sizes})


def _following(state: State, stage: Stage, picture: GivenArray) -> dict[str, int]:
    """Open sizes of an input at a picture's proportions, where nobody asked for others."""
    changed, opened = state.changed, state.opened
    graph = changed.open_after if changed else opened and opened.open_graph
    if graph is None or None not in taker(graph, stage.name).op.shape[:2]:
        return {}
    sides = stage.shape[1:3]
    asked, before = (state.input_height, state.input_width), state.call.picture_size(stage.name)
    if asked != (0, 0) and not (before and asked == sizes_like(graph, before, max(sides))):
        return {}
    rows, columns = picture.values.shape[:2]
    found = rows * sides[1] != columns * sides[0] and sizes_like(graph, (rows, columns), max(sides))
    return dict(zip(SIZE_FIELDS, found, strict=True)) if found else {}


def _check_kind(stage: Stage, file: str):
    """Refuses all but an .npy for a stage that takes no picture."""
    takes_picture = stage.is_input and is_for_pictures(stage.shape[1:])
    if not takes_picture and not has_ending(file, *ARRAY_ENDINGS):
        raise ExplorerError("npy_wanted", "given", value=quote(file), shape=list(stage.shape))


def _make_room(rooms: ExitStack, size: int):
    rooms.enter_context(memory.reserve(size, heavy=True))


def _keep(
    state: State, stage: Stage, is_picture: bool, values: np.ndarray, giver: str
) -> GivenArray:
    """Kept, if it suits the stage as it is now."""
    if is_picture:
        return keep_array(values, True, giver=giver)
    batch = values[None] if values.ndim == len(stage.shape) - 1 else values
    if stage.is_input:
        check_fits(stage.name, batch.shape, stage.shape)
        return keep_array(batch, False, giver=giver)
    wanted = batch.shape[1:] if stage.op.shape is None else stage.shape[1:]
    check_fits(stage.name, batch.shape, (state.batch_size, *wanted))
    batch = np.ascontiguousarray(np.broadcast_to(batch, (state.batch_size, *batch.shape[1:])))
    return keep_array(batch, False, state.call.digest(), giver)
