"""One test for many values: each value that fails is reported by name, as a subtest of pytest's."""

import functools
import inspect
import itertools
from collections.abc import Callable, Collection, Mapping


def each(names: str | tuple[str, ...], values: Collection) -> Callable[[Callable], Callable]:
    """What `pytest.mark.parametrize` does, in one case, for values that ask one rule again.

    Fixtures are shared by all values. Several of these above one test ask all combinations.

    Args:
        values: one for each run, or a tuple of as many as there are names; with the keys of a
            mapping a failure names its value by the key.

    Raises:
        ValueError: there is no value, so that nothing would be asked.
    """
    names = (names,) if isinstance(names, str) else names
    axis = [*_cases(names, values)]
    if not axis:
        raise ValueError("no values")

    def of(test: Callable) -> Callable:
        body, axes = getattr(test, "asked", (test, ()))
        axes = (axis, *axes)

        @functools.wraps(body)
        def run(subtests, **fixtures):
            for cases in itertools.product(*axes):
                shown = {name: text for each, _ in cases for name, text in each.items()}
                with subtests.test(**shown):
                    body(**fixtures, **{name: value for _, each in cases for name, value in each})

        asked = {name for axis in axes for name, _ in axis[0][1]}
        wanted = inspect.signature(body).parameters
        taken = [one for name, one in wanted.items() if name not in asked and name != "subtests"]
        own = inspect.Parameter("subtests", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        run.__signature__ = inspect.Signature([own, *taken])
        run.asked = (body, axes)
        return run

    return of


def _cases(names: tuple[str, ...], values: Collection):
    """For each value: what a failure shows of it, and the arguments of the test."""
    labelled = isinstance(values, Mapping)
    for label, value in values.items() if labelled else ((None, value) for value in values):
        given = [*zip(names, value if len(names) > 1 else (value,), strict=True)]
        yield ({names[0]: label} if labelled else dict(given)), given
