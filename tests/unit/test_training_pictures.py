"""Pictures to train on: folders and archives are read, what is no picture is named."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from explorer import ExplorerError, GeneratorConfig
from explorer.train.pictures import STREETS, read_pictures, to_grid, write_png
from tests.support.each import each

CONFIG = GeneratorConfig(upsample_dim=8)


def picture(shade: int, size=(70, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (shade, 10, 200)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep").mkdir()
    for index in range(20):
        (tmp_path / "deep" / f"{index:02d}.png").write_bytes(picture(index))
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def test_a_folder_is_read_in_order_and_fitted(folder):
    pictures = read_pictures(str(folder), CONFIG)
    assert pictures.shape == (20, 32, 64, 3)
    assert [int(item[5, 5, 0]) for item in pictures] == list(range(20))


def test_an_archive_is_read_as_the_folder_is(folder, tmp_path):
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for item in sorted((folder / "deep").iterdir()):
            archive.write(item, f"a/{item.name}")
    np.testing.assert_array_equal(
        read_pictures(str(path), CONFIG), read_pictures(str(folder), CONFIG)
    )


def test_one_channel_makes_grey_pictures(folder):
    grey = GeneratorConfig(upsample_dim=8, C=1)
    assert read_pictures(str(folder), grey).shape == (20, 32, 64, 1)
    assert read_pictures(STREETS, grey).shape[1:] == (32, 64, 1)


def test_other_sizes_are_fitted_from_a_folder_but_streets_have_one(folder):
    square = GeneratorConfig(upsample_dim=8, base_height=8)
    assert read_pictures(str(folder), square).shape[1:] == (64, 64, 3)
    with pytest.raises(ExplorerError) as refusal:
        read_pictures(STREETS, square)
    assert refusal.value.code == "streets_size"


def _too_few(folder):
    for path in sorted((folder / "deep").iterdir())[:10]:
        path.unlink()


def _damaged(folder):
    (folder / "deep" / "bad.png").write_bytes(picture(3)[:40])


def _not_a_picture(folder):
    (folder / "deep" / "bad.jpg").write_text("<html>")


@each(
    ("spoil", "code"),
    [
        (_too_few, "too_few_pictures"),
        (_damaged, "picture_damaged"),
        (_not_a_picture, "picture_damaged"),
    ],
)
def test_a_spoiled_folder_is_refused(folder, spoil, code):
    spoil(folder)
    with pytest.raises(ExplorerError) as refusal:
        read_pictures(str(folder), CONFIG)
    assert refusal.value.code == code


def test_a_path_that_leads_outside_an_archive_is_refused(tmp_path):
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../x.png", picture(1))
    with pytest.raises(ExplorerError) as refusal:
        read_pictures(str(path), CONFIG)
    assert refusal.value.code == "archive_path"


@each("source", ["/no/such/folder", "", "app.py"])
def test_what_is_neither_folder_nor_archive_is_refused(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text("")
    with pytest.raises(ExplorerError):
        read_pictures(source, CONFIG)


def test_a_grid_holds_the_pictures_row_by_row(tmp_path):
    pictures = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 3), np.uint8)
    grid = to_grid(pictures, columns=3)
    assert grid.shape == (4, 9, 3)
    assert grid[0, ::3, 0].tolist() == [0, 1, 2]
    assert grid[2, ::3, 0].tolist() == [3, 4, 5]
    write_png(tmp_path / "grid.png", grid)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "grid.png")), grid)
