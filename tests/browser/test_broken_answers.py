"""Whatever comes in a view's place: a message, the last good view stays, and the page goes on."""

import itertools
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.support.each import each
from tests.support.explorer_page import VIEW

HEADER = 4  # bytes of its length


def _json(body: object, status: int = 200) -> Callable[[Route], None]:
    text = json.dumps(body)
    return lambda route: route.fulfill(status=status, content_type="application/json", body=text)


def _text(body: str, kind: str, status: int = 200) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type=kind, body=body)


def _cut(route: Route):
    """The first half of the real answer."""
    body = route.fetch().body()
    route.fulfill(content_type="application/octet-stream", body=body[: len(body) // 2])


def _undrawable(route: Route):
    """A view in good form that lacks what every page draws."""
    body = route.fetch().body()
    size = int.from_bytes(body[:HEADER], "little")
    header = json.loads(body[HEADER : HEADER + size])
    header["parts"]["stages"] = {"stages": [{"name": "upsample1/actv"}]}
    text = json.dumps(header).encode().ljust(size)
    sent = len(text).to_bytes(HEADER, "little") + text + body[HEADER + size :]
    route.fulfill(content_type="application/octet-stream", body=sent)


INTERNAL = {"error": {"code": "internal", "field": None, "params": {}, "message": "x"}}
BROKEN = {
    "500": (_json(INTERNAL, 500), "our mistake"),
    "502 of a proxy": (_text("<h1>Bad gateway</h1>", "text/html", 502), "(HTTP 502)"),
    "no line": (lambda route: route.abort(), "does not answer"),
    "another answer": (_json({"z_data": "0.1.AAAA"}), "damaged"),
    "cut short": (_cut, "damaged"),
    "not to be drawn": (_undrawable, "could not be drawn"),
}
START = "z_seed=3&stage=upsample1/actv"
seeds = itertools.count(1000)  # the page asks for no state that it has seen


@pytest.fixture
def shown(live):
    """A view on the screen; what a test breaks is whole again after it."""
    live.show(START)
    live.wait_for_link(START)
    yield live
    live.page.unroute(VIEW)
    live.problems.clear()  # a browser logs a 500, and the page what it could not draw


@each(("answer", "words"), BROKEN)
def test_the_page_goes_on_after_a_broken_answer(shown, answer, words):
    before = shown.canvases()
    shown.page.route(VIEW, answer, times=1)
    shown.type("z_seed", str(next(seeds)))
    expect(shown.page.locator(".alerts .alert-text")).to_contain_text(words)
    assert "undefined" not in shown.alert()
    # What is tried again by itself may be on the screen by now.
    assert shown.canvases() == before or shown.page.locator(".alerts .alert").is_hidden()
    seed = next(seeds)
    state = shown.enter("z_seed", str(seed))
    assert state["z_seed"] == seed
    assert shown.canvases() != before
    expect(shown.page.locator(".alerts .alert")).to_be_hidden()


def test_the_last_good_view_stays_with_its_link_and_can_be_gone_back_to(shown):
    before, link = shown.canvases(), shown.link()
    shown.page.route(VIEW, _undrawable, times=1)
    shown.type("z_seed", str(next(seeds)))
    shown.page.locator(".alerts .alert").wait_for()
    shown.wait_for_link(link)
    assert shown.canvases() == before
    state = shown.act(lambda: shown.page.click(".alerts .alert button >> text=last good values"))
    assert (state["z_seed"], shown.box("z_seed")) == (3, "3")
    assert shown.canvases() == before


def test_every_way_to_another_view_works_after_a_broken_answer(shown):
    ways = {
        "click": lambda: shown.page.click('.card[data-stage="fc1/actv"]'),
        "tab": lambda: shown.page.click("#page-overlap-button"),
        "link": lambda: shown.page.evaluate("location.hash = 'page=shapes'"),
    }
    for way, answer in zip(ways.values(), (BROKEN["500"][0], _undrawable, _cut), strict=True):
        shown.page.route(VIEW, answer, times=1)
        shown.type("z_seed", str(next(seeds)))
        shown.page.locator(".alerts .alert").wait_for()
        shown.act(way)
        expect(shown.page.locator(".alerts .alert")).to_be_hidden()
        shown.show(START)


def test_a_lost_line_is_tried_again_by_itself(shown):
    shown.page.route(VIEW, BROKEN["no line"][0], times=1)
    seed = next(seeds)
    state = shown.act(lambda: shown.type("z_seed", str(seed)))
    assert state["z_seed"] == seed
    expect(shown.page.locator(".alerts .alert")).to_be_hidden()
