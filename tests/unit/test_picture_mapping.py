"""The automatic mapping of values to brightness shows something, whatever the values are."""

import numpy as np

from explorer.schema import AUTO, RGB_MAPPINGS
from explorer.views.picture_mapping import picture_mapping
from tests.support.each import each

VALUES = np.linspace(-1, 1, 30, dtype=np.float32).reshape(2, 5, 3)


@each("factor", [1e-3, 1, 1e3])
@each("chosen", [name for name in RGB_MAPPINGS if name != AUTO])
def test_a_choice_stays(chosen, factor):
    assert picture_mapping(chosen, factor * VALUES, True) == chosen


@each(("factor", "mapping"), [(0.01, "minmax"), (0.2, "minmax"), (1, "tanh"), (100, "minmax")])
def test_tanh_where_the_values_fill_it_and_are_not_lost_at_its_ends(factor, mapping):
    assert picture_mapping(AUTO, factor * VALUES, True) == mapping
    assert picture_mapping(AUTO, factor * VALUES, False) == "minmax"


def test_values_that_are_not_finite_do_not_count():
    values = VALUES.copy()
    values[0] = np.inf
    assert picture_mapping(AUTO, values, True) == "tanh"
    assert picture_mapping(AUTO, np.full((2, 2, 1), np.nan, np.float32), True) == "minmax"
