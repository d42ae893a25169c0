"""Which base cells and which entries of z made a value: gradient times input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from explorer.model.devices import AUTO, resolve_device
from explorer.model.explanations import Index
from explorer.model.graph import Stage
from explorer.model.padding import pad_sources
from explorer.model.trace import run_stages


@dataclass(frozen=True, eq=False)
class Origins:
    """Which base cells and which entries of z made a value, to first order.

    A part is the value's derivative with respect to an entry, times that entry. Where all that
    follows is linear around this input (relu, leaky_relu or linear, training=False) the parts and
    the rest add up to the value exactly, and the rest is what biases, means and beta bring in; with
    other activations, or training=True, the rest also holds the curvature.

    Attributes:
        stage, index, value: the cell.
        item: the item of z behind it; a padded batch copies its items from others.
        base_stage, z_stage: names of the stages that are told of.
        base: float64 [base_height, base_width], parts of the base cells of the cell's own item,
            summed over channels; None for a stage before the base map.
        base_channels: int [base_height, base_width], the channel that adds the most to each part.
        base_rest: value - base.sum().
        z: float64 [noise_dim], parts of the item's entries of z.
        z_rest: value - z.sum().
    """

    stage: str
    index: Index
    value: float
    item: int
    base_stage: str | None
    z_stage: str
    base: np.ndarray | None
    base_channels: np.ndarray | None
    base_rest: float
    z: np.ndarray
    z_rest: float


def find_origins(
    plan: Sequence[Stage],
    weights: Mapping,
    inputs: Mapping[str, np.ndarray],
    z_stage: str,
    stage: str,
    index: Index,
    device: str = AUTO,
) -> Origins:
    """Gradient times input, from one cell back to the first map and to z.

    Args:
        plan: the stages.
        weights: full name -> array or tensor.
        inputs: of the graph, by stage.
        z_stage: the one of them that holds the latent vectors.
        stage, index: of the cell; both must be sound.
        device: a name from `devices()`.
    """
    with tf.device(f"/{resolve_device(device)}"), tf.GradientTape() as tape:
        latent = tf.constant(inputs[z_stage])
        tape.watch(latent)
        made = run_stages(plan, weights, {**inputs, z_stage: latent}, last=stage)
        base_stage = _first_map(plan, made, z_stage)
        base = made.get(base_stage)
        value = made[stage][index]
    source = _source_item(plan, stage, index)
    entries = [latent] if base is None else [latent, base]
    parts_z, *parts = (part[source] for part in _parts(tape, value, entries))
    by_channel = parts[0] if parts else None
    parts_base = None if base is None else by_channel.sum(axis=-1)
    shown = float(value)
    return Origins(
        stage=stage,
        index=index,
        value=shown,
        item=source,
        base_stage=base_stage,
        z_stage=z_stage,
        base=parts_base,
        base_channels=None if base is None else np.abs(by_channel).argmax(axis=-1),
        base_rest=shown - (0.0 if parts_base is None else float(parts_base.sum())),
        z=parts_z,
        z_rest=shown - float(parts_z.sum()),
    )


def _parts(tape: tf.GradientTape, value: tf.Tensor, entries: list[tf.Tensor]) -> list[np.ndarray]:
    slopes = tape.gradient(value, entries, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    with np.errstate(invalid="ignore", over="ignore"):
        return [
            slope.numpy().astype(np.float64) * entry.numpy()
            for slope, entry in zip(slopes, entries, strict=True)
        ]


def _first_map(plan: Sequence[Stage], made: Mapping, z_stage: str) -> str | None:
    """The first stage of maps that are made of z, among those that were made."""
    reached = {z_stage}
    for stage in plan:
        if stage.name in made and not reached.isdisjoint(stage.sources):
            reached.add(stage.name)
            if len(stage.shape) == 4:
                return stage.name
    return None


def _source_item(plan: Sequence[Stage], stage: str, index: Index) -> int:
    """The item of the inputs behind an item that may have been added by a pad."""
    by_name, item = {each.name: each for each in plan}, index[0]
    found = by_name[stage]
    while found.sources:
        if found.op.added:
            before, after = found.op.added[0]
            source = pad_sources(found.input_shape[0], before, after, found.op.mode)
            item = max(0, int(source[item]))
        found = by_name[found.sources[0]]
    return item
