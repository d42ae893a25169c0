"""Routes for weights: files in, files out.

An upload is a uint32 header length (little endian), a JSON header {"files": [{"name", "size"}],
"state": form values}, then the files' bytes one after the other.
"""

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig, form_values
from explorer.model.devices import resolve_device
from explorer.model.runs import draw_weights
from explorer.model.weight_files.arrays import ArrayFile, read_arrays
from explorer.model.weight_files.load import identify
from explorer.model.weight_files.naming import has_ema
from explorer.model.weight_files.save import FORMATS, save_weights
from explorer.model.weight_store import keep_weights
from explorer.state import State, read_link, read_state
from explorer.ui.answers import answer
from explorer.views.weights import stored_view, weights_view

MAX_UPLOAD = 256 * 2**20
_FILE_NAME = "noise_generator"
_FORM = 'uint32 length, {"files": [{"name", "size"}], "state": {…}}, bytes'


async def open_weights(request: Request) -> Response:
    """Opened weights: {"weights": [{"source", "name", "fields", "others"}]}.

    Moving averages come second; `others` counts the file's arrays that are none of the generator's.
    """
    return await answer(request, MAX_UPLOAD, _open)


def _open(body: bytes, request: Request) -> Response:
    files, form = _unpack(body)
    read = read_arrays(files)
    name = next((item for item in files if not item.rpartition(".")[2].startswith("data-")), "")
    opened = [_keep(read, form, name, use_ema=False)]
    if has_ema(read.arrays):
        opened.append(_keep(read, form, f"{name} (EMA)", use_ema=True))
    return JSONResponse({"weights": opened})


def _keep(read: ArrayFile, form: Mapping, name: str, use_ema: bool) -> dict:
    """The view of kept weights, under this visitor's name for them."""
    config, weights = identify(read, _present(form), use_ema)
    read_state(form_values(config))  # refuses what is too large to show
    others = len(read.arrays) - len(weights)
    return stored_view(keep_weights(name, config, weights)) | {"name": name, "others": others}


def _present(form: Mapping) -> GeneratorConfig:
    """The configuration of the form, for what a file leaves open."""
    try:
        return read_state(form).config
    except ExplorerError:
        return GeneratorConfig()


def _unpack(body: bytes) -> tuple[dict[str, bytes], Mapping]:
    try:
        (length,) = struct.unpack_from("<I", body)
        header = json.loads(body[4 : 4 + length])
        at, files = 4 + length, {}
        for entry in header["files"]:
            size = int(entry["size"])
            if size < 0 or at + size > len(body):
                raise ValueError
            files[Path(str(entry["name"])).name] = body[at : at + size]
            at += size
        form = header.get("state", {})
        if not files or not isinstance(form, Mapping):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, struct.error, RecursionError):
        raise ExplorerError("request_damaged", form=_FORM) from None
    return files, form


async def save_view(request: Request) -> Response:
    """The weights of a link as a file: /explorer/save?format=.npz&link=..."""
    return await answer(request, 0, _save)


def _save(body: bytes, request: Request) -> Response:
    kind = request.query_params.get("format", "")
    if kind not in FORMATS:
        raise ExplorerError("save_kind", "weights", value=kind[:40], allowed=", ".join(FORMATS))
    state, errors = read_link(request.query_params.get("link", ""))
    if errors:
        raise errors[0]
    device = resolve_device(state["device"])
    weights = draw_weights(state.config, state["weights_seed"], device, state["weights"])
    with tempfile.TemporaryDirectory() as folder:
        save_weights(Path(folder) / f"{_FILE_NAME}{kind}", state.config, weights)
        written = sorted(Path(folder).iterdir())
        packed = len(written) > 1
        data = _pack(written) if packed else written[0].read_bytes()
    name = f"{_file_name(state)}{kind}{'.zip' if packed else ''}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


def _file_name(state: State) -> str:
    """A moment of a run says in its name which one it is."""
    source = state["weights"]
    shown = weights_view(state.config, source)["shown"]
    return f"{_FILE_NAME}-step-{source.rpartition(':')[2]}" if shown == "run" else _FILE_NAME


def _pack(paths: list[Path]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    return out.getvalue()
