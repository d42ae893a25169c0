"""No wrong answer with confidence: errors of all kinds, with numbers of all sizes, are recomputed.

Every change that is offered makes the shape that was asked; every sum and stage of a claim is
worked out anew.
"""

import contextlib
import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.expected_shape import OUTPUT, fits, spelled
from explorer.model.stages import stages
from explorer.words import words_in
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.samples import configs

# {a}, {b}, ... are sizes; {m} and {o} maps, {v} and {w} vectors, {k} and {l} kernels.
TEXTS = (
    "ConcatOp : Dimension 1 in both shapes must be equal: shape[0] = [{m}] vs. shape[1] = [{o}]",
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
    "Received: input_shape=[({m}), ({o})]",
    "all the input array dimensions except for the concatenation axis must match exactly, but "
    "along dimension {d}, the array at index 0 has size {a} and the array at index 1 has size {b}",
    "Sizes of tensors must match except in dimension 1. Got {a} and {b} in dimension {d}",
    "Sizes of tensors must match except in dimension 1. Expected size {a} but got size {b} for",
    "Incompatible shapes: [{m}] vs. [{o}] [Op:Sub]", "Incompatible shapes: [{m}] vs. [{a}]",
    "operands could not be broadcast together with shapes ({m}) ({o})",
    "The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension "
    "{d}",
    "could not broadcast input array from shape ({a},{b},{c}) into shape ({a},{b})",
    "Inputs have incompatible shapes. Received shapes ({a},) and ({b},)",
    "Dimensions must be equal, but are {a} and {b} for 'c' (op: 'Conv2D') with input shapes: "
    "[{m}], [{k}].",
    "for 'c' (op: 'MatMul') with input shapes: [?,{a}], [{b},{c}].",
    "for 'c' (op: 'BiasAdd') with input shapes: [{m}], [{a}].",
    "mat1 and mat2 shapes cannot be multiplied ({a}x{b} and {c}x{e})",
    "Shapes ({k}) and ({l}) are incompatible", "Shapes ({v}) and ({w}) are incompatible",
    "Shapes ({m}) and ({o}) are not compatible",
    "expected shape=(None, {a}, {b}), found shape=({m})",
    "The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension 1",
    "Given groups=1, weight of size [{k}], expected input[{m}] to have {a} channels, but got {b}",
    "Given transposed=1, weight of size [{k}], expected input[{m}] to have {a} channels, but got",
    "expected axis -1 of input shape to have value {a}, but received input with shape ({m})",
    'Input 0 of layer "dense" is incompatible with the layer: expected axis -1 of input shape to '
    "have value {a}, but received input with shape (None, {b})",
    "expected x to have shape ({a}, {b}, {c}) but got array with shape ({b}, {b}, {c})",
    "Input 0 of layer \"x\" is incompatible: expected shape=({m}), found shape=({o})",
    "target.shape=({m}), output.shape=({o})", "discriminator: Incompatible shapes: [{m}] vs. [{o}]",
    "Cannot feed value of shape ({m}) for Tensor x:0, which has shape ({v})",
    "Input to reshape is a tensor with {n} values, but the requested shape has {r}",
    "Input to reshape is a tensor with {n} values, but the requested shape requires a multiple of "
    "{a}",
    "cannot reshape array of size {n} into shape ({m})", "shape '[{m}]' is invalid for input of "
    "size {n}",
    "must be unchanged. Received: input_shape=({n},), target_shape=({a}, {b}, {c})",
    "unflatten: Provided sizes [{a}, {b}, {c}] don't multiply up to the size of dim 1 ({n})",
    "padding ({a}, {b}) at dimension {d} of input [{m}]",
    "paddings must be less than the dimension size: {a}, {b} not less than {c}",
    "The first dimension of paddings must be the rank of inputs[{d},2], [{m}]",
    "Size of out_backprop doesn't match computed: actual = {a}, computed = {b} spatial_dim: 1 "
    "input: {c} filter: {d} output: {a} stride: {e}",
    "output_shape does not match filter's output channels, {a} != {b}",
    "Weight expects shape ({k}). Received saved weight with shape ({l})",
    "variable.shape=({k}), Received: value.shape=({l})", "lhs shape= [{v}] rhs shape= [{w}]",
    "size mismatch for main.0.weight: copying a param with shape [{k}] from checkpoint, the shape "
    "in current model is [{l}]",
    "size mismatch for fc.weight: copying a param with shape [{v}] from checkpoint, the shape in "
    "current model is [{w}]",
    "Model expected {a} layers, found {b} saved layers.",
    "Expected more than 1 value per channel when training, got input size [1, {a}, 1, 1]",
    "but got output_padding_height: {a} output_padding_width: {b} stride_height: {c} stride_width: "
    "{c} dilation_height: 1 dilation_width: 1",
    "At dimension 0, `output_padding` is {a} but `strides` is {b}.",
    "padded input size per channel: ({a} x {b}). Kernel size: ({c} x {c})",
    "Negative dimension size caused by subtracting {a} from {b} for 'c' (op: 'Conv2D') with input "
    "shapes: [{m}], [{k}].",
    "output size would be negative: -1 [input_size: {a}, effective_filter_size: {b}, stride: 1]",
    "running_mean should contain {a} elements not {b}",
    "input must be 4-dimensional[{v}] [Op:Conv2D]", "expected ndim=4, found ndim=2",
    "to have 4 dimensions, but got array with shape ({a}, {b}, {c})",
    "OOM when allocating tensor with shape[{m}] and type float",
    "Invalid shape ({a}, {b}, {c}) for image data", "[{m}]", "torch.Size([{m}])", "({a}, {b})",
)  # fmt: skip


@st.composite
def errors(draw, config: GeneratorConfig, texts=TEXTS) -> str:
    """A message whose numbers are at random, or some of this generator's."""
    plan = stages(config, 1 + max(config.paddings[0]))
    own = sorted({size for stage in plan for size in stage.shape})
    size = st.one_of(st.sampled_from(own), st.integers(1, 70))
    batch = draw(st.sampled_from(["1", "4", "16"]))
    maps = [stage.shape[1:] for stage in plan if len(stage.shape) == 4]
    a_map = st.one_of(st.sampled_from(maps), st.tuples(size, size, size))
    kernel = st.tuples(st.integers(1, 7), st.integers(1, 7), size, size)
    vector = st.one_of(
        st.sampled_from([(config.noise_dim, plan[1].shape[1])]), st.tuples(size, size)
    )
    parts = {name: draw(size) for name in "abce"} | {"d": draw(st.integers(0, 4))}
    parts |= {name: _join([batch, *draw(a_map)]) for name in "mo"}
    parts |= {name: _join(draw(kernel)) for name in "kl"}
    parts |= {name: _join(draw(vector)) for name in "vw"}
    for name in "nr":
        items, item = draw(st.sampled_from([1, 2, 16, 64])), draw(a_map)
        parts[name] = items * math.prod(item) + draw(st.sampled_from([0, 0, 1]))
    return draw(st.sampled_from(texts)).format(**parts)


def _join(sizes) -> str:
    return ", ".join(map(str, sizes))


def check_offers(config: GeneratorConfig, found, batch: int):
    """Every change makes the shape that was asked, and is one."""
    for change in found.changes:
        values = dict(change.values)
        n = values.pop("batch_size", batch)
        assert values.items() - {k: getattr(config, k) for k in values}.items() or n != batch
        made = {s.name: s.shape for s in stages(replace(config, **values), n)}
        stage = found.stage or (OUTPUT if change.shape != made["z"] else "z")
        assert made[stage] == change.shape
        assert not found.stage or fits(change.shape, found.expected)


def check_stages(config: GeneratorConfig, found, batch: int):
    """What is said of a stage is its shape, and stages that are named are there."""
    plan = {stage.name: stage.shape for stage in stages(config, batch)}
    if found.stage:
        assert found.actual == plan[found.stage]
    if found.first:
        assert found.first_actual == plan[found.first]
        assert not fits(found.first_actual, found.first_expected)
    for note in filter(None, (found.reason, *found.notes)):
        for key in ("stage", "stages", "kept", "start", "input"):
            for name in filter(None, str(note.params.get(key, "")).split(", ")):
                assert name.strip("“”") in plan
        if "here" in note.params and note.code.startswith("own_layer"):
            assert note.params["here"] == spelled((None, *plan[note.params["stage"]][1:]))


_PRODUCT = r"\d+(?:[·^]\d+)*"
_SUM = rf"−?{_PRODUCT}(?: [+−] {_PRODUCT})*"
_EQUATION = re.compile(rf"(?<![\w·^.])({_SUM}(?: = {_SUM})+)")


def check_sums(text: str):
    """Every equation of numbers that a sentence works out is right."""
    for equation in _EQUATION.findall(text):
        assert len({_value(side) for side in equation.split(" = ")}) == 1, text


def _value(side: str) -> int:
    code = side.replace("·", "*").replace("^", "**").replace("−", "-")
    return eval(code, {"__builtins__": {}})


@each("text", ["so 3·4 = 13 here", "2^3 − 6 = 3", "64 = 8·8 = 2^5", "4 − 7 + 1 = −3"])
def test_a_wrong_sum_is_found(text):
    with pytest.raises(AssertionError):
        check_sums(text)
    check_sums("so 3·4 = 12, 2^3 − 6 = 2, C = 3, 64 = 8·8 = 2^6 and 4 − 7 + 1 = −2")


def check_words(note):
    """Both languages have words for it, and no parameter is left out."""
    for language in ("en", "zh-CN"):
        text = words_in(language)["shape_reasons"][note.code].format(**note.params)
        assert "{" not in text


@examples(900)
@given(config=configs(), batch=st.sampled_from([1, 3]), data=st.data())
def test_no_answer_is_wrong_with_confidence(config, batch, data):
    text = data.draw(errors(config))
    batch += max(config.paddings[0])
    with contextlib.suppress(ExplorerError):
        check(config, diagnose(config, text, batch), batch)


def check(config: GeneratorConfig, found, batch: int):
    """All of an answer."""
    check_offers(config, found, batch)
    check_stages(config, found, batch)
    for note in filter(None, (found.reason, *found.notes)):
        check_sums(str(note))
        check_words(note)


ELSEWHERE = (
    "padding ({a}, {b}) at dimension {d} of input [{m}]",
    "output_shape does not match filter's output channels, {a} != {b}",
    "Size of out_backprop doesn't match computed: actual = {a}, computed = {b}",
    "but got output_padding_height: {a} output_padding_width: {b} stride_height: {c} stride_width: "
    "{c} dilation_height: 1 dilation_width: 1",
    "Stride ({a}, {b}) must be greater than output padding ({b}, {a})",
    "requested an output size of [{a}, {b}], but valid sizes range from [{b}, {b}] to [{c}, {c}] "
    "(for an input of torch.Size([{e}, {e}]))",
    "Expected more than 1 value per channel when training, got input size [1, {a}, 1, 1]",
    "Expected more than 1 spatial element when training, got input size [{m}]",
    "Model expected {a} layers, found {b} saved layers.",
    "Trying to share variable d/kernel, but specified shape ({k}) and found shape ({l}).",
    "padded input size per channel: ({a} x {b}). Kernel size: ({c} x {c})",
    "running_mean should contain {a} elements not {b}", "Incompatible shapes: [{m}] vs. [{a}]",
    "input must be 4-dimensional[{v}] [Op:Conv2D]", "expected ndim=4, found ndim=2",
    "OOM when allocating tensor with shape[{m}] and type float",
    "indices[{a},0] = {b} is not in [0, {c})",
    "Tried to access index {a} out of table with {b} rows",
    "Layer model expects {a} input(s), but it received {b} input tensors.",
    "Given input size: ({a}x{b}x{c}). Calculated output size: ({a}x0x0). Output size",
    "could not broadcast input array from shape ({a},{b},{c}) into shape (0,{b},{c})",
    "Can not squeeze dim[{d}], expected a dimension of 1, got {a} [Op:Squeeze]",
    "Received groups={d}, but the number of input channels must be divisible (shape is ({m}))",
    "`logits` and `labels` must have the same shape, received (({v}) vs ({w})).",
    "Target and input must have the same number of elements. target nelement ({a}) != input "
    "nelement ({n})",
    "discriminator/dense: Dimensions must be equal for 'd/MatMul' (op: 'MatMul') with input "
    "shapes: [?,{a}], [{b},1].",
    "output with shape [{a}, {b}, {c}] doesn't match the broadcast shape [{e}, {b}, {c}]",
    'Missing key(s) in state_dict: "main.{a}.weight". Unexpected key(s) in state_dict: "l{b}.bias"',
)  # fmt: skip


@examples(300)
@given(config=configs(), data=st.data())
def test_what_lies_elsewhere_is_offered_no_change(config, data):
    text = data.draw(errors(config, ELSEWHERE))
    with contextlib.suppress(ExplorerError):
        found = diagnose(config, text, 1 + max(config.paddings[0]))
        assert (found.stage, found.changes) == ("", ()), text


def answered(config: GeneratorConfig, text: str):
    try:
        return diagnose(config, text, 1 + max(config.paddings[0]))
    except ExplorerError as error:
        return error.code


@examples(150)
@given(config=configs(), data=st.data(), breaks=st.sampled_from(["\n", "\n    ", "  ", "\t"]))
def test_lines_that_a_terminal_broke_are_read_alike(config, data, breaks):
    text = data.draw(errors(config))
    assert answered(config, text.replace(" ", breaks)) == answered(config, text)
