"""Runs operations, and lets TensorFlow forget what it keeps of each that ever ran.

Eager TensorFlow keeps a kernel, of 30 to 90 kB, for every combination of attributes that it has
seen (a slope, a stride, a window), for good, and a tensor of every Python number that it met.
Nobody counts them, and there is no end of slopes.
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf
from tensorflow.python import pywrap_tfe  # the public API has no way to let them go
from tensorflow.python.eager import context

from explorer.model.ops.op import Op

# Operations of which kernels are kept. Each is one or a few, those of its gradient included.
MOST_KEPT = 500
_ran: set[Op] = set()


def forget_kernels():
    """Lets go of all that is kept; what runs now keeps its own."""
    _ran.clear()
    context.context().clear_kernel_cache()
    pywrap_tfe.TFE_ClearScalarCache()


def run_op(op: Op, inputs: Sequence, variables: Mapping, shape: tuple[int, ...]) -> tf.Tensor:
    """What the operation makes of its inputs, of that shape."""
    if op not in _ran:
        if len(_ran) >= MOST_KEPT:
            forget_kernels()
        _ran.add(op)
    return tf.convert_to_tensor(op.forward(inputs, variables, shape))
