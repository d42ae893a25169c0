"""One printed line for each ratio: medians of both sides, their quotient, the target beside it."""

from collections.abc import Sequence
from statistics import median


def report(
    name: str, ours: Sequence[float], peer: Sequence[float], unit: str, target: str
) -> float:
    """Prints and returns median(ours) / median(peer); both sides are in the same unit."""
    one, other = median(ours), median(peer)
    print(
        f"{name}: ours p50 {one:.4g} {unit}, peer p50 {other:.4g} {unit}, "
        f"ratio {one / other:.3f} (target: at most {target}; n = {len(ours)}/{len(peer)})",
        flush=True,
    )
    return one / other
