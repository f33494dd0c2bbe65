"""Headers as databases, vendors and other programs write them, by their own documentation."""

from __future__ import annotations

import pytest

from deepseek_shock.studyfiles.headers import Layout, Meaning, find_columns, find_layout

EVENTS = [Meaning.INSTRUMENT, Meaning.DATE]


@pytest.mark.parametrize(
    "header",
    [
        "PERMNO,EVTDATE",  # WRDS, event study
        "permno,edate",
        "gvkey,datadate",  # Compustat
        "tic,anndate",
        "TICKER,ANN_DATE",
        "Ticker,AnnoDate",
        "Firm ID,Event Date",  # EventStudyTools
        "id_firm,date",  # EventStudy.jl
        "outcome.unit,event.when",  # eventstudies, of R
        "ISIN,announcement date",
        "cusip,date_event",
        "Symbol,Timestamp",
        "company_id,DateTime",
        "security,trading-date",
        "証券コード,年月日",
        "銘柄コード,日付",
    ],
)
def test_instrument_and_date_of_events(header: str) -> None:
    found = find_columns("events.csv", header.split(","), EVENTS)
    assert found == {Meaning.INSTRUMENT: 0, Meaning.DATE: 1}


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Event ID,Firm ID,Market ID,Event Date,Group ID", Meaning.EVENT),
        ("id_event,id_firm,id_market,date,id_group", Meaning.EVENT),
        ("grp,firm,index,date", Meaning.GROUP),
        ("グループ,銘柄,指数,日付", Meaning.GROUP),
    ],
)
def test_what_events_say_besides(header: str, meaning: Meaning) -> None:
    found = find_columns("events.csv", header.split(","), list(Meaning)[:5])
    assert found[meaning] == 0
    assert found[Meaning.INSTRUMENT] == 1
    assert found[Meaning.BENCHMARK] == 2


def layout(header: str, figure: Meaning, *, is_benchmark: bool) -> Layout:
    return find_layout("series.csv", header.split(","), figure, is_benchmark=is_benchmark)


@pytest.mark.parametrize(
    ("header", "figure"),
    [
        ("permno,date,shrcd,ret", Meaning.RETURN),  # CRSP, of old
        ("PERMNO,DlyCalDt,SICCD,DlyRet", Meaning.RETURN),  # CRSP, new format
        ("gvkey,datadate,iid,trt1d", Meaning.RETURN),  # Compustat
        ("firm,date,note,log return", Meaning.RETURN),
        ("銘柄コード,日付,市場,騰落率", Meaning.RETURN),
        ("permno,date,shrcd,prc", Meaning.PRICE),
        ("PERMNO,DlyCalDt,SICCD,DlyPrc", Meaning.PRICE),
        ("Ticker,Date,Volume,Adj Close", Meaning.PRICE),  # Yahoo
        ("symbol,date,currency,PX_LAST", Meaning.PRICE),  # Bloomberg
        ("コード,日付,市場,調整後終値", Meaning.PRICE),  # J-Quants, by its Japanese names
    ],
)
def test_a_long_table_of_shares(header: str, figure: Meaning) -> None:
    found = layout(header, figure, is_benchmark=False)
    assert (found.name, found.date, found.figures) == (0, 1, (3,))


@pytest.mark.parametrize(
    ("header", "figure"),
    [
        *((f"date,{name}", Meaning.RETURN) for name in ("vwretd", "ewretd", "vwretx", "ewretx")),
        *((f"caldt,{name}", Meaning.RETURN) for name in ("sprtrn", "VWRETD")),  # CRSP's indexes
        *((f"date,{name}", Meaning.RETURN) for name in ("ret_m", "Rm", "Mkt", "market return")),
        *((f"date,{name}", Meaning.PRICE) for name in ("spindx", "index level", "Close", "終値")),
    ],
)
def test_one_benchmark_has_no_name(header: str, figure: Meaning) -> None:
    found = layout(header, figure, is_benchmark=True)
    assert (found.name, found.date, found.figures, found.names) == (None, 0, (1,), ())


def test_what_is_not_known_is_a_name() -> None:
    found = layout("date,DAX", Meaning.RETURN, is_benchmark=True)
    assert (found.figures, found.names) == ((1,), ("DAX",))
    # vwretd is the return of a market, and of shares the name of one
    assert layout("date,vwretd", Meaning.RETURN, is_benchmark=False).names == ("vwretd",)
