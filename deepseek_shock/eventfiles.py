"""Event files: TOML in, checked values out."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from deepseek_shock.analysis.instant import first_day, first_open, session_of
from deepseek_shock.errors import ShockError, near_matches
from deepseek_shock.market.event import (
    DEFAULT_WATCHLIST,
    Context,
    Event,
    Fact,
    Focus,
    Outstanding,
    Point,
    Watchlist,
)
from deepseek_shock.market.exchange import EXCHANGES, Exchange
from deepseek_shock.market.instrument import check_ticker, make_instrument
from deepseek_shock.market.ruling import Ruling, rule
from deepseek_shock.tomlfile import Table, is_file_name, read_toml
from deepseek_shock.tomlvalues import check_calendar, take_text
from deepseek_shock.userpath import expand

_NEXT = "next"
_MOST_SHARES = 10**14
_HOME = ("XNYS", "XTKS")  # whose sessions are settled as the file is read


def read_event(path: Path) -> Event:
    """Read and check an event file. Raises `FileError` with file, line and what is wrong."""
    table = read_toml(path)
    day = table.date("date")
    at = table.instant("at") if "at" in table else None
    is_next = _is_next(table)
    is_placed = table.peek("watchlist") not in (None, DEFAULT_WATCHLIST)  # which may place tickers
    event = Event(
        id=table.string("id"),
        name=take_text(table, "name"),
        date=day,
        sessions=_sessions(table, day, at, is_next=is_next),
        watchlist=_beside(path, table.string("watchlist"))
        if "watchlist" in table
        else DEFAULT_WATCHLIST,
        leads=_tickers(table, "leads", is_placed=is_placed),
        lines=_tickers(table, "lines", is_placed=is_placed),
        followed=_tickers(table, "followed", is_placed=is_placed),
        mentioned=_tickers(table, "mentioned", is_placed=is_placed),
        focus=tuple(_focus(focus) for focus in table.tables("focus")),
        context=_context(table.table("context")) if "context" in table else None,
        outstanding=_outstanding(table),
        fact=_fact(table.table("fact")) if "fact" in table else None,
        at=at,
        is_next_where_closed=is_next,
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
    for fact in table.tables("outstanding"):
        named = (fact.string("ticker"),)
        _check_known(fact, "ticker", named, watched, f"not in the watchlist {watchlist.id}")
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
    """Check that the calendars bear out the days, as far as they reach."""
    calendars = {one.exchange.calendar for one in watchlist.instruments}
    days = {calendar: session_of(event, EXCHANGES[calendar]) for calendar in calendars}
    said = [rule(calendar, day) for calendar, day in days.items()]
    if all(one is Ruling.CLOSED for one in said):
        table.complain("no exchange of the watchlist had a session on the event's day", key="date")
    if "sessions" not in table:
        return
    named = table.table("sessions")
    for calendar in named.keys:
        day = event.sessions[calendar]
        if rule(calendar, day) is Ruling.CLOSED:
            hint = "name the first session that could react, or leave the exchange out"
            named.complain(f"{calendar} had no session on {day}", key=calendar, hint=hint)


def _tickers(table: Table, key: str, *, is_placed: bool) -> tuple[str, ...]:
    """Take an array of tickers: of any suffix where the event's watchlist may place them."""
    tickers = table.strings(key)
    for ticker in tickers:
        try:
            (check_ticker if is_placed else make_instrument)(ticker)
        except ShockError as error:
            table.complain(error.message, key=key, quoted=(ticker, 0), hint=error.hint)
    return tickers


def _is_next(table: Table) -> bool:
    """Tell whether an exchange that was closed on the date has its next session as the event's."""
    if "where_closed" not in table:
        return False
    if table.string("where_closed") != _NEXT:
        table.complain(f'`where_closed` can only be "{_NEXT}"', key="where_closed")
    return True


def _beside(path: Path, name: str) -> str:
    """Return a name as it is, and a file's as seen from the file that names it."""
    return str(path.parent / expand(name)) if is_file_name(name) else name


def _sessions(table: Table, day: date, at: datetime | None, *, is_next: bool) -> dict[str, date]:
    """Take the sessions that are named; the others are the first after the instant, or the date."""
    given: dict[str, date] = {}
    if "sessions" in table:
        sessions = table.table("sessions")
        for calendar in sessions.keys:
            check_calendar(sessions, calendar, calendar)
            given[calendar] = sessions.date(calendar)
    others = [EXCHANGES[name] for name in _HOME if name not in given]
    return {one.calendar: _session(one, day, at, is_next=is_next) for one in others} | given


def _session(exchange: Exchange, day: date, at: datetime | None, *, is_next: bool) -> date:
    if at is not None:
        return first_day(exchange, at)
    return first_open(exchange, day) if is_next else day


def _focus(table: Table) -> Focus:
    calendar = table.string("calendar")
    check_calendar(table, calendar, "calendar")
    focus = Focus(
        calendar=calendar,
        groups=table.strings("groups"),
        title=take_text(table, "title"),
        noun=take_text(table, "noun"),
        benchmark=table.string("benchmark") if "benchmark" in table else None,
    )
    table.finish()
    return focus


def _outstanding(table: Table) -> tuple[Outstanding, ...]:
    """Take the facts on shares outstanding: of one share and day one alone."""
    found: dict[tuple[str, date], Outstanding] = {}
    for row in table.tables("outstanding"):
        fact = _shares_of(row)
        if (fact.ticker, fact.as_of) in found:
            row.complain(
                f"{fact.ticker} has two counts of {fact.as_of}", key="as_of", hint="keep one"
            )
        found[fact.ticker, fact.as_of] = fact
    return tuple(found.values())


def _shares_of(table: Table) -> Outstanding:
    ticker = table.string("ticker")
    try:
        share = make_instrument(ticker)
    except ShockError as error:
        table.complain(error.message, key="ticker", hint=error.hint)
    if share.is_index:
        table.complain(f"{ticker} is an index: it has no shares", key="ticker")
    shares = table.take("shares")
    # To Python `true` is a number; more shares than any company has are a slip of the hand.
    if type(shares) is not int or not 0 < shares < _MOST_SHARES:
        hint = "write how many there are: 24_490_000_000"
        table.complain("`shares` must be a whole number above 0", key="shares", hint=hint)
    fact = Outstanding(ticker, shares, table.date("as_of"), take_text(table, "source"))
    table.finish()
    return fact


def _context(table: Table) -> Context:
    context = Context(
        opening=take_text(table, "opening"),
        points=tuple(_point(point) for point in table.tables("points")),
        closing=take_text(table, "closing"),
    )
    table.finish()
    return context


def _fact(table: Table) -> Fact:
    fact = Fact(
        said=take_text(table, "said"),
        source=take_text(table, "source"),
        url=_address(table, "url") if "url" in table else None,
    )
    table.finish()
    return fact


def _address(table: Table, key: str) -> str:
    """Take the address of a page: whoever follows it must come to a page and nothing else."""
    address = table.string(key)
    if not address.startswith(("https://", "http://")) or " " in address:
        table.complain(f"`{key}` must be an address such as https://example.com/page", key=key)
    return address


def _point(table: Table) -> Point:
    point = Point(take_text(table, "heading"), take_text(table, "body"))
    table.finish()
    return point
