"""Kept runs are the trace of their arguments, and count all that they keep alive."""

import gc
import os
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from explorer import GeneratorConfig, draw_z, init_weights, trace
from explorer.model import runs
from explorer.model.devices import devices, resolve_device
from explorer.model.freed_memory import freed_memory, resident_bytes
from explorer.model.memory import ENTRY_BYTES, OBJECT_BYTES, Memory
from explorer.model.niceness import NICENESS, step_back
from explorer.model.runs import Origin, run
from explorer.model.weights import initial_value, weight_list
from explorer.sizes import MIB
from tests.support.each import each
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
    arrays = [*init_weights(config, 3).values(), z, *made.stages.values()]
    assert made.bytes == sum(array.nbytes + OBJECT_BYTES for array in arrays)


@pytest.fixture
def own_memory(monkeypatch) -> Memory:
    own = Memory(512 * MIB)
    monkeypatch.setattr(runs, "memory", own)
    return own


@pytest.mark.skipif(not resident_bytes(), reason="Linux alone tells what is resident")
def test_small_runs_count_what_they_take(own_memory):
    """Each of a few numbers, in objects a hundred times as large."""
    config = GeneratorConfig(
        noise_dim=1, upsample_dim=2, upsample_blocks=1, base_height=1, base_width=1,
        kernel_size=1, stride=1, C=1, output_kernel=1, paddings=((0, 0),) * 4,
    )  # fmt: skip

    def held(seeds: range) -> int:
        for seed in seeds:
            run(config, Origin(seed), draw_z(seed, 1, 1), "CPU:0")
        gc.collect()
        freed_memory._libc.malloc_trim(0)
        return resident_bytes()

    before, counted = held(range(50)), own_memory.kept_bytes
    grown = held(range(50, 1050)) - before
    numbers = 4 * 1000 * sum(weight.size for weight in init_weights(config).values())
    assert grown < own_memory.kept_bytes - counted
    assert grown > 10 * numbers  # what the numbers alone would have counted


def test_a_key_does_not_hold_z(own_memory):
    config, z = GeneratorConfig(noise_dim=4096, upsample_dim=8), draw_z(1, 16, 4096)
    run(config, Origin(3), z, "CPU:0")
    assert max(len(pickle.dumps(key)) for key in own_memory._made) < ENTRY_BYTES


@each("changed", ["config", "seed", "z"])
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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities by thread")
def test_weights_for_heavy_work_are_drawn_behind_light_work(own_memory, monkeypatch):
    """Each on threads of the work's own priority; what is kept is looked up without any."""
    drawn = []

    def noted(weight, seed):
        drawn.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return initial_value(weight, seed)

    monkeypatch.setattr(runs, "initial_value", noted)
    config, usual = GeneratorConfig(upsample_dim=16, noise_dim=4), os.getpriority(0, 0)
    with ThreadPoolExecutor(1, initializer=step_back) as heavy, ThreadPoolExecutor(1) as light:
        for work, seed, niceness in ((heavy, 1, NICENESS), (light, 2, usual)):
            for _ in range(2):
                work.submit(runs.draw_weights, config, Origin(seed), "CPU:0").result()
            assert {*drawn} == {niceness}
            assert len(drawn) == len(weight_list(config))
            drawn.clear()
