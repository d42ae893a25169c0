"""Which weights a view shows, and the way back to opened ones that it cannot show."""

from dataclasses import replace

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig, form_values
from explorer.model.weight_store import (
    UNTRAINED,
    StoredWeights,
    shipped_weights,
)


def weights_view(config: GeneratorConfig, source: str, stored: StoredWeights | None) -> dict:
    """What stands behind a source of weights.

    Args:
        config: the structure that is shown.
        source: of the weights, as in a link.
        stored: what `find_weights` found of it.

    Returns:
        shown: "untrained", "trained" (those that come with the project), "file" or "run" (a moment
        of a training run); status: "ok", "unfit" (the configuration has other shapes) or "gone" (no
        longer on the server); name: of a run's moment; fields: the form values that the weights
        were opened with; needs: where unfit, those without which they do not fit; trained: those
        that lead to the trained weights.
    """
    return {"trained": stored_view(shipped_weights())["fields"]} | _shown(config, source, stored)


def check_weights(config: GeneratorConfig, source: str, stored: StoredWeights | None):
    """Refuses a source whose weights the configuration cannot be shown with.

    Raises:
        ExplorerError: they are no longer on the server, or have other shapes; naming what they
            need.
    """
    shown = _shown(config, source, stored)
    if shown["status"] == "gone":
        raise ExplorerError("weights_gone", "weights", value=source)
    if shown["status"] == "unfit":
        needed = ", ".join(f"{name} = {value}" for name, value in shown["needs"].items())
        raise ExplorerError("weights_unfit", "weights", value=source, needed=needed)


def _shown(config: GeneratorConfig, source: str, stored: StoredWeights | None) -> dict:
    if source == UNTRAINED:
        return {"source": source, "shown": "untrained", "status": "ok"}
    if stored is None:
        return {"source": source, "shown": "untrained", "status": "gone"}
    fits = stored.fits(config)
    return stored_view(stored) | {
        "shown": source.partition(":")[0] if fits else "untrained",
        "status": "ok" if fits else "unfit",
        "needs": {} if fits else _needs(stored, config),
    }


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
    """Source and form values of opened weights; the name of a run's moment.

    How a visitor calls a file is known to that visitor's browser alone.
    """
    kind, _, rest = stored.source.partition(":")
    name = {"name": f"step {rest.rpartition(':')[2]}"} if kind == "run" else {}
    return name | {
        "source": stored.source,
        "fields": form_values(stored.config) | {"weights": stored.source},
    }
