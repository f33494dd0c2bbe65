"""The figures of the day itself, as `correctable` places them."""

from collections.abc import Iterator

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.contribution import Contributions
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.runs import Run
from deepseek_shock.analysis.value import MarketValue
from deepseek_shock.report.correctable import Named, Part, Read, name_figures
from deepseek_shock.report.model import Kind, Phrase, Report, phrase
from deepseek_shock.report.quote import cash, city, event_name, item, money, run_words


def read_day(report: Report) -> Read:
    """Read what a report says of its day."""
    findings = report.findings
    yield from _headline(report)
    yield from _moves(findings)
    yield from _groups(findings)
    yield from _breadth(findings)
    yield from _contributions(findings)
    yield from _values(findings)
    yield from _relay(findings)


def _headline(report: Report) -> Read:
    figures: list[Named] = [
        ("title", Kind.PHRASE, report.title),
        ("dek", Kind.SENTENCES, report.dek or None),
    ]
    subject = event_name(report.findings.inquiry)
    yield from name_figures(Part.HEADLINE, "", subject, figures)


def _moves(findings: Findings) -> Read:
    for part, moves, runs in (
        (Part.MOVES, findings.moves, findings.runs),
        (Part.LATER, findings.later_moves, findings.later_runs),
    ):
        for ticker, move in moves.items():
            figures = _of_move(move, runs.get(ticker))
            yield from name_figures(part, ticker, move.instrument, figures)


def _of_move(move: Move, run: Run | None) -> Iterator[Named]:
    share = move.instrument
    yield "move", Kind.RETURN, move.price_return
    yield "close", Kind.MONEY, money(share, move.close)
    yield "previous_close", Kind.MONEY, money(share, move.previous_close)
    yield "change", Kind.CHANGE, money(share, move.change)
    yield "low", Kind.RETURN, move.low_return
    yield "high", Kind.RETURN, move.high_return
    yield "overnight", Kind.RETURN, move.overnight_return
    yield "intraday", Kind.RETURN, move.intraday_return
    yield "volume_ratio", Kind.MULTIPLE, move.volume_ratio
    yield "sigma", Kind.SIGMA, move.sigma
    yield "total_return", Kind.RETURN, move.total_return
    yield "run", Kind.PHRASE, run_words(run)
    yield "status", Kind.PHRASE, status_words(move)


def status_words(move: Move) -> Phrase:
    """Say whether a move has a figure, and if not, why; without the vendor's own words."""
    if move.is_accepted:
        return phrase("changed.is_accepted", why=phrase(f"reason.{move.reason}"))
    if move.is_figure:
        return phrase(f"changed.is_{move.status}")
    return (
        phrase(f"status.{move.status}") if move.reason is None else phrase(f"reason.{move.reason}")
    )


def _groups(findings: Findings) -> Read:
    for line in findings.groups:
        figures: list[Named] = [
            ("median", Kind.RETURN, line.median),
            ("mean", Kind.RETURN, line.mean),
            *_counts(line.breadth),
            ("worst", Kind.PHRASE, line.worst and item(line.worst)),
            ("best", Kind.PHRASE, line.best and item(line.best)),
        ]
        yield from name_figures(Part.GROUPS, line.group.id, line.group.title, figures)


def _counts(counted: Breadth) -> list[Named]:
    return [
        ("fallers", Kind.COUNT, counted.fallers),
        ("risers", Kind.COUNT, counted.risers),
        ("unchanged", Kind.COUNT, counted.unchanged),
        ("missing", Kind.COUNT, counted.unknown),
    ]


def _breadth(findings: Findings) -> Read:
    for one in findings.exchanges:
        calendar = one.asked.exchange.calendar
        yield from name_figures(Part.BREADTH, calendar, city(calendar), (_counts(one.breadth)))
    if findings.market is not None:
        counts = _counts(findings.market.breadth)
        yield from name_figures(Part.BREADTH, "market", findings.market.market.title, counts)


def _contributions(findings: Findings) -> Read:
    for one in findings.contributions:
        index = one.composition.instrument
        total: list[Named] = [("total", Kind.CHANGE, money(index, one.total))]
        yield from name_figures(Part.CONTRIBUTION, index.ticker, index, total)
        yield from _parts(one)


def _parts(one: Contributions) -> Read:
    index = one.composition.instrument
    for part in one.parts:
        points: list[Named] = [("points", Kind.CHANGE, money(index, part.points))]
        share = part.move.instrument
        about = f"{index.ticker} {share.ticker}"
        yield from name_figures(Part.CONTRIBUTION, about, share, points)


def _values(findings: Findings) -> Read:
    for one in findings.market_values:
        share = one.move.instrument
        yield from name_figures(Part.VALUE, share.ticker, share, _of_value(one))


def _of_value(one: MarketValue) -> Iterator[Named]:
    currency = one.move.instrument.exchange.currency
    yield "value_change", Kind.LARGE_CHANGE, cash(currency, one.change)
    yield "value_before", Kind.LARGE, cash(currency, one.before)
    yield "value_after", Kind.LARGE, cash(currency, one.after)
    if one.converted is not None:
        converted = cash(one.converted.currency, one.converted.change)
        yield "value_converted", Kind.LARGE_CHANGE, converted


def _relay(findings: Findings) -> Read:
    for leg in findings.legs:
        day = leg.asked.session
        subject = phrase("changed.leg", city=city(leg.calendar), day=day)
        figures: list[Named] = [
            ("median", Kind.RETURN, leg.price_return),
            ("median_overnight", Kind.RETURN, leg.overnight),
            ("median_intraday", Kind.RETURN, leg.intraday),
            *_counts(leg.breadth),
            ("benchmark", Kind.RETURN, leg.benchmark and leg.benchmark.price_return),
        ]
        yield from name_figures(Part.RELAY, f"{leg.calendar} {day}", subject, figures)
