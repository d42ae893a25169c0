"""What a view takes is known before: what takes much is not worked on beside small views."""

from dataclasses import replace

from explorer import GeneratorConfig
from explorer.model.cost import (
    LIGHT_BYTES,
    MAX_BYTES,
    WORKING_BYTES,
    Load,
    check_cost,
    estimate_cost,
)
from explorer.model.devices import resolve_device
from explorer.model.memory import memory
from explorer.model.runs import Origin, draw_weights
from explorer.model.stages import stages
from explorer.model.weight_store import TRAINED, StoredWeights, find_weights
from explorer.model.weights import weight_bytes
from explorer.schema import State, read_state
from explorer.views.load import view_load
from explorer.views.parts import PARTS
from explorer.views.parts.part import Part, PartLoad
from tests.support.each import each
from tests.unit.refusals import refused
from tests.unit.samples import random_weights

BARE = {"noise_dim": 1, "C": 1, "output_kernel": 1, "paddings": "0,0,0,0,0,0,0,0"}
SENT = {"noise_dim": 1, "upsample_dim": 8, "base_height": 1, "base_width": 128, "C": 256,
        "page": "output"}  # fmt: skip
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
WIDE = {
    "upsample_dim": 128,
    "batch_size": 8,
    "output_kernel": 31,
    "paddings": "0,0,15,15,15,15,0,0",
    "kernel_size": 2,
}
TRACED = {"cell": "0,5,5,0", "origins": True}


def load_of(origin: Origin | None = None, **raw: object):
    state = read_state(raw)
    return view_load(state, origin or state.find_origin())


def draw(state: State):
    """Weights are there from a view before."""
    draw_weights(state.config, state.find_origin(), resolve_device(state["device"]))


@each(
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
    draw(read_state(raw))
    load = load_of(**raw)
    assert load.is_light
    assert load.reserved == load.bytes + WORKING_BYTES


@each(
    "raw",
    {
        "a large kernel's buffer": BARE | LARGE,
        "the gradient's buffer": BARE | DEEP | TRACED,
        "many products": {"upsample_dim": 512, "batch_size": 8},
        "four pads": WIDE | {"page": "padding"},
        "few outputs of many windows": WIDE | {"page": "output"},
        "drawn weights": {"upsample_dim": 512, "weights_seed": 77},
        "large maps": {"upsample_dim": 16, "base_height": 32, "base_width": 64},
        "a lab of many tiles": {
            "page": "padding",
            "lab_source": "stage",
            "lab_stage": "conv_out/pad",
            "batch_size": 64,
            "upsample_dim": 64,
            "lab_paddings": "0,0,9,9,9,9,0,0",
        },
        "many exact values": SENT,
        "numbers of many weights": {
            "upsample_dim": 1024,
            "base_height": 1,
            "base_width": 1,
            "kernel_size": 1,
            "noise_dim": 4096,
            "stage": "fc1/dense",
            "kernels": True,
        },
    },
)
def test_what_takes_much_is_not_light(raw):
    assert not load_of(**raw).is_light


def test_passes_take_turns_and_so_does_what_is_made_and_what_is_told_adds_up(monkeypatch):
    own = view_load(State(), Origin(), ["head"])
    large, small = Load(10 * own.bytes, 1), Load(own.bytes // 2, 20)
    made, more = Load(5, 300), Load(7, 4000)
    taken = {
        "a": PartLoad(passes=small, made=made, told=Load(1, 50_000)),
        "b": PartLoad(passes=large, made=more),
        "c": PartLoad(told=Load(2, 600_000)),
    }
    for name, load in taken.items():
        part = Part(lambda _: {}, (), load=lambda *_, load=load: load)
        monkeypatch.setitem(PARTS, name, part)
    assert view_load(State(), Origin(), taken) == Load(large.bytes + 7 + 3, own.macs + 654_321)
    assert view_load(State(), Origin(), ["a"]) == own + made + taken["a"].told + Load(0, 20)


def test_the_last_stage_is_counted_once_where_it_is_in_focus():
    state = read_state({"stage": "conv_out/conv2d"})
    loads = (
        view_load(state, state.find_origin(), names) for names in (["output"], ["values", "output"])
    )
    assert len(set(loads)) == 1


def test_parts_that_tell_much_take_more():
    state = read_state(SENT)
    stages_alone, with_output = (
        view_load(state, state.find_origin(), names) for names in (["stages"], ["stages", "output"])
    )
    values = 4 * 8 * 1024 * 256
    assert with_output.macs - stages_alone.macs >= 50 * values
    assert load_of(**SENT, actv="gelu").macs > load_of(**SENT).macs


def test_the_padding_page_convolves_four_times():
    raw = {"upsample_dim": 64, "output_kernel": 15, "paddings": "0,0,7,7,7,7,0,0"}
    alone, padded = load_of(**raw), load_of(**raw, page="padding")
    products = stages(read_state(raw).config)[-1].macs
    assert padded.macs - alone.macs >= 3 * products
    assert padded.bytes > alone.bytes


def test_a_normal_distribution_takes_longer_to_draw_from():
    fresh = {"upsample_dim": 88, "weights_seed": 11}
    usual, normal = (
        load_of(**fresh, kernel_initializer=name) for name in ("glorot_uniform", "he_normal")
    )
    assert normal.macs - usual.macs > 2 * 16 * weight_bytes(read_state(fresh).config)


def test_weights_are_drawn_once():
    raw = {"upsample_dim": 32, "weights_seed": 4711}
    drawn = load_of(**raw)
    draw(read_state(raw))
    kept = load_of(**raw)
    assert drawn.macs - kept.macs >= 10 * weight_bytes(read_state(raw).config)


def test_heavy_work_leaves_room_for_a_light_view():
    """The largest that is taken, alone and with all that a page may need beside."""
    largest_light = Load(LIGHT_BYTES, 0)
    assert largest_light.is_light
    assert largest_light.reserved <= memory.most_work - memory.most_heavy
    assert Load(2 * MAX_BYTES, 0).reserved <= memory.most_heavy


def test_gradients_take_more_than_the_view_alone():
    alone, traced = load_of(**BARE | DEEP), load_of(**BARE | DEEP | TRACED)
    # The gradient of the convolution writes 31·31 values a cell and channel.
    assert traced.bytes - alone.bytes > 4 * 226 * 226 * 31 * 31 * 4 / 2
    assert traced.macs > 4 * alone.macs


def test_a_transposed_convolution_fills_a_buffer():
    config = GeneratorConfig(upsample_blocks=1, base_height=16, base_width=16, kernel_size=9)
    assert estimate_cost(stages(config)).buffer == 16 * 16 * 9 * 9 * 128 * 4
    large = replace(config, upsample_dim=68, base_height=128, base_width=128, kernel_size=31)
    with refused("too_many_bytes"):
        check_cost(stages(large))


def test_sources_of_carried_weights_count():
    config = GeneratorConfig(upsample_dim=16)
    source = GeneratorConfig(upsample_dim=512)
    stored = StoredWeights("file:" + "0" * 32, source, random_weights(source, 0))
    state = State(config)
    carried = view_load(state, Origin(0, stored))
    alone = view_load(state, Origin(0, stored, carry=False))
    assert carried.bytes - alone.bytes > stored.bytes
    trained = find_weights(TRAINED, config)
    draw(State(trained.config))
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
    assert load["train"].macs > 30 * load["output"].macs
