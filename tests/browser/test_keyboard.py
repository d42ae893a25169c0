"""The keyboard alone: tabs, cards and sliders; everything that can be used has a name."""

import pytest

NAMELESS = """() => {
  const text = (node) => (node?.textContent ?? '').trim();
  const name = (node) => node.getAttribute('aria-label')?.trim()
    || (node.getAttribute('aria-labelledby') ?? '').split(' ')
      .map((id) => text(document.getElementById(id))).join('')
    || [...(node.labels ?? [])].map(text).join('')
    || (['BUTTON', 'A', 'SUMMARY'].includes(node.tagName) ? text(node) : '');
  const parts = ['button', 'a[href]', 'input', 'select', 'textarea', 'summary', '[tabindex]'];
  return [...document.querySelectorAll(parts.map((part) => `.explorer ${part}`).join())]
    .filter((node) => node.tabIndex >= 0 && node.checkVisibility() && !name(node))
    .map((node) => node.outerHTML.slice(0, 120));
}"""


def focused(page, what: str) -> str:
    return page.page.evaluate(f"document.activeElement.{what}")


def test_arrows_move_between_the_tabs(live):
    live.page.focus('.tab[data-page="maps"]')
    keys = ["ArrowRight"] * 6 + ["ArrowLeft"]
    pages = [live.act(lambda key=key: live.page.keyboard.press(key))["page"] for key in keys]
    assert pages == ["output", "padding", "overlap", "shapes", "train", "maps", "train"]
    selected = live.page.locator('.tab[aria-selected="true"]')
    assert selected.get_attribute("data-page") == "train"
    assert focused(live, "dataset.page") == "train"
    assert live.page.locator('.tab[tabindex="0"]').count() == 1


def test_arrows_and_enter_choose_a_card(live):
    live.page.focus('.card[data-stage="z"]')
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft"):
        live.page.keyboard.press(key)
    assert focused(live, "dataset.stage") == "fc1/actv"
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert state["stage"] == "fc1/actv"
    assert focused(live, "dataset.stage") == "fc1/actv"


def test_arrows_move_a_slider(live):
    live.page.focus("#field-kernel_size")
    assert live.act(lambda: live.page.keyboard.press("ArrowRight"))["kernel_size"] == 6
    assert live.act(lambda: live.page.keyboard.press("ArrowLeft"))["kernel_size"] == 5
    live.page.focus("#field-upsample_dim")
    assert live.act(lambda: live.page.keyboard.press("ArrowRight"))["upsample_dim"] == 260
    assert live.act(lambda: live.page.keyboard.press("Home"))["upsample_dim"] == 8


def test_space_flips_a_switch(live):
    live.page.focus("#field-training")
    assert live.act(lambda: live.page.keyboard.press("Space"))["training"] is True


def test_enter_in_a_box_does_not_leave_the_page(live):
    box = live.page.locator("#field-z_seed")
    box.fill("12")
    assert live.act(lambda: box.press("Enter"))["z_seed"] == 12
    assert live.page.locator(".card[data-stage]").count() == 16


def test_tab_reaches_every_part(page):
    page.open()
    page.page.evaluate(
        "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
    )
    reached = set()
    for _ in range(120):
        page.page.keyboard.press("Tab")
        reached.add(
            page.page.evaluate(
                "(() => { const node = document.activeElement;"
                "return node.id || node.dataset.stage || node.dataset.page || node.className; })()"
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
    assert wanted | {"z", "conv_out/conv2d", "maps", "channel", "field-range"} <= {
        name.split(" ")[0] for name in reached
    }


@pytest.mark.parametrize("name", ["maps", "output", "padding", "shapes"])
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
