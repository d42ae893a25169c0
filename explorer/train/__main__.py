"""`python -m explorer.train`: trains the generator and leaves weights, samples and a checkpoint.

Stopped at any moment, killed too, the same command goes on from the last checkpoint.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from explorer.train import FAST_TENSORFLOW

os.environ.update(FAST_TENSORFLOW | os.environ)

from explorer.errors import ExplorerError
from explorer.model.config import CONFIG_FIELDS, GeneratorConfig
from explorer.model.devices import devices
from explorer.train.failures import is_full_disk
from explorer.train.follow import bound_files
from explorer.train.pictures import STREETS, read_pictures
from explorer.train.run_folder import RunFolder, check_quality
from explorer.train.session import CHECKPOINT_SECONDS, BarReport, LineReport, train
from explorer.train.settings import SETTINGS, TrainSettings
from explorer.train.training import Training, limit_threads, read_plan
from explorer.workspace import workspace

_STRUCTURE = ("noise_dim", "upsample_dim", "kernel_size", "C", "actv", "base_height", "base_width")
_DEFAULTS = {"upsample_dim": 64}
_MEANINGS = {
    "steps": "steps of both networks in all",
    "batch_size": "pictures in a step",
    "learning_rate": "Adam's, of both networks",
    "loss": "what the two networks play for",
    "penalty": "gamma of the R1 penalty on real pictures",
    "average": "decay of the moving average of the generator's weights",
    "seed": "fixes weights, z and the order of the pictures",
}


def main(arguments: list[str] | None = None, pause: Callable[[], bool] | None = None) -> int:
    """Trains as the command line asks.

    Args:
        arguments: those of the command, unless they are the process's own.
        pause: as in `explorer.train.session.train`.

    Returns:
        The exit status: 0, or 2 after a mistake or a full disk, which the message names.
    """
    asked = _parser().parse_args(arguments)
    try:
        _run(asked, pause)
    except ExplorerError as error:
        return _tell(asked, error)
    except KeyboardInterrupt:
        print(f"\nStopped. The same command goes on from {asked.out}.", file=sys.stderr)
    except Exception as error:
        if not is_full_disk(error):
            raise
        return _tell(asked, ExplorerError("run_disk_full"))
    return 0


def _tell(asked: argparse.Namespace, error: ExplorerError) -> int:
    print(error, file=sys.stderr)
    if asked.report == "json":
        print(json.dumps({"error": error.as_dict()}), flush=True)
    return 2


def _run(asked: argparse.Namespace, pause: Callable[[], bool] | None):
    if asked.file_bytes:
        bound_files(asked.file_bytes)
    if asked.nice and hasattr(os, "nice"):
        os.nice(asked.nice)
    if asked.threads:
        limit_threads(asked.threads)
    folder = RunFolder(asked.out)
    config, settings = _plan(asked, folder)
    if asked.quality:
        check_quality(asked.data)
    folder.make()
    pictures = read_pictures(asked.data, config, settings.seed)
    print(f"Trains on {devices()[0]}, into {asked.out}", file=sys.stderr)
    if folder.checkpoint.is_file():
        training = Training.resume(folder.checkpoint, pictures, settings.steps)
        print(f"Goes on from step {training.step}", file=sys.stderr)
    else:
        training = Training(config, settings, pictures)
    report = LineReport() if asked.report == "json" else BarReport(training)
    train(training, folder, report, asked.history, asked.checkpoint_seconds, pause)
    if asked.quality:
        folder.write_quality(training)


def _plan(asked: argparse.Namespace, folder: RunFolder) -> tuple[GeneratorConfig, TrainSettings]:
    """What to train: a checkpoint's own plan, where there is one; else the command's."""
    if folder.checkpoint.is_file():
        config, settings, _ = read_plan(folder.checkpoint)
        changed = [name for name in _STRUCTURE if _differs(asked, config, name)]
        changed += [
            name for name in SETTINGS if name != "steps" and _differs(asked, settings, name)
        ]
        if changed:
            raise ExplorerError(
                "other_plan", "out", value=str(folder.path), names=", ".join(changed)
            )
        steps = asked.steps if asked.steps is not None else settings.steps
        return config, TrainSettings(**{**vars(settings), "steps": steps})
    structure = {name: getattr(asked, name) for name in _STRUCTURE}
    given = {name: value for name, value in structure.items() if value is not None}
    chosen = {name: getattr(asked, name) for name in SETTINGS if getattr(asked, name) is not None}
    return GeneratorConfig(**{**_DEFAULTS, **given}), TrainSettings(**chosen)


def _differs(asked: argparse.Namespace, plan: object, name: str) -> bool:
    value, field = getattr(asked, name), {**SETTINGS, **CONFIG_FIELDS}[name]
    return value is not None and field.check(value) != getattr(plan, name)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from 0 up")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m explorer.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/streets"), help="folder of the run")
    parser.add_argument(
        "--data", default=STREETS, help="'streets', or a folder or .zip of pictures"
    )
    for field in (*SETTINGS.values(), *(CONFIG_FIELDS[name] for name in _STRUCTURE)):
        default = _DEFAULTS.get(field.name, field.default)
        meaning = f"{_MEANINGS[field.name]}; " if field.name in _MEANINGS else ""
        parser.add_argument(f"--{field.name}", help=f"{meaning}{field.allowed} (default {default})")
    parser.add_argument(
        "--quality", action="store_true", help="at the end, the distance from held-out streets"
    )
    parser.add_argument("--report", choices=("bar", "json"), default="bar", help="progress")
    parser.add_argument(
        "--history",
        type=_count,
        default=0,
        help="moments kept as weights, thinned out as they grow",
    )
    parser.add_argument(
        "--checkpoint_seconds",
        type=float,
        default=CHECKPOINT_SECONDS,
        help="between two checkpoints (default %(default)s)",
    )
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    parser.add_argument("--nice", type=int, default=0, help="lower priority, 0 to 19 (POSIX)")
    parser.add_argument(
        "--file_bytes", type=_count, default=0, help="the most that a file may hold (POSIX)"
    )
    return parser


if __name__ == "__main__":
    # TensorFlow writes code that it generates; killed, it would leave that behind for ever.
    tempfile.tempdir = str(workspace())
    sys.exit(main())
