"""The bounds that an operator may set, each by one environment variable; read once, at the start."""

import os

from explorer.errors import ExplorerError, quote

MIB = 2**20


def _whole(name: str, default: int, low: int, high: int) -> int:
    """A whole number from the environment.

    Raises:
        ExplorerError: it is none, or outside its range.
    """
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        allowed = f"{low} … {high}"
        raise ExplorerError("bad_setting", None, name=name, value=quote(text), allowed=allowed)
    return int(text)


# Bytes of everything that views, weights and answers hold, on top of what the start takes.
MEMORY = _whole("EXPLORER_MEMORY", 2048, 256, 2**20) * MIB
# Bytes of uploads, saved files and training runs on the disk, all together.
DISK = _whole("EXPLORER_DISK", 4096, 64, 2**24) * MIB
# Reverse proxies in front of the app that each add an address to X-Forwarded-For.
PROXIES = _whole("EXPLORER_PROXIES", 0, 0, 9)
