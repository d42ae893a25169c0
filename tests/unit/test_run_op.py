"""What TensorFlow keeps of operations that ran has an end, whatever their numbers are."""

import subprocess
import sys

SLOPES = """
import numpy as np
from explorer.model.freed_memory import resident_bytes
from explorer.model.ops.activation import Activation
from explorer.model.run_op import run_op
x = np.ones((1, 4), np.float32)
def run(first, count):
    for number in range(first, first + count):
        run_op(Activation("leaky_relu", slope=number / 100_000), [x], {}, (1, 4))
run(1, 1000)
before = resident_bytes()
run(1001, 4000)
print(resident_bytes() - before)
"""


def test_thousands_of_slopes_take_no_more_memory_than_hundreds():
    told = subprocess.run([sys.executable, "-c", SLOPES], capture_output=True, check=True)
    assert int(told.stdout) < 20 * 2**20  # 100 MB where all are kept
