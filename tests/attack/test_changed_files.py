"""Any change of a sound file is opened or refused, in bounds."""

import pytest

from tests.attack.hostile_files import Files
from tests.attack.sound_files import SOUND
from tests.attack.ways_in import assert_answered, assert_memory


@pytest.fixture(scope="module")
def sound_files(tmp_path_factory) -> list[Files]:
    found = []
    for make, _ in SOUND.values():
        found.append(make(tmp_path_factory.mktemp("sound")))
    return found


def mutate(random, data: bytes) -> bytes:
    """Some bytes changed, cut out, or repeated."""
    out = bytearray(data)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(out) or 1)
        length = random.choice((1, 1, 1, 4, 8, 64, 1000))
        change = random.choice(("set", "noise", "cut", "repeat"))
        if change == "set":
            out[at : at + length] = random.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * length
        elif change == "noise":
            out[at : at + length] = random.randbytes(length)
        elif change == "cut":
            del out[at : at + length]
        else:
            out[at:at] = out[at : at + length]
    return bytes(out)


def test_any_change_of_a_sound_file_is_answered(app, sound_files, rounds):
    for random in rounds(usual_seconds=2, at_least=5):
        files = dict(random.choice(sound_files))
        name = random.choice(list(files))
        files[name] = mutate(random, files[name])
        assert_answered(app, files)
        assert_memory(app.watcher.grown)


def test_mutation_changes_a_file(rounds):
    random = next(rounds(usual_seconds=1))
    assert any(mutate(random, bytes(1000)) != bytes(1000) for _ in range(10))
