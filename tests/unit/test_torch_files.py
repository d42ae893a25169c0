"""PyTorch state dicts: every stage equals PyTorch's formulas, and what was assumed is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from explorer import ExplorerError, open_generator, trace
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.torch_graph import read_state_dict
from explorer.model.graph_json import read_graph
from tests.support.each import each
from tests.support.examples import examples
from tests.support.keras_comparison import apart
from tests.support.torch_models import MODELS, Made, example
from tests.support.torch_reference import batch_norm
from tests.unit.refusals import refused

Z = np.random.RandomState(3).normal(size=(2, 10)).astype(np.float32)


def opened(made: Made, tmp_path):
    path = tmp_path / "generator.safetensors"
    save_file({name: np.ascontiguousarray(array) for name, array in made.arrays.items()}, path)
    return open_generator(path)


def read(shapes: dict[str, tuple]):
    """The graph of arrays of these shapes."""
    arrays = {name: StoredArray(size, lambda s=size: np.zeros(s)) for name, size in shapes.items()}
    return read_state_dict(ArrayFile(arrays)).graph


def shapes_of(made: Made) -> dict[str, tuple]:
    return {name: array.shape for name, array in made.arrays.items() if array.shape}


@each("name", list(MODELS))
def test_every_stage_is_as_pytorch_has_it(name, tmp_path):
    made = MODELS[name](Z)
    generator, weights = opened(made, tmp_path)
    found = trace(generator, weights, Z)
    assert apart(found, made.stages) == []
    assert [stage for stage in found if stage in made.stages] == list(made.stages)
    assert set(found) - set(made.stages) <= {
        "reshape/channels_first",
        "up.0/canvas",
        "up.2/canvas",
    }
    assert list(found)[-1] == list(made.stages)[-1]


@each("ending", [".safetensors", ".npz"])
@each("kind", [np.int32, np.int8])
def test_a_layer_of_numbers_that_are_not_read_is_not_left_out(ending, kind, tmp_path):
    made = example(Z)
    bias = next(name for name, array in made.arrays.items() if array.ndim == 1)
    arrays = made.arrays | {bias: made.arrays[bias].astype(kind)}
    write = save_file if ending == ".safetensors" else lambda them, path: np.savez(path, **them)
    write({key: np.asarray(each) for key, each in arrays.items()}, tmp_path / f"generator{ending}")
    with refused("torch_type", bias, field="weights"):
        open_generator(tmp_path / f"generator{ending}")


def test_what_no_module_has_may_be_of_any_type(tmp_path):
    made = example(Z)
    arrays = {f"G.{name}": np.asarray(array) for name, array in made.arrays.items()}
    arrays |= {"D.steps": np.ones(3, np.int64), "D.0.weight": np.ones((8, 3), np.int8)}
    save_file(arrays | {"G.mask": np.ones(4, bool)}, tmp_path / "both.safetensors")
    graph, _ = open_generator(tmp_path / "both.safetensors")
    assert [n.op for n in graph.nodes] == [n.op for n in opened(made, tmp_path)[0].nodes]


@each(("counter", "kind"), [(np.int64(7), "batch_normalization"), (None, "group_normalization")])
def test_a_norm_without_weights_is_known_by_its_counter(counter, kind, tmp_path):
    """As BatchNorm2d(8, affine=False) is saved; InstanceNorm2d was without a counter before 0.4."""
    sizes = {"0.weight": (10, 8, 4, 4), "1.running_mean": (8,), "1.running_var": (8,)}
    arrays = {name: np.ones(size, np.float32) for name, size in sizes.items()}
    arrays |= {"3.weight": np.ones((8, 3, 4, 4), np.float32)}
    arrays |= {} if counter is None else {"1.num_batches_tracked": np.asarray(counter)}
    save_file(arrays, tmp_path / "generator.safetensors")
    graph, _ = open_generator(tmp_path / "generator.safetensors")
    assert next(node.op.kind for node in graph.nodes if node.name == "1") == kind


@each("name", list(MODELS))
def test_the_order_of_the_arrays_does_not_matter(name):
    made = MODELS[name](Z)
    shapes = shapes_of(made)
    forwards, backwards = read(shapes), read(dict(reversed(shapes.items())))
    assert forwards == backwards
    assert [n.name for n in forwards.nodes if n.name in made.stages] == list(made.stages)


def test_the_picture_that_a_last_vector_is_taken_for_is_told():
    told = [(item.code, item.value) for item in read({"0.weight": (3 * 8 * 8, 5)}).assumed]
    assert ("torch_split", "192 = 3·8·8") in told


def test_what_was_assumed_is_told():
    told = {(item.code, item.value): item.stages for item in read(shapes_of(example(Z))).assumed}
    assert told == {
        ("torch_window", "stride 1, padding 0"): "main.0",
        ("torch_window", "stride 2, padding 1"): "main.3, main.6, main.9, main.12",
        ("torch_epsilon", "1e-05"): "main.1, main.4, main.7, main.10",
        ("torch_activation", "ReLU"): "main.2, main.5, main.8, main.11",
        ("torch_activation", "Tanh"): "main.13",
    }
    told = {item.code: item for item in read(shapes_of(MODELS["upsampled"](Z))).assumed}
    assert told["torch_split"].value == "128 = 8·4·4"
    assert told["torch_upsampling"].stages == "conv_blocks.1, conv_blocks.5"


@each("others", [("netD",), ("D", "vgg_loss"), ("netG",)])
def test_the_generator_is_taken_out_of_a_file_of_both(others):
    made = shapes_of(example(Z))
    own = "G_ema" if others == ("netG",) else "netG"
    both = {f"{own}.module.{name}": size for name, size in made.items()}
    both |= {f"{other}.0.weight": (64, 3, 4, 4) for other in others}
    graph = read(both)
    assert graph.nodes == read(made).nodes
    told = {item.code: item for item in graph.assumed}["torch_part"]
    assert (told.value, told.stages) == (own, ", ".join(others))


def test_several_generators_of_one_file_are_refused():
    made = shapes_of(example(Z))
    with pytest.raises(ExplorerError, match="netG_A") as raised:
        read({f"netG_{side}.{name}": size for side in "AB" for name, size in made.items()})
    assert raised.value.code == "torch_several"


def test_numbered_parts_are_steps_of_one_generator_unless_two_are_alike():
    steps = {"gen1.weight": (64, 10), "gen2.weight": (48, 64)}
    assert [node.name for node in read(steps).nodes][1:4:2] == ["gen1", "gen2"]
    with pytest.raises(ExplorerError) as raised:
        read({f"gen{at}.weight": (48, 10) for at in (1, 2)})
    assert raised.value.code == "torch_several"


@each("layers", [[(10, 8, 4, 4), (8, 3, 4, 4), (16, 3, 3, 3), (3, 16, 3, 3)],
                 [(64, 10), (784, 64), (32, 784), (784, 32)]])  # fmt: skip
def test_of_numbered_parts_none_but_the_last_makes_a_picture(layers):
    names = ["gen1.0", "gen1.1", "gen2.0", "gen2.1"]
    with pytest.raises(ExplorerError, match="gen1, gen2") as raised:
        read({f"{name}.weight": size for name, size in zip(names, layers, strict=True)})
    assert raised.value.code == "torch_several"


def test_an_order_that_goes_back_to_a_part_is_told_whatever_the_parts_numbers_are():
    shapes = {"gen1.a.weight": (64, 10), "gen1.b.weight": (48, 32), "gen2.c.weight": (32, 64)}
    told = [item.stages for item in read(shapes).assumed if item.code == "torch_order"]
    assert told == ["gen1, gen2, gen1"]


def test_a_kernel_that_both_kinds_could_have_is_told():
    told = {item.code: item for item in read(shapes_of(MODELS["head"](Z))).assumed}
    assert (told["torch_reading"].stages, told["torch_reading"].value) != ("", "")


def test_norms_of_maps_without_statistics_are_told_as_instance_normalization():
    told = {item.code: item for item in read(shapes_of(MODELS["instances"](Z))).assumed}
    assert told["torch_instance"].stages == "main.1, main.4, main.7, main.10"
    assert "own_statistics" not in told


def test_norms_of_vectors_without_statistics_take_the_batchs_own_and_say_so(tmp_path):
    made = MODELS["odd_kernels"](Z)
    made.arrays = {n: a for n, a in made.arrays.items() if "running" not in n}
    generator, weights = opened(made, tmp_path)
    assert {item.code for item in generator.assumed} >= {"own_statistics"}
    found = trace(generator, weights, Z)
    x, parts = found["fc.0"], [made.arrays[f"fc.1.{name}"] for name in ("weight", "bias")]
    expected = batch_norm(x, *parts, x.mean(axis=0), x.var(axis=0))
    assert apart({"fc.1": found["fc.1"]}, {"fc.1": expected}) == []


def test_pads_of_a_kernel_that_is_no_square_are_told_for_both_axes():
    shapes = {"a.weight": (6, 4, 4, 4), "b.weight": (5, 4, 3, 5), "c.weight": (1, 5, 5, 5)}
    told = {item.value: item.stages for item in read(shapes).assumed}
    assert told["stride 1, padding (1, 2)"] == "b"
    assert told["stride 1, padding 2"] == "c"


@each("between", [{}, {"up.2.weight": (1,), "up.5.weight": (1,)}])
def test_a_convolution_of_as_many_times_its_channels_is_shuffled(between):
    shapes = {"l1.weight": (8 * 16, 10), "a.weight": (6, 8, 3, 3), "out.weight": (3, 6, 3, 3)}
    shapes |= {"up.0.weight": (24, 6, 3, 3), "up.3.weight": (24, 6, 3, 3)} | between
    graph = read(shapes)
    told = {item.code: item for item in graph.assumed}
    assert told["torch_shuffle"].stages == "up.1, up.4"
    if not between:
        assert "up.3" in told["torch_reading"].stages


RESIDUAL = {"l1.weight": (8 * 16, 10), "out.weight": (3, 8, 3, 3)} | {
    f"res.{block}.conv{at}.weight": (8, 8, 3, 3) for block in (0, 1) for at in (1, 2)
}


def test_a_residual_block_may_take_the_maps_that_are_made_of_a_vector():
    assert {"res.0/add", "res.1/add"} <= {node.name for node in read(RESIDUAL).nodes}


@each(
    ("others", "stages"),
    [
        ({}, "res.0/upsample, res.1/upsample"),
        ({"up.weight": (6, 8, 3, 3), "out.weight": (3, 6, 3, 3)}, "up/upsample"),
    ],
)
def test_residual_blocks_are_doubled_where_nothing_else_is(others, stages):
    told = {item.code: item for item in read(RESIDUAL | others).assumed}
    assert told["torch_upsampling"].stages == stages


@each(
    ("shapes", "code"),
    {
        "discriminator": (
            {"main.0.weight": (64, 3, 4, 4), "main.2.weight": (128, 64, 4, 4)},
            "torch_no_picture",
        ),
        "judge": ({"l1.weight": (9, 36), "l2.0.weight": (1, 9)}, "torch_judges"),
        "features": ({"a.weight": (9, 8, 4, 4), "b.weight": (8, 6, 4, 4)}, "torch_no_picture"),
        "two_orders": (
            {
                "l1.weight": (72, 9),
                "stem.0.weight": (8, 8, 3, 3),
                "body.0.weight": (8, 8, 3, 3),
                "end.weight": (3, 8, 3, 3),
            },
            "torch_orders",
        ),
        "prelu_of_several": (
            {
                "l1.weight": (72, 9),
                "conv1.weight": (6, 8, 3, 3),
                "conv2.weight": (3, 6, 3, 3),
                "prelu.weight": (1,),
            },
            "torch_orders",
        ),
        "labels_joined": (
            {
                "label_emb.weight": (10, 10),
                "model.0.weight": (128, 110),
                "model.2.weight": (784, 128),
            },
            "torch_labels",
        ),
        "labels_multiplied": (
            {
                "label_emb.weight": (10, 100),
                "l1.0.weight": (72, 100),
                "conv_blocks.0.weight": (4, 8, 3, 3),
                "conv_blocks.2.weight": (3, 4, 3, 3),
            },
            "torch_labels",
        ),
        "norm_first": ({"a.weight": (3,), "a.bias": (3,)}, "torch_no_start"),
        "gap": (
            {"main.0.weight": (100, 64, 4, 4), "main.3.weight": (32, 16, 4, 4)},
            "torch_no_order",
        ),
        "residual": (
            {
                "a.weight": (9, 8, 4, 4),
                "res1.c1.weight": (4, 8, 3, 3),
                "res1.c2.weight": (3, 4, 3, 3),
            },
            "torch_residual",
        ),
        "spectral": ({"c.weight_orig": (4, 4, 3, 3), "c.weight_u": (4,)}, "torch_module"),
        "spectral_other": (
            {"c.weight_orig": (4, 6, 3, 3), "c.weight_u": (4,), "c.weight_v": (36,)},
            "torch_module",
        ),
        "one_dimension": ({"c.weight": (8, 4, 3), "c.bias": (8,)}, "torch_module"),
        "joined": (
            {
                "inc.0.weight": (8, 3, 3, 3),
                "down1.0.weight": (16, 8, 3, 3),
                "up1.up.weight": (16, 8, 2, 2),
                "up1.conv.0.weight": (8, 16, 3, 3),
                "outc.weight": (2, 8, 1, 1),
            },
            "torch_joined",
        ),
        "vae": (
            {
                **{"encoder.0.weight": (32, 3, 4, 4), "encoder.2.weight": (64, 32, 4, 4)},
                **{"mu.weight": (9, 256), "logvar.weight": (9, 256), "fc.weight": (256, 9)},
                **{"decoder.0.weight": (64, 32, 4, 4), "decoder.2.weight": (32, 3, 4, 4)},
            },
            "torch_orders",
        ),
        "bias": ({"a.weight": (4, 8, 4, 4), "a.bias": (5,)}, "torch_no_start"),
        "empty": ({"a.weight": (4, 0, 4, 4)}, "torch_module"),
        "many": ({f"a.{at}.weight": (4, 4, 3, 3) for at in range(400)}, "torch_too_many"),
    },
)
def test_what_is_no_generator_is_refused_in_words(shapes, code):
    with pytest.raises(ExplorerError) as raised:
        read(shapes)
    assert raised.value.code == code


def test_parts_without_numbers_are_ordered_by_what_they_take_and_that_is_told():
    shapes = {"a.0.weight": (8, 4, 4, 4), "a.2.weight": (4, 3, 4, 4), "z.weight": (8 * 9, 5)}
    graph = read(shapes)
    assert [node.name for node in graph.nodes if node.name in ("a.0", "a.2", "z")] == [
        *("z", "a.0", "a.2")
    ]
    assert {item.code: item.stages for item in graph.assumed}["torch_order"] == "z, a"


@each(("at", "stages"), [(2, None), (3, "m.3")])
def test_more_modules_left_out_than_are_assumed_are_told(at, stages):
    graph = read({"m.0.weight": (8, 5), f"m.{at}.weight": (4, 8)})
    assert {item.code: item.stages for item in graph.assumed}.get("torch_gap") == stages


def test_norms_stand_after_the_layer_of_their_number_and_that_is_told():
    told = {item.code for item in read(shapes_of(MODELS["residual"](Z))).assumed}
    assert {"torch_order", "torch_kinds"} <= told


def test_an_order_that_is_hard_to_find_is_given_up():
    shapes = {f"{'xyz'[at % 3]}{at}.weight": (8, 8, 3, 3) for at in range(200)}
    with pytest.raises(ExplorerError) as raised:
        read({"a.weight": (4, 8, 4, 4), **shapes, "b.weight": (5, 5, 3, 3)})
    assert raised.value.code == "torch_no_order"


PARTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked", "weight_u", "")
NAMES = st.builds(
    lambda path, own: ".".join((*path, own)),
    st.lists(st.sampled_from(["main", "0", "1", "3", "9" * 5000, "module", "a/b", "<b>", "\ud800",
                              "", "層", "x" * 300]), max_size=3),
    st.sampled_from(PARTS),
)  # fmt: skip
SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 4, 8, 2**40]), max_size=5).map(tuple)


@examples(300)
@given(st.dictionaries(NAMES, SHAPES, min_size=1, max_size=8))
def test_any_names_and_shapes_are_read_or_refused_in_words(shapes):
    try:
        graph = read(shapes)
    except ExplorerError:
        return
    assert read_graph(graph.as_dict()) == graph
    assert len({node.name for node in graph.nodes}) == len(graph.nodes)


@examples(40)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 4), st.integers(0, 99))
def test_any_width_and_depth_is_read(deep, out, seed):
    made = example(Z, tuple(deep), out, prefix=f"g{seed}.net")
    graph = read(shapes_of(made))
    stages = graph.stages(2)
    found = {stage.name: stage.shape for stage in stages}
    assert {name: found.get(name) for name in made.stages} == {
        name: value.shape for name, value in made.stages.items()
    }
