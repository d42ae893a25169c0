"""Bad vectors and files: a message at the box, or at the top, and the view stays."""

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
    "infinite": (" ".join(["inf"] + ["1"] * 127), ["infinity", "position 0"]),
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


def huge_csv(path):
    path = path / "z.csv"
    path.write_text("1," * (3 * 2**20))
    return path


FILES = {
    wrong_ending: "Allowed: .npy, .json, .csv, .txt",
    damaged_npy: "not a sound NumPy .npy file",
    huge_csv: "larger than 4.0 MiB",
}


@pytest.mark.parametrize(
    ("make", "words"), FILES.items(), ids=lambda item: getattr(item, "__name__", "")
)
def test_a_bad_file_is_refused(steady, tmp_path, make, words):
    steady.page.set_input_files("#open-vector", make(tmp_path))
    assert words in steady.alert()
