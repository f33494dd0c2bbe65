"""Watchlists and events: TOML in, checked values out."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from deepseek_shock.errors import ShockError, UsageError, near_matches
from deepseek_shock.market.event import Context, Event, Focus, Group, Point, Watchlist
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.instrument import Instrument, Text, check_ticker, make_instrument
from deepseek_shock.market.sessions import is_session
from deepseek_shock.tomlfile import Table, is_file_name, read_toml
from deepseek_shock.userpath import expand

Directory = dict[str, Instrument]
"""The instruments that are known by name, by ticker."""

_NAMED = 4  # tickers that name a list of tickers
_CALENDARS = sorted({exchange.calendar for exchange in EXCHANGES.values()})


def read_watchlist(path: Path, directory: Directory) -> Watchlist:
    """Read and check a watchlist file. Raises `FileError` with file, line and what is wrong."""
    table = read_toml(path)
    members = _Members(directory, _names(table))
    watchlist = Watchlist(
        id=table.string("id"),
        title=_text(table, "title"),
        groups=tuple(_group(group, members) for group in table.tables("groups")),
        indexes=members.read(table, "indexes", are_indexes=True),
    )
    table.finish()
    if not watchlist.shares:
        table.complain("no [[groups]] with tickers: nothing to report on")
    return watchlist


def make_watchlist(tickers: Iterable[str], directory: Directory) -> Watchlist:
    """Make a watchlist of bare tickers; those that begin with ^ are its indexes.

    Raises `UsageError` for a malformed ticker and for an empty list.
    """
    found = find_instruments(tickers, directory)
    if not any(not instrument.is_index for instrument in found):
        raise UsageError("no share is named", hint="--tickers NVDA,5803.T names two")
    named = ", ".join(instrument.ticker for instrument in found[:_NAMED])
    title = Text(*[f"{named} …" if found[_NAMED:] else named] * 2)
    shares = tuple(instrument for instrument in found if not instrument.is_index)
    indexes = tuple(instrument for instrument in found if instrument.is_index)
    return Watchlist("tickers", title, (Group("tickers", title, title, shares),), indexes)


def find_instruments(tickers: Iterable[str], directory: Directory) -> list[Instrument]:
    """Return the instruments of tickers, each once. Raises `UsageError` for a malformed one."""
    return [
        directory.get(check_ticker(ticker)) or make_instrument(ticker)
        for ticker in dict.fromkeys(tickers)
    ]


def read_event(path: Path) -> Event:
    """Read and check an event file. Raises `FileError` with file, line and what is wrong."""
    table = read_toml(path)
    day = table.date("date")
    event = Event(
        id=table.string("id"),
        name=_text(table, "name"),
        date=day,
        sessions=_sessions(table, day),
        watchlist=_beside(path, table.string("watchlist")),
        leads=_tickers(table, "leads"),
        lines=_tickers(table, "lines"),
        followed=_tickers(table, "followed"),
        mentioned=_tickers(table, "mentioned"),
        focus=tuple(_focus(focus) for focus in table.tables("focus")),
        context=_context(table.table("context")) if "context" in table else None,
    )
    table.finish()
    return event


def check_event(path: Path, watchlist: Watchlist) -> None:
    """Check an event file against its watchlist and the calendars.

    Raises `FileError` for a share that is not watched, an unknown group, a day without a session.
    """
    table = read_toml(path)
    watched = {instrument.ticker for instrument in watchlist.instruments}
    for key in ("leads", "lines", "followed", "mentioned"):
        _check_known(
            table, key, table.strings(key), watched, f"not in the watchlist {watchlist.id}"
        )
    groups = {group.id for group in watchlist.groups}
    indexes = {index.ticker for index in watchlist.indexes}
    for focus in table.tables("focus"):
        named = focus.strings("groups")
        _check_known(focus, "groups", named, groups, "no group of the watchlist")
        _check_members(focus, focus.string("calendar"), named, watchlist)
        benchmark = (focus.string("benchmark"),) if "benchmark" in focus else ()
        _check_known(focus, "benchmark", benchmark, indexes, "no index of the watchlist")
    _check_days(table, read_event(path), watchlist)


def _check_known(table: Table, key: str, named: Iterable[str], known: set[str], what: str) -> None:
    for name in named:
        if name not in known:
            near = near_matches(name, known)
            hint = (
                f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known)[:8])} …"
            )
            table.complain(f"{name}: {what}", key=key, quoted=(name, 0), hint=hint)


def _check_members(focus: Table, calendar: str, named: Iterable[str], watchlist: Watchlist) -> None:
    members = [one for group in watchlist.groups if group.id in named for one in group.members]
    if named and not any(one.exchange.calendar == calendar for one in members):
        focus.complain(f"none of these groups has a share on {calendar}", key="groups")


def _check_days(table: Table, event: Event, watchlist: Watchlist) -> None:
    exchanges = {one.exchange.calendar: one.exchange for one in watchlist.instruments}
    days = {calendar: event.sessions[calendar] for calendar in exchanges}
    if not any(is_session(exchanges[calendar], day) for calendar, day in days.items()):
        table.complain("no exchange of the watchlist had a session on the event's day", key="date")


def _group(table: Table, members: "_Members") -> Group:
    title = _text(table, "title")
    short = _text(table, "short_title") if "short_title" in table else title
    group = Group(
        members.group_id(table), title, short, members.read(table, "tickers", are_indexes=False)
    )
    table.finish()
    return group


class _Members:
    """The instruments of one watchlist file, each named once."""

    def __init__(self, directory: Directory, names: dict[str, Text]) -> None:
        self._directory = directory
        self._names = names
        self._seen: set[str] = set()
        self._groups: set[str] = set()

    def group_id(self, table: Table) -> str:
        """Take a group's id, which no other group may have."""
        name = table.string("id")
        if name in self._groups:
            table.complain(f"two groups have the id {name!r}", key="id", hint="give each its own")
        self._groups.add(name)
        return name

    def read(self, table: Table, key: str, *, are_indexes: bool) -> tuple[Instrument, ...]:
        """Take an array of tickers and return their instruments."""
        found = [self._instrument(table, key, ticker) for ticker in table.strings(key)]
        for one in found:
            if one.is_index is not are_indexes:
                where = "`indexes`" if one.is_index else "a group"
                hint = f"an index begins with ^; name {one.ticker} in {where}"
                table.complain(
                    f"{one.ticker} has no place here", key=key, quoted=(one.ticker, 0), hint=hint
                )
        return tuple(found)

    def _instrument(self, table: Table, key: str, ticker: str) -> Instrument:
        if ticker in self._seen:
            table.complain(
                f"{ticker} stands twice", key=key, quoted=(ticker, -1), hint="name it once"
            )
        self._seen.add(ticker)
        known, name = self._directory.get(ticker), self._names.get(ticker)
        if known is not None:
            return known if name is None else known._replace(name=name, short_name=name)
        try:
            return make_instrument(ticker, name=name)
        except ShockError as error:
            table.complain(error.message, key=key, quoted=(ticker, 0), hint=error.hint)


def _names(table: Table) -> dict[str, Text]:
    if "names" not in table:
        return {}
    names = table.table("names")
    return {ticker: _text(names, ticker) for ticker in names.keys}


def _text(table: Table, key: str) -> Text:
    """Take words in both languages, or one string that serves for both."""
    if isinstance(table.peek(key), str):
        word = table.string(key)
        return Text(word, word)
    words = table.table(key)
    text = Text(words.string("en"), words.string("ja"))
    words.finish()
    return text


def _tickers(table: Table, key: str) -> tuple[str, ...]:
    tickers = table.strings(key)
    for ticker in tickers:
        try:
            make_instrument(ticker)
        except ShockError as error:
            table.complain(error.message, key=key, quoted=(ticker, 0), hint=error.hint)
    return tickers


def _beside(path: Path, name: str) -> str:
    """Return a name as it is, and a file's as seen from the file that names it."""
    return str(path.parent / expand(name)) if is_file_name(name) else name


def _sessions(table: Table, day: date) -> dict[str, date]:
    given: dict[str, date] = {}
    if "sessions" in table:
        sessions = table.table("sessions")
        for calendar in sessions.keys:
            _check_calendar(sessions, calendar, calendar)
            given[calendar] = sessions.date(calendar)
    return {calendar: given.get(calendar, day) for calendar in _CALENDARS}


def _focus(table: Table) -> Focus:
    calendar = table.string("calendar")
    _check_calendar(table, calendar, "calendar")
    focus = Focus(
        calendar=calendar,
        groups=table.strings("groups"),
        title=_text(table, "title"),
        noun=_text(table, "noun"),
        benchmark=table.string("benchmark") if "benchmark" in table else None,
    )
    table.finish()
    return focus


def _check_calendar(table: Table, calendar: str, key: str) -> None:
    if calendar not in _CALENDARS:
        table.complain(
            f"{calendar!r} is no calendar", key=key, hint=f"known: {', '.join(_CALENDARS)}"
        )


def _context(table: Table) -> Context:
    context = Context(
        opening=_text(table, "opening"),
        points=tuple(_point(point) for point in table.tables("points")),
        closing=_text(table, "closing"),
    )
    table.finish()
    return context


def _point(table: Table) -> Point:
    point = Point(_text(table, "heading"), _text(table, "body"))
    table.finish()
    return point
