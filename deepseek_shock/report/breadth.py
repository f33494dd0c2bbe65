"""Breadth: a whole market's day, with the words for a market where the data hold one."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deepseek_shock.analysis.breadth import Breadth, GroupLine, MarketBreadth
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.report.model import (
    Block,
    Column,
    Kind,
    Paragraph,
    Phrase,
    Row,
    Section,
    Table,
    Value,
    phrase,
)
from deepseek_shock.report.quote import city, tide


def breadth(findings: Findings) -> Section | None:
    """A whole market and, beside it, what else is watched; nothing where no market is held.

    What a chosen list did by exchange stands in the dateline: it is not said twice.
    """
    market = findings.market
    if market is None or not market.breadth.known:
        return None
    blocks: list[Block] = [Paragraph(tuple(_market_sentences(market))), _table(findings, market)]
    if market.is_whole and market.sectors:
        blocks.append(Paragraph((_sector_sentence(_Sectors.of(market.sectors)),)))
    return Section("breadth", phrase("section.breadth"), tuple(blocks))


def _market_sentences(market: MarketBreadth) -> Iterator[Phrase]:
    counted = market.breadth
    counts = phrase(
        "breadth.counts",
        fell=counted.fallers,
        rose=counted.risers,
        still=counted.unchanged,
    )
    title, listed = market.market.title, market.market.listed
    if not market.is_whole:
        yield phrase(
            "breadth.partial",
            title=title,
            listed=listed,
            day=market.market.as_of,
            n=counted.known,
            counts=counts,
        )
        return
    way, _ = tide(counted)
    sweep = market.sweep
    key = "breadth.mixed" if sweep is None else f"breadth.{way}_{sweep}"
    yield phrase(key, title=title, counts=counts)


def _table(findings: Findings, market: MarketBreadth) -> Table:
    way, _ = tide(market.breadth)
    columns = (
        Column(phrase("column.breadth_of"), Kind.PHRASE),
        Column(phrase("column.fell"), Kind.COUNT),
        Column(phrase("column.rose"), Kind.COUNT),
        Column(phrase("column.unchanged"), Kind.COUNT, 7),
        Column(phrase("column.no_figure"), Kind.COUNT, 6),
        Column(phrase(f"column.{'risers' if way == 'rise' else 'fallers'}_share"), Kind.SIZE),
    )
    elsewhere = [
        (phrase("breadth.watched", city=city(one.asked.exchange.calendar)), one.breadth)
        for one in findings.exchanges
        if one.asked.exchange.calendar != market.market.exchange
    ]
    whole = (phrase("breadth.market", title=market.market.title), market.breadth)
    rows = (
        Row(_cells(name, counted, is_rise=way == "rise")) for name, counted in (whole, *elsewhere)
    )
    return Table(columns, tuple(rows))


def _cells(name: Phrase, counted: Breadth, *, is_rise: bool) -> tuple[Value, ...]:
    share = counted.risers_share if is_rise else counted.fallers_share
    return (name, counted.fallers, counted.risers, counted.unchanged, counted.unknown, share)


class _Sectors(NamedTuple):
    """Sectors by the mean of their shares: how many, how many rose, the ends that moved so."""

    known: int
    risers: int
    best: GroupLine | None
    worst: GroupLine | None

    @classmethod
    def of(cls, lines: Iterable[GroupLine]) -> "_Sectors":
        """Rank the sectors that have a mean."""
        ranked = sorted((line.mean, line.group.id, line) for line in lines if line.mean is not None)
        (lowest, _, worst), (highest, _, best) = ranked[0], ranked[-1]
        return cls(
            known=len(ranked),
            risers=sum(mean > 0 for mean, _, _ in ranked),
            best=best if highest > 0 else None,
            worst=worst if lowest < 0 else None,
        )


def _sector_sentence(sectors: _Sectors) -> Phrase:
    known, risers, best, worst = sectors
    ends = (
        *([phrase("breadth.best", title=best.group.title, mean=best.mean)] if best else []),
        *([phrase("breadth.worst", title=worst.group.title, mean=worst.mean)] if worst else []),
    )
    count = phrase("breadth.sectors", n=risers, known=known)
    if not ends:
        return phrase("breadth.sectors_bare", count=count)
    return phrase("breadth.sectors_ranked", count=count, ends=ends)


def method(findings: Findings) -> Iterator[Phrase]:
    """Say of which market the words for a whole market are used, and what was merely chosen."""
    market, shares = findings.market, findings.shares
    if market is None:
        if len(shares) > 1:
            yield phrase("method.list", n=len(shares))
        return
    title, exchange, listed, as_of, source, _ = market.market
    yield phrase("method.market", title=title, listed=listed, day=as_of, source=source)
    beside = sum(move.instrument.exchange.calendar != exchange for move in shares)
    if beside:
        yield phrase("method.beside", n=beside)
