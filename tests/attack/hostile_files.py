"""Every kind of hostile weight file, by name: a function that writes it, file name -> bytes."""

import json
import struct
from collections.abc import Callable, Mapping

import h5py
import numpy as np

from tests.attack import archives, array_files, checkpoints, hdf5_files
from tests.attack.archives import Member, archive, bomb, zipped
from tests.attack.array_files import KERNEL, npy, npy_of, safetensors, tensor
from tests.attack.checkpoints import DATA, block, checkpoint, entry, files, header, part, table
from tests.unit.samples import GeneratorConfig, random_weights

Files = dict[str, bytes]
CONFIG = GeneratorConfig(noise_dim=6, upsample_dim=16, kernel_size=3, C=2)
WEIGHTS = random_weights(CONFIG, 0)
_NOT_OURS = "/etc/passwd"
_OTHER_DTYPES = {
    "no": 0,
    "string": 7,
    "complex": 8,
    "quantized": 11,
    "resource": 20,
    "variant": 21,
    "eight bits": 24,
    "four bits": 29,
    "unknown": 99,
    "reference": 101,
    "huge": 2**31 - 1,
}


def _broken_table(**options) -> Files:
    return files(table(block([(b"", header()), (checkpoints.KERNEL, entry([64]))]), **options))


def _many_entries(count: int) -> Files:
    rows = ((b"%08x" % at, entry([1], size=4, crc=b"\0" * 4)) for at in range(count))
    return files(table(block([(b"", header()), *rows])))


def _index_of_itself() -> Files:
    """The index of blocks names, as its only block, the place where it stands itself."""
    content = block([(b"", header()), (checkpoints.KERNEL, entry([64]))])
    place = len(content) + 5 + len(block([])) + 5
    size = len(block([(b"\xff" * 8, checkpoints.handle(place, 40))]))
    index = block([(b"\xff" * 8, checkpoints.handle(place, size))])
    return files(table(content, index=index))


def _lying_prefixes() -> Files:
    first = block([(b"", header())])[:-8]
    return files(table(first + block([(checkpoints.KERNEL, entry([64]))], shared=2**31)))


def _lying_restarts() -> Files:
    content = block([(b"", header()), (checkpoints.KERNEL, entry([64]))])[:-8]
    return files(table(content + struct.pack("<II", 2**32 - 1, 2**30)))


def in_keras(config: bytes) -> Files:
    """Sound weights beside a model of this configuration."""
    members = {"config.json": config, "model.weights.h5": hdf5_files.sound(WEIGHTS)}
    return {"w.keras": zipped(members)}


def _in_npz(content: bytes) -> Files:
    return {"w.npz": zipped({f"{KERNEL}.npy": content})}


def _without_units() -> Files:
    """A dense layer with fewer units than the channels that its output is reshaped to."""
    few = {KERNEL: np.zeros((6, 4), "f4"), KERNEL.replace("kernel", "bias"): np.zeros(4, "f4")}
    return {"w.npz": array_files.npz(WEIGHTS | few)}


def _h5(data: bytes) -> Files:
    return {"w.h5": data}


def _string_tensor(name: bytes) -> Files:
    return checkpoint(entry([2**26], checkpoints.STRING), name)


CHECKPOINTS: Mapping[str, Callable[[], Files]] = {
    "a dimension of -1": lambda: checkpoint(entry([-1])),
    "a dimension of -2 among others": lambda: checkpoint(entry([4, -2, 8])),
    "the smallest dimension": lambda: checkpoint(entry([-(2**63)])),
    "dimensions that overflow": lambda: checkpoint(entry([2**40, 2**40])),
    "dimensions that overflow to the right size": lambda: checkpoint(entry([2**32, 2**32, 64])),
    "no numbers but a large dimension": lambda: checkpoint(entry([0, 2**62, 2**62], size=0)),
    "rank 255": lambda: checkpoint(entry([1] * 255)),
    "rank 300": lambda: checkpoint(entry([1] * 300)),
    "rank 100,000": lambda: checkpoint(entry([1] * 100_000)),
    "unknown rank": lambda: checkpoint(entry(checkpoints.shape([], unknown_rank=True))),
    "unknown rank and dimensions": lambda: checkpoint(entry(checkpoints.shape([4], True))),
    "a shape of garbage": lambda: checkpoint(entry(b"\xff" * 9)),
    **{
        f"{name} dtype": (lambda number=number: checkpoint(entry([64], number)))
        for name, number in _OTHER_DTYPES.items()
    },
    "a kernel of 2^26 strings": lambda: _string_tensor(checkpoints.KERNEL),
    "an object graph of 2^26 strings": lambda: _string_tensor(checkpoints.GRAPH),
    "an object graph of 2^26 variants": lambda: checkpoint(entry([2**26], 21), checkpoints.GRAPH),
    "an object graph of numbers": lambda: checkpoint(entry([64]), checkpoints.GRAPH),
    "a negative offset": lambda: checkpoint(entry([64], offset=-8)),
    "a huge offset": lambda: checkpoint(entry([64], offset=2**62)),
    "offset and size that overflow": lambda: checkpoint(entry([64], offset=2**63 - 64, size=256)),
    "a negative size": lambda: checkpoint(entry([64], size=-256)),
    "a huge size": lambda: checkpoint(entry([2**60], size=2**62)),
    "a size of another shape": lambda: checkpoint(entry([64], size=128)),
    "a wrong checksum": lambda: checkpoint(entry([64], crc=b"\1\2\3\4")),
    "an entry of garbage": lambda: checkpoint(b"\xff" * 24),
    "an entry that is empty": lambda: checkpoint(b""),
    "a header of garbage": lambda: files(table(block([(b"", b"\xff" * 24)]))),
    "no header": lambda: files(table(block([(checkpoints.KERNEL, entry([64]))]))),
    "no entry": lambda: files(table(block([(b"", header())]))),
    "an index cut in half": lambda: files(checkpoint(entry([64]))["m.index"][:60]),
    "an index of its footer alone": lambda: files(checkpoint(entry([64]))["m.index"][-48:]),
    "an empty index": lambda: files(b""),
    "an index outside the file": lambda: _broken_table(at=checkpoints.handle(2**40, 64)),
    "an index larger than the file": lambda: _broken_table(at=checkpoints.handle(0, 2**40)),
    "an index at the largest place": lambda: _broken_table(
        at=checkpoints.handle(2**64 - 8, 2**64 - 8)
    ),
    "an index that is its own block": _index_of_itself,
    "a block compressed to nothing": lambda: _broken_table(kind=1),
    "a block that announces 4 GiB": lambda: files(table(checkpoints.varint(2**32 - 1) + DATA, 1)),
    "an unknown compression": lambda: _broken_table(kind=7),
    "slices beyond the tensor": lambda: checkpoint(entry([64], slices=[part((60, 60))])),
    "slices of another rank": lambda: checkpoint(entry([64], slices=[part((0, 4), (0, 4))])),
    "slices of negative length": lambda: checkpoint(entry([64], slices=[part((0, -4))])),
    "slices that nothing holds": lambda: checkpoint(
        entry([64], slices=[part((0, 32)), part((32, 32))])
    ),
    "10,000 slices": lambda: checkpoint(entry([10**4], slices=[part((0, 1))] * 10**4)),
    "a slice of garbage": lambda: checkpoint(entry([64], slices=[b"\xff" * 8])),
    "many shards announced": lambda: checkpoint(entry([64], shard=7), shards=2**31 - 1),
    "a negative shard": lambda: checkpoint(entry([64], shard=-1)),
    "100,000 entries": lambda: _many_entries(100_000),
    "lying prefixes": _lying_prefixes,
    "lying restart points": _lying_restarts,
    "a name of a megabyte": lambda: checkpoint(entry([64]), b"k" * 2**20),
    "a name of no text": lambda: checkpoint(entry([64]), b"\xff\xfe\x00kernel"),
}

HDF5: Mapping[str, Callable[[], Files]] = {
    "groups that double": lambda: _h5(hdf5_files.doubling(26)),
    "a group that holds itself": lambda: _h5(hdf5_files.own_child()),
    "3,000 groups in groups": lambda: _h5(hdf5_files.deep(3000)),
    "a soft link to itself": lambda: _h5(hdf5_files.linked(h5py.SoftLink(f"/{KERNEL}"))),
    "a soft link to nothing": lambda: _h5(hdf5_files.linked(h5py.SoftLink("/nothing"))),
    "a link to another file": lambda: _h5(hdf5_files.linked(h5py.ExternalLink(_NOT_OURS, "/"))),
    "elements that share one object": lambda: _h5(hdf5_files.one_object_for_all(4000, 500_000)),
    "20,000 datasets": lambda: _h5(hdf5_files.many(20_000)),
    "2^40 elements never allocated": lambda: _h5(
        hdf5_files.of(shape=(2**40,), dtype="f4", chunks=(2**10,))
    ),
    "2^62 elements never allocated": lambda: _h5(
        hdf5_files.of(shape=(2**31, 2**31), dtype="f4", chunks=(8, 8))
    ),
    "a gzip bomb": lambda: _h5(hdf5_files.gzip_bomb(12)),
    "one chunk of 500 MB": lambda: _h5(hdf5_files.gzip_bomb(1, 2**29 - 2**24)),
    "a filter that nobody has": lambda: _h5(hdf5_files.unnamed_filter()),
    "a compound": lambda: _h5(hdf5_files.of(shape=(4,), dtype=[("a", "f4"), ("b", "S9")])),
    "an enumeration": lambda: _h5(
        hdf5_files.of(shape=(4,), dtype=h5py.enum_dtype({"A": 1}, basetype="i4"))
    ),
    "references": lambda: _h5(hdf5_files.references()),
    "texts": lambda: _h5(hdf5_files.of(data=["a", "b"])),
    "texts of 2^28 bytes": lambda: _h5(
        hdf5_files.of(shape=(64,), dtype=f"S{2**28}", chunks=(1,), compression="gzip")
    ),
    "bytes of no type": lambda: _h5(hdf5_files.of(shape=(4,), dtype="V16")),
    "arrays in arrays": lambda: _h5(hdf5_files.of(shape=(4,), dtype=("f4", (3, 3)))),
    "a type in a dataset's place": lambda: _h5(hdf5_files.named_type()),
    "external storage": lambda: _h5(hdf5_files.external(_NOT_OURS)),
    "a dataset of another file's": lambda: _h5(hdf5_files.virtual(_NOT_OURS)),
    "a dataset of its own": lambda: _h5(hdf5_files.virtual(".")),
    "a name of no text": lambda: _h5(hdf5_files.name_of_no_unicode()),
    "its first half": lambda: _h5(hdf5_files.sound(WEIGHTS)[:3000]),
    "its signature alone": lambda: _h5(b"\x89HDF\r\n\x1a\n" + bytes(500)),
}

ARCHIVES: Mapping[str, Callable[[], Files]] = {
    "a million members": lambda: {"w.npz": archive(Member(b"a.npy", b""), repeat=10**6)},
    "a million members in a zip": lambda: {"w.zip": archive(Member(b"a", b""), repeat=10**6)},
    "zip in zip": lambda: {"w.zip": archives.nested(40, array_files.npz(WEIGHTS))},
    "npz in npz": lambda: {"w.npz": zipped({"a.npz": array_files.npz(WEIGHTS)})},
    "npz in the kernel's place": lambda: _in_npz(array_files.npz(WEIGHTS)),
    "a name outside": lambda: {"w.zip": archive(Member(b"../../w.npz", b"PK"))},
    "an absolute name": lambda: {"w.zip": archive(Member(b"/tmp/w.npz", b"PK"))},
    "a name of another system": lambda: {"w.zip": archive(Member(b"..\\..\\w.npz", b"PK"))},
    "an encrypted member": lambda: {
        "w.npz": archive(Member(b"a.npy", npy_of("(16,)"), flags=archives.ENCRYPTED))
    },
    "a smaller size than there is": lambda: {
        "w.npz": archive(bomb(b"a.npy", 2**30, announced=100))
    },
    "a larger size than there is": lambda: {
        "w.npz": archive(Member(b"a.npy", npy_of("(16,)"), size=2**20))
    },
    "a bomb": lambda: {"w.npz": archive(bomb(b"a.npy", 4 * 2**30 - 2**24))},
    "a bomb in a zip": lambda: {"w.zip": archive(bomb(b"w.npz", 2**31))},
    "members at one place": lambda: {
        "w.zip": archive(bomb(b"a.npz", 2**24, announced=1), repeat=1900)
    },
    "an unknown compression": lambda: {"w.npz": archive(Member(b"a.npy", b"12", method=99))},
    "a name with half a surrogate pair": lambda: {
        "w.npz": archive(Member(b"\xed\xa0\x80.npy", npy_of("(16,)")))
    },
    "a name of 10,000 characters": lambda: {"w.zip": archive(Member(b"n" * 10**4, b"PK"))},
    "a name of nothing": lambda: {"w.zip": archive(Member(b"", b"PK"))},
    "a config.json of 100 MB": lambda: {
        "w.keras": archive(
            bomb(b"config.json", 100 * 2**20, b" "),
            Member(b"model.weights.h5", hdf5_files.sound(WEIGHTS)),
        )
    },
    "a config.json of 100 MB of [": lambda: {
        "w.keras": archive(
            bomb(b"config.json", 100 * 2**20, b"["),
            Member(b"model.weights.h5", hdf5_files.sound(WEIGHTS)),
        )
    },
    "a deep config.json": lambda: in_keras(b'{"config":' * 10**5),
    "a config.json that is a list": lambda: in_keras(b"[]"),
    "a .keras without weights": lambda: {"w.keras": zipped({"config.json": b"{}"})},
    "hostile HDF5 in a .keras": lambda: {
        "w.keras": zipped(
            {"config.json": b'{"config": {}}', "model.weights.h5": hdf5_files.doubling(26)}
        )
    },
    "a hostile checkpoint in a zip": lambda: {"w.zip": zipped(checkpoint(entry([-1])))},
}

ARRAYS: Mapping[str, Callable[[], Files]] = {
    "a header of 100 MB": lambda: {"w.safetensors": safetensors(b"{" + b" " * 10**8)},
    "a header of 100 MB of [": lambda: {"w.safetensors": safetensors(b"[" * 10**8)},
    "a header that is not there": lambda: {"w.safetensors": safetensors(b"{}", length=2**63)},
    "a deep header": lambda: {"w.safetensors": safetensors(b'{"a":' * 10**5)},
    "a header that is a list": lambda: {"w.safetensors": safetensors(b"[1, 2]")},
    "a million tensors": lambda: {
        "w.safetensors": safetensors(
            b"{%s}"
            % b",".join(
                b'"%x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}' % at for at in range(10**6)
            ),
            b"",
        )
    },
    "overlapping offsets": lambda: {
        "w.safetensors": safetensors(
            json.dumps(
                {
                    name: {"dtype": "F32", "shape": [16], "data_offsets": [0, 64]}
                    for name in (KERNEL, "b")
                }
            ).encode()
        )
    },
    "one name twice": lambda: {
        "w.safetensors": safetensors(
            b'{"a":{"dtype":"F32","shape":[16],"data_offsets":[0,64]},'
            b'"a":{"dtype":"F32","shape":[16],"data_offsets":[0,64]}}'
        )
    },
    "offsets past the end": lambda: {"w.safetensors": tensor([2**20], 0, 2**22)},
    "offsets that run backwards": lambda: {"w.safetensors": tensor([16], 64, 0)},
    "a negative size in safetensors": lambda: {"w.safetensors": tensor([-16], 0, 64)},
    "sizes that overflow in safetensors": lambda: {"w.safetensors": tensor([2**40, 2**40], 0, 64)},
    "numbers of eight bits": lambda: {"w.safetensors": tensor([4, 16], 0, 64, "F8_E4M3")},
    "an unknown type": lambda: {"w.safetensors": tensor([16], 0, 64, "F128")},
    "metadata that are a list": lambda: {
        "w.safetensors": safetensors(b'{"__metadata__": [1]}', b"")
    },
    "a shape of 2^60": lambda: _in_npz(npy_of(f"({2**60},)")),
    "a shape that overflows": lambda: _in_npz(npy_of(f"({2**40}, {2**40})")),
    "a negative shape": lambda: _in_npz(npy_of("(-16,)")),
    "a shape of True": lambda: _in_npz(npy_of("(True, 16)")),
    "no numbers but a huge shape": lambda: _in_npz(npy_of(f"(0, {2**62})", data=b"")),
    "parentheses without end": lambda: _in_npz(npy(b"(" * 60_000)),
    "a sum without end": lambda: _in_npz(npy(b"{'shape':" + b"1+" * 4000 + b"1}\n")),
    "an npy header of 100 MB": lambda: _in_npz(npy(b" " * 10**8, version=2)),
    "an array in each element": lambda: _in_npz(npy_of("(1,)", ("<f4", (2**28,)))),
    "fields without end": lambda: _in_npz(
        npy(
            b"{'descr': %s, 'fortran_order': False, 'shape': (1,)}\n"
            % str([(f"f{at}", "<f4") for at in range(20_000)]).encode(),
            version=2,
        )
    ),
    "texts of a gigabyte": lambda: _in_npz(npy_of("(4,)", "<U268435456")),
    "fewer units than depth": _without_units,
    "a data file without an index": lambda: {"m.data-00000-of-00001": DATA},
    "a name of no ending": lambda: {"weights": b"PK"},
}

HOSTILE = {
    f"{kind}: {name}": make
    for kind, cases in (
        ("checkpoint", CHECKPOINTS),
        ("HDF5", HDF5),
        ("archive", ARCHIVES),
        ("arrays", ARRAYS),
    )
    for name, make in cases.items()
}

# The usual run has a file of each way to lie; what lies as another one does waits for a long run.
_LONG_RUNS = {
    "checkpoint": (
        "a dimension of -2 among others", "the smallest dimension",
        "dimensions that overflow to the right size", "rank 255", "rank 100,000",
        "unknown rank and dimensions", "a shape of garbage",
        *(f"{name} dtype" for name in _OTHER_DTYPES if name not in ("unknown", "variant")),
        "an object graph of 2^26 variants", "an object graph of numbers", "a huge offset",
        "offset and size that overflow", "a huge size", "a size of another shape",
        "an entry that is empty", "a header of garbage", "no entry",
        "an index of its footer alone", "an empty index", "an index larger than the file",
        "an index at the largest place", "a block compressed to nothing",
        "slices of another rank", "slices of negative length", "slices that nothing holds",
        "a slice of garbage", "a negative shard", "100,000 entries", "lying restart points",
        "a name of no text",
    ),
    "HDF5": (
        "a soft link to itself", "2^40 elements never allocated", "an enumeration", "references",
        "texts", "bytes of no type", "a dataset of another file's", "its signature alone",
    ),
    "archive": (
        "a million members in a zip", "npz in npz", "an absolute name",
        "a name of another system", "a larger size than there is", "a bomb in a zip",
        "a name of nothing", "a name of 10,000 characters", "a config.json of 100 MB",
        "a config.json that is a list", "an unknown compression",
    ),
    "arrays": (
        "a header of 100 MB", "a header that is a list", "one name twice",
        "offsets that run backwards", "a negative size in safetensors", "numbers of eight bits",
        "metadata that are a list", "a negative shape", "a shape of True",
        "no numbers but a huge shape", "texts of a gigabyte", "a sum without end",
        "a name of no ending",
    ),
}  # fmt: skip
USUAL = HOSTILE.keys() - {f"{kind}: {name}" for kind, names in _LONG_RUNS.items() for name in names}
