"""A whole market's words: of no list that is not one; right at none, one and many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Paragraph, Report, Table
from tests.builders import LONG_AFTER, MONDAY, Shelf, pair

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EN, JA = Words(Language.EN), Words(Language.JA)
KNOWN = Registry(sample_directory())

HEAD = """
id = "prime"
title = { en = "Prime", ja = "プライム" }
[market]
title = { en = "TSE Prime", ja = "東証プライム" }
exchange = "XTKS"
as_of = 2025-01-27
source = "a list"
"""


def report_of(tmp_path: Path, *groups: Sequence[str | None], listed: int, more: str = "") -> Report:
    """Report on Tokyo shares in groups, which stood at 100 and then at what is said.

    `None` is a share without a bar; `more` stands in the file's [market].
    """
    text, held = HEAD + f"listed = {listed}\n{more}\n", []
    for at, closes in enumerate(groups):
        tickers = [f"{1000 + at * 100 + place}.T" for place, _ in enumerate(closes)]
        text += f'[[groups]]\nid = "g{at}"\ntitle = "Sector {at}"\ntickers = {tickers}\n'
        held += [
            pair(ticker, "100", close)
            for ticker, close in zip(tickers, closes, strict=True)
            if close is not None
        ]
    file = tmp_path / "prime.toml"
    file.write_text(text, encoding="utf-8")
    request = Request(LONG_AFTER, MONDAY, watchlist=str(file), least_coverage=0)
    return make_report(request, KNOWN, Shelf(held))


def said(report: Report, words: Words) -> list[str]:
    section = report.section("breadth")
    assert section is not None
    return [
        words.say_all(block.sentences) for block in section.blocks if isinstance(block, Paragraph)
    ]


DAYS = {
    "mixed": (
        (7, 3),
        "TSE Prime: 7 fell, 3 rose, 0 unchanged.",
        "東証プライムの値上がりは3、値下が",
    ),
    "broad": (
        (8, 2),
        "A broad sell-off on TSE Prime: 8 fell",
        "東証プライムはほぼ全面安となった。",
    ),
    "nearly all": (
        (9, 1),
        "Nearly every share on TSE Prime fell",
        "東証プライムは全面安となった。",
    ),
    "all": ((10, 0), "Every share on TSE Prime fell: 10 fell, 0", "東証プライムは全銘柄が値下がり"),
    "broad rise": (
        (2, 8),
        "A broad rally on TSE Prime: 2 fell",
        "東証プライムはほぼ全面高となった。",
    ),
    "nearly all rose": (
        (1, 9),
        "Nearly every share on TSE Prime rose",
        "東証プライムは全面高となった。",
    ),
    "all rose": ((0, 10), "Every share on TSE Prime rose", "東証プライムは全銘柄が値上がり"),
}


@pytest.mark.parametrize("kind", DAYS)
def test_the_words_of_the_recaps(tmp_path: Path, kind: str) -> None:
    (fell, rose), en, ja = DAYS[kind]
    report = report_of(tmp_path, ["99"] * fell + ["101"] * rose, listed=10)
    assert said(report, EN)[0].startswith(en)
    assert said(report, JA)[0].startswith(ja)


@pytest.mark.parametrize(
    ("known", "en", "ja"),
    [
        (1, "One of the 50 issues on TSE Prime (as of 27 January 2025) has a figure", "のは1銘柄("),
        (
            47,
            "47 of the 50 issues on TSE Prime (as of 27 January 2025) have a figure (47 fell, 0 ro",
            "のは47銘柄(値上がりは0、値下がりは47、変わらずは0銘柄)にとどまり、市場全体の騰落は分",
        ),
    ],
)
def test_what_is_not_whole_is_not_called_the_market(
    tmp_path: Path, known: int, en: str, ja: str
) -> None:
    report = report_of(tmp_path, ["90"] * known, listed=50)
    assert said(report, EN)[0].startswith(en)
    assert ja in said(report, JA)[0]
    assert "全面安" not in said(report, JA)[0]


def test_the_table_adds_up_to_the_listed_issues(tmp_path: Path) -> None:
    report = report_of(tmp_path, ["99"] * 17 + ["101", "100", None], listed=20)
    section = report.section("breadth")
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    printed = [
        EN.cell(column.kind, cell)
        for column, cell in zip(table.columns, table.rows[0].cells, strict=True)
    ]
    # 17 of the 19 with a figure: 89.47 %.
    assert printed == ["TSE Prime", "17", "1", "1", "1", "89.47%"]


SECTORS = {
    "none rose": (
        (["98"], ["99"]),
        "none of two sectors rose; Sector 0 fell most (−2.00%).",
        "2業種中、値上がりした業種はなかった。下落率首位はSector 0(−2.00%)。",
    ),
    "one rose": (
        (["98"], ["101"], ["100"]),
        "one of three sectors rose; Sector 1 rose most (+1.00%) and Sector 0 fell most (−2.00%).",
        "3業種中1業種が値上がり。上昇率首位はSector 1(+1.00%)、下落率首位はSector 0(−2.00%)。",
    ),
    "two rose": (
        (["101"], ["103"]),
        "two of two sectors rose; Sector 1 rose most (+3.00%).",
        "2業種中2業種が値上がり。上昇率首位はSector 1(+3.00%)。",
    ),
    "none moved": (
        (["100"], ["100"]),
        "none of two sectors rose.",
        "2業種中、値上がりした業種はなかった。",
    ),
}


@pytest.mark.parametrize("kind", SECTORS)
def test_sectors(tmp_path: Path, kind: str) -> None:
    groups, en, ja = SECTORS[kind]
    report = report_of(tmp_path, *groups, listed=len(groups), more='groups_are = "sectors"')
    assert said(report, EN)[1:] == [f"By the mean of their shares, {en}"]
    assert said(report, JA)[1:] == [f"業種ごとの単純平均では、{ja}"]


def test_groups_that_are_no_sectors_are_not_ranked_as_such(tmp_path: Path) -> None:
    assert len(said(report_of(tmp_path, ["98"], ["99"], listed=2), EN)) == 1


def notes(report: Report) -> str:
    section = report.section("method")
    assert section is not None
    entries = [block.entries for block in section.blocks if isinstance(block, Bullets)]
    return " ".join(EN.say(entry) for entry in entries[0])


def test_the_method_says_of_what_the_words_are_used(tmp_path: Path) -> None:
    said_of = notes(report_of(tmp_path, ["99"] * 10, listed=10))
    assert "TSE Prime, which had 10 issues on 27 January 2025 (a list)" in said_of
    assert "somebody chose" not in said_of


def test_a_chosen_list_has_neither_the_section_nor_the_words() -> None:
    report = make_report(Request(LONG_AFTER, MONDAY), KNOWN, Sample())
    assert report.section("breadth") is None
    assert "how many of them fell says nothing of the whole market" in notes(report)
    headlines = (report.title, *report.dek, *report.dateline)
    japanese = "".join(JA.say(sentence) for sentence in headlines)
    assert "全面安" not in japanese
    assert "28銘柄はそろって下げ" in japanese
    assert "market" not in " ".join(EN.say(sentence) for sentence in headlines)
