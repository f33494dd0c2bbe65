"""The order in which a site is written, so that a run may fail or be killed anywhere.

Nothing comes into its place before all is made. Then what a page is made of comes first, the page,
its entry: where the entry does not name the hash of what is kept, or the page is missing, the next
run makes both again. Index and feed come last, from all entries, each time. A run that publishes
nothing may leave word of it: of all this it touches the index alone.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from pathlib import Path
from shlex import quote
from types import MappingProxyType
from typing import NamedTuple

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.pipeline import Basis, remake
from deepseek_shock.render.base import Style
from deepseek_shock.site import lock
from deepseek_shock.site.checked import Check, keep, read_check
from deepseek_shock.site.claim import Claim, check_language, entry_id, settle
from deepseek_shock.site.entry import Entry, make_entry
from deepseek_shock.site.folder import FEED, INDEX, Folder, dump
from deepseek_shock.site.identity import Site
from deepseek_shock.site.kept import pack, read_digest, unpack
from deepseek_shock.site.lock import Hold
from deepseek_shock.site.pages import render_feed, render_index, render_page
from deepseek_shock.wholefile import Write, together


class Look(NamedTuple):
    """How the pages of a run look; `options` are those that say so, as a command line has them."""

    style: Style
    options: tuple[str, ...]

    def page(
        self, site: Site, basis: Basis, digest: str, before: Entry | None
    ) -> tuple[bytes, Entry]:
        """Make a page, whose command names the look too, and its entry."""
        report = remake(basis._replace(command=" ".join((basis.command, *self.options))))
        new_id = entry_id(site, basis.inquiry.day)
        entry = make_entry(report, digest, self.style.words.house, new_id, before)
        return render_page(site, report, self.style), entry

    def front(self, site: Site, entries: Sequence[Entry], check: Check | None) -> bytes:
        """Make the index, which may say of a check since."""
        return render_index(site, entries, self.style, check)

    def feed(self, site: Site, entries: Sequence[Entry]) -> bytes:
        """Make the feed."""
        return render_feed(site, entries, self.style)


def held(folder: Folder, seconds: float) -> AbstractContextManager[Hold]:
    """Let no second run fetch, or write, for this site as long as the block runs.

    A site that is yet to be begun is held only while its first page is written. Raises `LockError`
    where another run holds it for longer than `seconds`.
    """
    return lock.held(folder.lock, seconds)


class Published(NamedTuple):
    """What came of a run: whether its page says what none did; what of other pages is broken."""

    is_new: bool
    broken: tuple[FileError, ...]

    def complain(self) -> None:
        """Raise the first `FileError` met, now that all else is written."""
        for error in self.broken:
            raise error


def publish(  # noqa: PLR0913 -- what, where, how, and beside what
    folder: Folder,
    basis: Basis,
    claim: Claim,
    look: Look,
    hold: Hold,
    *,
    beside: Mapping[Path, bytes] = MappingProxyType({}),
) -> Published:
    """Write the page of a basis, all that follows from it, and the files `beside` it.

    All of it or nothing, but for what is kept of another page and cannot be read. Raises
    `LockError` where another run writes for too long, `OutputError`, `TemplateError` and
    `UsageError`: also for a file beside that is one of the site's.
    """
    _check_beside(folder, beside)
    packed, digest = pack(basis)
    if not hold.is_held:
        _rehearse(settle(folder, claim, digest), basis, look)
    with hold.writing():
        press = _Press(folder, settle(folder, claim, digest), look)
        is_new = press.publish(basis, packed, digest, beside)
    return Published(is_new, tuple(press.broken))


def _check_beside(folder: Folder, beside: Mapping[Path, bytes]) -> None:
    for file in beside:
        if folder.owns(file):
            raise UsageError(
                f"{file} is a file of the site", hint="a capsule has a file of its own elsewhere"
            )


def rebuild(folder: Folder, claim: Claim, look: Look, hold: Hold) -> Published:
    """Write all pages, the index and the feed again from what is kept. Raises as `publish`."""
    if not folder.days():
        raise UsageError(
            f"nothing is kept in {folder.root} to make a site of",
            hint=f"`shock publish {quote(str(folder.root))}` publishes a first page",
        )
    with hold.writing():
        first = folder.kept(folder.days()[-1])
        digest = "" if folder.read_site() else read_digest(first)
        press = _Press(folder, settle(folder, claim, digest), look)
        press.rebuild()
    return Published(is_new=False, broken=tuple(press.broken))


def note_check(folder: Folder, check: Check, claim: Claim, look: Look, hold: Hold) -> bool:
    """Let the index say when the site was last checked, and why no page came of it.

    Writes that and nothing else: title and address stay what they are. Tells whether it did so;
    there is nothing to say it in where no site is yet, and nothing to say of a date before the
    newest page's. Raises as `publish`.
    """
    if folder.read_site() is None:
        return False
    with hold.writing():
        site = folder.read_site()
        check_language(folder, site, claim.lang)
        return site is not None and _Press(folder, site, look).note(check)


def _rehearse(site: Site, basis: Basis, look: Look) -> None:
    """Raise what a template of a first run raises, before there is a folder for the lock."""
    _, entry = look.page(site, basis, "", None)
    look.front(site, [entry], None)
    look.feed(site, [entry])


class _Press:
    """Writes a folder's pages in one look."""

    def __init__(self, folder: Folder, site: Site, look: Look) -> None:
        self._folder = folder
        self._site = site
        self._look = look
        self.broken: list[FileError] = []

    def publish(
        self, basis: Basis, packed: bytes, digest: str, beside: Mapping[Path, bytes]
    ) -> bool:
        """Write a page, its entry, index and feed; before them, what a killed run has left out."""
        day = basis.inquiry.day
        before = self._folder.read_entry(day)
        with self._writing() as write:
            for file, content in beside.items():
                write(content, file)
            write(packed, self._folder.kept(day))
            entry = self._print(write, basis, digest, before)
            check = self._bind(write, self._entries(write, {day: entry}, self._is_current))
        self._drop(check)
        return before is None or before.sha256 != digest

    def rebuild(self) -> None:
        """Write everything again from what is kept."""
        with self._writing() as write:
            check = self._bind(write, self._entries(write, {}, lambda _day, _entry: False))
        self._drop(check)

    def note(self, check: Check) -> bool:
        """Write a check and the index, of the pages that are there."""
        days = [day for day in self._folder.days() if self._folder.page(day).exists()]
        entries = [one for one in map(self._folder.read_entry, days) if one is not None]
        if not entries or (check.day is not None and check.day < entries[0].day):
            return False
        self._folder.sweep()
        with together() as write:
            write(keep(check, entries[0]), self._folder.checked)
            write(self._look.front(self._site, entries, check), self._folder.root / INDEX)
        return True

    @contextmanager
    def _writing(self) -> Generator[Write, None, None]:
        self._folder.sweep()
        with together() as write:
            write(dump(self._site), self._folder.site)
            yield write

    def _print(self, write: Write, basis: Basis, digest: str, before: Entry | None) -> Entry:
        page, entry = self._look.page(self._site, basis, digest, before)
        write(page, self._folder.page(entry.day))
        write(dump(entry), self._folder.entry(entry.day))
        return entry

    def _bind(self, write: Write, entries: Sequence[Entry]) -> Check | None:
        """Write index and feed, if anything is left to stand in them; return the check that is."""
        if not entries:
            return None
        check = read_check(self._folder.checked, entries[0])
        write(self._look.front(self._site, entries, check), self._folder.root / INDEX)
        write(self._look.feed(self._site, entries), self._folder.root / FEED)
        return check

    def _drop(self, check: Check | None) -> None:
        """Remove the file of a check that does not stand any more: nothing reads it again."""
        if check is None:
            with suppress(OSError):
                self._folder.checked.unlink(missing_ok=True)

    def _entries(
        self, write: Write, fresh: dict[date, Entry], is_current: Callable[[date, Entry], bool]
    ) -> list[Entry]:
        """Return the entries of all pages, the newest first; print those that are not current."""
        days = sorted({*self._folder.days(), *fresh}, reverse=True)
        found = (fresh.get(day) or self._entry(write, day, is_current) for day in days)
        return [entry for entry in found if entry is not None]

    def _entry(
        self, write: Write, day: date, is_current: Callable[[date, Entry], bool]
    ) -> Entry | None:
        entry = self._folder.read_entry(day)
        try:
            if entry is not None and is_current(day, entry):
                return entry
            if self._folder.kept(day).exists():
                return self._print(write, *unpack(self._folder.kept(day), day), entry)
        except FileError as error:
            self.broken.append(error)
        # What cannot be made again stays as it is, for as long as it is there.
        return entry if self._folder.page(day).exists() else None

    def _is_current(self, day: date, entry: Entry) -> bool:
        kept = self._folder.kept(day)
        return (
            kept.exists() and read_digest(kept) == entry.sha256 and self._folder.page(day).exists()
        )
