"""The page's own HTTP routes: fields, views, files of z and of weights, runs, and static files."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import plotly
from gradio.route_utils import BUILD_PATH_LIB, STATIC_PATH_LIB
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from explorer.model.config import join_paddings
from explorer.model.declare import Field
from explorer.model.files.readers import readers
from explorer.model.freed_memory import freed_memory
from explorer.model.latent import MAX_FILE_BYTES, encode_rows, fit_rows, read_z
from explorer.model.memory import memory
from explorer.model.pad_call import MOST_LETTERS, read_pad_call
from explorer.schema import CONTROLS, FIELDS, State
from explorer.train.live import LIVE_FIELDS
from explorer.ui.answers import answer
from explorer.ui.cancelled_calls import cancel_call
from explorer.ui.controls import PAD_CALLS
from explorer.ui.given_routes import give_to_stage
from explorer.ui.scripts import answer_script
from explorer.ui.static_files import CompressedFiles, compress, shrink
from explorer.ui.styles import answer_styles
from explorer.ui.train_routes import act_on_run, begin_run, check_run, find_own_run, watch_run
from explorer.ui.view_routes import code_version, tell_parts, tell_view
from explorer.ui.weight_routes import choose_uploads, open_uploaded, save_view
from explorer.views.page import draw_page

ASSETS = Path(__file__).resolve().parents[2] / "assets"
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_MOST_BYTES_A_LETTER = 4  # in UTF-8
_PARSED_SHARE = 64  # of a text's bytes, that its numbers may take while they are read


def page_routes() -> list[BaseRoute]:
    """The page's routes, to be added before Gradio's own, whose static files are among them."""
    return [
        Route("/explorer/fields", _tell(CONTROLS)),
        Route("/explorer/parts", tell_parts),
        Route("/explorer/view", tell_view, methods=["GET", "POST"]),
        Route("/explorer/z", _read_z, methods=["POST"]),
        Route(f"/explorer/{PAD_CALLS}", _read_pad_call, methods=["POST"]),
        Route("/explorer/weights", open_uploaded, methods=["POST"]),
        Route("/explorer/given", give_to_stage, methods=["POST"]),
        Route("/explorer/weights/check", choose_uploads, methods=["POST"]),
        Route("/explorer/save", save_view),
        Route("/explorer/train", begin_run, methods=["POST"]),
        Route("/explorer/train/fields", _tell(LIVE_FIELDS)),
        Route("/explorer/train/check", check_run, methods=["POST"]),
        Route("/explorer/train/mine", find_own_run, methods=["POST"]),
        Route("/explorer/train/{run}/events", watch_run),
        Route("/explorer/train/{run}/{action}", act_on_run, methods=["POST"]),
        Route("/explorer/plotly.js", _plotly),
        Route("/explorer/page.js", answer_script),
        Route("/explorer/styles.css", answer_styles),
        Route("/gradio_api/cancel", cancel_call, methods=["POST"]),  # in the place of Gradio's
        # Gradio's dialog on the API asks for these too: no calls are measured, there are no tools.
        Route("/monitoring/summary", _always({"functions": {}})),
        Route("/gradio_api/mcp/schema", _always([])),
        Mount("/explorer/static", CompressedFiles(ASSETS, fresh=True)),
        Mount("/assets", CompressedFiles(Path(BUILD_PATH_LIB))),
        Mount("/static", CompressedFiles(Path(STATIC_PATH_LIB))),
    ]


def warm_up():
    """Does once, before the first visitor asks, what only the first view would wait for."""
    state = State()
    draw_page(state, state.find_origin())
    compress(_PLOTLY)
    code_version()
    readers.keep_one()
    freed_memory.has_started()


def _tell(fields: Mapping[str, Field]) -> Callable[[Request], Awaitable[Response]]:
    """Answers with what a form needs to know of its fields."""

    async def answer_fields(request: Request) -> Response:
        return JSONResponse([field.as_dict() for field in fields.values()])

    return answer_fields


def _always(said: object) -> Callable[[Request], Awaitable[Response]]:
    """Answers with the same to everybody."""

    async def answer_same(request: Request) -> Response:
        return JSONResponse(said)

    return answer_same


async def _read_z(request: Request) -> Response:
    """The bytes of a file, or pasted text, to rows of z in link form: one item, or the batch."""
    return await answer(request, MAX_FILE_BYTES, _parse_z)


def _parse_z(body: bytes, request: Request) -> Response:
    asked = request.query_params
    noise_dim, batch_size, item = (
        FIELDS[name].check(asked.get(name, FIELDS[name].default))
        for name in ("noise_dim", "batch_size", "item")
    )
    with memory.reserve(_PARSED_SHARE * len(body), heavy=True):
        rows = fit_rows(read_z(body, asked.get("name", "")), noise_dim, batch_size)
    first = item if len(rows) == 1 else 0
    return JSONResponse({"z_data": encode_rows(rows, first), "shape": list(rows.shape)})


async def _read_pad_call(request: Request) -> Response:
    """A line of code that calls tf.pad, to values of fields as a form holds them."""
    return await answer(request, _MOST_BYTES_A_LETTER * MOST_LETTERS, _parse_pad_call)


def _parse_pad_call(body: bytes, request: Request) -> Response:
    paddings, mode = read_pad_call(body.decode(errors="replace"))
    return JSONResponse({"paddings": join_paddings(paddings), "pad_mode": mode})


async def _plotly(request: Request) -> Response:
    """Plotly's browser library out of the Python package, so that nothing comes from outside."""
    headers = {"Cache-Control": "public, max-age=86400"}
    response = FileResponse(_PLOTLY, headers=headers, media_type="text/javascript")
    await shrink(response, request.scope)
    return response
