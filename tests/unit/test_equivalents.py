"""The same layers elsewhere: Keras calls are run, PyTorch's padding follows its formula."""

import re

import keras
import numpy as np
import pytest

from explorer import GeneratorConfig, trace
from explorer.model.graph import Graph, Node
from explorer.model.ops import BatchNormalization, GroupNormalization, Input, LayerNormalization
from explorer.model.stages import stages
from tests.support.each import each
from tests.unit.samples import random_weights

CONFIGS = [
    GeneratorConfig(upsample_dim=16),
    GeneratorConfig(upsample_dim=16, kernel_size=1, stride=3, upsample_blocks=2, actv="leaky_relu"),
    GeneratorConfig(
        upsample_dim=16,
        kernel_size=4,
        pad_mode="SYMMETRIC",
        actv="gelu",
        kernel_initializer="he_normal",
    ),
    GeneratorConfig(upsample_dim=16, kernel_size=7, pad_mode="CONSTANT", actv="elu", C=5),
    GeneratorConfig(
        upsample_dim=16,
        paddings=((1, 0), (3, 2), (4, 3), (1, 1)),
        bn_position="before",
        kernel_initializer="normal_0.02",
        actv="selu",
    ),
]


@each("config", CONFIGS)
def test_the_keras_call_gives_the_stage(config):
    weights = random_weights(config, 0)
    z = np.random.RandomState(0).standard_normal((2, config.noise_dim)).astype(np.float32)
    outputs, x = trace(config, weights, z), z
    for stage in stages(config, 2)[1:]:
        call = stage.op.keras(stage)
        names = vars(keras.layers) | {"keras": keras, "x": x}
        made = eval(call.code, names)
        if call.code.startswith("keras.ops"):
            found = made
        else:
            made.build(x.shape)
            made.set_weights([weights[weight.name] for weight in stage.weights])
            found = made(x)
        x = outputs[stage.name]
        np.testing.assert_allclose(found, x, rtol=1e-4, atol=1e-5 * np.abs(x).max())


def kept_rows(code: str, size: int) -> tuple[int, int, int]:
    """First and last row of the canvas that PyTorch keeps, and how many rows it appends.

    `torch.nn.ConvTranspose2d`: output = (size - 1)·stride - 2·padding + kernel + output_padding.
    """
    kernel = int(re.search(r"\(\d+, \d+, (\d+)", code)[1])
    stride, padding = (int(re.search(rf" {name}=(\d+)", code)[1]) for name in ("stride", "padding"))
    more = re.search(r"output_padding=(\d+)", code)
    extra = int(more[1]) if more else 0
    assert extra < stride, "PyTorch refuses it"
    rows = (size - 1) * stride - 2 * padding + kernel + extra
    if code.endswith("[:, :, :-1, :-1]"):
        rows -= 1
    return padding, padding + rows, extra


@each("stride", range(1, 5))
@each("kernel", range(1, 10))
def test_the_pytorch_call_keeps_the_same_rows(kernel, stride):
    config = GeneratorConfig(upsample_dim=4, upsample_blocks=1, kernel_size=kernel, stride=stride)
    stage = next(stage for stage in stages(config) if stage.kind == "conv2d_transpose")
    call = stage.op.pytorch(stage)
    before = max(kernel - stride, 0) // 2
    first, last, _ = kept_rows(call.code, config.base_height)
    assert (first, last - first) == (before, config.base_height * stride)
    assert (call.note == "odd_crop") == (max(kernel - stride, 0) % 2 == 1)


@each(
    ("initializer", "code"),
    [
        ("glorot_uniform", r"xavier_uniform_\(layer\.weight\)"),
        ("glorot_normal", r"trunc_normal_\(layer\.weight, std=(.*), a=-(.*), b=(.*)\)"),
        ("he_normal", r"trunc_normal_\(layer\.weight, std=(.*), a=-(.*), b=(.*)\)"),
        ("normal_0.02", r"normal_\(layer\.weight, std=0\.02\)"),
    ],
)
def test_pytorch_is_told_to_start_as_here(initializer, code):
    """Of `nn.init`; an std of `trunc_normal_` is the one before the cut."""
    config = GeneratorConfig(kernel_initializer=initializer)
    told = {stage.kind: stage.op.pytorch(stage).init for stage in stages(config)}
    assert {op for op, init in told.items() if init} == {"dense", "conv2d_transpose", "conv2d"}
    found = re.fullmatch(rf"nn\.init\.{code}; nn\.init\.zeros_\(layer\.bias\)", told["dense"])
    if found.groups():
        std, low, high = map(float, found.groups())
        fans = (128 + 8192) / 2 if initializer == "glorot_normal" else 128
        assert std * 0.87962566 == pytest.approx(fans**-0.5 * (1 if fans > 128 else 2**0.5), 1e-5)
        assert (low, high) == pytest.approx((2 * std, 2 * std), 1e-5)


@each(
    ("op", "code"),
    [
        (LayerNormalization(), "nn.LayerNorm(6, eps=0.001)"),
        (LayerNormalization(center=False), "nn.LayerNorm(6, eps=0.001, bias=False)"),
        (
            LayerNormalization(center=False, scale=False),
            "nn.LayerNorm(6, eps=0.001, elementwise_affine=False)",
        ),
        (LayerNormalization(scale=False), ""),
        (
            GroupNormalization(2, scale=False, center=False),
            "nn.GroupNorm(2, 6, eps=0.001, affine=False)",
        ),
        (GroupNormalization(2, scale=False), ""),
        (BatchNormalization(scale=False), ""),
    ],
)
def test_pytorch_normalizes_with_the_same_variables_or_not_at_all(op, code):
    graph = Graph((Node("z", Input((6,))), Node("norm", op, ("z",), "norm")))
    stage = graph.stages()[-1]
    assert stage.op.pytorch(stage).code == code


@each(
    ("changes", "code", "note"),
    [
        ({}, "nn.ReflectionPad2d((3, 3, 3, 3))", ""),
        ({"paddings": ((0, 0), (1, 2), (3, 4), (0, 0))}, "nn.ReflectionPad2d((3, 4, 1, 2))", ""),
        ({"pad_mode": "SYMMETRIC"}, "", "no_symmetric"),
        ({"pad_mode": "CONSTANT"}, "nn.ZeroPad2d((3, 3, 3, 3))", ""),
        ({"paddings": ((0, 0), (3, 3), (3, 3), (1, 0))}, "", "no_outer_reflect"),
    ],
)
def test_the_pytorch_pad_or_why_there_is_none(changes, code, note):
    config = GeneratorConfig(**changes)
    pad = stages(config)[-2]
    call = pad.op.pytorch(pad)
    assert (call.code, call.note) == (code, note)
