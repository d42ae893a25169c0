"""Errors of PyTorch's load_state_dict that name keys: missing ones, and ones that nothing asks for.

Names are compared as they are written; nothing is known of the layers behind them.
"""

import re

from explorer.model.error_answer import Answer
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_MISSING = "Missing key(s) in state_dict:"
_UNEXPECTED = "Unexpected key(s) in state_dict:"
_NAME = re.compile(r"['\"]([\w.-]{1,200})['\"]")
_WRAPPED = "module."  # what nn.DataParallel puts before all names
_COUNTER = ".num_batches_tracked"
_MOST = 2_000


def read_state_dict(design: Design, text: str) -> Answer | None:
    """Which names the model lacks in the checkpoint, and which it does not know."""
    missing, unexpected = _names(text, _MISSING), _names(text, _UNEXPECTED)
    if not missing and not unexpected:
        return None
    params = {
        "missing": len(missing),
        "unexpected": len(unexpected),
        "name": (missing or unexpected)[0],
    }
    return Answer(Reason(_code(missing, unexpected), params))


def _names(text: str, heading: str) -> list[str]:
    """The names that stand behind a heading, up to the other one."""
    _, found, rest = text.partition(heading)
    for other in (_MISSING, _UNEXPECTED, "size mismatch for"):
        rest = rest.partition(other)[0]
    return _NAME.findall(rest)[:_MOST] if found else []


def _code(missing: list[str], unexpected: list[str]) -> str:
    """What a whole list of names has in common."""
    if {_WRAPPED + name for name in missing} & {*unexpected}:
        return "state_dict_wrapped"
    if {_WRAPPED + name for name in unexpected} & {*missing}:
        return "state_dict_unwrapped"
    if all(name.endswith(_COUNTER) for name in (*missing, *unexpected)):
        return "state_dict_counters"
    if missing and unexpected:
        return "state_dict_both"
    return "state_dict_missing" if missing else "state_dict_unexpected"
