"""Exchange rates: those that come with the package, and those of a user's own table."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.errors import FileError
from deepseek_shock.market.rate import SAMPLE, Rate

if TYPE_CHECKING:
    from deepseek_shock.providers.tabular.tables import Table

NAME = "fx.csv"
"""What a table of rates is called in a folder of bars."""
_SHIPPED = Path(__file__).parent.parent / "sample" / NAME
_COLUMNS = ("pair", "day", "close")
_DAYS = ("day", "date", "session")
_HINT = "a header pair,day,close and rows such as USDJPY,2025-01-27,154.49"
_PAIR = r"[A-Z]{6}"
_DAY = r"\d{4}-\d\d-\d\d"
_SIZES = range(-9, 10)  # powers of ten: a rate beyond them is a slip


def sample_rates() -> tuple[Rate, ...]:
    """Return the rates in the package: dollar-yen closes of the sample's days."""
    rows = (line.split(",") for line in _SHIPPED.read_text(encoding="utf-8").splitlines()[1:])
    return tuple(Rate(pair, date.fromisoformat(day), Decimal(at), SAMPLE) for pair, day, at in rows)


def is_table_of_rates(path: Path) -> bool:
    """Tell whether a file in a folder of bars holds rates: by its name and its header."""
    if path.name.lower() != NAME or not path.is_file():
        return False
    from deepseek_shock.providers.tabular.tables import read_table

    head = read_table(path, 1 << 12).head
    return bool(head) and "pair" in map(_word, head[0])


def read_rates(path: Path) -> tuple[Rate, ...]:
    """Read a table of rates: columns pair, day, close and, perhaps, source.

    Raises `FileError` with the line of what is no rate, and of a second one for a pair and day.
    """
    from deepseek_shock.providers.tabular.tables import read_table

    if not path.exists():
        raise FileError(str(path), "does not exist", hint=f"name a table of rates: {_HINT}")
    table = read_table(path)
    at = _place(table)
    rates: dict[tuple[str, date], Rate] = {}
    for line, cells in list(table.rows())[1:]:
        rate = _read_rate(table, line, cells, at)
        if (rate.pair, rate.day) in rates:
            table.complain(f"{rate.pair} stands twice for {rate.day}", line=line, hint="keep one")
        rates[rate.pair, rate.day] = rate
    return tuple(rates.values())


def _place(table: "Table") -> dict[str, int]:
    words = list(map(_word, table.head[0] if table.head else ()))
    known = ["day" if word in _DAYS else word for word in words]
    lacking = [column for column in _COLUMNS if column not in known]
    if lacking:
        raise FileError(
            table.path, f"has no column {' and no column '.join(lacking)}", line=1, hint=_HINT
        )
    return {word: known.index(word) for word in (*_COLUMNS, "source") if word in known}


def _word(header: str) -> str:
    return header.strip().casefold()


def _read_rate(table: "Table", line: int, cells: Sequence[str], at: dict[str, int]) -> Rate:
    found = {name: cells[index].strip() for name, index in at.items() if index < len(cells)}
    pair, day, close = (found.get(name, "") for name in _COLUMNS)
    if not re.fullmatch(_PAIR, pair):
        table.complain(f"{pair!r} is no pair of currencies", line=line, hint="USDJPY is one")
    return Rate(
        pair,
        _read_day(table, line, day),
        _read_close(table, line, close),
        found.get("source") or Path(table.path).name,
    )


def _read_day(table: "Table", line: int, text: str) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch(_DAY, text) else "")
    except ValueError:
        table.complain(f"{text!r} is not a date", line=line, hint="write 2025-01-27")


def _read_close(table: "Table", line: int, text: str) -> Decimal:
    try:
        close = Decimal(text)
    except InvalidOperation:
        close = Decimal()
    if not close.is_finite() or close <= 0 or close.adjusted() not in _SIZES:
        table.complain(f"{text!r} is no rate", line=line, hint="write a number above 0: 154.49")
    return close
