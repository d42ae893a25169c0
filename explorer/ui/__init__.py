"""The user interface, the only place that imports Gradio.

Gradio makes its folder for temporary files as it is imported, so its place is named here, as is a
setting of the operator's that is none.
"""

import os
import sys

from explorer.errors import ExplorerError

try:
    from explorer.workspace import workspace

    os.environ["GRADIO_TEMP_DIR"] = str(workspace() / "gradio")
except ExplorerError as error:
    sys.exit(str(error))
