"""Settings that show something: where they differ from those that the app opens with."""

from collections.abc import Mapping
from functools import cache

from explorer.link import OPENING, read_link, write_link
from explorer.schema import read_state

# Named as what is said of them in the locale files.
EXAMPLES: Mapping[str, Mapping[str, object]] = {
    "odd_kernel": {"page": "overlap", "stage": "upsample1/conv2d_transpose", "block": 1},
    "even_kernel": {
        "kernel_size": 4,
        "page": "overlap",
        "stage": "upsample1/conv2d_transpose",
        "block": 1,
    },
    "one_tap": {
        "kernel_size": 1,
        "weights": "untrained",
        "page": "maps",
        "stage": "upsample1/conv2d_transpose",
    },
    "zero_pads": {"pad_mode": "CONSTANT", "page": "padding", "stage": "conv_out/pad"},
    "batch_of_one": {"training": True, "stage": "fc1/batch_normalization", "page": "maps"},
    "grey": {"C": 1},
    "wide": {"base_width": 16},
    "wanted_shape": {"page": "shapes", "expected": "[1, 64, 64, 3]"},
}


@cache
def describe_examples() -> list[dict[str, str]]:
    """Name and link of each."""
    opening = read_link(OPENING)[0].as_dict()
    return [
        {"name": name, "link": write_link(read_state(opening | changes))}
        for name, changes in EXAMPLES.items()
    ]
