"""Market value gained or lost: a table where there are several, a sentence where there is one."""

from collections.abc import Sequence
from datetime import date

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.value import PAIR, Converted, MarketValue, counted_after
from deepseek_shock.market.event import Outstanding
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.rate import SAMPLE, Rate
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
from deepseek_shock.report.quote import cash, money


def market_value(findings: Findings) -> Section | None:
    """What the companies whose shares outstanding are known gained or lost in market value."""
    values = findings.market_values
    if not values:
        return None
    is_one = len(values) == 1
    blocks: list[Block] = [] if is_one else [_table(values)]
    told = map(_sentence, values) if is_one else map(_rate_sentence, _rates(values))
    sentences = list(told)
    old = tuple(phrase("item.share", share=one.move.instrument) for one in values if one.is_old)
    if old:
        sentences.append(phrase("value.old", named=old, n=len(old)))
    sentences += [phrase("value.no_rate", pair=PAIR, day=day) for day in _days_without(values)]
    if sentences:
        blocks.append(Paragraph(tuple(sentences)))
    is_told = is_one and len(sentences) == 1 and values[0].move == findings.lead
    return Section("value", phrase("section.value"), tuple(blocks), is_retelling=is_told)


def lead_clauses(findings: Findings, lead: Move) -> tuple[Phrase, ...]:
    """Say the lead's change in market value beside its move, where it is known."""
    found = next((one for one in findings.market_values if one.move == lead), None)
    if found is None or not found.change:
        return ()
    other = _briefly(found.converted)
    return (phrase(f"key.value_{_way(found)}", change=_of(found, "change"), other=other),)


def method(findings: Findings) -> tuple[Phrase, ...]:
    """Say what a market value is made of: whose count of shares, whose rate; which are too late."""
    values = findings.market_values
    facts = tuple(_fact(one.move.instrument, one.outstanding) for one in values)
    sources = dict.fromkeys(rate.source for rate in _rates(values))
    rates, late = tuple(map(_rate_source, sources)), _late(findings)
    return (
        *((phrase("method.value", named=facts),) if facts else ()),
        *((phrase("method.value_rate", named=rates),) if rates else ()),
        *((phrase("method.value_late", named=late),) if late else ()),
    )


def _late(findings: Findings) -> tuple[Phrase, ...]:
    """Name the counts that are all of after the session: the file's facts give no value then."""
    event, moves = findings.inquiry.event, findings.moves
    late = counted_after(moves, event.outstanding) if event else ()
    return tuple(_fact(moves[one.ticker].instrument, one) for one in late)


def _way(value: MarketValue) -> str:
    return "fall" if value.change < 0 else "rise" if value.change else "still"


def _of(value: MarketValue, name: str) -> Money | None:
    return money(value.move.instrument, getattr(value, name))


def _sentence(value: MarketValue) -> Phrase:
    return phrase(
        f"value.{_way(value)}",
        share=value.move.instrument,
        change=_of(value, "change"),
        other=_in_other_currency(value.converted),
        before=_of(value, "before"),
        after=_of(value, "after"),
        shares=value.shares,
        as_of=value.outstanding.as_of,
    )


def _in_other_currency(converted: Converted | None) -> Phrase:
    if converted is None:
        return phrase("value.none")
    change = cash(converted.currency, converted.change)
    return phrase("value.converted", change=change, rate=_price(converted.rate))


def _briefly(converted: Converted | None) -> Phrase:
    if converted is None:
        return phrase("value.none")
    return phrase("value.brief", change=cash(converted.currency, converted.change))


def _price(rate: Rate) -> Money:
    return cash(rate.pair[3:], rate.close)


def _table(values: Sequence[MarketValue]) -> Table:
    columns = (
        Column(phrase("column.share"), Kind.LABEL),
        Column(phrase("column.value_change"), Kind.LARGE_CHANGE),
        Column(phrase("column.value_other"), Kind.LARGE_CHANGE, 6),
        Column(phrase("column.value_before"), Kind.LARGE, 4),
        Column(phrase("column.value_after"), Kind.LARGE, 5),
        Column(phrase("column.shares"), Kind.MANY, 3),
        Column(phrase("column.as_of"), Kind.DAY, 3),
    )
    return Table(columns, tuple(map(_row, values)))


def _row(value: MarketValue) -> Row:
    other = value.converted
    return Row(
        (
            value.move.instrument,
            _of(value, "change"),
            other and cash(other.currency, other.change),
            _of(value, "before"),
            _of(value, "after"),
            value.shares,
            value.outstanding.as_of,
        ),
        value.move.instrument,
    )


def _rates(values: Sequence[MarketValue]) -> list[Rate]:
    return list(dict.fromkeys(one.converted.rate for one in values if one.converted))


def _rate_sentence(rate: Rate) -> Phrase:
    return phrase("value.rate", rate=_price(rate), day=rate.day)


def _days_without(values: Sequence[MarketValue]) -> list[date]:
    return sorted({one.move.session for one in values if one.lacks_rate})


def _fact(share: Instrument, fact: Outstanding) -> Phrase:
    return phrase(
        "value.fact",
        share=share,
        shares=fact.shares,
        as_of=fact.as_of,
        source=fact.source,
    )


def _rate_source(name: str) -> Phrase:
    if name == SAMPLE:
        return phrase("value.rate_sample")
    return phrase("value.rate_source", source=name)
