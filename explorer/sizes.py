"""Sizes in bytes, and how they are written."""

MIB = 2**20


def mebibytes(size: int) -> str:
    """A number of bytes, readable: one decimal below 10 MiB, in KiB below a tenth of one."""
    if size >= 2**60:  # more than a float may hold
        return f"{size // MIB:,} MiB"
    mib = size / MIB
    if mib >= 10:
        return f"{mib:,.0f} MiB"
    return f"{mib:.1f} MiB" if mib >= 0.1 or not size else f"{size / 1024:.1f} KiB"
