"""The one codec of the URL: a state to the text after #, and any such text to a state."""

from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl, urlencode

from explorer.errors import ExplorerError, quote
from explorer.model.declare import Role, having
from explorer.model.graph_store import is_graph
from explorer.model.weight_store import UNTRAINED
from explorer.schema import FIELDS, State, check_name, read_state

MAX_LINK = 512 * 1024
MOST_PARTS = 256  # of a link; there are fewer fields
_MOST_TOLD = 8  # parts that cannot be read, each with its reason
# What an address without a link opens; a link states all that differs from the original generator.
OPENING = (
    "z_seed=20&upsample_dim=64&weights=trained&page=output"
    "&stage=upsample3/conv2d_transpose&range=channel"
)
_STRUCTURE = having(FIELDS, Role.STRUCTURE)
_SELECTION = having(FIELDS, Role.SELECTION)
_SIZES = having(FIELDS, Role.SIZE)
_OF_OPENED = {*_SIZES, "changes"}  # what an opened generator's shapes depend on
# Said of sizes and changes that are sound each by itself.
_MISFITS = (
    "sizes_do_not_fit", "sizes_incomplete", "size_of_weights",
    "change_misfit", "change_incomplete", "change_excess",
)  # fmt: skip


def write_link(state: State) -> str:
    """The link form: `name=value` pairs of every field that differs from its default."""
    usual = _usual_values()
    pairs = {name: value for name, value in state.as_dict().items() if value != usual[name]}
    pairs = pairs or {"weights": UNTRAINED}  # an empty link opens the trained generator
    return urlencode({name: _as_text(value) for name, value in pairs.items()}, safe="/:,.")


@cache
def _usual_values() -> Mapping[str, object]:
    return State().as_dict()


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


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
    untold = 0
    for part in parts[:MOST_PARTS]:
        told = len(errors) < _MOST_TOLD
        try:
            _add_pair(raw, part, told)
        except ExplorerError as error:
            errors += [error] if told else []
            untold += not told
    if untold:
        errors.append(ExplorerError("link_more", None, found=untold))
    state = _sound_state(raw, errors)
    return state, errors + moved_selection(raw, state)


def _add_pair(raw: dict[str, object], part: str, suggest: bool):
    pairs = parse_qsl(part, keep_blank_values=True)
    if "=" not in part or len(pairs) != 1:
        raise ExplorerError("link_damaged", None, value=quote(part))
    ((name, value),) = pairs
    if name in raw:
        raise ExplorerError("link_twice", None, value=quote(name), kept=quote(raw[name]))
    check_name(name, suggest)
    raw[name] = FIELDS[name].check(value)


def _sound_state(raw: dict[str, object], errors: list[ExplorerError]) -> State:
    """The state of all fields that go together; an error is added for each that is left out.

    Where an opened generator's sizes and changes do not fit together, one error is enough.
    Where nothing is left of a link it opens as an address without one does.
    """
    told: set[str] = set()
    while raw:
        try:
            return read_state(raw)
        except ExplorerError as error:
            if not (error.code in _MISFITS and told.intersection(_MISFITS)):
                errors.append(error)
            told.add(error.code)
            blamed = _blamed(error, raw)
            if not blamed:
                break
            for name in blamed:
                del raw[name]
            if raw and error.field not in blamed:
                errors.append(_without_structure(raw))
    return read_link(OPENING)[0]


def _without_structure(raw: Mapping[str, object]) -> ExplorerError:
    """Says what generator the rest of a link is opened on."""
    if is_graph(str(raw.get("weights"))):
        return ExplorerError("link_opened")
    return ExplorerError("link_structure")


def _blamed(error: ExplorerError, raw: Mapping[str, object]) -> list[str]:
    """The fields that are left out for an error; none where nobody knows which."""
    if error.code == "generator_gone":  # with all that is said of its own
        found = (error.field, *_OF_OPENED, *_SELECTION, "given")
    elif error.field in _SIZES:
        found = _SIZES
    else:
        found = (error.field,) if error.field in raw else _STRUCTURE
    return [name for name in raw if name in found]


def moved_selection(raw: Mapping[str, object], state: State) -> list[ExplorerError]:
    """Says which selections of a sound link its generator does not have, and what is shown."""
    asked = {name: FIELDS[name].check(raw[name]) for name in _SELECTION if name in raw}
    return [
        ExplorerError("selection_moved", name, value=quote(value), shown=quote(state[name]))
        if state[name] != ""
        else ExplorerError("selection_gone", name, value=quote(value))
        for name, value in asked.items()
        if value != state[name]
    ]
