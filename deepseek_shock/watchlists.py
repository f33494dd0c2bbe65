"""Watchlist files: TOML in, checked values out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from deepseek_shock.errors import ShockError, UsageError
from deepseek_shock.market.event import Group, Market, Watchlist
from deepseek_shock.market.instrument import Instrument, Text, check_ticker, make_instrument
from deepseek_shock.placements import Placements
from deepseek_shock.tomlfile import Table, read_toml
from deepseek_shock.tomlvalues import Directory, check_calendar, take_text

_NAMED = 4  # tickers that name a list of tickers
_SECTORS = "sectors"


def read_watchlist(path: Path, directory: Directory) -> Watchlist:
    """Read and check a watchlist file. Raises `FileError` with file, line and what is wrong."""
    table = read_toml(path)
    placements = Placements(table)
    members = _Members(directory, _names(table), placements)
    watchlist = Watchlist(
        id=table.string("id"),
        title=take_text(table, "title"),
        groups=tuple(_group(group, members) for group in table.tables("groups")),
        indexes=members.read(table, "indexes", are_indexes=True),
    )
    if "market" in table:
        watchlist = watchlist._replace(market=_market(table.table("market"), watchlist.shares))
    if "benchmarks" in table:
        chosen = _benchmarks(table.table("benchmarks"), watchlist.indexes)
        watchlist = watchlist._replace(benchmarks=chosen)
    placements.check({one.ticker for one in watchlist.instruments})
    table.finish()
    if not watchlist.instruments:
        table.complain("no [[groups]] with tickers and no `indexes`: nothing to report on")
    return watchlist


def make_watchlist(tickers: Iterable[str], directory: Directory) -> Watchlist:
    """Make a watchlist of bare tickers; those that begin with ^ are its indexes.

    Raises `UsageError` for a malformed ticker and for an empty list.
    """
    found = find_instruments(tickers, directory)
    if not found:
        raise UsageError("no ticker is named", hint="--tickers NVDA,5803.T names two")
    shares = tuple(instrument for instrument in found if not instrument.is_index)
    indexes = tuple(instrument for instrument in found if instrument.is_index)
    title = _title_of(shares)
    groups = (Group("tickers", title, title, shares),) if shares else ()
    return Watchlist("tickers", _title_of(found), groups, indexes)


def _title_of(instruments: Sequence[Instrument]) -> Text:
    named = ", ".join(instrument.ticker for instrument in instruments[:_NAMED])
    return Text(*[f"{named} …" if instruments[_NAMED:] else named] * 2)


def find_instruments(tickers: Iterable[str], directory: Directory) -> list[Instrument]:
    """Return the instruments of tickers, each once. Raises `UsageError` for a malformed one."""
    return [
        directory.get(check_ticker(ticker)) or make_instrument(ticker)
        for ticker in dict.fromkeys(tickers)
    ]


def _group(table: Table, members: "_Members") -> Group:
    title = take_text(table, "title")
    short = take_text(table, "short_title") if "short_title" in table else title
    group = Group(
        members.group_id(table), title, short, members.read(table, "tickers", are_indexes=False)
    )
    table.finish()
    return group


def _market(table: Table, shares: Iterable[Instrument]) -> Market:
    """Take what a watchlist says of the whole market that it holds."""
    exchange, listed = table.string("exchange"), table.take("listed")
    check_calendar(table, exchange, "exchange")
    held = sum(share.exchange.calendar == exchange for share in shares)
    if type(listed) is not int or listed < max(held, 1):
        table.complain(
            f"`listed` must be a number of issues, at least the {held} shares named on {exchange}",
            key="listed",
            hint="as many as the market had on the day `as_of`",
        )
    market = Market(
        title=take_text(table, "title"),
        exchange=exchange,
        listed=listed,
        as_of=table.date("as_of"),
        source=take_text(table, "source"),
        has_sectors=_has_sectors(table),
    )
    table.finish()
    return market


def _benchmarks(table: Table, indexes: Iterable[Instrument]) -> dict[str, str]:
    """Take which of the indexes the returns on a calendar are held against."""
    found = {calendar: table.string(calendar) for calendar in table.keys}
    for calendar, ticker in found.items():
        check_calendar(table, calendar, calendar)
        own = [one.ticker for one in indexes if one.exchange.calendar == calendar]
        if ticker not in own:
            table.complain(
                f"{ticker} is none of the `indexes` on {calendar}",
                key=calendar,
                hint=f"on {calendar}: {', '.join(own)}" if own else f"name {ticker} in `indexes`",
            )
    return found


def _has_sectors(table: Table) -> bool:
    if "groups_are" not in table:
        return False
    if table.string("groups_are") != _SECTORS:
        table.complain(f'`groups_are` can only be "{_SECTORS}"', key="groups_are")
    return True


class _Members:
    """The instruments of one watchlist file, each named once."""

    def __init__(
        self, directory: Directory, names: dict[str, Text], placements: Placements
    ) -> None:
        self._directory = directory
        self._placements = placements
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
        exchange = self._placements.find(ticker)
        if known is not None:
            placed = known._replace(exchange=exchange or known.exchange)
            return placed if name is None else placed._replace(name=name, short_name=name)
        try:
            return make_instrument(ticker, name=name, exchange=exchange)
        except ShockError as error:
            table.complain(error.message, key=key, quoted=(ticker, 0), hint=error.hint)


def _names(table: Table) -> dict[str, Text]:
    if "names" not in table:
        return {}
    names = table.table("names")
    return {ticker: take_text(names, ticker) for ticker in names.keys}
