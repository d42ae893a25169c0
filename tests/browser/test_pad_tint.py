"""The cells that the pad added are tinted, and no others: in the card and in the large map."""

import re

import numpy as np

from tests.support.each import each

LAST = "upsample3/batch_normalization"
PAD = "conv_out/pad"
ONE_MAP = "upsample_dim=8&stage=conv_out/pad"  # one channel: the card is one map, pixel by cell
PAIRS = ["0,0,3,3,3,3,0,0", "0,0,1,4,0,5,0,0"]
RECTANGLE = re.compile(r"M([-\d.]+),([-\d.]+)H([-\d.]+)V([-\d.]+)H[-\d.]+Z")

PIXELS = """(canvas) => {
  const { width, height } = canvas, copy = new OffscreenCanvas(width, height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return [width, height, [...new Uint32Array(data.buffer)]]; }"""


def card_pixels(page, stage: str) -> np.ndarray:
    width, height, pixels = page.page.locator(f'.card[data-stage="{stage}"] canvas').evaluate(
        PIXELS
    )
    return np.array(pixels, np.uint32).reshape(height, width)


def tinted(page, rows: int, columns: int) -> np.ndarray:
    """bool [rows, columns]: the cells of the large map that lie under the tint."""
    page.settle()
    shapes = page.page.locator(".focus-map .heatmap-plot").evaluate("(plot) => plot.layout.shapes")
    cells = np.zeros((rows, columns), bool)
    for left, top, right, bottom in RECTANGLE.findall("".join(s.get("path", "") for s in shapes)):
        x0, y0, x1, y1 = (round(float(edge) + 0.5) for edge in (left, top, right, bottom))
        assert not cells[y0:y1, x0:x1].any(), "no cell is tinted twice"
        cells[y0:y1, x0:x1] = True
    return cells


def added(paddings: str, rows: int = 32, columns: int = 64) -> np.ndarray:
    _, _, top, bottom, left, right, _, _ = map(int, paddings.split(","))
    pairs = [(top, bottom), (left, right)]
    return np.pad(np.zeros((rows, columns), bool), pairs, constant_values=True)


@each(("scheme", "paddings"), [*zip(["light", "dark"], PAIRS, strict=True)])
def test_the_card_tints_the_added_cells_alone(live, paddings, scheme):
    live.page.emulate_media(color_scheme=scheme)
    live.show(f"stage={LAST}")  # so that it stands for its block
    live.show(f"{ONE_MAP}&pad_mode=REFLECT&paddings={paddings}")
    before, after = card_pixels(live, LAST), card_pixels(live, PAD)
    live.page.emulate_media(color_scheme="light")
    _, _, top, bottom, left, right, _, _ = map(int, paddings.split(","))
    untinted = np.pad(before, [(top, bottom), (left, right)], mode="reflect")
    assert np.array_equal(after != untinted, added(paddings))


def test_the_large_map_tints_the_added_cells_alone(live):
    live.show(f"{ONE_MAP}&paddings={PAIRS[1]}")
    wanted = added(PAIRS[1])
    assert np.array_equal(tinted(live, *wanted.shape), wanted)
    live.show(f"stage={LAST}")
    assert not tinted(live, 32, 64).any()
    assert live.page.locator("[data-question^='pad']").count() == 0


@each(("channel", "whole"), [(0, True), (1, False)])
def test_an_added_channel_is_tinted_whole(live, channel, whole):
    live.show(f"upsample_dim=16&stage={PAD}&paddings=0,0,1,1,1,1,1,1&channel={channel}")
    wanted = np.ones((34, 66), bool) if whole else added("0,0,1,1,1,1,0,0")
    assert np.array_equal(tinted(live, 34, 66), wanted)


@each(("item", "whole"), [(0, True), (1, False)])
def test_an_added_item_is_tinted_whole(live, item, whole):
    link = f"{ONE_MAP}&pad_mode=SYMMETRIC&paddings=1,0,0,0,0,0,0,0&batch_size=2&item={item}"
    live.show(link)
    assert tinted(live, 32, 64).all() == tinted(live, 32, 64).any() == whole
    sentence = live.page.inner_text(".stage-words .sentence")
    assert ("tinted cells are the added ones" in sentence) == whole
    assert ("adds nothing to this item" in sentence) == (not whole)


def test_the_sentence_says_what_the_mode_puts_there_and_leads_to_its_page(live):
    for mode, words in (("SYMMETRIC", "repeat"), ("REFLECT", "skip")):
        live.show(f"stage={PAD}&pad_mode={mode}")
        assert words in live.page.inner_text(".stage-words .sentence")
    assert live.click("[data-question='padding']")["page"] == "padding"
    lab = "document.querySelector('#pad-lab').getBoundingClientRect().top > innerHeight / 2"
    assert live.page.evaluate(lab), "the page opens at its top"


def test_the_pad_leads_to_the_lab(live):
    live.show(f"stage={PAD}")
    assert live.click("[data-question='pad_lab']")["page"] == "padding"
    live.page.wait_for_function(
        "() => Math.abs(document.querySelector('#pad-lab').getBoundingClientRect().top) < 300"
    )
