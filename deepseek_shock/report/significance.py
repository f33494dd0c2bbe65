"""How unusual the day was: a line a group, the tests in tables, and what they do not say."""

from collections.abc import Iterator, Sequence

from deepseek_shock.analysis.design import Outcome, StatisticName
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.significance import GroupJudged, Judged, Overlap, Significance
from deepseek_shock.market.event import Group
from deepseek_shock.report.briefly import power_of, told_briefly
from deepseek_shock.report.model import Block, Bullets, Paragraph, Phrase, Section, phrase
from deepseek_shock.report.quote import MOST_NAMED, city, some_of
from deepseek_shock.report.significancetables import (
    cut_note,
    group_table,
    order_groups,
    order_shares,
    share_table,
)
from deepseek_shock.report.tables import Cut
from deepseek_shock.report.unsaid import unsaid
from deepseek_shock.report.verdicts import (
    Verdict,
    benchmark_name,
    find_verdict,
    is_judged,
    told,
    value_of,
)

_WHOLE = Cut()
_MOST_LINES = 12
"""How many groups are told in sentences; the table has all."""
_SMALL = 2  # members of the smallest group that Kolari–Pynnönen is made of


def significance(findings: Findings, cut: Cut = _WHOLE) -> Section | None:
    """How far groups and shares went beyond their benchmarks, and by what chance.

    A short page tells the groups that the event is about, briefly, and has a table of shares only
    where no group is judged.
    """
    judged = findings.significance
    if judged is None or not (judged.groups or judged.unjudged or judged.judged):
        return None
    is_short = cut.beside is not None
    verdicts = [find_verdict(findings, one) for one in order_groups(findings)]
    blocks: tuple[Block, ...] = (
        *_lines(findings, verdicts, is_short=is_short),
        *_groups(verdicts, cut),
        *(() if is_short and judged.groups else _shares(findings, cut)),
        *_beside(findings, judged, verdicts[: cut.rest], is_short=is_short),
    )
    return Section("significance", phrase("section.significance"), blocks) if blocks else None


# --- groups ---


def _lines(findings: Findings, verdicts: Sequence[Verdict], *, is_short: bool) -> Iterator[Block]:
    """Yield the sentences on groups: a list, where a page has room for one."""
    if not verdicts:
        return
    if is_short:
        yield Paragraph(tuple(told_briefly(_focus(findings, verdicts))))
        return
    lines = (told(one) for one in verdicts[:_MOST_LINES])
    yield Bullets(tuple(phrase("significance.entry", told=line) for line in lines))


def _groups(verdicts: Sequence[Verdict], cut: Cut) -> Iterator[Block]:
    """Yield the table of groups; one share alone has told all in its line."""
    if any(one.group.used > 1 for one in verdicts) or len(verdicts) > 1:
        yield group_table(verdicts, cut.rest)
        note = cut_note(len(verdicts[: cut.rest]), len(verdicts))
        if note:
            yield Paragraph(note)


def _focus(findings: Findings, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Pick the groups that the event is about; of many those that chance explains worst."""
    event = findings.inquiry.event
    wanted = {name for focus in (event.focus if event else ()) for name in focus.groups}
    chosen = [one for one in verdicts if one.group.group.id in wanted] or list(verdicts)
    likely = sorted(chosen, key=lambda one: 1.0 if one.p is None else one.p)[:MOST_NAMED]
    return [one for one in chosen if one in likely]


# --- shares ---


def _shares(findings: Findings, cut: Cut) -> Iterator[Block]:
    """Yield the table of shares, where a line has not said the one."""
    shares = order_shares(findings)
    if _are_told(findings, shares):
        return
    yield share_table(findings, shares[: cut.rest])
    note = cut_note(len(shares[: cut.rest]), len(shares))
    if note:
        yield Paragraph(note)


def _are_told(findings: Findings, shares: Sequence[Judged]) -> bool:
    """Tell whether each of the shares is a group of its own, which has its line."""
    groups = findings.significance.groups if findings.significance else ()
    alone = {one.group.members[0].ticker for one in groups if one.asked == 1}
    return all(one.instrument.ticker in alone for one in shares)


# --- what has to be said beside ---


def _beside(
    findings: Findings, judged: Significance, shown: Sequence[Verdict], *, is_short: bool
) -> Iterator[Block]:
    """Yield what a reader has to know of the figures, then what they do not say.

    On a short page the power of the groups `shown` comes first; a long one tells it in their lines.
    """
    notes = (
        *(power_of(shown) if is_short else ()),
        *_notes(findings, judged, is_short=is_short),
    )
    unsaid = tuple(_unsaid(findings, judged, is_short=is_short))
    parts = ((*notes, *unsaid),) if is_short else (notes, unsaid)
    yield from (Paragraph(part) for part in parts if part)


def _notes(findings: Findings, judged: Significance, *, is_short: bool) -> Iterator[Phrase]:
    yield from _unjudged(findings, judged)
    yield from _beyond_sample(findings, judged)
    yield from _undefined(judged.groups)
    yield from _lacking(judged)
    yield from _partly_without(judged.groups)
    if not is_short:
        yield from _negative(judged.groups)
    if _has_figures(judged):
        yield from _overlaps(judged, "brief" if is_short else "estimation")
    if any(one.is_shipped for one in judged.groups):
        is_told = is_short or not judged.lacks_residuals
        yield phrase("significance.shipped" if is_told else "significance.shipped_unranked")


def _unsaid(findings: Findings, judged: Significance, *, is_short: bool) -> Iterator[Phrase]:
    """Say what the box does not say: on a short page in one sentence."""
    if not _has_figures(judged):
        return
    if is_short:
        yield phrase("significance.unsaid_short")
        return
    yield from unsaid(phrase("significance.unsaid_picked"))
    if findings.inquiry.design.model.has_benchmark:
        yield phrase("significance.unsaid_benchmark")


def _has_figures(judged: Significance) -> bool:
    """Tell whether anything is judged."""
    return bool(judged.groups) or any(map(is_judged, judged.judged))


def _beyond_sample(findings: Findings, judged: Significance) -> Iterator[Phrase]:
    """Say where there is more, if the sample is too short for what is asked."""
    is_sample = any(source.name == "sample" for source in findings.sources)
    if is_sample and any(one is Outcome.WRONG_SPAN for _, one in judged.unjudged):
        yield phrase("significance.beyond_sample", option="--source yahoo")


def _unjudged(findings: Findings, judged: Significance) -> Iterator[Phrase]:
    """Say once for each reason which groups are not judged, and which shares of the others.

    A group whose shares are judged, each by itself, is told to be none: its name may be theirs.
    """
    groups: dict[tuple[Outcome, str], list[Phrase]] = {}
    known = {one.instrument.ticker for one in judged.judged if is_judged(one)}
    for group, outcome in judged.unjudged:
        has_any = any(member.ticker in known for member in group.members)
        key = "significance.unjudged_together" if has_any else "significance.unjudged"
        groups.setdefault((outcome, key), []).append(_group_name(group))
    within = {member.ticker for group, _ in judged.unjudged for member in group.members}
    for one in judged.judged:
        if not is_judged(one) and one.instrument.ticker not in within:
            item = phrase("significance.share", share=one.instrument)
            groups.setdefault((one.outcome, "significance.unjudged"), []).append(item)
    lacks_factors = not judged.design.model.has_benchmark
    for (outcome, key), named in groups.items():
        is_against_none = outcome is Outcome.NO_BENCHMARK
        why = phrase(f"outcome.{outcome}")
        if is_against_none and lacks_factors:
            why = phrase("outcome.nofactors")
        is_all = not judged.groups and len(named) == len(judged.unjudged) > 1
        if is_all:
            yield phrase("significance.none", why=why, n=len(named))
        else:
            yield phrase(key, why=why, named=some_of(named, _more))
        if is_against_none and lacks_factors:
            yield phrase("significance.name_factors", option="--factors")
        elif is_against_none:
            yield _name_benchmark(findings, judged)


def _name_benchmark(findings: Findings, judged: Significance) -> Phrase:
    """Say how a benchmark is named; of one that there is, that its returns are missing."""
    blank = [one for one in judged.judged if one.outcome is Outcome.NO_BENCHMARK]
    lacking = {one.benchmark: benchmark_name(findings, one.benchmark) for one in blank}
    lacking.pop(None, None)
    if not lacking:
        return phrase("significance.name_benchmark", option="--benchmark")
    named = tuple(lacking.values())
    return phrase("significance.name_another", named=named, option="--benchmark")


def _group_name(group: Group) -> Phrase:
    return phrase("significance.group", group=group.short_title)


def _more(number: int) -> Phrase:
    return phrase("significance.more", n=number)


def _undefined(groups: Sequence[GroupJudged]) -> Iterator[Phrase]:
    """Name the groups of several shares that Kolari–Pynnönen could not be made of."""
    blank = [
        _group_name(one.group)
        for one in groups
        if one.used >= _SMALL and value_of(one, StatisticName.KOLARI_PYNNONEN) is None
    ]
    if blank:
        yield phrase("significance.undefined", named=some_of(blank, _more))


def _lacking(judged: Significance) -> Iterator[Phrase]:
    """Name the spans asked for over which nothing is cumulated, for want of a return."""
    made = {one.span for share in judged.judged for one in share.spans}
    if not any(is_judged(one) for one in judged.judged):
        return
    named = tuple(
        phrase("significance.span", first=one.first, last=one.last)
        for one in judged.design.spans
        if one not in made
    )
    if named:
        yield phrase("significance.span_lacking", named=named)


def _partly_without(groups: Sequence[GroupJudged]) -> Iterator[Phrase]:
    """Say of how many members a table lets the index be taken without the share itself."""
    for one in groups:
        if 0 < one.without_self < one.used:
            group = _group_name(one.group)
            yield phrase("significance.partly_without", group=group, n=one.without_self)


def _negative(groups: Sequence[GroupJudged]) -> Iterator[Phrase]:
    """Flag a negative mean correlation, which makes the correction raise what it should lower."""
    below = [
        _group_name(one.group)
        for one in groups
        if (one.correlation or 0) < 0 and value_of(one, StatisticName.KOLARI_PYNNONEN) is not None
    ]
    if below:
        yield phrase("significance.negative", named=some_of(below, _more))


def _overlaps(judged: Significance, form_before: str) -> Iterator[Phrase]:
    """Name the other shocks in the windows, each once where all calendars have it on one day."""
    for is_in_estimation, form in ((True, form_before), (False, "event")):
        found = [one for one in judged.overlaps if one.is_in_estimation is is_in_estimation]
        named = tuple(_overlap_items(found, judged))
        if named:
            yield phrase(
                f"significance.overlap_{form}", named=some_of(named, _more_shocks), n=len(named)
            )


def _overlap_items(found: Sequence[Overlap], judged: Significance) -> Iterator[Phrase]:
    calendars = {one.instrument.exchange.calendar for one in judged.judged}
    by_event: dict[str, list[Overlap]] = {}
    for one in found:
        by_event.setdefault(one.event, []).append(one)
    for own in by_event.values():
        if {one.calendar for one in own} >= calendars and len({one.session for one in own}) == 1:
            yield phrase("significance.overlap", name=own[0].name, day=own[0].session)
        else:
            yield from (
                phrase(
                    "significance.overlap_in",
                    name=one.name,
                    day=one.session,
                    city=city(one.calendar),
                )
                for one in own
            )


def _more_shocks(number: int) -> Phrase:
    return phrase("significance.more_shocks", n=number)
