"""What headers, dates, figures and tickers of files mean, however they are written."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.errors import FileError
from deepseek_shock.headings import Column, meaning
from deepseek_shock.providers.tabular.cells import (
    Days,
    Figures,
    Mark,
    Unreadable,
    find_mark,
    is_missing,
)
from deepseek_shock.providers.tabular.columns import (
    Layout,
    find_layout,
    holds_bars,
)
from deepseek_shock.spellings import spell, spell_index, spell_name
from tests.builders import MONDAY

OWN = "ticker,session,open,high,low,close,volume"
YAHOO = "Date,Open,High,Low,Close,Adj Close,Volume"
STOOQ_BULK = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>"
JQUANTS_2 = "Date,Code,O,H,L,C,UL,LL,Vo,Va,AdjFactor,AdjO,AdjH,AdjL,AdjC,AdjVo"
JQUANTS_1 = (
    "Date,Code,Open,High,Low,Close,UpperLimit,LowerLimit,Volume,TurnoverValue,AdjustmentFactor,"
    "AdjustmentOpen,AdjustmentHigh,AdjustmentLow,AdjustmentClose,AdjustmentVolume"
)


def layout(*rows: str) -> Layout:
    return find_layout("prices.csv", [row.split(",") for row in rows])


def places(found: Layout) -> dict[str, int]:
    (view,) = found.views
    return {str(column): at for column, at in view.at.items()}


def complaint(*rows: str) -> FileError:
    with pytest.raises(FileError) as caught:
        layout(*rows)
    return caught.value


# --- headers ---


def test_our_own_header() -> None:
    found = layout(OWN + ",adjusted_close,split,dividend")
    assert places(found) == {
        "ticker": 0,
        "session": 1,
        "open": 2,
        "high": 3,
        "low": 4,
        "close": 5,
        "volume": 6,
        "adjusted_close": 7,
        "split": 8,
        "dividend": 9,
    }
    assert not found.is_restated
    assert found.names_tickers
    assert found.body == 1


@pytest.mark.parametrize(
    "header",
    [
        "Session, Close",
        " DATE ,CLOSE",
        "date,close,comment,weight",
        "日付,終値",
        "日付, 終値(円)",  # full-width brackets
        "<DATE>,<CLOSE>",
        "Date,Close*",
    ],
)
def test_headers_are_read_whatever_their_case_and_spaces(header: str) -> None:
    at = places(layout(header))
    assert at == {"session": 0, "close": 1}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("銘柄コード", Column.TICKER),
        ("コード", Column.TICKER),
        ("始値", Column.OPEN),
        ("高値", Column.HIGH),
        ("安値", Column.LOW),
        ("終値", Column.CLOSE),
        ("出来高", Column.VOLUME),
        ("調整後終値", Column.ADJUSTED),
        ("調整後終値*", Column.ADJUSTED),
        ("Adj Close", Column.ADJUSTED),
        ("Adj. Close**", Column.ADJUSTED),
        ("Adjusted_close", Column.ADJUSTED),
        ("Close Close price adjusted for splits.", Column.CLOSE),
        (
            "Adj Close Adjusted close price adjusted for splits and dividend and/or capital gain",
            Column.ADJUSTED,
        ),
        ("Stock Splits", Column.SPLIT),
        ("Dividends", Column.DIVIDEND),
        ("Vol.", Column.VOLUME),
        ("AdjFactor", Column.FACTOR),
        ("AdjustmentFactor", Column.FACTOR),
        ("AdjC", None),
        ("AdjustmentClose", None),
        ("Adj Open", None),
        ("銘柄名", None),
        ("Close (adjusted)", None),
        ("", None),
    ],
)
def test_what_a_header_means(header: str, column: Column | None) -> None:
    assert meaning(header) is column


@pytest.mark.parametrize(
    ("header", "is_restated"),
    [
        (YAHOO, True),
        (YAHOO + ",Dividends,Stock Splits", True),
        ("Date,Ticker,Adj Close,Close", True),
        (OWN, False),
        ("date,close,adjusted_close", False),
        ("session,close,Adj Close", False),
        ("date,close,adj_close,split", False),
        ("date,close,high,low,open,volume,adjClose,adjOpen,divCash,splitFactor", False),
        ("Date,Open,High,Low,Close,Volume", False),
        (STOOQ_BULK, False),
        (JQUANTS_1, False),
        (JQUANTS_2, False),
        ("日付,始値,高値,安値,終値,出来高,調整後終値", False),
    ],
)
def test_only_yahoos_prices_are_restated(header: str, is_restated: bool) -> None:  # noqa: FBT001 -- a figure of the table
    assert layout(header).is_restated is is_restated


@pytest.mark.parametrize("header", [JQUANTS_1, JQUANTS_2])
def test_j_quants_as_traded_columns_are_taken(header: str) -> None:
    at = places(layout(header))
    names = header.split(",")
    assert names[at["close"]] in {"C", "Close"}
    assert names[at["open"]] in {"O", "Open"}
    assert names[at["volume"]] in {"Vo", "Volume"}
    assert names[at["adjustment factor"]] in {"AdjFactor", "AdjustmentFactor"}
    assert names[at["ticker"]] == "Code"


def test_a_nameless_index_is_the_date_where_nothing_else_is() -> None:
    assert places(layout(",close")) == {"session": 0, "close": 1}
    assert places(layout("close,__index_level_0__")) == {"close": 0, "session": 1}
    assert places(layout(",Date,close")) == {"session": 1, "close": 2}


@pytest.mark.parametrize(
    "rows",
    [
        ("Price,Adj Close,Adj Close,Close,Close", "Ticker,NVDA,O,NVDA,O", "Date,,,,"),
        ("Ticker,NVDA,O,NVDA,O", "Price,Adj Close,Adj Close,Close,Close", "Date,,,,"),
        (",Adj Close,Adj Close,Close,Close", ",NVDA,O,NVDA,O", "Date,,,,"),
        ("Price,Adj Close,Adj Close,Close,Close", "Ticker,NVDA,O,NVDA,O", "2025-01-27,1,2,3,4"),
    ],
)
def test_the_rows_of_fields_and_of_tickers(rows: Sequence[str]) -> None:
    found = layout(*rows)
    closes = {view.ticker: view.at[Column.CLOSE] for view in found.views}
    # O is a ticker, Realty Income's, though it heads an open elsewhere.
    assert closes == {"NVDA": 3, "O": 4}
    assert {view.at[Column.SESSION] for view in found.views} == {0}
    assert found.is_restated
    assert found.body == (2 if rows[2].startswith("2025") else 3)
    assert found.labels[3] == "Close of NVDA"


def test_a_row_of_tickers_may_be_all_fields() -> None:
    found = layout("Price,Adj Close,Adj Close,Close,Close", "Ticker,C,V,C,V", "Date,,,,")
    assert {view.ticker: view.at[Column.CLOSE] for view in found.views} == {"C": 3, "V": 4}


@pytest.mark.parametrize(
    ("header", "what", "hint"),
    [
        ("ticker,open", "no column session and no column close; seen: ticker, open", "終値"),
        ("date,open,価格", "no column close; seen: date, open, 価格", "close"),
        ("close", "no column session; seen: close", "date"),
        ("No data", "seen: No data", "date"),
        ("date,session,close", "two columns mean session: date and session", "leave one"),
        ("日付,終値,Close", "two columns mean close: 終値 and Close", "leave one"),
        ("Date,Code,Ticker,Close", "two columns mean ticker: Code and Ticker", "leave one"),
        (
            "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits",
            "without Adj Close",
            "auto_adjust=False",
        ),
        ("Date,Close,High,Low,Open,Volume", "without Adj Close", "head the dates `session`"),
    ],
)
def test_a_header_that_does_not_do(header: str, what: str, hint: str) -> None:
    error = complaint(header)
    assert error.message.startswith("prices.csv:1: ")
    assert what in error.message
    assert hint in error.hint


def test_a_download_without_adj_close_is_refused() -> None:
    error = complaint("Price,Close,Close", "Ticker,NVDA,AVGO", "Date,,")
    assert "without Adj Close" in error.message
    assert "auto_adjust=False" in error.hint


def test_many_headers_and_strange_ones_are_cut_and_escaped() -> None:
    error = complaint(",".join(["a\x1b[31mb", "x" * 90, *(f"f{at}" for at in range(30))]))
    assert "\x1b" not in error.message
    assert r"'a\x1b[31mb'" in error.message
    assert "f11 and 18 more" in error.message
    assert len(error.message) < 300


@pytest.mark.parametrize(
    ("rows", "holds"),
    [
        ((OWN, "NVDA,2025-01-27,1,1,1,1,1"), True),
        (("Price,Close", "Ticker,NVDA", "Date,"), True),
        (("Notes on the data", "", ""), False),
        (("ticker,name,sector",), False),
        ((), False),
    ],
)
def test_what_looks_like_bars(rows: Sequence[str], holds: bool) -> None:  # noqa: FBT001 -- the same
    assert holds_bars([row.split(",") for row in rows]) is holds


# --- dates ---


def days(*column: str) -> Days:
    return Days(lambda: enumerate(column, 2))


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-27",
        "2025/01/27",
        "2025/1/27",
        "2025.1.27",
        "20250127",
        "27.01.2025",
        "27.1.2025",
        "01/27/2025",
        "1/27/2025",
        "27/01/2025",
        "27-01-2025",
        "Jan 27, 2025",
        "January 27, 2025",
        "JAN. 27 2025",
        "27 Jan 2025",
        "27-Jan-2025",
        "27 January, 2025",
        "2025年1月27日",
        "2025年01月27日(月)",
        "２０２５／０１／２７",
        "2025/01/27(月)",
        " 2025-01-27 ",
        "2025-01-27T00:00:00",
        "2025-01-27 00:00:00-05:00",
        "2025-01-27 00:00:00+09:00",
        "2025-01-27 23:59:59.999999+14:00",
        "2025-01-27T05:00:00Z",
        "2025-01-27T05:00:00.000Z",
        "2025-01-27 00:00:00.000000000-0500",
        "2025-01-27 00:00 UTC",
        "1/27/2025 16:00:00",
        "1/27/2025 4:00 PM",
    ],
)
def test_a_date_as_people_write_it(text: str) -> None:
    assert days(text).read(text) == MONDAY


@pytest.mark.parametrize(
    ("text", "month"),
    [("Sept 3, 2024", 9), ("3 Sep 2024", 9), ("March 3, 2024", 3), ("May 3, 2024", 5)],
)
def test_months_by_name(text: str, month: int) -> None:
    assert days(text).read(text) == date(2024, month, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2025-02-30",
        "2025-13-01",
        "2025-1-27-2",
        "2025-01/27",
        "20250230",
        "2025012",
        "45684",  # Excel's own number of the day
        "1737936000",
        "01/27/25",
        "32/01/2025",
        "27 Foo 2025",
        "Ma 3, 2024",
        "Ju 3, 2024",
        "0001-01-03",
        "9999-12-31",
        "2025-01-27 about noon",
        "令和7年1月27日",
        "27.13.2025",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        days(text).read(text)
    assert caught.value.what.startswith(f"{text!r} is not a date")
    assert "2025-01-27" in caught.value.hint


def test_the_column_settles_which_number_is_the_day() -> None:
    american = days("01/02/2025", "01/03/2025", "01/27/2025")
    assert american.read("01/02/2025") == date(2025, 1, 2)
    european = days("02/01/2025", "03/01/2025", "27/01/2025")
    assert european.read("02/01/2025") == date(2025, 1, 2)


def test_equal_numbers_need_no_settling() -> None:
    assert days("01/01/2025").read("01/01/2025") == date(2025, 1, 1)


def test_a_column_that_settles_nothing_names_its_first_such_cell() -> None:
    column = days("2025-01-27", "05/05/2025", "01/02/2025", "02/03/2025")
    with pytest.raises(Unreadable) as caught:
        column.read("02/03/2025")
    assert caught.value.line == 4
    assert caught.value.what.startswith("'01/02/2025' may be day/month/year or month/day/year")


def test_a_column_of_two_orders_is_refused_where_the_second_begins() -> None:
    column = days("27/01/2025", "01/28/2025")
    assert column.read("27/01/2025") == MONDAY
    with pytest.raises(Unreadable, match="day/month/year, as line 2 shows"):
        column.read("01/28/2025")


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.booleans())
def test_every_day_reads_back_in_either_order(day: date, is_day_first: bool) -> None:  # noqa: FBT001 -- drawn
    form = "%d/%m/%Y" if is_day_first else "%m/%d/%Y"
    settling = date(2025, 1, 27).strftime(form)
    text = day.strftime(form)
    assert days(text, settling).read(text) == day


# --- figures ---


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("118.42", "118.42"),
        ("118", "118"),
        ("1,208.88", "1208.88"),
        ("1 208.88", "1208.88"),
        ("1'208.88", "1208.88"),
        ("1\u202f208.88", "1208.88"),
        ("39,565", "39565"),
        (" 118.42 ", "118.42"),
        ("+118.42", "118.42"),
        (".5", "0.5"),
        ("118.", "118"),
        ("1.1842e2", "118.42"),
        ("１１８．４２", "118.42"),
        ("0", "0"),
        ("0.0376", "0.0376"),
    ],
)
def test_prices_with_a_point(text: str, price: str) -> None:
    assert Figures().price(text) == Decimal(price)


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("118,42", "118.42"),
        ("1.208,88", "1208.88"),
        ("1 208,88", "1208.88"),
        ("1.208", "1208"),
        ("118", "118"),
        (",5", "0.5"),
        ("39.565,80", "39565.8"),
    ],
)
def test_prices_with_a_comma(text: str, price: str) -> None:
    assert Figures(Mark.COMMA).price(text) == Decimal(price)


@pytest.mark.parametrize("text", ["", " ", "null", "NaN", "nan", "N/A", "n/a", "-", "None", "#N/A"])
def test_what_is_missing(text: str) -> None:
    figures = Figures()
    assert is_missing(text)
    assert figures.price(text) is None
    assert figures.volume(text) is None
    assert figures.split(text) is None
    assert figures.dividend(text) is None
    assert figures.factor(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("1,2x", "-118.42", "inf", "-inf", "Infinity", "1,23", "1,2345", "12,34.5", "1.2.3"),
        *("$118.42", "118.42 USD", "0x1F", "1e999", "1e99", "1e-99", "9" * 40, "1_000", "118,42"),
    ],
)
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a price"):
        Figures().price(text)


def test_hints_name_the_mark() -> None:
    with pytest.raises(Unreadable) as caught:
        Figures(Mark.POINT).price("118,42")
    assert "only where ; or a tab" in caught.value.hint
    with pytest.raises(Unreadable) as caught:
        Figures(Mark.COMMA).price("118.42")
    assert "have a decimal comma" in caught.value.hint


def test_a_lone_comma_that_nothing_settles_is_not_guessed() -> None:
    figures = Figures(None)
    assert figures.price("118.42") == Decimal("118.42")
    assert figures.price("39565") == Decimal(39565)
    with pytest.raises(Unreadable, match="'39,565' may be a thousand or a fraction"):
        figures.price("39,565")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["118,42"], Mark.COMMA),
        (["118.42"], Mark.POINT),
        (["1.208,88"], Mark.COMMA),
        (["1,208.88"], Mark.POINT),
        (["1,290,900"], Mark.POINT),
        (["1.290.900"], Mark.COMMA),
        (["0,125"], Mark.COMMA),
        (["0.125"], Mark.POINT),
        (["1234,567"], Mark.COMMA),
        (["39,565", "", "nan", "7300", "1290900.0"], Mark.POINT),
        (["39,565", "39.565"], None),
        (["39565", "x,y"], None),
        ([], None),
    ],
)
def test_the_decimal_mark_is_that_of_the_first_clear_cell(
    cells: Sequence[str], mark: Mark | None
) -> None:
    assert find_mark(cells) is mark


@pytest.mark.parametrize(
    ("text", "volume"),
    [
        ("1290900", 1290900),
        ("1290900.0", 1290900),
        ("818,830,900", 818830900),
        ("8.188309e8", 818830900),
        ("8.188309E+08", 818830900),
        ("0", 0),
        ("43181.8181", None),  # of shares that were split later
    ],
)
def test_volumes(text: str, volume: int | None) -> None:
    assert Figures().volume(text) == volume


@pytest.mark.parametrize("text", ["-5", "1.2M", "inf", "many", "1,2"])
def test_what_is_no_volume(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a volume"):
        Figures().volume(text)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("10", "10"),
        ("10.0", "10"),
        ("10:1", "10"),
        ("10/1", "10"),
        ("3-for-2", "1.5"),
        ("3 for 2", "1.5"),
        ("1:10", "0.1"),
        ("0.1", "0.1"),
        ("1.5", "1.5"),
        ("0", None),
        ("0.0", None),
        ("1", None),
        ("1.0", None),
        ("1:1", None),
    ],
)
def test_splits_are_new_shares_for_one_old(text: str, split: str | None) -> None:
    found = Figures().split(text)
    assert found == (None if split is None else Decimal(split))
    assert str(found) == str(split)


@pytest.mark.parametrize("text", ["-10", "10:0", "0:1", "ten", "10:", "inf"])
def test_what_is_no_split(text: str) -> None:
    with pytest.raises(Unreadable, match="is not a split"):
        Figures().split(text)


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("1.0", None),
        ("1", None),
        ("0.5", "2"),
        ("0.1", "10"),
        ("0.333333", "3"),
        ("0.3333333333333333", "3"),
        ("0.909091", "1.1"),
        ("0.04", "25"),
        ("5", "0.2"),
        ("10.0", "0.1"),
    ],
)
def test_an_adjustment_factor_is_a_split_upside_down(text: str, split: str | None) -> None:
    assert Figures().factor(text) == (None if split is None else Decimal(split))


def test_a_dividend_of_nought_is_none() -> None:
    figures = Figures()
    assert figures.dividend("0.0") is None
    assert figures.dividend("0.01") == Decimal("0.01")
    with pytest.raises(Unreadable, match="is not a dividend"):
        figures.dividend("-0.01")


@given(
    st.decimals(Decimal("0.01"), Decimal(999_999), places=2),
    st.sampled_from(list(Mark)),
    st.booleans(),
)
def test_every_price_reads_back(price: Decimal, mark: Mark, has_groups: bool) -> None:  # noqa: FBT001 -- drawn
    text = f"{price:,.2f}" if has_groups else f"{price:.2f}"
    if mark is Mark.COMMA:
        text = text.translate(str.maketrans(",.", ".,"))
    assert Figures(mark).price(text) == price
    assert find_mark([text]) is mark


# --- tickers ---


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("NVDA", "NVDA"),
        (" nvda ", "NVDA"),
        ("NVDA.US", "NVDA"),
        ("5803.JP", "5803.T"),
        ("BRK-B.US", "BRK-B"),
        ("BRK.B", "BRK-B"),
        ("BRK/B", "BRK-B"),
        ("T.US", "T"),
        ("5803", "5803.T"),
        ("5803.T", "5803.T"),
        ("58030", "5803.T"),
        ("5803.0", "5803.T"),
        ("130A0", "130A.T"),
        ("130A", "130A.T"),
        ("25935", "25935.T"),
        ("５８０３", "5803.T"),
        ("^SPX", "^GSPC"),
        ("^DJI", "^DJI"),
        ("^NDQ", "^IXIC"),
        ("^NKX", "^N225"),
        ("^TPX", "^TOPX"),
        ("VOD.L", "VOD.L"),
    ],
)
def test_tickers_as_vendors_spell_them(text: str, ticker: str) -> None:
    assert spell(text) == ticker


@pytest.mark.parametrize(
    ("name", "ticker"),
    [
        ("NVDA.csv", "NVDA"),
        ("nvda.us.txt", "NVDA"),
        ("nvda_us_d.csv", "NVDA"),
        ("5803_jp_d.csv", "5803.T"),
        ("^spx_d.csv", "^GSPC"),
        ("5803.jp.csv", "5803.T"),
        ("5803.T.csv.gz", "5803.T"),
        ("5803.T.parquet", "5803.T"),
        ("^spx.csv", "^GSPC"),
        ("brk-b.us.txt", "BRK-B"),
        ("NVDA (1).csv", "NVDA"),
        ("NVDA.CSV", "NVDA"),
        ("58030.csv", "5803.T"),
    ],
)
def test_the_ticker_in_a_files_name(name: str, ticker: str) -> None:
    assert spell_name(name) == ticker


def test_an_index_asked_for_by_either_name_is_one() -> None:
    assert spell_index("^SPX") == spell_index("^GSPC") == "^GSPC"
    # A code without a suffix was asked of New York: it is not Tokyo's.
    assert spell_index("5803") == "5803"
