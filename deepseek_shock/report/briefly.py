"""What a short page says of groups: a sentence each, why two tests differ, the power."""

from collections.abc import Iterator, Sequence

from deepseek_shock.analysis.design import LEVEL, StatisticName
from deepseek_shock.analysis.disagreement import Reason, is_significant
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.verdicts import Verdict, explain, gap, name_of, p_of, provisos, rank

_SHORTER = (Reason.UNEVEN, Reason.ALIKE)
"""The reasons that a long page explains at length."""


def told_briefly(verdicts: Sequence[Verdict]) -> Iterator[Phrase]:
    """Say of each group what the tests found, of those where they found nothing in one sentence."""
    plain = [one for one in verdicts if _is_ordinary(one)]
    for one in verdicts:
        if one not in plain:
            yield from (_line(one), *provisos(one.group), *_disagreement(one))
    if plain:
        named = tuple(_item(one) for one in plain)
        yield phrase("significance.ordinary", named=named, n=len(named))


def _is_ordinary(verdict: Verdict) -> bool:
    """Tell whether no test found anything, and nothing has to be said beside the figures."""
    is_found = verdict.p is None or is_significant(verdict.p) or verdict.reason is not None
    return not is_found and not tuple(provisos(verdict.group))


def _item(verdict: Verdict) -> Phrase:
    group = verdict.group
    return phrase("significance.ordinary_item", group=name_of(group), size=group.aar, p=verdict.p)


def _line(verdict: Verdict) -> Phrase:
    """Say how far a group went, how often it had, and p, of both tests where they agree."""
    group, p = verdict.group, verdict.p
    adjusted = p_of(group, StatisticName.KOLARI_PYNNONEN)
    form = "untested" if p is None else "found" if is_significant(p) else "lost"
    if form == "found" and adjusted is not None and verdict.reason is None:
        form = "agreed"
    far = gap(verdict)
    if group.as_large is None:
        return phrase(f"significance.{form}_bare", gap=far, p=p, adjusted=adjusted)
    often = rank(verdict, group.as_large, "brief")
    return phrase(f"significance.{form}", gap=far, p=p, adjusted=adjusted, rank=often)


def _disagreement(verdict: Verdict) -> Iterator[Phrase]:
    reason, group = verdict.reason, verdict.group
    if reason is None:
        return
    why = explain(verdict, f"{reason}_brief" if reason in _SHORTER else str(reason))
    p = p_of(group, StatisticName.KOLARI_PYNNONEN)
    yield phrase("significance.differs_brief", p=p, r=group.correlation, level=LEVEL, why=why)


def power_of(verdicts: Sequence[Verdict]) -> Iterator[Phrase]:
    """Say of small groups the smallest effect that is mostly found, which stands last in them."""
    known = [(one, one.group.power[-1]) for one in verdicts if one.group.power]
    if known:
        parts = tuple(
            phrase("significance.power_item", group=name_of(one.group), size=power.effect)
            for one, power in known
        )
        yield phrase("significance.power_brief", parts=parts, power=known[0][1].power, n=len(parts))
