"""The state of a view: every field that the screen depends on, declared once, and its checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Annotated, Literal, get_args

import numpy as np
from pydantic import PlainSerializer, PlainValidator

from explorer.cells import parse_cell, parse_trail
from explorer.errors import ExplorerError, quote
from explorer.made_once import made_once
from explorer.model.borders import bordering
from explorer.model.changed_graph import ChangedGraph, find_changed
from explorer.model.changes import parse_changes
from explorer.model.config import (
    CONFIG_FIELDS,
    MAX_PAD,
    GeneratorConfig,
    Paddings,
    PadMode,
    check_paddings,
    form_values,
    join_paddings,
)
from explorer.model.declare import (
    Field,
    Range,
    Role,
    Section,
    Slider,
    Switch,
    Text,
    check_all,
    fields_of,
    read_by,
)
from explorer.model.devices import resolve_device
from explorer.model.given_store import parse_given
from explorer.model.graph import Graph
from explorer.model.graph_store import StoredGraph, find_graph
from explorer.model.latent import (
    BatchSize,
    compose_z,
    decode_rows,
    draw_noise,
    parse_edits,
)
from explorer.model.opened_call import OpenedCall
from explorer.model.overlap import spreading
from explorer.model.pad_lab import TYPED_EXAMPLE, Source
from explorer.model.runs import Origin
from explorer.model.shown_bounds import MAX_CELLS, MAX_OPENED_CELLS, MOST_ITEMS, check_shown
from explorer.model.stages import Stage, stages
from explorer.model.weight_store import UNTRAINED, check_source, find_weights
from explorer.model.weights import Seed
from explorer.selection import fit_selection

Page = Literal["maps", "output", "padding", "overlap", "shapes", "train"]
_OF_CONFIGURATION = ("train",)  # pages that an opened generator has not
_OF_OUTPUT = "output"  # the page that shows it
_COUNTED_ON = {
    "padding": "pad",
    "overlap": "block",
}  # pages that tell of some stages alone, and the field of those
ColorRange = Literal["stage", "channel", "symmetric", "frozen"]
Colormap = Literal["auto", "viridis", "cividis", "blue_orange", "greys"]
RgbMapping = Literal["auto", "tanh", "minmax", "clip"]  # how values become brightness
OtherMode = Literal["none", PadMode]  # of a pad, to compare with
NO_MODE = get_args(OtherMode)[0]
AUTO, TANH, MINMAX, _ = RGB_MAPPINGS = get_args(RgbMapping)
# What becomes of weights whose structure is another: carried over, or untrained ones instead.
Carry = Literal["carried", "untrained"]
# What black and white are as an input of a generator of pictures.
PictureRange = Literal["signed", "unit", "bytes"]
SPANS = dict(zip(get_args(PictureRange), ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0)), strict=True))
MAX_TEXT = 20_000
_WIDEST = 4096 + 2 * MAX_PAD  # channels or units, padded

_LabPaddings = Annotated[
    Paddings,
    PlainValidator(lambda pads: check_paddings(pads, "lab_paddings")),
    PlainSerializer(join_paddings),
]
_Item = Annotated[int, Range(0, MOST_ITEMS - 1), Slider()]
_Color = Annotated[int, Range(0, 255), Slider(), Role.VIEW]


def _short(name: str) -> object:
    """For text of its field that is read where it is used, and only bounded before."""

    def check(text: str):
        if len(text) > MAX_TEXT:
            raise ExplorerError("text_too_long", name, size=len(text), bound=MAX_TEXT)

    return read_by(check)


@dataclass(frozen=True)
class State:
    """One view, whole and checked: a configuration, z, the weights' source and the selection.

    `config` is the generator's structure, unless `opened` is a generator out of a file; `changes`
    are made to either. Every other attribute is a field, which `state["page"]` gives as well.
    """

    config: GeneratorConfig = field(default_factory=GeneratorConfig)
    opened: StoredGraph | None = None
    z_seed: Annotated[Seed, Section.Z] = 0
    batch_size: Annotated[BatchSize, Section.Z] = 1
    z_scale: Annotated[float, Range(0, 1000), Slider(to=3, step=0.05), Role.DRAGGED, Section.Z] = (
        1.0
    )
    z_data: Annotated[Text, read_by(decode_rows), Role.LONG] = ""
    z_edits: Annotated[Text, read_by(parse_edits), Role.LONG] = ""
    label: Annotated[int, Range(0, 10**6), Slider(to=9), Section.Z] = 0
    input_height: Annotated[int, Range(0, 4096), Role.SIZE, Role.STRUCTURE, Section.Z] = 0
    input_width: Annotated[int, Range(0, 4096), Role.SIZE, Role.STRUCTURE, Section.Z] = 0
    picture_range: Annotated[PictureRange, Section.Z] = "signed"
    given: Annotated[Text, read_by(parse_given)] = ""
    weights_seed: Annotated[Seed, Section.WEIGHTS] = 0
    weights: Annotated[Text, read_by(check_source)] = UNTRAINED
    carry: Carry = "carried"
    reuse: Annotated[Switch, Section.WEIGHTS] = True
    device: Annotated[Text, Section.WEIGHTS] = "auto"
    changes: Annotated[Text, read_by(parse_changes), Role.STRUCTURE] = ""
    page: Annotated[Page, Role.VIEW, Role.PLACE] = "maps"
    stage: Annotated[Text, Role.VIEW, Role.SELECTION, Role.PLACE] = "upsample1/conv2d_transpose"
    item: Annotated[_Item, Role.VIEW, Role.SELECTION, Section.Z] = 0
    channel: Annotated[int, Range(-1, 8191), Slider(), Role.VIEW, Role.SELECTION] = -1
    z_dim: Annotated[int, Range(0, 4095), Slider(), Role.VIEW, Role.SELECTION] = 0
    pad_channel: Annotated[int, Range(0, _WIDEST - 1), Slider(), Role.VIEW, Role.SELECTION] = 0
    output_channel: Annotated[int, Range(0, 255), Slider(), Role.VIEW, Role.SELECTION] = 0
    other_mode: Annotated[OtherMode, Role.VIEW] = "none"
    range: Annotated[ColorRange, Role.VIEW] = "stage"
    frozen_low: Annotated[float, Range(-3.5e38, 3.5e38), Role.VIEW] = -1.0
    frozen_high: Annotated[float, Range(-3.5e38, 3.5e38), Role.VIEW] = 1.0
    colormap: Annotated[Colormap, Role.VIEW] = "auto"
    rgb_mapping: Annotated[RgbMapping, Role.VIEW] = "auto"
    red: _Color = 0
    green: _Color = 1
    blue: _Color = 2
    cell: Annotated[Text, read_by(parse_cell), Role.VIEW, Role.SELECTION, Role.PLACE] = ""
    trail: Annotated[Text, read_by(parse_trail), Role.VIEW, Role.SELECTION, Role.LONG] = ""
    source_channel: Annotated[int, Range(-1, _WIDEST - 1), Role.VIEW, Role.PLACE] = -1
    origins: Annotated[Switch, Role.VIEW, Role.PLACE] = False
    kernels: Annotated[Switch, Role.VIEW, Role.FOLD] = False
    # Which of the stages that spread their input, and of those that put a border around it.
    block: Annotated[int, Range(1, 999), Role.VIEW, Role.SELECTION, Role.LISTED] = 3
    pad: Annotated[int, Range(1, 999), Role.VIEW, Role.SELECTION, Role.LISTED] = 1
    lab_source: Annotated[Source, Role.VIEW, Role.LAB] = "example"
    lab_stage: Annotated[Text, Role.VIEW, Role.SELECTION, Role.ASKED, Role.LAB] = (
        "upsample3/batch_normalization"
    )
    lab_tensor: Annotated[Text, _short("lab_tensor"), Role.VIEW, Role.LAB, Role.LONG] = (
        TYPED_EXAMPLE
    )
    lab_paddings: Annotated[_LabPaddings, Role.VIEW, Role.LAB] = ((0, 0), (2, 2), (2, 2), (0, 1))
    lab_mode: Annotated[PadMode, Role.VIEW, Role.LAB] = "REFLECT"
    lab_constant: Annotated[float, Range(-3.4e38, 3.4e38), Role.VIEW, Role.LAB] = 0.0
    lab_item: Annotated[int, Range(0, _WIDEST - 1), Role.VIEW, Role.LAB] = 0
    lab_channel: Annotated[int, Range(0, _WIDEST - 1), Role.VIEW, Role.LAB] = 0
    expected: Annotated[Text, _short("expected"), Role.VIEW, Role.LONG] = ""
    expected_stage: Annotated[Text, Role.VIEW, Role.SELECTION, Role.ASKED] = "conv_out/conv2d"

    def __getitem__(self, name: str) -> object:
        return getattr(self, name)

    @property
    def z(self) -> np.ndarray:
        """The latent batch, float32 [batch_size, noise_dim]."""
        return self.z_of(self.noise_dim)

    @property
    def noise_dim(self) -> int:
        """Length of the latent vectors; 1 where an opened generator has none."""
        graph = self.graph
        if graph is None:
            return self.config.noise_dim
        return next((n.op.shape[0] for n in graph.inputs if n.name == graph.latent), 1)

    @property
    def z_stage(self) -> str | None:
        """The stage that holds the latent vectors; None where there is none."""
        graph = self.graph
        return graph.latent if graph else self.plan[0].name

    @property
    def changed(self) -> ChangedGraph | None:
        """The generator before and after its changes, if there are any.

        Raises:
            ExplorerError: they cannot be made.
        """
        if not self.changes:
            return None
        sizes = self.input_height, self.input_width
        return find_changed(self.opened or self.config, self.changes, sizes)

    @property
    def graph(self) -> Graph | None:
        """The generator, where it is another than that of a configuration alone."""
        if self.changes:
            return self.changed.after
        return self.opened.graph if self.opened else None

    @property
    def plan(self) -> tuple[Stage, ...]:
        """The stages of the whole batch."""
        return self.call.plan if self.call else stages(self.config, self.batch_size)

    @property
    def pages(self) -> tuple[str, ...]:
        """What there is to see of the generator."""
        if self.call is None:
            return get_args(Page)
        absent = {page for page, name in _COUNTED_ON.items() if not self.listed[name]}
        absent |= {_OF_OUTPUT} if self.is_unknown(self.plan[-1].name) else set()
        return tuple(page for page in get_args(Page) if page not in {*_OF_CONFIGURATION, *absent})

    @made_once
    def call(self) -> OpenedCall | None:
        """What a generator is called on that is another than that of a configuration alone."""
        if self.graph is None:
            return None
        span = SPANS[self.picture_range]
        return OpenedCall(self.graph, self.batch_size, self.given, span, self._input)

    def is_unknown(self, stage: str) -> bool:
        """Whether nobody can tell the values of a stage."""
        return self.call is not None and stage in self.call.unknown

    def has_given(self, stage: str) -> bool:
        """Whether the link gives something to a stage."""
        return self.call is not None and stage in self.call.given_to

    @made_once
    def listed(self) -> dict[str, tuple[Stage, ...]]:
        """The stages of which a page tells one at a time, by the field that counts them from 1."""
        return {"block": spreading(self.plan), "pad": bordering(self.plan)}

    def counted(self, name: str) -> Stage:
        """The one of `listed` that a field stands for."""
        return self.listed[name][self[name] - 1]

    @property
    def inputs(self) -> dict[str, np.ndarray]:
        """What comes from outside, by stage."""
        return {self.z_stage: self.z} if self.call is None else dict(self.call.inputs)

    def _input(self, stage: Stage) -> np.ndarray:
        """z; a label, which goes on by one from item to item; else noise."""
        if stage.name == self.z_stage:
            return self.z
        if stage.op.is_label:
            items = self.label + np.arange(self.batch_size)
            labels = stage.op.low + items % (stage.op.high - stage.op.low + 1)
            return np.broadcast_to(
                labels.reshape(-1, *[1] * (len(stage.shape) - 1)), stage.shape
            ).astype(np.float32)
        return draw_noise(self.z_seed, stage.shape, stage.name, self.z_scale)

    def z_of(self, noise_dim: int) -> np.ndarray:
        """The latent batch that another noise_dim would have."""
        return compose_z(
            self.z_seed,
            self.batch_size,
            noise_dim,
            self.z_scale,
            decode_rows(self.z_data),
            parse_edits(self.z_edits),
        )

    def find_origin(self) -> Origin:
        """Where the weights come from, looked up now: opened ones may be gone later."""
        stored = find_weights(self.weights, self.config)
        return Origin(self.weights_seed, stored, self.carry == "carried")

    def as_dict(self) -> dict:
        """Every field by name, JSON types only; pads as eight numbers in one text."""
        own = {name: field.form(getattr(self, name)) for name, field in STATE_FIELDS.items()}
        return form_values(self.config) | own


STATE_FIELDS = fields_of(State)
FIELDS = CONFIG_FIELDS | STATE_FIELDS
# One entry of z as a slider holds it: no field, as a link keeps it among those of z_edits.
_ENTRY = Annotated[float, Range(-3.4e38, 3.4e38), Slider(start=-4, to=4, step=0.01)]
CONTROLS = FIELDS | {"z_value": Field("z_value", _ENTRY, 0.0)}


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
        check_name(name)
    values = check_all(FIELDS, raw)
    structure = {name: values.pop(name) for name in CONFIG_FIELDS if name in values}
    opened = find_graph(values["weights"]) if "weights" in values else None
    if opened and not values.get("changes"):  # with changes, it is what they make that has to fit
        opened = opened.at(values.get("input_height", 0), values.get("input_width", 0))
    state = State(GeneratorConfig(**structure), opened, **values)
    check_shown(state.plan, MAX_OPENED_CELLS if opened else MAX_CELLS)
    if state.frozen_low > state.frozen_high:
        low, high = state.frozen_low, state.frozen_high
        raise ExplorerError("frozen_range", "frozen_low", low=low, high=high)
    resolve_device(state.device)
    selected = replace(state, **fit_selection(state))
    for made in (State.call, State.listed):  # which depend on nothing that is selected
        made.hand_on(state, selected)
    return selected


def check_name(name: str, suggest: bool = True):
    """Refuses an unknown field: with the names that are like it, or with all of them.

    Args:
        suggest: whether to look for such names, which takes as long as a small view does for some
            tens of fields.
    """
    if name not in FIELDS:
        allowed = (suggest and get_close_matches(quote(name), FIELDS)) or FIELDS
        raise ExplorerError("unknown_field", None, value=quote(name), allowed=", ".join(allowed))
