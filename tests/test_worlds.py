"""A shock seen on thirty-three exchanges, each with its own sessions.

The bars are made up (tests/worlds.py): every index falls by 4 % in its own first session from the
day on, and stands still otherwise. What sessions those are is known from outside: on Monday
5 August 2024 Toronto was closed (Civic Holiday), and Tel Aviv and Riyadh had traded on the Sunday;
on Friday 11 March 2011 Tel Aviv was closed, as on every Friday; New York was closed from 11 to
14 September 2001.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

import pytest

from deepseek_shock.analysis.instant import session_of
from deepseek_shock.cli.app import run
from deepseek_shock.codec import decode, encode
from deepseek_shock.errors import NoSessionError
from deepseek_shock.market.event import Event
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import Text
from deepseek_shock.pipeline import Basis, Request, make
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.listed import make_lister
from deepseek_shock.render.pieces import Plain
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Table
from tests.builders import day
from tests.worlds import FALL, INDEXES, write_world

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deepseek_shock.market.instrument import Instrument
    from deepseek_shock.pipeline import Made
    from deepseek_shock.providers.base import Wanted
    from tests.conftest import Shock

NOW = datetime(2025, 3, 3, tzinfo=UTC)
LATE = date(2024, 8, 5)


def made_of(folder: Path, *, event: str | None = "event.toml", on: date | None = None) -> Made:
    watchlist = None if event else str(folder / "world.toml")
    request = Request(
        NOW, day=on, event=event and str(folder / event), watchlist=watchlist, least_coverage=100
    )
    provider = Files(folder / "bars.csv", "2025-03-01T00:00:00Z")
    return make(request, Registry(sample_directory()), provider)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(folder, LATE)
    return folder


@pytest.fixture(scope="module")
def made(world: Path) -> Made:
    return made_of(world)


def test_every_exchange_answers_in_its_own_session(made: Made) -> None:
    inquiry = made.basis.inquiry
    assert len(inquiry.asked) == len(INDEXES) == 33
    sessions = {calendar: one.session for calendar, one in inquiry.asked.items()}
    assert {name: on for name, on in sessions.items() if on != LATE} == {"XTSE": day("2024-08-06")}
    before = {calendar: one.previous for calendar, one in inquiry.asked.items()}
    sunday = dict.fromkeys(("XTAE", "XSAU"), day("2024-08-04"))
    assert {name: on for name, on in before.items() if on != day("2024-08-02")} == sunday


def test_every_index_has_its_move(made: Made) -> None:
    findings = made.report.findings
    assert {move.price_return for move in findings.moves.values()} == {Decimal(-FALL) / 100}
    assert len(findings.moves) == 33


def test_the_legs_stand_in_the_order_of_their_closes(made: Made) -> None:
    legs = made.report.findings.legs
    closes = [leg.asked.closes_at for leg in legs]
    assert len(legs) >= 33
    assert closes == sorted(closes)
    first, second = (leg.asked.exchange.mic for leg in legs[:2])
    assert (first, second) == ("XTAI", "XASX")  # 13:30 in Taipei, 16:00 in Sydney


def test_an_exchange_that_is_closed_is_said_to_be_where_the_event_does_not_move_on(
    world: Path,
) -> None:
    inquiry = made_of(world, event=None, on=LATE).basis.inquiry
    assert (inquiry.asked["XTSE"].session, str(inquiry.asked["XTSE"].phase)) == (LATE, "closed")


def test_the_dateline_gathers_the_exchanges_that_share_a_day(made: Made) -> None:
    report = made.report
    assert len(report.dateline) <= 5


def test_a_session_may_be_named_for_any_calendar(tmp_path: Path) -> None:
    write_world(tmp_path, LATE, extra="\n[sessions]\nXLON = 2024-08-06\n")
    asked = made_of(tmp_path).basis.inquiry.asked
    assert asked["XLON"].session == day("2024-08-06")
    assert asked["XPAR"].session == LATE


# --- an old shock ---


@pytest.mark.parametrize(
    ("on", "sessions", "unreached"),
    [
        ("2011-03-11", {"XTAE": "2011-03-13"}, {"XSAU"}),
        ("2001-09-11", {"XNYS": "2001-09-17"}, {"XSAU"}),
    ],
)
def test_an_old_shock_has_its_own_first_sessions(
    tmp_path: Path, on: str, sessions: dict[str, str], unreached: set[str]
) -> None:
    calendars = [mic for mic in INDEXES if mic not in unreached]
    write_world(tmp_path, day(on), only=calendars)
    made = made_of(tmp_path)
    inquiry = made.basis.inquiry
    found = {name: str(inquiry.asked[name].session) for name in sessions}
    assert found == sessions
    assert {one.exchange.mic for one in inquiry.unreached} == unreached
    assert len(inquiry.asked) == 33 - len(unreached)
    assert decode(Basis, encode(Basis, made.basis)) == made.basis


def test_before_its_calendar_an_exchange_is_a_gap_and_the_others_are_reported(
    tmp_path: Path, here: Shock
) -> None:
    """On 19 October 1987 New York fell; Tokyo's calendar begins on 1 January 1997."""
    write_old_bars(tmp_path)
    options = ("--tickers", "^GSPC,NVDA,^N225,5803.T", "--source", "files", "--data", "bars.csv")
    for lang, words in (
        ("en", "The exchange calendar of Tokyo begins on 1 January 1997"),
        ("ja", "東京の取引カレンダーは1997年1月1日に始まり"),
    ):
        done = here("report", "--date", "1987-10-19", "--lang", lang, *options)
        assert done.returncode == 0, done.stderr
        said = " ".join(done.stdout.split()) if lang == "en" else "".join(done.stdout.split())
        assert words in said
        assert str(GapReason.NO_CALENDAR) in said
    document = json.loads(
        here("report", "--date", "1987-10-19", "--format", "json", *options).stdout
    )
    rows = {row["ticker"]: row for row in document["moves"]}
    assert rows["NVDA"]["price_return"] == -0.2
    assert (rows["5803.T"]["status"], rows["5803.T"]["reason"]) == ("missing", "no_calendar")
    assert rows["^N225"]["previous_session"] is None
    gaps = {row["ticker"]: row["reason"] for row in document["gaps"]}
    assert gaps == dict.fromkeys(("5803.T", "^N225"), "no_calendar")
    done = here("report", "--date", "1987-10-19", "--format", "csv", *options)
    lines = {line["ticker"]: line for line in csv.DictReader(done.stdout.splitlines())}
    assert (lines["5803.T"]["reason"], lines["5803.T"]["previous_session"]) == ("no_calendar", "")


def test_a_date_that_no_calendar_reaches_is_no_session() -> None:
    with pytest.raises(NoSessionError) as caught:
        make(Request(NOW, day=day("1950-06-26")), Registry(sample_directory()), Nobody())
    expected = "no exchange asked has a calendar for 1950-06-26: New York, Tokyo"
    assert caught.value.message == expected
    assert "1953-01-01" in caught.value.hint
    assert caught.value.exit_code == 3


def test_tokyo_alone_before_its_calendar_is_no_session() -> None:
    request = Request(NOW, day=day("1987-10-20"), tickers=("5803.T",))
    with pytest.raises(NoSessionError, match="1987-10-20: Tokyo"):
        make(request, Registry(sample_directory()), Nobody())


class Nobody:
    """A provider that must not be asked."""

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> NoReturn:
        raise AssertionError((instruments, wanted))


def write_old_bars(folder: Path) -> None:
    """Write made-up closes around 19 October 1987, on weekdays: none of them was a holiday."""
    from deepseek_shock.market.sessions import sessions_between

    rows = ["ticker,session,open,high,low,close,volume"]
    new_york = EXCHANGES["XNYS"]
    for ticker in ("^GSPC", "NVDA"):
        for session in sessions_between(new_york, day("1987-08-03"), day("1987-10-23")):
            close = "80.00" if session >= day("1987-10-19") else "100.00"
            rows.append(f"{ticker},{session},,,,{close},1000")
    rows += (f"5803.T,1987-10-{on},,,,100,1000" for on in (16, 19, 20))
    (folder / "bars.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


# --- every format ---


def written(world: Path, form: str, capsys: pytest.CaptureFixture[str], lang: str = "en") -> str:
    """Run the command in this process, whose calendars are made already."""
    source = ("--source", "files", "--data", str(world / "bars.csv"))
    event = ("--event", str(world / "event.toml"))
    assert run(["report", *event, *source, "--format", form, "--lang", lang]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "email"])
def test_it_reads_in_every_format(
    world: Path, capsys: pytest.CaptureFixture[str], form: str, lang: str
) -> None:
    said = written(world, form, capsys, lang).replace("\n", " ")
    for name in ("Tel Aviv", "São Paulo") if lang == "en" else ("テルアビブ", "サンパウロ"):
        assert name in said


def test_json_and_csv_name_exchange_and_currency(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(written(world, "json", capsys))
    rows = {row["ticker"]: row for row in document["moves"]}
    assert (rows["^FTSE"]["exchange"], rows["^FTSE"]["currency"]) == ("XLON", "GBP")
    sessions = (rows["^GSPTSE"]["session"], rows["^TA125.TA"]["previous_session"])
    assert sessions == ("2024-08-06", "2024-08-04")
    lines = csv.DictReader(written(world, "csv", capsys).splitlines())
    assert {line["exchange"] for line in lines} == set(INDEXES)


def test_a_page_filters_by_a_few_exchanges_and_prices_have_their_currency(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Friday 2 and Monday 5 August 2024 were sessions of all three."""
    (tmp_path / "few.toml").write_text(FEW, encoding="utf-8")
    rows = [f"{ticker},2024-08-02,,,,100,1\n{ticker},2024-08-05,,,,72.1,1" for ticker in SHARES]
    head = "ticker,session,open,high,low,close,volume"
    (tmp_path / "bars.csv").write_text("\n".join((head, *rows)), encoding="utf-8")
    asked = (
        *("report", "--watchlist", str(tmp_path / "few.toml"), "--date", "2024-08-05"),
        *("--source", "files", "--data", str(tmp_path / "bars.csv")),
    )
    said: dict[tuple[str, str], str] = {}
    for form, lang in (("html", "en"), ("markdown", "en"), ("markdown", "ja")):
        assert run([*asked, "--format", form, "--lang", lang]) == 0
        said[form, lang] = capsys.readouterr().out
    page = said["html", "en"]
    values = re.findall(r'name="market" value="([\w-]+)"', page)
    assert values == ["all", "xhkg", "xlon", "new-york"]
    assert "#table:has([value=xlon]:checked) [data-market]:not([data-market=xlon])" in page
    for figure in ("$72.10", "£72.10", "HKD 72.10"):
        assert figure in said["markdown", "en"].replace("\u00a0", " ")
    for figure in ("72.10ドル", "72.10ポンド", "72.10香港ドル"):
        assert figure in said["markdown", "ja"]


SHARES = ("VOD.L", "NVDA", "0700.HK")
FEW = """\
id = "few"
title = "A few"

[[groups]]
id = "shares"
title = "Shares"
tickers = ["VOD.L", "NVDA", "0700.HK"]

[exchanges]
XLON = ["VOD.L"]
XHKG = ["0700.HK"]
"""


# --- an exchange that was closed ---


@pytest.mark.parametrize(
    ("is_next", "expected"), [(False, "2024-08-05"), (True, "2024-08-06")], ids=["date", "next"]
)
def test_without_an_instant_a_closed_exchange_answers_next_where_the_event_says_so(
    is_next: bool,  # noqa: FBT001 -- a table's column
    expected: str,
) -> None:
    """On Monday 5 August 2024 Toronto was closed, for the Civic Holiday, and London was not."""
    name = Text("A shock", "ショック")
    made = Event("e", name, day("2024-08-05"), {}, "w", is_next_where_closed=is_next)
    assert session_of(made, EXCHANGES["XTSE"]) == day(expected)
    assert session_of(made, EXCHANGES["XLON"]) == day("2024-08-05")
    early = made._replace(date=day("1960-01-04"))
    assert session_of(early, EXCHANGES["XLON"]) == day("1960-01-04")  # no calendar says


# --- sentences of many markets name a few, and say how many more there are ---


def test_of_many_indexes_a_few_are_named(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = " ".join(written(world, "terminal", capsys).split())
    assert re.search(r"Largest fall in points .{,120} and 30 more indexes\.", said)
    assert "(33 exchanges, the earliest to" in said
    said = "".join(written(world, "markdown", capsys, "ja").split())
    assert "ほか30指数が" in said
    assert "ほか27指数は表の通り。" in said


def test_a_leg_of_one_index_names_it_once(
    world: Path, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    section = made.report.section("relay")
    assert section is not None
    table = next(block for block in section.blocks if isinstance(block, Table))
    headings = [column.heading.key for column in table.columns]
    assert "column.leg_index" not in headings
    said = " ".join(written(world, "terminal", capsys).split())
    assert "London, 5 Aug overlaps New York ^FTSE" in said
    lister = make_lister(Words(Language.EN), Plain())
    lines = lister(table).others
    assert lines[1].startswith("Sydney, 5 Aug (before New York): ^AXJO")


def test_exchanges_of_several_clocks_are_told_by_utc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """11 March 2011, 14:46 in Tokyo and Seoul was 13:46 in Shanghai; Sydney was closed by then."""
    at = "at = 2011-03-11T14:46:00+09:00\n"
    write_world(tmp_path, day("2011-03-11"), extra=at, only=set(INDEXES) - {"XSAU"})
    said = " ".join(written(tmp_path, "terminal", capsys).split())
    told = "The shock is timed at 05:46 UTC on Friday 11 March, when the sessions of Seoul, Tokyo, "
    assert told in said
    assert "14:46 JST" not in said
    assert "Tel Aviv: Sunday 13 March" in said
    assert "half day" not in said


def test_a_long_pause_is_told_in_days(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From Athens's close on Tuesday 11 September 2001 to New York's open on Monday the 17th."""
    at = "at = 2001-09-11T08:46:00-04:00\n"
    write_world(tmp_path, day("2001-09-11"), extra=at, only=set(INDEXES) - {"XSAU"})
    said = " ".join(written(tmp_path, "terminal", capsys).split())
    assert "Athens’s session of the 11th ended six days before New York’s began" in said
