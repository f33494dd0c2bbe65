"""A study's tables in columns: millions of rows by pandas, and the line of a cell that is amiss.

What is right is read in one pass. Only where something is amiss are the rows gone through one by
one, to name the line.
"""

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deepseek_shock.errors import FileError
from deepseek_shock.providers.tabular.cells import Mark, Unreadable, find_mark, quote
from deepseek_shock.studyfiles.records import Records, rows_of

if TYPE_CHECKING:
    import pandas as pd

MISSING = (
    *("", "null", "NULL", "nan", "NaN", "NAN", "NaT", "none", "None", "nil", "na", "NA"),
    *("n/a", "N/A", "#N/A", "<NA>", "-", "--", "–", "—", "−", "."),
    *("B", "C"),  # CRSP's codes of a return that there is not
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[., '’]\d{3})+(?:[.,]\d*)?")
_SHOWN = 1 << 16  # characters in which the decimal mark is looked for


def read_columns(records: Records, texts: Sequence[int], figures: Sequence[int]) -> "pd.DataFrame":
    """Return columns by their place: `texts` as categories, `figures` as floats, NaN if missing.

    Raises `FileError` with the line of a cell that is no figure, or a row that is cut off.
    """
    if records.body is None:
        return _of_parquet(records, texts, figures)
    import pandas as pd

    body, count = records.body, len(records.labels)
    _check_widths(records)
    missing: Any = {at: list(MISSING) for at in figures} | {at: [""] for at in texts}
    try:
        return pd.read_csv(
            io.StringIO(body.text),
            sep=body.delimiter,
            header=None,
            names=range(count),
            skiprows=records.line - body.line + 1,
            usecols=sorted((*texts, *figures)),
            index_col=False,
            dtype=dict.fromkeys(texts, "category") | dict.fromkeys(figures, "float64"),
            na_values=missing,
            keep_default_na=False,
            skip_blank_lines=False,
            skipinitialspace=body.delimiter != "\t",
            decimal="," if _has_commas(records, figures) else ".",
        )
    except Exception as error:  # pandas raises what its parsing meets
        _find_bad_figure(records, figures)
        raise FileError(
            records.path, f"is not CSV: {error}", hint="save the table as CSV in UTF-8"
        ) from error


def _check_widths(records: Records) -> None:
    """Refuse a row with fewer or more cells than the header, in front of what is blank."""
    body, width = records.body, len(records.labels)
    if body is None:
        return
    rows = body.text.rstrip("\r\n").count("\n") + 1 - (records.line - body.line)
    if body.text.count(body.delimiter) == rows * (width - 1) and '"' not in body.text:
        return
    for line, cells in rows_of(body):
        if len(cells) == width or not any(map(str.strip, cells)):
            continue
        if len(cells) < width or any(map(str.strip, cells[width:])):
            raise FileError(
                records.path,
                f"{len(cells)} cells in the row, {width} in the header",
                line=line,
                hint="the row was cut off"
                if len(cells) < width
                else "a cell that holds the delimiter must stand in quotation marks",
            )


def _has_commas(records: Records, figures: Sequence[int]) -> bool:
    body = records.body
    if body is None or not body.takes_comma:
        return False
    part = body._replace(text=body.text[:_SHOWN])
    cells = (cells[at] for _, cells in rows_of(part) for at in figures if at < len(cells))
    return find_mark(cells) is Mark.COMMA


def _find_bad_figure(records: Records, figures: Sequence[int]) -> None:
    mark = "," if _has_commas(records, figures) else "."
    for row, (_, cells) in enumerate(records.cells_by_row()):
        for at in figures:
            text = cells[at].strip() if at < len(cells) else ""
            if text not in MISSING and not _is_figure(text.replace(mark, ".")):
                records.complain(_no_figure(text), row, at)


def _is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _of_parquet(records: Records, texts: Sequence[int], figures: Sequence[int]) -> "pd.DataFrame":
    import pandas as pd

    frame: Any = records.frame
    columns: dict[int, Any] = {}
    for at in texts:
        column = frame.iloc[:, at]
        if column.dtype.kind == "M":
            column = column.dt.date
        codes, found = pd.factorize(column)
        columns[at] = pd.Categorical.from_codes(codes, pd.Index([str(one) for one in found]))
    for at in figures:
        column = frame.iloc[:, at]
        found = pd.to_numeric(column, errors="coerce")
        lost = (found.isna() & ~column.isna()).to_numpy().nonzero()[0].tolist()
        for row in lost:
            if str(column.iloc[row]).strip() not in MISSING:
                records.complain(_no_figure(str(column.iloc[row])), row, at)
        columns[at] = found.astype("float64")
    return pd.DataFrame(columns)


def _no_figure(text: str) -> Unreadable:
    hint = "write figures plainly, as -0.0123, and leave a cell empty where there is none"
    if text.endswith("%"):
        hint = "write the figure alone, and say --percent"
    elif _THOUSANDS.fullmatch(text):
        hint = "write thousands without a mark between them, as 1234.5"
    return Unreadable(f"{quote(text)} is not a figure", hint)
