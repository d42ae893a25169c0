"""Which weights a view shows, what was done to them, and the way back."""

from dataclasses import asdict, replace

from explorer.errors import ExplorerError
from explorer.model.carry import describe_carrying
from explorer.model.config import DRAW_FIELDS, SHAPE_FIELDS, GeneratorConfig, form_values
from explorer.model.runs import Origin
from explorer.model.weight_store import TRAINED, UNTRAINED, StoredWeights, shipped_kernels

FOR_TANH = (TRAINED, "run")  # of what is shown: weights trained on pictures through tanh


def weights_view(config: GeneratorConfig, source: str, origin: Origin) -> dict:
    """What stands behind a source of weights.

    Args:
        config: the structure that is shown.
        source: of the weights, as in a link.
        origin: what was found of it.

    Returns:
        shown: "untrained", "trained" (those that come with the project), "file" or "run" (a moment
        of a training run); status: "ok", "carried" (over from another structure), "set_aside" (they
        have another structure, and untrained ones were chosen for that case) or "gone" (no longer
        on the server); initializer: of kernels that are drawn; fields: the form values that the
        weights were opened with; needs: those without which they do not fit; steps: what carrying
        them over did or would do, as from `describe_carrying`; unlike: form values that a network
        was trained with and that are others now, though its variables fit; siblings: kernel sizes
        that networks beside this one were trained with; untold: as `untold_statistics`, of what
        the source holds.
    """
    stored, drawn = origin.stored, {"initializer": config.kernel_initializer}
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
            "steps": [] if fits else _steps(stored.read_for(config), config),
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


def _steps(source: GeneratorConfig, config: GeneratorConfig) -> list[dict]:
    return [
        asdict(step) | {"layers": _ranges(step.layers)}
        for step in describe_carrying(source, config)
    ]


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
