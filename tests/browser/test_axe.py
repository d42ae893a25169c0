"""Every tab by the rules of axe-core, best practices (landmarks, headings) included.

Light by all rules; in the dark other colours could break a rule, on a narrow screen all the others.
"""

from explorer.schema import FIELDS
from tests.support.app_server import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The name of a picture in Gradio's footer is also the text beside it: read twice, not wrong.
CONFIGURED = {"rules": [{"id": "image-redundant-alt", "selector": "img:not(footer *)"}]}
# Each violation as its rule and a part of the page that breaks it.
RUN = """([source, configured, rules]) => {
  if (!window.axe) (0, eval)(source);
  axe.configure(configured);
  // Gradio's own mark of what is loading lies beside its landmarks.
  const looked = { include: document, exclude: '[data-testid="status-tracker"]' };
  return axe.run(looked, { resultTypes: ['violations'], ...rules }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target.join(' ')])));
}"""
COLOURS = "color-contrast"
RULES = {
    "light": {},
    "dark": {"runOnly": [COLOURS]},
    "narrow": {"rules": {COLOURS: {"enabled": False}}},
}
PAGES = [f"page={name}" for name in FIELDS["page"].choices if name != "maps"]
CELL = "stage=upsample1/conv2d_transpose&cell=0,5,6,7&weights=untrained"  # of maps, explained
LINKS = {
    "light": [*PAGES, CELL],
    "dark": [*PAGES, CELL],
    "narrow": ["page=padding", "page=train"],  # what differs is around the pages
}


STILL = "() => document.getAnimations().every(({ playState }) => playState !== 'running')"


def violations(page, rules: dict) -> list:
    page.page.wait_for_function(STILL)  # what fades or slides in has other colours meanwhile
    return page.page.evaluate(RUN, [AXE.read_text(encoding="utf-8"), CONFIGURED, rules])


def assert_no_page_breaks_a_rule(page, screen: str, subtests):
    """On a screen that is light, dark or narrow, as the page's context is."""
    for link in LINKS[screen]:
        with subtests.test(link=link):
            page.show(link)
            page.settle()
            assert violations(page, RULES[screen]) == []
    with subtests.test("maps, with a mark beside a control"):
        page.show()
        page.refuse("z_seed", "-1")
        page.page.hover("#new-z")  # once the sheet of controls is there, on a narrow screen
        assert violations(page, RULES[screen]) == []


BROKEN = {
    "color-contrast": "document.querySelector('.top h1').style = 'color: #888; background: #999'",
    "button-name": "document.querySelector('#undo').outerHTML = '<button></button>'",
    "region": "document.body.insertAdjacentHTML('beforeend', '<p>no landmark</p>')",
    "heading-order": "document.querySelector('.block h2').outerHTML = '<h5>z</h5>'",
}


def test_what_breaks_a_rule_is_found(page):
    page.open()
    for script in BROKEN.values():
        page.page.evaluate(script)
    assert {*BROKEN} <= {rule for rule, _ in violations(page, {"runOnly": [*BROKEN]})}
