"""`study`: events, returns, findings; and whether enough of the events could be used."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from deepseek_shock.analysis.design import Outcome
from deepseek_shock.analysis.moves import Status, status_of
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.analysis.study import StudiedEvent, Study
from deepseek_shock.coverage import failure_hint
from deepseek_shock.errors import IncompleteError, VendorError, near_matches
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.overlapping import find_session
from deepseek_shock.providers.base import Provider
from deepseek_shock.registry import Registry
from deepseek_shock.studying.request import Ground, StudyRequest

if TYPE_CHECKING:  # numpy is loaded when there is something to study
    from deepseek_shock.analysis.axes import Axis, Located
    from deepseek_shock.studyfiles.events import EventTable

_WHOLE = 100  # per cent
_NAMED = 5  # tickers in a message
_SAYS = {
    Outcome.UNIT_MISSING: "of an instrument that is not held",
    Outcome.WRONG_SPAN: "beyond the data",
    Outcome.DATA_MISSING: "without a return in the windows judged",
    Outcome.TOO_FEW: "with too few returns in the estimation window",
    Outcome.NO_BENCHMARK: "without a benchmark’s return",
    Outcome.CONSTANT: "whose returns never change, or are the benchmark’s own",
}
_HINTS = {
    Outcome.UNIT_MISSING: "spell instruments as the returns do",
    Outcome.WRONG_SPAN: "give returns that reach over the windows of the events",
    Outcome.DATA_MISSING: "judge fewer sessions: --window 0:0",
    Outcome.TOO_FEW: "a longer history, a shorter --estimation or a smaller --min-sessions helps",
    Outcome.NO_BENCHMARK: "--benchmark or --benchmark-returns names what to hold them against",
}


class MadeStudy(NamedTuple):
    """A study, what makes it again, and sentences for the user about the data."""

    findings: Study
    command: str
    doubts: tuple[str, ...]


def study(
    request: StudyRequest,
    registry: Registry,
    watch: Callable[[], AbstractContextManager[Provider]],
) -> MadeStudy:
    """Make a study; `watch` gives the source of bars, where no file gives the returns.

    Raises a `ShockError` for a bad file, and where too few events can be used.
    """
    from deepseek_shock.analysis.axes import crowd, locate
    from deepseek_shock.analysis.studygroups import make_groups
    from deepseek_shock.analysis.studymaking import AskedEvent, judge_all, make_events
    from deepseek_shock.studyfiles.events import read_events

    table = read_events(request.events)
    ground = _find_ground(request, table, registry, watch)
    located = locate(ground.placed, ground.axes)
    asked = [
        AskedEvent(row.id, place.instrument, row.group, row.day, place.benchmark)
        for row, place in zip(table.rows, ground.placed, strict=True)
    ]
    judged = judge_all(ground.placed, ground.axes, located, request.design)
    events = make_events(asked, judged, located.session)
    _check(request, events, ground)
    used = [one for one in events if one.outcome is Outcome.SUCCESS]
    crowding = crowd(ground.placed, located, request.design)
    findings = Study(
        design=request.design,
        events=events,
        groups=make_groups(events, judged),
        benchmarks=tuple(dict.fromkeys(one.benchmark for one in used if one.benchmark)),
        sources=ground.sources,
        calendar=ground.calendars[0] if len(set(ground.calendars)) == 1 else None,
        moved=int(located.is_moved.sum()),
        is_one_day=len({one.session for one in used}) == 1,
        overlaps=tuple(_find_overlaps(request, ground, located, registry)),
        crowded=crowding.events,
        crowded_estimations=crowding.estimations,
        repeated=table.repeated,
        calendars=tuple(dict.fromkeys(one for one in ground.calendars if one is not None)),
    )
    command = " ".join(("shock study", quote(str(request.events)), *request.options))
    return MadeStudy(findings, command, ground.doubts)


def _find_ground(
    request: StudyRequest,
    table: "EventTable",
    registry: Registry,
    watch: Callable[[], AbstractContextManager[Provider]],
) -> Ground:
    """Take returns from the files where there are any, else from the source of bars."""
    if request.has_files:
        from deepseek_shock.studying.fromfiles import ground_on_files

        return ground_on_files(request, table)
    from deepseek_shock.studying.frombars import ground_on_bars

    with watch() as provider:
        return ground_on_bars(request, table, registry, provider)


def _find_overlaps(
    request: StudyRequest, ground: Ground, located: "Located", registry: Registry
) -> Iterator[Overlap]:
    """Find the registered shocks whose session lies in a window of an event, beside its own."""
    from deepseek_shock.analysis.axes import offsets_of
    from deepseek_shock.analysis.event_study import judged_window

    whole, estimation = judged_window(request.design), request.design.estimation
    for number, calendar in enumerate(ground.calendars):
        if calendar is None or not len(ground.axes[number].sessions):
            continue
        exchange = EXCHANGES[calendar]
        for shock in registry.events_between(*_reach(ground.axes[number])):
            session = find_session(shock, exchange)
            if session is None:
                continue
            found = offsets_of(session, ground.axes[number], located, number)
            for first, last, is_in_estimation in (
                (*estimation, True),
                (*whole, False),
            ):
                if ((found >= first) & (found <= last) & (found != 0)).any():
                    yield Overlap(
                        shock.id, shock.name, exchange.calendar, session, is_in_estimation
                    )


def _reach(axis: "Axis") -> tuple[date, date]:
    first, last = axis.sessions[[0, -1]].tolist()
    return date.fromordinal(first), date.fromordinal(last)


# --- whether it is enough ---


def _check(request: StudyRequest, events: Sequence[StudiedEvent], ground: Ground) -> None:
    """Refuse a study of which no event, or less than is asked, can be used."""
    counts = Counter(one.outcome for one in events)
    used, asked = counts.pop(Outcome.SUCCESS, 0), len(events)
    share = _WHOLE * used / asked
    is_enough = used and share >= request.least_coverage and not (request.is_strict and counts)
    if is_enough:
        return
    failed = [one for one in ground.gaps if status_of(one.reason) is Status.FAILED]
    what = "no event can be used" if not used else f"{used} of {asked} events can be used"
    told = ", ".join(
        f"{count} {_SAYS.get(outcome, outcome)} ({outcome})"
        for outcome, count in counts.most_common()
    )
    if failed and _would_do(request, events, {one.instrument.ticker for one in failed}):
        tickers = ", ".join(one.instrument.ticker for one in failed[:_NAMED])
        more = f" and {len(failed) - _NAMED} more" if failed[_NAMED:] else ""
        reasons = Counter(one.reason for one in failed)
        raise VendorError(
            f"the vendor failed for {tickers}{more}; {what}", hint=failure_hint(reasons)
        )
    commonest = counts.most_common(1)[0][0]
    hint = _HINTS.get(commonest, "look at the events and their returns")
    if commonest is Outcome.UNIT_MISSING and request.has_files and not ground.names:
        hint = "the file names no instrument: a column `instrument` is needed"
    elif commonest is Outcome.UNIT_MISSING:
        hint = _near(events, ground) or hint
    elif not used and any(one.name == "sample" for one in ground.sources):
        hint = "the sample holds twelve sessions: --source yahoo, or files of your own"
    raise IncompleteError(f"{what}: {told}", hint=hint)


def _would_do(
    request: StudyRequest, events: Sequence[StudiedEvent], failed: Collection[str]
) -> bool:
    """Tell whether enough events could be used, had the vendor given what it failed to give."""
    lost = [one for one in events if one.outcome is not Outcome.SUCCESS]
    left = [one for one in lost if one.instrument not in failed and one.benchmark not in failed]
    if request.is_strict:
        return not left
    share = _WHOLE * (len(events) - len(left)) / len(events)
    return len(left) < len(events) and share >= request.least_coverage


def _near(events: Sequence[StudiedEvent], ground: Ground) -> str | None:
    lost = next(one.instrument for one in events if one.outcome is Outcome.UNIT_MISSING)
    near = near_matches(lost, ground.names)
    if near:
        return f"{lost} is not held; did you mean {near[0]}?"
    held = ", ".join(ground.names[:3])
    return f"{lost} is not held; held: {held}" if held else None
