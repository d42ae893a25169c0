"""How much of a picture has changed: told by areas, so that edges of letters count for nothing."""

import numpy as np
from PIL import Image, ImageChops

AREA = 4  # pixels a side, whose mean colour is compared
FAR = 24  # of 255, in any channel
MOST = 0.002  # of all areas that may be further apart: a button or two words are more


def changed_share(before: Image.Image, after: Image.Image) -> float:
    """The share of areas that have changed; 1 where the sizes are not the same."""
    if before.size != after.size:
        return 1.0
    means = [np.asarray(image.convert("RGB").reduce(AREA), int) for image in (before, after)]
    return float((abs(means[0] - means[1]) > FAR).any(axis=-1).mean())


def difference(before: Image.Image, after: Image.Image) -> Image.Image:
    """What has changed, bright on black, as large as the newer picture."""
    older = Image.new("RGB", after.size)
    older.paste(before.convert("RGB"))
    return ImageChops.difference(older, after)
