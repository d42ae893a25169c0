"""Files of plain arrays whose headers lie: NumPy's and safetensors'."""

import io
import json
import pickle
import struct
from collections.abc import Mapping
from pathlib import Path

import ml_dtypes
import numpy as np

KERNEL = "noise_generator/fc1/dense/kernel"


def npy(header: bytes, data: bytes = b"", version: int = 1) -> bytes:
    """A .npy file with this header, as it stands."""
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


def npy_of(shape: object, descr: object = "<f4", data: bytes = bytes(64)) -> bytes:
    """A .npy file that announces a shape and a type."""
    return npy(f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}}}\n".encode(), data)


def npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """A sound .npz file."""
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


class _Writes:
    """An object that, when it is unpickled, leaves a file behind."""

    def __init__(self, path: Path):
        self._path = path

    def __reduce__(self):
        return Path.write_text, (self._path, "unpickled")


def trap(path: Path) -> bytes:
    """A pickle that creates `path` when it is read."""
    return pickle.dumps(_Writes(path))


def pickled_npy(path: Path) -> bytes:
    """A .npy file of objects, with the trap as its data."""
    return npy_of("()", "|O", trap(path))


def safetensors(header: bytes, data: bytes = bytes(64), length: int | None = None) -> bytes:
    """A file with this header, as it stands."""
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def tensor(shape: list, begin: int, end: int, dtype: str = "F32", name: str = KERNEL) -> bytes:
    """A safetensors file of one tensor."""
    said = {name: {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}}
    return safetensors(json.dumps(said).encode())


def bfloat16(weights: Mapping[str, np.ndarray]) -> bytes:
    """Weights as sound safetensors of bfloat16."""
    header, data = {}, b""
    for name, array in weights.items():
        packed = array.astype(ml_dtypes.bfloat16).tobytes()
        place = [len(data), len(data) + len(packed)]
        header[name] = {"dtype": "BF16", "shape": list(array.shape), "data_offsets": place}
        data += packed
    return safetensors(json.dumps(header).encode(), data)


def rounded(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What float32 weights are once they have been bfloat16."""
    return {name: array.astype(ml_dtypes.bfloat16).astype("f4") for name, array in weights.items()}
