"""Text is large enough to be read: 14 pixels and more, Gradio's own parts included."""

from explorer.schema import FIELDS
from tests.support.each import each

LEAST = 14  # pixels
SMALL = """(least) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
  let seen = 0;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const { width, height } = range.getBoundingClientRect(),
      { fontSize, visibility } = getComputedStyle(text.parentElement);
    if (!text.data.trim() || !width || !height || visibility === "hidden") continue;
    seen += 1;
    if (parseFloat(fontSize) < least) small.push(`${fontSize}: ${text.data.trim().slice(0, 40)}`);
  }
  for (const box of document.querySelectorAll("input[type=text], input[type=number], textarea")) {
    const { fontSize } = getComputedStyle(box);
    if (box.offsetWidth && parseFloat(fontSize) < least) small.push(`${fontSize}: ${box.value}`);
  }
  return { seen, small };
}"""
LINKS = {
    **{page: f"page={page}" for page in FIELDS["page"].choices if page not in ("maps", "shapes")},
    "a cell": "page=maps&stage=upsample3/conv2d_transpose&cell=0,5,6,2&origins=true",
    "a debugger's answer": "page=shapes&expected=[1, 64, 64, 3]",
}


@each("link", LINKS)
def test_all_text_is_large_enough(live, link):
    live.show(link)
    live.settle()
    found = live.page.evaluate(SMALL, LEAST)
    assert found["small"] == []
    assert found["seen"] > 50


def test_small_text_is_noticed(live):
    live.show("")
    assert len(live.page.evaluate(SMALL, 100)["small"]) > 50
