"""Which arrays of a PyTorch file are the generator's: what wrappers and other networks add."""

import itertools
import re
from collections.abc import Mapping, Sequence

from explorer.errors import ExplorerError, quote
from explorer.model.files.arrays import StoredArray
from explorer.model.files.torch_modules import LINEAR, Module
from explorer.model.files.torch_steps import COLOURS, Step, Width

Arrays = Mapping[str, StoredArray]
_WRAPPERS = ("module.", "_orig_mod.")  # of DataParallel and of torch.compile, before all names
_MARKS = r"(?:_?(?:ema|[abxy0-9]))*"  # which of several: netG_A, G_ema, gen2
_OWN = re.compile(rf"(?:net)?_?(?:g|gen|generator){_MARKS}", re.IGNORECASE)
_OTHER = re.compile(
    rf"(?:net)?_?(?:d|dis|disc|discriminator|critic|vgg|lpips|\w*loss){_MARKS}", re.IGNORECASE
)
_LABELS = re.compile(r"(?:class|label|y)?_?emb(?:ed|edding)?s?[0-9]*", re.IGNORECASE)


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
    if not others and _are_steps(arrays, own):
        return arrays, "", ""
    averaged = [name for name in own if name.lower().endswith("ema")]
    chosen = averaged if len(averaged) == 1 and len(own) == 2 else own
    if len(chosen) > 1:
        raise _several(own)
    (part,) = chosen
    inside = {name.removeprefix(f"{part}."): arrays[name] for name in arrays if tops[name] == part}
    return unwrapped(inside), part, ", ".join(name for name in names if name != part)


def _are_steps(arrays: Arrays, parts: list[str]) -> bool:
    """Whether parts are steps of one generator: gen1, gen2, ... of which no two are alike."""
    if len({part.rstrip("0123456789") for part in parts}) > 1:
        return False
    shapes: dict[str, list] = {}
    for name in sorted(arrays):
        shapes.setdefault(name.partition(".")[0], []).append(arrays[name].shape)
    return len({*map(tuple, shapes.values())}) == len(parts)


def check_is_one(steps: Sequence[Step]):
    """Refuses a row of generators: parts of which one makes a picture before the next.

    Args:
        steps: in the order of the data.

    Raises:
        ExplorerError: it names the parts.
    """
    for step, after in itertools.pairwise(steps):
        names = {step.module.part, after.module.part}
        is_border = len(names) == 2 and all(map(_OWN.fullmatch, names))
        if is_border and _may_be_picture(step.after, steps[-1].after):
            raise _several(sorted({step.module.part for step in steps}))


def check_has_no_labels(modules: Sequence[Module]):
    """Refuses by its name the embedding of a conditional generator's classes.

    Args:
        modules: which make up no row of one input.

    Raises:
        ExplorerError: it says what was recognised, and what does not stand in the file.
    """
    for module in modules:
        called = module.name.rpartition(".")[2]
        if module.kind == LINEAR and [*module.arrays] == ["weight"] and _LABELS.fullmatch(called):
            classes, width = module.shape
            name = quote(module.name)
            raise ExplorerError(
                "torch_labels", "weights", module=name, classes=classes, width=width
            )


def _may_be_picture(made: Width, last: Width) -> bool:
    """Whether what flows may be one, as by its colours or as what the last step makes."""
    return made == last or (made.of_maps and made.count in COLOURS)


def _several(names: Sequence[str]) -> ExplorerError:
    return ExplorerError("torch_several", "weights", names=", ".join(map(quote, names[:6])))


def unwrapped(arrays: Arrays) -> Arrays:
    """The same without what wrappers put before all names."""
    before = 0  # letters
    while arrays and any(
        all(name.startswith(prefix, before) for name in arrays) for prefix in _WRAPPERS
    ):
        before = min(name.index(".", before) for name in arrays) + 1
    return {name[before:]: array for name, array in arrays.items()} if before else arrays
