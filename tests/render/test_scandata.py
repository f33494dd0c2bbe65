"""A scan in every format: data that holds all, and pages that no ticker's name breaks."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import html5lib
import pyarrow as pa
import pytest
from pyarrow import parquet

from deepseek_shock.analysis.scanned import ScanTable
from deepseek_shock.market.gap import GapReason
from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.render.cells import width_of
from deepseek_shock.render.closes import print_close
from deepseek_shock.render.email import LIMIT, Email
from deepseek_shock.render.excerpt import excerpt
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.scancsv import ScanCsv, ScanParquet
from deepseek_shock.render.scandata import ScanJson
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Kind, Table
from deepseek_shock.report.scan import SCREEN, build_scan
from deepseek_shock.report.tables import Cut
from tests.builders import MONDAY, make_scanned, scan_day, scan_move
from tests.render.test_markdown import ENGINES, IN_PROCESS, parse
from tests.report.scans import (
    CRASH,
    HOSTILE,
    damaged,
    few,
    found,
    hostile,
    markets,
    nothing,
    one_session,
    unjudged,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.report.model import ScanReport

SCANS: dict[str, Callable[[], Scanned]] = {
    "found": found,
    "three": lambda: markets("XNYS", "XTKS", None),
    "one": one_session,
    "unjudged": unjudged,
    "few": few,
    "nothing": nothing,
    "damaged": damaged,
    "hostile": hostile,
}
DAY = [
    *("calendar", "session", "count", "mean", "median", "risers", "fallers", "unchanged"),
    *("breadth", "judged", "low", "score", "unranked"),
]
MOVE = [
    *("ticker", "calendar", "session", "previous_session", "close", "previous_close", "move"),
    *("z", "reason"),
]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
both = pytest.mark.parametrize("lang", list(Language))
every = pytest.mark.parametrize("name", SCANS)
each_table = pytest.mark.parametrize("table", list(ScanTable))


def style(lang: Language = Language.EN) -> Style:
    return Style(Words(lang), Colors.US)


def built(findings: Scanned, rows: int | None = None) -> ScanReport:
    return build_scan(findings, "shock scan 'a`b.parquet'", rows)


# --- figures ---


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (118.42, "118.42"),
        (142.6200027, "142.62"),
        (27.350000381, "27.35"),
        (100.0, "100"),
        (39565.8, "39,566"),
        (1234567.89, "1,234,568"),
        (0.0987612345, "0.098761"),
        (9.99996, "10"),
        (1e-9, "0.000000001"),
        (1e-12, "1e-12"),
        (2.5e300, "2.5e+300"),
    ],
)
def test_a_close_has_the_digits_that_count(value: float, said: str) -> None:
    assert print_close(value) == said
    assert Words(Language.JA).print(Kind.CLOSE, value) == said


def test_a_remark_stands_on_one_line() -> None:
    words = Words(Language.EN)
    assert words.print(Kind.REMARK, "no\nclose \x1b[31mhere") == "no close [31mhere"
    assert width_of(words.print(Kind.REMARK, "東" * 200)) <= 200


# --- JSON ---


def as_json(findings: Scanned, lang: Language = Language.EN) -> dict[str, Any]:
    text = ScanJson(style(lang)).render(built(findings))
    assert text.endswith("\n}\n")
    data: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return data


def test_json_has_its_keys_in_their_order() -> None:
    data = as_json(found())
    assert list(data) == [
        *("schema", "scan", "source", "counts", "standings", "shocks", "sessions", "falls"),
        *("rises", "tickers", "unranked", "skipped", "notes"),
    ]
    assert data["schema"] == 1
    assert list(data["scan"]) == [
        *("first", "last", "calendar", "calendars", "asked", "top", "min_count", "title", "lang"),
        "tool_version",
    ]
    assert list(data["shocks"][0]) == ["rank", *DAY]
    assert list(data["falls"][0]) == ["rank", *MOVE]
    assert list(data["standings"][0]) == [
        *("day", "by_score", "by_mean", "ranked", "scored", "first", "last", "alike")
    ]


def test_json_has_the_documented_keys(checkout: Path) -> None:
    page = (checkout / "docs" / "scan.md").read_text(encoding="utf-8")
    described = page[page.index("### JSON") : page.index("## How fast")]
    data = as_json(found())
    keys = set(re.findall(r"`(\w+)`", described))
    parts = (data, data["scan"], data["counts"], data["standings"][0])
    for part in (*parts, data["shocks"][0], data["falls"][0], data["skipped"][0]):
        assert set(part) <= keys


def test_json_holds_every_figure() -> None:
    third = scan_day(low=1, judged=3, mean=1 / 3)
    data = as_json(make_scanned([scan_day(CRASH), third], falls=(scan_move(z=-1e9 / 3),)))
    assert (data["scan"]["first"], data["scan"]["last"]) == ("1987-10-19", "2025-01-27")
    # 503 − 91 − 409; 409 / 503; 40 / 500
    assert data["sessions"][0] == {
        "rank": 1,
        "calendar": "XNYS",
        "session": "1987-10-19",
        "count": 503,
        "mean": -0.02,
        "median": -0.0175,
        "risers": 91,
        "fallers": 409,
        "unchanged": 3,
        "breadth": 0.813121272366,
        "judged": 500,
        "low": 40,
        "score": 0.08,
        "unranked": 0,
    }
    assert data["sessions"][1]["mean"] == 0.333333333333
    assert data["sessions"][1]["score"] == 0.333333333333
    assert data["falls"] == [
        {
            "rank": 1,
            "ticker": "NVDA",
            "calendar": "XNYS",
            "session": "2025-01-27",
            "previous_session": "2025-01-24",
            "close": 118.42,
            "previous_close": 142.62,
            "move": -0.169681671575,  # 118.42 / 142.62 − 1 by bc
            "z": -333333333.333,
            "reason": None,
        }
    ]


def test_json_has_null_where_nothing_is_known() -> None:
    blank = scan_day(moves=0, judged=0, low=0, risers=0, fallers=0, median=None)
    huge = scan_move(close=1e308, previous=1e-308, z=None, reason=GapReason.UNIT_JUMP)
    findings = make_scanned([blank], unranked=(huge,))
    (row,) = as_rows(findings, ScanTable.DAYS)
    assert (row["median"], row["breadth"], row["score"]) == ("", "", "")
    data = as_json(findings)
    assert (data["unranked"][0]["move"], data["unranked"][0]["reason"]) == (None, "unit_jump")
    assert as_json(nothing())["scan"]["first"] is None


def test_json_holds_all_tickers_whatever_the_page_shows() -> None:
    text = ScanJson(style()).render(built(found(), SCREEN))
    assert len(json.loads(text)["tickers"]) == 503
    assert len(json.loads(text)["shocks"]) == 20


def test_both_languages_stand_in_json() -> None:
    data = as_json(found(), Language.JA)
    assert data["scan"]["lang"] == "ja"
    assert data["scan"]["title"]["en"].startswith("27 January 2025: 8.00% of 500")
    assert data["scan"]["title"]["ja"].startswith("2025年1月27日、ニューヨーク上場500銘柄")
    assert {"en", "ja"} == set(data["notes"][0])


# --- CSV and Parquet ---


def as_rows(findings: Scanned, table: ScanTable) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(ScanCsv(table).render(built(findings)))))


def as_table(findings: Scanned, table: ScanTable) -> pa.Table:
    return parquet.read_table(BytesIO(ScanParquet(table).render(built(findings))))


@each_table
def test_an_empty_table_has_its_header(table: ScanTable) -> None:
    text = ScanCsv(table).render(built(nothing()))
    of_days = table in (ScanTable.SHOCKS, ScanTable.SESSIONS, ScanTable.DAYS)
    columns = DAY if of_days else MOVE
    columns = columns if table is ScanTable.DAYS else ["rank", *columns]
    assert text == f"{','.join(columns)}\n"
    assert as_table(nothing(), table).column_names == columns


def test_each_table_has_its_rows() -> None:
    numbers = {table: len(as_rows(found(), table)) for table in ScanTable}
    assert numbers == {
        ScanTable.SHOCKS: 20,
        ScanTable.SESSIONS: 20,
        ScanTable.FALLS: 20,
        ScanTable.RISES: 20,
        ScanTable.TICKERS: 503,
        ScanTable.UNRANKED: 2,
        ScanTable.DAYS: 16454,  # weekdays from 3 January 1962 to 27 January 2025
    }


def test_csv_says_what_json_does() -> None:
    first = as_rows(found(), ScanTable.SHOCKS)[0]
    assert (first["rank"], first["session"], first["low"]) == ("1", "1987-10-19", "446")
    assert first["score"] == "0.895582329317"  # 446 / 498
    split, jump = as_rows(found(), ScanTable.UNRANKED)
    assert (split["reason"], split["close"], split["z"]) == ("near_split_ratio", "14.26", "-5.24")
    assert jump["ticker"] == "JUMP"
    assert as_rows(unjudged(), ScanTable.SESSIONS)[0]["score"] == ""


@each_table
def test_no_ticker_is_a_formula(table: ScanTable) -> None:
    for row in as_rows(hostile(), table):
        assert not row.get("ticker", "").startswith(FORMULA)


def test_parquet_has_types() -> None:
    days = as_table(found(), ScanTable.DAYS)
    kinds = {field.name: field.type for field in days.schema}
    assert kinds["session"] == pa.date32()
    assert kinds["calendar"] == pa.string()
    assert kinds["count"] == pa.int64()
    assert kinds["mean"] == pa.float64()
    last = days.slice(days.num_rows - 1).to_pylist()[0]
    assert (last["session"], last["count"], last["mean"]) == (MONDAY, 503, -0.02)
    falls = as_table(found(), ScanTable.FALLS)
    assert falls.schema.field("previous_session").type == pa.date32()
    assert falls.column("previous_session")[0].as_py() == date(1987, 10, 16)


def test_parquet_keeps_what_is_not_known_apart_from_nought() -> None:
    rows = as_table(unjudged(), ScanTable.SESSIONS).to_pylist()
    assert {row["score"] for row in rows} == {None}
    assert {row["low"] for row in rows} == {0}


def test_the_same_table_is_the_same_parquet() -> None:
    assert ScanParquet(ScanTable.DAYS).render(built(found())) == ScanParquet(ScanTable.DAYS).render(
        built(found())
    )


def test_parquet_holds_any_ticker() -> None:
    tickers = as_table(hostile(), ScanTable.FALLS).column("ticker").to_pylist()
    assert tickers == list(HOSTILE)


# --- pages ---


@both
@every
def test_every_scan_is_written_in_every_format(name: str, lang: Language) -> None:
    document, look = built(SCANS[name]()), style(lang)
    for profile in Profile if name in ("found", "hostile") else (Profile.SUBSTACK,):
        assert Markdown(look, profile).render(document)
    page = Html(look).render(document)
    if name not in ("damaged", "hostile"):
        assert "{" not in re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)
    assert len(Email(look).render(document).encode()) <= LIMIT


@both
@every
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_of_a_screen_is_too_wide(name: str, lang: Language, width: int) -> None:
    text = Terminal(style(lang), width, has_colors=False).render(built(SCANS[name](), SCREEN))
    assert max(map(width_of, text.splitlines())) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2028]", text)
    # In colours lines are not stripped: blanks beyond the edge would break them.
    colored = Terminal(style(lang), width, has_colors=True).render(built(SCANS[name](), SCREEN))
    lines = re.sub(r"\x1b\[[\d;]*m", "", colored).split("\n")
    assert max(map(width_of, lines)) <= width


@both
@pytest.mark.parametrize("name", ["three", "unjudged", "nothing", "hostile"])
def test_every_page_parses_without_an_error(name: str, lang: Language) -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    page = parser.parse(Html(style(lang)).render(built(SCANS[name]())))
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    skip = page.find(".//a[@class='skip']")
    assert skip is not None
    assert skip.get("href", "")[1:] in ids


@both
def test_names_are_words_in_html(lang: Language) -> None:
    for text in (
        Html(style(lang)).render(built(hostile())),
        Markdown(style(lang), Profile.GHOST).render(built(hostile())),
        Email(style(lang)).render(built(hostile())),
    ):
        page = html5lib.parse(text, namespaceHTMLElements=False)
        assert not list(page.iter("i"))
        scripts = [one.text or "" for one in page.iter("script")]
        assert all("alert" not in one for one in scripts)
        assert "<script>alert(1)</script>" in "".join(page.itertext())


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_names_are_words_in_markdown(engine: str) -> None:
    document = built(hostile())
    shown = parse(ENGINES[engine](Markdown(style()).render(document)))
    grids = [block for one in document.sections for block in one.blocks if isinstance(block, Table)]
    sizes = [(len(one), *{len(row) for row in one}) for one in shown.tables]
    assert sizes == [(len(one.rows) + 1, len(one.columns)) for one in grids]
    cells = {cell for one in shown.tables for row in one for cell in row}
    assert "`tick` and ``two``" in cells
    assert "*star* **two** ***three***" in cells


@both
def test_a_list_for_pasting_says_what_each_figure_is(lang: Language) -> None:
    days = [scan_day(), scan_day(calendar="XTKS")]
    text = Markdown(style(lang), Profile.SUBSTACK).render(built(make_scanned(days)))
    assert {
        Language.EN: "1. 27 January 2025: New York, score 8.00%, 40 with z ≤ −3 of 500",
        Language.JA: "1. 2025年1月27日: ニューヨーク、スコア8.00%、z≤−3が40銘柄(z値のあるのは500",
    }[lang] in text.replace("\u00a0", " ")


def test_a_mail_shows_the_first_rows() -> None:
    document = excerpt(built(found()), Cut(), 20)
    section = document.section("tickers")
    assert section
    assert isinstance(section.blocks[0], Table)
    assert len(section.blocks[0].rows) == SCREEN
    longer = excerpt(built(found()), Cut(top=15), 20).section("tickers")
    assert longer
    assert isinstance(longer.blocks[0], Table)
    assert len(longer.blocks[0].rows) == 15


@pytest.mark.parametrize("generator", list(FrontMatter))
def test_front_matter_takes_any_name(generator: FrontMatter) -> None:
    text = Markdown(style(), front_matter=generator).render(built(hostile()))
    if generator in (FrontMatter.HUGO, FrontMatter.ZOLA):
        assert "scan-2025-01-27-503-tickers" in text
    if generator is not FrontMatter.NONE:
        assert '"2020-03-16"' in text


def test_moves_have_the_colours_of_their_direction() -> None:
    page = Html(style()).render(built(found()))
    assert '<td class="n dn">−19.13%</td>' in page
    assert '<td class="n up">+90.00%</td>' in page
    text = Terminal(style(), 100, has_colors=True).render(built(found()))
    assert "\x1b[31m" in text
