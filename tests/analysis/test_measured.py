"""Judging one day by the bars held, against statsmodels; and what must not change a verdict."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import normal_power

from deepseek_shock.analysis.contribution import Composition, Constituent, Weighting
from deepseek_shock.analysis.design import (
    BenchmarkKind,
    Design,
    Model,
    Outcome,
    StatisticName,
)
from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.judging import judge
from deepseek_shock.analysis.limits import Limit
from deepseek_shock.analysis.moves import find_move
from deepseek_shock.analysis.paths import Window
from deepseek_shock.market.bars import Action, Bars
from deepseek_shock.market.event import Group, Watchlist
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.market.sessions import sessions_between
from tests.builders import MONDAY, TUESDAY, asked, bar, estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deepseek_shock.analysis.significance import GroupJudged, Judged, Significance

TITLE = Text("Title", "題")
S = StatisticName
GSPC = make_instrument("^GSPC")
SESSIONS = sessions_between(XNYS, date(2023, 12, 1), MONDAY + timedelta(days=4))
AT = SESSIONS.index(MONDAY)
ESTIMATION = slice(AT - 260, AT - 10)
PLAIN = Design()


class World(NamedTuple):
    """Returns by ticker over `SESSIONS`; that of the first is not used."""

    returns: Mapping[str, Sequence[float]]

    def array(self, ticker: str) -> np.ndarray:
        """Return the returns of the bars that are made of these: prices are cut to four places."""
        closes = np.array([float(one.close or 0) for one in self.bars(ticker).bars])
        return np.concatenate(([np.nan], closes[1:] / closes[:-1] - 1))

    def bars(self, ticker: str, scale: str = "1") -> Bars:
        """Make the bars of a ticker, from a price of 100 on, times a factor."""
        price, made = 100.0, []
        for session, one in zip(SESSIONS, self.returns[ticker], strict=True):
            price *= 1 + one
            cut = Decimal(f"{price:.4f}") * Decimal(scale)
            made.append(bar(session, str(cut)))
        return Bars(make_instrument(ticker), tuple(made))


@cache
def world(shares: int = 4, seed: int = 1) -> World:
    """Draw shares that follow an index, with betas from 0.5 on, and a shock in the session."""
    draw = np.random.default_rng(seed)
    index = [draw.normal(0.0005, 0.01) for _ in SESSIONS]
    returns = {"^GSPC": index}
    for at in range(shares):
        beta = 0.5 + 0.3 * at
        own = [0.001 + beta * one + draw.normal(0, 0.02) for one in index]
        own[AT] -= 0.08
        returns[f"S{at}"] = own
    return World(returns)


def inquiry(tickers: Sequence[str], design: Design = PLAIN, **changes: object) -> Inquiry:
    group = Group("group", TITLE, TITLE, tuple(make_instrument(one) for one in tickers))
    then = asked(XNYS)._replace(session=TUESDAY, previous=MONDAY)
    made = Inquiry(
        MONDAY,
        {"XNYS": asked(XNYS)},
        {"XNYS": then},
        Watchlist("w", TITLE, (group,), (GSPC,)),
        None,
        Window(-3, 3),
        design=design,
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def verdict(
    made: Inquiry,
    held: Sequence[Bars],
    limits: Mapping[str, Limit] = MappingProxyType({}),
    **more: object,
) -> Significance:
    by_ticker = {one.instrument.ticker: one for one in held}
    moves = {
        ticker: find_move(one, asked(XNYS))._replace(limit=limits.get(ticker))
        for ticker, one in by_ticker.items()
    }
    found = judge(made, Held(by_ticker, {}, (), **more), moves)  # type: ignore[arg-type]
    assert found is not None
    return found


def judged(made: World, design: Design = PLAIN, **changes: object) -> Significance:
    tickers = [one for one in made.returns if one != "^GSPC"]
    return verdict(inquiry(tickers, design, **changes), [made.bars(one) for one in made.returns])


def only(found: Significance) -> GroupJudged:
    (one,) = found.groups
    return one


def close(one: Judged, other: Judged) -> bool:
    return one[:8] == other[:8] and np.allclose(one[8:13], other[8:13], rtol=1e-6)  # type: ignore[arg-type]


# --- against statsmodels ---


def ols(y: np.ndarray, *x: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the coefficients, (X′X)⁻¹ and the residual deviation over the estimation window."""
    made = sm.OLS(y[ESTIMATION], sm.add_constant(np.column_stack([one[ESTIMATION] for one in x])))
    fitted = made.fit()
    return fitted.params, fitted.normalized_cov_params, float(np.sqrt(fitted.mse_resid))


def test_one_share_is_an_ordinary_least_squares_forecast() -> None:
    made = world()
    found = {one.instrument.ticker: one for one in judged(made).judged}
    market = made.array("^GSPC")
    for ticker, one in found.items():
        params, inverse, sd = ols(made.array(ticker), market)
        x = np.array([1, market[AT]])
        abnormal = made.array(ticker)[AT] - x @ params
        se = sd * np.sqrt(1 + x @ inverse @ x)
        assert one.expected == pytest.approx(x @ params, rel=1e-9)
        assert one.abnormal == pytest.approx(abnormal, rel=1e-9)
        assert one.se == pytest.approx(se, rel=1e-9)
        assert one.p == pytest.approx(2 * stats.t.sf(abs(abnormal / se), 248), rel=1e-9)
        assert (one.first, one.last) == (SESSIONS[ESTIMATION][0], SESSIONS[ESTIMATION][-1])


def test_a_span_is_a_forecast_of_several_sessions() -> None:
    made, market = world(), world().array("^GSPC")
    found = judged(made, Design(spans=(Window(-1, 2), Window(0, 60))))
    params, inverse, sd = ols(made.array("S1"), market)
    window = slice(AT - 1, AT + 3)
    x = np.column_stack([np.ones(4), market[window]])
    car = (made.array("S1")[window] - x @ params).sum()
    total = x.sum(axis=0)
    (span,) = found.judged[1].spans  # the other one reaches beyond the bars
    assert span.car == pytest.approx(car, rel=1e-9)
    assert span.se == pytest.approx(sd * np.sqrt(4 + total @ inverse @ total), rel=1e-9)


def test_the_portfolio_t_is_that_of_the_groups_mean_return() -> None:
    made, market = world(), world().array("^GSPC")
    found = only(judged(made))
    mean = np.mean([made.array(f"S{at}") for at in range(4)], axis=0)
    params, inverse, sd = ols(mean, market)
    x = np.array([1, market[AT]])
    abnormal = mean[AT] - x @ params
    t = abnormal / (sd * np.sqrt(1 + x @ inverse @ x))
    portfolio = found.statistic(S.PORTFOLIO)
    assert portfolio is not None
    assert found.aar == pytest.approx(abnormal, rel=1e-9)
    # Its deviation loses one degree of freedom, that of the regression two.
    assert portfolio.value == pytest.approx(t * np.sqrt(249 / 248), rel=1e-9)
    residuals = mean[ESTIMATION] - np.column_stack([np.ones(250), market[ESTIMATION]]) @ params
    assert found.as_large == np.count_nonzero(residuals <= abnormal)


@pytest.mark.parametrize("shock", [-0.011, 0.011])
def test_as_large_is_what_went_as_far_in_the_same_direction(shock: float) -> None:
    drawn = world()
    returns = {ticker: list(one) for ticker, one in drawn.returns.items()}
    for at in range(4):
        usual = 0.001 + (0.5 + 0.3 * at) * returns["^GSPC"][AT]
        returns[f"S{at}"][AT] = usual + shock
    made = World(returns)
    mean = np.mean([made.array(f"S{at}") for at in range(4)], axis=0)
    x = np.column_stack([np.ones(len(SESSIONS)), made.array("^GSPC")])
    params, _, _ = ols(mean, x[:, 1])
    residuals, abnormal = (mean - x @ params)[ESTIMATION], mean[AT] - x[AT] @ params
    beyond = np.flatnonzero(np.sign(shock) * (residuals - abnormal) >= 0)
    found = only(judged(made))
    assert 1 < len(beyond) < np.count_nonzero(np.abs(residuals) >= abs(abnormal))
    assert (found.as_large, found.last_as_large) == (
        len(beyond),
        SESSIONS[ESTIMATION][beyond[-1]],
    )


def test_the_band_is_that_of_the_mean_over_so_many_sessions() -> None:
    made, market = world(), world().array("^GSPC")
    found = only(judged(made))
    mean = np.mean([made.array(f"S{at}") for at in range(4)], axis=0)
    params, inverse, sd = ols(mean, market)
    assert [one.offset for one in found.path] == list(range(-3, 4))
    for length, one in enumerate(found.path, start=1):
        window = slice(AT - 3, AT - 3 + length)
        x = np.column_stack([np.ones(length), market[window]])
        total = x.sum(axis=0)
        assert one.caar == pytest.approx((mean[window] - x @ params).sum(), rel=1e-8, abs=1e-12)
        half = stats.t.ppf(0.975, 249) * sd * np.sqrt(248 / 249)
        assert one.band == pytest.approx(half * np.sqrt(length + total @ inverse @ total), rel=1e-9)


def test_r_bar_is_the_mean_of_the_correlations() -> None:
    made, market = world(), world().array("^GSPC")
    x = sm.add_constant(market[ESTIMATION])
    each = [sm.OLS(made.array(f"S{at}")[ESTIMATION], x).fit().resid for at in range(4)]
    expected = np.corrcoef(each)[np.triu_indices(4, 1)].mean()
    assert only(judged(made)).correlation == pytest.approx(expected, rel=1e-9)


def test_the_power_of_few_is_that_of_so_many_independent_shares() -> None:
    made = world()
    found = only(judged(made))
    sds = [ols(made.array(f"S{at}"), made.array("^GSPC"))[2] for at in range(4)]
    worth = 4 / (1 + 3 * max(found.correlation or 0, 0))
    one, two, wanted = found.power
    for told in (one, two):
        expected = normal_power(told.effect / np.sqrt(np.mean(np.square(sds))), worth, 0.05)
        assert told.power == pytest.approx(expected, rel=1e-9)
    assert (one.effect, two.effect, wanted.power) == (0.01, 0.02, 0.8)


def test_three_factors_are_a_regression_on_them() -> None:
    made = world()
    draw = np.random.default_rng(5)
    rows = {
        one: Factors(draw.normal(0, 0.01), draw.normal(0, 0.005), draw.normal(0, 0.005), 0.0002)
        for one in SESSIONS
    }
    held = [made.bars(one) for one in made.returns]
    design = Design(Model.THREE_FACTORS)
    tickers = ["S0", "S1", "S2", "S3"]
    found = verdict(inquiry(tickers, design), held, factors={"XNYS": rows})
    columns = [np.array([row[at] for row in rows.values()]) for at in range(3)]
    y = made.array("S2") - 0.0002
    params, inverse, sd = ols(y, *columns)
    x = np.array([1, *(column[AT] for column in columns)])
    one = found.judged[2]
    assert one.abnormal == pytest.approx(y[AT] - x @ params, rel=1e-9)
    assert one.se == pytest.approx(sd * np.sqrt(1 + x @ inverse @ x), rel=1e-9)
    assert (one.df, one.benchmark) == (246, None)


def test_three_factors_without_a_file_are_no_benchmark() -> None:
    found = judged(world(), Design(Model.THREE_FACTORS))
    assert {one.outcome for one in found.judged} == {Outcome.NO_BENCHMARK}


def test_the_adjusted_models() -> None:
    made = world()
    y, market = made.array("S0"), made.array("^GSPC")
    mean = judged(made, Design(Model.MEAN_ADJUSTED)).judged[0]
    assert mean.abnormal == pytest.approx(y[AT] - y[ESTIMATION].mean(), rel=1e-9)
    assert mean.se == pytest.approx(y[ESTIMATION].std(ddof=1) * np.sqrt(1 + 1 / 250), rel=1e-9)
    less = judged(made, Design(Model.MARKET_ADJUSTED)).judged[0]
    assert less.abnormal == pytest.approx(y[AT] - market[AT], rel=1e-9)
    assert less.se == pytest.approx((y - market)[ESTIMATION].std(ddof=1), rel=1e-9)


# --- benchmarks that leave the share out ---


def test_equal_weighted_is_the_mean_of_the_others() -> None:
    made = world()
    found = judged(made, benchmark_kind=BenchmarkKind.EQUAL_WEIGHTED)
    others = np.mean([made.array(f"S{at}") for at in (1, 2, 3)], axis=0)
    params, _, _ = ols(made.array("S0"), others)
    expected = made.array("S0")[AT] - params @ [1, others[AT]]
    one, group = found.judged[0], only(found)
    assert one.abnormal == pytest.approx(expected, rel=1e-9)
    assert (one.benchmark, one.kind) == (None, BenchmarkKind.EQUAL_WEIGHTED)
    assert (group.kind, group.without_self) == (BenchmarkKind.EQUAL_WEIGHTED, 4)


def test_an_index_of_two_without_the_one_is_the_other() -> None:
    draw = np.random.default_rng(3)
    one = [draw.normal(0, 0.02) for _ in SESSIONS]
    other = [draw.normal(0, 0.02) for _ in SESSIONS]
    shares = World({"S0": one, "S1": other, "S2": [draw.normal(0, 0.02) for _ in SESSIONS]})
    pairs = zip(shares.bars("S0").bars, shares.bars("S1").bars, strict=True)
    closes = {a.session: (a.close or 0) + (b.close or 0) for a, b in pairs}
    index = Bars(GSPC, tuple(bar(day, str(level)) for day, level in closes.items()))
    parts = tuple(Constituent(make_instrument(name), Decimal(1)) for name in ("S0", "S1"))
    made = Composition(GSPC, Weighting.PRICE, asked(XNYS), Decimal(1), parts, TITLE)
    found = verdict(
        inquiry(("S0", "S1", "S2"), benchmark_kind=BenchmarkKind.EX_SELF, compositions=(made,)),
        [*map(shares.bars, shares.returns), index],
    )
    first, _, third = found.judged
    params, _, _ = ols(shares.array("S0"), shares.array("S1"))
    expected = shares.array("S0")[AT] - params @ [1, shares.array("S1")[AT]]
    assert first.abnormal == pytest.approx(expected, rel=1e-9)
    assert (first.benchmark, first.kind) == ("^GSPC", BenchmarkKind.EX_SELF)
    assert third.kind is BenchmarkKind.INDEX  # the index does not hold it: it stays whole
    group = only(found)
    assert (group.kind, group.without_self) == (BenchmarkKind.EX_SELF, 2)


# --- what must not matter ---


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["0.01", "0.5", "3", "1000"]), min_size=5, max_size=5))
def test_the_unit_of_a_price_does_not_matter(scales: list[str]) -> None:
    made = world()
    held = [made.bars(one, scale) for one, scale in zip(made.returns, scales, strict=True)]
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), held)
    plain = judged(made)
    assert all(map(close, found.judged, plain.judged))
    for one, other in zip(only(found).tests, only(plain).tests, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.permutations(["S0", "S1", "S2", "S3"]))
def test_the_order_of_members_does_not_matter(tickers: list[str]) -> None:
    made = world()
    found = only(verdict(inquiry(tickers), [made.bars(one) for one in made.returns]))
    plain = only(judged(made))
    assert found.aar == pytest.approx(plain.aar)
    assert (found.as_large, found.last_as_large) == (plain.as_large, plain.last_as_large)
    for one, other in zip(found.tests, plain.tests, strict=True):
        assert one.name is other.name
        assert one.value == pytest.approx(other.value, rel=1e-9)
    for step, same in zip(found.path, plain.path, strict=True):
        assert (step.caar, step.band) == pytest.approx((same.caar, same.band))


def test_a_split_does_not_matter() -> None:
    made = world()
    whole = made.bars("S0")
    day = SESSIONS[AT - 40]
    halved = tuple(
        one if one.session < day else bar(one.session, str((one.close or 0) / 2))
        for one in whole.bars
    )
    split = Bars(whole.instrument, halved, (Action(day, Decimal(2)),))
    held = [split, *(made.bars(one) for one in made.returns if one != "S0")]
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), held)
    assert close(found.judged[0], judged(made).judged[0])


# --- what is missing ---


def without(made: World, ticker: str, *days: date) -> Bars:
    whole = made.bars(ticker)
    return Bars(whole.instrument, tuple(one for one in whole.bars if one.session not in days))


def test_a_missing_day_is_not_bridged() -> None:
    made = world()
    gap = without(made, "S0", SESSIONS[AT - 100])
    held = [gap, *(made.bars(one) for one in made.returns if one != "S0")]
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), held)
    assert [one.sessions for one in found.judged] == [248, 250, 250, 250]
    assert only(found).sessions == 248


def test_a_missing_day_shortens_the_path() -> None:
    made = world()
    gap = without(made, "S0", SESSIONS[AT + 2])
    held = [gap, *(made.bars(one) for one in made.returns if one != "S0")]
    found = only(verdict(inquiry(["S0", "S1", "S2", "S3"]), held))
    assert [one.offset for one in found.path] == [-3, -2, -1, 0, 1]


def test_the_path_begins_after_the_estimation_window() -> None:
    # What was fitted there is no forecast: the band would be too wide for it.
    found = only(judged(world(), window=Window(-30, 3)))
    assert [one.offset for one in found.path] == list(range(-10, 4))


def test_a_member_without_a_return_is_left_out() -> None:
    made = world()
    gap = without(made, "S0", MONDAY)
    held = [gap, *(made.bars(one) for one in made.returns if one != "S0")]
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), held)
    assert found.judged[0].outcome is Outcome.DATA_MISSING
    assert (only(found).used, only(found).asked) == (3, 4)


def test_a_young_share_makes_the_common_window_shorter_and_too_young_a_one_is_left_out() -> None:
    made = world()
    held = {one: made.bars(one) for one in made.returns}
    held["S0"] = held["S0"].since(SESSIONS[AT - 121])  # 110 returns in the window
    held["S1"] = held["S1"].since(SESSIONS[AT - 70])  # 59
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), list(held.values()))
    assert [one.outcome for one in found.judged][:2] == [Outcome.SUCCESS, Outcome.TOO_FEW]
    assert found.judged[1].sessions == 59
    assert (only(found).used, only(found).sessions) == (3, 110)


def test_closes_at_a_limit_are_counted_of_those_that_are_judged() -> None:
    made = world()
    held = {one: made.bars(one) for one in made.returns}
    held["S1"] = held["S1"].since(SESSIONS[AT - 70])  # too young
    limits = {"S0": Limit.DOWN, "S1": Limit.DOWN, "S2": Limit.TOUCHED_DOWN}
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), list(held.values()), limits)
    assert [one.is_locked for one in found.judged] == [True, True, False, False]
    assert (only(found).used, only(found).locked) == (3, 1)


def test_a_share_of_which_only_the_last_days_are_held_has_no_window() -> None:
    made = world()
    held = {one: made.bars(one) for one in made.returns}
    held["S0"] = held["S0"].since(SESSIONS[AT - 5])
    found = verdict(inquiry(["S0", "S1"]), list(held.values()))
    assert found.judged[0].outcome is Outcome.WRONG_SPAN


def test_a_share_that_never_moves_is_not_judged() -> None:
    made = world()
    still = World({**made.returns, "S0": [0.0] * len(SESSIONS)})
    found = judged(still)
    assert found.judged[0].outcome is Outcome.CONSTANT
    assert only(found).used == 3


def test_without_the_benchmarks_history_nothing_is_judged() -> None:
    made = world()
    held = [made.bars(one) for one in made.returns if one != "^GSPC"]
    short = made.bars("^GSPC").since(SESSIONS[AT - 5])
    found = verdict(inquiry(["S0", "S1", "S2", "S3"]), [*held, short])
    assert {one.outcome for one in found.judged} == {Outcome.NO_BENCHMARK}
    assert [why for _, why in found.unjudged] == [Outcome.NO_BENCHMARK]


def test_members_whose_windows_hardly_meet_are_taken_by_pairs() -> None:
    made = world()
    early = SESSIONS[AT - 261 : AT - 120]
    held = {one: made.bars(one) for one in made.returns}
    held["S0"] = without(made, "S0", *early)
    held["S1"] = without(made, "S1", *SESSIONS[AT - 140 : AT - 5])
    found = only(verdict(inquiry(["S0", "S1", "S2", "S3"]), list(held.values())))
    assert found.used == 4
    assert found.sessions > 200  # those that half of the members have
    # Without enough sessions in common, the forecast factor is the mean of the members' own.
    market, factors = made.array("^GSPC"), []
    for at in range(4):
        has = [held[f"S{at}"].at(day) is not None for day in SESSIONS]
        rows = [row for row in range(AT - 260, AT - 10) if has[row] and has[row - 1]]
        away = market[AT] - market[rows].mean()
        factors.append(1 + 1 / len(rows) + away**2 / (len(rows) * market[rows].var()))
    assert found.factor == pytest.approx(np.mean(factors), rel=1e-9)


def test_where_bars_are_too_short_what_was_shipped_serves() -> None:
    made = world()
    held = {one: made.bars(one) for one in made.returns}
    held["S0"] = held["S0"].since(SESSIONS[AT - 5])
    shipped = {(MONDAY, "S0"): estimate("S0")}
    found = verdict(inquiry(["S0", "S1"]), list(held.values()), estimates=shipped)
    first, second = found.judged
    assert (first.outcome, first.first) == (Outcome.SUCCESS, estimate("S0").first)
    assert (second.outcome, second.first) == (Outcome.SUCCESS, SESSIONS[ESTIMATION][0])
    assert only(found).used == 1  # the group is judged by those whose residuals are known
