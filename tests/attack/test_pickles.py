"""Nothing is ever unpickled, in whatever file it comes."""

import numpy as np

from tests.attack import array_files
from tests.attack.archives import zipped
from tests.attack.hostile_files import KERNEL
from tests.attack.ways_in import LONGEST, send, write
from tests.support.each import each


@each("kind", ["npy", "npz", "zip", "checkpoint", "name"])
def test_a_pickle_is_never_read(app, opener, tmp_path_factory, kind):
    folder = tmp_path_factory.mktemp("pickle")
    mark = folder / "was-read"
    pickled, raw = array_files.pickled_npy(mark), array_files.trap(mark)
    files = {
        "npy": {"w.npz": zipped({f"{KERNEL}.npy": pickled})},
        "npz": {"w.npz": zipped({f"{KERNEL}.npy": raw})},
        "zip": {"w.zip": zipped({"data.pkl": raw, "w.npz": pickled})},
        "checkpoint": {"m.index": raw, "m.data-00000-of-00001": raw},
        "name": {"w.npz": raw},
    }[kind]
    assert send(app, files).error
    assert "code" in opener.open(write(folder, files), LONGEST)
    assert not mark.exists()


def test_the_trap_works(tmp_path):
    """What the test above stands on: NumPy, if it may, reads the pickle and the file appears."""
    (tmp_path / "w.npy").write_bytes(array_files.pickled_npy(tmp_path / "was-read"))
    np.load(tmp_path / "w.npy", allow_pickle=True)
    assert (tmp_path / "was-read").exists()
