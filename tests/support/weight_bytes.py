"""Opens the bytes of weight files in this process, for tests of what the readers understand."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from explorer import GeneratorConfig
from explorer.model.files.arrays import ArrayFile
from explorer.model.files.formats import open_arrays
from explorer.model.files.identify import identify

MOST_BYTES = 2**30


def read_arrays(files: Mapping[str, bytes]) -> dict[str, np.ndarray]:
    """Every array of the files, by the name that they give it, float32."""
    with _opened(files) as found:
        return {name: array.load() for name, array in found.arrays.items()}


def read_generator(
    files: Mapping[str, bytes], present: GeneratorConfig | None = None, use_ema: bool = False
) -> tuple[GeneratorConfig, dict[str, np.ndarray]]:
    """Configuration and weights of the generator in the files; arguments as `identify`."""
    with _opened(files) as found:
        made = identify(found, present or GeneratorConfig(), use_ema, MOST_BYTES)
        return made.config, {name: array.load() for name, array in made.arrays.items()}


@contextmanager
def _opened(files: Mapping[str, bytes]) -> Iterator[ArrayFile]:
    """The files on the disk, under numbers, as an upload lies there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = {name: folder / f"file-{at}" for at, name in enumerate(files)}
        for key, path in paths.items():
            path.write_bytes(files[key])
        (folder / "unpacked").mkdir()
        with open_arrays(paths, folder / "unpacked") as found:
            yield found
