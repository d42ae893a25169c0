"""Dead channels: some are normal, and nothing is said of them; more than a quarter are not."""

import numpy as np

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.views.diagnostics import diagnose_view
from explorer.views.maps import quantize
from tests.support.each import each
from tests.unit.test_glossary import CHINESE, ENGLISH

STAGE = "upsample1/actv"  # of 128 channels


def codes(dead: int, **fields) -> dict[str, str]:
    config = GeneratorConfig(**fields)
    plan, random = stages(config), np.random.RandomState(0)
    maps = {stage.name: quantize(random.rand(2, 2, stage.shape[-1])) for stage in plan}
    values = random.rand(2, 2, 128)
    values[:, :, :dead] = 0
    found = diagnose_view(config, plan, maps | {STAGE: quantize(values)}, {}, 0)
    return {entry["code"]: entry["params"].get("stages") for entry in found}


@each(
    ("dead", "code"),
    [
        (0, None),
        (7, None),
        (32, None),
        (33, "many_dead"),
        (128, "many_dead"),
    ],
)
def test_the_word_for_dead_channels_follows_their_share(dead, code):
    assert codes(dead) == ({code: f"{STAGE} {dead}/128"} if code else {})


def test_batch_normalization_is_named_only_where_it_comes_next():
    assert list(codes(33, bn_position="before")) == ["many_dead_last"]
    for words, sentence in [(ENGLISH, "makes one constant"), (CHINESE, "各自变成一个常数")]:
        assert sentence in words[".diagnostics.many_dead"]
        assert sentence not in words[".diagnostics.many_dead_last"]
