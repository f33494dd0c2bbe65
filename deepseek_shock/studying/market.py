"""The returns of a study's files, and what instruments are held against: by which name.

Reached only lazily, so that numpy is imported at the top.
"""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.design import BenchmarkKind, Design, Model, ReturnKind
from deepseek_shock.analysis.models import FACTORS
from deepseek_shock.errors import FileError, UsageError, near_matches
from deepseek_shock.studyfiles.checks import Reading
from deepseek_shock.studyfiles.events import EventTable
from deepseek_shock.studyfiles.factors import FactorTable, read_factors
from deepseek_shock.studyfiles.headers import Meaning
from deepseek_shock.studyfiles.series import Series, read_series
from deepseek_shock.studying.request import NO_CALENDAR, Figures, StudyRequest
from deepseek_shock.studying.sessions import to_returns

_SHOWN = 5  # names in a message


class FromFile(NamedTuple):
    """A file of figures that is read, and whether they are prices."""

    series: Series
    is_price: bool

    def over(self, sessions: Integers, kind: ReturnKind) -> Floats:
        """Return the returns over some sessions."""
        found = self.series.dense(sessions)
        return to_returns(found, kind) if self.is_price else found


class Market(NamedTuple):
    """What instruments are held against: named series, factors, each other, or nothing."""

    read: FromFile | None = None
    factors: FactorTable | None = None
    is_equal_weighted: bool = False


def read_figures(
    figures: Figures, request: StudyRequest, *, wanted: Collection[str] | None, market: bool = False
) -> FromFile:
    """Read a file of returns or prices, of those `wanted` or of all."""
    is_price = figures.returns is None
    path = figures.returns or figures.prices or Path()
    asked = Reading(
        Meaning.PRICE if is_price else Meaning.RETURN,
        is_benchmark=market,
        wanted=wanted,
        is_percent=request.is_percent,
        is_log=request.design.returns is ReturnKind.LOG,
    )
    return FromFile(read_series(path, asked), is_price)


def read_market(request: StudyRequest, table: EventTable) -> Market | None:
    """Read what instruments are held against; `None` where it stands among them."""
    model = request.design.model
    if model is Model.MEAN_ADJUSTED:
        return Market()
    if model is Model.THREE_FACTORS:
        return Market(factors=read_factors(_factor_file(request)))
    if BenchmarkKind.EQUAL_WEIGHTED in request.benchmarks:
        return Market(is_equal_weighted=True)
    if request.market != Figures():
        return Market(read_figures(request.market, request, wanted=None, market=True))
    if request.benchmarks or any(row.benchmark for row in table.rows):
        return None
    raise _needs_benchmark(model)


def _needs_benchmark(model: Model) -> UsageError:
    return UsageError(
        f"the {model} model needs a benchmark",
        hint="--benchmark-returns FILE or --benchmark-prices FILE gives its figures; --benchmark "
        "equal-weighted, or --model mean-adjusted, does without",
    )


def _factor_file(request: StudyRequest) -> Path:
    calendar = request.calendar or NO_CALENDAR
    found = request.factor_file(calendar)
    if found is None:
        raise UsageError(
            f"--factors names no file for --calendar {calendar}",
            hint="one file of factors is needed: --factors factors.csv",
        )
    return found


def name_benchmarks(request: StudyRequest, table: EventTable, market: Market) -> list[str | None]:
    """Name the benchmark of every event; `None` where there is none."""
    if market.is_equal_weighted:
        return [BenchmarkKind.EQUAL_WEIGHTED.value] * len(table.rows)
    if market.read is None:
        return [None] * len(table.rows)
    if len(request.benchmarks) > 1:
        raise UsageError(
            "--benchmark names several, and files have no exchanges to tell them apart",
            hint="name one, or give the events a column `benchmark`",
        )
    given = request.benchmarks[0] if request.benchmarks else None
    held = market.read.series.names
    if held == ("",):
        return [given or _nameless(table, request)] * len(table.rows)
    if given is not None and given not in held:
        raise _unheld(given, held)
    is_among = request.market == Figures()
    single = held[0] if len(held) == 1 and not is_among else None
    names = [given or row.benchmark or single for row in table.rows]
    if is_among and given is None and (None in names or not set(names) & set(held)):
        raise _needs_benchmark(request.design.model)
    if None in names:
        raise UsageError(
            f"{len(held)} benchmarks are held, and an event names none",
            hint=f"--benchmark {held[0]} names one for all events; a column `benchmark` one for "
            "each",
        )
    if not set(names) & set(held):
        raise _unheld(names[0] or "", held)
    return names


def _unheld(name: str, held: Sequence[str]) -> UsageError:
    near = near_matches(name, held)
    known = ", ".join(held[:_SHOWN]) or "none"
    return UsageError(
        f"no benchmark {name} is held",
        hint=f"did you mean {near[0]}?"
        if near
        else f"held: {known}; --benchmark names one of them",
    )


def _nameless(table: EventTable, request: StudyRequest) -> str:
    """Name the one series of a file that has no names: as the events do, else after the file."""
    named = sorted({row.benchmark for row in table.rows if row.benchmark})
    path = request.market.returns or request.market.prices or Path()
    if len(named) > 1:
        raise FileError(
            str(path),
            f"holds one series without a name, and the events name {len(named)} benchmarks: "
            f"{', '.join(named[:_SHOWN])}",
            hint="add a column `benchmark`, or say which counts: --benchmark NAME",
        )
    return named[0] if named else path.name.partition(".")[0]


def lay_out(table: FactorTable, sessions: Integers, design: Design) -> Floats:
    """Lay factors out over sessions, of the kind of return that is studied."""
    found = np.full((len(sessions), len(FACTORS)), np.nan)
    for at, session in enumerate(sessions.tolist()):
        factors = table.factors.get(date.fromordinal(session))
        if factors is not None:
            found[at] = factors
    if design.returns is ReturnKind.LOG:  # SMB and HML are differences, and stay
        market = np.log1p(found[:, 0] + found[:, 3])
        found[:, 3] = np.log1p(found[:, 3])
        found[:, 0] = market - found[:, 3]
    return found
