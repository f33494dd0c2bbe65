"""Why nothing of a file was counted, in words of either language.

A file's reason is a text, which a pack's manifest keeps and a task on a cluster sends. It is told
by its form; what somebody else's program said, or stands in the file, is quoted as it is.
"""

import re

from deepseek_shock.report.model import Phrase, phrase

_LINE = re.compile(r"line (?P<line>\d+): ")
_FORMS = (
    ("by_name", r"is neither Parquet nor CSV, by its name"),
    ("dangling", r"leads to a file that there is not"),
    ("no_file", r"is no file"),
    ("unopened", r"cannot be opened"),
    ("unread", r"cannot be read: (?P<said>.*)"),
    ("parquet", r"is damaged Parquet: (?P<said>.*)"),
    ("changed", r"was changed while it was read"),
    ("empty", r"is empty|has no rows"),
    ("no_header", r"has no header"),
    ("archive", r"is an archive or an Excel workbook"),
    ("web_page", r"is a web page, not a table"),
    ("json", r"is JSON, not a table"),
    ("packing", r"is (?:cut off|damaged) gzip(?:, or cut off)?|its packing is damaged or cut off"),
    ("nul", r"(?:is no text: it )?holds NUL bytes"),
    ("encoding", r"is neither UTF-8 nor .*|is not UTF-8 to its end"),
    ("csv", r"is not CSV: (?P<said>.*)"),
    ("no_column", r"has no column that means (?P<meaning>\w+); seen: (?P<said>.*)"),
    ("no_meaning", r"has no column that means (?P<meaning>\w+)"),
    ("no_label", r"has no column (?P<label>.*) for (?P<meaning>\w+); seen: (?P<said>.*)"),
    ("two_columns", r"two columns mean (?P<meaning>\w+): (?P<said>.*)"),
    ("no_day", r"a row has no day"),
    ("no_ticker", r"a row has no ticker"),
    ("kind", r"its (?P<meaning>days|closes|tickers) are of the type (?P<said>.*)"),
    ("not_a_day", r"(?P<said>.*) is (?:not a|no) day"),
    ("not_a_figure", r"(?P<said>.*) is not a figure"),
    ("day_order", r"(?P<said>.*) (?:are now|may be) day/month/year.*"),
    ("cells", r"(?P<some>\d+) cells in the row, (?P<known>\d+) in the header"),
    ("quote", r"a quotation mark (?:where none may be|without its partner)"),
    ("endless", r"has a line without an end"),
    ("line_end", r"a carriage return that does not end the line"),
    ("days_twice", r"has each day more than once, and no column that means ticker"),
    ("clock", r"its clock is not known: (?P<said>.*)"),
    ("no_letter", r"a ticker holds what is no letter: (?P<said>.*)"),
    ("no_text", r"a ticker is no text"),
    ("in_a_name", r"closes in the folder’s name"),
    ("rows", r"(?P<some>\d+) rows came, (?P<known>\d+) are announced"),
    ("row_number", r"\d+ rows (?:lack|are too many)"),
)
FORMS = tuple((code, re.compile(form, re.DOTALL)) for code, form in _FORMS)


def tell(why: str) -> Phrase:
    """Say why a file was skipped, of the English text that complains of it."""
    found = _LINE.match(why)
    said = _tell(why[found.end() :] if found else why)
    return said if found is None else phrase("skip.line", line=int(found["line"]), what=said)


def _tell(why: str) -> Phrase:
    for code, form in FORMS:
        if found := form.fullmatch(why):
            parts = found.groupdict()
            return phrase(
                f"skip.{code}",
                why=why,
                said=parts.get("said"),
                label=parts.get("label"),
                meaning=_name(parts.get("meaning")),
                some=_number(parts.get("some")),
                known=_number(parts.get("known")),
            )
    return phrase("skip.quoted", why=why)


def _name(meaning: str | None) -> Phrase | None:
    return None if meaning is None else phrase(f"skip.{meaning}")


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
