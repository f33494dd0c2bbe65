"""Who moved the index: a table an index, the sentences of a recap, and whether the sum is right."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from deepseek_shock.analysis.contribution import LISTED, Contribution, Contributions
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.sessions import Phase
from deepseek_shock.report.model import (
    Block,
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Table,
    phrase,
)
from deepseek_shock.report.money import Money
from deepseek_shock.report.quote import base, city, figure, money, price_column

_NAMED = 5  # of those without a figure
_WHOLE = Decimal("0.995")  # from here on weights are rounded, and not of some constituents alone


def index_contributions(findings: Findings) -> Section | None:
    """What moved each index that was asked for, in its own points."""
    found = findings.contributions
    if not found:
        return None
    blocks = tuple(block for one in found for block in _blocks(one))
    return Section("contribution", _title(found), blocks)


def method(findings: Findings) -> tuple[Phrase, ...]:
    """Say how an index was taken apart, and what an estimate is; each once."""
    keys = (
        f"method.contribution{'_estimate' if one.is_estimate else ''}"
        for one in findings.contributions
        if one.parts
    )
    return tuple(phrase(key) for key in dict.fromkeys(keys))


def _title(found: Sequence[Contributions]) -> Phrase:
    if len(found) > 1:
        are_estimates = all(one.is_estimate for one in found)
        return phrase(f"section.contributions{'_estimates' if are_estimates else ''}")
    return phrase(
        f"section.contribution{'_estimate' if found[0].is_estimate else ''}",
        index=found[0].composition.instrument,
    )


def _blocks(one: Contributions) -> Iterator[Block]:
    phase = one.composition.asked.phase
    if phase in (Phase.CLOSED, Phase.PENDING):
        yield Paragraph((_absence(one, phase),))
        return
    yield Paragraph((_index_sentence(one), *_dominant_sentence(one)))
    if one.parts:
        recap = tuple(_recap(one))
        if recap:
            yield Paragraph(recap, is_retelling=True)
        yield from _table(one)
    yield Paragraph(tuple(_notes(one)))


def _absence(one: Contributions, phase: Phase) -> Phrase:
    asked = one.composition.asked
    return phrase(
        f"contribution.{phase}",
        index=one.composition.instrument,
        city=city(asked.exchange.calendar),
        day=asked.session,
    )


def _points(one: Contributions, amount: Decimal | None) -> Money | None:
    return money(one.composition.instrument, amount)


def _index_sentence(one: Contributions) -> Phrase:
    """Say how far the index went, and how many constituents pulled it which way."""
    form = "unknown" if one.move.change is None else "index" if one.move.change else "still"
    return phrase(
        f"contribution.{form}",
        index=one.composition.instrument,
        span=base(one.move),
        change=_points(one, one.move.change),
        move=one.move.price_return,
        n=len(one.parts),
        ways=_ways(one),
    )


def _ways(one: Contributions) -> Phrase:
    """Say how many of all constituents, with a figure or without, pulled the index which way."""
    down, up = len(one.falls), len(one.rises)
    form = ("both" if up else "down") if down else "up" if up else "still"
    known = len(one.parts) + len(one.missing)
    return phrase(f"contribution.ways.{form}", known=known, down=down, up=up)


def _dominant_sentence(one: Contributions) -> tuple[Phrase, ...]:
    """Name the one that made at least half of the change."""
    first = one.dominant
    if first is None:
        return ()
    way = "down" if first.points < 0 else "up"
    form = "_estimate" if one.is_estimate else ""
    return (
        phrase(
            f"contribution.one_{way}{form}",
            index=one.composition.instrument,
            share=first.move.instrument,
            points=_points(one, first.points),
            part=first.share,
        ),
    )


def _recap(one: Contributions) -> Iterator[Phrase]:
    """Say the largest each way, the index's own way first; of a way that none went, nothing."""
    ways = [("down", one.falls), ("up", one.rises)]
    for way, parts in ways if one.is_fall else reversed(ways):
        if not parts:
            continue
        told = parts[:LISTED]
        rest = tuple(
            phrase("item.points", share=part.move.instrument, points=_points(one, part.points))
            for part in told[1:]
        )
        yield phrase(
            f"contribution.{way}",
            n=len(parts),
            index=one.composition.instrument,
            lead=told[0].move.instrument,
            points=_points(one, told[0].points),
            rest=rest,
        )


def _table(one: Contributions) -> Iterator[Table]:
    """The largest each way, in the order of the sentences; nothing where none moved the index."""
    ways = (one.falls[:LISTED], one.rises[:LISTED])
    told = [part for parts in (ways if one.is_fall else reversed(ways)) for part in parts]
    if not told:
        return
    _, unit = price_column([one.composition.instrument])
    form = "_estimate" if one.is_estimate else ""
    columns = (
        Column(phrase("column.constituent"), Kind.LABEL),
        Column(phrase("column.move"), Kind.RETURN),
        Column(phrase(f"column.contribution{form}", unit=unit), Kind.CHANGE),
        Column(phrase("column.part"), Kind.SHARE, 4),
    )
    yield Table(columns, tuple(_row(one, part) for part in told))


def _row(one: Contributions, part: Contribution) -> Row:
    share = part.move.instrument
    cells = (share, figure(part.move), _points(one, part.points), part.share)
    return Row(cells, share)


def _notes(one: Contributions) -> Iterator[Phrase]:
    """Say whether the sum is right, who is missing, and whose table it is."""
    if one.residual is not None:
        yield _check(one, one.residual)
        if one.is_off:
            yield phrase(f"contribution.{_why_off(one)}")
    if one.missing:
        yield _missing(one.missing, len(one.parts) + len(one.missing))
    if one.is_estimate:
        yield phrase("contribution.estimates", covered=one.covered)
    form = "weights" if one.is_estimate else "source"
    yield phrase(f"contribution.{form}", source=one.composition.source)


def _check(one: Contributions, residual: Decimal) -> Phrase:
    total = phrase(f"contribution.total.{_way(one.total)}", amount=_points(one, one.total))
    change = one.move.change
    if not change:
        return phrase("contribution.checked_still", total=total)
    return phrase(
        "contribution.checked",
        n=len(one.parts),
        total=total,
        change=phrase(f"contribution.went.{_way(change)}", amount=_points(one, change)),
        residual=_points(one, residual),
        part=abs(one.residual_share or Decimal()),
    )


def _way(amount: Decimal | None) -> str:
    return "down" if (amount or 0) < 0 else "up" if amount else "still"


def _why_off(one: Contributions) -> str:
    """Tell what a sum that is off may come from: what is missing, or a table out of date."""
    if one.missing or (one.is_estimate and one.covered < _WHOLE):
        return "off_incomplete"
    return "off_estimate" if one.is_estimate else "off"


def _missing(moves: Sequence[Move], known: int) -> Phrase:
    named = tuple(phrase("item.share", share=move.instrument) for move in moves[:_NAMED])
    form = "missing_most" if len(moves) > _NAMED else "missing"
    return phrase(f"contribution.{form}", n=len(moves), known=known, named=named)
