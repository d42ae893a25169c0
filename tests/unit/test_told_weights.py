"""What is said of weights in another structure: what becomes of the output first, and all true."""

import re
from dataclasses import replace

import numpy as np
import pytest

from explorer import GeneratorConfig, carry_weights, draw_z
from explorer.model.latent import encode_rows
from explorer.model.runs import run
from explorer.model.weight_store import TRAINED, keep_weights, shipped_kernels
from explorer.schema import State
from explorer.views.weights import weights_view
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=6, upsample_dim=16, kernel_size=3)
USUAL = GeneratorConfig(upsample_dim=64)
FAMILY = shipped_kernels()


def told(fields: dict, config: GeneratorConfig = USUAL, source: str = TRAINED) -> dict[str, dict]:
    """What is said of trained weights in another structure, by its code, in its order."""
    config = replace(config, **fields.pop("config", {}))
    state = State(config=config, weights=source, **fields)
    return {step["code"]: step for step in weights_view(state, state.find_origin())["steps"]}


def output_of(config, **fields) -> np.ndarray:
    state = State(config=config, weights=TRAINED, **fields)
    return run(config, state.find_origin(), state.z, "CPU:0").stages["conv_out/conv2d"]


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"upsample_blocks": 2, "upsample_dim": 128, "C": 1}, "fresh"),
        ({"upsample_dim": 128}, "same"),
        ({"kernel_size": 7}, "same"),
        ({"kernel_size": 2}, "little"),
        ({"kernel_size": 1}, "little"),
        ({"upsample_dim": 8}, "little"),
        ({"upsample_dim": 24}, "little"),
        ({"upsample_dim": 48}, "part"),
        ({"upsample_dim": 48, "kernel_size": 7, "base_width": 16}, "part"),
        ({"base_width": 16}, "another"),
        ({"noise_dim": 64}, "another"),
        ({"C": 1}, "luminance"),
        ({"output_kernel": 3}, "part"),
    ],
)
def test_what_becomes_of_the_output_is_told_first(changes, first):
    steps = told({"config": changes})
    assert next(iter(steps)) == first
    if first != "fresh":
        assert {"little", "part", "same", "another"} & steps.keys() <= {first}


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ({"kernel_size": 7}, ["unlike", "same", "no_network", "taps_more"]),
        ({"upsample_dim": 8}, ["little", "unlike", "channels_fewer"]),
        ({"upsample_blocks": 2}, ["fresh", "unlike"]),
        ({"C": 1}, ["unlike", "luminance"]),
    ],
)
def test_other_settings_are_told_where_they_change_most(changes, order):
    steps = told({"config": {"actv": "tanh", "stride": 1, "base_height": 4, **changes}})
    assert [*steps] == order
    assert steps["unlike"]["before"] == "actv = relu, stride = 2"


def test_how_little_is_left_is_told_with_its_number():
    assert told({"config": {"upsample_dim": 8}})["little"]["after"] == "< 1"
    assert told({"config": {"upsample_dim": 48}})["part"]["after"] == 56
    lossless = replace(CONFIG, kernel_size=5)
    weights = carry_weights(CONFIG, random_weights(CONFIG, 0), lossless)
    stored = keep_weights(lossless, weights)
    assert [*told({}, CONFIG, stored.source)] == ["taps_fewer"], "zero taps alone"


@pytest.mark.parametrize("kernel_size", range(1, 10))
def test_a_kernel_size_without_a_network_is_said_to_have_that_of_5(kernel_size):
    """Wherever one comes from; that of 5 is never the one of the nearest kernel size."""
    step = told({"config": {"kernel_size": kernel_size}}).get("no_network")
    assert (step is None) == (kernel_size in FAMILY)
    if step:
        assert (step["before"], step["after"]) == (5, kernel_size)
        assert min(FAMILY, key=lambda own: abs(own - kernel_size)) != 5
    deeper = told({"config": {"kernel_size": kernel_size, "upsample_dim": 72}})
    assert ("no_network" in deeper) == (kernel_size not in FAMILY)


@pytest.mark.parametrize("noise_dim", [127, 129, 200])
@pytest.mark.parametrize("given", [{}, {"z_edits": "2.3:1.5"}, {"z_scale": 0}])
def test_items_that_get_another_z_are_named(noise_dim, given):
    """The seed's numbers are one stream, cut into rows of noise_dim; item 0 begins it."""
    config = replace(USUAL, noise_dim=noise_dim)
    steps = told({"config": {"noise_dim": noise_dim}, "batch_size": 4, **given})
    before, after = (State(config=c, batch_size=4, **given).z for c in (USUAL, config))
    both = min(128, noise_dim)
    equal = (before[:, :both] == after[:, :both]).all(axis=1)
    said = steps.get("same_network") or steps.get("other_items")
    assert (said["after"] if said else "") == ("" if given == {"z_scale": 0} else "1–3")
    assert equal.tolist() == ([True] * 4 if given == {"z_scale": 0} else [True] + 3 * [False])
    if noise_dim > 128:
        assert ("same" in steps) == equal.all()
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
    assert told({"config": {"noise_dim": 129}, **given})["same_network"]["after"] == "3"


@pytest.mark.parametrize(
    "changes",
    [{"upsample_dim": 72}, {"kernel_size": 9}, {"noise_dim": 130, "upsample_dim": 65},
     {"kernel_size": 7, "stride": 1}, {"paddings": ((0, 0), (3, 3), (2, 4), (1, 2))}],
)  # fmt: skip
def test_the_output_is_what_it_would_be_with_the_values_that_are_named(changes):
    said = told({"config": changes})["same"]["before"]
    named = [part.split(" = ")[0] for part in re.split(r", (?=[a-z])", said)]
    own = {name: getattr(USUAL, name) for name in named}
    if "paddings" in own:
        own["paddings"] = ((0, 0), (3, 3), (2, 4), (0, 0))
        assert said == "paddings = [[0, 0], [3, 3], [2, 4], [0, 0]]"
    config = replace(USUAL, **changes)
    before = output_of(replace(config, **own))
    np.testing.assert_allclose(output_of(config), before, rtol=1e-4, atol=1e-4)
