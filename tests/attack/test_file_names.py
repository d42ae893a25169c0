"""Files of any name, at any path: a message."""

import os

from tests.attack import array_files
from tests.attack.hostile_files import WEIGHTS
from tests.attack.ways_in import IN_TIME, LONGEST, assert_answered
from tests.support.each import each
from tests.support.http_calls import pack_upload

NAMES = {
    "half a surrogate pair": "\ud800.npz",
    "10,000 characters": "n" * 10_000 + ".npz",
    "a null": "a\0.npz",
    "a path outside": "../../../w.npz",
    "a path outside of another system": "..\\..\\w.npz",
    "nothing": "",
    "a dot": ".",
    "lines": "a\r\nX-Header: 1\r\n\r\n.npz",
    "an ending alone": ".npz",
}


@each("name", NAMES)
def test_an_upload_of_any_name_is_answered(app, name):
    assert_answered(app, {name: array_files.npz(WEIGHTS)})


@each("name", [*NAMES.values()][::2])
def test_a_checkpoint_of_any_name_is_answered(app, name):
    stem = name.removesuffix(".npz")
    files = {f"{stem}.index": b"", f"{stem}.data-00000-of-00001": b""}
    assert app.ask("explorer/weights", pack_upload(files)).error["message"]


PATHS = {
    "half a surrogate pair": "/tmp/\udc80.npz",
    "10,000 characters": "/tmp/" + "n" * 10_000 + ".npz",
    "a null": "/tmp/a\0.npz",
    "nothing": "",
    "a folder": "/tmp",
    "a device": "/dev/zero",
    "a file of the system": "/proc/self/mem",
}


@each("path", PATHS)
def test_a_path_of_any_kind_gets_a_message(opener, path):
    outcome = opener.open(path, LONGEST)
    assert "code" in outcome, outcome


def test_a_pipe_is_no_file_and_is_not_waited_for(opener, tmp_path):
    os.mkfifo(tmp_path / "w.npz")
    outcome = opener.open(tmp_path / "w.npz", IN_TIME)
    assert "code" in outcome, outcome
