"""Opened files stay with the visitor: kept by the browser, sent again, known by their own names."""

import base64
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer import save_weights
from explorer.link import write_link
from explorer.schema import read_state
from tests.browser.test_weight_files import CONFIG, WEIGHTS, assert_shows, open_files
from tests.support.each import each
from tests.support.explorer_page import FORGET, ExplorerPage
from tests.unit.samples import random_weights

MODULE = "explorer/static/js/kept_files.js"
NONE_SUCH = "file:" + "0" * 32
LABEL, NOTICE = "#weights-label", "#weights-notice"
SHOWN = "Weights: w.npz"
FORBIDDEN = """Object.defineProperty(window, 'indexedDB', {
  get() { throw new DOMException('storage is forbidden', 'SecurityError'); } });"""
FULL = """IDBObjectStore.prototype.put = () => {
  throw new DOMException('the disk is full', 'QuotaExceededError'); };"""
# Keeps a file under the name of weights that no server ever had.
KEEP_AS_OTHER = """async ([module, source, name, text]) => {
  const { KeptFiles } = await import(module);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  await new KeptFiles().keep([new File([bytes], name)], {}, [{ source, name }]); }"""
# Keeps so many files of so many bytes each, none of which is real.
FILL = """async ([module, count, bytes]) => {
  const { KeptFiles } = await import(module), kept = new KeptFiles();
  for (let at = 0; at < count; at += 1) {
    const source = `file:${at}`, file = new File(['x'], `${at}.npz`);
    Object.defineProperty(file, 'size', { value: bytes });
    await kept.keep([file], {}, [{ source, name: file.name }]);
    await new Promise((next) => setTimeout(next, 2));
  } }"""


@pytest.fixture
def visitor(page) -> ExplorerPage:
    return page.open()


@pytest.fixture
def stored(page) -> ExplorerPage:
    """The page, not opened yet, in a document that can reach what the browser keeps for it."""
    page.page.goto(page.url + MODULE)
    return page


@pytest.fixture
def file(tmp_path):
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    return tmp_path / "w.npz"


def kept(page: Page) -> list[dict]:
    """The entries that the browser keeps, the last used first."""
    script = "async (path) => new (await import(path)).KeptFiles().list()"
    return page.evaluate(script, f"/{MODULE}")


def open_and_keep(visitor: ExplorerPage, *paths) -> dict:
    """Opens files and waits until the browser keeps them; returns the painted state."""
    state = open_files(visitor, *paths)
    for _ in range(100):
        sources = [one["source"] for entry in kept(visitor.page) for one in entry["weights"]]
        if state["weights"] in sources:
            return state
        visitor.page.wait_for_timeout(50)
    raise AssertionError("the browser does not keep what was opened")


def keep_as_other(stored: ExplorerPage, path: Path):
    """Has a file kept as weights that no server ever had."""
    text = base64.b64encode(path.read_bytes()).decode()
    stored.page.evaluate(KEEP_AS_OTHER, [f"/{MODULE}", NONE_SUCH, path.name, text])


def count_uploads(page: Page) -> list[str]:
    """A list that grows with each upload."""
    sent = []
    page.on("request", lambda asked: sent.append(asked.url) if is_upload(asked.url) else None)
    return sent


def is_upload(url: str) -> bool:
    return url.endswith("/explorer/weights")


def label(visitor: ExplorerPage):
    return visitor.page.locator(LABEL)


def test_names_stay_when_the_page_is_loaded_anew(visitor, tmp_path, file):
    state = open_and_keep(visitor, file)
    save_weights(tmp_path / "second.npz", CONFIG, random_weights(CONFIG, 1))
    open_and_keep(visitor, tmp_path / "second.npz")
    visitor.open()
    assert visitor.options("weights")[2:] == ["w.npz", "second.npz"]
    again = visitor.choose("weights", "w.npz")
    assert (again["kernel_size"], again["weights"]) == (CONFIG.kernel_size, state["weights"])
    assert label(visitor).inner_text() == SHOWN


@pytest.mark.parametrize("script", [FORBIDDEN, FULL], ids=["forbidden", "full"])
def test_without_storage_files_open_as_ever(visit, server, file, script):
    visitor = visit(server, script).open()
    state = open_files(visitor, file)
    assert label(visitor).inner_text() == SHOWN
    visitor.wait_for_link(write_link(read_state(state)))
    assert_shows(visitor, state)
    assert kept(visitor.page) == []
    visitor.show(f"weights={NONE_SUCH}")
    assert "no longer on the server" in visitor.page.inner_text(NOTICE)
    assert visitor.problems == []


def test_kept_files_that_are_other_weights_are_dropped(stored, file):
    keep_as_other(stored, file)
    sent = count_uploads(stored.page)
    stored.open(f"weights={NONE_SUCH}")
    expect(stored.page.locator(NOTICE)).to_contain_text("kept of w.npz turned out to be other")
    assert kept(stored.page) == []
    assert "Untrained" in label(stored).inner_text()
    stored.slide("z_scale", 0.5)
    assert len(sent) == 1


def test_a_refusal_says_why_and_may_be_tried_again(stored, file):
    keep_as_other(stored, file)
    full = {"code": "disk_full", "field": None, "params": {"reason": "no space"}, "message": ""}
    answer = json.dumps({"error": full, "others": []})
    stored.page.route(is_upload, lambda route: route.fulfill(json=json.loads(answer)))
    sent = count_uploads(stored.page)
    stored.open(f"weights={NONE_SUCH}")
    notice = stored.page.locator(NOTICE)
    expect(notice).to_contain_text("no longer on the server")
    expect(notice).to_contain_text("could not write to its disk (no space)")
    for z_scale in (0.5, 1.5):
        stored.slide("z_scale", z_scale)
    assert len(sent) == 1, "a slider does not send files"
    expect(notice).to_contain_text("no space")
    stored.click("#weights-notice-again")
    assert len(sent) == 2
    assert len(kept(stored.page)) == 1


def test_a_server_that_forgets_at_once_is_not_asked_for_ever(stored, file):
    keep_as_other(stored, file)
    answer = {"weights": [{"source": NONE_SUCH, "fields": {}, "others": 0, "averages": False}]}
    stored.page.route(is_upload, lambda route: route.fulfill(json=answer))
    sent = count_uploads(stored.page)
    stored.open(f"weights={NONE_SUCH}")
    expect(stored.page.locator(NOTICE)).to_contain_text("no longer on the server")
    stored.slide("z_scale", 0.5)
    assert len(sent) == 1


def test_what_takes_long_is_said_and_holds_nothing_up(stored, file):
    keep_as_other(stored, file)
    waiting = []
    stored.page.route(is_upload, lambda route: waiting.append(route))
    stored.open(f"weights={NONE_SUCH}")
    notice = stored.page.locator(f"{NOTICE} p")
    expect(notice).to_have_text("Sending w.npz to the server again…")
    stored.slide("z_scale", 0.5)
    expect(notice).to_have_text("Sending w.npz to the server again…")
    asked = stored.act(lambda: waiting[0].fulfill(json={"weights": [{"source": NONE_SUCH}]}))
    assert asked["weights"] == NONE_SUCH, "the view is asked for again"
    assert len(waiting) == 1


def test_names_hold_anything(visitor, tmp_path):
    hostile = f"<img src=x onerror=window.hit=1>\u202e{'x' * 160}.npz"
    save_weights(tmp_path / "w.npz", CONFIG, WEIGHTS)
    (tmp_path / "w.npz").rename(tmp_path / hostile)
    open_and_keep(visitor, tmp_path / hostile)
    visitor.open(visitor.link())
    shown = label(visitor).inner_text().removeprefix("Weights: ")
    assert shown.startswith("<img src=x onerror=window.hit=1")
    assert shown.endswith("xxx.npz")
    assert "…" in shown
    assert len(shown) == 48
    assert visitor.options("weights")[-1] == shown
    assert visitor.page.evaluate("window.hit") is None
    assert visitor.page.locator(".explorer img").count() == 0


@each(("count", "mib", "left"), [(18, 1, range(2, 18)), (5, 200, range(3, 5)), (1, 600, [])])
def test_what_is_kept_is_bounded(stored, count, mib, left):
    stored.page.evaluate(FORGET)
    stored.page.evaluate(FILL, [f"/{MODULE}", count, mib * 2**20])
    names = [entry["weights"][0]["name"] for entry in kept(stored.page)]
    assert names == [f"{at}.npz" for at in reversed(left)]


def test_what_is_used_stays(stored):
    path = f"/{MODULE}"
    stored.page.evaluate(FILL, [path, 16, 1])
    script = "async (path) => new (await import(path)).KeptFiles().markUsed('file:0')"
    stored.page.evaluate(script, path)
    stored.page.evaluate(
        FILL.replace("at = 0", "at = 16").replace("at < ", "at < 16 + "), [path, 1, 1]
    )
    names = {entry["weights"][0]["name"] for entry in kept(stored.page)}
    assert "0.npz" in names
    assert "1.npz" not in names
    assert len(names) == 16


def test_a_save_brings_kept_weights_back(visitor, file):
    """Whether the server says that the weights are gone, or the generator they belong to."""
    state = open_and_keep(visitor, file)
    answers = []
    sent = count_uploads(visitor.page)
    visitor.page.route(
        lambda url: "check=1" in url,
        lambda route: route.fulfill(json=answers.pop() if answers else {"ok": True}),
    )
    visitor.unfold("#save-weights")
    for at, code in enumerate(("weights_gone", "generator_gone")):
        gone = {"code": code, "field": "weights", "params": {"value": state["weights"]}}
        answers.append({"error": gone, "others": []})
        with visitor.page.expect_download():
            visitor.page.click("#save-weights")
        assert (answers, len(sent)) == ([], at + 1)
