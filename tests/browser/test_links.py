"""Links: a round trip gives the same pixels; a damaged link still opens the page."""

from playwright.sync_api import expect

from explorer.link import write_link
from explorer.schema import read_state
from tests.support.each import each
from tests.support.explorer_page import ExplorerPage

DEFAULTS = read_state({}).as_dict()


def change_many_controls(page: ExplorerPage) -> dict:
    page.enter("z_seed", "9")
    page.slide("batch_size", 3)
    page.slide("item", 2)
    page.slide("upsample_dim", 64)
    page.slide("kernel_size", 4)
    page.slide("C", 8)
    page.choose("actv", "elu")
    page.toggle("training")
    page.choose("pad_mode", "SYMMETRIC")
    page.enter("weights_seed", "4")
    page.click('.card[data-stage="upsample2/actv"]')
    page.choose("range", "symmetric")
    return page.choose("colormap", "cividis")


def looked_at(page: ExplorerPage) -> tuple:
    """Pixels by place, the numbers of the large heatmap, and those beside it."""
    return dict(page.canvases()), page.values().tobytes(), page.statistics()


def test_a_link_brings_the_same_view_back(page):
    page.open("weights=untrained&upsample_dim=32")
    state = change_many_controls(page)
    page.wait_for_link(write_link(read_state(state)))
    link, (pixels, *numbers) = page.link(), looked_at(page)
    page.leave()
    page.open(link)
    pixels_again, *numbers_again = looked_at(page)
    both = pixels.keys() & pixels_again.keys()  # a folded block shows what was seen there last
    assert {"z-strip", "z", "upsample2/actv", "conv_out/conv2d"} <= both
    assert [name for name in both if pixels[name] != pixels_again[name]] == []
    assert numbers_again == numbers
    page.choose("range", "stage")
    assert page.choose("range", "symmetric") == state


def test_the_link_holds_only_what_differs_and_the_original_generator_has_its_own(live):
    live.slide("kernel_size", 3)
    live.wait_for_link("kernel_size=3")
    live.slide("kernel_size", 5)
    live.wait_for_link("weights=untrained")


def test_a_new_hash_opens_its_view(live):
    state = live.after("location.hash = '#kernel_size=3&stage=fc1/dense'")
    assert (state["kernel_size"], state["stage"]) == (3, "fc1/dense")
    assert live.box("kernel_size") == "3"
    assert live.page.locator(".stage-title").first.inner_text() == "fc1/dense"


def test_a_query_opens_its_view_with_a_message_and_gradios_own_part_of_it_stays(page):
    page.open("", query="?__theme=dark&kernel_size=abc&z_seed=2")
    assert "kernel_size" in page.alert()
    page.wait_for_link("z_seed=2")
    assert page.box("z_seed") == "2"
    assert "?__theme=dark#" in page.page.url
    page.page.click(".alert button >> text=Close")
    expect(page.page.locator(".alert")).to_be_hidden()


# link -> a word of its message, and a field that must have been read all the same.
DAMAGED = {
    "nonsense": ("nonsense", {}),
    "kernel_size=abc&z_seed=3": ("kernel_size", {"z_seed": 3}),
    "paddings=0,0,40,3,3,3,0,0": ("REFLECT", {}),
    "device=TPU:0": ("TPU:0", {}),
    "base_height=128&base_width=128&upsample_dim=48": ("8,000,000", {}),
    "%FF%FE=%00": ("", {}),
    "z_seed=%3Cimg%20src=x%20onerror=alert(1)%3E": ("z_seed", {}),
    "&&&": (None, {}),
}


@each(("link", "expected"), DAMAGED.items())
def test_a_damaged_link_opens_a_usable_page_with_a_message(live, link, expected):
    word, read = expected
    state = live.show(link)
    message = live.page.locator(".alert:not([hidden])")
    if word is None:
        expect(message).to_be_hidden()
    else:
        assert word in live.alert()
        assert live.page.locator(".alert img").count() == 0
    assert {name: state[name] for name in read} == read
    assert live.page.locator(".card[data-stage]").count() == 16
    assert live.slide("kernel_size", 3)["kernel_size"] == 3
    expect(message).to_be_hidden()


def test_a_link_that_is_too_long_opens_the_defaults(live):
    state = live.after(
        "history.replaceState(null, '', '#z_edits=' + '0.0:1,'.repeat(120000));"
        "dispatchEvent(new HashChangeEvent('hashchange'));"
    )
    assert (state["weights"], state["page"]) == ("trained", "output")
    assert "characters" in live.alert()


def test_back_and_forward_lead_through_the_places(live):
    live.show("page=shapes")
    live.click('[data-stage="upsample1/actv"]')
    live.slide("kernel_size", 4)  # changes in place
    live.click("#page-overlap-button")
    live.page.wait_for_function("location.hash.includes('page=overlap')")
    state = live.act(live.page.go_back)
    assert (state["page"], state["stage"], state["kernel_size"]) == ("maps", "upsample1/actv", 4)
    assert live.box("kernel_size") == "4"
    state = live.act(live.page.go_back)
    assert (state["page"], state["kernel_size"]) == ("shapes", 5)
    state = live.act(live.page.go_forward)
    assert (state["page"], state["kernel_size"]) == ("maps", 4)


def test_a_stage_that_a_drag_moves_is_no_step_of_the_history(live):
    live.show("page=shapes")
    live.click('[data-stage="upsample3/actv"]')
    for blocks in (2, 1, 3):
        state = live.slide("upsample_blocks", blocks)
        assert state["stage"] == f"upsample{blocks}/actv"
    assert live.act(live.page.go_back)["page"] == "shapes"


def test_a_cell_outside_the_map_is_moved_and_said(live):
    state = live.show("weights=untrained&stage=conv_out/conv2d&cell=0,99,3,1")
    assert state["cell"] == "0,31,3,1"
    assert "0,99,3,1" in live.alert()
