"""For all tests: the repository on the path, a quiet TensorFlow, one seed for property tests."""

import os
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

settings.register_profile("seeded", derandomize=True, deadline=None, database=None)
settings.load_profile("seeded")
