"""A history packed: its rows in the layout that a scan reads fastest, and its sessions.

A run may be killed anywhere. A part comes into its place when it has been read back, then the
journal names it; the next run reads the same source, passes over the rows that stand in whole
parts, and goes on. The manifest comes last. A pack of a changed source takes other names, so that
until then the old one is whole, and its files go when nobody reads them.
"""

from __future__ import annotations

from contextlib import closing
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.errors import FileError, OutputError
from deepseek_shock.scan.disorder import DisorderError
from deepseek_shock.scan.job import Job, Listener, Silence
from deepseek_shock.scan.local import scan
from deepseek_shock.scan.packs.cutting import Cutter
from deepseek_shock.scan.packs.manifest import Days, Manifest, Omitted, Origin, Part, encode
from deepseek_shock.scan.packs.packed import MANIFEST, Packed, check_file, read_pack
from deepseek_shock.scan.packs.packeddays import write_days
from deepseek_shock.scan.packs.packfolder import PackFolder, check_apart, claimed
from deepseek_shock.scan.packs.parts import writing
from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.rows.panel import Panel, open_panel
from deepseek_shock.wholefile import together

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from deepseek_shock.scan.packs.cutting import Cut
    from deepseek_shock.scan.reading import Reader

_WAIT = 60.0  # seconds


def pack(
    job: Job,
    folder: Path,
    listener: Listener = Silence(),  # noqa: B008 -- it has no state
    wait: float = _WAIT,
    *,
    is_checked: bool = False,
) -> Packed:
    """Pack what a job names into a folder, or bring on what is packed there.

    A pack of the same source is left as it is; with `is_checked`, and by a strict job, only if its
    bytes are what they were. Raises `UsageError`, `FileError`, `OutputError`, and `LockError` where
    another run packs there for longer than `wait` seconds.
    """
    check_apart(folder, job.paths)
    panel = open_panel(job)
    with closing(_Source(job, panel)) as source:
        check_apart(folder, source.files)
        with claimed(folder, wait) as place:
            is_checked = is_checked or job.is_strict
            return _bring_on(_Run(job, source, place, listener, is_checked))


class _Source:
    """The panel that is read, which changes when a file turns out to be damaged."""

    def __init__(self, job: Job, panel: Panel) -> None:
        self._is_strict = job.is_strict
        self._columns = tuple(sorted(job.columns.items()))
        self.panel = panel
        self.files = (*panel.files, *(one.file for one in panel.skipped))
        self.origins = self.look()

    def look(self) -> tuple[Origin, ...]:
        """Return what tells whether the source has changed."""
        return tuple(map(_origin, sorted(set(self.files))))

    def manifest(self, parts: Iterable[Part] = (), layout: Layout | None = None) -> Manifest:
        """Return the manifest of what is done of this source."""
        omitted = tuple(Omitted(one.file, one.why) for one in self.panel.skipped)
        taken = (str(layout or self._layout), *self.panel.repeated)
        return Manifest(self.origins, self._columns, tuple(parts), omitted, *taken)

    @property
    def _layout(self) -> Layout:
        is_ordered = self.panel.layout is Layout.ORDERED
        return Layout.ORDERED if is_ordered else Layout.SORTED

    def omit(self, error: DamagedFileError) -> None:
        """Go on without a file, or raise the error itself where that may not be."""
        if self._is_strict:
            raise error
        self.panel = self.panel.without(error)

    def close(self) -> None:
        """Remove what a sort has left."""
        self.panel.close()


def _origin(file: str) -> Origin:
    try:
        seen = Path(file).stat()
    except OSError:  # it was no file, and is skipped
        return Origin(file, -1, 0)
    return Origin(str(Path(file).resolve()), seen.st_size, seen.st_mtime_ns)


class _Run(NamedTuple):
    """What a run packs, and whereto; whether it holds what is there against its hashes."""

    job: Job
    source: _Source
    folder: PackFolder
    listener: Listener
    is_checked: bool


def _bring_on(run: _Run) -> Packed:
    held = _read_whole(run)
    settings = run.job.settings
    if held is not None and held.manifest.days is not None:
        days = held.manifest.days
        if (days.calendar, days.least) == (settings.calendar, settings.least):
            run.folder.remove_journal()
            return held
    manifest = held.manifest if held is not None else _write_parts(run)
    if run.source.look() != run.source.origins:
        raise FileError(
            run.source.files[0],
            "or a file beside it was changed while it was packed",
            hint="run the command again when its source is at rest",
        )
    _finish(run, manifest)
    return read_pack(run.folder.root)


def _read_whole(run: _Run) -> Packed | None:
    """Return the pack that is there, if it is whole, of this source, and may be kept."""
    try:
        held = read_pack(run.folder.root, is_strict=run.is_checked)
    except FileError:
        return None
    is_same = held.manifest.fingerprint == run.source.manifest().fingerprint
    is_refused = run.job.is_strict and held.manifest.omitted
    return held if is_same and not is_refused else None


# --- parts ---


def _write_parts(run: _Run) -> Manifest:
    """Write all parts that are not written yet."""
    manifest = _resume(run)
    while True:
        try:
            return _Writing(run, manifest).write()
        except _BrokenOffError as broken:
            manifest = broken.manifest


def _resume(run: _Run) -> Manifest:
    """Return what stands from an earlier run on the same source: whole parts, and bad files."""
    begun = run.source.manifest()
    done = run.folder.read_journal()
    if done is None or done.fingerprint != begun.fingerprint:
        return begun
    if run.job.is_strict and done.omitted:
        return begun
    known = {one.file for one in begun.omitted}
    for one in done.omitted:
        if one.file not in known:
            run.source.omit(DamagedFileError(one.file, one.why, hint="mend it, or take it out"))
    return run.source.manifest(_sound(run.folder, done.parts), Layout(done.layout))


def _sound(folder: PackFolder, parts: Iterable[Part]) -> Iterator[Part]:
    """Yield parts up to the first that is not as it was written."""
    for part in parts:
        try:
            check_file(folder.root, part, is_strict=True)
        except FileError:
            return
        yield part


class _BrokenOffError(Exception):
    """The rows are to be read again: without a file, or sorted; `manifest` is what still stands."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest


class _Writing:
    """One way through the source, from the rows that stand already to the last."""

    def __init__(self, run: _Run, manifest: Manifest) -> None:
        self._run = run
        self._layout = Layout(manifest.layout)
        self._parts = list(manifest.parts)
        self._done = manifest.rows
        self._before = 0  # parts that were whole when the reader began that is being read
        self._fingerprint = manifest.fingerprint

    def write(self) -> Manifest:
        """Write the parts. Raises `_BrokenOffError`."""
        run = self._run
        rows = run.source.panel.rows
        run.folder.check_room((rows or 0) - self._done)
        run.folder.write_journal(self._manifest())  # by which the next run knows the folder
        run.listener.begin("packing", rows)
        try:
            self._write()
        except DamagedFileError as error:
            run.source.omit(error)
            raise self._broken_off(self._parts[: self._before], self._layout) from error
        except DisorderError as error:
            if self._layout is Layout.SORTED:
                raise
            raise self._broken_off([], Layout.SORTED) from error
        return self._manifest()

    def _broken_off(self, parts: list[Part], layout: Layout) -> _BrokenOffError:
        manifest = self._run.source.manifest(parts, layout)
        self._run.folder.write_journal(manifest)
        return _BrokenOffError(manifest)

    def _manifest(self) -> Manifest:
        return self._run.source.manifest(self._parts, self._layout)

    def _cuts(self) -> Generator[Cut, None, None]:
        """Go through the source, and pass over what stands already."""
        cutter = Cutter()
        for reader in self._readers():
            self._before = len(self._parts)
            for cut in cutter.cut(reader):
                self._run.listener.advance(len(cut.codes))
                if cutter.rows > self._done:
                    yield cut

    def _readers(self) -> tuple[Reader, ...]:
        panel = self._run.source.panel
        if self._layout is Layout.ORDERED:
            return panel.readers(self._layout)
        return (panel.reader_by_name(),)

    def _write(self) -> None:
        with closing(self._cuts()) as all_cuts:
            for number, cuts in groupby(all_cuts, key=attrgetter("file")):
                with writing(self._run.folder.part(number, self._fingerprint)) as writer:
                    for cut in cuts:
                        writer.add(cut.tickers, cut.codes, cut.rows)
                self._parts.append(writer.part)
                self._run.folder.write_journal(self._manifest())


# --- the sessions, and the manifest ---


def _finish(run: _Run, manifest: Manifest) -> None:
    """Scan what was written, look at it once more, and put the new manifest in its place."""
    paths = [run.folder.root / part.file for part in manifest.parts]
    job = run.job._replace(paths=tuple(map(str, paths)), typed=run.job.paths, columns={}, day=None)
    scanned = scan(job, run.listener)
    if (scanned.counts.rows, scanned.counts.tickers) != (manifest.rows, manifest.tickers):
        raise OutputError(
            f"{run.folder.root} does not read back as it was written",
            hint="the disk or the memory fails; pack onto another disk",
        )
    for part in manifest.parts:
        check_file(run.folder.root, part, is_strict=True)
    content = write_days(scanned.days)
    proof = sha256(content).hexdigest()
    settings = run.job.settings
    days = Days(
        *(f"days-{proof[:8]}.csv", len(scanned.days), settings.calendar, settings.least),
        *(len(content), proof),
    )
    with together() as write:  # in this order
        write(content, run.folder.root / days.file)
        write(encode(manifest._replace(days=days)), run.folder.root / MANIFEST)
    run.folder.remove_journal()
    run.folder.remove_all_but({days.file, *(part.file for part in manifest.parts)})
