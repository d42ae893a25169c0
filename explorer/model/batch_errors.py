"""Errors of batch normalization that has but one value to take statistics of."""

import re

from explorer.model.config import GeneratorConfig
from explorer.model.error_answer import LIST, Answer, answer

_ONE_VALUE = re.compile(
    rf"expected more than 1 value per channel when training, got input size "
    rf"(?:torch\.Size\()?{LIST}",
    re.IGNORECASE,
)


def read_batch(config: GeneratorConfig, text: str) -> Answer | None:
    """PyTorch refuses what TensorFlow turns into beta."""
    found = _ONE_VALUE.search(text)
    return answer("one_value", shape=f"[{found[1]}]") if found else None
