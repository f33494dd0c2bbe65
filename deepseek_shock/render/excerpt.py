"""What a mail holds of a document: tables that end in time, each with how much was left out."""

from typing import assert_never

from deepseek_shock.report.build import build_report
from deepseek_shock.report.model import (
    Block,
    Comparison,
    Document,
    Paragraph,
    Phrase,
    Report,
    ScanReport,
    Section,
    StudyReport,
    Table,
    phrase,
)
from deepseek_shock.report.tables import BESIDE, Cut

ROWS = 20
"""How many rows of a table a mail shows where nobody says otherwise."""
_TESTS = "significance"
_LEAST, _FEW = 9, 4
"""Of the tests a mail has the columns of this weight and more, and so many groups: for its size."""


def most_rows(cut: Cut) -> int:
    """Return how many rows the longest table may have: also a short list of moves has groups."""
    return max(cut.top or ROWS, ROWS)


def excerpt(document: Document, cut: Cut, room: int) -> Document:
    """Make a document again in which no table is longer than `room` rows."""
    match document:
        case Report():
            return _excerpt_report(document, cut, room)
        case Comparison():
            sections = (_shortened(one, room, is_fitted=False) for one in document.sections)
            return document._replace(sections=tuple(sections))
        case StudyReport():
            return _excerpt_study(document, room)
        case ScanReport():
            return _excerpt_scan(document, cut, room)
        case _:
            assert_never(document)


def _excerpt_report(report: Report, cut: Cut, room: int) -> Report:
    """Make the report again with its moves cut, and no table longer than `room` rows.

    The cut is said in a mail's words: its readers have no command to show them more.
    """
    top = cut.top or ROWS
    beside = min(BESIDE if cut.top is None else top, room)
    shorter = build_report(
        report.findings, cut._replace(top=min(top, room), beside=beside), report.command
    )
    is_fitted = room < top
    sections = tuple(_shortened(one, room, is_fitted=is_fitted) for one in shorter.sections)
    if top > ROWS:  # a long list was asked for: the sentences have said the most of the tests
        sections = tuple(map(_without_tests, sections))
    return shorter._replace(sections=sections)


def _without_tests(section: Section) -> Section:
    if section.id != _TESTS:
        return section
    return section._replace(
        blocks=tuple(one for one in section.blocks if not isinstance(one, Table))
    )


def _excerpt_study(study: StudyReport, room: int) -> StudyReport:
    """Make a study again with its own cut, and no table longer than `room` rows."""
    from deepseek_shock.report.study import SCREEN, build_study

    shorter = build_study(study.findings, study.command, SCREEN._replace(events=min(room, ROWS)))
    sections = (_shortened(one, room, is_fitted=False) for one in shorter.sections)
    return shorter._replace(sections=tuple(sections))


def _excerpt_scan(scan: ScanReport, cut: Cut, room: int) -> ScanReport:
    """Make a scan again with its own cut, and no table longer than `room` rows."""
    from deepseek_shock.report.scan import SCREEN, build_scan

    shorter = build_scan(scan.findings, scan.command, min(cut.top or SCREEN, room))
    sections = (_shortened(one, room, is_fitted=False) for one in shorter.sections)
    return shorter._replace(sections=tuple(sections))


def _shortened(section: Section, room: int, *, is_fitted: bool) -> Section:
    blocks: list[Block] = []
    are_tests = section.id == _TESTS
    room = min(room, _FEW) if are_tests else room
    for block in section.blocks:
        if are_tests and isinstance(block, Table):
            block = _narrowed(block)  # noqa: PLW2901 -- the block of a mail
        match block:
            case Table() if len(block.rows) > room:
                left = len(block.rows) - room
                blocks += [
                    block._replace(rows=block.rows[:room]),
                    Paragraph((phrase("mail.more_lines", n=left),)),
                ]
            case Paragraph():
                said = (_in_mail(one, is_fitted=is_fitted) for one in block.sentences)
                blocks.append(block._replace(sentences=tuple(one for some in said for one in some)))
            case _:
                blocks.append(block)
    return section._replace(blocks=tuple(blocks))


def _narrowed(table: Table) -> Table:
    """Leave out the columns of less weight."""
    kept = [at for at, column in enumerate(table.columns) if column.weight >= _LEAST]
    rows = (row._replace(cells=tuple(row.cells[at] for at in kept)) for row in table.rows)
    return table._replace(columns=tuple(table.columns[at] for at in kept), rows=tuple(rows))


def _in_mail(sentence: Phrase, *, is_fitted: bool) -> tuple[Phrase, ...]:
    """Say a table's cut without the option that would show all, and whether size was the reason."""
    if sentence.key != "table.cut":
        return (sentence,)
    shown, known, pinned = (int(str(sentence.values[name])) for name in ("shown", "known", "n"))
    return (
        phrase("mail.cut", shown=shown, known=known, n=pinned),
        phrase("mail.more_shares", n=known - shown - pinned),
        *((phrase("mail.fitted"),) if is_fitted else ()),
    )
