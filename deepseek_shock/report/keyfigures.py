"""The four figures to remember."""

from collections.abc import Sequence
from decimal import Decimal

from deepseek_shock.analysis.breadth import count_beyond
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.since import Since
from deepseek_shock.report import limits
from deepseek_shock.report.model import Column, Kind, Phrase, Row, Section, Table, phrase
from deepseek_shock.report.quote import base, money, more_indexes, some_of, tide
from deepseek_shock.report.value import lead_clauses

_LARGE, _VERY_LARGE = Decimal("0.10"), Decimal("0.20")
_FEW = 2  # indexes that fit into one figure
_MOST_INDEXES = 6  # that fit into its detail
_NEXT = (2, 3)  # ranks in the year worth a word: in January every first fall is the largest


def key_figures(findings: Findings) -> Section:
    """The four figures to remember: lead, breadth, worst index, those that went the other way."""
    rows = [
        *_lead_row(findings),
        *([_breadth_row(findings)] if findings.shares and findings.breadth.known else []),
        *_index_rows(findings),
    ]
    columns = tuple(
        Column(phrase(f"column.{name}"), Kind.PHRASE) for name in ("what", "figure", "detail")
    )
    return Section("keyfigures", phrase("section.keyfigures"), (Table(columns, tuple(rows)),))


def _lead_row(findings: Findings) -> list[Row]:
    lead = findings.lead
    if lead is None or lead.instrument.is_index:
        return []
    label = phrase("key.share", share=lead.instrument)
    value = phrase("key.return", move=lead.price_return)
    clauses = (*_lead_clauses(lead), *lead_clauses(findings, lead), *_lead_since(findings, lead))
    return [Row((label, value, phrase("key.clauses", clauses=clauses)), lead.instrument)]


def _lead_clauses(lead: Move) -> tuple[Phrase, ...]:
    share = lead.instrument
    clauses = [
        phrase(
            "key.closes" if lead.price_return else "key.closes_still",
            span=base(lead),
            previous=money(share, lead.previous_close),
            close=money(share, lead.close),
            change=money(share, lead.change),
            move=lead.price_return,
        )
    ]
    is_fall = (lead.price_return or 0) < 0
    extreme, extreme_return = (
        (lead.low, lead.low_return) if is_fall else (lead.high, lead.high_return)
    )
    at_limit = limits.lead_clauses(lead)
    clauses += at_limit
    if extreme_return is not None and not at_limit:
        side = "low" if is_fall else "high"
        key = f"key.at_{side}" if extreme == lead.close else f"key.{side}"
        clauses.append(phrase(key, price=money(share, extreme), move=extreme_return))
    if lead.volume_ratio is not None:
        clauses.append(phrase("key.volume", ratio=lead.volume_ratio))
    return tuple(clauses)


def _breadth_row(findings: Findings) -> Row:
    breadth = findings.breadth
    way, _ = tide(breadth)
    at = 0 if breadth.is_fall else 1
    large = count_beyond(findings.shares, _LARGE)[at]
    very_large = count_beyond(findings.shares, _VERY_LARGE)[at]
    form = "extreme" if very_large else "large" if large else "mild"
    detail = phrase(f"key.{way}_{form}", large=large, very_large=very_large, n=large - very_large)
    value = phrase("key.counts", fell=breadth.fallers, rose=breadth.risers, still=breadth.unchanged)
    return Row((phrase("key.breadth"), value, detail))


def _index_rows(findings: Findings) -> list[Row]:
    """Say the index that moved most the day's way, and those that went the other."""
    figures = [move for move in findings.indexes if move.price_return is not None]
    if not figures:
        return []
    is_fall = findings.breadth.is_fall
    first = (min if is_fall else max)(figures, key=lambda move: move.price_return or 0)
    against = [move for move in figures if (move.price_return or 0) * (1 if is_fall else -1) > 0]
    rows = [_first_index_row(findings, first)]
    if against and first not in against:
        others = [move for move in figures if move not in against]
        rows.append(_against_row(against, others))
    return rows


def _first_index_row(findings: Findings, move: Move) -> Row:
    since = _find_since(findings, move)
    index = move.instrument
    clauses = [
        phrase(
            "key.index_close",
            span=base(move),
            close=money(index, move.close),
            change=money(index, move.change),
            move=move.price_return,
        )
    ]
    if since is not None and since.is_news:
        clauses += [_index_since(since), *_index_points(since)]
    return Row(
        (
            phrase("key.index", index=index),
            phrase("key.return", move=move.price_return),
            phrase("key.clauses", clauses=tuple(clauses)),
        ),
        index,
    )


def _find_since(findings: Findings, move: Move) -> Since | None:
    return next((one for one in findings.since if one.move == move), None)


def _lead_since(findings: Findings, lead: Move) -> tuple[Phrase, ...]:
    since = _find_since(findings, lead)
    if since is None or not since.is_news:
        return ()
    way, start = since.direction, since.history_from
    if since.previous is None:
        return (phrase(f"key.{way}_record", start=start),)
    return (phrase(f"key.lead_since_{way}", day=since.previous, start=start),)


def _index_since(since: Since) -> Phrase:
    way, start = since.direction, since.history_from
    if since.previous is None:
        return phrase(f"key.{way}_record", start=start)
    return phrase(f"key.since_{way}", day=since.previous, then=since.previous_return, start=start)


def _index_points(since: Since) -> tuple[Phrase, ...]:
    """Say of an index's points that they are a record, or second or third in the year."""
    points, way = since.points, since.direction
    if points is None:
        return ()
    if points.rank == 1:
        return (phrase(f"key.{way}_points_record"),)
    if points.rank_in_year in _NEXT:
        return (phrase(f"key.{way}_points_in_year", rank=points.rank_in_year),)
    return ()


def _against_row(against: list[Move], others: list[Move]) -> Row:
    """Say the indexes that went against the day: by name where they are few, else by number."""
    way = "rose" if (against[0].price_return or 0) > 0 else "fell"
    if len(against) > _FEW:
        value = phrase("key.number_of", number=len(against), known=len(against) + len(others))
        detail = phrase("key.named", named=_some_items(against))
        return Row((phrase(f"key.indexes_{way}"), value, detail))
    names = tuple(phrase("key.index", index=move.instrument) for move in against)
    figures = tuple(phrase("key.return", move=move.price_return) for move in against)
    detail = phrase("key.against", others=_some_items(others))
    return Row((phrase("key.slashed", parts=names), phrase("key.slashed", parts=figures), detail))


def _some_items(moves: Sequence[Move]) -> tuple[Phrase, ...]:
    """Name indexes with their figures; of more than a cell bears the first, and how many more."""
    named = tuple(map(_index_item, moves))
    return named if len(named) <= _MOST_INDEXES else some_of(named, more_indexes)


def _index_item(move: Move) -> Phrase:
    return phrase("item.index", index=move.instrument, move=move.price_return)
