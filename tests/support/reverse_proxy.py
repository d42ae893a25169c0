"""A small reverse proxy that serves an app under a prefix, as nginx does by Gradio's own recipe."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OWN_LINE = {"connection", "keep-alive", "transfer-encoding", "upgrade"}  # of one connection each
_ICON = "/favicon.ico"  # the other server's own: a browser asks before it has read the page
_PIECE = 2**14
_PATIENCE = 60  # seconds


class ReverseProxy:
    """A context manager: `with ReverseProxy(app.url, "/tools", True) as proxy: ...`.

    Attributes:
        url: where the app is reached through the proxy.
        strip: whether the app sees paths without the prefix, or with it.
        outside: paths that were asked for outside of the prefix; each was answered with 404.
    """

    def __init__(self, target: str, prefix: str, strip: bool):
        self.target, self.prefix, self.strip = urlsplit(target).netloc, prefix, strip
        self.outside: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{prefix}/"

    def __enter__(self) -> "ReverseProxy":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self._server.shutdown()
        self._server.server_close()

    def place(self, path: str) -> str | None:
        """The path that the app is asked for; None outside of the prefix."""
        own, found, query = path.partition("?")
        if own != self.prefix and not own.startswith(f"{self.prefix}/"):
            return None
        return (own.removeprefix(self.prefix) or "/") + found + query if self.strip else path


def _handler(proxy: ReverseProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self):
            place = proxy.place(self.path)
            if self.path == _ICON:
                return self._answer_nothing()
            if place is None:
                proxy.outside.append(self.path)
                return self.send_error(404)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            app = http.client.HTTPConnection(proxy.target, timeout=_PATIENCE)
            app.request(self.command, place, body, self._headers())
            return self._pass_back(app.getresponse())

        def _answer_nothing(self):
            self.send_response(204)
            self.end_headers()

        def _headers(self) -> dict[str, str]:
            sent = {k: v for k, v in self.headers.items() if k.lower() not in _OWN_LINE}
            host = self.headers["Host"]
            return sent | {"X-Forwarded-Host": host, "X-Forwarded-Proto": "http"}

        def _pass_back(self, answer: http.client.HTTPResponse):
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OWN_LINE:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read1(_PIECE):  # as it comes: events never end
                self.wfile.write(piece)

        do_GET = do_HEAD = do_POST = do_OPTIONS = _pass_on  # noqa: N815

        def log_message(self, *args):
            """Quiet."""

    return Handler
