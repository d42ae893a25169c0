"""Parts of a view: each depends on the fields that it says, and on no other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import numpy as np

from explorer import GeneratorConfig
from explorer.link import OPENING, read_link
from explorer.model.cost import LIGHT_MACS, Load
from explorer.model.runs import Origin
from explorer.model.stages import stages
from explorer.schema import FIELDS, State, read_state
from explorer.views import drawing
from explorer.views.control_props import control_props
from explorer.views.leads import questions
from explorer.views.load import view_load
from explorer.views.maps import are_alike, quantize
from explorer.views.page import draw_page
from explorer.views.parts import PARTS, check_parts, describe_parts, shown_parts
from tests.support.each import each
from tests.unit.refusals import refused
from tests.unit.wire_format import drawn, view_of

SMALL = {"noise_dim": 8, "upsample_dim": 16, "batch_size": 2}
CELL = {"stage": "upsample1/conv2d_transpose", "cell": "0,3,4,1", "kernels": True}
EXPECTED = {"expected": "[1, 64, 64, 3]"}
BEFORE = SMALL | CELL | EXPECTED
# Another value for each field that is looked at, and for some that are computed.
OTHERS = {
    "z_seed": 5,
    "kernel_size": 3,
    "page": "shapes",
    "stage": "fc1/actv",
    "item": 1,
    "channel": 1,
    "z_dim": 2,
    "pad_channel": 1,
    "output_channel": 1,
    "other_mode": "SYMMETRIC",
    "range": "channel",
    "frozen_low": -2,
    "frozen_high": 2,
    "colormap": "greys",
    "rgb_mapping": "clip",
    "red": 2,
    "green": 0,
    "blue": 1,
    "cell": "0,1,1,0",
    "trail": "fc1/actv:0,3",
    "source_channel": 1,
    "origins": True,
    "kernels": False,
    "block": 1,
    "pad": 2,
    "lab_source": "stage",
    "lab_stage": "upsample1/actv",
    "lab_tensor": "[[1, 2], [3, 4]]",
    "lab_paddings": "0,0,1,1,1,1,0,0",
    "lab_mode": "SYMMETRIC",
    "lab_constant": 2,
    "lab_item": 1,
    "lab_channel": 1,
    "expected": "[1, 32, 64, 3]",
    "expected_stage": "fc1/dense",
}


def bytes_of(raw: dict, name: str) -> bytes:
    state = read_state(raw)
    return draw_page(state, state.find_origin(), names=[name])


def test_every_field_that_is_looked_at_is_tried():
    assert {name for name, field in FIELDS.items() if "view" in field.roles} <= OTHERS.keys()


@each("name", [*PARTS])
def test_a_part_depends_on_no_field_but_its_own(name):
    before = bytes_of(BEFORE, name)
    for field, value in OTHERS.items():
        if field not in PARTS[name].fields:
            assert bytes_of(BEFORE | {field: value}, name) == before, field


@each(
    ("name", "field"),
    [
        ("head", "trail"),
        ("stages", "item"),
        ("unfolded", "stage"),
        ("focus", "channel"),
        ("values", "stage"),
        ("output", "z_seed"),
        ("explanation", "origins"),
        ("kernels", "kernels"),
        ("samples", "rgb_mapping"),
        ("padding", "pad_channel"),
        ("padding", "other_mode"),
        ("lab", "lab_source"),
        ("overlap", "block"),
        ("ledger", "kernel_size"),
        ("diagnosis", "expected"),
    ],
)
def test_a_part_depends_on_its_fields(name, field):
    assert bytes_of(BEFORE | {field: OTHERS[field]}, name) != bytes_of(BEFORE, name)


@each("page", FIELDS["page"].choices)
def test_a_view_is_its_parts_however_they_are_asked_for(page):
    state = read_state(BEFORE | {"page": page})
    whole = drawn(state)["parts"]
    assert list(whole) == shown_parts(state)
    for name in whole:
        (alone,) = drawn(state, names=[name])["parts"].values()
        np.testing.assert_equal(alone, whole[name])


def test_the_last_stage_is_the_output_on_the_page_of_maps_as_well():
    state = read_state(SMALL | {"stage": "conv_out/conv2d"})
    view = view_of(state)
    assert view["values"] is None
    assert view["output"].shape == (32, 64, 3)
    other = view_of(read_state(SMALL))
    assert "output" not in other
    assert other["values"].shape == (8, 16, 8)


def test_the_table_names_fields_and_values_that_there_are():
    for part in describe_parts():
        assert set(part["fields"]) <= FIELDS.keys()
        for place in part["where"]:
            for field, values in place.items():
                for value in values:
                    FIELDS[field].check(value)


def test_parts_come_in_the_order_in_which_they_are_drawn():
    assert check_parts(["output", "head"], State()) == ["head", "output"]
    for wrong in ([], [""], ["head", "x"]):
        with refused("request_damaged"):
            check_parts(wrong, State())


def test_a_part_costs_what_it_takes():
    state = read_state(SMALL | {"page": "padding"})
    origin = state.find_origin()
    assert view_load(state, origin, ["multiples"]) == Load(0, 0)
    assert 0 < view_load(state, origin, ["ledger"]).macs < LIGHT_MACS
    bare = view_load(state, origin, ["head"])
    assert bare.macs < view_load(state, origin, ["padding"]).macs
    assert view_load(state, origin, ["padding"]).macs < view_load(state, origin).macs
    traced = replace(read_state(SMALL | CELL), origins=True)
    assert view_load(traced, origin, ["focus"]).macs < view_load(traced, origin).macs


def test_a_coarse_view_says_what_is_coarse_and_the_rest_is_exact():
    state, _ = read_link(OPENING)
    exact, coarse = drawn(state), drawn(state, coarse=True)
    assert exact["coarse"] == []
    assert coarse["coarse"] == ["stages", "unfolded", "output"]
    np.testing.assert_equal(coarse["parts"]["head"], exact["parts"]["head"])
    for one, other in zip(
        coarse["parts"]["stages"]["stages"], exact["parts"]["stages"]["stages"], strict=True
    ):
        few, all_levels = one.pop("codes"), other.pop("codes")
        assert few is all_levels or np.abs(few.astype(int) - all_levels).max() <= 2
        np.testing.assert_equal(one, other)


def test_numbers_of_a_stage_in_focus_never_come_coarse():
    state = read_state({"stage": "upsample3/actv", "upsample_dim": 64})
    coarse = drawn(state, coarse=True)
    assert set(coarse["coarse"]) == {"stages", "unfolded", "values"}


def codes_of(state: State) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Of each stage: codes as sent, and as they are made of its own values."""
    view = view_of(state)
    found = {}
    for stage in view["stages"]:
        alone = view_of(replace(state, stage=stage["name"]))
        values = alone["values"] if alone["values"] is not None else alone["output"]
        sent = alone["unfolded"].get(stage["name"], stage["codes"])
        assert stage["thumbnail_step"] == 1
        found[stage["name"]] = sent, quantize(values).codes
    return found


@each(
    "raw",
    {
        "plain": {},
        "batch": {"training": True, "batch_size": 3, "item": 1},
        "tanh": {"bn_position": "before", "actv": "tanh"},
        "channels": {"paddings": "1,0,3,3,3,3,0,1", "pad_mode": "SYMMETRIC", "batch_size": 2},
        "constant": {"pad_mode": "CONSTANT"},
        "overflow": {"z_edits": "0.0:3e38", "z_scale": 1000},
    },
)
def test_codes_are_those_of_the_stage_but_for_rounding(raw):
    for name, (sent, own) in codes_of(read_state(SMALL | raw)).items():
        assert are_alike(sent, own), name


def test_codes_that_differ_are_not_alike():
    codes = np.arange(6, dtype=np.uint8).reshape(1, 3, 2)
    assert are_alike(codes, codes + 1)
    assert not are_alike(codes, codes + 2)
    assert not are_alike(codes, codes.reshape(3, 1, 2))
    marks = np.array([[[254, 3]]], np.uint8)
    assert not are_alike(marks, np.array([[[255, 3]]], np.uint8))


def test_a_generator_that_scales_sends_its_maps_once():
    state, _ = read_link(OPENING)
    one, both = (
        len(draw_page(state, state.find_origin(), names=names))
        for names in (["stages"], ["stages", "unfolded"])
    )
    raw = sum(codes.size for codes in view_of(state)["unfolded"].values())
    assert 0 < both - one < 0.6 * raw


def test_a_folded_block_sends_the_codes_of_its_last_stage_alone():
    view = view_of(read_state(SMALL | {"stage": "upsample2/actv"}))
    assert [stage["name"] for stage in view["stages"] if stage["codes"] is not None] == [
        "z",
        "fc1/reshape",
        *(f"upsample{block}/batch_normalization" for block in (1, 2, 3)),
        "conv_out/conv2d",
    ]
    assert list(view["unfolded"]) == ["upsample2/conv2d_transpose", "upsample2/actv"]
    for stage in view["stages"]:
        codes = view["unfolded"].get(stage["name"], stage["codes"])
        assert codes is None or codes.shape == tuple(stage["map_shape"])


@each("page", FIELDS["page"].choices)
@each("stage", ["z", "fc1/reshape", "conv_out/conv2d"])
def test_values_that_are_not_finite_are_shown_on_every_page(page, stage):
    edits = "0.0:3e38,0.1:-3e38,0.2:3e38,0.5:-3e38"
    exploded = {"weights": "trained", "z_edits": edits, "training": True}
    chosen = {"page": page, "stage": stage, "lab_source": "stage", "lab_stage": stage}
    view = view_of(read_state(exploded | chosen))
    assert view["stages"][-1]["nan"] > 0
    if (page, stage) == ("padding", "conv_out/conv2d"):
        assert len(view["lab"]["items"]["first"]) == 1


def test_a_card_says_what_its_stage_does_in_its_own_numbers():
    view = view_of(read_state(SMALL | {"training": True, "kernel_size": 4, "stride": 3}))
    said = {stage["name"]: stage["detail"] for stage in view["stages"]}
    assert said["z"] == "N(0, 1)"
    assert said["fc1/dense"] == "8 → 512"
    assert said["fc1/reshape"] == "[-1, 4, 8, 16]"
    assert said["upsample2/conv2d_transpose"] == "4×4, strides=3, SAME"
    assert said["upsample2/batch_normalization"] == "training=True"
    assert (said["conv_out/pad"], said["conv_out/conv2d"]) == ("REFLECT", "7×7, VALID")


def test_a_stage_leads_to_its_maps_and_takes_its_block_along():
    leads = {stage["name"]: stage["leads"] for stage in view_of(read_state(SMALL))["stages"]}
    assert leads["upsample2/actv"] == {"page": "maps", "block": 2}
    assert leads["fc1/actv"] == {"page": "maps"}


@each(
    ("stage", "last"),
    [("z", 0), ("fc1/dense", 15), ("upsample1/actv", 7), ("conv_out/conv2d", 2)],
)
def test_the_channels_to_choose_from_are_those_of_the_stage(stage, last):
    """And where there is one there is nothing to choose."""
    told = control_props(read_state(SMALL | {"stage": stage}))["channel"]
    assert told == {"maximum": max(1, last), "visible": last > 0}


def test_what_a_stage_raises_leads_to_the_page_that_answers():
    plan = stages(GeneratorConfig())
    asked = {stage.name: questions(plan, stage) for stage in plan}
    assert [name for name, found in asked.items() if found] == [
        *(
            f"upsample{block}/{op}"
            for block in (1, 2, 3)
            for op in ("conv2d_transpose", "batch_normalization")
        ),
        "conv_out/pad",
    ]
    assert asked["upsample2/conv2d_transpose"] == [
        {"code": "checkerboard", "fields": {"page": "overlap", "block": 2}, "part": None}
    ]
    assert [(one["fields"], one["part"]) for one in asked["conv_out/pad"]] == [
        ({"page": "padding", "pad": 1}, None),
        ({"page": "padding", "pad": 1}, "lab"),
    ]
    focus = view_of(read_state(SMALL | {"stage": "conv_out/pad"}))["focus"]
    assert focus["questions"] == asked["conv_out/pad"]


def test_values_stand_as_a_strip_as_a_vector_or_as_maps():
    layouts = {stage["name"]: stage["layout"] for stage in view_of(read_state(SMALL))["stages"]}
    assert {name for name, layout in layouts.items() if layout == "strip"} == {"z"}
    vectors = {name for name, layout in layouts.items() if layout == "vector"}
    assert vectors == {"fc1/dense", "fc1/actv", "fc1/batch_normalization"}
    assert set(layouts.values()) == {"strip", "vector", "mosaic"}


def test_a_view_under_way_holds_up_no_other(monkeypatch):
    """Its forward pass takes as long as it does."""
    begun, end, slow, small = Event(), Event(), State(), read_state(SMALL)

    def run(config, *rest):
        if config == slow.config:
            begun.set()
            assert end.wait(20)
        return config

    monkeypatch.setattr(drawing, "run", run)
    with ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(lambda: drawing.Drawing(slow, Origin()).run)
        assert begun.wait(20)
        other = threads.submit(lambda: drawing.Drawing(small, Origin()).run)
        try:
            assert other.result(10) == small.config
        finally:
            end.set()
        assert waiting.result(20) == slow.config


def test_what_parts_share_is_made_once():
    one = drawing.Drawing(read_state(SMALL), Origin())
    assert one.run is one.run
    assert one.maps["fc1/reshape"] is one.maps["fc1/batch_normalization"]
