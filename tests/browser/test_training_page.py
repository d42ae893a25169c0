"""Watch it learn: a run begun in the browser, its history scrubbed, opened, paused and stopped."""

import contextlib
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.explorer_page import ExplorerPage

LONG = 120_000
MARK = "div.validation-error"  # of Gradio's


@pytest.fixture
def learn(page):
    return page.open("page=train&weights=untrained")


def begin(learn, steps: int, **settings):
    for name, value in {"upsample_dim": 8, "batch_size": 8, "steps": steps, **settings}.items():
        learn.page.fill(f"#setting-{name} input", str(value))
    learn.page.click("#train-start")


# Where the parts of a run stand, at every frame in which anything has changed.
WATCH_PLACES = """() => {
  const page = document.getElementById('page-train'), seen = new Set();
  const look = () => {
    const parts = page.querySelectorAll('#train-status, .train-grids, .plot');
    const tops = [...parts].map((part) => part.getBoundingClientRect().top + scrollY);
    seen.add([page.clientHeight, ...tops].map(Math.round).join(' '));
  };
  look();
  const parts = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document.body, parts);
  return seen;
}"""


def status_has(learn, text: str):
    learn.page.wait_for_function(
        "(text) => document.getElementById('train-status').textContent.includes(text)",
        arg=text,
        timeout=LONG,
    )


# Lines that lead anywhere, in all plots; each curve has one before the step shown and one after.
LINES_ARE = """(count) => [...document.querySelectorAll('#page-train .plot svg .mark-line path')]
  .filter((path) => path.getTotalLength() > 1 && path.getAttribute('stroke')).length === count"""


def test_a_run_is_watched_scrubbed_and_opened(learn):
    page = learn.page
    begin(learn, 120)
    page.wait_for_selector("#plot-drift", timeout=LONG)
    places = page.evaluate_handle(WATCH_PLACES)
    status_has(learn, "finished")
    status_has(learn, "step 120 of 120")
    page.wait_for_function("location.hash.includes(':120')")
    assert page.locator(".train-grids canvas:visible").count() == 3
    page.wait_for_function(LINES_ARE, arg=5)  # two losses, three figures
    seen = places.evaluate("(seen) => [...seen]")
    assert len(seen) == 1, "nothing moves while a run goes on"
    slider = page.locator("#train-moment")
    slider.focus()
    state = learn.act(lambda: page.keyboard.press("Home"))
    assert state["weights"].endswith(":0")
    assert state["upsample_dim"] == 8
    page.wait_for_function(LINES_ARE, arg=5)  # paler, as all of them come after this step
    grids = [
        page.locator(".train-grids canvas").nth(at).evaluate("c => c.toDataURL()") for at in (0, 2)
    ]
    assert grids[0] != grids[1]
    state = learn.act(lambda: page.keyboard.press("End"))
    assert state["weights"].endswith(":120")
    grids = [
        page.locator(".train-grids canvas").nth(at).evaluate("c => c.toDataURL()") for at in (0, 2)
    ]
    assert grids[0] == grids[1]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
    page.set_viewport_size({"width": 1440, "height": 1000})
    with page.expect_download() as download:
        page.click("#train-save")
    assert download.value.suggested_filename == "noise_generator-step-120.safetensors"
    state = learn.click("#train-open")
    assert state["page"] == "maps"
    assert "step 120" in page.inner_text("#weights-label")


def wait_for_moment(learn, older: str = "") -> str:
    """Waits until weights of a run, other than the older ones, are in the address."""
    return learn.page.wait_for_function(
        """(older) => {
          const found = new URLSearchParams(location.hash.slice(1)).get('weights');
          return found?.startsWith('run:') && found !== older && found;
        }""",
        arg=older,
        timeout=LONG,
    ).json_value()


def assert_weights_chosen_at_the_start_stay(learn):
    learn.page.wait_for_selector("#train-status")
    assert not learn.page.locator("#train-moment").is_visible(), "there is nothing to scrub yet"
    learn.choose("weights", "trained")
    learn.page.locator("#train-newest").wait_for(timeout=LONG)  # moments have come
    assert "weights=trained" in learn.link()
    assert learn.page.locator("#train-moment").is_visible(), "other weights do not hide the run"
    assert not learn.page.locator("#train-sets").is_visible(), "they are carried over to its size"
    learn.enter("kernel_size", "5")
    assert learn.page.inner_text("#train-sets").endswith("also sets kernel_size = 3.")


def assert_what_is_changed_stays(learn):
    state = learn.click("#train-newest")
    assert state["kernel_size"] == 3
    learn.toggle("training")
    learn.choose("actv", "elu")
    wait_for_moment(learn, wait_for_moment(learn, state["weights"]))
    assert learn.is_on("training")
    assert learn.box("actv") == "elu"
    assert "actv=elu" in learn.link()


def assert_a_structure_that_does_not_fit_ends_the_following(learn):
    learn.slide("kernel_size", 7)
    notice = learn.page.locator("#weights-notice")
    expect(notice).to_contain_text("Carried over from the weights of the training run")
    last = learn.page.get_attribute("#train-moment", "max")
    learn.page.wait_for_function(
        "(last) => Number(document.getElementById('train-moment').max) > last",
        arg=int(last),
        timeout=LONG,
    )
    assert learn.box("kernel_size") == "7", "the run goes on, but leads no more"
    state = learn.click("#train-newest")
    assert (state["kernel_size"], state["actv"], state["training"]) == (3, "elu", True)
    expect(notice).to_contain_text("actv relu → elu: ")


def assert_a_page_loaded_anew_finds_the_run(learn):
    learn.open("page=train&weights=untrained")
    status_has(learn, "training")
    assert "at most" in learn.page.inner_text("#train-status")
    assert learn.page.input_value("#setting-kernel_size input") == "3", (
        "the form holds the run's settings"
    )


def test_a_run_leaves_the_visitor_free_and_lets_others_look(learn, browser):
    page = learn.page
    begin(learn, 8000, kernel_size=3)  # with a moment at every 100th
    assert_weights_chosen_at_the_start_stay(learn)
    assert_what_is_changed_stays(learn)
    assert_a_structure_that_does_not_fit_ends_the_following(learn)
    page.click("#train-pause")
    status_has(learn, "paused")
    assert page.locator("#train-start").is_disabled()
    page.click("#train-pause")
    status_has(learn, "training")
    assert_a_page_loaded_anew_finds_the_run(learn)
    assert_who_has_its_link_may_look_but_has_no_buttons(learn, browser)
    page.click("#train-stop")
    status_has(learn, "stopped")
    assert page.locator("#train-start").is_enabled()


def assert_who_has_its_link_may_look_but_has_no_buttons(learn, browser):
    weights = learn.click("#train-newest")["weights"]
    link = f"page=train&weights={weights}&upsample_dim=8&kernel_size=3"
    with another_visitor(browser, learn.url) as other:
        other.open(link)
        status_has(other, "training")
        for button in ("#train-pause", "#train-stop"):
            assert not other.page.locator(button).is_visible()
        assert "begun elsewhere" in other.page.inner_text("#train-looking")
        assert other.page.inner_text("#train-start") == "Start a run of your own"
        assert_a_looker_begins_his_own(other, link)
        run = weights.split(":")[1]
        answer = other.page.request.post(
            f"{learn.url}explorer/train/{run}/stop", data={"key": run}
        ).json()
        assert answer["error"]["code"] == "not_your_run"
    learn.open(link)  # its own page has the key still
    status_has(learn, "training")


def assert_a_looker_begins_his_own(other, link: str):
    other.page.click("#train-start")
    other.page.locator("#train-looking").wait_for(state="hidden", timeout=LONG)
    other.page.locator("#train-stop").wait_for(timeout=LONG)
    other.open(link)  # looks again, his own goes on
    other.page.locator("#train-looking").wait_for(timeout=LONG)
    other.page.click("#train-start")
    other.page.locator("#train-problem", has_text="A run of yours is going on").wait_for()
    other.page.locator("#train-looking").wait_for(state="hidden", timeout=LONG)
    other.page.click("#train-stop")
    status_has(other, "stopped")


def test_each_wrong_setting_is_marked_and_nothing_starts(learn):
    page = learn.page
    box, marks = page.locator("#setting-kernel_size input"), page.locator(MARK)
    mark = {name: page.locator(f"#setting-{name} {MARK}") for name in ("kernel_size", "steps")}
    box.fill("8")
    mark["kernel_size"].wait_for()  # as soon as typing rests
    begin(learn, 0)
    for name, value, most in (("kernel_size", "8", "7"), ("steps", "0", "20000")):
        expect(mark[name]).to_contain_text(f"{name} = {value}")
        expect(mark[name]).to_contain_text(most)
    expect(box).to_be_focused()
    expect(marks).to_have_count(2)
    assert not page.locator("#train-status").is_visible()
    box.fill("3")
    mark["kernel_size"].wait_for(state="hidden")
    assert mark["steps"].is_visible()
    page.fill("#setting-steps input", "100")
    mark["steps"].wait_for(state="hidden")
    assert_a_slow_press_of_start_counts_whatever_message_comes_meanwhile(page)
    assert_the_link_of_a_run_that_is_gone_says_so(learn)


def assert_a_slow_press_of_start_counts_whatever_message_comes_meanwhile(page: Page):
    page.hover("#train-start")
    page.fill("#setting-steps input", "0")
    page.mouse.down()
    page.wait_for_timeout(900)  # the server has told by then that no run has 0 steps
    assert not page.locator(f"#setting-steps {MARK}").is_visible()
    page.mouse.up()
    expect(page.locator("#setting-steps input")).to_be_focused()
    assert page.locator(f"#setting-steps {MARK}").is_visible()


def assert_the_link_of_a_run_that_is_gone_says_so(learn):
    learn.show(f"page=train&weights=run:{'0' * 32}:100")
    problem = learn.page.locator("#train-problem")
    problem.wait_for(state="visible")
    assert "no longer" in problem.inner_text()
    assert "Untrained" in learn.page.inner_text("#weights-label")
    assert "training run" in learn.page.inner_text("#weights-notice")
    for part in ("#train-open", "#train-save", ".train-grids", ".scrub-help"):
        assert not learn.page.locator(part).is_visible(), "no moment is shown"
    learn.show("page=train&weights=untrained")
    assert problem.is_hidden(), "the run that it is about was left"


def made_up_run(discriminator: float, **others) -> str:
    """The events of a run of 300 steps as the server would report it at step 200."""
    losses = {"generator": 1.0, "discriminator": discriminator, "speed": 10.0}
    status = {
        "id": "0" * 32, "state": "running", "reason": "", "failure": None, "place": 0,
        "seconds": 20, "most_seconds": 900, "moments": [], "fields": {}, "structure": {},
        "settings": {"steps": 300}, "won": False,
        **others,
        "points": [{"step": at, **losses} for at in range(181, 201)],
    }  # fmt: skip
    return f"retry: 300\n\ndata: {json.dumps(status)}\n\n"


def test_the_time_left_a_discriminator_that_has_won_and_a_failure_are_told(page):
    words = "OSError: <b>no</b> {amount}"
    failure = {"code": "run_broke_off", "field": None, "params": {"reason": words}, "message": "?"}
    news = [made_up_run(0.05, won=True), made_up_run(0.05, state="failed", failure=failure)]
    own = {"run": "0" * 32, "key": "1" * 32}
    page.page.route("**/train/mine", lambda route: route.fulfill(json=own))
    page.page.route(
        "**/events",
        lambda route: route.fulfill(content_type="text/event-stream", body=news[0]),
    )
    page.open("page=train&weights=untrained")
    status_has(page, "training")
    text = page.page.inner_text("#train-status")
    assert "step 200 of 300" in text
    assert "about 10 s left, 10 steps a second" in text
    assert page.page.inner_text("#train-losses").startswith("For 1,000 steps")
    news.pop(0)
    status_has(page, "broke off")
    assert page.page.inner_text("#train-losses").startswith("Early in a run")
    notice = page.page.locator("#train-notice")
    assert notice.inner_text() == f"The run stopped with an error: {words}"
    assert page.page.locator("#train-start").is_enabled()
    assert not page.page.locator("#train-stop").is_visible()


@contextlib.contextmanager
def another_visitor(browser: Browser, url: str) -> Iterator[ExplorerPage]:
    """A browser that has stored nothing; what its console says is not looked at."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-US")
    yield ExplorerPage(context.new_page(), url)
    context.close()
