"""Numbers of files are told as they were written, and are the same to a float32."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.model.files.written_numbers import as_written


@given(st.floats(1e-6, 1e6).map(lambda value: float(f"{value:.6g}")))
def test_a_float32_is_told_as_it_was_written(value):
    assert as_written(float(np.float32(value))) == value


@given(st.floats())
def test_no_number_becomes_another_float32(value):
    told = as_written(value)
    with np.errstate(over="ignore"):
        assert np.float32(told) == np.float32(value) or math.isnan(value)
    assert told == value or value == float(np.float32(value)) or math.isnan(value)
