"""Which weights a view shows, what was done to them, and the way back."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.carry_steps import LOSSES, Carrying, describe_carrying, keeps_output
from explorer.model.config import DRAW_FIELDS, SHAPE_FIELDS, GeneratorConfig, form_values
from explorer.model.runs import Origin, find_kept_share
from explorer.model.weight_store import TRAINED, UNTRAINED, StoredWeights, shipped_kernels
from explorer.schema import State

# Of what the layers read: less leaves little of a picture; and all of it, to rounding.
_LITTLE, _ALL = 0.25, 1 - 1e-9
_GRAVE = ("fresh", "little", "part")  # more than that a network was trained with other settings
FOR_TANH = (TRAINED, "run")  # of what is shown: weights trained on pictures through tanh


def weights_view(state: State, origin: Origin) -> dict:
    """What stands behind a state's source of weights.

    Args:
        state: what is shown.
        origin: what was found of its weights.

    Returns:
        shown: "untrained", "trained" (those that come with the project), "file" or "run" (a moment
        of a training run); status: "ok", "carried" (over from another structure), "set_aside" (they
        have another structure, and untrained ones were chosen for that case) or "gone" (no longer
        on the server); initializer: of kernels that are drawn; fields: the form values that the
        weights were opened with; needs: those without which they do not fit; steps: what
        carrying them over did or would do, as from `describe_carrying`, and what it makes of the
        output; what changes that most comes first; unlike: form values that a network
        was trained with and that are others now, though its variables fit; siblings: kernel sizes
        that networks beside this one were trained with; untold: as `untold_statistics`, of what
        the source holds.
    """
    config, source, stored = state.config, state["weights"], origin.stored
    drawn = {"initializer": config.kernel_initializer}
    if stored is None:
        status = "gone" if is_gone(source, origin) else "ok"
        return drawn | {"source": source, "shown": "untrained", "status": status}
    fits = stored.fits(config)
    return (
        drawn
        | stored_view(stored)
        | {
            "shown": stored.kind if origin.used(config) else "untrained",
            "status": "ok" if fits else "carried" if origin.carry else "set_aside",
            "needs": {} if fits else _needs(stored, config),
            "steps": [] if fits else [*map(_told, _steps(state, stored))],
            "unlike": _unlike(stored, config),
            "siblings": _siblings(stored),
            "untold": stored.untold,
        }
    )


def is_gone(source: str, origin: Origin) -> bool:
    """Whether a source has no weights on the server now, so that others stand in their place."""
    return origin.stored is None and source != UNTRAINED


def check_weights(config: GeneratorConfig, source: str, origin: Origin):
    """Refuses a source in whose place other weights would leave.

    Raises:
        ExplorerError: its weights are no longer on the server, or were set aside.
    """
    if source == UNTRAINED or origin.used(config):
        return
    if origin.stored is not None:
        raise ExplorerError("weights_set_aside", "weights", value=source)
    if source.startswith("run:"):
        raise ExplorerError("moment_gone", "weights", value=source)
    raise ExplorerError("weights_gone", "weights", value=source)


def _steps(state: State, stored: StoredWeights) -> Iterator[Carrying]:
    source, config = stored.read_for(state.config), state.config
    steps, items = describe_carrying(source, config), _other_items(state, source)
    verdict = steps.pop(0) if steps[0].code == "fresh" else _verdict(stored, config, steps, items)
    unlike = _spelled(stored.config, _unlike(stored, config))
    told = [verdict, unlike and Carrying("unlike", (), unlike)]
    yield from filter(None, told if verdict and verdict.code in _GRAVE else reversed(told))
    if stored.kind == TRAINED and source.kernel_size != config.kernel_size:
        yield Carrying("no_network", (), source.kernel_size, config.kernel_size)
    if items and not (verdict and verdict.code == "same_network"):
        yield Carrying("other_items", (), source.noise_dim, items)
    yield from steps


def _verdict(
    stored: StoredWeights, config: GeneratorConfig, steps: list[Carrying], items: str
) -> Carrying | None:
    """What becomes of the output; None where a step says so itself."""
    codes, share = {step.code for step in steps}, find_kept_share(stored, config)
    if codes & LOSSES and share < _ALL:
        percent = int(100 * share) or "< 1"
        return Carrying("little" if share < _LITTLE else "part", (), "", percent)
    if keeps_output(stored.read_for(config), config) and not np.isnan(share):
        return Carrying("same_network" if items else "same", (), _before(stored, config), items)
    is_another = codes & {"grid", "noise_fewer"} or np.isnan(share)
    return Carrying("another", ()) if is_another else None


def _before(stored: StoredWeights, config: GeneratorConfig) -> str:
    """What the structure would be where the weights fit, all else as it is: "kernel_size = 5"."""
    pads = (*config.paddings[:3], stored.config.paddings[3])
    return _spelled(stored.config, _needs(stored, config), pads)


def _spelled(config: GeneratorConfig, names: Iterable[str], paddings: tuple = ()) -> str:
    """Fields with their values in one line; pads as the pairs that tf.pad takes."""
    values = {name: getattr(config, name) for name in names}
    if "paddings" in values:
        values["paddings"] = [list(pair) for pair in paddings or config.paddings]
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _other_items(state: State, source: GeneratorConfig) -> str:
    """Items of the batch whose z begins with other numbers than with the source's noise_dim."""
    if source.noise_dim == state.config.noise_dim:
        return ""
    here, there = state.z, state.z_of(source.noise_dim)
    both = min(here.shape[1], there.shape[1])
    others = np.flatnonzero((here[:, :both] != there[:, :both]).any(axis=1))
    parts = np.split(others, np.flatnonzero(np.diff(others) > 1) + 1)
    return ", ".join(f"{a[0]}–{a[-1]}" if len(a) > 1 else str(a[0]) for a in parts if len(a))


def _told(step: Carrying) -> dict:
    return asdict(step) | {"layers": _ranges(step.layers)}


def _ranges(layers: tuple[str, ...]) -> str:
    """Names in one line: "fc1, upsample1–3, conv_out"."""
    blocks = [name for name in layers if name.startswith("upsample")]
    if len(blocks) < 2:
        return ", ".join(layers)
    whole = f"{blocks[0]}–{blocks[-1].removeprefix('upsample')}"
    named = [whole if name == blocks[0] else name for name in layers if name not in blocks[1:]]
    return ", ".join(named)


def _unlike(stored: StoredWeights, config: GeneratorConfig) -> dict:
    """Of a file nobody knows what its network was trained with."""
    if stored.kind == "file":
        return {}
    before, now = form_values(stored.config), form_values(config)
    told_apart = {*SHAPE_FIELDS, *DRAW_FIELDS, "training"}  # trained with the batch's statistics
    names = before.keys() - told_apart
    if stored.config.paddings[3] != config.paddings[3]:  # variables do depend on those of channels
        names -= {"paddings"}
    return {name: before[name] for name in before if name in names and before[name] != now[name]}


def _siblings(stored: StoredWeights) -> list[int]:
    if stored.kind != TRAINED:
        return []
    return [kernel for kernel in shipped_kernels() if kernel != stored.config.kernel_size]


def _needs(stored: StoredWeights, config: GeneratorConfig) -> dict:
    values = form_values(stored.config)
    return {name: values[name] for name in values if not _fits_with(stored, name, config)}


def _fits_with(stored: StoredWeights, name: str, config: GeneratorConfig) -> bool:
    """Whether one field of a configuration leaves the variables as they are."""
    try:
        return stored.fits(replace(stored.config, **{name: getattr(config, name)}))
    except ExplorerError:
        return False


def stored_view(stored: StoredWeights) -> dict:
    """Source and form values of opened weights.

    How a visitor calls a file is known to that visitor's browser alone.
    """
    fields = form_values(stored.config) | {"weights": stored.source}
    return {"source": stored.source, "fields": fields}
