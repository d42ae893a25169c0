"""Bad input: marked where it was given, with the range; the last good view stays; undo restores."""

from playwright.sync_api import expect

from tests.support.each import each

GOOD = "z_seed=3&batch_size=2&stage=upsample1/actv"


def mark_of(live, field: str):
    return live.page.locator(f"#field-{field} div.validation-error")


def assert_refused(live, field: str, text: str, words: list[str]):
    before, link = live.canvases(), live.link()
    message = live.refuse(field, text)
    for word in words:
        assert word in message
    expect(live.page.locator(".alerts .alert")).to_be_hidden()  # said once
    assert live.canvases() == before
    assert live.link() == link


def assert_undo_restores(live, field: str, value: str):
    live.act(lambda: live.page.click("#undo"))
    assert live.box(field) == value
    expect(mark_of(live, field)).to_have_count(0)


@each(
    ("field", "text", "words"),
    [
        ("z_seed", "", "must be a number"),
        ("paddings", "[[0, 0], [1.5, 3], [3, 3], [0, 0]]", "paddings"),
    ],
)
def test_a_wrong_number_is_marked(live, field, text, words):
    live.show(GOOD)
    live.wait_for_link(GOOD)
    value = live.box(field)
    assert_refused(live, field, text, [field, words])
    assert_undo_restores(live, field, value)


def test_a_pad_that_cannot_be_mirrored_names_the_largest(live):
    live.type("paddings", "[[0, 0], [32, 3], [3, 3], [0, 0]]")
    assert "31" in live.alert()
    assert "height" in live.alert()
    live.enter("paddings", "[[0, 0], [31, 3], [3, 3], [0, 0]]")
    expect(live.page.locator(".alerts .alert")).to_be_hidden()
    expect(mark_of(live, "paddings")).to_have_count(0)


def test_a_wrong_value_opens_its_fold_and_no_fold_hides_it(page):
    page.open("upsample_dim=16")
    page.refuse("z_seed", "-1")
    page.reveal("upsample_blocks")
    page.page.wait_for_selector("#open-button")
    page.page.wait_for_timeout(200)
    assert "z_seed" in page.mark("z_seed")
    page.enter("z_seed", "1")
    page.page.click("#group-architecture > .label-wrap")
    expect(page.page.locator("#field-upsample_dim")).to_be_hidden()
    page.type("upsample_blocks", "6")
    assert "upsample_blocks = 6" in page.mark("upsample_dim")
    assert page.slide("upsample_blocks", 2)["upsample_blocks"] == 2
    expect(mark_of(page, "upsample_dim")).to_have_count(0)


def test_undo_takes_back_what_is_wrong_and_keeps_what_was_done_besides(live):
    live.show("actv=tanh")
    live.refuse("z_seed", "-1")
    assert live.choose("actv", "elu")["actv"] == "elu"
    assert "z_seed" in live.mark("z_seed")
    state = live.click("#undo")
    assert (state["actv"], state["z_seed"]) == ("elu", 0)
    assert live.box("z_seed") == "0"


@each(
    ("link", "field", "text", "bound"),
    [
        ("upsample_dim=256&kernel_size=31", "upsample_dim", "512", "10 G"),
        ("upsample_dim=64&kernel_size=2&base_width=32", "stride", "4", "8,000,000"),
    ],
)
def test_too_large_a_generator_is_refused_with_the_bound(live, link, field, text, bound):
    live.show(link)
    before, value = live.canvases(), live.box(field)
    assert bound in live.refuse(field, text)
    assert live.canvases() == before
    assert_undo_restores(live, field, value)


def test_an_entry_of_z_that_is_emptied_is_refused_and_one_that_z_lacks_is_its_last(live):
    before, link = live.canvases(), live.link()
    live.control("z_value").locator("input[type=number]").fill("")
    assert "z[0, 0] must be a number" in live.mark("z_value")
    assert live.canvases() == before
    assert live.link() == link
    assert live.enter("z_dim", "128")["z_dim"] == 127
    expect(mark_of(live, "z_value")).to_have_count(0)


def test_one_can_look_elsewhere_while_a_wrong_value_waits(live):
    live.refuse("z_seed", "-1")
    state = live.click("#page-shapes-button")
    assert (state["page"], state["z_seed"]) == ("shapes", 0)
    assert live.box("z_seed") == "-1"
    assert "z_seed" in live.mark("z_seed")
    state = live.click('.card[data-stage="fc1/actv"]')
    assert (state["page"], state["stage"]) == ("maps", "fc1/actv")
    assert live.enter("z_seed", "2")["stage"] == "fc1/actv"
    expect(mark_of(live, "z_seed")).to_have_count(0)


def test_a_change_that_mends_the_combination_is_taken_whole(live):
    """output_kernel 15 does not fit a map of 8 rows with 3 rows of padding; a larger base does."""
    live.show("upsample_blocks=1")
    live.refuse("output_kernel", "15")
    state = live.enter("base_height", "8")
    assert (state["output_kernel"], state["base_height"]) == (15, 8)


def test_a_wrong_value_does_not_hold_up_the_rest(live):
    live.refuse("z_seed", "")
    state = live.slide("kernel_size", 3)
    assert (state["kernel_size"], state["z_seed"]) == (3, 0)
    assert "z_seed" in live.mark("z_seed")
    assert live.enter("z_seed", "7")["z_seed"] == 7
    expect(mark_of(live, "z_seed")).to_have_count(0)


def test_every_wrong_box_keeps_its_mark(live):
    live.show(GOOD)
    for field, text in (("weights_seed", "-1"), ("z_seed", "-2"), ("paddings", "abc")):
        live.refuse(field, text)
    for field in ("weights_seed", "z_seed", "paddings"):
        assert field in live.mark(field)
    live.type("z_seed", "8")
    expect(mark_of(live, "z_seed")).to_have_count(0)
    assert live.box("weights_seed") == "-1"
    assert live.page.locator(".sidebar div.validation-error").count() == 2
    assert_undo_restores(live, "weights_seed", "0")
    assert live.page.locator(".sidebar div.validation-error").count() == 0
