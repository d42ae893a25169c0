"""Errors of a device that has no room for a tensor: how much one takes."""

import math
import re

from explorer.model.error_answer import LIST, Answer, answer, sizes
from explorer.model.shape_designs import Design

_TENSOR = re.compile(rf"OOM when allocating tensor with shape ?{LIST} and type (\w{{1,20}})")
_UNSAID = re.compile(r"\bout of memory\b|\bResourceExhausted|\bOOM when allocating", re.IGNORECASE)
_BYTES = {"float": 4, "float32": 4, "half": 2, "float16": 2, "bfloat16": 2, "double": 8, "int64": 8}
_MOST = 10**15  # bytes; more is no tensor of anybody's


def read_memory(design: Design, text: str) -> Answer | None:
    """The bytes of the tensor that is told, and what takes less."""
    if (found := _TENSOR.search(text)) and (each := _BYTES.get(found[2])):
        shape = sizes(found[1])
        whole = each * math.prod(shape)
        if 0 < whole < _MOST:
            params = {"sum": "·".join(map(str, shape)), "each": each, "whole": whole}
            return answer("memory", **params, mebibytes=f"{whole / 2**20:.1f}")
    return answer("memory_unsaid") if _UNSAID.search(text) else None
