"""How a study's figures were made, what they do not say, which other shocks lie in its windows."""

from collections.abc import Iterator

from deepseek_shock.analysis.design import Model, StatisticName
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.analysis.study import Study
from deepseek_shock.analysis.studywindows import ignoring, verdicts
from deepseek_shock.report import provenance
from deepseek_shock.report.model import Bullets, Paragraph, Phrase, Section, phrase
from deepseek_shock.report.quote import city
from deepseek_shock.report.studyverdicts import test_names
from deepseek_shock.report.unsaid import unsaid

_MOST_OVERLAPS = 8
_RANKS = (StatisticName.CORRADO, StatisticName.CORRADO_ZIVNEY, StatisticName.GRANK)


def overlaps(study: Study) -> Section | None:
    """What else lies in the windows: other registered shocks, other events of the instruments."""
    found = [_overlap(one) for one in dict.fromkeys(study.overlaps)]
    more = len(found) - _MOST_OVERLAPS
    entries = (
        *found[:_MOST_OVERLAPS],
        *([phrase("study.more_overlaps", n=more)] if more > 0 else []),
        *([phrase("study.crowded", n=study.crowded)] if study.crowded else []),
        *_crowded_estimations(study.crowded_estimations),
        *([phrase("study.repeated", n=study.repeated)] if study.repeated else []),
    )
    return Section("overlaps", phrase("section.overlaps"), (Bullets(entries),)) if entries else None


def _crowded_estimations(number: int) -> Iterator[Phrase]:
    if number:
        yield phrase("study.crowded_estimations", n=number)


def _overlap(overlap: Overlap) -> Phrase:
    where = "estimation" if overlap.is_in_estimation else "event"
    return phrase(
        f"study.overlap_{where}",
        event=overlap.name,
        city=city(overlap.calendar),
        day=overlap.session,
    )


def method(study: Study, held: Phrase) -> Section:
    """How the figures were made, what they do not say, and where the returns came from."""
    source = Paragraph((held, *provenance.source_sentences(study.sources), phrase("method.rights")))
    entries = tuple(_entries(study))
    return Section(
        "method",
        phrase("section.method"),
        (Bullets(entries), Paragraph(unsaid(phrase("unsaid.chosen"))), source),
    )


def _entries(study: Study) -> Iterator[Phrase]:
    design = study.design
    made = _made(study)
    yield phrase(f"study.method_{design.model.replace('-', '_')}")
    yield phrase(f"study.method_{design.returns}")
    yield phrase("study.method_sd", n=design.model.coefficients)
    yield from _session(study)
    if StatisticName.PORTFOLIO in made:
        yield phrase("study.method_portfolio")
    if StatisticName.KOLARI_PYNNONEN in made:
        yield phrase("study.method_kp")
    if any(one in made for one in _RANKS):
        yield phrase("study.method_ranks")
    ignored = test_names(ignoring(study))
    if ignored:
        yield phrase("study.method_ignoring", tests=ignored, n=len(ignored))
    yield from _beside(study)


def _made(study: Study) -> set[StatisticName]:
    return {
        one.name for group in study.groups for verdict in verdicts(group) for one in verdict.tests
    }


def _session(study: Study) -> Iterator[Phrase]:
    """Say which session is 0, how many dates were none, and how often an instrument counts."""
    yield phrase("study.method_session")
    if study.moved:
        yield phrase("study.method_moved", n=study.moved)
    if len({one.instrument for one in study.events}) < len(study.events):
        yield phrase("study.method_recurring")
    if study.design.model is Model.MEAN_ADJUSTED:
        return
    if len(study.benchmarks) > 1:
        yield phrase("study.method_benchmarks", n=len(study.benchmarks))


def _beside(study: Study) -> Iterator[Phrase]:
    """Say how p is adjusted, what the band is, and how power is reckoned, where they stand."""
    holms = [group.holm for group in study.groups]
    holms += [span.holm for group in study.groups for span in group.spans]
    if any(one is not None for one in holms):
        yield phrase("study.method_holm")
    if any(len(group.days) > 1 for group in study.groups):
        yield phrase("study.method_band")
    if any(group.power for group in study.groups):
        yield phrase("study.method_power")
