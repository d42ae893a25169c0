"""What every layer of a Keras model gives as it runs, by the names that stages bear."""

from collections import Counter
from contextlib import contextmanager

import numpy as np


def record(keras, model, inputs) -> dict[str, np.ndarray]:
    """Stage name -> output of each call, before and after a fused activation.

    Args:
        keras: the package, Keras 3 or tf_keras.
        inputs: an array, or a list of them in the order of the model's inputs.
    """
    recorder = _Recorder(keras, model)
    with recorder.listening():
        model(inputs, training=False)
    return recorder.found


class _Recorder:
    """Stands in the place of the layers' own call."""

    def __init__(self, keras, model):
        self.model, self.found = model, {}
        self._stack: list[str] = []
        self._counts: Counter = Counter()
        self._kinds = [keras.layers.Layer, *filter(None, [getattr(keras, "Operation", None)])]

    @contextmanager
    def listening(self):
        originals = {kind: kind.__call__ for kind in self._kinds}
        layer_kind = self._kinds[0]

        def call_for(kind):
            def call(item, *args, **kwargs):
                if kind is not layer_kind and isinstance(item, layer_kind):
                    return originals[kind](item, *args, **kwargs)
                return self._call(originals[kind], item, args, kwargs)

            return call

        for kind in self._kinds:
            kind.__call__ = call_for(kind)
        try:
            yield
        finally:
            for kind, original in originals.items():
                kind.__call__ = original

    def _call(self, original, item, args, kwargs):
        if item is self.model:
            return original(item, *args, **kwargs)
        path = "/".join([*self._stack, item.name])
        self._counts[path] += 1
        own = item.name if self._counts[path] == 1 else f"{item.name}:{self._counts[path]}"
        self._stack.append(own)
        name = "/".join(self._stack)
        try:
            with self._before_activation(item, name) as is_fused:
                made = original(item, *args, **kwargs)
        finally:
            self._stack.pop()
        if not isinstance(made, list | tuple):
            self.found[f"{name}/activation" if is_fused else name] = np.asarray(made)
        return made

    @contextmanager
    def _before_activation(self, item, name: str):
        function = getattr(item, "activation", None)
        is_fused = (
            callable(function)
            and type(item).__name__ != "Activation"
            and getattr(function, "__name__", "") != "linear"
        )
        if not is_fused:
            yield False
            return

        def listened(x, *args, **kwargs):
            self.found[name] = np.asarray(x)
            return function(x, *args, **kwargs)

        item.activation = listened
        try:
            yield True
        finally:
            item.activation = function
