"""An entry: what the index and the feed say of one page, kept so that neither reads them all."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.analysis.breadth import rank
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Status
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.render.house import House
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Phrase, Report
from deepseek_shock.report.moments import last_close, retrievals

_STEP = timedelta(seconds=1)


class Worst(NamedTuple):
    """The lowest return of those watched; `status` tells a provisional one."""

    instrument: Instrument
    price_return: Decimal
    status: Status


class Entry(NamedTuple):
    """One page as the index and the feed list it.

    `title` and `dek` are printed as the page prints them. `published` is the close that the page is
    about, `updated` when its figures were last others; both in UTC. `id` never changes. `sha256`
    is the hash of what the page was made of.
    """

    id: str
    day: date
    title: Text
    dek: Text
    worst: Worst | None
    published: datetime
    updated: datetime
    sha256: str


def make_entry(
    report: Report, digest: str, house: House, new_id: str, before: Entry | None
) -> Entry:
    """Make the entry of a page; it keeps the id of the one `before` it."""
    findings = report.findings
    closed = last_close(findings)
    return Entry(
        id=before.id if before else new_id,
        day=findings.inquiry.day,
        title=_said((report.title,), house),
        dek=_said(report.dek, house),
        worst=_worst(findings),
        published=before.published if before else closed,
        updated=_updated(max([closed, *retrievals(findings.sources)]), digest, before),
        sha256=digest,
    )


def _updated(known: datetime, digest: str, before: Entry | None) -> datetime:
    """Return when the figures changed, as far as they say; later than before where they are others.

    A file of the user's own has no time. A second is enough for a feed reader to look again.
    """
    if before is None:
        return known
    if before.sha256 == digest:
        return before.updated
    return max(known, before.updated + _STEP)


def _worst(findings: Findings) -> Worst | None:
    for move in rank(findings.watched)[:1]:
        if move.price_return is not None:
            return Worst(move.instrument, move.price_return, move.status)
    return None


def _said(sentences: tuple[Phrase, ...], house: House) -> Text:
    en, ja = (Words(lang, house).say_all(sentences) for lang in (Language.EN, Language.JA))
    return Text(en, ja)
