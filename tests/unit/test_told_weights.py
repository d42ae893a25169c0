"""What is said of weights in another structure: what becomes of the output first, and all true."""

import re
from dataclasses import replace

import numpy as np
import tensorflow as tf

from explorer import GeneratorConfig, carry_weights, draw_z, init_weights, trace
from explorer.model.latent import encode_rows
from explorer.model.runs import run
from explorer.model.weight_store import TRAINED, keep_weights, shipped_kernels
from explorer.schema import State
from explorer.views import own_settings
from explorer.views.weights import weights_view
from tests.support.each import each
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=6, upsample_dim=16, kernel_size=3)
USUAL = GeneratorConfig(upsample_dim=64)
FAMILY = shipped_kernels()
LEAST = "<\N{NO-BREAK SPACE}1"  # percent


def told(fields: dict, config: GeneratorConfig = USUAL, source: str = TRAINED) -> list[dict]:
    """What is said of trained weights in another structure or other settings, in its order."""
    config = replace(config, **fields.pop("config", {}))
    state = State(config=config, weights=source, **fields)
    return weights_view(state, state.find_origin())["steps"]


def codes(steps: list[dict]) -> list[str]:
    return [step["code"] for step in steps]


def the(code: str, steps: list[dict]) -> dict | None:
    """What is said by that code, once at most."""
    assert codes(steps).count(code) < 2
    return next((step for step in steps if step["code"] == code), None)


def output_of(config, **fields) -> np.ndarray:
    state = State(config=config, weights=TRAINED, **fields)
    return run(config, state.find_origin(), state.z, "CPU:0").stages["conv_out/conv2d"]


@each(
    ("changes", "first"),
    [
        ({"upsample_blocks": 2, "upsample_dim": 128, "C": 1}, "fresh"),
        ({"upsample_dim": 128}, "same"),
        ({"kernel_size": 7}, "same"),
        ({"kernel_size": 2}, "little"),
        ({"kernel_size": 1}, "little"),
        ({"upsample_dim": 8}, "little"),
        ({"upsample_dim": 48}, "little"),
        ({"upsample_dim": 56}, "part"),
        ({"upsample_dim": 56, "kernel_size": 7, "base_width": 16}, "part_read"),
        ({"upsample_dim": 56, "noise_dim": 64}, "part_read"),
        ({"upsample_dim": 56, "noise_dim": 129, "C": 4}, "part"),
        ({"base_width": 16}, "another"),
        ({"noise_dim": 64}, "another"),
        ({"C": 1}, "luminance"),
        ({"output_kernel": 3}, "part_read"),
        ({"output_kernel": 1}, "little_read"),
        ({"output_kernel": 5, "upsample_dim": 56}, "part_read"),
        ({"output_kernel": 9, "upsample_dim": 72}, "cropped"),
    ],
)
def test_what_becomes_of_the_output_is_told_first(changes, first):
    steps = told({"config": changes})
    assert steps[0]["code"] == first
    assert [step["causes"] for step in steps[1:]] == [""] * (len(steps) - 1)
    assert all(f"{name} " in steps[0]["causes"] for name in changes)
    if first != "fresh":
        verdicts = {"little", "part", "little_read", "part_read", "same", "cropped", "another"}
        assert verdicts & {*codes(steps)} <= {first}


@each(
    ("changes", "order"),
    [
        ({"kernel_size": 7}, ["little", "same", "measured_picture", "no_network", "taps_more"]),
        ({"upsample_dim": 8}, ["little_read", "little", "measured_taps", "channels_fewer"]),
        ({"upsample_blocks": 2}, ["fresh", "little"]),
        ({"C": 1}, ["little", "luminance"]),
    ],
)
def test_other_settings_are_told_where_they_change_most(changes, order):
    other = {"actv": "tanh", "stride": 1, "base_height": 4, "pad_mode": "SYMMETRIC"}
    steps = told({"config": other | changes})
    codes = [step["code"] for step in steps if step["code"] != "border"]
    assert [code for code in codes if code in order] == order
    at = 1 if order[0] == "fresh" or order[1] == "little" else 0
    assert steps[at]["causes"] == "actv relu → tanh, stride 2 → 1"
    assert steps[at + 1]["causes"] == "pad_mode REFLECT → SYMMETRIC"
    assert steps[1 - at if at else 2]["causes"].startswith(next(iter(changes)))


def test_how_little_is_left_is_told_with_its_number_and_cause_first():
    first = told({"config": {"upsample_dim": 8}})[0]
    assert (first["code"], first["after"], first["causes"]) == ("little", 1, "upsample_dim 64 → 8")
    read = told({"config": {"upsample_dim": 8, "output_kernel": 5}})[0]
    assert (read["code"], read["after"]) == ("little_read", LEAST)
    lossless = replace(CONFIG, kernel_size=5)
    weights = carry_weights(CONFIG, random_weights(CONFIG, 0), lossless)
    stored = keep_weights(lossless, weights)
    assert codes(told({}, CONFIG, stored.source)) == ["taps_fewer"], "zero taps alone"


@each(
    "changes",
    [{"actv": "leaky_relu"}, {"actv": "tanh", "training": True}, {"bn_position": "before"},
     {"stride": 1}, {"stride": 3, "kernel_size": 7}, {"actv": "gelu", "upsample_dim": 72}],
)  # fmt: skip
@each("item", [0, 2])
def test_what_is_left_in_other_settings_is_measured_on_the_picture_that_is_shown(changes, item):
    given = {"batch_size": 3, "item": item}
    steps = told({"config": changes, **given})
    measure = next(step for step in steps if step["code"] == "measured_picture")
    verdict = next(step for step in steps if step["code"] in ("little", "part"))
    own = {name: getattr(USUAL, name) for name in ("actv", "bn_position", "stride")}
    moved = {name: value for name, value in own.items() if name in changes}
    assert measure["before"] == ", ".join(f"{name} = {value}" for name, value in moved.items())
    assert verdict["causes"] == ", ".join(f"{n} {v} → {changes[n]}" for n, v in moved.items())
    config = replace(USUAL, **changes)
    shown, before = (output_of(c, **given)[item] for c in (config, replace(config, **moved)))
    before = np.asarray(tf.image.resize(before, shown.shape[:2], antialias=True))
    shown, before = ((each - each.mean((0, 1))).ravel() for each in (shown, before))
    share = np.corrcoef(shown, before)[0, 1] ** 2 if np.ptp(shown) else 0
    assert verdict["after"] == measure["after"] == (int(100 * share) or LEAST)
    assert (verdict["code"] == "little") == (share < 0.25)


@each("changes", [{"upsample_dim": 48}, {"kernel_size": 2}, {"upsample_dim": 60, "kernel_size": 4},
                  {"upsample_dim": 32, "kernel_size": 1, "C": 1}])  # fmt: skip
@each("z_seed", [0, 1])
def test_what_is_left_of_a_network_that_is_cut_is_measured_on_its_picture(changes, z_seed):
    steps = told({"config": changes, "z_seed": z_seed})
    verdict, measure = steps[0], the("measured_picture", steps)
    own = replace(USUAL, kernel_size=4 if changes.get("kernel_size") == 4 else 5)
    own = replace(own, C=changes.get("C", 3))
    cut = {n: getattr(own, n) for n in ("upsample_dim", "kernel_size")}
    cut = {n: v for n, v in cut.items() if changes.get(n, v) != v}
    assert measure["before"] == ", ".join(f"{name} = {value}" for name, value in cut.items())
    shown, before = (output_of(c, z_seed=z_seed)[0] for c in (replace(USUAL, **changes), own))
    shown, before = ((each - each.mean((0, 1))).ravel() for each in (shown, before))
    share = np.corrcoef(shown, before)[0, 1] ** 2 if np.ptp(shown) else 0
    assert verdict["after"] == measure["after"] == (int(100 * share) or LEAST)
    assert verdict["code"] == ("little" if share < 0.25 else "part")


@each(
    ("changes", "causes"),
    [
        ({"pad_mode": "CONSTANT"}, "pad_mode REFLECT → CONSTANT"),
        (
            {"paddings": ((1, 0), (3, 3), (2, 4), (0, 0)), "pad_mode": "CONSTANT"},
            "paddings[0] [0, 0] → [1, 0], paddings[2] [3, 3] → [2, 4], pad_mode REFLECT → CONSTANT",
        ),
    ],
)
def test_pads_and_their_mode_are_said_to_change_what_reads_them_alone(changes, causes):
    (step,) = told({"config": changes, "batch_size": 2})
    assert (step["code"], step["causes"]) == ("border", causes)
    config = replace(USUAL, **changes)
    own = output_of(USUAL, batch_size=2)[-1]
    shown = output_of(config, batch_size=2)[-1]
    top, left = (config.paddings[axis][0] for axis in (1, 2))
    rows, columns = own.shape[0] - 6, own.shape[1] - 6  # windows that read no pad
    inner = shown[top : top + rows, left : left + columns]
    np.testing.assert_allclose(inner, own[3:-3, 3:-3], rtol=1e-4, atol=1e-4)


@each(
    ("pads", "mode"),
    [
        (((1, 0), (3, 3), (3, 3), (0, 2)), "SYMMETRIC"),
        (((0, 0), (3, 3), (3, 3), (0, 8)), "SYMMETRIC"),
        (((0, 0), (3, 3), (3, 3), (0, 9)), "CONSTANT"),
        (((0, 0), (40, 3), (3, 3), (0, 1)), "CONSTANT"),
    ],
)
def test_pads_that_the_networks_own_mode_refuses_are_shown_unmeasured(pads, mode):
    steps = told({"config": {"paddings": pads, "pad_mode": mode}})
    assert the("unmeasured", steps)["causes"] == f"pad_mode REFLECT → {mode}"


@each(
    ("pads", "code"),
    [
        (((0, 0), (5, 3), (3, 3), (0, 0)), "edges"),
        (((0, 0), (2, 2), (2, 2), (0, 0)), "edges"),
        (((0, 0), (0, 0), (0, 0), (0, 0)), "edges"),
        (((1, 0), (1, 6), (4, 0), (0, 0)), "edges"),
        (((1, 1), (3, 3), (3, 3), (0, 0)), "items"),
    ],
)
@each("mode", ["REFLECT", "SYMMETRIC", "CONSTANT"])
def test_of_pads_alone_no_value_changes(mode, pads, code):
    """In any mode; cells are found again by their place in the source."""
    own = replace(USUAL, pad_mode=mode)
    changed = replace(own, paddings=pads)
    if mode == "REFLECT":
        assert codes(told({"config": {"paddings": pads}, "batch_size": 2})) == [code]
    weights, z = init_weights(own, 1), draw_z(3, 2)
    was, now = (trace(config, weights, z)["conv_out/conv2d"] for config in (own, changed))
    now = now[pads[0][0] : pads[0][0] + 2]
    for axis in (1, 2):
        more = pads[axis][0] - 3
        size = min(was.shape[axis] - max(0, -more), now.shape[axis] - max(0, more))
        was = np.take(was, range(max(0, -more), max(0, -more) + size), axis)
        now = np.take(now, range(max(0, more), max(0, more) + size), axis)
    assert min(now.shape) >= 2
    np.testing.assert_allclose(now, was, rtol=1e-4, atol=1e-5)


def test_a_mode_that_padded_channels_follow_is_measured():
    """All windows read them."""
    padded = replace(CONFIG, paddings=((0, 0), (3, 3), (3, 3), (1, 1)))
    stored = keep_weights(padded, random_weights(padded, 1))
    names = own_settings.other_settings(replace(stored, source=TRAINED), CONFIG)
    assert names == []
    other = replace(padded, pad_mode="CONSTANT")
    names = own_settings.other_settings(replace(stored, source=TRAINED), other)
    assert [name for name in names if not own_settings.is_of_border(name, other)] == ["pad_mode"]


def test_where_the_other_pass_takes_long_nothing_is_measured_and_that_is_said():
    wide = {"base_height": 64, "base_width": 64, "stride": 1, "upsample_dim": 64}
    steps = told({"config": wide})
    assert "unmeasured" in codes(steps)
    assert not {"measured_picture", "part"} & {*codes(steps)}


@each("kernel_size", range(1, 10))
def test_a_kernel_size_without_a_network_is_said_to_have_that_of_5(kernel_size):
    """Wherever one comes from; that of 5 is never the one of the nearest kernel size."""
    step = the("no_network", told({"config": {"kernel_size": kernel_size}}))
    assert (step is None) == (kernel_size in FAMILY)
    if step:
        assert (step["before"], step["after"]) == (5, kernel_size)
        assert min(FAMILY, key=lambda own: abs(own - kernel_size)) != 5
    deeper = told({"config": {"kernel_size": kernel_size, "upsample_dim": 72}})
    assert ("no_network" in codes(deeper)) == (kernel_size not in FAMILY)


@each("noise_dim", [127, 129, 200])
@each("given", [{}, {"z_edits": "2.3:1.5"}, {"z_scale": 0}])
def test_items_that_get_another_z_are_named(noise_dim, given):
    """The seed's numbers are one stream, cut into rows of noise_dim; item 0 begins it."""
    config = replace(USUAL, noise_dim=noise_dim)
    steps = told({"config": {"noise_dim": noise_dim}, "batch_size": 4, **given})
    before, after = (State(config=c, batch_size=4, **given).z for c in (USUAL, config))
    both = min(128, noise_dim)
    equal = (before[:, :both] == after[:, :both]).all(axis=1)
    said = the("same_network", steps) or the("other_items", steps)
    assert (said["after"] if said else "") == ("" if given == {"z_scale": 0} else "1–3")
    assert equal.tolist() == ([True] * 4 if given == {"z_scale": 0} else [True] + 3 * [False])
    if noise_dim > 128:
        assert ("same" in codes(steps)) == equal.all()
        outputs = [output_of(c, batch_size=4, **given) for c in (USUAL, config)]
        changed = np.abs(outputs[0] - outputs[1]).max(axis=(1, 2, 3)) > 1e-4
        assert changed.tolist() == (~equal).tolist()


def test_vectors_that_were_given_stay_and_are_not_named():
    rows = encode_rows(draw_z(9, 2, 128), first=1)
    given = {"batch_size": 4, "z_data": rows}
    config = GeneratorConfig(upsample_dim=64, noise_dim=129)
    state = State(config=config, weights=TRAINED, **given)
    equal = (state.z[:, :128] == state.z_of(128)).all(axis=1)
    assert equal.tolist() == [True, True, True, False]
    assert the("same_network", told({"config": {"noise_dim": 129}, **given}))["after"] == "3"


@each(
    "changes",
    [{"upsample_dim": 72}, {"kernel_size": 9}, {"noise_dim": 130, "upsample_dim": 65},
     {"kernel_size": 7, "stride": 1}, {"paddings": ((0, 0), (3, 3), (2, 4), (1, 2))}],
)  # fmt: skip
def test_the_output_is_what_it_would_be_without_what_is_named(changes):
    causes = the("same", told({"config": changes}))["causes"]
    names = [part.split(" ")[0] for part in re.split(r", (?=[a-z])", causes)]
    own = {name: getattr(USUAL, name) for name in names if name in changes}
    if "paddings" in changes:
        own["paddings"] = ((0, 0), (3, 3), (2, 4), (0, 0))
        assert causes == "paddings[3] [0, 0] → [1, 2]"
    config = replace(USUAL, **changes)
    before = output_of(replace(config, **own))
    np.testing.assert_allclose(output_of(config), before, rtol=1e-4, atol=1e-4)


def test_without_pads_no_mode_changes_anything():
    none = ((0, 0),) * 4
    steps = told({"config": {"paddings": none, "pad_mode": "SYMMETRIC"}})
    assert codes(steps) == ["edges"]
    assert steps[0]["causes"].endswith("pad_mode REFLECT → SYMMETRIC")
