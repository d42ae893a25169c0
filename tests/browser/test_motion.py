"""Who wants less motion gets none: no part of the page fades or slides."""

import pytest

# What would move on a change of its style, pictures of Plotly's and parts without an element too.
MOVING = """() => [...document.querySelectorAll('.explorer *')].flatMap((element) =>
  [null, '::before', '::after']
    .filter((part) => /[1-9]/.test(getComputedStyle(element, part).transitionDuration))
    .map((part) => `${element.tagName}.${element.getAttribute('class')}${part ?? ''}`))"""


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_where_less_motion_is_wanted(live, wish):
    live.page.emulate_media(reduced_motion=wish)
    try:
        live.show("page=maps&upsample_dim=16")
        live.page.wait_for_selector(".modebar", state="attached")
        assert bool(live.page.evaluate(MOVING)) == (wish == "no-preference")
    finally:
        live.page.emulate_media(reduced_motion="no-preference")
