"""Views of every kind, one after the other: what the app keeps stays under its one bound."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from urllib.parse import quote

import pytest

from explorer.schema import FIELDS
from tests.attack.conftest import MEMORY
from tests.support.attacked_app import MIB, AttackedApp

AT_ONCE = 4
CELLS = ("", "0,1,2,3", "0,5", "7,3,6,1")
# Ranges of the sliders, not those of the fields: what a visitor reaches by dragging.
MOVED = [
    field
    for field in FIELDS.values()
    if field.kind not in ("text", "pads") and field.name != "reuse"
]


def random_state(random: Random) -> dict:
    """Most controls where they are, some anywhere within their sliders."""
    state = {"weights_seed": random.randrange(2**32), "z_seed": random.randrange(2**32)}
    state["weights"] = random.choice(("untrained", "trained"))  # carried over, where they fit not
    for field in random.sample(MOVED, random.randint(2, 10)):
        state[field.name] = random_value(field, random)
    cell = {"cell": random.choice(CELLS), "origins": random.random() < 0.3}
    return (
        {"noise_dim": random.randint(1, 512), "upsample_dim": random.randint(8, 512)} | state | cell
    )


def random_value(field, random: Random) -> object:
    if field.kind == "choice":
        return random.choice(field.choices)
    if field.kind == "bool":
        return random.random() < 0.5
    ends = field.slider or {"low": field.low, "high": field.high}
    low, high = max(ends["low"], -1), ends["high"]
    value = random.uniform(low, high) if field.kind == "float" else random.randint(low, int(high))
    return value if math.isfinite(value) else field.default


@pytest.fixture
def app(app) -> Iterator[AttackedApp]:
    """The app; what exceeds the bound once does not count for the next test."""
    yield app
    if app.held > MEMORY * MIB:
        app.restart()


def assert_bounded(app):
    held = app.held / MIB
    assert held < MEMORY, f"{held:.0f} MiB more than at the start, {MEMORY} allowed"


def test_random_views_stay_under_the_bound(app, rounds):
    answered = refused = 0
    with ThreadPoolExecutor(2) as visitors:
        for random in rounds(usual_seconds=3, at_least=6):
            states = [random_state(random) for _ in range(AT_ONCE)]
            for answer in visitors.map(lambda state: app.view(**state), states):
                assert answer.status == 200, answer.body[:300]
                answered, refused = answered + (not answer.error), refused + bool(answer.error)
            assert_bounded(app)
    print(f"{answered} views, {refused} refusals")
    assert answered > refused / 4


@pytest.mark.parametrize(("page", "first"), [("maps", 0), ("shapes", 100)])
def test_drawing_new_weights_stays_under_the_bound(app, page, first):
    for seed in range(first, first + 8):
        state = {"noise_dim": 512, "upsample_dim": 512, "weights_seed": seed, "page": page}
        app.view(**state)
        assert_bounded(app)
    assert not app.view(**state).error


def test_large_batches_stay_under_the_bound(app):
    for seed in range(20):
        app.view(batch_size=8, base_height=16, base_width=16, upsample_dim=64, z_seed=seed)
        assert_bounded(app)


@pytest.mark.parametrize(
    "extra", [{"page": "padding"}, {"cell": "0,1,2,3", "origins": True}], ids=["padding", "origins"]
)
def test_views_that_compute_more_stay_under_the_bound(app, extra):
    """The largest that are taken, two at a time: each alone reserves more than half."""
    state = {"base_height": 16, "base_width": 16, "stage": "upsample3/conv2d_transpose"} | extra
    taken = 0
    with ThreadPoolExecutor(2) as visitors:
        for upsample_dim, batch in ((64, 4), (96, 4), (128, 3), (160, 2), (256, 1), (320, 1)):
            states = [
                state | {"upsample_dim": upsample_dim, "batch_size": batch, "z_seed": seed}
                for seed in range(2)
            ]
            answers = list(visitors.map(lambda state: app.view(**state), states))
            taken += sum(not answer.error for answer in answers)
            assert_bounded(app)
    print(f"{taken} views, {app.held / MIB:.0f} MiB")
    assert taken >= 6


BARE = {"noise_dim": 1, "C": 1, "output_kernel": 1, "paddings": "0,0,0,0,0,0,0,0"}


@pytest.mark.parametrize(
    "state",
    [
        {"weights": "trained", "noise_dim": 1, "upsample_dim": 8, "base_height": 128,
         "base_width": 128, "stride": 1},
        BARE | {"upsample_dim": 34, "upsample_blocks": 1, "base_height": 128, "base_width": 128,
                "stride": 1, "kernel_size": 31, "block": 1, "stage": "conv_out/conv2d"},
        BARE | {"upsample_dim": 8, "base_height": 100, "base_width": 100, "kernel_size": 31},
        BARE | {"upsample_dim": 16, "upsample_blocks": 2, "base_height": 64, "base_width": 64,
                "kernel_size": 1, "output_kernel": 31, "block": 1, "stage": "conv_out/conv2d",
                "cell": "0,5,5,0", "origins": True},
    ],
    ids=["carried to a large grid", "a large kernel", "a large kernel on maps", "a large gradient"],
)  # fmt: skip
def test_what_is_filled_on_the_way_counts(app, state):
    for seed in range(2):
        app.view(**state, z_seed=seed)
        assert_bounded(app)


def test_models_that_were_saved_leave_no_memory_behind(app):
    """Each refers to itself; of these many at once exceed the bound."""
    for seed in range(12):
        link = quote(f"noise_dim=512&upsample_dim=512&weights_seed={seed}")
        answer = app.ask(f"explorer/save?format=.keras&link={link}", patience=60)
        assert len(answer.body) > 40 * MIB
        assert_bounded(app)


def test_what_exceeds_the_bound_is_noticed(app):
    app.watcher.peak += MEMORY * MIB
    with pytest.raises(AssertionError, match="more than at the start"):
        assert_bounded(app)
    app.watcher.restart()
