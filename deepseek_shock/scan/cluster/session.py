"""A Spark session for a scan: one that is there, or one of our own, started quietly.

Spark prints its log to stderr and waits for minutes for what does not come. Here its log goes into
a file, and what it needs is looked for before it is started: pyspark, Java, the master's port.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from deepseek_shock.errors import SparkError, UsageError
from deepseek_shock.scan.cluster.java import check_java
from deepseek_shock.scan.cluster.master import is_here, knock

if TYPE_CHECKING:
    from collections.abc import Generator
    from io import BufferedWriter

_NAME = "shock scan"
_JAVA_PATIENCE = 90.0  # seconds until Java has started
_PATIENCE = 45.0  # seconds from then on until a session stands, here or on a standalone cluster
_SLOW_PATIENCE = 300.0  # YARN and Kubernetes start containers first
_LEAVE = 5.0  # seconds that Java may take to end
_OURS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_LOG = """\
rootLogger.level = error
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %p %c: %m%n
"""


def require_pyspark() -> None:
    """Raise `SparkError` where pyspark is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        raise SparkError(
            "--engine spark needs pyspark, which is not installed",
            hint="install it: pip install 'deepseek-shock[spark]'",
        )


@contextmanager
def hushed() -> Generator[None, None, None]:
    """Keep pyspark from warning of pandas 3, which a scan hands it nothing of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        yield


@contextmanager
def spark_session(master: str | None) -> Generator[Any, None, None]:
    """Give a session: the one that is there, or `spark-submit` has begun; else one on `master`.

    What is made here is stopped here, and nothing else. Raises `SparkError`, `UsageError`.
    """
    require_pyspark()
    with hushed(), _choose(master) as spark:
        yield spark


@contextmanager
def _choose(master: str | None) -> Generator[Any, None, None]:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if os.environ.get("SPARK_REMOTE"):
        raise UsageError(
            "SPARK_REMOTE is set, and a scan does not go through Spark Connect",
            hint="unset it and name the master itself: --master spark://HOST:7077",
        )
    if SparkContext._active_spark_context is not None:  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        yield SparkSession.builder.getOrCreate()
    elif "PYSPARK_GATEWAY_PORT" in os.environ:
        spark = SparkSession.builder.appName(_NAME).getOrCreate()
        try:
            yield spark
        finally:
            spark.stop()
    else:
        with _own(master) as spark:
            yield spark


@contextmanager
def _own(master: str | None) -> Generator[Any, None, None]:
    """Start a Java process and a session in it, and end both."""
    check_java()
    knock(master)
    with TemporaryDirectory(prefix="shock-spark-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "spark.log"
        with log.open("ab") as sink, _environment(Path(folder), log):
            own = _Own(master, sink, log)
            try:
                yield own.start()
            finally:
                own.end()


class _Own:
    """A Java process of our own; what it prints goes to a file."""

    def __init__(self, master: str | None, sink: BufferedWriter, log: Path) -> None:
        self._master = master
        self._sink = sink
        self._log = log
        self._gateway: Any = None
        self._spark: Any = None
        self._error: BaseException | None = None
        self._launched = Event()

    def start(self) -> Any:  # noqa: ANN401 -- pyspark is not always there
        """Return the session. Raises `SparkError` for what fails, or takes too long."""
        # In a thread, which can be left where it waits for a master that does not answer.
        thread = Thread(target=self._make, name="spark session", daemon=True)
        thread.start()
        where = self._master or "what Spark's settings name"
        is_slow = (self._master or "yarn").startswith(("yarn", "k8s"))
        patience = _SLOW_PATIENCE if is_slow else _PATIENCE
        if not self._launched.wait(_JAVA_PATIENCE):
            raise SparkError(
                f"Java has not started in {_JAVA_PATIENCE:.0f} seconds",
                hint="is the machine short of memory, or very busy?",
            )
        thread.join(patience)
        if thread.is_alive():
            raise SparkError(
                f"no session on {where} in {patience:.0f} seconds",
                hint="is it a master of the same release of Spark, with an open port back to here?",
            )
        if self._spark is not None:
            return self._spark
        raise SparkError(
            f"Spark cannot start on {where}: {self._reason()}",
            hint="--master local[*], spark://HOST:7077, yarn or k8s://https://HOST:443",
        ) from self._error

    def _make(self) -> None:
        from pyspark import SparkConf, SparkContext
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession

        try:
            conf = SparkConf(loadDefaults=False).setAppName(_NAME).setAll(list(_OURS.items()))
            if self._master is not None:
                conf.setMaster(self._master)
            streams = {"stdout": self._sink, "stderr": self._sink}
            self._gateway = launch_gateway(conf, popen_kwargs=streams)  # type: ignore[no-untyped-call]
            self._launched.set()
            context = SparkContext(conf=conf, gateway=self._gateway)
            if "PYSPARK_PYTHON" not in os.environ and is_here(context.master):
                context.pythonExec = sys.executable  # else `python3`, whichever that is
            self._spark = SparkSession(context)
        except BaseException as error:  # noqa: BLE001 -- whoever waits is told
            self._error = error
        finally:
            self._launched.set()

    def _reason(self) -> str:
        """Say in one line why it did not start: what Java said last, else the error."""
        said = str(getattr(self._error, "java_exception", None) or self._error)
        if "JAVA_GATEWAY_EXITED" in said:
            lines = (line.strip() for line in self._log.read_text(errors="replace").splitlines())
            told = (one for one in lines if re.search("[Ee]rror|[Ee]xception", one))
            said = next((one for one in told if not one.startswith("at ")), said)
        first = said.partition("\n")[0]
        return re.sub(r'^(Exception in thread "\w+" )?([\w.$]+(Exception|Error): )?', "", first)[
            :300
        ]

    def end(self) -> None:
        """Stop the session, if it stands, and the Java process."""
        from pyspark import SparkContext

        if self._spark is not None:
            with suppress(Exception):  # the process may have died
                self._spark.stop()
        if self._gateway is None:
            return
        with suppress(Exception):
            self._gateway.shutdown()
        process = self._gateway.proc
        process.stdin.close()  # at which it ends
        try:
            process.wait(_LEAVE)
        except Exception:  # noqa: BLE001 -- whatever holds it up
            process.kill()
            process.wait()
        known: Any = SparkContext
        if known._gateway is self._gateway:  # noqa: SLF001 -- it would be used for the next session
            known._gateway = known._jvm = None  # noqa: SLF001


@contextmanager
def _environment(folder: Path, log: Path) -> Generator[None, None, None]:
    """Set what Spark reads from the environment, and put it back."""
    settings = folder / "log4j2.properties"
    settings.write_text(_LOG.format(log=log), encoding="utf-8")
    options = f"-Dlog4j2.configurationFile={settings.as_uri()}"
    changed = {"SPARK_SUBMIT_OPTS": f"{os.environ.get('SPARK_SUBMIT_OPTS', '')} {options}".strip()}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
