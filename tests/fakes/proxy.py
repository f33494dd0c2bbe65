"""A proxy that plays the internet: it serves the hosts it was given and refuses every other.

    with serve({"*.yahoo.com": handler}, folder=tmp_path) as proxy:
        run_shock("report", ..., folder=tmp_path, env=proxy.env)
    assert proxy.refused == []

The command under test is not changed: its environment names the proxy and an authority that was
made for the occasion, so HTTPS clients believe that they talk to the vendor. Nothing leaves the
machine.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from fnmatch import fnmatchcase
from http.client import HTTPException
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import trustme

from tests.fakes.wire import Reply, Request, head_of, read_head, read_request, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_POLL = 0.02  # seconds within which the end of the context is noticed
_PATIENCE = 5.0  # seconds that a thread may take to end; it takes milliseconds
__all__ = ["Handler", "Proxy", "Reply", "Request", "serve"]

Handler: TypeAlias = "Callable[[Request], Reply]"

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")


@contextlib.contextmanager
def serve(handlers: Mapping[str, Handler], *, folder: Path) -> Iterator[Proxy]:
    """Serve hosts (`api.jquants.com`, `*.yahoo.com`) until the context ends; never any other.

    Handlers are called in the threads of the connections. An exception of a handler is answered
    with status 500 and raised again when the context ends.
    """
    proxy = Proxy(handlers, folder)
    thread = threading.Thread(target=proxy.run, name="proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join(_PATIENCE)
    if proxy.failures:
        raise proxy.failures[0]


class Proxy:
    """The running proxy: `env` leads a process to it, `log` and `refused` say what was asked.

    `log` holds the requests in the order of their arrival, `refused` the hosts that were asked for
    and not served, `peak` the greatest number of requests that were being answered at once.
    """

    def __init__(self, handlers: Mapping[str, Handler], folder: Path) -> None:
        self.log: list[Request] = []
        self.refused: list[str] = []
        self.failures: list[Exception] = []
        self.peak = 0
        self.closing = threading.Event()
        self._busy = 0
        self._handlers = handlers
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.port: int = self._server.server_address[1]
        bundle = folder / f"authority-{self.port}.pem"
        self._authority.cert_pem.write_to_path(str(bundle))
        self.env = {
            **dict.fromkeys(_PROXIES, f"http://127.0.0.1:{self.port}"),
            **dict.fromkeys(_BUNDLES, str(bundle)),
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def run(self) -> None:
        """Take connections until `stop` is called."""
        self._server.serve_forever(_POLL)

    def stop(self) -> None:
        """End everything: no connection, thread or socket is left."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            for connection in self._open:
                _break(connection)
            threads = list(self._threads)
        for thread in threads:
            thread.join(_PATIENCE)

    def find_handler(self, host: str) -> Handler | None:
        """Find who answers for a host, and remember the host if nobody does."""
        for pattern, handler in self._handlers.items():
            if fnmatchcase(host, pattern):
                return handler
        with self._lock:
            self.refused.append(host)
        return None

    def answer(self, handler: Handler, request: Request) -> Reply:
        """Log a request and return its answer."""
        with self._lock:
            self.log.append(request)
        try:
            return handler(request)
        except Exception as error:  # noqa: BLE001 - raised again when the context ends
            self.failures.append(error)
            return Reply(500, f"the fake failed: {error!r}".encode())

    def context_for(self, host: str) -> ssl.SSLContext:
        """Return the server's side of TLS for a host, with a certificate in its name."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.set_alpn_protocols(["http/1.1"])
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        """Count a request among those being answered."""
        with self._lock:
            self._busy += 1
            self.peak = max(self.peak, self._busy)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    @contextlib.contextmanager
    def held(self, connection: socket.socket) -> Iterator[None]:
        """Keep a connection where `stop` finds it, and close it at the end."""
        with self._lock:
            self._open.add(connection)
            self._threads.add(threading.current_thread())
            if self.closing.is_set():  # too late for `stop`, which has been here
                _break(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False  # `Proxy.stop` waits for the threads, after it broke their connections
    request_queue_size = 64

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up is part of the tests."""


class _Connection(socketserver.BaseRequestHandler):
    """One connection: a CONNECT, a handshake, then requests for as long as the client asks."""

    request: socket.socket
    server: _Server

    def handle(self) -> None:
        # A client that goes away at any moment is no error of the fake.
        with (
            contextlib.suppress(OSError, ValueError, HTTPException),
            self.server.proxy.held(self.request),
        ):
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            found = self._accept_tunnel()
            if found is not None:
                self._serve_tunnel(*found)

    def _accept_tunnel(self) -> tuple[str, Handler] | None:
        # Unbuffered: bytes behind the empty line belong to the handshake.
        with self.request.makefile("rb", buffering=0) as reader:
            method, target, _ = read_head(reader)
        is_tunnel = method == "CONNECT"
        host = (target.rpartition(":")[0] if is_tunnel else urlsplit(target).hostname) or target
        handler = self.server.proxy.find_handler(host)
        if handler is None or not is_tunnel:
            refusal = f"no way to {host}".encode()
            self.request.sendall(head_of(Reply(403, refusal), is_last=True) + refusal)
            return None
        self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return host, handler

    def _serve_tunnel(self, host: str, handler: Handler) -> None:
        proxy = self.server.proxy
        secure = proxy.context_for(host).wrap_socket(
            self.request, server_side=True, do_handshake_on_connect=False
        )
        with proxy.held(secure), secure.makefile("rb") as reader:
            secure.do_handshake()
            while (request := read_request(host, reader)) is not None:
                with proxy.counted():
                    reply = proxy.answer(handler, request)
                    if not send(secure, reply, proxy.closing):
                        break


def _break(connection: socket.socket) -> None:
    """Wake whoever reads from or writes to a connection; its own thread closes it."""
    with contextlib.suppress(OSError):
        # Not `SSLSocket.shutdown`, which takes the TLS state away under the reader's hands.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
