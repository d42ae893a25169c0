"""Heavy work of some takes nothing from the light work of others."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import quote

import numpy as np

from explorer import GeneratorConfig, init_weights
from tests.attack import array_files
from tests.attack.conftest import long_minutes
from tests.support.attacked_app import MIB
from tests.support.http_calls import connect, head, pack_upload
from tests.support.light_visitor import LightVisitor

ALONE_SECONDS, TOGETHER_SECONDS = 1, 2
MOST = 2  # times as long as alone
MOST_ODD = 4  # times as long as beside as many plain ones
SLACK = 0.01  # seconds, where a view alone takes few milliseconds
TRIES = 3  # what disturbs the measure comes from elsewhere at times; what delays a view, always
SIZES = (2048, 1536, 1280, 1024, 896, 768, 640)  # the app takes the first that it can
_PATIENCE = 120


def save_path(upsample_dim: int, seed: int, kind: str = ".npz") -> str:
    link = f"noise_dim=512&upsample_dim={upsample_dim}&weights_seed={seed}"
    return f"explorer/save?format={kind}&link={quote(link)}"


def largest(app) -> int:
    """The largest generator of `SIZES` whose save begins; none of it is read."""
    for size in SIZES:
        with closing(connect(app.url, _PATIENCE)) as connection:
            connection.sendall(head("GET", "/" + save_path(size, 0)))
            if b"octet-stream" in connection.recv(2**12):
                return size
    raise AssertionError("no large generator is saved at all")


def saves(app) -> Iterator[Callable]:
    size = largest(app)
    for seed in range(4):
        yield lambda at, seed=seed: app.ask(save_path(size, 10 * seed + at % 5), patience=_PATIENCE)


def uploads(app) -> Iterator[Callable]:
    config = GeneratorConfig(upsample_dim=512)
    weights = init_weights(config, 0)
    name = "noise_generator/conv_out/conv2d/bias"
    for client in range(4):
        bodies = [
            pack_upload({"w.npz": array_files.npz(weights | {name: np.full(3, seed, "f4")})})
            for seed in (client, client + 10)
        ]
        yield lambda at, bodies=bodies: app.ask(
            "explorer/weights", bodies[at % 2], patience=_PATIENCE
        )


def searches(app) -> Iterator[Callable]:
    for client in range(4):
        yield lambda at, client=client: app.view(
            page="shapes", expected=f"[7, {61 + at}, 67, {client + 5}]", z_seed=1000 * client + at
        )


def largest_views(app) -> Iterator[Callable]:
    """As many at once as one client may ask for."""
    state = {"upsample_dim": 512, "batch_size": 8, "page": "output"}
    for client in range(40):
        yield lambda at, client=client: app.view(**state, z_seed=1000 * client + at)


def odd_views(app) -> Iterator[Callable]:
    """Cheap by their products; what they fill on the way, or are carried over from, is not."""
    bare = {"noise_dim": 1, "C": 1, "output_kernel": 1, "paddings": "0,0,0,0,0,0,0,0"}
    wide = {
        "upsample_dim": 128,
        "batch_size": 8,
        "output_kernel": 31,
        "kernel_size": 2,
        "paddings": "0,0,15,15,15,15,0,0",
    }
    traced = {"stage": "conv_out/conv2d", "cell": "0,5,5,0", "origins": True}
    kinds = (
        bare | {"upsample_dim": 8, "base_height": 60, "base_width": 60, "kernel_size": 31},
        bare | traced | {"upsample_dim": 8, "base_height": 16, "base_width": 16,
                         "kernel_size": 1, "output_kernel": 31, "block": 1},
        {"weights": "trained", "noise_dim": 1, "upsample_dim": 8, "base_height": 128,
         "base_width": 128, "stride": 1},
        traced,
        wide | {"page": "output"},
        wide | {"page": "padding"},
        {"upsample_dim": 4096, "base_height": 1, "base_width": 1, "kernel_size": 1},
        bare | {"upsample_dim": 16, "base_height": 32, "base_width": 64, "kernel_size": 5},
        {"z_edits": ",".join(["0.0:1"] * 160_000)},
        {"noise_dim": 1, "upsample_dim": 8, "base_height": 1, "base_width": 128, "C": 256,
         "page": "output"},
        {"upsample_dim": 1024, "base_height": 1, "base_width": 1, "kernel_size": 1,
         "noise_dim": 4096, "stage": "fc1/dense", "kernels": True},
    )  # fmt: skip
    for client in range(40):
        state = kinds[client % len(kinds)]
        yield lambda at, client=client, state=state: app.view(
            **state, z_seed=1000 * client + at, weights_seed=1000 * client + at
        )


def large_calls(app) -> Iterator[Callable]:
    """Bodies that take long to be looked through, two at once from each of four clients."""
    body = b'{"data": [' + b"[]," * 65 + b'""' * 2**19
    for client in range(8):
        source = f"127.0.0.{2 + client // 2}"
        yield lambda at, source=source: app.ask(
            "gradio_api/call/describe", body[: MIB - at % 5], source=source, patience=_PATIENCE
        )


def mixed(app) -> Iterator[Callable]:
    kinds = [list(kind(app)) for kind in (saves, uploads, searches)]
    yield from (kinds[0][0], kinds[0][1], kinds[1][0], kinds[2][0])


@contextlib.contextmanager
def busy(jobs: list[Callable]) -> Iterator[list]:
    """Each job is a client that asks again and again; yields what was answered."""
    stop, answers = threading.Event(), []

    def work(job: Callable):
        at = 0
        while not stop.is_set():
            with contextlib.suppress(OSError):
                answers.append(job(at))
            at += 1

    threads = [threading.Thread(target=work, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    yield answers
    stop.set()
    for thread in threads:
        thread.join(_PATIENCE)


def median_of(app, seconds: float) -> float:
    with LightVisitor(app.url) as visitor:
        time.sleep(seconds)
    assert not visitor.failures, visitor.failures[:3]
    return visitor.median


def pytest_generate_tests(metafunc):
    """The usual run has all kinds of work at once, a long one each by itself as well."""
    if "work" in metafunc.fixturenames:
        alone = [saves, uploads, searches, large_calls] if long_minutes(metafunc.config) else []
        metafunc.parametrize("work", [*alone, largest_views, mixed])


def test_a_light_view_takes_at_most_twice_as_long(app, work):
    jobs = list(work(app))
    measured = []
    for _ in range(TRIES):
        alone = median_of(app, ALONE_SECONDS)
        with busy(jobs) as answers:
            together = median_of(app, TOGETHER_SECONDS)
        assert answers, "none of the heavy work was done"
        measured.append((round(alone, 3), round(together, 3)))
        if together < MOST * alone + SLACK:
            return
    raise AssertionError(f"seconds alone and together: {measured}")


def plain_views(app) -> Iterator[Callable]:
    for client in range(40):
        yield lambda at, client=client: app.view(z_seed=1000 * client + at)


def test_odd_views_delay_others_hardly_more_than_plain_ones(app):
    """Forty at once keep all cores busy in any case."""
    measured = []
    for _ in range(TRIES):
        together = []
        for kind in (plain_views, odd_views):
            with busy(list(kind(app))) as answers:
                together.append(median_of(app, TOGETHER_SECONDS))
            assert answers
        measured.append([round(seconds, 3) for seconds in together])
        if together[1] < MOST_ODD * together[0]:
            return
    raise AssertionError(f"seconds beside plain and odd views: {measured}")


def test_what_is_busy_is_busy():
    """`busy` asks again and again, and its answers are those of the jobs."""
    with busy([lambda at: at, lambda at: -at]) as answers:
        time.sleep(0.05)
    assert len(answers) > 4
    assert max(answers) > 0 > min(answers)
