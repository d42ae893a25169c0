"""What a forward pass is said to take is what it takes, whatever its shape."""

import time
from random import Random

import pytest

from explorer import ExplorerError, GeneratorConfig, draw_z, trace
from explorer.model.cost import (
    LIGHT_MACS,
    MAX_TIME,
    check_cost,
    estimate_cost,
    forward_load,
    gradient_load,
)
from explorer.model.devices import resolve_device
from explorer.model.graph import Graph, Node
from explorer.model.ops import Activation, Input, LayerNormalization, Merge
from explorer.model.runs import Origin, draw_weights
from explorer.model.stages import stages
from tests.support.each import each
from tests.unit.refusals import refused

FAR = 8  # times as long as said; on a busy machine caches and memory are slower than alone
NO_PADS = ((0, 0),) * 4
TINY = {"noise_dim": 1, "C": 1, "upsample_blocks": 1, "stride": 1, "output_kernel": 1,
        "paddings": NO_PADS, "base_height": 1, "base_width": 1, "kernel_size": 3}  # fmt: skip
# What once took twenty and more times as long as was said: kernels read anew for each item, a
# matrix that is read for one item, outputs that are written for few products.
NAMED = (
    (TINY | {"upsample_dim": 1140}, 16),
    (TINY | {"upsample_dim": 1024, "base_height": 2, "base_width": 2}, 4),
    (TINY | {"upsample_dim": 4096, "kernel_size": 1, "base_width": 2}, 2),
    (TINY | {"noise_dim": 4096, "upsample_dim": 4096, "kernel_size": 1}, 1),
    (
        TINY | {"upsample_dim": 2, "base_height": 64, "base_width": 64, "kernel_size": 1, "C": 256},
        8,
    ),
)


def random_structure(random: Random) -> tuple[dict, int]:
    fields = {
        "noise_dim": random.choice((1, 128, 1024)),
        "upsample_dim": random.choice((16, 64, 256, 512, 1024)),
        "kernel_size": random.choice((1, 2, 3, 5, 9)),
        "C": random.choice((1, 3, 64)),
        "base_height": random.choice((1, 2, 4, 8)),
        "base_width": random.choice((1, 2, 4, 8)),
        "upsample_blocks": random.choice((1, 2, 3)),
        "stride": random.choice((1, 2)),
        "output_kernel": random.choice((1, 3, 7)),
        "pad_mode": "CONSTANT",
        "actv": random.choice(("relu", "tanh", "gelu")),
        "training": random.random() < 0.5,
    }
    return fields, random.choice((1, 1, 8, 64))


def sound_structures(most: int) -> list[tuple[dict, int]]:
    """Some that take neither a moment nor long."""
    random, found = Random(4), []
    while len(found) < most:
        fields, batch = random_structure(random)
        try:
            if (
                LIGHT_MACS / 6
                < estimate_cost(stages(GeneratorConfig(**fields), batch)).time
                < LIGHT_MACS
            ):
                found.append((fields, batch))
        except ExplorerError:  # too narrow for its kernel
            pass
    return found


def cpu_seconds(config: GeneratorConfig, batch: int) -> float:
    """Of a pass, the least of some."""
    weights = draw_weights(config, Origin(1), resolve_device("auto"))
    z, taken = draw_z(1, batch, config.noise_dim), []
    for _ in range(4):
        began = time.process_time()
        trace(config, weights, z)
        taken.append(time.process_time() - began)
    return min(taken[1:])


@pytest.fixture(scope="module")
def second() -> float:
    """As many products as take a second of the plain generator's."""
    plain = GeneratorConfig()
    return estimate_cost(stages(plain)).time / cpu_seconds(plain, 1)


@each(("fields", "batch"), [*NAMED, *sound_structures(8)])
def test_a_pass_takes_as_long_as_is_said(fields, batch, second):
    config = GeneratorConfig(**fields)
    said = estimate_cost(stages(config, batch)).time / second
    assert cpu_seconds(config, batch) < FAR * said


def test_what_reads_large_kernels_for_each_item_is_not_light():
    one, many = (
        forward_load(stages(GeneratorConfig(**TINY | {"upsample_dim": 1140}), batch))
        for batch in (1, 64)
    )
    assert one.is_light
    assert not many.is_light


def test_what_would_read_for_long_is_refused():
    config = GeneratorConfig(**TINY | {"upsample_dim": 4096, "base_width": 2})
    check_cost(stages(config, 8))
    time_of_64 = estimate_cost(stages(config, 64)).time
    assert time_of_64 > MAX_TIME
    with refused("takes_too_long", "batch_size 64", f"{time_of_64 / 1e9:,.0f} G", "100 G"):
        check_cost(stages(config, 64))


def test_origins_count_what_the_steps_of_an_operation_keep():
    """Measured with TensorFlow: some eight arrays of a tanh gelu, one or two of each source."""
    for op, sources, least in (
        (Activation("gelu", approximate=True), 1, 8),
        (LayerNormalization((-1,)), 1, 8),
        (Merge("multiply"), 50, 100),
    ):
        graph = Graph((Node("x", Input((64, 64, 4))), Node("y", op, ("x",) * sources)))
        _, stage = plan = graph.stages()
        assert gradient_load(plan).bytes >= least * stage.bytes
