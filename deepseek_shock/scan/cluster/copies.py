"""A file that came to a task as bytes, opened as any other file is.

It is laid into a folder of the task's own, under its name, so that what a cell means and what
damage is are decided in one place, whichever engine asks.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from deepseek_shock.errors import FileError, ShockError, UsageError
from deepseek_shock.scan.calendars import Calendars
from deepseek_shock.scan.cluster.files import key_of
from deepseek_shock.scan.job import Job
from deepseek_shock.scan.reading import DamagedFileError, Layout
from deepseek_shock.scan.rows.duckrows import SmallSortedRows
from deepseek_shock.scan.rows.files import DataFile, FileKind
from deepseek_shock.scan.rows.parquetrows import ParquetRows
from deepseek_shock.scan.rows.scratch import Scratch
from deepseek_shock.scan.rows.splitsearch import Group, find_recorded, make_groups
from deepseek_shock.scan.rows.survey import find_layout, survey_file
from deepseek_shock.scan.rows.textparts import TextPart, make_text_part
from deepseek_shock.scan.rows.textrows import TextRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deepseek_shock.analysis.scanned import ScanSettings
    from deepseek_shock.scan.cluster.files import SparkFile
    from deepseek_shock.scan.reading import Reader
    from deepseek_shock.scan.rows.parquetrows import ParquetPart
    from deepseek_shock.scan.rows.splits import Split, Splits

_Result = TypeVar("_Result")
_LARGE = 1 << 26  # bytes of text that are not sorted in memory
_MAGIC = b"PAR1"


class Plan(NamedTuple):
    """What a task has to know: settings, columns, the files by their keys, and their splits.

    `splits` are by the label of their column; `None` where nobody has looked yet.
    """

    settings: ScanSettings
    columns: Mapping[str, str]
    files: Mapping[str, SparkFile]
    splits: Mapping[str, Splits] | None = None

    def calendars(self) -> Calendars:
        """Return the calendars that are asked."""
        return Calendars(self.settings.calendar)


class Fault(NamedTuple):
    """What is wrong with the file `name`, or with what was asked of it; why and what to do."""

    name: str
    why: str
    hint: str
    kind: str = "damage"

    def error(self) -> ShockError:
        """Return it as the local engine would raise it."""
        match self.kind:
            case "damage":
                return DamagedFileError(self.name, self.why, hint=self.hint)
            case "usage":
                return UsageError(self.why, hint=self.hint)
            case _:
                return FileError(self.name, self.why.removeprefix(f"{self.name}: "), hint=self.hint)


class Copy:
    """A file that is opened: what messages call it, the layout that its rows seem to have."""

    def __init__(self, file: DataFile, plan: Plan, scratch: Scratch) -> None:
        self.name = file.name
        self._splits = plan.splits or {}
        self._is_unsettled = plan.splits is None
        self._parquet: ParquetPart | None = None
        self._text: TextPart | None = None
        if file.kind is FileKind.PARQUET:
            surveyed = survey_file(file, plan.columns)
            self._parquet = surveyed.part
            self.layout, _ = find_layout((surveyed,))
        else:
            self._text = make_text_part(file, plan.columns, scratch)
            self.layout = Layout.ORDERED if self._text.weight <= _LARGE else Layout.SORTED

    def reader(self) -> Reader:
        """Return who reads the rows as they stand."""
        if self._parquet is not None:
            return ParquetRows([self._parquet], self._splits)
        return self._read_text()

    def ordered_reader(self) -> Reader:
        """Return who reads rows in the order in which they seem to stand; a text's sorted."""
        if self._parquet is not None:
            return ParquetRows([self._parquet], self._splits)
        return SmallSortedRows([self._read_text()])

    def _read_text(self) -> TextRows:
        if self._text is None:
            raise LookupError("a file is Parquet or text")
        return TextRows([self._text], 1, self._splits)

    def recorded(self) -> tuple[str, list[Split]] | None:
        """Return the splits that the file records and the label of their column, if it does.

        `None`, too, where the plan knows them.
        """
        if not self._is_unsettled or (group := self._group()) is None:
            return None
        splits, _ = find_recorded(group, 1)
        return (group.label, splits) if splits else None

    @property
    def label(self) -> str | None:
        """The label of its column of splits."""
        return None if (group := self._group()) is None else group.label

    def _group(self) -> Group | None:
        parquet = () if self._parquet is None else (self._parquet,)
        return next(iter(make_groups(parquet, () if self._text is None else (self._text,))), None)


def open_copies(
    plan: Plan, batches: Iterator[Any], work: Callable[[Copy], _Result]
) -> Iterator[_Result | Fault]:
    """Do some work on each file of Arrow batches of paths and contents; yield what comes of it."""
    for batch in batches:
        for path, content in zip(batch.column(0), batch.column(1), strict=True):
            file = plan.files[key_of(path.as_py())]
            try:
                found: _Result | Fault = _open_copy(plan, file, content.as_buffer(), work)
            except DamagedFileError as error:
                found = Fault(file.name, error.why, error.hint)
            except ShockError as error:
                kind = "usage" if isinstance(error, UsageError) else "file"
                found = Fault(file.name, error.message, error.hint, kind)
            yield found


def _open_copy(
    plan: Plan,
    file: SparkFile,
    content: Any,  # noqa: ANN401 -- pyarrow ships no types
    work: Callable[[Copy], _Result],
) -> _Result:
    with TemporaryDirectory(prefix="shock-task-") as folder:
        path = Path(folder) / file.base
        path.write_bytes(content)
        kind = file.kind
        if kind is None:
            is_parquet = bytes(content[: len(_MAGIC)]) == _MAGIC
            kind = FileKind.PARQUET if is_parquet else FileKind.TEXT
        data = DataFile(file.name, str(path), kind, file.size, file.partitions)
        scratch = Scratch(Job((), spill=Path(folder) / "spill"))
        try:
            return work(Copy(data, plan, scratch))
        finally:
            scratch.close()
