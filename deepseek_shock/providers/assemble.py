"""From a vendor's rows to bars: what contradicts itself is refused, nothing is mended.

Every vendor's rows pass here, so that one set of guards serves them all. What is left are bars as
traded: where a vendor restates its history after a split, the restatement is undone.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from deepseek_shock.analysis.guards import find_split_refusal
from deepseek_shock.analysis.returns import divide, multiply
from deepseek_shock.market.bars import EXACT, Action, Bar, Bars, Origin, Refusal, Source
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import calendar_span, sessions_between

_ONE = Decimal(1)
_ZERO = Decimal(0)  # compares faster than 0
_SLACK = Decimal("1.02")
_NO_PRICE = Decimal(10) ** 12
_ASTRAY = timedelta(days=10)  # how far from a bar on a day without a session no date is trusted


class Raw(NamedTuple):
    """What a vendor says of one instrument, before anything is believed.

    `rows` may hold a session twice, days without a session, and prices that are null or zero.
    `is_restated` tells that prices, volumes and dividends stand on today's split basis, as Yahoo's
    do; else they are as traded. `tick` is the number of decimals that a price is quoted with, to
    which a vendor's floats are rounded; `None` leaves exact prices as they are. `frozen` are
    sessions whose bar was taken before the close.
    """

    rows: Sequence[Bar]
    splits: tuple[Action, ...] = ()
    dividends: tuple[Action, ...] | None = None
    is_restated: bool = False
    tick: int | None = None
    frozen: Collection[date] = ()


def assemble(instrument: Instrument, raw: Raw, origin: Origin) -> Bars:
    """Make bars of a vendor's rows, and refuse those that cannot be believed."""
    refused: dict[date, Refusal] = {}
    splits = tuple(sorted(raw.splits))
    later = splits if raw.is_restated else ()
    unit = None if raw.tick is None else _ONE.scaleb(-raw.tick)
    rows = sorted((_bring(row, later, unit) for row in raw.rows), key=attrgetter("session"))
    rows = _unite(_keep_sessions(instrument.exchange, rows, refused), refused)
    unsettled = _find_unsettled(rows, later)
    bars: list[Bar] = []
    for bar in rows:
        if (reason := _find_refusal(bar, raw.frozen, unsettled)) is not None:
            refused[bar.session] = Refusal(reason, bar if bar.close else None)
        else:
            bars.append(bar)
    dividends = raw.dividends
    if dividends is not None:
        dividends = tuple(sorted(_undo_dividend(paid, later) for paid in dividends))
    return Bars(instrument, tuple(bars), splits, dividends, refused, origin)


def describe(name: str, vendor: str, retrieved: str, answers: Iterable[Bars | Gap]) -> Source:
    """Describe a source by what came from it: first and last session, hash over all bars."""
    digest = sha256()
    ends: list[date] = []
    held = [one for one in answers if isinstance(one, Bars)]
    for bars in sorted(held, key=lambda one: one.instrument.ticker):
        ends.extend(bar.session for bar in (*bars.bars[:1], *bars.bars[-1:]))
        ticker = bars.instrument.ticker
        text = "".join(
            f"{ticker},{session!s},{opened!s},{high!s},{low!s},{close!s},{volume!s}\n"
            for session, opened, high, low, close, volume in bars.bars
        )
        digest.update(text.replace(",None", ",").encode())
    first, last = (min(ends), max(ends)) if ends else (None, None)
    return Source(name, vendor, retrieved, first, last, digest.hexdigest())


def _unite(rows: Iterable[Bar], refused: dict[date, Refusal]) -> list[Bar]:
    """Return one row a session, in order; refuse a session with two different closes."""
    rows = list(rows)
    if all(one.session < other.session for one, other in pairwise(rows)):
        return rows  # as nearly always, and then there is nothing to unite
    by_session: dict[date, list[Bar]] = {}
    for row in rows:
        by_session.setdefault(row.session, []).append(row)
    united: list[Bar] = []
    for session in sorted(by_session):
        twins = by_session[session]
        closes = {row.close for row in twins if row.close is not None}
        if len(closes) > 1:
            refused[session] = Refusal(GapReason.DUPLICATE_DAY)
        else:
            united.append(max(twins, key=_said))
    return united


def _said(row: Bar) -> tuple[bool, int, int]:
    """Rank twins by how much they say: a close, other prices, shares traded."""
    known = sum(price is not None for price in (row.open, row.high, row.low))
    return row.close is not None, known, -1 if row.volume is None else row.volume


def _bring(row: Bar, later: Sequence[Action], unit: Decimal | None) -> Bar:
    """Bring a vendor's row to the basis of its own day, at the tick, without what is no price.

    A close of zero makes the volume beside it worthless too; that nobody traded is not said by it.
    """
    if not later and unit is None and _holds_prices(row):
        return row
    factor = _later(row.session, later) if later else _ONE

    def bring(price: Decimal | None) -> Decimal | None:
        if price is None or not _is_price(price):
            return None
        traded = price if factor == 1 else multiply(price, factor)
        return traded if unit is None else _to_tick(traded, unit)

    volume = row.volume
    if volume is not None and row.close is not None and not _is_price(row.close):
        volume = None
    elif volume is not None and factor != 1:
        volume = round(divide(Decimal(volume), factor))
    prices = bring(row.open), bring(row.high), bring(row.low), bring(row.close)
    return Bar(row.session, *prices, volume)


def _holds_prices(row: Bar) -> bool:
    """Tell whether all that is said are prices; written out, for there are many rows."""
    _, opened, high, low, close, _ = row
    try:
        return (
            (opened is None or _ZERO < opened < _NO_PRICE)
            and (high is None or _ZERO < high < _NO_PRICE)
            and (low is None or _ZERO < low < _NO_PRICE)
            and (close is None or _ZERO < close < _NO_PRICE)
        )
    except InvalidOperation:  # what is no number compares with none
        return False


def _is_price(price: Decimal) -> bool:
    return price.is_finite() and 0 < price < _NO_PRICE


def _keep_sessions(
    exchange: Exchange, rows: Sequence[Bar], refused: dict[date, Refusal]
) -> list[Bar]:
    """Drop rows of days without a session; where such a row shows trades, trust no date near it."""
    if not rows:
        return []
    is_session = _judge_of(exchange, rows[0].session, rows[-1].session)
    if all(is_session(day) for day in {row.session for row in rows} - is_session.known):
        return list(rows)  # as of nearly every table
    astray = [
        row.session
        for at, row in enumerate(rows)
        if not is_session(row.session) and _shows_trades(row, rows[at - 1] if at else None)
    ]
    kept: list[Bar] = []
    for row in rows:
        if not is_session(row.session):
            continue
        if _is_near(row.session, astray):
            refused[row.session] = Refusal(GapReason.NOT_A_SESSION)
        else:
            kept.append(row)
    return kept


def _judge_of(exchange: Exchange, first: date, last: date) -> "_Judge":
    """Make the judge of days; those outside the calendar's table it lets pass."""
    begins, ends = calendar_span(exchange)
    known = frozenset(sessions_between(exchange, max(first, begins), min(last, ends)))
    return _Judge(begins, ends, known)


class _Judge(NamedTuple):
    begins: date
    ends: date
    known: frozenset[date]

    def __call__(self, day: date) -> bool:
        return day in self.known or not self.begins <= day <= self.ends


def _shows_trades(row: Bar, before: Bar | None) -> bool:
    """Tell a day of trading from a holiday's row, which repeats the close and has no volume."""
    if row.close is None:
        return False
    return bool(row.volume) or before is None or row.close != before.close


def _is_near(session: date, astray: Sequence[date]) -> bool:
    at = bisect_left(astray, session - _ASTRAY)
    return at < len(astray) and astray[at] <= session + _ASTRAY


class _Unsettled(NamedTuple):
    """The last split that the vendor's restatement of the sessions before it got wrong."""

    session: date
    reason: GapReason


def _find_unsettled(rows: Sequence[Bar], splits: Sequence[Action]) -> _Unsettled | None:
    found: _Unsettled | None = None
    priced = [row for row in rows if row.close is not None]
    sessions = [row.session for row in priced]
    for split in splits:
        at = bisect_left(sessions, split.session)
        if not 0 < at < len(priced):
            continue
        after, before = priced[at].close, priced[at - 1].close
        if after is None or before is None:
            continue
        between = [one for one in splits if sessions[at - 1] < one.session <= sessions[at]]
        ratio = divide(multiply(after, _later(sessions[at - 1], between)), before)  # on one basis
        reason = find_split_refusal(ratio, split.amount)
        if reason is not None:
            found = _Unsettled(split.session, reason)
    return found


def _find_refusal(
    bar: Bar, frozen: Collection[date], unsettled: _Unsettled | None
) -> GapReason | None:
    if unsettled is not None and bar.session < unsettled.session:
        return unsettled.reason
    if bar.session in frozen:
        return GapReason.IN_PROGRESS
    return GapReason.INCONSISTENT if contradicts_itself(bar) else None


def contradicts_itself(bar: Bar) -> bool:
    """Tell whether a close stands outside the day's own range, beyond what vendors' rounding does.

    So do columns that were swapped, and a price typed wrongly.
    """
    _, _, high, low, close, _ = bar
    if close is None:
        return False
    above = high is not None and close > high and close > multiply(high, _SLACK)
    return above or (low is not None and low > close and low > multiply(close, _SLACK))


def _later(session: date, splits: Iterable[Action]) -> Decimal:
    """Return the product of the splits after a session."""
    factor = _ONE
    for split in splits:
        if split.session > session:
            factor = multiply(factor, split.amount)
    return factor


def _undo_dividend(paid: Action, splits: Iterable[Action]) -> Action:
    return Action(paid.session, multiply(paid.amount, _later(paid.session, splits)))


def _to_tick(price: Decimal, unit: Decimal) -> Decimal:
    rounded = price.quantize(unit, context=EXACT)
    return rounded if rounded > 0 else price  # a price below the tick is finer than was said
