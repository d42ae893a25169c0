"""Bad vectors and files: a message beside the box, and the view stays."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect

GOOD = np.linspace(-1, 1, 128, dtype=np.float32)


@pytest.fixture
def steady(live):
    """The page; afterwards it must show what it showed before, and still take a good vector."""
    before, link = live.canvases(), live.link()
    live.unfold("#paste-z textarea")
    yield live
    assert live.canvases() == before
    assert live.link() == link
    live.page.fill("#paste-z textarea", " ".join(map(str, GOOD)))
    live.act(lambda: live.page.click("#paste-z .inputs button:first-child"))
    expect(live.page.locator("#paste-z .field-error")).to_be_hidden()


def message(live) -> str:
    error = live.page.locator("#paste-z .field-error")
    error.wait_for()
    return error.inner_text()


def test_the_message_of_a_pasted_vector_goes_with_what_it_asks_for(live):
    live.show()
    live.page.locator("#paste-z").evaluate("(fold) => { fold.open = true; }")
    box, message = (
        live.page.locator("#paste-z textarea"),
        live.page.locator("#paste-z .field-error"),
    )
    for mend in (lambda: box.fill("1, 2, 3"), lambda: live.enter("noise_dim", "2")):
        box.fill("1, 2")
        live.page.click("#paste-z button >> nth=0")
        message.wait_for()
        mend()
        expect(message).to_be_hidden()


def test_the_message_of_a_refused_vector_goes_with_the_next_z(live):
    live.unfold("#paste-z textarea")
    live.page.fill("#paste-z textarea", "1, 2, 3")
    live.page.click("#paste-z .inputs button:first-child")
    message(live)
    live.slide("kernel_size", 4)
    expect(live.page.locator("#paste-z .field-error")).to_be_visible()  # z is the same
    live.click("#new-z")
    expect(live.page.locator("#paste-z .field-error")).to_be_hidden()


def test_the_message_of_a_wrong_entry_goes_with_another_entry(live):
    box, error = (
        live.page.locator("#z-value"),
        live.page.locator('[data-field="z_dim"] .field-error'),
    )
    box.fill("one")
    box.press("Enter")
    expect(error).to_be_visible()
    live.slide("kernel_size", 4)
    assert box.input_value() == "one", "a wrong value waits with its message"
    live.act(lambda: live.page.locator("#field-z_dim").fill("5") or live.page.keyboard.press("Tab"))
    expect(error).to_be_hidden()
    assert float(box.input_value()) == pytest.approx(
        float(np.random.RandomState(0).standard_normal(128)[5])
    )


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
    steady.page.fill("#paste-z textarea", text)
    steady.page.click("#paste-z .inputs button:first-child")
    found = message(steady)
    for word in words:
        assert word in found
    assert steady.page.locator("#paste-z .field-error img").count() == 0


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
    deep_json: "not a sound JSON file",
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
    steady.page.set_input_files("#paste-z input[type=file]", make(tmp_path))
    assert words in message(steady)
