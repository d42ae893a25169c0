"""Saves the models in every form of Keras 2, with what their layers give: python this.py folder.

Runs by itself, as one process cannot hold both Keras.
"""

import os
import sys
from pathlib import Path

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tf_keras as keras

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.keras_models import MODELS, draw_inputs, draw_weights
from tests.support.keras_recorder import record


def main(folder: Path):
    for name, build in MODELS.items():
        keras.backend.clear_session()
        model = build(keras)
        draw_weights(model)
        arrays = draw_inputs(model)
        stages = record(keras, model, arrays if len(arrays) > 1 else arrays[0])
        output = model(arrays if len(arrays) > 1 else arrays[0], training=False)
        stages["|output"] = np.asarray(output[0] if isinstance(output, list) else output)
        for place, more in (("whole", ".h5"), ("new", ".keras")):
            (folder / place).mkdir(exist_ok=True)
            model.save(folder / place / f"{name}{more}")
        for place, ending in (("parts", ".weights.h5"), ("old_parts", ".h5")):
            (folder / place).mkdir(exist_ok=True)
            (folder / place / f"{name}.json").write_text(model.to_json())
            model.save_weights(folder / place / f"{name}{ending}")
        names = [tensor._keras_history[0].name for tensor in model.inputs]
        given = {f"in|{key}": value for key, value in zip(names, arrays, strict=True)}
        np.savez(folder / f"{name}.npz", **given, **stages)


main(Path(sys.argv[1]))
