"""What visitors give to stages: pictures to inputs, and what layers gave that are not known here.

Each is kept by the hash of its content, as weights are; a link names it beside its stage.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError, quote
from explorer.model.memory import bytes_held, memory
from explorer.model.weight_store import content_hash, keep_given

_PREFIX = "array:"
_MOST = 64  # in one link
_ENTRY = re.compile(r"([0-9a-f]{8})\.([0-9a-f]{32})")


@dataclass(frozen=True, eq=False)
class GivenArray:
    """Numbers for a stage.

    Attributes:
        source: "array:" and the hash of the content.
        values: float32, a batch of the stage's output; of a picture [height, width, 3], 0 to 1.
        is_picture: whether it is one, to be fitted to its input's size.
        made_for: digest of the inputs that these numbers came of; "" where they are an input's own.
    """

    source: str
    values: np.ndarray
    is_picture: bool
    made_for: str

    @property
    def bytes(self) -> int:
        """Of all that it keeps alive."""
        return bytes_held([self.values])


def keep_array(
    values: np.ndarray, is_picture: bool, made_for: str = "", giver: str = "?"
) -> GivenArray:
    """Keeps numbers under the hash of their content; arguments as of `GivenArray`.

    Args:
        giver: the address that they came from; whoever gave most loses its oldest first.

    Raises:
        ExplorerError: they exceed the bound, or others' work takes all the room now.
    """
    said = {"picture": is_picture, "made_for": made_for}
    source = f"{_PREFIX}{content_hash(said, {'': values})}"
    return keep_given(GivenArray(source, values, is_picture, made_for), giver)


def find_array(source: str) -> GivenArray:
    """What is kept under a source.

    Raises:
        ExplorerError: it is no longer here.
    """
    found = memory.find(source)
    if found is None:
        raise ExplorerError("given_gone", "given", value=source)
    return found


def parse_given(text: str) -> dict[str, str]:
    """What a link gives: a stage's `stage_key` -> source.

    Raises:
        ExplorerError: text of another form, or more than a link may give.
    """
    parts = text.split("~", _MOST + 1)
    if len(parts) > _MOST:
        raise ExplorerError("too_many_parts", "given", most=_MOST)
    found = [_ENTRY.fullmatch(part) for part in filter(None, parts)]
    if None in found:
        raise ExplorerError("given_damaged", "given", value=quote(text))
    return {entry[1]: f"{_PREFIX}{entry[2]}" for entry in found}


def with_given(text: str, stage: str, source: str) -> str:
    """The field once a stage is given an array; "" takes back what it had."""
    sources = parse_given(text) | {stage_key(stage): source}
    return "~".join(f"{k}.{s.removeprefix(_PREFIX)}" for k, s in sources.items() if s)


def stage_key(stage: str) -> str:
    """Eight hexadecimal digits that stand for a stage's name in a link."""
    return f"{zlib.crc32(stage.encode()):08x}"


def check_keys(stages: Iterable[str]):
    """Refuses stages that a link cannot tell apart: else one array of it would go to each of them.

    Raises:
        ExplorerError: naming two whose keys are one.
    """
    found: dict[str, str] = {}
    for stage in stages:
        other = found.setdefault(stage_key(stage), stage)
        if other != stage:
            raise ExplorerError("inputs_alike", "weights", one=quote(other), other=quote(stage))


def digest_of(inputs: Mapping[str, np.ndarray]) -> str:
    """Names the inputs of a generator by their content."""
    return content_hash({}, dict(sorted(inputs.items())))


def check_fits(stage: str, found: Iterable[int], wanted: Iterable[int]):
    """Refuses an array of another shape than the stage's; a batch of one stands for all items.

    Raises:
        ExplorerError: with both shapes.
    """
    found, wanted = list(found), list(wanted)
    if found[1:] != wanted[1:] or found[0] not in (1, wanted[0]):
        raise ExplorerError("given_shape", "given", stage=quote(stage), shape=found, wanted=wanted)
