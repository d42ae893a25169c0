"""Generators as people write them in PyTorch: their arrays, and what each module makes of a z."""

import numpy as np

from tests.support import torch_reference as torch


class Made:
    """Arrays of a state dict by name, and outputs by module, as they are computed.

    Attributes:
        arrays: what a state dict holds.
        stages: the explorer's name of a stage -> its values, channels last.
        spectral: names of a weight, its u and its v; () without spectral normalization.
    """

    def __init__(self, z, seed=0, spectral=()):
        self.random, self.arrays, self.stages = np.random.RandomState(seed), {}, {}
        self.x, self.spectral = z.astype(np.float64), spectral
        self.keep("input" if z.ndim == 4 else "z")

    def keep(self, name):
        self.stages[name] = torch.channels_last(self.x)

    def _drawn(self, name, *shape, low=None):
        drawn = self.random.normal(size=shape) * min(0.3, np.prod(shape[1:]) ** -0.5)
        if low is not None:
            drawn = np.abs(drawn) + low
        self.arrays[name] = drawn.astype(np.float32)
        return self.arrays[name].astype(np.float64)

    def _weight(self, name, *shape, outputs_at=0):
        """Drawn; under spectral normalization what it is at inference."""
        form = self.spectral
        if not form:
            return self._drawn(f"{name}.weight", *shape)
        weight = self._drawn(f"{name}.{form[0]}", *shape)
        matrix = np.moveaxis(weight, outputs_at, 0).reshape(shape[outputs_at], -1)
        v = self.random.normal(size=matrix.shape[1])
        for _ in range(3):  # as in training: near the singular vectors, and not they
            u = matrix @ v / np.linalg.norm(matrix @ v)
            v = u @ matrix / np.linalg.norm(u @ matrix)
        u, v = (part.astype(np.float32) for part in (u, v))
        self.arrays |= {f"{name}.{form[1]}": u, f"{name}.{form[2]}": v}
        return weight / (u.astype(np.float64) @ matrix @ v)

    def linear(self, name, out):
        weight = self._weight(name, out, self.x.shape[1])
        self.x = torch.linear(self.x, weight, self._drawn(f"{name}.bias", out))
        self.keep(name)

    def view(self, *sizes):
        self.x = self.x.reshape(len(self.x), *sizes)
        self.keep("reshape")

    def transposed(self, name, out, kernel, stride, padding, output_padding=0, bias=False):
        weight = self._weight(name, self.x.shape[1], out, kernel, kernel, outputs_at=1)
        added = self._drawn(f"{name}.bias", out) if bias else None
        self.x = torch.conv_transpose2d(self.x, weight, added, stride, padding, output_padding)
        self.keep(name)

    def conv(self, name, out, kernel, padding, bias=True, stride=1, mode="constant"):
        weight = self._weight(name, out, self.x.shape[1], kernel, kernel)
        added = self._drawn(f"{name}.bias", out) if bias else None
        self.x = torch.conv2d(self.x, weight, added, padding, stride, mode)
        self.keep(name)

    def norm(self, name, eps=1e-5):
        count = self.x.shape[1]
        parts = {"weight": None, "bias": None, "running_mean": None, "running_var": 0.1}
        found = [self._drawn(f"{name}.{own}", count, low=low) for own, low in parts.items()]
        self.arrays[f"{name}.num_batches_tracked"] = np.int64(7)
        self.x = torch.batch_norm(self.x, *found, eps)
        self.keep(name)

    def instance_norm(self, name):
        gamma, beta = (self._drawn(f"{name}.{own}", self.x.shape[1]) for own in ("weight", "bias"))
        self.x = torch.instance_norm(self.x, gamma, beta)
        self.keep(name)

    def relu(self, name, slope=0.0):
        self.x = torch.leaky_relu(self.x, slope)
        self.keep(name)

    def prelu(self, name, count):
        alpha = self._drawn(f"{name}.weight", count)
        self.x = torch.leaky_relu(self.x, alpha.reshape(1, -1, 1, 1))
        self.keep(name)

    def plain_instance_norm(self, name):
        """InstanceNorm2d as it is by default: without arrays."""
        self.x = torch.instance_norm(self.x, np.ones(1), np.zeros(1))
        self.keep(name)

    def old_instance_norm(self, name):
        """The same as PyTorch saved it before 0.4: with statistics that it does not use."""
        for own, low in (("running_mean", None), ("running_var", 0.1)):
            self._drawn(f"{name}.{own}", self.x.shape[1], low=low)
        self.plain_instance_norm(name)

    def silu(self, name):
        self.x = self.x / (1 + np.exp(-self.x))
        self.keep(name)

    def upsample(self, name):
        self.x = torch.upsample(self.x)
        self.keep(name)

    def shuffle(self, name, r):
        """The stage before it has the channels of a block place by place."""
        *_, before = self.stages
        places = [self.x[:, at :: r * r] for at in range(r * r)]
        self.stages[before] = torch.channels_last(np.concatenate(places, axis=1))
        self.x = torch.pixel_shuffle(self.x, r)
        self.keep(name)

    def tanh(self, name):
        self.x = np.tanh(self.x)
        self.keep(name)


def example(z, deep=(16, 8, 6, 4), out=3, prefix="main", norm="norm"):
    """PyTorch's DCGAN example, of any width."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    for at, filters in enumerate(deep):
        made.transposed(f"{prefix}.{3 * at}", filters, 4, 2 if at else 1, 1 if at else 0)
        getattr(made, norm)(f"{prefix}.{3 * at + 1}")
        made.relu(f"{prefix}.{3 * at + 2}")
    last = 3 * len(deep)
    made.transposed(f"{prefix}.{last}", out, 4, 2, 1)
    made.tanh(f"{prefix}.{last + 1}")
    return made


def parallel(z):
    """The example, trained by DataParallel, and saved so."""
    made = example(z)
    made.arrays = {f"module.{name}": array for name, array in made.arrays.items()}
    return made


def upsampled(z):
    """A linear layer, then upsampling and convolutions (PyTorch-GAN's)."""
    made = Made(z)
    made.linear("l1.0", 8 * 4 * 4)
    made.view(8, 4, 4)
    made.norm("conv_blocks.0")
    made.upsample("conv_blocks.1")
    made.conv("conv_blocks.2", 8, 3, 1)
    made.norm("conv_blocks.3", 0.8)
    made.relu("conv_blocks.4", 0.2)
    made.upsample("conv_blocks.5")
    made.conv("conv_blocks.6", 4, 3, 1)
    made.norm("conv_blocks.7", 0.8)
    made.relu("conv_blocks.8", 0.2)
    made.conv("conv_blocks.9", 1, 3, 1)
    made.tanh("conv_blocks.10")
    return made


def unflattened(z):
    """All in one Sequential: maps are made of a vector by Unflatten, then upsampled."""
    made = Made(z)
    made.linear("0", 6 * 3 * 3)
    made.relu("1", 0.2)
    made.view(6, 3, 3)
    made.upsample("3")
    made.conv("4", 4, 3, 1)
    made.norm("5")
    made.relu("6", 0.2)
    made.conv("7", 1, 3, 1)
    made.tanh("8")
    return made


def upsampled_first(z):
    """As `upsampled`, without a norm before the first convolution."""
    made = Made(z)
    made.linear("l1.0", 8 * 4 * 4)
    made.view(8, 4, 4)
    made.upsample("conv_blocks.0")
    made.conv("conv_blocks.1", 4, 3, 1)
    made.norm("conv_blocks.2")
    made.relu("conv_blocks.3", 0.2)
    made.conv("conv_blocks.4", 1, 3, 1)
    made.tanh("conv_blocks.5")
    return made


def instances(z):
    """The example with InstanceNorm2d(affine=True), which keeps no statistics."""
    return example(z, norm="instance_norm")


def shuffled(z):
    """Larger maps by PixelShuffle, by 2 and by 3, and the colours last; compiled and parallel."""
    made = Made(z)
    made.linear("fc", 6 * 2 * 2)
    made.relu("fc/activation")
    made.view(6, 2, 2)
    made.conv("up.0", 16, 3, 1)
    made.shuffle("up.1", 2)
    made.prelu("up.2", 4)
    made.conv("up.3", 18, 3, 1, bias=False)
    made.shuffle("up.4", 3)
    made.norm("up.5")
    made.relu("up.6")
    made.conv("up.7", 12, 3, 1)
    made.shuffle("up.8", 2)
    made.tanh("up.9")
    made.arrays = {f"_orig_mod.module.{name}": array for name, array in made.arrays.items()}
    return made


def residual(z):
    """Blocks whose names say that what they take is added to what they make."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    made.transposed("start", 6, 4, 1, 0)
    made.norm("bn")
    made.relu("bn/activation")
    for at in range(2):
        begun = made.x
        made.conv(f"res_blocks.{at}.conv1", 6, 3, 1)
        made.norm(f"res_blocks.{at}.bn1")
        made.relu(f"res_blocks.{at}.bn1/activation")
        made.conv(f"res_blocks.{at}.conv2", 6, 3, 1)
        made.norm(f"res_blocks.{at}.bn2")
        made.x = made.x + begun
        made.keep(f"res_blocks.{at}/add")
    made.transposed("up", 3, 4, 2, 1)
    made.tanh("up/activation")
    return made


def spectral(z, names=("weight_orig", "weight_u", "weight_v")):
    """Spectral normalization of all weights; one has as many outputs as inputs."""
    made = Made(z, spectral=names)
    made.linear("fc", 6 * 3 * 3)
    made.relu("fc/activation")
    made.view(6, 3, 3)
    made.transposed("up.0", 6, 4, 2, 1, bias=True)
    made.norm("up.1")
    made.relu("up.2")
    made.transposed("up.3", 4, 4, 2, 1)
    made.relu("up.4")
    made.conv("up.5", 3, 3, 1)
    made.tanh("up.6")
    return made


def parametrized(z):
    """The same by the newer torch.nn.utils.parametrizations."""
    names = (f"parametrizations.weight.{own}" for own in ("original", "0._u", "0._v"))
    return spectral(z, tuple(names))


def attributes(z):
    """Modules that have names, and functions between them."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    for at, filters in enumerate((12, 8, 8), start=1):
        made.transposed(f"deconv{at}", filters, 4, 2 if at > 1 else 1, int(at > 1), bias=True)
        made.norm(f"deconv{at}_bn")
        made.relu(f"deconv{at}_bn/activation")
    made.transposed("deconv4", 1, 4, 2, 1, bias=True)
    made.tanh("deconv4/activation")
    return made


def course(z):
    """A generator of 28x28 that a course made popular: 1, 3, 6, 13, 28."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    for at, (filters, kernel, stride) in enumerate(((12, 3, 2), (8, 4, 1), (6, 3, 2))):
        if at == 0:
            stride = 2
        made.transposed(f"gen.{at}.0", filters, kernel, stride, 0, bias=True)
        made.norm(f"gen.{at}.1")
        made.relu(f"gen.{at}.2")
    made.transposed("gen.3.0", 1, 4, 2, 0, bias=True)
    made.tanh("gen.3.1")
    return made


def digits(z):
    """4, 7, 14, 28: a kernel of 3 in the second place."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    for at, (kernel, stride, padding) in enumerate(((4, 1, 0), (3, 2, 1), (4, 2, 1))):
        made.transposed(f"net.{3 * at}", 8 - 2 * at, kernel, stride, padding)
        made.norm(f"net.{3 * at + 1}")
        made.relu(f"net.{3 * at + 2}")
    made.transposed("net.9", 1, 4, 2, 1)
    made.tanh("net.10")
    return made


def odd_kernels(z):
    """A linear layer, then kernels of 5 that double by output_padding."""
    made = Made(z)
    made.linear("fc.0", 6 * 3 * 3)
    made.norm("fc.1")
    made.relu("fc.2")
    made.view(6, 3, 3)
    made.transposed("up.0", 4, 5, 2, 2, 1, bias=True)
    made.prelu("up.1", 4)
    made.transposed("up.2", 2, 3, 2, 1, 1, bias=True)
    made.tanh("up.3")
    return made


def head(z):
    """Transposed convolutions, then a plain one that makes the colours."""
    made = Made(z)
    made.view(z.shape[1], 1, 1)
    made.transposed("main.0", 8, 4, 1, 0)
    made.norm("main.1")
    made.relu("main.2")
    made.transposed("main.3", 8, 4, 2, 1)
    made.norm("main.4")
    made.relu("main.5")
    made.conv("main.6", 8, 3, 1, bias=False)
    made.norm("main.7")
    made.relu("main.8")
    made.conv("main.9", 3, 7, 3)
    made.tanh("main.10")
    return made


MODELS = {
    made.__name__: made
    for made in (
        *(
            example,
            parallel,
            upsampled,
            unflattened,
            upsampled_first,
            instances,
            shuffled,
            residual,
            spectral,
            parametrized,
        ),
        *(attributes, course, digits, odd_kernels, head),
    )
}
