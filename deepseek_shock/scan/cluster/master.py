"""The address of a standalone master: read, and knocked at before Spark waits for it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from deepseek_shock.errors import SparkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_PORT_WAIT = 5.0  # seconds that a master may take to accept a connection


def is_here(master: str | None) -> bool:
    """Tell whether tasks run on this machine."""
    if master is not None and master.startswith("local"):
        return True
    return any(host in ("localhost", "127.0.0.1", "::1") for host, _ in _addresses(master))


def _addresses(master: str | None) -> Sequence[tuple[str, int]]:
    """Return the hosts and ports of a standalone master. Raises `UsageError`."""
    kind, _, rest = (master or "").partition("://")
    if kind != "spark":
        return ()
    pairs = [one.rpartition(":") for one in rest.split(",")]
    if not all(host and port.isdecimal() for host, _, port in pairs):
        raise UsageError(
            f"--master {master} is no address of a master",
            hint="spark://HOST:PORT; the port is 7077 unless it was chosen otherwise",
        )
    return [(host.strip("[]"), int(port)) for host, _, port in pairs]


def knock(master: str | None) -> None:
    """See that a standalone master listens: Spark would try three times, twenty seconds each."""
    why = ""
    for host, port in _addresses(master):
        try:
            socket.create_connection((host, port), _PORT_WAIT).close()
        except OSError as error:
            why = error.strerror or str(error) or "no answer"
        else:
            return
    if why:
        raise SparkError(
            f"the master {master} does not answer: {why}",
            hint="is it running there, and is this its port? --master local[*] needs none",
        )
