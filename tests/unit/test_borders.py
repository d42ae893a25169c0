"""Maps that any stage pads, against `tf.nn` and `tf.pad`: what stands where, and who reads it."""

import math

import numpy as np
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from explorer.model.borders import Bordered, bordered, bordering
from explorer.model.graph import Graph, Node, Stage
from explorer.model.ops.activation import activation
from explorer.model.ops.conv2d import Conv2D
from explorer.model.ops.conv2d_transpose import Conv2DTranspose
from explorer.model.ops.input import Input
from explorer.model.ops.pad import Pad
from explorer.model.ops.pooling import Pooling2D
from explorer.model.padding import check_pad_limits
from explorer.model.trace import read_padded, read_unpadded, run_stages
from tests.support.each import each
from tests.support.examples import examples

SIDES = st.integers(1, 9)
PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))
MODES = ("REFLECT", "SYMMETRIC", "CONSTANT")


def plan_of(shape: tuple[int, ...], *ops) -> tuple[Stage, ...]:
    """A chain, whose stages are called by their place."""
    nodes = [Node("0", Input(shape))]
    nodes += [Node(str(at), op, (str(at - 1),), str(at)) for at, op in enumerate(ops, start=1)]
    return Graph(tuple(nodes)).stages()


def run(plan: tuple[Stage, ...]) -> tuple[dict, dict]:
    """Weights and outputs, drawn."""
    random = np.random.RandomState(0)
    shapes = {weight.name: weight.shape for stage in plan for weight in stage.weights}
    weights = {name: random.randn(*shape).astype(np.float32) for name, shape in shapes.items()}
    x = random.randn(*plan[0].shape).astype(np.float32)
    outputs = run_stages(plan, weights, {"0": x})
    return weights, {name: np.asarray(value) for name, value in outputs.items()}


@st.composite
def same_windows(draw) -> tuple[Stage, ...]:
    """A convolution or a pooling with SAME, of any window, stride and dilation."""
    kernel, strides, dilation = draw(PAIRS), draw(PAIRS), draw(PAIRS)
    if draw(st.booleans()):
        op = Pooling2D(draw(st.sampled_from(("maximum", "average"))), kernel, strides, "same")
    else:
        dilation = dilation if strides == (1, 1) else (1, 1)
        op = Conv2D(2, kernel, strides, "same", dilation)
    return plan_of((draw(SIDES), draw(SIDES), 3), op)


@examples(150)
@given(same_windows())
def test_windows_on_the_padded_map_make_what_same_makes(plan):
    """And reach just as far: with no cell of the border too few or too many."""
    _, stage = plan
    if stage not in bordering(plan):
        assert np.array_equal(*(np.asarray(part) for part in made_by_valid(plan)))
        return
    found = bordered(plan, stage)
    weights, outputs = run(plan)
    reads = [
        found.taps(axis).back(np.ones(size, bool)) for axis, size in enumerate(stage.shape[1:3])
    ]
    for (before, after), read in zip(found.border.paddings[1:3], reads, strict=True):
        assert not before or read[0]
        assert not after or read[-1]
        assert after - before in (0, 1)
    if found.has_other_modes:
        padded, output = read_padded(found, weights, outputs, "CONSTANT")
        assert np.array_equal(padded, tf.pad(outputs["0"], found.border.paddings))
        np.testing.assert_allclose(output, outputs["1"], rtol=1e-5, atol=1e-5)
    else:
        assert math.isnan(found.border.value)
    for axis, counts in enumerate(found.reads("CONSTANT")):
        plain = stage.op.taps(axis, stage.input_shape[1 + axis], stage.shape[1 + axis])
        assert counts == plain.reads().tolist()


def made_by_valid(plan: tuple[Stage, ...]) -> tuple:
    """A stage's output, and that of the same windows on what is there alone."""
    weights, outputs = run(plan)
    _, stage = plan
    op = stage.op.after_border()
    return outputs["1"], op.forward([outputs["0"]], stage.variables(weights), stage.shape)


@examples(100)
@given(
    pads=st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 4),
    mode=st.sampled_from(MODES),
    other=st.sampled_from(MODES),
    reader=st.sampled_from(
        (
            Conv2D(2, (3, 2), (2, 1)),
            Conv2D(2, (3, 3), (1, 2), "same"),
            Conv2DTranspose(2, (3, 3), (2, 2), "same"),
            activation("tanh"),
        )
    ),
)
def test_a_pad_in_another_mode_is_the_generator_that_has_that_mode(pads, mode, other, reader):
    shape, constant = (4, 5, 4), -0.5
    if any(bad((1, *shape), pads, each) for each in (mode, other)):
        return
    plan = plan_of(shape, Pad(pads, mode, constant), reader)
    weights, outputs = run(plan)
    found = bordered(plan, plan[1])
    padded, output = read_padded(found, weights, outputs, other)
    expected = run_stages(
        plan_of(shape, Pad(pads, other, constant), reader), weights, {"0": outputs["0"]}
    )
    assert np.array_equal(padded, expected["1"])
    assert np.array_equal(output, expected["2"])
    if found.is_read_by_windows:
        assert_reads(found, outputs["0"], weights)


def bad(shape: tuple[int, ...], pads: tuple, mode: str) -> bool:
    try:
        check_pad_limits(shape, pads, mode)
    except Exception:
        return True
    return False


def assert_reads(found: Bordered, source: np.ndarray, weights: dict):
    """The untouched cells are those that no border changes; without a pad they are all there is."""
    (top, rows), (left, columns) = found.untouched()
    inside = slice(top, top + rows), slice(left, left + columns)
    padded = found.pad(source, found.border.mode)
    inner = tuple(
        slice(before, before + size)
        for size, (before, _) in zip(found.source, found.border.paddings, strict=True)
    )
    changed = padded + 100
    changed[inner] = padded[inner]
    variables, shape = found.reader.variables(weights), found.reader.shape
    one, two = (
        np.asarray(found.op.forward([x], variables, shape))[inner[0]] for x in (padded, changed)
    )
    alike = (one == two).all(axis=(0, 3))
    assert alike[inside].all()
    if not any(found.border.paddings[3]):
        assert alike.sum() == rows * columns
    if found.is_unpadded_inside():
        unpadded = read_unpadded(found, weights, source)
        np.testing.assert_allclose(unpadded, one[:, *inside], rtol=1e-5, atol=1e-5)


def test_the_sums_are_those_of_the_border():
    """An even kernel's odd row comes after; a stride may leave nothing to add."""
    plan = plan_of((28, 9, 1), Conv2D(1, (4, 2), (1, 3), "same"))
    border = bordered(plan, plan[1]).border
    assert border.paddings == ((0, 0), (1, 2), (0, 0), (0, 0))
    assert border.sums == ("(28−1)+4−28 = 3", "(3−1)·3+2−9 = -1 → 0")


@each(("ops", "reader"), [([], None), ([activation("relu")], "2"), ([Conv2D(1, (1, 1))], "2")])
def test_a_padded_map_that_no_window_reads_has_no_reads(ops, reader):
    plan = plan_of((3, 3, 2), Pad(((0, 0), (1, 1), (1, 1), (0, 0))), *ops)
    found = bordered(plan, plan[1])
    assert (found.reader and found.reader.name) == reader
    assert found.is_read_by_windows == (len(ops) == 1 and ops[0].kind == "conv2d")
