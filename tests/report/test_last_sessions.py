"""Each exchange's last session, where they are not of one date: the report says which is which."""

from __future__ import annotations

import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from tests.builders import MONDAY, utc

TICKERS = ("NVDA", "5803.T")


def lines(lang: Language, **asked: object) -> list[str]:
    request = Request(**{"day": None, "tickers": TICKERS} | asked)  # type: ignore[arg-type]
    report = make_report(request, Registry(sample_directory()), Sample())
    return [Words(lang).say(line) for line in report.dateline]


def test_between_the_closes_new_yorks_is_of_the_day_before() -> None:
    now = utc("2025-01-27T14:00")  # Tokyo closed at 06:30, New York opens at 14:30
    new_york, tokyo = lines(Language.EN, now=now)
    assert new_york.startswith(
        "New York: Friday 24 January, its last session, closed 16:00 EST (21:00 UTC), "
    )
    assert tokyo.startswith("Tokyo: Monday 27 January, closed 15:30 JST (06:30 UTC), ")
    new_york, tokyo = lines(Language.JA, now=now)
    assert new_york.startswith("ニューヨーク: 1月24日(金)(直近の取引日)、現地時間16時(")
    assert tokyo.startswith("東京: 1月27日(月)、現地時間")


@pytest.mark.parametrize(
    "asked",
    [
        {"now": utc("2025-01-27T21:00")},  # New York has just closed
        {"now": utc("2025-01-25T12:00")},
        {"now": utc("2025-01-27T14:00"), "day": MONDAY, "takes_provisional": True},
        # Of an instant each exchange shows the first session that could react.
        {"now": utc("2025-03-03T00:00"), "at": utc("2025-01-27T07:00")},
    ],
)
def test_else_nothing_is_said_of_it(asked: dict[str, object]) -> None:
    assert "last session" not in " ".join(lines(Language.EN, **asked))
