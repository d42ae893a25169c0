"""Why a shape is not the one expected: the first stage that differs, and what would mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.model.config import GeneratorConfig
from explorer.model.expected_shape import Shape, fits, read_request, whole_shape
from explorer.model.needed_shapes import needed_shapes
from explorer.model.shape_reasons import Reason, explain_difference
from explorer.model.shape_search import Change, find_changes
from explorer.model.stages import stages


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a shape.

    Attributes:
        stage: the stage that was asked about.
        expected: what it should be; None where any size will do.
        actual: what it is.
        first: the first stage that differs from what the expected shape needs, or None.
        first_expected, first_actual: shapes of that stage.
        reason: why, in one sentence; None where nothing differs.
        changes: what gives the expected shape, verified, nearest first; may be empty.
    """

    stage: str
    expected: Shape
    actual: tuple[int, ...]
    first: str | None = None
    first_expected: Shape = ()
    first_actual: tuple[int, ...] = ()
    reason: Reason | None = None
    changes: tuple[Change, ...] = ()


def diagnose(
    config: GeneratorConfig,
    expected: str | Sequence[int | None] | Mapping[str, Sequence[int | None]],
    batch: int = 1,
) -> Diagnosis:
    """Names the first stage whose shape differs from the one expected, and what would mend it.

    Args:
        config: the generator as it is.
        expected: the output's shape, or {stage: shape}, or a text: "[1, 64, 64, 3]",
            "upsample1/actv: [1, 8, 16, 100]", or an error of TensorFlow or Keras that names two
            shapes, of which one is a stage's. None, "?" and -1 stand for any size. The batch may be
            left out, and so may batch and channels: (64, 64, 3), (64, 64).
        batch: N, the number of rows of z.

    Raises:
        ExplorerError: no shape can be read, there is no such stage, or neither of the two shapes
            of an error is a stage's.

    Example:
        >>> result = diagnose(GeneratorConfig(), (1, 64, 64, 3))
        >>> result.first, dict(result.changes[0].values)
        ('fc1/dense', {'base_height': 8})
    """
    plan = {stage.name: stage for stage in stages(config, batch)}
    name, wanted = read_request(plan, expected)
    actual = plan[name].shape
    wanted = whole_shape(wanted, actual)
    if fits(actual, wanted):
        return Diagnosis(name, wanted, actual)
    known = Diagnosis(name, wanted, actual, name, wanted, actual)
    if len(wanted) != len(actual):
        params = {"stage": name, "rank": len(actual), "found": len(wanted)}
        return replace(known, reason=Reason("rank", params))
    needed = needed_shapes(config, list(plan.values()), name, wanted)
    first = next(
        stage for stage in plan.values() if not fits(stage.shape, needed.get(stage.name, ()))
    )
    return replace(
        known,
        first=first.name,
        first_expected=needed[first.name],
        first_actual=first.shape,
        reason=explain_difference(config, plan[name], wanted, first, needed[first.name]),
        changes=tuple(find_changes(config, batch, name, wanted)),
    )
