"""Live runs: one a visitor, the others in line, bounded, and ended when nobody watches."""

import subprocess
import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from explorer import GeneratorConfig
from explorer.model.weight_store import find_weights
from explorer.train import live, live_run
from explorer.train.live import LiveRuns
from explorer.train.run_folder import most_bytes, most_file_bytes
from explorer.workspace import Hold, used_bytes, workspace
from tests.support.each import each
from tests.unit.refusals import refused

SMALL = {"upsample_dim": 8, "kernel_size": 3, "batch_size": 8, "steps": 100}
PATIENCE = 90


class Runs(LiveRuns):
    """Each run from an address of its own, unless another is named."""

    addresses = count()

    def begin(self, visitor, settings=SMALL, address=None):
        return super().begin(visitor, address or f"address {next(self.addresses)}", settings)

    def tell(self, run, action):
        self.act(run.id, action, run.key)


@pytest.fixture
def runs():
    made = Runs()
    yield made
    made.close()


@pytest.fixture
def idle(monkeypatch):
    """Runs that are never begun: the rules alone, without a process."""
    monkeypatch.setattr(live.LiveRun, "start", lambda run: setattr(run, "state", "running"))


@pytest.fixture
def swift(monkeypatch):
    """A keeper that looks around often."""
    monkeypatch.setattr(live, "_TICK", 0.02)


@pytest.fixture
def made_of(monkeypatch):
    """Runs whose process is a shell command in the place of training."""

    def replace(script: str):
        monkeypatch.setattr(live.LiveRun, "_command", lambda run: ["sh", "-c", script])

    return replace


def wait(what: Callable[[], object]):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def assert_stands_still_while_paused(runs, run):
    wait(lambda: run.points)
    runs.tell(run, "pause")
    time.sleep(1)
    before = run.points[-1]["step"]
    time.sleep(1.5)
    assert (run.state, run.points[-1]["step"]) == ("paused", before)
    runs.tell(run, "resume")
    wait(lambda: run.points[-1]["step"] > before)


def assert_all_that_it_wrote_is_in_its_folder_and_bounded(run):
    assert run.folder.is_relative_to(workspace())
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    sizes = [path.stat().st_size for path in files]
    assert used_bytes() >= sum(sizes)
    assert sum(sizes) <= most_bytes(run.config, live.MOMENTS)
    assert max(sizes) <= most_file_bytes(run.config)
    checkpoint = run.folder / "checkpoint.safetensors"
    assert checkpoint.stat().st_size > most_file_bytes(run.config) / 3, "the bound is near"


def test_a_run_pauses_and_trains_to_its_end_and_its_moments_can_be_opened(runs):
    run = runs.begin("me", SMALL | {"steps": 100})
    runs.watch(run.id, +1)
    assert_stands_still_while_paused(runs, run)
    assert list((run.folder / "tmp").rglob("__autograph*")), "TensorFlow writes them there"
    wait(lambda: run.ended)
    told = runs.describe(run.id)
    assert (told["state"], told["failure"]) == ("done", None)
    assert told["points"][-1]["step"] == 100
    steps = [moment["step"] for moment in told["moments"]]
    assert steps[0] == 0
    assert steps[-1] == 100
    assert all({"checkerboard", "dead", "drift"} < set(moment) for moment in told["moments"])
    for step in steps:
        found = find_weights(f"run:{run.id}:{step}", GeneratorConfig())
        assert found.config.upsample_dim == told["fields"]["upsample_dim"] == 8
    assert_all_that_it_wrote_is_in_its_folder_and_bounded(run)
    folder = run.folder
    runs.close()
    assert not folder.exists()
    assert find_weights(f"run:{run.id}:100", GeneratorConfig()) is None


def test_a_run_that_is_stopped_ends_its_process(runs):
    run = runs.begin("me", SMALL | {"steps": 20000})
    runs.tell(run, "stop")
    run.process.wait(10)
    assert run.state == "stopped"


def test_a_run_that_nobody_watches_ends(runs, made_of, swift, monkeypatch):
    made_of("exec cat")
    monkeypatch.setattr(live, "UNWATCHED_SECONDS", 0.1)
    run = runs.begin("me")
    runs.watch(run.id, +1)
    time.sleep(0.4)
    assert run.state == "running"
    runs.watch(run.id, -1)
    wait(lambda: run.ended)
    assert run.process.wait(10) != 0
    assert runs.describe(run.id)["reason"] == "unwatched"


def test_a_run_is_bounded_in_time_paused_or_not(runs, made_of, swift, monkeypatch):
    made_of("exec cat")
    monkeypatch.setattr(live, "MAX_SECONDS", 0.1)
    run = runs.begin("me")
    runs.watch(run.id, +1)
    runs.tell(run, "pause")
    assert run.state == "paused"
    wait(lambda: run.ended)
    assert (run.state, run.reason) == ("stopped", "time")


def test_a_visitor_finds_the_newest_run_again(runs, idle):
    assert runs.of_visitor("me") is None
    first = runs.begin("me")
    runs.begin("you")
    assert runs.of_visitor("me") is first
    runs.tell(first, "stop")
    assert (runs.of_visitor("me"), first.reason) == (first, "asked")
    assert runs.of_visitor("me") is not runs.begin("me")


def test_one_run_each_and_the_others_wait_in_line(runs, idle, monkeypatch):
    monkeypatch.setattr(live, "RUNNING_AT_ONCE", 1)
    first, second, third = (runs.begin(name) for name in "abc")
    assert [run.state for run in (first, second, third)] == ["running", "waiting", "waiting"]
    assert [runs.describe(run.id)["place"] for run in (first, second, third)] == [0, 1, 2]
    with refused("one_run_each"):
        runs.begin("b")
    runs.tell(second, "stop")
    assert runs.describe(third.id)["place"] == 1
    runs.tell(first, "stop")
    assert third.state == "running"
    runs.begin("a")


def test_the_line_is_bounded(runs, idle):
    for at in range(live.RUNNING_AT_ONCE + live.MOST_WAITING):
        runs.begin(str(at))
    with refused("line_full"):
        runs.begin("one more")


def test_an_address_has_few_runs_whatever_the_names_of_its_visitors(runs, idle):
    begun = [runs.begin(str(at), address="1.2.3.4") for at in range(live.MOST_OF_ADDRESS)]
    with refused("address_full", live.MOST_OF_ADDRESS, "network address"):
        runs.begin("another name", address="1.2.3.4")
    runs.begin("another name", address="1.2.3.5")
    runs.tell(begun[0], "stop")
    runs.begin("one more name", address="1.2.3.4")


def ended(runs, visitors: int, watched: int = 0, address: str | None = None) -> list:
    """Runs that have ended, the first of them watched."""
    made = []
    for at in range(visitors):
        run = runs.begin(f"{address} {at}", address=address)
        if at < watched:
            runs.watch(run.id, +1)
        runs.tell(run, "stop")
        made.append(run)
    return made


def known(runs, made) -> list[bool]:
    return [run.id in runs._runs for run in made]


def test_what_has_ended_is_kept_in_bounded_number(runs, idle):
    made = ended(runs, live.MOST_KEPT + 3)
    with refused("no_such_run"):
        runs.find(made[0].id)
    assert runs.find(made[-1].id) is made[-1]
    runs._clear()
    assert not made[0].folder.exists()


def test_an_ended_run_that_somebody_watches_outlives_newer_ones(runs, idle, monkeypatch):
    watched, *_ = ended(runs, 1 + live.MOST_KEPT + 3, watched=1)
    assert runs.describe(watched.id)["state"] == "stopped"
    assert watched.folder.is_dir()
    runs.watch(watched.id, -1)  # a page that is loaded anew leaves and comes back
    runs._tend()
    assert known(runs, [watched]) == [True]
    monkeypatch.setattr(live, "UNWATCHED_SECONDS", 0)
    runs._tend()
    assert known(runs, [watched]) == [False]


def test_watched_ones_too_are_bounded_the_oldest_of_the_busiest_address_first(
    runs, idle, monkeypatch
):
    monkeypatch.setattr(live, "MOST_WATCHED", 4)
    alone = ended(runs, 1, watched=1, address="alone")
    busy = ended(runs, 5, watched=5, address="busy")
    assert known(runs, [*alone, *busy]) == [True, False, False, True, True, True]


@each(
    ("wrong", "code"),
    [
        ({"upsample_dim": 512}, "out_of_range"),
        ({"kernel_size": 0}, "out_of_range"),
        ({"steps": "many"}, "not_a_number"),
        ({"batch_size": 8.5}, "not_whole"),
        ({"learning_rate": float("nan")}, "not_a_number"),
    ],
)
def test_bad_settings_are_refused_and_nothing_starts(runs, idle, wrong, code):
    visitor = str(wrong)
    with refused(code, field=next(iter(wrong))):
        runs.begin(visitor, SMALL | wrong)
    runs.begin(visitor)


def test_actions_that_do_not_exist_are_refused(runs, idle):
    run = runs.begin("me")
    with refused("no_such_action"):
        runs.tell(run, "explode")
    with refused("no_such_run"):
        runs.act("0" * 32, "stop", run.key)


def test_whoever_has_the_id_may_look_and_only_the_key_lets_one_act(runs, idle):
    run = runs.begin("me")
    for wrong in ("", run.id, run.key[:-1], "0" * 32, "ключ", "\ud800"):
        for action in ("pause", "resume", "stop"):
            with refused("not_your_run", "browser that began it"):
                runs.act(run.id, action, wrong)
    assert run.state == "running"
    shown = str(runs.describe(run.id))
    assert run.key not in shown
    assert repr("me") not in shown
    assert run.key not in repr(run)
    runs.tell(run, "stop")
    assert run.state == "stopped"


def failing_process(error: Exception):
    def start(*arguments, **options):
        raise error

    return start


@each(
    ("error", "code", "words"),
    [
        (BlockingIOError(11, "Resource temporarily unavailable"), "run_no_room", "process"),
        (OSError(24, "Too many open files"), "run_no_room", "process"),
        (MemoryError(), "run_no_room", "process"),
        (OSError(28, "No space left on device"), "run_disk_full", "disk is full"),
        (PermissionError(13, "Permission denied"), "run_broke_off", "Permission denied"),
    ],
)
def test_a_run_that_cannot_start_says_why_and_the_keeper_goes_on(
    runs, made_of, swift, monkeypatch, error, code, words
):
    made_of("exec cat")
    monkeypatch.setattr(live, "RUNNING_AT_ONCE", 2)
    monkeypatch.setattr(live, "MAX_SECONDS", 0.5)
    other = runs.begin("other")
    with monkeypatch.context() as broken:
        broken.setattr(subprocess, "Popen", failing_process(error))
        run = runs.begin("me")
    told = runs.describe(run.id)
    assert (told["state"], told["failure"]["code"]) == ("failed", code)
    assert words in told["failure"]["message"]
    wait(lambda: other.ended)
    assert (other.state, other.reason) == ("stopped", "time")
    assert runs._keeper.is_alive()


def test_a_run_next_in_line_that_cannot_start_leaves_the_line(runs, made_of, swift, monkeypatch):
    made_of("exec cat")
    monkeypatch.setattr(live, "RUNNING_AT_ONCE", 1)
    first, second = runs.begin("first"), runs.begin("second")
    monkeypatch.setattr(subprocess, "Popen", failing_process(OSError(12, "no memory")))
    first.process.kill()
    wait(lambda: second.ended)
    assert second.failure["code"] == "run_no_room"


def test_what_goes_wrong_with_one_run_keeps_no_other_from_its_bounds(
    runs, made_of, swift, monkeypatch
):
    made_of("exec cat")
    monkeypatch.setattr(live, "RUNNING_AT_ONCE", 2)
    monkeypatch.setattr(live, "MAX_SECONDS", 0.2)
    odd, other = runs.begin("odd"), runs.begin("other")
    monkeypatch.setattr(odd, "end", failing_process(OSError(5, "Input/output error")))
    wait(lambda: other.ended)
    assert runs._keeper.is_alive()
    monkeypatch.undo()


def test_no_run_begins_without_a_keeper(runs, idle, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", failing_process(RuntimeError("no new thread")))
        with refused("run_no_room"):
            runs.begin("me")
    runs.begin("me")
    assert runs._keeper.is_alive()


def test_a_process_whose_listener_cannot_start_ends(runs, made_of, monkeypatch):
    made_of("exec cat")
    monkeypatch.setattr(live_run, "_thread", failing_process(RuntimeError("no new thread")))
    run = runs.begin("me")
    assert run.process.wait(10) != 0
    assert (run.state, run.failure["code"]) == ("failed", "run_no_room")


POINT = '{"step": %d, "speed": 1.0, "generator": %s, "discriminator": 1.0}'


def test_damaged_reports_are_passed_over_and_what_is_no_number_is_null(runs, made_of):
    damaged = ["", "{", "[]", "7", '{"step": "x"}', '{"kept": 3, "step": 1}', "\ufffd", "[" * 9999]
    lines = [*damaged, POINT % (1, "NaN"), '{"step": 1, "figures": {}, "kept": [1, 2]}']
    made_of(f"cat <<'END'\n{chr(10).join(lines)}\n{POINT % (2, '0.5')}\nEND")
    run = runs.begin("me")
    wait(lambda: run.ended)
    assert run.state == "done"
    assert [(point["step"], point["generator"]) for point in run.points] == [(1, None), (2, 0.5)]
    assert run.moments == {1: {}}


@each(
    ("script", "code", "words"),
    [
        ("echo first >&2; echo 'ValueError: <b>x</b>' >&2; exit 1", "run_broke_off", "<b>x</b>"),
        (
            "yes line | head -c 1000000 >&2; printf '\\377 last' >&2; exit 1",
            "run_broke_off",
            "last",
        ),
        ("exit 7", "run_broke_off", "exit(7)"),
        ("kill -9 $$", "run_killed", "memory"),
        ('echo \'{"error": {"code": "x", "message": "m"}}\'; exit 2', "x", "m"),
    ],
)
def test_a_run_that_broke_off_says_why(runs, made_of, script, code, words):
    made_of(script)
    run = runs.begin("me")
    wait(lambda: run.ended)
    assert (run.state, run.failure["code"]) == ("failed", code)
    assert words in run.failure["message"]
    assert len(run.failure["message"]) < 300
    assert len(run._said) <= live_run._MOST_SAID


def test_a_process_that_does_not_listen_keeps_nobody_waiting(runs, made_of):
    made_of("exec sleep 60")
    run = runs.begin("me")
    start = time.monotonic()
    for _ in range(15000):  # more than a pipe holds
        run.pause()
        run.resume()
    assert time.monotonic() - start < 10
    assert run.state in ("running", "paused")


def test_a_run_that_may_not_fit_on_the_disk_is_refused(runs, idle, monkeypatch):
    first = runs.begin("first")
    room = used_bytes() + 1.5 * most_bytes(first.config, live.MOMENTS)
    monkeypatch.setattr("explorer.workspace.DISK", room)
    runs.begin("second")
    with refused("disk_bound"):
        runs.begin("third")
    runs.tell(first, "stop")
    runs.begin("third")


def test_runs_that_go_on_leave_half_of_the_disk_to_files_but_for_a_single_one(
    runs, idle, monkeypatch
):
    size = most_bytes(GeneratorConfig(upsample_dim=8, kernel_size=3), live.MOMENTS)
    monkeypatch.setattr(live, "DISK", 1.5 * size)
    first = runs.begin("first")
    with refused("runs_disk_bound"):
        runs.begin("second")
    monkeypatch.setattr(live, "DISK", 4 * size)
    runs.begin("second")
    with refused("runs_disk_bound"):
        runs.begin("third")
    runs.tell(first, "stop")
    runs.begin("third")


def test_ended_runs_leave_the_disk_for_work_the_oldest_of_who_holds_most_first(
    runs, idle, monkeypatch
):
    alone = ended(runs, 1, watched=1, address="alone")
    busy = ended(runs, 3, watched=3, address="busy")
    for run in (*alone, *busy):
        run.hold.resize(100)
    work = [Hold(1000)]
    monkeypatch.setattr("explorer.workspace.DISK", used_bytes() + 50)
    with refused("disk_bound"):  # for which all that is kept would not do
        Hold(500)
    assert known(runs, [*alone, *busy]) == [True] * 4
    work.append(Hold(100))
    assert known(runs, [*alone, *busy]) == [True, False, True, True]
    assert not busy[0].folder.exists()
    work.append(Hold(100))
    assert known(runs, [*alone, *busy]) == [True, False, False, True]
    with refused("no_such_run"):
        runs.watch(busy[0].id, -1)


def test_a_full_disk_is_called_so_before_a_run_begins(runs, idle, monkeypatch):
    full = failing_process(OSError(28, "No space left on device"))
    monkeypatch.setattr("explorer.workspace.Path.mkdir", full)
    with refused("disk_full", "No space left on device"):
        runs.begin("me")
    assert runs.of_visitor("me") is None
