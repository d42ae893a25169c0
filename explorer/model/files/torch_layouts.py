"""Under which names generators of pictures are published in PyTorch, and what stands between.

Each is read off public code: CycleGAN's and pix2pix' ResNet and U-Net (junyanz, aitorzip,
eriklindernoren), and SRGAN (leftthomas, eriklindernoren, aitorzip; HasnainRaz' Fast-SRGAN).
"""

import itertools
import re
from collections.abc import Callable

from explorer.model.files.torch_modules import NORM
from explorer.model.files.torch_parameters import EPSILON_OF_PYTORCH_GAN
from explorer.model.files.torch_pictures import LEAKY, RELU, SILU, TANH, PictureMaker, UnlikeError

_IN_BLOCK = re.compile(r"((?:.+?\.)?)(\d{1,3})\.(conv_block|block)\.\d{1,2}")
_IN_ROW = re.compile(r"((?:.+\.)?)(\d{1,3})")
_BLOCK = re.compile(r"block(\d{1,3})\..+")
_MOST_LEVELS = 12  # of a U-Net


def residual(maker: PictureMaker):
    """ResNet: a row of a 7x7 convolution, halvings, residual blocks, doublings, and a 7x7 one."""
    prefix, numbers, blocks = _row(maker)
    first = f"{prefix}1"
    maker.begin(first)
    maker.conv(first, mirrored=f"{prefix}0")
    at = _bent(maker, prefix, 1)
    passed = False
    while True:
        here = next((n for n in numbers if n >= at), None)
        if here is None:
            raise UnlikeError
        name, left_out = f"{prefix}{here}", here - at
        if here in blocks and not left_out:
            _block_of_row(maker, f"{prefix}{here}", blocks[here])
            passed, at = True, here + 1
            continue
        if here == numbers[-1] and passed and left_out == 1 and _alike(maker, first, name):
            maker.conv(name, mirrored=f"{prefix}{at}")
            maker.curve(f"{prefix}{here + 1}", TANH)
            return
        _resized(maker, prefix, at, name, (passed, left_out))
        at = _bent(maker, prefix, here)


def _alike(maker: PictureMaker, *names: str) -> bool:
    """Whether convolutions have kernels of one size."""
    return len({maker.modules[name].shape[2:] for name in names}) == 1


def _resized(maker: PictureMaker, prefix: str, at: int, name: str, way: tuple[bool, int]):
    """One convolution that halves before the residual blocks, or doubles after them."""
    match way:
        case (False, 0):
            if maker.has(name) and maker.modules[name].shape[0] != 2 * maker.channels:
                raise UnlikeError
            maker.conv(name, stride=2)
        case (True, 0):
            maker.up(name)
        case (True, 1):
            maker.upsample(f"{prefix}{at}")
            maker.conv(name)
        case _:
            raise UnlikeError


def _row(maker: PictureMaker) -> tuple[str, list[int], dict[int, str]]:
    """What all names begin with, the numbers in the row, and of blocks what they are called."""
    prefixes, numbers, blocks = set(), set(), {}
    for name in maker.modules:
        inner = _IN_BLOCK.fullmatch(name)
        found = inner or _IN_ROW.fullmatch(name)
        if not found:
            raise UnlikeError
        prefixes.add(found[1])
        numbers.add(int(found[2]))
        if inner:
            blocks[int(found[2])] = found[3]
    if len(prefixes) != 1 or not blocks:
        raise UnlikeError
    return prefixes.pop(), sorted(numbers), blocks


def _bent(maker: PictureMaker, prefix: str, at: int) -> int:
    """The norm and the ReLU after a convolution; the next place."""
    maker.norm(f"{prefix}{at + 1}")
    maker.curve(f"{prefix}{at + 2}")
    return at + 3


def _block_of_row(maker: PictureMaker, name: str, own: str):
    """Twice pad, convolution and norm, a ReLU and perhaps a dropout between, and the sum."""
    path, begun = f"{name}.{own}.", maker.flow
    pads = maker.has(f"{path}1")
    first = int(pads)
    maker.conv(f"{path}{first}", mirrored=f"{path}0" if pads else "")
    after = _bent(maker, path, first)
    places = range(after + first, after + first + 2)  # a pad, and perhaps a dropout before it
    second = next((n for n in places if maker.has(f"{path}{n}")), None)
    if second is None:
        raise UnlikeError
    maker.conv(f"{path}{second}", mirrored=f"{path}{second - 1}" if pads else "")
    maker.norm(f"{path}{second + 1}")
    maker.add(f"{name}/add", begun)


def u_net(maker: PictureMaker):
    """U-Net in which each level holds the next one."""
    path = "model.model" if maker.has("model.model.0") else "model"
    maker.begin(f"{path}.0")
    maker.conv(f"{path}.0", stride=2)
    _level(maker, f"{path}.1.model", _MOST_LEVELS)
    maker.curve(f"{path}.2")
    maker.up(f"{path}.3")
    maker.curve(f"{path}.4", TANH)


def _level(maker: PictureMaker, path: str, left: int):
    """What comes is bent in place, so that the skip has it bent as well."""
    if not left:
        raise UnlikeError
    maker.curve(f"{path}.0", LEAKY)
    skipped, up = maker.flow, 3
    maker.conv(f"{path}.1", stride=2)
    if maker.has(f"{path}.3.model.1"):
        maker.norm(f"{path}.2")
        _level(maker, f"{path}.3.model", left - 1)
        up = 5
    maker.curve(f"{path}.{up - 1}")
    maker.up(f"{path}.{up}")
    maker.norm(f"{path}.{up + 1}")
    maker.join(f"{path}/concatenate", skipped, maker.flow)


def u_net_of_parts(maker: PictureMaker):
    """U-Net of down1, down2, ..., up1, up2, ... and a convolution after upsampling."""
    count = sum(maker.has(f"down{at}.model.0") for at in range(1, _MOST_LEVELS + 1))
    maker.begin("down1.model.0")
    skipped = []
    for at in range(1, count + 1):
        maker.conv(f"down{at}.model.0", stride=2)
        is_inner = 1 < at < count
        if is_inner:
            maker.norm(f"down{at}.model.1")
        maker.curve(f"down{at}.model.{1 + is_inner}", LEAKY)
        skipped.append(maker.flow)
    for at, skip in enumerate(skipped[-2::-1], start=1):
        maker.up(f"up{at}.model.0")
        maker.norm(f"up{at}.model.1")
        maker.curve(f"up{at}.model.2")
        maker.join(f"up{at}/concatenate", maker.flow, skip)
    maker.upsample("final.0")
    maker.conv("final.2", more=1)
    maker.curve("final.3", TANH)


def super_resolution(maker: PictureMaker):
    """SRGAN of block1, block2, ...: the last two are the tail and the upsampling."""
    numbers = [int(found[1]) for name in maker.modules if (found := _BLOCK.fullmatch(name))]
    last = max(numbers, default=0)
    if last < 4:
        raise UnlikeError
    maker.begin("block1.0")
    maker.conv("block1.0")
    maker.curve("block1.1")
    begun = maker.flow
    for at in range(2, last - 1):
        path = f"block{at}"
        _residual(maker, path, [f"{path}.{n}" for n in ("conv1", "bn1", "prelu", "conv2", "bn2")])
    maker.conv(f"block{last - 1}.0")
    after = f"block{last - 1}.1"
    (maker.norm if maker.has(after, NORM) else maker.curve)(after)
    maker.add(f"block{last}/add", begun)
    path = _shuffled(maker, f"block{last}.", 0, "pixel_shuffle", "prelu")
    maker.conv(path)
    maker.halved_tanh(path)


def super_resolution_of_lists(maker: PictureMaker):
    """SRGAN of conv1, res_blocks, conv2, upsampling and conv3."""
    maker.begin("conv1.0")
    maker.conv("conv1.0")
    is_plain = "conv1.1" not in maker.modules
    epsilon = {} if is_plain else {"epsilon": EPSILON_OF_PYTORCH_GAN}  # beside PReLU
    maker.curve("conv1.1")
    begun = maker.flow
    for at in itertools.count():
        path = f"res_blocks.{at}"
        if not maker.has(f"{path}.conv_block.0"):
            break
        _residual(maker, path, [f"{path}.conv_block.{n}" for n in range(5)], **epsilon)
    maker.conv("conv2.0")
    maker.norm("conv2.1", **epsilon)
    maker.add("conv2/add", begun)
    for at in itertools.count(step=4):
        if not maker.has(f"upsampling.{at}"):
            break
        block = maker.block(f"upsampling.{at}")
        maker.conv(f"upsampling.{at}", block=block)
        maker.norm(f"upsampling.{at + 1}", block=block)
        maker.shuffle(f"upsampling.{at + 2}", block)
        maker.curve(f"upsampling.{at + 3}")
    maker.conv("conv3.0")
    maker.curve("conv3.1", TANH)


def super_resolution_by_swish(maker: PictureMaker):
    """SRGAN of residual_block1, ..., upsample1, ..., whose curves are x·sigmoid(x)."""
    maker.begin("conv1")
    maker.conv("conv1")
    maker.curve("conv1/activation", SILU)
    begun = maker.flow
    for at in itertools.count(1):
        path = f"residual_block{at}"
        if not maker.has(f"{path}.conv1"):
            break
        parts = ("conv1", "bn1", "activation", "conv2", "bn2")
        _residual(maker, path, [f"{path}.{part}" for part in parts], SILU)
    maker.conv("conv2")
    maker.norm("bn2")
    maker.add("bn2/add", begun)
    _shuffled(maker, "upsample", 1, "shuffler", "activation", SILU)
    maker.conv("conv3")


def super_resolution_of_parts(maker: PictureMaker):
    """Fast-SRGAN of neck, stem, bottleneck, upsampling and head."""
    maker.begin("neck.0")
    maker.conv("neck.0")
    maker.curve("neck.1")
    begun = maker.flow
    for at in itertools.count():
        path = f"stem.{at}"
        if not maker.has(f"{path}.conv1"):
            break
        parts = ("conv1", "bn1", "relu1", "conv2", "bn2")
        _residual(maker, path, [f"{path}.{part}" for part in parts])
    maker.conv("bottleneck.0")
    maker.norm("bottleneck.1")
    maker.add("bottleneck/add", begun)
    _shuffled(maker, "upsampling.", 0, "phase_shift", "relu")
    maker.conv("head.0")
    maker.curve("head.1", TANH)


def _residual(maker: PictureMaker, path: str, parts: list[str], curve=RELU, **epsilon: float):
    """Convolution, norm, curve, convolution, norm, and the sum with what came."""
    begun = maker.flow
    maker.conv(parts[0])
    maker.norm(parts[1], **epsilon)
    maker.curve(parts[2], curve)
    maker.conv(parts[3])
    maker.norm(parts[4], **epsilon)
    maker.add(f"{path}/add", begun)


def _shuffled(
    maker: PictureMaker, prefix: str, first: int, shuffle: str, bend: str, curve=RELU
) -> str:
    """Convolution, PixelShuffle and curve, as often as they are there; the path after them."""
    for at in itertools.count(first):
        path = f"{prefix}{at}"
        if not maker.has(f"{path}.conv"):
            return path
        block = maker.block(f"{path}.conv")
        maker.conv(f"{path}.conv", block=block)
        maker.shuffle(f"{path}.{shuffle}", block)
        maker.curve(f"{path}.{bend}", curve)


LAYOUTS: dict[str, Callable[[PictureMaker], None]] = {
    "CycleGAN ResNet": residual,
    "pix2pix U-Net": u_net,
    "PyTorch-GAN pix2pix U-Net": u_net_of_parts,
    "SRGAN": super_resolution,
    "PyTorch-GAN SRGAN": super_resolution_of_lists,
    "PyTorch-SRGAN": super_resolution_by_swish,
    "Fast-SRGAN": super_resolution_of_parts,
}
