"""What a scan counted and what not, how its figures were made, and what they do not say."""

from collections.abc import Iterator
from pathlib import PurePath

from deepseek_shock.analysis.scanned import LOW, WINDOW, Scanned, Skipped
from deepseek_shock.report import provenance
from deepseek_shock.report.model import (
    Block,
    Bullets,
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Table,
    phrase,
)
from deepseek_shock.report.scanskips import tell
from deepseek_shock.report.scanwords import market

_LONGEST = 40  # characters of a path; of a longer one its file is named
# The counts that stand in the table where they are nought, too.
_ALWAYS = ("rows", "tickers", "sessions", "moves", "judged", "holes", "without_close")


def counted(findings: Scanned) -> Section:
    """What was counted, what was not, and which files are not in it."""
    columns = (
        Column(phrase("column.what"), Kind.PHRASE),
        Column(phrase("column.count"), Kind.COUNT),
    )
    rows = tuple(
        Row((phrase(f"scan.count_{name}"), number))
        for name, number in findings.counts._asdict().items()
        if number or name in _ALWAYS
    )
    blocks: tuple[Block, ...] = (*_skipped(findings.skipped), Table(columns, rows))
    return Section("gaps", phrase("section.counted"), blocks)


def _skipped(skipped: tuple[Skipped, ...]) -> Iterator[Block]:
    if not skipped:
        return
    yield Paragraph((phrase("scan.skipped", n=len(skipped)),))
    columns = (Column(phrase("column.file"), Kind.GIVEN), Column(phrase("column.why"), Kind.REMARK))
    yield Table(columns, tuple(Row((_short(one.file), tell(one.why))) for one in skipped))


def _short(file: str) -> str:
    return file if len(file) <= _LONGEST else PurePath(file).name


def calendar_line(calendar: str) -> Phrase:
    """Say by which calendar sessions are told."""
    match calendar:
        case "auto":
            return phrase("scan.calendar_auto")
        case "none":
            return phrase("scan.calendar_none")
        case _:
            return phrase("scan.calendar", market=market(calendar))


def method(findings: Scanned, held: Phrase) -> Section:
    """How the figures were made, what they do not say, and where the closes came from."""
    source = Paragraph(
        (held, *provenance.source_sentences(findings.sources), phrase("method.rights"))
    )
    made, unsaid = Bullets(tuple(_made(findings))), Bullets(tuple(_unsaid()))
    return Section("method", phrase("section.method"), (made, unsaid, source))


def _made(findings: Scanned) -> Iterator[Phrase]:
    is_bare = findings.settings.calendar == "none"
    yield phrase("scan.method_move_bare" if is_bare else "scan.method_move")
    yield phrase("scan.method_z", window=WINDOW)
    yield phrase("scan.method_score", n=findings.settings.least, bound=int(LOW))
    yield phrase("scan.method_mean")
    yield phrase("scan.method_guards")
    if any(one.alike for one in findings.standings):
        yield phrase("scan.method_alike")


def _unsaid() -> Iterator[Phrase]:
    yield phrase("scan.unsaid_survivors")
    yield phrase("scan.unsaid_weights")
    yield phrase("scan.unsaid_early")
    yield phrase("scan.unsaid_splits")
    yield phrase("scan.unsaid_shadow", window=WINDOW)
    yield phrase("scan.unsaid_cause")
