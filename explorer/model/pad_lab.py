"""The padding lab's tensors: a worked example, a typed one, or a stage of the live trace."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.json_text import parse_json
from explorer.model.config import AXES, Paddings
from explorer.model.graph import Stage
from explorer.model.padding import axis_names, check_pad_limits, pad_sources

Source = Literal["example", "stage", "typed"]
EXAMPLE_SHAPE = (2, 3, 4, 3)
TYPED_EXAMPLE = "[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]"
MOST_VALUES = 4096
MOST_PADDED = 4 * 10**6


@dataclass(frozen=True, eq=False)
class LabTensor:
    """A tensor that stands in four axes, of which it may use fewer.

    Attributes:
        values: float32 [items, rows, columns, channels]; an axis that is not used has size 1.
        used: positions in `AXES` of the tensor's own axes.
        names: a name for each of them.
    """

    values: np.ndarray
    used: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def signed(self) -> bool:
        """Whether it holds negative values."""
        return bool((self.values < 0).any())


def example_tensor() -> LabTensor:
    """Every value spells its own index: 1202 stands at item 1, row 2, column 0, channel 2."""
    places = np.indices(EXAMPLE_SHAPE).astype(np.float32)
    spelled = 1000 * places[0] + 100 * places[1] + 10 * places[2] + places[3]
    return LabTensor(spelled.astype(np.float32), (0, 1, 2, 3), AXES)


def can_be_padded(stage: Stage) -> bool:
    """Whether a stage's output is maps or vectors, which the lab takes."""
    return len(stage.shape) in (2, 4)


def stage_tensor(output: np.ndarray) -> LabTensor:
    """The output of a stage; vectors lie as rows of a map: [N, units]."""
    if output.ndim == 4:
        return LabTensor(output, (0, 1, 2, 3), AXES)
    return LabTensor(output[None, :, :, None], (1, 2), ("batch", "units"))


def typed_tensor(text: str) -> LabTensor:
    """Nested lists of numbers, as JSON, of one to four axes.

    A list is a row, a list of lists a map, three axes are height, width and channels, four NHWC.

    Raises:
        ExplorerError: not such a list, lists of unequal length, or too many values.
    """
    try:
        with np.errstate(over="ignore"):  # an infinity is refused below
            values = np.array(parse_json(text), dtype=np.float32)
    except (ValueError, TypeError, OverflowError):
        raise ExplorerError("tensor_damaged", "lab_tensor", value=quote(text)) from None
    if not 1 <= values.ndim <= 4 or not values.size or not np.isfinite(values).all():
        raise ExplorerError("tensor_damaged", "lab_tensor", value=quote(text))
    if values.size > MOST_VALUES:
        raise ExplorerError("tensor_too_large", "lab_tensor", size=values.size, bound=MOST_VALUES)
    used = {1: (2,), 2: (1, 2), 3: (1, 2, 3), 4: (0, 1, 2, 3)}[values.ndim]
    shape = [1, 1, 1, 1]
    for axis, size in zip(used, values.shape, strict=True):
        shape[axis] = size
    return LabTensor(values.reshape(shape), used, axis_names(values.ndim))


def lab_tensor(source: str, output: Callable[[], np.ndarray], text: str) -> LabTensor:
    """The tensor of one of `SOURCES`.

    Args:
        output: gives that of the stage.
        text: what was typed.

    Raises:
        ExplorerError: as of `typed_tensor`.
    """
    made = {
        "example": example_tensor,
        "stage": lambda: stage_tensor(output()),
        "typed": lambda: typed_tensor(text),
    }
    return made[source]()


@dataclass(frozen=True, eq=False)
class PaddedLab:
    """A lab tensor after its pad.

    Attributes:
        tensor: what was padded.
        paddings: four pairs; (0, 0) on axes that the tensor does not use.
        sources: for each of the four axes, the source of every padded position, -1 for a constant.
    """

    tensor: LabTensor
    paddings: Paddings
    mode: str
    constant: float
    sources: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the padded tensor."""
        return tuple(len(source) for source in self.sources)

    def map(self, item: int, channel: int) -> np.ndarray:
        """One padded map, float32 [rows, columns]."""
        places = self.sources[0][item], self.sources[3][channel]
        rows, columns = self.sources[1:3]
        if min(places) < 0:
            return np.full((len(rows), len(columns)), self.constant, np.float32)
        plane = self.tensor.values[places[0], :, :, places[1]]
        padded = plane[np.ix_(rows, columns)].copy()
        padded[rows < 0, :] = self.constant
        padded[:, columns < 0] = self.constant
        return padded


def pad_lab(tensor: LabTensor, paddings: Paddings, mode: str, constant: float) -> PaddedLab:
    """Pads a lab tensor; pairs of axes that it does not use are left out.

    Raises:
        ExplorerError: a pad mirrors more than there is, or the result is too large to show.
    """
    used = [paddings[axis] for axis in tensor.used]
    sizes = tuple(tensor.values.shape[axis] for axis in tensor.used)
    check_pad_limits(sizes, used, mode, "lab_paddings", tensor.names)
    pairs = tuple(pair if axis in tensor.used else (0, 0) for axis, pair in enumerate(paddings))
    shape = tensor.values.shape
    if math.prod(n + sum(pair) for n, pair in zip(shape, pairs, strict=True)) > MOST_PADDED:
        raise ExplorerError("lab_too_large", "lab_paddings", bound=f"{MOST_PADDED:,}")
    sources = tuple(pad_sources(size, *pair, mode) for size, pair in zip(shape, pairs, strict=True))
    return PaddedLab(tensor, pairs, mode, constant, sources)
