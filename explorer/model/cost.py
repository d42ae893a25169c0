"""What a configuration costs, estimated before anything is allocated, and the most we run."""

from dataclasses import dataclass

from explorer.errors import ExplorerError
from explorer.limits import MEMORY
from explorer.model.config import GeneratorConfig
from explorer.model.stages import stages
from explorer.sizes import MIB, mebibytes

# Chosen for the smallest machine that we serve, 2 CPU cores and 16 GB shared by many visitors:
# about a second and a sixteenth of the memory for one view.
# A view takes some times what its weights and stages do, for TensorFlow's buffers and for copies,
# and what its page may need beside, a lab's tensor of four million values above all.
WORKING_SHARE = 2
WORKING_BYTES = 160 * MIB
MAX_BYTES = min(2**30, (MEMORY - WORKING_BYTES) // WORKING_SHARE)
MAX_MACS = 10 * 10**9
# Above either a view takes longer than the tenth of a second that others should wait for at most.
LIGHT_BYTES = 128 * MIB
LIGHT_MACS = 10**9


@dataclass(frozen=True)
class Cost:
    """Float32 bytes of weights and all stages of the whole batch, and its multiply-accumulates."""

    bytes: int
    macs: int


def estimate_cost(config: GeneratorConfig, batch: int = 1) -> Cost:
    """Adds up the stages; nothing is allocated."""
    plan = stages(config, batch)
    return Cost(
        sum(stage.bytes + 4 * stage.parameters for stage in plan), sum(stage.macs for stage in plan)
    )


def check_cost(config: GeneratorConfig, batch: int = 1):
    """Refuses what is too large for the machine.

    Raises:
        ExplorerError: with the estimate and the bound.
    """
    cost = estimate_cost(config, batch)
    if cost.bytes > MAX_BYTES:
        raise ExplorerError(
            "too_many_bytes",
            None,
            estimate=mebibytes(cost.bytes),
            bound=mebibytes(MAX_BYTES),
        )
    if cost.macs > MAX_MACS:
        raise ExplorerError(
            "too_many_macs",
            None,
            estimate=f"{cost.macs / 1e9:,.1f} G",
            bound=f"{MAX_MACS / 1e9:,.0f} G",
        )


def is_light(config: GeneratorConfig, batch: int = 1, times: int = 1) -> bool:
    """Whether a view takes so little that it may be worked on beside those of other visitors.

    Args:
        times: how often as much is computed for it as by one forward pass.
    """
    cost = estimate_cost(config, batch)
    return times * cost.bytes <= LIGHT_BYTES and times * cost.macs <= LIGHT_MACS


def working_bytes(config: GeneratorConfig, batch: int = 1) -> int:
    """What a forward pass and a view of it take while they are made."""
    return WORKING_SHARE * estimate_cost(config, batch).bytes + WORKING_BYTES
