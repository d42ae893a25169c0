"""Who sends a request: the address, as the nearest proxy that the operator knows of tells it."""

from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from explorer.limits import PROXIES


def client_address(connection: HTTPConnection) -> str:
    """The address of the client.

    Each proxy appends the address that it was called from to X-Forwarded-For. What stands before
    the last `PROXIES` entries was sent by the client itself and proves nothing.
    """
    told = _told_by_proxies(connection.headers.getlist("x-forwarded-for")) if PROXIES else ""
    if told:
        return household(told)
    return household(connection.client.host) if connection.client else "?"


def _told_by_proxies(lines: list[str]) -> str:
    """The entry that the first of the known proxies appended; "" where there are fewer.

    Of those before it, which may be many, none is looked at.
    """
    entries = ",".join(lines).rsplit(",", PROXIES)[-PROXIES:]
    return entries[0].strip() if len(entries) == PROXIES else ""


def _without_port(address: str) -> str:
    """Some proxies append the port, by which each connection would be another client."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    host, _, rest = address.partition(":")
    return host if rest.isdecimal() else address


def household(address: str) -> str:
    """What one client has of all addresses: of IPv6 each has a whole network of 64 bits."""
    address = _without_port(address)
    try:
        found = ip_address(address)
    except ValueError:  # a proxy's own word for it
        return address[:64]
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
