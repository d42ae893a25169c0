"""What one client, and all of them, may hold at once; and who counts as one client."""

import gc

from starlette.requests import Request

from explorer.ui import clients
from explorer.ui.clients import client_address
from explorer.ui.shares import Share
from tests.support.each import each
from tests.unit.refusals import refused


def test_one_client_has_a_part_and_gets_it_back():
    share = Share(each=3, all_together=9)
    first = share.take("a", 2)
    with refused("client_busy"):
        share.take("a", 2)
    with share.take("b", 3):
        pass
    first.release()
    first.release()  # no part is given back twice
    with share.take("a", 3), refused("client_busy"):
        share.take("a")


def test_all_of_them_have_a_bound_too():
    share = Share(each=3, all_together=4)
    held = [share.take("a", 3), share.take("b", 1)]
    with refused("server_busy"):
        share.take("c")
    held.clear()
    gc.collect()
    share.take("c", 3).release()


def request(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = None if peer is None else (peer, 1)
    return Request({"type": "http", "headers": headers, "client": client})


@each(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("10.0.0.1:50001", "10.0.0.1:50002", True),
        ("10.0.0.1:50001", "10.0.0.2:50001", False),
        ("unknown:50001", "unknown:50002", True),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::7", True),
        ("::ffff:10.0.0.1", "10.0.0.1:80", True),
    ],
)
def test_a_household_of_ipv6_is_one_client(one, other, same):
    assert (client_address(request(one)) == client_address(request(other))) == same


def test_a_header_counts_only_as_far_as_proxies_are_known(monkeypatch):
    asked = request("10.0.0.9", "1.1.1.1, 2.2.2.2", "3.3.3.3")
    found = {}
    for proxies in range(5):
        monkeypatch.setattr(clients, "PROXIES", proxies)
        found[proxies] = client_address(asked)
    assert found == {0: "10.0.0.9", 1: "3.3.3.3", 2: "2.2.2.2", 3: "1.1.1.1", 4: "10.0.0.9"}
    assert client_address(request(None)) == "?"
