"""A correction in plain text and as Markdown: the note in both languages, then every change.

Names and texts of two reports are data: nothing in them reaches a screen as a control, and Markdown
takes nothing in them for its own.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from deepseek_shock.render.base import Style
from deepseek_shock.render.cells import shorten, width_of, wrap
from deepseek_shock.render.correctionpaths import find_document_differences, find_unlisted
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import MarkdownMarkup
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.correctable import Part
from deepseek_shock.report.correction import Change, Correction
from deepseek_shock.report.correctionnote import Note, make_note
from deepseek_shock.report.correctionremarks import name_origins, remark
from deepseek_shock.report.model import Kind, Report, phrase

_GAP = "  "
_ENDLESS = 1_000_000  # cells: a text is put on one line, and not cut
_NARROWEST = 20
_PATHS = 12  # that are named of what differs in the data alone
_PATH = 120  # cells of such a name
_PLACE = re.compile(r"\[\d+\]$")

Row = tuple[str, str, str, str]
"""Whom a figure is of, what it is, as it was printed, as it is printed now."""


class Printed:
    """What of a correction shows in print, by the house's precision and rounding."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.voices = {lang: Words(lang, words.house) for lang in Language}

    def is_seen(self, change: Change) -> bool:
        """Tell whether a change shows in either language."""
        return any(
            voice.cell(change.kind, change.old) != voice.cell(change.kind, change.new)
            for voice in self.voices.values()
        )

    def note(self, correction: Correction) -> Note:
        """Write the note, not yet in a language."""
        return make_note(correction, self.is_seen)

    def say_note(self, note: Note, lang: Language) -> tuple[str, list[str]]:
        """Say the note's heading and its paragraphs."""
        voice = self.voices[lang]
        said = (on_one_line(voice.say_all(paragraph)) for paragraph in note.paragraphs)
        return voice.say(note.heading), [one for one in said if one]

    def row(self, change: Change) -> Row:
        """Print a change in the list's language."""
        words = self.words
        return (
            shorten(words.cell(Kind.LABEL, change.subject)),
            on_one_line(words.say(change.label)),
            on_one_line(words.cell(change.kind, change.old)),
            on_one_line(words.cell(change.kind, change.new)),
        )

    def versions(self, correction: Correction) -> Iterator[str]:
        """Say where each report's figures come from, and what is to be known of how it was kept."""
        for source in name_origins(correction.old.sources):
            yield on_one_line(self.words.say(phrase("correction.version_old", source=source)))
        for source in name_origins(correction.new.sources):
            yield on_one_line(self.words.say(phrase("correction.version_new", source=source)))
        for said in remark(correction):
            yield on_one_line(self.words.say(said))

    def sections(self, correction: Correction) -> Iterator[tuple[str, list[Row]]]:
        """Yield the parts in which something printed has changed, each with its rows."""
        for part in Part:
            changes = [one for one in correction.changes if one.place.part is part]
            if rows := [self.row(one) for one in changes if self.is_seen(one)]:
                yield self.words.word(f"correction.of_{part}"), rows

    def beyond(self, correction: Correction) -> list[Row]:
        """Return the figures that differ only beyond the digits that are printed.

        A row says whom each is of, in which part it stands, what it is and how it is printed.
        """
        rows: list[Row] = []
        for one in correction.changes:
            if not one.is_of_words and not self.is_seen(one):
                subject, label, _, printed = self.row(one)
                part = self.words.word(f"correction.of_{one.place.part}")
                rows.append((subject, part, label, printed))
        return rows

    def alone(self, correction: Correction) -> Iterator[tuple[str, str]]:
        """Yield the instruments that only one of the reports watches, and which of the two."""
        for key, ones in (("only_old", correction.only_old), ("only_new", correction.only_new)):
            said = self.words.word(f"correction.{key}")
            for one in ones:
                yield shorten(self.words.print(Kind.LABEL, one)), said

    def in_data(self, correction: Correction) -> str | None:
        """Name what differs in the data and in no list, by its paths; `None` where nothing does."""
        style = Style(self.words, Colors.MONO)
        found = find_document_differences(correction, style)
        unlisted = (one.path for one in find_unlisted(found, correction))
        # Of a window's returns one name stands for all.
        paths = list(dict.fromkeys(shorten(_PLACE.sub("", one), _PATH) for one in unlisted))
        if not paths:
            return None
        named = [phrase("correction.path", path=one) for one in paths[:_PATHS]]
        if more := len(paths) - len(named):
            named.append(phrase("correction.more_paths", n=more))
        return self.words.say(phrase("correction.in_data", named=tuple(named)))

    def title(self, report: Report) -> str:
        """Say whose correction it is: the event, or what is watched, and the day."""
        return on_one_line(self.words.say(report.kicker))

    def headings(self) -> Row:
        """Return the headings of the list's columns."""
        said = self.words.word
        return (
            *(said("correction.of"), said("correction.figure")),
            *(said("correction.old"), said("correction.new")),
        )


def on_one_line(text: str) -> str:
    """Put a text on one line, without anything that a screen would obey instead of showing."""
    return shorten(text, _ENDLESS)


class CorrectionTerminal:
    """Plain text, `width` cells wide."""

    def __init__(self, words: Words, width: int) -> None:
        self._printed = Printed(words)
        self._width = max(width, _NARROWEST)

    def render(self, correction: Correction) -> str:
        """Return the page, ending in one newline."""
        return "\n".join(line.rstrip() for line in self._lines(correction)) + "\n"

    def _lines(self, correction: Correction) -> Iterator[str]:
        printed = self._printed
        yield from self._wrapped(printed.title(correction.new))
        for version in printed.versions(correction):
            yield from self._wrapped(version)
        note = printed.note(correction)
        for lang in Language:
            heading, paragraphs = printed.say_note(note, lang)
            for text in (heading, *paragraphs):
                yield ""
                yield from self._wrapped(text)
        for title, rows in printed.sections(correction):
            yield ""
            yield from self._table(title, rows)
        yield from self._rest(correction)

    def _rest(self, correction: Correction) -> Iterator[str]:
        said = self._printed.words.word
        if rows := self._printed.beyond(correction):
            yield from ("", *self._wrapped(said("correction.of_beyond")))
            yield from self._lists(rows)
        if alone := list(self._printed.alone(correction)):
            yield from ("", *self._wrapped(said("correction.of_instruments")))
            yield from self._lists(alone)
        if in_data := self._printed.in_data(correction):
            yield from ("", *self._wrapped(in_data))

    def _table(self, title: str, rows: Sequence[Row]) -> Iterator[str]:
        """Align rows under their headings; one with a cell that is long to read stands below."""
        head = (title, *self._printed.headings()[1:])
        room = self._width // 3
        short = [row for row in rows if max(map(width_of, row[2:])) <= room]
        lines = list(_aligned([head, *short]))
        if not short or max(map(width_of, lines)) > self._width:
            yield from self._wrapped(title)
            short = []
        else:
            yield from lines
        for row in rows:
            if row not in short:
                yield from self._one_by_one(row)

    def _one_by_one(self, row: Row) -> Iterator[str]:
        subject, label, old, new = row
        yield from self._wrapped(f"{subject}: {label}")
        headings = self._printed.headings()
        for heading, value in ((headings[2], old), (headings[3], new)):
            for line in wrap(f"{heading}: {value}", self._width - len(_GAP)):
                yield f"{_GAP}{line}"

    def _lists(self, rows: Sequence[Sequence[str]]) -> Iterator[str]:
        lines = list(_aligned(rows))
        if max(map(width_of, lines)) <= self._width:
            yield from lines
            return
        for row in rows:
            yield from self._wrapped(": ".join(row))

    def _wrapped(self, text: str) -> list[str]:
        return wrap(text, self._width)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield _GAP.join(cells).rstrip()


class CorrectionMarkdown:
    """GitHub's Markdown, whose tables and headings most engines read alike."""

    def __init__(self, words: Words) -> None:
        self._printed = Printed(words)
        self._text: Callable[[str], str] = MarkdownMarkup().text

    def render(self, correction: Correction) -> str:
        """Return the page, ending in one newline."""
        return "\n\n".join(self._blocks(correction)) + "\n"

    def _blocks(self, correction: Correction) -> Iterator[str]:
        printed, text, said = self._printed, self._text, self._printed.words.word
        yield f"# {text(printed.title(correction.new))}"
        yield "\n".join(f"- {text(one)}" for one in printed.versions(correction))
        note = printed.note(correction)
        for lang in Language:
            heading, paragraphs = printed.say_note(note, lang)
            yield f"## {text(heading)}"
            yield from map(text, paragraphs)
        heads = printed.headings()
        for title, rows in printed.sections(correction):
            yield f"## {text(title)}"
            yield self._table(heads, rows)
        if beyond := printed.beyond(correction):
            yield f"## {text(said('correction.of_beyond'))}"
            columns = (said(f"correction.{one}") for one in ("of", "part_of", "figure", "printed"))
            yield self._table(tuple(columns), beyond)
        if alone := list(printed.alone(correction)):
            yield f"## {text(said('correction.of_instruments'))}"
            yield "\n".join(f"- {text(': '.join(one))}" for one in alone)
        if in_data := printed.in_data(correction):
            yield text(in_data)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        body = ["| " + " | ".join(map(self._text, row)) + " |" for row in (heads, *rows)]
        rule = "|" + " --- |" * len(heads)
        return "\n".join((body[0], rule, *body[1:]))
