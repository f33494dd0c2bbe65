"""The command in a process of its own that need not load pandas first: a fork of one that has.

A run that asks a vendor spends most of its time on loading the vendors' libraries. Here a process
loads them once, and none of ours nor yfinance, and is forked for each run: what is tested is loaded
anew, with the environment, the folder and the streams of the run, and ends as any process ends.
What Python itself reads when it starts (PYTHON…, TZ, LC_ALL) has no effect: such a run is no fork.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What yfinance imports; not itself, which looks for the user's home as it is loaded.
_LIBRARIES = (
    *("numpy", "pandas", "pandas.plotting", "pyarrow", "requests", "curl_cffi.requests", "bs4"),
    *("html5lib", "lxml", "peewee", "websockets.sync.client", "websockets.asyncio.client", "pytz"),
    *("google.protobuf.json_format", "dateutil", "sqlite3", "typer", "rich.console", "jinja2"),
)
_MOST = 1 << 20  # bytes of a request
_IS_POSSIBLE = sys.platform == "linux"  # elsewhere libraries do not bear a fork


def run_loaded(
    *args: str, folder: Path, env: Mapping[str, str], seconds: float
) -> subprocess.CompletedProcess[str] | None:
    """Run `shock ARGS…` with this environment and no other; None where only a start will do."""
    if not _IS_POSSIBLE or any(name == "TZ" or name.startswith("PYTHON") for name in env):
        return None
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        request = json.dumps({"args": args, "folder": str(folder), "env": dict(env)}).encode()
        assert len(request) < _MOST
        connection = _server()
        socket.send_fds(connection, [request], [out.fileno(), err.fileno()])
        pid = int(connection.recv(_MOST))
        connection.settimeout(seconds)
        try:
            code = int(connection.recv(_MOST))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            connection.settimeout(None)
            connection.recv(_MOST)
            raise subprocess.TimeoutExpired(list(args), seconds) from None
        texts = [_text(one.fileno()) for one in (out, err)]
    return subprocess.CompletedProcess(args, code, *texts)


def _text(file: int) -> str:
    size = os.fstat(file).st_size
    return os.pread(file, size, 0).decode().replace("\r\n", "\n")


@cache
def _server() -> socket.socket:
    """Start the process that is forked; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(connection: socket.socket) -> dict[str, Any]:
    """Fork for each request until there is none; returns, in the fork, what was asked for."""
    while True:
        request, files, _, _ = socket.recv_fds(connection, _MOST, 2)
        if not request:
            os._exit(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries' own threads, which stand still
            pid = os.fork()
        if pid == 0:
            os.dup2(files[0], 1)
            os.dup2(files[1], 2)
        for file in files:
            os.close(file)
        if pid == 0:
            connection.close()
            asked: dict[str, Any] = json.loads(request)
            return asked
        connection.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(asked: dict[str, Any]) -> None:
    """Become a run of the command, from the beginning to the end of the process."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv[1:] = asked["args"]
    sys.path[0] = asked["folder"]
    runpy.run_module("deepseek_shock", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for library in _LIBRARIES:
        with suppress(ImportError):
            import_module(library)
    gc.collect()
    gc.freeze()  # else each fork's first search would copy every page
    _become(_serve(socket.socket(fileno=int(sys.argv[1]))))
