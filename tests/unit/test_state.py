"""The state as a form sends it: defaults, refusals, selections that fit, and the bounds on cost."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given

from explorer import draw_z
from explorer.model.config import CONFIG_FIELDS
from explorer.model.cost import MAX_BYTES, MAX_MACS, estimate_cost
from explorer.model.latent import encode_rows
from explorer.model.stages import stages
from explorer.schema import FIELDS, STATE_FIELDS, State, read_state
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
from tests.unit.samples import raw_states


def test_an_empty_form_is_the_default_state():
    assert read_state({}) == State()
    assert State().config == read_state({}).config
    assert np.array_equal(State().z, draw_z(0, 1, 128))


def test_no_field_of_the_view_shadows_one_of_the_configuration():
    assert not CONFIG_FIELDS.keys() & STATE_FIELDS.keys()
    assert FIELDS.keys() == CONFIG_FIELDS.keys() | STATE_FIELDS.keys()


def test_every_default_is_allowed():
    for item in FIELDS.values():
        assert item.check(item.default) == item.default
        assert item.check(item.form(item.default)) == item.default


def test_the_dictionary_holds_every_field_as_json():
    found = State().as_dict()
    assert list(found) == list(FIELDS)
    assert found["paddings"] == "0,0,3,3,3,3,0,0"
    assert json.loads(json.dumps(found)) == found


@examples(50)
@given(raw_states())
def test_a_state_read_from_its_own_dictionary_is_the_same(raw):
    state = read_state(raw)
    again = read_state(json.loads(json.dumps(state.as_dict())))
    assert again == state
    assert np.array_equal(again.z, state.z)


@examples(50)
@given(raw_states())
def test_what_is_selected_is_there(raw):
    state = read_state(raw)
    config = state.config
    plan = {stage.name: stage for stage in stages(config, state["batch_size"])}
    shape = plan[state["stage"]].shape
    assert 0 <= state["item"] < shape[0]
    assert 0 <= state["z_dim"] < config.noise_dim
    assert 0 <= state["output_channel"] < config.C
    assert 0 <= state["pad_channel"] < plan["conv_out/pad"].shape[-1]
    channels = {"z": 1}.get(state["stage"], shape[-1] if len(shape) == 4 else config.upsample_dim)
    assert -1 <= state["channel"] < channels
    assert state.z.shape == (state["batch_size"], config.noise_dim)


@each("raw", [None, [], "C=3", 3, [("C", 3)]])
def test_what_is_not_an_object_is_refused(raw):
    with refused("not_an_object", raw):
        read_state(raw)


@each("name", ["c", "Config", "", "3,", 3, None])
def test_an_unknown_field_is_refused_with_the_known_ones(name):
    with refused("unknown_field", f"“{name}”", "noise_dim", "z_edits", "paddings"):
        read_state({name: 3})


def test_a_frozen_range_upside_down_is_refused():
    with refused("frozen_range", "5", "1", field="frozen_low"):
        read_state({"frozen_low": 5, "frozen_high": 1})


BAD = {
    "int": [("not_whole", "1.5"), ("not_a_number", "x"), ("not_a_number", None)],
    "float": [("not_a_number", "x"), ("not_a_number", "nan"), ("not_a_number", None)],
    "bool": [("not_a_choice", "maybe"), ("not_a_choice", None)],
    "choice": [("not_a_choice", "neither"), ("not_a_choice", None)],
    "text": [("not_text", None), ("not_text", 3), ("not_text", ["a"])],
    "pads": [("not_four_pairs", "1, 2"), ("not_four_pairs", None)],
}


@each(
    ("item", "code", "bad"),
    [(item, code, bad) for item in STATE_FIELDS.values() for code, bad in BAD[item.kind]],
)
def test_a_bad_value_of_any_field_is_named(item, code, bad):
    allowed = () if item.kind in ("text", "pads") else (item.allowed,)
    with refused(code, item.name, bad, *allowed, field=item.name):
        read_state({item.name: bad})


@each("item", [item for item in STATE_FIELDS.values() if item.low is not None])
def test_a_number_beyond_either_end_is_refused_with_the_range(item):
    beyond = 1 if item.kind == "int" else 0.1 * max(abs(item.low), abs(item.high))
    for bad in (item.low - beyond, item.high + beyond):
        with refused("out_of_range", bad, f"{item.low} … {item.high}", field=item.name):
            read_state({item.name: bad})


@each(
    ("raw", "code", "field"),
    [
        ({"C": 0}, "out_of_range", "C"),
        ({"upsample_dim": 7}, "no_channels_left", "upsample_dim"),
        ({"paddings": "1,0,3,3,3,3,0,0"}, "pad_too_large", "paddings"),
        ({"paddings": "0"}, "not_four_pairs", "paddings"),
        ({"output_kernel": 31, "base_height": 1}, "kernel_exceeds_map", "output_kernel"),
        ({"z_data": "x"}, "z_data_damaged", "z_data"),
        ({"z_data": encode_rows(np.array([[np.nan, 1]]))}, "z_not_finite", "z"),
        ({"z_edits": "0.0"}, "z_edit_damaged", "z_edits"),
        ({"stage": "fc2/dense"}, "no_such_stage", "stage"),
        ({"stage": ""}, "no_such_stage", "stage"),
        ({"stage": "upsample1"}, "no_such_stage", "stage"),
        ({"stage": "upsample1/"}, "no_such_stage", "stage"),
        ({"stage": "upsample1/pad"}, "no_such_stage", "stage"),
    ],
)
def test_what_does_not_make_a_generator_is_refused(raw, code, field):
    with refused(code, field=field):
        read_state(raw)


@each("kind", ["conv2d_transpose", "actv", "batch_normalization"])
def test_a_stage_of_a_block_that_is_gone_becomes_the_last_block_s(kind):
    state = read_state({"stage": f"upsample5/{kind}", "upsample_blocks": 2})
    assert state["stage"] == f"upsample2/{kind}"
    kept = read_state({"stage": f"upsample1/{kind}", "upsample_blocks": 2})
    assert kept["stage"] == f"upsample1/{kind}"


@each(
    ("stage", "item", "channel"),
    [
        ("z", 1, 0),
        ("fc1/dense", 1, 255),
        ("fc1/reshape", 1, 255),
        ("upsample1/actv", 1, 127),
        ("conv_out/pad", 4, 34),
        ("conv_out/conv2d", 4, 2),
    ],
)
def test_a_selection_beyond_the_end_becomes_the_last(stage, item, channel):
    state = read_state(
        {
            "stage": stage, "batch_size": 2, "paddings": "1,2,3,3,3,3,1,2", "pad_mode": "CONSTANT",
            "item": 100, "channel": 8191, "z_dim": 4095, "pad_channel": 4000,
            "output_channel": 255,
        }
    )  # fmt: skip
    assert (state["item"], state["channel"]) == (item, channel)
    assert (state["z_dim"], state["pad_channel"], state["output_channel"]) == (127, 34, 2)


def test_a_selection_that_is_there_stays():
    raw = {"stage": "fc1/actv", "batch_size": 3, "item": 1, "channel": 200, "z_dim": 5}
    state = read_state(raw)
    assert {name: state[name] for name in raw} == raw
    assert read_state({"channel": -1})["channel"] == -1


def test_z_is_drawn_covered_scaled_and_edited():
    state = read_state(
        {
            "noise_dim": 4, "batch_size": 2, "z_seed": 9, "z_scale": 2,
            "z_data": encode_rows(np.array([[1, 2, 3, 4]]), 1), "z_edits": "1.2:-5,0.0:0.5",
        }
    )  # fmt: skip
    drawn = 2 * draw_z(9, 2, 4)[0]
    assert state.z.tolist() == [[0.5, *drawn[1:].tolist()], [2, 4, -5, 8]]


def test_given_vectors_of_one_number_reach_their_items():
    rows = np.array([[1], [2], [3]], np.float32)
    state = read_state({"noise_dim": 1, "batch_size": 3, "z_data": encode_rows(rows)})
    assert state.z.tolist() == rows.tolist()


TOO_BIG = {"upsample_dim": 4096, "noise_dim": 4096}
TOO_SLOW = {"upsample_dim": 512, "kernel_size": 31}


def test_too_much_memory_is_refused_with_the_estimate_and_the_bound():
    with refused("too_many_bytes", f"{MAX_BYTES // 2**20:,} MiB", "upsample_dim") as caught:
        read_state(TOO_BIG)
    # fc1's kernel alone: 4096 · 32·4096 float32 are 2048 MiB.
    estimate = int(caught.value.params["estimate"].removesuffix(" MiB").replace(",", ""))
    assert 2048 < estimate < 8192


def test_too_much_arithmetic_is_refused_with_the_estimate_and_the_bound():
    macs = 512 * 32 * 128 + 2048 * 3 * 49 * 64
    macs += sum(32 * 4**i * 31 * 31 * (512 >> i) * (256 >> i) for i in range(3))
    assert macs > MAX_MACS
    with refused("too_many_macs", f"{macs / 1e9:,.1f} G", f"{MAX_MACS / 1e9:,.0f} G"):
        read_state(TOO_SLOW)


def test_the_batch_counts():
    assert read_state({"upsample_dim": 512, "kernel_size": 9}).config.kernel_size == 9
    with refused("too_many_macs"):
        read_state({"upsample_dim": 512, "kernel_size": 9, "batch_size": 64})


@each("raw", [TOO_BIG, TOO_SLOW])
def test_nothing_is_allocated_before_the_refusal(raw):
    tracemalloc.start()
    with pytest.raises(ValueError, match="this machine runs up to"):
        read_state(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_the_original_is_far_below_the_bounds():
    cost = estimate_cost(State().plan)
    assert cost.bytes < MAX_BYTES / 16
    assert cost.macs < MAX_MACS / 16
