"""The stages of the generator of a configuration."""

import functools

from explorer.model.builders.dcgan import SCOPE, dcgan_generator
from explorer.model.config import GeneratorConfig
from explorer.model.graph import Stage
from explorer.model.ops.batch_normalization import BN_VARIABLES, MOVING_STATISTICS
from explorer.model.stage_weights import Weight

__all__ = [
    "BN_VARIABLES",
    "MOVING_STATISTICS",
    "SCOPE",
    "Stage",
    "Weight",
    "signed_stages",
    "stages",
]


@functools.lru_cache(maxsize=256)
def stages(config: GeneratorConfig, batch: int = 1) -> tuple[Stage, ...]:
    """All stages in the order in which data flows.

    Raises:
        ExplorerError: the pads mirror more rows, columns, items or channels than there are.

    Example:
        >>> [s.shape for s in stages(GeneratorConfig())][-2:]
        [(1, 38, 70, 32), (1, 32, 64, 3)]
    """
    return dcgan_generator(config).stages(batch)


def signed_stages(plan: tuple[Stage, ...]) -> dict[str, bool]:
    """Whether each stage can hold negative values, whatever the weights and inputs."""
    signs: dict[str, bool] = {}
    for stage in plan:
        signs[stage.name] = stage.op.is_signed([signs[name] for name in stage.sources])
    return signs
