"""The report as a value: raw figures with their kinds, and sentences not yet in a language.

A `Phrase` names an entry of the catalogue (`locale/*.toml`) and carries raw values; the catalogue's
entry says by which `Kind` each value is printed. A `Table`'s columns say the same for cells. So no
formatted string stands in a report, and one set of number functions serves every format.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.market.bars import Source
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.report.money import Money

if TYPE_CHECKING:  # a report is made without it
    from deepseek_shock.analysis.comparison import Compared
    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.analysis.study import Study


class Kind(StrEnum):
    """How a value is printed; the names are those that the catalogue's entries use."""

    TEXT = "text"
    PHRASE = "phrase"
    LIST = "list"
    COMMA = "comma"
    CLAUSES = "clauses"
    SENTENCES = "sentences"
    SLASHED = "slashed"
    CODE = "code"
    LABEL = "label"  # NVIDIA (NVDA)
    NAME = "name"
    SHORT = "short"
    TICKER = "ticker"
    LOCAL_CODE = "local_code"
    RETURN = "return"  # −16.97%
    SIZE = "size"  # 16.97%
    SHARE = "share"  # 60.34%, of a whole; −5.20% of what goes against it
    EXACT = "exact"  # −16.968%
    TRUNCATED = "truncated"  # −16.9%
    WHOLE = "whole"  # −17%
    PRECISION = "precision"  # rounded half up to two decimals, of whatever percentage
    SIDE = "side"  # lower, 安
    VERB = "verb"  # fell, 下落
    PRICE = "price"  # 118.42
    CLOSE = "close"  # 118.42, 0.098762: five digits that count, of a close without its unit
    CHANGE = "change"  # −24.20
    MONEY = "money"  # $118.42
    PROSE_MONEY = "prose_money"  # 3万9565円80銭
    PROSE_CHANGE = "prose_change"  # 366円18銭, unsigned
    POINTS = "points"  # of an index, unsigned: 331.21 yen, 331円21銭
    ABOUT = "about"  # the same to the whole point: 331 yen, 331円
    LARGE = "large"  # $593 billion, 5930億ドル, unsigned
    LARGE_CHANGE = "large_change"  # −$593 billion
    MANY = "many"  # 24.49 billion, 244億9000万
    SIGMA = "sigma"  # −5.2
    MULTIPLE = "multiple"  # 4.1
    SIGNED = "signed"  # −5
    COUNT = "count"
    NUMBER = "number"  # eight, 28
    RANK = "rank"  # 9th
    ORDINAL = "ordinal"  # ninth
    MONTH = "month"  # November 2026, of an ISO 8601 text
    STAMP = "stamp"  # 27 January 2025, 21:05 UTC; of an ISO 8601 text
    DAY = "day"  # 27 January 2025
    LONG_DAY = "long_day"  # Monday 27 January 2025
    WEEKDAY = "weekday"  # Monday 27 January
    SHORT_DAY = "short_day"  # 27 Jan
    DAY_OF_MONTH = "day_of_month"  # the 28th; of a span into another month, 3 February
    CLOCK = "clock"  # 15:30 JST
    UTC = "utc"  # 06:30 UTC
    BASE_WORD = "base_word"  # 前週末比
    BASE_CLOSE = "base_close"  # 前週末終値
    AGO = "ago"  # およそ4年10カ月ぶり
    P = "p"  # 0.0066, <0.0001
    P_SAID = "p_said"  # = 0.0066, < 0.0001; 0.0066, 0.0001未満
    STATISTIC = "statistic"  # −4.58, of a test
    COEFFICIENT = "coefficient"  # 0.254, of a correlation or a regression
    CHANCE = "chance"  # 35%, of a probability
    GIVEN = "given"  # a name from a user's file: on one line, and cut where it is long
    REMARK = "remark"  # a sentence that somebody else wrote: the same, and cut much later


class Span(NamedTuple):
    """Two sessions, the earlier first: a base day and the day, or a past event and now."""

    first: date
    last: date


class Phrase(NamedTuple):
    """A sentence or a word not yet in a language: the catalogue's key, and values by name."""

    key: str
    values: "Mapping[str, Value]"


Value: TypeAlias = (
    str
    | int
    | float
    | Decimal
    | date
    | datetime
    | Text
    | Instrument
    | Money
    | Span
    | Phrase
    | tuple[Phrase, ...]
    | None
)


def phrase(key: str, /, **values: Value) -> Phrase:
    """Make a phrase."""
    return Phrase(key, values)


class Column(NamedTuple):
    """A table's column; a narrow screen drops the lowest `weight` first, and 9 never.

    `short` is the heading for a screen that counts its cells; `None` where there is no shorter one.
    """

    heading: Phrase
    kind: Kind
    weight: int = 9
    short: Phrase | None = None


class Row(NamedTuple):
    """A table's row: raw cells, `None` where there is no figure, and what the row is about."""

    cells: tuple[Value, ...]
    instrument: Instrument | None = None


class Table(NamedTuple):
    """Rows under columns; `pinned` are shown below a cut, with their own ranks."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    pinned: tuple[Row, ...] = ()


class Paragraph(NamedTuple):
    """Sentences in a row; `is_retelling` where a table beside them says the same in less room."""

    sentences: tuple[Phrase, ...]
    is_retelling: bool = False


class Bullets(NamedTuple):
    """A list of sentences, numbered or not."""

    entries: tuple[Phrase, ...]
    is_numbered: bool = False


class Links(NamedTuple):
    """Instruments with their quote pages, behind a label."""

    label: Phrase
    instruments: tuple[Instrument, ...]


Block: TypeAlias = Paragraph | Bullets | Table | Links


class Section(NamedTuple):
    """A part of the report; `id` is stable.

    `is_retelling` where the key figures have said the most of it: a screen leaves it out.
    """

    id: str
    title: Phrase
    blocks: tuple[Block, ...]
    is_retelling: bool = False


class Report(NamedTuple):
    """One shock, one report.

    `findings` are what the sentences and charts are made of; `held` says how complete they are.
    """

    findings: Findings
    title: Phrase
    kicker: Phrase
    dek: tuple[Phrase, ...]
    dateline: tuple[Phrase, ...]
    held: Phrase
    sections: tuple[Section, ...]
    command: str

    @property
    def day(self) -> date:
        """The date that the report is of."""
        return self.findings.inquiry.day

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the figures come from."""
        return self.findings.sources

    def section(self, name: str) -> Section | None:
        """Find a section by its id."""
        return _find(self.sections, name)


class Comparison(NamedTuple):
    """The same instruments through several shocks: in all else what a `Report` is of one."""

    findings: "Compared"
    title: Phrase
    kicker: Phrase
    dek: tuple[Phrase, ...]
    dateline: tuple[Phrase, ...]
    held: Phrase
    sections: tuple[Section, ...]
    command: str

    @property
    def day(self) -> date:
        """The date of the latest shock."""
        return max(one.inquiry.day for one in self.findings.occasions)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the figures come from."""
        return self.findings.sources

    def section(self, name: str) -> Section | None:
        """Find a section by its id."""
        return _find(self.sections, name)


class StudyReport(NamedTuple):
    """An event study over many events: in all else what a `Report` is of one day."""

    findings: "Study"
    title: Phrase
    kicker: Phrase
    dek: tuple[Phrase, ...]
    dateline: tuple[Phrase, ...]
    held: Phrase
    sections: tuple[Section, ...]
    command: str

    @property
    def day(self) -> date:
        """The date of the latest event: its session, where that is known."""
        return max(one.session or one.day for one in self.findings.events)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the figures come from."""
        return self.findings.sources

    def section(self, name: str) -> Section | None:
        """Find a section by its id."""
        return _find(self.sections, name)


class ScanReport(NamedTuple):
    """The shocks of a whole history: in all else what a `Report` is of one day."""

    findings: "Scanned"
    title: Phrase
    kicker: Phrase
    dek: tuple[Phrase, ...]
    dateline: tuple[Phrase, ...]
    held: Phrase
    sections: tuple[Section, ...]
    command: str
    name: Phrase  # what a window or a bookmark calls the page: shorter than its title

    @property
    def day(self) -> date:
        """The day asked, else the last session, else the last that the sources hold."""
        return self.findings.day

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the figures come from."""
        return self.findings.sources

    def section(self, name: str) -> Section | None:
        """Find a section by its id."""
        return _find(self.sections, name)


def _find(sections: tuple[Section, ...], name: str) -> Section | None:
    return next((section for section in sections if section.id == name), None)


Document: TypeAlias = Report | Comparison | StudyReport | ScanReport
"""What every format renders. Where it matters which of them it is, a `match` closes on all."""
