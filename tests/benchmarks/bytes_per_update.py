"""What one update sends, against the maps it shows as raw float32.

Ours is a whole answer of `explorer/view`, as read without transport compression, for the default
state with each stage focused in turn, though the page asks for no part that it has; the peer is
four bytes for every value of all sixteen stages of one item, without any header. The maps page
only: the padding page shows further maps and sends more for them.
"""

import json
import urllib.request

from explorer import GeneratorConfig
from explorer.model.stages import stages
from explorer.schema import State
from tests.benchmarks.report import report
from tests.support.app_server import AppServer

KIB = 1024


def main():
    plan = stages(GeneratorConfig())
    raw = sum(stage.bytes for stage in plan) / KIB
    with AppServer() as server:
        sizes = {stage.name: _body_bytes(server.url, stage.name) / KIB for stage in plan}
    default, largest = State()["stage"], max(sizes, key=sizes.get)
    report(f"bytes_per_update, default ({default})", [sizes[default]], [raw], "KiB", "0.5")
    report(f"bytes_per_update, largest ({largest})", [sizes[largest]], [raw], "KiB", "0.5")


def _body_bytes(url: str, stage: str) -> int:
    request = urllib.request.Request(
        f"{url}explorer/view",
        json.dumps({"state": {"stage": stage}}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


if __name__ == "__main__":
    main()
