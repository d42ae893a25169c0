"""The shape debugger on the page: what is asked, what is answered, and changes in one click."""

from playwright.sync_api import expect

from tests.support.each import each
from tests.support.explorer_page import VIEW

BOX = "#field-expected textarea"


def type_in(page, text: str):
    page.page.fill(BOX, text)
    page.page.press(BOX, "Enter")


def ask(page, text: str) -> dict:
    return page.act(lambda: type_in(page, text))


def answer(page) -> str:
    return page.page.locator(".answer").inner_text()


@each(
    ("text", "words", "change"),
    [
        ("[1, 64, 64, 3]", ["fc1/dense", "[1, 8192]", "[1, 16384]"], "base_height = 8"),
        (
            "Incompatible shapes: [1,32,64,3] vs. [1,32,64,8] [Op:AddV2]",
            ["conv_out/conv2d", "C = 3"],
            "C = 8",
        ),
        ("upsample1/actv [1, 8, 16, 64]", ["fc1/dense"], "upsample_dim = 128"),
    ],
)
def test_a_change_is_offered_and_applied(live, text, words, change):
    live.show("page=shapes")
    state = ask(live, text)
    assert state["expected"] == text
    shown = answer(live)
    for word in words:
        assert word in shown
    assert ("Each of these" in shown) == (live.page.locator(".changes li").count() > 1)
    button = live.page.locator(".apply-change", has_text=change).first
    state = live.act(button.click)
    name, value = change.split(" = ")
    assert state[name] == int(value)
    assert live.box(name) == value
    if text.startswith("["):
        assert live.page.locator(".verdict.good").count() == 1


def test_a_stage_can_be_chosen_and_an_empty_box_is_said_to_be_empty(live):
    live.show("page=shapes")
    live.page.click("#find-out")
    assert "Type a shape or paste an error first" in live.page.inner_text("#expected-problem")
    live.choose("expected_stage", "fc1/reshape")
    ask(live, "[1, 4, 4, 256]")
    assert answer(live).startswith("fc1/reshape is [1, 4, 8, 256], not [1, 4, 4, 256].")
    expect(live.page.locator(".apply-change").first).to_contain_text("base_width = 4")


def test_nothing_to_mend(live):
    live.show("page=shapes")
    ask(live, "[?, 32, 64, 3]")
    assert answer(live) == "conv_out/conv2d has this shape: [1, 32, 64, 3]."
    ask(live, "[1, 32, 64]")
    assert "Read as [1, 32, 64, ?]" in answer(live)
    ask(live, "")
    assert answer(live) == ""


@each("text", ["<img src=x>", "[1,2] and [3,4]"])
def test_a_text_without_a_shape_gets_a_message_and_takes_the_old_answer_away(live, text):
    live.show("page=shapes&expected=%5B1,64,64,3%5D")
    assert "base_height = 8" in answer(live)
    type_in(live, text)
    problem = live.page.locator("#expected-problem")
    problem.wait_for(state="visible")
    assert text[:20] in problem.inner_text() or "[1, 2]" in problem.inner_text()
    assert answer(live) == ""
    ask(live, "[1, 32, 64, 3]")
    expect(problem).to_be_hidden()
    assert "has this shape" in answer(live)


def test_an_error_of_another_part_is_said_to_be_one(live):
    live.show("page=shapes&expected=%5B1,64,64,3%5D")
    ask(live, "`logits` and `labels` must have the same shape, received ((None, 1) vs (None, 9))")
    assert "arises in a loss" in answer(live)
    assert live.page.locator(".apply-change").count() == 0
    pasted = "copying a param with shape [100, 512, 4, 4] from checkpoint, the shape in current"
    ask(live, f"size mismatch for main.0.weight: {pasted} model is [128, 512, 4, 4]")
    state = live.act(live.page.locator(".apply-change").first.click)
    assert state["noise_dim"] == 100


def test_a_change_that_this_page_cannot_show_is_told_without_a_button(live):
    live.show("page=shapes")
    ask(live, "tensor with 307200 values, but the requested shape requires a multiple of 120000")
    first = live.page.locator(".changes li").first
    assert "base_height = 25, base_width = 25" in first.inner_text()
    assert "up to" in first.inner_text()
    assert first.locator("button").count() == 0
    live.show("page=shapes&upsample_dim=64")
    ask(live, "tensor with 307200 values, but the requested shape requires a multiple of 120000")
    state = live.act(first.locator("button").click)
    assert (state["base_height"], state["base_width"]) == (25, 25)


def test_nothing_is_said_to_be_clicked_where_nothing_can_be(live):
    live.show("page=shapes")
    ask(live, "[1, 4096, 4096, 3]")
    assert live.page.locator(".changes li").count() > 0
    assert live.page.locator(".apply-change").count() == 0
    assert "Click to apply" not in answer(live)
    assert "none can be shown here" in answer(live)
    ask(live, "[1, 64, 64, 3]")
    assert "Click to apply" in answer(live)


def test_the_batch_of_an_error_is_any_and_not_called_left_out(live):
    live.show("page=shapes")
    ask(live, "Incompatible shapes: [16,64,64,3] vs. [16,32,64,3]")
    assert "are not what differs" in answer(live)
    assert "left out" not in answer(live)
    state = live.act(live.page.locator(".apply-change").first.click)
    assert state["base_height"] == 8
    ask(live, "64x64x3")
    assert "left out" in answer(live)


def test_large_pads_stand_last_and_are_said_to_be_a_last_resort(live):
    live.show("page=shapes")
    ask(live, "[1, 65, 64, 3]")
    items = live.page.locator(".changes li").all_inner_texts()
    assert ["Last resort: 59 %" in item for item in items] == [False] * (len(items) - 1) + [True]
    assert "units of fc1: 8·8·256 = 16384" in items[0]


def test_a_search_that_goes_on_does_not_pass_the_last_answer_for_its_own(live):
    live.show("page=shapes&expected=[1,32,64,3]")
    held = []
    live.page.route(VIEW, lambda route: held.append(route))
    type_in(live, "[1, 64, 128, 3]")
    busy = live.page.locator(".shapes-page")
    expect(busy).to_have_attribute("aria-busy", "true")
    expect(live.page.locator("#find-out")).to_be_disabled()
    assert answer(live) == ""
    live.act(lambda: held[0].continue_())
    live.page.unroute(VIEW)
    expect(busy).to_have_attribute("aria-busy", "false")
    expect(live.page.locator("#find-out")).to_have_text("Find out")
    assert "[1, 64, 128, 3]" in answer(live)


def test_a_text_that_is_too_long_is_told_and_may_be_mended(live):
    live.show("page=shapes")
    type_in(live, "1" * 20_001)
    assert "20001" in live.mark("expected")
    expect(live.page.locator("#find-out")).to_be_enabled()
    assert answer(live) == ""
    ask(live, "[1, 64, 64, 3]")
    assert "[1, 64, 64, 3]" in answer(live)
