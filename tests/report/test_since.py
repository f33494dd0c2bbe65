"""Since when, from the user's files to the words: published statements, bounds, grammar.

Closes that a statement names come from the source beside it; those between them are filled in, so
that nothing else moves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.pipeline import Request, make, remake
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Paragraph, Phrase, Table, phrase
from tests.builders import LONG_AFTER, NIKKEI, day

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.market.exchange import Exchange
    from deepseek_shock.pipeline import Made
    from deepseek_shock.report.model import Report

EN, JA = Words(Language.EN), Words(Language.JA)
LIST = 'id = "one"\ntitle.en = "One"\ntitle.ja = "一つ"\nindexes = ["{}"]\n'


def made(
    folder: Path, ticker: str, session: str, closes: dict[str, str], now: datetime = LONG_AFTER
) -> Made:
    """Make the report of one index from a file of its closes."""
    data, watchlist = folder / "closes.csv", folder / "one.toml"
    rows = [f"{one},{ticker},{close}" for one, close in sorted(closes.items())]
    data.write_text("\n".join(("date,ticker,close", *rows, "")), encoding="utf-8")
    watchlist.write_text(LIST.format(ticker), encoding="utf-8")
    request = Request(now, day(session), watchlist=str(watchlist), window=None)
    return make(request, Registry(sample_directory()), Files(data, "2025-03-03T00:00:00Z"))


def filled(exchange: Exchange, first: str, last: str, close: str) -> dict[str, str]:
    """Fill sessions with one close."""
    return {str(one): close for one in sessions_between(exchange, day(first), day(last))}


def beside(report: Report, words: Words) -> str:
    """Say what stands beside the table of since."""
    section = report.section("since")
    assert section is not None
    told = [block for block in section.blocks if isinstance(block, Paragraph)]
    return " ".join(words.say_all(one.sentences) for one in told)


def figures(report: Report, words: Words) -> str:
    section = report.section("keyfigures")
    assert section is not None
    tables = [block for block in section.blocks if isinstance(block, Table)]
    cells = [cell for table in tables for row in table.rows for cell in row.cells]
    return " ".join(words.say(cell) for cell in cells if isinstance(cell, Phrase))


# --- published ---

NIKKEI_CLOSES = {
    # Closes of 1987 and 2024: Jiji Press of 5 August 2024, which gives 31,458.42 (−4,451.28, −12.40
    # %), the record until then of −3,836.48 and −14.90 % on 20 October 1987, and the second rank by
    # rate. Asahi of 2 August 2024: 35,909.70. 25,746.56 is 21,910.08 and 3,836.48.
    "1987-10-19": "25746.56",
    "1987-10-20": "21910.08",
    **filled(XTKS, "2023-10-31", "2024-08-01", "37000"),
    "2023-10-31": "30858.85",
    "2024-08-02": "35909.70",
    "2024-08-05": "31458.42",
}
DOW_CLOSES = {
    # A Saturday and two days of October 1929 (−12.82 %, −11.73 %), 16 and 19 October 1987
    # (−22.61 %), 13 and 16 March 2020 (−2,997.10 points, −12.93 %, the largest fall since October
    # 1987, by agencies of that day): the index's list of its largest daily falls.
    "1929-10-26": "298.97",
    "1929-10-28": "260.64",
    "1929-10-29": "230.07",
    "1987-10-16": "2246.74",
    "1987-10-19": "1738.74",
    **filled(XNYS, "2020-01-02", "2020-03-12", "23000"),
    "2020-03-13": "23185.62",
    "2020-03-16": "20188.52",
}


class Published(NamedTuple):
    """What was published of a fall: since when, then's return, its rank; by points the record."""

    ticker: str
    session: str
    closes: dict[str, str]
    since: str
    then: str
    rank: int
    points: str
    checked_from: str


@pytest.mark.parametrize(
    "one",
    [
        Published(
            *("^N225", "2024-08-05", NIKKEI_CLOSES, "1987-10-20", "−14.90%", 2, "−4,451.28"),
            checked_from="1997-01-06",
        ),
        Published(
            *("^DJI", "2020-03-16", DOW_CLOSES, "1987-10-19", "−22.61%", 2, "−2,997.10"),
            checked_from="1953-01-02",
        ),
    ],
    ids=["nikkei", "dow"],
)
def test_published_falls_are_found_again(one: Published, tmp_path: Path) -> None:
    report = made(tmp_path, one.ticker, one.session, one.closes).report
    (found,) = report.findings.since
    assert (str(found.previous), found.rank) == (one.since, one.rank)
    assert EN.say(phrase("item.move", share=NIKKEI, move=found.previous_return)).endswith(one.then)
    assert found.points is not None
    assert (found.points.rank, found.points.previous) == (1, None)
    assert str(found.checked_from) == one.checked_from
    assert f"{one.points}." in beside(report, EN)
    assert "Largest fall in points in data since" in beside(report, EN)
    assert "no calendar checks them" in beside(report, EN)
    assert "営業日カレンダーでは確かめていない" in beside(report, JA)


class Placed(NamedTuple):
    """What was published of a move: since when, its rank by rate and by points."""

    ticker: str
    session: str
    closes: dict[str, str]
    since: str
    rank: int
    points_rank: int


RISE = {
    # All the larger daily rises (and, below, falls in points) of each index's own list; the closes
    # before them are the list's close and change. A day stands alone between holes.
    "^N225": {
        # Nippon TV and ANN of 6 August 2024: +3,217, past the 2,676 of 2 October 1990; +10.23 %,
        # the fourth by rate. Of those three, +14.15 % of 14 October 2008 was the last.
        "1949-12-14": "98.5",
        "1949-12-15": "109.62",
        "1990-10-01": "20221.86",
        "1990-10-02": "22898.41",
        "2008-10-10": "8276.43",
        "2008-10-14": "9447.57",
        **filled(XTKS, "2023-12-29", "2024-08-02", "36000"),
        "2024-08-05": "31458.42",
        "2024-08-06": "34675.46",
    },
    "^IXIC": {
        # The list of the largest daily changes of the Nasdaq: 14.17 % on 3 January 2001, 12.16 %.
        "2001-01-02": "2291.86",
        "2001-01-03": "2616.69",
        "2008-10-10": "1649.51",
        "2008-10-13": "1844.25",
        **filled(XNYS, "2024-12-31", "2025-04-07", "15600"),
        "2025-04-08": "15267.91",
        "2025-04-09": "17124.97",
    },
    "^GSPC": {
        # The same of the S&P 500, from 2008 on: 11.58 % and 10.79 % in October 2008, 9.52 %.
        "2008-10-10": "899.22",
        "2008-10-13": "1003.35",
        "2008-10-27": "848.92",
        "2008-10-28": "940.51",
        "2020-03-23": "2237.40",
        "2020-03-24": "2447.33",
        **filled(XNYS, "2024-12-31", "2025-04-07", "5062.25"),
        "2025-04-08": "4982.77",
        "2025-04-09": "5456.90",
    },
}
MAY = datetime(2025, 5, 1, tzinfo=UTC)
THIRD_FALL = {
    # Tokyo MX of 8 April 2025: 31,136.58, −2,644.00, the third fall by points, after those of
    # August 2024 and October 1987. Reuters of the day before: 33,780.58.
    "1987-10-19": "25746.56",
    "1987-10-20": "21910.08",
    "2024-08-02": "35909.70",
    "2024-08-05": "31458.42",
    **filled(XTKS, "2024-12-30", "2025-04-03", "34735.93"),
    "2025-04-04": "33780.58",
    "2025-04-07": "31136.58",
}


@pytest.mark.parametrize(
    "one",
    [
        Placed("^N225", "2024-08-06", RISE["^N225"], "2008-10-14", 4, 1),
        Placed("^IXIC", "2025-04-09", RISE["^IXIC"], "2001-01-03", 2, 1),
        Placed("^GSPC", "2025-04-09", RISE["^GSPC"], "2008-10-28", 3, 1),
        Placed("^N225", "2025-04-07", THIRD_FALL, "2024-08-05", 3, 3),
    ],
    ids=lambda one: f"{one.ticker} {one.session}",
)
def test_published_ranks_are_found_again(one: Placed, tmp_path: Path) -> None:
    report = made(tmp_path, one.ticker, one.session, one.closes, MAY).report
    (found,) = report.findings.since
    assert found.points is not None
    assert (str(found.previous), found.rank, found.points.rank) == one[3:]
    assert (found.rank_in_year, found.points.rank_in_year) == (1, 1)


def test_the_nikkei_of_august_2024_in_words(tmp_path: Path) -> None:
    report = made(tmp_path, "^N225", "2024-08-05", NIKKEI_CLOSES).report
    english, japanese = beside(report, EN), beside(report, JA)
    assert (
        "the largest fall since 20 October 1987 (−14.90%), 36 years and 10 months earlier"
        in english
    )
    assert "second largest in data since 20 October 1987" in english
    # Jiji: the first close below 32,000 since November; the last as low was that of 31 October.
    assert (
        "Nikkei 225 closed at its lowest since October 2023 (10 months earlier), in data since 20"
        in english
    )
    assert "1987年10月20日(14.90%安)以来、およそ36年10カ月ぶりの大きさ" in japanese
    assert (
        "日経平均が2023年10月以来、およそ10カ月ぶりの安値(データは1987年10月20日から)" in japanese
    )
    assert "下げ幅では、日経平均の4451円28銭が1987年10月20日以降のデータで最大。" in japanese
    assert "its largest fall since 20 October 1987 (−14.90%)" in figures(report, EN)
    assert "in points the largest in these data" in figures(report, EN)
    assert "下げ幅はデータ期間で最大" in figures(report, JA)


STREAK = {
    # The Nikkei's record: sixteen straight rises from 2 to 24 October 2017. Closes of the 11th: a
    # report of Xinhua; of the 20th and the 23rd: Nikkei Quick News and Asahi; of the 24th: Japan
    # Times. Those between are filled in, rising.
    **filled(XTKS, "2017-09-01", "2017-09-28", "20400"),
    "2017-09-29": "20356",
    **{f"2017-10-{at:02}": str(20400 + at) for at in (2, 3, 4, 5, 6, 10)},
    "2017-10-11": "20881.27",
    **{f"2017-10-{at}": str(21000 + at) for at in (12, 13, 16, 17, 18, 19)},
    "2017-10-20": "21457.64",
    "2017-10-23": "21696.65",
    "2017-10-24": "21805.17",
}


def test_sixteen_straight_rises(tmp_path: Path) -> None:
    report = made(tmp_path, "^N225", "2017-10-24", STREAK).report
    run = report.findings.runs["^N225"]
    assert (run.direction, run.length, run.is_whole) == ("rise", 16, True)
    indexes = report.section("indexes")
    assert indexes is not None
    prose = next(block for block in indexes.blocks if isinstance(block, Paragraph))
    assert JA.say_all(prose.sentences).startswith("日経平均株価は16日続伸し、")


def test_a_run_is_counted_as_far_as_bars_are_held(tmp_path: Path) -> None:
    sessions = sessions_between(XTKS, day("2024-01-04"), day("2024-12-30"))
    closes = {str(one): str(1000 + at) for at, one in enumerate(sessions)}
    run = made(tmp_path, "^N225", "2024-12-30", closes).report.findings.runs["^N225"]
    assert (run.length, run.is_whole) == (len(sessions) - 1, False)


# --- how much is held, and what is kept of it ---


def twenty_years() -> dict[str, str]:
    """Make twenty years at 100 with a fall by a quarter in 2008, and by a tenth at the end."""
    closes = filled(XNYS, "2005-01-03", "2025-01-27", "100")
    return {**closes, "2008-10-15": "75", "2025-01-27": "90"}


def test_files_give_all_that_they_hold(tmp_path: Path) -> None:
    (found,) = made(tmp_path, "^GSPC", "2025-01-27", twenty_years()).report.findings.since
    assert (str(found.previous), str(found.history_from)) == ("2008-10-15", "2005-01-04")
    assert (found.rank, found.rank_in_year, found.missing) == (2, 1, 0)
    assert str(found.close_since) == "2008-10-15"


def test_what_is_kept_is_short_and_makes_the_same_report(tmp_path: Path) -> None:
    found = made(tmp_path, "^GSPC", "2025-01-27", twenty_years())
    bars = found.basis.held.bars["^GSPC"]
    assert isinstance(bars, Bars)
    assert bars.bars[0].session.year == 2023  # and not 2005
    assert remake(found.basis) == found.report


def test_missing_sessions_are_counted_and_said(tmp_path: Path) -> None:
    closes = twenty_years()
    for gone in ("2008-10-14", "2011-03-11"):
        del closes[gone]
    report = made(tmp_path, "^GSPC", "2025-01-27", closes).report
    (found,) = report.findings.since
    # The fall to 75 has no close before it any more.
    assert (found.previous, found.rank, found.missing) == (None, 1, 2)
    assert "2 sessions are missing in the history of S&P 500, and are not bridged." in beside(
        report, EN
    )
    assert "2営業日分の欠落があり" in beside(report, JA)


# --- grammar ---


@pytest.mark.parametrize(
    ("key", "n", "english", "japanese"),
    [
        (
            "since.missing",
            1,
            "One session is missing in the history of Nikkei 225, and is",
            "1営業日分",
        ),
        (
            "since.missing",
            2,
            "2 sessions are missing in the history of Nikkei 225, and are",
            "2営業日分",
        ),
        ("since.missing_many", 1, "In 5 of these histories a session is missing", "最大1日"),
        (
            "since.missing_many",
            9,
            "In 5 of these histories sessions are missing, up to 9",
            "最大9日",
        ),
        ("since.low_record", 1, "Nikkei 225 closed at its lowest in data since 5", "日経平均が"),
        ("since.low_record", 2, "Nikkei 225 closed at their lowest in data since", "日経平均が"),
        ("since.fall_in_year", 1, "It is the largest fall this year.", "下落率は今年1番目。"),
        (
            "since.fall_in_year",
            2,
            "It is the second largest fall this year.",
            "下落率は今年2番目。",
        ),
        (
            "since.rise_in_year",
            12,
            "It is the 12th largest rise this year.",
            "上昇率は今年12番目。",
        ),
    ],
)
def test_counts_and_ranks_are_said(key: str, n: int, english: str, japanese: str) -> None:
    named = (phrase("item.named_short", share=NIKKEI),)
    start = day("2020-01-05")
    said = phrase(key, n=n, rank=n, number=5, share=NIKKEI, named=named, start=start)
    assert EN.say(said).startswith(english)
    assert japanese in JA.say(said)


def test_the_sample_says_how_usual_the_leads_day_is(tmp_path: Path) -> None:
    # 16.968 % over the standard deviation of 3.332 % that came with the sample: 5.09.
    from deepseek_shock.providers.sample import Sample

    request = Request(LONG_AFTER, day("2025-01-27"))
    report = make(request, Registry(sample_directory(), tmp_path), Sample()).report
    findings: Findings = report.findings
    lead = next(one for one in findings.since if one.move.instrument.ticker == "NVDA")
    assert lead.multiple == pytest.approx(0.16968 / 0.03331988, rel=1e-4)
    assert "That is 5.1 times the usual daily move" in beside(report, EN)
    assert "の5.1倍に当たる。" in beside(report, JA)
    assert findings.group_since == ()
