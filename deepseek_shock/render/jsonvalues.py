"""How values stand in data: JSON a line a row, CSV that no spreadsheet takes for formulas.

Prices stand at the vendor's tick, other numbers with 12 significant digits, so that the bytes are
the same on every machine.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from deepseek_shock.controls import neutralise
from deepseek_shock.market.bars import Source
from deepseek_shock.market.instrument import Text
from deepseek_shock.render.base import Style
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Document, Paragraph, Phrase

SCHEMA = 1
"""Rises by one when a key changes its meaning."""

# Also behind blanks, and in full width, as Japanese spreadsheets take them.
# Also in full width and in small forms.
_FORMULA = tuple("=+-@＝＋－＠﹦﹢﹣﹫")


class Bilingual:
    """What the JSON renderers share: each says its sentences in both languages."""

    def __init__(self, style: Style) -> None:
        self._lang = style.words.lang
        self._voices = {str(lang): Words(lang, style.words.house) for lang in Language}

    def _said(self, phrase: Phrase) -> dict[str, str]:
        return {lang: words.say(phrase) for lang, words in self._voices.items()}


def dump(document: dict[str, Any]) -> str:
    """Write a key a line and a row a line: short to read, and a change shows as its row."""
    entries = (f" {_compact(key)}: {_rows(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _rows(value: object) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"  {_compact(row)}" for row in value) + "\n ]"


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> str:
    """Write a header and a line for each row.

    `columns` are the header where there may be no row to take it from.
    """
    import csv
    from io import StringIO

    lines = [_flat(row) for row in rows]
    out = StringIO()
    names = list(columns) or list(lines[0])
    writer = csv.DictWriter(out, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key == "name":
            flat |= {f"name_{lang}": _harmless(name) for lang, name in value.items()}
        else:
            flat[key] = _harmless(value) if isinstance(value, str) else value
    return flat


def _harmless(word: str) -> str:
    """Keep a spreadsheet from taking a word for a formula, and a screen from obeying it."""
    said = neutralise(word)
    starts = said.lstrip()
    return f"'{said}" if starts.startswith(_FORMULA) or said[:1] in ("\t", "\n") else said


def notes(document: Document) -> Iterator[Phrase]:
    """Yield what a document says of what is missing, and of how its figures were made."""
    sections = [document.section(name) for name in ("gaps", "method")]
    for block in [block for section in sections if section for block in section.blocks]:
        if isinstance(block, Bullets):
            yield from block.entries
        elif isinstance(block, Paragraph):
            yield from block.sentences


def source(source: Source) -> dict[str, Any]:
    """Return where bars came from."""
    return {
        "name": source.name,
        "vendor": source.vendor,
        "retrieved": source.retrieved or None,
        "sessions": [day(source.first), day(source.last)],
        "sha256": source.sha256,
    }


def text(text: Text) -> dict[str, str]:
    """Return words in both languages."""
    return {"en": text.en, "ja": text.ja}


def day(day: date | None) -> str | None:
    """Return a day in ISO 8601."""
    return None if day is None else day.isoformat()


def price(price: Decimal | None) -> int | float | None:
    """Return a price as JSON prints it at its tick: the shortest float of a tick is the tick."""
    if price is None:
        return None
    return int(price) if price == price.to_integral() else float(price)


def number(value: Decimal | float | None) -> float | None:
    """Return a number cut to 12 significant digits."""
    return None if value is None else float(f"{value:.12g}")
