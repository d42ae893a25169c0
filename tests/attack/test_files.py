"""Files of strangers: refused in time and within bounds; sound ones of odd kinds open exactly."""

import io
from urllib.parse import quote, urlencode

import numpy as np
import pytest
import tensorflow as tf

from explorer import load_weights, save_weights
from tests.attack import array_files
from tests.attack.archives import zipped
from tests.attack.hostile_files import ARRAYS, CONFIG, HOSTILE, KERNEL, USUAL, WEIGHTS, in_keras
from tests.attack.opener import digest
from tests.attack.sound_files import SOUND, saved
from tests.attack.timing import in_time
from tests.attack.ways_in import (
    IN_TIME,
    LONGEST,
    assert_answered,
    assert_memory,
    assert_refused,
    send,
    write,
)
from tests.support.each import each
from tests.support.http_calls import pack_upload


def hostile_files(first: int, is_long: bool) -> list[str]:
    """A long run sends each file both ways, the usual one one file of a kind, by one of them."""
    return list(HOSTILE) if is_long else [name for name in HOSTILE if name in USUAL][first::2]


def test_a_hostile_upload_is_refused(app, is_long, subtests):
    for name in hostile_files(0, is_long):
        with subtests.test(file=name):
            app.make_ready()
            files = HOSTILE[name]()
            error = in_time(lambda files=files: send(app, files), IN_TIME, name).error or {}
            assert_refused(error.get("code"), error.get("message"))
            assert_memory(app.watcher.grown)
            app.assert_unhurt()


def test_a_hostile_file_is_refused(opener, tmp_path_factory, is_long, subtests):
    for name in hostile_files(1, is_long):
        with subtests.test(file=name):
            opener.make_ready()
            path = write(tmp_path_factory.mktemp("hostile"), HOSTILE[name]())
            outcome = in_time(lambda path=path: opener.open(path, LONGEST), IN_TIME, name)
            assert "code" in outcome, outcome
            assert_refused(outcome["code"], outcome["message"])
            assert_memory(opener.watcher.grown)


@each(("make", "weights"), SOUND)
def test_a_sound_file_opens_exactly(opener, tmp_path_factory, make, weights):
    folder = tmp_path_factory.mktemp("sound")
    path = write(folder, make(folder))
    outcome = opener.open(path, patience=30)
    assert outcome == {"digest": digest(weights)}


# By upload those whose names or parts could suffer on the way; one reader opens them all.
UPLOADED = {
    name: case
    for name, case in SOUND.items()
    if name in ("an npz", "a checkpoint", "an archive") or " named " in name
}


@each(("make", "weights"), UPLOADED)
def test_a_sound_upload_opens_exactly(app, tmp_path_factory, make, weights):
    answer = app.ask("explorer/weights", pack_upload(make(tmp_path_factory.mktemp("sound"))))
    assert answer.error is None, answer.error
    (opened,) = answer.json["weights"]
    link = quote(urlencode({**opened["fields"], "weights": opened["source"]}))
    saved_again = app.ask(f"explorer/save?format=.npz&link={link}").body
    with np.load(io.BytesIO(saved_again)) as arrays:
        assert digest({name: arrays[name] for name in WEIGHTS}) == digest(weights)


def test_a_checkpoint_in_a_folder_with_odd_characters_opens(opener, tmp_path):
    folder = tmp_path / "run [3] *?"
    folder.mkdir()
    save_weights(folder / "m.ckpt", CONFIG, WEIGHTS)
    assert opener.open(folder / "m.ckpt", patience=30) == {"digest": digest(WEIGHTS)}


def test_parts_of_a_partitioned_variable_are_no_crash(app, opener, tmp_path):
    """A training run over several machines keeps a large kernel in parts; it may be refused."""
    rest = {key: value for key, value in WEIGHTS.items() if key != KERNEL}
    kernel = WEIGHTS[KERNEL]
    rows, units = kernel.shape
    half = rows // 2
    parts = [f"{rows} {units} 0,{half}:-", f"{rows} {units} {half},{rows - half}:-"]
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "m.ckpt"),
        tensor_names=[*rest, KERNEL, KERNEL],
        shape_and_slices=[*([""] * len(rest)), *parts],
        tensors=[*map(tf.constant, rest.values()), kernel[:half], kernel[half:]],
    )
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    outcome = opener.open(tmp_path / "m.ckpt", LONGEST)
    assert outcome.get("digest") == digest(WEIGHTS) or outcome.get("code"), outcome
    answer = send(app, files)
    assert answer.error or answer.json["weights"]


Z_FILES = {
    **{
        name: make()["w.npz"]
        for name, make in ARRAYS.items()
        if name in ("a shape of 2^60", "parentheses without end", "an array in each element")
    },
    "a shape of 2^60 alone": array_files.npy_of(f"({2**60},)"),
    "texts of a gigabyte": array_files.npy_of("(4,)", "<U268435456"),
    "parentheses": array_files.npy(b"(" * 60_000),
    "a zip": zipped({"a.npy": array_files.npy_of("(16,)")}),
}


def ask_z(app, data: bytes):
    return app.ask("explorer/z?name=z.npy", data, patience=LONGEST)


@each("data", Z_FILES)
def test_a_hostile_vector_is_refused(app, data):
    app.make_ready()
    answer = in_time(lambda: ask_z(app, data), IN_TIME)
    assert answer.status == 200
    assert answer.error["message"]
    assert_memory(app.watcher.grown)


STATED = {
    "nested lists": '{"paddings": [[[[3]]]]}',
    "a number of 4,400 digits": '{"stride": %s}' % ("9" * 4400),
    "half a surrogate pair": r'{"actv": "\ud800"}',
    "infinity": '{"base_height": Infinity}',
    "an unknown field": '{"colour": 1}',
}
LAYERS = {
    "nested lists": "[[[]]]",
    "a number": "7",
    "a config that is a list": '[{"class_name": "Reshape", "config": [4, 8]}]',
    "a class that is a list": '[{"class_name": ["Reshape"], "config": {}}]',
    "half a surrogate pair": r'[{"class_name": "Activation", "config": {"activation": "\ud800"}}]',
    "a number of 4,400 digits": '[{"class_name": "Conv2DTranspose", "config": {"strides": [%s]}}]'
    % ("9" * 4400),
}
ODD_CONFIGS = {
    **{
        f"stated: {name}": {"w.npz": array_files.npz(WEIGHTS | {"config": np.array(text)})}
        for name, text in STATED.items()
    },
    **{
        f"layers: {name}": in_keras(f'{{"config": {{"layers": {text}}}}}'.encode())
        for name, text in LAYERS.items()
    },
}


@each("files", ODD_CONFIGS)
def test_sound_weights_of_an_odd_configuration_are_answered(opener, tmp_path_factory, files):
    """Refused for what it states, or opened without it; then exactly."""
    outcome = opener.open(write(tmp_path_factory.mktemp("odd"), files), LONGEST)
    assert outcome.get("digest") == digest(WEIGHTS) or outcome.get("code"), outcome


def test_an_upload_of_an_odd_configuration_is_answered(app):
    assert_answered(app, next(iter(ODD_CONFIGS.values())))
    assert_answered(app, next(reversed(ODD_CONFIGS.values())))


def test_a_sound_file_is_not_taken_for_hostile(opener, tmp_path):
    """`assert_refused` fails where a file opens."""
    path = write(tmp_path, saved("w.npz")(tmp_path))
    outcome = opener.open(path, patience=30)
    with pytest.raises(AssertionError, match="not refused"):
        assert_refused(outcome.get("code"), outcome.get("message"))
    assert load_weights(path)[0] == CONFIG
