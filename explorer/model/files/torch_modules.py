"""The modules of a PyTorch state dict, as names and shapes of its arrays tell them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import StoredArray
from explorer.model.files.torch_spectral import with_spectral_weights

LINEAR, CONVOLUTION, NORM, PRELU = "linear", "convolution", "norm", "prelu"
COUNTER = "num_batches_tracked"  # of a norm
MOST_MODULES = 300
_KNOWN = {"weight", "bias", "running_mean", "running_var"}
_RESIDUAL = re.compile(r"res(?:net|idual)?_?(?:block|layer|unit|conv)?s?_?\d{0,4}", re.IGNORECASE)
_STATISTICS = {"running_mean", "running_var"}
_NAME = re.compile(r"(?:.+\.)?(?:weight|bias|running_mean|running_var)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Module:
    """One module with arrays.

    Attributes:
        name: its path, e.g. "main.0".
        kind: `LINEAR`, `CONVOLUTION` (of either kind), `NORM` or `PRELU`.
        arrays: by their own names, e.g. "weight".
        counts_batches: whether it does, as a norm with statistics does since PyTorch 0.4.1.
    """

    name: str
    kind: str
    arrays: Mapping[str, StoredArray]
    counts_batches: bool = False

    @property
    def is_old_instance(self) -> bool:
        """Whether it looks as InstanceNorm2d was saved before PyTorch 0.4: statistics alone.

        It did not use them: `_InstanceNorm.use_running_stats` was off unless it was called.
        """
        return self.arrays.keys() == _STATISTICS and not self.counts_batches

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its weight; of its statistics where it has no other."""
        return (self.arrays.get("weight") or self.arrays["running_mean"]).shape

    @property
    def part(self) -> str:
        """The outermost of what it stands in; its own name where it stands in nothing."""
        return self.name.partition(".")[0]

    @property
    def residual(self) -> str:
        """The path of the residual block that its name says it stands in; "" for none."""
        parts = self.name.split(".")
        at = next((at for at, part in enumerate(parts[:-1]) if _RESIDUAL.fullmatch(part)), None)
        if at is None:
            return ""
        is_listed = len(parts) > at + 2 and parts[at + 1].isdecimal()
        return ".".join(parts[: at + 1 + is_listed])

    @property
    def place(self) -> tuple[str, int | None]:
        """The path of what it stands in, and its number there; None where it has a name."""
        parent, _, own = self.name.rpartition(".")
        is_number = own.isascii() and own.isdecimal() and len(own) < 5
        return parent, int(own) if is_number else None


def is_state_dict(arrays: Mapping[str, StoredArray]) -> bool:
    """Whether names are those of PyTorch's modules."""
    return any(
        _NAME.fullmatch(name) and name.endswith("weight") and array.ndim in (2, 4)
        for name, array in with_spectral_weights(arrays)[0].items()
    )


def modules_of(arrays: Mapping[str, StoredArray]) -> list[Module]:
    """All modules, in the order of their arrays.

    Raises:
        ExplorerError: arrays of a module that is not read, or too many.
    """
    grouped: dict[str, dict[str, StoredArray]] = {}
    counting = set()
    for name, array in arrays.items():
        path, _, own = name.rpartition(".")
        if own == COUNTER:
            counting.add(path)
        else:
            grouped.setdefault(path, {})[own] = array
    if len(grouped) > MOST_MODULES:
        raise ExplorerError("torch_too_many", "weights", bound=MOST_MODULES)
    return [Module(path, _kind(path, own), own, path in counting) for path, own in grouped.items()]


def _kind(path: str, own: Mapping[str, StoredArray]) -> str:
    """What module has such arrays."""
    weight = own.get("weight")
    rank = weight.ndim if weight else 1 if own.keys() >= _STATISTICS else 0
    sizes = {array.shape for name, array in own.items() if name != "weight" or rank == 1}
    is_norm = rank == 1 and (own.keys() >= _STATISTICS or "bias" in own)
    sound = own.keys() <= _KNOWN and all(0 not in array.shape for array in own.values())
    if sound and is_norm and len(sizes) == 1 and len(next(iter(sizes))) == 1:
        return NORM
    if sound and own.keys() == {"weight"} and rank == 1:
        return PRELU
    plain = sound and own.keys() <= {"weight", "bias"} and all(len(size) == 1 for size in sizes)
    if plain and rank in (2, 4):
        return LINEAR if rank == 2 else CONVOLUTION
    held = ", ".join(f"{quote(name)} {list(array.shape)}" for name, array in [*own.items()][:6])
    raise ExplorerError("torch_module", "weights", module=quote(path or "."), names=held)
