"""Opened weights: named by their content, bounded, and shown only where they fit."""

from dataclasses import replace

import numpy as np
import pytest

from explorer import GeneratorConfig, carry_weights, draw_z, init_weights, save_weights, trace
from explorer.model import runs, weight_store
from explorer.model.config import CONFIG_FIELDS, SHAPE_FIELDS
from explorer.model.memory import ENTRY_BYTES, Memory
from explorer.model.runs import Origin, run
from explorer.model.weight_store import (
    TRAINED,
    UNTRAINED,
    check_source,
    find_weights,
    forget_run,
    keep_weights,
    last_moment,
    share_run,
)
from explorer.schema import State
from explorer.views.weights import check_weights, weights_view
from tests.support.each import each
from tests.unit.refusals import refused
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=6, upsample_dim=16, kernel_size=3)


@pytest.fixture(autouse=True)
def own_memory(monkeypatch):
    memory = Memory(64 * 2**20)
    for module in (weight_store, runs):
        monkeypatch.setattr(module, "memory", memory)
    return memory


def view_of(config, source: str, origin: Origin, **fields) -> dict:
    return weights_view(State(config=config, weights=source, **fields), origin)


def test_the_name_is_the_content():
    weights = random_weights(CONFIG, 0)
    one = keep_weights(CONFIG, weights)
    assert keep_weights(CONFIG, dict(weights)) is one
    other = keep_weights(CONFIG, random_weights(CONFIG, 1))
    assert other.source != one.source
    assert check_source(one.source) == one.source
    assert find_weights(one.source, CONFIG) is one


def test_names_are_the_same_in_later_versions():
    """Pinned: links and browsers hold them."""
    source = keep_weights(CONFIG, init_weights(CONFIG, 3)).source
    assert source == "file:9378f109d753a3b85e436c7a3edc301f"
    other = replace(CONFIG, actv="elu")
    assert keep_weights(other, init_weights(other, 3)).source != source


def test_they_stay_while_views_come_and_go(own_memory):
    kept = keep_weights(CONFIG, random_weights(CONFIG, 0))
    for seed in range(40):
        own_memory.keep(seed, seed, 2**20)
    assert find_weights(kept.source, CONFIG) is kept


def test_the_oldest_go_where_others_need_the_room(own_memory):
    size = keep_weights(CONFIG, random_weights(CONFIG, 0)).bytes
    fitting = own_memory.bound * 3 // 8 // (size + ENTRY_BYTES)
    kept = [keep_weights(CONFIG, random_weights(CONFIG, seed)) for seed in range(fitting)]
    find_weights(kept[0].source, CONFIG)
    keep_weights(CONFIG, random_weights(CONFIG, fitting))
    assert find_weights(kept[0].source, CONFIG) is kept[0]
    assert find_weights(kept[1].source, CONFIG) is None


def test_weights_beyond_the_bound_are_refused_with_it(monkeypatch):
    monkeypatch.setattr(weight_store, "MOST_BYTES", 2**10)
    with refused("file_too_large", "KiB", field="weights"):
        keep_weights(CONFIG, random_weights(CONFIG, 9))


def test_weights_are_not_kept_where_work_takes_all_the_room(own_memory):
    with own_memory.reserve(own_memory.bound), refused("server_busy", field="weights"):
        keep_weights(CONFIG, random_weights(CONFIG, 9))


def test_no_other_weights_leave_in_the_place_of_those_that_were_asked_for():
    with refused("weights_gone", field="weights"):
        check_weights(CONFIG, "file:" + "0" * 32, Origin())
    stored = keep_weights(CONFIG, random_weights(CONFIG, 0))
    other = replace(CONFIG, kernel_size=4)
    with refused("weights_set_aside", field="weights"):
        check_weights(other, stored.source, Origin(0, stored, carry=False))
    for config, carry in ((CONFIG, False), (other, True)):
        assert check_weights(config, stored.source, Origin(0, stored, carry)) is None
    assert check_weights(CONFIG, UNTRAINED, Origin()) is None


def test_what_is_said_of_weights_is_true_of_those_that_ran(own_memory):
    """They may leave between the one and the other."""
    stored = keep_weights(CONFIG, random_weights(CONFIG, 0))
    own_memory.drop(stored.source)
    made = run(CONFIG, Origin(0, stored), np.ones((1, 6), np.float32), "CPU:0")
    expected = trace(CONFIG, stored.weights, np.ones((1, 6)))["conv_out/conv2d"]
    assert np.array_equal(made.stages["conv_out/conv2d"], expected)
    assert view_of(CONFIG, stored.source, Origin(0, stored))["status"] == "ok"


@each("source", ["", "file:", "file:../etc", "file:" + "g" * 32, "x", "run:", "run:1:1"])
def test_what_is_no_source_is_refused(source):
    with refused("no_such_weights", field="weights"):
        check_source(source)


def test_a_run_shows_them_where_they_fit():
    weights = random_weights(CONFIG, 0)
    stored = keep_weights(CONFIG, weights)
    z = np.ones((1, 6), np.float32)
    for config in (CONFIG, replace(CONFIG, actv="tanh"), replace(CONFIG, training=True)):
        found = run(config, Origin(0, stored), z, "CPU:0").stages["conv_out/conv2d"]
        assert np.array_equal(found, trace(config, weights, z)["conv_out/conv2d"])
        assert view_of(config, stored.source, Origin(0, stored))["status"] == "ok"


@each("carry", [True, False])
def test_weights_of_another_structure_are_carried_over_or_set_aside(carry):
    weights, z = random_weights(CONFIG, 0), np.ones((1, 6), np.float32)
    origin = Origin(5, keep_weights(CONFIG, weights), carry)
    other = replace(CONFIG, kernel_size=4, C=4)
    expected = carry_weights(CONFIG, weights, other, 5) if carry else init_weights(other, 5)
    found = run(other, origin, z, "CPU:0")
    assert np.array_equal(
        found.stages["conv_out/conv2d"], trace(other, expected, z)["conv_out/conv2d"]
    )
    view = view_of(other, origin.stored.source, origin)
    assert (view["status"], view["shown"]) == (
        ("carried", "file") if carry else ("set_aside", "untrained")
    )
    assert view["fields"] | {"kernel_size": 3, "weights": origin.stored.source} == view["fields"]
    assert [step["code"] for step in view["steps"]] == ["outputs_more", "taps_more"]


def test_what_a_network_was_trained_with_is_said_where_it_is_known():
    trained = Origin(0, find_weights(TRAINED, GeneratorConfig()))
    other = replace(trained.stored.config, stride=3, actv="tanh", training=True)
    view = view_of(other, TRAINED, trained)
    assert (view["status"], view["unlike"]) == ("ok", {"stride": 2, "actv": "relu"})
    wider = replace(trained.stored.config, paddings=((0, 0), (2, 3), (3, 3), (0, 0)))
    assert view_of(wider, TRAINED, trained)["unlike"] == {"paddings": "0,0,3,3,3,3,0,0"}
    deeper = replace(wider, paddings=((0, 0), (2, 3), (3, 3), (0, 7)))
    assert view_of(deeper, TRAINED, trained)["unlike"] == {"paddings": "0,0,3,3,3,3,0,0"}
    deepest = replace(deeper, paddings=((0, 0), (3, 3), (3, 3), (0, 7)))
    assert view_of(deepest, TRAINED, trained)["unlike"] == {}, "variables depend on these"
    opened = Origin(0, keep_weights(CONFIG, random_weights(CONFIG, 0)))
    assert view_of(replace(CONFIG, stride=3), "", opened)["unlike"] == {}


def test_networks_that_were_trained_beside_the_one_shown_are_named():
    for kernel, others in ((4, [3, 5, 6]), (5, [3, 4, 6]), (7, [3, 4, 6])):
        config = GeneratorConfig(kernel_size=kernel, upsample_dim=64)
        trained = Origin(0, find_weights(TRAINED, config))
        assert view_of(config, TRAINED, trained)["siblings"] == others


def test_only_what_the_weights_need_is_asked_back():
    stored = keep_weights(CONFIG, random_weights(CONFIG, 0))
    other = replace(CONFIG, kernel_size=4, actv="tanh", training=True, stride=3)
    assert view_of(other, stored.source, Origin(0, stored))["needs"] == {"kernel_size": 3}
    padded = replace(CONFIG, paddings=((0, 0), (2, 2), (2, 2), (1, 0)))
    assert list(view_of(padded, stored.source, Origin(0, stored))["needs"]) == ["paddings"]
    rows = replace(CONFIG, paddings=((0, 0), (2, 2), (2, 2), (0, 0)))
    assert view_of(rows, stored.source, Origin(0, stored))["needs"] == {}


def test_how_kernels_are_drawn_makes_no_weights_unlike_and_what_is_drawn_beside_them_other():
    """Two of one structure are not taken for each other."""
    trained, wider = find_weights(TRAINED, CONFIG), GeneratorConfig(upsample_dim=72)
    drawn = replace(trained.config, kernel_initializer="he_normal")
    view = view_of(drawn, TRAINED, Origin(0, trained))
    assert (view["unlike"], view["needs"], view["status"]) == ({}, {}, "ok")
    assert view["initializer"] == "he_normal"
    z = np.ones((1, 128), np.float32)
    usual, other = (
        run(replace(wider, kernel_initializer=name), Origin(0, trained), z, "CPU:0")
        for name in ("glorot_uniform", "he_normal")
    )
    assert not np.array_equal(usual.stages["fc1/dense"], other.stages["fc1/dense"])


OTHER_VALUES = {
    "noise_dim": 7, "upsample_dim": 24, "kernel_size": 4, "C": 5, "actv": "elu", "training": True,
    "base_height": 6, "base_width": 6, "upsample_blocks": 1, "stride": 3, "output_kernel": 5,
    "pad_mode": "SYMMETRIC", "bn_position": "before", "kernel_initializer": "he_normal",
}  # fmt: skip


# Of the pads those of the channels are part of a shape, which tests of their own show.
@each("name", sorted(CONFIG_FIELDS.keys() - {"paddings"}))
def test_the_shapes_depend_on_the_fields_that_are_said_to_fix_them(name):
    stored = keep_weights(CONFIG, random_weights(CONFIG, 0))
    other = replace(CONFIG, **{name: OTHER_VALUES[name]})
    assert getattr(CONFIG, name) != OTHER_VALUES[name]
    assert stored.fits(other) == (name not in SHAPE_FIELDS)


def test_the_shipped_weights_are_there_and_draw_pictures_that_differ_with_z():
    trained = find_weights(TRAINED, GeneratorConfig())
    assert trained.fits(trained.config)
    assert trained.config == GeneratorConfig(upsample_dim=64)
    drawn = np.tanh(trace(trained.config, trained.weights, draw_z(0, 16))["conv_out/conv2d"])
    assert drawn.std(axis=0).mean() > 0.1
    sky, road = drawn[:, :6].mean(axis=(1, 2)), drawn[:, -4:].mean(axis=(1, 2))
    assert (sky[:, 2] > sky[:, 0]).mean() > 0.8  # the sky is bluish at any hour
    assert (np.ptp(road, axis=1) < 0.25).all()  # the road is grey


FAMILY = (3, 4, 5, 6)


@each("kernel_size", range(1, 10))
def test_a_kernel_size_goes_to_the_network_trained_with_it_or_to_that_of_5(kernel_size):
    config = GeneratorConfig(upsample_dim=64, kernel_size=kernel_size)
    trained = find_weights(TRAINED, config)
    assert trained.config.kernel_size == (kernel_size if kernel_size in FAMILY else 5)
    assert replace(trained.config, kernel_size=5) == GeneratorConfig(upsample_dim=64)
    assert trained.fits(config) == (kernel_size in FAMILY)
    view = view_of(config, TRAINED, Origin(0, trained))
    assert view["needs"] == ({} if kernel_size in FAMILY else {"kernel_size": 5})


def test_the_trained_networks_are_different_ones_and_small():
    networks = [find_weights(TRAINED, GeneratorConfig(kernel_size=size)) for size in FAMILY]
    assert len({network.key for network in networks}) == len(FAMILY)
    assert sum(network.bytes for network in networks) < 8 * 2**20
    z, drawn = draw_z(0, 8), []
    for network in networks:
        output = np.tanh(trace(network.config, network.weights, z)["conv_out/conv2d"])
        drawn.append(output)
        road = output[:, -4:].mean(axis=(1, 2))
        assert (np.ptp(road, axis=1) < 0.3).all()  # the road is grey
    assert all(np.abs(one - drawn[0]).mean() > 0.05 for one in drawn[1:])


def test_a_run_is_found_by_its_id_and_step_until_it_is_forgotten(tmp_path):
    run_id, weights = "ab" * 16, random_weights(CONFIG, 4)
    save_weights(tmp_path / "step-000030.npz", CONFIG, weights)
    save_weights(tmp_path / "step-000007.npz", CONFIG, random_weights(CONFIG, 5))
    source = check_source(f"run:{run_id}:30")
    assert find_weights(source, CONFIG) is None
    share_run(run_id, tmp_path)
    found = find_weights(source, CONFIG)
    assert (found.config, found.source) == (CONFIG, source)
    assert all(np.array_equal(found.weights[name], weights[name]) for name in weights)
    assert last_moment(f"run:{run_id}:7").source == source
    assert find_weights(f"run:{run_id}:8", CONFIG) is None
    assert find_weights(f"run:{'cd' * 16}:30", CONFIG) is None
    forget_run(run_id)
    assert find_weights(source, CONFIG) is None


def test_another_split_of_the_base_is_another_reading_where_it_was_assumed_alone():
    """8x4 base cells have the variables of 4x8."""
    weights, other = random_weights(CONFIG, 0), replace(CONFIG, base_height=8, base_width=4)
    told, open_ = (keep_weights(CONFIG, weights, assumed) for assumed in (False, True))
    assert told.source != open_.source
    assert not told.fits(other)
    assert open_.fits(other)
    larger = replace(other, kernel_size=5)
    assert [step["code"] for step in steps_of(larger, open_)] == ["same", "taps_more"]
    assert [step["code"] for step in steps_of(larger, told)] == ["another", "grid", "taps_more"]
    z = np.ones((1, 6), np.float32)
    expected, found = (run(c, Origin(0, open_), z, "CPU:0").stages for c in (other, larger))
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-5)


def steps_of(config, stored) -> list[dict]:
    return view_of(config, stored.source, Origin(0, stored))["steps"]


def test_channels_of_other_pads_are_no_fit():
    """Of one shape, but each channel would meet its neighbour's taps."""
    first, second = (
        replace(CONFIG, paddings=((0, 0), (3, 3), (3, 3), pair)) for pair in ((1, 0), (0, 1))
    )
    stored = keep_weights(first, random_weights(first, 0))
    assert not stored.fits(second)
    assert [step["code"] for step in steps_of(second, stored)] == ["same", "pads_folded"]


def test_gone_weights_are_said_to_be_gone():
    view = view_of(CONFIG, "file:" + "0" * 32, Origin())
    assert (view["status"], view["shown"]) == ("gone", "untrained")
    assert view_of(CONFIG, UNTRAINED, Origin())["status"] == "ok"


def test_layers_are_named_in_one_line():
    source = Origin(0, find_weights(TRAINED, GeneratorConfig()))
    config = replace(source.stored.config, upsample_dim=32, C=1)
    steps = {step["code"]: step for step in view_of(config, TRAINED, source)["steps"]}
    assert steps["channels_fewer"]["layers"] == "fc1, upsample1–3, conv_out"
    assert steps["luminance"]["layers"] == "conv_out"
