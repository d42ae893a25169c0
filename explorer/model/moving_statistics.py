"""What the stored means and variances of batch normalization tell of how they came about."""

from collections.abc import Mapping

import numpy as np

from explorer.model.graph import Graph

_KINDS = ("neutral", "no_mean", "no_variance", "near_zero")


def untold_statistics(graph: Graph, weights: Mapping[str, np.ndarray]) -> dict[str, list[str]]:
    """Stages whose stored statistics tell nothing, or too little, of what comes in.

    Args:
        graph: a generator.
        weights: variable name -> array, all of its variables among them.

    Returns:
        Each kind that `BatchNormalization.untold` knows -> names of stages.
    """
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for stage in graph.stages():
        for kind in stage.op.untold(stage.variables(weights)):
            found[kind].append(stage.name)
    return found
