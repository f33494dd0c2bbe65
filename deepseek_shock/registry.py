"""Where named watchlists and events are found: the user's own folder before the bundled one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.tomlfile import is_file_name
from deepseek_shock.userpath import expand
from deepseek_shock.watchlists import Directory, read_event, read_watchlist

_BUNDLED = Path(__file__).with_name("sample")


class Registry(NamedTuple):
    """Where named watchlists and events are found: the user's folder before the bundled one.

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
        for event in self._read_events():
            by_id.setdefault(event.id, event)
        return sorted(by_id.values(), key=lambda event: (event.date, event.id))

    def event_on(self, day: date) -> Event | None:
        """Find the named event of a date, the user's own before a bundled one."""
        return next((event for event in self._read_events() if event.date == day), None)

    def _read_events(self) -> Iterator[Event]:
        for root in self._roots:
            yield from map(read_event, sorted((root / "events").glob("*.toml")))

    @property
    def _roots(self) -> list[Path]:
        return [_BUNDLED] if self.folder is None else [self.folder, _BUNDLED]

    def _find(self, kind: str, name: str) -> Path:
        if is_file_name(name):
            return expand(name)
        for root in self._roots:
            if (file := root / f"{kind}s" / f"{name}.toml").is_file():
                return file
        raise _unknown(kind, name, self._names(kind))

    def _names(self, kind: str) -> list[str]:
        return sorted(
            {file.stem for root in self._roots for file in (root / f"{kind}s").glob("*.toml")}
        )


def _unknown(kind: str, name: str, known: list[str]) -> UsageError:
    near = near_matches(name, known)
    return UsageError(
        f"no {kind} is named {name!r}",
        hint=f"did you mean {near[0]}?"
        if near
        else f"known: {', '.join(known)}; or give a .toml file",
    )
