"""The call of every stage has the arguments of the real function, each with its default."""

import json

import pytest

from explorer import GeneratorConfig
from explorer.model.config import ACTIVATIONS, INITIALIZERS
from explorer.model.stages import stages
from explorer.views.call.parts import Argument
from explorer.views.call.stage import stage_call
from tests.parity.scripts import run_script
from tests.support.each import each

# Of what no TensorFlow holds any more: the original's own function, and tf.contrib of version 1.15.
GONE = {
    "dcgan_generator": {
        **dict.fromkeys(("z", "config", "training", "C")),
        **{"reuse": "False", "actv": "tf.nn.relu", "kernel_size": "5", "upsample_dim": "256"},
    },
    "tf.contrib.layers.xavier_initializer": {
        **{"uniform": "True", "seed": "None", "dtype": "tf.float32"}
    },
}
CONFIGS = [
    GeneratorConfig(),
    *(GeneratorConfig(kernel_initializer=name) for name in INITIALIZERS),
    *(GeneratorConfig(actv=name, bn_position="before", training=True) for name in ACTIVATIONS),
]


def calls() -> list[tuple[str, tuple[Argument, ...]]]:
    """Every function that is called, with its arguments; those that make values as well."""
    found = []
    for config in CONFIGS:
        for stage in stages(config):
            call = stage_call(config, stage)
            found += [(call.function, call.arguments)]
            made = [argument.made for argument in call.arguments if argument.made]
            found += [(inner.function, inner.arguments) for inner in made]
    return found


CALLS = calls()
FUNCTIONS = sorted({function for function, _ in CALLS})


@pytest.fixture(scope="module")
def signatures() -> dict[str, dict]:
    """The real ones, from a process of its own in which Keras 2 stands behind TensorFlow."""
    told = run_script("signatures.py", *(name for name in FUNCTIONS if name not in GONE))
    return json.loads(told.splitlines()[-1]) | GONE


def wrong(arguments: tuple[Argument, ...], signature: dict) -> list[str]:
    """Arguments that one of the two lacks, or has with another default, or twice."""
    told = [(item.name, item.default or None) for item in arguments]
    return sorted(name for name, _ in {*told} ^ {*signature.items()}) + [
        name for name, _ in told if len([1 for other, _ in told if other == name]) > 1
    ]


@each("function", FUNCTIONS)
def test_every_argument_of_the_real_function_is_told_and_none_more(signatures, function):
    assert len(signatures[function]) >= 1
    for arguments in (arguments for name, arguments in CALLS if name == function):
        assert wrong(arguments, signatures[function]) == []


def test_all_kinds_of_functions_are_looked_at():
    assert len(FUNCTIONS) == 6 + len(ACTIVATIONS) + len(INITIALIZERS) + 1


def test_an_argument_too_many_too_few_or_of_another_default_is_found(signatures):
    real = signatures["tf.reshape"]
    (arguments,) = {arguments for name, arguments in CALLS[:20] if name == "tf.reshape"}
    assert wrong(arguments, real | {"more": None}) == ["more"]
    assert wrong(arguments, {name: real[name] for name in ("tensor", "shape")}) == ["name"]
    assert wrong(arguments, real | {"name": "'x'"}) == ["name", "name"]
    assert wrong((*arguments, arguments[0]), real) == ["tensor", "tensor"]


def test_required_arguments_come_first_and_in_the_function_s_order(signatures):
    """They may stand in the call by their place."""
    for function, arguments in CALLS:
        by_place = [item.name for item in arguments if not item.named]
        assert by_place == list(signatures[function])[: len(by_place)]
        assert [item.named for item in arguments] == sorted(item.named for item in arguments)
