"""The user interface, the only place that imports Gradio.

Gradio makes its folder for temporary files and reads its port as it is imported, so both are
seen to here, as are settings of the operator that are none.
"""

import os
import sys

from explorer.errors import ExplorerError

_port = os.environ.get("GRADIO_SERVER_PORT", "0")
if not (_port.isascii() and _port.isdigit() and int(_port[:9]) < 2**16):
    sys.exit(f"GRADIO_SERVER_PORT is “{_port[:40]}”; it must be a whole number below 65536.")

try:
    from explorer.workspace import workspace

    os.environ["GRADIO_TEMP_DIR"] = str(workspace() / "gradio")
except ExplorerError as error:
    sys.exit(str(error))
