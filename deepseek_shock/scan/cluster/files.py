"""The files of a history where Spark finds them, and what a task needs to know of each.

Files come to the tasks whole, as bytes. Spark's own reader of Parquet turns columns into rows and
back into columns, which took five to seven times as long (40 M rows: 24 s against 3.3 to 4.8 s),
and reads dates by the session's zone. So a task decodes what it gets as the local engine does, and
any path will do that Spark can open.
"""

from __future__ import annotations

import posixpath
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.errors import FileError
from deepseek_shock.scan.cluster.jobs import JobFailedError, explain, spoken
from deepseek_shock.scan.packs.manifest import BESIDE_ROWS
from deepseek_shock.scan.rows.files import (
    PARQUET_ENDINGS,
    TEXT_ENDINGS,
    FileKind,
    find_files,
    find_partitions,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

LARGEST = 512 << 20  # bytes of a file that a task takes whole
_PARTITION = 8 << 20  # bytes; files of less may share a task, none is split
_OPENING = 128 << 10  # bytes that are as dear as to open a file
# Of the session, while a scan goes on.
SETTINGS: dict[str, int | str] = {
    "spark.sql.files.maxPartitionBytes": _PARTITION,
    "spark.sql.files.openCostInBytes": _OPENING,
    # A damaged or missing file is named, and never passed over in silence.
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    # Explicit files are looked up by the driver: jobs for that would cost more.
    "spark.sql.sources.parallelPartitionDiscovery.threshold": 1 << 16,
    "spark.sql.execution.arrow.maxRecordsPerBatch": 64,  # each holds a file, or a part of one
}
_ABOUT_FILES = ("FAILED_READ_FILE", "PATH_NOT_FOUND", "FileNotFound", "IOException")
_PATTERN = frozenset("*?[]{}\\")


class SparkFile(NamedTuple):
    """A file: its `name` in messages, the `uri` that Spark opens, its bytes.

    `kind` is what it is read by, `None` where its name does not tell; `partitions` are the columns
    that its folders tell. `local` is its path on this machine, where it is on it.
    """

    name: str
    uri: str
    size: int
    kind: FileKind | None = None
    partitions: tuple[tuple[str, str], ...] = ()
    local: str | None = None

    @property
    def base(self) -> str:
        """Its own name, without its folders."""
        return posixpath.basename(self.uri)


class SparkFiles(NamedTuple):
    """The files of a history, and what lay beside them, each with why."""

    files: tuple[SparkFile, ...]
    foreign: tuple[tuple[str, str], ...] = ()


def key_of(uri: str) -> str:
    """Return an address as it compares: Spark spells `file:/x`, others `file:///x`."""
    scheme, separator, path = uri.partition(":")
    return f"{scheme}:/{path.lstrip('/')}" if separator and scheme == "file" else uri


def find_spark_files(spark: Any, paths: Sequence[str]) -> SparkFiles:  # noqa: ANN401 -- pyspark is not always there
    """Find files on this machine as the local engine does, others through Spark.

    Raises `FileError`, `UsageError`.
    """
    default = str(spark.sparkContext._jsc.hadoopConfiguration().get("fs.defaultFS"))  # noqa: SLF001 -- there is no other way
    here = [path for path in paths if _is_local(path, default)]
    files: dict[str, SparkFile] = {}
    foreign: dict[str, str] = {}
    if here or not paths:
        found = find_files([path.removeprefix("file:") for path in here])
        foreign |= dict(found.foreign)
        for one in found.files:
            uri = f"file://{one.path}"
            file = SparkFile(one.name, uri, one.size, one.kind, one.partitions, one.path)
            files[key_of(file.uri)] = file
    for path in paths:
        if path not in here:
            _list(spark, path, files, foreign)
    _check_sizes(files.values())
    return SparkFiles(tuple(files.values()), tuple(foreign.items()))


def _is_local(path: str, default: str) -> bool:
    scheme, separator, _ = path.partition(":/")
    if separator and len(scheme) > 1 and scheme.replace("+", "").isalnum():
        return scheme == "file"
    return default.startswith("file:")


def _list(
    spark: Any,  # noqa: ANN401 -- the same
    path: str,
    files: dict[str, SparkFile],
    foreign: dict[str, str],
) -> None:
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    try:
        with spoken():
            listed = reader.load(path).select("path", "length").collect()
    except JobFailedError as failed:
        if "PATH_NOT_FOUND" in failed.said:
            raise FileError(path, "does not exist", hint="Spark finds nothing there") from failed
        raise explain(failed) from failed
    if not listed:
        raise FileError(path, "holds no table", hint="Parquet and CSV are read")
    for uri, size in sorted(listed):
        name = posixpath.basename(uri)
        if name.endswith((".crc", "~")) or BESIDE_ROWS.fullmatch(name):
            continue
        if len(listed) > 1 and not name.lower().endswith(TEXT_ENDINGS + PARQUET_ENDINGS):
            foreign[uri] = "is neither Parquet nor CSV, by its name"
        else:
            files[key_of(uri)] = SparkFile(uri, uri, size, _kind(name), find_partitions(uri))


def _kind(name: str) -> FileKind | None:
    if name.lower().endswith(PARQUET_ENDINGS):
        return FileKind.PARQUET
    return FileKind.TEXT if name.lower().endswith(TEXT_ENDINGS) else None


def _check_sizes(files: Iterable[SparkFile]) -> None:
    for file in files:
        if file.size > LARGEST:
            raise FileError(
                file.name,
                f"has {file.size / (1 << 20):,.0f} MiB, and a task takes files of up to "
                f"{LARGEST >> 20} whole",
                hint="write it in smaller files; where it is at hand, shock scan FILE --pack DIR",
            )


@contextmanager
def settled(spark: Any) -> Generator[None, None, None]:  # noqa: ANN401 -- the same
    """Set what the jobs of a scan need, and give the session back as it was."""
    before = {name: spark.conf.get(name, None) for name in SETTINGS}
    for name, value in SETTINGS.items():
        spark.conf.set(name, value)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                spark.conf.unset(name)
            else:
                spark.conf.set(name, old)


def read_whole(spark: Any, files: Iterable[SparkFile]) -> Any:  # noqa: ANN401 -- the same
    """Return a frame of `path` and `content`, a row a file."""
    addresses = [_escape(file.uri) for file in files]
    return spark.read.format("binaryFile").load(addresses).select("path", "content")


def _escape(uri: str) -> str:
    """Spell an address so that Spark sees no pattern in it."""
    return "".join(f"\\{one}" if one in _PATTERN else one for one in uri)


def find_culprit(said: str, files: Mapping[str, SparkFile]) -> SparkFile | None:
    """Find the file that Spark's complaint is about."""
    if not any(word in said for word in _ABOUT_FILES):
        return None
    plain = said.replace("file:///", "file:/")
    named = [file for key, file in files.items() if key in plain]
    return max(named, key=lambda file: len(file.uri), default=None)
