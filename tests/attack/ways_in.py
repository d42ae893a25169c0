"""The two ways in which a file comes: by its path in the Python API, by an upload."""

import json
from pathlib import Path

from tests.attack.hostile_files import Files
from tests.support.attacked_app import MIB
from tests.support.http_calls import Answer, pack_upload

IN_TIME = 2  # seconds
LONGEST = 20  # seconds after which an answer is not waited for any more
MOST_MEMORY = 300 * MIB


def write(folder: Path, files: Files) -> Path:
    """Writes a set of files; the path that `load_weights` takes."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / next(iter(files))


def send(app, files: Files) -> Answer:
    """Uploads a set of files."""
    return app.ask("explorer/weights", pack_upload(files), patience=LONGEST)


def assert_refused(code: str | None, message: str | None):
    """Refused for what the file is, in words."""
    assert code, "it was not refused"
    assert code not in ("internal", "request_damaged"), code
    assert 0 < len(message) < 2000, message


def assert_memory(grown: int):
    """Bytes that reading a file may take."""
    assert grown < MOST_MEMORY, f"{grown / MIB:.0f} MiB"


def assert_answered(app, files: Files):
    """Opened or refused."""
    answer = app.ask("explorer/weights", pack_upload(files))
    assert answer.status == 200
    found = json.loads(answer.body)
    assert found.get("weights") or found["error"]["code"] != "internal", found
