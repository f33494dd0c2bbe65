"""A mail server on loopback: it takes messages as RFC 5321 says, in ASCII, and keeps them."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

WAIT = 10  # seconds


@dataclass
class Mailroom:
    """What came in, in order: from whom, for whom, and the message byte by byte."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        del server, session
        self.taken.append(envelope)
        return "250 OK"


@contextmanager
def mailroom() -> Iterator[Mailroom]:
    """Run the server on a free port for as long as the block runs."""
    from aiosmtpd.smtp import SMTP

    room, loop = Mailroom(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> asyncio.Server:
        def speak() -> SMTP:
            return SMTP(room, enable_SMTPUTF8=False, decode_data=False, loop=loop)

        return await loop.create_server(speak, "127.0.0.1", 0)

    async def stop(server: asyncio.Server) -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(WAIT)
    try:
        room.port = server.sockets[0].getsockname()[1]
        yield room
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(WAIT)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(WAIT)
        loop.close()
