"""In what an instrument is quoted, and the small phrases that many sentences share."""

from decimal import Decimal

from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.runs import Run
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.report.model import Money, Phrase, Span, Unit, Value, phrase

# By custom these two indexes are quoted in money, all others in points.
_INDEX_UNITS = {"^N225": Unit.INDEX_YEN, "^DJI": Unit.INDEX_DOLLAR}
_CURRENCY_UNITS = {"USD": Unit.DOLLAR, "JPY": Unit.YEN}


def money(instrument: Instrument, amount: Decimal | None) -> Money | None:
    """Return an amount in what the instrument is quoted in, or `None` of none."""
    if amount is None:
        return None
    if instrument.is_index:
        return Money(amount, _INDEX_UNITS.get(instrument.ticker, Unit.POINT))
    return Money(amount, _CURRENCY_UNITS[instrument.exchange.currency])


def base(move: Move) -> Span:
    """Return the day that a move is measured from, and its session."""
    return Span(move.previous_session, move.session)


def city(calendar: str) -> Phrase:
    """Name the city of a calendar's exchanges."""
    return phrase(f"city.{calendar}")


def item(move: Move) -> Phrase:
    """Name an instrument with its move: an item of a list, a cell of a table."""
    return phrase("item.move", share=move.instrument, move=move.price_return)


def figure(move: Move) -> Value:
    """Return a move's figure, or the phrase that says why there is none."""
    return phrase(f"status.{move.status}") if move.price_return is None else move.price_return


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
