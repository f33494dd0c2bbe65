"""The user's own files: every header that vendors write, every encoding, every mistake."""

import csv
import gzip
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from deepseek_shock.errors import FileError
from deepseek_shock.market.bars import Action, Bars, Origin
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import Sample, sample_directory
from tests.builders import FRIDAY, MONDAY, NIKKEI, TUESDAY, day

HISTORY = Path(__file__).parents[2].parent / "shared" / "data" / "bars_2023_2025.csv.gz"
"""Longer series, beside the checkout where there are any; they are no part of it."""

NOBODY = 65534
RETRIEVED = "2026-11-24T09:00:00Z"
WANTED = Wanted(day("2025-01-06"), FRIDAY, TUESDAY)
SPLIT_DAYS = Wanted(day("2024-06-03"), day("2024-06-07"), day("2024-06-11"))

# NVIDIA's closes: 142.62 and 118.42, as newspapers printed them. Fujikura's: 7,300 and 6,522 yen.
# Both shares' other figures are those of the sample, held against two vendors there.
NVDA = {FRIDAY: "142.62", MONDAY: "118.42"}
FUJIKURA = {FRIDAY: "7300", MONDAY: "6522"}


def ask(path: Path, *tickers: str, wanted: Wanted = WANTED) -> Fetched:
    instruments = [make_instrument(ticker) for ticker in tickers or ("NVDA",)]
    return Files(path, RETRIEVED).fetch(instruments, wanted)


def bars_in(path: Path, ticker: str = "NVDA", *, wanted: Wanted = WANTED) -> Bars:
    answer = ask(path, ticker, wanted=wanted).bars[ticker]
    assert isinstance(answer, Bars)
    return answer


def closes(bars: Bars) -> dict[date, Decimal | None]:
    return {bar.session: bar.close for bar in bars.bars}


def exact(texts: Mapping[date, str]) -> dict[date, Decimal]:
    return {session: Decimal(text) for session, text in texts.items()}


def complaint(path: Path, *tickers: str) -> FileError:
    with pytest.raises(FileError) as caught:
        ask(path, *tickers)
    assert caught.value.exit_code == 1
    assert caught.value.hint
    return caught.value


class Write:
    """Writes files into a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        return self.data(name, "".join(f"{line}\n" for line in lines).encode(encoding))

    def data(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return Write(tmp_path)


# --- our own header ---


OWN = "ticker,session,open,high,low,close,volume"
OWN_ROWS = (
    "NVDA,2025-01-24,148.37,148.97,141.88,142.62,234657600",
    "NVDA,2025-01-27,124.8,128.4,116.7,118.42,818830900",
    "5803.T,2025-01-24,7210,7330,7112,7300,24733400",
    "5803.T,2025-01-27,7185,7194,6500,6522,32216000",
)


def test_our_own_header_holds_many_tickers(write: Write) -> None:
    answer = ask(write("prices.csv", OWN, *OWN_ROWS), "NVDA", "5803.T", "5804.T")
    nvidia, fujikura, unknown = (answer.bars[one] for one in ("NVDA", "5803.T", "5804.T"))
    assert isinstance(nvidia, Bars)
    assert isinstance(fujikura, Bars)
    assert isinstance(unknown, Gap)
    assert closes(nvidia) == exact(NVDA)
    assert closes(fujikura) == exact(FUJIKURA)
    assert nvidia.bars[-1][1:] == (
        Decimal("124.8"),
        Decimal("128.4"),
        Decimal("116.7"),
        Decimal("118.42"),
        818830900,
    )
    assert nvidia.dividends is None
    assert (unknown.reason, unknown.session) == (GapReason.NOT_FOUND, TUESDAY)
    assert answer.near == {"5804.T": ("5803.T",)}
    assert answer.baselines == {}


def test_where_the_bars_come_from(write: Write) -> None:
    path = write("prices.csv", OWN, *OWN_ROWS)
    answer = ask(path, "NVDA", "5803.T")
    (source,) = answer.sources
    assert source[:5] == ("files", "prices.csv", RETRIEVED, FRIDAY, MONDAY)
    assert len(source.sha256) == 64
    assert bars_in(path).origin == Origin("files", RETRIEVED)
    reordered = write("again.csv", OWN, *reversed(OWN_ROWS))
    assert ask(reordered, "5803.T", "NVDA").sources[0].sha256 == source.sha256
    other = write("other.csv", OWN, *OWN_ROWS[:3])
    assert ask(other, "NVDA", "5803.T").sources[0].sha256 != source.sha256


def test_splits_and_dividends_are_as_traded(write: Write) -> None:
    path = write(
        "own.csv",
        "ticker,session,close,split,dividend",
        "NVDA,2024-06-07,1208.88,0,0",
        "NVDA,2024-06-10,121.79,10:1,0",
        "NVDA,2024-06-11,120.91,,0.01",
    )
    bars = bars_in(path, wanted=SPLIT_DAYS)
    split_day, paid_day = day("2024-06-10"), day("2024-06-11")
    assert bars.close(day("2024-06-07")) == Decimal("1208.88")
    assert bars.splits == (Action(split_day, Decimal(10)),)
    assert bars.dividends == (Action(paid_day, Decimal("0.01")),)
    assert bars.close_as_of(day("2024-06-07"), split_day) == Decimal("120.888")


def test_bars_outside_the_span_are_dropped_and_their_actions_kept(write: Write) -> None:
    path = write(
        "own.csv",
        "ticker,session,close,split",
        "NVDA,2021-07-19,751.19,",
        "NVDA,2021-07-20,186.12,4",  # NVIDIA's split of 4:1, effective that day
        "NVDA,2025-01-03,144.47,",
        *(f"NVDA,{session},{close}," for session, close in NVDA.items()),
        "NVDA,2025-01-29,123.7,",
        "NVDA,2026-01-05,1,7",
    )
    bars = bars_in(path)
    assert closes(bars) == exact(NVDA)
    assert [split.amount for split in bars.splits] == [4, 7]


def test_a_cell_outside_the_span_is_not_read(write: Write) -> None:
    path = write("own.csv", OWN, "NVDA,2020-01-06,?,?,?,?,?", *OWN_ROWS)
    assert closes(bars_in(path)) == exact(NVDA)


@pytest.mark.parametrize("word", ["", "null", "NaN", "N/A", "n/a", "-"])
def test_missing_figures_are_none(write: Write, word: str) -> None:
    path = write("own.csv", OWN, f"NVDA,2025-01-27,{word},{word},{word},118.42,{word}")
    (bar,) = bars_in(path).bars
    assert bar == (MONDAY, None, None, None, Decimal("118.42"), None)


def test_a_close_that_is_missing_or_nought_is_no_close(write: Write) -> None:
    path = write("own.csv", OWN, "NVDA,2025-01-24,,,,0,0", "NVDA,2025-01-27,,,,,5")
    assert closes(bars_in(path)) == {FRIDAY: None, MONDAY: None}


def test_rows_are_judged_by_the_calendar_and_by_each_other(write: Write) -> None:
    path = write(
        "own.csv",
        "ticker,session,close,volume",
        "NVDA,2025-01-08,140.11,5",
        "NVDA,2025-01-09,140.11,0",  # closed, a day of mourning: the row repeats the close
        "NVDA,2025-01-24,142.62,5",
        "NVDA,2025-01-24,142.62,5",
        "NVDA,2025-01-27,118.42,5",
        "NVDA,2025-01-27,119.42,5",
    )
    bars = bars_in(path)
    assert list(closes(bars)) == [day("2025-01-08"), FRIDAY]
    assert {session: one.reason for session, one in bars.refused.items()} == {
        MONDAY: GapReason.DUPLICATE_DAY
    }


def test_an_order_of_rows_and_columns_is_not_asked_for(write: Write) -> None:
    path = write("own.csv", "close,note,ticker,session", "118.42,x,NVDA,2025-01-27",
                 "142.62,y,NVDA,2025-01-24")  # fmt: skip
    assert closes(bars_in(path)) == exact(NVDA)


def test_a_file_of_a_header_alone_has_no_data(write: Write) -> None:
    answer = ask(write("NVDA.csv", "Date,Close")).bars["NVDA"]
    assert isinstance(answer, Gap)
    assert answer.reason is GapReason.NO_DATA


# --- Yahoo ---


YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume"


def test_yahoos_web_download(write: Write) -> None:
    path = write(
        "NVDA.csv",
        YAHOO,
        "2025-01-24,148.369995,148.970001,141.880005,142.619995,142.590240,234657600",
        "2025-01-27,124.800003,128.399994,116.699997,118.419998,118.395294,818830900",
    )
    bars = bars_in(path)
    assert closes(bars) == exact(NVDA)
    assert bars.bars[-1].open == Decimal("124.80")
    assert bars.dividends is None


def test_yahoos_page_with_thousands_and_month_names(write: Write) -> None:
    path = write(
        "^GSPC.csv",
        YAHOO,
        '"Jan 27, 2025","5,969.04","6,017.17","5,962.92","6,012.28","6,012.28","5,198,750,000"',
        '"Jan 24, 2025","6,121.43","6,128.18","6,088.74","6,101.24","6,101.24","4,214,250,000"',
    )
    # The S&P 500's closes, as newspapers printed them.
    assert closes(bars_in(path, "^GSPC")) == exact({FRIDAY: "6101.24", MONDAY: "6012.28"})
    assert bars_in(path, "^GSPC").bars[-1].volume == 5_198_750_000


def test_what_is_copied_from_yahoos_page(write: Write) -> None:
    path = write(
        "NVDA.txt",
        "Date\tOpen\tHigh\tLow\tClose Close price adjusted for splits.\tAdj Close Adjusted close "
        "price adjusted for splits and dividend and/or capital gain distributions.\tVolume",
        "Jan 27, 2025\t124.80\t128.40\t116.70\t118.42\t118.38\t818,830,900",
        "Jan 24, 2025\t148.37\t148.97\t141.88\t142.62\t142.58\t234,657,600",
    )
    assert closes(bars_in(path)) == exact(NVDA)


HISTORY_HEADER = "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits"


def test_a_split_in_yfinances_history_is_undone(write: Write) -> None:
    path = write(
        "NVDA.csv",
        HISTORY_HEADER,
        "2024-06-07 00:00:00-04:00,119.7699966430664,121.69200134277344,118.02200317382812,"
        "120.88800048828125,120.85,412386000,0.0,0.0",
        "2024-06-10 00:00:00-04:00,120.37000274658203,123.0999984741211,117.01000213623047,"
        "121.79000091552734,121.75,314162700,0.0,10.0",
        "2024-06-11 00:00:00-04:00,121.7699966430664,122.87000274658203,118.73999786376953,"
        "120.91000366210938,120.88,222551200,0.01,0.0",
    )
    bars = bars_in(path, wanted=SPLIT_DAYS)
    # As traded: 1,208.88 dollars before the split of 10:1 that took effect on 10 June 2024.
    assert closes(bars) == exact(
        {day("2024-06-07"): "1208.88", day("2024-06-10"): "121.79", day("2024-06-11"): "120.91"}
    )
    assert bars.bars[0].open == Decimal("1197.70")
    assert bars.bars[0].volume == 41_238_600
    assert bars.splits == (Action(day("2024-06-10"), Decimal(10)),)
    assert bars.dividends == (Action(day("2024-06-11"), Decimal("0.01")),)


def test_a_split_after_the_span_is_undone_too(write: Write) -> None:
    path = write(
        "NVDA.csv",
        HISTORY_HEADER,
        "2024-03-01,,,,82.279,1,10,0.0,0.0",
        "2024-06-07,,,,120.888,1,10,0.0,0.0",
        "2024-06-10,,,,121.79,1,10,0.0,10.0",
    )
    march = Wanted(day("2024-02-20"), day("2024-03-01"), day("2024-03-05"))
    assert closes(bars_in(path, wanted=march)) == exact({day("2024-03-01"): "822.79"})


def test_a_history_that_was_not_restated_is_refused_before_the_split(write: Write) -> None:
    path = write(
        "NVDA.csv",
        HISTORY_HEADER,
        "2024-06-07,,,,1208.88,1,10,0.0,0.0",
        "2024-06-10,,,,121.79,1,10,0.0,10.0",
    )
    bars = bars_in(path, wanted=SPLIT_DAYS)
    assert list(closes(bars)) == [day("2024-06-10")]
    assert bars.refused[day("2024-06-07")].reason is GapReason.UNAPPLIED_SPLIT


def test_without_splits_a_restated_price_keeps_its_decimals(write: Write) -> None:
    path = write(
        "NVDA.csv",
        YAHOO,
        "2024-06-07,119.769997,121.692001,118.022003,120.888000,120.85,412386000",
        "2024-06-10,120.370003,123.099998,117.010002,121.790001,121.75,314162700",
    )
    found = closes(bars_in(path, wanted=SPLIT_DAYS))
    assert found == exact({day("2024-06-07"): "120.888", day("2024-06-10"): "121.79"})


def test_yen_are_rounded_to_a_tenth(write: Write) -> None:
    path = write(
        "5803.T.csv",
        HISTORY_HEADER,
        "2025-01-24 00:00:00+09:00,,,,1216.66666,1,10,0.0,0.0",
        "2025-01-27 00:00:00+09:00,,,,1087.0,1,10,0.0,6.0",
    )
    found = closes(bars_in(path, "5803.T"))
    assert found == exact({FRIDAY: "7300.0", MONDAY: "1087.0"})


def test_an_index_in_yen_has_two_decimals(write: Write) -> None:
    path = write("^N225.csv", YAHOO, "2025-01-27,,,,39565.80078125,39565.80078125,0")
    answer = Files(path, RETRIEVED).fetch([NIKKEI], WANTED).bars["^N225"]
    assert isinstance(answer, Bars)
    # The Nikkei's close on 27 January 2025.
    assert answer.close(MONDAY) == Decimal("39565.80")


DOWNLOAD = (
    "Price,Adj Close,Adj Close,Close,Close,Open,Open,Volume,Volume",
    "Ticker,NVDA,5803.T,NVDA,5803.T,NVDA,5803.T,NVDA,5803.T",
    "Date,,,,,,,,",
    "2025-01-20,,6000.0,,6040.0,,6000.0,,13182800.0",
    "2025-01-24,142.59,7290.0,142.6199951171875,7300.0,148.37,7210.0,234657600.0,24733400.0",
    "2025-01-27,118.39,6500.0,118.41999816894531,6522.0,124.8,7185.0,818830900.0,32216000.0",
)


def test_yfinances_download_has_three_rows_of_header(write: Write) -> None:
    path = write("download.csv", *DOWNLOAD)
    answer = ask(path, "NVDA", "5803.T", "AVGO")
    nvidia, fujikura, unknown = (answer.bars[one] for one in ("NVDA", "5803.T", "AVGO"))
    assert isinstance(nvidia, Bars)
    assert isinstance(fujikura, Bars)
    assert isinstance(unknown, Gap)
    # New York was closed on the 20th: the row is Tokyo's alone.
    assert closes(nvidia) == exact(NVDA)
    assert closes(fujikura) == exact({day("2025-01-20"): "6040"} | FUJIKURA)
    assert nvidia.bars[-1].volume == 818_830_900


def test_yfinances_download_by_ticker(write: Write) -> None:
    path = write("download.csv", DOWNLOAD[1], *(DOWNLOAD[0], *DOWNLOAD[2:]))
    assert closes(bars_in(path)) == exact(NVDA)


def test_a_bad_cell_of_a_wide_table_names_its_column(write: Write) -> None:
    rows = list(DOWNLOAD)
    rows[5] = rows[5].replace("118.41999816894531", "fell")
    error = complaint(write("download.csv", *rows))
    assert "download.csv:6: column Close of NVDA: 'fell' is not a price" in error.message


@pytest.mark.parametrize(
    "header",
    [
        ("Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",),
        ("Date,Close,High,Low,Open,Volume",),
        ("Price,Close,High", "Ticker,NVDA,NVDA", "Date,,"),
    ],
)
def test_closes_adjusted_for_dividends_are_refused(write: Write, header: Sequence[str]) -> None:
    error = complaint(write("NVDA.csv", *header, "2025-01-27,118.39,,,,1,1,1"))
    assert "NVDA.csv:1: " in error.message
    assert "adjusted for dividends" in error.message
    assert "auto_adjust=False" in error.hint


@pytest.mark.parametrize(
    ("stamp", "ticker"),
    [
        ("2025-01-27 00:00:00-05:00", "NVDA"),
        ("2025-01-27 00:00:00+09:00", "5803.T"),
        ("2025-01-27T23:30:00+09:00", "5803.T"),
    ],
)
def test_the_day_is_that_of_the_offsets_clock(write: Write, stamp: str, ticker: str) -> None:
    path = write("own.csv", "ticker,date,close", f"{ticker},{stamp},118.42")
    assert closes(bars_in(path, ticker)) == {MONDAY: Decimal("118.42")}


def test_tokyo_stamps_that_were_made_utc_are_refused_as_no_sessions(write: Write) -> None:
    # Midnight of Monday in Tokyo is Sunday afternoon in Greenwich: every day is one too early.
    path = write(
        "own.csv",
        "ticker,date,close,volume",
        "5803.T,2025-01-23T15:00:00Z,7300,5",
        "5803.T,2025-01-26T15:00:00Z,6522,5",
    )
    bars = bars_in(path, "5803.T")
    assert not bars.bars
    assert {one.reason for one in bars.refused.values()} == {GapReason.NOT_A_SESSION}


# --- Stooq, J-Quants, Japanese headers ---


@pytest.mark.parametrize(
    ("name", "ticker", "rows", "expected"),
    [
        ("nvda.us.txt", "NVDA", ("2025-01-24,148.37,148.97,141.88,142.62,234657600",
                                 "2025-01-27,124.8,128.4,116.7,118.42,818830900"), NVDA),
        ("5803.jp.csv", "5803.T", ("2025-01-24,7210,7330,7112,7300,24733400",
                                   "2025-01-27,7185,7194,6500,6522,32216000"), FUJIKURA),
        ("5803_jp_d.csv", "5803.T", ("2025-01-27,7185,7194,6500,6522,32216000",), {MONDAY: "6522"}),
        ("^spx.csv", "^GSPC", ("2025-01-27,5969.04,6017.17,5962.92,6012.28,5198750000",),
         {MONDAY: "6012.28"}),
    ],
)  # fmt: skip
def test_stooqs_files_are_named_after_their_ticker(
    write: Write, name: str, ticker: str, rows: Sequence[str], expected: Mapping[date, str]
) -> None:
    path = write(name, "Date,Open,High,Low,Close,Volume", *rows)
    assert closes(bars_in(path, ticker)) == exact(expected)


STOOQ_BULK = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>"


@pytest.mark.parametrize(
    ("spelled", "ticker"),
    [
        ("NVDA.US", "NVDA"),
        ("5803.JP", "5803.T"),
        ("BRK-B.US", "BRK-B"),
        ("^SPX", "^GSPC"),
        ("^DJI", "^DJI"),
        ("^NDQ", "^IXIC"),
    ],
)
def test_stooqs_bulk_files_spell_tickers_their_way(write: Write, spelled: str, ticker: str) -> None:
    path = write(
        "20250127_d.txt",
        STOOQ_BULK,
        f"{spelled},D,20250127,000000,124.8,128.4,116.7,118.42,818830900.5,0",
        "AAPL.US,D,20250127,000000,224.02,232.15,223.98,229.86,94863400,0",
    )
    (bar,) = bars_in(path, ticker).bars
    assert bar.close == Decimal("118.42")
    assert bar.volume is None  # half a share was never traded: the vendor has changed the volume


@pytest.mark.parametrize(
    "header",
    [
        "Date,Code,O,H,L,C,UL,LL,Vo,Va,AdjFactor,AdjO,AdjH,AdjL,AdjC,AdjVo",
        (
            "Date,Code,Open,High,Low,Close,UpperLimit,LowerLimit,Volume,TurnoverValue,Adjustment"
            "Factor,AdjustmentOpen,AdjustmentHigh,AdjustmentLow,AdjustmentClose,AdjustmentVolume"
        ),
    ],
)
def test_j_quants_gives_prices_as_traded_and_splits_as_factors(write: Write, header: str) -> None:
    path = write(
        "daily.csv",
        header,
        # A split of 3:1 made up for the test, on the real closes of Fujikura.
        "2025-01-24,58030,7210.0,7330.0,7112.0,7300.0,0,0,24733400.0,1e11,1.0,,,,2433.3,1",
        "2025-01-27,58030,2395.0,2398.0,2166.7,2174.0,0,0,96648000.0,1e11,0.333333,,,,1,1",
        "2025-01-24,130A0,,,,,0,0,,,1.0,,,,,",
        "2025-01-27,130A0,610.0,620.0,600.0,605.0,0,0,1000.0,1,1.0,,,,1,1",
    )
    bars = bars_in(path, "5803.T")
    assert closes(bars) == exact({FRIDAY: "7300", MONDAY: "2174"})
    assert bars.splits == (Action(MONDAY, Decimal(3)),)
    assert bars.close_as_of(FRIDAY, MONDAY) == Decimal(7300) / 3
    assert bars.bars[0].volume == 24_733_400
    other = bars_in(path, "130A.T")
    assert closes(other) == {FRIDAY: None, MONDAY: Decimal("605.0")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_japanese_headers(write: Write, encoding: str) -> None:
    path = write(
        "kabu.csv",
        "日付,銘柄コード,銘柄名,始値,高値,安値,終値,出来高,調整後終値",
        '2025年1月24日,5803,フジクラ,"7,210","7,330","7,112","7,300","24,733,400","7,300"',
        '2025年1月27日,5803,フジクラ,"7,185","7,194","6,500","6,522","32,216,000","6,522"',
        encoding=encoding,
    )
    bars = bars_in(path, "5803.T")
    assert closes(bars) == exact(FUJIKURA)
    assert bars.bars[0].volume == 24_733_400


# --- encodings, delimiters, dates ---


DATE_FORMS: Mapping[str, Callable[[date], str]] = {
    "2025-01-27": str,
    "2025/01/27": lambda one: f"{one:%Y/%m/%d}",
    "2025/1/27": lambda one: f"{one.year}/{one.month}/{one.day}",
    "20250127": lambda one: f"{one:%Y%m%d}",
    "27.01.2025": lambda one: f"{one:%d.%m.%Y}",
    "01/27/2025": lambda one: f"{one:%m/%d/%Y}",
    "27/01/2025": lambda one: f"{one:%d/%m/%Y}",
    "Jan 27, 2025": lambda one: f"{one:%b} {one.day}, {one.year}",
    "27 Jan 2025": lambda one: f"{one.day} {one:%b} {one.year}",
    "2025年1月27日": lambda one: f"{one.year}年{one.month}月{one.day}日",
    "ISO with an offset": lambda one: f"{one}T00:00:00-05:00",
    "ISO with a time": lambda one: f"{one} 00:00:00",
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp932")


def csv_text(rows: Iterable[Sequence[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("form", DATE_FORMS)
def test_every_encoding_delimiter_and_date(
    write: Write, encoding: str, delimiter: str, form: str
) -> None:
    rows = [["ticker", "session", "close", "備考"]]
    rows += [["NVDA", DATE_FORMS[form](session), close, ""] for session, close in NVDA.items()]
    path = write.data("own.csv", csv_text(rows, delimiter).encode(encoding))
    assert closes(bars_in(path)) == exact(NVDA)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_decimal_comma(write: Write, delimiter: str) -> None:
    rows = [
        ("ticker", "session", "close", "volume"),
        ("^GSPC", "24.01.2025", "6.101,24", "4.214.250.000"),
        ("^GSPC", "27.01.2025", "6.012,28", "5.198.750.000"),
    ]
    path = write.data("own.csv", csv_text(rows, delimiter).encode())
    bars = bars_in(path, "^GSPC")
    assert closes(bars) == exact({FRIDAY: "6101.24", MONDAY: "6012.28"})
    assert bars.bars[1].volume == 5_198_750_000


def test_excels_line_for_itself_is_passed_over(write: Write) -> None:
    path = write("own.csv", "sep=;", "ticker;session;close", "NVDA;2025-01-27;118,4x")
    assert "own.csv:3: column close" in complaint(path).message
    path = write("own.csv", "sep=;", "ticker;session;close", "NVDA;2025-01-27;118,42")
    assert closes(bars_in(path)) == {MONDAY: Decimal("118.42")}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_blank_lines_and_blank_cells(write: Write, end: str) -> None:
    lines = (
        "ticker, session, close,",
        "",
        "NVDA, 2025-01-24, 142.62,",
        ",,,",
        "NVDA, 2025-01-27, 118.42,,,",
        " , , , ",
        "",
    )
    path = write.data("own.csv", end.join(lines).encode())
    assert closes(bars_in(path)) == exact(NVDA)
    broken = end.join([*lines, "NVDA,2025-01-28,x,"]).encode()
    assert "own.csv:8: column close: 'x'" in complaint(write.data("own.csv", broken)).message


def test_a_line_is_counted_in_the_file_and_not_in_the_rows(write: Write) -> None:
    path = write("own.csv", "ticker,session,close,note", 'NVDA,2025-01-24,142.62,"two', 'lines"',
                 "NVDA,2025-01-27,1x,")  # fmt: skip
    assert "own.csv:4: column close: '1x' is not a price" in complaint(path).message


def test_gzip_in_one_piece_and_in_two(write: Write) -> None:
    text = "\n".join([OWN, *OWN_ROWS, ""]).encode()
    assert closes(bars_in(write.data("own.csv.gz", gzip.compress(text)))) == exact(NVDA)
    pieces = gzip.compress(text[:100]) + gzip.compress(text[100:])
    assert closes(bars_in(write.data("own.csv.gz", pieces))) == exact(NVDA)
    # Packed, though its name does not say so.
    assert closes(bars_in(write.data("own.csv", gzip.compress(text)))) == exact(NVDA)


# --- mistakes ---


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('NVDA,2025-01-27,,,,"1,2x",5', "column close: '1,2x' is not a price"),
        ("NVDA,2025-01-27,,,,-118.42,5", "column close: '-118.42' is not a price"),
        ("NVDA,2025-01-27,inf,1,1,118.42,5", "column open: 'inf' is not a price"),
        ("NVDA,2025-01-27,1,$9,1,118.42,5", "column high: '$9' is not a price"),
        ("NVDA,2025-01-27,1,1,low,118.42,5", "column low: 'low' is not a price"),
        ("NVDA,2025-01-27,,,,118.42,1.2M", "column volume: '1.2M' is not a volume"),
        ("NVDA,2025-02-30,,,,118.42,5", "column session: '2025-02-30' is not a date"),
        ("NVDA,,,,,118.42,5", "column session: is empty"),
        (",2025-01-27,,,,118.42,5", "column ticker: is empty"),
        ("NVDA,2025-01-27,,,,118.42", "6 cells in the row, 7 in the header"),
        ("NVDA,2025-01-27,,,,1,208.88,5", "8 cells in the row, 7 in the header"),
    ],
)
def test_a_bad_row_is_named_by_file_line_and_column(write: Write, row: str, what: str) -> None:
    path = write("prices.csv", OWN, OWN_ROWS[0], row)
    error = complaint(path)
    assert error.message.startswith(f"{path}:3: {what}")
    assert error.line == 3


def test_a_bad_row_of_a_ticker_that_was_not_asked_for_harms_nobody(write: Write) -> None:
    path = write("prices.csv", OWN, *OWN_ROWS, "AVGO,2025-01-27,x,x,x,x,x")
    assert closes(bars_in(path)) == exact(NVDA)
    assert "prices.csv:6: column open" in complaint(path, "AVGO").message


def test_what_a_cell_holds_cannot_reach_the_screen(write: Write) -> None:
    error = complaint(write("prices.csv", OWN, "NVDA,2025-01-27,,,,\x1b[31m" + "9" * 200 + ",5"))
    assert "\x1b" not in error.message
    assert len(error.message) < 250


def test_two_rows_that_differ_on_a_split(write: Write) -> None:
    path = write("own.csv", "ticker,session,close,split", "NVDA,2025-01-27,1,10",
                 "NVDA,2025-01-27,1,10.0", "NVDA,2025-01-27,1,5")  # fmt: skip
    error = complaint(path)
    assert "own.csv:4: column split: '5', but another row of 2025-01-27 says 10" in error.message


def test_a_split_in_every_row_is_no_split(write: Write) -> None:
    days = sessions_between(XNYS, day("2025-01-02"), MONDAY)
    path = write("NVDA.csv", HISTORY_HEADER, *(f"{one},,,,118,1,5,0,10" for one in days))
    error = complaint(path)
    assert "has 16 splits" in error.message
    assert "row of its own session" in error.hint


def test_slash_dates_that_nothing_settles(write: Write) -> None:
    path = write("own.csv", "ticker,date,close", "AVGO,01/02/2025,1", "NVDA,02/03/2025,1")
    error = complaint(path)
    assert "own.csv:2: column date: '01/02/2025' may be day/month/year" in error.message
    assert "2025-01-27" in error.hint


def test_slash_dates_are_settled_by_the_whole_column(write: Write) -> None:
    path = write("own.csv", "ticker,date,close", "NVDA,03/02/2025,116.66", "AVGO,27/01/2025,1")
    february = Wanted(FRIDAY, FRIDAY, day("2025-02-03"))
    bars = bars_in(path, wanted=february)
    assert closes(bars) == {day("2025-02-03"): Decimal("116.66")}


def test_a_comma_that_nothing_settles(write: Write) -> None:
    path = write("own.csv", "ticker;session;close", "5803.T;2025-01-27;6,522")
    error = complaint(path, "5803.T")
    assert "own.csv:2: column close: '6,522' may be a thousand or a fraction" in error.message


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n \n", "is empty"),
        ("a.csv", b"<!DOCTYPE html>\n<html>", "is a web page"),
        ("a.csv", b'{"chart": {}}', "is JSON"),
        ("a.csv", b"PK\x03\x04xl/workbook", "is an archive or an Excel workbook"),
        ("a.csv", b"PK\x03\x04\x14\x00\x06\x00\x08", "is an archive or an Excel workbook"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an archive or an Excel workbook"),
        ("a.csv", b"sep=;\n", "has no column session"),
        ("a.csv", b"x" * 200_000, "is not CSV from here on: field larger than field limit"),
        ("a", b"session,close\n", "no column names the ticker"),
        ("a.csv", b"No data\n", ":1: has no column session and no column close; seen: No data"),
        ("a.csv", "ticker,session,close\n".encode("utf-16-le"), ":1: holds NUL bytes"),
        ("a.csv", b"\xff\xfea\x00b", "is damaged UTF-16"),
        ("a.csv", b"ticker,session,close\nNVDA\x81,1,1\n", ":2: is neither UTF-8 nor Shift_"),
        ("a.csv", b'ticker,session,close\nNVDA,"2025,1\nNVDA,1,1\n', ":2: is not CSV from here on"),
        ("a.csv.gz", b"\x1f\x8bnonsense", "is a damaged gzip file"),
        (
            "a.csv.gz",
            gzip.compress(b"ticker,session,close\n" * 99, mtime=0)[:-20],
            "is a damaged gzip file",
        ),
        ("a.parquet", b"PAR1nonsense", "is damaged Parquet"),
    ],
)
def test_what_is_no_table(write: Write, name: str, data: bytes, what: str) -> None:
    path = write.data(name, data)
    error = complaint(path)
    assert error.message.startswith(str(path))
    assert what in error.message


@pytest.mark.parametrize("name", ["none.csv", "none", "none/"])
def test_a_path_that_is_not_there(tmp_path: Path, name: str) -> None:
    error = complaint(tmp_path / name)
    assert error.message == f"{tmp_path / name}: does not exist"
    assert error.hint == "name a file of bars, or a folder of them"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up the rights of root, who may read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize(
    ("asked", "named"),
    [("closed/prices.csv", "closed/prices.csv"), ("closed", "closed"), ("", "closed")],
)
def test_a_folder_that_may_not_be_read(asked: str, named: str) -> None:
    with TemporaryDirectory() as name:  # pytest's own folders are closed to everyone else
        write = Write(Path(name))
        write("prices.csv", OWN, OWN_ROWS[0])
        closed = write("closed/prices.csv", OWN, OWN_ROWS[1]).parent
        write.folder.chmod(0o755)
        closed.chmod(0)
        with as_nobody():
            error = complaint(write.folder / asked)
        closed.chmod(0o700)
    assert error.message == f"{write.folder / named}: cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["prices.csv", "MSFT.csv"])
def test_a_file_that_names_no_ticker(write: Write, name: str) -> None:
    error = complaint(write(name, "session,close,note", "2025-01-27,118.42,"))
    assert f"{name}:1: no column names the ticker" in error.message
    assert "seen: session, close, note" in error.message
    assert "NVDA.csv" in error.hint


# --- folders ---


def test_a_folder_of_one_file_a_ticker(write: Write) -> None:
    write("NVDA.csv", YAHOO, "2025-01-27,,,,118.419998,1,5")
    write("5803.jp.txt", "Date,Open,High,Low,Close,Volume", "2025-01-27,,,,6522,5")
    write("AVGO.csv", "nonsense, which nobody asks for")
    write(".NVDA.csv", "what an editor left behind")
    write("notes.md", "no table")
    answer = ask(write.folder, "NVDA", "5803.T")
    nvidia, fujikura = answer.bars["NVDA"], answer.bars["5803.T"]
    assert isinstance(nvidia, Bars)
    assert isinstance(fujikura, Bars)
    assert closes(nvidia) == {MONDAY: Decimal("118.42")}
    assert closes(fujikura) == {MONDAY: Decimal(6522)}
    assert answer.sources[0].vendor == write.folder.name


def test_a_folder_inside_the_folder(write: Write) -> None:
    write("data/daily/us/nasdaq stocks/2/nvda.us.txt", STOOQ_BULK,
          "NVDA.US,D,20250127,000000,,,,118.42,5,0")  # fmt: skip
    assert closes(bars_in(write.folder)) == {MONDAY: Decimal("118.42")}


def test_a_folder_of_files_that_hold_many_tickers(write: Write) -> None:
    write("2025-01-24.csv", OWN, OWN_ROWS[0], OWN_ROWS[2])
    write("2025-01-27.csv", OWN, OWN_ROWS[1], OWN_ROWS[3])
    write("README.txt", "What these files are, and where they come from.")
    write.data("empty.csv", b"")
    write.data("notes.txt", b"for later")
    write("page.csv", "<!DOCTYPE html>", "<html>")
    answer = ask(write.folder, "NVDA", "5803.T", "5802.T")
    nvidia, unknown = answer.bars["NVDA"], answer.bars["5802.T"]
    assert isinstance(nvidia, Bars)
    assert isinstance(unknown, Gap)
    assert closes(nvidia) == exact(NVDA)
    assert answer.near["5802.T"] == ("5803.T",)


def test_a_files_name_goes_before_what_other_files_say_of_the_ticker(write: Write) -> None:
    write("all.csv", OWN, *OWN_ROWS)
    write("NVDA.csv", "session,close", "2025-01-27,118.43")
    for tickers in (("NVDA",), ("NVDA", "5803.T")):
        nvidia = ask(write.folder, *tickers).bars["NVDA"]
        assert isinstance(nvidia, Bars)
        assert closes(nvidia) == {MONDAY: Decimal("118.43")}
    assert closes(bars_in(write.folder, "5803.T")) == exact(FUJIKURA)


def test_a_ticker_that_no_file_holds_has_the_files_names_for_neighbours(write: Write) -> None:
    write("NVDA.csv", YAHOO, "2025-01-27,,,,118.42,1,5")
    write("AVGO.csv", OWN, "AVGO,2025-01-27,x,x,x,x,x")  # one ticker's alone: not read
    answer = ask(write.folder, "NVDAX", "AVGOX")
    assert answer.near == {"NVDAX": ("NVDA",), "AVGOX": ("AVGO",)}


def test_a_damaged_file_that_was_asked_for_is_named(write: Write) -> None:
    write("NVDA.csv", YAHOO, "2025-01-27,,,,118.42,1,5")
    broken = write("AVGO.csv", YAHOO, "2025-01-27,,,,?,1,5")
    assert closes(bars_in(write.folder)) == {MONDAY: Decimal("118.42")}
    assert complaint(write.folder, "NVDA", "AVGO").message.startswith(f"{broken}:2: column Close")


def test_two_files_of_one_ticker(write: Write) -> None:
    write("NVDA.csv", YAHOO, "2025-01-27,,,,118.42,1,5")
    write("nvda.us.txt", "Date,Close", "2025-01-27,118.42")
    error = complaint(write.folder)
    assert "nvda.us.txt: is named after NVDA, as " in error.message


def test_two_bases_in_one_folder(write: Write) -> None:
    write("a.csv", OWN, OWN_ROWS[0])
    write("b.csv", "Ticker,Date,Close,Adj Close", "NVDA,2025-01-27,118.42,118.39")
    assert "b.csv: has NVDA on another split basis than" in complaint(write.folder).message


def test_dividends_are_known_only_where_every_file_says_them(write: Write) -> None:
    write("a.csv", "ticker,session,close,dividend", "NVDA,2025-01-24,142.62,0.01")
    assert bars_in(write.folder).dividends == (Action(FRIDAY, Decimal("0.01")),)
    write("b.csv", "ticker,session,close", "NVDA,2025-01-27,118.42")
    assert bars_in(write.folder).dividends is None


def test_an_empty_folder(write: Write) -> None:
    write("notes.md", "no table")
    error = complaint(write.folder)
    assert "holds no table" in error.message
    assert ".parquet" in error.hint


def test_a_large_header_is_looked_at_without_reading_on(write: Write) -> None:
    """A file whose beginning is enough to pass it over may be damaged further on."""
    rows = b"".join(b"2025-01-27,%d\n" % at for at in range(10_000))
    for encoding, name in (("utf-8", "AAPL.csv"), ("utf-16", "MSFT.csv")):
        text = ("Date,終値\n" + rows.decode()).encode(encoding)
        write.data(name, text + b"\xff\xff\xff")
    write.data("META.csv.gz", gzip.compress(b"Date,Close\n" + rows)[:-20])
    assert isinstance(ask(write.folder).bars["NVDA"], Gap)
    rows = b"".join(b"AAPL,2025-01-27,%d\n" % at for at in range(10_000))
    write.data("all.csv", "ticker,終値,日付\n".encode("cp932") + rows + b"\x81,1,1\n")
    assert "all.csv:10002: is neither UTF-8 nor Shift_JIS" in complaint(write.folder).message


# --- Parquet ---


def parquet_file(folder: Path, columns: Mapping[str, "pa.Array"], name: str = "p.parquet") -> Path:
    path = folder / name
    parquet.write_table(pa.table(dict(columns)), path)
    return path


SESSIONS = [FRIDAY, MONDAY]
STAMPS = [datetime(2025, 1, at, 5, tzinfo=ZoneInfo("UTC")) for at in (24, 27)]


@pytest.mark.parametrize(
    "days",
    [
        pa.array(SESSIONS, pa.date32()),
        pa.array(SESSIONS, pa.date64()),
        pa.array([str(one) for one in SESSIONS]),
        pa.array([f"{one:%m/%d/%Y}" for one in SESSIONS]).dictionary_encode(),
        pa.array([20250124, 20250127]),
        pa.array(STAMPS, pa.timestamp("ns", "America/New_York")),
        pa.array(STAMPS, pa.timestamp("us", "America/New_York")),
        pa.array(STAMPS, pa.timestamp("ms", "-05:00")),
        pa.array([one.replace(tzinfo=None) for one in STAMPS], pa.timestamp("ns")),
    ],
)
@pytest.mark.parametrize(
    "prices",
    [
        pa.array([142.62, 118.42]),
        pa.array([142.62, 118.42], pa.float32()),
        pa.array([Decimal("142.62"), Decimal("118.42")], pa.decimal128(12, 2)),
        pa.array(["142.62", "118.42"]),
    ],
)
def test_parquet_of_any_types(tmp_path: Path, days: "pa.Array", prices: "pa.Array") -> None:
    path = parquet_file(
        tmp_path,
        {
            "ticker": pa.array(["NVDA", "NVDA"]).dictionary_encode(),
            "session": days,
            "close": prices,
            "volume": pa.array([234657600.0, None]),
            "tags": pa.array([["a"], []]),
        },
    )
    bars = bars_in(path)
    assert closes(bars) == exact(NVDA)
    assert [bar.volume for bar in bars.bars] == [234_657_600, None]


def test_parquet_stamps_of_tokyo_keep_their_day(tmp_path: Path) -> None:
    stamps = [datetime(2025, 1, at, tzinfo=ZoneInfo("Asia/Tokyo")) for at in (24, 27)]
    days = pa.array(stamps, pa.timestamp("us", "Asia/Tokyo"))
    path = parquet_file(tmp_path, {"Date": days, "Close": pa.array([7300.0, 6522.0])}, "5803.T.pq")
    assert closes(bars_in(path, "5803.T")) == exact(FUJIKURA)


@pytest.mark.parametrize("name", ["Date", None, "session"])
def test_parquet_as_pandas_writes_it(tmp_path: Path, name: str | None) -> None:
    import pandas as pd

    index = pd.DatetimeIndex(SESSIONS, tz="America/New_York", name=name)
    frame = pd.DataFrame({"Close": [142.62, 118.42], "Volume": [1, 2]}, index=index)
    frame.to_parquet(tmp_path / "NVDA.parquet")
    assert closes(bars_in(tmp_path / "NVDA.parquet")) == exact(NVDA)
    # In a folder only the first row is looked at, of a file named after something else.
    assert isinstance(ask(tmp_path, "AVGO").bars["AVGO"], Gap)
    frame.to_csv(tmp_path / "nvda.csv")
    assert closes(bars_in(tmp_path / "nvda.csv")) == exact(NVDA)


@pytest.mark.parametrize("index_name", ["Date", None])
def test_parquet_of_yfinances_download(tmp_path: Path, index_name: str | None) -> None:
    import pandas as pd

    columns = pd.MultiIndex.from_product(
        [["Adj Close", "Close"], ["NVDA", "5803.T"]], names=["Price", "Ticker"]
    )
    values = [[142.59, 7290.0, 142.62, 7300.0], [118.39, None, 118.42, None]]
    index = pd.DatetimeIndex(SESSIONS, name=index_name)
    pd.DataFrame(values, index, columns).to_parquet(tmp_path / "download.parquet")
    answer = ask(tmp_path, "NVDA", "5803.T")
    nvidia, fujikura = answer.bars["NVDA"], answer.bars["5803.T"]
    assert isinstance(nvidia, Bars)
    assert isinstance(fujikura, Bars)
    assert closes(nvidia) == exact(NVDA)
    assert closes(fujikura) == {FRIDAY: Decimal(7300)}


def test_a_bad_value_in_parquet_is_named_by_its_row(tmp_path: Path) -> None:
    path = parquet_file(
        tmp_path,
        {
            "ticker": pa.array(["NVDA", "NVDA"]),
            "session": pa.array(SESSIONS),
            "close": pa.array([142.62, -118.42]),
        },
    )
    assert complaint(path).message == f"{path}:2: column close: '-118.42' is not a price"
    path = parquet_file(
        tmp_path,
        {
            "ticker": pa.array(["NVDA"]),
            "session": pa.array([MONDAY]),
            "close": pa.array([[118.42]]),
        },
    )
    assert "column close: '<list<" in complaint(path).message


def test_parquet_with_any_bytes_changed_is_no_more_than_a_file_error(tmp_path: Path) -> None:
    sound = parquet_file(
        tmp_path,
        {
            "ticker": pa.array(["NVDA", "NVDA"]),
            "session": pa.array(SESSIONS),
            "close": pa.array([142.62, 118.42]),
        },
    ).read_bytes()
    path = tmp_path / "NVDA.parquet"
    refused = 0
    for at in range(4, len(sound)):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0xA5]) + sound[at + 1 :])
        try:
            ask(path)
        except FileError as error:
            refused += error.message.startswith(str(path))
    assert refused > len(sound) / 4


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet_file(tmp_path, {"session": pa.array([MONDAY]), "close": pa.array([1.0])})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = complaint(path)
    assert "pyarrow" in error.message
    assert "pip install pyarrow" in error.hint


def test_csv_needs_neither_pyarrow_nor_pandas(write: Write) -> None:
    path = write("prices.csv", OWN, *OWN_ROWS)
    code = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from deepseek_shock.market.instrument import make_instrument;"
        "from deepseek_shock.providers.base import Wanted;"
        "from deepseek_shock.providers.files import Files;"
        "one = date(2025, 1, 27);"
        "found = Files(Path(sys.argv[1]), '2026').fetch("
        "[make_instrument('NVDA')], Wanted(one, one, one));"
        "print(len(found.bars['NVDA'].bars), {'pyarrow', 'pandas', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "1 set()\n"


# --- laws ---


class Series(NamedTuple):
    """Closes as traded on consecutive sessions, and perhaps a split on one of them."""

    ticker: str
    closes: dict[date, Decimal]
    splits: dict[date, int]


NEW_YORK = sessions_between(XNYS, day("2025-01-06"), MONDAY)
TOKYO = sessions_between(XTKS, day("2025-01-06"), MONDAY)


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Draw closes that move too little for a guard, the last on the 27th: above 12, it settles."""
    ticker, sessions = draw(st.sampled_from([("NVDA", NEW_YORK), ("5803.T", TOKYO)]))
    days = sessions[-draw(st.integers(2, len(sessions))) :]
    ticks = st.integers(9_000, 11_000)
    tick = Decimal("0.01") if ticker == "NVDA" else Decimal("0.1")
    effective = draw(st.sampled_from(days))
    split = draw(st.sampled_from([1, 2, 3, 10]))
    closes: dict[date, Decimal] = {}
    for one in days:
        # A close before the split is any price, not only one that the split divides evenly.
        factor = split if one < effective else 1
        closes[one] = (draw(ticks) * factor + draw(st.integers(0, factor - 1))) * tick
    return Series(ticker, closes, {effective: split} if split > 1 else {})


def restated(one: Series) -> dict[date, Decimal]:
    """Return closes on the split basis of the last session, to Yahoo's six decimals."""
    found: dict[date, Decimal] = {}
    for session, close in one.closes.items():
        for effective, split in one.splits.items():
            close = close / split if session < effective else close  # noqa: PLW2901 -- in turn
        found[session] = close.quantize(Decimal("0.000001"))
    return found


def as_own(one: Series) -> tuple[str, list[list[str]]]:
    rows = [["ticker", "session", "close", "split"]]
    for session, close in one.closes.items():
        split = one.splits.get(session)
        rows.append([one.ticker, str(session), str(close), f"{split}:1" if split else ""])
    return "prices.csv", rows


def as_history(one: Series) -> tuple[str, list[list[str]]]:
    rows = [["Date", "Close", "Adj Close", "Stock Splits"]]
    for session, close in restated(one).items():
        split = str(float(one.splits.get(session, 0)))
        rows.append([f"{session} 00:00:00-05:00", str(close), "1", split])
    return f"{one.ticker}.csv", rows


def as_download(one: Series) -> tuple[str, list[list[str]]]:
    fields = ["Close", "Adj Close", "Stock Splits"]
    rows = [["Price", *fields], ["Ticker", *[one.ticker] * 3], ["Date", "", "", ""]]
    for session, close in restated(one).items():
        rows.append([str(session), str(close), "1", str(one.splits.get(session, 0))])
    return "download.csv", rows


def as_j_quants(one: Series) -> tuple[str, list[list[str]]]:
    rows = [["Date", "Code", "C", "AdjFactor", "AdjC"]]
    for session, close in one.closes.items():
        factor = f"{1 / one.splits.get(session, 1):.6f}"
        code = one.ticker.replace(".T", "0")
        rows.append([str(session), code, str(close), factor, "1"])
    return "daily.csv", rows


def as_stooq(one: Series) -> tuple[str, list[list[str]]]:
    ticker = one.ticker.replace(".T", ".JP") if ".T" in one.ticker else f"{one.ticker}.US"
    rows = [["<TICKER>", "<PER>", "<DATE>", "<TIME>", "<CLOSE>", "<VOL>"]]
    for session, close in one.closes.items():
        rows.append([ticker, "D", f"{session:%Y%m%d}", "000000", str(close), "5"])
    return "bulk.txt", rows


def as_japanese(one: Series) -> tuple[str, list[list[str]]]:
    rows = [["日付", "コード", "終値"]]
    for session, close in one.closes.items():
        rows.append([f"{session:%Y/%m/%d}", one.ticker.removesuffix(".T"), f"{close:,}"])
    return "kabu.csv", rows


TELLING_SPLITS = (as_own, as_history, as_download, as_j_quants)


@settings(max_examples=200)
@given(
    series(),
    st.sampled_from([*TELLING_SPLITS, as_stooq, as_japanese]),
    st.sampled_from(ENCODINGS),
    st.sampled_from(",;\t|"),
    st.booleans(),
)
def test_what_is_written_in_any_form_reads_back(
    one: Series,
    form: Callable[[Series], tuple[str, list[list[str]]]],
    encoding: str,
    delimiter: str,
    is_packed: bool,  # noqa: FBT001 -- drawn
) -> None:
    name, rows = form(one)
    data = csv_text(rows, delimiter).encode(encoding)
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(data) if is_packed else data)
        bars = bars_in(path, one.ticker)
    assert closes(bars) == one.closes
    told = one.splits if form in TELLING_SPLITS else {}
    assert {split.session: split.amount for split in bars.splits} == told


@settings(max_examples=25)
@given(series(), st.sampled_from([pa.float64(), pa.decimal128(12, 2), pa.string()]))
def test_what_is_written_as_parquet_reads_back(one: Series, kind: "pa.DataType") -> None:
    texts = [f"{close:.2f}" for close in one.closes.values()]
    with TemporaryDirectory() as folder:
        path = parquet_file(
            Path(folder),
            {
                "session": pa.array(list(one.closes)),
                "close": pa.array(texts).cast(kind),
                "split": pa.array([one.splits.get(session, 0) for session in one.closes]),
            },
            f"{one.ticker}.parquet",
        )
        bars = bars_in(path, one.ticker)
    assert closes(bars) == one.closes
    assert {split.session: split.amount for split in bars.splits} == one.splits


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_a_file_error(data: bytes) -> None:
    head = b"ticker,session,open,high,low,close,volume,split\n"
    row = b"NVDA,2025-01-27,,,,118.42,5,0\n"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "NVDA.csv"
        for given_data in (data, head + data, head + row + data):
            path.write_bytes(given_data)
            try:
                ask(path)
            except FileError as error:
                assert error.message.startswith(str(path))  # noqa: PT017 -- either is right


@settings(max_examples=300)
@given(st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_no_cells_are_more_than_a_file_error(cells: list[str]) -> None:
    rows = [["ticker", "session", "open", "high", "low", "close", "volume", "Stock Splits"]]
    rows.append(["NVDA", *cells[1:]])
    rows.append(["NVDA", "2025-01-27", *cells[2:]])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "NVDA.csv"
        path.write_bytes(csv_text(rows, ";").encode("utf-8", "replace"))
        try:
            ask(path)
        except FileError as error:
            assert error.message.startswith(f"{path}:")  # noqa: PT017 -- either is right


# --- real histories ---


@cache
def long_history() -> Fetched:
    everything = list(sample_directory().values())
    span = Wanted(day("2023-11-01"), FRIDAY, day("2025-03-31"))
    return Files(HISTORY, RETRIEVED).fetch(everything, span)


@pytest.mark.skipif(not HISTORY.is_file(), reason="the longer series are not at hand")
@pytest.mark.parametrize("ticker", sorted(sample_directory()))
def test_a_real_history_moves_as_the_sample_does(ticker: str) -> None:
    bars = long_history().bars[ticker]
    held = Sample().fetch([sample_directory()[ticker]], WANTED).bars[ticker]
    assert isinstance(bars, Bars)
    assert isinstance(held, Bars)
    assert len(bars.bars) > 250
    assert not bars.refused
    ratios: list[Decimal] = []
    for one in (bars, held):
        before, after = one.close(FRIDAY), one.close(MONDAY)
        assert before is not None
        assert after is not None
        ratios.append(after / before)
    # The series have indexes in four decimals, the sample in two.
    assert abs(ratios[0] - ratios[1]) < Decimal("0.000001")


def test_files_give_their_archive_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    days = ("1987-10-16", "1987-10-19", "2025-01-24", "2025-01-27", "2025-03-03")
    path.write_text("date,ticker,close\n" + "".join(f"{one},NVDA,100\n" for one in days))
    for archive, first in ((None, "2025-01-24"), ("1987-10-19", "1987-10-19")):
        wanted = WANTED._replace(archive=None if archive is None else day(archive))
        held = Files(path, "2025-03-03T00:00:00Z").fetch([make_instrument("NVDA")], wanted)
        bars = held.bars["NVDA"]
        assert isinstance(bars, Bars)
        assert [bars.bars[0].session, bars.bars[-1].session] == [day(first), MONDAY]
