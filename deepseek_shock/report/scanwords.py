"""The small phrases of a scan that its sentences and tables share."""

from collections.abc import Iterable
from functools import cache

from deepseek_shock.analysis.scanned import ScanDay, Scanned
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import city


@cache
def _known() -> frozenset[str]:
    return frozenset(one.calendar for one in EXCHANGES.values())


def market(calendar: str | None) -> Phrase:
    """Name a calendar by its city; one that we do not know by its own name."""
    if calendar is None:
        return phrase("scan.no_market")
    return city(calendar) if calendar in _known() else phrase("scan.given", name=calendar)


def listed(calendar: str | None, number: int) -> Phrase:
    """Count the tickers of a calendar: 2,940 New York tickers; without one, tickers."""
    if calendar is None:
        return phrase("scan.tickers", n=number)
    return phrase("scan.tickers_of", n=number, market=market(calendar))


def sessions_of(calendar: str | None, number: int) -> Phrase:
    """Count sessions; without a calendar, days of the data."""
    return phrase("scan.days" if calendar is None else "scan.sessions", n=number)


def spans(days: Iterable[ScanDay]) -> dict[str | None, list[ScanDay]]:
    """Return the days of each calendar, in their order; those without a calendar come last."""
    found: dict[str | None, list[ScanDay]] = {}
    for day in days:
        found.setdefault(day.calendar, []).append(day)
    return dict(sorted(found.items(), key=lambda one: one[0] is None))


def has_several(findings: Scanned) -> bool:
    """Tell whether sessions are of more than one calendar, so that a table has to say which."""
    return len({day.calendar for day in findings.days}) > 1


def most_scored(findings: Scanned) -> int:
    """Count the sessions that the score ranks."""
    return sum(day.is_scored(findings.settings.least) for day in findings.days)
