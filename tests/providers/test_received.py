"""Bars as received: what sources said, kept as evidence, and what of a report rests on it.

Expected rows are those that a test's own source gave. Closes of NVIDIA are Nasdaq's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deepseek_shock.cli.sources import Sources, make_provider
from deepseek_shock.errors import FileError
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers import plugins
from deepseek_shock.providers.assemble import Raw, assemble
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.chart import read_chart
from deepseek_shock.providers.combine import combine
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.plugins import Plugin
from deepseek_shock.providers.received import (
    PARTS,
    Received,
    Tape,
    find_unreceived,
    read_received,
    write_received,
)
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.providers.store import Store
from deepseek_shock.providers.stored import StoreAlone, Stored
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, Shelf, bar, day
from tests.fakes import jquants as jquants_fake
from tests.fakes.proxy import serve
from tests.fakes.yahoo import Yahoo
from tests.fakes.yahoo_chart import truths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from deepseek_shock.providers.base import Answer

NVDA, AVGO, FUJIKURA = map(make_instrument, ("NVDA", "AVGO", "5803.T"))
INSTRUMENTS = {one.ticker: one for one in (NVDA, AVGO, FUJIKURA)}
WANTED = Wanted(
    day("2025-01-02"), FRIDAY, TUESDAY, {"XNYS": (MONDAY, FRIDAY), "XTKS": (MONDAY, FRIDAY)}
)
YAHOO = Origin("yahoo", "2025-03-03T00:00:00Z")
DESK = Origin("desk", "2025-03-01T00:00:00Z")
THURSDAY = day("2025-01-23")
SPLIT = Action(day("2025-02-10"), Decimal(10))
# A vendor that restates: prices a tenth of those traded, floats of 32 bits; shares ten times.
RESTATED = Raw(
    (
        Bar(FRIDAY, None, None, None, Decimal("14.26200008392334"), 2_348_206_600),
        Bar(MONDAY, None, Decimal("12.5"), Decimal("11.7"), Decimal("11.842000007629395"), None),
        Bar(day("2025-02-11"), None, None, None, Decimal("13.2"), 10),
    ),
    (SPLIT,),
    (Action(MONDAY, Decimal("0.001")),),
    is_restated=True,
    tick=2,
)


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away the settings, the key and the store of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JQUANTS_API_KEY", raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def bars_of(fetched: Fetched) -> list[Bars]:
    return [one for one in fetched.bars.values() if isinstance(one, Bars)]


def there_and_back(received: Sequence[Received]) -> tuple[Received, ...]:
    return read_received(write_received(received), {one[0].ticker: one[0] for one in received})


def check(tape: Tape, fetched: Fetched) -> tuple[Received, ...]:
    """Check that what was handed on rests on the tape, also once that was written and read."""
    used = bars_of(fetched)
    assert used
    back = there_and_back(tape.received)
    assert back == tape.received
    assert find_unreceived(used, tape.received) == find_unreceived(used, back) == []
    assert find_unreceived(used, ()) != []
    return tape.received


# --- the files ---

DAYS = st.dates()
NUMBERS = st.decimals() | st.sampled_from(
    [Decimal(text) for text in ("NaN", "-NaN12", "sNaN3", "Infinity", "-Infinity", "-0", "0E-40")]
    + [Decimal("1E+400"), Decimal("9" * 60), Decimal("118.41999816894531"), Decimal("100.00")]
)
ROWS = st.builds(Bar, DAYS, *[st.none() | NUMBERS] * 4, st.none() | st.integers(-(10**30), 10**30))
ACTIONS = st.lists(st.builds(Action, DAYS, NUMBERS), max_size=3).map(tuple)
RAWS = st.builds(
    Raw,
    st.lists(ROWS, max_size=4).map(tuple),
    ACTIONS,
    st.none() | ACTIONS,
    st.booleans(),
    st.none() | st.integers(0, 12),
    st.frozensets(DAYS, max_size=3),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SERIES = st.lists(
    st.builds(
        Received,
        st.sampled_from([*INSTRUMENTS.values()]),
        RAWS,
        st.builds(Origin, TEXTS, TEXTS),
        st.booleans(),
    ),
    max_size=4,
)


def spell(received: Received) -> str:
    raw = received.raw
    return repr((received._replace(raw=raw._replace(frozen=())), sorted(raw.frozen)))


@given(SERIES)
@settings(max_examples=40)
def test_any_rows_come_back_to_the_last_digit(series: list[Received]) -> None:
    parts = write_received(series)
    assert tuple(parts) == PARTS
    back = read_received(parts, INSTRUMENTS)
    # By their spelling: a NaN equals nothing, and 1.0 equals 1.00.
    assert list(map(spell, back)) == list(map(spell, series))
    assert write_received(back) == parts


def test_the_files_are_plain() -> None:
    series = [
        Received(NVDA, RESTATED._replace(frozen=frozenset({TUESDAY, MONDAY})), YAHOO),
        Received(FUJIKURA, Raw((bar(MONDAY, "6522"),)), DESK, is_assembled=True),
    ]
    bars, actions, listed = (part.decode() for part in write_received(series).values())
    assert bars == (
        "series,ticker,session,open,high,low,close,volume\n"
        "1,NVDA,2025-01-24,,,,14.26200008392334,2348206600\n"
        "1,NVDA,2025-01-27,,12.5,11.7,11.842000007629395,\n"
        "1,NVDA,2025-02-11,,,,13.2,10\n"
        "2,5803.T,2025-01-27,,,,6522,1000\n"
    )
    assert actions == (
        "series,kind,session,amount\n1,split,2025-02-10,10\n1,dividend,2025-01-27,0.001\n"
    )
    assert json.loads(listed) == [
        {
            "number": 1,
            "ticker": "NVDA",
            "source": "yahoo",
            "retrieved": "2025-03-03T00:00:00Z",
            "is_restated": True,
            "tick": 2,
            "frozen": ["2025-01-27", "2025-01-28"],
            "has_dividends": True,
            "is_assembled": False,
        },
        {
            "number": 2,
            "ticker": "5803.T",
            "source": "desk",
            "retrieved": "2025-03-01T00:00:00Z",
            "is_restated": False,
            "tick": None,
            "frozen": [],
            "has_dividends": False,
            "is_assembled": True,
        },
    ]


def test_of_nothing_the_files_are_empty() -> None:
    assert there_and_back(()) == Tape().received == ()


# --- files of strangers ---

GOOD = write_received([Received(NVDA, RESTATED, YAHOO), Received(AVGO, Raw(()), DESK)])
BARS, ACTIONS_PART, LISTED = PARTS
DIGITS = b"9" * 10**6


@pytest.mark.parametrize(
    ("part", "old", "new", "line"),
    [
        (BARS, b"series,", b"Series,", 1),
        (BARS, b",volume\n", b"\n", 1),
        (BARS, b"\n", b"\r\n", 1),
        (BARS, b"1,NVDA", b"3,NVDA", 2),
        (BARS, b"1,NVDA", b"1,AVGO", 2),
        (BARS, b"1,NVDA", b"01,NVDA", 2),
        (BARS, b"1,NVDA", b"1,NV\0A", 2),
        (BARS, b"2025-01-24", b"2025-02-30", 2),
        (BARS, b"2025-01-24", b"0000-01-01", 2),
        (BARS, b"2025-01-24", b"20250124", 2),
        (BARS, b"14.26200008392334", b"14.26\x00", 2),
        (BARS, b"14.26200008392334", b"1_4", 2),
        (BARS, b"14.26200008392334", b" 14", 2),
        (BARS, b"14.26200008392334", b"twelve", 2),
        (BARS, b"14.26200008392334", b"--1", 2),
        (BARS, b"14.26200008392334", b"1E+99999999999999999999", 2),
        (BARS, b"14.26200008392334", DIGITS, 2),
        (BARS, b"14.26200008392334", "１４".encode(), 2),
        (BARS, b"14.26200008392334", b"\xff", 2),
        (BARS, b"2348206600", DIGITS, 2),
        (BARS, b"2348206600", b"1.5", 2),
        (BARS, b"2348206600", b"1,2", 2),
        (BARS, b",,,,14.26", b",,,14.26", 2),
        (BARS, b"12.5,", b"\x1b[31m12.5,", 3),
        (BARS, b",13.2,10\n", b",13.2,10", 4),
        (ACTIONS_PART, b"kind", b"type", 1),
        (ACTIONS_PART, b"split", b"merger", 2),
        (ACTIONS_PART, b"1,split", b"9,split", 2),
        (ACTIONS_PART, b"1,dividend", b"2,dividend", 3),
        (ACTIONS_PART, b"2025-02-10,10", b"2025-02-10,", 2),
        (ACTIONS_PART, b"2025-02-10,10", b"2025-02-10,ten", 2),
        (ACTIONS_PART, b"2025-02-10,10", b"2025-13-10,10", 2),
        (LISTED, b"[\n", b"[\n\n,", 3),
        (LISTED, b'"number": 1', b'"number": 2', None),
        (LISTED, b'"number": 1', b'"number": true', None),
        (LISTED, b'"number": 1', b'"number": ' + DIGITS, None),
        (LISTED, b'"number": 1, ', b"", None),
        (LISTED, b'"number"', b'"\\u001b[31mno"', None),
        (LISTED, b'"NVDA"', b'"MSFT"', None),
        (LISTED, b'"NVDA"', b'"../../etc/passwd\\u0000"', None),
        (LISTED, b'"NVDA"', b"null", None),
        (LISTED, b'"yahoo"', b'"\\ud800"', None),
        (LISTED, b'"yahoo"', b'"' + b"y" * 5000 + b'"', None),
        (LISTED, b'"tick": 2', b'"tick": 40', None),
        (LISTED, b'"tick": 2', b'"tick": -1', None),
        (LISTED, b'"tick": 2', b'"tick": NaN', None),
        (LISTED, b'"frozen": []', b'"frozen": ["2025-02-30"]', None),
        (LISTED, b'"frozen": []', b'"frozen": ["2025-01-28", "2025-01-27"]', None),
        (LISTED, b'"is_restated": true', b'"is_restated": 1', None),
        (LISTED, b"[\n", b"[" * 10**5, None),
        (LISTED, b"NVDA", b"NVDA\xff", None),
    ],
)
def test_what_was_not_written_so_is_refused(
    part: str, old: bytes, new: bytes, line: int | None
) -> None:
    assert old in GOOD[part]
    with pytest.raises(FileError) as caught:
        read_received(GOOD | {part: GOOD[part].replace(old, new, 1)}, INSTRUMENTS)
    assert (caught.value.path, caught.value.line) == (part, line)
    assert caught.value.hint
    assert len(caught.value.message) < 400
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("part", PARTS)
def test_a_file_that_is_missing_or_empty_is_refused(part: str) -> None:
    for parts in ({name: GOOD[name] for name in PARTS if name != part}, GOOD | {part: b""}):
        with pytest.raises(FileError) as caught:
            read_received(parts, INSTRUMENTS)
        assert caught.value.path == part


@given(st.sampled_from(PARTS), st.integers(0), st.binary(max_size=6), st.integers(0, 6))
@settings(max_examples=100)
@example(BARS, 0, b"\xef\xbb\xbf", 0)
def test_whatever_is_changed_is_read_or_refused(part: str, at: int, new: bytes, cut: int) -> None:
    data = GOOD[part]
    at %= len(data)
    changed = data[:at] + new + data[at + cut :]
    try:
        back = read_received(GOOD | {part: changed}, INSTRUMENTS)
    except FileError as error:
        refused = error.path
    else:
        refused = part
        find_unreceived([assemble(NVDA, RESTATED, YAHOO)], back)
    assert refused in PARTS


@given(SERIES)
@settings(max_examples=30)
def test_no_rows_of_a_stranger_break_the_search(series: list[Received]) -> None:
    used = assemble(NVDA, RESTATED, YAHOO)
    everything = [("NVDA", one) for one in (FRIDAY, MONDAY, day("2025-02-11"), SPLIT.session)]
    assert find_unreceived([used], series) == [*everything, ("NVDA", MONDAY)][: len(everything)]


# --- what was never received ---


def test_a_changed_digit_is_named() -> None:
    used = [assemble(NVDA, RESTATED, YAHOO)]
    assert [str(one.close) for one in used[0].bars[:2]] == ["142.62", "118.42"]  # as traded
    text = GOOD[BARS]
    for old, new, session in (
        (b"14.26200008392334", b"14.36200008392334", FRIDAY),
        (b"2348206600", b"2348206700", FRIDAY),
        (b"11.842000007629395", b"11.852000007629395", MONDAY),
        (b"12.5", b"12.6", MONDAY),
        (b"2025-01-27", b"2025-01-28", MONDAY),
    ):
        assert text.count(old) == 1
        back = read_received(GOOD | {BARS: text.replace(old, new)}, INSTRUMENTS)
        assert find_unreceived(used, back) == [("NVDA", session)]
    paid = GOOD[ACTIONS_PART].replace(b"0.001", b"0.002")
    back = read_received(GOOD | {ACTIONS_PART: paid}, INSTRUMENTS)
    assert find_unreceived(used, back) == [("NVDA", MONDAY)]
    split = GOOD[ACTIONS_PART].replace(b"02-10,10", b"02-10,5")
    back = read_received(GOOD | {ACTIONS_PART: split}, INSTRUMENTS)
    assert {("NVDA", FRIDAY), ("NVDA", MONDAY)} < set(find_unreceived(used, back))


def test_a_bar_that_a_guard_refused_may_not_be_used() -> None:
    raw = Raw((bar(FRIDAY, "142.62"), bar(MONDAY, "118.42")), frozen=frozenset({MONDAY}))
    made = assemble(NVDA, raw, YAHOO)
    assert made.refused.keys() == {MONDAY}
    for is_assembled in (False, True):
        series = [Received(NVDA, raw, YAHOO, is_assembled)]
        # What is refused may be printed by `--accept`, and must have been received too.
        assert find_unreceived([made], series) == []
        forged = Bars(
            NVDA, made.bars, refused={MONDAY: Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "99"))}
        )
        assert find_unreceived([forged], series) == [("NVDA", MONDAY)]
        smuggled = Bars(NVDA, raw.rows[:2])  # type: ignore[arg-type]
        assert find_unreceived([smuggled], series) == [("NVDA", MONDAY)]


def test_a_bar_is_not_patched_together_of_two_sources() -> None:
    one, other = bar(MONDAY, "118.42", volume=None), bar(MONDAY, "118.41", volume=5)
    series = [Received(NVDA, Raw((row,)), origin) for row, origin in ((one, YAHOO), (other, DESK))]
    for row in (one, other):
        assert find_unreceived([Bars(NVDA, (row,))], series) == []
    patched = Bars(NVDA, (one._replace(volume=5),))
    assert find_unreceived([patched], series) == [("NVDA", MONDAY)]
    assert find_unreceived([Bars(AVGO, (one,))], series) == [("AVGO", MONDAY)]


def test_what_two_sources_say_together_rests_on_both() -> None:
    rows = bar(THURSDAY, "147.22"), bar(FRIDAY, None), bar(MONDAY, "118.42")
    others = bar(THURSDAY, "120"), bar(FRIDAY, "142.62"), bar(MONDAY, "118.42")
    raws = Raw(rows, dividends=None), Raw(others, (SPLIT,), (Action(FRIDAY, Decimal(1)),))
    series = [Received(NVDA, raw, origin) for raw, origin in zip(raws, (YAHOO, DESK), strict=True)]
    made = combine(*(assemble(*one[:3]) for one in series))
    assert isinstance(made, Bars)
    assert made.refused[THURSDAY].reason is GapReason.DISPUTED
    assert made.origin_of(FRIDAY) == DESK
    assert find_unreceived([made], series) == []
    assert find_unreceived([made], series[1:]) == [("NVDA", THURSDAY)]
    lacking = [("NVDA", FRIDAY), ("NVDA", SPLIT.session)]
    assert find_unreceived([made], series[:1]) == lacking


def test_a_part_of_a_long_series_rests_on_it() -> None:
    # The split of 1:10 was left out of the rows before it by mistake: a guard refuses those.
    days = sessions_between(NVDA.exchange, day("2019-01-02"), TUESDAY)
    rows = tuple(bar(one, "100" if one < FRIDAY else "10") for one in days)
    raw = Raw(rows, (Action(FRIDAY, Decimal(10)),), is_restated=True, tick=2)
    made = assemble(NVDA, raw, YAHOO)
    assert made.bars[0].session == FRIDAY
    series = [Received(NVDA, raw, YAHOO)]
    for used in (made, made.until(FRIDAY), made.within(MONDAY, TUESDAY)):
        assert find_unreceived([used], series) == []
    calm = assemble(NVDA, Raw(rows[:1000]), YAHOO)
    for used in (
        calm,
        calm.since(day("2022-01-03")),
        calm.within(day("2021-03-01"), day("2021-04-01")),
    ):
        assert find_unreceived([used], [Received(NVDA, Raw(rows[:1000]), YAHOO)]) == []


# --- the tape ---


def test_a_tape_is_in_order_whoever_came_first() -> None:
    tape, raw = Tape(), Raw((bar(MONDAY, "1"),))
    jobs = [(one, Origin(source, "")) for one in INSTRUMENTS.values() for source in ("b", "a")]
    threads = [threading.Thread(target=tape.add, args=(job[0], raw, job[1])) for job in jobs]
    for thread in reversed(threads):
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one[0].ticker, one.origin.source) for one in tape.received] == [
        *(("5803.T", "a"), ("5803.T", "b"), ("AVGO", "a"), ("AVGO", "b"), ("NVDA", "a")),
        ("NVDA", "b"),
    ]


def test_of_one_source_the_order_is_that_of_coming() -> None:
    tape = Tape()
    for close in ("2", "1"):
        tape.add(NVDA, Raw([bar(MONDAY, close)]), YAHOO)
    assert [str(one.raw.rows[0].close) for one in tape.received] == ["2", "1"]


def test_bars_are_recorded_with_those_that_were_refused() -> None:
    early, odd = bar(TUESDAY, "128.99"), bar(THURSDAY, "147.22")
    refused = {
        TUESDAY: Refusal(GapReason.IN_PROGRESS, early),
        THURSDAY: Refusal(GapReason.INCONSISTENT, odd),
        day("2025-01-22"): Refusal(GapReason.DUPLICATE_DAY),
    }
    bars = Bars(NVDA, (bar(MONDAY, "118.42"),), (SPLIT,), None, refused, DESK)
    tape = Tape()
    tape.add_bars(bars)
    tape.add_bars(bars)
    (one,) = tape.received
    raw = Raw((odd, bar(MONDAY, "118.42"), early), (SPLIT,), None, frozen=frozenset({TUESDAY}))
    assert one == Received(NVDA, raw, DESK, is_assembled=True)
    assert find_unreceived([bars], tape.received) == []


# --- each source ---


def test_the_sample_is_recorded_as_it_is_shipped() -> None:
    tape = Tape()
    provider = make_provider(Sources("sample", LONG_AFTER, tape=tape))
    instruments = list(sample_directory().values())
    fetched = provider.fetch([*instruments, make_instrument("ZZZ")], WANTED)
    series = check(tape, fetched)
    assert len(series) == len(instruments) == 62
    assert {one.origin.source for one in series} == {"sample"}
    (nvidia,) = (one for one in series if one.instrument.ticker == "NVDA")
    assert [str(row.close) for row in nvidia.raw.rows if FRIDAY <= row.session <= MONDAY] == [
        *("142.62", "118.42"),
    ]
    assert fetched == Sample().fetch([*instruments, make_instrument("ZZZ")], WANTED)


def test_a_file_is_recorded_before_any_guard(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(
        "ticker,date,high,close,split\nNVDA,2025-01-24,,142.620,\nNVDA,2025-01-25,,9,\n"
        "NVDA,2025-01-27,100,118.42,\nNVDA,2025-01-28,,128.99,\nNVDA,2024-06-10,,121.79,10\n",
        "utf-8",
    )
    tape = Tape()
    fetched = make_provider(Sources("files", LONG_AFTER, data=path, tape=tape)).fetch(
        [NVDA, AVGO], WANTED
    )
    (one,) = check(tape, fetched)
    rows = {str(row.session): str(row.close) for row in one.raw.rows}
    assert rows["2025-01-24"] == "142.620"
    assert rows["2025-01-25"] == "9"  # a Saturday
    assert one.raw.splits == (Action(day("2024-06-10"), Decimal(10)),)
    assert (one.raw.is_restated, one.is_assembled, one.origin.source) == (False, False, "files")
    assert Files(path, "").fetch([NVDA, AVGO], WANTED) == fetched


def quoted(prices: Mapping[str, float], instrument: Instrument = NVDA) -> dict[str, Any]:
    """Make an answer of Yahoo's, stamped at New York's open in winter (14:30 UTC)."""
    stamps = [(date.fromisoformat(one) - date(1970, 1, 1)).days * 86_400 + 52_200 for one in prices]
    closes = list(prices.values())
    quote = dict.fromkeys(("open", "high", "low", "close"), closes)
    meta = {
        "currency": "USD",
        "symbol": instrument.ticker,
        "priceHint": 2,
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": 1_740_776_401,
    }
    result = {
        "meta": meta,
        "timestamp": stamps,
        "indicators": {"quote": [{**quote, "volume": [None] * len(closes)}]},
    }
    return {"chart": {"result": [result], "error": None}}


def test_yahoos_rows_are_recorded_with_the_noise_of_their_floats() -> None:
    tape = Tape()
    answer = quoted({"2025-01-24": 142.6199951171875, "2025-01-27": 118.41999816894531})
    found = read_chart(answer, NVDA, MONDAY, YAHOO, tape)
    assert isinstance(found, Bars)
    assert [str(one.close) for one in found.bars] == ["142.62", "118.42"]
    (one,) = tape.received
    assert [str(row.close) for row in one.raw.rows] == ["142.6199951171875", "118.41999816894531"]
    assert (one.raw.is_restated, one.raw.tick, one.origin) == (True, 2, YAHOO)
    assert find_unreceived([found], there_and_back(tape.received)) == []


def test_an_answer_that_is_refused_is_not_recorded() -> None:
    tape = Tape()
    assert isinstance(read_chart(quoted({"2025-01-27": 1.0}), AVGO, MONDAY, YAHOO, tape), Gap)
    assert isinstance(read_chart("", NVDA, MONDAY, YAHOO, tape), Gap)
    assert tape.received == ()


# In a process of its own: a run against Yahoo settles signals and yfinance for good.
_ASK = """
import sys
from datetime import date, datetime, UTC
from pathlib import Path
from deepseek_shock.cli.sources import Sources, make_provider
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.received import Tape, find_unreceived, write_received

tape, store = Tape(), Path("own.db")
wanted = Wanted(date(2025, 1, 17), date(2025, 1, 24), date(2025, 1, 28))
ones = [make_instrument(one) for one in sys.argv[1:]]
said = Sources("yahoo", datetime(2026, 1, 1, tzinfo=UTC), store=store, tape=tape)
found = make_provider(said).fetch(ones, wanted).bars.values()
print(find_unreceived(found, tape.received))
for name, data in write_received(tape.received).items():
    Path(name).write_bytes(data)
"""


@pytest.mark.vendor
def test_yahoo_is_recorded_by_its_workers(tmp_path: Path) -> None:
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    with serve({"*.yahoo.com": Yahoo()}, folder=tmp_path) as proxy:
        done = subprocess.run(
            [sys.executable, "-c", _ASK, "NVDA", "6857.T"],
            cwd=tmp_path,
            env=env | proxy.env,
            encoding="utf-8",
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert (done.stdout, done.stderr) == ("[]\n", "")
    ones = {one: make_instrument(one) for one in ("NVDA", "6857.T")}
    series = read_received({name: (tmp_path / name).read_bytes() for name in PARTS}, ones)
    assert [one.instrument.ticker for one in series] == ["6857.T", "NVDA"]
    assert all(one.raw.is_restated and not one.is_assembled for one in series)
    (close,) = (row.close for row in series[1].raw.rows if row.session == MONDAY)
    assert str(close) == "118.41999816894531"  # 118.42 in 32 bits
    assert truths()["NVDA"].at(MONDAY).close == 118.42


def ask_jquants(
    tape: Tape, folder: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], Fetched]
) -> Fetched:
    monkeypatch.setenv("JQUANTS_API_KEY", jquants_fake.KEY)
    rows = [
        jquants_fake.row("58030", one, close=close, volume=1000)
        for one, close in (("2025-01-24", 7300), ("2025-01-27", 6522), ("2025-01-28", 5921))
    ]
    with serve({jquants_fake.HOST: jquants_fake.JQuants({"58030": rows})}, folder=folder) as proxy:
        for name, value in proxy.env.items():
            monkeypatch.setenv(name, value)
        fetched = ask()
    for data in write_received(tape.received).values():
        assert jquants_fake.KEY.encode() not in data
    return fetched


@pytest.mark.vendor
@pytest.mark.parametrize("confirm", [None, "jquants"])
def test_jquants_is_recorded_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confirm: str | None
) -> None:
    tape = Tape()
    said = Sources("sample" if confirm else "jquants", LONG_AFTER, confirm=confirm, tape=tape)
    said = said._replace(store=tmp_path / "own.db")
    fetched = ask_jquants(
        tape, tmp_path, monkeypatch, lambda: make_provider(said).fetch([FUJIKURA], WANTED)
    )
    series = check(tape, fetched)
    sources = [one.origin.source for one in series]
    assert sources == (["jquants", "sample"] if confirm else ["jquants"])
    assert [str(row.close) for row in series[0].raw.rows] == ["7300", "6522", "5921"]
    assert not series[0].is_assembled


# --- the store, and other people's providers ---


def keep(path: Path, *vendors: str, last: date = TUESDAY) -> Store:
    store = Store(path)
    for vendor in vendors:
        rows = tuple(bar(one, "77.7") for one in (THURSDAY, FRIDAY, MONDAY, TUESDAY) if one <= last)
        early = {last: Refusal(GapReason.IN_PROGRESS, rows[-1])} if last < TUESDAY else {}
        held = Bars(
            NVDA,
            rows[:-1] if early else rows,
            (SPLIT,),
            (Action(MONDAY, Decimal("0.01")),),
            early,
            Origin(vendor, "2025-02-01T10:00:00Z"),
        )
        store.write("NVDA", vendor, held, WANTED)
    return store


@pytest.mark.parametrize("source", ["store", "auto"])
def test_what_the_store_gives_is_recorded_once(tmp_path: Path, source: str) -> None:
    path = keep(tmp_path / "own.db", "yahoo", "desk").path
    tape = Tape()
    said = Sources(source, LONG_AFTER, store=path, is_offline=source == "auto", tape=tape)
    series = check(tape, make_provider(said).fetch([NVDA, AVGO], WANTED))
    held = [one for one in series if one.origin.source != "sample"]
    assert [(one.instrument.ticker, one.origin.source) for one in held] == [
        *(("NVDA", "desk"), ("NVDA", "yahoo")),
    ]
    assert all(one.is_assembled and one.raw.splits == (SPLIT,) for one in held)
    assert [str(row.close) for row in held[0].raw.rows] == ["77.7"] * 4


class Desk:
    """Somebody else's vendor."""

    def __init__(self, *answers: Answer) -> None:
        self.shelf = Shelf(answers)

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        fetched = self.shelf.fetch(instruments, wanted)
        return fetched._replace(bars=fetched.bars | self.shelf.held)


def behind(store: Store, tape: Tape, answers: Iterable[Answer]) -> Stored:
    vendor = Plugin("desk", Desk(*answers), tape)
    return Stored("desk", lambda _: vendor, store, LONG_AFTER, tape=tape)


def test_what_the_store_adds_to_a_vendor_is_recorded(tmp_path: Path) -> None:
    store = keep(tmp_path / "own.db", "desk", last=MONDAY)  # whose last bar was taken too early
    now = Bars(NVDA, (bar(MONDAY, "118.42"), bar(TUESDAY, "128.99")), origin=DESK)
    tape = Tape()
    fetched = behind(store, tape, [now]).fetch([NVDA], WANTED)
    vendors, held = check(tape, fetched)
    assert [row.session for row in vendors.raw.rows] == [MONDAY, TUESDAY]
    assert [row.session for row in held.raw.rows] == [THURSDAY, FRIDAY, MONDAY]
    assert held.raw.frozen == {MONDAY}
    (bars,) = bars_of(fetched)
    assert [one.session for one in bars.bars] == [THURSDAY, FRIDAY, MONDAY, TUESDAY]
    assert find_unreceived([bars], [held]) == [("NVDA", MONDAY), ("NVDA", TUESDAY)]


def test_a_store_that_has_all_is_recorded_alone(tmp_path: Path) -> None:
    store = keep(tmp_path / "own.db", "desk")
    tape = Tape()
    wanted = WANTED._replace(history=THURSDAY)
    alone = StoreAlone(store, tape=tape).fetch([NVDA], wanted)
    (one,) = check(tape, alone)
    found = behind(store, tape, []).fetch([NVDA], wanted)
    assert check(tape, found) == (one,)


def test_bars_of_others_are_taken_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    # Neither a Saturday nor a close outside its day's range is what our guards would let pass.
    rows = (
        Bar(day("2025-01-25"), None, None, None, Decimal(5), None),
        Bar(MONDAY, None, Decimal(100), None, Decimal("118.42"), 1),
    )
    bars = Bars(NVDA, rows, dividends=(Action(MONDAY, Decimal("0." + "3" * 40)),), origin=DESK)

    class Entry:
        value = "desk:make"

        def load(self) -> Callable[[], Desk]:
            return lambda: Desk(bars)

    monkeypatch.setattr(plugins, "plugin_names", lambda: ("desk",))
    monkeypatch.setattr(plugins, "entry_points", lambda **_: [Entry()])
    tape = Tape()
    said = Sources("desk", LONG_AFTER, tape=tape)
    (one,) = check(tape, make_provider(said).fetch([NVDA, AVGO], WANTED))
    assert (one.raw.rows, one.raw.dividends) == (rows, bars.dividends)
    assert (one.origin, one.is_assembled) == (DESK, True)


def test_without_a_tape_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom deepseek_shock.cli.app import run\n"
        "run(['report', '--date', '2025-01-27', '--output', 'out.csv'])\n"
        "print([one for one in sys.modules if 'received' in one or one.endswith('.tape')])"
    )
    env = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=env,
        encoding="utf-8",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
