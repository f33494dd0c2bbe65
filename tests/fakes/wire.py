"""HTTP/1.1 as the fakes speak it: requests are read, answers are sent with the faults they have."""

from __future__ import annotations

import json
import socket
import struct
import threading
from http import HTTPStatus
from http.client import parse_headers
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedReader, IOBase

JSON = "application/json;charset=utf-8"
_PIECE = 32  # bytes of a dripping body sent at once


class Request(NamedTuple):
    """What was asked: the path is decoded, names of headers are in lower case."""

    host: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


class Reply(NamedTuple):
    """What is answered, and what goes wrong on the way.

    `delay`: seconds before the answer. `drip`: seconds between small pieces of the body. `cut`:
    bytes of the body that are sent under its full Content-Length before the connection is closed.
    `reset`: a TCP reset in place of any answer.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    reset: bool = False


def json_of(answer: object, status: int = 200) -> Reply:
    """Return an answer in JSON."""
    return Reply(status, json.dumps(answer).encode(), {"Content-Type": JSON})


def read_request(host: str, reader: BufferedReader) -> Request | None:
    """Read a request to a host; `None` at the end of the connection."""
    method, target, headers = read_head(reader)
    if not method:
        return None
    body = reader.read(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(host, method, unquote(parts.path), query, headers, body)


def read_head(reader: IOBase) -> tuple[str, str, dict[str, str]]:
    """Read a request's line and headers; all of them are empty at the end of the connection."""
    words = reader.readline(65536).decode("latin-1").split()
    if len(words) != 3:
        return "", "", {}
    headers = parse_headers(reader)
    return words[0], words[1], {name.lower(): value for name, value in headers.items()}


def head_of(reply: Reply, *, is_last: bool) -> bytes:
    """Return the status line and the headers of an answer."""
    defaults = {"Content-Type": "text/plain", "Connection": "close" if is_last else "keep-alive"}
    headers = defaults | dict(reply.headers) | {"Content-Length": str(len(reply.body))}
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"


def send(connection: socket.socket, reply: Reply, closing: threading.Event) -> bool:
    """Send an answer with its faults; tell whether the connection may serve another."""
    if closing.wait(reply.delay):
        return False
    if reply.reset:
        # Closed with no time to linger, TCP resets.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    body = reply.body if reply.cut is None else reply.body[: reply.cut]
    head = head_of(reply, is_last=False)
    if not reply.drip:
        connection.sendall(head + body)
        return reply.cut is None
    connection.sendall(head)
    for at in range(0, len(body), _PIECE):
        connection.sendall(body[at : at + _PIECE])
        if closing.wait(reply.drip):
            return False
    return reply.cut is None
