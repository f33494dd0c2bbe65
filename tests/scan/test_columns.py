"""Which column means what. The headers are those that the vendors named beside them write."""

from __future__ import annotations

import pytest

from deepseek_shock.errors import UsageError
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.columns import Columns, find_columns


def find(header: str, **asked: str) -> Columns:
    return find_columns("f.csv", header.split(","), asked)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # our own
        ("ticker,session,open,high,low,close,volume", ("session", "close", "ticker")),
        # Kaggle: S&P 500 five years; JPX; Huge stock market dataset, a file a ticker
        ("date,open,high,low,close,volume,Name", ("date", "close", "Name")),
        ("Date,Open,High,Low,Close,Volume,OpenInt", ("Date", "Close", None)),
        ("Date,Open,High,Low,Close,Adj Close,Volume", ("Date", "Close", None)),
        # WRDS: CRSP daily, old and new
        ("PERMNO,date,TICKER,PRC,VOL", ("date", "PRC", "TICKER")),
        ("PERMNO,DlyCalDt,Ticker,DlyPrc,DlyVol", ("DlyCalDt", "DlyPrc", "Ticker")),
        # Stooq
        (
            "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
            ("<DATE>", "<CLOSE>", "<TICKER>"),
        ),
        # Nasdaq Data Link
        ("ticker,date,closeadj,close,closeunadj", ("date", "close", "ticker")),
        # Polygon's flat files spell it so
        ("ticker,volume,open,close,high,low,window_start", None),
        # Japanese: as traded beside adjusted for splits
        ("銘柄コード,日付,始値,終値", ("日付", "終値", "銘柄コード")),
        ("日付,コード,終値,調整後終値", ("日付", "調整後終値", "コード")),
        # J-Quants V1 and V2
        ("Date,Code,Close,AdjustmentFactor,AdjustmentClose", ("Date", "AdjustmentClose", "Code")),
        ("Date,Code,C,AdjFactor,AdjC", ("Date", "AdjC", "Code")),
        # a company's name is no ticker where there is one
        ("Name,Symbol,Date,Close", ("Date", "Close", "Symbol")),
        # pandas: an index without a name
        (",ticker,close", ("", "close", "ticker")),
        ("__index_level_0__,symbol,Close", ("__index_level_0__", "Close", "symbol")),
    ],
)
def test_headers_of_vendors(header: str, expected: tuple[str, str, str | None] | None) -> None:
    if expected is None:
        with pytest.raises(DamagedFileError, match="no column that means session"):
            find(header)
        return
    assert find(header)[:3] == expected


def test_splits_and_factors() -> None:
    found = find("Date,Open,Close,Dividends,Stock Splits")  # yfinance
    assert (found.split, found.is_factor) == ("Stock Splits", False)
    found = find("RowId,Date,SecuritiesCode,Close,Volume,AdjustmentFactor")  # Kaggle's JPX
    assert (found.ticker, found.split, found.is_factor) == (
        *("SecuritiesCode", "AdjustmentFactor", True),
    )
    # A close that has its splits in it needs no column of them.
    assert find("Date,Code,AdjustmentClose,AdjustmentFactor").split is None
    assert find("date,ticker,close,split", split="none").split is None


def test_the_users_word_counts() -> None:
    found = find("sym,day,px,close", ticker="sym", session="day", close="px")
    assert found[:3] == ("day", "px", "sym")
    assert find("Sym Bol,day,close", ticker="symbol").ticker == "Sym Bol"


def test_a_wrong_word_is_answered_with_the_columns_seen() -> None:
    with pytest.raises(DamagedFileError, match="has no column 'sybol' for ticker") as error:
        find("symbol,date,close", ticker="sybol")
    assert "seen: symbol, date, close" in error.value.why
    assert error.value.hint == "did you mean symbol?"
    with pytest.raises(UsageError, match="'volume' is no column of a scan"):
        find("symbol,date,close", volume="v")


def test_a_column_that_lacks_is_named() -> None:
    with pytest.raises(DamagedFileError, match="no column that means session"):
        find("ticker,close")
    # Dividends are in it: the user has to say that this will do.
    with pytest.raises(DamagedFileError, match="no column that means close") as error:
        find("ticker,date,Adj Close")
    assert error.value.hint == (
        "if moves with dividends in them will do, say --columns close='Adj Close'"
    )
    with pytest.raises(DamagedFileError, match="two columns mean close: 'Close' and 'close'"):
        find("ticker,date,Close,close")


def test_a_column_a_ticker() -> None:
    assert find("Date,AAPL,MSFT,C,V").wide == ("AAPL", "MSFT", "C", "V")
    words = "C,H,L,O,DAY,OPEN,LAST"  # New York knows them all
    many = ",".join(f"T{chr(65 + at // 26)}{chr(65 + at % 26)}" for at in range(60))
    assert len(find(f"Date,{words},{many}").wide) == 67
    assert find(f"Date,Close,{many}").close == "Close"  # one share, and what was made of it
    with pytest.raises(DamagedFileError, match="no column that means close"):
        find("Date,Open,High,Low")
