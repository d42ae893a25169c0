"""Both sides in turns, and one printed line for each ratio: medians, quotient, target."""

import time
from collections.abc import Callable, Sequence
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


def in_turns(
    ours: Callable[[], object],
    peer: Callable[[], object],
    rounds: int,
    warm_up: int,
    rest: float = 0,
) -> list[list[float]]:
    """Milliseconds that each side took, in turns, after some that do not count.

    Args:
        rest: seconds before each turn.
    """
    times: list[list[float]] = [[], []]
    for turn in range(warm_up + rounds):
        time.sleep(rest)
        for index, side in list(enumerate((ours, peer)))[:: -1 if turn % 2 else 1]:
            start = time.perf_counter()
            side()
            times[index].append(1000 * (time.perf_counter() - start))
    return [side[warm_up:] for side in times]
