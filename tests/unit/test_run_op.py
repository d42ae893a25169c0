"""What TensorFlow keeps of operations that ran has an end, whatever their numbers are."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
NUMBERS = """
import numpy as np
from explorer.model.freed_memory import freed_memory, resident_bytes
from explorer.model.ops.activation import Activation
from explorer.model.run_op import run_op
x = np.ones((1, 4), np.float32)
def run(first, count):
    for at in range(first, first + count):
        threshold, slope = at / 1e6, at / 1e7
        op = Activation("relu", slope=slope, threshold=threshold, most=1 + slope)
        run_op(op, [x], {}, (1, 4))
    freed_memory._libc.malloc_trim(0)
run(1, 1000)
before = resident_bytes()
run(1001, 12_000)
print(resident_bytes() - before)
"""
NAMES = """
import numpy as np
from explorer import save_weights
from explorer.model.freed_memory import freed_memory, resident_bytes
from explorer.model.graph import Graph, Node
from explorer.model.ops import BatchNormalization, Input
def save(number):
    names = ["z", *(f"n{number}_{at}" for at in range(100))]
    layers = [Node(b, BatchNormalization(), (a,), b) for a, b in zip(names, names[1:])]
    graph = Graph((Node("z", Input((4,))), *layers))
    save_weights("g.keras", graph, {w.name: np.ones(w.shape, np.float32) for w in graph.weights})
    freed_memory._libc.malloc_trim(0)
for number in range(2):
    save(number)
before = resident_bytes()
for number in range(2, 5):
    save(number)
print(resident_bytes() - before)
"""


BOUNDS = {  # MB, and how many there are where all are kept
    "slopes": (SLOPES, 20, 100),
    "numbers that operations compute with": (NUMBERS, 3, 8),
    "names of saved variables": (NAMES, 15, 43),
}


def test_what_operations_were_given_is_not_kept(tmp_path, subtests):
    """All in one process: to load TensorFlow takes longest."""
    code = "\n".join(code for code, _, _ in BOUNDS.values())
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    for (kind, (_, most, kept)), grown in zip(BOUNDS.items(), told.stdout.split(), strict=True):
        with subtests.test(kind=kind):
            assert int(grown) < most * 2**20 < kept * 2**20
