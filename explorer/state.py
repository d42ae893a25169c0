"""The state of a view: everything the screen depends on, its checks, and its link form."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode

import numpy as np

from explorer.cells import clamp, format_cell, format_trail, parse_cell, parse_trail
from explorer.errors import ExplorerError, quote
from explorer.model.config import (
    CONFIG_FIELDS,
    MAX_PAD,
    PAD_MODES,
    GeneratorConfig,
    check_paddings,
    form_values,
)
from explorer.model.cost import check_cost
from explorer.model.devices import resolve_device
from explorer.model.fields import Field, by_name
from explorer.model.latent import BATCH_SIZE, compose_z, decode_rows, parse_edits
from explorer.model.pad_lab import SOURCES, TYPED_EXAMPLE
from explorer.model.runs import Origin
from explorer.model.stages import Stage, stages
from explorer.model.weight_store import UNTRAINED, check_source, find_weights
from explorer.model.weights import MAX_SEED

PAGES = ("maps", "output", "padding", "overlap", "shapes", "train")
RANGES = ("stage", "channel", "symmetric", "frozen")
COLORMAPS = ("auto", "viridis", "cividis", "blue_orange", "greys")
AUTO, TANH, MINMAX = "auto", "tanh", "minmax"  # how values become brightness
RGB_MAPPINGS = (AUTO, TANH, MINMAX, "clip")
# What becomes of weights whose structure is another: carried over, or untrained ones instead.
CARRY = ("carried", "untrained")
MAX_LINK = 512 * 1024
# What an address without a link opens; a link states all that differs from the original generator.
OPENING = (
    "z_seed=20&upsample_dim=64&weights=trained&page=output"
    "&stage=upsample3/conv2d_transpose&range=channel"
)
MOST_PARTS = 256  # of a link; there are fewer fields
MAX_TEXT = 20_000
MAX_CELLS = 8 * 10**6  # values of all stages of one item

STATE_FIELDS = by_name(
    (
        Field("z_seed", 0, "int", 0, MAX_SEED),
        BATCH_SIZE,
        Field("z_scale", 1.0, "float", 0, 1000, step_to=3),
        Field("z_data", "", "text"),
        Field("z_edits", "", "text"),
        Field("weights_seed", 0, "int", 0, MAX_SEED),
        Field("weights", UNTRAINED, "text"),
        Field("carry", CARRY[0], "choice", choices=CARRY),
        Field("reuse", True, "bool"),
        Field("device", "auto", "text"),
        Field("page", "maps", "choice", choices=PAGES),
        Field("stage", "upsample1/conv2d_transpose", "text"),
        Field("item", 0, "int", 0, BATCH_SIZE.high - 1 + 2 * MAX_PAD),
        Field("channel", -1, "int", -1, 8191),
        Field("z_dim", 0, "int", 0, 4095),
        Field("pad_channel", 0, "int", 0, 4095 + 2 * MAX_PAD),
        Field("output_channel", 0, "int", 0, 255),
        Field("range", "stage", "choice", choices=RANGES),
        Field("frozen_low", -1.0, "float", -3.5e38, 3.5e38),
        Field("frozen_high", 1.0, "float", -3.5e38, 3.5e38),
        Field("colormap", "auto", "choice", choices=COLORMAPS),
        Field("rgb_mapping", AUTO, "choice", choices=RGB_MAPPINGS),
        Field("red", 0, "int", 0, 255),
        Field("green", 1, "int", 0, 255),
        Field("blue", 2, "int", 0, 255),
        Field("cell", "", "text"),
        Field("trail", "", "text"),
        Field("source_channel", -1, "int", -1, 4095 + 2 * MAX_PAD),
        Field("origins", False, "bool"),
        Field("kernels", False, "bool"),
        Field("block", 3, "int", 1, int(CONFIG_FIELDS["upsample_blocks"].high)),
        Field("lab_source", "example", "choice", choices=SOURCES),
        Field("lab_stage", "upsample3/batch_normalization", "text"),
        Field("lab_tensor", TYPED_EXAMPLE, "text"),
        Field("lab_paddings", "0,0,2,2,2,2,0,1", "text"),
        Field("lab_mode", "REFLECT", "choice", choices=PAD_MODES),
        Field("lab_constant", 0.0, "float", -3.4e38, 3.4e38),
        Field("lab_item", 0, "int", 0, 4095 + 2 * MAX_PAD),
        Field("lab_channel", 0, "int", 0, 4095 + 2 * MAX_PAD),
        Field("expected", "", "text"),
        Field("expected_stage", "conv_out/conv2d", "text"),
    )
)
FIELDS = CONFIG_FIELDS | STATE_FIELDS


@dataclass(frozen=True)
class State:
    """One view, whole and checked: a configuration, z, the weights' source and the selection.

    Attributes:
        config: the generator's structure.
        values: the other fields by name, as in `STATE_FIELDS`.
    """

    config: GeneratorConfig = field(default_factory=GeneratorConfig)
    values: Mapping[str, object] = field(
        default_factory=lambda: {name: item.default for name, item in STATE_FIELDS.items()}
    )

    def __getitem__(self, name: str) -> object:
        return self.values[name]

    @property
    def z(self) -> np.ndarray:
        """The latent batch, float32 [batch_size, noise_dim]."""
        return compose_z(
            self["z_seed"],
            self["batch_size"],
            self.config.noise_dim,
            self["z_scale"],
            decode_rows(self["z_data"]),
            parse_edits(self["z_edits"]),
        )

    def find_origin(self) -> Origin:
        """Where the weights come from, looked up now: opened ones may be gone later."""
        stored = find_weights(self["weights"], self.config)
        return Origin(self["weights_seed"], stored, self["carry"] == CARRY[0])

    def as_dict(self) -> dict:
        """Every field by name, JSON types only; `paddings` as eight numbers in one text."""
        return {**form_values(self.config), **self.values}

    def link(self) -> str:
        """The link form: `name=value` pairs of every field that differs from its default."""
        defaults = State().as_dict()
        pairs = {name: value for name, value in self.as_dict().items() if value != defaults[name]}
        pairs = pairs or {"weights": UNTRAINED}  # an empty link opens the trained generator
        return urlencode({name: _as_text(value) for name, value in pairs.items()}, safe="/:,.")


def read_state(raw: Mapping[str, object]) -> State:
    """Checks a mapping of field names to values, as a form or an API call sends it.

    Fields that are missing keep their defaults.

    Raises:
        ExplorerError: an unknown field, a bad value (one error brings along those of all other
            fields), a stage or device that is not there, or a configuration too large for the
            machine or the page.
    """
    if not isinstance(raw, Mapping):
        raise ExplorerError("not_an_object", None, value=quote(raw))
    for name in raw:
        _check_name(name)
    checked = _check_fields({**State().as_dict(), **raw})
    values = {name: checked[name] for name in STATE_FIELDS}
    config = GeneratorConfig(**{name: checked[name] for name in (*CONFIG_FIELDS, "paddings")})
    check_cost(config, values["batch_size"])
    _check_cells(config)
    if values["frozen_low"] > values["frozen_high"]:
        low, high = values["frozen_low"], values["frozen_high"]
        raise ExplorerError("frozen_range", "frozen_low", low=low, high=high)
    resolve_device(values["device"])
    return State(config, _fit_selection(config, values))


def read_link(text: str) -> tuple[State, list[ExplorerError]]:
    """Opens a link: the fields that are sound, and an error for each that is not.

    Never raises: fields that cannot be used fall back to their defaults. A link without a sound
    field, or whose fields do not make a generator together, opens as an address without a link.
    """
    text = text.lstrip("#?").strip("&") or OPENING
    if len(text) > MAX_LINK:
        error = ExplorerError("link_too_long", None, size=len(text), bound=MAX_LINK)
        return read_link(OPENING)[0], [error]
    raw, errors = {}, []
    parts = [part for part in text.split("&") if part]
    if len(parts) > MOST_PARTS:
        errors.append(ExplorerError("link_parts", None, found=len(parts), most=MOST_PARTS))
    for part in parts[:MOST_PARTS]:
        try:
            _add_pair(raw, part)
        except ExplorerError as error:
            errors.append(error)
    state = _sound_state(raw, errors)
    return state, errors + moved_selection(raw, state)


def _sound_state(raw: dict[str, object], errors: list[ExplorerError]) -> State:
    """The state of all fields that go together; an error is added for each that is left out.

    Where nothing is left of a link it opens as an address without one does.
    """
    while raw:
        try:
            return read_state(raw)
        except ExplorerError as error:
            errors.append(error)
            blamed = [error.field] if error.field in raw else [n for n in raw if n in _STRUCTURE]
            if not blamed:
                break
            for name in blamed:
                del raw[name]
            if raw and error.field not in blamed:
                errors.append(ExplorerError("link_structure"))
    return read_link(OPENING)[0]


def moved_selection(raw: Mapping[str, object], state: State) -> list[ExplorerError]:
    """Says which selections of a sound link its generator does not have, and what is shown."""
    asked = {name: _check_field(name, raw[name]) for name in _SELECTION if name in raw}
    return [
        ExplorerError("selection_moved", name, value=quote(value), shown=quote(state[name]))
        if state[name] != ""
        else ExplorerError("selection_gone", name, value=quote(value))
        for name, value in asked.items()
        if value != state[name]
    ]


def _add_pair(raw: dict[str, object], part: str):
    pairs = parse_qsl(part, keep_blank_values=True)
    if "=" not in part or len(pairs) != 1:
        raise ExplorerError("link_damaged", None, value=quote(part))
    ((name, value),) = pairs
    if name in raw:
        raise ExplorerError("link_twice", None, value=quote(name), kept=quote(raw[name]))
    _check_name(name)
    raw[name] = _check_field(name, value)


def _check_name(name: str):
    """Refuses an unknown field: with the names that are like it, or with all of them."""
    names = (*FIELDS, "paddings")
    if name not in names:
        allowed = get_close_matches(quote(name), names) or names
        raise ExplorerError("unknown_field", None, value=quote(name), allowed=", ".join(allowed))


def _check_cells(config: GeneratorConfig):
    """Refuses maps that would take a browser too long to draw."""
    batch = 1 + max(config.paddings[0])
    cells = sum(math.prod(stage.shape[1:]) for stage in stages(config, batch))
    if cells > MAX_CELLS:
        raise ExplorerError("maps_too_large", None, estimate=f"{cells:,}", bound=f"{MAX_CELLS:,}")


_TEXTS = {
    "z_data": decode_rows,
    "z_edits": parse_edits,
    "weights": check_source,
    "cell": parse_cell,
    "trail": parse_trail,
    "lab_paddings": lambda text: check_paddings(text, "lab_paddings"),
    "expected": lambda text: _check_length("expected", text),
    "lab_tensor": lambda text: _check_length("lab_tensor", text),
}


def _check_fields(raw: Mapping[str, object]) -> dict[str, object]:
    """Each value in its field's own type; one error brings along those of all wrong fields."""
    checked, errors = {}, []
    for name, value in raw.items():
        try:
            checked[name] = _check_field(name, value)
        except ExplorerError as error:
            errors.append(error)
    if errors:
        raise ExplorerError.together(errors)
    return checked


def _check_field(name: str, value: object) -> object:
    if name == "paddings":
        return check_paddings(value)
    value = FIELDS[name].check(value)
    if name in _TEXTS:
        _TEXTS[name](value)
    return value


def _check_length(name: str, text: str):
    if len(text) > MAX_TEXT:
        raise ExplorerError("text_too_long", name, size=len(text), bound=MAX_TEXT)


# What a configuration too large, or that does not go together, is made of.
_STRUCTURE = (*CONFIG_FIELDS, "paddings", "batch_size")

# What a link may ask for that its generator does not have.
_SELECTION = (
    "stage",
    "item",
    "channel",
    "cell",
    "trail",
    "z_dim",
    "output_channel",
    "pad_channel",
    "block",
    "lab_stage",
    "expected_stage",
)


def _fit_selection(config: GeneratorConfig, values: dict) -> dict:
    """Moves a selection that the new structure no longer has to the nearest one that it has."""
    plan = {stage.name: stage for stage in stages(config, values["batch_size"])}
    stage = plan.get(values["stage"]) or plan[_nearest_stage(values["stage"], list(plan))]
    channels = 1 if stage.op == "input" else stage.shape[-1]
    if len(stage.shape) == 2 and stage.op != "input":
        channels = config.upsample_dim
    return values | {
        "stage": stage.name,
        "item": min(values["item"], stage.shape[0] - 1),
        "channel": min(values["channel"], channels - 1),
        "z_dim": min(values["z_dim"], config.noise_dim - 1),
        "output_channel": min(values["output_channel"], config.C - 1),
        "pad_channel": min(values["pad_channel"], plan["conv_out/pad"].shape[-1] - 1),
        "cell": format_cell(clamp(parse_cell(values["cell"]) or (), stage.shape)),
        "trail": _fit_trail(values["trail"], plan),
        "block": min(values["block"], config.upsample_blocks),
        "lab_stage": _existing_stage("lab_stage", values["lab_stage"], plan),
        "expected_stage": _existing_stage("expected_stage", values["expected_stage"], plan),
    }


def _fit_trail(text: str, plan: Mapping[str, Stage]) -> str:
    """The steps that still exist, each at its nearest cell."""
    steps = [
        (name, clamp(cell, plan[name].shape)) for name, cell in parse_trail(text) if name in plan
    ]
    return format_trail([(name, cell) for name, cell in steps if cell is not None])


def _existing_stage(field: str, name: str, plan: Mapping[str, Stage]) -> str:
    return name if name in plan else _nearest_stage(name, list(plan), field)


def _nearest_stage(name: str, names: list[str], field: str = "stage") -> str:
    """The last upsample block's stage of the same kind, if `name` is in a block that is gone."""
    block, _, kind = name.partition("/")
    same_kind = [item for item in names if item.startswith("upsample") and item.endswith(kind)]
    if not block.startswith("upsample") or not kind or not same_kind:
        raise ExplorerError("no_such_stage", field, value=quote(name), allowed=", ".join(names))
    return same_kind[-1]


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
