"""The forward pass with every stage kept: eager TensorFlow over the weights dict."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from explorer.errors import ExplorerError, quote
from explorer.model.borders import Bordered
from explorer.model.config import GeneratorConfig, check_config
from explorer.model.devices import AUTO, resolve_device
from explorer.model.graph import Graph, Stage
from explorer.model.inputs import as_numbers, check_inputs
from explorer.model.run_op import run_op
from explorer.model.stages import stages
from explorer.model.stopping import stop_if_unwanted
from explorer.model.weights import check_weights


def trace(
    config: GeneratorConfig | Graph, weights: Mapping, z, device: str = AUTO
) -> dict[str, np.ndarray]:
    """Runs the generator and returns the output of every stage.

    Args:
        config: the generator's structure, or the graph of one that was opened.
        weights: variable name -> float32 array or tensor, as from `init_weights`.
        z: [N, noise_dim], array-like; NaN and infinities are taken as they are. Of a graph, an
            array for its input, or for several a dict by their names; sizes that the file leaves
            open are those of the arrays. The dict may hold what a layer gives that is not known
            here, by the name of its stage: what follows is computed from that.
        device: a name from `devices()`, such as "CPU:0"; "auto" is the first GPU, or the CPU.

    Returns:
        Stage name -> float32 array, in the order in which data flows.

    Raises:
        ExplorerError: z has another shape, a weight is missing or has another shape, the pads do
            not fit the map, a layer is not known here and what it gives is not given, or this
            machine lacks the device.

    Example:
        >>> config = GeneratorConfig()
        >>> t = trace(config, init_weights(config, seed=0), np.zeros((1, 128)))
        >>> t["upsample1/conv2d_transpose"].shape
        (1, 8, 16, 128)
    """
    plan, given = checked_call(config, weights, z)
    return trace_stages(plan, weights, given, device)


def trace_stages(
    plan: Sequence[Stage], weights: Mapping, inputs: Mapping, device: str = AUTO
) -> dict[str, np.ndarray]:
    """`trace` of stages and inputs that are known to be sound."""
    with tf.device(f"/{resolve_device(device)}"):
        outputs = run_stages(plan, weights, inputs)
        return {name: np.asarray(value) for name, value in outputs.items()}


def checked_call(
    generator: GeneratorConfig | Graph, weights: Mapping, z
) -> tuple[tuple[Stage, ...], dict[str, np.ndarray]]:
    """The stages for a batch, and its inputs as float32 by their names; raises as `trace`."""
    if isinstance(generator, Graph):
        given = check_inputs(generator, z)
        sizes = {name: array.shape[1:] for name, array in given.items()}
        sized = generator.with_sizes(sizes)
        check_weights(sized, weights)
        return sized.stages(len(next(iter(given.values())))), given
    z = check_z(generator, z)
    check_weights(generator, weights)
    plan = stages(generator, len(z))
    return plan, {plan[0].name: z}


def run_stages(
    plan: Sequence[Stage], weights: Mapping, given: Mapping, last: str | None = None
) -> dict[str, tf.Tensor]:
    """The outputs of stages, in their order.

    Args:
        given: tensors or arrays by stage, of the inputs and of what else is known.
        last: the stage after which nothing more is run.
    """
    outputs = {}
    for stage in plan:
        stop_if_unwanted()
        if stage.name in given:
            outputs[stage.name] = given[stage.name]
        else:
            outputs[stage.name] = run_stage(stage, weights, [outputs[s] for s in stage.sources])
        if stage.name == last:
            break
    return outputs


def run_stage(stage: Stage, weights: Mapping, inputs: Sequence) -> tf.Tensor:
    """One stage's output."""
    return run_op(stage.op, inputs, stage.variables(weights), stage.shape)


def read_padded(
    found: Bordered,
    weights: Mapping,
    outputs: Mapping[str, np.ndarray],
    mode: str,
    device: str = AUTO,
) -> tuple[np.ndarray, np.ndarray | None]:
    """A padded map in a mode that fits it, and what its reader makes of it.

    Args:
        found: the map.
        outputs: of all stages, by name.
        mode: REFLECT, SYMMETRIC or CONSTANT.

    Returns:
        Both float32; None where nothing reads it.
    """
    padded = found.pad(outputs[found.stage.sources[0]], mode)
    if found.reader is None:
        return padded, None
    with tf.device(f"/{resolve_device(device)}"):
        variables = found.reader.variables(weights)
        inputs = found.inputs(padded, outputs)
        return padded, np.asarray(run_op(found.op, inputs, variables, found.reader.shape))


def read_unpadded(
    found: Bordered, weights: Mapping, source: np.ndarray, device: str = AUTO
) -> np.ndarray | None:
    """What the reader of a padded map makes of the map itself; None where it cannot."""
    made = found.unpadded_shape()
    if made is None:
        return None
    with tf.device(f"/{resolve_device(device)}"):
        return np.asarray(run_op(found.op, [source], found.reader.variables(weights), made))


def check_z(config: GeneratorConfig, z) -> np.ndarray:
    """z as float32 [N, noise_dim].

    Raises:
        ExplorerError: no configuration, another shape, or values that are not numbers.
    """
    check_config(config)
    array = as_numbers(z)
    if array is None:
        raise ExplorerError("z_not_numbers", "z", value=quote(z))
    if array.ndim != 2 or array.shape[1] != config.noise_dim or len(array) < 1:
        raise ExplorerError("z_shape", "z", shape=list(array.shape), noise_dim=config.noise_dim)
    return array
