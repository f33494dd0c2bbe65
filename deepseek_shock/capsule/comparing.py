"""A capsule's basis against one of today: what may be held against each other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from deepseek_shock.analysis.moves import Asked, Status, status_of
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap
from deepseek_shock.market.sessions import Phase, phase
from deepseek_shock.pipeline import Basis, Made, remake


def bring_to(basis: Basis, now: datetime) -> Basis:
    """Let what was in progress have ended, where it has: its figures are the close's now.

    A session that had not begun stays so: the report said nothing of it that could be wrong.
    """

    def bring(asked: Asked) -> Asked:
        if asked.phase is not Phase.RUNNING:
            return asked
        return asked._replace(phase=phase(asked.exchange, asked.session, now))

    inquiry = basis.inquiry
    return basis._replace(
        inquiry=inquiry._replace(
            asked={name: bring(one) for name, one in inquiry.asked.items()},
            then={name: bring(one) for name, one in inquiry.then.items()},
            compositions=tuple(
                one._replace(asked=bring(one.asked)) for one in inquiry.compositions
            ),
        )
    )


def cut_to(old: Basis, new: Basis) -> Basis:
    """Leave out the sessions that the earlier basis could not have: what came since corrects none.

    An exchange's last session is that of any of its instruments, or one that was asked and had
    begun: a bar that an instrument lacked was missing.
    """
    last: dict[str, date] = {}
    for asked in (*old.inquiry.all_asked.values(), *old.inquiry.then.values()):
        if asked.phase in (Phase.RUNNING, Phase.ENDED):
            calendar = asked.exchange.calendar
            last[calendar] = max(last.get(calendar, date.min), asked.session)
    for one in old.held.bars.values():
        if isinstance(one, Bars) and (sessions := _sessions(one)):
            calendar = one.instrument.exchange.calendar
            last[calendar] = max(last.get(calendar, date.min), *sessions)
    bars = {
        ticker: _until(one, last) if isinstance(one, Bars) else one
        for ticker, one in new.held.bars.items()
    }
    return new._replace(held=new.held._replace(bars=bars))


def _sessions(bars: Bars) -> list[date]:
    return [*(one.session for one in bars.bars[-1:]), *bars.refused]


def _until(bars: Bars, last: Mapping[str, date]) -> Bars:
    end = last.get(bars.instrument.exchange.calendar)
    if end is None or all(session <= end for session in _sessions(bars)):
        return bars
    return replace(
        bars,
        bars=tuple(one for one in bars.bars if one.session <= end),
        refused={session: one for session, one in bars.refused.items() if session <= end},
    )


def keep_unanswered(old: Basis, new: Basis) -> tuple[Made, tuple[str, ...]]:
    """Make the newer report with the earlier bars where the vendor failed, and name those.

    A timeout is no withdrawal: no answer changes nothing.
    """
    kept = {
        ticker: old.held.bars[ticker]
        for ticker, one in new.held.bars.items()
        if isinstance(one, Gap) and status_of(one.reason) is Status.FAILED
    }
    mine, theirs = old.held, new.held
    known = {one.id for one in theirs.groups}
    histories = {ticker: one for ticker, one in mine.histories.items() if ticker in kept}
    held = theirs._replace(
        bars={**theirs.bars, **kept},
        histories={**theirs.histories, **histories},
        groups=(*theirs.groups, *(one for one in mine.groups if kept and one.id not in known)),
    )
    basis = new._replace(held=held)
    return Made(remake(basis), basis), tuple(sorted(kept))
