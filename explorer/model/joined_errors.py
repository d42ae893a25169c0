"""Errors of PyTorch's torch.cat, which name a side and no shape."""

import re

from explorer.model.config import GeneratorConfig
from explorer.model.error_answer import SIZE, Answer, answer

_JOINED = re.compile(
    rf"sizes of tensors must match except in dimension (\d)\. "
    rf"(?:expected size {SIZE} but got size {SIZE}|got {SIZE} and {SIZE})",
    re.IGNORECASE,
)


def read_joined(config: GeneratorConfig, text: str) -> Answer | None:
    """Two sides that differ: one apart, as odd sides become, or by more."""
    if not (found := _JOINED.search(text)):
        return None
    axis, *sides = (int(size) for size in found.groups() if size)
    one, other = sides
    code = "joined_by_one" if abs(one - other) == 1 else "joined"
    return answer(code, axis=axis, one=one, other=other) if one != other else None
