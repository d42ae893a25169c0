"""What is said of each example is true of the view that it opens."""

import numpy as np
import pytest

from explorer import diagnose
from explorer.link import OPENING, read_link
from explorer.model.overlap import axis_overlap
from explorer.views.examples import EXAMPLES, describe_examples
from explorer.views.page import run_state
from explorer.views.weights import weights_view
from explorer.words import words_in
from tests.support.each import each

LINKS = {example["name"]: example["link"] for example in describe_examples()}
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
OUTPUT = "conv_out/conv2d"


def stages_of(link: str, **changes) -> dict[str, np.ndarray]:
    state, errors = read_link(link)
    assert errors == []
    if changes:
        state = read_link("&".join([link, *(f"{k}={v}" for k, v in changes.items())]))[0]
    return run_state(state, state.find_origin()).stages


@pytest.fixture(scope="module")
def opening() -> dict[str, np.ndarray]:
    return stages_of(OPENING)


@each("language", ["en", "zh-CN"])
def test_each_has_its_words(language):
    assert words_in(language)["examples"].keys() == EXAMPLES.keys() == LINKS.keys()


@each(("name", "inside"), [("odd_kernel", {4, 6, 9}), ("even_kernel", {4})])
def test_counts_of_taps_away_from_the_edge(name, inside):
    stage = read_link(LINKS[name])[0].counted("block")
    found = axis_overlap(stage.op, 0, 8, 16)
    before, after = found.thin
    counts = found.counts[before : 16 - after]
    assert {*np.outer(counts, counts).ravel().tolist()} == inside


def test_a_kernel_of_one_tap_leaves_three_of_four_cells_to_the_bias():
    (cells,) = stages_of(LINKS["one_tap"])["upsample1/conv2d_transpose"]
    stamped = np.any(cells != 0, axis=2)
    assert stamped.mean() == 0.25
    assert stamped[::2, ::2].all()


def test_zeros_change_what_is_within_3_of_the_edge(opening):
    same = np.all(stages_of(LINKS["zero_pads"])[OUTPUT] == opening[OUTPUT], axis=(0, 3))
    assert same[3:-3, 3:-3].all()
    assert not same[[0, -1]].any()


def test_a_batch_of_one_forgets_z():
    state = read_link(LINKS["batch_of_one"])[0]
    beta = run_state(state, state.find_origin()).weights[
        "noise_generator/fc1/batch_normalization/beta"
    ]
    for seed in (1, 2):
        stages = stages_of(LINKS["batch_of_one"], z_seed=seed)
        np.testing.assert_allclose(stages["fc1/batch_normalization"][0], beta, atol=1e-5)


def test_one_channel_is_the_luminance_of_three(opening):
    grey = stages_of(LINKS["grey"])[OUTPUT]
    np.testing.assert_allclose(grey[..., 0], opening[OUTPUT] @ LUMINANCE, atol=1e-5)


def test_a_wide_base_map_gives_a_wide_street():
    assert stages_of(LINKS["wide"])[OUTPUT].shape == (1, 32, 128, 3)


def test_the_wanted_shape_is_mended_by_the_base_height():
    state = read_link(LINKS["wanted_shape"])[0]
    found = diagnose(state.config, state["expected"])
    assert dict(found.changes[0].values) == {"base_height": 8}


def test_all_but_one_show_trained_weights():
    shown = {name: read_link(link)[0]["weights"] for name, link in LINKS.items()}
    assert [name for name, source in shown.items() if source != "trained"] == ["one_tap"]
    state = read_link(LINKS["even_kernel"])[0]
    assert weights_view(state, state.find_origin())["steps"] == []  # nothing was carried over
