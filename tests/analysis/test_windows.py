"""Gathering windows from a panel."""

import numpy as np
import pytest

from deepseek_shock.analysis.design import Design
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.windows import event_windows, gather

PANEL = np.arange(20.0).reshape(2, 10)
NAN = np.nan
DESIGN = Design(estimation=Window(-3, -2), event=Window(0, 1))


@pytest.mark.parametrize(
    ("firm", "session", "estimation", "judged", "is_held", "is_reached"),
    [
        (0, 5, [2, 3], [5, 6], True, True),
        (1, 3, [10, 11], [13, 14], True, True),
        (1, 2, [NAN, 10], [12, 13], True, True),
        (0, 0, [NAN, NAN], [0, 1], True, True),
        (0, 8, [5, 6], [8, 9], True, True),
        (0, 9, [6, 7], [9, NAN], True, False),
        (0, 12, [9, NAN], [NAN, NAN], True, False),
        (0, -1, [NAN, NAN], [NAN, NAN], True, False),
        (-1, 5, [NAN, NAN], [NAN, NAN], False, True),
    ],
)
def test_a_window_is_cut_where_the_panel_ends(  # noqa: PLR0913 -- an event and its windows
    firm: int,
    session: int,
    estimation: list[float],
    judged: list[float],
    *,
    is_held: bool,
    is_reached: bool,
) -> None:
    """Beside an event of which all is there, and alone."""
    for others in ([], [0]):
        found = event_windows(PANEL, [*others, firm], [*(5 for _ in others), session], DESIGN)
        np.testing.assert_array_equal(found.estimation[-1], estimation)
        np.testing.assert_array_equal(found.judged[-1], judged)
        assert found.is_held[-1] == is_held
        assert found.is_reached[-1] == is_reached


def test_one_row_for_all_events() -> None:
    found = event_windows(PANEL[0], None, [4, 6], DESIGN)
    assert found.estimation.tolist() == [[1, 2], [3, 4]]
    assert found.judged.tolist() == [[4, 5], [6, 7]]
    assert found.is_held.all()


def test_factors_keep_their_axis() -> None:
    table = np.stack([PANEL[0], -PANEL[0], 2 * PANEL[0], 0 * PANEL[0]], axis=1)
    found = event_windows(table, None, [4, 2], DESIGN)
    assert found.estimation[0].tolist() == [[1, -1, 2, 0], [2, -2, 4, 0]]
    assert np.isnan(found.estimation[1, 0]).all()
    assert found.judged[1].tolist() == [[2, -2, 4, 0], [3, -3, 6, 0]]


def test_a_window_longer_than_the_panel() -> None:
    found = gather(PANEL[:, :2], np.array([0, 1]), np.array([1, 1]), Window(-3, 1))
    np.testing.assert_array_equal(found, [[NAN, NAN, 0, 1, NAN], [NAN, NAN, 10, 11, NAN]])


def test_what_is_gathered_is_a_copy() -> None:
    panel = PANEL.copy()
    event_windows(panel, [0], [5], DESIGN).judged[:] = 7
    assert (panel == PANEL).all()


def test_the_judged_window_holds_the_spans() -> None:
    design = DESIGN._replace(spans=(Window(-1, 0),))
    assert event_windows(PANEL, [0], [5], design).judged.tolist() == [[4, 5, 6]]
    assert event_windows(PANEL, [0], [8], design).is_reached.all()
