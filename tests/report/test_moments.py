"""Which close a report is about, and when its figures came."""

from __future__ import annotations

from functools import cache

import pytest

from deepseek_shock import pipeline
from deepseek_shock.market.bars import Source
from deepseek_shock.market.sessions import Phase
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.report.moments import last_close, retrievals
from tests.builders import LONG_AFTER, MONDAY, utc


@cache
def made() -> pipeline.Made:
    registry = Registry(sample_directory())
    return pipeline.make(pipeline.Request(LONG_AFTER, MONDAY), registry, Sample())


# On 27 January 2025 Tokyo closed at 15:30 JST, New York at 16:00 EST.
@pytest.mark.parametrize(
    ("new_york", "close"),
    [
        (Phase.ENDED, "2025-01-27T21:00"),
        (Phase.RUNNING, "2025-01-27T21:00"),
        (Phase.PENDING, "2025-01-27T06:30"),
        (Phase.CLOSED, "2025-01-27T06:30"),
    ],
)
def test_a_session_that_has_not_begun_has_no_close(new_york: Phase, close: str) -> None:
    findings = made().report.findings
    asked = dict(findings.inquiry.asked)
    asked["XNYS"] = asked["XNYS"]._replace(phase=new_york)
    inquiry = findings.inquiry._replace(asked=asked)
    assert last_close(findings._replace(inquiry=inquiry)) == utc(close)


def test_only_what_is_known_to_the_second_is_an_instant() -> None:
    stamps = ["2025-01-28T09:30:15.25+09:00", "2025-01-28T00:30:15", "2025-01-28", "2025-01", ""]
    sources = [Source("yahoo", "Yahoo", stamp, None, None, "0" * 64) for stamp in stamps]
    assert list(retrievals(sources)) == [utc("2025-01-28T00:30:15")]
