"""What a reader sees of a site: a page, the index, the feed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from deepseek_shock.analysis.moves import Status
from deepseek_shock.render.base import Style
from deepseek_shock.render.html import Html, HtmlMarkup, Place, digest
from deepseek_shock.render.xmltext import fit_for_xml
from deepseek_shock.report.model import Phrase, Report, phrase
from deepseek_shock.site import checked
from deepseek_shock.site.checked import Check
from deepseek_shock.site.entry import Entry
from deepseek_shock.site.folder import FEED, INDEX, page_name
from deepseek_shock.site.identity import Site

_IN_FEED = 30


def render_page(site: Site, report: Report, style: Style) -> bytes:
    """Return a report as a page of the site. Raises `TemplateError`."""
    place = _place(site, page_name(report.findings.inquiry.day))
    return Html(style, place).render(report).encode()


def render_index(
    site: Site, entries: Iterable[Entry], style: Style, check: Check | None = None
) -> bytes:
    """Return the index of entries that come newest first, and of a check since.

    Raises `TemplateError`.
    """
    from deepseek_shock.render.templates import render_values

    years = [(year, list(days)) for year, days in groupby(entries, key=lambda one: one.day.year)]
    return render_values(
        "index.html.j2",
        style,
        markup=HtmlMarkup(),
        digest=digest,
        site=_place(site, ""),
        years=years,
        checked=None if check is None else checked.say(check, style.words.house),
        page_name=page_name,
    ).encode()


def render_feed(site: Site, entries: Sequence[Entry], style: Style) -> bytes:
    """Return the feed of the newest entries. Raises `TemplateError`."""
    from deepseek_shock.render.templates import render_values

    newest = entries[:_IN_FEED]
    text = render_values(
        "feed.xml.j2",
        style,
        site=_place(site, ""),
        id=site.id,
        base=site.url or "",
        updated=max(entry.updated for entry in entries),
        entries=[(entry, _summary(entry)) for entry in newest],
        page_name=page_name,
        instant=_instant,
    )
    return fit_for_xml(text).encode()


def _place(site: Site, name: str) -> Place:
    return Place(site.title, INDEX, FEED, site.url and site.url + name)


def _summary(entry: Entry) -> tuple[Phrase, ...]:
    """Return the dek as it was printed, and the worst move."""
    said = (phrase("site.dek", dek=entry.dek),)
    if entry.worst is None:
        return said
    instrument, price_return, status = entry.worst
    key = "worst_so_far" if status is Status.PROVISIONAL else "worst"
    return (*said, phrase(f"site.{key}", share=instrument, move=price_return))


def _instant(moment: datetime) -> str:
    """Write an instant by RFC 3339."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
