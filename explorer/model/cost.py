"""What a configuration costs, estimated before anything is allocated, and the most we run."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.limits import MEMORY
from explorer.model.config import PAD_MODES, GeneratorConfig
from explorer.model.graph import Stage
from explorer.model.initializers import UNIFORM, spread_of
from explorer.model.weights import weight_bytes
from explorer.sizes import MIB, mebibytes

# Chosen for the smallest machine that we serve, 2 CPU cores and 16 GB shared by many visitors:
# about a second and a sixteenth of the memory for one view.
# A view takes some times what its weights and stages do, for copies, and what any page may need.
WORKING_SHARE, GRADIENT_SHARE = 2, 3
WORKING_BYTES = 96 * MIB
# Above either a view takes longer than four times what the plain one does, or memory that others
# should not wait for.
LIGHT_BYTES = 64 * MIB
LIGHT_MACS = 95 * 10**7
# Heavy work leaves what a light view needs.
LIGHT_ROOM = WORKING_BYTES + LIGHT_BYTES
GIVEN_ROOM = MEMORY // 8  # what visitors opened stays, whatever work others ask for
MAX_BYTES = min(2**30, (MEMORY - GIVEN_ROOM - LIGHT_ROOM - WORKING_BYTES) // WORKING_SHARE)
MAX_MACS = 10 * 10**9
MAX_EFFORT = 2 * MAX_MACS  # of kernels that take longer than their products
MAX_TIME = 10 * MAX_MACS  # of a forward pass, which where small maps meet large kernels reads most
# As long as so many products take, measured:
_OF_A_BYTE = 16  # that a kernel's buffer holds, or that weights are drawn for
_OF_A_NORMAL_BYTE = 60  # of weights, or inputs, that are drawn from a normal distribution
_OF_A_MADE_BYTE = 25  # of all items' stages, whose memory is taken anew and given back
_OF_A_SHOWN_BYTE = 70  # of the shown item's stages: looked through, turned into colours, sent
_OF_A_CARRIED_BYTE = 60  # of the weights' source, or of what is made of it
_OF_A_SENT_BYTE = 100  # of exact values, which are packed and hardly get smaller
_OF_A_MEASURED_BYTE = 45  # of what numbers and shares are told of: sums, histograms, in float64
_OF_A_FITTED_BYTE = 60  # of pictures, as they are given and as inputs take them
_OF_A_CURVED_BYTE = 30  # of an activation that is no straight line
_OF_A_WRITTEN_BYTE = 8  # of all items' stages
_USUAL_STAGES, _OF_A_STAGE = 32, 15 * 10**6  # of one more, however small
# Stages of a graph and what they read. No view of more is light, so neither is what is found out
# before its estimate, by walking over them.
MOST_LIGHT_STEPS = 2 * (_USUAL_STAGES + LIGHT_MACS // _OF_A_STAGE)
# Of all stages, where it is told which are tied to one: of a cell, of one that is laid out
# otherwise, of a pair of a cell and a tap, and of a source.
_OF_A_TIED_CELL, _OF_A_RELAID_CELL, _OF_A_PAIR, _OF_A_SOURCE = 150, 2400, 1500, 6 * 10**6
_PAIR_BYTES = 64  # that are there while a stage's reads are found
_OF_A_ROW = 4 * 10**6  # of the ledger
_OF_A_COPIED_VALUE = 3  # of a window that a convolution reads, for all its outputs together


@dataclass(frozen=True)
class Cost:
    """What a forward pass takes.

    Attributes:
        bytes: float32 of weights and all stages of the whole batch.
        macs: multiply-accumulates of the whole batch.
        buffer: bytes of the largest buffer that TensorFlow's CPU kernels fill on the way: a
            transposed convolution writes k·k values an input cell and output channel, an item at a
            time, before it adds them up.
        time: as long as so many multiply-accumulates: these, kernels read, buffers filled and
            stages written.
    """

    bytes: int
    macs: int
    buffer: int
    time: int

    @property
    def all_bytes(self) -> int:
        """What `MAX_BYTES` bounds: the buffer is there once, the rest in copies."""
        return self.bytes + self.buffer // WORKING_SHARE


@dataclass(frozen=True)
class Load:
    """What a view takes while it is made.

    Attributes:
        bytes: beside what any view takes.
        macs: multiply-accumulates, as a measure of time.
    """

    bytes: int
    macs: int

    @property
    def reserved(self) -> int:
        """Bytes to set aside for it."""
        return self.bytes + WORKING_BYTES

    @property
    def is_light(self) -> bool:
        """Whether it may be worked on beside the views of other visitors."""
        return self.bytes <= LIGHT_BYTES and self.macs <= LIGHT_MACS

    def __add__(self, other: "Load") -> "Load":
        return Load(self.bytes + other.bytes, self.macs + other.macs)

    def then(self, other: "Load") -> "Load":
        """Both, one after the other: the memory of the first is free by then."""
        return Load(max(self.bytes, other.bytes), self.macs + other.macs)


NOTHING = Load(0, 0)


def estimate_cost(plan: Sequence[Stage]) -> Cost:
    """Adds up the stages; nothing is allocated."""
    buffer = max(stage.op.buffer(stage) for stage in plan)
    return Cost(
        sum(stage.bytes + 4 * stage.parameters for stage in plan),
        sum(stage.macs for stage in plan),
        buffer,
        sum(map(_stage_time, plan)) + _OF_A_BYTE * plan[0].shape[0] * buffer,
    )


def _stage_time(stage: Stage) -> int:
    effort = stage.op.effort(stage.input_shapes, stage.shape)
    return max(effort, stage.op.reading_time(stage)) + _OF_A_WRITTEN_BYTE * stage.bytes


def check_cost(plan: Sequence[Stage]):
    """Refuses what is too large for the machine.

    Raises:
        ExplorerError: with the estimate and the bound.
    """
    cost = estimate_cost(plan)
    if cost.all_bytes > MAX_BYTES:
        raise ExplorerError(
            "too_many_bytes",
            None,
            estimate=mebibytes(cost.all_bytes),
            bound=mebibytes(MAX_BYTES),
        )
    if cost.macs > MAX_MACS:
        raise ExplorerError(
            "too_many_macs",
            None,
            estimate=f"{cost.macs / 1e9:,.1f} G",
            bound=f"{MAX_MACS / 1e9:,.0f} G",
        )
    batch = plan[0].shape[0]
    efforts = sum(stage.op.effort(stage.input_shapes, stage.shape) for stage in plan)
    if efforts > MAX_EFFORT:
        told, most = _billions(efforts), _billions(MAX_EFFORT)
        raise ExplorerError("efforts_too_long", None, batch=batch, estimate=told, bound=most)
    if cost.time > MAX_TIME:
        told, most = _billions(cost.time), _billions(MAX_TIME)
        raise ExplorerError("takes_too_long", None, batch=batch, estimate=told, bound=most)


def _billions(number: int) -> str:
    return f"{number / 1e9:,.0f} G"


def forward_load(plan: Sequence[Stage]) -> Load:
    """Of a forward pass and a view of all its stages."""
    cost = estimate_cost(plan)
    shown = sum(stage.item_bytes for stage in plan)
    curved = sum(stage.bytes for stage in plan if not stage.op.is_straight)
    macs = cost.time + sum(map(_copies, plan)) + _OF_A_SHOWN_BYTE * shown
    macs += _OF_A_MADE_BYTE * sum(stage.bytes for stage in plan)
    macs += _OF_A_CURVED_BYTE * curved
    macs += _OF_A_NORMAL_BYTE * sum(stage.bytes for stage in plan if stage.is_input)
    macs += _OF_A_STAGE * max(0, len(plan) - _USUAL_STAGES)
    return Load(WORKING_SHARE * cost.bytes + cost.buffer, macs)


def _copies(stage: Stage) -> int:
    """Products that take as long as to lay out the windows that a stage reads.

    Of a convolution with few output channels that is most of its time.
    """
    return _OF_A_COPIED_VALUE * stage.op.copied_values(stage)


def fitting_load(fitted_bytes: int) -> Load:
    """Of pictures that are fitted to inputs; their bytes before and after, with copies."""
    return Load(3 * fitted_bytes, _OF_A_FITTED_BYTE * fitted_bytes)


def padding_load(padded_bytes: int, reader: Stage | None) -> Load:
    """Of what reads a padded map in the other modes and without a pad, one after the other."""
    made, macs = 0, padded_bytes
    if reader:
        made = reader.bytes
        macs += _stage_time(reader) + _copies(reader)
    return Load(padded_bytes + 3 * made, len(PAD_MODES) * macs)


def drawing_load(config: GeneratorConfig, drawn_bytes: int) -> Load:
    """Of weights that are drawn: their memory counts with the forward pass."""
    uniform = spread_of(config.kernel_initializer, (1, 1)).kind == UNIFORM
    return Load(0, (_OF_A_BYTE if uniform else _OF_A_NORMAL_BYTE) * drawn_bytes)


def looking_load(most_values: int, all_values: int) -> Load:
    """Of maps made and turned into colours beside the stages.

    Args:
        most_values: of those that are there together.
        all_values: of all, one after the other.
    """
    return Load(32 * most_values, 2 * _OF_A_SHOWN_BYTE * all_values)


def telling_load(sent: int = 0, measured: int = 0) -> Load:
    """Of exact values that go out, and of values that numbers are told of; bytes of either."""
    return Load(sent + 2 * measured, _OF_A_SENT_BYTE * sent + _OF_A_MEASURED_BYTE * measured)


def tying_load(plan: Sequence[Stage]) -> Load:
    """Of finding which cells of any design's stages are tied to one, of which some are masks."""
    cells = sum(math.prod(stage.shape) for stage in plan)
    relaid = sum(math.prod(stage.shape[1:]) for stage in plan if stage.is_relaid)
    time = _OF_A_TIED_CELL * cells + _OF_A_RELAID_CELL * relaid
    return Load(2 * cells, time) + _finding_reads(plan)


def ledger_load(plan: Sequence[Stage]) -> Load:
    """Of a row for each stage, and of how much of the first map its cells can reach."""
    return Load(0, _OF_A_ROW * len(plan)) + _finding_reads(plan)


def finding_load(stage: Stage) -> Load:
    """Of one stage's cells and taps, and of how they meet."""
    return _finding_reads([stage])


def _finding_reads(plan: Sequence[Stage]) -> Load:
    """Of the cells and taps that a walk over all stages joins."""
    pairs = [stage.op.pairs(stage) for stage in plan]
    sources = sum(len(stage.sources) for stage in plan)
    return Load(_PAIR_BYTES * max(pairs), _OF_A_PAIR * sum(pairs) + _OF_A_SOURCE * sources)


def gradient_load(plan: Sequence[Stage]) -> Load:
    """Of the gradients of one value: a second pass, whose stages are kept, and the way back."""
    cost = estimate_cost(plan)
    back = max(stage.op.gradient_buffer(stage) for stage in plan)
    filled = 3 * back // 2 - cost.buffer
    macs = 2 * cost.time + sum(map(_copies, plan))
    macs += _OF_A_BYTE * plan[0].shape[0] * filled
    steps = sum(stage.op.gradient_steps(stage) * stage.bytes for stage in plan)
    return Load(GRADIENT_SHARE * cost.bytes + steps + max(cost.buffer, back), macs)


def carrying_load(config: GeneratorConfig, source_bytes: int) -> Load:
    """Of weights that are carried over: the source's are looked through, the new ones made.

    Between is no more than the larger of the two. Parts of the source are there in float64
    meanwhile, and where the activation comes last each value of its normalization is looked at
    forty times.
    """
    return _carrying(weight_bytes(config), source_bytes)


def changing_load(plan: Sequence[Stage], before: Sequence[Stage]) -> Load:
    """Of weights that are carried to a generator whose stages were changed."""
    made, source = (4 * sum(stage.parameters for stage in each) for each in (plan, before))
    return _carrying(made, source)


def _carrying(made: int, source_bytes: int) -> Load:
    return Load(made + 3 * source_bytes, _OF_A_CARRIED_BYTE * (made + source_bytes))
