"""Errors of weights whose number is another one: layers of a file, or variables of a layer."""

import re
from collections.abc import Iterable, Iterator

from explorer.model.config import CONFIG_FIELDS, GeneratorConfig
from explorer.model.error_answer import SIZE, Answer
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason
from explorer.model.weights import weight_list

_LAYERS = re.compile(rf"Model expected {SIZE} layers, found {SIZE} saved layers")
_OLD_LAYERS = re.compile(rf"file containing {SIZE} layers into a model with {SIZE} layers")
_VARIABLES = re.compile(rf"expected {SIZE} variables, but received {SIZE} variables")
_LIST = re.compile(rf"weight list of length {SIZE}, but the layer was expecting {SIZE} weights")


def read_counts(design: Design, text: str) -> Answer | None:
    """How many are asked for, and how many come; Keras' words."""
    for pattern, code, order in (
        (_LAYERS, "count_layers", 1),
        (_OLD_LAYERS, "count_layers", -1),
        (_VARIABLES, "count_variables", 1),
        (_LIST, "count_variables", -1),
    ):
        if found := pattern.search(text):
            asked, held = [int(number) for number in found.groups()][::order]
            return _answer(design, code, asked, held) if asked != held else None
    return None


def _answer(design: Design, code: str, asked: int, held: int) -> Answer:
    reason = Reason(code, {"asked": asked, "held": held})
    notes = ()
    if code == "count_layers":
        notes = tuple(_here(design, (asked, held)))
    return Answer(reason, notes)


def _here(design: Design, counts: tuple[int, int]) -> Iterator[Reason]:
    """Which of the counts is this generator's."""
    if design.config:
        for blocks, layers in _layers_by_blocks().items():
            if layers in counts:
                yield Reason("count_here", {"blocks": blocks, "layers": layers})
    elif (layers := _count({w.name for s in design.stages for w in s.weights})) in counts:
        yield Reason("count_layers_here", {"layers": layers})


def _layers_by_blocks() -> dict[int, int]:
    """How many layers with weights this generator has, by its number of blocks."""
    most = CONFIG_FIELDS["upsample_blocks"].high
    return {blocks: _layers(blocks) for blocks in range(1, most + 1)}


def _layers(blocks: int) -> int:
    config = GeneratorConfig(upsample_blocks=blocks, upsample_dim=2**blocks)
    return _count({weight.name for weight in weight_list(config)})


def _count(names: Iterable[str]) -> int:
    """Layers of some variables."""
    return len({name.rpartition("/")[0] for name in names})
