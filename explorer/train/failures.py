"""Why a run broke off, as whoever watches it is told."""

import errno

from explorer.errors import ExplorerError, quote

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_ROOM = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
_KILLED = -9
_MOST_REASON = 200  # characters


def is_full_disk(error: BaseException | None) -> bool:
    """Whether a full disk, or a used-up quota, is behind an error or one that led to it."""
    while error is not None:
        # safetensors has the system's number in its text alone.
        told = any(str(error).endswith(f"(os error {number})") for number in _FULL)
        if told or getattr(error, "errno", None) in _FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def start_failure(error: Exception) -> ExplorerError:
    """Why a process, or a thread that hears it, could not start."""
    if is_full_disk(error):
        return ExplorerError("run_disk_full")
    number = getattr(error, "errno", None)
    if number in _NO_ROOM or isinstance(error, MemoryError | RuntimeError):
        return ExplorerError("run_no_room")
    return _broke_off(str(error) or type(error).__name__)


def exit_failure(status: int, said: bytes) -> ExplorerError:
    """Why a process ended before its last step.

    Args:
        status: its exit status; below 0, the signal that ended it.
        said: the end of its standard error.
    """
    if status == _KILLED:
        return ExplorerError("run_killed")
    lines = said.decode(errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), f"exit({status})")
    return _broke_off(last)


def _broke_off(reason: str) -> ExplorerError:
    return ExplorerError("run_broke_off", reason=quote(reason, _MOST_REASON))
