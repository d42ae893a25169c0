"""The generator: its structure, weights, forward pass and files.

oneDNN, which TensorFlow uses unasked on some CPUs, keeps something for every shape that it has met,
which no bound on memory counts, and gains nothing for one forward pass. TensorFlow reads this as it
is loaded, so it is said here, before any module below loads it.
"""

import os

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
