"""How abnormal returns and their tests were made: the entries of the method that tell it."""

from collections.abc import Iterator

from deepseek_shock.analysis.design import LEVEL, BenchmarkKind, StatisticName
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.significance import GroupJudged, Judged, Significance
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import MOST_NAMED, city
from deepseek_shock.report.verdicts import benchmark_name, is_judged, p_of

_SEVERAL = 2  # members from which on a group has tests of its own


def method(findings: Findings) -> Iterator[Phrase]:
    """Say by which model and tests groups and shares were judged, where any were."""
    judged = findings.significance
    used = [one for one in judged.judged if is_judged(one)] if judged else []
    if judged is None or not used:
        return
    yield _model(findings, used)
    if any(one.is_shipped for one in judged.groups):
        lengths = [one.sessions for one in used]
        yield phrase("method.estimates_shipped", least=min(lengths), most=max(lengths))
    yield from _tests(judged)


def _model(findings: Findings, used: list[Judged]) -> Phrase:
    design = findings.inquiry.design
    return phrase(
        f"method.abnormal_{design.model.replace('-', '_')}",
        benchmarks=_benchmarks(findings, used),
        first=design.estimation.first,
        last=design.estimation.last,
        n=design.shortest,
    )


def _benchmarks(findings: Findings, used: list[Judged]) -> tuple[Phrase, ...]:
    """Name the benchmarks, each with its city where there are several."""
    known: dict[str, tuple[str | None, BenchmarkKind]] = {}
    for one in used:
        calendar = one.instrument.exchange.calendar
        if calendar not in known or one.kind is not BenchmarkKind.INDEX:  # of some shares at least
            known[calendar] = (one.benchmark, one.kind)
    named = {calendar: benchmark_name(findings, *one) for calendar, one in known.items()}
    if len(set(known.values())) == 1:
        return tuple(named.values())[:1]
    return tuple(
        phrase("method.benchmark_in", benchmark=one, city=city(calendar))
        for calendar, one in list(named.items())[:MOST_NAMED]
    )


def _tests(judged: Significance) -> Iterator[Phrase]:
    groups = [one for one in judged.groups if one.used >= _SEVERAL]
    if groups:
        yield phrase("method.group_tests")
    if any(one.holm is not None for one in judged.groups):
        yield phrase("method.group_holm")
    if any(_is_ranked(one) for one in groups):
        yield phrase("method.group_ranks")
    if any(one.power for one in groups):
        yield phrase("method.group_power", level=LEVEL)


def _is_ranked(group: GroupJudged) -> bool:
    return p_of(group, StatisticName.CORRADO_ZIVNEY) is not None
