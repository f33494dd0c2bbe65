"""What is watched on exchanges whose calendar does not reach the date asked."""

from collections.abc import Container, Iterator
from datetime import date
from typing import NamedTuple

from deepseek_shock.market.event import Group, Watchlist
from deepseek_shock.market.exchange import Exchange
from deepseek_shock.market.instrument import Instrument


class Unreached(NamedTuple):
    """A calendar that does not reach a day, and who is watched on it.

    `begins` is the calendar's first day, where the day lies before it or so near behind it that
    not all the sessions are known that a report looks back on; `None` where it lies after its end.
    """

    exchange: Exchange
    day: date
    begins: date | None
    groups: tuple[Group, ...]
    indexes: tuple[Instrument, ...]

    @property
    def members(self) -> Iterator[tuple[Instrument, str | None]]:
        """Each instrument with the id of its group; that of an index is `None`."""
        for group in self.groups:
            yield from ((member, group.id) for member in group.members)
        yield from ((index, None) for index in self.indexes)


def part(watchlist: Watchlist, calendars: Container[str]) -> Watchlist:
    """Return that part of a watchlist which is traded on some calendars, without empty groups."""
    groups = (group._replace(members=_on(group.members, calendars)) for group in watchlist.groups)
    market = watchlist.market
    return watchlist._replace(
        groups=tuple(group for group in groups if group.members),
        indexes=_on(watchlist.indexes, calendars),
        market=market if market is not None and market.exchange in calendars else None,
    )


def _on(instruments: tuple[Instrument, ...], calendars: Container[str]) -> tuple[Instrument, ...]:
    return tuple(one for one in instruments if one.exchange.calendar in calendars)
