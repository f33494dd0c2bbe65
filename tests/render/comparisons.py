"""Comparisons that several tests render: of the bundled sample, and of bars that a test made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from deepseek_shock.comparing import CompareRequest, compare
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from tests.builders import LONG_AFTER

if TYPE_CHECKING:
    from deepseek_shock.report.model import Comparison

EVENTS = ("deepseek", "2025-01-28")


@cache
def compared(*tickers: str) -> Comparison:
    """Compare 27 and 28 January 2025, by the sample."""
    request = CompareRequest(LONG_AFTER, EVENTS, tickers=tickers)
    return compare(request, Registry(sample_directory()), Sample()).comparison
