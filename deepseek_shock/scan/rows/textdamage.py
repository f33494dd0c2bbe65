"""What is wrong with a text table, in plain words, and on which of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scan.rows.arrowcells import UnfitError
from deepseek_shock.scan.rows.textlines import Cell, find_line

if TYPE_CHECKING:
    from deepseek_shock.scan.rows.textparts import TextPart

_REASONS = (
    (r"Expected Number of Columns: (\d+) Found: (\d+)", r"\2 cells in the row, \1 in the header"),
    (r"Could not open file|No such file|No files found", "cannot be opened"),
    (r"GZIP|gzip|zstd|ZSTD", "its packing is damaged or cut off"),
    (r"(?i)invalid unicode|utf-?8", "is not UTF-8 to its end"),
    (r"unterminated quote|quoted value", "a quotation mark where none may be"),
    (r"(?i)maximum line size", "has a line without an end"),
)


def describe(part: TextPart, error: Exception) -> DamagedFileError:
    """Say in plain words what DuckDB, or the reading of cells, complains of."""
    why = tell(error)
    if isinstance(error, UnfitError):
        return DamagedFileError(
            part.file.name,
            why,
            line=_find_line(part, error),
            hint="mend the file, or name another column with --columns",
        )
    line = re.search(r"Line: (\d+)", str(error))
    return DamagedFileError(
        part.file.name,
        why,
        line=None if line is None else int(line[1]),
        hint="mend the file, or download it again",
    )


def _find_line(part: TextPart, error: UnfitError) -> int | None:
    if error.text is None or error.column is None:
        return None
    cell = Cell(error.text, error.column, part.shape.delimiter, part.shape.skipped + 1)
    return find_line(part.file.name, part.path, cell)


def tell(error: Exception) -> str:
    """Say it without file and line."""
    text = str(error)
    if isinstance(error, UnfitError):
        return text
    return next(
        (found.expand(words) for form, words in _REASONS if (found := re.search(form, text))),
        f"cannot be read: {text.partition(chr(10))[0][:160]}",
    )
