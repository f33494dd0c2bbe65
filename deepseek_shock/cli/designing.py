"""How an event study is designed: the options of `report` and `study`, and what they mean."""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

from deepseek_shock.analysis.design import ESTIMATION, SHORTEST, Design, Model, ReturnKind
from deepseek_shock.analysis.paths import Window
from deepseek_shock.cli.options import option
from deepseek_shock.errors import UsageError
from deepseek_shock.userpath import expand

_ESTIMATION = f"{ESTIMATION.first}:{ESTIMATION.last}"

BenchmarkOption = Annotated[
    str | None,
    option(
        "--benchmark",
        metavar="TICKER|ex-self|equal-weighted",
        help="What shares are held against; one an exchange, with commas: ^GSPC,^TOPX. ex-self: an "
        "index without the share; equal-weighted: the mean of the other shares.",
    ),
]
ModelOption = Annotated[
    Model,
    option("--model", help="How the return that was to be expected is made."),
]
EstimationOption = Annotated[
    str,
    option(
        "--estimation",
        metavar=_ESTIMATION,
        help="The sessions, counted from the event, in which that is learnt.",
    ),
]
CarOption = Annotated[
    str | None,
    option(
        "--car",
        metavar="0:1,-1:1",
        help="Over which sessions abnormal returns are cumulated, too; several with commas.",
    ),
]
MinSessionsOption = Annotated[
    int,
    option(
        "--min-sessions",
        metavar="N",
        help="With fewer returns in the estimation window nothing is judged.",
    ),
]
FactorsOption = Annotated[
    str | None,
    option(
        "--factors",
        metavar="[CALENDAR=]FILE",
        help="Daily factors for --model three-factors: date, MKT-RF, SMB, HML, RF; one an "
        "exchange, with commas.",
    ),
]

_SPAN = re.compile(r"([+-]?\d{1,4}):([+-]?\d{1,4})")
_CALENDAR = re.compile(r"X[A-Z]{3}")
_BEYOND = 2  # degrees of freedom that the variance of Student's t, and so Patell's test, needs


class DesignOptions(NamedTuple):
    """How abnormal returns are made and judged."""

    benchmark: BenchmarkOption = None
    model: ModelOption = Model.MARKET
    estimation: EstimationOption = _ESTIMATION
    car: CarOption = None
    min_sessions: MinSessionsOption = SHORTEST
    factors: FactorsOption = None


def make_design(
    asked: DesignOptions,
    event: Window = Window(0, 0),  # noqa: B008 -- a NamedTuple does not change
    returns: ReturnKind = ReturnKind.SIMPLE,
) -> Design:
    """Return the design that is asked for. Raises `UsageError` for what does not go together."""
    estimation = parse_span("--estimation", asked.estimation, _ESTIMATION)
    spans = parse_spans(asked.car)
    design = Design(asked.model, estimation, event, spans, asked.min_sessions, returns)
    _check_windows(design)
    _check_least(design)
    _check_model(asked)
    return design


def parse_benchmarks(text: str | None) -> tuple[str, ...]:
    """Return the benchmarks of a comma-separated list, none where none is named."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def parse_factors(text: str | None) -> tuple[tuple[str | None, Path], ...]:
    """Return the factor files, each with the calendar it is for; `None` for every calendar.

    Raises `UsageError` where a calendar has two.
    """
    found: dict[str | None, Path] = {}
    for one in (text or "").split(","):
        if not one.strip():
            continue
        calendar, path = split_calendar(one)
        if calendar in found:
            raise UsageError(
                f"--factors names two files for {calendar or 'every exchange'}",
                hint="one file an exchange: --factors XNYS=us.csv,XTKS=japan.csv",
            )
        found[calendar] = expand(path)
    return tuple(found.items())


def split_calendar(text: str) -> tuple[str | None, str]:
    """Part a file of factors from the calendar before it; a name with another `=` is whole."""
    name, mark, rest = text.strip().partition("=")
    return (name, rest) if mark and _CALENDAR.fullmatch(name) else (None, text.strip())


def parse_spans(text: str | None) -> tuple[Window, ...]:
    """Return the windows of `0:1,-1:1`, each once, in the order given."""
    if text is None or not text.strip():  # "" overrides a file
        return ()
    return tuple(dict.fromkeys(parse_span("--car", one, "0:1,-1:1") for one in text.split(",")))


def parse_span(flag: str, text: str, example: str) -> Window:
    """Return the window of `0:1`, which need not hold session 0. Raises `UsageError`."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or int(found[1]) > int(found[2]):
        raise UsageError(
            f"{flag} {text!r} is not a span of sessions",
            hint=f"write {example}: from the first session to the last, 0 is the event’s",
        )
    return Window(int(found[1]), int(found[2]))


def _check_windows(design: Design) -> None:
    """Refuse an estimation window that reaches into what is judged by it."""
    estimation = design.estimation
    first = min(0, design.event.first, *(span.first for span in design.spans))
    if estimation.last >= first:
        last = min(first - 1, ESTIMATION.last)
        earlier = last - estimation.last
        raise UsageError(
            f"--estimation {estimation.first}:{estimation.last} reaches into the sessions that are "
            f"judged, which begin at {first}",
            hint=f"end it earlier: --estimation {estimation.first + earlier}:{last}",
        )


def _check_least(design: Design) -> None:
    """Refuse a least number of returns that the window has not, or that leave no test."""
    length = design.estimation.length
    if length < design.shortest:
        raise UsageError(
            f"the estimation window has {length} sessions, fewer than --min-sessions "
            f"{design.shortest}",
            hint="make the window longer, or --min-sessions smaller",
        )
    least = design.model.coefficients + _BEYOND + 1
    if design.shortest < least:
        raise UsageError(
            f"--min-sessions {design.shortest} is too few for the {design.model} model",
            hint=f"give {least} or more; {SHORTEST} is the default",
        )


def _check_model(asked: DesignOptions) -> None:
    is_of_factors = asked.model is Model.THREE_FACTORS
    if is_of_factors is not bool(parse_factors(asked.factors)):
        raise UsageError(
            "--model three-factors and --factors FILE go together",
            hint="--model three-factors --factors factors.csv",
        )
    if not asked.model.has_benchmark and parse_benchmarks(asked.benchmark):
        raise UsageError(
            f"the {asked.model} model has no benchmark",
            hint='leave --benchmark out (--benchmark "" overrides a file), or choose another model',
        )
