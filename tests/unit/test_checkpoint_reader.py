"""The project's own reader of checkpoints finds what TensorFlow's finds, and refuses the rest."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from explorer.model.files.checkpoint import open_checkpoint
from explorer.model.files.sorted_table import table_entries
from tests.support.each import each
from tests.unit.refusals import refused

KINDS = (np.float16, np.float32, np.float64, tf.bfloat16.as_numpy_dtype)


def arrays(seed: int, count: int) -> dict[str, np.ndarray]:
    """Arrays of every kind and of ranks 0 to 4, under names with long shared beginnings."""
    rng = np.random.default_rng(seed)
    return {
        f"scope/{'deep/' * (at % 7)}layer_{at:04d}/kernel": np.asarray(
            rng.standard_normal(tuple(rng.integers(1, 5, at % 5)))
        ).astype(KINDS[at % 4])
        for at in range(count)
    }


def save(prefix: Path, tensors: dict[str, np.ndarray]):
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=list(tensors),
        shape_and_slices=[""] * len(tensors),
        tensors=[tf.constant(value) for value in tensors.values()],
    )


def read(folder: Path, name: str) -> dict[str, np.ndarray]:
    files = {path.name: path for path in folder.iterdir()}
    with open_checkpoint(f"{name}.index", files) as found:
        return {key: array.read() for key, array in found.arrays.items()}


def assert_same(found: dict, expected: dict):
    assert set(found) == set(expected)
    for name, value in expected.items():
        assert found[name].dtype == value.dtype
        assert found[name].tobytes() == value.tobytes(), name
        assert found[name].shape == value.shape


def test_it_reads_what_tensorflow_reads(tmp_path):
    """Enough names for many blocks of the index."""
    save(tmp_path / "m.ckpt", arrays(0, 700))
    reader = tf.train.load_checkpoint(str(tmp_path / "m.ckpt"))
    names = reader.get_variable_to_shape_map()
    assert (tmp_path / "m.ckpt.index").stat().st_size > 5 * 4096
    assert_same(read(tmp_path, "m.ckpt"), {name: reader.get_tensor(name) for name in names})


def test_numbers_in_several_files_are_found(tmp_path):
    parts = [arrays(1, 9), {f"other/{name}": value for name, value in arrays(2, 9).items()}]
    for at, part in enumerate(parts):
        save(tmp_path / f"part{at}", part)
    prefixes = [str(tmp_path / f"part{at}") for at in range(2)]
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=prefixes, destination_prefix=str(tmp_path / "m.ckpt")
    )
    assert len(list(tmp_path.glob("m.ckpt.data-*"))) == 2
    assert_same(read(tmp_path, "m.ckpt"), parts[0] | parts[1])
    (tmp_path / "m.ckpt.data-00001-of-00002").unlink()
    with refused("checkpoint_shard", "1", field="weights"):
        read(tmp_path, "m.ckpt")


def test_whole_numbers_and_texts_are_left_out(tmp_path):
    save(tmp_path / "m", {"step": np.int64(7), "a": np.float32(1), "name": np.array(b"text")})
    assert list(read(tmp_path, "m")) == ["a"]


def test_a_variable_in_slices_is_refused_by_its_name(tmp_path):
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "m"),
        tensor_names=["whole", "cut", "cut"],
        shape_and_slices=["", "4 2 0,2:0,2", "4 2 2,2:0,2"],
        tensors=[tf.zeros(3), tf.zeros((2, 2)), tf.zeros((2, 2))],
    )
    with refused("checkpoint_slices", "cut", field="weights"):
        read(tmp_path, "m")


@each("part", ["m.index", "m.data-00000-of-00001"])
def test_a_changed_byte_is_noticed(tmp_path, part):
    save(tmp_path / "m", arrays(3, 12))
    sound, path = read(tmp_path, "m"), tmp_path / part
    data = path.read_bytes()
    for at in np.random.default_rng(4).integers(0, len(data), 60):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        try:
            found = read(tmp_path, "m")
        except (ValueError, LookupError, TypeError):
            continue
        assert_same(found, sound)  # what says nothing about the numbers


def test_an_entry_that_leads_nowhere_is_refused():
    for data in (b"", bytes(48), bytes(40) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"):
        with pytest.raises((ValueError, IndexError)):
            list(table_entries(data))
