"""DuckDB as the scan uses it: within bounds, off the network, ended from another thread."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from deepseek_shock.errors import FileError
from deepseek_shock.scan.reading import StoppedError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

_MEBIBYTE = 1 << 20
_TOO_LITTLE = ("Out of Memory", "No space left", "max_temp_directory_size", "failed to offload")


class QueryError(Exception):
    """What DuckDB says of a query that failed: many lines."""


class Engine:
    """Runs one query at a time; `stop` may be called from another thread."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._is_stopped = False

    @contextmanager
    def running(
        self, threads: int, memory: int, spill: Path | None, *, keeps_order: bool
    ) -> Generator[Any, None, None]:
        """Open a connection for one query, and close it.

        Without a `spill` folder nothing is written to the disk. Raises `StoppedError` after `stop`,
        `FileError` where memory or disk do not do, and `QueryError`.
        """
        import duckdb
        import pyarrow as pa

        settings: dict[str, Any] = {
            "threads": max(1, threads),
            "memory_limit": f"{max(1, memory // _MEBIBYTE)}MiB",
            "temp_directory": "" if spill is None else str(spill),
            "preserve_insertion_order": keeps_order,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        if self._is_stopped:
            raise StoppedError
        self._connection = connection = duckdb.connect(":memory:", config=settings)
        try:
            # DuckDB takes a Python without a script for a person at a prompt, and draws on stdout.
            connection.execute("SET enable_progress_bar = false")
            yield connection
        except (duckdb.Error, pa.ArrowException, OSError, MemoryError) as error:
            # While rows are streamed, pyarrow passes on what DuckDB says as an error of its own.
            raise self._retell(error, spill) from error
        finally:
            self._connection = None
            connection.close()

    def _retell(self, error: BaseException, spill: Path | None) -> Exception:
        text = str(error)
        if self._is_stopped:
            return StoppedError()
        if isinstance(error, MemoryError) or any(word in text for word in _TOO_LITTLE):
            return FileError(
                str(spill or "memory"),
                "does not hold what is to be sorted",
                hint="give more with --memory, or a folder with more room with --spill",
            )
        return QueryError(text)

    def stop(self) -> None:
        """End the query that runs, and all that would follow."""
        self._is_stopped = True
        if (connection := self._connection) is not None:
            connection.interrupt()

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._is_stopped


def stream(connection: Any, sql: str, parameters: Sequence[Any], size: int) -> Iterator[Any]:  # noqa: ANN401 -- duckdb and pyarrow ship no types
    """Yield the record batches of a query as they come, none of them held."""
    found = connection.sql(sql, params=list(parameters)) if parameters else connection.sql(sql)
    # The name of DuckDB 1.4 and later, and that of those before.
    take = getattr(found, "to_arrow_reader", None) or found.fetch_arrow_reader
    yield from take(size)
