"""Why a shape is not the one expected: the first stage that differs, and what would mend it."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from explorer.errors import ExplorerError, quote
from explorer.model.config import AXES, CONFIG_FIELDS, MAX_PAD, GeneratorConfig
from explorer.model.fields import Field
from explorer.model.latent import BATCH_SIZE
from explorer.model.stages import Stage, stages
from explorer.words import english

Shape = tuple[int | None, ...]
OUTPUT = "conv_out/conv2d"
_SIZE = r"(?:\d+|None|\?|-1)"
_SHAPE = re.compile(rf"[\[(]\s*({_SIZE}(?:\s*,\s*{_SIZE})*)\s*,?\s*[\])]")
_BARE = re.compile(rf"\s*({_SIZE}(?:\s*[,x×\s]\s*{_SIZE})*)\s*")
_MOST_TEXT = 20_000
_MOST_TOGETHER = 6


@dataclass(frozen=True)
class Reason:
    """One sentence: a key of the locale files' `shape_reasons` and what fills it in."""

    code: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return english("shape_reasons", self.code, self.params)


@dataclass(frozen=True)
class Change:
    """New values of parameters that give the shape.

    Attributes:
        values: parameter -> new value (one, or a few where no single one does); `batch_size`
            stands for the number of rows of z.
        shape: the stage's shape with them, worked out anew.
    """

    values: Mapping[str, object]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a shape.

    Attributes:
        stage: the stage that was asked about.
        expected: what it should be; None where any size will do.
        actual: what it is.
        first: the first stage that differs from what the expected shape needs, or None.
        first_expected, first_actual: shapes of that stage.
        reason: why, in one sentence; None where nothing differs.
        changes: what gives the expected shape, verified, nearest first; may be empty.
    """

    stage: str
    expected: Shape
    actual: tuple[int, ...]
    first: str | None = None
    first_expected: Shape = ()
    first_actual: tuple[int, ...] = ()
    reason: Reason | None = None
    changes: tuple[Change, ...] = ()


def diagnose(
    config: GeneratorConfig,
    expected: str | Sequence[int | None] | Mapping[str, Sequence[int | None]],
    batch: int = 1,
) -> Diagnosis:
    """Names the first stage whose shape differs from the one expected, and what would mend it.

    Args:
        config: the generator as it is.
        expected: the output's shape, or {stage: shape}, or a text: "[1, 64, 64, 3]",
            "upsample1/actv: [1, 8, 16, 100]", or an error of TensorFlow or Keras that names two
            shapes, of which one is a stage's. None, "?" and -1 stand for any size.
        batch: N, the number of rows of z.

    Raises:
        ExplorerError: no shape can be read, there is no such stage, or neither of the two shapes
            of an error is a stage's.

    Example:
        >>> result = diagnose(GeneratorConfig(), (1, 64, 64, 3))
        >>> result.first, [dict(change.values) for change in result.changes]
        ('fc1/dense', [{'base_height': 8}])
    """
    plan = {stage.name: stage for stage in stages(config, batch)}
    name, wanted = _read(plan, expected)
    actual = plan[name].shape
    if _fits(actual, wanted):
        return Diagnosis(name, wanted, actual)
    known = Diagnosis(name, wanted, actual, name, wanted, actual)
    if len(wanted) != len(actual):
        return replace(
            known, reason=_reason("rank", stage=name, rank=len(actual), found=len(wanted))
        )
    needed = _needed(config, list(plan.values()), name, wanted)
    first = next(
        stage for stage in plan.values() if not _fits(stage.shape, needed.get(stage.name, ()))
    )
    return replace(
        known,
        first=first.name,
        first_expected=needed[first.name],
        first_actual=first.shape,
        reason=_why(config, plan, first, needed[first.name], known),
        changes=tuple(_search(config, batch, name, wanted)),
    )


def _fits(shape: Sequence[int], wanted: Shape) -> bool:
    """Whether every size that is wanted is there; an empty wish always fits."""
    if not wanted:
        return True
    return len(shape) == len(wanted) and all(
        want in (None, size) for size, want in zip(shape, wanted, strict=True)
    )


# What is asked ---------------------------------------------------------------------------------


def _read(plan: Mapping[str, Stage], expected: object) -> tuple[str, Shape]:
    if isinstance(expected, str):
        return read_expectation(plan, expected)
    if isinstance(expected, Mapping):
        if len(expected) != 1:
            raise ExplorerError("one_stage_expected", "expected", value=quote(dict(expected)))
        ((name, shape),) = expected.items()
        return _stage_name(plan, name), _shape(shape)
    return OUTPUT, _shape(expected)


def read_expectation(
    plan: Mapping[str, Stage], text: str, default: str = OUTPUT
) -> tuple[str, Shape]:
    """Stage and shape out of a user's text; `default` is the stage where the text names none.

    Raises:
        ExplorerError: as `diagnose` says.
    """
    text = text[:_MOST_TEXT]
    named = next((name for name in sorted(plan, key=len, reverse=True) if name in text), None)
    rest = text.replace(named, " ") if named else text
    shapes = [(match.start(), _sizes(match[1])) for match in _SHAPE.finditer(rest)]
    if not shapes and (bare := _BARE.fullmatch(rest.replace(":", " "))):
        shapes = [(0, _sizes(bare[1]))]
    if not shapes:
        raise ExplorerError("no_shape", "expected", value=quote(text))
    if len({shape for _, shape in shapes}) == 1:
        return _stage_name(plan, named or default), _shape(shapes[0][1])
    return _from_error(plan, rest, shapes, named)


def _from_error(plan, text: str, shapes: list[tuple[int, Shape]], named) -> tuple[str, Shape]:
    """The shape that an error expects, and the stage that has the other one."""
    places = [at for at, _ in shapes]
    word = re.search(r"expect\w*", text, re.IGNORECASE)
    wanted = next((at for at in places if word and at > word.start()), None)
    for found_at, found in shapes:
        stage = named or _stage_of(plan, found)
        if stage is None or not _fits(plan[stage].shape, found) or found_at == wanted:
            continue
        others = [shape for at, shape in shapes if shape != found and wanted in (None, at)]
        if others:
            return stage, _shape(others[0])
    raise ExplorerError(
        "no_stage_of_shape", "expected", value=", ".join(str(_listed(s)) for _, s in shapes)
    )


def _stage_of(plan: Mapping[str, Stage], shape: Shape) -> str | None:
    """The last stage of that shape: errors are raised where data have already flowed to."""
    fitting = [stage.name for stage in plan.values() if _fits(stage.shape, shape)]
    return fitting[-1] if fitting else None


def _sizes(text: str) -> Shape:
    return tuple(
        None if part in ("None", "?", "-1") else int(part) for part in re.findall(_SIZE, text)
    )


def _shape(shape: object) -> Shape:
    try:
        whole = tuple(None if size in (None, -1) else int(size) for size in shape)
        sound = all(a is None or (a == b and a > 0) for a, b in zip(whole, shape, strict=True))
    except (TypeError, ValueError):
        sound = False
    if not sound or not whole:
        raise ExplorerError("no_shape", "expected", value=quote(shape))
    return whole


def _stage_name(plan: Mapping[str, Stage], name: str) -> str:
    if name not in plan:
        raise ExplorerError(
            "no_such_stage", "expected_stage", value=quote(name), allowed=", ".join(plan)
        )
    return name


def _listed(shape: Shape) -> list:
    return ["?" if size is None else size for size in shape]


# What every earlier stage would have to be ------------------------------------------------------


def _needed(
    config: GeneratorConfig, plan: list[Stage], name: str, wanted: Shape
) -> dict[str, Shape]:
    """The shapes that lead to the wanted one, from its stage back as far as they can be worked out.

    Sizes that nothing follows from are None. Where a block cannot give a size at all the walk ends;
    for the output it then ends at the pad, which is what can still be changed.
    """
    at = next(i for i, stage in enumerate(plan) if stage.name == name)
    needed, shape = {name: wanted}, wanted
    depth = _base_depth(config, plan[at], wanted)
    for before, stage in zip(plan[at - 1 :: -1], plan[at:0:-1], strict=False):
        shape = _before(config, before, stage, shape, depth)
        if shape is None:
            return {key: size for key, size in needed.items() if _same_end(key, name)}
        needed[before.name] = shape
    return needed


def _same_end(stage: str, asked: str) -> bool:
    return stage.startswith("conv_out/") or not asked.startswith("conv_out/")


def _base_depth(config: GeneratorConfig, stage: Stage, wanted: Shape) -> int | None:
    """The D that gives the wanted channels: the present one if it does, else the least."""
    if stage.op == "conv2d" or len(wanted) == 2 or wanted[-1] is None:
        return None
    channels = wanted[-1] - (sum(config.paddings[3]) if stage.op == "pad" else 0)
    divisor = 2 ** _block_number(config, stage)
    return config.upsample_dim if config.upsample_dim // divisor == channels else channels * divisor


def _block_number(config: GeneratorConfig, stage: Stage) -> int:
    if stage.block == "conv_out":
        return config.upsample_blocks
    return int(stage.block.removeprefix("upsample")) if stage.block != "fc1" else 0


def _before(config, before: Stage, stage: Stage, shape: Shape, depth: int | None) -> Shape | None:
    """The shape that `before` must have for `stage` to have `shape`; None where none can."""
    if stage.op == "dense":
        return shape[0], None
    if stage.op == "reshape":
        base = (*shape[1:3], depth or config.upsample_dim)
        return shape[0], None if None in base else base[0] * base[1] * base[2]
    if len(shape) == 2:
        return shape
    channels = _channels(config, before, depth)
    if stage.op == "conv2d":
        grown = [_plus(size, config.output_kernel - 1) for size in shape[1:3]]
        return shape[0], *grown, channels
    if stage.op == "pad":
        sizes = [
            _plus(size, -sum(pair))
            for size, pair in zip(shape[:3], config.paddings[:3], strict=True)
        ]
        impossible = any(size is not None and size < 1 for size in sizes)
        return None if impossible else (*sizes, channels)
    if stage.op == "conv2d_transpose":
        if any(size is not None and size % config.stride for size in shape[1:3]):
            return None
        halved = [None if size is None else size // config.stride for size in shape[1:3]]
        return shape[0], *halved, channels
    return shape


def _channels(config: GeneratorConfig, stage: Stage, depth: int | None) -> int | None:
    if depth is None:
        return None
    kept = depth // 2 ** _block_number(config, stage)
    return kept + sum(config.paddings[3]) if stage.op == "pad" else kept


def _plus(size: int | None, more: int) -> int | None:
    return None if size is None else size + more


# Why --------------------------------------------------------------------------------------------


def _reason(code: str, **params: object) -> Reason:
    return Reason(code, params)


def _why(config, plan, first: Stage, needed: Shape, known: Diagnosis) -> Reason:
    """One sentence on the first stage that differs."""
    wanted, actual = known.expected, known.actual
    if len(wanted) == 4 and None not in wanted and _channels_first(actual, wanted):
        return _reason("channels_first", wanted=_listed(wanted), shape=list(actual))
    if not _fits(first.shape[:1], needed[:1]):
        return _reason(
            "batch", wanted=needed[0], found=first.shape[0], pads=sum(config.paddings[0])
        )
    return _REASONS[first.op](config, plan, first, needed)


def _channels_first(actual: tuple[int, ...], wanted: Shape) -> bool:
    return wanted == (actual[0], actual[3], actual[1], actual[2])


def _why_dense(config, plan, first: Stage, needed: Shape) -> Reason:
    return _reason(
        "units",
        wanted=needed[1],
        found=first.shape[1],
        rows=config.base_height,
        columns=config.base_width,
        depth=config.upsample_dim,
    )


def _why_reshape(config, plan, first: Stage, needed: Shape) -> Reason:
    return _reason("base", wanted=_listed(needed[1:]), found=list(first.shape[1:]))


def _why_transposed(config, plan, first: Stage, needed: Shape) -> Reason:
    """Only a size that is no multiple of the stride ends the walk here."""
    axis, size, found = _differing(("height", "width"), needed[1:3], first.shape[1:3])
    return _reason("stride", axis=axis, wanted=size, found=found, stride=config.stride)


def _differing(axes, needed: Shape, found: Sequence[int]) -> tuple[str, int, int]:
    """The first axis whose size is not the one needed."""
    return next(
        (axis, size, there)
        for axis, size, there in zip(axes, needed, found, strict=True)
        if size not in (None, there)
    )


def _why_pad(config, plan, first: Stage, needed: Shape) -> Reason:
    axis, size, found = _differing(AXES[1:], needed[1:], first.shape[1:])
    at = AXES.index(axis)
    before, after = config.paddings[at]
    source = first.input_shape[at]
    return _reason(
        "pad", axis=axis, wanted=size, found=found, source=source, before=before, after=after
    )


def _why_conv(config, plan, first: Stage, needed: Shape) -> Reason:
    axis, size, found = _differing(
        ("channels", *AXES[1:3]), (needed[3], *needed[1:3]), (first.shape[3], *first.shape[1:3])
    )
    if axis == "channels":
        return _reason("output_channels", wanted=size, found=found)
    padded = first.input_shape[AXES.index(axis)]
    return _reason(
        "window", axis=axis, wanted=size, found=found, padded=padded, kernel=config.output_kernel
    )


_REASONS = {
    "input": lambda config, plan, first, needed: _reason(
        "noise_dim", wanted=needed[1], found=first.shape[1]
    ),
    "dense": _why_dense,
    "actv": _why_dense,
    "batch_normalization": _why_dense,
    "reshape": _why_reshape,
    "conv2d_transpose": _why_transposed,
    "pad": _why_pad,
    "conv2d": _why_conv,
}


# What would mend it ------------------------------------------------------------------------------


def _search(config: GeneratorConfig, batch: int, name: str, wanted: Shape) -> Iterator[Change]:
    """Single parameters that give the shape; where none does, a few that give it together."""
    wrong = _wrong(_shape_with(config, batch, name, {}), wanted)
    whole, partial = [], {}
    for field, values in _candidates(config, batch, name, wrong):
        for value in values:
            shape = _shape_with(config, batch, name, {field: value})
            if shape is None or len(shape) != len(wanted):
                continue
            left = _wrong(shape, wanted)
            if not left:
                whole.append(Change({field: value}, shape))
                break
            if left < wrong:  # the nearest value stands first
                partial.setdefault((field, wrong - left), {field: value})
    if whole:
        yield from whole
        return
    for change in itertools.islice(_together(partial, wrong), _MOST_TOGETHER):
        shape = _shape_with(config, batch, name, change)
        if shape is not None and not _wrong(shape, wanted):
            yield Change(change, shape)


def _together(partial: Mapping, wrong: frozenset[int]) -> Iterator[dict[str, object]]:
    """Changes of different parameters that mend every wrong axis once."""
    if not wrong:
        yield {}
        return
    for (field, mended), change in partial.items():
        if min(wrong) not in mended or not mended <= wrong:
            continue
        others = {key: value for key, value in partial.items() if key[0] != field}
        for rest in _together(others, wrong - mended):
            yield change | rest


def _wrong(shape: Sequence[int], wanted: Shape) -> frozenset[int]:
    """The axes that differ."""
    return frozenset(
        at
        for at, (size, want) in enumerate(zip(shape, wanted, strict=True))
        if want not in (None, size)
    )


def _candidates(
    config: GeneratorConfig, batch: int, name: str, wrong: frozenset[int]
) -> Iterator[tuple[str, list]]:
    """Every parameter that the wrong axes depend on, the values nearest to the present first."""
    vector = name == "z" or (name.startswith("fc1/") and name != "fc1/reshape")
    if 0 in wrong:
        yield "batch_size", _nearest(batch, BATCH_SIZE)
    names = ["base_height", "base_width", "upsample_blocks", "stride", "output_kernel"]
    if name == OUTPUT and 3 in wrong:
        names.insert(0, "C")
    if name != OUTPUT and (3 in wrong or vector):
        names.insert(0, "upsample_dim")
    if name == "z":
        names = ["noise_dim"]
    for field in names:
        yield field, _nearest(getattr(config, field), CONFIG_FIELDS[field])
    yield "paddings", list(_other_pads(config))


def _nearest(value: int, field: Field) -> list[int]:
    """Every other value of a field, by its distance."""
    others = (other for other in range(int(field.low), int(field.high) + 1) if other != value)
    return sorted(others, key=lambda other: (abs(other - value), other))


def _other_pads(config: GeneratorConfig) -> Iterator[tuple]:
    """One pair changed: both its sides alike, or one of them."""
    for side in range(MAX_PAD + 1):
        for axis, (before, after) in enumerate(config.paddings):
            for pair in ((side, side), (side, after), (before, side)):
                if pair != (before, after):
                    pairs = list(config.paddings)
                    pairs[axis] = pair
                    yield tuple(pairs)


def _shape_with(
    config: GeneratorConfig, batch: int, name: str, change: Mapping[str, object]
) -> tuple[int, ...] | None:
    """The stage's shape after a change, worked out anew; None where it cannot be made."""
    fields = {key: value for key, value in change.items() if key != "batch_size"}
    batch = change.get("batch_size", batch)
    try:
        changed = replace(config, **fields)
        plan = stages.__wrapped__(changed, batch)  # a search would only flush the cache
        shape = next((stage.shape for stage in plan if stage.name == name), None)
    except ExplorerError:
        return None
    return shape
