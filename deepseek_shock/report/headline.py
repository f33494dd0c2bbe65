"""The finding first: title, kicker, dek, dateline and key figures."""

from decimal import Decimal

from deepseek_shock.analysis.breadth import count_beyond
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.relay import Leg
from deepseek_shock.market.bars import Direction
from deepseek_shock.market.sessions import Phase, closes_at
from deepseek_shock.report.model import Column, Kind, Phrase, Row, Section, Span, Table, phrase
from deepseek_shock.report.quote import base, city, item, money

_FEWEST = 3  # shares that a median may stand for in the dek
_LARGE, _VERY_LARGE = Decimal("0.10"), Decimal("0.20")


def title(findings: Findings) -> Phrase:
    """State the finding: the lead's move, and how many of the watched shares went the day's way."""
    lead, breadth = findings.lead, findings.breadth
    if lead is None:
        return phrase("title.nothing", day=findings.inquiry.day)
    if breadth.known == 1:
        return phrase("title.single", lead=lead.instrument, move=lead.price_return)
    way = "fall" if breadth.is_fall else "rise"
    number = breadth.fallers if breadth.is_fall else breadth.risers
    form = "some" if number < breadth.known else "both" if number == 2 else "all"  # noqa: PLR2004 -- both
    return phrase(
        f"title.{way}_{form}",
        lead=lead.instrument,
        move=lead.price_return,
        number=number,
        known=breadth.known,
        n=number,
    )


def kicker(findings: Findings) -> Phrase:
    """Name the event and its date, or the date alone."""
    event, day = findings.inquiry.event, findings.inquiry.day
    if event is None:
        return phrase("kicker.day", day=day)
    return phrase("kicker.event", event=event.name, day=day)


def dek(findings: Findings) -> tuple[Phrase, ...]:
    """Say in two or three sentences what the day was, from the figures alone."""
    legs = [leg for leg in findings.legs if leg.price_return is not None]
    today = [leg for leg in legs if leg.asked == findings.inquiry.asked.get(leg.focus.calendar)]
    if len(today) < 2 or min(leg.breadth.known for leg in today) < _FEWEST:  # noqa: PLR2004 -- no relay
        return _plain_dek(findings)
    # The exchange that went first has its own sentence.
    largest = max(today[1:], key=lambda leg: abs(leg.price_return or Decimal()))
    return (_focus_sentence(largest), *_order_sentence(legs))


def _plain_dek(findings: Findings) -> tuple[Phrase, ...]:
    figures = [move for move in findings.shares if move.price_return is not None]
    if len(figures) < 2:  # noqa: PLR2004 -- the title has said it
        return ()
    worst = min(figures, key=lambda move: move.price_return or 0)
    best = max(figures, key=lambda move: move.price_return or 0)
    return (phrase("dek.range", worst=item(worst), best=item(best)),)


def _focus_sentence(leg: Leg) -> Phrase:
    breadth, median = leg.breadth, leg.price_return
    way = "fall" if breadth.is_fall else "rise"
    number = breadth.fallers if breadth.is_fall else breadth.risers
    form = "all" if number == breadth.known else "some"
    return phrase(
        f"dek.{way}_{form}",
        noun=leg.focus.noun,
        number=number,
        known=breadth.known,
        median=median,
        n=number,
    )


def _order_sentence(legs: list[Leg]) -> tuple[Phrase, ...]:
    """Say which exchange went first, and what its answer on the next session was."""
    first, second = legs[0], legs[1]
    hours = round((second.opens_at - first.closes_at).total_seconds() / 3600)
    if hours < 1:
        return ()
    said = phrase(
        "dek.first",
        city=city(first.focus.calendar),
        noun=first.focus.noun,
        known=first.breadth.known,
        median=first.price_return,
        n=hours,
        next_city=city(second.focus.calendar),
    )
    if legs[-1].focus.calendar != first.focus.calendar or len(legs) == 2:  # noqa: PLR2004 -- no answer yet
        return (said,)
    return (said, _answer_sentence(legs[-1]))


def _answer_sentence(leg: Leg) -> Phrase:
    way = "fall" if leg.breadth.is_fall else "rise"
    number = leg.breadth.fallers if leg.breadth.is_fall else leg.breadth.risers
    return phrase(
        f"dek.answer_{way}", day=leg.asked.session, number=number, known=leg.breadth.known
    )


def dateline(findings: Findings) -> tuple[Phrase, ...]:
    """Say for each calendar of which session the figures are, and against which day."""
    asked = sorted(
        findings.inquiry.asked.values(), key=lambda one: closes_at(one.exchange, one.previous)
    )
    return tuple(_session_line(findings, one) for one in asked)


def _session_line(findings: Findings, asked: Asked) -> Phrase:
    calendar = asked.exchange.calendar
    if asked.phase is Phase.CLOSED:
        return phrase(
            "dateline.closed", city=city(calendar), day=asked.session, previous=asked.previous
        )
    if asked.phase is Phase.PENDING:
        return phrase("dateline.pending", city=city(calendar), day=asked.session)
    shares = [move for move in findings.shares if move.instrument.exchange.calendar == calendar]
    fell = sum(move.price_return is not None and move.price_return < 0 for move in shares)
    rose = sum(move.price_return is not None and move.price_return > 0 for move in shares)
    close = closes_at(asked.exchange, asked.session)
    return phrase(
        "dateline.running" if asked.phase is Phase.RUNNING else "dateline.session",
        city=city(calendar),
        day=asked.session,
        previous=asked.previous,
        close=close,
        span=Span(asked.previous, asked.session),
        n=len(shares),
        fell=fell,
        rose=rose,
    )


def key_figures(findings: Findings) -> Section:
    """The four figures to remember: lead, breadth, worst index, those that went the other way."""
    rows = [
        *_lead_row(findings),
        *([_breadth_row(findings)] if findings.breadth.known else []),
        *_index_rows(findings),
    ]
    columns = tuple(
        Column(phrase(f"column.{name}"), Kind.PHRASE) for name in ("what", "figure", "detail")
    )
    return Section("keyfigures", phrase("section.keyfigures"), (Table(columns, tuple(rows)),))


def _lead_row(findings: Findings) -> list[Row]:
    lead = findings.lead
    if lead is None:
        return []
    label = phrase("key.share", share=lead.instrument)
    value = phrase("key.return", move=lead.price_return)
    return [
        Row((label, value, phrase("key.clauses", clauses=_lead_clauses(lead))), lead.instrument)
    ]


def _lead_clauses(lead: Move) -> tuple[Phrase, ...]:
    share = lead.instrument
    clauses = [
        phrase(
            "key.closes",
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
    if extreme_return is not None:
        key = "key.low" if is_fall else "key.high"
        clauses.append(phrase(key, price=money(share, extreme), move=extreme_return))
    if lead.volume_ratio is not None:
        clauses.append(phrase("key.volume", ratio=lead.volume_ratio))
    return tuple(clauses)


def _breadth_row(findings: Findings) -> Row:
    breadth = findings.breadth
    falls, rises = count_beyond(findings.shares, _LARGE)
    deep_falls, high_rises = count_beyond(findings.shares, _VERY_LARGE)
    large, very_large = (falls, deep_falls) if breadth.is_fall else (rises, high_rises)
    way = "fall" if breadth.is_fall else "rise"
    form = "extreme" if very_large else "large" if large else "mild"
    detail = phrase(f"key.{way}_{form}", large=large, very_large=very_large, n=large)
    value = phrase("key.counts", fell=breadth.fallers, rose=breadth.risers, still=breadth.unchanged)
    return Row((phrase("key.breadth"), value, detail))


def _index_rows(findings: Findings) -> list[Row]:
    figures = [move for move in findings.indexes if move.price_return is not None]
    if not figures:
        return []
    is_fall = findings.breadth.is_fall
    first = (min if is_fall else max)(figures, key=lambda move: move.price_return or 0)
    against = [move for move in figures if (move.price_return or 0) * (1 if is_fall else -1) > 0]
    rows = [_worst_index_row(findings, first)]
    if against and first not in against:
        rows.append(_against_row(against, [move for move in figures if move not in against]))
    return rows


def _worst_index_row(findings: Findings, move: Move) -> Row:
    since = next((one for one in findings.since if one.move == move), None)
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
    if since is not None and since.previous is not None:
        way = "fall" if since.direction is Direction.FALL else "rise"
        clauses.append(
            phrase(
                f"key.since_{way}",
                day=since.previous,
                then=since.previous_return,
                start=since.history_from,
            )
        )
    return Row(
        (
            phrase("key.index", index=index),
            phrase("key.return", move=move.price_return),
            phrase("key.clauses", clauses=tuple(clauses)),
        ),
        index,
    )


def _against_row(against: list[Move], others: list[Move]) -> Row:
    names = tuple(phrase("key.index", index=move.instrument) for move in against[:2])
    figures = tuple(phrase("key.return", move=move.price_return) for move in against[:2])
    way = "rose" if (against[0].price_return or 0) > 0 else "fell"
    detail = phrase(
        f"key.only_{way}",
        n=len(against),
        all=len(against) + len(others),
        others=tuple(
            phrase("item.index", index=one.instrument, move=one.price_return) for one in others
        ),
    )
    return Row((phrase("key.slashed", parts=names), phrase("key.slashed", parts=figures), detail))
