"""A standalone cluster of Spark on loopback: a master and two workers, processes of our own."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_WAIT: Final = 60.0  # seconds until a master, or a worker, stands
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
# Small, and quick to start: they serve for a minute.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_DEFAULTS = f"""\
spark.executor.memory 512m
spark.driver.memory 512m
spark.cores.max 2
spark.executor.extraJavaOptions {_JAVA}
spark.driver.extraJavaOptions {_JAVA}
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.ui.enabled false
"""


_OWN: dict[int, subprocess.Popen[bytes]] = {}  # that this process has started


class Cluster:
    """Its master's address, and the processes that it consists of: `pids` by their names."""

    def __init__(self, folder: Path, port: int, pids: dict[str, int]) -> None:
        self.folder = folder
        self.conf = folder / "conf"
        self.master = f"spark://127.0.0.1:{port}"
        self.pids = pids
        self.port = port

    def start(self) -> None:
        """Start the master, and two workers at once; wait until they have found each other."""
        self.conf.mkdir(parents=True, exist_ok=True)
        tables = f"spark.sql.warehouse.dir {self.folder / 'tables'}\n"  # else in the working folder
        (self.conf / "spark-defaults.conf").write_text(_DEFAULTS + tables)
        self._start("master", _MASTER, "--port", str(self.port))
        _wait_for(lambda: _listens(self.port))
        for name in ("worker1", "worker2"):
            self._start_worker(name)
        for name in ("worker1", "worker2"):
            self.await_worker(name)

    def _start_worker(self, name: str) -> None:
        # Room for several sessions at once: it is counted, not taken.
        work = str(self.folder / f"{name}-work")
        self._start(name, _WORKER, "--cores", "4", "--memory", "3g", "-d", work, self.master)

    def await_worker(self, name: str) -> None:
        """Wait until the master knows a worker."""
        log = self.folder / f"{name}.log"
        _wait_for(lambda: "Successfully registered with master" in log.read_text(errors="replace"))

    def kill_worker(self) -> str:
        """Kill the worker of the first executor at once (−9), and the executor with it."""
        name = next(name for name in ("worker1", "worker2") if children_of(self.pids[name]))
        pid = self.pids.pop(name)
        own = children_of(pid)
        os.kill(pid, signal.SIGKILL)
        for executor in own:
            with suppress(ProcessLookupError):  # it looks after its worker
                os.kill(executor, signal.SIGKILL)
        return name

    def mend(self) -> None:
        """Start what was killed anew, and note down its process."""
        with _locked(self.folder):
            for name in ("worker1", "worker2"):
                if name not in self.pids:
                    self._start_worker(name)
                    self.await_worker(name)
            state = self.folder / "state.json"
            _write(state, self, int(json.loads(state.read_text())["users"]))

    def end(self) -> None:
        """End all processes, workers first."""
        for pid in reversed(self.pids.values()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for pid in self.pids.values():
            _wait_for(partial(_is_gone, pid))

    def _start(self, name: str, main: str, *args: str) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        where = ("--host", "127.0.0.1", "--webui-port", "0")
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [home / "bin" / "spark-class", main, *where, *args],
                env=os.environ
                | {
                    "SPARK_HOME": str(home),
                    "SPARK_CONF_DIR": str(self.conf),
                    "SPARK_LOCAL_IP": "127.0.0.1",
                    "SPARK_DAEMON_MEMORY": "256m",
                    "SPARK_DAEMON_JAVA_OPTS": _JAVA,
                    "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
                    "SPARK_LOCAL_DIRS": str(self.folder / "local"),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is the tests' own affair
            )
        self.pids[name] = process.pid
        _OWN[process.pid] = process


@contextmanager
def shared_cluster(folder: Path) -> Generator[Cluster, None, None]:
    """Give the cluster of all processes that run these tests: the first starts it, the last ends.

    A suite that is dealt out to several processes would start one for each otherwise.
    """
    folder.mkdir(exist_ok=True)
    state = folder / "state.json"
    with _locked(folder):
        users = 0
        if state.exists():
            held = json.loads(state.read_text())
            users = int(held["users"])
        if users:
            cluster = Cluster(folder, held["port"], held["pids"])
        else:
            cluster = Cluster(folder, _free_port(), {})
            cluster.start()
        _write(state, cluster, users + 1)
    try:
        yield cluster
    finally:
        with _locked(folder):
            held = json.loads(state.read_text())
            cluster.pids = held["pids"]
            _write(state, cluster, held["users"] - 1)
            if held["users"] == 1:
                cluster.end()


@contextmanager
def _locked(folder: Path) -> Generator[None, None, None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(state: Path, cluster: Cluster, users: int) -> None:
    state.write_text(json.dumps({"users": users, "port": cluster.port, "pids": cluster.pids}))


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended
            found += map(int, file.read_text().split())
    return found


def _is_gone(pid: int) -> bool:
    if (own := _OWN.get(pid)) is not None:
        return own.poll() is not None
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + _WAIT
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)
