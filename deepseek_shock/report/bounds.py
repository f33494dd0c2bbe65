"""What bounds the histories: sessions that are missing in them, days that no calendar checks."""

from collections.abc import Iterator, Sequence

from deepseek_shock.analysis.since import Since
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import MOST_NAMED, city


def missing(told: Sequence[Since]) -> Iterator[Phrase]:
    """Say where sessions are missing within a history."""
    lacking = [one for one in told if one.missing]
    if not lacking:
        return
    if len(lacking) == 1:
        yield phrase("since.missing", share=lacking[0].move.instrument, n=lacking[0].missing)
    elif len(lacking) <= MOST_NAMED:
        named = tuple(
            phrase("since.missing_item", share=one.move.instrument, n=one.missing)
            for one in lacking
        )
        yield phrase("since.missing_some", named=named)
    else:
        most = max(one.missing or 0 for one in lacking)
        yield phrase("since.missing_many", number=len(lacking), n=most)


def unchecked(told: Sequence[Since]) -> Iterator[Phrase]:
    """Say before which day no calendar checks the sessions that the data hold."""
    begins = {
        one.move.instrument.exchange.calendar: one.checked_from
        for one in told
        if one.checked_from is not None
    }
    for calendar, first in begins.items():
        yield phrase("since.unchecked", city=city(calendar), day=first)
