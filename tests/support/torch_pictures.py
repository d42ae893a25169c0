"""Generators that take a picture, of the structure and names of their public PyTorch code.

Narrower than those, and with fewer blocks; written from their structure, in no line copied.
"""

import numpy as np

from tests.support.torch_models import Made
from tests.support.torch_reference import channels_last


def _row_block(made, name, own, width, norm, dropout):
    path, begun = f"{name}.{own}.", made.x
    second = 6 if dropout else 5
    made.conv(f"{path}1", width, 3, 1, mode="reflect")
    norm(f"{path}2")
    made.relu(f"{path}3")
    made.conv(f"{path}{second}", width, 3, 1, mode="reflect")
    norm(f"{path}{second + 1}")
    made.x = made.x + begun
    made.keep(f"{name}/add")


def resnet(
    x, own="conv_block", upsamples=False, batch=False, dropout=False, norm="plain_instance_norm"
):
    """CycleGAN's: aitorzip, junyanz; with upsampling as an early PyTorch-GAN has it."""
    made = Made(x)
    norm = made.norm if batch else getattr(made, norm)
    made.conv("model.1", 4, 7, 3, bias=not batch, mode="reflect")
    norm("model.2")
    made.relu("model.3")
    for at, width in ((4, 8), (7, 16)):
        made.conv(f"model.{at}", width, 3, 1, bias=not batch, stride=2)
        norm(f"model.{at + 1}")
        made.relu(f"model.{at + 2}")
    for at in (10, 11):
        _row_block(made, f"model.{at}", own, 16, norm, dropout)
    at = 12
    for width in (8, 4):
        if upsamples:
            made.upsample(f"model.{at}")
            made.conv(f"model.{at + 1}", width, 3, 1)
        else:
            made.transposed(f"model.{at}", width, 3, 2, 1, 1, bias=not batch)
        at += upsamples
        norm(f"model.{at + 1}")
        made.relu(f"model.{at + 2}")
        at += 3
    made.conv(f"model.{at + 1}", 3, 7, 3, mode="reflect")
    made.tanh(f"model.{at + 2}")
    return made


def u_net(x, levels=3):
    """pix2pix': junyanz; each level bends what comes in place."""
    made = Made(x)
    made.conv("model.model.0", 4, 4, 1, bias=False, stride=2)

    def level(path, left):
        made.relu(f"{path}.0", 0.2)
        skipped, depth, up = made.x, made.x.shape[1], 3
        made.conv(f"{path}.1", 6, 4, 1, bias=False, stride=2)
        if left:
            made.norm(f"{path}.2")
            level(f"{path}.3.model", left - 1)
            up = 5
        made.relu(f"{path}.{up - 1}")
        made.transposed(f"{path}.{up}", depth, 4, 2, 1)
        made.norm(f"{path}.{up + 1}")
        made.x = np.concatenate([skipped, made.x], axis=1)
        made.keep(f"{path}/concatenate")

    level("model.model.1.model", levels - 1)
    made.relu("model.model.2")
    made.transposed("model.model.3", 3, 4, 2, 1, bias=True)
    made.tanh("model.model.4")
    return made


def u_net_of_parts(x, count=4):
    """pix2pix': PyTorch-GAN."""
    made, skipped = Made(x), []
    for at in range(1, count + 1):
        made.conv(f"down{at}.model.0", 8 * at, 4, 1, bias=False, stride=2)
        if 1 < at < count:
            made.plain_instance_norm(f"down{at}.model.1")
        made.relu(f"down{at}.model.{2 if 1 < at < count else 1}", 0.2)
        skipped.append(made.x)
    for at in range(1, count):
        made.transposed(f"up{at}.model.0", 5, 4, 2, 1)
        made.plain_instance_norm(f"up{at}.model.1")
        made.relu(f"up{at}.model.2")
        made.x = np.concatenate([made.x, skipped[-1 - at]], axis=1)
        made.keep(f"up{at}/concatenate")
    made.upsample("final.0")
    made.x = np.pad(made.x, ((0, 0), (0, 0), (1, 0), (1, 0)))  # ZeroPad2d((1, 0, 1, 0))
    made.conv("final.2", 3, 4, 1)
    made.tanh("final.3")
    return made


def _residual(made, path, parts, curve, eps=1e-5):
    begun, width = made.x, made.x.shape[1]
    conv1, norm1, bend, conv2, norm2 = (f"{path}.{part}" for part in parts)
    made.conv(conv1, width, 3, 1)
    made.norm(norm1, eps)
    curve(bend)
    made.conv(conv2, width, 3, 1)
    made.norm(norm2, eps)
    made.x = made.x + begun
    made.keep(f"{path}/add")


def super_resolution(x):
    """SRGAN of leftthomas."""
    made = Made(x)
    made.conv("block1.0", 8, 9, 4)
    made.prelu("block1.1", 1)
    begun = made.x
    parts = ("conv1", "bn1", "prelu", "conv2", "bn2")
    for at in (2, 3):
        _residual(made, f"block{at}", parts, lambda name: made.prelu(name, 1))
    made.conv("block4.0", 8, 3, 1)
    made.norm("block4.1")
    made.x = made.x + begun
    made.keep("block5/add")
    for at in range(2):
        made.conv(f"block5.{at}.conv", 32, 3, 1)
        made.shuffle(f"block5.{at}.pixel_shuffle", 2)
        made.prelu(f"block5.{at}.prelu", 1)
    made.conv("block5.2", 3, 9, 4)
    made.x = (np.tanh(made.x) + 1) / 2
    made.keep("block5.2/rescaling")
    return made


def super_resolution_of_lists(x, learned=True):
    """SRGAN of PyTorch-GAN: with PReLU its norms have an epsilon of 0.8, most of them."""
    made, eps = Made(x), 0.8 if learned else 1e-5

    def curve(name):
        return made.prelu(name, 1) if learned else made.relu(name)

    made.conv("conv1.0", 8, 9, 4)
    curve("conv1.1")
    begun = made.x
    for at in range(2):
        parts = [f"conv_block.{n}" for n in range(5)]
        _residual(made, f"res_blocks.{at}", parts, curve, eps)
    made.conv("conv2.0", 8, 3, 1)
    made.norm("conv2.1", eps)
    made.x = made.x + begun
    made.keep("conv2/add")
    for at in (0, 4):
        made.conv(f"upsampling.{at}", 32, 3, 1)
        made.norm(f"upsampling.{at + 1}")
        conv, norm = (made.stages.pop(f"upsampling.{at + n}") for n in (0, 1))
        made.stages |= {f"upsampling.{at}": _by_places(conv)}
        made.stages |= {f"upsampling.{at + 1}": norm}  # which shuffle puts in the same order
        made.shuffle(f"upsampling.{at + 2}", 2)
        curve(f"upsampling.{at + 3}")
    made.conv("conv3.0", 3, 9, 4)
    made.tanh("conv3.1")
    return made


def _by_places(maps):
    return np.concatenate([maps[..., at::4] for at in range(4)], axis=-1)


def super_resolution_by_swish(x):
    """SRGAN of aitorzip."""
    made = Made(x)
    made.conv("conv1", 8, 9, 4)
    made.silu("conv1/activation")
    begun = made.x
    parts = ("conv1", "bn1", "activation", "conv2", "bn2")
    for at in (1, 2):
        _residual(made, f"residual_block{at}", parts, made.silu)
    made.conv("conv2", 8, 3, 1)
    made.norm("bn2")
    made.x = made.x + begun
    made.keep("bn2/add")
    made.conv("upsample1.conv", 32, 3, 1)
    made.shuffle("upsample1.shuffler", 2)
    made.silu("upsample1.activation")
    made.conv("conv3", 3, 9, 4)
    return made


def fast_super_resolution(x):
    """Fast-SRGAN of HasnainRaz, as torch.compile saves it."""
    made = Made(x)
    made.conv("neck.0", 8, 3, 1)
    made.prelu("neck.1", 1)
    begun = made.x
    for at in range(2):
        path, before = f"stem.{at}", made.x
        made.conv(f"{path}.conv1", 8, 3, 1, bias=False)
        made.plain_instance_norm(f"{path}.bn1")
        made.prelu(f"{path}.relu1", 1)
        made.conv(f"{path}.conv2", 8, 3, 1, bias=False)
        made.plain_instance_norm(f"{path}.bn2")
        made.x = made.x + before
        made.keep(f"{path}/add")
    made.conv("bottleneck.0", 8, 3, 1, bias=False)
    made.plain_instance_norm("bottleneck.1")
    made.x = made.x + begun
    made.keep("bottleneck/add")
    made.conv("upsampling.0.conv", 32, 3, 1)
    made.shuffle("upsampling.0.phase_shift", 2)
    made.prelu("upsampling.0.relu", 1)
    made.conv("head.0", 3, 3, 1)
    made.tanh("head.1")
    made.arrays = {f"_orig_mod.{name}": array for name, array in made.arrays.items()}
    return made


def encoder_decoder(x, norms=True, kernel=3, first=4):
    """A row that halves and doubles as often; without norms of arrays, all in one Sequential."""
    made, at = Made(x), 0
    path = ["encoder", "decoder"] if norms else ["main", "main"]

    def bent(name, number):
        getattr(made, "norm" if norms else "plain_instance_norm")(f"{name}.{number + 1}")
        made.relu(f"{name}.{number + 2}", 0.2 if kernel == 4 and not begun else 0)
        return number + 3

    begun = False  # the decoder
    widths = (first, 2 * first, 4 * first)
    made.conv(f"{path[0]}.0", widths[0], 7, 3)
    at = bent(path[0], 0)
    for width in widths[1:]:
        made.conv(f"{path[0]}.{at}", width, kernel, 1, stride=2)
        at = bent(path[0], at)
    at, begun = 0 if norms else at, True
    for width in widths[-2::-1]:
        made.transposed(f"{path[1]}.{at}", width, kernel, 2, 1, int(kernel == 3), bias=True)
        at = bent(path[1], at)
    made.conv(f"{path[1]}.{at}", 3, 7, 3)
    made.tanh(f"{path[1]}.{at + 1}")
    return made


ROWS = {
    "of_parts": encoder_decoder,
    "of_one_part": lambda x: encoder_decoder(x, norms=False),
    "of_leaky_parts": lambda x: encoder_decoder(x, kernel=4),
    "of_four_times_the_colours": lambda x: encoder_decoder(x, first=12),  # none are shuffled
}

PICTURES = {
    "aitorzip_resnet": resnet,
    "junyanz_resnet": lambda x: resnet(x, batch=True, dropout=True),
    "resnet_before_0.4": lambda x: resnet(x, norm="old_instance_norm"),
    "upsampling_resnet": lambda x: resnet(x, own="block", upsamples=True),
    "junyanz_u_net": u_net,
    "u_net_of_parts": u_net_of_parts,
    "leftthomas_srgan": super_resolution,
    "srgan_of_lists": super_resolution_of_lists,
    "srgan_without_prelu": lambda x: super_resolution_of_lists(x, learned=False),
    "aitorzip_srgan": super_resolution_by_swish,
    "fast_srgan": fast_super_resolution,
}


def picture(items=2, side=16, seed=1):
    """[items, 3, side, side], and the same with channels last."""
    x = np.random.RandomState(seed).normal(size=(items, 3, side, side)).astype(np.float32)
    return x, channels_last(x)
