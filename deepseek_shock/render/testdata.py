"""What both event studies, of a day and of many events, have in JSON: designs, tests, overlaps."""

from collections.abc import Iterable
from math import isfinite
from typing import Any

from deepseek_shock.analysis.design import Cumulated, Design, Power, Statistic
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.render.jsonvalues import day, number, text


def known_number(value: float | None) -> float | None:
    """Return a number cut to 12 significant digits; what is none, or infinite, is nothing."""
    return None if value is None or not isfinite(value) else number(value)


def make_design(design: Design) -> dict[str, Any]:
    """Return a design; windows as offsets."""
    return {
        "model": str(design.model),
        "coefficients": design.model.coefficients,
        "estimation": list(design.estimation),
        "event": list(design.event),
        "spans": [list(span) for span in design.spans],
        "min_sessions": design.shortest,
        "returns": str(design.returns),
    }


def make_tests(tests: Iterable[Statistic]) -> dict[str, Any]:
    """Return tests by their names."""
    return {str(one.name): make_test(one) for one in tests}


def make_test(test: Statistic) -> dict[str, Any]:
    """Return a test; without `df` its p is the normal distribution's."""
    return {"statistic": known_number(test.value), "df": test.df, "p": known_number(test.p)}


def make_cumulated(made: Cumulated) -> dict[str, Any]:
    """Return what is cumulated over a span."""
    return {
        "span": list(made.span),
        "car": known_number(made.car),
        "se": known_number(made.se),
        "t": known_number(made.t),
        "p": known_number(made.p),
    }


def make_power(told: Iterable[Power]) -> list[dict[str, Any]]:
    """Return with which probability effects are found."""
    return [{"effect": number(one.effect), "power": number(one.power)} for one in told]


def make_overlap(overlap: Overlap) -> dict[str, Any]:
    """Return another shock, and in which window it lies."""
    return {
        "event": overlap.event,
        "name": text(overlap.name),
        "calendar": overlap.calendar,
        "session": day(overlap.session),
        "window": "estimation" if overlap.is_in_estimation else "event",
    }
