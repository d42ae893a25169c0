"""What errors of other kinds mean: pads, reshapes, weights, files, and parts that are not ours.

Each reader takes the whole text and says what it means, or None where it is another error. Patterns
are bounded: any text is read in time that grows with its length.
"""

import re
from collections.abc import Callable

from explorer.model.config import GeneratorConfig
from explorer.model.depth_errors import read_depth
from explorer.model.error_answer import SIZE, Answer, answer, sizes
from explorer.model.key_errors import read_key
from explorer.model.reshape_errors import read_reshape
from explorer.model.transposed_errors import read_transposed
from explorer.model.weight_errors import read_weights
from explorer.model.window_errors import read_window

_TORCH_PAD = re.compile(
    rf"padding \({SIZE}, {SIZE}\) at dimension (\d) of input \[([\d, ]{{1,60}})\]", re.IGNORECASE
)
_TF_PAD = re.compile(
    rf"paddings must be (less|no greater) than the dimension size: {SIZE}, {SIZE} "
    rf"(?:not less|greater) than {SIZE}"
)
_TORCH_AXES = ("batch", "channels", "height", "width")

# Words that name the part in which an error arose; no change of the generator mends it there.
_PARTS = {
    "of_file": (
        "unable to open file", "unable to synchronously open file", "file signature not found",
        "no such file", "truncated file", "failed to open", "is not a zip file",
        "no file or directory found",
    ),
    "of_loss": (
        "logits and labels", "`logits` and `labels`", "crossentropy", "cross_entropy",
        "using a target size",
    ),
    "of_discriminator": ("discriminator",),
    "of_rank": (
        "min_ndim", "max_ndim", "expected ndim", "must have rank", "must be rank",
        "must be at least rank", "but is rank",
    ),
    "of_rank_torch": (),
}  # fmt: skip
_PART_WORDS = {
    "of_loss": re.compile(r"\bloss\b"),
    # The last are a discriminator's layers, as DCGAN's TensorFlow code calls them.
    "of_discriminator": re.compile(r"\bcritic\b|\bd_h\d"),
    # "expected 4D input (got 2D input)", "Expected 3D (unbatched) or 4D (batched) input to ...",
    # "Expected 4-dimensional input for 4-dimensional weight ...".
    "of_rank_torch": re.compile(
        r"\bexpected \d(?:d|-dimensional)\b[^\n.]{0,40}\b(?:input|tensor)\b"
    ),
}


def answer_error(config: GeneratorConfig, text: str) -> Answer | None:
    """What an error says that is not about the shape of a stage; None where it may be.

    Raises:
        ExplorerError: a number of values that no tensor has.
    """
    answers = (read(config, text) for read in _READERS)
    return next(filter(None, answers), None)


def part_of_error(text: str) -> str | None:
    """In which part other than the generator an error arose, as a code: of_loss, of_file, ..."""
    said = text.lower()
    return next((code for code in _PARTS if _speaks_of(code, said)), None)


def _speaks_of(code: str, said: str) -> bool:
    words = _PART_WORDS.get(code)
    named = words is not None and words.search(said) is not None
    return named or any(phrase in said for phrase in _PARTS[code])


def _pads(config: GeneratorConfig, text: str) -> Answer | None:
    """Pads that mirror more than there is, in PyTorch's words or TensorFlow's."""
    if found := _TORCH_PAD.search(text):
        before, after, axis, shape = found.groups()
        there, at = sizes(shape), int(axis)
        if at >= len(there):
            return None
        name = _TORCH_AXES[at] if len(there) == len(_TORCH_AXES) else None
        return _mirror(there[at], max(int(before), int(after)), there[at] - 1, name)
    if found := _TF_PAD.search(text):
        kind, before, after, size = found.groups()
        most = int(size) - (kind == "less")
        return _mirror(int(size), max(int(before), int(after)), most)
    return None


def _mirror(size: int, pad: int, most: int, torch_axis: str | None = None) -> Answer | None:
    """The most that can be mirrored at once, and the rest in a second pad."""
    rest = pad - most
    if rest < 1 or most < 0:
        return None
    mode = "REFLECT" if most < size else "SYMMETRIC"
    twice = most and rest <= size + 2 * most - (mode == "REFLECT")
    code = f"mirror_{'twice' if twice else 'often'}_{'torch' if torch_axis else 'any'}"
    params = {"size": size, "pad": pad, "most": most, "rest": rest, "mode": mode}
    return answer(code, **params, **({"axis": torch_axis} if torch_axis else {}))


_READERS: tuple[Callable[[GeneratorConfig, str], Answer | None], ...] = (
    _pads,
    read_window,
    read_transposed,
    read_depth,
    read_reshape,
    read_weights,
    read_key,
)
