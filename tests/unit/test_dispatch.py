"""Nothing outside an operation's own module asks which operation it is, or goes by a name."""

from tests.support.each import each
from tests.unit.dispatch_rules import dispatches
from tests.unit.test_architecture import SOURCES

# Where operations are made: their own modules, the builders, and what reads and writes files.
ROOMS = ("explorer/model/ops/", "explorer/model/builders/", "explorer/model/files/")
# What is of `dcgan_generator` by its configuration and of no other: carrying its weights, and the
# lines of the original's code, stage by stage as its builder has them.
OF_A_CONFIGURATION = (
    "explorer/model/carry.py",
    *(f"explorer/views/call/{name}.py" for name in ("layers", "place", "stage")),
)


def test_no_other_code_tells_operations_apart():
    found = {
        path: dispatches(source)
        for path, source in SOURCES.items()
        if not path.startswith(ROOMS) and path not in OF_A_CONFIGURATION
    }
    assert {path: places for path, places in found.items() if places} == {}


@each(
    "code",
    [
        'stage.kind == "conv2d"',
        '"conv2d" == stage.op.kind',
        'stage.kind in ("dense", "conv2d_transpose")',
        "stage.kind == Conv2D.kind",
        "stage.kind not in (Dense.kind, ops.Conv2D.kind)",
        "kept.old.kind != kept.new.kind",
        "_MAKERS[stage.kind]",
        "_MAKERS.get(stage.op.kind)",
        "isinstance(node.op, Conv2D)",
        "isinstance(node.op, ops.Dense | Pad)",
        "isinstance(node.op, (Dense, Pad))",
        'stage.block.startswith("upsample")',
        'name.endswith("conv2d")',
        'stage.name == "conv_out/pad"',
        'block == "fc1"',
    ],
)
def test_a_question_which_operation_it_is_is_found(code):
    assert len(dispatches(f"def f():\n    return {code}")) == 1


@each(
    "cases",
    ['case "pad":\n        pass', "case Pad():\n        pass", "case Pad.kind:\n        pass"],
)
def test_a_match_of_operations_is_found(cases):
    assert dispatches(f"match stage.kind:\n    {cases}") == ["stage.kind"]


@each(
    "code",
    [
        'field.kind == "pads"',
        "isinstance(why, WeightedSum)",
        "stage.op.may_die",
        'name == "paddings"',
        '{"op": stage.kind}',
        'names["upsample_dim"]',
        "stage.name == name",
    ],
)
def test_other_questions_are_none(code):
    assert dispatches(code) == []
