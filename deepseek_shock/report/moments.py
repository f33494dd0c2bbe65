"""When: the close that a report is about, when its figures were retrieved; no clock is asked."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import assert_never

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.errors import CalendarError
from deepseek_shock.market.bars import Source
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import Phase, closes_at
from deepseek_shock.report.model import Comparison, Document, Report, ScanReport, StudyReport


def last_close_in(document: Document) -> datetime:
    """Return the last close, in UTC, of the sessions that a document is about."""
    match document:
        case Report():
            return last_close(document.findings)
        case Comparison():
            return max(_last_close(one.inquiry) for one in document.findings.occasions)
        case StudyReport():
            return _close_of(document.findings.calendar, document.day)
        case ScanReport():
            last = document.day
            calendars = {day.calendar for day in document.findings.days if day.session == last}
            return max(_close_of(one, last) for one in calendars or (None,))
        case _:
            assert_never(document)


def last_close(findings: Findings) -> datetime:
    """Return the last close, in UTC, of the sessions that have begun."""
    return _last_close(findings.inquiry)


def _last_close(inquiry: Inquiry) -> datetime:
    begun = (Phase.RUNNING, Phase.ENDED)
    asked = inquiry.asked.values()
    return max(one.closes_at for one in asked if one.phase in begun).astimezone(UTC)


def _close_of(calendar: str | None, session: date) -> datetime:
    """Return a session's close in UTC; without a calendar that knows it, the end of the day."""
    exchange = next((one for one in EXCHANGES.values() if one.calendar == calendar), None)
    if exchange is not None:
        with suppress(CalendarError, ValueError):  # beyond the calendar, or no session
            return closes_at(exchange, session).astimezone(UTC)
    return datetime.combine(session, time(23, 59, 59), UTC)


def retrievals(sources: Iterable[Source]) -> Iterator[datetime]:
    """Yield when figures came, in UTC, where that is known to the second: not a month or a day."""
    for source in sources:
        try:
            instant = datetime.fromisoformat(source.retrieved)
        except ValueError:
            continue
        if instant.tzinfo is not None:
            yield instant.astimezone(UTC).replace(microsecond=0)
