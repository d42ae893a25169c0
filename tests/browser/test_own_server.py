"""A server of its own: for a page of Gradio alone, and for what a restart does to visitors."""

import signal
from collections.abc import Iterator
from pathlib import Path

import keras
import pytest
from playwright.sync_api import Page, expect

from explorer import save_weights
from explorer.link import read_link, write_link
from explorer.schema import read_state
from tests.browser.test_kept_files import NOTICE, SHOWN, label, open_and_keep
from tests.browser.test_training_page import LONG, begin, status_has, wait_for_moment
from tests.browser.test_weight_files import CONFIG, WEIGHTS, assert_shows
from tests.support.app_server import AppServer
from tests.support.explorer_page import ExplorerPage
from tests.support.keras_models import MODELS, draw_weights
from tests.support.plain_page_app import PAGE, TEXT
from tests.unit.samples import random_weights

SLIDER = f"#field-kernel_size-{PAGE}"
SILENCE = 30_000  # milliseconds in which a page notices that the server is away, or there again


@pytest.fixture(scope="module")
def own_server() -> Iterator[AppServer]:
    """The app with a page that has no script of its own; a test may end and start it."""
    with AppServer("-mtests.support.plain_page_app") as running:
        yield running
        assert "Traceback" not in running.log()


def test_a_page_of_gradios_components_alone_is_a_page_as_all_others(visit, own_server):
    """A link, a tab and back turn to it, and its controls follow as others do."""
    page = visit(own_server).open(f"page={PAGE}&upsample_dim=16")
    expect(page.page.get_by_text(TEXT)).to_be_visible()
    assert page.click("#page-maps-button")["page"] == "maps"
    expect(page.page.get_by_text(TEXT)).to_be_hidden()
    assert page.click(f"#page-{PAGE}-button")["page"] == PAGE
    assert page.act(page.page.go_back)["page"] == "maps"
    assert page.act(page.page.go_forward)["page"] == PAGE
    expect(page.page.get_by_text(TEXT)).to_be_visible()
    slider = page.page.locator(f"{SLIDER} input[type=range]")
    strip = dict(page.canvases())
    assert page.slide("kernel_size", 3)["kernel_size"] == 3
    expect(slider).to_have_value("3")
    assert dict(page.canvases()) != strip
    assert page.act(lambda: slider.fill("4"))["kernel_size"] == 4
    assert page.box("kernel_size") == "4"
    page.open("upsample_dim=16")  # where the first turn to it is by its tab
    assert page.click(f"#page-{PAGE}-button")["page"] == PAGE
    assert page.problems == []


def watch_a_paused_run(learner: ExplorerPage):
    learner.page.set_default_timeout(LONG)
    learner.open("page=train&weights=untrained")
    begin(learner, 20000)
    wait_for_moment(learner)
    learner.page.click("#train-pause")  # it would take the time of all that is waited for
    status_has(learner, "paused")


def assert_nothing_is_shown_as_live(page: Page, words: str):
    expect(page.locator("#train-notice")).to_contain_text(words, timeout=SILENCE)
    assert "last figures before the connection was lost" in page.inner_text("#train-notice")
    status = page.inner_text("#train-status")
    assert status.startswith("last heard · step ")
    for stale in ("left", "at most", "training", "paused"):
        assert stale not in status
    for button in ("#train-pause", "#train-stop"):
        assert not page.locator(button).is_visible()


def assert_silence_is_told_and_the_end_of_it_found(learner: ExplorerPage, process):
    process.send_signal(signal.SIGSTOP)
    page = learner.page
    assert_nothing_is_shown_as_live(page, "Not connected to the server; last heard ")
    process.send_signal(signal.SIGCONT)
    expect(page.locator("#train-notice")).to_be_hidden(timeout=SILENCE)
    status_has(learner, "paused")
    assert page.locator("#train-stop").is_visible()


def assert_the_end_of_the_server_is_told(page: Page):
    assert_nothing_is_shown_as_live(page, "Not connected to the server; last heard ")
    ago = page.inner_text("#train-notice")
    expect(page.locator("#train-notice")).not_to_have_text(ago)  # it is counted on


def assert_the_next_server_is_found_without_the_run(learner: ExplorerPage):
    page = learner.page
    assert_nothing_is_shown_as_live(page, "The server was started anew")
    for part in ("#train-newest", "#train-moment", "#train-save", "#train-open", ".scrub-help"):
        expect(page.locator(part), "no moment is left").to_be_hidden()
    begin(learner, 20000)
    page.locator("#train-stop").wait_for()
    expect(page.locator("#train-notice")).to_be_hidden(timeout=SILENCE)
    page.click("#train-stop")
    status_has(learner, "stopped")


def save_files(folder: Path) -> tuple[Path, Path, Path]:
    """A generator of another design, and two files of weights."""
    model = MODELS["wasserstein"](keras)
    draw_weights(model)
    model.save(folder / "design.keras")
    save_weights(folder / "second.npz", CONFIG, random_weights(CONFIG, 1))
    save_weights(folder / "w.npz", CONFIG, WEIGHTS)
    return folder / "design.keras", folder / "second.npz", folder / "w.npz"


def test_who_has_the_page_open_outlives_a_restart_of_the_server(visit, own_server, tmp_path):
    """A run is told to be gone; opened files, which the browser keeps, are sent again."""
    learner, owner, other = (visit(own_server) for _ in range(3))
    watch_a_paused_run(learner)
    assert_silence_is_told_and_the_end_of_it_found(learner, own_server.process)
    owner.open()
    design, second, opened = (open_and_keep(owner, path) for path in save_files(tmp_path))
    own_server.process.kill()
    own_server.process.wait()
    owner.page.click("#new-z")
    assert "does not answer" in owner.alert()
    assert_the_end_of_the_server_is_told(learner.page)
    state = owner.act(own_server.start)  # the page tries again by itself
    assert state["weights"] == opened["weights"]
    expect(label(owner)).to_have_text(SHOWN)
    assert_shows(owner, state)
    assert_the_next_server_is_found_without_the_run(learner)
    assert_files_are_sent_again_by_their_owner_alone(owner, other, link_of(second))
    owner.open(f"weights={design['weights']}")
    expect(label(owner)).to_have_text("Weights: design.keras")
    assert owner.click("#new-z")["weights"] == design["weights"]
    for page in (owner, other):
        assert [text for text in page.problems if text.startswith("page error")] == []


def link_of(state: dict) -> str:
    return write_link(read_state(state))


def assert_files_are_sent_again_by_their_owner_alone(owner, other, link: str):
    other.open(link)
    assert "no longer on the server" in other.page.inner_text(NOTICE)
    assert "second.npz" not in other.page.content()
    owner.open(link)
    expect(label(owner)).to_have_text("Weights: second.npz")
    assert_shows(owner, read_link(link)[0].as_dict(), random_weights(CONFIG, 1))
    other.open(link)
    expect(label(other)).to_have_text("Weights: an opened file")
    assert "second.npz" not in other.page.content()
