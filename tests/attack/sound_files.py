"""Sound files of odd kinds: how each is written, and the weights that it must open as."""

from collections.abc import Callable, Mapping
from pathlib import Path

import h5py
import numpy as np

from explorer import save_weights
from tests.attack import array_files, hdf5_files
from tests.attack.archives import zipped
from tests.attack.hostile_files import CONFIG, WEIGHTS, Files


def _h5_with_texts() -> bytes:
    def fill(file: h5py.File):
        file["version"] = "3.1"
        file["nothing"] = h5py.Empty("f4")
        file["names"] = ["a", "b"]
        file["place"] = np.zeros(2, [("x", "f4"), ("name", "S4")])
        file["no/rows"] = np.zeros((0, 4), "f4")

    return hdf5_files.sound(WEIGHTS, fill)


def _fortran() -> bytes:
    return array_files.npz({name: np.asfortranarray(array) for name, array in WEIGHTS.items()})


def saved(name: str) -> Callable[[Path], Files]:
    def make(folder: Path) -> Files:
        save_weights(folder / name, CONFIG, WEIGHTS)
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir(), reverse=True)}

    return make


SOUND: Mapping[str, tuple] = {
    "an npz": (saved("w.npz"), WEIGHTS),
    "safetensors": (saved("w.safetensors"), WEIGHTS),
    "a Keras model": (saved("w.keras"), WEIGHTS),
    "a checkpoint": (saved("model.ckpt-7"), WEIGHTS),
    "an archive": (lambda folder: {"w.zip": zipped({"w.npz": array_files.npz(WEIGHTS)})}, WEIGHTS),
    "texts and empty datasets beside": (lambda folder: {"w.h5": _h5_with_texts()}, WEIGHTS),
    "columns first": (lambda folder: {"w.npz": _fortran()}, WEIGHTS),
    "bfloat16": (
        lambda folder: {"w.safetensors": array_files.bfloat16(WEIGHTS)},
        array_files.rounded(WEIGHTS),
    ),
    "a checkpoint named m[1]": (saved("m[1].ckpt-7"), WEIGHTS),
    "a checkpoint named m*": (saved("m*.ckpt-7"), WEIGHTS),
    "a checkpoint named m?": (saved("m?.ckpt-7"), WEIGHTS),
    "a checkpoint named [!a-z]": (saved("[!a-z].ckpt"), WEIGHTS),
}
