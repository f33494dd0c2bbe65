"""How far shares and groups went beyond what their benchmarks explain, and how unusual that was.

Where the bars of a calendar reach back over the estimation window, the models are fitted here;
where they do not, estimates that came with the source serve.
"""

from collections.abc import Mapping, Sequence

from deepseek_shock.analysis.design import Outcome, StatisticName
from deepseek_shock.analysis.fields import CalendarJudged, make_field
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.paths import Window, join
from deepseek_shock.analysis.shippedgroups import judge_shipped
from deepseek_shock.analysis.significance import GroupJudged, Judged, Significance
from deepseek_shock.analysis.teststatistics import holm
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.event import Group
from deepseek_shock.market.sessions import Phase


def judge(inquiry: Inquiry, held: Held, moves: Mapping[str, Move]) -> Significance | None:
    """Judge the watched shares and their groups; `None` where no share's session has ended."""
    judged: dict[str, Judged] = {}
    groups: dict[str, GroupJudged | Outcome] = {}
    for calendar, asked in inquiry.asked.items():
        own = [one for one in inquiry.watchlist.groups if calendar in _calendars(one)]
        if own and asked.phase is Phase.ENDED:
            alike = [one for one in own if len(_calendars(one)) == 1]
            verdict = _judge_calendar(inquiry, held, moves, asked, alike)
            judged |= verdict.judged
            groups |= verdict.groups
            groups |= {one.id: Outcome.SEVERAL_CALENDARS for one in own if one not in alike}
    if not judged:
        return None
    ordered = [(one, groups[one.id]) for one in inquiry.watchlist.groups if one.id in groups]
    found = _adjust([one for _, one in ordered if isinstance(one, GroupJudged)])
    return Significance(
        design=inquiry.design,
        judged=tuple(
            judged[one.ticker] for one in inquiry.watchlist.shares if one.ticker in judged
        ),
        groups=found,
        unjudged=tuple((group, one) for group, one in ordered if isinstance(one, Outcome)),
        overlaps=inquiry.overlaps,
        lacks_residuals=any(one.is_shipped for one in found),
    )


def _calendars(group: Group) -> set[str]:
    return {member.exchange.calendar for member in group.members}


def _judge_calendar(
    inquiry: Inquiry, held: Held, moves: Mapping[str, Move], asked: Asked, groups: Sequence[Group]
) -> CalendarJudged:
    """Judge the shares of one calendar, and groups of them.

    What the bars say comes first; where they are too short for it, what came with the source.
    """
    if not _is_long(inquiry, held, asked):
        return _judge_shipped(inquiry, held, moves, asked, groups)
    from deepseek_shock.analysis.measuredgroups import judge_measured

    design, shown = inquiry.design, _shown(inquiry)
    field = make_field(
        inquiry, held, moves, asked, shown._replace(first=min(shown.first, design.estimation.first))
    )
    factors = held.factors.get(asked.exchange.calendar, {})
    verdict = judge_measured(field, factors, groups, design, _drawn(inquiry))
    if not held.estimates:
        return verdict
    return _complete(verdict, _judge_shipped(inquiry, held, moves, asked, groups))


def _judge_shipped(
    inquiry: Inquiry, held: Held, moves: Mapping[str, Move], asked: Asked, groups: Sequence[Group]
) -> CalendarJudged:
    field = make_field(inquiry, held, moves, asked, _shown(inquiry))
    return judge_shipped(field, held, groups, inquiry.design, _drawn(inquiry))


def _complete(one: CalendarJudged, other: CalendarJudged) -> CalendarJudged:
    """Fill in from another verdict what one could not judge."""
    judged = {
        ticker: other.judged[ticker] if found.outcome is not Outcome.SUCCESS else found
        for ticker, found in one.judged.items()
    }
    groups = {
        name: other.groups[name] if isinstance(found, Outcome) else found
        for name, found in one.groups.items()
    }
    return CalendarJudged(judged, groups)


def _shown(inquiry: Inquiry) -> Window:
    """Return the window of all sessions that are judged or shown."""
    return join((Window(0, 0), inquiry.window, *inquiry.design.spans))


def _drawn(inquiry: Inquiry) -> Window:
    """Return the window of the path: its band is of forecasts, none of the estimation window."""
    window = inquiry.window
    return window._replace(first=max(window.first, inquiry.design.estimation.last + 1))


def _is_long(inquiry: Inquiry, held: Held, asked: Asked) -> bool:
    """Tell whether the bars of any share hold as many sessions before as the design asks for."""
    least = inquiry.design.shortest
    for share in inquiry.watchlist.shares:
        bars = held.bars[share.ticker]
        if share.exchange.calendar != asked.exchange.calendar or not isinstance(bars, Bars):
            continue
        if len(bars.bars) > least and bars.bars[least].session < asked.session:
            return True
    return False


def _adjust(groups: Sequence[GroupJudged]) -> tuple[GroupJudged, ...]:
    """Give each of several groups the p of its portfolio t adjusted for their number."""
    if len(groups) < 2:  # noqa: PLR2004 -- one needs no adjustment
        return tuple(groups)
    tests = [one.statistic(StatisticName.PORTFOLIO) for one in groups]
    adjusted = holm([None if one is None else one.p for one in tests])
    return tuple(one._replace(holm=p) for one, p in zip(groups, adjusted, strict=True))
