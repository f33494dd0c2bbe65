"""What is missing for Spark, or fails on it, is said in two lines and at once."""

from __future__ import annotations

import importlib.util
import socket
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import ShockError, SparkError, UsageError
from deepseek_shock.scan.cluster.java import check_java, find_java
from deepseek_shock.scan.cluster.jobs import JobFailedError, explain
from deepseek_shock.scan.cluster.master import is_here, knock
from deepseek_shock.scan.cluster.session import require_pyspark
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.spark import scan, scan_on

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock


def lay_java(folder: Path, says: str) -> Path:
    """Write a program that answers as Java does."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    java.chmod(0o755)
    return java


def test_java_is_looked_for_where_spark_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SparkError, match="JAVA_HOME is not set, and no java is on the PATH"):
        check_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(SparkError, match=f"where JAVA_HOME points: {tmp_path}/jdk/bin/java"):
        check_java()
    java = lay_java(tmp_path / "jdk", 'openjdk version "17.0.21" 2026-11-17')
    assert find_java() == str(java)


@pytest.mark.parametrize(
    ("says", "old"),
    [
        ('openjdk version "17.0.21" 2026-11-17', None),
        ('openjdk version "21" 2023-09-19', None),
        ('java version "1.8.0_401"', "is Java 8"),
        ('openjdk version "11.0.22" 2024-01-16', "is Java 11"),
        ("no such thing", "does not say which Java it is"),
    ],
)
def test_java_may_be_too_old(
    says: str, old: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_java(tmp_path / "jdk", says)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    if old is None:
        check_java()
        return
    with pytest.raises(SparkError, match=old) as caught:
        check_java()
    assert "17" in caught.value.hint


def test_pyspark_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SparkError, match="not installed") as caught:
        require_pyspark()
    assert "deepseek-shock[spark]" in caught.value.hint


@pytest.mark.spark
def test_the_command_says_what_is_missing(here: Shock, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    (tmp_path / "prices.csv").write_text("ticker,date,close\nA,2025-01-27,1\n")
    asked = ("scan", "prices.csv", "--engine", "spark", "--master")
    for master, words, code in (
        ("local", "Spark needs Java", 1),
        ("spark://127.0.0.1", "no address of a master", 2),
    ):
        java = {"PATH": str(tmp_path)} if master == "local" else {}
        found = here(*asked, master, env=java)
        assert found.returncode == code
        assert found.stdout == ""
        error, hint = found.stderr.splitlines()
        assert error.startswith("error: ")
        assert words in error
        assert hint.startswith("hint: ")


def test_a_master_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        knock(f"spark://127.0.0.1:{port}")
    with pytest.raises(SparkError, match="does not answer"):
        knock(f"spark://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", 0)) as server:
        knock(f"spark://127.0.0.1:{port},127.0.0.1:{server.getsockname()[1]}")  # one stands by


@pytest.mark.parametrize("master", ["spark://host", "spark://", "spark://host:x", "spark://:1"])
def test_an_address_of_a_master_has_a_port(master: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        knock(master)


def test_tasks_here_take_the_python_that_runs_this() -> None:
    assert is_here("local[2]")
    assert is_here("spark://localhost:7077")
    assert not is_here("spark://far:7077")
    assert not is_here("yarn")
    assert not is_here(None)


def test_spark_connect_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SparkError, match="Connect"):
        scan_on(object(), Job(("prices",)))
    pytest.importorskip("pyspark")
    monkeypatch.setenv("SPARK_REMOTE", "sc://localhost")
    with pytest.raises(UsageError, match="SPARK_REMOTE"):
        scan(Job(("prices",)), "local")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            (
                "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that "
                "in driver: 3.11, PySpark cannot run with different minor versions."
            ),
            "the workers run Python 3.9, and this is Python 3.11",
        ),
        ("ModuleNotFoundError: No module named 'pyarrow'", "the workers' Python has no pyarrow"),
        (
            'java.io.IOException: Cannot run program "python9": error=2, No such file',
            "the workers cannot start python9",
        ),
        ("java.lang.OutOfMemoryError: Java heap space", "a task ran out of memory"),
        ('UnsupportedFileSystemException: No FileSystem for scheme "s3a"', "no file system"),
        (
            (
                "An error occurred.\n: org.apache.spark.SparkException: aborted\n\tat a.b(C.java)\n"
                "Caused by: java.net.ConnectException: Connection refused\n\tat d.e(F.java:2)\n"
            ),
            "java.net.ConnectException: Connection refused",
        ),
        ("", "it says not why"),
    ],
)
def test_a_failed_job_is_explained_in_two_lines(said: str, words: str) -> None:
    error = explain(JobFailedError(said))
    assert words in error.message
    assert isinstance(error, ShockError)
    for text in (error.message, error.hint):
        assert "\n" not in text
        assert "\tat " not in text
