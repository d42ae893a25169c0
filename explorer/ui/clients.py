"""Who sends a request: the address, as the nearest proxy that the operator knows of tells it."""

from starlette.requests import HTTPConnection

from explorer.limits import PROXIES


def client_address(connection: HTTPConnection) -> str:
    """The address of the client.

    Each proxy appends the address that it was called from to X-Forwarded-For. What stands before
    the last `PROXIES` entries was sent by the client itself and proves nothing.
    """
    sent = ",".join(connection.headers.getlist("x-forwarded-for"))
    chain = [entry.strip() for entry in sent.split(",") if entry.strip()]
    if PROXIES and len(chain) >= PROXIES:
        return chain[-PROXIES][:64]
    return connection.client.host if connection.client else "?"
