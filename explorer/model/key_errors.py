"""What a name means that a TensorFlow 1 checkpoint lacks: the generator's own, or another part's.

TensorFlow makes names of a variable's: an optimizer adds a part behind, a scope one before, and a
second call without `reuse` numbers a part.
"""

import functools
import re

from explorer.model.config import CONFIG_FIELDS, GeneratorConfig
from explorer.model.error_answer import Answer, answer
from explorer.model.shape_designs import Design
from explorer.model.stages import SCOPE
from explorer.model.weights import weight_list

_MISSING = re.compile(r"\bKey ([\w./:-]{1,200}) not found in checkpoint")
_TENSOR = re.compile(r"Tensor name \"([\w./:-]{1,200})\" not found in checkpoint")
_KEY_ERROR = re.compile(r"KeyError: ['\"]([\w./:-]{1,200})['\"]")
_REUSED = re.compile(r"Variable ([\w./:-]{1,200}) already exists, disallowed")
_ABSENT = re.compile(r"Variable ([\w./:-]{1,200}) does not exist, or was not created")
_COPY = re.compile(r"_\d{1,4}\Z")
_BLOCK = re.compile(r"/upsample(\d)/")
_AVERAGE = "ExponentialMovingAverage"
_SLOTS = ("Adam", "AdamW", "LAMB", "RMSProp", "Momentum", "Adagrad", "Adadelta", "Ftrl")


def read_key(design: Design, text: str) -> Answer | None:
    """A name that a checkpoint lacks, or that TensorFlow 1 has already, or not yet."""
    if found := _REUSED.search(text):
        return answer("key_exists", key=found[1])
    if found := _ABSENT.search(text):
        return answer("key_absent", key=found[1])
    if not (found := _MISSING.search(text) or _TENSOR.search(text) or _KEY_ERROR.search(text)):
        return None
    if "/" not in found[1] and found.re is _KEY_ERROR:  # a dictionary's of any kind
        return None
    key = found[1].split(":")[0]
    if not design.config:
        names = {weight.name for stage in design.stages for weight in stage.weights}
        return answer("key_ours" if key in names else "key_of_another", key=key)
    parts = key.split("/")
    last = _COPY.sub("", parts[-1])
    if last in (*_SLOTS, _AVERAGE) and (own := _own_name(parts[:-1])):
        code = "key_average" if last == _AVERAGE else "key_slot"
        return answer(code, key=key, variable=own, slot=parts[-1], scope=SCOPE)
    if own := _own_name(parts):
        return _own(design.config, key, own)
    if SCOPE not in parts and (own := _own_name([SCOPE, *parts])):
        return answer("key_unscoped", key=key, variable=own, scope=SCOPE)
    inside = parts[0] == SCOPE
    return answer("key_unknown" if inside else "key_foreign", key=key, scope=SCOPE)


def _own(config: GeneratorConfig, key: str, own: str) -> Answer:
    """A variable of this generator in some structure, as it is or under a changed name."""
    if key == own:
        if own in {weight.name for weight in weight_list(config)}:
            return answer("key_ours", key=key)
        blocks = int(_BLOCK.search(own)[1])
        return answer("key_blocks", key=key, blocks=blocks, here=config.upsample_blocks)
    if key.endswith("/" + own):
        return answer("key_scoped", key=key, variable=own, outer=key.removesuffix(own))
    return answer("key_copy", key=key, variable=own)


def _own_name(parts: list[str]) -> str | None:
    """The generator's variable of which a name is made, without scopes before it and numbers."""
    plain = [_COPY.sub("", part) for part in parts]
    name = "/".join(plain[plain.index(SCOPE) :]) if SCOPE in plain else ""
    return name if name in _every_name() else None


@functools.cache
def _every_name() -> frozenset[str]:
    """The names of all structures: they differ in the number of blocks alone."""
    most = CONFIG_FIELDS["upsample_blocks"].high
    config = GeneratorConfig(upsample_blocks=most, upsample_dim=2**most)
    return frozenset(weight.name for weight in weight_list(config))
