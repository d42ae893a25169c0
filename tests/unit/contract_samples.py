"""What the routes really send, kind by kind, for the test of the browser's types."""

import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer import GeneratorConfig, init_weights, save_weights
from explorer.model.graph import Assumption, Graph, Node
from explorer.model.graph_store import keep_graph
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.embedding import Embedding
from explorer.model.ops.input import Input
from explorer.model.ops.merge import Merge
from explorer.model.ops.opaque import Opaque
from explorer.model.ops.pad import Pad
from explorer.model.ops.pooling import Pooling2D
from explorer.model.ops.reshape import Reshape
from explorer.model.ops.upsampling2d import UpSampling2D
from explorer.model.run_history import moment_path
from explorer.model.weight_store import share_run
from explorer.train import live, live_run
from explorer.ui import train_routes
from explorer.ui.routes import page_routes
from tests.support import asynchronous

SMALL = {"noise_dim": 8, "upsample_dim": 16}
RUN = "a" * 32
_PAGES = {"maps": "MapsView", "padding": "PaddingView", "overlap": "OverlapView"} | {
    "shapes": "ShapesView",
    "output": "OutputView",
    "train": "TrainView",
}
_CELLS = {
    "z": "0,3",
    "fc1/dense": "0,5",
    "fc1/actv": "0,5",
    "fc1/batch_normalization": "0,5",
    "fc1/reshape": "0,1,2,3",
    "upsample1/conv2d_transpose": "0,3,4,1",
    "conv_out/pad": "0,0,0,1",
    "conv_out/conv2d": "0,3,4,1",
}
_ARRAYS = dict.fromkeys(("float32", "planes", "coarse"), "Float32Array") | dict.fromkeys(
    ("uint8", "codes"), "Uint8Array"
)
_OVERFLOW = {"z_edits": "0.0:3e38", "z_scale": 1000}  # to what JSON has no number for
_NO_MIRROR = {"base_height": 1, "base_width": 1, "upsample_blocks": 1, "pad_mode": "CONSTANT"}
_TOO_WIDE = {"paddings": "0,0,33,0,0,0,0,0"}  # for a mirror


def opened_views() -> list[dict]:
    """Of a generator out of a file: two inputs, a table, a join, and all that can border a map."""
    graph = Graph(
        (
            Node("z", Input((4,))),
            Node("label", Input((1,), 0, 2)),
            Node("table", Embedding(3, 4), ("label",), "table"),
            Node("flat", Reshape((4,)), ("table",)),
            Node("joined", Merge("add"), ("z", "flat")),
            Node("map", Reshape((2, 2, 1)), ("joined",)),
            Node("up", UpSampling2D((2, 2)), ("map",)),
            Node("same", Conv2D(2, (3, 3), (1, 1), "same"), ("up",), "same"),
            Node("pool", Pooling2D("maximum", (3, 3), (1, 1), "same"), ("same",)),
            Node("pad", Pad(((0, 0), (1, 1), (1, 1), (0, 0))), ("pool",)),
        ),
        (Assumption("torch_activation", "map", "Tanh"),),
    )
    weights = {
        weight.name: np.zeros(weight.shape, np.float32)
        for stage in graph.stages()
        for weight in stage.weights
    }
    opened = keep_graph(graph, weights)
    shown = {"weights": opened.source}
    return [
        shown | {"stage": "joined", "cell": "0,1"},
        shown | {"stage": "table", "cell": "0,0,1"},
        shown | {"stage": "label", "cell": "0,0"},
        shown | {"page": "shapes"},
        shown | {"page": "overlap"},
        *(shown | {"page": "padding", "pad": pad, "other_mode": "REFLECT"} for pad in (1, 2, 3)),
    ]


def unknown_generator() -> str:
    """Source of one with a layer that is not known here, behind an input that takes pictures."""
    graph = Graph(
        (
            Node("z", Input((2, 2, 1))),
            Node("attend", Opaque("SelfAttention", (2, 2, 1)), ("z",)),
            Node("output", Merge("add"), ("z", "attend")),
        )
    )
    return keep_graph(graph, {}).source


def packed_array() -> bytes:
    """The body of an upload for the unknown layer's stage."""
    numbers = io.BytesIO()
    np.save(numbers, np.zeros((2, 2, 1), np.float32))
    listed = [{"name": "attend.npy", "size": len(numbers.getvalue())}]
    header = json.dumps({"files": listed, "state": {"weights": unknown_generator()}}).encode()
    return struct.pack("<I", len(header)) + header + numbers.getvalue()


def views() -> list[dict]:
    """States that together show every form that a part of a view takes."""
    explained = [{"stage": stage, "cell": cell} for stage, cell in _CELLS.items()]
    focus = {"stage": "upsample1/conv2d_transpose", "cell": "0,3,4,1"}
    kept = {"weights": f"run:{RUN}:20", "page": "train"}
    return [
        *explained,
        focus | {"origins": True, "kernels": True},
        focus | _OVERFLOW,
        focus | {"changes": "upsample1/conv2d_transpose:filters:5"},
        {"stage": "fc1/dense", "cell": "0,5", "origins": True},
        {"stage": "fc1/batch_normalization", "cell": "0,5", "training": True, "batch_size": 2},
        {"stage": "conv_out/pad", "cell": "0,0,0,1", "pad_mode": "CONSTANT"},
        {"page": "output", "weights": "trained", "upsample_dim": 32},
        {"page": "output", "stage": "conv_out/conv2d", "cell": "0,3,4,1", "origins": True},
        {"page": "padding", "stage": "conv_out/pad", "cell": "0,0,0,1"},
        {"page": "overlap", "stage": "upsample1/conv2d_transpose", "cell": "0,3,4,1"},
        {"page": "output", "weights": "trained", "carry": "untrained"},
        {"page": "output", "weights": "trained", "upsample_dim": 64, "noise_dim": 128, "stride": 3},
        {"page": "output", "weights": f"file:{'0' * 32}", "kernel_size": 1},
        {"page": "output", "batch_size": 2},
        {"page": "padding", "batch_size": 2, "other_mode": "CONSTANT"},
        {"page": "padding", "pad_mode": "CONSTANT", "other_mode": "REFLECT", **_TOO_WIDE},
        {"page": "padding", "paddings": "1,0,3,3,3,3,0,1", "pad_mode": "CONSTANT", "item": 0},
        {"page": "padding", **_NO_MIRROR, "lab_source": "stage", "lab_mode": "CONSTANT"},
        {"page": "padding", **_NO_MIRROR, "paddings": "0,0,3,3,3,3,0,0", "output_kernel": 3},
        {"page": "padding", "lab_paddings": "0,0,9,9,0,0,0,0"},
        {"page": "padding", "lab_source": "typed", "lab_tensor": "[1,"},
        *opened_views(),
        {"weights": unknown_generator(), "stage": "attend"},
        {"page": "overlap"},
        {"page": "overlap", "stride": 1},
        {"page": "shapes"},
        {"page": "shapes", "expected": "[1, 64, 64, 3]"},
        {"page": "shapes", "expected": "[1, 32, 64, 3]"},
        {"page": "shapes", "expected": "[1, 4096, 8192, 3]"},
        {"page": "shapes", "expected": "fc1/reshape: [1, 5, 8, 16]"},
        {"page": "shapes", "expected": "nothing of the kind"},
        kept,
        kept | {"upsample_dim": 32},
    ]


class Routes:
    """The page's routes in this process, and one run that is never begun."""

    def __init__(self, folder: Path, monkeypatch):
        monkeypatch.setattr(live.LiveRun, "start", lambda run: setattr(run, "state", "running"))
        self._folder = folder
        self._runs = live.LiveRuns()
        monkeypatch.setattr(train_routes, "live_runs", self._runs)
        self._client = TestClient(Starlette(routes=page_routes()))

    def close(self):
        """Forgets the runs."""
        self._runs.close()

    def samples(self) -> Iterator[tuple[str, object]]:
        """Types by name, each with what was sent of it."""
        self._keep_moments()
        for state in views():
            sent = self._view({"state": SMALL | state})
            yield _PAGES[sent["state"]["page"]], sent
        link = "page=output&upsample_dim=16&C=x&stage=gone/actv"
        yield "OutputView", self._view({"link": link})
        yield "ViewAnswer", self._answer({"link": link})
        yield "PartsAnswer", self._client.get("/explorer/parts").json()
        yield "Refusal", self._post("view", {"state": {"kernel_size": 0, "C": "x"}})
        for path in ("fields", "train/fields"):
            yield "Field[]", self._client.get(f"/explorer/{path}").json()
        yield from self._files()
        yield from self._training()

    def _post(self, path: str, body: dict | bytes) -> dict:
        content = body if isinstance(body, bytes) else json.dumps(body)
        return self._client.post(f"/explorer/{path}", content=content).json()

    def _view(self, asked: dict) -> dict:
        """The parts of a view together, as the page has them."""
        answer = self._answer(asked)
        view = {"messages": answer["messages"]}
        for part in answer["parts"].values():
            view |= part
        return view

    def _answer(self, asked: dict) -> dict:
        data = self._client.post("/explorer/view", json=asked).content
        (length,) = struct.unpack_from("<I", data)
        return json.loads(data[4 : 4 + length])

    def _keep_moments(self):
        config = GeneratorConfig(**SMALL)
        for step in (20, 40):
            save_weights(moment_path(self._folder, step), config, init_weights(config, step))
        share_run(RUN, self._folder)

    def _files(self) -> Iterator[tuple[str, object]]:
        config, path = GeneratorConfig(**SMALL), self._folder / "weights.npz"
        weights = init_weights(config)
        save_weights(path, config, weights)
        listed = {"files": [{"name": path.name, "size": path.stat().st_size}]}
        header = json.dumps(listed).encode()
        body = struct.pack("<I", len(header)) + header + path.read_bytes()
        yield "ChosenFiles", self._post("weights/check", listed)
        opened = self._post("weights", body)
        yield "OpenedAnswer", opened
        fields = opened["weights"][0]["fields"]
        yield "OutputView", self._view({"state": fields | {"page": "output"}})
        yield "OutputView", self._view({"state": fields | {"page": "output", "kernel_size": 3}})
        yield "GivenAnswer", self._post("given?stage=attend", packed_array())
        yield "Savable", self._client.get("/explorer/save?format=.npz&check=1").json()
        yield "ReadPadCall", self._post("pad_call", b"tf.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])")
        yield "ReadVector", self._post("z?name=z.txt&noise_dim=8", b"1 2 3 4 5 6 7 8")

    def _training(self) -> Iterator[tuple[str, object]]:
        visitor = {"visitor": "a visitor"}
        yield "NoRun", self._post("train/mine", visitor)
        wrong = visitor | {"settings": {"steps": 0}}
        yield "CheckedSettings", self._post("train/check", wrong)
        begun = self._post("train", visitor)
        yield "OwnRun", begun
        yield "OwnRun", self._post("train/mine", visitor)
        run = self._runs.find(begun["run"])
        yield "RunStatus", self._event(run.id)
        run._hear(b'{"step": 1, "speed": 2.5, "generator": NaN, "discriminator": 1, "realness": 0}')
        figures = b'{"checkerboard": 0.1, "dead": 0.0, "drift": Infinity}'
        run._hear(b'{"step": 1, "figures": %s, "kept": [1]}' % figures)
        yield "RunStatus", self._event(run.id)
        yield "Acted", self._post(f"train/{run.id}/resume", {"key": run.key})
        run._break_off(live_run.exit_failure(1, b"an error"))
        yield "RunStatus", self._event(run.id)
        yield "RefusedPart", self._event("0" * 32)

    def _event(self, run_id: str) -> dict:
        """What a page hears first."""
        train_routes._told.clear()

        async def listen() -> str:
            stream = train_routes._events(run_id, "address")
            found = [await anext(stream) for _ in range(2)][-1]
            await stream.aclose()
            return found

        return json.loads(asynchronous.run(listen).removeprefix("data: "))


def as_literal(sent: object) -> str:
    """What was sent as a JavaScript literal, arrays as wire.js hands them on.

    Long lists of numbers, and arrays, are cut short.
    """
    if isinstance(sent, dict) and sent.get("type") in _ARRAYS:
        kind = _ARRAYS[sent["type"]]
        return f"{{ shape: {json.dumps(sent['shape'])}, data: new {kind}(0) }}"
    if isinstance(sent, dict):
        pairs = (f"{json.dumps(key)}: {as_literal(value)}" for key, value in sent.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(sent, list):
        plain = all(isinstance(item, int | float | str) for item in sent)
        return "[" + ", ".join(map(as_literal, sent[:8] if plain else sent)) + "]"
    return json.dumps(sent)


def thinned(sent: object) -> object:
    """The same without objects that repeat the form of one before them in a list."""
    if isinstance(sent, dict):
        return {key: thinned(value) for key, value in sent.items()}
    if isinstance(sent, list) and all(isinstance(item, dict) for item in sent):
        return [thinned(item) for item in {_form(item): item for item in sent}.values()]
    return sent


def _form(sent: object) -> object:
    if isinstance(sent, dict):
        return frozenset((key, _form(value)) for key, value in sent.items())
    if isinstance(sent, list):
        return frozenset(map(_form, sent))
    return type(sent)
