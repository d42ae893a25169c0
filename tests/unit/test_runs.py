"""Kept runs are the trace of their arguments, and count all that they keep alive."""

import numpy as np
import pytest

from explorer import GeneratorConfig, draw_z, init_weights, trace
from explorer.model.devices import devices, resolve_device
from explorer.model.runs import Origin, run
from tests.unit.refusals import refused


def test_a_run_is_the_trace_of_its_arguments_and_is_kept():
    config, z = GeneratorConfig(noise_dim=6, upsample_dim=16), draw_z(1, 2, 6)
    first = run(config, Origin(3), z, "CPU:0")
    expected = trace(config, init_weights(config, 3), z)
    assert list(first.stages) == list(expected)
    assert all(np.array_equal(first.stages[name], expected[name]) for name in expected)
    assert run(config, Origin(3), z.copy(), "CPU:0") is first


def test_a_run_counts_its_weights_and_its_stages():
    config, z = GeneratorConfig(noise_dim=6, upsample_dim=16), draw_z(1, 2, 6)
    made = run(config, Origin(3), z, "CPU:0")
    weights = sum(array.nbytes for array in init_weights(config, 3).values())
    assert made.bytes == weights + z.nbytes + sum(a.nbytes for a in made.stages.values())


@pytest.mark.parametrize("changed", ["config", "seed", "z"])
def test_another_argument_is_another_run(changed):
    config, z = GeneratorConfig(noise_dim=6, upsample_dim=16), draw_z(1, 2, 6)
    first = run(config, Origin(3), z, "CPU:0")
    other = {
        "config": lambda: run(
            GeneratorConfig(noise_dim=6, upsample_dim=16, C=2), Origin(3), z, "CPU:0"
        ),
        "seed": lambda: run(config, Origin(4), z, "CPU:0"),
        "z": lambda: run(config, Origin(3), z + 1, "CPU:0"),
    }[changed]()
    one, two = first.stages["conv_out/conv2d"], other.stages["conv_out/conv2d"]
    assert one.shape != two.shape or not np.allclose(one, two)


def test_auto_is_the_first_device_and_the_cpu_is_always_there():
    assert resolve_device("auto") == devices()[0]
    assert resolve_device("CPU:0") == "CPU:0"
    with refused("no_such_device", "GPU:99", "auto", "CPU:0", field="device"):
        resolve_device("GPU:99")
