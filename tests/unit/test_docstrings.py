"""Every example in a docstring of the model gives what it says."""

import doctest
import importlib
import pkgutil

import numpy as np

import explorer
import explorer.model
from tests.support.each import each

# Shows a call; its file is not there.
ONLY_SHOWN = {"open_generator", "load_weights", "save_weights"}
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples() -> list[doctest.DocTest]:
    names = [
        module.name for module in pkgutil.walk_packages(explorer.model.__path__, "explorer.model.")
    ]
    modules = map(importlib.import_module, names)
    found = [test for module in modules for test in FINDER.find(module, module.__name__)]
    return [test for test in found if test.examples and test.name.split(".")[-1] not in ONLY_SHOWN]


@each("example", examples())
def test_an_example_gives_what_it_says(example):
    example.globs |= {"np": np} | {name: getattr(explorer, name) for name in explorer.__all__}
    result = doctest.DocTestRunner(verbose=False).run(example)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_runner_notices_a_wrong_example():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda text: None).failed == 1
