"""Heads and chunks are counted wherever the pieces of a request are cut."""

import pytest

from explorer.ui.framing import MOST_BYTES, MOST_LINES, Chunks, Head

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("cut", range(1, len(HEAD)))
def test_a_head_ends_where_its_blank_line_does(cut):
    head = Head()
    assert head.take(HEAD[:cut]) == cut
    assert head.take(HEAD[cut:] + b"a\n" * 1000) == len(HEAD) - cut


def test_lines_of_a_head_are_counted_over_its_pieces():
    head = Head()
    assert head.take(b"a:\n" * MOST_LINES) == 3 * MOST_LINES
    assert head.take(b"a:\n") is None


def test_bytes_of_a_head_are_counted_but_those_of_its_address():
    head = Head()
    assert head.take(b"GET /" + bytes(4 * MOST_BYTES)) == 4 * MOST_BYTES + 5
    assert head.take(b"\r\nHost: " + b"x" * (MOST_BYTES - 10)) == MOST_BYTES - 2
    assert head.take(b"x" * 20) is None


def test_each_head_is_counted_anew():
    head = Head()
    lines = b"a:\r\n" * (MOST_LINES - 1) + b"\r\n"
    assert [head.take(lines) for _ in range(3)] == [len(lines)] * 3


@pytest.mark.parametrize(("size", "small"), [(1, True), (100, True), (300, False), (4096, False)])
def test_small_chunks_are_told_from_others(size, small):
    chunks = Chunks()
    chunk = b"%x\r\n" % size + bytes(size) + b"\r\n"
    assert any(chunks.are_small(chunk) for _ in range(2000)) == small


def test_large_chunks_give_no_credit_for_small_ones():
    chunks = Chunks()
    assert not any(chunks.are_small(bytes(2**18)) for _ in range(100))
    assert chunks.are_small(b"1\r\na\r\n" * 1000)


def test_a_few_chunks_may_be_small():
    assert not Chunks().are_small(b"1\r\na\r\n" * 100)
