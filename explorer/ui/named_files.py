"""Files that a call names: none is opened, copied or fetched for it.

Gradio takes an object with a path, anywhere in what a call gives, for a file: it copies whatever
that path leads to, or asks the address that stands there, and does both on the event loop. Where an
app is mounted it does not even look whether the file was uploaded.
"""

from explorer.errors import ExplorerError, quote
from explorer.json_text import containers

_BESIDE_A_PATH = ("meta", "url")


def refuse_files(given: object):
    """Refuses what names a file, however deep it lies; `given` is what JSON may hold.

    No endpoint takes files. Where one is to take uploads, this is the place to let a path through
    that lies inside Gradio's upload folder and bears no "url" and no "is_stream".

    Raises:
        ExplorerError: an object in it names a file.
    """
    for part in containers(given):
        if isinstance(part, dict) and "path" in part and any(key in part for key in _BESIDE_A_PATH):
            raise ExplorerError("file_named", value=quote(part["path"]))
