"""Devices: the GPU first, with memory growth, where TensorFlow sees one; messages for others."""

import pytest
import tensorflow as tf

from explorer.errors import ExplorerError
from explorer.model import devices as module


@pytest.fixture
def two_gpus(monkeypatch):
    """A machine with two GPUs, as far as `devices` can tell; yields those that got growth."""
    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind} 0", f"{kind} 1"])
    monkeypatch.setattr(
        tf.config.experimental,
        "set_memory_growth",
        lambda gpu, enable: grown.append((gpu, enable)),
    )
    module.devices.cache_clear()
    yield grown
    module.devices.cache_clear()


def test_gpus_come_first_and_grow(two_gpus):
    assert module.devices() == ("GPU:0", "GPU:1", "CPU:0")
    assert two_gpus == [("GPU 0", True), ("GPU 1", True)]


def test_auto_is_the_first_gpu(two_gpus):
    assert module.resolve_device("auto") == "GPU:0"
    assert module.resolve_device("CPU:0") == "CPU:0"


def test_a_gpu_in_use_already_is_taken_as_it_is(two_gpus, monkeypatch):
    def refuse(gpu, enable):
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", refuse)
    assert module.devices()[0] == "GPU:0"


def test_an_absent_device_is_named_with_those_that_are_there():
    with pytest.raises(ExplorerError, match=r"GPU:7.*auto, CPU:0"):
        module.resolve_device("GPU:7")
