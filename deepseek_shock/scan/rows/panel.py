"""A history as it lies on the disk: its files, their columns, the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from deepseek_shock.analysis.scanned import Skipped
from deepseek_shock.errors import FileError
from deepseek_shock.scan.packs.packed import check_apart, is_pack, opened
from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.rows.duckrows import SmallSortedRows, SortedRows
from deepseek_shock.scan.rows.files import FileKind, check_filled, find_files
from deepseek_shock.scan.rows.parquetrows import ParquetPart, ParquetRows
from deepseek_shock.scan.rows.scratch import Scratch
from deepseek_shock.scan.rows.splitsearch import find_splits
from deepseek_shock.scan.rows.survey import find_layout, share_rows, survey_file
from deepseek_shock.scan.rows.textparts import TextPart, make_text_part
from deepseek_shock.scan.rows.textrows import TextRows, share_bytes
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.scan.job import Job
    from deepseek_shock.scan.reading import Reader
    from deepseek_shock.scan.rows.files import DataFile
    from deepseek_shock.scan.rows.splits import Splits, Vote
    from deepseek_shock.scan.rows.survey import Surveyed

_Part = TypeVar("_Part", ParquetPart, TextPart)

_SHARE = 1 << 20  # rows of small files that one reader takes together
_LARGE = 1 << 26  # bytes of text that are not sorted in memory


class _Lots(NamedTuple):
    """The parts that readers take together, in order; what is left of them when files go."""

    parquet: tuple[tuple[ParquetPart, ...], ...]
    text: tuple[tuple[TextPart, ...], ...]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(part.file.name for lot in self.all for part in lot)

    @property
    def all(self) -> tuple[tuple[ParquetPart, ...] | tuple[TextPart, ...], ...]:
        return (*self.parquet, *self.text)

    def without(self, file: str) -> _Lots:
        apart = all(map(_are_apart, self.text))
        return _Lots(_part(self.parquet, file), (_part if apart else _drop)(self.text, file))


class _Ground(NamedTuple):
    """What stays when a file goes."""

    job: Job
    splits: Mapping[str, Splits]
    scratch: Scratch
    packs: ExitStack


class Panel:
    """The files of a history that can be read, and how.

    `layout` is the fastest that metadata allow, `rows` how many there are where metadata tell,
    `files` their names, `skipped` those of which nothing is read, `votes` what the data say of the
    split basis of their closes, for each column of splits.
    """

    def __init__(
        self, ground: _Ground, lots: _Lots, layout: Layout, skipped: Sequence[Skipped]
    ) -> None:
        self._ground = ground
        self._lots = lots
        self._sorted: list[SmallSortedRows | SortedRows] = []
        self.layout = layout
        self.skipped = tuple(skipped)
        self.files = lots.files
        self.rows: int | None = sum(part.rows for lot in lots.all for part in lot)
        self.votes: Mapping[str, Vote] = {label: one.vote for label, one in ground.splits.items()}

    @property
    def repeated(self) -> tuple[int, int]:
        """Rows that came twice, and how many sessions lost their close by it, as far as sorted."""
        found = [reader.repeats for reader in self._sorted]
        return sum(one.rows for one in found), sum(one.differing for one in found)

    def readers(self, layout: Layout) -> tuple[Reader, ...]:
        """Return who reads all rows in this layout (`ORDERED`: many; else one)."""
        self._sorted.clear()
        if layout is Layout.BY_DAY:
            parts = tuple(part for lot in self._lots.parquet for part in lot)
            return (ParquetRows(parts, self._ground.splits),)
        if layout is Layout.SORTED:
            return (self._sort_all(),)
        small = [
            SmallSortedRows([TextRows(lot, 1, self._ground.splits)]) for lot in self._lots.text
        ]
        self._sorted += small
        return (*(ParquetRows(lot, self._ground.splits) for lot in self._lots.parquet), *small)

    def reader_by_name(self) -> Reader:
        """Return who reads all rows sorted by the names of tickers, and first to learn these."""
        return self._sort_all(by_name=True)

    def _sort_all(self, *, by_name: bool = False) -> Reader:
        threads = self._ground.job.threads
        reader = SortedRows(
            [
                *(ParquetRows(lot, self._ground.splits) for lot in self._lots.parquet),
                *(TextRows(lot, threads, self._ground.splits) for lot in self._lots.text),
            ],
            self._ground.job,
            self._ground.scratch,
            by_name=by_name,
        )
        self._sorted.append(reader)
        return reader

    def without(self, error: DamagedFileError) -> Panel:
        """Return the panel without a file; raise the error itself where none is left."""
        part = next(one for lot in self._lots.all for one in lot if one.file.name == error.file)
        check_apart(part.file.path, error)
        lots = self._lots.without(error.file)
        if not lots.files:
            raise error
        skipped = (*self.skipped, Skipped(error.file, error.why))
        return Panel(self._ground, lots, self.layout, skipped)

    def close(self) -> None:
        """Remove what was written to the spill folder, and let packs go."""
        self._ground.scratch.close()
        self._ground.packs.close()


def open_panel(job: Job) -> Panel:
    """Find files, columns, splits and the layout.

    Files that are none of ours or damaged are skipped, with `is_strict` refused. Raises
    `UsageError`, `FileError` where no file can be read, `OutputError` for the spill folder.
    """
    scratch, packs = Scratch(job), ExitStack()
    try:
        for folder in map(expand, job.paths):
            if is_pack(folder):  # whose files stay, although another run should pack anew
                packs.enter_context(opened(folder, is_strict=job.is_strict))
        return _Opening(job, scratch, packs).open()
    except BaseException:
        scratch.close()
        packs.close()
        raise


class _Opening:
    """Looks at one file after the other."""

    def __init__(self, job: Job, scratch: Scratch, packs: ExitStack) -> None:
        self._job = job
        self._scratch = scratch
        self._packs = packs
        self._errors: list[DamagedFileError] = []
        self._skipped: list[Skipped] = []
        self._parquet: list[Surveyed] = []
        self._text: list[TextPart] = []

    def open(self) -> Panel:
        found = find_files(self._job.paths)
        left = "leave it out, or scan without --strict"
        hint = left if self._job.is_strict else "Parquet and CSV are read"
        for name, why in found.foreign:
            self._skip(DamagedFileError(name, why, hint=hint))
        for file in found.files:
            try:
                self._look_at(file)
            except DamagedFileError as error:
                check_apart(file.path, error)
                self._skip(error)
        splits = self._find_splits()
        self._check_any()
        layout, lots = self._arrange()
        ground = _Ground(self._job, splits, self._scratch, self._packs)
        return Panel(ground, lots, layout, self._skipped)

    def _look_at(self, file: DataFile) -> None:
        check_filled(file.name, file.size)
        if file.kind is FileKind.PARQUET:
            self._parquet.append(survey_file(file, self._job.columns))
        else:
            self._text.append(make_text_part(file, self._job.columns, self._scratch))

    def _skip(self, error: DamagedFileError) -> None:
        if self._job.is_strict:
            raise error
        self._errors.append(error)
        self._skipped.append(Skipped(error.file, error.why))

    def _check_any(self) -> None:
        if self._parquet or self._text:
            return
        if not self._errors:
            raise FileError(self._job.paths[0], "holds no table", hint="Parquet and CSV are read")
        raise self._errors[0]

    def _find_splits(self) -> Mapping[str, Splits]:
        while True:
            try:
                return find_splits(
                    [one.part for one in self._parquet], self._text, self._job.threads
                )
            except DamagedFileError as error:
                self._skip(error)
                self._parquet = [one for one in self._parquet if one.part.file.name != error.file]
                self._text = [part for part in self._text if part.file.name != error.file]

    def _arrange(self) -> tuple[Layout, _Lots]:
        layout, surveyed = Layout.ORDERED, tuple(self._parquet)
        if surveyed:
            layout, surveyed = find_layout(surveyed)
        if self._text and (surveyed or not _are_small(self._text)):
            layout = Layout.SORTED
        lots = share_rows(surveyed, _SHARE)
        return layout, _Lots(
            tuple(tuple(one.part for one in lot) for lot in lots), tuple(share_bytes(self._text))
        )


def _are_small(parts: Sequence[TextPart]) -> bool:
    """Tell whether texts can be sorted in memory: all together, or a file a ticker in lots."""
    if sum(part.weight for part in parts) <= _LARGE:
        return len(tuple(share_bytes(parts))) == 1 or _are_apart(parts)
    return _are_apart(parts) and all(part.weight <= _LARGE for part in parts)


def _are_apart(parts: Sequence[TextPart]) -> bool:
    names = [part.first if part.ticker is None else part.ticker for part in parts]
    return None not in names and len(set(names)) == len(names)


def _drop(lots: Iterable[tuple[_Part, ...]], file: str) -> tuple[tuple[_Part, ...], ...]:
    """Leave a file out of its lot; a lot of which nothing is left goes."""
    left = (tuple(part for part in lot if part.file.name != file) for lot in lots)
    return tuple(lot for lot in left if lot)


def _part(lots: Iterable[tuple[_Part, ...]], file: str) -> tuple[tuple[_Part, ...], ...]:
    """Leave a file out; what came before it in its lot, and what is behind it, are lots now.

    So what is read once more, of thousands of small files, is read once more only once.
    """
    found: list[tuple[_Part, ...]] = []
    for lot in lots:
        names = [part.file.name for part in lot]
        at = names.index(file) if file in names else len(lot)
        found += [some for some in (lot[:at], lot[at + 1 :]) if some]
    return tuple(found)
