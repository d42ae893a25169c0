"""z read from pasted text and from files: what is understood, and what each damage says."""

import io
import json
import pickle
import tracemalloc

import numpy as np
import pytest

from explorer import ExplorerError
from explorer.model.latent import MAX_FILE_BYTES, read_z
from tests.support.each import each
from tests.unit.refusals import refused


def npy(array, **options) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, z=np.ones(3))
    return buffer.getvalue()


def npy_header(shape: tuple, kind: object = "<f4", content: bytes = bytes(8)) -> bytes:
    """An .npy that announces what it does not hold."""
    header = repr({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    return b"\x93NUMPY\x02\x00" + len(header).to_bytes(4, "little") + header + content


@each(
    ("data", "name", "expected"),
    [
        (npy(np.array([1.5, -2], np.float32)), "z.npy", [[1.5, -2]]),
        (npy(np.array([[1, 2], [3, 4]], np.float64)), "z.npy", [[1, 2], [3, 4]]),
        (npy(np.array([[1], [2]], np.int16)), "z.npy", [[1, 2]]),
        (npy(np.asfortranarray([[1.0, 2], [3, 4]])), "z.NPY", [[1, 2], [3, 4]]),
        (npy(np.array([1, 2], ">f8")), "dir.old/z.npy", [[1, 2]]),
        (b"[1, 2.5, -3e-1]", "z.json", [[1, 2.5, -0.3]]),
        (b"[[1, 2], [3, 4]]", "z.json", [[1, 2], [3, 4]]),
        (b"1,2\n3,4\n", "z.csv", [[1, 2], [3, 4]]),
        (b"\xef\xbb\xbf1;2\r\n\r\n3;4", "z.CSV", [[1, 2], [3, 4]]),
        (b"1\n2\n3\n", "z.csv", [[1, 2, 3]]),
        (b"1,2\n3\n", "z.csv", [[1, 2, 3]]),
        (b"1 2\t3", "z.txt", [[1, 2, 3]]),
        (b"1 2, 3;4", "", [[1, 2, 3, 4]]),
        (b"[[1, 2],\n [3, 4]]", "", [[1, 2], [3, 4]]),
        (b" [[1, 2], [3, 4]]", "", [[1, 2], [3, 4]]),
        (b"[[1. 2.]\n [3. 4.]]", "", [[1, 2], [3, 4]]),
        (b"array([1, 2])"[5:], "", [[1, 2]]),
        (b"1\n2\n3", "", [[1, 2, 3]]),
        (b"  -7e0 ", "", [[-7]]),
    ],
)
def test_it_reads(data, name, expected):
    z = read_z(data, name)
    assert z.dtype == np.float32
    assert z.tolist() == np.array(expected, np.float32).tolist()


def test_every_float32_survives_a_file_and_text():
    values = np.random.RandomState(0).standard_normal((3, 50)).astype(np.float32)
    text = "\n".join(",".join(repr(float(value)) for value in row) for row in values)
    for data, name in (
        (npy(values), "z.npy"),
        (json.dumps(values.tolist()).encode(), "z.json"),
        (text.encode(), "z.csv"),
        (text.encode(), ""),
    ):
        assert np.array_equal(read_z(data, name), values), name


@each("name", ["z.pkl", "z.npz", "z.exe", "z.npy.gz", "a.b/z", "z.JSON5"])
def test_another_ending_is_refused_with_those_allowed(name):
    with refused("file_kind", name, ".npy, .json, .csv, .txt", field="z"):
        read_z(b"1 2", name)


@each(
    "data",
    [
        b"",
        b"1,2,3",
        npy(np.ones(30))[:-8],
        npy(np.ones(30))[:40],
        b"\x93NUMPY\x01\x00" + b"\xff" * 200,
        npy(np.array([{}, 1], dtype=object), allow_pickle=True),
        pickle.dumps([1.0, 2.0]),
        npz(),
        npy_header((10**12,)),
        npy_header((2**62, 2**62)),
        npy_header((-1,)),
        npy_header((1,), "O"),
        npy_header((1,), [("a", "O")]),
        npy_header((1,), "S99999999999"),
        npy_header(("-" * 9000,)),
        npy_header((True, 1)),
        npy_header((10**4000,)),
    ],
)
def test_a_damaged_or_pickled_npy_is_refused(data):
    with refused("npy_damaged", "z.npy", "NumPy .npy", "pickled", field="z"):
        read_z(data, "z.npy")


class Bomb:
    """Unpickling it would fail the test."""

    def __reduce__(self):
        return pytest.fail, ("it was unpickled",)


@each(
    "data",
    {
        "bare": pickle.dumps(Bomb()),
        "in an array": npy(np.array([Bomb()], dtype=object), allow_pickle=True),
    },
)
@each("name", ["z.npy", "z.json", "z.csv", ""])
def test_nothing_is_ever_unpickled(data, name):
    with pytest.raises(ExplorerError):
        read_z(data, name)


@each("data", [b"", b"[1, 2", b"[1 2]", b"{", b"\xff\xfe\x00", b"[1,]", b"z = 3"])
def test_damaged_json_is_refused(data):
    with refused("file_damaged", "z.json", "JSON", field="z"):
        read_z(data, "z.json")


@each("name", ["z.csv", "z.txt", ""])
def test_text_that_is_not_utf_8_is_refused(name):
    with refused("file_damaged", "UTF-8", field="z"):
        read_z(b"1, 2, \xff\xfe", name)


@each("name", ["", "z.json"])
def test_lists_that_differ_in_length_are_called_so(name):
    with refused("z_ragged", "2, 1", field="z"):
        read_z(b"[[1, 2], [3]]", name)


@each(
    ("data", "name", "shown"),
    [
        (b"[1, null]", "z.json", "None"),
        (b'{"z": [1]}', "z.json", "{'z': [1]}"),
        (b'[[1, 2], [3, "four"]]', "z.json", "four"),
        (b"[true, false]", "z.json", "true"),
        (b"1, two, 3", "", "two"),
        (b"a,b\n1,2", "z.csv", "a"),
        (b"1.2.3", "z.csv", "1.2.3"),
        (b"0x10", "", "0x10"),
        ("1, ½".encode(), "", "½"),
        (npy(np.array(["1", "x"])), "z.npy", "<U1"),
        (npy(np.ones(2, complex)), "z.npy", "complex128"),
        (npy(np.ones(2, bool)), "z.npy", "bool"),
        (npy(np.zeros(2, "M8[s]")), "z.npy", "datetime64[s]"),
        (npy(np.ones(2, [("a", "f4")])), "z.npy", "[('a', '<f4')]"),
        (npy_header((2, 2), "(9,9)f4"), "z.npy", "('<f4', (9, 9))"),
        (npy_header((7,) * 20, "S0"), "z.npy", "|S0"),
    ],
)
def test_what_is_not_a_number_is_shown(data, name, shown):
    with refused("z_not_numbers", shown, "Separate", field="z"):
        read_z(data, name)


@each(
    ("data", "name", "row", "column"),
    [
        (npy(np.array([[1, 2], [3, np.nan]])), "z.npy", 1, 1),
        (npy(np.array([-np.inf, 2])), "z.npy", 0, 0),
        (npy(np.array([1, 1e39])), "z.npy", 0, 1),
        (b"[[1, NaN], [2, 3]]", "z.json", 0, 1),
        (b"[1, 2, -Infinity]", "z.json", 0, 2),
        (b"[1, 3.5e38]", "z.json", 0, 1),
        (b"[1e400]", "z.json", 0, 0),
        (b"1,nan", "z.csv", 0, 1),
        (b"1\n2\ninf", "", 0, 2),
        (b"0 -1e39 0", "", 0, 1),
    ],
)
def test_a_value_that_is_not_finite_in_float32_is_located(data, name, row, column):
    with refused("z_not_finite", f"row {row}, position {column}", field="z"):
        read_z(data, name)


def test_the_largest_float32_is_finite():
    largest = float(np.finfo(np.float32).max)
    assert read_z(f"{largest!r} {-largest!r}".encode()).tolist() == [[largest, -largest]]


def test_a_whole_number_of_json_may_be_as_large_as_float32():
    assert read_z(b"[1, 100000000000000000000]", "z.json").tolist() == [
        [1, float(np.float32(1e20))]
    ]


def test_a_whole_number_of_json_beyond_every_float_is_refused():
    with pytest.raises(ExplorerError) as caught:
        read_z(b"[1, 1" + b"0" * 400 + b"]", "z.json")
    assert caught.value.code in ("z_not_finite", "z_not_numbers")


@each(
    ("data", "name", "shape"),
    [
        (b"3", "z.json", []),
        (npy(np.float32(3)), "z.npy", []),
        (npy(np.ones((2, 2, 2))), "z.npy", [2, 2, 2]),
        (b"[[[1, 2]]]", "z.json", [1, 1, 2]),
    ],
)
def test_no_axis_or_too_many_are_refused_with_the_shape(data, name, shape):
    with refused("z_rank", f"shape {shape}", field="z"):
        read_z(data, name)


@each(
    ("data", "name"),
    [
        (b"", ""),
        (b" ,; [] \n", ""),
        (b"", "z.csv"),
        (b"[]", "z.json"),
        (b"[[], []]", "z.json"),
        (npy(np.ones((0, 4))), "z.npy"),
    ],
)
def test_nothing_is_refused(data, name):
    with refused("z_empty", "noise_dim numbers", field="z"):
        read_z(data, name)


def test_the_pages_own_minus_sign_is_read():
    assert read_z("−1.5, 2 −3e−2".encode()).tolist() == [[-1.5, 2, np.float32(-0.03)]]


@each("depth", [40, 65, 300, 900, 990, 1000, 5000, 100_000])
@each(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_json_that_is_nested_too_deep_is_refused(depth, opening, closing):
    with pytest.raises(ExplorerError) as caught:
        read_z(opening * depth + b"1" + closing * depth, "z.json")
    assert caught.value.code in ("file_damaged", "z_not_numbers", "z_rank", "too_many_parts")
    assert len(str(caught.value)) < 400


@each(("data", "most"), [(b"[[],[]", 4097), (b"[[1],{}", 4097), (b"[1.5,2", 262_144)])
def test_json_of_more_than_any_batch_holds_is_not_parsed(data, most):
    end = data[data.index(b",") :]
    with refused("too_many_parts", f"{most:,}", field="z"):
        read_z(data + most * end + b"]", "z.json")


def test_json_of_the_largest_batch_is_read():
    largest = json.dumps(np.ones((64, 4096), int).tolist()).encode()
    assert read_z(largest, "z.json").shape == (64, 4096)
    assert read_z(json.dumps([[1]] * 4096).encode(), "z.json").shape == (1, 4096)


def test_a_file_may_have_four_mebibytes_and_no_more():
    assert MAX_FILE_BYTES == 4 * 2**20
    most = b" " * (MAX_FILE_BYTES - 1) + b"1"
    assert read_z(most).tolist() == [[1]]
    with refused("file_too_large", "4.0 MiB", field="z"):
        read_z(most + b" ")


@each(
    ("data", "name"),
    {
        "a long number": (b"1 " * 20_000 + b"1" * 1000, ""),
        "a long text": (b'["' + b"x" * 10_000 + b'"' + b', ""' * 20_000 + b"]", "z.json"),
        "an announced array": (npy_header((2**28,)), "z.npy"),
    },
)
def test_what_is_long_or_announced_takes_little_memory(data, name):
    tracemalloc.start()
    with pytest.raises(ExplorerError):
        read_z(data, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * len(data) + 2**16, f"{peak:,} bytes for a text of {len(data):,}"


@each("text", ["1\n", "12,", "1 2\n"])
def test_text_takes_little_memory_while_it_is_read(text):
    data = text.encode() * (2**18 // len(text))
    tracemalloc.start()
    read_z(data, "z.txt")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * len(data)


def test_lines_end_where_python_says_so():
    assert read_z("1 2\r\n3 4\u20285 6\x0b\x0c\n7 8\x85".encode()).shape == (4, 2)
