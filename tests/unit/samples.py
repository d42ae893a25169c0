"""Random configurations, weights and states for property tests: small, and always sound."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from explorer import ExplorerError, GeneratorConfig, init_weights
from explorer.model.config import (
    ACTIVATIONS,
    BN_POSITIONS,
    CONFIG_FIELDS,
    INITIALIZERS,
    PAD_MODES,
)
from explorer.model.declare import Field
from explorer.model.latent import encode_rows
from explorer.model.stages import stages
from explorer.schema import FIELDS

SMALL = st.integers(0, 3)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def configs(draw, batch: int = 1) -> GeneratorConfig:
    """A small configuration whose pads suit `batch`; every field varies."""
    blocks = draw(st.integers(1, 4))
    fields = {
        "noise_dim": draw(st.integers(2, 12)),
        "upsample_dim": 2**blocks + draw(st.integers(0, 9)),
        "kernel_size": draw(st.integers(1, 9)),
        "C": draw(st.integers(1, 6)),
        "actv": draw(st.sampled_from(ACTIVATIONS)),
        "training": draw(st.booleans()),
        "base_height": draw(st.integers(1, 4)),
        "base_width": draw(st.integers(1, 4)),
        "upsample_blocks": blocks,
        "stride": draw(st.integers(1, 3 if blocks < 3 else 2)),
        "output_kernel": draw(st.integers(1, 7)),
        "paddings": tuple((draw(SMALL), draw(SMALL)) for _ in range(4)),
        "pad_mode": draw(st.sampled_from(PAD_MODES)),
        "bn_position": draw(st.sampled_from(BN_POSITIONS)),
        "kernel_initializer": draw(st.sampled_from(INITIALIZERS)),
    }
    try:
        config = GeneratorConfig(**fields)
        stages(config, batch)
    except ExplorerError:
        assume(False)
    return config


def random_weights(config: GeneratorConfig, seed: int) -> dict[str, np.ndarray]:
    """Weights in which every variable matters, not only the kernels."""
    random = np.random.RandomState(seed)
    weights = init_weights(config, seed)
    for name, value in weights.items():
        if name.endswith(("gamma", "moving_variance")):
            weights[name] = random.uniform(0.5, 2, value.shape).astype(np.float32)
        elif not name.endswith("kernel"):
            weights[name] = random.normal(0, 0.5, value.shape).astype(np.float32)
    return weights


FLOAT32 = st.floats(-1e6, 1e6, width=32)
EDITS = st.lists(
    st.builds("{}.{}:{}".format, st.integers(0, 70), st.integers(0, 200), FLOAT32),
    max_size=4,
).map(",".join)


CELLS = st.lists(st.integers(0, 200), min_size=2, max_size=4).map(
    lambda index: ",".join(map(str, index))
)


def trail_steps(names: list[str]) -> st.SearchStrategy[str]:
    """Steps of a trail: stage:cell, some of which no array has."""
    return st.builds("{}:{}".format, st.sampled_from(names), CELLS)


@st.composite
def z_parts(draw) -> str:
    """z_data of up to three parts, each for other items."""
    shapes = draw(st.lists(st.tuples(SMALL, st.integers(1, 3), st.integers(2, 5)), max_size=3))
    return "~".join(
        encode_rows(np.random.RandomState(draw(SEEDS)).randn(rows, width), first)
        for first, rows, width in shapes
    )


def any_value(field: Field) -> st.SearchStrategy:
    """Sound values of a field by itself: of numbers the small ones, of text the default."""
    low, high = field.low, field.high
    match field.kind:
        case "int":
            return st.integers(int(low), int(min(high, 100)))
        case "float":
            return st.floats(low, high)
        case "bool":
            return st.booleans()
        case "choice":
            return st.sampled_from(field.choices)
        case _:
            return st.just(field.default)


@st.composite
def raw_states(draw) -> dict[str, object]:
    """Field values as a form sends them, all of them sound."""
    batch = draw(st.integers(1, 4))
    config = draw(configs(batch))
    names = [stage.name for stage in stages(config, batch)]
    return {
        **{name: draw(any_value(field)) for name, field in FIELDS.items()},
        **{name: getattr(config, name) for name in CONFIG_FIELDS},
        "z_seed": draw(SEEDS),
        "batch_size": batch,
        "z_data": draw(z_parts()),
        "z_edits": draw(EDITS),
        "weights_seed": draw(SEEDS),
        "weights": draw(st.sampled_from(("untrained", "trained", "file:" + "0" * 32))),
        "device": draw(st.sampled_from(("auto", "CPU:0"))),
        "stage": draw(st.sampled_from(names)),
        "frozen_low": draw(st.floats(-1e38, 0)),
        "frozen_high": draw(st.floats(0, 1e38)),
        "cell": draw(CELLS),
        "trail": draw(st.lists(trail_steps(names), max_size=3).map("~".join)),
        "lab_stage": draw(st.sampled_from(names)),
        "lab_tensor": draw(st.sampled_from(("[1, 2]", "[[1], [2]]", "nothing"))),
        "lab_paddings": ",".join(str(draw(SMALL)) for _ in range(8)),
        "expected": draw(st.sampled_from(("", "[1, 2, 3, 4]", "what?"))),
        "expected_stage": draw(st.sampled_from(names)),
    }
