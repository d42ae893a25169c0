"""Which weights a view shows, what was done to them, and the way back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.builders.dcgan import UPSAMPLE
from explorer.model.carry_steps import (
    LOSSES,
    Carrying,
    crops_output,
    describe_carrying,
    keeps_output,
)
from explorer.model.changes import parse_changes
from explorer.model.config import GeneratorConfig, form_values
from explorer.model.graph_store import StoredGraph, is_graph
from explorer.model.runs import Origin, find_kept_share
from explorer.model.stages import Stage
from explorer.model.weight_store import TRAINED, UNTRAINED, StoredWeights, shipped_kernels
from explorer.schema import State
from explorer.views.own_settings import (
    is_of_border,
    lost,
    moved_everywhere,
    other_settings,
    own_share,
)

_LITTLE, _ALL = 0.25, 1 - 1e-9  # of a picture, or of what the layers read; and all, to rounding
# Told before what other settings make of the picture.
_GRAVE = ("fresh", "little", "part", "little_read", "part_read")
_OTHER_PICTURE = {"grid", "noise_fewer"}
_MEASURES = ("measured_taps", "measured_picture")
FOR_TANH = (TRAINED, "run")  # of what is shown: weights trained on pictures through tanh


def shown_kind(config: GeneratorConfig, origin: Origin) -> str:
    """Of which kind the weights on the screen are: "untrained", or as the stored ones."""
    used = origin.used(config)
    return used.kind if used else UNTRAINED


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
        weights were opened with; needs: those without which they do not fit; steps: what becomes
        of the picture where the structure or the settings are not the network's own, with causes
        and measures, then what carrying over did or would do, as from `describe_carrying`; unlike:
        form values that a network was trained with and that are others now, though its variables
        fit; details: of changed stages, what was done to each; siblings: kernel sizes
        that networks beside this one were trained with; untold: as `untold_statistics`, of what
        the source holds; assumptions: as `Graph.assumed`; supply: layers of an opened generator
        that are not known here, by what `OpenedCall.supply_of` tells; draws: whether the output is
        a picture, of rows and columns, not far smaller than what came in.
    """
    config, source, stored = state.config, state["weights"], origin.stored
    if state.opened:
        return _opened_view(state) | _changed_stages(state)
    drawn = {"initializer": config.kernel_initializer}
    drawn["shown"] = shown_kind(config, origin)
    if stored is None:
        drawn |= {"source": source, "status": "gone" if is_gone(source, origin) else "ok"}
        return drawn | {"steps": []} | _changed_stages(state)
    fits, before = stored.fits(config), form_values(stored.config)
    return (
        drawn
        | stored_view(stored)
        | {
            "status": "ok" if fits else "carried" if origin.carry else "set_aside",
            "needs": {} if fits else _needs(stored, config),
            "steps": [] if state.changes else [*map(_told, _steps(state, origin))],
            "unlike": {name: before[name] for name in other_settings(stored, config)},
            "siblings": _siblings(stored),
            "untold": stored.untold,
            "assumptions": [],
            "supply": {},
            "draws": True,
        }
        | _changed_stages(state, stored)
    )


def _changed_stages(state: State, stored: StoredWeights | None = None) -> dict:
    """The steps of a generator with changes: of what is left of the picture nothing is measured.

    In full, stage by stage, they are the `details`.
    """
    if not state.changed:
        return {}
    details = _gathered(state.changed.steps)
    count = len(parse_changes(state.changes))
    told = [Carrying("stages_changed", (), "", count)]
    if not details:
        told.append(Carrying("stages_kept", ()))
    if stored and not stored.fits(state.config):
        told = describe_carrying(stored.read_for(state.config), state.config) + told
    named = [asdict(step) | {"layers": ", ".join(step.layers)} for step in details]
    return {"steps": [*map(_told, told)], "details": named}


def _gathered(steps: Iterable[Carrying]) -> list[Carrying]:
    """What was done alike to several layers as one step."""
    found: dict[tuple, tuple[str, ...]] = {}
    for step in steps:
        key = step.code, step.before, step.after
        found[key] = (*found.get(key, ()), *step.layers)
    return [Carrying(code, layers, *sizes) for (code, *sizes), layers in found.items()]


def _opened_view(state: State) -> dict:
    """Of an opened generator, which has weights of its own."""
    return opened_view(state.opened) | {
        "initializer": state.config.kernel_initializer,
        "shown": "graph",
        "status": "ok",
        "needs": {},
        "steps": [],
        "unlike": {},
        "siblings": [],
        "untold": _untold(state),
        "assumptions": [asdict(item) for item in state.opened.graph.assumed],
        "supply": _supply(state),
        "draws": _makes_picture(state.plan),
    }


def _untold(state: State) -> dict[str, list[str]]:
    """Of the stages whose stored statistics are still what normalizes."""
    if not state.changed:
        return state.opened.untold
    stored = {node.name for node in state.graph.nodes if not node.op.takes_batch}
    told = state.opened.untold.items()
    return {kind: [name for name in names if name in stored] for kind, names in told}


def _makes_picture(plan: Sequence[Stage]) -> bool:
    """Whether the output is one; what makes half of a picture or less, as a PatchGAN, judges it."""
    shape = plan[-1].shape
    if len(shape) != 4 or min(shape[1:3]) == 1:
        return False
    taken = [stage.shape[1] for stage in plan if stage.is_input and len(stage.shape) == 4]
    return all(2 * shape[1] > rows for rows in taken)


def _supply(state: State) -> dict[str, list[str]]:
    """Layers that are not computed here, with their classes, by how their output stands."""
    found: dict[str, list[str]] = {}
    for node in state.graph.nodes:
        if not node.op.is_known:
            how = state.call.supply_of(node.name)
            found.setdefault(how, []).append(state.call.called[node.name])
    return found


def opened_view(opened: StoredGraph) -> dict:
    """Source and form values of an opened generator."""
    output = opened.graph.nodes[-1].name
    fields = {"weights": opened.source, "stage": output, "cell": "", "trail": "", "given": ""}
    fields |= {"input_height": 0, "input_width": 0}
    return {"source": opened.source, "fields": fields}


def is_gone(source: str, origin: Origin) -> bool:
    """Whether a source has no weights on the server now, so that others stand in their place.

    Of an opened generator that is gone there is no view at all.
    """
    return origin.stored is None and source != UNTRAINED and not is_graph(source)


def check_weights(config: GeneratorConfig, source: str, origin: Origin):
    """Refuses a source in whose place other weights would leave.

    Raises:
        ExplorerError: its weights are no longer on the server, or were set aside.
    """
    if source == UNTRAINED or is_graph(source) or origin.used(config):
        return
    if origin.stored is not None:
        raise ExplorerError("weights_set_aside", "weights", value=source)
    if source.startswith("run:"):
        raise ExplorerError("moment_gone", "weights", value=source)
    raise ExplorerError("weights_gone", "weights", value=source)


def _steps(state: State, origin: Origin) -> Iterator[Carrying]:
    """What becomes of the picture and why, then how that is measured, then what was done."""
    stored, config = origin.stored, state.config
    settings = _of_settings(state, origin)
    if stored.fits(config):
        yield from settings
        return
    source = stored.read_for(config)
    items = _other_items(state, source)
    verdict, *done = _of_structure(state, origin, items)
    measures = [step for step in (*settings, *done) if step.code in _MEASURES]
    verdicts = [step for step in settings if step.code not in _MEASURES]
    yield from [verdict, *verdicts] if verdict.code in _GRAVE else [*verdicts, verdict]
    yield from measures
    if stored.kind == TRAINED and source.kernel_size != config.kernel_size:
        yield Carrying("no_network", (), source.kernel_size, config.kernel_size)
    if items and verdict.code != "same_network":
        yield Carrying("other_items", (), source.noise_dim, items)
    yield from (step for step in done if step.code not in _MEASURES)


def _of_settings(state: State, origin: Origin) -> list[Carrying]:
    """What becomes of the picture in other settings than the network was trained with."""
    stored, config = origin.stored, state.config
    names, moved = other_settings(stored, config), moved_everywhere(state, origin)
    told = []
    if moved:
        causes = _changes(stored.config, config, moved)
        told = _left_of_picture(state, origin, moved, causes) or [
            Carrying("unmeasured", (), causes=causes)
        ]
    border = [name for name in names if is_of_border(name, config)]
    if border:
        code = _of_border(stored.config, config, border)
        told.insert(1, Carrying(code, (), causes=_changes(stored.config, config, border)))
    return told


def _of_border(own: GeneratorConfig, config: GeneratorConfig, names: list[str]) -> str:
    """What becomes of the output: in one mode a pad's cells are the same, however many."""
    if "pad_mode" in names and any(map(any, config.paddings[:3])):
        return "border"
    return "edges" if own.paddings[1:3] != config.paddings[1:3] else "items"


def _of_structure(state: State, origin: Origin, items: str) -> list[Carrying]:
    """What becomes of the picture in another structure, and what was done."""
    stored, config = origin.stored, state.config
    steps, causes = describe_carrying(stored.read_for(config), config), _causes(stored, config)
    codes, share = {step.code for step in steps}, find_kept_share(stored, config)
    if steps[0].code == "fresh":
        return [replace(steps[0], causes=causes), *steps[1:]]
    if codes & LOSSES and share < _ALL:
        names = [] if codes & _OTHER_PICTURE else lost(state, origin)
        left = _left_of_picture(state, origin, names, causes) or _left_of_reads(share, causes)
        return [*left, *steps]
    if keeps_output(stored.read_for(config), config) and not np.isnan(share):
        code = "same_network" if items else "same"
        return [Carrying(code, (), "", items, causes), *steps]
    if crops_output(stored.read_for(config), config) and not np.isnan(share) and not items:
        return [Carrying("cropped", (), causes=causes), *steps]
    if codes & _OTHER_PICTURE or np.isnan(share):
        return [Carrying("another", (), causes=causes), *steps]
    return [replace(steps[0], causes=causes), *steps[1:]]


def _left_of_picture(state: State, origin: Origin, names: list[str], causes: str) -> list[Carrying]:
    """A verdict and its measure, by the picture with the network's own values; [] where unknown."""
    if not names or np.isnan(share := own_share(state, origin, names)):
        return []
    own = ", ".join(f"{name} = {getattr(origin.stored.config, name)}" for name in names)
    verdict = _left(share, causes)
    return [verdict, Carrying("measured_picture", (), own, verdict.after)]


def _left_of_reads(share: float, causes: str) -> list[Carrying]:
    verdict = _left(share, causes, "_read")
    return [verdict, Carrying("measured_taps", (), "", verdict.after)]


def _left(share: float, causes: str, of: str = "") -> Carrying:
    percent = int(100 * share) or "<\N{NO-BREAK SPACE}1"
    code = "little" if share < _LITTLE else "part"
    return Carrying(code + of, (), "", percent, causes)


def _causes(stored: StoredWeights, config: GeneratorConfig) -> str:
    return _changes(stored.config, config, _needs(stored, config), axes=(3,))


def _changes(
    before: GeneratorConfig, after: GeneratorConfig, names: Iterable[str], axes: tuple = (0, 1, 2)
) -> str:
    """Fields with both values in one line; of the pads those pairs that differ, by their axes."""
    old, new = (_values(config, names, axes) for config in (before, after))
    return ", ".join(f"{name} {old[name]} → {new[name]}" for name in old if old[name] != new[name])


def _values(config: GeneratorConfig, names: Iterable[str], axes: Iterable[int]) -> dict:
    told = {}
    for name in names:
        pads = {f"paddings[{axis}]": list(config.paddings[axis]) for axis in axes}
        told |= pads if name == "paddings" else {name: getattr(config, name)}
    return told


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
    blocks = [name for name in layers if name.startswith(UPSAMPLE)]
    if len(blocks) < 2:
        return ", ".join(layers)
    whole = f"{blocks[0]}–{blocks[-1].removeprefix(UPSAMPLE)}"
    named = [whole if name == blocks[0] else name for name in layers if name not in blocks[1:]]
    return ", ".join(named)


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
