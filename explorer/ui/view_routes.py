"""The routes of views: which parts there are, and parts of one view as bytes.

Gradio's events carry JSON; a view is up to some hundred thousand numbers, so it travels as bytes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from explorer.errors import ExplorerError
from explorer.json_text import parse_json
from explorer.link import MAX_LINK, MOST_PARTS, read_link
from explorer.model.cost import Load
from explorer.model.memory import memory
from explorer.model.runs import Origin
from explorer.schema import State, read_state
from explorer.ui.answers import Heavy, HeldResponse, answer, answered
from explorer.ui.compression import pack, takes_gzip
from explorer.views.examples import describe_examples
from explorer.views.load import view_load
from explorer.views.page import draw_page
from explorer.views.parts import PARTS, check_parts, describe_parts, shown_parts
from explorer.views.weights import is_gone

_MAX_BODY = 2 * MAX_LINK
_FORM = '{"state": {…}} / {"link": "…"}'
# Of a query, beside the fields: the parts that are asked for, a link in their place, whether large
# maps may come as codes, and of which code the asker knows: a browser may keep what that makes.
RESERVED = ("parts", "link", "coarse", "code")
_KEPT = "private, max-age=600"  # seconds
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Asked:
    """Parts of one view."""

    state: State
    messages: list[ExplorerError]
    parts: list[str]
    coarse: bool = False
    code: str = ""


async def tell_parts(request: Request) -> Response:
    """The parts of a view, the version of the code that makes them, and views worth a look."""
    told = {"parts": describe_parts(), "examples": describe_examples()}
    return JSONResponse(told | {"code": code_version()})


@cache
def code_version() -> str:
    """Names the code that makes views: browsers keep none of another's."""
    found = hashlib.sha256()
    for path in sorted(_ROOT.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


async def tell_view(request: Request) -> Response:
    """Parts of the view of one state, or of one link, in the wire format."""
    if request.method == "POST":
        return await answer(request, _MAX_BODY, _read_body)

    async def read():
        return lambda: _draw(_asked_by(_query(request.url.query)), request)

    response = await answered(request, read)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _query(text: str) -> dict[str, object]:
    """What a query asks, in the form of a body."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARTS)
    except ValueError:
        found = text.count("&") + 1
        raise ExplorerError("link_parts", None, found=found, most=MOST_PARTS) from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ExplorerError("request_damaged", form="a=1&b=2")
    asked = {name: values.pop(name) for name in RESERVED if name in values}
    if "link" not in asked or values:
        asked["state"] = values
    return asked


def _read_body(body: bytes, request: Request) -> Response | Heavy:
    """As the query of a GET, for what is too long for an address."""
    asked = _parse_json(body)
    if not isinstance(asked, Mapping):
        raise ExplorerError("request_damaged", form=_FORM)
    return _draw(_asked_by(asked), request)


def _asked_by(asked: Mapping) -> Asked:
    match asked:
        case {"link": link, **others} if "state" not in others:
            state, messages = read_link(str(link))
        case {"state": fields, **others}:
            state, messages = read_state(fields), []
        case _:
            raise ExplorerError("request_damaged", form=_FORM)
    if others.keys() - {"parts", "coarse", "code"}:
        raise ExplorerError("request_damaged", form=_FORM)
    named = others.get("parts")
    names = shown_parts(state) if named is None else check_parts(str(named).split(","), state)
    code = str(others.get("code", ""))
    return Asked(state, messages, names, bool(others.get("coarse")), code)


def _draw(asked: Asked, request: Request) -> Response | Heavy:
    state, parts = asked.state, asked.parts
    origin = state.find_origin()  # once: what is said of the weights is true of those that ran
    load = view_load(state, origin, parts)
    searches = "diagnosis" in parts and state["expected"]
    if load.is_light and not searches:
        return _drawn(asked, origin, load, request)
    return Heavy(lambda: _drawn(asked, origin, load, request, heavy=True))


def _drawn(
    asked: Asked, origin: Origin, load: Load, request: Request, heavy: bool = False
) -> Response:
    room = memory.reserve(load.reserved, heavy=heavy)
    try:
        page = draw_page(asked.state, origin, asked.messages, asked.parts, asked.coarse)
        headers = {"Vary": "Accept-Encoding", "Cache-Control": _keeping(asked, origin)}
        if takes_gzip(request.scope):
            page = pack(page)
            headers["Content-Encoding"] = "gzip"
        return HeldResponse(page, room, request, "application/octet-stream", headers)
    except BaseException:  # its traceback may keep the room alive for long
        room.release()
        raise


def _keeping(asked: Asked, origin: Origin) -> str:
    """Whether a browser may keep the answer: only what will be the same when it is asked again."""
    lasts = all(PARTS[name].lasts for name in asked.parts)
    fleeting = is_gone(asked.state["weights"], origin)
    same = lasts and not fleeting and asked.code == code_version()
    return _KEPT if same and not asked.coarse else "no-store"


def _parse_json(body: bytes) -> object:
    """What JSON stands for; None where it is none."""
    try:
        return parse_json(body)
    except ValueError:
        return None
