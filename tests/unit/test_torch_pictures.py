"""PyTorch generators of pictures: every stage as PyTorch has it, and what is assumed is told."""

import pytest

from explorer import ExplorerError, trace
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.torch_graph import read_state_dict
from tests.support.each import each
from tests.support.keras_comparison import apart
from tests.support.torch_pictures import PICTURES, ROWS, encoder_decoder, picture
from tests.unit.test_torch_files import read, shapes_of


def made_of(name: str):
    """What it makes of a picture, as small as it takes, and that with channels last."""
    x, x_last = picture(side=16 if "u_net" in name else 8)
    return (PICTURES | ROWS)[name](x), x_last


@each("name", list(PICTURES | ROWS))
def test_every_stage_is_as_pytorch_has_it(name):
    made, x = made_of(name)
    stored = {own: StoredArray(a.shape, lambda a=a: a) for own, a in made.arrays.items()}
    read_file = read_state_dict(ArrayFile(stored))
    generator = read_file.graph
    weights = {own: array.load() for own, array in read_file.arrays.items()}
    assert generator.inputs[0].op.shape == (None, None, 3)
    sized = generator.with_sizes({"input": x.shape[1:]})
    found = trace(sized, weights, {"input": x})
    assert apart(found, made.stages) == []
    assert set(made.stages) <= set(found)
    assert list(found)[-1] == list(made.stages)[-1]
    told = {item.code for item in generator.assumed}
    assert {"torch_row" if name in ROWS else "torch_layout", "torch_window"} <= told


@each("name", ["aitorzip_resnet", "junyanz_u_net", "leftthomas_srgan", "srgan_of_lists"])
def test_one_module_less_or_more_is_no_such_layout(name):
    shapes = shapes_of(made_of(name)[0])
    *_, last = (own.removesuffix("weight") for own, size in shapes.items() if len(size) == 4)
    for other in (
        {own: size for own, size in shapes.items() if not own.startswith(last)},
        shapes | {"more.weight": (3, 5, 3, 3)},
    ):
        with pytest.raises(ExplorerError) as raised:
            read(other)
        assert raised.value.code.startswith("torch_")


ROW = shapes_of(encoder_decoder(picture(side=8)[0], norms=False, kernel=4))


def changed(**shapes):
    """The row with other weights of those modules of `main`; without them where () is given."""
    found = ROW | {f"main.{own[1:]}.weight": size for own, size in shapes.items()}
    return {own: size for own, size in found.items() if size and not own.endswith("bias")}


def test_strides_are_taken_from_the_decoder():
    told = {item.value: item.stages for item in read(changed()).assumed}
    assert told["stride 2, padding 1"] == "main.3, main.6, main.9, main.12"


@each(
    ("shapes", "code"),
    {
        "other_kernel": (changed(_3=(8, 4, 2, 2)), "torch_row_stride"),
        "one_way": (changed(_9=(16, 8, 5, 5)), "torch_row_stride"),
        "flat": ({"m.0.weight": (8, 3, 4, 4), "m.2.weight": (1, 8, 4, 4)}, "torch_row_flat"),
        "gap": (
            {own.replace("main.15", "main.17"): size for own, size in changed().items()},
            "torch_row_gap",
        ),
        "pad_first": (
            {own.replace("main.0.", "main.1."): size for own, size in changed().items()},
            "torch_row_gap",
        ),
        "own_names": (
            {own.replace("main.", "main.conv"): size for own, size in changed().items()},
            "torch_row_skip",
        ),
    },
)
def test_a_row_of_which_the_file_tells_too_little_is_refused(shapes, code):
    with pytest.raises(ExplorerError) as raised:
        read(shapes)
    assert raised.value.code == code
