"""Errors of weights: those of the very layers that these settings make, and counts of layers."""

import keras
import numpy as np
import pytest

from explorer import GeneratorConfig, diagnose
from explorer.model.changes import apply_changes
from explorer.model.graph import Graph, Node
from explorer.model.ops import Conv2DTranspose, Input
from explorer.model.weights import weight_list
from tests.support.each import each

DEFAULT = GeneratorConfig()
EXPECTS = "Weight expects shape {}. Received saved weight with shape {}"
LHS = "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}"
TORCH = (
    "size mismatch for {}: copying a param with shape torch.Size({}) from checkpoint, the shape in "
    "current model is torch.Size({})."
)
OLD_TORCH = (
    'While copying the parameter named "{}", whose dimensions in the model are torch.Size({}) and '
    "whose dimensions in the checkpoint are torch.Size({})."
)


def offered(found) -> list[dict]:
    return [dict(change.values) for change in found.changes]


@each("words", [LHS, EXPECTS])
@each(
    ("layer", "held", "code", "change"),
    [
        ([128, 8192], [100, 8192], "weight_noise", {"noise_dim": 100}),
        ([128, 8192], [128, 2048], "weight_units", {"upsample_dim": 64}),
        ([7, 7, 32, 3], [7, 7, 32, 1], "weight_output", {"C": 1}),
        ([128, 8192], [100, 2048], "weight_other", None),
        ([128, 256], [100, 256], "weight_reads", None),
        ([7, 7, 32, 3], [7, 7, 64, 3], "weight_depth", None),
    ],
)
def test_a_size_of_a_layer_that_is_this_generators_is_offered(words, layer, held, code, change):
    shapes = [f"({str(shape)[1:-1]})" for shape in (layer, held)]
    found = diagnose(DEFAULT, words.format(*shapes))
    codes = [reason.code for reason in (found.reason, *found.notes)]
    assert code in codes
    assert offered(found)[:1] == ([change] if change else [])


@each("words", [LHS, EXPECTS])
def test_of_a_kernel_of_another_window_the_file_s_is_offered_of_each_such_layer(words):
    nodes = [Node("x", Input((8, 8, 4)))]
    for name, size, source in (("one", 5, "x"), ("two", 5, "one"), ("end", 3, "two")):
        layer = Conv2DTranspose(4, (size, size), (2, 2), "same")
        nodes.append(Node(name, layer, (source,), name))
    graph = Graph(tuple(nodes))
    found = diagnose(graph, words.format("(5, 5, 4, 4)", "(3, 2, 4, 4)"))
    assert found.reason.code == "weight_of_window"
    assert offered(found) == [{f"{name}.kernel_size": (3, 2)} for name in ("one", "two")]
    for change in found.changes:
        made = apply_changes(graph, change.numbers)
        assert (3, 2, 4, 4) in [weight.shape for weight in made.weights]
        assert made.stages()[-1].shape == change.shape
    none = diagnose(graph, words.format("(5, 5, 4, 4)", "(99, 99, 4, 4)"))
    assert (none.reason.code, none.changes) == ("weight_of_window", ())


def test_what_keras_says_of_a_variable_is_never_read_as_maps():
    variable = keras.Variable(np.zeros((3, 3, 4, 16), np.float32))
    with pytest.raises(ValueError, match="must match") as caught:
        variable.assign(np.zeros((3, 3, 16, 4), np.float32))
    found = diagnose(DEFAULT, str(caught.value))
    assert (found.reason.code, found.changes) == ("weight_swapped", ())


def test_twice_the_channels_may_be_the_layer_before_or_a_wider_model():
    narrow = diagnose(DEFAULT, EXPECTS.format("(4, 4, 64, 128)", "(4, 4, 128, 256)"))
    assert [note.code for note in narrow.notes] == ["weight_scaled"]
    assert "128 to 64" in str(narrow.notes[0])
    other = diagnose(DEFAULT, EXPECTS.format("(4, 4, 64, 128)", "(4, 4, 128, 512)"))
    assert (other.reason.code, other.notes) == ("weight_before", ())


@each(
    ("name", "code"),
    [
        ("discriminator/d_h3_lin/Matrix", "weight_shared_discriminator"),
        ("g/kernel", "weight_shared"),
    ],
)
def test_a_variable_that_is_shared_is_told_with_both_sizes(name, code):
    text = (
        f"Trying to share variable {name}, but specified shape (8192, 1) and found shape (25088, "
        "1)."
    )
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.changes) == (code, ())
    assert "[25088, 1]" in str(found.reason)


@each(
    ("name", "saved", "model", "code", "change"),
    [
        ("l1.0.weight", [8192, 100], [8192, 128], "mismatch_noise", {"noise_dim": 100}),
        ("fc.weight", [2048, 128], [8192, 128], "mismatch_units", {"upsample_dim": 64}),
        ("fc.weight", [10, 20], [10, 30], "mismatch_linear", None),
        ("critic.fc.weight", [8192, 100], [8192, 128], "mismatch", None),
        ("main.0.weight", [100, 512, 4, 4], [128, 512, 4, 4], "mismatch_noise", {"noise_dim": 100}),
    ],
)
@each("old", [False, True])
def test_parameters_of_pytorch_are_read_in_old_words_and_new(name, saved, model, code, change, old):
    text = OLD_TORCH.format(name, model, saved) if old else TORCH.format(name, saved, model)
    found = diagnose(DEFAULT, text)
    assert code in [reason.code for reason in (found.reason, *found.notes)]
    assert offered(found)[:1] == ([change] if change else [])


COUNTS = [
    ("Model expected {asked} layers, found {held} saved layers.", "count_layers"),
    ("a weight file containing {held} layers into a model with {asked} layers.", "count_layers"),
    ("Layer 'bn' expected {asked} variables, but received {held} variables", "count_variables"),
    ("with a weight list of length {held}, but the layer was expecting {asked} weights",
     "count_variables"),
]  # fmt: skip


@each(("text", "code"), COUNTS)
def test_counts_are_told_the_right_way_round(text, code):
    found = diagnose(DEFAULT, text.format(asked=4, held=9))
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())
    assert dict(found.reason.params) == {"asked": 4, "held": 9}


@each("blocks", range(1, 7))
def test_the_number_of_layers_of_this_generator_is_that_of_its_variables(blocks):
    config = GeneratorConfig(upsample_blocks=blocks)
    layers = len({weight.name.rpartition("/")[0] for weight in weight_list(config)})
    (note,) = diagnose(DEFAULT, COUNTS[0][0].format(asked=layers, held=99)).notes
    assert dict(note.params) == {"blocks": blocks, "layers": layers}
