"""Two sources of one instrument: the second confirms or fills, and never silently replaces."""

from dataclasses import replace
from decimal import Decimal

from deepseek_shock.analysis.returns import divide, subtract
from deepseek_shock.market.bars import Action, Bars, Refusal
from deepseek_shock.market.gap import GapReason
from deepseek_shock.providers.base import Answer, Fetched

_TOLERANCE = Decimal("0.001")  # closes that differ by more than 0.1 % are disputed


def combine(first: Answer, second: Answer) -> Answer:
    """Return the first source's answer, held against the second's.

    A close that both give is confirmed; closes that differ by more than 0.1 % are refused as
    disputed, the first's kept in the refusal. What the first has no bar for, the second fills, and
    the bar says so; what a guard refused in the first is not replaced. A first without any bars
    leaves the word to the second.
    """
    if not isinstance(second, Bars):
        return first
    if not isinstance(first, Bars):
        return second
    closes = {bar.session: bar.close for bar in second.bars if bar.close is not None}
    refused = dict(first.refused)
    confirmed = set(first.confirmed)
    for bar in first.bars:
        other = closes.get(bar.session)
        if bar.close is None or other is None:
            continue
        if differ(bar.close, other):
            refused[bar.session] = Refusal(GapReason.DISPUTED, bar)
        else:
            confirmed.add(bar.session)
    kept = tuple(bar for bar in first.bars if bar.session not in refused)
    others = {at: origin for at, origin in first.others.items() if at not in refused}
    held = replace(first, bars=kept, refused=refused, others=others, confirmed=frozenset(confirmed))
    return replace(
        fill(held, second),
        splits=_unite(first.splits, second.splits),
        dividends=second.dividends if first.dividends is None else first.dividends,
    )


def fill(first: Bars, second: Bars) -> Bars:
    """Return the first's bars, and the second's for sessions of which the first has no close.

    What a guard refused in the first is not replaced. A bar that was filled in names its origin.
    """
    bars = {bar.session: bar for bar in first.bars}
    lacking = [
        bar
        for bar in second.bars
        if bar.close is not None
        and first.close(bar.session) is None
        and bar.session not in first.refused
    ]
    if not lacking:
        return first
    bars.update((bar.session, bar) for bar in lacking)
    others = {bar.session: second.origin_of(bar.session) for bar in lacking}
    return replace(
        first,
        bars=tuple(bars[session] for session in sorted(bars)),
        others={**first.others, **others},
    )


def differ(one: Decimal, other: Decimal) -> bool:
    """Tell whether two closes of one session lie further apart than sources may."""
    return abs(subtract(divide(one, other), Decimal(1))) > _TOLERANCE


def combine_all(first: Fetched, second: Fetched) -> Fetched:
    """Hold each of the first source's answers against the second's."""
    return Fetched(
        bars={
            ticker: _hold_against(answer, second.bars.get(ticker))
            for ticker, answer in first.bars.items()
        },
        baselines=second.baselines | first.baselines,
        sources=(*first.sources, *second.sources),
        near=second.near | first.near,
        is_kept=first.is_kept and second.is_kept,
        rates=(*first.rates, *second.rates),
        estimates={**second.estimates, **first.estimates},
        group_estimates=(*first.group_estimates, *second.group_estimates),
    )


def _hold_against(first: Answer, second: Answer | None) -> Answer:
    """Combine two answers, unless they are one vendor's: nobody confirms himself."""
    if second is None:
        return first
    is_one_vendor = (
        isinstance(first, Bars)
        and isinstance(second, Bars)
        and first.origin.source == second.origin.source != ""
    )
    return first if is_one_vendor else combine(first, second)


def _unite(first: tuple[Action, ...], second: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return the first source's splits, and those of days on which it has none."""
    known = {split.session for split in first}
    return tuple(sorted((*first, *(split for split in second if split.session not in known))))
