"""Runs a coroutine whatever else the process runs."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run(function: Callable[[], Awaitable[Result]]) -> Result:
    """What the coroutine gives, from a thread of its own.

    An open browser keeps an event loop of its own in the thread of the tests, which takes no other.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, function).result()
