"""Weights in files: `load_weights` and `save_weights`, a module for each format."""

from explorer.model.weight_files.load import load_weights
from explorer.model.weight_files.save import save_weights

__all__ = ["load_weights", "save_weights"]
