"""Which arrays of a PyTorch file are the generator's: what wrappers and other networks add."""

import re
from collections.abc import Mapping

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import StoredArray

Arrays = Mapping[str, StoredArray]
_WRAPPERS = ("module.", "_orig_mod.")  # of DataParallel and of torch.compile, before all names
_OWN = re.compile(
    r"(?:net)?_?(?:g|gen|generator)(?:_?(?:ema|ab?|ba?|xy?|yx?|[0-9]))*", re.IGNORECASE
)
_OTHER = re.compile(
    r"(?:net)?_?(?:d|dis|disc|discriminator|critic|vgg|lpips|\w*loss)(?:_?(?:[abxy]|[0-9]))*", re.I
)
_EMA = re.compile(r".*ema", re.IGNORECASE)


def generator_part(arrays: Arrays) -> tuple[Arrays, str, str]:
    """The generator's arrays; where others are left out, the part's name and theirs.

    Raises:
        ExplorerError: several generators of one file.
    """
    arrays = unwrapped(arrays)
    tops = {name: name.partition(".")[0] for name in arrays}
    names = sorted({*tops.values()})
    own = [name for name in names if _OWN.fullmatch(name)]
    others = [name for name in names if name not in own]
    if len(names) < 2 or not own or not all(map(_OTHER.fullmatch, others)):
        return arrays, "", ""
    averaged = [name for name in own if _EMA.fullmatch(name)]
    chosen = averaged if len(averaged) == 1 and len(own) == 2 else own
    if len(chosen) > 1:
        raise ExplorerError("torch_several", "weights", names=", ".join(map(quote, own[:6])))
    (part,) = chosen
    inside = {name.removeprefix(f"{part}."): arrays[name] for name in arrays if tops[name] == part}
    return unwrapped(inside), part, ", ".join(name for name in names if name != part)


def unwrapped(arrays: Arrays) -> Arrays:
    """The same without what wrappers put before all names."""
    for prefix in _WRAPPERS:
        if arrays and all(name.startswith(prefix) for name in arrays):
            return unwrapped({name.removeprefix(prefix): a for name, a in arrays.items()})
    return arrays
