"""Errors as people paste them beside an opened generator: whose they are, and what they ask."""

import contextlib
import math
import time

import keras
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, diagnose
from explorer.model.changes import Change, apply_changes
from explorer.model.expected_shape import fits, spelled
from explorer.model.graph import shapes_of
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.test_graph_debugger import graphs, known, opened

SEED = GeneratorConfig()
KERAS_LAYER = (
    'Input 0 of layer "{}" is incompatible with the layer: expected axis -1 of input shape to '
    "have value {}, but received input with shape {}"
)
KERAS_MODEL = (
    'Input 0 of layer "{}" is incompatible with the layer: expected shape={}, found shape={}'
)
TORCH = (
    "Given {}=1, weight of size {}, expected input{} to have {} channels, but got {} channels "
    "instead"
)
CONCAT = (
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. "
    "Received: input_shape=[{}, {}]"
)
SIZES = "The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension "
INTO = "could not broadcast input array from shape {} into shape {}"
# The generator, what is pasted, what is said first, and words that it says it with.
ELSEWHERE = [
    ("tutorial", TORCH.format("transposed", [10, 9, 4, 4], [8, 3, 32, 32], 10, 3), None, ""),
    ("tutorial", TORCH.format("transposed", [90, 9, 4, 4], [8, 3, 32, 32], 90, 3),
     "pictures_for_z", "[N, 90, 1, 1]"),
    (None, TORCH.format("transposed", [128, 9, 4, 4], [8, 1, 32, 32], 128, 1),
     "pictures_for_z", "[N, 128, 1, 1]"),
    ("no_dense", TORCH.format("transposed", [6, 8, 4, 4], [1, 20, 6, 1], 6, 20),
     "z_unbatched", "z.view(20, 6, 1, 1)"),
    ("no_dense", TORCH.format("groups", [8, 60, 4, 4], [9, 3, 16, 24], 60, 3), "layer_inner", "60"),
    ("no_dense", TORCH.format("groups", [8, 3, 4, 4], [9, 70, 16, 24], 3, 70),
     "came_no_picture", "70"),
    ("image_to_image", TORCH.format("groups", [9, 5, 3, 3], [9, 3, 256, 256], 5, 3),
     "came_either", "input_layer"),
    ("tutorial", KERAS_MODEL.format("m", "(None, 12, 12, 1)", "(None, 12, 12)"),
     "rank_takes", "x[..., None]"),
    ("tutorial", KERAS_MODEL.format("m", "(None, 90, 1)", "(None, 70, 1)"), "layer_elsewhere", ""),
    ("tutorial", "expected input_1 to have shape (None, 9, 9, 3) but got array with shape "
     "(2, 9, 0, 3)", "came_empty", "[2, 9, 0, 3]"),
    (None, "Shapes (3, 3, 9, 8) and (5, 5, 9, 8) are incompatible", "weight_window", "5"),
    (None, "Shapes (4, 4, 3, 60) and (4, 4, 1, 60) are incompatible", "weight_depth", "1"),
    (None, "Shapes (3, 3, 40, 50) and (50, 40, 3, 3) are incompatible", "weight_other", "50"),
    (None, "Layer shape (90, 8) not compatible with weight shape (90, 7)", "weight_gives", "7"),
    (None, "lhs shape= [40,6000] rhs shape= [50,6000]", "weight_reads", "50"),
    (None, "Shapes (3, 1, 1, 70) and (70,) are incompatible", "shapes_unlike", "[70]"),
    (None, "Incompatible shapes: [9,70,5] vs. [9,70,70,1]", "ranks_unlike", "3 against 4"),
    (None, "Incompatible shapes: [7,3,90,90] vs. [7,1,50,50]", "sides_differ", "90 against 50"),
    (None, "Shapes (5, 33, 31, 24) and (5, 20, 20, 24) are not compatible", "sides_differ",
     "height"),
    ("label_map", CONCAT.format("(None, 3, 3, 4)", "(None, 5, 5, 1)"), "join_branch",
     "that lead to reshape"),
    ("label_map", CONCAT.format("(None, 4, 3, 4)", "(None, 3, 3, 1)"), "join_branch", "reshape_1"),
    ("conditional", CONCAT.format("(None, 6)", "(None, 1, 6)"), "ranks_label", "Flatten"),
    ("image_to_image", CONCAT.format("(None, 64, 64, 6)", "(None, 32, 32, 6)"), "sides_differ",
     "64 against 32"),
    ("no_dense", "Sizes of tensors must match except in dimension 1. Got 1 and 16 in dimension 2",
     "joined_unexpanded", "expand(-1, -1, 16, 16)"),
    ("no_dense", "inconsistent tensor sizes at a.cu:1", "joined_unsaid", ""),
    (None, SIZES.format(70, 90) + "0", "batches", "70 against 90"),
    (None, SIZES.format(70, 32) + "1", "tensor_depths", "upsample3/actv"),
    (None, "Incompatible shapes: [30,1] vs. [40,1]", "batches", "30 against 40"),
    (None, "Incompatible shapes: [0,70] vs. [3,70]", "batch_empty", ""),
    (None, "'x' sizes: 9, 8 'y' sizes: 9", "batches", "9 against 8"),
    (None, INTO.format("(9, 9, 3)", "(0, 9, 3)"), "place_cut", "8×8"),
    (None, INTO.format("(9, 9, 3)", "(8, 8, 3)"), "place_other", "[8, 8, 3]"),
    (None, "channels does not match corresponding dimension of filter, 1 != 3", "depths", "reads"),
    (None, "The channel dimension of the inputs should be defined. (None, 9, None)",
     "channels_open", ""),
    (None, "images and kernel must have the same stack size", "depths_unsaid", ""),
    (None, "One of the dimensions in the output is <= 0 due to downsampling in c. Consider "
     "increasing the input size. Received input shape (None, 2, 2, 8)", "window_down",
     "[?, 2, 2, 8]"),
    (None, "Given input size: (8x1x1). Calculated output size: (8x0x0).", "window_pooled", "8x0x0"),
    ("conditional", "Layer m expects 2 input(s), but it received 1 input tensors", "inputs_number",
     "z [?, 6], label [?, 1]"),
    (None, "Expected to see 2 array(s), but instead got the following list of 1 arrays: [3]",
     "inputs_number", "2"),
    ("conditional", "index out of range in self", "table_unsaid", "from 0 to 4"),
    (None, "Tried to access index 10 out of table with 9 rows", "table_row", "0 to 9"),
    (None, "OOM when allocating tensor with shape[4,3,2,1] and type half", "memory", "4·3·2·1·2 ="),
    (None, "CUDA out of memory. Tried to allocate 2.00 GiB", "memory_unsaid", ""),
    (None, "expected scalar type Half but found Float", "of_type", ""),
    (None, "Graph disconnected: no value for KerasTensor(shape=(None, 9, 9, 3))", "of_model", ""),
    (None, "size mismatch (got input: [3], target: [9])", "of_loss", ""),
    ("no_dense", "shape '[-1, 9, 7, 7]' is invalid for input of size 1024", "reshape_more", "1024"),
]  # fmt: skip


def answer(name: str | None, text: str):
    """Its answer, and all that it says."""
    found = diagnose(known(name) if name else SEED, text)
    return found, " ".join(str(note) for note in (found.reason, *found.notes) if note)


@each(("name", "text", "code", "words"), [case for case in ELSEWHERE if case[2]])
def test_what_lies_elsewhere_is_told_and_nothing_is_offered(name, text, code, words):
    found, said = answer(name, text)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())
    assert words in said


@examples(24)
@given(graphs(), st.data())
def test_the_layer_of_a_kernel_is_found_and_what_leads_to_it(graph, data):
    """By PyTorch's order of it, and of the map that comes; the shape there is what is told."""
    plan = {stage.name: stage for stage in graph.stages(1)}
    layers = [s for s in plan.values() if _kernel(s) and s.input_shape[3] != 1]
    assume(layers)
    layer = data.draw(st.sampled_from(layers))
    height, width, out, inner = _kernel(layer)
    source, depth = plan[layer.sources[0]], layer.input_shape[3]
    like = [s for s in layers if _kernel(s) == _kernel(layer) and s.input_shape[3] == depth]
    assume(len(like) == 1 and source.shape[1:3] != (1, 1))
    came = (4, data.draw(st.integers(1, 16).filter(lambda n: n != depth)), *source.shape[1:3])
    weight = [inner, out, height, width]
    kind = "groups" if out == depth else "transposed"
    text = TORCH.format(kind, weight, list(came), depth, came[1])
    found = diagnose(graph, text)
    told = [n for n in found.notes if n.code in ("own_layer_gets", "own_layer_fed")]
    assert [note.params["layer"].strip("“”") for note in told] == [layer.name]
    assert (found.stage, found.expected[1:]) == (source.name, (*came[2:], came[1]))
    assert told[0].params["here"] == spelled((None, *source.shape[1:]))


def _kernel(stage) -> tuple[int, ...] | None:
    kernels = [weight.shape for weight in stage.weights if len(weight.shape) == 4]
    return kernels[0] if kernels and len(stage.sources) == 1 else None


@each(
    ("layer", "takes", "came", "code"),
    [
        ("conv2d", 3, "(None, 256, 256, 1)", "own_layer_fed"),
        ("sequential/conv2d", 3, "(None, 256, 256, 4)", "own_layer_fed"),
        ("conv2d_2", 6, "(None, 64, 64, 5)", "own_layer_gets"),
    ],
)
def test_a_first_layer_that_is_named_is_not_laid_to_the_last(layer, takes, came, code):
    found = diagnose(known("image_to_image"), KERAS_LAYER.format(layer, takes, came))
    stages = {"own_layer_fed": "input_layer", "own_layer_gets": "sequential_1/leaky_re_lu_1"}
    assert (found.stage, found.notes[0].code) == (stages[code], code)


def test_a_model_that_is_fed_another_picture_says_so():
    text = KERAS_MODEL.format("{}", "(None, 256, 256, 3)", "(None, 128, 96, 3)")
    found = diagnose(known("image_to_image"), text.format("model"))
    assert (found.stage, found.expected) == ("input_layer", (None, 128, 96, 3))
    assert [note.code for note in found.notes] == ["input_fed", "output_alike"]
    assert [dict(c.values) for c in found.changes] == [{"input_layer.shape": (128, 96, 3)}]
    assert diagnose(known("image_to_image"), text.format("discriminator")).stage.startswith("conv")


def test_an_output_that_a_discriminator_refuses_is_laid_to_the_output():
    """Though an input of the generator has its shape, too."""
    text = KERAS_MODEL.format("discriminator", "(None, 512, 512, 3)", "(None, 256, 256, 3)")
    graph = known("image_to_image")
    found = diagnose(graph, text)
    assert found.stage == graph.stages(1)[-1].name
    assert [note.code for note in found.notes] == ["of_discriminator_here"]
    assert found.changes


def test_vectors_of_another_length_are_told_of_the_input_that_they_are_fed_to():
    found = diagnose(known("conditional"), KERAS_MODEL.format("model", "(None, 6)", "(32, 9)"))
    assert (found.stage, found.expected) == ("z", (None, 9))
    assert [note.code for note in found.notes] == ["input_fed", "batch_open"]


def test_one_of_the_vectors_that_are_joined_is_told_as_that():
    lay = keras.layers
    inputs = [lay.Input((62,), name="z"), lay.Input((10,), name="code")]
    graph = opened(keras.Model(inputs, lay.Dense(8)(lay.Concatenate()(inputs))))
    text = "mat1 and mat2 shapes cannot be multiplied (64x{}x8)"
    for came, part in ((62, "z"), (10, "code")):
        found = diagnose(graph, text.replace("{}x8", f"{came} and 72x8"))
        assert (found.reason.code, found.reason.params["part"]) == ("joined_part", part)
        assert found.changes == ()
    assert diagnose(graph, text.replace("{}x8", "70 and 72x8")).reason.code == "own_sum"


@examples(60)
@given(st.integers(-3, 30), st.integers(1, 20))
def test_a_label_that_the_table_lacks_is_told_with_those_that_there_are(came, rows):
    text = f"indices[0,0] = {came} is not in [0, {rows}) [Op:ResourceGather]"
    if 0 <= came < rows:
        with pytest.raises(ExplorerError):
            diagnose(known("conditional"), text)
        return
    found = diagnose(known("conditional"), text)
    assert (found.reason.code, found.changes) == ("table_row", ())
    assert {"came": came, "last": rows - 1}.items() <= found.reason.params.items()
    codes = [note.code for note in found.notes]
    assert codes == ["table_counts_from_one"] * (came == rows) + ["table_here"]


@each("name", ["no_dense", None])
@each(("came", "reads"), [(20, None), (None, 20)])
def test_z_of_another_length_changes_what_reads_it(name, came, reads):
    length = 6 if name else 128
    came, reads = came or length, reads or length
    view = f"shape '[8, {reads}, 1, 1]' is invalid for input of size {8 * came}"
    for text in (view, TORCH.format("transposed", [reads, 9, 4, 4], [8, came, 1, 1], reads, came)):
        found, _ = answer(name, text)
        wanted = {"reshape.sizes": (1, 1, 20), "input_layer.shape": (20,)}
        assert [dict(c.values) for c in found.changes] == [wanted if name else {"noise_dim": 20}]


@examples(24)
@given(graphs(), st.integers(1, 300), st.integers(1, 300))
def test_the_nearest_sizes_can_be_made(graph, height, width):
    output = graph.stages(1)[-1]
    assume(len(output.shape) == 4)
    found = diagnose(graph, (None, height, width, output.shape[3]))
    for note in (note for note in found.notes if note.code == "sizes_near"):
        at = ("height", "width").index(note.params["axis"])
        near, starts = (note.params[key].split(", ") for key in ("near", "starts"))
        assert str((height, width)[at]) not in near
        node = next(n for n in graph.nodes if n.name == note.params["start"].strip("“”"))
        if node.sources:
            continue
        for side, start in zip(near, starts, strict=True):
            shape = (int(start), int(start), node.op.shape[2])
            with contextlib.suppress(ExplorerError):  # a side that nobody may give an input
                changed = apply_changes(graph, [Change(node.name, "shape", shape)])
                assert shapes_of(changed, 1)[output.name][1 + at] == int(side)


def test_sides_that_a_net_of_skips_cannot_have_get_the_nearest():
    found = diagnose(known("image_to_image"), (1, 50, 70, 3))
    near = [note.params["near"] for note in found.notes if note.code == "sizes_near"]
    assert near == ["48, 56", "64, 72"]


@examples(24)
@given(graphs(), st.data())
def test_remedies_are_few_numbers_none_far_away(graph, data):
    """Two beside the channels; what is no z's question leaves z as it is."""
    output = graph.stages(1)[-1]
    assume(len(output.shape) == 4)
    wanted = (None, *[data.draw(st.integers(1, 400)) for _ in range(3)])
    vectors = {node.name for node in graph.inputs if len(node.op.shape) == 1}
    plan = {stage.name: stage for stage in graph.stages(1)}
    for change in diagnose(graph, wanted).changes:
        counted = [n for n in change.numbers if n.argument not in ("sizes",)]
        assert len(counted) <= 2 + (not fits(output.shape[3:], wanted[3:]))
        assert not vectors & {number.stage for number in change.numbers}
        for number in counted:
            now = getattr(plan[number.stage].op, number.argument, None)
            if isinstance(now, int) and isinstance(number.value, int):
                assert number.value <= 64 * max(now, 64)


@each("side", [10**9 - 1, 4096, 7])
def test_large_sides_of_joined_maps_take_little_time(side):
    text = CONCAT.format(f"(None, {side}, {side}, 6)", "(None, 3, 3, 6)")
    start = time.thread_time()
    answer("image_to_image", text)
    assert time.thread_time() - start < 0.5


def test_the_tensor_that_has_no_room_is_counted():
    found, said = answer(None, "OOM when allocating tensor with shape[8,9,7,5] and type float on a")
    assert found.reason.params["whole"] == 4 * math.prod((8, 9, 7, 5))
    assert "= 10080 bytes" in said
