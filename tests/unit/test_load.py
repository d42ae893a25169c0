"""What a view takes is known before: what takes much is not worked on beside small views."""

from dataclasses import replace

import pytest

from explorer import GeneratorConfig
from explorer.model.cost import WORKING_BYTES, check_cost, estimate_cost
from explorer.model.runs import Origin
from explorer.model.weight_store import TRAINED, StoredWeights, find_weights
from explorer.schema import State, read_state
from explorer.views.load import view_load
from tests.unit.refusals import refused
from tests.unit.samples import random_weights

BARE = {"noise_dim": 1, "C": 1, "output_kernel": 1, "paddings": "0,0,0,0,0,0,0,0"}
LARGE = {"upsample_dim": 8, "base_height": 100, "base_width": 100, "kernel_size": 31}
DEEP = {
    "upsample_dim": 16,
    "upsample_blocks": 2,
    "base_height": 64,
    "base_width": 64,
    "kernel_size": 1,
    "output_kernel": 31,
    "block": 1,
    "stage": "conv_out/conv2d",
}
TRACED = {"cell": "0,5,5,0", "origins": True}


def load_of(origin: Origin | None = None, **raw: object):
    state = read_state(raw)
    return view_load(state, origin or state.find_origin())


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"upsample_dim": 64, "page": "padding"},
        {"upsample_dim": 512},
        {"cell": "0,1,2,3", "origins": True},
        {"weights": "trained", "upsample_dim": 128, "kernel_size": 9},
    ],
)
def test_usual_views_are_light(raw):
    load = load_of(**raw)
    assert load.is_light
    assert load.reserved == load.bytes + WORKING_BYTES


@pytest.mark.parametrize(
    "raw",
    [
        BARE | LARGE,
        BARE | DEEP | TRACED,
        {"upsample_dim": 512, "batch_size": 8},
    ],
    ids=["a large kernel's buffer", "the gradient's buffer", "many products"],
)
def test_what_takes_much_is_not_light(raw):
    assert not load_of(**raw).is_light


def test_gradients_take_more_than_the_view_alone():
    assert load_of(**BARE | DEEP).is_light
    alone, traced = load_of(**BARE | DEEP), load_of(**BARE | DEEP | TRACED)
    # The gradient of the convolution writes 31·31 values a cell and channel.
    assert traced.bytes - alone.bytes > 4 * 226 * 226 * 31 * 31 * 4 / 2
    assert traced.macs > 4 * alone.macs


def test_a_transposed_convolution_fills_a_buffer():
    config = GeneratorConfig(upsample_blocks=1, base_height=16, base_width=16, kernel_size=9)
    assert estimate_cost(config).buffer == 16 * 16 * 9 * 9 * 128 * 4
    large = replace(config, upsample_dim=68, base_height=128, base_width=128, kernel_size=31)
    with refused("too_many_bytes"):
        check_cost(large)


def test_sources_of_carried_weights_count():
    config = GeneratorConfig(upsample_dim=16)
    source = GeneratorConfig(upsample_dim=512)
    stored = StoredWeights("file:" + "0" * 32, source, random_weights(source, 0))
    state = State(config)
    carried = view_load(state, Origin(0, stored))
    alone = view_load(state, Origin(0, stored, carry=False))
    assert carried.bytes - alone.bytes > stored.bytes
    trained = find_weights(TRAINED, config)
    assert view_load(State(trained.config), Origin(0, trained)) == view_load(
        State(trained.config), Origin()
    )


def test_moments_of_a_run_draw_many_items():
    config = GeneratorConfig(upsample_dim=96, kernel_size=7)
    stored = StoredWeights(f"run:{'0' * 32}:0", config, random_weights(config, 0))
    load = {
        page: view_load(read_state({"page": page, "upsample_dim": 96, "kernel_size": 7,
                                    "stride": 2}), Origin(0, stored))
        for page in ("train", "output")
    }  # fmt: skip
    assert load["output"].is_light
    assert not load["train"].is_light
    assert load["train"].macs > 60 * load["output"].macs
