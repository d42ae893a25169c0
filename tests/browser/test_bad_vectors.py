"""Bad vectors and files: a message at the box, or at the top, and the view stays."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.test_z_controls import give, paste

GOOD = np.linspace(-1, 1, 128, dtype=np.float32)


@pytest.fixture
def steady(live):
    """The page; afterwards it must show what it showed before, and still take a good vector."""
    before, link = live.canvases(), live.link()
    yield live
    assert live.canvases() == before
    assert live.link() == link
    paste(live, " ".join(map(str, GOOD)))
    expect(live.page.locator("#field-z_data .validation-error")).to_have_count(0)


def refused(live, text: str) -> str:
    """What is said at the box of a pasted vector."""
    give(live, text)
    live.page.click("#use-z")
    return live.mark("z_data")


def test_the_message_of_a_refused_vector_goes_with_the_next_view(live):
    assert "vector is 3" in refused(live, "1, 2, 3")
    live.click("#new-z")
    expect(live.page.locator("#field-z_data .validation-error")).to_have_count(0)


PASTED = {
    "short": ("1, 2, 3", ["vector is 3", "128"]),
    "long": (" ".join(["1"] * 129), ["vector is 129", "128"]),
    "nan": (" ".join(["1"] * 127 + ["nan"]), ["NaN", "127"]),
    "infinite": (" ".join(["inf"] + ["1"] * 127), ["infinity", "position 0"]),
    "too large for float32": (" ".join(["1e39"] + ["1"] * 127), ["float32"]),
    "words": ("one two three", ["one"]),
    "empty": ("", ["noise_dim numbers"]),
    "markup": ("<img src=x onerror=alert(1)>", ["<img"]),
    "two rows for one item": (
        "\n".join([" ".join(["1"] * 128)] * 2),
        ["2 vectors", "batch_size is 1"],
    ),
}


@pytest.mark.parametrize(("text", "words"), PASTED.values(), ids=list(PASTED))
def test_a_bad_pasted_vector_is_refused(steady, text, words):
    found = refused(steady, text)
    for word in words:
        assert word in found
    assert steady.page.locator("#field-z_data img").count() == 0


def wrong_ending(path):
    path = path / "z.png"
    path.write_bytes(b"\x89PNG")
    return path


def damaged_npy(path):
    path = path / "z.npy"
    np.save(path, GOOD)
    path.write_bytes(path.read_bytes()[:70])
    return path


def pickled_npy(path):
    path = path / "z.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return path


def damaged_json(path):
    path = path / "z.json"
    path.write_text("[1, 2,")
    return path


def json_object(path):
    path = path / "z.json"
    path.write_text(json.dumps({"z": [1, 2]}))
    return path


def deep_json(path):
    path = path / "z.json"
    path.write_text("[" * 100_000)
    return path


def cube_npy(path):
    path = path / "z.npy"
    np.save(path, np.zeros((2, 2, 128), np.float32))
    return path


def complex_npy(path):
    path = path / "z.npy"
    np.save(path, np.zeros(128, np.complex64))
    return path


def binary_csv(path):
    path = path / "z.csv"
    path.write_bytes(bytes(range(128, 256)))
    return path


def short_csv(path):
    path = path / "z.csv"
    path.write_text("1,2\n3,4\n")
    return path


def huge_csv(path):
    path = path / "z.csv"
    path.write_text("1," * (3 * 2**20))
    return path


FILES = {
    wrong_ending: "Allowed: .npy, .json, .csv, .txt",
    damaged_npy: "not a sound NumPy .npy file",
    pickled_npy: "not a sound NumPy .npy file",
    damaged_json: "not a sound JSON file",
    json_object: "must be numbers",
    deep_json: "more parts than 4,097",
    cube_npy: "[2, 2, 128]",
    complex_npy: "must be numbers",
    binary_csv: "not a sound UTF-8 file",
    short_csv: "vector is 2",
    huge_csv: "larger than 4.0 MiB",
}


@pytest.mark.parametrize(
    ("make", "words"), FILES.items(), ids=lambda item: getattr(item, "__name__", "")
)
def test_a_bad_file_is_refused(steady, tmp_path, make, words):
    steady.page.set_input_files("#open-vector", make(tmp_path))
    assert words in steady.alert()
