"""Why a file was skipped, in both languages: all that the readers of rows complain of is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import deepseek_shock
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.scanskips import tell

EN, JA = Words(Language.EN), Words(Language.JA)
READERS = Path(deepseek_shock.__file__).parent / "scan"


@pytest.mark.parametrize(
    ("why", "ja"),
    [
        ("is empty", "データの行がない"),
        ("is neither Parquet nor CSV, by its name", "ファイル名からみてParquetでもCSVでもない"),
        (
            "is damaged Parquet: Couldn't deserialize thrift",
            "Parquetファイルが破損している(Couldn't deserialize thrift)",
        ),
        ("cannot be read: Permission denied", "読み取れない(Permission denied)"),
        (
            "has no column that means close; seen: Ticker, 日付",
            "終値の列がない(列名: Ticker, 日付)",
        ),
        ("has no column that means close", "終値の列がない"),
        (
            "has no column 'Kurs' for session; seen: a, b",
            "日付に指定された列'Kurs'がない(列名: a, b)",
        ),
        ("line 3: 'n. a.' is not a figure", "3行目: 数値として読み取れない値がある('n. a.')"),
        ("line 1200: a row has no day", "1,200行目: 日付のない行がある"),
        ("20251301 is no day", "日付として読み取れない値がある(20251301)"),
        ("line 7: 4 cells in the row, 3 in the header", "7行目: 見出しの3列に対し、値が4個ある"),
        (
            "its closes are of the type list<item: double>",
            "終値の列が読み取れない型である(list<item: double>)",
        ),
        ("something new", "読み取れない(something new)"),
    ],
)
def test_a_reason_is_said_in_both_languages(why: str, ja: str) -> None:
    assert JA.say(tell(why)) == ja
    assert EN.say(tell(why)) == why.replace("line 1200", "line 1,200")


def complaints() -> set[str]:
    """Give the texts that files are complained of with, as the sources spell them."""
    texts: set[str] = set()
    raised = re.compile(
        r"(?:DamagedFileError\(\s*(?:file\.)?\w+,|_damaged\(\w+,|UnfitError\(|_UnfitHeader\()\s*"
        r"f?\"([^\"]+)\""
    )
    for path in READERS.glob("r*/*.py"):
        texts |= set(raised.findall(path.read_text(encoding="utf-8")))
    return texts


def test_no_reason_is_left_in_english() -> None:
    texts = complaints()
    assert len(texts) > 20, texts
    for text in texts:
        meant = re.sub(r"\{(?:lacking|meaning)\}", "close", text)
        # Of a choice the first: {'lack' if lacking > 0 else 'are too many'}.
        chosen = re.sub(r"\{'([^']*)' if [^}]*\}", r"\1", meant)
        numbered = re.sub(r"\{[^}]*\}(?= rows| are announced)", "3", chosen)
        said = tell(re.sub(r"\{[^}]*\}", "x", numbered))
        assert said.key != "skip.quoted", text
