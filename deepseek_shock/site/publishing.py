"""The order in which a site is written, so that a run may be killed anywhere.

What a page is made of comes first, then the page, then its entry: where the entry does not name the
hash of what is kept, or the page is missing, the next run makes both again. Index and feed come
last, from all entries, each time.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.pipeline import Basis, remake
from deepseek_shock.render.base import Style
from deepseek_shock.report.model import Report
from deepseek_shock.site.claim import Claim, entry_id, settle
from deepseek_shock.site.entry import Entry, make_entry
from deepseek_shock.site.folder import FEED, INDEX, Folder, Site
from deepseek_shock.site.kept import pack, read_digest, unpack
from deepseek_shock.site.lock import locked
from deepseek_shock.site.pages import render_feed, render_index, render_page


class Look(NamedTuple):
    """How the pages of a run look; `options` are those that say so, as a command line has them."""

    style: Style
    options: tuple[str, ...]

    def report(self, basis: Basis) -> Report:
        """Make the report of a page, whose command names the look too."""
        return remake(basis._replace(command=" ".join((basis.command, *self.options))))


def publish(folder: Folder, basis: Basis, claim: Claim, look: Look, seconds: float) -> None:
    """Write the page of a basis, and all that follows from it.

    Raises `LockError` where another run writes for longer than `seconds`; a `FileError` for what is
    kept of another page and cannot be read, when all else is written; `OutputError`,
    `TemplateError` and `UsageError` when nothing is.
    """
    with locked(folder.lock, seconds):
        packed, digest = pack(basis)
        press = _Press(folder, settle(folder, claim, digest), look)
        press.publish(basis, packed, digest)
        press.complain()


def rebuild(folder: Folder, claim: Claim, look: Look, seconds: float) -> None:
    """Write all pages, the index and the feed again from what is kept. Raises as `publish`."""
    if not folder.days():
        raise UsageError(
            f"nothing is kept in {folder.root} to make a site of",
            hint=f"`shock publish {folder.root}` publishes a first page",
        )
    with locked(folder.lock, seconds):
        first = folder.kept(folder.days()[-1])
        digest = "" if folder.read_site() else read_digest(first)
        press = _Press(folder, settle(folder, claim, digest), look)
        press.rebuild()
        press.complain()


class _Press:
    """Writes a folder's pages in one look."""

    def __init__(self, folder: Folder, site: Site, look: Look) -> None:
        self._folder = folder
        self._site = site
        self._look = look
        self._broken: list[FileError] = []

    def publish(self, basis: Basis, packed: bytes, digest: str) -> None:
        """Write a page, its entry, index and feed; before them, what a killed run has left out."""
        day = basis.inquiry.day
        page, entry = self._print(basis, digest, self._folder.read_entry(day))
        entries = self._entries({day: entry}, self._is_current)
        index, feed = self._front(entries)
        folder = self._folder
        folder.sweep()
        folder.write_site(self._site)
        folder.write(packed, folder.kept(day))
        folder.write(page, folder.page(day))
        folder.write_entry(entry)
        self._write_front(index, feed)

    def rebuild(self) -> None:
        """Write everything again from what is kept."""
        entries = self._entries({}, lambda _day, _entry: False)
        self._folder.sweep()
        self._folder.write_site(self._site)
        if entries:
            self._write_front(*self._front(entries))

    def complain(self) -> None:
        """Raise the first `FileError` met, now that all else is written."""
        for error in self._broken:
            raise error

    def _print(self, basis: Basis, digest: str, before: Entry | None) -> tuple[bytes, Entry]:
        report = self._look.report(basis)
        page = render_page(self._site, report, self._look.style)
        new_id = entry_id(self._site, basis.inquiry.day)
        house = self._look.style.words.house
        return page, make_entry(report, digest, house, new_id, before)

    def _entries(
        self, fresh: dict[date, Entry], is_current: Callable[[date, Entry], bool]
    ) -> list[Entry]:
        """Return the entries of all pages, the newest first; print those that are not current."""
        days = sorted({*self._folder.days(), *fresh}, reverse=True)
        found = (fresh.get(day) or self._entry(day, is_current) for day in days)
        return [entry for entry in found if entry is not None]

    def _entry(self, day: date, is_current: Callable[[date, Entry], bool]) -> Entry | None:
        entry = self._folder.read_entry(day)
        try:
            if entry is not None and is_current(day, entry):
                return entry
            if self._folder.kept(day).exists():
                return self._print_again(day, entry)
        except FileError as error:
            self._broken.append(error)
        # What cannot be made again stays as it is, for as long as it is there.
        return entry if self._folder.page(day).exists() else None

    def _is_current(self, day: date, entry: Entry) -> bool:
        kept = self._folder.kept(day)
        return (
            kept.exists() and read_digest(kept) == entry.sha256 and self._folder.page(day).exists()
        )

    def _print_again(self, day: date, before: Entry | None) -> Entry:
        basis, digest = unpack(self._folder.kept(day))
        page, entry = self._print(basis, digest, before)
        self._folder.write(page, self._folder.page(day))
        self._folder.write_entry(entry)
        return entry

    def _front(self, entries: list[Entry]) -> tuple[bytes, bytes]:
        style = self._look.style
        return render_index(self._site, entries, style), render_feed(self._site, entries, style)

    def _write_front(self, index: bytes, feed: bytes) -> None:
        self._folder.write(index, self._folder.root / INDEX)
        self._folder.write(feed, self._folder.root / FEED)
