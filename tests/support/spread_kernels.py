"""Keras' dilated transposed convolutions on a CPU, where TensorFlow runs not all of them."""

import functools

import keras
import numpy as np


def spread_kernels():
    """Puts zeros between their taps, which is the same without dilation; for eager calls."""
    kind = keras.layers.Conv2DTranspose
    if not hasattr(kind.call, "__wrapped__"):
        kind.call = _spreading(kind.call)


def _spreading(call):
    @functools.wraps(call)
    def spread_call(layer, inputs):
        rate = layer.dilation_rate
        if max(rate) == 1:
            return call(layer, inputs)
        kernel = np.asarray(layer.kernel)
        extent = [(n - 1) * apart + 1 for n, apart in zip(kernel.shape, rate, strict=False)]
        spread = np.zeros((*extent, *kernel.shape[2:]), np.float32)
        spread[:: rate[0], :: rate[1]] = kernel
        made = keras.ops.conv_transpose(
            inputs, spread, layer.strides, layer.padding, layer.output_padding
        )
        return layer.activation(made + layer.bias if layer.use_bias else made)

    return spread_call
