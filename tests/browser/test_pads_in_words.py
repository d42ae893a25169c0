"""Pads stand on the page as tf.pad takes them, four pairs, never as eight bare numbers."""

import re

from tests.support.each import each

BARE = re.compile(r"\d+(, ?\d+){7}")
PADS = "paddings=0,0,2,2,2,2,0,1"


def test_fields_in_words(live):
    words = live.page.evaluate(
        """async () => {
          const { assignments } = await import('./explorer/static/js/assignments.js');
          return assignments({ kernel_size: 5, paddings: '0,0,3,3,3,3,0,0', actv: 'relu' });
        }"""
    )
    pads = "paddings = [[0, 0], [3, 3], [3, 3], [0, 0]]"
    assert words == ["kernel_size = 5", pads, "actv = relu"]


@each(
    "link",
    [
        f"weights=trained&upsample_dim=64&{PADS}",
        f"page=padding&{PADS}",
        f"page=shapes&{PADS}&expected=[1, 64, 64, 3]",
    ],
)
def test_no_page_shows_eight_bare_numbers(live, link):
    live.show(link)
    text = live.page.locator(".explorer").inner_text()
    assert not BARE.search(text), BARE.search(text)
