"""PyTorch's formulas of a generator's modules, in plain NumPy: channels first, written by its docs.

Independent of the explorer: each output is summed up by its indices, in float64.
"""

import numpy as np


def linear(x, weight, bias=None):
    """y = x·Aᵀ + b (torch.nn.Linear)."""
    return x @ weight.T + (0 if bias is None else bias)


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0):
    """weight [in, out, rows, columns]; sizes as the documentation of torch.nn has them."""
    items, _, rows, columns = x.shape
    _, out, high, wide = weight.shape
    sizes = [
        (n - 1) * stride - 2 * padding + k + output_padding
        for n, k in ((rows, high), (columns, wide))
    ]
    y = np.zeros((items, out, *sizes))
    for i in range(rows):
        for j in range(columns):
            for a in range(high):
                for b in range(wide):
                    at, to = i * stride + a - padding, j * stride + b - padding
                    if 0 <= at < sizes[0] and 0 <= to < sizes[1]:
                        y[:, :, at, to] += x[:, :, i, j] @ weight[:, :, a, b]
    return y + (0 if bias is None else bias.reshape(1, -1, 1, 1))


def conv2d(x, weight, bias=None, padding=0, stride=1, mode="constant"):
    """weight [out, in, rows, columns]: a cross-correlation, of which each stride-th place is kept.

    Args:
        mode: of np.pad: "reflect" is torch.nn.ReflectionPad2d before it.
    """
    padded = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2), mode)
    out, _, high, wide = weight.shape
    rows, columns = padded.shape[2] - high + 1, padded.shape[3] - wide + 1
    y = np.zeros((len(x), out, rows, columns))
    for a in range(high):
        for b in range(wide):
            window = padded[:, :, a : a + rows, b : b + columns]
            y += np.einsum("nchw,oc->nohw", window, weight[:, :, a, b])
    y = y[:, :, ::stride, ::stride]
    return y + (0 if bias is None else bias.reshape(1, -1, 1, 1))


def batch_norm(x, weight, bias, mean, variance, eps=1e-5):
    """(x - E[x]) / sqrt(Var[x] + eps)·γ + β, along axis 1 (torch.nn.BatchNorm1d and 2d, eval)."""
    sizes = (1, -1, *(1,) * (x.ndim - 2))
    mean, variance, weight, bias = (part.reshape(sizes) for part in (mean, variance, weight, bias))
    return (x - mean) / np.sqrt(variance + eps) * weight + bias


def instance_norm(x, weight, bias):
    """As `batch_norm`, by each channel's own mean and variance (torch.nn.InstanceNorm2d)."""
    mean, variance = (part(x, axis=(2, 3), keepdims=True) for part in (np.mean, np.var))
    weight, bias = (part.reshape(1, -1, 1, 1) for part in (weight, bias))
    return (x - mean) / np.sqrt(variance + 1e-5) * weight + bias


def leaky_relu(x, slope=0.0):
    """max(0, x) + slope·min(0, x)."""
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def upsample(x, factor=2):
    """torch.nn.Upsample, nearest."""
    return x.repeat(factor, axis=2).repeat(factor, axis=3)


def pixel_shuffle(x, r):
    """[*, C·r², H, W] to [*, C, H·r, W·r] (torch.nn.PixelShuffle)."""
    items, channels, rows, columns = x.shape
    y = np.zeros((items, channels // r**2, rows * r, columns * r))
    for c in range(channels):
        y[:, c // r**2, c // r % r :: r, c % r :: r] = x[:, c]
    return y


def channels_last(x):
    """Maps as the explorer has them; vectors as they are."""
    return x.transpose(0, 2, 3, 1) if x.ndim == 4 else x
