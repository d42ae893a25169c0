"""TensorFlow, imported when something of it is first used: what only reads shapes never waits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow


class _TensorFlow:
    """Stands for the module until then."""

    def __getattr__(self, name: str) -> object:
        import tensorflow

        value = getattr(tensorflow, name)
        setattr(self, name, value)  # for the next time
        return value


tf = _TensorFlow()


def whole_numbers(numbers: Sequence) -> "tensorflow.Tensor":
    """An int32 tensor, such as a shape: for what is none, eager TensorFlow takes a detour."""
    return tf.constant(numbers, tf.int32)
