"""The bounds that an operator may set, each by an environment variable; read once, at the start."""

import os

from explorer.errors import ExplorerError, quote
from explorer.sizes import MIB


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


def _one_line(name: str, default: str) -> str:
    """Text for a header from the environment.

    Raises:
        ExplorerError: it has characters that no header may have.
    """
    text = os.environ.get(name, "").strip() or default
    if not (text.isascii() and text.isprintable()):
        raise ExplorerError("bad_setting_text", None, name=name, value=quote(text))
    return text


# Bytes of everything that views, weights and answers hold, on top of what the start takes.
MEMORY = _whole("EXPLORER_MEMORY", 2048, 512, 2**20) * MIB
# Bytes of uploads, saved files and training runs on the disk, all together.
DISK = _whole("EXPLORER_DISK", 4096, 64, 2**24) * MIB
# Reverse proxies in front of the app that each add an address to X-Forwarded-For; a Hugging Face
# Space has one.
PROXIES = _whole("EXPLORER_PROXIES", 1 if "SPACE_ID" in os.environ else 0, 0, 9)
# Pages that may show this one in a frame, as in Content-Security-Policy: any that is not on plain
# HTTP, so that Spaces and teachers may, and this machine's own.
FRAMES = _one_line("EXPLORER_FRAMES", "'self' https: http://localhost:* http://127.0.0.1:*")
# Seconds that a client may take for its headers, for each pause in a body, and for taking a piece
# of an answer.
PATIENCE = _whole("EXPLORER_PATIENCE", 30, 1, 3600)
BODY_SECONDS = 60  # that a body of a few kilobytes may take in all
TRANSFER_SECONDS = 15 * 60  # that a file may take in all, to the server or from it
