"""Bad vectors and files: a message at the box, or at the top, and the view stays."""

import numpy as np
from playwright.sync_api import expect

from tests.browser.test_z_controls import give, paste

GOOD = np.linspace(-1, 1, 128, dtype=np.float32)


def refused(live, text: str) -> str:
    """What is said at the box of a pasted vector."""
    give(live, text)
    live.page.click("#use-z")
    return live.mark("z_data")


PASTED = {
    "infinite": (" ".join(["inf"] + ["1"] * 127), ["infinity", "position 0"]),
    "empty": ("", ["noise_dim numbers"]),
    "markup": ("<img src=x onerror=alert(1)>", ["<img"]),
    "two rows for one item": (
        "\n".join([" ".join(["1"] * 128)] * 2),
        ["2 vectors", "batch_size is 1"],
    ),
}


def test_a_bad_pasted_vector_is_refused_and_the_view_stays(live, subtests):
    before, link = live.canvases(), live.link()
    for name, (text, words) in PASTED.items():
        with subtests.test(name):
            found = refused(live, text)
            for word in words:
                assert word in found
    assert live.page.locator("#field-z_data img").count() == 0
    assert (live.canvases(), live.link()) == (before, link)
    live.click("#new-z")
    expect(live.page.locator("#field-z_data .validation-error")).to_have_count(0)
    assert "vector is 3" in refused(live, "1, 2, 3")
    paste(live, " ".join(map(str, GOOD)))
    expect(live.page.locator("#field-z_data .validation-error")).to_have_count(0)


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


def test_a_bad_file_is_refused_and_the_view_stays(live, tmp_path, subtests):
    before, link = live.canvases(), live.link()
    for make, words in FILES.items():
        with subtests.test(make.__name__):
            live.page.set_input_files("#open-vector", make(tmp_path))
            expect(live.page.locator(".alerts .alert-text")).to_contain_text(words)
    assert (live.canvases(), live.link()) == (before, link)
