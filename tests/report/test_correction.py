"""What changed between two reports of the same day: which figures, how, and of whom."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.errors import UsageError
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.report.correctable import Part, Place
from deepseek_shock.report.correction import Change, Correction, Way, correct
from deepseek_shock.report.correctionnote import make_note
from deepseek_shock.report.model import Kind, Phrase, Report
from deepseek_shock.report.money import Money, Unit
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, Shelf, bars, day, pair

BARE = Registry({})


def report_on(*held: Bars | Gap, session: object = MONDAY) -> Report:
    tickers = tuple(one.instrument.ticker for one in held)
    request = Request(
        LONG_AFTER, MONDAY if session is MONDAY else TUESDAY, tickers=tickers, least_coverage=0
    )
    return make_report(request, BARE, Shelf(held))


def nvidia(close: str) -> Report:
    return report_on(pair("NVDA", "142.62", close), pair("AMD", "122.84", "115.01"))


def of_moves(found: Correction, ticker: str = "NVDA") -> dict[str, Change]:
    return {
        one.place.name: one
        for one in found.changes
        if one.place.part is Part.MOVES and one.place.about == ticker
    }


def said(phrases: tuple[tuple[Phrase, ...], ...]) -> list[str]:
    return [one.key for paragraph in phrases for one in paragraph]


# --- figures ---


def test_a_close_that_changed_changes_what_follows_from_it() -> None:
    found = correct(nvidia("118.58"), nvidia("118.42"))
    moved = of_moves(found)
    # By hand: 24.04 ÷ 142.62 = 0.168560, 24.20 ÷ 142.62 = 0.169682.
    assert set(moved) == {"move", "close", "change"}
    assert float(str(moved["move"].old)) == pytest.approx(-0.168560, abs=5e-7)
    assert float(str(moved["move"].new)) == pytest.approx(-0.169682, abs=5e-7)
    assert moved["close"].old == Money(Decimal("118.58"), Unit.DOLLAR)
    assert moved["close"].new == Money(Decimal("118.42"), Unit.DOLLAR)
    assert moved["change"].new == Money(Decimal("-24.20"), Unit.DOLLAR)
    assert {one.way for one in found.changes} == {Way.CHANGED}
    # The group's median of two is their mean; (−16.856 − 6.374) ÷ 2 = −11.615, then −11.671.
    group = next(one for one in found.changes if one.place.name == "median")
    assert float(str(group.old)) == pytest.approx(-0.11615, abs=5e-6)
    assert float(str(group.new)) == pytest.approx(-0.11671, abs=5e-6)
    assert not of_moves(found, "AMD")


def test_the_headline_is_among_what_changed() -> None:
    found = correct(nvidia("118.58"), nvidia("118.42"))
    title = next(one for one in found.changes if one.place == Place(Part.HEADLINE, "", "title"))
    assert title.kind is Kind.PHRASE
    assert (title.old, title.new) == (found.old.title, found.new.title)


def test_a_figure_that_appeared_says_why_there_was_none() -> None:
    late = Gap(make_instrument("NVDA"), MONDAY, GapReason.NO_DATA)
    other = pair("AMD", "122.84", "115.01")
    found = correct(report_on(late, other), report_on(pair("NVDA", "142.62", "118.42"), other))
    moved = of_moves(found)
    assert moved["move"].way is Way.APPEARED
    assert moved["move"].size == moved["move"].new * -1  # type: ignore[operator]
    assert moved["status"].old == Phrase("reason.no_data", {})
    note = make_note(found, lambda _: True)
    assert said(note.paragraphs)[:2] == ["correction.first_appeared", "correction.why_came"]


def test_a_figure_that_is_withdrawn_says_why() -> None:
    # 142.62 ÷ 71.31 is 2: a split that nobody recorded.
    found = correct(nvidia("118.42"), nvidia("71.31"))
    moved = of_moves(found)
    assert moved["move"].way is Way.WITHDRAWN
    assert moved["status"].new == Phrase("reason.near_split_ratio", {})
    note = make_note(found, lambda _: True)
    assert said(note.paragraphs)[:2] == ["correction.first_withdrawn", "correction.why_gone"]
    back = make_note(correct(nvidia("71.31"), nvidia("118.42")), lambda _: True)
    assert "correction.why_refused" in said(back.paragraphs)


def test_instruments_of_one_report_alone_are_named_and_have_no_changes() -> None:
    found = correct(
        report_on(pair("NVDA", "142.62", "118.42"), pair("AMD", "122.84", "115.01")),
        report_on(pair("NVDA", "142.62", "118.42"), pair("AVGO", "244.70", "202.13")),
    )
    assert [one.ticker for one in found.only_old] == ["AMD"]
    assert [one.ticker for one in found.only_new] == ["AVGO"]
    assert not of_moves(found, "AMD")
    assert not of_moves(found, "AVGO")
    assert {"correction.gone", "correction.come"} <= set(
        said(make_note(found, lambda _: False).paragraphs)
    )


# --- what no correction is of ---


def test_reports_of_two_days_are_not_compared() -> None:
    held = bars("NVDA", {FRIDAY: "142.62", MONDAY: "118.42", TUESDAY: "128.99"})
    with pytest.raises(UsageError, match="of 2025-01-27, the other of 2025-01-28") as caught:
        correct(report_on(held), report_on(held, session=TUESDAY))
    assert caught.value.exit_code == 2
    assert "same day" in caught.value.hint


def test_reports_of_two_events_are_not_compared() -> None:
    registry = Registry(sample_directory())
    one = make_report(Request(LONG_AFTER, MONDAY, event="deepseek"), registry, Sample())
    other = make_report(Request(LONG_AFTER, MONDAY, watchlist="deepseek"), registry, Sample())
    with pytest.raises(UsageError, match="of event deepseek, the other of no event") as caught:
        correct(one, other)
    assert caught.value.exit_code == 2
    assert correct(one, one).is_empty


# --- the note ---


def many(closes: Mapping[str, str]) -> Report:
    return report_on(*(pair(ticker, "100", close) for ticker, close in closes.items()))


def test_the_lead_comes_first_then_the_largest_change_and_the_rest_is_counted() -> None:
    tickers = [f"T{at}" for at in range(15)]
    # T0 leads both headlines (−30 %, then −31 %); T1 changed least, T14 most.
    old = many(dict.fromkeys(tickers, "90") | {"T0": "70"})
    new = many({f"T{at}": f"{90 + at / 10}" for at in range(15)} | {"T0": "69"})
    note = make_note(correct(old, new), lambda one: one.place.name in ("move", "title"))
    named = [
        paragraph[0].values["subject"].ticker  # type: ignore[union-attr]
        for paragraph in note.paragraphs
        if "subject" in paragraph[0].values
    ]
    assert named == ["T0", *(f"T{at}" for at in range(14, 5, -1))]
    assert note.paragraphs[1][0].key == "correction.title"
    more = next(one for part in note.paragraphs for one in part if one.key == "correction.more")
    assert more.values["n"] == 5  # T1 to T5


def with_low(ticker: str, close: str, low: str) -> Bars:
    one = bars(ticker, {FRIDAY: "100", MONDAY: close})
    changed = (one.bars[0], one.bars[1]._replace(low=Decimal(low)))
    return replace(one, bars=changed)


def test_moves_are_said_before_lows() -> None:
    # T0 leads both; its low alone changed. T2 moved more than T1 did.
    old = report_on(with_low("T0", "70", "69"), with_low("T1", "90", "89"), pair("T2", "100", "90"))
    new = report_on(with_low("T0", "70", "68"), with_low("T1", "91", "88"), pair("T2", "100", "95"))
    note = make_note(correct(old, new), lambda one: one.place.part is not Part.HEADLINE)
    named = [
        (one.values["subject"], one.values["label"])
        for paragraph in note.paragraphs
        for one in paragraph[:1]
        if "subject" in one.values
    ]
    said = [(getattr(one, "ticker", "group"), str(label.key)) for one, label in named]  # type: ignore[union-attr]
    assert said[:2] == [("T2", "changed.move"), ("T1", "changed.move")]
    assert {one for one, _ in said[2:-1]} == {"group"}
    assert said[-1] == ("T0", "changed.low")


def test_a_dividend_changes_the_total_return_alone() -> None:
    shelf = pair("NVDA", "142.62", "118.42"), pair("AMD", "122.84", "115.01")
    paid = [replace(one, dividends=()) for one in shelf]
    more = [replace(paid[0], dividends=(Action(MONDAY, Decimal("0.5")),)), paid[1]]
    found = correct(report_on(*paid), report_on(*more))
    (only,) = found.changes
    assert only.place == Place(Part.MOVES, "NVDA", "total_return")
    # By hand: 118.92 ÷ 142.62 − 1 = −0.166176.
    assert float(str(only.new)) == pytest.approx(-0.166176, abs=5e-7)
    # Without a dividend it is the move, and not said twice.
    other = replace(pair("NVDA", "142.62", "118.58"), dividends=())
    moved = of_moves(correct(report_on(*paid), report_on(other, paid[1])))
    assert "move" in moved
    assert "total_return" not in moved


def test_what_takes_in_more_sessions_is_no_error() -> None:
    days = {FRIDAY: "142.62", MONDAY: "118.42"}
    old = report_on(bars("NVDA", days))
    new = report_on(bars("NVDA", {**days, TUESDAY: "128.99", day("2025-01-29"): "100"}))
    found = correct(old, new)
    after = [one for one in found.changes if one.place.part is Part.AFTER]
    note = make_note(found, lambda one: one in after)
    assert note.heading.key == "correction.update"
    assert said(note.paragraphs)[0] == "correction.grown"


def test_nothing_in_print_needs_no_correction() -> None:
    same = nvidia("118.42")
    note = make_note(correct(same, same), lambda _: True)
    assert note.heading.key == "correction.none"
    assert said(note.paragraphs)[0] == "correction.nothing"
    unseen = make_note(correct(nvidia("118.58"), same), lambda _: False)
    assert unseen.heading.key == "correction.none"
    assert said(unseen.paragraphs)[:2] == ["correction.nothing", "correction.beyond"]


# --- laws ---

CLOSES = st.fixed_dictionaries(
    {
        ticker: st.none() | st.sampled_from(["50", "90", "90.004", "97.5", "100", "110", "500"])
        for ticker in ("NVDA", "AMD", "5803.T")
    }
)


def held_as(closes: Mapping[str, str | None]) -> Report:
    return report_on(
        *(bars(ticker, {FRIDAY: "100", MONDAY: close}) for ticker, close in closes.items())
    )


@settings(max_examples=30, deadline=None)
@given(CLOSES, CLOSES)
def test_a_report_differs_in_nothing_from_itself_and_two_mirror_each_other(
    first: dict[str, str | None], second: dict[str, str | None]
) -> None:
    one, other = held_as(first), held_as(second)
    assert correct(one, held_as(first)).is_empty
    there, back = correct(one, other), correct(other, one)
    assert {(str(c.place), str(c.old), str(c.new), c.size) for c in there.changes} == {
        (str(c.place), str(c.new), str(c.old), c.size) for c in back.changes
    }
    mirrored = {
        Way.CHANGED: Way.CHANGED,
        Way.APPEARED: Way.WITHDRAWN,
        Way.WITHDRAWN: Way.APPEARED,
    }
    ways = {c.place: c.way for c in there.changes}
    assert {c.place: mirrored[c.way] for c in back.changes} == ways
    assert there.is_empty is (first == second)
