"""The shape ledger: rows, totals, copies and files equal the list of stages."""

import pytest

from explorer.model.stages import stages
from explorer.views.ledger import as_csv, as_markdown, totals
from tests.browser.truth import config_of

LINKS = ["", "&upsample_dim=64&kernel_size=4&C=8&batch_size=3", "&upsample_blocks=2&stride=3"]


def plan_of(state: dict):
    return stages(config_of(state), state["batch_size"])


def cells(page, row: str) -> list[list[str]]:
    return page.page.locator(f".shapes-ledger {row}").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )


def plain(text: str) -> int:
    return int(text.replace("\u202f", ""))


@pytest.mark.parametrize("link", LINKS)
def test_every_row_is_a_stage(live, link):
    state = live.show("page=shapes" + link)
    rows, plan = cells(live, "tbody tr"), plan_of(state)
    assert len(rows) == len(plan)
    for row, stage in zip(rows, plan, strict=True):
        assert row[0] == stage.name
        assert row[2] == stage.formula
        assert row[3] == str(list(stage.shape))
        assert [plain(text) for text in row[4:]] == [stage.parameters, stage.macs, stage.bytes]


@pytest.mark.parametrize("link", LINKS)
def test_the_last_row_holds_the_totals(live, link):
    state = live.show("page=shapes" + link)
    ((_, *figures),) = cells(live, "tfoot tr")
    assert [plain(text) for text in figures] == list(totals(plan_of(state)).values())


def test_a_name_opens_its_stage(live):
    live.show("page=shapes")
    state = live.act(lambda: live.page.click(".shapes-ledger button >> text=upsample2/actv"))
    assert (state["page"], state["stage"]) == ("maps", "upsample2/actv")


@pytest.mark.parametrize(
    ("button", "name", "write"),
    [("#save-csv", "shapes.csv", as_csv), ("#save-markdown", "shapes.md", as_markdown)],
)
def test_the_table_can_be_saved(live, button, name, write):
    state = live.show("page=shapes&kernel_size=4")
    with live.page.expect_download() as download:
        live.page.click(button)
    assert download.value.suggested_filename == name
    assert download.value.path().read_text(encoding="utf-8") == write(
        config_of(state), plan_of(state)
    )


@pytest.fixture
def context_options():
    return {"permissions": ["clipboard-read", "clipboard-write"]}


def test_the_table_can_be_copied(page):
    page.open("page=shapes&kernel_size=3")
    page.page.click("#copy-markdown")
    page.page.locator(".shapes-page [role=status]", has_text="Copied").wait_for()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    state = {"kernel_size": 3}
    assert copied == as_markdown(config_of(state), stages(config_of(state), 1))


def test_the_link_can_be_copied(page):
    page.open("kernel_size=3&z_seed=2")
    page.page.click("#copy-link")
    page.page.locator("#copy-link", has_text="Copied").wait_for()
    copied = page.page.evaluate("navigator.clipboard.readText()")
    assert copied == page.page.url
    assert copied.endswith("#kernel_size=3&z_seed=2")
