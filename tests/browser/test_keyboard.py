"""The keyboard alone: tabs, cards and sliders; everything that can be used has a name."""

from tests.support.each import each

NAMELESS = """() => {
  const text = (node) => (node?.textContent ?? '').trim();
  const name = (node) => node.getAttribute('aria-label')?.trim()
    || (node.getAttribute('aria-labelledby') ?? '').split(' ')
      .map((id) => text(document.getElementById(id))).join('')
    || [...(node.labels ?? [])].map(text).join('')
    || (['BUTTON', 'A', 'SUMMARY', 'SPAN'].includes(node.tagName)
      || node.role === 'gridcell' ? text(node) : '');
  const parts = ['button', 'a[href]', 'input', 'select', 'textarea', 'summary', '[tabindex]'];
  return [...document.querySelectorAll(parts.map((part) => `.explorer ${part}`).join())]
    .filter((node) => node.tabIndex >= 0 && node.checkVisibility() && !name(node))
    .map((node) => node.outerHTML.slice(0, 120));
}"""


def focused(page, what: str) -> str:
    return page.page.evaluate(f"document.activeElement.{what}")


def test_keys_turn_to_another_page(live):
    live.page.focus("#page-maps-button")
    for name in ("output", "padding"):
        live.page.keyboard.press("Tab")
        assert focused(live, "id") == f"page-{name}-button"
        assert live.act(lambda: live.page.keyboard.press("Enter"))["page"] == name
        assert live.page.get_attribute(f"#page-{name}-button", "aria-selected") == "true"


def test_arrows_and_enter_choose_a_card(live):
    live.page.focus('.card[data-stage="z"]')
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft"):
        live.page.keyboard.press(key)
    assert focused(live, "dataset.stage") == "fc1/actv"
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert state["stage"] == "fc1/actv"
    assert focused(live, "dataset.stage") == "fc1/actv"


def test_arrows_move_a_slider(live):
    live.page.focus("#field-kernel_size input[type=range]")
    assert live.act(lambda: live.page.keyboard.press("ArrowRight"))["kernel_size"] == 6
    assert live.act(lambda: live.page.keyboard.press("ArrowLeft"))["kernel_size"] == 5
    live.page.focus("#field-upsample_dim input[type=range]")
    assert live.act(lambda: live.page.keyboard.press("ArrowRight"))["upsample_dim"] == 260
    assert live.act(lambda: live.page.keyboard.press("Home"))["upsample_dim"] == 8


def test_space_flips_a_switch(live):
    live.page.focus("#field-training input")
    assert live.act(lambda: live.page.keyboard.press("Space"))["training"] is True


def test_enter_in_a_box_does_not_leave_the_page(live):
    box = live.control("z_seed").locator("input")
    assert live.act(lambda: (box.fill("12"), box.press("Enter")))["z_seed"] == 12
    assert live.page.locator(".card[data-stage]").count() == 16


def test_the_map_is_at_most_12_tabs_from_the_top_and_tab_reaches_every_part(page):
    page.open()
    keys = page.page.keyboard
    keys.press("Tab")
    assert focused(page, "textContent") == "Skip to the page"
    keys.press("Enter")
    reached = []
    for _ in range(2, 13):
        keys.press("Tab")
        reached.append(focused(page, "className"))
    assert any("focus-map" in name for name in reached), reached
    assert_tab_reaches_every_part(page)


def assert_tab_reaches_every_part(page):
    """From the top once more, past all that can be folded out."""
    page.reveal("device")
    page.after("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.slide("z_scale", 0.5)  # Undo can be used once its view is painted
    page.page.focus(".skip")
    reached = set()
    for _ in range(120):
        page.page.keyboard.press("Tab")
        reached.add(
            page.page.evaluate(
                "(() => { const node = document.activeElement;"
                "const control = node.closest('.block[id^=field-]');"
                "return (control ?? node).id || node.dataset.stage || node.className; })()"
            )
        )
    wanted = {
        "field-z_seed",
        "field-kernel_size",
        "field-training",
        "field-device",
        "new-z",
        "z-strip",
    }
    assert wanted | {"z", "conv_out/conv2d", "page-maps-button", "field-range", "undo"} <= {
        name.split(" ")[0] for name in reached
    }


@each("name", ["maps", "output", "padding", "shapes"])
def test_everything_that_can_be_used_has_a_name(live, name):
    live.show(f"page={name}&C=8&batch_size=2")
    live.page.evaluate(
        "document.querySelectorAll('.explorer details').forEach((fold) => { fold.open = true; })"
    )
    assert live.page.evaluate(NAMELESS) == []


def test_a_part_without_a_name_is_found(live):
    live.page.evaluate("document.querySelector('.pills').append(document.createElement('button'))")
    found = live.page.evaluate(NAMELESS)
    live.page.evaluate("document.querySelector('.pills button:last-child').remove()")
    assert found == ["<button></button>"]


def test_every_map_is_read_and_asked_by_key(page, subtests):
    for link, host, stage in (
        ("page=output&C=8", ".output-maps", "conv_out/conv2d"),
        ("page=padding", "#pad-after", "conv_out/pad"),
        ("stage=upsample1/actv", ".focus-map", "upsample1/actv"),
    ):
        with subtests.test(link=link):
            page.open(link)
            assert_map_is_read_and_asked_by_key(page, host, stage)


def assert_map_is_read_and_asked_by_key(page, host: str, stage: str):
    keys = page.page.keyboard
    prefix = "Shift+" if host == ".focus-map" else ""
    page.page.focus(host)
    keys.press(f"{prefix}ArrowRight")  # starts in the corner
    tip = page.page.locator(f"{host} .heatmap-tip")
    assert "row 0, column 0" in tip.inner_text()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        keys.press(prefix + key)
    assert "row 1, column 2" in tip.inner_text()
    state = page.act(lambda: keys.press("Enter"))
    assert (state["stage"], state["cell"]) == (stage, "0,1,2,0")


def test_an_explanation_keeps_the_focus_and_escape_leaves_it(live):
    live.show("stage=upsample1/actv&cell=0,1,2,0&channel=0")
    live.page.focus("#tracer .source")
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert state["stage"] == "upsample1/conv2d_transpose"
    live.page.wait_for_function("document.activeElement.classList.contains('tracer-title')")
    live.page.locator("#tracer .trail button").focus()
    assert live.act(lambda: live.page.keyboard.press("Enter"))["stage"] == "upsample1/actv"
    live.page.wait_for_function("document.activeElement.classList.contains('tracer-title')")
    assert live.act(lambda: live.page.keyboard.press("Escape"))["cell"] == ""
    assert "focus-map" in focused(live, "className")


def test_plotly_buttons_are_no_tab_stops_and_their_keys_zoom(live):
    live.show("stage=upsample1/actv")
    assert live.page.locator('.modebar-btn:not([tabindex="-1"])').count() == 0
    live.page.focus(".focus-map")
    width = (
        "(() => { const [a, b] = document.querySelector('.focus-map .heatmap-plot')"
        "._fullLayout.xaxis.range; return b - a; })()"
    )
    before = live.page.evaluate(width)
    live.page.keyboard.press("+")
    live.page.wait_for_function(f"{width} < {before}")
    live.page.keyboard.press("0")
    live.page.wait_for_function(f"{width} === {before}")
