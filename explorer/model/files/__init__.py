"""Weights in files: `load.load_weights` and `save.save_weights`, and a module for each format."""
