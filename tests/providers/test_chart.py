"""Yahoo's chart answer, read as it was sent: whatever stands in it, bars or a gap come of it.

Closes of NVIDIA are Nasdaq's; those of Advantest (6857) were printed by the Nikkei. The payloads
have the shape of Yahoo's v8 chart endpoint: stamps in seconds, columns beside each other, floats
with the noise of 32 bits, prices restated for later splits.
"""

from __future__ import annotations

import copy
import json
import struct
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.exchange import EXCHANGES, XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.providers.chart import read_chart
from tests.builders import MONDAY, NIKKEI, TUESDAY, day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

Json = dict[str, Any]

NVDA = make_instrument("NVDA")
ADVANTEST = Instrument("6857.T", XTKS, Text("Advantest", "アドバンテスト"), Text("", ""))
LATER = Origin("yahoo", "2025-03-03T12:00:00Z")
ZONES = {"USD": "America/New_York", "JPY": "Asia/Tokyo"}
NEW_YORK = ZoneInfo("America/New_York")
CLOSES = {"2025-01-23": 147.22, "2025-01-24": 142.62, "2025-01-27": 118.42, "2025-01-28": 128.99}
TOKYO_CLOSES = {"2025-01-24": 10050.0, "2025-01-27": 9185.0}


def noisy(price: float) -> float:
    """Give a price the noise of 32 bits: 118.42 is 118.41999816894531."""
    (found,) = struct.unpack("f", struct.pack("f", price))
    return float(found)


def seconds(local: str, zone: str = "America/New_York") -> int:
    """Return the stamp of a time on an exchange's clock."""
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp())


def chart(
    closes: Mapping[str, float | None] = CLOSES,
    instrument: Instrument = NVDA,
    *,
    clock: str | None = None,
    last_trade: str | None = "2025-02-28T16:00:01",
) -> Json:
    """Make an answer: a row a session, stamped with its open unless another time is said."""
    currency = instrument.exchange.currency
    zone = ZONES[currency]
    clock = clock or {"USD": "09:30", "JPY": "09:00"}[currency]
    prices = [None if close is None else noisy(close) for close in closes.values()]
    quote = {name: list(prices) for name in ("open", "high", "low", "close")}
    meta = {
        "currency": currency,
        "symbol": instrument.ticker,
        "exchangeTimezoneName": zone,
        "firstTradeDate": 917_015_400,
        "regularMarketTime": None if last_trade is None else seconds(last_trade, zone),
        "priceHint": 2,
        "dataGranularity": "1d",
    }
    result = {
        "meta": meta,
        "timestamp": [seconds(f"{session}T{clock}", zone) for session in closes],
        "indicators": {
            "quote": [{**quote, "volume": [1_000_000 + at for at in range(len(prices))]}],
            "adjclose": [{"adjclose": list(prices)}],
        },
    }
    return {"chart": {"result": [result], "error": None}}


def result_of(answer: Json) -> Json:
    (result,) = answer["chart"]["result"]
    assert isinstance(result, dict)
    return result


def quote_of(answer: Json) -> Json:
    (quote,) = result_of(answer)["indicators"]["quote"]
    assert isinstance(quote, dict)
    return quote


def with_events(answer: Json, **events: Sequence[Mapping[str, object]]) -> Json:
    """Add splits and dividends, each under its stamp."""
    result_of(answer)["events"] = {
        name: {str(one["date"]): dict(one) for one in listed} for name, listed in events.items()
    }
    return answer


def read(answer: object, instrument: Instrument = NVDA, origin: Origin = LATER) -> Bars:
    found = read_chart(answer, instrument, MONDAY, origin)
    assert isinstance(found, Bars), found
    return found


def gap(answer: object, instrument: Instrument = NVDA) -> Gap:
    found = read_chart(answer, instrument, MONDAY, LATER)
    assert isinstance(found, Gap), found
    assert (found.instrument, found.session) == (instrument, MONDAY)
    return found


def closes_of(bars: Bars) -> dict[str, float]:
    return {str(bar.session): float(bar.close) for bar in bars.bars if bar.close is not None}


# --- a good answer ---


def test_closes_stand_at_their_tick() -> None:
    bars = read(chart())
    assert quote_of(chart())["close"][2] == 118.41999816894531
    assert [bar.close for bar in bars.bars] == [Decimal(str(close)) for close in CLOSES.values()]
    assert [str(bar.session) for bar in bars.bars] == list(CLOSES)
    assert (bars.instrument, bars.origin, bars.refused) == (NVDA, LATER, {})
    assert (bars.splits, bars.dividends) == ((), ())  # Yahoo tells of dividends: there were none
    (first, *_) = bars.bars
    price = Decimal("147.22")
    assert first == Bar(day("2025-01-23"), price, price, price, price, 1_000_000)


@pytest.mark.parametrize(
    ("instrument", "hint", "said", "price"),
    [
        (NVDA, 2, 118.41999816894531, "118.42"),
        (NVDA, None, 118.41999816894531, "118.42"),
        (NVDA, 4, 0.12340000271797180, "0.1234"),  # a penny stock is quoted finer
        (NVDA, 0, 118.41999816894531, "118.42"),
        (NVDA, "2", 118.41999816894531, "118.42"),
        (NVDA, True, 118.41999816894531, "118.42"),
        (NVDA, 99, 118.41999816894531, "118.42"),
        (ADVANTEST, 2, 9185.0, "9185"),
        (ADVANTEST, 2, 152.97000122070312, "153.0"),  # Tokyo's finest tick is a tenth of a yen
        (NIKKEI, 2, 39565.80078125, "39565.80"),
    ],
)
def test_the_tick_is_the_instruments(
    instrument: Instrument, hint: object, said: float, price: str
) -> None:
    answer = chart({"2025-01-27": said}, instrument)
    result_of(answer)["meta"]["priceHint"] = hint
    (bar,) = read(answer, instrument).bars
    assert bar.close == Decimal(price)


def test_an_unknown_volume_is_not_nought() -> None:
    answer = chart()
    quote_of(answer)["volume"] = [None, 0, 5, 7.0]
    assert [bar.volume for bar in read(answer).bars] == [None, 0, 5, 7]


def test_a_row_of_nulls_stays_a_row_without_figures() -> None:
    answer = chart({**CLOSES, "2025-01-27": None})
    quote_of(answer)["volume"][2] = None
    assert read(answer).at(MONDAY) == Bar(MONDAY, None, None, None, None, None)


def test_a_null_among_the_adjusted_closes_is_none_of_our_concern() -> None:
    answer = chart()
    result_of(answer)["indicators"]["adjclose"] = [{"adjclose": [None, "x"]}]
    assert read(answer) == read(chart())


# --- days ---


@pytest.mark.parametrize(
    ("instrument", "local", "session"),
    [
        (NVDA, "2025-01-27T09:30", "2025-01-27"),
        (NVDA, "2025-01-27T16:00:01", "2025-01-27"),  # the last quote
        (NVDA, "2025-01-27T00:00", "2025-01-27"),  # midnight stamps
        (NVDA, "2025-01-26T23:00", "2025-01-27"),  # and what a change of the clocks makes of them
        (NVDA, "2025-01-26T22:00", "2025-01-27"),
        (NVDA, "2025-03-07T09:30", "2025-03-07"),  # Friday in winter time, 14:30 UTC
        (NVDA, "2025-03-10T09:30", "2025-03-10"),  # Monday in summer time, 13:30 UTC
        (NVDA, "2024-11-01T09:30", "2024-11-01"),
        (NVDA, "2024-11-04T09:30", "2024-11-04"),
        (NVDA, "2024-07-01T00:00", "2024-07-01"),
        (ADVANTEST, "2025-01-27T09:00", "2025-01-27"),  # midnight in UTC
        (ADVANTEST, "2025-01-27T00:00", "2025-01-27"),  # still Sunday in UTC
        (ADVANTEST, "2025-01-27T15:30", "2025-01-27"),
    ],
)
def test_a_stamp_is_a_day_on_its_exchanges_clock(
    instrument: Instrument, local: str, session: str
) -> None:
    zone = ZONES[instrument.exchange.currency]
    answer = chart({"2025-01-27": 100.0}, instrument, last_trade="2025-04-01T16:00")
    result_of(answer)["timestamp"] = [seconds(local, zone)]
    (bar,) = read(answer, instrument).bars
    assert bar.session == day(session)


def test_the_clocks_change_between_two_sessions() -> None:
    # Friday 7 March opened at 14:30 UTC, Monday the 10th at 13:30: not a whole number of days.
    answer = chart({"2025-03-07": 112.69, "2025-03-10": 106.98}, last_trade="2025-04-01T16:00")
    first, second = result_of(answer)["timestamp"]
    assert second - first == 3 * 86_400 - 3_600
    assert closes_of(read(answer)) == {"2025-03-07": 112.69, "2025-03-10": 106.98}


def test_rows_may_come_in_any_order() -> None:
    first, *others = CLOSES
    mixed = {session: CLOSES[session] for session in (*reversed(others), first)}
    bars = read(chart(mixed))
    assert list(closes_of(bars)) == list(CLOSES)
    assert closes_of(bars) == CLOSES


def test_a_day_said_twice_with_two_closes_is_refused() -> None:
    answer = chart()
    result_of(answer)["timestamp"][3] = seconds("2025-01-27T16:00:01")
    bars = read(answer)
    assert bars.refused == {MONDAY: Refusal(GapReason.DUPLICATE_DAY)}
    assert closes_of(bars) == {"2025-01-23": 147.22, "2025-01-24": 142.62}


def test_the_last_quote_beside_the_days_bar_says_the_same() -> None:
    # After the close Yahoo may add the last quote, in 64 bits, to the day's bar, in 32.
    answer = chart({"2025-01-24": 142.62, "2025-01-27": 118.42})
    result_of(answer)["timestamp"].append(seconds("2025-01-27T16:00:01"))
    for name, column in quote_of(answer).items():
        column.append(1_000_001 if name == "volume" else 118.42)
    bars = read(answer)
    assert bars.refused == {}
    assert closes_of(bars) == {"2025-01-24": 142.62, "2025-01-27": 118.42}


# --- what is not what was asked for ---


@pytest.mark.parametrize(
    ("mic", "currency", "word"),
    [("XLON", "GBp", "pence"), ("XJSE", "ZAc", "cents"), ("XTAE", "ILA", "agorot")],
)
def test_hundredths_of_a_currency_are_refused_in_words(mic: str, currency: str, word: str) -> None:
    exchange = EXCHANGES[mic]
    share = make_instrument("NVDA", exchange=exchange)
    answer = chart()
    meta = result_of(answer)["meta"]
    meta |= {"exchangeTimezoneName": exchange.zone, "currency": currency}
    gap = read_chart(answer, share, MONDAY, LATER)
    assert isinstance(gap, Gap)
    assert gap.reason is GapReason.WRONG_CURRENCY
    assert f"currency {currency}, not {exchange.currency}, {word}" in gap.detail
    meta["currency"] = exchange.currency
    assert isinstance(read_chart(answer, share, MONDAY, LATER), Bars)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"symbol": "NVDL"}, GapReason.WRONG_SYMBOL),
        ({"symbol": None}, GapReason.WRONG_SYMBOL),
        ({"symbol": ["NVDA"]}, GapReason.WRONG_SYMBOL),
        ({"currency": "JPY"}, GapReason.WRONG_CURRENCY),
        ({"currency": 5}, GapReason.WRONG_CURRENCY),
        ({"currency": None}, GapReason.BAD_SCHEMA),
        ({"exchangeTimezoneName": "Asia/Tokyo"}, GapReason.WRONG_ZONE),
        ({"exchangeTimezoneName": {}}, GapReason.WRONG_ZONE),
        ({"exchangeTimezoneName": None}, GapReason.BAD_SCHEMA),
        ({"regularMarketTime": "yesterday"}, GapReason.BAD_SCHEMA),
        ({"regularMarketTime": True}, GapReason.BAD_SCHEMA),
    ],
)
def test_an_answer_for_something_else_is_refused(said: Json, reason: GapReason) -> None:
    answer = chart()
    result_of(answer)["meta"].update(said)
    assert gap(answer).reason is reason


@pytest.mark.parametrize("key", ["symbol", "currency", "exchangeTimezoneName"])
def test_a_key_that_tells_what_was_answered_must_be_there(key: str) -> None:
    answer = chart()
    del result_of(answer)["meta"][key]
    reason = GapReason.WRONG_SYMBOL if key == "symbol" else GapReason.BAD_SCHEMA
    assert gap(answer).reason is reason


def test_a_symbol_that_never_had_a_price_has_no_data() -> None:
    empty = {
        "meta": {
            "currency": None,
            "symbol": "NVDA",
            "firstTradeDate": None,
            "regularMarketTime": None,
        },
        "indicators": {"quote": [{}], "adjclose": [{}]},
    }
    assert gap({"chart": {"result": [empty], "error": None}}).reason is GapReason.NO_DATA


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        (
            {"result": None, "error": {"code": "Bad Request", "description": "Data doesn't exist"}},
            *(GapReason.NO_DATA, "Data doesn't exist"),
        ),
        ({"result": None, "error": {"code": "Bad Request"}}, GapReason.NO_DATA, ""),
        ({"result": None, "error": {"description": None}}, GapReason.NO_DATA, ""),
        ({"result": None, "error": None}, GapReason.NO_DATA, ""),
        ({"result": [], "error": None}, GapReason.NO_DATA, ""),
        ({"result": [None], "error": None}, GapReason.BAD_SCHEMA, "an object is missing"),
        ({"result": "abc", "error": None}, GapReason.BAD_SCHEMA, "the result is no list"),
        ({"result": 5, "error": None}, GapReason.BAD_SCHEMA, "the result is no list"),
        ({"result": None, "error": "no"}, GapReason.BAD_SCHEMA, "an object is missing"),
    ],
)
def test_yahoos_own_refusal_keeps_its_words(body: Json, reason: GapReason, detail: str) -> None:
    found = gap({"chart": body})
    assert (found.reason, found.detail) == (reason, detail)


@pytest.mark.parametrize("answer", [None, 5, "Will be right back", [], {}, {"finance": {}}, True])
def test_what_is_no_chart_is_refused(answer: object) -> None:
    assert gap(answer).reason is GapReason.BAD_SCHEMA


@pytest.mark.parametrize("stamps", [None, [], {}])
def test_without_stamps_there_are_no_data(stamps: object) -> None:
    answer = chart()
    result_of(answer)["timestamp"] = stamps
    assert gap(answer).reason is GapReason.NO_DATA


def without_column(answer: Json) -> None:
    del quote_of(answer)["low"]


def short_column(answer: Json) -> None:
    quote_of(answer)["close"].pop()


def long_column(answer: Json) -> None:
    quote_of(answer)["volume"].append(1)


def without_indicators(answer: Json) -> None:
    del result_of(answer)["indicators"]


def number_as_text(answer: Json) -> None:
    quote_of(answer)["close"][1] = "142.62"


def truth_as_number(answer: Json) -> None:
    quote_of(answer)["open"][1] = True


def no_number(answer: Json) -> None:
    quote_of(answer)["close"][1] = float("nan")


def list_as_volume(answer: Json) -> None:
    quote_of(answer)["volume"][1] = [5]


def stamp_as_text(answer: Json) -> None:
    result_of(answer)["timestamp"][1] = "2025-01-24"


def stamp_beyond_time(answer: Json) -> None:
    result_of(answer)["timestamp"][1] = 1e18


def meta_as_list(answer: Json) -> None:
    result_of(answer)["meta"] = []


def split_without_ratio(answer: Json) -> None:
    with_events(answer, splits=[{"date": seconds("2025-01-27T09:30"), "numerator": 2}])


def split_by_nought(answer: Json) -> None:
    stamp = seconds("2025-01-27T09:30")
    with_events(answer, splits=[{"date": stamp, "numerator": 2, "denominator": 0}])


def split_without_date(answer: Json) -> None:
    result_of(answer)["events"] = {"splits": {"1": {"numerator": 2, "denominator": 1}}}


def negative_dividend(answer: Json) -> None:
    with_events(answer, dividends=[{"date": seconds("2025-01-27T09:30"), "amount": -1}])


@pytest.mark.parametrize(
    "spoil",
    [
        *(without_column, short_column, long_column, without_indicators, number_as_text),
        *(truth_as_number, no_number, list_as_volume, stamp_as_text, stamp_beyond_time),
        *(meta_as_list, split_without_ratio, split_by_nought, split_without_date),
        negative_dividend,
    ],
)
def test_what_should_not_stand_in_a_chart_is_a_bad_schema(spoil: Callable[[Json], None]) -> None:
    answer = chart()
    spoil(answer)
    assert gap(answer).reason is GapReason.BAD_SCHEMA


# --- bars taken before the close ---


def early(answer: Json, instrument: Instrument = NVDA, origin: Origin = LATER) -> set[date]:
    """Return the sessions that were taken before their close; each keeps its bar."""
    bars = read(answer, instrument, origin)
    assert all(one.reason is GapReason.IN_PROGRESS for one in bars.refused.values())
    assert all(one.bar is not None for one in bars.refused.values())
    assert {bar.session for bar in bars.bars}.isdisjoint(bars.refused)
    return set(bars.refused)


@pytest.mark.parametrize(
    ("last_trade", "is_early"),
    [
        ("2025-01-28T09:29:59", True),
        ("2025-01-28T13:00", True),
        ("2025-01-28T15:59:59", True),
        ("2025-01-28T16:00", False),
        ("2025-01-28T16:00:01", False),
        ("2025-01-29T10:00", False),
    ],
)
def test_a_bar_is_finished_when_the_last_trade_is_the_closes(
    last_trade: str,
    is_early: bool,  # noqa: FBT001 -- a table's column
) -> None:
    origin = Origin("yahoo", "2025-01-29T16:00:00Z")
    found = early(chart(last_trade=last_trade), origin=origin)
    assert found == ({TUESDAY} if is_early else set())


@pytest.mark.parametrize(
    ("instrument", "session", "last_trade", "is_early"),
    [
        # The day after Thanksgiving ends at 13:00, other Fridays at 16:00.
        (NVDA, "2024-11-29", "2024-11-29T12:59", True),
        (NVDA, "2024-11-29", "2024-11-29T13:00", False),
        (NVDA, "2024-11-22", "2024-11-22T13:00", True),
        # Tokyo closed at 15:00 until 1 November 2024, at 15:30 from the 5th on.
        (ADVANTEST, "2024-11-01", "2024-11-01T15:00", False),
        (ADVANTEST, "2024-11-05", "2024-11-05T15:00", True),
        (ADVANTEST, "2024-11-05", "2024-11-05T15:30", False),
    ],
)
def test_the_close_is_that_of_the_exchanges_calendar(
    instrument: Instrument,
    session: str,
    last_trade: str,
    is_early: bool,  # noqa: FBT001 -- a table's column
) -> None:
    answer = chart({session: 100.0}, instrument, last_trade=last_trade)
    assert early(answer, instrument) == ({day(session)} if is_early else set())


@pytest.mark.parametrize(
    ("instrument", "retrieved", "is_early"),
    [
        # New York's session of the 28th ends at 21:00 UTC, Tokyo's at 06:30 UTC; prices may lag
        # behind by twenty minutes.
        (NVDA, "2025-01-28T20:59:59Z", True),
        (NVDA, "2025-01-28T21:19:59Z", True),
        (NVDA, "2025-01-28T21:20:00Z", False),
        (ADVANTEST, "2025-01-28T06:30:00Z", True),
        (ADVANTEST, "2025-01-28T06:49:59Z", True),
        (ADVANTEST, "2025-01-28T06:50:00Z", False),
        (ADVANTEST, "2025-01-28T15:50:00+09:00", False),
    ],
)
def test_where_no_last_trade_is_said_the_time_of_retrieval_counts(
    instrument: Instrument,
    retrieved: str,
    is_early: bool,  # noqa: FBT001 -- a table's column
) -> None:
    answer = chart({"2025-01-27": 99.0, "2025-01-28": 100.0}, instrument, last_trade=None)
    found = early(answer, instrument, Origin("yahoo", retrieved))
    assert found == ({TUESDAY} if is_early else set())


@pytest.mark.parametrize(
    ("clock", "is_early"),
    [("09:30", False), ("09:31:07", False), ("12:00", True), ("15:59", True), ("16:00", False)],
)
def test_a_bar_that_is_stamped_in_mid_session_is_not_finished(
    clock: str,
    is_early: bool,  # noqa: FBT001 -- a table's column
) -> None:
    answer = chart()
    result_of(answer)["timestamp"][3] = seconds(f"2025-01-28T{clock}")
    assert early(answer) == ({TUESDAY} if is_early else set())


# --- splits and dividends ---


def nvidia_in_june(rows: Mapping[str, float], ratio: tuple[float, float] = (10, 1)) -> Json:
    new, old = ratio
    split = {
        "date": seconds("2024-06-10T09:30"),
        "numerator": new,
        "denominator": old,
        "splitRatio": f"{new}:{old}",
    }
    return with_events(chart(rows), splits=[split])


def test_a_split_is_undone_before_its_session() -> None:
    # As traded 1,208.88 on the 7th and 121.79 on the 10th (Nasdaq); Yahoo says 120.888.
    bars = read(nvidia_in_june({"2024-06-07": 120.888, "2024-06-10": 121.79}))
    assert closes_of(bars) == {"2024-06-07": 1208.88, "2024-06-10": 121.79}
    assert [bar.volume for bar in bars.bars] == [100_000, 1_000_001]
    assert bars.splits == (Action(day("2024-06-10"), Decimal(10)),)
    assert bars.close_as_of(day("2024-06-07"), day("2024-06-10")) == Decimal("120.888")


def test_a_split_after_the_window_is_undone_too() -> None:
    assert closes_of(read(nvidia_in_june({"2024-06-06": 121.00, "2024-06-07": 120.888}))) == {
        "2024-06-06": 1210.00,
        "2024-06-07": 1208.88,
    }


def test_a_split_that_was_not_applied_refuses_the_history() -> None:
    bars = read(nvidia_in_june({"2024-06-07": 1208.88, "2024-06-10": 121.79}))
    assert closes_of(bars) == {"2024-06-10": 121.79}
    assert bars.refused[day("2024-06-07")].reason is GapReason.UNAPPLIED_SPLIT


def test_a_reverse_split_is_a_fraction() -> None:
    bars = read(nvidia_in_june({"2024-06-07": 20.10, "2024-06-10": 20.40}, (1, 10)))
    assert closes_of(bars) == {"2024-06-07": 2.01, "2024-06-10": 20.40}
    assert bars.splits == (Action(day("2024-06-10"), Decimal("0.1")),)


def test_dividends_are_kept_apart() -> None:
    paid = {"date": seconds("2025-01-27T09:30"), "amount": 0.01}
    bars = read(with_events(chart(), dividends=[paid]))
    assert bars.dividends == (Action(MONDAY, Decimal("0.01")),)
    assert closes_of(bars) == CLOSES


@pytest.mark.parametrize("events", [None, {}, {"splits": None}, {"splits": {}, "dividends": {}}])
def test_no_events_are_none(events: object) -> None:
    answer = chart()
    result_of(answer)["events"] = events
    assert read(answer) == read(chart())


# --- whatever stands in it ---


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Walk through an answer and give the way to each value in it."""
    if way:
        yield way
    inner: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    for key, one in inner:
        yield from places(one, (*way, key))


def changed(answer: Json, way: tuple[str | int, ...], value: object) -> Json:
    """Return the answer with another value at one place."""
    new: Any = copy.deepcopy(answer)
    holder = new
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value
    assert isinstance(new, dict)
    return new


numbers = (
    st.integers(-(10**400), 10**400)
    | st.integers(0, 2**32)
    | st.floats()
    | st.sampled_from([0, -1, 1e308, -1e308, 5e-324, 10**400, 253402300799, -62135596800])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def eventful() -> Json:
    """Make an answer with a split and a dividend."""
    stamp = seconds("2025-01-27T09:30")
    return with_events(
        chart({**CLOSES, "2025-01-23": 294.44, "2025-01-24": 285.24}),
        splits=[{"date": stamp, "numerator": 2, "denominator": 1}],
        dividends=[{"date": stamp, "amount": 0.5}],
    )


PLAIN, EVENTFUL = chart(), eventful()
EDGES: list[object] = [
    None,
    True,
    5,
    0.5,
    "x",
    "",
    [],
    [5],
    [[]],
    {},
    {"a": 5},
    {"0": {}},
    -1,
    1e308,
]
EDGES += [5e-324, 10**400, float("nan"), float("inf"), -62135596800, -62135510400, 253402300799]


@pytest.mark.parametrize("value", EDGES, ids=lambda value: repr(value)[:12])
def test_a_wrong_value_anywhere_gives_bars_or_a_gap(value: object) -> None:
    failed: list[str] = []
    for way in places(EVENTFUL):
        try:
            found = read_chart(changed(EVENTFUL, way, value), NVDA, MONDAY, LATER)
        except Exception as error:  # noqa: BLE001 -- what must not happen is told place by place
            failed.append(f"{'.'.join(map(str, way))}: {error!r}")
        else:
            assert isinstance(found, Bars | Gap)
    assert failed == []


@given(st.sampled_from(list(places(EVENTFUL))), values)
def test_any_value_anywhere_gives_bars_or_a_gap(way: tuple[str | int, ...], value: object) -> None:
    assert isinstance(read_chart(changed(EVENTFUL, way, value), NVDA, MONDAY, LATER), Bars | Gap)


@given(values)
def test_any_answer_at_all_gives_bars_or_a_gap(value: object) -> None:
    for answer in (value, {"chart": value}, {"chart": {"result": [value]}}):
        assert isinstance(read_chart(answer, NVDA, MONDAY, LATER), Gap)


def rows_of(answer: Json) -> list[str] | None:
    """Give each row as it is spelled, or nothing where there are no rows of equal number."""
    try:
        stamps = result_of(answer)["timestamp"]
        quote = quote_of(answer)
        columns = [quote[name] for name in ("open", "high", "low", "close", "volume")]
        return [json.dumps(row) for row in zip(stamps, *columns, strict=True)]
    except (KeyError, TypeError, ValueError, AssertionError, IndexError):
        return None


@given(st.sampled_from(list(places(PLAIN))), values)
def test_what_was_not_touched_is_right_or_refused(
    way: tuple[str | int, ...], value: object
) -> None:
    answer = changed(PLAIN, way, value)
    found = read_chart(answer, NVDA, MONDAY, LATER)
    before, after = rows_of(PLAIN), rows_of(answer)
    if isinstance(found, Gap) or before is None or after is None:
        return
    untouched = [at for at, row in enumerate(before) if row in after]
    for at, (session, close) in enumerate(CLOSES.items()):
        if at in untouched and (bar := found.at(day(session))) is not None:
            assert bar.close is not None
            assert abs(float(bar.close) - close) < 0.005
            assert bar.volume == 1_000_000 + at


@given(st.lists(st.floats(1, 10_000), min_size=1, max_size=20), st.booleans())
def test_whatever_the_prices_each_row_is_one_session(
    prices: list[float],
    is_summer: bool,  # noqa: FBT001 -- drawn
) -> None:
    first = day("2024-07-08" if is_summer else "2025-01-27")
    days = [first + timedelta(days=at + at // 5 * 2) for at in range(len(prices))]
    known = [one for one in days if one.isoformat() != "2025-02-17"]  # Presidents' Day
    closes = dict(zip(map(str, known), prices, strict=False))
    bars = read(chart(closes, last_trade="2025-04-01T16:00"))
    assert [str(bar.session) for bar in bars.bars] == list(closes)
    for bar, close in zip(bars.bars, closes.values(), strict=True):
        assert bar.close is not None
        assert abs(float(bar.close) - close) <= 0.005 + close * 1e-7
