"""A file holds any numbers: every page shows them, in any state."""

import contextlib
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig
from explorer.model.config import CONFIG_FIELDS
from explorer.model.weight_store import keep_weights
from explorer.schema import read_state
from explorer.views.page import draw_page
from tests.support.examples import examples
from tests.unit.samples import SEEDS, random_weights, raw_states

ODD = (math.nan, math.inf, -math.inf, 3.4e38, -3.4e38, 1e-45, -1.0, -1e-3, 0.0)


def odd_weights(config: GeneratorConfig, odd: float, share: float, seed: int) -> dict:
    """Weights of which a share is one number."""
    random, weights = np.random.RandomState(seed), random_weights(config, seed)
    return {
        name: np.where(random.random_sample(value.shape) < share, np.float32(odd), value)
        for name, value in weights.items()
    }


@examples(150)
@given(raw_states(), st.sampled_from(ODD), st.sampled_from((0.1, 0.5, 1)), SEEDS)
def test_any_weights_are_shown_in_any_state(raw, odd, share, seed):
    config = GeneratorConfig(**{name: raw[name] for name in CONFIG_FIELDS})
    kept = keep_weights(config, odd_weights(config, odd, share, seed))
    with contextlib.suppress(ExplorerError):
        state = read_state(raw | {"weights": kept.source})
        assert draw_page(state, state.find_origin())
