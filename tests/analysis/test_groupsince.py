"""Since when a group did not move so far on the average."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.digest import digest
from deepseek_shock.analysis.groupsince import GroupSince
from deepseek_shock.analysis.history import Place
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.market.bars import Bars, Direction
from deepseek_shock.market.event import Group, Watchlist
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.instrument import Text
from deepseek_shock.market.sessions import Phase, sessions_between
from tests.builders import FRIDAY, MONDAY, bars, day

SESSIONS = sessions_between(XNYS, day("2024-12-02"), MONDAY)
"""37 sessions of New York: 21 in December and 16 in January."""
ASKED = {name.calendar: Asked(name, MONDAY, FRIDAY, Phase.ENDED) for name in (XNYS, XTKS)}


def series(ticker: str, changes: dict[str, str]) -> Bars:
    """Make closes that stand at 100 but on some days."""
    return bars(ticker, {one: changes.get(str(one), "100") for one in SESSIONS})


def of(*held: Bars) -> GroupSince | None:
    title = Text("Two", "二つ")
    group = Group("two", title, title, tuple(one.instrument for one in held))
    watchlist = Watchlist("two", title, (group,))
    groups = digest(watchlist, ASKED, {one.instrument.ticker: one for one in held}).groups
    return groups[0] if groups else None


def without(held: Bars, *gone: str) -> Bars:
    return Bars(held.instrument, tuple(one for one in held.bars if str(one.session) not in gone))


A = series("NVDA", {"2024-12-10": "84", "2025-01-08": "94", "2025-01-27": "90"})
B = series("AVGO", {"2024-12-10": "96", "2025-01-08": "92", "2025-01-27": "98"})


def test_means_by_hand() -> None:
    # On 10 December −16 % and −4 %, on 8 January −6 % and −8 %, and now −10 % and −2 %.
    assert of(A, B) == GroupSince(
        id="two",
        mean=Decimal("-0.06"),
        direction=Direction.FALL,
        place=Place(day("2025-01-08"), Decimal("-0.07"), 2, 3, 2),
        history_from=day("2024-12-03"),
        sessions=35,
        missing=0,
    )


_CENTS = st.lists(
    st.tuples(st.integers(4000, 9000), st.integers(4000, 9000)), min_size=24, max_size=37
)


@given(_CENTS)
def test_every_session_as_large_is_found(closes: list[tuple[int, int]]) -> None:
    # Found again by the plainest way: all means, in fractions.
    days = SESSIONS[-len(closes) :]
    pair = [
        bars(ticker, {one: str(row[at]) for one, row in zip(days, closes, strict=True)})
        for at, ticker in enumerate(("NVDA", "AVGO"))
    ]
    sums = [
        sum(Fraction(now, before) for now, before in zip(after, former, strict=True))
        for former, after in pairwise(closes)
    ]
    *earlier, today = sums
    large = [
        at for at, one in enumerate(earlier, 1) if (one <= today if today < 2 else one >= today)
    ]
    found = of(*pair)
    if today == 2:
        assert found is None
        return
    assert found is not None
    assert found.place.previous == (days[large[-1]] if large else None)
    assert found.place.as_large == len(large)
    assert found.place.rank == 1 + sum(earlier[at - 1] != today for at in large)


def test_a_session_in_which_one_has_no_return_does_not_count() -> None:
    # Without its bar of 8 January there are no returns of the 8th and the 10th (the 9th was none).
    found = of(without(A, "2025-01-08"), B)
    assert found is not None
    assert found.place == Place(day("2024-12-10"), Decimal("-0.1"), 1, 2, 1)
    assert (found.sessions, found.missing) == (33, 2)


def test_the_youngest_member_bounds_it() -> None:
    young = Bars(B.instrument, tuple(one for one in B.bars if one.session >= day("2024-12-16")))
    found = of(A, young)
    assert found is not None
    assert (found.history_from, found.missing) == (day("2024-12-17"), 0)
    assert (found.place.rank, found.place.as_large) == (2, 1)


@pytest.mark.parametrize(
    "held",
    [
        [A],  # one is no group
        [A, series("6857.T", {})],  # another calendar's sessions are not the same
        [A, without(B, "2025-01-27")],  # one has no return now
        [A, without(B, "2025-01-24")],
        [A, Bars(B.instrument, B.bars[-21:])],  # nineteen returns before
        [A, series("AVGO", {"2025-01-27": "110"})],  # −10 % and +10 %: no direction
    ],
    ids=["one", "calendars", "gap", "previous", "young", "even"],
)
def test_of_what_nothing_is_said(held: Sequence[Bars]) -> None:
    assert of(*held) is None


def test_twenty_sessions_are_enough() -> None:
    found = of(A, Bars(B.instrument, B.bars[-22:]))
    assert found is not None
    assert found.sessions == 20


def test_scaling_one_members_prices_changes_nothing() -> None:
    scaled = Bars(
        A.instrument, tuple(one._replace(close=(one.close or Decimal()) * 7) for one in A.bars)
    )
    assert of(scaled, B) == of(A, B)


def test_a_groups_rise_is_held_against_rises() -> None:
    found = of(series("NVDA", {"2025-01-27": "110"}), series("AVGO", {"2024-12-10": "90"}))
    assert found is not None
    assert (found.direction, found.mean) == (Direction.RISE, Decimal("0.05"))
    # On 11 December the second rose from 90 to 100: 5.56 % on the average.
    assert (found.place.previous, found.place.rank) == (day("2024-12-11"), 2)
