"""Clients take turns at slots, whatever each of them asks for."""

import anyio
import anyio.lowlevel

from explorer.ui.turns import Turns
from tests.support import asynchronous


def order_of(clients: str, gone: int | None = None) -> str:
    """Who works after whom, all asking in the order given while the only slot is taken.

    Args:
        gone: which of those that ask stops waiting before anybody works.
    """
    worked, scopes = [], []

    async def ask(turns: Turns, client: str):
        with anyio.CancelScope() as scope:
            scopes.append(scope)
            async with turns.slot(client):
                worked.append(client)
                await anyio.sleep(0)

    async def main():
        turns = Turns(1)
        async with anyio.create_task_group() as tasks, turns.slot("holder"):
            for client in clients:
                tasks.start_soon(ask, turns, client)
                await anyio.lowlevel.checkpoint()
            if gone is not None:
                scopes[gone].cancel()
                await anyio.lowlevel.checkpoint()
        async with turns.slot("last"):  # every slot was given back
            worked.append("last")

    asynchronous.run(main)
    return "".join(worked[:-1])


def test_one_client_is_served_in_order():
    assert order_of("aaa") == "aaa"


def test_a_client_that_asks_for_much_lets_others_pass():
    assert order_of("aaaaabcab") == "abcabaaaa"


def test_who_leaves_is_passed_over():
    assert order_of("aabb", gone=2) == "aba"


def test_the_slot_of_one_that_leaves_as_it_is_called_goes_on():
    """Cancelled in the very moment in which it is handed the slot: whether it works or not."""
    done = []

    async def work(turns: Turns, client: str):
        async with turns.slot(client):
            done.append(client)

    async def main():
        turns = Turns(1)
        async with anyio.create_task_group() as others:
            with anyio.CancelScope() as leaving:
                async with anyio.create_task_group() as tasks:
                    async with turns.slot("holder"):
                        tasks.start_soon(work, turns, "leaves")
                        await anyio.wait_all_tasks_blocked()
                        others.start_soon(work, turns, "stays")
                        await anyio.lowlevel.checkpoint()
                    leaving.cancel()

    asynchronous.run(main)
    assert done[-1] == "stays"


def test_as_many_work_at_once_as_there_are_slots():
    at_once, most = 0, []

    async def work(turns: Turns, client: str):
        nonlocal at_once
        async with turns.slot(client):
            at_once += 1
            most.append(at_once)
            await anyio.sleep(0.001)
            at_once -= 1

    async def main():
        turns = Turns(3)
        async with anyio.create_task_group() as tasks:
            for client in "abcdefgh":
                tasks.start_soon(work, turns, client)

    asynchronous.run(main)
    assert max(most) == 3
    assert len(most) == 8
