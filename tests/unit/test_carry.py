"""Weights carried over to another structure: what must stay the same does."""

import hashlib
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, carry_weights, draw_z, init_weights, trace
from explorer.model.carry import kept_share
from explorer.model.carry_steps import crops_output, describe_carrying, keeps_output
from explorer.model.config import CONFIG_FIELDS, SHAPE_FIELDS
from explorer.model.taps import same_crop
from explorer.model.weights import check_weights
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.refusals import refused
from tests.unit.samples import configs, random_weights

SMALL = GeneratorConfig(noise_dim=5, upsample_dim=16, base_height=3, base_width=4)
Z = draw_z(3, 2, 5)
OUTPUT = "conv_out/conv2d"
CLOSE = {"rtol": 1e-5, "atol": 1e-5}
PAIRS = [(old, new) for old in range(1, 10) for new in range(1, 10)]


def carried(source: GeneratorConfig, weights: dict, **changes) -> tuple[GeneratorConfig, dict]:
    config = replace(source, **changes)
    result = carry_weights(source, weights, config)
    assert check_weights(config, result) is None
    assert {array.dtype for array in result.values()} == {np.dtype(np.float32)}
    return config, result


def maps_of(config: GeneratorConfig, weights: dict, z=Z) -> dict[str, np.ndarray]:
    return trace(config, weights, z)


def block(name: str, weights: dict, layer: str, variable: str) -> np.ndarray:
    return weights[f"noise_generator/{name}/{layer}/{variable}"]


def set_channel(weights: dict, name: str, layer: str, at: int, **values: float):
    for variable, value in values.items():
        block(name, weights, layer, variable)[at] = value


@each("stride", [1, 2, 3])
@each(("old", "new"), [pair for pair in PAIRS if pair[0] < pair[1]])
def test_a_larger_kernel_gives_the_same_maps(old, new, stride):
    source = replace(SMALL, kernel_size=old, stride=stride, upsample_blocks=2, base_height=4)
    weights = random_weights(source, 0)
    config, larger = carried(source, weights, kernel_size=new)
    expected, found = maps_of(source, weights), maps_of(config, larger)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], **CLOSE, err_msg=name)


@each(("old", "new"), [pair for pair in PAIRS if pair[0] > pair[1]])
def test_a_smaller_kernel_loses_its_outer_taps_and_nothing_else(old, new):
    """Back in the larger size, the taps that are left stand where they stood."""
    source = replace(SMALL, kernel_size=old)
    weights = random_weights(source, 0)
    config, smaller = carried(source, weights, kernel_size=new)
    back = carry_weights(config, smaller, source)
    for name, value in weights.items():
        kept = back[name] != 0 if "conv2d_transpose/kernel" in name else np.ones(value.shape, bool)
        assert np.array_equal(back[name][kept], value[kept])
        if "conv2d_transpose/kernel" in name:
            assert kept.any(axis=(2, 3)).sum() == new**2
            rows = np.flatnonzero(kept.any(axis=(1, 2, 3)))
            assert rows[0] == same_crop(old, 2)[0] - same_crop(new, 2)[0]


@each("changes", [{"upsample_dim": 24}, {"upsample_dim": 17}, {"noise_dim": 9}])
@each("training", [False, True])
def test_more_channels_or_entries_of_z_leave_the_output(changes, training):
    source = replace(SMALL, training=training)
    weights = random_weights(source, 1)
    config, larger = carried(source, weights, **changes)
    z = np.concatenate([Z, draw_z(8, 2, 4)], axis=1)[:, : config.noise_dim]
    expected, found = maps_of(source, weights), maps_of(config, larger, z)
    np.testing.assert_allclose(found[OUTPUT], expected[OUTPUT], **CLOSE)
    old = expected["upsample1/conv2d_transpose"]
    new = found["upsample1/conv2d_transpose"]
    np.testing.assert_allclose(new[..., : old.shape[-1]], old, **CLOSE)
    assert (new[..., old.shape[-1] :].std(axis=(0, 1, 2)) > 0).all(), "new channels live"


def test_the_channel_that_carries_least_goes_first():
    weights = random_weights(SMALL, 2)
    # The first layer's eight channels: 2 is read by nobody, 5 is always zero.
    block("upsample2", weights, "conv2d_transpose", "kernel")[..., 2] = 0
    set_channel(weights, "upsample1", "batch_normalization", 5, gamma=0, beta=0)
    config, fewer = carried(SMALL, weights, upsample_dim=12)
    kept = block("upsample1", fewer, "batch_normalization", "gamma")
    old = block("upsample1", weights, "batch_normalization", "gamma")
    # Channels 6 and 7 come to stand in the gaps of 2 and 5.
    assert kept.tolist() == old[[0, 1, 6, 3, 4, 7]].tolist()
    assert config.block_channels[0] == 6


def test_the_entry_of_z_that_carries_least_goes_first():
    weights = random_weights(SMALL, 2)
    kernel = block("fc1", weights, "dense", "kernel")
    kernel[1] *= 0.01
    _, fewer = carried(SMALL, weights, noise_dim=4)
    assert np.array_equal(block("fc1", fewer, "dense", "kernel"), kernel[[0, 4, 2, 3]])


def test_lost_channels_that_were_constant_leave_the_picture_as_it_was():
    """What they added is in the biases, wherever all stamps meet: away from the edges."""
    source = replace(SMALL, kernel_size=4, upsample_blocks=1, base_height=12, base_width=12)
    weights = random_weights(source, 4)
    lost = {"fc1": [1, 5, 8, 15], "upsample1": [3, 6]}
    readers = {"fc1": ("upsample1", "conv2d_transpose"), "upsample1": ("conv_out", "conv2d")}
    for name, channels in lost.items():
        depth = 16 if name == "fc1" else 8
        for variable, value in {"gamma": 0, "beta": 0.5}.items():
            block(name, weights, "batch_normalization", variable).reshape(-1, depth)[
                :, channels
            ] = value
        kernel = block(readers[name][0], weights, readers[name][1], "kernel")
        axis = 3 if name == "fc1" else 2
        # Equal taps, so that all output cells get the same; of little weight, but not of none.
        reads = np.moveaxis(kernel, axis, 0)
        reads[channels] = 0.3 * reads[channels].mean(axis=(1, 2), keepdims=True)
    config, fewer = carried(source, weights, upsample_dim=12)
    assert config.block_channels == (6,)
    expected, found = maps_of(source, weights)[OUTPUT], maps_of(config, fewer)[OUTPUT]
    inner = (slice(None), slice(6, -6), slice(6, -6))
    np.testing.assert_allclose(found[inner], expected[inner], **CLOSE)


def test_a_wider_base_grid_interpolates_the_dense_layer():
    weights = random_weights(SMALL, 5)
    config, wider = carried(SMALL, weights, base_width=8, base_height=6)
    old = maps_of(SMALL, weights)["fc1/dense"].reshape(2, 3, 4, 16)
    new = maps_of(config, wider)["fc1/dense"].reshape(2, 6, 8, 16)
    # Twice as many cells: each quarter of the way from its old cell to the next.
    row = 0.75 * old[:, :-1] + 0.25 * old[:, 1:]
    np.testing.assert_allclose(
        new[:, 1:-1:2, 1:-1:2], 0.75 * row[:, :, :-1] + 0.25 * row[:, :, 1:], **CLOSE
    )
    np.testing.assert_allclose(new[:, 0, 0], old[:, 0, 0], **CLOSE)
    np.testing.assert_allclose(new[:, -1, -1], old[:, -1, -1], **CLOSE)


def test_one_output_channel_of_three_is_their_luminance():
    weights = random_weights(SMALL, 6)
    config, grey = carried(SMALL, weights, C=1)
    expected = maps_of(SMALL, weights)[OUTPUT] @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(maps_of(config, grey)[OUTPUT][..., 0], expected, **CLOSE)


@each(
    ("before", "after", "same"),
    [(3, 5, [0, 1, 2]), (3, 2, [0, 1]), (1, 3, [0, 0, 0]), (1, 5, [0, 0, 0]), (1, 2, [0]),
     (5, 1, [0]), (2, 3, [0, 1])],
)  # fmt: skip
def test_other_numbers_of_outputs_keep_the_old_ones(before, after, same):
    source = replace(SMALL, C=before)
    weights = random_weights(source, 7)
    config, result = carried(source, weights, C=after)
    expected, found = maps_of(source, weights)[OUTPUT], maps_of(config, result)[OUTPUT]
    np.testing.assert_allclose(found[..., : len(same)], expected[..., same], **CLOSE)
    drawn = block("conv_out", init_weights(config), "conv2d", "kernel")
    kept = block("conv_out", result, "conv2d", "kernel")
    assert np.array_equal(kept[..., len(same) :], drawn[..., len(same) :])


@each("blocks", [1, 2, 4])
def test_blocks_that_both_have_stay_and_the_rest_is_drawn(blocks):
    weights = random_weights(SMALL, 8)
    config, result = carried(SMALL, weights, upsample_blocks=blocks)
    drawn = init_weights(config)
    (step,) = describe_carrying(SMALL, config)
    assert (step.code, step.layers[-1]) == ("fresh", "conv_out")
    for name, value in result.items():
        layer = name.split("/")[1]
        assert np.array_equal(value, (drawn if layer in step.layers else weights)[name]), name


@each("size", [8, 9, 12])
def test_a_larger_output_kernel_gives_the_same_values(size):
    weights = random_weights(SMALL, 9)
    config, larger = carried(SMALL, weights, output_kernel=size)
    expected, found = maps_of(SMALL, weights)[OUTPUT], maps_of(config, larger)[OUTPUT]
    assert crops_output(SMALL, config)
    assert not keeps_output(SMALL, config)
    before = (size - 1) // 2 - 3
    rows, columns = found.shape[1:3]
    np.testing.assert_allclose(
        found, expected[:, before : before + rows, before : before + columns], **CLOSE
    )


def test_a_smaller_output_kernel_keeps_its_middle():
    weights = random_weights(SMALL, 9)
    _, smaller = carried(SMALL, weights, output_kernel=3)
    kernel = block("conv_out", weights, "conv2d", "kernel")
    assert np.array_equal(block("conv_out", smaller, "conv2d", "kernel"), kernel[2:5, 2:5])


@each("pair", [(1, 0), (0, 1), (1, 1)])
def test_pads_of_the_channels_leave_the_output_and_go_again(pair):
    weights = random_weights(SMALL, 10)
    paddings = (*SMALL.paddings[:3], pair)
    config, padded = carried(SMALL, weights, paddings=paddings)
    expected = maps_of(SMALL, weights)[OUTPUT]
    np.testing.assert_allclose(maps_of(config, padded)[OUTPUT], expected, **CLOSE)
    back = carry_weights(config, padded, SMALL)
    assert all(np.array_equal(back[name], weights[name]) for name in weights)
    other = carry_weights(config, random_weights(config, 3), replace(config, C=4))
    assert block("conv_out", other, "conv2d", "kernel").shape == (7, 7, 2 + sum(pair), 4)


@each("mode", ["REFLECT", "SYMMETRIC", "CONSTANT"])
@each("changes", [{"pair": (0, 0)}, {"pair": (0, 2)}, {"upsample_dim": 40}, {"upsample_dim": 24}])
def test_what_padded_channels_did_goes_to_their_originals(mode, changes):
    """The copies read the same maps, or others once there are more channels."""
    source = replace(SMALL, upsample_dim=24, pad_mode=mode, paddings=(*SMALL.paddings[:3], (1, 2)))
    weights = random_weights(source, 13)
    changes = dict(changes)
    paddings = (*SMALL.paddings[:3], changes.pop("pair", (1, 2)))
    config, result = carried(source, weights, paddings=paddings, **changes)
    expected, found = maps_of(source, weights)[OUTPUT], maps_of(config, result)[OUTPUT]
    np.testing.assert_allclose(found, expected, **CLOSE)
    assert ("pads_folded" in {step.code for step in describe_carrying(source, config)}) == (
        config != source
    )


def test_where_the_activation_comes_last_its_output_decides_what_goes():
    """Channels that it never lets through go, however large their beta."""
    source = replace(SMALL, bn_position="before", upsample_dim=32)
    weights = random_weights(source, 14)
    beta = block("upsample1", weights, "batch_normalization", "beta")
    beta[[1, 3, 4, 6, 8, 10, 12, 15]] = -50
    _, fewer = carried(source, weights, upsample_dim=16)
    kept = block("upsample1", fewer, "batch_normalization", "beta")
    assert (kept > -50).all()
    bias = block("upsample2", carry_weights(source, weights, replace(source, upsample_dim=16)),
                 "conv2d_transpose", "bias")  # fmt: skip
    assert np.isin(bias, block("upsample2", weights, "conv2d_transpose", "bias")).all(), "no change"


def test_what_is_lost_takes_no_memory_on_a_large_grid():
    source = GeneratorConfig(noise_dim=2048, upsample_dim=8, base_height=1, base_width=1)
    weights = random_weights(source, 15)
    config = replace(source, noise_dim=1, base_height=128, base_width=128, stride=1)
    tracemalloc.start()
    carry_weights(source, weights, config)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 2**20


@each(("before", "after"), [((1, 128), (128, 1)), ((128, 1), (1, 128))])
def test_a_turned_grid_takes_no_more_than_its_two_ends(before, after):
    """Not as much as all rows there are to be, of all columns there were."""
    bare = {"upsample_blocks": 1, "kernel_size": 1, "stride": 1, "output_kernel": 1,
            "paddings": ((0, 0),) * 4}  # fmt: skip
    source = GeneratorConfig(32, 32, base_height=before[0], base_width=before[1], **bare)
    weights = random_weights(source, 16)
    tracemalloc.start()
    _, made = carried(source, weights, base_height=after[0], base_width=after[1])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20  # 66 MiB are between
    flat = block("fc1", made, "dense", "kernel").reshape(32, 128, 32)
    ends = block("fc1", weights, "dense", "kernel").reshape(32, 128, 32)[:, 63:65]
    np.testing.assert_allclose(flat, np.broadcast_to(ends.mean(1, keepdims=True), flat.shape))


def test_grids_are_stretched_alike_in_pieces_and_at_once(monkeypatch):
    weights = random_weights(SMALL, 17)
    weights["noise_generator/fc1/dense/bias"][0] = np.inf  # which an axis that stays leaves alone
    for changes in ({"base_height": 7, "base_width": 9}, {"base_width": 2}, {"base_height": 2}):
        monkeypatch.undo()
        _, whole = carried(SMALL, weights, **changes)
        monkeypatch.setattr("explorer.model.carry._PIECE", 1)
        _, pieces = carried(SMALL, weights, **changes)
        assert all(np.array_equal(pieces[name], whole[name], equal_nan=True) for name in whole)


# Of the pads those of the channels are part of a shape, which tests of their own show.
@each("name", sorted(CONFIG_FIELDS.keys() - {"paddings"}))
def test_what_is_no_part_of_a_shape_changes_nothing(name):
    others = {"actv": "elu", "training": True, "stride": 3, "pad_mode": "SYMMETRIC",
              "bn_position": "before", "kernel_initializer": "he_normal"}  # fmt: skip
    assert (name in others) == (name not in SHAPE_FIELDS)
    if name in others:
        weights = random_weights(SMALL, 11)
        _, result = carried(SMALL, weights, **{name: others[name]})
        assert all(np.array_equal(result[at], weights[at]) for at in weights)
        assert describe_carrying(SMALL, replace(SMALL, **{name: others[name]})) == []


def test_each_change_of_a_shape_is_told_with_its_layers():
    config = GeneratorConfig(7, 24, 4, 1, base_width=5, output_kernel=6, base_height=3)
    told = {step.code: step for step in describe_carrying(SMALL, config)}
    assert {code: (step.before, step.after) for code, step in told.items()} == {
        "noise_more": (5, 7), "grid": ("3×4", "3×5"), "channels_more": (16, 24),
        "taps_fewer": (5, 4), "window_fewer": (7, 6), "luminance": (3, 1),
    }  # fmt: skip
    assert told["taps_fewer"].layers == ("upsample1", "upsample2", "upsample3")
    assert told["noise_more"].layers == ("fc1",)


def test_many_changes_at_once_are_as_one_after_another():
    weights = random_weights(SMALL, 12)
    _, at_once = carried(SMALL, weights, kernel_size=7, C=1, noise_dim=8, base_width=6)
    config, step = SMALL, weights
    for name, value in {"kernel_size": 7, "C": 1, "noise_dim": 8, "base_width": 6}.items():
        config, step = carried(config, step, **{name: value})
    for name in at_once:
        np.testing.assert_allclose(at_once[name], step[name], **CLOSE, err_msg=name)


def test_the_numbers_are_the_same_on_every_machine():
    """Pinned: a link to carried weights must reopen to these."""
    weights = init_weights(SMALL, 1)
    changes = {"upsample_dim": 12, "kernel_size": 4, "C": 1, "base_width": 7, "noise_dim": 4}
    _, result = carried(SMALL, weights, **changes)
    content = hashlib.sha256(b"".join(value.tobytes() for value in result.values()))
    assert content.hexdigest()[:16] == "96a60033cb9a7fd0"


CHANGES = {
    "noise_dim": st.integers(1, 14), "upsample_dim": st.integers(16, 26),
    "kernel_size": st.integers(1, 9), "C": st.integers(1, 4), "base_height": st.integers(1, 4),
    "base_width": st.integers(1, 4), "upsample_blocks": st.integers(1, 4),
    "output_kernel": st.integers(1, 7), "pad_mode": st.sampled_from(["REFLECT", "SYMMETRIC"]),
    "paddings": st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 4),
    "actv": st.sampled_from(["tanh", "elu"]), "stride": st.integers(1, 2),
    "bn_position": st.sampled_from(["after", "before"]),
}  # fmt: skip
WEIGHED = ("noise_dim", "upsample_dim", "kernel_size", "C", "base_height", "base_width",
           "upsample_blocks", "output_kernel")  # fmt: skip


def changed(source: GeneratorConfig, data) -> GeneratorConfig:
    names = data.draw(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4))
    try:
        return replace(source, **{name: data.draw(CHANGES[name]) for name in sorted(names)})
    except ExplorerError:
        assume(False)


@examples(150)
@given(source=configs(batch=4), data=st.data(), seed=st.integers(0, 99))
def test_where_the_output_is_said_to_stay_it_does(source, data, seed):
    """Against the source's variables with all else as in the new structure, for the same z."""
    config = changed(source, data)
    assume(keeps_output(source, config))
    own = {name: getattr(source, name) for name in WEIGHED}
    before = replace(config, **own, paddings=(*config.paddings[:3], source.paddings[3]))
    weights = random_weights(source, seed)
    z = draw_z(seed, 4, max(source.noise_dim, config.noise_dim))
    try:
        expected = trace(before, weights, z[:, : source.noise_dim])[OUTPUT]
        carried_over = carry_weights(source, weights, config)
        found = trace(config, carried_over, z[:, : config.noise_dim])[OUTPUT]
    except ExplorerError:  # pads that one of the two maps is too small for
        assume(False)
    scale = max(1, np.abs(expected).max())
    np.testing.assert_allclose(found / scale, expected / scale, atol=2e-5, rtol=0)
    assert kept_share(source, weights, config) == pytest.approx(1)


def test_one_lossy_step_is_enough_for_the_output_not_to_be_said_to_stay():
    for changes in (
        {"upsample_dim": 24, "upsample_blocks": 2},
        {"kernel_size": 4},
        {"C": 4},
        {"kernel_size": 7, "base_width": 5},
        {"upsample_dim": 8, "noise_dim": 9},
    ):
        assert not keeps_output(SMALL, replace(SMALL, **changes))


def test_what_is_left_is_what_the_layers_read_before_and_still_read():
    """Taps of like size: of 5x5 the inner 3x3 are 9/25, in each of three layers that have them."""
    weights = random_weights(SMALL, 0)
    for number in (1, 2, 3):
        block(f"upsample{number}", weights, "conv2d_transpose", "kernel")[...] = 0.5
    assert kept_share(SMALL, weights, replace(SMALL, kernel_size=3)) == pytest.approx(0.36**3)
    for name in ("fc1", "upsample1", "upsample2", "upsample3"):
        block(name, weights, "batch_normalization", "gamma")[...] = 2
        block(name, weights, "batch_normalization", "beta")[...] = 1
    block("conv_out", weights, "conv2d", "kernel")[...] = 0.5
    fewer = replace(SMALL, upsample_dim=8)  # half of the channels of each of four maps
    assert kept_share(SMALL, weights, fewer) == pytest.approx(0.5**4)
    set_channel(weights, "upsample3", "batch_normalization", 1, gamma=0, beta=0)
    assert kept_share(SMALL, weights, fewer) == pytest.approx(0.5**3), "nothing of it was read"
    assert kept_share(SMALL, weights, replace(SMALL, upsample_dim=24, kernel_size=7)) == 1


def test_of_weights_that_are_not_finite_no_share_is_told():
    weights = random_weights(SMALL, 0)
    block("upsample2", weights, "conv2d_transpose", "kernel")[0, 0, 0, 0] = np.inf
    assert np.isnan(kept_share(SMALL, weights, replace(SMALL, kernel_size=3)))


def test_weights_of_another_structure_are_refused():
    with refused("weight_shape"):
        carry_weights(replace(SMALL, C=4), random_weights(SMALL, 0), SMALL)
    with refused("out_of_range", field="seed"):
        carry_weights(SMALL, random_weights(SMALL, 0), SMALL, seed=-1)
