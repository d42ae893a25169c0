"""Weights on the page: opened by choosing or dropping files, shown, left, found again, saved."""

import base64
import json
from collections.abc import Iterator

import numpy as np
import pytest
import tensorflow as tf
from playwright.sync_api import expect

from explorer import GeneratorConfig, init_weights, load_weights, save_weights, trace
from explorer.link import write_link
from explorer.model.files.save import FORMATS
from explorer.schema import read_state
from explorer.sizes import MIB
from tests.browser.test_raw_requests import refused
from tests.browser.truth import assert_same
from tests.support.each import each
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=20, upsample_dim=16, kernel_size=4, C=2)
WEIGHTS = random_weights(CONFIG, 0)
DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, text] of files)
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  document.querySelector('.focus-map').dispatchEvent(
    new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def open_files(page, *paths) -> dict:
    return page.act(lambda: choose_files(page, *paths))


def choose_files(page, *paths):
    page.page.set_input_files("#open-weights", [str(path) for path in paths])


def save(page):
    page.unfold("#save-weights")
    page.page.click("#save-weights")


def drop(page, *paths):
    files = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    page.page.evaluate(DROP, files)


def assert_shows(page, state, weights=WEIGHTS):
    assert (state["noise_dim"], state["upsample_dim"], state["kernel_size"], state["C"]) == (
        20,
        16,
        4,
        2,
    )
    state = page.show(f"{page.link()}&stage=conv_out/conv2d&channel=1" if page.link() else "")
    checked = read_state(state)
    expected = trace(checked.config, weights, checked.z)["conv_out/conv2d"][0, :, :, 1]
    assert_same(page.values(), expected)


def test_a_file_is_opened_and_the_controls_move_there(live, tmp_path):
    save_weights(tmp_path / "w.keras", CONFIG, WEIGHTS)
    state = open_files(live, tmp_path / "w.keras")
    assert state["weights"].startswith("file:")
    assert live.box("kernel_size") == "4"
    assert live.page.locator("#weights-label").inner_text() == "Weights: w.keras"
    live.wait_for_link(write_link(read_state(state)))
    assert_shows(live, state)


def test_arrays_that_are_none_of_the_generators_are_counted(live, tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    with np.load(tmp_path / "w.npz") as file:
        np.savez(tmp_path / "more.npz", **file, optimizer=np.zeros(3), steps=np.zeros(1))
    open_files(live, tmp_path / "more.npz")
    assert "left out: 2" in live.page.locator("#weights-notice p").inner_text()
    open_files(live, tmp_path / "w.npz")
    assert "left out" not in live.page.locator("#weights-notice p").inner_text()


def test_what_a_file_does_not_hold_is_said_beside_the_weights(live, tmp_path):
    kept = {name: value for name, value in WEIGHTS.items() if "moving" not in name}
    np.savez(tmp_path / "w.npz", **kept)
    open_files(live, tmp_path / "w.npz")
    note = live.page.locator("#weights-notice p")
    assert "base_height·base_width = 32" in note.inner_text()
    assert "read here as 4×8" in note.inner_text()
    assert "no moving mean and variance for fc1, upsample1" in note.inner_text()
    zero = {name: value * (0 if "variance" in name else 1) for name, value in WEIGHTS.items()}
    save_weights(tmp_path / "zero.npz", CONFIG, zero)
    open_files(live, tmp_path / "zero.npz")
    assert "moving variance of fc1, upsample1, upsample2, upsample3 is near 0" in note.inner_text()
    half = {name: value for name, value in WEIGHTS.items() if "moving_mean" not in name}
    np.savez(tmp_path / "half.npz", **half)
    open_files(live, tmp_path / "half.npz")
    assert "moving mean of fc1, upsample1, upsample2, upsample3 is all 0" in note.inner_text()
    assert "as when a file lacks the mean" in note.inner_text()
    save_weights(tmp_path / "all.npz", CONFIG, WEIGHTS)
    open_files(live, tmp_path / "all.npz")
    assert not any(word in note.inner_text() for word in ("read here", "moving"))


def test_a_checkpoint_is_opened_by_dropping_its_files(live, tmp_path):
    save_weights(tmp_path / "model.ckpt-7", CONFIG, WEIGHTS)
    state = live.act(lambda: drop(live, *sorted(tmp_path.iterdir())))
    assert live.page.locator("#weights-label").inner_text() == "Weights: model.ckpt-7.index"
    live.wait_for_link(write_link(read_state(state)))
    assert_shows(live, state)


def test_moving_averages_are_offered(live, tmp_path):
    averaged = {name: value + 1 for name, value in WEIGHTS.items() if "moving" not in name}
    names = [*WEIGHTS, *(f"{name}/ExponentialMovingAverage" for name in averaged), "beta1_power"]
    values = [*WEIGHTS.values(), *averaged.values(), np.float32(0.9)]
    prefix = str(tmp_path / "m.ckpt")
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=values
    )
    plain = open_files(live, *sorted(tmp_path.iterdir()))
    state = live.choose("weights", "m.ckpt.index (EMA)")
    assert state["weights"] != plain["weights"]
    live.wait_for_link(write_link(read_state(state)))
    assert_shows(live, state, WEIGHTS | averaged)


def test_weights_are_carried_to_another_structure_and_back(live, tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    opened = open_files(live, tmp_path / "w.npz")
    state = live.slide("kernel_size", 5)
    assert state["weights"] == opened["weights"]
    label = live.page.locator("#weights-label").inner_text()
    assert label == "Weights: w.npz, carried over"
    assert "from the weights of w.npz" in live.page.locator("#weights-notice").inner_text()
    assert "kernel_size = 4" in live.page.locator("#weights-notice-back").inner_text()
    state = live.click("#weights-notice-back")
    assert (state["kernel_size"], state["weights"]) == (4, opened["weights"])
    assert live.page.locator("#weights-label").inner_text() == "Weights: w.npz"
    assert live.choose("weights", "untrained")["weights"] == "untrained"
    assert "Untrained" in live.page.locator("#weights-label").inner_text()


def test_a_dropped_folder_stands_for_its_files(live, tmp_path):
    folder = tmp_path / "run"
    (folder / "logs").mkdir(parents=True)
    save_weights(folder / "model.ckpt-7", CONFIG, WEIGHTS)
    (folder / "model.ckpt-7.meta").write_bytes(b"the graph")
    for at in range(100):  # more than a browser tells at a time
        (folder / "logs" / f"{at}.txt").write_text("")
    state = live.act(lambda: drop_for_real(live, folder))
    assert live.page.locator("#weights-label").inner_text() == "Weights: model.ckpt-7.index"
    live.wait_for_link(write_link(read_state(state)))
    assert_shows(live, state)
    drop_for_real(live, folder / "logs")
    assert "not a file that weights can be read from" in live.alert()


def drop_for_real(page, path):
    """As a hand drops files of its system, folders too."""
    session = page.page.context.new_cdp_session(page.page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        where = {"type": kind, "x": 700, "y": 400}
        session.send("Input.dispatchDragEvent", where | {"data": data})


def test_what_is_too_large_is_refused_before_it_is_sent(live, tmp_path):
    with (tmp_path / "w.npz").open("wb") as file:
        file.truncate(300 * MIB)
    sent = []
    live.page.on("request", lambda asked: sent.append(asked.url))
    choose_files(live, tmp_path / "w.npz")
    assert "300 MiB; up to 256 MiB" in live.alert()
    assert not [url for url in sent if url.endswith("/explorer/weights")]
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    open_files(live, tmp_path / "w.npz")
    assert not live.page.locator(".alerts .alert").is_visible()


def is_upload(url: str) -> bool:
    return url.endswith("/explorer/weights")


def test_a_press_of_the_button_lets_one_choose_files(live, tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    live.unfold("#open-button")
    with live.page.expect_file_chooser() as choosing:
        live.page.click("#open-button")
    assert choosing.value.is_multiple()
    state = live.act(lambda: choosing.value.set_files(tmp_path / "w.npz"))
    assert state["weights"].startswith("file:")


def test_the_last_files_chosen_win_and_the_page_says_what_is_being_opened(live, tmp_path):
    for at, name in enumerate(("slow.npz", "quick.npz")):
        save_weights(tmp_path / name, CONFIG, random_weights(CONFIG, 10 + at))
    page = live.page
    words, notice = page.locator("#weights-notice p"), page.locator("#weights-notice")
    idle = notice.bounding_box()["height"]
    held = []
    page.route(is_upload, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(lambda asked: is_upload(asked.url)):
        choose_files(live, tmp_path / "slow.npz")
    expect(words).to_have_text("Opening slow.npz…")
    assert notice.bounding_box()["height"] == idle
    open_files(live, tmp_path / "quick.npz")
    expect(words).to_contain_text("quick.npz")
    assert page.locator("#weights-label").inner_text() == "Weights: quick.npz"
    with page.expect_response(lambda answer: is_upload(answer.url)):
        held[0].continue_()
    page.unroute_all()
    live.slide("z_scale", 0.5)
    assert {"slow.npz", "quick.npz"} <= set(live.options("weights"))
    assert page.locator("#weights-label").inner_text() == "Weights: quick.npz"


def test_a_link_to_opened_weights_opens_elsewhere_where_they_have_no_name(live, page, tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    state = open_files(live, tmp_path / "w.npz")
    link = write_link(read_state(state))
    page.open(link)
    assert page.page.locator("#weights-label").inner_text() == "Weights: an opened file"
    assert "w.npz" not in page.page.content(), "the name is the other visitor's"
    assert_shows(page, page.show(link))
    params = {"field": "weights", "value": state["weights"]}
    gone = {"code": "weights_gone", "field": "weights", "params": params, "message": "gone"}
    for visitor, name in ((live, "w.npz"), (page, "an opened file")):
        visitor.page.route(is_check, lambda route: route.fulfill(json={"error": gone}))
        save(visitor)
        assert visitor.alert().startswith(f"weights: {name} is no longer on the server.")
        visitor.page.unroute_all()


def is_check(url: str) -> bool:
    return "check=1" in url


def assert_the_longest_format_fits_its_list(page):
    page.unfold("#save-format")
    box = page.page.locator("#save-format input")
    box.click()
    page.page.click('[role="option"]:has-text("checkpoint")')
    assert box.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0


def test_from_untrained_weights_one_click_leads_back_to_the_opened_ones(live, tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    opened = open_files(live, tmp_path / "w.npz")
    assert live.click("#weights-notice-other")["weights"] == "untrained"
    assert "w.npz" in live.page.inner_text("#weights-notice-other")
    assert live.click("#weights-notice-other")["weights"] == opened["weights"]


BROKEN = {
    "noise.npz": (b"noise" * 100, "not a sound npz file"),
    "<img src=x>.keras": (b"PK", "<img src=x>.keras"),
}


def test_a_bad_file_gets_a_message_and_the_view_stays(live, tmp_path):
    before, message = live.canvases(), live.page.locator(".alerts .alert-text")
    for name, (data, words) in BROKEN.items():
        (tmp_path / name).write_bytes(data)
        choose_files(live, tmp_path / name)
        expect(message).to_contain_text(words)
        assert live.page.locator(".alerts img").count() == 0
    save_weights(tmp_path / "m.ckpt", CONFIG, WEIGHTS)
    choose_files(live, tmp_path / "m.ckpt.index")
    expect(message).to_contain_text("without its .data file")
    name = "noise_generator/upsample2/batch_normalization/gamma"
    np.savez(tmp_path / "w.npz", **{key: v for key, v in WEIGHTS.items() if key != name})
    choose_files(live, tmp_path / "w.npz")
    expect(message).to_contain_text(name)
    assert live.canvases() == before


def test_the_message_for_a_dropped_file_is_in_view_on_a_narrow_screen(live, tmp_path):
    live.page.set_viewport_size({"width": 390, "height": 844})
    for name in ("noise.npz", "noise.npy"):
        (tmp_path / name).write_bytes(b"noise")
        live.page.evaluate("scrollTo(0, 600)")
        drop(live, tmp_path / name)
        expect(live.page.locator(".alerts .alert-text")).to_contain_text(name)
        box = live.page.locator(".alerts .alert").bounding_box()
        assert 0 <= box["y"] < 400
    live.reveal("weights")
    assert_the_longest_format_fits_its_list(live)
    live.page.locator("#save-format input").click()
    live.page.click('[role="option"]:has-text(".npz")')


def test_weights_that_are_not_finite_are_named(live, tmp_path):
    name = "noise_generator/fc1/dense/bias"
    np.savez(tmp_path / "w.npz", **WEIGHTS | {name: np.full_like(WEIGHTS[name], np.nan)})
    open_files(live, tmp_path / "w.npz")
    (text,) = live.page.locator(".diagnostics li").all_inner_texts()
    assert name in text
    assert "weights themselves" in text


@each(
    ("kind", "name"),
    [(".safetensors", "noise_generator.safetensors"), (".ckpt", "noise_generator.ckpt.zip")],
)
def test_weights_are_saved_and_open_again_exactly(live, tmp_path, kind, name):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    open_files(live, tmp_path / "w.npz")
    live.unfold("#save-format")
    live.page.locator("#save-format input").click()
    live.page.click(f'[role="option"][data-index="{FORMATS.index(kind)}"]')
    with live.page.expect_download() as download:
        save(live)
    assert download.value.suggested_filename == name
    download.value.save_as(tmp_path / name)
    config, weights = load_weights(tmp_path / name)
    assert config == CONFIG
    for key, value in WEIGHTS.items():
        assert weights[key].tobytes() == value.tobytes()


def test_what_is_saved_does_not_depend_on_an_own_z(live, tmp_path):
    live.show("z_edits=0.0:2")  # all else is untrained, which a link without anything is not
    with live.page.expect_download() as download:
        save(live)
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    config, weights = load_weights(path)
    assert config == GeneratorConfig()
    expected = init_weights(GeneratorConfig(), 0)
    assert all(np.array_equal(weights[name], expected[name]) for name in expected)


@pytest.fixture
def downloads(live) -> Iterator[list]:
    """What the page gives the browser to save, as it does."""
    files = []

    def note(download):
        files.append(download)

    live.page.on("download", note)
    yield files
    live.page.remove_listener("download", note)


BUSY = {"code": "disk_full", "field": None, "params": {"reason": "no space"}, "message": ""}
REFUSALS = {
    "no space": lambda route: route.fulfill(json={"error": BUSY, "others": []}),
    "did not answer": lambda route: route.fulfill(body="<html>", content_type="text/html"),
}


def test_weights_that_are_gone_are_said_to_be_and_are_not_saved(live, downloads):
    live.show("weights=file:" + "0" * 32)
    assert "no longer on the server" in live.page.locator("#weights-notice p").inner_text()
    assert "Untrained" in live.page.locator("#weights-label").inner_text()
    save(live)
    assert "no longer on the server" in live.alert()
    live.page.wait_for_timeout(300)
    assert downloads == []


@each(("words", "late"), [("no space", True), ("did not answer", False)])
def test_a_save_that_is_refused_saves_nothing_and_one_may_save_again(live, downloads, words, late):
    def refused(url: str) -> bool:
        return "/explorer/save?" in url and "check=1" not in url if late else "check=1" in url

    live.show()
    live.page.route(refused, REFUSALS[words])
    save(live)
    assert words in live.alert()
    live.page.wait_for_timeout(300)
    live.page.unroute(refused)
    assert downloads == []
    with live.page.expect_download():
        save(live)
    assert not live.page.locator(".alerts .alert").is_visible()
    downloads.clear()


@each("body", [b"", b"\0\0\0\0", b"\xff" * 8, b"\2\0\0\0{}", b'\x0c\0\0\0{"files":[]}'])
def test_a_damaged_upload_gets_a_message(server, body):
    assert refused(server, body, "explorer/weights")["code"] == "request_damaged"


def test_a_dropped_vector_is_a_vector(live, tmp_path):
    path = tmp_path / "z.json"
    path.write_text(json.dumps([0.5] * 128))
    state = live.act(lambda: drop(live, path))
    assert state["z_data"] != ""
    assert state["weights"] == "untrained"
