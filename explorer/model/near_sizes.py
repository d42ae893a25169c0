"""Which rows and columns near the wanted ones a graph can make, of another picture or base map.

Shapes are worked out for each size that is tried; their number is bounded.
"""

from collections.abc import Iterator

from explorer.errors import quote
from explorer.model.config import AXES
from explorer.model.expected_shape import Shape
from explorer.model.graph import Stage
from explorer.model.graph_joins import shapes_from
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_MOST_WORKED_OUT = 20_000  # nodes, in all
_AROUND = 48  # sizes on either side of where the wanted one should be
_MULTIPLES = tuple(2**power for power in range(3, 11))  # of skips that go down by halves
_MAP_AXES = (1, 2)


def sizes_near(design: Design, name: str, wanted: Shape) -> Iterator[Reason]:
    """For each side of a stage that no start gives: the nearest smaller and larger one.

    What is tried starts from the one picture that comes in, or from the base map.
    """
    stage, start = design.plan[name], _start(design)
    of_maps = len(wanted) == len(stage.shape) == len(AXES)
    if not design.graph or not start or not of_maps:
        return
    axes = [at for at in _MAP_AXES if wanted[at] not in (None, stage.shape[at])]
    most = _MOST_WORKED_OUT // (len(design.graph.nodes) * max(1, len(axes)))
    for at in axes:
        made = dict(_made(design, stage, start, at, wanted[at], most))
        if not made or wanted[at] in made:
            continue
        below = max((side for side in made if side < wanted[at]), default=None)
        above = min((side for side in made if side > wanted[at]), default=None)
        near = [side for side in (below, above) if side]
        yield Reason(
            "sizes_near",
            {
                "stage": quote(name), "axis": AXES[at], "wanted": wanted[at],
                "near": ", ".join(map(str, near)), "start": quote(start.name),
                "starts": ", ".join(str(made[side]) for side in near),
            },
        )  # fmt: skip


def _start(design: Design) -> Stage | None:
    """Where rows and columns begin."""
    pictures = [s for s in design.stages if s.is_input and len(s.shape) == 4]
    return pictures[0] if len(pictures) == 1 else None if pictures else design.base


def _made(
    design: Design, stage: Stage, start: Stage, at: int, wanted: int, most: int
) -> Iterator[tuple[int, int]]:
    """Sides of the stage, and of the start that gives each."""
    guess = max(1, round(wanted * start.shape[at] / stage.shape[at]))
    near = sorted(range(max(1, guess - _AROUND), guess + _AROUND + 1), key=lambda n: abs(n - guess))
    whole = [n * step for step in _MULTIPLES for n in (guess // step, guess // step + 1) if n]
    for size in [*dict.fromkeys((*whole, *near))][:most]:
        shapes = shapes_from(design.graph, start.name, (size, size))
        if shapes:
            yield shapes[stage.name][at], size
