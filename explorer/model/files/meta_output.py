"""Which tensor of a TensorFlow 1 graph is the generator's output: names of scopes and shapes tell.

A training graph holds much more: a discriminator that reads what the generator makes, losses,
gradients, and often the generator twice, for training and for samples.
"""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from explorer.model.files.meta_calls import Reading
from explorer.model.files.meta_tail import Tails
from explorer.model.files.meta_values import Flow, Unread

_OURS, _OTHERS = "generator", "other"
_WORDS = (
    (re.compile(r"(?:gen|generator|g|netg|decoder|dec)(?![a-z])", re.IGNORECASE), _OURS),
    (
        re.compile(
            r"(?:disc|discriminator|d|netd|critic|encoder|enc|classifier)(?![a-z])", re.IGNORECASE
        ),
        _OTHERS,
    ),
)
# What optimizers and averages keep beside a variable.
_SLOTS = re.compile(
    r".*(?:/Adam(?:_\d+)?|/RMSProp(?:_\d+)?|/Momentum|/Adagrad|/ExponentialMovingAverage"
    r"|_power(?:_\d+)?|global_step)",
    re.DOTALL,
)
_LONGEST = 100  # letters of a name's end that are looked at
INNER = "gradients"  # the scope of what trains


@dataclass(frozen=True, eq=False)
class Chosen:
    """The output, of how many alike it was chosen, and what follows it that is not read."""

    flow: Flow
    alike: int
    unread: Unread | None


def _role(name: str) -> tuple[str, str]:
    """Whose a variable is, "" where no word tells, and the scope that tells it."""
    parts = name.split("/")
    for at, part in enumerate(parts):
        for pattern, role in _WORDS:
            if found := pattern.match(part[:_LONGEST]):
                return role, "/".join([*parts[:at], found[0].lower()])
    return "", ""


def choose_output(reading: Reading) -> Chosen | None:
    """The generator's output among all steps; None where none is."""
    flows = [value for value in reading.values.values() if isinstance(value, Flow)]
    found = [(flow, rank) for flow in flows if (rank := _rank(flow))]
    if not found:
        return None
    best = max(rank for _, rank in found)
    first = min((flow for flow, rank in found if rank == best), key=_order)
    alike = {
        flow.at
        for flow, rank in found
        if (rank, flow.trains, flow.op, flow.shape) == (best, first.trains, first.op, first.shape)
    }
    end, unread = Tails(reading, _is_others).to_the_end(first)
    return Chosen(end, len(alike), unread)


def _is_others(name: str) -> bool:
    """Whether an operation is none of the generator's, as its scopes tell."""
    return name.startswith(INNER) or _role(name)[0] == _OTHERS


def _order(flow: Flow) -> tuple[int, int]:
    return flow.trains, flow.at


def _rank(flow: Flow) -> tuple | None:
    """How much speaks for a step, the larger the more; None where it cannot be."""
    if not flow.names or not flow.roots or len(flow.shape) not in (2, 4):
        return None
    roles = {_role(name) for name in flow.names}
    named = {role for role in roles if role[0] == _OURS}
    if any(role == _OTHERS for role, _ in roles) or len(named) > 1:
        return None
    from_vector = any(math.prod(root.shape[1:]) == max(root.shape[1:]) for root in flow.roots)
    if not from_vector and not named:
        return None
    makes_maps = len(flow.shape) == 4
    if not named:
        return (False, from_vector, makes_maps, math.prod(flow.shape[1:-1]), len(flow.names))
    if not makes_maps and not from_vector:
        return None
    return (True, from_vector, len(flow.names), makes_maps, 0)


def unused(flow: Flow, stored: Collection[str]) -> list[str]:
    """Variables of the generator's scope that do not lead to its output."""
    scopes = {_role(name) for name in flow.names}
    own = {scope for scope in scopes if scope[0] == _OURS}
    return [
        name
        for name in stored
        if _role(name) in own
        and name not in flow.names
        and not _SLOTS.fullmatch(name[-_LONGEST:])
        and not name.endswith(("/moving_mean", "/moving_variance"))
    ]
