"""The caches of runs and weights: the same numbers, within their bytes, oldest out first."""

import numpy as np
import pytest

from explorer import GeneratorConfig, draw_z, init_weights, trace
from explorer.model.devices import devices, resolve_device
from explorer.model.runs import ByteCache, run
from tests.unit.refusals import refused


def test_a_run_is_the_trace_of_its_arguments_and_is_kept():
    config, z = GeneratorConfig(noise_dim=6, upsample_dim=16), draw_z(1, 2, 6)
    first = run(config, 3, z, "CPU:0")
    expected = trace(config, init_weights(config, 3), z)
    assert list(first.stages) == list(expected)
    assert all(np.array_equal(first.stages[name], expected[name]) for name in expected)
    assert run(config, 3, z.copy(), "CPU:0") is first


@pytest.mark.parametrize("changed", ["config", "seed", "z"])
def test_another_argument_is_another_run(changed):
    config, z = GeneratorConfig(noise_dim=6, upsample_dim=16), draw_z(1, 2, 6)
    first = run(config, 3, z, "CPU:0")
    other = {
        "config": lambda: run(GeneratorConfig(noise_dim=6, upsample_dim=16, C=2), 3, z, "CPU:0"),
        "seed": lambda: run(config, 4, z, "CPU:0"),
        "z": lambda: run(config, 3, z + 1, "CPU:0"),
    }[changed]()
    one, two = first.stages["conv_out/conv2d"], other.stages["conv_out/conv2d"]
    assert one.shape != two.shape or not np.allclose(one, two)


class Made:
    """Counts how often each key's value was made."""

    def __init__(self, bound: int):
        self.cache, self.counts = ByteCache(bound), {}

    def get(self, key: str, size: int = 1) -> str:
        return self.cache.get(key, lambda: self._make(key), lambda value: size)

    def _make(self, key: str) -> str:
        self.counts[key] = self.counts.get(key, 0) + 1
        return key.upper()


def test_a_value_is_made_once():
    made = Made(bound=10)
    assert [made.get("a"), made.get("a"), made.get("b")] == ["A", "A", "B"]
    assert made.counts == {"a": 1, "b": 1}


def test_the_least_recently_used_value_leaves_when_the_bytes_run_out():
    made = Made(bound=10)
    for key in ("a", "b", "a", "c", "a", "b"):
        made.get(key, size=5)
    assert made.counts == {"a": 1, "b": 2, "c": 1}


def test_a_value_larger_than_the_cache_is_made_but_displaces_nothing():
    made = Made(bound=10)
    made.get("a")
    assert [made.get("big", size=11), made.get("big", size=11)] == ["BIG", "BIG"]
    made.get("a")
    assert made.counts == {"a": 1, "big": 2}


def test_auto_is_the_first_device_and_the_cpu_is_always_there():
    assert resolve_device("auto") == devices()[0]
    assert resolve_device("CPU:0") == "CPU:0"
    with refused("no_such_device", "GPU:99", "auto", "CPU:0", field="device"):
        resolve_device("GPU:99")
