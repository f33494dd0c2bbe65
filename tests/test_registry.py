"""The registry of named shocks: every bundled file, and which of them a date or a name finds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

import deepseek_shock
from deepseek_shock.errors import FileError
from deepseek_shock.eventfiles import check_event, read_event
from deepseek_shock.market.event import Event, Fact
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.ruling import Ruling, rule
from deepseek_shock.market.sessions import covered, is_session, next_session
from deepseek_shock.pipeline import Request, inquire
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.cells import width_of
from deepseek_shock.render.shocks import list_shocks
from deepseek_shock.render.words import Language, Words
from tests.builders import day

FILES = sorted((Path(deepseek_shock.__file__).parent / "sample" / "events").glob("*.toml"))
BUNDLED = Registry(sample_directory())
NOW = datetime(2026, 1, 5, tzinfo=UTC)
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


# --- the files ---


def test_there_are_shocks_enough_each_once() -> None:
    events = BUNDLED.events()
    assert len(events) == len(FILES) >= 15
    for name in ("id", "date", "name"):
        assert len({getattr(event, name) for event in events}) == len(events)
    assert [event.date for event in events] == sorted(event.date for event in events)


def test_a_bundled_event_is_sound(file: Path) -> None:
    event = read_event(file)
    assert event.id == file.stem
    check_event(file, BUNDLED.watchlist(event.watchlist))


def test_a_bundled_event_has_sessions_that_the_calendars_bear_out(file: Path) -> None:
    event = read_event(file)
    begins = {name: first for name, first, _ in covered()}
    for exchange in (XNYS, XTKS):
        session = event.sessions[exchange.calendar]
        if session < begins[exchange.calendar]:
            assert rule(exchange.calendar, session) is Ruling.UNVERIFIED
        else:
            assert is_session(exchange, session)
            assert rule(exchange.calendar, session) is Ruling.VERIFIED


def test_only_tokyo_of_1987_is_unverified() -> None:
    unverified = {
        (event.id, calendar)
        for event in BUNDLED.events()
        for calendar, session in event.sessions.items()
        if rule(calendar, session) is Ruling.UNVERIFIED
    }
    assert unverified == {("black-monday", "XTKS")}


def test_a_bundled_event_speaks_both_languages_and_names_its_source(file: Path) -> None:
    event = read_event(file)
    assert JAPANESE.search(event.name.ja)
    assert not JAPANESE.search(event.name.en)
    assert event.fact is not None
    for text in (event.fact.said, event.fact.source):
        assert JAPANESE.search(text.ja)
        assert not JAPANESE.search(text.en)
    said, source = event.fact.said, event.fact.source
    assert said.en.endswith(".")
    assert said.ja.count("。") == 1
    assert said.ja.endswith("。")
    assert re.search(r"\d", said.en)
    assert re.search(r"(19|20)\d\d", source.en), "a source has its date"
    assert event.fact.url is not None


def test_figures_are_the_same_in_both_languages(file: Path) -> None:
    """Percentages are written alike in both."""
    fact = read_event(file).fact
    assert fact is not None
    en, ja = (re.findall(r"[\d.]+%", text) for text in (fact.said.en, fact.said.ja))
    assert en == ja


# The New York Stock Exchange: closed 11 to 14 September 2001 (CBS News, A look back at other stock
# market closures, 29 October 2012). Tokyo: closed 15 September 2008, traded the 16th (Xinhua, 16
# September 2008). Tokyo: the Nikkei's closes of 11, 14 and 15 March 2011 (Nikkei Indexes, 2017).
def test_the_published_sessions() -> None:
    lehman, attacks = BUNDLED.event("lehman"), BUNDLED.event("september-11")
    assert not is_session(XTKS, day("2008-09-15"))
    assert lehman.sessions == {"XNYS": day("2008-09-15"), "XTKS": day("2008-09-16")}
    assert not any(is_session(XNYS, date(2001, 9, at)) for at in (11, 12, 13, 14))
    assert attacks.sessions == {"XNYS": day("2001-09-17"), "XTKS": day("2001-09-12")}
    assert next_session(XNYS, day("2001-09-10")) == attacks.sessions["XNYS"]
    assert BUNDLED.event("tohoku").sessions == {
        "XNYS": day("2011-03-11"),
        "XTKS": day("2011-03-14"),
    }
    assert BUNDLED.event("tariffs").sessions["XTKS"] == day("2025-04-03")


# The hours as published: 9/11 Commission (8:46 in New York), CFTC and SEC (14:32 in New York),
# Nikkei Indexes (14:46 in Tokyo), Bureau of Labor Statistics (8:30 in New York).
@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("september-11", "2001-09-11T12:46"),
        ("flash-crash", "2010-05-06T18:32"),
        ("tohoku", "2011-03-11T05:46"),
        ("us-cpi", "2022-09-13T12:30"),
        ("tariffs", "2025-04-02T20:00"),
    ],
)
def test_the_published_instants(name: str, instant: str) -> None:
    assert BUNDLED.event(name).at == datetime.fromisoformat(instant).replace(tzinfo=UTC)


# --- the list ---


# Closes as exchanges and newspapers published them, the session's and the one before: Nikkei 225 by
# Nikkei Indexes and Reuters, Dow by S&P Dow Jones Indices' lists of the largest daily moves.
CLOSES = {
    "black-monday": [("25746.56", "21910.08", "3,836.48", "14.9%")],
    "asian-crisis": [("7715.41", "7161.15", "554.26", "7.18%")],
    "russian-crisis": [("8051.68", "7539.07", "512.61", "6.4%")],
    "september-11": [("9605.51", "8920.70", "684.81", "7.13%")],
    "shanghai": [("12632.26", "12216.24", "416.02", "3.29%")],
    "lehman": [
        ("11421.99", "10917.51", "504.48", "4.4%"),
        ("12214.76", "11609.72", "", "4.95%"),
    ],
    "bailout-vote": [
        ("11143.13", "10365.45", "777.68", "6.98%"),
        ("11743.61", "11259.86", "", "4.12%"),
    ],
    "october-2008": [
        ("9310.99", "8577.91", "733.08", "7.87%"),
        ("9547.47", "8458.45", "", "11.41%"),
    ],
    "tohoku": [("9620.49", "8605.15", "1,015.34", "10.55%")],
    "us-downgrade": [("11444.61", "10809.85", "634.76", "5.5%")],
    "bernanke-shock": [("15627.26", "14483.98", "1,143.28", "")],
    "china-shock": [("16459.75", "15871.35", "588.40", "")],
    "brexit": [("16238.35", "14952.02", "1,286.33", "7.92%")],
    "vix-shock": [
        ("25520.96", "24345.75", "1,175.21", ""),
        ("22682.08", "21610.24", "1,071.84", "4.7%"),
    ],
    "covid": [("23185.62", "20188.52", "2,997.10", "12.9%")],
    "us-cpi": [("32381.34", "31104.97", "1,276.37", "3.94%")],
    "yen-carry": [("35909.70", "31458.42", "4,451.28", "12.4%")],
    "tariffs": [("35725.87", "34735.93", "989.94", ""), ("5670.97", "5396.52", "", "4.8%")],
}


@pytest.mark.parametrize("name", CLOSES)
def test_a_sentence_has_the_figures_of_the_published_closes(name: str) -> None:
    fact = BUNDLED.event(name).fact
    assert fact is not None
    for before, close, points, share in CLOSES[name]:
        fall = Decimal(before) - Decimal(close)
        if points:
            assert f"{fall:,}" == points
            assert points in fact.said.en
        if share:
            per_cent = fall / Decimal(before) * 100
            places = Decimal(1).scaleb(-len(share.rstrip("%").partition(".")[2]))
            assert f"{per_cent.quantize(places)}%" == share
            assert share in fact.said.en


@pytest.mark.parametrize("lang", list(Language))
def test_the_list_is_aligned_and_fits_a_mail(lang: Language) -> None:
    lines = list_shocks(BUNDLED.events(), Words(lang)).splitlines()
    assert all(width_of(line) <= 100 for line in lines)
    rows = [line for line in lines if line.startswith(tuple(file.stem for file in FILES))]
    assert len(rows) == len(FILES)
    ends = {width_of(row[: row.index(name)]) for row, name in zip(rows, _names(), strict=True)}
    assert len(ends) == 1, "the Japanese names begin in one column"


def _names() -> list[str]:
    return [event.name.ja for event in BUNDLED.events()]


def test_the_list_says_what_is_closed_and_what_is_unverified() -> None:
    def lines(**sessions: str) -> list[str]:
        days = {"XNYS": day("2008-09-15"), "XTKS": day("2008-09-16")} | {
            name: day(text) for name, text in sessions.items()
        }
        event = Event("x", Text("X", "エックス"), day("2008-09-15"), days, "indexes")
        return list_shocks([event], Words(Language.EN)).splitlines()

    assert lines() == [
        "Id  New York    Tokyo       Days      Name",
        "x   2008-09-15  2008-09-16  verified  X     エックス",
    ]
    closed = lines(XTKS="2008-09-15")
    assert closed[1] == "x   2008-09-15  2008-09-15*  verified  X     エックス"
    assert closed[2] == "* The exchange was closed that day."
    unverified = lines(XTKS="1987-10-20")
    assert unverified[1] == "x   2008-09-15  1987-10-20  unverified  X     エックス"
    assert unverified[2].startswith("Unverified: ")


# --- a file of one's own ---

EVENT = """
    id = "mine"
    name.en = "Mine"
    name.ja = "私の"
    date = 2008-09-15
"""
FACT = """
    [fact]
    said.en = "It fell."
    said.ja = "下げた。"
    source = "A paper, 2008"
    url = "https://example.com/a"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "events" / "mine.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def test_an_event_needs_no_watchlist(tmp_path: Path) -> None:
    event = read_event(write(tmp_path, EVENT))
    assert (event.watchlist, event.fact) == ("deepseek", None)


def test_a_fact_as_it_was_written(tmp_path: Path) -> None:
    said, paper = Text("It fell.", "下げた。"), Text("A paper, 2008", "A paper, 2008")
    assert read_event(write(tmp_path, EVENT + FACT)).fact == Fact(
        said, paper, "https://example.com/a"
    )
    text = FACT.replace('    url = "https://example.com/a"\n', "")
    assert read_event(write(tmp_path, EVENT + text)).fact == Fact(said, paper, None)


FAULTS = {
    "no source": (FACT.replace('    source = "A paper, 2008"\n', ""), 6, "`source` is missing"),
    "one language": (FACT.replace('    said.ja = "下げた。"\n', ""), 7, "`ja` is missing"),
    "unknown key": (FACT + '    link = "x"\n', 11, "`link` is not known here"),
    "no address": (FACT.replace("https://example.com/a", "example.com"), 10, "must be an address"),
    "script for an address": (
        FACT.replace("https://example.com/a", "javascript:alert(1)"),
        10,
        "must be an address",
    ),
    "fact that is no table": ('    fact = "It fell."\n', 5, "`fact` must be a table"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_fact_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, words = FAULTS[fault]
    with pytest.raises(FileError) as caught:
        read_event(write(tmp_path, EVENT + text))
    assert words in caught.value.message
    assert caught.value.line == line


def test_a_day_named_on_which_the_exchange_was_closed_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, EVENT + "    [sessions]\n    XTKS = 2008-09-15\n")
    watchlist = BUNDLED.watchlist("indexes")
    with pytest.raises(FileError, match="XTKS had no session on 2008-09-15") as caught:
        check_event(path, watchlist)
    assert caught.value.line == 6
    check_event(write(tmp_path, EVENT), watchlist)  # the date alone names no session of Tokyo


def test_a_file_that_does_not_hold_the_date_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "this is no TOML")
    registry = Registry(sample_directory(), tmp_path)
    found = registry.event_on(day("2008-09-15"))
    assert found is not None
    assert found.id == "lehman"
    write(tmp_path, "2008-09-15 is no TOML")
    with pytest.raises(FileError):
        registry.event_on(day("2008-09-15"))


# --- a name and a date ---


def test_a_named_shock_gives_its_sessions_and_its_indexes() -> None:
    found = inquire(Request(NOW, event="lehman"), BUNDLED)
    assert {name: one.session for name, one in found.asked.items()} == {
        "XNYS": day("2008-09-15"),
        "XTKS": day("2008-09-16"),
    }
    assert found.watchlist.shares == ()
    assert [one.ticker for one in found.watchlist.watched] == ["^GSPC", "^DJI", "^IXIC", "^N225"]


def test_a_date_takes_the_name_of_its_shock_and_reports_as_any_date_does() -> None:
    found = inquire(Request(NOW, day("2008-09-15")), BUNDLED)
    assert found.event is not None
    assert (found.event.id, found.event.at) == ("lehman", None)
    assert (len(found.watchlist.shares), found.watchlist.id) == (56, "deepseek")
    assert {one.session for one in found.asked.values()} == {day("2008-09-15")}
    # Where both exchanges have the date for their session, the instant is that of the report too.
    tariffs = inquire(Request(NOW, day("2025-04-03")), BUNDLED)
    assert tariffs.event == BUNDLED.event("tariffs")


def test_the_date_of_the_sample_is_as_it_was() -> None:
    found = inquire(Request(NOW, day("2025-01-27")), BUNDLED)
    assert found.event == BUNDLED.event("deepseek")
    assert found.watchlist == BUNDLED.watchlist("deepseek")


def test_the_documentation_lists_what_is_bundled(checkout: Path) -> None:
    text = (checkout / "docs" / "events.md").read_text(encoding="utf-8")
    listed = [row.split(" | ") for row in text.splitlines() if re.match(r"\| `[\w-]+` \| \d", row)]
    assert [row[0].strip("|` ") for row in listed] == [event.id for event in BUNDLED.events()]
    for row, event in zip(listed, BUNDLED.events(), strict=True):
        assert row[1].startswith(event.sessions["XNYS"].isoformat())
        assert row[2].startswith(event.sessions["XTKS"].isoformat())
        is_sure = rule("XTKS", event.sessions["XTKS"]) is Ruling.VERIFIED
        assert row[2].endswith("(unverified)") is not is_sure
        assert (row[3], row[4].strip("| ")) == (event.name.en, event.name.ja)
