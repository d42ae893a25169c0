"""Live training: its speed against the command line's, and what it costs the explorer's visitors.

Steps per second are read off the same loop's own reports, the compilation left out: a run begun
over HTTP against `python -m explorer.train`, one after the other, twice, on all that the machine
has. Then views are asked for with and without a run under way, a process of low priority.
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from statistics import median

from tests.benchmarks.report import report
from tests.support.app_server import ROOT, AppServer

STEPS, ROUNDS = 500, 2
SETTINGS = {"upsample_dim": 64, "kernel_size": 5, "batch_size": 32}
COMMAND = [sys.executable, "-m", "explorer.train", "--report", "json"]
VIEWS, WARM_UP = 40, 5


def main():
    with AppServer() as app:
        live, alone = [], []
        for _ in range(ROUNDS):
            live.append(_live_speed(app.url))
            alone.append(_command_speed())
        print(
            f"live_training: {median(live):.3g} steps/s live, {median(alone):.3g} from the command "
            f"line, ratio {median(live) / median(alone):.3f} (target: at least 0.8)",
            flush=True,
        )
        report("view_while_training", *_view_times(app.url), "ms", "3")


def _live_speed(url: str) -> float:
    run = _begin(url, STEPS)["run"]
    events = _events(url, run)
    for news in events:
        if news["state"] in ("done", "failed", "stopped"):
            return _speed(news["points"])
    raise RuntimeError("the run's stream ended early")


def _command_speed() -> float:
    with tempfile.TemporaryDirectory() as folder:
        options = [word for name, value in SETTINGS.items() for word in (f"--{name}", str(value))]
        made = subprocess.run(
            [*COMMAND, *options, "--steps", str(STEPS), "--out", folder],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return _speed([json.loads(line) for line in made.stdout.splitlines()])


def _speed(points: list[dict]) -> float:
    """The median of the reports after the first fifth of the steps."""
    return median(
        point["speed"] for point in points if point["step"] > STEPS / 5 and point["speed"]
    )


def _view_times(url: str) -> tuple[list[float], list[float]]:
    busy = _begin(url, 20000)
    events = _events(url, busy["run"])
    for news in events:
        if news["points"]:
            break
    during = _ask_views(url)
    _post(f"{url}explorer/train/{busy['run']}/stop", {"key": busy["key"]})
    events.close()
    time.sleep(2)
    return during, _ask_views(url)


def _ask_views(url: str) -> list[float]:
    times = []
    for seed in range(WARM_UP + VIEWS):
        start = time.perf_counter()
        _post(f"{url}explorer/view", {"state": {"z_seed": seed}})
        times.append(1000 * (time.perf_counter() - start))
        time.sleep(0.1)
    return times[WARM_UP:]


def _begin(url: str, steps: int) -> dict[str, str]:
    """A new run, and the key to act on it."""
    asked = {"visitor": secrets.token_hex(8), "settings": SETTINGS | {"steps": steps}}
    return json.loads(_post(f"{url}explorer/train", asked))


def _events(url: str, run: str) -> Iterator[dict]:
    with urllib.request.urlopen(f"{url}explorer/train/{run}/events", timeout=120) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


def _post(url: str, body: dict) -> bytes:
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


if __name__ == "__main__":
    main()
