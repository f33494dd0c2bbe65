"""Which of the bars that figures are made of were never received: none, unless one was changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.providers.assemble import assemble
from deepseek_shock.providers.tape import Received

_SPLITS = (Decimal("1e-12"), Decimal("1e12"))  # between which a split of any share is
_MARGIN = 60  # days: more than a guard looks back, and any exchange was ever closed
_MOST_SPLITS = 100  # more than any share ever had, and each is looked at for every row


def find_unreceived(used: Iterable[Bars], received: Iterable[Received]) -> list[tuple[str, date]]:
    """Return ticker and session of each bar, split and dividend that no received series gives.

    Every series of a vendor's rows is assembled again; what came as bars is taken as it came. A bar
    must stand in one series as a whole, for sources that are held against each other never share
    one; two bars may come from two. A bar that a guard refused, which `--accept` may print, must
    stand in a series too, accepted there or refused.
    """
    recorded: dict[str, list[Received]] = {}
    for one in received:
        recorded.setdefault(one.instrument.ticker, []).append(one)
    found: dict[tuple[str, date], None] = {}
    for bars in used:
        ticker = bars.instrument.ticker
        cut = [_cut(one, _begins(bars)) for one in recorded.get(ticker, ())]
        known = list(map(_know, cut))
        found.update(((ticker, session), None) for session in _find_in(bars, known))
    return list(found)


class _Known(NamedTuple):
    """What a series lets be used: bars, bars that were refused, and actions."""

    bars: Mapping[date, Bar]
    refused: Mapping[date, Bar]
    splits: frozenset[Action] = frozenset()
    dividends: frozenset[Action] = frozenset()


def _begins(bars: Bars) -> date:
    """Return from when on rows may have a say in these bars."""
    first = min((*(bar.session for bar in bars.bars[:1]), *bars.refused), default=date.max)
    return date.fromordinal(max(first.toordinal() - _MARGIN, date.min.toordinal()))


def _cut(received: Received, begins: date) -> Received:
    """Leave out the rows before a day: decades may have come, and a report uses months.

    What is left is judged as before but for the first days, which are in the margin.
    """
    rows = tuple(row for row in received.raw.rows if row.session >= begins)
    return received._replace(raw=received.raw._replace(rows=rows))


def _find_in(bars: Bars, known: list[_Known]) -> Iterator[date]:
    for bar in bars.bars:
        if not any(_is_same(one.bars.get(bar.session), bar) for one in known):
            yield bar.session
    for session, refusal in bars.refused.items():
        if refusal.bar is not None and not any(_spoke(one, refusal.bar) for one in known):
            yield session
    for split in bars.splits:
        if not any(split in one.splits for one in known):
            yield split.session
    for paid in bars.dividends or ():
        if not any(paid in one.dividends for one in known):
            yield paid.session


def _spoke(known: _Known, bar: Bar) -> bool:
    """Tell whether a series has a bar, whatever became of it: sources may dispute a good one."""
    held = known.bars.get(bar.session), known.refused.get(bar.session)
    return any(_is_same(one, bar) for one in held)


def _is_same(one: Bar | None, bar: Bar) -> bool:
    try:
        return one == bar
    except ArithmeticError:  # a signalling NaN compares with nothing
        return False


def _know(received: Received) -> _Known:
    raw = received.raw
    if received.is_assembled:
        rows = {row.session: row for row in raw.rows}
        bars = {day: row for day, row in rows.items() if day not in raw.frozen}
        return _Known(bars, rows, _actions(raw.splits), _actions(raw.dividends or ()))
    try:
        made = assemble_again(received)
    except (ArithmeticError, ValueError):  # rows that no source gave: nothing may rest on them
        return _Known({}, {})
    refused = {day: one.bar for day, one in made.refused.items() if one.bar is not None}
    bars = {bar.session: bar for bar in made.bars}
    return _Known(bars, refused, _actions(made.splits), _actions(made.dividends or ()))


def assemble_again(received: Received) -> Bars:
    """Assemble a series once more; raise `ValueError` for splits that no share ever had."""
    instrument, raw, origin, _ = received
    least, most = _SPLITS
    if len(raw.splits) > _MOST_SPLITS or not all(least < one.amount < most for one in raw.splits):
        raise ValueError(f"{instrument.ticker}: splits beyond all that a share ever had")
    return assemble(instrument, raw, origin)


def _actions(actions: Iterable[Action]) -> frozenset[Action]:
    return frozenset(action for action in actions if action.amount.is_finite())
