"""Models of expected returns, and the least squares under them."""

from fractions import Fraction

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.arrays import Floats
from deepseek_shock.analysis.design import Model, Outcome
from deepseek_shock.analysis.leastsquares import regress
from deepseek_shock.analysis.models import cumulate, fit, judge

COUNT, LENGTH = 6, 40
DRAWN = np.random.default_rng(7)
REGRESSED = {Model.MEAN_ADJUSTED: 0, Model.MARKET: 1, Model.THREE_FACTORS: 3}


def draw(model: Model, length: int = LENGTH, missing: float = 0.0) -> tuple[Floats, Floats | None]:
    """Draw returns (N, length) and what they are held against; a part of both is missing."""
    four = DRAWN.normal(0.0005, 0.01, (COUNT, length, 4))
    returns = 0.8 * four[:, :, 0] + DRAWN.normal(0.001, 0.02, (COUNT, length))
    returns[DRAWN.random(returns.shape) < missing] = np.nan
    four[DRAWN.random(returns.shape) < missing, 0] = np.nan
    if model is Model.MEAN_ADJUSTED:
        return returns, None
    return returns, four if model is Model.THREE_FACTORS else four[:, :, 0]


def regressors(model: Model, benchmark: Floats | None, count: int) -> Floats:
    """Return X of one event: rows 1, and the benchmark's return or the three factors."""
    columns: list[Floats] = [np.ones(count)]
    if benchmark is not None:
        columns += [benchmark] if model is Model.MARKET else list(benchmark[:, :3].T)
    return np.column_stack(columns)


def excess(model: Model, returns: Floats, benchmark: Floats | None) -> Floats:
    """Take the riskless return off for three factors."""
    if model is not Model.THREE_FACTORS or benchmark is None:
        return returns
    return np.asarray(returns - benchmark[:, 3])


def row(array: Floats | None, at: int) -> Floats | None:
    return None if array is None else array[at]


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("model", REGRESSED)
def test_a_fit_is_that_of_statsmodels(model: Model, missing: float) -> None:
    returns, benchmark = draw(model, missing=missing)
    fitted = fit(returns, benchmark, model, 5)
    for at in range(COUNT):
        y = excess(model, returns[at], row(benchmark, at))
        x = regressors(model, row(benchmark, at), LENGTH)
        rows = np.isfinite(y) & np.isfinite(x).all(axis=1)
        theirs = sm.OLS(y[rows], x[rows]).fit()
        assert fitted.outcomes[at] is Outcome.SUCCESS
        assert fitted.sessions[at] == theirs.nobs
        assert fitted.df[at] == theirs.df_resid
        assert fitted.coefficients[at] == pytest.approx(theirs.params, rel=1e-10)
        assert fitted.sd[at] == pytest.approx(np.sqrt(theirs.mse_resid), rel=1e-12)
        assert fitted.residuals[at][rows] == pytest.approx(theirs.resid, abs=1e-15)
        assert np.isnan(fitted.residuals[at][~rows]).all()
        inverse = theirs.normalized_cov_params[1:, 1:]
        assert fitted.inverse[at] == pytest.approx(inverse, rel=1e-10)


@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("model", REGRESSED)
def test_a_forecast_is_that_of_statsmodels(model: Model, missing: float) -> None:
    returns, benchmark = draw(model, missing=missing)
    later, index = draw(model, 4)
    fitted = fit(returns, benchmark, model, 5)
    judged = judge(fitted, later, index)
    for at in range(COUNT):
        y = excess(model, returns[at], row(benchmark, at))
        x = regressors(model, row(benchmark, at), LENGTH)
        rows = np.isfinite(y) & np.isfinite(x).all(axis=1)
        forecast = (
            sm.OLS(y[rows], x[rows]).fit().get_prediction(regressors(model, row(index, at), 4))
        )
        actual = excess(model, later[at], row(index, at))
        assert judged.returns[at] == pytest.approx(actual - forecast.predicted_mean, abs=1e-14)
        se = fitted.sd[at] * np.sqrt(judged.factors[at])
        assert se == pytest.approx(forecast.se_obs, rel=1e-12)


@pytest.mark.parametrize("model", REGRESSED)
def test_the_variance_of_a_sum_is_the_matrix_formula(model: Model) -> None:
    """ι′(I + X₂(X′X)⁻¹X₂′)ι, as in chapter 4 of Campbell, Lo and MacKinlay (1997)."""
    returns, benchmark = draw(model)
    later, index = draw(model, 5)
    fitted = fit(returns, benchmark, model, 5)
    judged = judge(fitted, later, index)
    sums = cumulate(fitted, judged, index)
    assert sums.car == pytest.approx(judged.returns.sum(axis=1), rel=1e-12)
    for at in range(COUNT):
        x = regressors(model, row(benchmark, at), LENGTH)
        x2 = regressors(model, row(index, at), 5)
        variance = np.eye(5) + x2 @ np.linalg.inv(x.T @ x) @ x2.T
        assert sums.factors[at] == pytest.approx(variance.sum(), rel=1e-10)
        assert judged.factors[at] == pytest.approx(np.diag(variance), rel=1e-10)


def test_the_market_adjusted_model_estimates_nothing_but_a_deviation() -> None:
    returns = np.array([[0.03, -0.01, 0.02, np.nan, 0.00]])
    market = np.array([[0.01, 0.01, 0.01, 0.02, -0.01]])
    # R − R_m: 2, −2, 1, 1 %; mean ½ %, squares about it 2.25 + 6.25 + 0.25 + 0.25 = 9, over 3
    fitted = fit(returns, market, Model.MARKET_ADJUSTED, 2)
    assert fitted.sd == pytest.approx([np.sqrt(3e-4)])
    assert fitted.df.tolist() == [3]
    assert fitted.coefficients.shape == (1, 0)
    expected = [[0.02, -0.02, 0.01, np.nan, 0.01]]
    assert fitted.residuals == pytest.approx(np.array(expected), nan_ok=True)
    later = np.array([[0.05, -0.02, 0.01]]), np.array([[0.02, 0.02, 0.0]])
    judged = judge(fitted, *later)
    assert judged.returns == pytest.approx(np.array([[0.03, -0.04, 0.01]]))
    assert judged.factors.tolist() == [[1, 1, 1]]
    sums = cumulate(fitted, judged, later[1])
    assert sums.car == pytest.approx([0.0], abs=1e-15)
    assert sums.factors.tolist() == [3]


def test_the_mean_adjusted_model_by_hand() -> None:
    # mean 2 %, squares about it 1 + 1 + 0 = 2, over L₁ − 1 = 2
    fitted = fit(np.array([[0.01, 0.03, 0.02]]), None, Model.MEAN_ADJUSTED, 3)
    assert fitted.coefficients == pytest.approx(np.array([[0.02]]))
    assert fitted.sd == pytest.approx([0.01])
    judged = judge(fitted, np.array([[-0.03, 0.02]]), None)
    assert judged.returns == pytest.approx(np.array([[-0.05, 0.0]]))
    assert judged.factors == pytest.approx(np.array([[4 / 3, 4 / 3]]))
    # two sessions share the mean: 2 + 2²/3
    assert cumulate(fitted, judged, None).factors == pytest.approx([10 / 3])


CALM = np.array([0.01, -0.02, 0.015, 0.005, -0.01, 0.02, -0.005, 0.0, 0.01, -0.015])
OTHER = np.array([0.004, -0.01, 0.01, 0.002, -0.001, 0.006, -0.004, 0.003, 0.001, -0.012])
GAPS = np.where(np.arange(10) < 7, np.nan, CALM)


@pytest.mark.parametrize(
    ("returns", "market", "outcome"),
    [
        (CALM, OTHER, Outcome.SUCCESS),
        (np.zeros(10), OTHER, Outcome.CONSTANT),
        (np.full(10, 0.013), OTHER, Outcome.CONSTANT),
        (CALM, np.zeros(10), Outcome.CONSTANT),
        (CALM, np.full(10, 0.1), Outcome.CONSTANT),
        (OTHER, OTHER, Outcome.CONSTANT),  # an index held against itself
        (0.3 - 1.7 * OTHER, OTHER, Outcome.CONSTANT),
        (GAPS, OTHER, Outcome.TOO_FEW),
        (np.full(10, np.nan), OTHER, Outcome.TOO_FEW),
        (CALM, GAPS, Outcome.NO_BENCHMARK),
        (CALM, np.full(10, np.nan), Outcome.NO_BENCHMARK),
        (np.where(np.arange(10) == 3, np.inf, CALM), OTHER, Outcome.SUCCESS),
    ],
)
def test_what_cannot_be_fitted_has_an_outcome(
    returns: Floats, market: Floats, outcome: Outcome
) -> None:
    fitted = fit(np.stack([CALM, returns]), np.stack([OTHER, market]), Model.MARKET, 5)
    assert fitted.outcomes.tolist() == [Outcome.SUCCESS, outcome]
    is_nan = [bool(np.isnan(one[1]).all()) for one in (fitted.coefficients, fitted.sd)]
    assert is_nan == [outcome is not Outcome.SUCCESS] * 2
    judged = judge(fitted, np.stack([CALM, CALM]), np.stack([OTHER, OTHER]))
    assert np.isnan(judged.returns[1]).all() == (outcome is not Outcome.SUCCESS)
    assert np.isfinite(judged.factors[0]).all()


@pytest.mark.parametrize(
    ("model", "returns", "market"),
    [
        (Model.MEAN_ADJUSTED, np.full((1, 9), 0.1), None),
        (Model.MARKET_ADJUSTED, OTHER[None], OTHER[None]),
        (Model.MARKET_ADJUSTED, OTHER[None] + 0.125, OTHER[None]),
        (Model.THREE_FACTORS, CALM[None], np.stack([OTHER, CALM, OTHER, OTHER], axis=1)[None]),
        (Model.THREE_FACTORS, CALM[None], np.stack([OTHER, 0 * CALM, GAPS, OTHER], axis=1)[None]),
        (Model.THREE_FACTORS, CALM[None, :2], np.zeros((1, 2, 4))),
    ],
)
def test_other_models_refuse_what_never_changes(
    model: Model, returns: Floats, market: Floats | None
) -> None:
    fitted = fit(returns, market, model, 1)
    assert fitted.outcomes[0] is not Outcome.SUCCESS
    assert np.isnan(fitted.sd).all()


@pytest.mark.parametrize("model", [Model.MARKET, Model.MARKET_ADJUSTED])
def test_what_is_infinite_is_missing_and_warns_of_nothing(model: Model) -> None:
    returns, market = np.stack([CALM, CALM]), np.stack([OTHER, OTHER])
    returns[1, 2] = market[1, 2] = np.inf  # a close of 0 before both
    fitted = fit(returns, market, model, 5)
    assert fitted.sessions.tolist() == [10, 9]
    judged = judge(fitted, returns, market)
    assert np.isnan(judged.returns[1]).tolist() == [at == 2 for at in range(10)]
    assert np.isnan(cumulate(fitted, judged, market).car).tolist() == [False, True]


@pytest.mark.parametrize("model", list(Model))
def test_no_events_and_no_benchmark(model: Model) -> None:
    benchmark = np.empty((0, 9, 4)) if model is Model.THREE_FACTORS else np.empty((0, 9))
    assert len(fit(np.empty((0, 9)), benchmark, model, 5).outcomes) == 0
    if model is not Model.MEAN_ADJUSTED:
        fitted = fit(CALM[None], None, model, 5)
        assert fitted.outcomes.tolist() == [Outcome.NO_BENCHMARK]
        assert np.isnan(judge(fitted, CALM[None], None).returns).all()


@pytest.mark.parametrize("model", list(Model))
def test_a_sample_shorter_than_its_coefficients_is_refused_whatever_is_asked(model: Model) -> None:
    k = model.coefficients
    for length, is_refused in ((k, True), (k + 1, False)):
        returns, benchmark = draw(
            Model.THREE_FACTORS if model is Model.THREE_FACTORS else Model.MARKET, length
        )
        outcome = fit(returns, benchmark, model, 0).outcomes[0]
        assert (outcome is Outcome.TOO_FEW) == is_refused


def exact_slope(x: Floats, y: Floats) -> float:
    """Return the least-squares slope in rational arithmetic."""
    xs, ys = ([Fraction(float(one)) for one in values] for values in (x, y))
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    up = sum((a - mean_x) * (b - mean_y) for a, b in zip(xs, ys, strict=True))
    return float(up / sum((a - mean_x) ** 2 for a in xs))


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e3, -1e6])
def test_a_benchmark_that_hardly_changes_costs_no_digits(offset: float) -> None:
    """With sums of raw products nothing would be left at 1e-8 about 1."""
    x = offset + 1e-8 * np.array([CALM, OTHER[::-1]]) * 100
    y = np.array([OTHER, CALM])
    made = regress(y, (x,))
    assert not made.is_degenerate.any()
    for at in range(2):
        assert made.slopes[at, 0] == pytest.approx(exact_slope(x[at], y[at]), rel=1e-11)


@given(st.integers(-100, 100), st.integers(-100, 100))
def test_units_do_not_matter(power: int, other: int) -> None:
    """Powers of two scale exactly: β by their quotient, σ as the returns, factors not at all."""
    own, market = 2.0**power, 2.0**other
    returns, index = draw(Model.MARKET)
    assert index is not None
    plain, scaled = (
        fit(returns * a, index * b, Model.MARKET, 5) for a, b in ((1.0, 1.0), (own, market))
    )
    assert (scaled.coefficients[:, 1] == plain.coefficients[:, 1] * own / market).all()
    assert (scaled.sd == plain.sd * own).all()
    ours, theirs = judge(scaled, returns * own, index * market), judge(plain, returns, index)
    assert (ours.returns == theirs.returns * own).all()
    assert (ours.factors == theirs.factors).all()


def test_factors_of_very_different_units() -> None:
    """A factor in basis points beside one in millions: collinearity is judged without units."""
    returns, four = draw(Model.THREE_FACTORS)
    assert four is not None
    units = np.array([1e6, 1.0, 1e-6, 1.0])
    plain = fit(returns, four, Model.THREE_FACTORS, 5)
    scaled = fit(returns, four * units, Model.THREE_FACTORS, 5)
    assert scaled.sd == pytest.approx(plain.sd, rel=1e-12)
    assert scaled.coefficients[:, 1:] * units[:3] == pytest.approx(
        plain.coefficients[:, 1:], rel=1e-10
    )
