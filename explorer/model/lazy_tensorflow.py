"""TensorFlow, imported at its first use: who only reads files or shapes does not wait for it."""

import importlib


class _TensorFlow:
    """Stands for the module until something of it is asked for."""

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module("tensorflow"), name)


tf = _TensorFlow()
