"""A study's files as they stand: the header, the cells, and the line of each.

Of a file of text and of Parquet alike; of the latter a row's place is its number.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.cells import Unreadable
from deepseek_shock.providers.tabular.columns import show
from deepseek_shock.providers.tabular.parquet import check_cells
from deepseek_shock.providers.tabular.tables import Body, read_body

if TYPE_CHECKING:
    import pandas as pd


class Records(NamedTuple):
    """A file of text or of Parquet whose header is read: `labels`, and where they stand.

    `body` is `None` for Parquet, whose `frame` is whole.
    """

    path: str
    labels: tuple[str, ...]
    line: int
    sha256: str
    body: Body | None
    frame: "pd.DataFrame | None" = None

    def complain(self, error: Unreadable, row: int, at: int) -> NoReturn:
        """Raise `FileError` at a row (0 is the first behind the header) and a column."""
        line = self._line(row)
        raise FileError(
            self.path,
            f"column {show(self.labels[at]) or '1'}: {error.what}",
            line=line if error.line is None else error.line,
            hint=error.hint,
        )

    def place(self, row: int) -> str:
        """Return file and line of a row."""
        return f"{self.path}:{self._line(row)}"

    def _line(self, row: int) -> int | None:
        return row + 1 if self.body is None else _line_of(self.body, row)

    def cells(self, at: int) -> Iterator[tuple[int, str]]:
        """Yield the cells of a column, each with its line."""
        if self.body is None:
            column: Any = () if self.frame is None else self.frame.iloc[:, at]
            yield from ((row + 1, str(cell)) for row, cell in enumerate(column))
            return
        for line, cells in rows_of(self.body):
            if at < len(cells):
                yield line, cells[at]

    def cell(self, row: int, at: int) -> str:
        """Return one cell as it stands in the file."""
        if self.frame is not None:
            return str(self.frame.iloc[row, at])
        for number, (_, cells) in enumerate(self.cells_by_row()):
            if number == row:
                return cells[at] if at < len(cells) else ""
        return ""

    def cells_by_row(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the rows behind the header, blank ones too."""
        if self.body is not None:
            return rows_of(self.body)
        frame: Any = self.frame
        texts = frame.astype("string").fillna("").to_numpy().tolist()
        return iter(enumerate(texts, 1))


def open_records(path: Path, what: str) -> Records:
    """Read a file and its header. Raises `FileError` for what is no table."""
    if not path.exists():
        raise FileError(str(path), "does not exist", hint=f"name a CSV or Parquet file of {what}")
    body = read_body(path)
    if body is None:
        return _open_parquet(path)
    line, header = _header(all_rows(body))
    digest = sha256(body.text.encode()).hexdigest()
    return Records(str(path), tuple(header), line, digest, body)


def _read_frame(path: Path) -> Any:  # noqa: ANN401 -- pandas, of a file that is not known yet
    """Read a Parquet file; what is neither text nor a figure (bytes, lists) as it is shown."""
    import pandas as pd
    from pyarrow import parquet, types

    check_cells(path, parquet.read_metadata(path))
    frame: Any = pd.read_parquet(path)
    for field in parquet.read_schema(path):
        kind = field.type
        is_bytes = types.is_binary(kind) or types.is_large_binary(kind)
        is_other = is_bytes or types.is_fixed_size_binary(kind) or types.is_nested(kind)
        if is_other and field.name in frame.columns:
            frame[field.name] = frame[field.name].map(str)
    return frame


def _open_parquet(path: Path) -> Records:
    try:
        frame = _read_frame(path)
    except FileError:
        raise
    except Exception as error:  # pandas and pyarrow raise what their parsing meets
        what = str(error).partition("\n")[0]
        raise FileError(
            str(path),
            f"cannot be read as Parquet: {what}",
            hint="write it again, or save it as CSV",
        ) from error
    if frame.index.nlevels > 1 or frame.index.name is not None or frame.index.dtype.kind == "M":
        frame = frame.reset_index()
    labels = tuple(str(name) for name in frame.columns)
    return Records(str(path), labels, 1, sha256(path.read_bytes()).hexdigest(), None, frame)


def all_rows(body: Body) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield every record with its line, blank ones too, as pandas counts them."""
    lines = io.StringIO(body.text, newline="")
    reader = csv.reader(lines, delimiter=body.delimiter, skipinitialspace=body.delimiter != "\t")
    line = body.line
    try:
        for cells in reader:
            yield line, cells
            line = body.line + reader.line_num
    except csv.Error as error:  # a cell of megabytes
        raise FileError(
            body.path, f"is no table: {error}", line=line, hint="mend the line, or leave it out"
        ) from error


def rows_of(body: Body) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the records behind the header."""
    rows = all_rows(body)
    _header(rows)
    return rows


def _header(rows: Iterator[tuple[int, Sequence[str]]]) -> tuple[int, Sequence[str]]:
    """Take the first record that is not blank."""
    return next(((line, cells) for line, cells in rows if any(map(str.strip, cells))), (1, ()))


def _line_of(body: Body, row: int) -> int | None:
    return next((line for number, (line, _) in enumerate(rows_of(body)) if number == row), None)
