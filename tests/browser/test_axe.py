"""Every tab by the rules of axe-core, best practices (landmarks, headings) included."""

import pytest

from explorer.schema import FIELDS
from tests.support.app_server import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The name of a picture in Gradio's footer is also the text beside it: read twice, not wrong.
CONFIGURED = {"rules": [{"id": "image-redundant-alt", "selector": "img:not(footer *)"}]}
# Each violation as its rule and a part of the page that breaks it.
RUN = """([source, configured]) => {
  if (!window.axe) (0, eval)(source);
  axe.configure(configured);
  // Gradio's own mark of what is loading lies beside its landmarks.
  const looked = { include: document, exclude: '[data-testid="status-tracker"]' };
  return axe.run(looked, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target.join(' ')])));
}"""
SCREENS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
    },
}
LINKS = (
    *(f"page={name}" for name in FIELDS["page"].choices),
    "stage=upsample1/conv2d_transpose&cell=0,5,6,7&weights=untrained",
    "page=overlap&kernel_size=4&weights=untrained",
)


@pytest.fixture(params=SCREENS)
def context_options(request) -> dict:
    return SCREENS[request.param]


STILL = "() => document.getAnimations().every(({ playState }) => playState !== 'running')"


def violations(page) -> list:
    page.page.wait_for_function(STILL)  # what fades or slides in has other colours meanwhile
    return page.page.evaluate(RUN, [AXE.read_text(encoding="utf-8"), CONFIGURED])


def test_no_page_breaks_a_rule(page, subtests):
    page.open()
    for link in LINKS:
        with subtests.test(link=link):
            page.show(link)
            page.settle()
            assert violations(page) == []


def test_a_mark_breaks_no_rule(page):
    page.open()
    page.refuse("z_seed", "-1")
    page.page.hover("#new-z")  # once the sheet of controls is there, on a narrow screen
    assert violations(page) == []


BROKEN = {
    "color-contrast": "document.querySelector('.top h1').style = 'color: #888; background: #999'",
    "button-name": "document.querySelector('#undo').outerHTML = '<button></button>'",
    "region": "document.body.insertAdjacentHTML('beforeend', '<p>no landmark</p>')",
    "heading-order": "document.querySelector('.block h2').outerHTML = '<h5>z</h5>'",
}


@pytest.mark.parametrize("context_options", [SCREENS["light"]])
def test_what_breaks_a_rule_is_found(page):
    page.open()
    for script in BROKEN.values():
        page.page.evaluate(script)
    assert {*BROKEN} <= {rule for rule, _ in violations(page)}
