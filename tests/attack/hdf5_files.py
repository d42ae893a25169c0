"""HDF5 files that a reader must not follow, fill or wait for; each of a few kilobytes."""

import io
import zlib
from collections.abc import Callable, Mapping

import h5py
import numpy as np

KERNEL = "noise_generator/fc1/dense/kernel"


def hdf5(fill: Callable[[h5py.File], object], **options) -> bytes:
    """The bytes of a file that `fill` wrote."""
    out = io.BytesIO()
    with h5py.File(out, "w", **options) as file:
        fill(file)
    return out.getvalue()


def sound(weights: Mapping[str, np.ndarray], fill: Callable = lambda file: None) -> bytes:
    """Weights by their names, and what `fill` adds."""

    def both(file: h5py.File):
        for name, array in weights.items():
            file[name] = array
        fill(file)

    return hdf5(both)


def of(**dataset) -> bytes:
    """A file whose only dataset, the dense kernel, is made as `create_dataset` is told."""
    return hdf5(lambda file: file.create_dataset(KERNEL, **dataset))


def doubling(depth: int) -> bytes:
    """Each group is in the group above it twice: 2**depth paths."""

    def fill(file: h5py.File):
        group = file
        for _ in range(depth):
            below = group.create_group("left")
            group["right"] = below  # a second hard link to the same group
            group = below
        group["kernel"] = np.zeros(1, "f4")

    return hdf5(fill)


def own_child() -> bytes:
    """A group that contains itself."""

    def fill(file: h5py.File):
        group = file.create_group("a")
        group["kernel"] = np.zeros(1, "f4")
        group["a"] = group

    return hdf5(fill)


def deep(depth: int) -> bytes:
    """Groups in groups."""

    def fill(file: h5py.File):
        group = file
        for _ in range(depth):
            group = group.create_group("g")

    return hdf5(fill, libver="latest")


def linked(link: object) -> bytes:
    """A soft or an external link in the kernel's place."""

    def fill(file: h5py.File):
        file[KERNEL] = link

    return hdf5(fill)


def one_object_for_all(count: int, size: int) -> bytes:
    """`count` elements of variable length that all refer to the same object of `size` bytes.

    Such an element is 16 bytes: its length, the address of a heap, and a number in it. They are
    written as one object and nothing, then the first reference is copied over the others.
    """

    def fill(file: h5py.File):
        dataset = file.create_dataset(KERNEL, (count,), dtype=h5py.vlen_dtype(np.float32))
        dataset[0] = np.zeros(size // 4, np.float32)
        places.append(dataset.id.get_offset())

    places: list[int] = []
    data = bytearray(hdf5(fill))
    start = places[0]
    data[start : start + 16 * count] = bytes(data[start : start + 16]) * count
    return bytes(data)


def many(count: int) -> bytes:
    """Datasets of one number each."""

    def fill(file: h5py.File):
        for at in range(count):
            file[f"{at:x}"] = np.float32(at)

    return hdf5(fill, libver="latest")


def gzip_bomb(chunks: int, chunk_bytes: int = 2**26) -> bytes:
    """Chunks of zeros, each packed a thousand times smaller."""

    def fill(file: h5py.File):
        count = chunk_bytes // 4
        dataset = file.create_dataset(
            KERNEL, (count * chunks,), "f4", chunks=(count,), compression="gzip"
        )
        packed = zlib.compress(bytes(chunk_bytes))
        for at in range(chunks):
            dataset.id.write_direct_chunk((at * count,), packed)

    return hdf5(fill)


def unnamed_filter() -> bytes:
    """A dataset packed by a filter that nobody has: a reader would look for a plugin."""

    def fill(file: h5py.File):
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((4, 4))
        plan.set_filter(305, h5py.h5z.FLAG_OPTIONAL, (1, 2))
        group = file.create_group(KERNEL.rpartition("/")[0])
        space = h5py.h5s.create_simple((4, 4))
        h5py.h5d.create(group.id, b"kernel", h5py.h5t.IEEE_F32LE, space, plan)

    return hdf5(fill)


def external(path: str) -> bytes:
    """A dataset whose numbers are another file's bytes."""
    return of(shape=(64,), dtype="u1", external=[(path, 0, 64)])


def virtual(path: str) -> bytes:
    """A dataset made up of another file's, or of its own ("." and the same name)."""

    def fill(file: h5py.File):
        layout = h5py.VirtualLayout((16,), "f4")
        layout[:] = h5py.VirtualSource(path, KERNEL, (16,))
        file.create_virtual_dataset(KERNEL, layout)

    return hdf5(fill)


def references() -> bytes:
    """A dataset of references into its own file."""

    def fill(file: h5py.File):
        dataset = file.create_dataset(KERNEL, (3,), h5py.ref_dtype)
        dataset[0] = file.ref

    return hdf5(fill)


def named_type() -> bytes:
    """A type where a dataset is expected."""

    def fill(file: h5py.File):
        file[KERNEL] = np.dtype([("x", "f4")])

    return hdf5(fill)


def name_of_no_unicode() -> bytes:
    """A dataset whose name is half of a surrogate pair."""

    def fill(file: h5py.File):
        space = h5py.h5s.create_simple((4, 4))
        h5py.h5d.create(file.id, b"\xed\xa0\x80", h5py.h5t.IEEE_F32LE, space)

    return hdf5(fill)
