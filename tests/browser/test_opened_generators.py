"""A generator of another design on the page: opened, looked into, left, found again."""

import keras
import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.numpy import save_file

from explorer import open_generator, trace
from explorer.link import read_link
from explorer.model.graph_store import keep_graph
from tests.browser.test_weight_files import open_files
from tests.browser.truth import assert_same
from tests.support.keras_models import MODELS, draw_weights
from tests.support.torch_models import example

SKIPS, LABELS, COPIES = "image_to_image", "conditional", "wasserstein"
LABEL = "#weights-label"
TABS = "#pages [role=tab]"
BOX = "#field-expected textarea"  # of the shape debugger


@pytest.fixture(scope="module")
def links() -> dict[str, str]:
    """Where the page stood once a file was opened, by its structure."""
    return {}


@pytest.fixture
def opened(live, files, links):
    """Shows the generator of a structure, whose file is sent but the first time."""

    def show(name: str) -> dict:
        if name not in links:
            state = open_files(live, files[name])
            keep_graph(*open_generator(files[name]))  # in this process, too
            links[name] = live.link()
            return state
        return live.show(links[name])

    return show


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """By the name of the structure."""
    folder, made = tmp_path_factory.mktemp("generators"), {}
    for name in (SKIPS, LABELS, COPIES):
        model = MODELS[name](keras)
        draw_weights(model)
        made[name] = folder / f"{name}.keras"
        model.save(made[name])
    return made


def told(live, path) -> dict[str, np.ndarray]:
    """What the file's generator gives for the inputs of the page."""
    graph, weights = open_generator(path)
    keep_graph(graph, weights)
    state, problems = read_link(live.link())
    assert not problems
    return trace(graph, weights, state.inputs)


def tabs(live) -> list[str]:
    found = live.page.locator(TABS)
    return [found.nth(at).inner_text() for at in range(found.count()) if found.nth(at).is_visible()]


def number_asked_for_by(live, *keys: str) -> tuple[str, str]:
    """The stage and the cell that is explained after keys on Output, from the first number on."""
    live.click("#page-output-button")
    expect(live.page.locator(".output-body .picture")).to_be_hidden()
    live.page.focus(".output-maps")
    to_the_corner = ("ArrowRight", *["ArrowLeft"] * 40, *["ArrowUp"] * 5)
    for key in (*to_the_corner, *keys):
        live.page.keyboard.press(key)
    state = live.act(lambda: live.page.keyboard.press("Enter"))
    return state["stage"], state["cell"]


@pytest.mark.parametrize("name", [SKIPS, LABELS])
def test_its_maps_are_those_of_the_file(live, files, opened, name):
    state = opened(name)
    assert state["weights"].startswith("graph:")
    assert live.page.locator(LABEL).inner_text() == f"Weights: {name}.keras"
    padding = ["Padding"] if name == SKIPS else []  # the other one pads nothing
    assert tabs(live) == ["Feature maps", "Output", *padding, "Overlap", "Shapes"]
    for absent in ("#field-kernel_size", "#new-weights"):
        expect(live.page.locator(absent).first).to_be_hidden()
    expect(live.page.locator("#field-z_seed").first).to_be_visible()
    *_, (stage, output) = told(live, files[name]).items()
    assert state["stage"] == stage
    channels = output.shape[-1]
    live.show(f"{live.link()}&channel=0" if channels > 1 else live.link())
    assert_same(live.values(), output[0, :, :, 0])


def test_what_a_state_dict_does_not_tell_is_said_above_the_page(live, tmp_path):
    made = example(np.random.RandomState(0).normal(size=(1, 20)))
    path = tmp_path / "netG.safetensors"
    save_file({name: np.ascontiguousarray(array) for name, array in made.arrays.items()}, path)
    assert open_files(live, path)["stage"] == "main.13"
    said = live.page.locator("#weights-notice").inner_text()
    assert "assumed: stride 1, padding 0 (main.0); stride 2, padding 1 (main.3" in said
    *_, output = told(live, path).values()
    live.show(f"{live.link()}&channel=0")
    assert_same(live.values(), output[0, :, :, 0])


def test_it_is_saved_and_opens_again_as_the_same(live, opened, tmp_path):
    state = opened(LABELS)
    live.unfold("#save-format")
    with live.page.expect_download() as download:
        live.page.click("#save-weights")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "generator.npz"
    live.show("")
    assert open_files(live, saved)["weights"] == state["weights"]


def test_a_label_chooses_another_row(live, files, opened):
    opened(LABELS)
    live.show(f"{live.link()}&channel=0")
    before = live.values()
    live.enter("label", "2")
    *_, output = told(live, files[LABELS]).values()
    assert_same(live.values(), output[0, :, :, 0])
    assert not np.array_equal(before, live.values())


def test_a_join_is_drawn_and_traced_to_both_sides(live, files, opened):
    opened(SKIPS)
    made = told(live, files[SKIPS])
    name = next(stage for stage in made if "concatenate" in stage)
    _, rows, columns, channels = made[name].shape
    assert live.page.locator(".arcs path").count() > 0
    source = live.link().partition("weights=")[2].partition("&")[0]
    for channel in (0, channels - 1):
        cell = f"0,{rows // 2},{columns // 2},{channel}"
        live.show(f"weights={source}&stage={name}&cell={cell}")
        expect(live.page.locator("#tracer .source")).to_have_count(1)
        value = made[name][0, rows // 2, columns // 2, channel]
        assert f"{value:.5g}"[:6].replace("-", "−") in live.page.locator("#tracer").inner_text()


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        (SKIPS, 1, "kernel_size 4 is a multiple of stride 2"),
        (COPIES, 2, "copied onto 2×2 cells"),
    ],
)
def test_its_overlap_is_that_of_the_chosen_stage(live, files, opened, name, number, words):
    """The controls of another structure's kernel and stride are not there."""
    opened(name)
    told(live, files[name])
    live.click("#page-overlap-button")
    stage = live.options("block")[number - 1]
    assert live.choose("block", stage)["block"] == number
    page = live.page.locator(".overlap-page")
    assert page.locator(".stage-title").inner_text() == stage
    expect(page.locator(".overlap-verdict")).to_contain_text(words)
    expect(live.page.locator("#field-kernel_size-overlap")).to_be_hidden()
    expect(page.locator(".multiple:enabled")).to_have_count(0)
    state = live.act(lambda: page.locator(".grid-canvas").first.click())
    assert state["stage"] == stage
    expect(live.page.locator("#tracer")).to_be_visible()


def test_its_padding_is_that_of_the_chosen_stage(live, files, opened):
    """SAME's zeros around the map that a convolution is given, and what copies would change."""
    opened(SKIPS)
    made = told(live, files[SKIPS])
    live.click("#page-padding-button")
    stage = live.options("pad")[1]
    assert live.choose("pad", stage)["pad"] == 2
    source = next(item.sources[0] for item in read_link(live.link())[0].plan if item.name == stage)
    given = made[source][0, :, :, 0]
    assert_same(live.values("#pad-before"), given)
    assert_same(live.values("#pad-after"), np.pad(given, 1))
    expect(live.page.locator("#pad-sentence")).to_contain_text(f"that {stage} is given")
    for absent in ("#field-paddings-padding-2", "#field-pad_mode-padding", "#lab-give"):
        expect(live.page.locator(absent)).to_be_hidden()
    live.choose("other_mode", "SYMMETRIC")
    assert_same(live.values("#pad-other"), np.pad(given, 1, mode="symmetric"))
    live.act(lambda: live.page.click("#lab-take"))
    state = read_link(live.link())[0]
    assert (state["lab_stage"], state["lab_source"]) == (source, "stage")
    assert state["lab_paddings"][1:3] == ((1, 1), (1, 1))


def test_it_is_left_for_the_trained_one_and_taken_up_again(live, opened):
    source = opened(SKIPS)["weights"]
    live.act(lambda: live.page.click("#weights-notice-other"))
    assert len(tabs(live)) == 6
    expect(live.page.locator("#field-kernel_size").first).to_be_visible()
    state = live.act(lambda: live.page.click("#weights-notice-other"))
    assert state["weights"] == source


def test_compared_generators_keep_their_own_stages(live, opened):
    """The second one has no stage of the first one's name."""
    opened(SKIPS)
    chosen = live.act(lambda: live.page.locator(".card").first.click())["stage"]
    live.page.keyboard.press("x")
    opened(LABELS)
    assert live.act(lambda: live.page.keyboard.press("x"))["stage"] == chosen
    assert live.page.locator(".alerts .alert:not([hidden])").count() == 0
    live.page.click("#end-compare")


def test_a_small_model_of_a_vector_follows_a_large_one(live, opened, tmp_path):
    """Its strip is as wide as itself; its output is no picture, and its numbers are explained."""
    z = keras.Input((4,), name="z")
    joined = keras.layers.Add(name="sum")([keras.layers.Dense(4, name="first")(z), z])
    keras.Model(z, keras.layers.Dense(5, name="last")(joined)).save(tmp_path / "vector.keras")
    opened(SKIPS)
    strip, width = live.page.locator("ol.pipeline"), "(list) => list.scrollWidth - list.clientWidth"
    assert strip.evaluate(width) > 0
    assert open_files(live, tmp_path / "vector.keras")["stage"] == "last"
    assert strip.evaluate(width) <= 0
    assert number_asked_for_by(live, "ArrowRight", "ArrowRight") == ("last", "0,2")
    expect(live.page.locator("#tracer")).to_contain_text("last")


def test_an_output_that_is_a_row_of_numbers_is_laid_out_in_lines(live, tmp_path):
    inputs = keras.Input((4,), name="z")
    model = keras.Model(inputs, keras.layers.Dense(100, name="numbers")(inputs))
    draw_weights(model)
    model.save(tmp_path / "row.keras")
    open_files(live, tmp_path / "row.keras")
    keys = "ArrowDown", "ArrowRight"
    assert number_asked_for_by(live, *keys) == ("numbers", "0,33")  # of lines of 32


def test_whoever_has_no_file_of_it_is_told(live):
    live.open(f"weights=graph:{'0' * 32}")
    assert "no longer on the server" in live.alert()


def test_an_error_of_its_shapes_is_mended_by_a_click(live, files, opened):
    opened(SKIPS)
    graph = open_generator(files[SKIPS])[0].with_some_sizes()
    _, rows, columns, channels = output = graph.stages(1)[-1].shape
    wanted = [1, 2 * rows, 2 * columns, channels]
    live.act(lambda: live.page.locator(TABS, has_text="Shapes").click())
    live.page.fill(BOX, f"Incompatible shapes: {list(output)} vs. {wanted}")
    live.act(lambda: live.page.press(BOX, "Enter"))
    first = live.page.locator(".apply-change").first
    expect(first).to_contain_text(f"Input height = {2 * rows}, Input width = {2 * columns}")
    assert live.act(first.click)["input_height"] == 2 * rows
    expect(live.page.locator("#ledger")).to_contain_text(str(wanted))
