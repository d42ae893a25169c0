"""How untrained kernels are drawn: Keras' initializers, the same bit for bit on every machine.

Integer arithmetic, and sums, products, quotients and square roots of single values: IEEE 754 gives
one result for each of them, where a library's logarithm differs in the last bit.
"""

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from explorer.model.aligned import aligned_empty

UNIFORM, TRUNCATED, NORMAL = "uniform", "truncated_normal", "normal"
CUT = 2.0  # standard deviations, beyond which a truncated normal draws again
# Standard deviation of N(0, 1) cut at ±2, as in Keras' VarianceScaling.
CUT_STDDEV = 0.87962566103423978
# Values drawn at once, few enough to stay in a core's cache; even, as each draw makes two.
_PIECE = 2**16
_WORDS = 2**16  # random words at once, each for two values of a normal distribution
_LN2 = math.log(2)
_LOG_TERMS = [1 / (2 * k + 1) for k in range(10, -1, -1)]


@dataclass(frozen=True)
class Spread:
    """The distribution of a kernel's values, about 0.

    Attributes:
        kind: `UNIFORM`; `TRUNCATED`, a normal one without what lies beyond `CUT` standard
            deviations; or `NORMAL`.
        size: of a uniform one its limit, else its standard deviation before it is cut.
    """

    kind: str
    size: float


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """fan_in and fan_out of a kernel as it is stored (Keras' `compute_fans`).

    The last two axes count as inputs and outputs whatever they hold: of a transposed convolution's
    [k, k, out, in] the outputs count as fan_in, in TensorFlow 1 as in Keras.
    """
    receptive = math.prod(shape[:-2])
    return receptive * shape[-2], receptive * shape[-1]


def spread_of(initializer: str, shape: tuple[int, ...]) -> Spread:
    """What a kernel is drawn from.

    Glorot: variance 2 / (fan_in + fan_out), Glorot and Bengio 2010, equations 12 and 16. He:
    2 / fan_in, He et al. 2015, equation 10. Both normal ones are cut and widened so that the
    variance is this one after the cut (`keras.initializers.VarianceScaling`).
    """
    fan_in, fan_out = fans(shape)
    match initializer:
        case "glorot_uniform":
            return Spread(UNIFORM, math.sqrt(6.0 / (fan_in + fan_out)))
        case "glorot_normal":
            return Spread(TRUNCATED, math.sqrt(2.0 / (fan_in + fan_out)) / CUT_STDDEV)
        case "he_normal":
            return Spread(TRUNCATED, math.sqrt(2.0 / fan_in) / CUT_STDDEV)
        case "normal_0.02":
            return Spread(NORMAL, 0.02)
    raise KeyError(initializer)


def draw_kernel(initializer: str, name: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """A kernel, float32 of that shape; seed and name make its stream of random numbers."""
    spread = spread_of(initializer, shape)
    source = np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))
    values = aligned_empty((math.prod(shape),))
    if spread.kind == UNIFORM:
        _fill_uniform(values, source, np.float32(spread.size))
    else:
        bound = CUT if spread.kind == TRUNCATED else math.inf
        _fill_normal(values, source, bound, spread.size)
    return values.reshape(shape)


def _fill_uniform(values: np.ndarray, source: "np.random.PCG64", limit: np.float32):
    """Values in [-limit, limit), of fractions in [-0.5, 0.5) in steps of 2**-23, each exact.

    23 random bits under the exponent of 1.0 make a float32 in [1, 2).
    """
    for at in range(0, len(values), _PIECE):
        part = values[at : at + _PIECE]
        bits = source.random_raw((len(part) + 1) // 2).astype("<u8", copy=False).view("<u4")
        bits >>= 9
        bits |= 0x3F800000
        part[:] = bits.view("<f4")[: len(part)]
        part -= np.float32(1.5)
        part *= 2 * limit


def _fill_normal(values: np.ndarray, source: "np.random.PCG64", bound: float, stddev: float):
    at = 0
    for drawn in _normals(source):
        kept = drawn[np.abs(drawn) <= bound][: len(values) - at]
        values[at : at + len(kept)] = kept * stddev
        at += len(kept)
        if at == len(values):
            return


def _normals(source: "np.random.PCG64") -> Iterator[np.ndarray]:
    """Values from N(0, 1) without end, float64: the polar method (Marsaglia and Bray 1964)."""
    while True:
        words = source.random_raw(_WORDS).astype("<u8", copy=False).view("<u4")
        points = (words.reshape(-1, 2) * 2.0 + 1.0) * 2.0**-32 - 1.0  # exact, and never 0
        squares = points[:, 0] * points[:, 0] + points[:, 1] * points[:, 1]
        inside = squares < 1
        points, squares = points[inside], squares[inside]
        points *= np.sqrt(_log(squares) * -2.0 / squares)[:, np.newaxis]
        yield points.ravel()


def _log(values: np.ndarray) -> np.ndarray:
    """Natural logarithm of positive float64 values, to about one unit in the last place.

    Of value = m·2**e with m near 1: e·ln 2 + 2·artanh((m - 1)/(m + 1)), as a series.
    """
    m, e = np.frexp(values)
    small = m < math.sqrt(0.5)
    m[small] *= 2.0
    e[small] -= 1
    ratio = (m - 1.0) / (m + 1.0)
    square = ratio * ratio
    total = np.zeros_like(square)
    for term in _LOG_TERMS:
        total = total * square + term
    return e * _LN2 + ratio * 2.0 * total
