"""Live runs: one a visitor, the others in line, bounded, and ended when nobody watches."""

import time
from collections.abc import Callable

import pytest

from explorer.model.weight_store import find_weights
from explorer.train import live
from explorer.train.live import LiveRuns
from tests.unit.refusals import refused

SMALL = {"upsample_dim": 8, "kernel_size": 3, "batch_size": 8, "steps": 100}
PATIENCE = 90


@pytest.fixture
def runs():
    made = LiveRuns()
    yield made
    made.close()


@pytest.fixture
def idle(monkeypatch):
    """Runs that are never begun: the rules alone, without a process."""
    monkeypatch.setattr(live.LiveRun, "start", lambda run: setattr(run, "state", "running"))


def wait(what: Callable[[], object]):
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def assert_stands_still_while_paused(runs, run):
    wait(lambda: run.points)
    runs.act(run.id, "pause")
    time.sleep(1)
    before = run.points[-1]["step"]
    time.sleep(1.5)
    assert (run.state, run.points[-1]["step"]) == ("paused", before)
    runs.act(run.id, "resume")
    wait(lambda: run.points[-1]["step"] > before)


def test_a_run_pauses_and_trains_to_its_end_and_its_moments_can_be_opened(runs):
    run = runs.begin("me", SMALL)
    runs.watch(run.id, +1)
    assert_stands_still_while_paused(runs, run)
    wait(lambda: run.ended)
    told = runs.describe(run.id)
    assert told["state"] == "done"
    assert told["points"][-1]["step"] == 100
    steps = [moment["step"] for moment in told["moments"]]
    assert steps[0] == 0
    assert steps[-1] == 100
    assert all({"checkerboard", "dead", "drift"} < set(moment) for moment in told["moments"])
    for step in steps:
        found = find_weights(f"run:{run.id}:{step}")
        assert found.config.upsample_dim == told["fields"]["upsample_dim"] == 8
    folder = run.folder
    runs.close()
    assert not folder.exists()
    assert find_weights(f"run:{run.id}:100") is None


def test_a_run_that_is_stopped_ends_its_process(runs):
    run = runs.begin("me", SMALL | {"steps": 20000})
    runs.act(run.id, "stop")
    run.process.wait(10)
    assert run.state == "stopped"


def test_a_run_that_nobody_watches_ends(runs, monkeypatch):
    monkeypatch.setattr(live, "UNWATCHED_SECONDS", 1)
    run = runs.begin("me", SMALL | {"steps": 20000})
    runs.watch(run.id, +1)
    time.sleep(2)
    assert run.state == "running"
    runs.watch(run.id, -1)
    wait(lambda: run.ended)
    assert run.process.wait(10) != 0
    assert runs.describe(run.id)["reason"] == "unwatched"


def test_a_run_is_bounded_in_time(runs, monkeypatch):
    monkeypatch.setattr(live, "MAX_SECONDS", 1)
    run = runs.begin("me", SMALL | {"steps": 20000})
    runs.watch(run.id, +1)
    wait(lambda: run.ended)
    assert (run.state, run.reason) == ("stopped", "time")


def test_a_visitor_finds_the_newest_run_again(runs, idle):
    assert runs.of_visitor("me") is None
    first = runs.begin("me", SMALL)
    runs.begin("you", SMALL)
    assert runs.of_visitor("me") is first
    runs.act(first.id, "stop")
    assert (runs.of_visitor("me"), first.reason) == (first, "asked")
    assert runs.of_visitor("me") is not runs.begin("me", SMALL)


def test_one_run_each_and_the_others_wait_in_line(runs, idle, monkeypatch):
    monkeypatch.setattr(live, "RUNNING_AT_ONCE", 1)
    first, second, third = (runs.begin(name, SMALL) for name in "abc")
    assert [run.state for run in (first, second, third)] == ["running", "waiting", "waiting"]
    assert [runs.describe(run.id)["place"] for run in (first, second, third)] == [0, 1, 2]
    with refused("one_run_each"):
        runs.begin("b", SMALL)
    runs.act(second.id, "stop")
    assert runs.describe(third.id)["place"] == 1
    runs.act(first.id, "stop")
    assert third.state == "running"
    runs.begin("a", SMALL)


def test_the_line_is_bounded(runs, idle):
    for at in range(live.RUNNING_AT_ONCE + live.MOST_WAITING):
        runs.begin(str(at), SMALL)
    with refused("line_full"):
        runs.begin("one more", SMALL)


def test_what_has_ended_is_kept_in_bounded_number(runs, idle):
    made = []
    for at in range(live.MOST_KEPT + 3):
        made.append(runs.begin(str(at), SMALL))
        runs.act(made[-1].id, "stop")
    with refused("no_such_run"):
        runs.find(made[0].id)
    assert runs.find(made[-1].id) is made[-1]
    assert not made[0].folder.exists()


@pytest.mark.parametrize(
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
    with refused(code, field=next(iter(wrong))):
        runs.begin("me", SMALL | wrong)
    runs.begin("me", SMALL)


def test_actions_that_do_not_exist_are_refused(runs, idle):
    run = runs.begin("me", SMALL)
    with refused("no_such_action"):
        runs.act(run.id, "explode")
    with refused("no_such_run"):
        runs.act("0" * 32, "stop")
