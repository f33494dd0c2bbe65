"""Whether what came is enough to publish, and what to say where it is not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move, Status, status_of
from deepseek_shock.errors import IncompleteError, ShockError, VendorError, near_matches
from deepseek_shock.market.bars import Bars, Source
from deepseek_shock.market.exchange import CITIES
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Fetched

if TYPE_CHECKING:  # a report is made without it
    from deepseek_shock.analysis.comparison import Compared, Occasion

_NAMED = 5
_BUNDLED = ("sample", "files")
_PRINTS = "; --min-coverage 0 prints what there is"


def coverage(findings: Findings, *, forgives_failures: bool = False) -> float:
    """Return how many per cent of the moves due have a figure, on the exchange with the fewest.

    A move is due unless its exchange was closed or its session has not begun. An event's first lead
    that is due and has no figure counts as no coverage. With `forgives_failures` what a vendor
    failed to give counts as if it were there.
    """

    def counts(move: Move) -> bool:
        return move.is_figure or (forgives_failures and move.status is Status.FAILED)

    event = findings.inquiry.event
    first = findings.moves.get(event.leads[0]) if event is not None and event.leads else None
    if first is not None and first.is_due and not counts(first):
        return 0
    by_calendar: dict[str, list[Move]] = {}
    for move in findings.moves.values():
        if move.is_due:
            by_calendar.setdefault(move.instrument.exchange.calendar, []).append(move)
    shares = (sum(map(counts, due)) * 100 / len(due) for due in by_calendar.values())
    return min(shares, default=0)


class Rule(NamedTuple):
    """How much must have a figure: a share in per cent, or under `is_strict` everything."""

    least: float
    is_strict: bool

    def __str__(self) -> str:
        """Say the rule as the user gave it."""
        return "--strict allows no gap" if self.is_strict else f"{self.least:g} % is asked"


def check_coverage(
    rule: Rule, findings: Findings, fetched: Fetched, directory: Mapping[str, Instrument]
) -> None:
    """Raise `VendorError` or `IncompleteError` where too few moves have a figure."""
    reached = coverage(findings)
    blank = [move for move in findings.moves.values() if move.is_due and not move.is_figure]
    if reached >= rule.least and not (rule.is_strict and blank):
        return
    failed = [move for move in blank if move.status is Status.FAILED]
    forgiven = coverage(findings, forgives_failures=True)
    is_vendors_fault = len(failed) == len(blank) if rule.is_strict else forgiven >= rule.least
    said = f"coverage {int(reached)} %, {rule}"  # cut, so that too little never looks enough
    if failed and is_vendors_fault:
        lost = [one for one in findings.inquiry.extras if _is_lost(one, fetched)]
        raise _failure(failed, said, lost, directory)
    raise _incomplete(blank, findings, fetched, directory, said)


def check_benchmarks(
    extras: Iterable[Instrument], fetched: Fetched, directory: Mapping[str, Instrument]
) -> None:
    """Raise `IncompleteError` for a benchmark, named and not watched, of which nothing is held.

    One of which something is held, or that the vendor failed to give, does not count against the
    coverage: without its return no share is judged, and the report says so.
    """
    for one in extras:
        answer = fetched.bars[one.ticker]
        if isinstance(answer, Bars) or status_of(answer.reason) in (Status.FAILED, Status.CLOSED):
            continue
        near = fetched.near.get(one.ticker) or near_matches(one.ticker, directory)
        others = [match for match in near if match != one.ticker]
        name = fetched.sources[0].name if fetched.sources else "source"
        raise IncompleteError(
            f"--benchmark {one.ticker}: no bars ({answer.reason})",
            hint=f"did you mean {', '.join(others)}?"
            if others
            else f"the source is {name}: name an index that it holds, or another --source",
        )


def _is_lost(one: Instrument, fetched: Fetched) -> bool:
    answer = fetched.bars[one.ticker]
    return isinstance(answer, Gap) and status_of(answer.reason) is Status.FAILED


def _failure(
    failed: list[Move],
    rule: str,
    lost: Iterable[Instrument] = (),
    directory: Iterable[str] = (),
) -> VendorError:
    """Make the error of a vendor that failed.

    The `lost` benchmarks come first: one that nobody holds may be why the vendor was asked at all.
    """
    benchmarks = [f"--benchmark {one.ticker}, " for one in lost]
    near = [match for one in lost for match in near_matches(one.ticker, directory)]
    reasons = Counter(move.reason for move in failed if move.reason is not None)
    counted = _count_reasons(failed)
    detail = next((move.detail for move in failed if move.detail), "")
    words = f" ({detail})" if detail else ""
    return VendorError(
        f"the vendor failed for {''.join(benchmarks)}{name_some(failed)}: {counted}{words}; {rule}",
        hint=f"{f'did you mean {near[0]}? if not, ' if near else ''}{failure_hint(reasons)}",
    )


def failure_hint(reasons: Counter[GapReason]) -> str:
    """Say what to do where a vendor failed, by the commonest cause."""
    return _FAILURE_HINTS.get(_cause(reasons), _RETRY_HINT)


def _cause(reasons: Counter[GapReason]) -> GapReason:
    """Return the commonest reason that is no consequence of another."""
    first = [reason for reason, _ in reasons.most_common() if reason is not GapReason.SKIPPED]
    return first[0] if first else GapReason.SKIPPED


_RETRY_HINT = (
    "run the same command again later: what came is kept in the store; --min-coverage 0 prints it"
)
_CONNECTION_HINT = "check the network and the proxy; --offline makes do with what is held"
_FAILURE_HINTS = {
    GapReason.RATE_LIMITED: "the vendor wants fewer requests: wait as long as it says, else an "
    "hour, then run the same command again; what came is kept in the store",
    GapReason.NETWORK: _CONNECTION_HINT,
    GapReason.TIMEOUT: _CONNECTION_HINT,
    GapReason.UNAUTHORIZED: "the vendor refuses: check the key, or try again later",
    GapReason.NOT_COVERED: "the vendor's plan does not reach this date: ask for another date, or "
    "another --source",
}


def _incomplete(
    blank: list[Move],
    findings: Findings,
    fetched: Fetched,
    directory: Mapping[str, Instrument],
    rule: str,
) -> ShockError:
    day = findings.inquiry.day
    closed = [move for move in blank if move.reason is GapReason.MAYBE_CLOSED]
    if closed:
        cities = {CITIES[move.instrument.exchange.calendar] for move in closed}
        return IncompleteError(
            f"no instrument in {' and '.join(sorted(cities))} has a bar for the sessions of {day}: "
            f"the exchange may have been closed; {rule}",
            hint="check the exchange's own notice; if it traded, run the command again later",
        )
    return IncompleteError(
        f"no figure for {name_some(blank)} on {day}: {rule} ({_count_reasons(blank)})",
        hint=_hint(blank, fetched, directory),
    )


def _count_reasons(moves: Iterable[Move]) -> str:
    reasons = Counter(str(move.reason or move.status) for move in moves)
    return ", ".join(f"{reason} {number}" for reason, number in reasons.most_common())


def name_some(moves: Iterable[Move]) -> str:
    """Name the first few tickers, and say how many more there are."""
    tickers = [move.instrument.ticker for move in moves]
    more = f" and {len(tickers) - _NAMED} more" if tickers[_NAMED:] else ""
    return ", ".join(tickers[:_NAMED]) + more


def _hint(blank: list[Move], fetched: Fetched, directory: Mapping[str, Instrument]) -> str:
    unknown = [move for move in blank if move.status is Status.NOT_FOUND]
    near = sorted(
        {
            match
            for move in unknown
            for match in fetched.near.get(move.instrument.ticker)
            or near_matches(move.instrument.ticker, directory)
            if match != move.instrument.ticker
        }
    )
    if near:
        return f"did you mean {', '.join(near)}?"
    name = fetched.sources[0].name if fetched.sources else "source"
    if unknown:
        named = name_some(unknown)
        holds = "do not hold" if name == "files" else "does not hold"
        return f"the {name} {holds} {named}{_PRINTS}"
    if any(move.reason is GapReason.IN_PROGRESS for move in blank):
        return "run the command again after the close; --provisional prints what there is by now"
    refused = next((move for move in blank if _is_acceptable(move, fetched)), None)
    if refused is not None:
        ticker = refused.instrument.ticker
        return (
            f"a guard refused {ticker} ({refused.reason}); if the figure is right, "
            f"--accept {ticker}@{refused.session} prints it"
        )
    if any(move.reason is GapReason.NOT_HELD for move in blank):
        return "`shock fetch` fills the store; --source yahoo asks Yahoo"
    if name in _BUNDLED:
        return _span_hint(fetched.sources[0])
    if any(move.status is Status.SUSPECT for move in blank):
        return f"no figure stands in what came: try --refresh later, or another source{_PRINTS}"
    return f"run the command again later{_PRINTS}"


def _span_hint(source: Source) -> str:
    """Say which sessions are there to be asked for."""
    held = "the sample's bars" if source.name == "sample" else "the bars in the files"
    if source.first is None:
        return f"{held} are none of the sessions asked for; --date asks for another day"
    return (
        f"{held} go from {source.first} to {source.last}, and a move needs "
        "the session before too; --date asks for another day"
    )


def _is_acceptable(move: Move, fetched: Fetched) -> bool:
    """Tell whether there is one figure that a guard refused, which `--accept` would print."""
    answer = fetched.bars.get(move.instrument.ticker)
    if move.status is not Status.SUSPECT or not isinstance(answer, Bars):
        return False
    refusals = [answer.refused.get(one) for one in (move.session, move.previous_session)]
    return all(one is None or one.bar is not None for one in refusals)


def check_events(
    rule: Rule, compared: "Compared", fetched: Fetched, directory: Mapping[str, Instrument]
) -> None:
    """Raise `VendorError` or `IncompleteError` for an event with too few figures, or with none."""
    for occasion in compared.occasions:
        due = [course.move for course in occasion.courses if course.move.is_due]
        blank = [move for move in due if not move.is_figure]
        reached = (len(due) - len(blank)) * 100 / max(len(due), 1)
        if len(blank) == len(due) or reached < rule.least or (rule.is_strict and blank):
            raise _refuse_event(rule, occasion, blank, fetched, directory)


def _refuse_event(
    rule: Rule,
    occasion: "Occasion",
    blank: list[Move],
    fetched: Fetched,
    directory: Mapping[str, Instrument],
) -> ShockError:
    known = [course for course in occasion.courses if course.move.is_figure]
    if blank and all(move.status is Status.FAILED for move in blank):
        return _failure(blank, f"{occasion.id}{f': {rule}' if known else ' has no figure'}")
    counted = f"({_count_reasons(blank)})"
    said = f"; {rule}" if known else ", and no event stands without any"
    return IncompleteError(
        f"{occasion.id}: no figure for {name_some(blank)} {counted}{said}",
        hint=_event_hint(blank, fetched, directory, is_empty=not known),
    )


def _event_hint(
    blank: list[Move], fetched: Fetched, directory: Mapping[str, Instrument], *, is_empty: bool
) -> str:
    source = fetched.sources[0] if fetched.sources else None
    is_known = any(move.status is not Status.NOT_FOUND for move in blank)
    if source is not None and source.name in _BUNDLED and is_known and source.first is not None:
        if not is_empty:
            return "without --strict and --min-coverage what there is is printed, each gap with why"
        return (
            f"the bars of the {source.name} go from {source.first} to {source.last}: "
            "name events within them, or another --source"
        )
    hint = _hint(blank, fetched, directory)
    # An event without any figure ends the command, whatever coverage is asked for.
    return hint.removesuffix(_PRINTS) if is_empty else hint
