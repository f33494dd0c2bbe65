"""Judging one day by what came with the source: the sample's estimates, and made-up ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

import pytest
from scipy import stats

from deepseek_shock.analysis.design import (
    Design,
    Model,
    Outcome,
    Statistic,
    StatisticName,
)
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.judging import judge
from deepseek_shock.analysis.moves import Move, Status, find_move
from deepseek_shock.analysis.paths import Window
from deepseek_shock.market.event import Group, Watchlist
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from tests.builders import (
    FRIDAY,
    LONG_AFTER,
    MONDAY,
    TUESDAY,
    asked,
    bars,
    baseline,
    estimate,
    group_estimate,
    pair,
)

if TYPE_CHECKING:
    from deepseek_shock.analysis.estimates import Estimate, GroupEstimate
    from deepseek_shock.analysis.significance import GroupJudged, Significance
    from deepseek_shock.market.bars import Bars

TITLE = Text("Title", "題")
S = StatisticName
GSPC = make_instrument("^GSPC")
PLAIN = Design()


@cache
def of_the_sample(day: date = MONDAY, design: Design = PLAIN, *tickers: str) -> Significance:
    request = Request(LONG_AFTER, day, design=design, tickers=tickers)
    found = make_report(request, Registry(sample_directory()), Sample()).findings.significance
    assert found is not None
    return found


def group(name: str, day: date = MONDAY) -> GroupJudged:
    return next(one for one in of_the_sample(day).groups if one.group.id == name)


def test_of(judged: GroupJudged, name: StatisticName) -> Statistic:
    found = judged.statistic(name)
    assert found is not None
    return found


test_of.__test__ = False  # type: ignore[attr-defined]  # a helper


# Reckoned with pandas and statsmodels from longer series of the same prices, kept outside the
# checkout; the report reckons them from the estimates that ship with it.
@pytest.mark.parametrize(
    ("name", "aar", "portfolio", "kolari", "correlation", "sessions"),
    [
        ("us-chips", -0.0744, -4.58, -1.55, 0.2545, 250),
        ("us-datacentre", -0.1715, -9.63, -3.51, 0.1675, 202),
        ("us-power", -0.1887, -7.53, -2.83, 0.3725, 166),
        ("tokyo-ai", -0.0620, -4.75, -3.13, 0.1324, 250),
        ("tokyo-power", -0.0336, -2.18, -1.93, 0.2158, 250),
        ("us-platforms", 0.0022, 0.28, 0.14, 0.0467, 250),
        ("tokyo-others", 0.0009, 0.12, 0.65, -0.0013, 250),
    ],
)
def test_the_sample(  # noqa: PLR0913, PLR0917 -- a row of the table
    name: str, aar: float, portfolio: float, kolari: float, correlation: float, sessions: int
) -> None:
    found = group(name)
    assert found.aar == pytest.approx(aar, abs=5e-5)
    assert test_of(found, S.PORTFOLIO).value == pytest.approx(portfolio, abs=0.005)
    assert test_of(found, S.KOLARI_PYNNONEN).value == pytest.approx(kolari, abs=0.005)
    assert found.correlation == pytest.approx(correlation, abs=5e-5)
    assert (found.sessions, found.is_shipped) == (sessions, True)
    assert found.used == found.asked == len(found.group.members)


def test_the_chips_of_the_sample_disagree() -> None:
    chips = group("us-chips")
    assert test_of(chips, S.BMP).value == pytest.approx(-3.12, abs=0.005)
    assert test_of(chips, S.KOLARI_PYNNONEN).p == pytest.approx(0.161, abs=0.0005)
    assert test_of(chips, S.PORTFOLIO).p == pytest.approx(7.3e-6, rel=0.01)
    assert chips.spread == pytest.approx(2.98, abs=0.005)
    members = {one.instrument.ticker: one for one in of_the_sample().judged}
    sars = [round(members[one.ticker].t or 0, 1) for one in chips.group.members]
    assert sars == [-5.1, -5.0, -5.0, -5.2, -2.9, -1.2, -1.1, 0.3, 1.3]


def test_beyond_the_worst_session_there_is_none_as_large_and_within_nobody_knows() -> None:
    assert [group(name).as_large for name in ("us-chips", "tokyo-ai")] == [0, 0]
    assert [group(name).as_large for name in ("tokyo-power", "us-platforms")] == [None, None]


def test_every_figure_of_one_share_follows_from_the_others() -> None:
    for one in of_the_sample().judged:
        assert one.outcome is Outcome.SUCCESS
        assert one.df == one.sessions - 2
        assert one.t == pytest.approx((one.abnormal or 0) / (one.se or 1))
        assert one.p == pytest.approx(2 * stats.t.sf(abs(one.t or 0), one.df), rel=1e-9)


def test_the_groups_p_is_adjusted_for_their_number() -> None:
    found = of_the_sample().groups
    raw = sorted((test_of(one, S.PORTFOLIO).p, one.holm) for one in found)
    largest = 0.0
    for rank, (p, holm) in enumerate(raw):
        largest = max(largest, min(1.0, (len(raw) - rank) * (p or 0)))
        assert holm == pytest.approx(largest)


def test_small_groups_are_told_their_power() -> None:
    found = {one.group.id: one for one in of_the_sample().groups}
    assert {name for name, one in found.items() if one.power} == {
        *("us-chips", "us-power", "us-platforms", "tokyo-power", "tokyo-others"),
    }
    chips = found["us-chips"].power
    assert [one.effect for one in chips[:2]] == [0.01, 0.02]
    assert chips[2].power == 0.8
    assert chips[0].power < chips[1].power < 0.8


def test_the_path_runs_over_the_sessions_that_all_members_have() -> None:
    chips, tokyo = group("us-chips"), group("tokyo-ai")
    assert [one.offset for one in chips.path] == list(range(-4, 6))  # no session on 20 January
    assert [one.offset for one in tokyo.path] == list(range(-5, 6))
    for path in (chips.path, tokyo.path):
        total = 0.0
        for one in path:
            total += one.aar
            assert one.caar == pytest.approx(total)
        assert [one.band for one in path] == sorted(one.band for one in path)
    assert chips.path[4].session == MONDAY
    assert chips.path[4].aar == pytest.approx(chips.aar)


def test_the_tests_of_ranks_are_not_made() -> None:
    assert of_the_sample().lacks_residuals
    names = {one.name for one in group("us-chips").tests}
    assert names.isdisjoint({S.CORRADO, S.CORRADO_ZIVNEY, S.GRANK})


def test_on_the_day_after_the_same_groups_serve() -> None:
    found = of_the_sample(TUESDAY)
    assert len(found.groups) == 7
    chips = group("us-chips", TUESDAY)
    assert chips.last == date(2025, 1, 8)  # of the shares the window ends two days later
    assert next(one.last for one in found.judged if one.instrument.ticker == "NVDA") == date(
        2025, 1, 10
    )


def test_of_a_day_without_estimates_nothing_can_be_judged() -> None:
    found = of_the_sample(date(2025, 1, 30))
    assert {one.outcome for one in found.judged} == {Outcome.WRONG_SPAN}
    assert not found.groups
    assert {why for _, why in found.unjudged} == {Outcome.WRONG_SPAN}


@pytest.mark.parametrize(
    "design",
    [
        Design(Model.MARKET_ADJUSTED),
        Design(Model.THREE_FACTORS),
        Design(estimation=Window(-120, -11)),
        Design(Model.MEAN_ADJUSTED, estimation=Window(-120, -11)),
    ],
)
def test_estimates_serve_no_other_design(design: Design) -> None:
    found = of_the_sample(MONDAY, design)
    assert {one.outcome for one in found.judged} == {Outcome.WRONG_SPAN}
    assert {why for _, why in found.unjudged} == {Outcome.WRONG_SPAN}


def test_too_few_sessions_are_refused() -> None:
    found = of_the_sample(MONDAY, Design(shortest=240))
    short = {one.instrument.ticker for one in found.judged if one.outcome is Outcome.TOO_FEW}
    assert short == {"ALAB", "GEV", "OKLO"}
    assert {one.id: why for one, why in found.unjudged} == {
        "us-datacentre": Outcome.TOO_FEW,
        "us-power": Outcome.TOO_FEW,
    }


def test_a_group_of_the_users_own_has_no_residuals_but_its_shares_are_judged() -> None:
    found = of_the_sample(MONDAY, PLAIN, "NVDA", "AVGO", "^GSPC")
    assert [one.outcome for one in found.judged] == [Outcome.SUCCESS] * 2
    assert [why for _, why in found.unjudged] == [Outcome.WRONG_SPAN]


def test_without_an_index_there_is_no_benchmark() -> None:
    found = of_the_sample(MONDAY, PLAIN, "NVDA", "AVGO")
    assert [why for _, why in found.unjudged] == [Outcome.NO_BENCHMARK]


def test_members_on_two_calendars_share_no_sessions() -> None:
    found = of_the_sample(MONDAY, PLAIN, "NVDA", "5803.T", "^GSPC", "^TOPX")
    assert [one.outcome for one in found.judged] == [Outcome.SUCCESS] * 2
    assert [why for _, why in found.unjudged] == [Outcome.SEVERAL_CALENDARS]


# --- made-up figures, reckoned by hand ---


def inquiry(*shares: str, design: Design = PLAIN, **changes: object) -> Inquiry:
    members = tuple(make_instrument(one) for one in shares)
    watchlist = Watchlist("w", TITLE, (Group("group", TITLE, TITLE, members),), (GSPC,))
    then = asked(XNYS)._replace(session=TUESDAY, previous=MONDAY)
    made = Inquiry(
        MONDAY, {"XNYS": asked(XNYS)}, {"XNYS": then}, watchlist, None, Window(-1, 1), design=design
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def judged(
    made: Inquiry,
    *held: Bars,
    estimates: tuple[Estimate, ...] = (),
    groups: tuple[GroupEstimate, ...] = (),
) -> Significance | None:
    by_ticker = {one.instrument.ticker: one for one in held}
    baselines = {(MONDAY, one): baseline(one) for one in by_ticker}
    shipped = {(one.session, one.ticker): one for one in estimates}
    all_held = Held(by_ticker, baselines, (), estimates=shipped, group_estimates=groups)
    moves = {
        ticker: find_move(one, made.asked[one.instrument.exchange.calendar])
        for ticker, one in by_ticker.items()
    }
    return judge(made, all_held, moves)


TWO = (pair("AAA", "100", "92"), pair("BBB", "100", "96"), pair("^GSPC", "100", "99"))
ESTIMATES = (estimate("AAA"), estimate("BBB"))
# The benchmark's −1 % lies 0.011 below its mean of 0.1 %; its sum of squares is 0.025.
FACTOR = 1 + 1 / 250 + 0.011**2 / 0.025


def test_one_share_by_hand() -> None:
    found = judged(inquiry("AAA", "BBB"), *TWO, estimates=ESTIMATES)
    assert found is not None
    first = found.judged[0]
    assert first.expected == pytest.approx(-0.01)
    assert first.abnormal == pytest.approx(-0.07)
    assert first.se == pytest.approx(0.02 * sqrt(FACTOR))
    assert (first.benchmark, first.df, first.sessions) == ("^GSPC", 248, 250)


def test_a_group_by_hand() -> None:
    found = judged(
        inquiry("AAA", "BBB"), *TWO, estimates=ESTIMATES, groups=(group_estimate("BBB", "AAA"),)
    )
    assert found is not None
    (one,) = found.groups
    assert one.aar == pytest.approx(-0.05)
    assert (one.as_large, one.holm) == (0, None)
    assert test_of(one, S.PORTFOLIO).value == pytest.approx(-0.05 / (0.01 * sqrt(FACTOR)))
    assert test_of(one, S.PORTFOLIO).df == 249
    # SAR are −7 and −3 over 2√f: BMP is mean √2 ÷ sd = 5 √2 ÷ √8, whatever the scale.
    assert test_of(one, S.BMP).value == pytest.approx(-2.5)
    assert test_of(one, S.KOLARI_PYNNONEN).value == pytest.approx(-2.5 * sqrt(0.8 / 1.2))
    assert [step.offset for step in one.path] == [0]
    limit = stats.t.ppf(0.975, 249) * 0.01 * sqrt(FACTOR)
    assert one.path[0].band == pytest.approx(limit)


def test_spans_by_hand() -> None:
    days = (FRIDAY, MONDAY, TUESDAY)
    held = (
        bars("AAA", dict(zip(days, ("100", "92", "92"), strict=True))),
        bars("BBB", dict(zip(days, ("100", "96", "96"), strict=True))),
        bars("^GSPC", dict(zip(days, ("100", "99", "99"), strict=True))),
    )
    design = Design(spans=(Window(0, 1), Window(0, 2)))
    found = judged(
        inquiry("AAA", "BBB", design=design),
        *held,
        estimates=ESTIMATES,
        groups=(group_estimate("AAA", "BBB"),),
    )
    assert found is not None
    # Over two sessions the benchmark's −1 % and 0 % lie 0.012 below twice its mean.
    factor = 2 + 4 / 250 + 0.012**2 / 0.025
    (span,) = found.judged[0].spans  # the third session is not held
    assert span.span == Window(0, 1)
    assert span.car == pytest.approx(-0.07)
    assert span.se == pytest.approx(0.02 * sqrt(factor))
    assert span.p == pytest.approx(2 * stats.t.sf(abs(span.t), 248))
    (mean,) = found.groups[0].spans
    assert mean.caar == pytest.approx(-0.05)
    assert mean.test.value == pytest.approx(-0.05 / (0.01 * sqrt(factor)))


def test_against_the_mean_by_hand() -> None:
    # The baseline's mean is 0.1 %, its deviation 2 %, of 250 sessions.
    found = judged(inquiry("AAA", "BBB", design=Design(Model.MEAN_ADJUSTED)), *TWO)
    assert found is not None
    one = found.judged[0]
    assert one.abnormal == pytest.approx(-0.081)
    assert one.se == pytest.approx(0.02 * sqrt(1 + 1 / 250))
    assert (one.benchmark, one.df) == (None, 249)
    assert [why for _, why in found.unjudged] == [Outcome.WRONG_SPAN]


def test_a_single_share_is_a_group_of_its_own() -> None:
    found = judged(inquiry("AAA"), *TWO, estimates=ESTIMATES)
    assert found is not None
    (one,) = found.groups
    # The deviation loses one degree of freedom and not two.
    deviation = 0.02 * sqrt(248 / 249)
    assert test_of(one, S.PORTFOLIO).value == pytest.approx(-0.07 / (deviation * sqrt(FACTOR)))
    assert (one.correlation, one.as_large, one.used) == (None, None, 1)
    assert test_of(one, S.KOLARI_PYNNONEN).value is None
    assert test_of(one, S.GENERALIZED_SIGN).value is None


def test_a_member_without_a_figure_leaves_its_group_unjudged() -> None:
    found = judged(
        inquiry("AAA", "BBB"),
        TWO[0],
        bars("BBB", {FRIDAY: "100", MONDAY: None}),
        TWO[2],
        estimates=ESTIMATES,
        groups=(group_estimate("AAA", "BBB"),),
    )
    assert found is not None
    assert [one.outcome for one in found.judged] == [Outcome.SUCCESS, Outcome.DATA_MISSING]
    assert [why for _, why in found.unjudged] == [Outcome.DATA_MISSING]


def test_without_the_benchmarks_return_nothing_is_judged() -> None:
    found = judged(
        inquiry("AAA", "BBB"), *TWO[:2], bars(GSPC, {FRIDAY: "100"}), estimates=ESTIMATES
    )
    assert found is not None
    assert {one.outcome for one in found.judged} == {Outcome.NO_BENCHMARK}


def test_estimates_that_allow_no_test_are_refused() -> None:
    still = estimate("AAA")._replace(residual_sd=0.0)
    found = judged(inquiry("AAA"), *TWO, estimates=(still,))
    assert found is not None
    assert found.judged[0].outcome is Outcome.CONSTANT


def test_a_window_that_ends_too_late_does_not_serve() -> None:
    late = group_estimate("AAA", "BBB")._replace(last=date(2025, 1, 10))  # ten sessions before
    found = judged(inquiry("AAA", "BBB"), *TWO, estimates=ESTIMATES, groups=(late,))
    assert found is not None
    assert [why for _, why in found.unjudged] == [Outcome.WRONG_SPAN]


@pytest.mark.parametrize("tickers", [("AAA",), ("AAA", "BBB", "CCC"), ("AAA", "CCC")])
def test_what_is_known_of_other_members_does_not_serve(tickers: tuple[str, ...]) -> None:
    known = (group_estimate(*tickers),)
    found = judged(inquiry("AAA", "BBB"), *TWO, estimates=ESTIMATES, groups=known)
    assert found is not None
    assert [one.outcome for one in found.judged] == [Outcome.SUCCESS] * 2
    assert [why for _, why in found.unjudged] == [Outcome.WRONG_SPAN]


def test_an_estimate_by_another_benchmark_does_not_serve() -> None:
    other = estimate("AAA")._replace(benchmark="^SOX")
    found = judged(inquiry("AAA", "BBB"), *TWO, estimates=(other, estimate("BBB")))
    assert found is not None
    assert [one.outcome for one in found.judged] == [Outcome.WRONG_SPAN, Outcome.SUCCESS]


@pytest.mark.parametrize(("shortest", "outcome"), [(250, Outcome.SUCCESS), (251, Outcome.TOO_FEW)])
def test_as_many_sessions_as_are_asked_are_enough(shortest: int, outcome: Outcome) -> None:
    made = inquiry("AAA", "BBB", design=Design(shortest=shortest))
    found = judged(made, *TWO, estimates=ESTIMATES)
    assert found is not None
    assert {one.outcome for one in found.judged} == {outcome}


def test_of_two_groups_the_smaller_p_is_doubled() -> None:
    made = inquiry("AAA", "BBB")
    alone = tuple(Group(one.ticker, TITLE, TITLE, (one,)) for one in made.watchlist.shares)
    two = Watchlist("w", TITLE, alone, (GSPC,))
    found = judged(made._replace(watchlist=two), *TWO, estimates=ESTIMATES)
    assert found is not None
    first, second = ((test_of(one, S.PORTFOLIO).p, one.holm) for one in found.groups)
    assert (first[0] or 0) < (second[0] or 0)  # −7 % and −3 %
    assert first[1] == pytest.approx(2 * (first[0] or 0))
    assert second[1] == second[0]


def test_residuals_of_the_market_model_say_nothing_of_a_mean() -> None:
    found = of_the_sample(MONDAY, Design(Model.MEAN_ADJUSTED))
    assert {one.outcome for one in found.judged} == {Outcome.SUCCESS}
    assert not found.groups
    assert {why for _, why in found.unjudged} == {Outcome.WRONG_SPAN}


def test_a_mean_as_far_as_the_worst_session_is_not_beyond_it() -> None:
    def found(worst: float) -> GroupJudged:
        known = group_estimate("AAA", "BBB")._replace(worst=worst)
        made = judged(inquiry("AAA", "BBB"), *TWO, estimates=ESTIMATES, groups=(known,))
        assert made is not None
        return made.groups[0]

    aar = found(-1).aar  # −5 %: rounding decides about the last digit
    assert aar == pytest.approx(-0.05)
    assert [found(aar * part).as_large for part in (0.99, 1, 1.01)] == [0, None, None]


def test_a_session_that_runs_is_not_judged() -> None:
    running = inquiry("AAA")._replace(asked={"XNYS": asked(XNYS, Phase.RUNNING)})
    assert judged(running, *TWO, estimates=ESTIMATES) is None


def test_indexes_alone_are_not_judged() -> None:
    assert judged(inquiry(), TWO[2]) is None


def test_a_close_at_the_price_limit_is_flagged() -> None:
    # Tokyo's limit on a base price of 1,000 yen is 300 yen.
    share = make_instrument("5803.T")
    topix = Instrument("^TOPX", XTKS, TITLE, TITLE)
    watchlist = Watchlist("w", TITLE, (Group("group", TITLE, TITLE, (share,)),), (topix,))
    then = asked(XTKS)._replace(session=TUESDAY, previous=MONDAY)
    made = inquiry()._replace(watchlist=watchlist, asked={"XTKS": asked(XTKS)}, then={"XTKS": then})
    found = judged(
        made,
        pair(share, "1000", "700"),
        pair(topix, "100", "99"),
        estimates=(estimate("5803.T")._replace(benchmark="^TOPX"),),
    )
    assert found is not None
    assert found.judged[0].is_locked
    assert found.groups[0].locked == 1


def test_an_accepted_figure_is_what_is_judged() -> None:
    made = inquiry("AAA")
    accepted = Move(make_instrument("AAA"), MONDAY, FRIDAY, Status.OK, price_return=Decimal("-0.2"))
    held = {one.instrument.ticker: one for one in TWO}
    moves: dict[str, Move] = {one: find_move(bar, asked(XNYS)) for one, bar in held.items()}
    found = judge(
        made,
        Held(held, {}, (), estimates={(MONDAY, "AAA"): estimate("AAA")}),
        moves | {"AAA": accepted},
    )
    assert found is not None
    assert found.judged[0].abnormal == pytest.approx(-0.19)
