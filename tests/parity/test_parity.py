"""Every stage of random generators against TensorFlow 1 code that shares nothing with ours."""

import ast
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest

from explorer import trace
from explorer.model.config import ACTIVATIONS, BN_POSITIONS, PAD_MODES
from tests.parity.cases import Case, make_cases
from tests.parity.comparison import stages_apart
from tests.parity.scripts import run_script
from tests.support.each import each

SCRIPT = Path(__file__).with_name("reference.py")
CASES = make_cases()
INDEXED = each(("index", "case"), {case.label: (at, case) for at, case in enumerate(CASES)})


@dataclass(frozen=True)
class Reference:
    """What the reference returned: for each case its stages, and its variables in order."""

    stages: list[dict[str, np.ndarray]]
    variables: list[list]


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Reference:
    """All cases, in one process of its own in which Keras 2 stands behind TensorFlow."""
    folder = tmp_path_factory.mktemp("parity")
    source, target = folder / "cases.npz", folder / "stages.npz"
    arrays = {}
    for index, case in enumerate(CASES):
        arrays |= {f"{index}|z": case.z}
        arrays |= {f"{index}|{name}": value for name, value in case.weights.items()}
    np.savez(source, cases=json.dumps([asdict(case.config) for case in CASES]), **arrays)
    run_script(SCRIPT.name, source, target, folder=folder)
    found = np.load(target)
    stages = [{} for _ in CASES]
    for key in found.files:
        index, _, name = key.partition("|")
        if name:
            stages[int(index)][name] = found[key]
    return Reference(stages, json.loads(str(found["variables"])))


def tolerance(case: Case) -> float:
    """Dividing by a batch's own variance magnifies rounding, hence more room when training."""
    return 1e-4 if case.config.training else 1e-5


@INDEXED
def test_every_stage_agrees(reference, index, case):
    found = trace(case.config, case.weights, case.z)
    assert stages_apart(reference.stages[index], found, tolerance(case)) == []


@INDEXED
def test_the_graph_has_our_variables_under_our_names_in_our_order(reference, index, case):
    ours = [[name, list(value.shape)] for name, value in case.weights.items()]
    assert reference.variables[index] == ours


@each(
    "variable",
    [
        "fc1/dense/bias",
        "fc1/batch_normalization/moving_mean",
        "upsample1/conv2d_transpose/kernel",
        "upsample2/batch_normalization/moving_variance",
        "upsample3/batch_normalization/gamma",
        "conv_out/conv2d/bias",
    ],
)
def test_one_wrong_weight_is_noticed(reference, variable):
    case = CASES[0]
    weights = case.weights
    weights[f"noise_generator/{variable}"][..., 0] *= np.float32(1.01)
    found = trace(case.config, weights, case.z)
    apart = stages_apart(reference.stages[0], found, tolerance(case))
    assert apart
    assert apart[0].startswith(variable.rsplit("/", 1)[0])


def test_another_configuration_is_noticed(reference):
    case = CASES[1]
    for changed in ({"training": False}, {"actv": "elu"}, {"pad_mode": "SYMMETRIC"}):
        config = type(case.config)(**(asdict(case.config) | changed))
        found = trace(config, case.weights, case.z)
        assert stages_apart(reference.stages[1], found, tolerance(case)), changed


def test_the_cases_cover_what_they_are_meant_to():
    configs = [case.config for case in CASES]
    assert len(set(configs)) >= 42

    def values(name: str) -> set:
        return {getattr(config, name) for config in configs}

    assert values("kernel_size") == set(range(1, 10))
    assert values("C") == set(range(1, 17))
    assert values("actv") == set(ACTIVATIONS)
    assert values("bn_position") == set(BN_POSITIONS)
    assert values("pad_mode") == set(PAD_MODES)
    assert values("stride") == {1, 2, 3, 4}
    assert values("upsample_blocks") == {1, 2, 3, 4}
    assert {case.batch for case in CASES} == {1, 2, 3, 4}
    assert len(values("base_height")) > 3
    assert len(values("base_width")) > 4
    assert len(values("output_kernel")) > 6
    assert min(sum(config.training is flag for config in configs) for flag in (True, False)) > 15
    assert sum(config.upsample_dim % 8 != 0 for config in configs) > 10
    for axis in range(4):
        assert sum(max(config.paddings[axis]) > 0 for config in configs) >= 5
        assert sum(len(set(config.paddings[axis])) == 2 for config in configs) >= 3
    trained = {(c.config.actv, c.config.training) for c in CASES}
    assert len(trained) == 16
    assert any(case.batch == 1 and case.config.training for case in CASES)
    assert any(config.kernel_size < config.stride for config in configs)


def test_the_weights_are_far_from_their_defaults():
    for case in CASES:
        for name, value in case.weights.items():
            variable = name.rsplit("/", 1)[-1]
            default = 1 if variable in ("gamma", "moving_variance") else 0
            assert np.abs(value - default).min() > 0 or variable == "kernel", name


def test_the_reference_shares_nothing_with_the_package():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    names = {alias.name for node in imports for alias in node.names}
    assert names == {"json", "os", "sys", "numpy", "tensorflow"}
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))
