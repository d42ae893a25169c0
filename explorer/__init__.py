"""See inside `dcgan_generator`: its configuration, its weights and the output of every stage.

This is the whole public API; it works in a notebook and imports no user interface.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up notes are not ours

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.explain import explain
from explorer.model.latent import draw_z
from explorer.model.padding import pad_index_map
from explorer.model.shape_debugger import diagnose
from explorer.model.trace import trace
from explorer.model.weight_files import load_weights, save_weights
from explorer.model.weights import init_weights

__all__ = [
    "ExplorerError",
    "GeneratorConfig",
    "diagnose",
    "draw_z",
    "explain",
    "init_weights",
    "load_weights",
    "pad_index_map",
    "save_weights",
    "trace",
]
