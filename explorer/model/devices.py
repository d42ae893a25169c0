"""The devices that TensorFlow sees; GPUs get memory growth so that the app can share them."""

import functools

import tensorflow as tf

from explorer.errors import ExplorerError, quote

AUTO = "auto"


@functools.cache
def devices() -> tuple[str, ...]:
    """Names such as ("GPU:0", "CPU:0"), the preferred one first.

    Memory growth can only be set before TensorFlow has initialised a GPU; where that has happened
    already (a notebook), the GPU is used as it is.
    """
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:
            break
    return (*(f"GPU:{index}" for index in range(len(gpus))), "CPU:0")


def resolve_device(name: str) -> str:
    """The device that `name` stands for; "auto" is the first GPU, or the CPU without one.

    Raises:
        ExplorerError: this machine has no such device.
    """
    known = isinstance(name, str)
    if known and name == AUTO:
        return devices()[0]
    if not known or name not in devices():
        raise ExplorerError(
            "no_such_device", "device", value=quote(name), allowed=", ".join((AUTO, *devices()))
        )
    return name
