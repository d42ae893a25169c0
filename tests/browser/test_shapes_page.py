"""The shape ledger: rows, totals, copies and files equal the list of stages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from explorer.model.stages import stages
from explorer.views.ledger import as_csv, as_markdown, totals
from tests.browser.truth import config_of
from tests.support.each import each

LINKS = ["&upsample_dim=64&kernel_size=4&C=8&batch_size=3", "&upsample_blocks=2&stride=3"]


def plan_of(state: dict):
    return stages(config_of(state), state["batch_size"])


def rows_of(page, table: str = "ledger") -> list[list[str]]:
    """The texts of a table of Gradio's, once it shows them."""
    rows = page.page.locator(f"#{table} .virtual-row")
    rows.first.wait_for()
    found = rows.evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('[role=gridcell]')]"
        ".map((cell) => cell.textContent.trim()))"
    )
    return [[text.replace("\u200b", "") for text in row] for row in found]


def plain(text: str) -> int:
    return int(text.replace("\u202f", ""))


@each("link", LINKS)
def test_every_row_is_a_stage_and_the_last_holds_the_totals(live, link):
    state = live.show("page=shapes" + link)
    *rows, (_, *sums) = rows_of(live)
    plan = plan_of(state)
    assert len(rows) == len(plan)
    for row, stage in zip(rows, plan, strict=True):
        assert row[0] == stage.name
        assert row[2] == stage.formula
        assert row[3] == str(list(stage.shape))
        assert [plain(text) for text in row[4:]] == [stage.parameters, stage.macs, stage.bytes]
    assert [plain(text) for text in sums[-3:]] == list(totals(plan).values())[:3]


def test_the_ledger_follows_a_drag_without_a_request_to_gradio(live):
    live.show("page=shapes")
    calls = []
    live.page.on("request", lambda request: calls.append(request.url))
    state = live.slide("upsample_dim", 128)
    assert [plain(row[-1]) for row in rows_of(live)[:-1]] == [
        stage.bytes for stage in plan_of(state)
    ]
    assert [url for url in calls if "/explorer/" not in url] == []


STAGE = '#ledger [data-row="{row}"][data-col="{column}"]'


def test_a_name_opens_its_stage_and_a_formula_does_not(live):
    state = live.show("page=shapes")
    row = next(at for at, stage in enumerate(plan_of(state)) if stage.name == "upsample2/actv")
    live.page.click(STAGE.format(row=row, column=2))
    assert live.link() == "page=shapes"
    state = live.act(lambda: live.page.click(STAGE.format(row=row, column=0)))
    assert (state["page"], state["stage"]) == ("maps", "upsample2/actv")
    live.show("page=shapes")
    live.page.locator("#ledger [role=gridcell][tabindex='0']").focus()
    live.page.keyboard.press("Control+Home")
    live.page.keyboard.press("ArrowDown")
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    assert (state["page"], state["stage"]) == ("maps", "fc1/dense")


DROP = """() => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File(['no archive'], 'weights.npz'));
  const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
  document.querySelector('#ledger [role=gridcell]').dispatchEvent(drop);
}"""


def test_a_file_that_is_dropped_on_the_ledger_is_for_the_page(live):
    live.show("page=shapes")
    live.page.evaluate(DROP)
    assert "weights.npz" in live.alert()


def test_the_layers_name_their_equals_elsewhere(live):
    live.show("page=shapes")
    live.page.click("#equal-layers > button")
    rows = {name: texts for name, *texts in rows_of(live, "layers")}
    assert len(rows) == 16
    assert rows["upsample1/conv2d_transpose"] == ["[5, 5, 128, 256]", "1/2", "3×3"]
    expect(live.page.locator("#keras-code")).to_contain_text("Conv2DTranspose(128, 5, strides=2")
    live.page.get_by_role("tab", name="PyTorch").click()
    code = live.page.locator("#pytorch-code")
    expect(code).to_contain_text("nn.ConvTranspose2d(256, 128, 5, stride=2, padding=1)(x)")
    live.slide("kernel_size", 4)
    expect(code).to_contain_text("nn.ConvTranspose2d(256, 128, 4, stride=2, padding=1)nn")


def assert_saved(live, button: str, name: str, text: str):
    with live.page.expect_download() as download:
        live.page.click(button)
    assert download.value.suggested_filename == name
    assert download.value.path().read_text(encoding="utf-8") == text


@pytest.fixture
def copied(live) -> Iterator[Callable[[], str]]:
    """What stands in the clipboard, which only these tests may read."""
    live.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield lambda: live.page.evaluate("navigator.clipboard.readText()")
    live.page.context.clear_permissions()


def test_the_table_and_the_link_can_be_saved_and_copied(live, copied):
    plan = plan_of(live.show("page=shapes&kernel_size=3&z_seed=2"))
    assert_saved(live, "#save-csv", "shapes.csv", as_csv(plan))
    assert_saved(live, "#save-markdown", "shapes.md", as_markdown(plan))
    live.page.click("#copy-markdown")
    live.page.locator("#copy-markdown", has_text="Copied").wait_for()
    assert copied() == as_markdown(plan)
    live.page.click("#copy-link")
    live.page.locator("#copy-link", has_text="Copied").wait_for()
    assert copied() == live.page.url
    assert "kernel_size=3" in copied()
