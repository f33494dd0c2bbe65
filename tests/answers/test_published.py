"""What newspapers printed of 27 and 28 January 2025, and what the report of the sample prints.

`published.csv` names the outlet of each figure. The Philadelphia index's −9.2 % of two agencies is
not in it: the closes held, 5,341.90 and 4,853.20, make −9.148 %.
"""

import csv
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.house import House
from deepseek_shock.render.numbers import Precision, Rounding
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Kind, Phrase, Report
from deepseek_shock.report.money import Money, Unit
from tests.builders import LONG_AFTER, day

MODES = {"down": ROUND_DOWN, "half-up": ROUND_HALF_UP}


class Answer(NamedTuple):
    """One figure as it was printed."""

    ticker: str
    session: date
    what: str
    printed: str
    rounding: str

    def __str__(self) -> str:
        return f"{self.ticker} {self.session} {self.what} {self.printed}"


def read_answers() -> list[Answer]:
    with Path(__file__).with_name("published.csv").open(encoding="utf-8", newline="") as file:
        return [
            Answer(row["ticker"], day(row["session"]), row["what"], row["printed"], row["rounding"])
            for row in csv.DictReader(file)
        ]


@cache
def report_of(session: date) -> Report:
    return make_report(Request(LONG_AFTER, session), Registry(sample_directory()), Sample())


def findings_of(session: date) -> Findings:
    return report_of(session).findings


ANSWERS = read_answers()


def of(*whats: str) -> pytest.MarkDecorator:
    """Take the answers of one sort."""
    some = [answer for answer in ANSWERS if answer.what in whats]
    return pytest.mark.parametrize("answer", some, ids=str)


def test_every_answer_is_asked_for() -> None:
    assert {answer.what for answer in ANSWERS} == {
        *("move", "close", "change", "run", "largest fall since", "market value, bn USD")
    }


@of("move")
def test_moves_as_printed(answer: Answer) -> None:
    move = findings_of(answer.session).moves[answer.ticker]
    assert move.price_return is not None
    printed = Decimal(answer.printed)
    assert (move.price_return * 100).quantize(printed, MODES[answer.rounding]) == printed
    # And as a report of that house style prints it.
    decimals = len(answer.printed.partition(".")[2])
    words = Words(Language.EN, House(precision=Precision(decimals, Rounding(answer.rounding))))
    assert words.print(Kind.RETURN, move.price_return) == answer.printed.replace("-", "−") + "%"


@of("close", "change")
def test_closes_and_changes_as_printed(answer: Answer) -> None:
    move: Move = findings_of(answer.session).moves[answer.ticker]
    found = move.close if answer.what == "close" else move.change
    assert found == Decimal(answer.printed)


@of("largest fall since")
def test_since_as_printed(answer: Answer) -> None:
    told = {one.move.instrument.ticker: one for one in findings_of(answer.session).since}
    found = told[answer.ticker]
    assert found.direction == "fall"
    assert str(found.previous).startswith(answer.printed)


@of("run")
def test_runs_as_printed(answer: Answer) -> None:
    indexes = report_of(answer.session).section("indexes")
    assert indexes is not None
    rows = {row.instrument.ticker: row for row in indexes.blocks[1].rows if row.instrument}  # type: ignore[union-attr]
    run = rows[answer.ticker].cells[4]
    assert isinstance(run, Phrase)
    assert Words(Language.EN).say(run) == answer.printed


@of("market value, bn USD")
def test_market_values_as_printed(answer: Answer) -> None:
    values = {one.outstanding.ticker: one for one in findings_of(answer.session).market_values}
    change = values[answer.ticker].change / 10**9
    assert change.quantize(Decimal(answer.printed), MODES[answer.rounding]) == Decimal(
        answer.printed
    )
    said = Words(Language.EN).print(Kind.LARGE, Money(change * 10**9, Unit.DOLLAR))
    assert said == f"${answer.printed.removeprefix('-')} billion"
