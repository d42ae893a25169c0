"""Imports run one way, and the public API loads no user interface."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.each import each
from tests.unit.import_rules import import_violations

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in [ROOT / "app.py", *sorted((ROOT / "explorer").rglob("*.py"))]
}


def test_the_sources_are_there():
    assert "app.py" in SOURCES
    for package in ("model", "views", "ui"):
        assert sum(path.startswith(f"explorer/{package}/") for path in SOURCES) > 3


def test_imports_run_one_way():
    assert import_violations(SOURCES) == []


def test_gradio_is_imported_by_the_user_interface_alone():
    users = {path for path, source in SOURCES.items() if "import gradio" in source}
    assert users
    assert all(path.startswith("explorer/ui/") for path in users - {"app.py"})


@each(
    ("path", "source", "name"),
    [
        ("explorer/model/ops.py", "import gradio as gr", "gradio"),
        ("explorer/model/ops.py", "import os, gradio.themes", "gradio.themes"),
        ("explorer/model/ops.py", "from gradio import Blocks", "gradio.Blocks"),
        ("explorer/model/ops.py", "from explorer.views.maps import x", "explorer.views.maps.x"),
        ("explorer/model/ops.py", "from explorer import ui", "explorer.ui"),
        ("explorer/model/ops.py", "from .. import views", "explorer.views"),
        ("explorer/model/ops.py", "from ..schema import State", "explorer.schema.State"),
        ("explorer/model/ops.py", "from explorer import link", "explorer.link"),
        ("explorer/train/live.py", "import explorer.selection", "explorer.selection"),
        ("explorer/model/__init__.py", "from ..ui import app", "explorer.ui.app"),
        ("explorer/views/maps.py", "import tensorflow as tf", "tensorflow"),
        ("explorer/views/maps.py", "def f():\n    from keras import ops", "keras.ops"),
        ("explorer/views/maps.py", "from ..ui.api import x", "explorer.ui.api.x"),
        ("explorer/views/maps.py", "import importlib as i; i.import_module('gradio')", "gradio"),
        ("explorer/views/maps.py", "__import__('tensorflow')", "tensorflow"),
        ("explorer/views/maps.py", "__import__(name)", "(an unknown name)"),
        ("explorer/views/maps.py", "__import__({1: 'keras.ops'}[name])", "keras.ops"),
        ("explorer/schema.py", "import explorer.ui.api", "explorer.ui.api"),
        ("explorer/__init__.py", "from .views import maps", "explorer.views.maps"),
        ("explorer/errors.py", "if True:\n    import gradio", "gradio"),
        ("app.py", "from explorer.model.ops import OPS", "explorer.model.ops.OPS"),
        ("app.py", "import gradio", "gradio"),
        ("app.py", "from explorer import State", "explorer.State"),
    ],
)
def test_a_wrong_import_is_found(path, source, name):
    module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    assert import_violations({path: source}) == [f"{module} imports {name}"]


@each(
    ("path", "source"),
    [
        ("explorer/model/ops.py", "import tensorflow\nfrom explorer.model import stages"),
        ("explorer/views/maps.py", "import numpy\nfrom ..model import stages\nimport gradioish"),
        ("explorer/ui/app.py", "import gradio\nfrom explorer.views.page import draw_page"),
        ("explorer/schema.py", "from explorer.model.stages import stages"),
        ("app.py", "from explorer.ui.app import launch"),
    ],
)
def test_a_right_import_passes(path, source):
    assert import_violations({path: source}) == []


def loaded_by(code: str) -> list:
    """What a fresh interpreter prints as JSON after some code."""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_the_public_api_loads_no_user_interface():
    public, loaded = loaded_by(
        "import json, sys, explorer, explorer.link\n"
        "assert [getattr(explorer, name) for name in explorer.__all__]\n"
        "print(json.dumps([explorer.__all__, sorted(sys.modules)]))"
    )
    assert {"GeneratorConfig", "init_weights", "trace"} <= set(public)
    assert {"explorer.model.trace", "tensorflow"} <= set(loaded)
    unwanted = ("gradio", "explorer.ui", "explorer.views", "plotly", "starlette")
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_what_needs_no_tensorflow_does_not_wait_for_it():
    """It takes seconds, and all of the addresses that the reading process may have."""
    loaded = loaded_by(
        "import json, sys, explorer\n"
        "from explorer.model.files import formats, meta_file, reader_process, torch_graph\n"
        "assert explorer.GeneratorConfig().C == 3\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    assert "h5py" in loaded
    assert [name for name in loaded if name.split(".")[0] in ("tensorflow", "keras")] == []
