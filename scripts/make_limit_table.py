"""Write `deepseek_shock/market/_limit_table.py` from `deepseek_shock/sample/tse_price_limits.csv`.

    python scripts/make_limit_table.py            write the table
    python scripts/make_limit_table.py --check    exit 1 if the table is not what would be written

Run it whenever the facts change. The package's arithmetic reads no file, so the table is code.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from textwrap import wrap

PACKAGE = Path(__file__).parent.parent / "deepseek_shock"
FACTS = PACKAGE / "sample" / "tse_price_limits.csv"
TARGET = PACKAGE / "market" / "_limit_table.py"
WIDTH = 96

HEADER = '''\
"""Tokyo's daily price limits: generated, do not edit.

Made by scripts/make_limit_table.py from sample/tse_price_limits.csv, which names its source. From
each base price in yen on (`BASES`) holds the limit in yen that has its place in `LIMITS`; at a base
price of `END` the table ends.
"""
'''


def read_facts() -> list[tuple[int, int, int]]:
    """Return the rows: base price from, base price below, limit; checked to leave no hole."""
    lines = FACTS.read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in lines if not line.startswith("#")][1:]
    found = [(int(start), int(end), int(limit)) for start, end, limit in rows]
    if [start for start, _, _ in found] != [0, *(end for _, end, _ in found[:-1])]:
        raise SystemExit(f"{FACTS}: one row must begin where the row before it ends")
    return found


def write_table() -> str:
    """Return the module's text."""
    rows = read_facts()
    bases = _tuple("BASES", [start for start, _, _ in rows])
    limits = _tuple("LIMITS", [limit for _, _, limit in rows])
    return f"{HEADER}\n# fmt: off\n{bases}{limits}# fmt: on\nEND = {rows[-1][1]:_}\n"


def _tuple(name: str, numbers: list[int]) -> str:
    body = "\n".join(f"    {line}" for line in wrap(f"{', '.join(map(_spell, numbers))},", WIDTH))
    return f"{name} = (\n{body}\n)\n"


def _spell(number: int) -> str:
    return f"{number:_}"


def main() -> int:
    """Write the table, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    is_check = parser.parse_args().check
    text = write_table()
    if not is_check:
        TARGET.write_text(text, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{TARGET} is stale; run: python scripts/make_limit_table.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
