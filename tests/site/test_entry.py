"""When a page was published and updated, which no clock says, and which share is the worst."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deepseek_shock import pipeline
from deepseek_shock.market.bars import Source
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.house import House
from deepseek_shock.report.model import Report
from deepseek_shock.site.entry import Entry, make_entry
from tests.builders import LONG_AFTER, MONDAY, utc

HOLIDAY = date(2025, 1, 20)  # Martin Luther King's day: New York was closed
NEW_YORK_CLOSE = utc("2025-01-27T21:00")  # 16:00 in winter


def report(day: date = MONDAY, *, retrieved: str = "2026-11") -> Report:
    request = pipeline.Request(LONG_AFTER, day)
    made = pipeline.make(request, Registry(sample_directory()), Sample()).report
    source = Source("yahoo", "Yahoo", retrieved, None, None, "0" * 64)
    return made._replace(findings=made.findings._replace(sources=(source,)))


def entry(made: Report, digest: str = "a", before: Entry | None = None) -> Entry:
    return make_entry(made, digest, House(), "urn:new", before)


@pytest.mark.parametrize(
    ("retrieved", "updated"),
    [
        ("2025-01-28T00:30:00Z", utc("2025-01-28T00:30")),
        ("2025-01-28T09:30:00+09:00", utc("2025-01-28T00:30")),
        # Sooner than the close, or not to the second: the close says more.
        ("2025-01-27T20:00:00Z", NEW_YORK_CLOSE),
        ("2026-11", NEW_YORK_CLOSE),
        ("2026-11-01", NEW_YORK_CLOSE),
        ("2026-11-01T10:00:00", NEW_YORK_CLOSE),
        ("", NEW_YORK_CLOSE),
    ],
)
def test_an_entry_takes_its_times_from_the_data(retrieved: str, updated: datetime) -> None:
    made = entry(report(retrieved=retrieved))
    assert (made.published, made.updated) == (NEW_YORK_CLOSE, updated)
    assert made.updated.tzinfo is UTC


def test_an_exchange_that_was_closed_publishes_nothing() -> None:
    # Tokyo closed at 15:30, which was 06:30 UTC.
    assert entry(report(HOLIDAY)).published == utc("2025-01-20T06:30")


def test_other_figures_are_later_ones() -> None:
    first = entry(report())._replace(id="urn:old")
    same, other = entry(report(), "a", first), entry(report(), "b", first)
    assert same == first
    assert (other.id, other.published) == ("urn:old", first.published)
    assert other.updated > first.updated
    assert entry(report(), "c", other).updated > other.updated
    known = entry(report(retrieved="2025-02-01T10:00:00Z"), "b", first)
    assert known.updated == utc("2025-02-01T10:00")


def test_the_worst_is_the_lowest_return() -> None:
    worst = entry(report()).worst
    assert worst is not None
    # The bars of the sample: Credo closed at 55.60 after 80.47.
    assert worst.instrument.ticker == "CRDO"
    assert str(round(worst.price_return, 4)) == "-0.3091"
