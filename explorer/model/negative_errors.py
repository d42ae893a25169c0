"""Errors of a tensor that was to be made with a negative size."""

import re

from explorer.model.error_answer import Answer, answer
from explorer.model.shape_designs import Design

_NEGATIVE = re.compile(
    r"create tensor with negative dimension (-\d{1,9})\b"
    r"|negative dimensions? (?:is|are) not allowed",
    re.IGNORECASE,
)


def read_negative(design: Design, text: str) -> Answer | None:
    """PyTorch's words, which tell the size, and NumPy's, which do not."""
    if not (found := _NEGATIVE.search(text)):
        return None
    return answer("negative_size", size=found[1]) if found[1] else answer("negative_sizes")
