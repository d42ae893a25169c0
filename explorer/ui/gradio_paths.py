"""Which of Gradio's own addresses are served: those that its page and its clients need.

Gradio has many more, for features that this app does not use: they write files, fetch what a
stranger names, or keep a connection for ever.
"""

import re

from starlette.types import Scope

_NAME = "[0-9A-Za-z_-]{1,64}"
_CALLS = rf"call(?:/v2)?/{_NAME}(?:/{_NAME})?"
_SERVED = re.compile(
    r"/|/(?:config|theme\.css|favicon\.ico|robots\.txt|manifest\.json)/?"
    # Each folder on the way to a file is looked up.
    r"|/(?:assets|static|explorer)(?:/[^/]{1,200}){1,6}/?"
    r"|/monitoring/summary|/gradio_api/mcp/schema"
    rf"|/gradio_api/(?:info|startup-events|cancel|reset|queue/join|queue/data|{_CALLS})/?"
)
_CALL = re.compile(rf"/gradio_api/(?:queue/join|call(?:/v2)?/{_NAME})/?")
_QUERY, _OWN_QUERY = 1024, 8192  # bytes; a page asks by POST for what takes more than 4000
# Answers that last as long as a call does.
_STREAM = re.compile(rf"/gradio_api/(?:queue/data|call(?:/v2)?/{_NAME}/{_NAME})/?")
# The same for everybody; with a query Gradio would read files for them, or make others.
_KEPT = (
    *("/", "/config", "/config/", "/gradio_api/info", "/gradio_api/info/"),
    *("/theme.css", "/theme.css/"),
)


def is_served(path: str) -> bool:
    """Whether there is anything at a path, below the app's own prefix."""
    return _SERVED.fullmatch(path) is not None


def longest_query(path: str) -> int:
    """Bytes of a query that something is served for, as each is gone through whole."""
    return _OWN_QUERY if path.startswith("/explorer/") else _QUERY


def is_call(scope: Scope, path: str) -> bool:
    """Whether a request is to become a call in Gradio's queue."""
    return scope["method"] == "POST" and _CALL.fullmatch(path) is not None


def is_stream(scope: Scope, path: str) -> bool:
    """Whether a request waits for what becomes of a call."""
    return scope["method"] == "GET" and _STREAM.fullmatch(path) is not None


def is_kept(scope: Scope, path: str) -> bool:
    """Whether a request is for an answer that is the same for everybody."""
    return scope["method"] in ("GET", "HEAD") and path in _KEPT


def without_query(scope: Scope, path: str) -> Scope:
    """A request as Gradio is to see it."""
    return scope | {"query_string": b""} if path in _KEPT else scope
