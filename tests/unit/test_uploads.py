"""Which of the files that a visitor chose are sent, and what is refused before any of it is."""

import json
import struct
import threading

from starlette.requests import Request

from explorer.model.files.formats import SUFFIXES
from explorer.sizes import MIB
from explorer.ui import uploads
from explorer.ui.uploads import MAX_UPLOAD, MOST_FILES, choose_files
from tests.support import asynchronous
from tests.support.each import each
from tests.unit.refusals import refused


def choose(*names: str, size: int = 1) -> list[str]:
    files = [{"name": name, "size": size} for name in names]
    return [names[at] for at in choose_files(json.dumps({"files": files}).encode())]


def test_files_of_weights_are_chosen_among_others():
    shards = ["m.ckpt-7.data-00000-of-00002", "m.ckpt-7.data-00001-of-00002"]
    meta = "m.ckpt-7.meta"
    others = ["checkpoint", "events.out.tfevents.1", "z.npy", ".DS_Store"]
    assert choose(*others, "m.ckpt-7.index", *shards, meta) == ["m.ckpt-7.index", *shards, meta]
    for ending in SUFFIXES:
        assert choose("a.txt", f"w{ending}", f"._w{ending}") == [f"w{ending}"]
        assert choose(f"W{ending.upper()}") == [f"W{ending.upper()}"]


@each("names", [["a.exe"], ["a.txt", "b.jpg"], ["._w.npz"]])
def test_where_there_are_none_it_is_said_what_is_taken(names):
    with refused("weights_kind", names[0], ".npz", field="weights"):
        choose(*names)


def test_what_is_too_large_is_refused_with_its_size_and_the_bound():
    assert MAX_UPLOAD == 256 * MIB
    assert choose("w.npz", size=MAX_UPLOAD) == ["w.npz"]
    with refused("upload_too_large", "300 MiB", "256 MiB", field="weights"):
        choose("w.npz", size=300 * MIB)
    with refused("upload_too_large", field="weights"):
        choose("w.index", "w.data-00000-of-00001", size=MAX_UPLOAD // 2 + 1)
    files = [{"name": "w.npz", "size": 1}, {"name": "film.mp4", "size": 2**40}]
    assert choose_files(json.dumps({"files": files}).encode()) == [0]  # the film is not sent


def test_too_many_files_are_refused():
    assert len(choose(*(f"{at}.npz" for at in range(MOST_FILES)))) == MOST_FILES
    with refused("too_many_files", MOST_FILES + 1, MOST_FILES, field="weights"):
        choose(*(f"{at}.npz" for at in range(MOST_FILES + 1)))
    assert choose("w.npz", *(f"{at}.png" for at in range(1000))) == ["w.npz"]


@each("listed", [b"", b"[]", b"{}", b'{"files": []}', b'{"files": [{"name": "w.npz"}]}', b"\xff"])
def test_a_damaged_list_is_refused(listed):
    with refused("request_damaged"):
        choose_files(listed)


@each("size", ["9" * 400, f'"{"9" * 400}"', f"-{'9' * 400}", "1e400", "1" * 25])
def test_a_size_that_no_file_has_is_refused(size):
    """Larger ones than a float can hold cannot even be written in a message."""
    for other in ("", '{"name": "b.npz", "size": 1}, '):
        with refused("request_damaged"):
            choose_files(f'{{"files": [{other}{{"name": "a.npz", "size": {size}}}]}}'.encode())


def test_a_list_that_takes_long_to_read_is_refused_before_it_is_read(monkeypatch):
    entry = {"name": "a.npz", "size": 1}
    assert choose_files(
        json.dumps({"files": [entry | {"name": "a.png"}] * 2000 + [entry]}).encode()
    )

    def unwanted(text: bytes):
        raise AssertionError(f"{len(text)} bytes are read")

    monkeypatch.setattr(uploads, "parse_json", unwanted)
    for many in ([entry] * 6000, [[]] * 20_001, [0] * 40_000, ['"' * 20_000], ["\\" * 20_001]):
        with refused("request_damaged"):
            choose_files(json.dumps({"files": many}, separators=(",", ":")).encode())


def test_the_header_of_an_upload_is_read_off_the_event_loop(monkeypatch):
    read, threads = uploads._read_header, []

    def noted(text: bytes):
        threads.append(threading.current_thread())
        return read(text)

    monkeypatch.setattr(uploads, "_read_header", noted)

    counted = []

    async def pace(client: str, amount: int):
        counted.append((client, amount))

    monkeypatch.setattr(uploads.PACE, "wait", pace)
    text = json.dumps({"files": [{"name": "a.npz", "size": 1}]}).encode()

    async def main():
        parts = iter([{"type": "http.request", "body": struct.pack("<I", len(text)) + text}])

        async def receive():
            return next(parts)

        stream = uploads._Stream(Request({"type": "http", "headers": []}, receive))
        assert await uploads._header(stream) == (["a.npz"], [1], {})
        return threading.current_thread()

    assert asynchronous.run(main) not in threads
    assert len(threads) == 1
    assert counted == [("?", len(text))]  # as bytes of a body that is looked through


def test_of_a_long_name_the_end_is_looked_at():
    names, _, _ = uploads._read_header(
        json.dumps({"files": [{"name": "a/" * 300_000 + "b.npz", "size": 1}]}).encode()
    )
    assert names == ["b.npz"]
