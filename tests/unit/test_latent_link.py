"""z in the link: given rows as base64url, and edits of single numbers."""

import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from explorer.model.latent import decode_rows, encode_rows, parse_edits
from tests.support.each import each
from tests.unit.refusals import refused
from tests.unit.samples import FLOAT32

ROWS = arrays.arrays(
    np.float32,
    st.tuples(st.integers(1, 5), st.integers(2, 9)),
    elements=st.floats(allow_nan=False, allow_infinity=False, width=32),
)


@given(rows=ROWS, first=st.integers(0, 100))
def test_rows_survive_the_link_bit_for_bit(rows, first):
    ((found, decoded),) = decode_rows(encode_rows(rows, first))
    assert found == first
    assert decoded.dtype == np.float32
    assert decoded.shape == rows.shape
    assert decoded.tobytes() == rows.tobytes()


def test_rows_of_one_number_survive_the_link_as_rows():
    rows = np.array([[1], [2], [3]], np.float32)
    ((_, decoded),) = decode_rows(encode_rows(rows))
    assert decoded.tolist() == [[1], [2], [3]]


@given(parts=st.lists(st.tuples(st.integers(0, 70), ROWS), max_size=4))
def test_parts_keep_their_order(parts):
    text = "~".join(encode_rows(rows, first) for first, rows in parts)
    decoded = decode_rows(text)
    assert [(first, rows.tolist()) for first, rows in decoded] == [
        (first, rows.tolist()) for first, rows in parts
    ]


def test_the_form_is_little_endian_and_safe_in_a_link():
    assert encode_rows(np.array([[1, 0]], np.float32), 3) == "3.1.AACAPwAAAAA"
    assert encode_rows(np.array([[1, 0]], ">f8")) == "0.1.AACAPwAAAAA"
    every_byte = np.arange(256, dtype=np.uint8).view("<f4")[None]
    assert set("+/=&%# ").isdisjoint(encode_rows(every_byte))


def test_no_text_is_no_rows():
    assert decode_rows("") == []
    assert decode_rows("~") == []


def test_decoded_rows_may_be_written_to():
    ((_, rows),) = decode_rows(encode_rows(np.ones((1, 4))))
    rows += 1
    assert rows.tolist() == [[2, 2, 2, 2]]


SOUND = "0.1.AACAPwAAAAA"
DAMAGED = [
    "x",
    "1.AACAPwAAAAA",
    "0.1.AACAPwAAAAA.",
    "-1.1.AACAPwAAAAA",
    "1e0.1.AACAPwAAAAA",
    ".1.AACAPwAAAAA",
    "0..AACAPwAAAAA",
    "0.one.AACAPwAAAAA",
    "0.0.AACAPwAAAAA",
    "0.0.",
    "0.3.AACAPwAAAAA",
    "0.1.AACAPwAAAA",
    "0.1.AACAPwAAA",
    "0.1.AACAPw AAAA",
    "0.1.AACA*wAAAAA",
    "0.1.AACAPwAAAAé",
    f"{SOUND}~y",
    "0.99999999999999999999.AACAPwAAAAA",
    "9" * 5000 + ".1.AACAPwAAAAA",
]


@each("text", DAMAGED)
def test_damaged_rows_are_refused(text):
    assert decode_rows(SOUND)[0][1].tolist() == [[1, 0]]
    with refused("z_data_damaged", text.split("~")[-1][:30], "base64url", field="z_data"):
        decode_rows(text)


@each("bad", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_are_refused(bad):
    with refused("z_not_finite", "row 1, position 2", field="z"):
        decode_rows(encode_rows(np.array([[1, 2, 3], [4, 5, bad]])))


@given(
    edits=st.dictionaries(
        st.tuples(st.integers(0, 9999), st.integers(0, 99999)), FLOAT32, max_size=6
    )
)
def test_edits_survive_their_text(edits):
    text = ",".join(f"{item}.{place}:{value!r}" for (item, place), value in edits.items())
    assert parse_edits(text) == edits


def test_the_last_edit_of_a_number_counts_and_empty_ones_are_passed_over():
    assert parse_edits("0.5:1.25,,0.5:-2,") == {(0, 5): -2.0}
    assert parse_edits("") == {}


@each(
    "text",
    [
        "0.5", "0.5:", "0:1", "a.5:1", "-1.5:1", "0.5:x", "0.5:nan", "0.5:inf", "0.5:-inf",
        "0.5:1e39", "0.5:1e400", "0 .5:1", "10000.0:1", "0.100000:1", "0.5=1", "0.5:1:2",
        "0.5:" + "1" * 33, ":", ".", "0.5:1\n",
    ],
)  # fmt: skip
def test_a_damaged_edit_is_shown_with_the_right_form(text):
    shown = " ".join(text.split())
    with refused("z_edit_damaged", shown, "item.dimension:value", field="z_edits"):
        parse_edits(f"0.0:1,{text}")


def test_checking_an_edit_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parse_edits("0.0:3.4e38") == {(0, 0): 3.4e38}
        with refused("z_edit_damaged", "3.5e38", field="z_edits"):
            parse_edits("0.0:3.5e38")
