"""The pictures to learn from: drawn streets, or a user's folder or .zip, bounded."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from explorer.errors import ExplorerError, quote
from explorer.model.config import GeneratorConfig
from explorer.model.files.archives import read_zip
from explorer.sizes import MIB
from explorer.train import scenes

STREETS = "streets"
SCENES = 8192
KINDS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
_LEAST = 16
_MOST_BYTES = 2**30  # of all pictures as they are trained on
_MOST_FILE_BYTES = 64 * MIB
_MOST_PIXELS = 64 * 10**6


def read_pictures(source: str, config: GeneratorConfig, seed: int = 0) -> np.ndarray:
    """Pictures of the generator's own output size.

    Args:
        source: "streets", or a folder or .zip of pictures; they are cropped at the centre.
        config: C is 3 for RGB or 1 for grey.
        seed: of the streets.

    Returns:
        uint8 [N, height, width, C].

    Raises:
        ExplorerError: no such folder, too few pictures, a picture that cannot be read, or streets
            wanted in another size than 32x64.
    """
    if source == STREETS:
        return draw_streets(config, SCENES, seed)
    shape = (*config.map_size, config.C)
    most = _MOST_BYTES // int(np.prod(shape))
    found = [_fit(name, data, shape) for name, data in _files(Path(source), most)]
    if len(found) < _LEAST:
        raise ExplorerError(
            "too_few_pictures", "data", value=quote(source), found=len(found), least=_LEAST,
            allowed=", ".join(KINDS),
        )  # fmt: skip
    return np.stack(found)


def draw_streets(config: GeneratorConfig, count: int, seed: int) -> np.ndarray:
    """Drawn streets in the generator's own channels, uint8 [count, 32, 64, C].

    Raises:
        ExplorerError: its output has another size.
    """
    height, width = config.map_size
    if (height, width) != (scenes.HEIGHT, scenes.WIDTH):
        raise ExplorerError("streets_size", "data", height=height, width=width)
    return _channels(scenes.draw_scenes(count, seed), config.C)


def _channels(pictures: np.ndarray, channels: int) -> np.ndarray:
    if channels == 3:
        return pictures
    return np.rint(pictures @ np.array((0.299, 0.587, 0.114)))[..., None].astype(np.uint8)


def _files(source: Path, most: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each picture, in the order of their names."""
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.suffix.lower() in KINDS)
        for path in paths[:most]:
            if path.stat().st_size > _MOST_FILE_BYTES:
                raise ExplorerError("picture_damaged", "data", value=quote(path.name))
            yield path.name, path.read_bytes()
    elif source.is_file() and source.suffix.lower() == ".zip":
        files = read_zip(source, with_folders=True)
        named = sorted(name for name in files if Path(name).suffix.lower() in KINDS)
        yield from ((name, files[name]) for name in named[:most] if "__MACOSX" not in name)
    else:
        raise ExplorerError("no_such_pictures", "data", value=quote(source))


def _fit(name: str, data: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    height, width, channels = shape
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ValueError
            upright = ImageOps.exif_transpose(picture).convert("RGB" if channels == 3 else "L")
            fitted = ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS)
    except Exception:  # Pillow's readers raise whatever they stumble over
        raise ExplorerError("picture_damaged", "data", value=quote(name)) from None
    return np.asarray(fitted).reshape(shape)


def to_grid(pictures: np.ndarray, columns: int) -> np.ndarray:
    """uint8 [N, H, W, C] as one picture [rows·H, columns·W, C]; N is a multiple of columns."""
    count, height, width, channels = pictures.shape
    grid = pictures.reshape(count // columns, columns, height, width, channels)
    return grid.swapaxes(1, 2).reshape(-1, columns * width, channels)


def write_png(path: Path, picture: np.ndarray):
    """A uint8 [H, W, C] as a PNG, C = 1 or 3."""
    Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture).save(path)
