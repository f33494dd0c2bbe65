"""The events of a study: those that were used, farthest first, and those that could not be."""

from collections.abc import Iterator

from deepseek_shock.analysis.design import Model, Outcome
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.study import StudiedEvent, Study
from deepseek_shock.analysis.studywindows import abnormal_in, by_size, count_outcomes
from deepseek_shock.report.model import Column, Kind, Row, Section, Table, phrase
from deepseek_shock.report.studytables import cut_note
from deepseek_shock.report.studyverdicts import Bounds, window_name


def events(study: Study, window: Window, bounds: Bounds) -> Section | None:
    """The events that carry numbers, those farthest from expectation first."""
    ordered = by_size(study, window)
    if not ordered:
        return None
    has_beta = study.design.model in (Model.MARKET, Model.THREE_FACTORS)
    rows = tuple(_event(study, one, window, has_beta=has_beta) for one in ordered[: bounds.events])
    cut = cut_note("events", bounds.events, len(ordered))
    title = phrase("section.studied", window=window_name(window))
    columns = tuple(_event_columns(study, window, has_beta=has_beta))
    return Section("events", title, (Table(columns, rows), *cut))


def _event_columns(study: Study, window: Window, *, has_beta: bool) -> Iterator[Column]:
    yield Column(phrase("column.studied_event"), Kind.GIVEN, 7)
    yield Column(phrase("column.studied"), Kind.GIVEN)
    if len(study.groups) > 1:
        yield Column(phrase("column.study_group"), Kind.GIVEN, 5)
    yield Column(phrase("column.session"), Kind.DAY, 8)
    if has_beta:
        yield Column(phrase("column.beta"), Kind.COEFFICIENT, 3)
    yield Column(phrase(f"column.{'ar' if window.first == window.last else 'car'}"), Kind.RETURN)
    yield Column(phrase("column.t"), Kind.STATISTIC, 6)
    yield Column(phrase("column.p"), Kind.P, 8)


def _event(study: Study, event: StudiedEvent, window: Window, *, has_beta: bool) -> Row:
    found = abnormal_in(event, study.design, window)
    values = (found.car, found.t, found.p) if found else (None, None, None)
    beta = event.coefficients[1] if len(event.coefficients) > 1 else None
    return Row(
        (
            event.id,
            event.instrument,
            *((event.group,) if len(study.groups) > 1 else ()),
            event.session,
            *((beta,) if has_beta else ()),
            *values,
        )
    )


def gaps(study: Study, bounds: Bounds) -> Section | None:
    """What became of the events, and those that could not be used with the reason of each."""
    unused = [one for one in study.events if one.outcome is not Outcome.SUCCESS]
    if not unused:
        return None
    counts = Table(
        (
            Column(phrase("column.outcome"), Kind.PHRASE),
            Column(phrase("column.study_events"), Kind.COUNT),
            Column(phrase("column.code"), Kind.CODE, 4),
        ),
        tuple(
            Row((phrase(f"outcome.{one}"), number, str(one)))
            for one, number in count_outcomes(study.events)
        ),
    )
    columns = (
        Column(phrase("column.studied_event"), Kind.GIVEN, 7),
        Column(phrase("column.studied"), Kind.GIVEN),
        Column(phrase("column.given_date"), Kind.DAY, 8),
        Column(phrase("column.why"), Kind.PHRASE),
    )
    rows = tuple(
        Row((one.id, one.instrument, one.day, phrase(f"outcome.{one.outcome}")))
        for one in unused[: bounds.events]
    )
    cut = cut_note("unused", bounds.events, len(unused))
    is_any = len(unused) < len(study.events)
    key = "study.unused" if is_any else "study.title_none"
    title = phrase(key, n=len(unused), known=len(study.events))
    return Section("gaps", title, (counts, Table(columns, rows), *cut))
