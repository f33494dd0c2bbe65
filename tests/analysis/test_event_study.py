"""The event study of many events at once."""

import csv
import gzip
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from deepseek_shock.analysis.arrays import Floats, Integers
from deepseek_shock.analysis.design import Design, Model, Outcome
from deepseek_shock.analysis.event_study import (
    Result,
    event_windows,
    judged_window,
    study,
    study_panel,
)
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.teststatistics import portfolio_t
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import sessions_between

FIRMS, SESSIONS = 30, 400
DESIGN = Design(
    estimation=Window(-90, -11),
    event=Window(-1, 2),
    spans=(Window(0, 1), Window(-5, 5)),
    shortest=30,
)


class World(NamedTuple):
    """A panel of returns, an index, and events in it."""

    panel: Floats
    market: Floats
    firms: Integers
    sessions: Integers

    def study(self, design: Design = DESIGN) -> Result:
        return study_panel(self.panel, self.firms, self.sessions, design, benchmark=self.market)


def make_world(seed: int, events: int = 20, missing: float = 0.0) -> World:
    drawn = np.random.default_rng(seed)
    market = drawn.normal(0.0005, 0.01, SESSIONS)
    panel = drawn.normal(1.0, 0.4, (FIRMS, 1)) * market
    panel += drawn.normal(0.0, 0.02, panel.shape)
    panel[drawn.random(panel.shape) < missing] = np.nan
    firms = drawn.integers(0, FIRMS, events)
    return World(panel, market, firms, drawn.integers(95, SESSIONS - 5, events))


def figures(result: Result) -> list[Floats]:
    spans = [figure for one in result.spans for figure in (one.car, one.se)]
    return [result.abnormal, result.se, result.fit.sd, result.fit.residuals, *spans]


def test_every_event_is_a_regression_of_its_own() -> None:
    world = make_world(1, missing=0.05)
    result = world.study()
    assert set(result.outcomes) == {Outcome.SUCCESS, Outcome.DATA_MISSING}
    for at, (firm, session) in enumerate(zip(world.firms, world.sessions, strict=True)):
        event = slice(session - 1, session + 3)
        if np.isnan(world.panel[firm, event]).any():
            assert result.outcomes[at] is Outcome.DATA_MISSING
            assert all(np.isnan(one[at]).all() for one in figures(result))
            continue
        rows = np.arange(session - 90, session - 10)
        rows = rows[~np.isnan(world.panel[firm, rows])]
        fitted = sm.OLS(world.panel[firm, rows], sm.add_constant(world.market[rows])).fit()
        forecast = fitted.get_prediction(sm.add_constant(world.market[event], has_constant="add"))
        abnormal = world.panel[firm, event] - forecast.predicted_mean
        assert result.abnormal[at] == pytest.approx(abnormal, abs=1e-15)
        assert result.se[at] == pytest.approx(forecast.se_obs, rel=1e-12)
        t = abnormal / forecast.se_obs
        assert result.t[at] == pytest.approx(t, rel=1e-10)
        assert result.p[at] == pytest.approx(2 * stats.t.sf(np.abs(t), len(rows) - 2), rel=1e-9)


def test_a_span_with_a_missing_return_has_no_sum_and_the_event_stands() -> None:
    world = make_world(2, events=1)
    world.panel[world.firms[0], world.sessions[0] + 4] = np.nan
    result = world.study()
    assert result.outcomes.tolist() == [Outcome.SUCCESS]
    pair, week = result.spans
    assert pair.car == pytest.approx(result.abnormal[:, 1:3].sum(axis=1))
    assert np.isnan([week.car[0], week.se[0]]).all()


@pytest.mark.parametrize("model", [Model.MARKET, Model.MARKET_ADJUSTED, Model.MEAN_ADJUSTED])
def test_blocks_leave_no_trace(model: Model) -> None:
    """More events than are worked on at once; by their windows, and alone, they are the same."""
    world = make_world(3, events=1100, missing=0.001)
    design = DESIGN._replace(model=model)
    whole = world.study(design)
    own = event_windows(world.panel, world.firms, world.sessions, design)
    market = event_windows(world.market, None, world.sessions, design)
    for one, other in zip(figures(whole), figures(study(own, market, design)), strict=True):
        np.testing.assert_array_equal(one, other)
    for at in (0, 511, 512, 1023, 1024, 1099):
        firms, sessions = world.firms[at : at + 1], world.sessions[at : at + 1]
        alone = World(world.panel, world.market, firms, sessions).study(design)
        assert alone.outcomes[0] is whole.outcomes[at]
        for one, other in zip(figures(alone), figures(whole), strict=True):
            np.testing.assert_allclose(one[0], other[at], rtol=1e-12, atol=1e-17)


def test_three_factors_from_a_table_of_all_sessions() -> None:
    world = make_world(4, events=3)
    drawn = np.random.default_rng(5)
    table = np.column_stack([world.market, drawn.normal(0, 0.005, (SESSIONS, 3))])
    design = DESIGN._replace(model=Model.THREE_FACTORS)
    result = study_panel(world.panel, world.firms, world.sessions, design, benchmark=table)
    for at, (firm, session) in enumerate(zip(world.firms, world.sessions, strict=True)):
        rows = slice(session - 90, session - 10)
        y, x = world.panel[firm] - table[:, 3], sm.add_constant(table[:, :3])
        fitted = sm.OLS(y[rows], x[rows]).fit()
        forecast = fitted.get_prediction(x[session - 1 : session + 3])
        abnormal = y[session - 1 : session + 3] - forecast.predicted_mean
        assert result.abnormal[at] == pytest.approx(abnormal, abs=1e-14)
        assert result.se[at] == pytest.approx(forecast.se_obs, rel=1e-12)
        assert result.fit.df[at] == 80 - 4


def test_each_event_may_have_a_benchmark_of_its_own() -> None:
    world = make_world(6, events=4)
    other = np.random.default_rng(8).normal(0, 0.01, SESSIONS)
    both = np.stack([world.market, other])
    result = study_panel(
        world.panel,
        world.firms,
        world.sessions,
        DESIGN,
        benchmark=both,
        benchmark_rows=[0, 1, -1, 0],
    )
    assert result.outcomes[2] is Outcome.NO_BENCHMARK
    for market, rows in ((world.market, [0, 3]), (other, [1])):
        alone = world._replace(market=market).study()
        for one, same in zip(figures(result), figures(alone), strict=True):
            np.testing.assert_array_equal(one[rows], same[rows])


@pytest.mark.parametrize(
    ("firm", "session", "outcome"),
    [
        (0, 200, Outcome.SUCCESS),
        (-1, 200, Outcome.UNIT_MISSING),
        (-1, -1, Outcome.UNIT_MISSING),  # whatever else is amiss
        (0, -1, Outcome.WRONG_SPAN),  # the date lies beyond the data
        (0, 0, Outcome.WRONG_SPAN),  # session −1 does
        (0, SESSIONS - 2, Outcome.WRONG_SPAN),  # session 2 does
        (0, SESSIONS - 3, Outcome.SUCCESS),  # the span to 5 is not of the event window
        (0, 39, Outcome.TOO_FEW),  # 29 sessions end at −11
        (0, 40, Outcome.SUCCESS),
        (1, 200, Outcome.DATA_MISSING),
        (2, 200, Outcome.TOO_FEW),
        (3, 200, Outcome.CONSTANT),
        (4, 205, Outcome.TOO_FEW),  # listed too late
        (4, 240, Outcome.SUCCESS),
        (0, 300, Outcome.NO_BENCHMARK),  # in the event window
        (0, 385, Outcome.NO_BENCHMARK),  # in the estimation window
    ],
)
def test_outcomes(firm: int, session: int, outcome: Outcome) -> None:
    drawn = np.random.default_rng(9)
    market = drawn.normal(0, 0.01, SESSIONS)
    panel = drawn.normal(0, 0.02, (5, SESSIONS))
    panel[1, 202] = np.nan
    panel[2, 139:190] = np.nan  # 29 of the 80 sessions are left
    panel[3, :195] = 0.0
    panel[4, :200] = np.nan
    market[301] = np.nan
    market[304:355] = np.nan
    result = study_panel(panel, [firm], [session], DESIGN, benchmark=market)
    assert result.outcomes.tolist() == [outcome]
    assert result.is_used.tolist() == [outcome is Outcome.SUCCESS]
    is_nan = all(np.isnan(one).all() for one in (result.abnormal, result.se, result.p))
    assert is_nan == (outcome is not Outcome.SUCCESS)


def test_no_events() -> None:
    result = study_panel(np.zeros((2, 50)), [], [], DESIGN, benchmark=np.zeros(50))
    assert result.abnormal.shape == (0, 4)
    assert result.spans[0].car.shape == (0,)
    assert len(result.outcomes) == 0


def test_the_judged_window_holds_all_that_is_judged() -> None:
    assert judged_window(DESIGN) == Window(-5, 5)
    assert judged_window(Design()) == Window(0, 0)


# Laws


def test_the_order_of_events_does_not_matter() -> None:
    world = make_world(10, events=700)
    order = np.random.default_rng(11).permutation(700)
    shuffled = world._replace(firms=world.firms[order], sessions=world.sessions[order])
    for one, other in zip(figures(world.study()), figures(shuffled.study()), strict=True):
        np.testing.assert_allclose(one[order], other, rtol=1e-12, atol=1e-16)


@settings(max_examples=30)
@given(st.floats(-10, 10, allow_nan=False))
def test_a_constant_added_to_the_benchmark_changes_nothing(constant: float) -> None:
    world = make_world(12)
    moved = world._replace(market=world.market + constant)
    for one, other in zip(figures(world.study()), figures(moved.study()), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-13)


@settings(max_examples=30)
@given(st.floats(0.01, 10), st.sampled_from([1e-6, 0.01, 100.0, 1e6]))
def test_returns_in_another_unit_give_the_same_t(beta: float, unit: float) -> None:
    """In per cent or as fractions; and a benchmark that is geared has a lower β, and no more."""
    world = make_world(13)
    scaled = world._replace(panel=world.panel * unit, market=world.market * unit * beta)
    ours, theirs = scaled.study(), world.study()
    np.testing.assert_allclose(ours.t, theirs.t, rtol=1e-9)
    np.testing.assert_allclose(ours.factors, theirs.factors, rtol=1e-10)
    np.testing.assert_allclose(ours.abnormal, theirs.abnormal * unit, rtol=1e-9, atol=1e-14 * unit)


@pytest.mark.parametrize("model", [Model.MARKET, Model.MARKET_ADJUSTED, Model.MEAN_ADJUSTED])
def test_the_mean_abnormal_return_is_that_of_the_portfolio(model: Model) -> None:
    """OLS is linear in the returns: if all firms share the windows, AAR is the portfolio's AR."""
    world, design = make_world(14), DESIGN._replace(model=model)
    shared = world._replace(firms=np.arange(FIRMS), sessions=np.full(FIRMS, 200))
    mean = world.panel.mean(axis=0, keepdims=True)
    whole = world._replace(panel=mean, firms=np.array([0]), sessions=np.array([200]))
    ours, portfolio = shared.study(design), whole.study(design)
    assert ours.abnormal.mean(axis=0) == pytest.approx(portfolio.abnormal[0], abs=1e-15)
    assert ours.fit.residuals.mean(axis=0) == pytest.approx(portfolio.fit.residuals[0], abs=1e-15)
    for one, other in zip(ours.spans, portfolio.spans, strict=True):
        assert one.car.mean() == pytest.approx(other.car[0], abs=1e-15)


@pytest.mark.parametrize("offset", [-1, 0, 1, 2])
def test_the_portfolio_t_is_the_one_stock_t_of_the_portfolio(offset: int) -> None:
    """Up to the degrees of freedom: the sd of the daily mean has L₁ − 1, a regression L₁ − 2."""
    world = make_world(15)
    firms, sessions = np.arange(FIRMS), np.full(FIRMS, 200)
    ours = world._replace(firms=firms, sessions=sessions).study()
    mean = world.panel.mean(axis=0, keepdims=True)
    portfolio = World(mean, world.market, firms[:1], sessions[:1]).study()
    column = offset - DESIGN.event.first
    daily = ours.fit.residuals.mean(axis=0)
    sd = float(np.std(daily, ddof=1))
    found = portfolio_t(
        float(ours.abnormal[:, column].mean()), sd, len(daily), float(ours.factors[0, column])
    )
    exact = np.sqrt((80 - 1) / (80 - 2))
    assert found.value == pytest.approx(float(portfolio.t[0, column]) * exact, rel=1e-10)


# Figures from outside


def shared_folder(checkout: Path, name: str) -> Path:
    """Find larger series for checks beside the checkout; skips where they are absent."""
    found = checkout.parent / "shared" / name
    if not found.exists():
        pytest.skip("the outside data are not here")
    return found


def read(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return list(csv.DictReader(text.splitlines()))


def test_published_mean_abnormal_returns_of_index_additions(checkout: Path) -> None:
    """EventStudy.jl's test data and results for group G2, checked there against Stata.

    16 firms, a panel a date a column; firms recur in it, and the estimation is −120…−6.
    """
    folder = shared_folder(checkout, "data/eventstudy_sp500")
    index = {row["date"]: row["ret_m"] for row in read(folder / "markets.csv")}
    days = sorted(index)
    returns: dict[str, Floats] = {}
    for row in read(folder / "firms.csv"):
        own = returns.setdefault(row["id_firm"], np.full(len(days), np.nan))
        if row["ret"] and row["date"] in index:
            own[days.index(row["date"])] = float(row["ret"])
    names = list(returns)
    events = [row for row in read(folder / "events.csv") if row["id_group"] == "G2"]
    result = study_panel(
        np.stack(list(returns.values())),
        [names.index(row["id_firm"]) for row in events],
        [next(at for at, day in enumerate(days) if day >= row["date"]) for row in events],
        Design(
            estimation=Window(-120, -6),
            event=Window(-5, 5),
            spans=(Window(-5, 5), Window(0, 1)),
            shortest=30,
        ),
        benchmark=[float(index[day] or "nan") for day in days],
    )
    assert result.is_used.all()
    published = (
        "-.0007243 -.000981 -.0013198 .0095689 -.0052336 -.0099132 .0688317 -.0026087 .0167726 "
        "-.0088213 .0203204"
    )
    assert [round(one, 7) for one in result.abnormal.mean(axis=0).tolist()] == [
        float(one) for one in published.split()
    ]
    caar = [round(float(one.car.mean()), 7) for one in result.spans]
    assert caar == [0.0858916, 0.0589185]


def test_market_models_that_others_estimated(checkout: Path) -> None:
    """Estimates of 2025-01-27, made elsewhere from the same histories, to their eight digits."""
    known = [
        row
        for row in read(shared_folder(checkout, "facts/baselines.csv"))
        if row["session"] == "2025-01-27" and row["n_model"] == "250"
    ]
    closes: dict[str, dict[date, float]] = {}
    for row in read(shared_folder(checkout, "data/bars_2023_2025.csv.gz")):
        own = closes.setdefault(row["ticker"], {})
        if row["close"]:
            own[date.fromisoformat(row["session"])] = float(row["close"])
    compared = 0
    for exchange, benchmark in ((XNYS, "^GSPC"), (XTKS, "^TOPX")):
        sessions = sessions_between(exchange, date(2023, 11, 1), date(2025, 1, 27))
        rows = [row for row in known if row["benchmark"] == benchmark]
        panel = np.array([line(closes[row["ticker"]], sessions) for row in rows])
        market = line(closes[benchmark], sessions)
        at = np.full(len(rows), len(sessions) - 1)
        fitted = study_panel(panel, np.arange(len(rows)), at, Design(), benchmark=market).fit
        for number, row in enumerate(rows):
            if np.nanmax(np.abs(panel[number])) > 0.4:  # a split, which these closes do not tell
                continue
            compared += 1
            ours = {
                "alpha": fitted.coefficients[number, 0],
                "beta": fitted.coefficients[number, 1],
                "residual_sd": fitted.sd[number],
                "benchmark_mean": fitted.centre[number, 0],
                "benchmark_ss": 1 / fitted.inverse[number, 0, 0],
            }
            for name, figure in ours.items():
                assert figure == pytest.approx(float(row[name]), rel=1e-7), (row["ticker"], name)
    assert compared > 30


def line(closes: dict[date, float], sessions: tuple[date, ...]) -> list[float]:
    """Return the return of each session on the one before, NaN where a close is missing."""
    pairs = ((closes.get(one), closes.get(next_one)) for one, next_one in pairwise(sessions))
    return [
        np.nan,
        *(next_one / one - 1 if one and next_one else np.nan for one, next_one in pairs),
    ]
