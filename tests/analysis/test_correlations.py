"""The mean correlation of pairs against numpy's and pandas' matrices, and what is shared."""

from math import nan

import numpy as np
import pandas as pd
import pytest

from deepseek_shock.analysis.correlations import enough, mean_correlation, shared_sessions

Array = np.ndarray


def draw(firms: int, missing: float = 0, length: int = 250) -> Array:
    rng = np.random.default_rng(firms)
    found = 0.02 * (rng.normal(size=(firms, length)) + 0.6 * rng.normal(size=length))
    found[rng.random(found.shape) < missing] = nan
    return np.asarray(found + 0.001)


def mean_of_pandas(residuals: Array, least: int) -> float:
    matrix = pd.DataFrame(residuals.T).corr(min_periods=least).to_numpy()
    return float(np.nanmean(matrix[np.triu_indices(len(residuals), 1)]))


@pytest.mark.parametrize("firms", [2, 9, 40])
def test_of_complete_residuals_it_is_the_mean_of_numpys_matrix(firms: int) -> None:
    residuals = draw(firms)
    matrix = np.corrcoef(residuals)
    expected = matrix[np.triu_indices(firms, 1)].mean()
    assert mean_correlation(residuals) == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(("firms", "missing"), [(2, 0.1), (9, 0.5), (40, 0.4), (1100, 0.1)])
def test_with_missing_days_it_is_the_mean_of_pandas_pairs(firms: int, missing: float) -> None:
    residuals = draw(firms, missing)
    expected = mean_of_pandas(residuals, 60)
    assert mean_correlation(residuals) == pytest.approx(expected, abs=1e-12)


def test_of_very_many_firms_single_precision_is_enough() -> None:
    residuals = draw(2100, 0.05, length=70)
    expected = mean_of_pandas(residuals, 35)
    assert mean_correlation(residuals) == pytest.approx(expected, abs=1e-7)


def test_pairs_of_few_common_sessions_are_left_out() -> None:
    residuals = draw(3)
    residuals[1, :200] = nan  # 50 sessions with any other
    expected = np.corrcoef(residuals[[0, 2]])[0, 1]
    assert mean_correlation(residuals) == pytest.approx(expected)
    residuals[2, 50:] = nan
    assert mean_correlation(residuals) is None


def test_pairs_can_be_worse_correlated_than_any_complete_data() -> None:
    # Three firms, each pair opposed over sessions of its own: 1 + (N − 1)r̄ = −1.
    rng = np.random.default_rng(1)
    residuals = np.full((3, 180), nan)
    for at, (one, other) in enumerate([(0, 1), (1, 2), (2, 0)]):
        window = slice(60 * at, 60 * at + 60)
        residuals[one, window] = rng.normal(size=60)
        residuals[other, window] = -residuals[one, window]
    assert mean_correlation(residuals) == pytest.approx(-1)


def test_one_firm_has_none() -> None:
    assert mean_correlation(draw(1)) is None
    assert mean_correlation(draw(1, 0.2)) is None


@pytest.mark.parametrize("missing", [0, 0.2])
def test_what_never_changes_correlates_with_nothing(missing: float) -> None:
    residuals = draw(3, missing)
    expected = mean_correlation(residuals[:2])
    residuals[2][~np.isnan(residuals[2])] = 0.01
    assert mean_correlation(residuals) == pytest.approx(expected)
    assert mean_correlation(residuals[1:]) is None


@pytest.mark.parametrize("missing", [0, 0.2])
def test_duplicates_correlate_fully_and_never_beyond(missing: float) -> None:
    residuals = np.repeat(draw(1, missing), 5, axis=0)
    found = mean_correlation(residuals)
    assert found == pytest.approx(1)
    assert found is not None
    assert found <= 1


def test_sessions_that_all_have() -> None:
    residuals = draw(4)
    residuals[0, :48] = nan
    residuals[3, 100] = nan
    marked, is_listwise = shared_sessions(residuals)
    assert is_listwise
    assert np.flatnonzero(~marked).tolist() == [*range(48), 100]


def test_where_too_few_are_shared_half_of_the_firms_are_enough() -> None:
    residuals = draw(4)
    residuals[0, :100] = nan
    residuals[1, 50:150] = nan
    residuals[2, :240] = nan
    marked, is_listwise = shared_sessions(residuals)
    assert not is_listwise
    assert np.flatnonzero(~marked).tolist() == list(range(50, 100))


@pytest.mark.parametrize(("length", "least"), [(250, 60), (120, 60), (115, 57), (30, 15), (4, 3)])
def test_how_many_are_enough(length: int, least: int) -> None:
    assert enough(length) == least
