"""What errors of other kinds mean: pads, reshapes, weights, files, and parts that are not ours.

Each reader takes the whole text and says what it means, or None where it is another error. Patterns
are bounded: any text is read in time that grows with its length.
"""

import re
from collections.abc import Callable

from explorer.model.batch_errors import read_batch
from explorer.model.count_errors import read_counts
from explorer.model.depth_errors import read_depth
from explorer.model.error_answer import Answer
from explorer.model.flat_errors import read_flat
from explorer.model.input_errors import read_inputs
from explorer.model.joined_errors import read_joined
from explorer.model.key_errors import read_key
from explorer.model.lazy_tensorflow import tf
from explorer.model.memory_errors import read_memory
from explorer.model.negative_errors import read_negative
from explorer.model.output_padding_errors import read_output_padding
from explorer.model.pad_errors import read_pads
from explorer.model.picture_errors import read_picture
from explorer.model.rank_errors import read_rank
from explorer.model.reshape_errors import read_reshape
from explorer.model.shape_designs import Design
from explorer.model.state_dict_errors import read_state_dict
from explorer.model.table_errors import read_table
from explorer.model.transposed_errors import read_transposed
from explorer.model.weight_errors import read_weights
from explorer.model.window_errors import read_window

# Sizes of Python 2, and those of TensorFlow 1.
_LONG = re.compile(r"\b(\d{1,9})L\b")
_DIMENSION = re.compile(r"\bDimension\((\d{1,9}|None)\)")
# A module that is only partially initialized is a visitor's own file of that name.
_NO_ATTRIBUTE = re.compile(
    r"(?<!partially initialized )module 'tensorflow' has no attribute '(\w{1,60})'"
)
_RAISED = re.compile(r"\b[A-Z]\w{0,60}(?:Error|Exception|Warning): ")
# Words that name the part in which an error arose; no change of the generator mends it there.
_PARTS = {
    "of_tensorflow1": (
        "no module named 'tensorflow.contrib", "no module named 'tensorflow.examples",
        "tf.placeholder() is not compatible with eager",
    ),
    "of_file": (
        "unable to open file", "unable to synchronously open file", "file signature not found",
        "no such file", "truncated file", "failed to open", "is not a zip file",
        "no file or directory found", "couldn't find 'checkpoint' file", "unable to open object",
        "unable to synchronously open object",
    ),
    "of_type": (
        "expected scalar type", " and weight type (", "on the same device",
        "conversion requested dtype", "but found at least two devices",
    ),
    "of_model": ("graph disconnected", "must be the output of a keras",
                 "must be the output of a tensorflow"),
    "of_loss": (
        "logits and labels", "`logits` and `labels`", "crossentropy", "cross_entropy",
        "using a target size", "compile_loss", "labels.shape", "`target.ndim", "shape of logits",
        "target tensor expected", "got input: [",
        "`target` and `output`", "must be the same as input size", "target nelement",
    ),
    "of_discriminator": ("discriminator",),
    "of_rank": (
        "min_ndim", "max_ndim", "expected ndim", "must have rank", "must be rank",
        "must be at least rank", "but is rank", "kernel shape must have the same length as input",
        "ranks of all input tensors", "3 or 4 dimensions", "match in permute", "unknown rank",
        "number of dimensions in the tensor input",
    ),
    "of_rank_torch": (),
}  # fmt: skip
_PART_WORDS = {
    "of_loss": re.compile(r"(?:\b|_)loss(?:es)?(?:\b|_)"),
    # The last are a discriminator's layers, as DCGAN's TensorFlow code calls them.
    "of_discriminator": re.compile(r"\bcritic\b|\bnet_?d\b|\bd_h\d"),
    # "expected 4D input (got 2D input)", "Expected 3D (unbatched) or 4D (batched) input to ...",
    # "Expected 4-dimensional input for 4-dimensional weight ...".
    "of_rank_torch": re.compile(
        r"\bexpected \d(?:d|-dimensional)\b[^\n.]{0,40}\b(?:input|tensor)\b"
    ),
}


def answer_error(design: Design, text: str) -> Answer | None:
    """What an error says that is not about the shape of a stage; None where it may be.

    Raises:
        ExplorerError: a number of values that no tensor has.
    """
    answers = (read(design, text) for read in _READERS)
    return next(filter(None, answers), None)


def message_of(text: str) -> str:
    """The error itself, its sizes as they are written today.

    In a traceback lines of code stand before it, whose numbers say nothing.
    """
    text = _DIMENSION.sub(r"\1", _LONG.sub(r"\1", text))
    if "Traceback" not in text and 'File "' not in text:
        return text
    *_, last = [0, *(found.start() for found in _RAISED.finditer(text))]
    return text[last:]


def part_of_error(text: str) -> str | None:
    """In which part other than the generator an error arose, as a code: of_loss, of_file, ..."""
    said = text.lower()
    if any(map(_is_of_tensorflow1, _NO_ATTRIBUTE.findall(text))):
        return "of_tensorflow1"
    return next((code for code in _PARTS if _speaks_of(code, said)), None)


def _is_of_tensorflow1(name: str) -> bool:
    """Whether TensorFlow 2 has it under another name, or no longer."""
    return name == "contrib" or (hasattr(tf.compat.v1, name) and not hasattr(tf, name))


def _speaks_of(code: str, said: str) -> bool:
    words = _PART_WORDS.get(code)
    named = words is not None and words.search(said) is not None
    return named or any(phrase in said for phrase in _PARTS[code])


_READERS: tuple[Callable[[Design, str], Answer | None], ...] = (
    read_pads,
    read_flat,
    read_batch,
    read_window,
    read_joined,
    read_transposed,
    read_output_padding,
    read_depth,
    read_reshape,
    read_weights,
    read_counts,
    read_state_dict,
    read_key,
    read_picture,
    read_negative,
    read_table,
    read_inputs,
    read_memory,
    read_rank,
)
