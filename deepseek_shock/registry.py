"""Where named watchlists, events and index tables are found: the user's before the bundled."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.errors import FileError, UsageError, near_matches
from deepseek_shock.eventfiles import read_event
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.tomlfile import is_file_name
from deepseek_shock.tomlvalues import Directory
from deepseek_shock.userpath import expand
from deepseek_shock.watchlists import read_watchlist

if TYPE_CHECKING:
    from deepseek_shock.indextables import IndexTable

_BUNDLED = Path(__file__).with_name("sample")
_WEEK = timedelta(days=7)  # how far an event's session may lie behind its date


class Registry(NamedTuple):
    """Where named files are found: the user's folder before the bundled one.

    `folder` is the user's configuration folder, or `None` where only the bundled ones count.
    """

    directory: Directory
    folder: Path | None = None

    def watchlist(self, name: str) -> Watchlist:
        """Read a watchlist by its name or its file."""
        return read_watchlist(self._find("watchlist", name), self.directory)

    def event(self, name: str) -> Event:
        """Read an event by its name or its file."""
        return read_event(self._find("event", name))

    def events(self) -> list[Event]:
        """Read all named events, by date; the user's own takes the place of a bundled namesake."""
        by_id: dict[str, Event] = {}
        for event in map(read_event, self._event_files()):
            by_id.setdefault(event.id, event)
        return sorted(by_id.values(), key=lambda event: (event.date, event.id))

    def event_on(self, day: date) -> Event | None:
        """Find the named event of a date, the user's own before a bundled one.

        A file that does not hold the date is not parsed: there are many, and a report asks.
        """
        mark = day.isoformat().encode()
        files = (file for file in self._event_files() if mark in _bytes_of(file))
        return next((event for event in map(read_event, files) if event.date == day), None)

    def events_between(self, first: date, last: date, other_than: str | None = None) -> list[Event]:
        """Read the named events from one date to another, or somewhat before, but for one by id.

        A file that holds no date among these is not parsed, and one that is not what an event file
        must be is passed over: it was not asked for.
        """
        by_name: dict[str, Path] = {}
        for file in self._event_files():
            by_name.setdefault(file.stem, file)
        by_name.pop(other_than or "", None)
        within = (first - _WEEK, last)
        found: dict[str, Event] = {}
        for file in by_name.values():
            if _holds_date(_bytes_of(file), *within):
                with suppress(FileError):
                    event = read_event(file)
                    found.setdefault(event.id, event)
        found.pop(other_than or "", None)
        return [one for one in found.values() if within[0] <= one.date <= last]

    def index_table(self, name: str) -> "IndexTable":
        """Read the table of an index by the index's ticker, by the table's name, or its file.

        Raises `FileError` where there is none: a table is the user's to write.
        """
        from deepseek_shock.indextables import read_index_table

        return read_index_table(self._find_index_table(name), self.directory)

    def _find_index_table(self, name: str) -> Path:
        if is_file_name(name):
            return expand(name)
        from deepseek_shock.indextables import names_index

        folder = self._roots[0] / "indexes"
        tables = sorted(folder.glob("*.toml"))
        found = [file for file in tables if name in (file.stem, names_index(file))]
        if not found:
            near = near_matches(name, [index for file in tables if (index := names_index(file))])
            raise FileError(
                str(folder),
                f"no index table for {name}",
                hint=f"{f'did you mean {near[0]}? if not, ' if near else ''}write "
                f"{folder / _table_name(name)}, as docs/contribution.md says, or give a .toml file",
            )
        if len(found) > 1:
            raise FileError(
                str(found[1]),
                f"is a table for {name}, as {found[0]} is",
                hint="keep one of them, or give the file's path",
            )
        return found[0]

    def _event_files(self) -> Iterator[Path]:
        for root in self._roots:
            yield from sorted((root / "events").glob("*.toml"))

    @property
    def _roots(self) -> list[Path]:
        return [_BUNDLED] if self.folder is None else [self.folder, _BUNDLED]

    def _find(self, kind: str, name: str) -> Path:
        path = expand(name)
        if is_file_name(name):
            return path
        for root in self._roots:
            if (file := root / f"{kind}s" / f"{name}.toml").is_file():
                return file
        raise _unknown(kind, name, self.names(kind))

    def names(self, kind: str) -> list[str]:
        """List the names of all that is of a kind, `event` or `watchlist`; no file is read."""
        return sorted(
            {file.stem for root in self._roots for file in (root / f"{kind}s").glob("*.toml")}
        )


def _bytes_of(file: Path) -> bytes:
    """Read a file; one that cannot be read holds nothing here, and says so when it is named."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _holds_date(text: bytes, first: date, last: date) -> bool:
    """Tell whether there is a date between two others."""
    ends = first.isoformat().encode(), last.isoformat().encode()
    return any(ends[0] <= found <= ends[1] for found in re.findall(rb"\d{4}-\d\d-\d\d", text))


def _table_name(index: str) -> str:
    return f"{index.removeprefix('^').lower()}.toml"


def _unknown(kind: str, name: str, known: list[str]) -> UsageError:
    near = near_matches(name, known)
    return UsageError(
        f"no {kind} is named {name!r}",
        hint=f"did you mean {near[0]}?"
        if near
        else f"known: {', '.join(known)}; or give a .toml file",
    )
