"""Files of weights on their way: there until they are sent, within a client's share of the disk."""

import gc

import pytest

from explorer.schema import read_state
from explorer.ui import weight_routes
from explorer.ui.shares import Share
from explorer.workspace import Hold
from tests.unit.refusals import refused

SMALL = {"upsample_dim": 8, "weights": "untrained"}


@pytest.fixture
def share(monkeypatch) -> Share:
    """Of a megabyte for each client; what a file takes before it is written is more."""
    own = Share(each=2**20, all_together=2**30)
    monkeypatch.setattr(weight_routes, "DISK_SHARE", own)
    return own


def write(client: str):
    return weight_routes._write(weight_routes._to_save(read_state(SMALL)), ".npz", client)


def test_a_file_stays_until_it_is_sent_and_counts_as_what_it_is(share):
    before = Hold.held_bytes()
    answer = write("a")
    gc.collect()
    size = answer.path.stat().st_size
    assert share._held == {"a": size}
    assert Hold.held_bytes() == before + size
    with answer._until_sent:
        pass
    assert not answer.path.exists()
    assert not share._held
    assert Hold.held_bytes() == before


def test_a_client_leaves_room_on_the_disk_to_others(share):
    first = write("a")
    with refused("client_busy"):
        write("a")
    assert write("b").path.exists()
    del first
    gc.collect()
    assert write("a").path.exists()
