"""Light and dark: text stands out from its ground by 4.5 to 1 or more (WCAG 2.2, 1.4.3)."""

import pytest

from tests.browser.test_axe import assert_no_page_breaks_a_rule

# The contrast of every visible text with the ground it is painted on.
CONTRAST = """(selector) => {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    pixel.clearRect(0, 0, 1, 1); pixel.fillStyle = color; pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], ground) =>
    [r, g, b].map((value, at) => value * a + ground[at] * (1 - a));
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement)
      layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const shown = [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility());
  return shown.map((node) => {
    const below = ground(node), text = over(rgba(getComputedStyle(node).color), below);
    const [high, low] = [light(text), light(below)].sort((a, b) => b - a);
    return [node.className || node.tagName, (high + 0.05) / (low + 0.05), light(below)];
  });
}"""
TEXTS = {
    "body": ".sentence, h1, h2, h3, .name, .looked-at p, .inspector p",
    "help": ".help",
    "pills": ".pill",
    "buttons and tabs": "button, [role=tab], summary",
    "cards": ".card .op, .card .shape, .card .marks:not(:empty)",
    "numbers": ".numbers dt, .numbers dd",
    "diagnostics": ".diagnostics li",
    "boxes": "input[type=number], input[role=listbox], textarea",
    "message": ".validation-error",
}


@pytest.fixture(params=["light", "dark"])
def theme(request) -> str:
    return request.param


@pytest.fixture
def context_options(theme) -> dict:
    return {} if theme == "light" else {"color_scheme": theme}


@pytest.fixture
def themed(live_there, theme):
    live_there.show("training=true")
    live_there.refuse("z_seed", "-1")
    return live_there, theme


def test_text_can_be_read(themed, subtests):
    page, theme = themed
    ((_, _, light),) = page.page.evaluate(CONTRAST, ".explorer")
    assert light < 0.05 if theme == "dark" else light > 0.8, "the ground follows the theme"
    for kind in TEXTS:
        with subtests.test(kind):
            assert_kind_can_be_read(page, kind)


def assert_kind_can_be_read(page, kind: str):
    found = page.page.evaluate(
        CONTRAST, ", ".join(f".explorer {part}" for part in TEXTS[kind].split(", "))
    )
    assert found
    assert [(name, round(contrast, 2)) for name, contrast, _ in found if contrast < 4.5] == []


def test_no_page_breaks_a_rule_of_axe(live_there, theme, subtests):
    assert_no_page_breaks_a_rule(live_there, theme, subtests)


def test_the_table_and_the_padding_page_can_be_read(themed):
    page, _ = themed
    for name, texts in (
        ("shapes", "#ledger [role=columnheader], #ledger [role=gridcell]"),
        ("padding", "figcaption, .explorer .readout"),
    ):
        page.show(f"page={name}")
        found = page.page.evaluate(CONTRAST, f".explorer {texts}")
        assert found
        assert [item[:2] for item in found if item[1] < 4.5] == []


@pytest.mark.parametrize("theme", ["light"])
def test_a_poor_contrast_is_found(live_there):
    page = live_there
    page.show()
    page.page.evaluate(
        "() => document.querySelector('.top h1').style.cssText = 'color: #888; background: #999'"
    )
    ((_, contrast, _),) = page.page.evaluate(CONTRAST, ".explorer .top h1")
    page.page.evaluate("() => document.querySelector('.top h1').removeAttribute('style')")
    assert contrast < 2
