"""In what an instrument is quoted, and the small phrases that many sentences share."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked, Move
from deepseek_shock.analysis.runs import Run
from deepseek_shock.market.event import Focus
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report.model import Kind, Phrase, Span, Value, phrase
from deepseek_shock.report.money import Money, Unit

MOST_NAMED = 4
"""How many names a sentence bears; a table has all."""

_CODE = 3  # letters of an ISO 4217 code
# By custom these two indexes are quoted in money, all others in points.
_INDEX_UNITS = {"^N225": Unit.INDEX_YEN, "^DJI": Unit.INDEX_DOLLAR}
_CURRENCY_UNITS = {"USD": Unit.DOLLAR, "JPY": Unit.YEN} | {
    unit.name: unit for unit in Unit if unit == unit.name.lower() and len(unit) == _CODE
}
_LONG_PAUSE = 72  # hours: from a Friday to a Monday it is less
# A heading says these once for all rows; every other unit stands beside each figure.
_HEADED = {Unit.DOLLAR, Unit.YEN, Unit.INDEX_DOLLAR, Unit.INDEX_YEN, Unit.POINT}


def money(instrument: Instrument, amount: Decimal | None) -> Money | None:
    """Return an amount in what the instrument is quoted in, or `None` of none."""
    if amount is None:
        return None
    return Money(amount, _unit(instrument))


def cash(currency: str, amount: Decimal) -> Money:
    """Return an amount of a currency."""
    return Money(amount, _CURRENCY_UNITS[currency])


def _unit(instrument: Instrument) -> Unit:
    if instrument.is_index:
        return _INDEX_UNITS.get(instrument.ticker, Unit.POINT)
    return _CURRENCY_UNITS[instrument.exchange.currency]


def base(move: Move) -> Span:
    """Return the day that a move is measured from, and its session."""
    return Span(move.previous_session, move.session)


def city(calendar: str) -> Phrase:
    """Name the city of a calendar's exchanges."""
    return phrase(f"city.{calendar}")


def item(move: Move) -> Phrase:
    """Name an instrument with its move in a cell of a table."""
    return phrase("item.move", share=move.instrument, move=move.price_return)


def named(move: Move) -> Phrase:
    """Name an instrument with its move in a sentence."""
    return phrase("item.named", share=move.instrument, move=move.price_return)


def event_name(inquiry: Inquiry) -> Phrase:
    """Name the event of an inquiry, or where it has none the day."""
    if inquiry.event is None:
        return phrase("compare.day", day=inquiry.day)
    return phrase("compare.event", event=inquiry.event.name)


def tide(breadth: Breadth) -> tuple[str, int]:
    """Return which way the day went (`fall`, `rise` or `still`), and how many went so."""
    if not breadth.fallers and not breadth.risers:
        return "still", breadth.unchanged
    return ("fall", breadth.fallers) if breadth.is_fall else ("rise", breadth.risers)


def hours_between(first: Asked, second: Asked) -> int:
    """Return the hours from one session's close to another's open."""
    return round((second.opens_at - first.closes_at).total_seconds() / 3600)


def pause_words(hours: int) -> Phrase:
    """Say how long exchanges were at rest: in hours, from three days on in days."""
    if hours < _LONG_PAUSE:
        return phrase("pause.hours", n=hours)
    return phrase("pause.days", n=round(hours / 24))


def focus_title(focus: Focus) -> Value:
    """Name the shares of a leg in a table: as the event does, else by their city."""
    if focus.is_of_indexes:
        return phrase("watched_indexes.any", city=city(focus.calendar))
    return focus.title or phrase("watched.shares", city=city(focus.calendar))


def focus_noun(focus: Focus) -> Value:
    """Name the shares of a leg in a sentence."""
    what = "indexes" if focus.is_of_indexes else "shares"
    return focus.noun or phrase(f"watched_noun.{what}", city=city(focus.calendar))


def many(number: int, *, is_of_indexes: bool) -> Phrase:
    """Count shares, or indexes: Japanese counts them in different words."""
    return phrase(f"many.{'indexes' if is_of_indexes else 'shares'}", number=number)


def price_column(instruments: Iterable[Instrument]) -> tuple[Kind, Phrase]:
    """Return how prices are printed, and the unit for their heading: in one unit it stands once."""
    units = {_unit(instrument) for instrument in instruments}
    if len(units) != 1 or not units <= _HEADED:
        return Kind.MONEY, phrase("unit.each")
    return Kind.PRICE, phrase(f"unit.{units.pop()}")


def figure(move: Move) -> Value:
    """Return a move's figure, marked where somebody accepted it, or why there is none."""
    if move.price_return is None:
        return phrase(f"status.{move.status}")
    return (
        phrase("item.accepted", move=move.price_return) if move.is_accepted else move.price_return
    )


def run_words(run: Run | None) -> Phrase | None:
    """Say a run (third straight fall, first rise in three sessions), or nothing if unknown."""
    if run is None:
        return None
    if run.direction is None:
        return phrase("run.still")
    way = f"run.{run.direction}"
    if not run.is_whole:
        return phrase(f"{way}.again") if run.length > 1 else None
    if run.length > 1:
        return phrase(f"{way}.straight", n=run.length - 1, sessions=run.length)
    if not run.before:
        return phrase(f"{way}.from_still")
    if not run.is_before_whole:
        return phrase(f"{way}.turn")
    return phrase(f"{way}.after", n=run.before, sessions=run.before + 1)


def some_of(named: Sequence[Phrase], more: Callable[[int], Phrase]) -> tuple[Phrase, ...]:
    """Name as many as a sentence bears, and say with `more` how many others there are."""
    if len(named) <= MOST_NAMED:
        return tuple(named)
    return (*named[: MOST_NAMED - 1], more(len(named) - MOST_NAMED + 1))


def more_indexes(number: int) -> Phrase:
    """Say how many indexes there are besides those that are named."""
    return phrase("item.more_indexes", n=number)
