"""PyTorch generators of pictures: every stage as PyTorch has it, and what is assumed is told."""

import pytest

from explorer import ExplorerError, trace
from explorer.model.files.arrays import ArrayFile, StoredArray
from explorer.model.files.torch_graph import read_state_dict
from tests.support.each import each
from tests.support.keras_comparison import apart
from tests.support.torch_pictures import PICTURES, picture
from tests.unit.test_torch_files import read, shapes_of


def made_of(name: str):
    """What it makes of a picture, as small as it takes, and that with channels last."""
    x, x_last = picture(side=16 if "u_net" in name else 8)
    return PICTURES[name](x), x_last


@each("name", list(PICTURES))
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
    assert {"torch_layout", "torch_window"} <= {item.code for item in generator.assumed}


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
        assert raised.value.code in ("torch_no_order", "torch_no_start", "torch_residual")
