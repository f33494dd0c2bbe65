"""Yahoo's chart answer, read as it was sent.

Not from the frame that yfinance makes of it: that merges two rows of one day, turns an unknown
volume into 0 and trusts whatever zone the answer names. Here an answer is checked to be the one
that was asked for, and its rows go to `assemble`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from deepseek_shock.analysis.returns import divide
from deepseek_shock.market.bars import Action, Bar, Bars, Origin
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import calendar_span, closes_at, is_session, opens_at
from deepseek_shock.providers.assemble import Raw, assemble

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

Json: TypeAlias = Mapping[str, Any]

# Shares in London, Johannesburg and Tel Aviv; the indexes there come in the currency itself.
_SUBUNITS = {
    ("GBp", "GBP"): "pence, a hundredth of a pound",
    ("ZAc", "ZAR"): "cents, a hundredth of a rand",
    ("ILA", "ILS"): "agorot, a hundredth of a shekel",
}
_MIDNIGHT_ON = 2  # hours before midnight from which Yahoo's stamps mean the next day
_AFTER_OPEN = timedelta(minutes=15)  # a finished bar is stamped with its open, give or take
_DELAY = timedelta(minutes=20)  # how far Tokyo's prices lag behind the exchange
_EARLIEST, _LATEST = -2_208_988_800, 7_258_118_400  # 1900 and 2200, in seconds from 1970
_NO_NUMBER = 10**15
_NO_PRICE = 10**12
_NO_SPLIT = Decimal(100_000)
_DECIMALS = 2
_YEN_DECIMALS = 1  # Tokyo's finest tick for shares is 0.1 yen


class Refused(Exception):  # noqa: N818 -- carries an outcome, not an error of ours
    """An answer that is not what was asked for: why, and the vendor's words."""

    def __init__(self, reason: GapReason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def read_chart(
    answer: object,
    instrument: Instrument,
    session: date,
    origin: Origin,
    tape: "Tape | None" = None,
) -> Bars | Gap:
    """Return the bars of a chart answer, or the gap that it leaves at `session`.

    `origin` says when it was retrieved (ISO 8601): a bar retrieved before its session closed, or
    before the vendor's delay was over, is frozen in mid-session. The rows are put on the `tape`.
    """
    try:
        result = _result(answer)
        meta = _table(result.get("meta"))
        _check_identity(meta, instrument)
        raw = _raw(result, meta, instrument, origin)
    except Refused as refusal:
        return Gap(instrument, session, refusal.reason, refusal.detail)
    if tape is not None:
        tape.add(instrument, raw, origin)
    return assemble(instrument, raw, origin)


def _result(answer: object) -> Json:
    if not isinstance(answer, Mapping) or "chart" not in answer:
        raise Refused(GapReason.BAD_SCHEMA, "no chart in the answer")
    chart = _table(answer["chart"])
    if error := chart.get("error"):
        words = _table(error).get("description") or ""
        is_unknown = _table(error).get("code") == "Not Found"
        raise Refused(GapReason.NOT_FOUND if is_unknown else GapReason.NO_DATA, str(words))
    results = chart.get("result")
    if results and not isinstance(results, list):
        raise Refused(GapReason.BAD_SCHEMA, "the result is no list")
    if not results:
        raise Refused(GapReason.NO_DATA)
    return _table(results[0])


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Refused(GapReason.BAD_SCHEMA, "a list is missing")
    return value


def _table(value: object) -> Json:
    if not isinstance(value, Mapping):
        raise Refused(GapReason.BAD_SCHEMA, "an object is missing")
    return value


def _check_identity(meta: Json, instrument: Instrument) -> None:
    exchange = instrument.exchange
    if meta.get("symbol") != instrument.ticker:
        raise Refused(GapReason.WRONG_SYMBOL, f"answered for {meta.get('symbol')}")
    if meta.get("exchangeTimezoneName") is None and meta.get("regularMarketTime") is None:
        raise Refused(GapReason.NO_DATA if _is_phantom(meta) else GapReason.BAD_SCHEMA, "no zone")
    for key, expected, reason in (
        ("exchangeTimezoneName", exchange.zone, GapReason.WRONG_ZONE),
        ("currency", exchange.currency, GapReason.WRONG_CURRENCY),
    ):
        said = meta.get(key)
        if said is None:
            raise Refused(GapReason.BAD_SCHEMA, f"no {key}")
        if said != expected:
            raise Refused(reason, f"{key} {said}, not {expected}{_subunit(said, expected)}")


def _subunit(said: object, expected: str) -> str:
    """Explain the units in which Yahoo quotes some exchanges' shares: they are not converted."""
    words = _SUBUNITS.get((str(said), expected))
    return f", {words}" if words else ""


def _is_phantom(meta: Json) -> bool:
    """Tell a symbol that Yahoo lists without ever having had a price for it."""
    return meta.get("firstTradeDate") is None and meta.get("currency") is None


def _raw(result: Json, meta: Json, instrument: Instrument, origin: Origin) -> Raw:
    exchange = instrument.exchange
    stamps = [_instant(stamp, exchange) for stamp in _list(result.get("timestamp") or ())]
    if not stamps:
        raise Refused(GapReason.NO_DATA)
    rows = list(_rows(result, stamps))
    events = result.get("events") or {}
    last_trade = meta.get("regularMarketTime")
    clock = _Clock(
        exchange,
        _instant(last_trade, exchange) if last_trade else None,
        datetime.fromisoformat(origin.retrieved),
    )
    return Raw(
        rows=rows,
        splits=tuple(_splits(_table(events), exchange)),
        dividends=tuple(_dividends(_table(events), exchange)),
        is_restated=True,
        tick=_tick(meta, instrument),
        frozen=clock.find_early(rows, stamps),
    )


class _Clock(NamedTuple):
    """What tells a finished bar from one in mid-session: last trade, and when it was retrieved."""

    exchange: Exchange
    last_trade: datetime | None
    retrieved: datetime

    def find_early(self, rows: Sequence[Bar], stamps: Sequence[datetime]) -> set[date]:
        """Find the sessions whose bars were taken before the close.

        A stamp in mid-session is a sign where the answer's other stamps stand elsewhere, and where
        no second row of the session is stamped as a finished bar is.
        """
        usual, _ = Counter(stamp.timetz() for stamp in stamps).most_common(1)[0]
        early: dict[date, bool] = {}
        for row, stamp in zip(rows, stamps, strict=True):
            is_odd = stamp.timetz() != usual or len(stamps) == 1
            is_early = is_odd and self._is_within(row.session, stamp)
            early[row.session] = early.get(row.session, True) and is_early
        latest = max(row.session for row in rows)
        if self._is_running(latest):
            early[latest] = True
        return {session for session, is_early in early.items() if is_early}

    def _is_within(self, session: date, stamp: datetime) -> bool:
        """Tell whether a stamp stands between a session's open and its close."""
        if not self._is_known(session):
            return False
        opens, closes = opens_at(self.exchange, session), closes_at(self.exchange, session)
        return opens + _AFTER_OPEN < stamp < closes

    def _is_running(self, session: date) -> bool:
        """Tell whether a session had not ended when its bar was taken."""
        if not self._is_known(session):
            return False
        closes = closes_at(self.exchange, session)
        if self.last_trade is not None and self.last_trade.date() >= session:
            return self.last_trade < closes
        return self.retrieved < closes + _DELAY

    def _is_known(self, session: date) -> bool:
        begins, ends = calendar_span(self.exchange)
        return begins <= session <= ends and is_session(self.exchange, session)


def _rows(result: Json, stamps: Sequence[datetime]) -> Iterator[Bar]:
    indicators = _table(result.get("indicators"))
    quotes = _list(indicators.get("quote") or [{}])
    quote = _table(quotes[0])
    if not quote:
        raise Refused(GapReason.NO_DATA)
    columns: dict[str, Any] = {name: quote.get(name) for name in Bar._fields[1:]}
    for column in columns.values():
        if not isinstance(column, list) or len(column) != len(stamps):
            raise Refused(GapReason.BAD_SCHEMA, "columns of unequal length")
    for at, stamp in enumerate(stamps):
        row = {name: column[at] for name, column in columns.items()}
        volume = row["volume"]
        yield Bar(
            session=_day(stamp),
            open=_price(row["open"]),
            high=_price(row["high"]),
            low=_price(row["low"]),
            close=_price(row["close"]),
            volume=_volume(volume),
        )


def _instant(stamp: object, exchange: Exchange) -> datetime:
    seconds = _number(stamp)
    if not _EARLIEST < seconds < _LATEST:
        raise Refused(GapReason.BAD_SCHEMA, f"{stamp!r} is no time of trading")
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(exchange.zone))


def _day(stamp: datetime) -> date:
    """Return the session of a stamp: those just before midnight mean the day that follows."""
    return (stamp + timedelta(hours=_MIDNIGHT_ON)).date()


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number: float = value
        if -_NO_NUMBER < number < _NO_NUMBER:  # which nan is not
            return number
    raise Refused(GapReason.BAD_SCHEMA, f"{value!r} is no number")


def _price(value: object) -> Decimal | None:
    if value is None:
        return None
    if abs(_number(value)) >= _NO_PRICE:
        raise Refused(GapReason.BAD_SCHEMA, f"{value!r} is no price")
    return Decimal(repr(value))


def _volume(value: object) -> int | None:
    """Return a number of shares; what cannot be one is not known."""
    if value is None:
        return None
    volume = _number(value)
    return int(volume) if volume >= 0 and volume == int(volume) else None


def _splits(events: Json, exchange: Exchange) -> Iterator[Action]:
    for split in _table(events.get("splits") or {}).values():
        new, old = (_price(_table(split).get(part)) for part in ("numerator", "denominator"))
        if not new or not old or not 1 / _NO_SPLIT < divide(new, old) < _NO_SPLIT:
            raise Refused(GapReason.BAD_SCHEMA, "a split without its ratio")
        yield Action(_day(_instant(split.get("date"), exchange)), divide(new, old))


def _dividends(events: Json, exchange: Exchange) -> Iterator[Action]:
    for paid in _table(events.get("dividends") or {}).values():
        amount = _price(_table(paid).get("amount"))
        if amount is None or amount < 0:
            raise Refused(GapReason.BAD_SCHEMA, "a dividend without its amount")
        yield Action(_day(_instant(paid.get("date"), exchange)), amount)


def _tick(meta: Json, instrument: Instrument) -> int:
    """Return the decimals of a price: Yahoo's floats carry noise from the seventh digit on."""
    if instrument.exchange.currency == "JPY" and not instrument.is_index:
        return _YEN_DECIMALS
    hint = meta.get("priceHint")
    return hint if isinstance(hint, int) and _DECIMALS <= hint <= 6 else _DECIMALS  # noqa: PLR2004 -- six decimals at most
