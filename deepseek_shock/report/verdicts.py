"""What the tests say of one group, in sentences: how far it went, p, and why two tests differ."""

from collections.abc import Iterator
from typing import NamedTuple

from deepseek_shock.analysis.design import LEVEL, BenchmarkKind, Outcome, StatisticName
from deepseek_shock.analysis.disagreement import Reason, find_disagreement, is_significant
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.significance import GroupJudged, Judged
from deepseek_shock.analysis.tails import critical
from deepseek_shock.report.model import Phrase, Value, phrase


class Verdict(NamedTuple):
    """A group, its mean move as a fraction, and what its members' moves are in their own units.

    `move` and `standardized` (SAR, a number a member) are those of the members that were used;
    `move` is `None` where none is known.
    """

    group: GroupJudged
    move: float | None
    standardized: tuple[float, ...]
    yardstick: Phrase

    @property
    def p(self) -> float | None:
        """The p of the portfolio t."""
        return p_of(self.group, StatisticName.PORTFOLIO)

    @property
    def reason(self) -> Reason | None:
        """Why Kolari–Pynnönen says otherwise, where it does."""
        return find_disagreement(self.group.tests, self.group.spread)


def p_of(group: GroupJudged, name: StatisticName) -> float | None:
    """Return a test's p; `None` where the test was not made or is undefined."""
    found = group.statistic(name)
    return None if found is None else found.p


def value_of(group: GroupJudged, name: StatisticName) -> float | None:
    """Return a test's statistic; `None` where the test was not made or is undefined."""
    found = group.statistic(name)
    return None if found is None else found.value


def find_verdict(findings: Findings, group: GroupJudged) -> Verdict:
    """Find what the sentences on a group need beside the group's own figures."""
    judged = findings.significance.judged if findings.significance else ()
    tickers = {member.ticker for member in group.group.members}
    used = [one for one in judged if one.instrument.ticker in tickers and is_judged(one)]
    moves = [move for one in used if (move := move_of(one)) is not None]
    return Verdict(
        group,
        sum(moves) / len(moves) if moves else None,
        tuple(one.t for one in used if one.t is not None),
        _yardstick(findings, group),
    )


def is_judged(one: Judged) -> bool:
    """Tell whether an instrument carries numbers."""
    return one.outcome is Outcome.SUCCESS


def move_of(one: Judged) -> float | None:
    """Return what an instrument did: what was to be expected, and the rest."""
    if one.expected is None or one.abnormal is None:
        return None
    return one.expected + one.abnormal


def told(verdict: Verdict) -> tuple[Phrase, ...]:
    """Say of a group all that the tests say, and the power of a small one."""
    group = verdict.group
    return (_line(verdict), *provisos(group), *_disagreement(verdict), *_power(group))


# --- the line ---


def _line(verdict: Verdict) -> Phrase:
    """Say how far beyond its benchmark a group went, how often it had, and the p."""
    group, p = verdict.group, verdict.p
    form = "untested" if p is None else "found" if is_significant(p) else "lost"
    key = f"significance.{form}"
    if group.as_large is None:
        return phrase(f"{key}_bare", gap=gap(verdict), p=p)
    return phrase(key, gap=gap(verdict), p=p, rank=rank(verdict, group.as_large))


def gap(verdict: Verdict) -> Phrase:
    """Say how far beyond its benchmark a group went, and which way."""
    group = verdict.group
    return phrase(
        f"significance.{_form(verdict)}",
        group=name_of(group),
        size=group.aar,
        yardstick=verdict.yardstick,
        n=group.used,
    )


def _form(verdict: Verdict) -> str:
    """Tell how a mean abnormal return is said: beyond a move, less of it, or below and above."""
    aar, move = verdict.group.aar, verdict.move
    side = "below" if aar < 0 else "above"
    if move is None or move == 0:
        return side
    way = "fall" if move < 0 else "rise"
    if move * aar < 0:
        return f"{way}_less"
    return f"{way}_beyond" if (move - aar) * aar >= 0 else side


def _way(verdict: Verdict) -> str:
    """Name what the members may have done alike: a fall, a rise, or any move."""
    aar, move = verdict.group.aar, verdict.move
    if move is None or move * aar <= 0:
        return "move"
    return "fall" if move < 0 else "rise"


def name_of(group: GroupJudged) -> Value:
    """Name a group in a sentence; a group of one is that share."""
    if group.used == group.asked == 1:
        return group.group.members[0].name
    return group.group.short_title


def rank(verdict: Verdict, as_large: int, form: str = "rank") -> Phrase:
    """Say in how many sessions a group had gone as far; `form` is the sentence's key."""
    group = verdict.group
    is_less = _form(verdict).endswith("_less")
    return phrase(
        f"significance.{form}{'_less' if is_less else ''}",
        n=as_large,
        sessions=group.sessions,
        day=group.last_as_large,
    )


def _yardstick(findings: Findings, group: GroupJudged) -> Phrase:
    """Say what the returns are held against."""
    model = findings.inquiry.design.model
    key = f"significance.by_{model.replace('-', '_')}"
    return phrase(key, benchmark=benchmark_name(findings, group.benchmark, group.kind))


def benchmark_name(
    findings: Findings, ticker: str | None, kind: BenchmarkKind = BenchmarkKind.INDEX
) -> Phrase:
    """Name a benchmark in a sentence; a model without one needs no name."""
    inquiry = findings.inquiry
    if kind is BenchmarkKind.EQUAL_WEIGHTED or ticker is None:
        return phrase("significance.benchmark_others")
    form = "ex_self" if kind is BenchmarkKind.EX_SELF else "index"
    for one in (*inquiry.watchlist.instruments, *inquiry.benchmarks):
        if one.ticker == ticker and one.is_index:
            return phrase(f"significance.benchmark_{form}", share=one)
        if one.ticker == ticker:
            return phrase("significance.benchmark_share", share=one)
    return phrase("significance.benchmark_ticker", ticker=ticker)


# --- what qualifies it ---


def provisos(group: GroupJudged) -> Iterator[Phrase]:
    """Say who is left out, who closed at a limit, and what the number of groups does to p."""
    if group.used < group.asked:
        yield phrase("significance.used", used=group.used, asked=group.asked, n=group.used)
    if group.locked:
        yield phrase("significance.locked", n=group.locked)
    p = p_of(group, StatisticName.PORTFOLIO)
    if group.holm is not None and is_significant(p) and not is_significant(group.holm):
        yield phrase("significance.holm_lost", p=group.holm, level=LEVEL)


def _disagreement(verdict: Verdict) -> tuple[Phrase, ...]:
    reason, group = verdict.reason, verdict.group
    if reason is None:
        return ()
    p = p_of(group, StatisticName.KOLARI_PYNNONEN)
    way = f"_{_way(verdict)}" if reason in (Reason.UNEVEN, Reason.ALIKE) else ""
    why = explain(verdict, f"{reason}{way}")
    return (phrase("significance.differs", p=p, level=LEVEL, why=why),)


def explain(verdict: Verdict, form: str) -> Phrase:
    """Say why the two tests disagree; `form` is the sentence's key."""
    group, sars = verdict.group, verdict.standardized
    return phrase(
        f"significance.{form}",
        number=group.used,
        n=group.used - 1,
        least=min(sars, default=None),
        most=max(sars, default=None),
        mean=sum(sars) / len(sars) if sars else None,
        ratio=group.spread,
        sd=group.sd,
        t=value_of(group, StatisticName.KOLARI_PYNNONEN),
        limit=critical(LEVEL, max(group.used - 1, 1)),
    )


def _power(group: GroupJudged) -> tuple[Phrase, ...]:
    """Say with which chance the test of so few finds an effect."""
    parts = tuple(
        phrase("significance.power_part", effect=one.effect, power=one.power)
        for one in sorted(group.power)
    )
    if not parts:
        return ()
    return (phrase("significance.power", parts=parts, n=group.used, r=group.correlation),)
