"""Contributions to an index and market values as JSON."""

from typing import Any

from deepseek_shock.analysis.contribution import Contribution, Contributions
from deepseek_shock.analysis.moves import Move
from deepseek_shock.analysis.value import Converted, MarketValue
from deepseek_shock.render.jsonvalues import day, number, price, text


def make_market_value(value: MarketValue) -> dict[str, Any]:
    """Return what one company's market value lost or gained."""
    fact = value.outstanding
    return {
        "ticker": fact.ticker,
        "session": day(value.move.session),
        "currency": value.move.instrument.exchange.currency,
        "shares": value.shares,
        "shares_as_of": day(fact.as_of),
        "shares_source": text(fact.source),
        "is_old": value.is_old,
        "before": number(value.before),
        "after": number(value.after),
        "change": number(value.change),
        "converted": _converted(value.converted),
    }


def _converted(converted: Converted | None) -> dict[str, Any] | None:
    if converted is None:
        return None
    rate = converted.rate
    return {
        "currency": converted.currency,
        "change": number(converted.change),
        "pair": rate.pair,
        "rate": number(rate.close),
        "day": day(rate.day),
        "source": rate.source,
    }


def make_contributions(one: Contributions) -> dict[str, Any]:
    """Return an index taken apart, largest contributions first."""
    composition = one.composition
    return {
        "index": composition.instrument.ticker,
        "session": day(one.move.session),
        "previous_session": day(one.move.previous_session),
        "weighting": str(composition.weighting),
        "is_estimate": one.is_estimate,
        "divisor": price(composition.divisor),
        "source": text(composition.source),
        "index_change": price(one.move.change),
        "total": number(one.total),
        "residual": number(one.residual),
        "residual_share": number(one.residual_share),
        "is_off": one.is_off,
        "constituents": len(composition.constituents),
        "with_figure": len(one.parts),
        "parts": [_part(part, "weight" if one.is_estimate else "factor") for part in one.parts],
        "missing": [_missing(move) for move in one.missing],
    }


def _part(part: Contribution, scale: str) -> dict[str, Any]:
    return {
        "ticker": part.move.instrument.ticker,
        "code": part.move.instrument.code,
        "name": text(part.move.instrument.name),
        "change": price(part.move.change),
        "price_return": number(part.move.price_return),
        scale: price(part.factor),
        "points": number(part.points),
        "share": number(part.share),
        "status": str(part.move.status),
    }


def _missing(move: Move) -> dict[str, Any]:
    return {
        "ticker": move.instrument.ticker,
        "status": str(move.status),
        "reason": None if move.reason is None else str(move.reason),
    }
