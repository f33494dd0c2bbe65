"""A study in every format: data that holds all, and pages that no name of the user's breaks."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import html5lib
import pytest

from deepseek_shock.analysis.design import Outcome, StatisticName
from deepseek_shock.render.base import FrontMatter, Profile, StudyTable, Style
from deepseek_shock.render.cells import shorten, width_of
from deepseek_shock.render.email import LIMIT, Email
from deepseek_shock.render.excerpt import excerpt
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.studycsv import StudyCsv
from deepseek_shock.render.studydata import StudyJson
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.testnumbers import chance, coefficient, p_value, statistic
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Table
from deepseek_shock.report.moments import last_close_in
from deepseek_shock.report.study import SCREEN, build_study
from deepseek_shock.report.tables import Cut
from tests.render.hostile import NAMES
from tests.render.test_markdown import ENGINES, IN_PROCESS, parse
from tests.report.studies import (
    DAYS,
    chips,
    event,
    group,
    many,
    none_usable,
    one_event,
    spans_only,
    study,
    unused,
)

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.analysis.study import Study
    from deepseek_shock.report.model import StudyReport

STUDIES = {
    "chips": chips(),
    "days": chips(DAYS),
    "five": many(5),
    "forty": many(40, DAYS),
    "none": none_usable(),
    "one": one_event(),
    "spans": spans_only(),
}
both = pytest.mark.parametrize("lang", list(Language))
every = pytest.mark.parametrize("name", STUDIES)


def style(lang: Language = Language.EN) -> Style:
    return Style(Words(lang), Colors.US)


def built(findings: Study) -> StudyReport:
    return build_study(findings, "shock study 'a`b.csv'")


def hostile() -> Study:
    """Make a study whose instruments, groups and ids would be markup or formulas if let through."""
    names = [*NAMES.values(), "=1+1", "@x", "\u202eevil", "a\nb", "x" * 300, "東" * 300]
    groups = [group(name, 1)._replace(correlation=None) for name in names]
    events = [
        event(at, name, name)._replace(id=f"{name}-{at}", benchmark=name)
        for at, name in enumerate(names)
    ]
    lost = [unused(900 + at, Outcome.TOO_FEW, name) for at, name in enumerate(names)]
    lost = [one._replace(instrument=name) for one, name in zip(lost, names, strict=True)]
    return study(groups, [*events, *lost])._replace(benchmarks=tuple(names))


# --- figures ---


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.0, "1.000"),
        (0.161, "0.161"),
        (0.0995, "0.100"),
        (0.0466, "0.047"),
        (0.05, "0.050"),
        (0.04999, "0.04999"),  # below 5 %, and to be seen as such
        (0.0500004, "0.050000"),  # beyond the last digit that is printed
        (0.0504, "0.0504"),
        (0.0499, "0.0499"),
        (0.00999, "0.0100"),
        (0.0066, "0.0066"),
        (0.0001, "0.0001"),
        (0.00009, "<0.0001"),
        (7e-6, "<0.0001"),
        (0.0, "<0.0001"),
    ],
)
def test_a_p_has_the_digits_that_count(value: float, said: str) -> None:
    assert p_value(value) == said


def test_statistics_have_no_plus_and_no_negative_nought() -> None:
    assert [statistic(value) for value in (-4.576, 2.0, 1234.5)] == ["−4.58", "2.00", "1,234.50"]
    assert [coefficient(value) for value in (0.2545, -0.0031, -0.0001)] == [
        *("0.255", "−0.003", "0.000")
    ]
    assert [chance(value) for value in (0.0, 0.004, 0.0912, 0.8, 0.996, 1.0)] == [
        *("0%", "<1%", "9%", "80%", ">99%", "100%")
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("NVDA", "NVDA"),
        ("a\n b\t\u2028c", "a b c"),
        ("\u202eevil\u202c", "evil"),
        ("x" * 40, "x" * 40),
        ("x" * 41, f"{'x' * 39}…"),
        ("東" * 21, f"{'東' * 19}…"),
    ],
)
def test_a_name_stands_on_one_line_of_forty_cells(name: str, said: str) -> None:
    assert shorten(name) == said
    assert width_of(shorten(name)) <= 40


# --- JSON ---


def as_json(findings: Study, lang: Language = Language.EN) -> dict[str, Any]:
    text = StudyJson(style(lang)).render(built(findings))
    assert text.endswith("\n}\n")
    found: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return found


def test_json_has_the_documented_keys(checkout: Path) -> None:
    page = (checkout / "docs" / "study.md").read_text(encoding="utf-8")
    described = page[page.index("### JSON") : page.index("### CSV")]
    found = as_json(chips(DAYS))
    assert list(found) == re.findall(r"^\| `(\w+)` \|", described, re.MULTILINE)
    keys = set(re.findall(r"`(\w+)`", described))
    for part in (found["study"], found["groups"][0], found["events"][0]):
        assert set(part) <= keys
    day, span = found["groups"][0]["days"][0], found["groups"][0]["spans"][0]
    assert set(day) | set(span) | set(day["tests"]["portfolio_t"]) <= keys
    assert set(found["events"][0]["spans"][0]) <= keys
    assert {str(name) for name in StatisticName} <= keys


@pytest.mark.parametrize("table", list(StudyTable))
def test_csv_has_the_documented_columns(checkout: Path, table: StudyTable) -> None:
    page = (checkout / "docs" / "study.md").read_text(encoding="utf-8")
    described = page[page.index("### CSV") :]
    (line,) = re.findall(rf"^\| `{table}`.*\|$", described, re.MULTILINE)
    columns = re.findall(r"`(\w+)`", line.split(" | ")[2])
    assert list(as_rows(chips(DAYS), table)[0]) == columns


def test_json_holds_every_figure() -> None:
    found = as_json(chips(DAYS))
    assert found["schema"] == 1
    assert found["study"] | {"title": None, "tool_version": None} == {
        "model": "market",
        "coefficients": 2,
        "estimation": [-260, -11],
        "event": [-5, 5],
        "spans": [[0, 1], [-1, 1]],
        "min_sessions": 60,
        "returns": "simple",
        "calendar": "XNYS",
        "calendars": [],
        "benchmarks": ["^GSPC"],
        "asked": 9,
        "used": 9,
        "moved": 0,
        "is_one_day": True,
        "crowded": 0,
        "crowded_estimations": 0,
        "repeated": 0,
        "title": None,
        "lang": "en",
        "tool_version": None,
    }
    one = found["groups"][0]
    assert one["outcomes"] == {"success": 9}
    assert [day["offset"] for day in one["days"]] == list(range(-5, 6))
    assert one["days"][5]["aar"] == -0.0744
    assert one["days"][5]["tests"]["portfolio_t"] == {"statistic": -4.58, "df": 249, "p": 7e-6}
    assert one["days"][5]["tests"]["patell"]["df"] is None
    assert one["spans"][0]["span"] == [0, 1]
    assert one["power"][0] == {"effect": 0.01, "power": 0.0912}
    first = found["events"][0]
    assert (first["id"], first["instrument"], first["outcome"]) == ("e1", "NVDA", "success")
    assert first["abnormal"][5] == -0.102  # −5.1 standard errors of 2 %
    assert first["t"][5] == -5.1
    assert first["coefficients"] == [0.0003, 1.45]
    assert first["spans"][1] == {"span": [-1, 1], "car": -0.153, "se": 0.03, "t": -5.1, "p": 0.01}


def test_json_has_null_where_nothing_is_known() -> None:
    nan = float("nan")
    odd = event(1)._replace(sd=nan, abnormal=(nan,), p=(1 / 3,))
    lost = unused(2, Outcome.WRONG_SPAN)
    found = as_json(study([group(used=1, asked=2)], [odd, lost]))
    one, two = found["events"]
    assert (one["sd"], one["abnormal"], one["t"]) == (None, [None], [None])
    assert one["p"] == [0.333333333333]
    assert (two["session"], two["outcome"], two["abnormal"]) == (None, "wrongspan", [])


def test_holms_p_stands_beside_the_portfolio_t_alone() -> None:
    one = group(design=DAYS)
    spans = tuple(span._replace(holm=p) for span, p in zip(one.spans, (0.0125, 0.5), strict=True))
    found = study([one._replace(spans=spans, holm=0.25)], chips(DAYS).events, DAYS)
    data = as_json(found)["groups"][0]
    assert data["holm_p"] == 0.25
    assert [span["holm_p"] for span in data["spans"]] == [0.0125, 0.5]
    given = [row for row in as_rows(found, StudyTable.TESTS) if row["holm_p"]]
    assert {row["test"] for row in given} == {"portfolio_t"}
    assert {row["window"]: row["holm_p"] for row in given} == {
        "[0]": "0.25",
        "[0:1]": "0.0125",
        "[-1:1]": "0.5",
    }


def test_both_languages_stand_in_json() -> None:
    found = as_json(chips(), Language.JA)
    assert found["study"]["lang"] == "ja"
    assert found["study"]["title"]["en"].startswith("chips: mean abnormal return")
    assert found["study"]["title"]["ja"].startswith("chipsの平均異常収益率")
    assert {"en", "ja"} == set(found["notes"][0])


def test_json_holds_all_of_many_events() -> None:
    events = [event(at, f"T{at % 700}", t=at / 300, design=DAYS) for at in range(1000)]
    found = as_json(study([group(used=1000, design=DAYS)], events, DAYS))
    assert [one["id"] for one in found["events"]] == [f"e{at}" for at in range(1000)]


# --- CSV ---


def as_rows(findings: Study, table: StudyTable) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(StudyCsv(table).render(built(findings)))))


def test_every_row_of_the_tests_says_group_window_and_test() -> None:
    rows = as_rows(chips(DAYS), StudyTable.TESTS)
    assert len(rows) == (11 + 2) * 6  # sessions and spans, times tests
    assert all(row["group"] == "chips" and row["window"] and row["test"] for row in rows)
    names = {str(name) for name in StatisticName}
    assert {row["test"] for row in rows} <= names
    (day,) = (row for row in rows if row["window"] == "[0]" and row["test"] == "portfolio_t")
    assert (day["first"], day["last"], day["mean"]) == ("0", "0", "-0.0744")
    assert (day["statistic"], day["df"], day["p"]) == ("-4.58", "249", "7e-06")
    assert day["keeps_correlation"] == "true"
    (span,) = (row for row in rows if row["window"] == "[-1:1]" and row["test"] == "patell")
    assert (span["mean"], span["df"], span["keeps_correlation"]) == ("-0.0754", "", "false")


def test_the_days_have_a_row_a_session_and_test() -> None:
    rows = as_rows(chips(DAYS), StudyTable.DAYS)
    assert len(rows) == 11 * 6
    day = next(row for row in rows if row["offset"] == "0")
    assert (day["window"], day["aar"], day["band"]) == ("[0]", "-0.0744", "0.032")
    assert all(row["group"] and row["window"] and row["test"] for row in rows)


def test_the_events_have_a_row_a_window() -> None:
    rows = as_rows(chips(DAYS), StudyTable.EVENTS)
    assert len(rows) == 9 * (11 + 2)
    first = next(row for row in rows if row["window"] == "[0]")
    assert (first["id"], first["abnormal"], first["t"]) == ("e1", "-0.102", "-5.1")
    assert (first["df"], first["test"]) == ("248", "one_event_t")  # 250 returns less two


@pytest.mark.parametrize("table", list(StudyTable))
def test_what_has_no_figure_has_one_row(table: StudyTable) -> None:
    rows = as_rows(none_usable(3), table)
    assert len(rows) == (3 if table is StudyTable.EVENTS else 1)
    assert all(row["group"] == "chips" and not row["window"] for row in rows)


@pytest.mark.parametrize("table", list(StudyTable))
def test_no_name_is_a_formula(table: StudyTable) -> None:
    for row in as_rows(hostile(), table):
        for key in ("group", "id", "instrument", "benchmark"):
            assert not row.get(key, "").startswith(("=", "+", "-", "@", "\t", "\r"))


# --- pages ---


@both
@every
def test_every_study_is_written_in_every_format(name: str, lang: Language) -> None:
    document, look = built(STUDIES[name]), style(lang)
    for profile in Profile:
        assert Markdown(look, profile).render(document)
    page = Html(look).render(document)
    assert "{" not in re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)
    assert len(Email(look).render(document).encode()) <= LIMIT


@both
@every
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_of_a_screen_is_too_wide(name: str, lang: Language, width: int) -> None:
    document = build_study(STUDIES[name], "shock study events.csv", SCREEN)
    text = Terminal(style(lang), width, has_colors=False).render(document)
    assert max(map(width_of, text.splitlines())) <= width


@both
@pytest.mark.parametrize("width", [80, 100])
def test_long_names_keep_to_the_screen(lang: Language, width: int) -> None:
    document = build_study(hostile(), "shock study events.csv", SCREEN)
    text = Terminal(style(lang), width, has_colors=False).render(document)
    assert max(map(width_of, text.splitlines())) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e\u2028]", text)


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_names_are_words_in_markdown(engine: str) -> None:
    document = built(hostile())
    shown = parse(ENGINES[engine](Markdown(style()).render(document)))
    sections = (section for section in document.sections if section.id in ("results", "events"))
    grids = [block for one in sections for block in one.blocks if isinstance(block, Table)]
    for table in grids:
        width = len(table.columns)
        grid = {(len(one), *{len(row) for row in one}) for one in shown.tables}
        assert (len(table.rows) + 1, width) in grid, "a table has lost rows or cells"
    names = {row[0] for one in shown.tables for row in one}
    assert "`tick` and ``two``" in names
    assert "*star* **two** ***three***" in names


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


def test_a_mail_shows_the_first_rows_and_says_so() -> None:
    events = [event(at, f"T{at}", t=at / 100) for at in range(1, 301)]
    document = excerpt(built(study([group(used=300)], events)), Cut(), 20)
    section = document.section("events")
    assert section
    assert isinstance(section.blocks[0], Table)
    assert len(section.blocks[0].rows) == 20
    assert "20 of 300 events are shown" in Markdown(style()).render(document)


@pytest.mark.parametrize("generator", list(FrontMatter))
def test_front_matter_takes_any_name(generator: FrontMatter) -> None:
    text = Markdown(style(), front_matter=generator).render(built(hostile()))
    assert text
    if generator in (FrontMatter.HUGO, FrontMatter.ZOLA):
        assert "study-2025-01-27-76-events" in text


def test_a_message_is_dated_by_the_last_close() -> None:
    assert last_close_in(built(chips())).isoformat() == "2025-01-27T21:00:00+00:00"
    without = built(chips()._replace(calendar=None))
    assert last_close_in(without).isoformat() == "2025-01-27T23:59:59+00:00"
