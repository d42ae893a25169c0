"""Whether a run's discriminator has won: its loss is near 0 and stays there."""

from collections.abc import Sequence
from statistics import median

NEAR_ZERO = 0.1  # of the logistic loss, which is 2·log 2 = 1.39 where the discriminator guesses
SUSTAINED_STEPS = 1000


def discriminator_has_won(points: Sequence[dict]) -> bool:
    """Whether half of the losses of the last `SUSTAINED_STEPS` steps are near 0.

    A discriminator that tells every picture leaves the generator with gradients that are vanishing
    or unstable (Arjovsky and Bottou 2017, theorems 2.4 and 2.6). A loss near 0 for a while is no
    sign of it: healthy runs of the defaults and of upsample_dim 16 were there from step 25 to step
    107, 244 and 335, until the generator caught up, and never again. A generator too weak to catch
    up (upsample_dim 8, kernel_size 1) kept its discriminator there.

    Args:
        points: reports of the run so far, by step: "step" and "discriminator", a loss, None where
            it was not finite.
    """
    if not points or points[-1]["step"] <= SUSTAINED_STEPS:
        return False
    since = points[-1]["step"] - SUSTAINED_STEPS
    lately = [point["discriminator"] for point in points if point["step"] > since]
    return None not in lately and median(lately) <= NEAR_ZERO
