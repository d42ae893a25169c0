"""See inside `dcgan_generator`: its configuration, its weights and the output of every stage.

This is the whole public API; it works in a notebook and imports no user interface. TensorFlow takes
seconds to load, so that each name is imported when it is first asked for.
"""

import importlib
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up notes are not ours

_HOMES = {
    "Change": "explorer.model.changes",
    "ExplorerError": "explorer.errors",
    "GeneratorConfig": "explorer.model.config",
    "apply_changes": "explorer.model.changes",
    "carry_changes": "explorer.model.carry_changes",
    "carry_weights": "explorer.model.carry",
    "diagnose": "explorer.model.shape_debugger",
    "draw_z": "explorer.model.latent",
    "explain": "explorer.model.explain",
    "init_weights": "explorer.model.weights",
    "load_weights": "explorer.model.files.load",
    "open_generator": "explorer.model.files.open_generator",
    "pad_index_map": "explorer.model.padding",
    "save_weights": "explorer.model.files.save",
    "trace": "explorer.model.trace",
}
__all__ = [*_HOMES]


def __getattr__(name: str) -> object:
    """A public name, imported now."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value  # for the next time
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
