"""Guards: what is no move, and what is merely large.

The price limits are Tokyo's (制限値幅), from a broker's published table of the exchange's rule.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.guards import find_refusal, is_near_small_split
from deepseek_shock.analysis.limits import price_limit
from deepseek_shock.market import _limit_table as table
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import make_instrument
from tests.builders import NIKKEI

NVDA, FUJIKURA = make_instrument("NVDA"), make_instrument("5803.T")
SPLIT, WIDE, JUMP, LIMIT = (
    GapReason.NEAR_SPLIT_RATIO,
    GapReason.IMPLAUSIBLE_RATIO,
    GapReason.UNIT_JUMP,
    GapReason.BEYOND_PRICE_LIMIT,
)


def test_a_step_of_a_tenth_is_within_every_limit() -> None:
    # Such steps are let through unseen: the narrowest limit is 700 of 5,000 yen.
    ends = (*table.BASES[1:], table.END)
    assert min(limit / end for limit, end in zip(table.LIMITS, ends, strict=True)) > 0.1


@pytest.mark.parametrize(
    ("base", "limit"),
    [
        ("1", 30),
        ("99.9", 30),
        ("100", 50),
        ("199.9", 50),
        ("200", 80),
        ("499", 80),
        ("500", 100),
        ("699", 100),
        ("700", 150),
        ("999", 150),
        ("1000", 300),
        ("1499", 300),
        ("1500", 400),
        ("1999", 400),
        ("2000", 500),
        ("2999", 500),
        ("3000", 700),
        ("4999", 700),
        ("5000", 1000),
        ("6999", 1000),
        ("7000", 1500),
        ("9999", 1500),
        ("10000", 3000),
        ("14999", 3000),
        ("15000", 4000),
        ("19999", 4000),
        ("20000", 5000),
        ("29999", 5000),
        ("30000", 7000),
        ("49999", 7000),
        ("50000", 10_000),
        ("69999", 10_000),
        ("70000", 15_000),
        ("99999", 15_000),
        ("100000", 30_000),
        ("149999", 30_000),
        ("150000", 40_000),
        ("199999", 40_000),
        ("200000", 50_000),
        ("299999", 50_000),
        ("300000", 70_000),
        ("499999", 70_000),
        ("500000", 100_000),
        ("699999", 100_000),
        ("700000", 150_000),
        ("999999", 150_000),
        ("1000000", 300_000),
        ("1499999", 300_000),
        ("1500000", 400_000),
        ("1999999", 400_000),
        ("2000000", 500_000),
        ("2999999", 500_000),
    ],
)
def test_the_price_limit_of_a_base_price(base: str, limit: int) -> None:
    assert price_limit(Decimal(base)) == limit


@pytest.mark.parametrize("base", ["3000000", "5000000"])
def test_above_the_tables_end_no_limit_is_known(base: str) -> None:
    assert price_limit(Decimal(base)) is None


@pytest.mark.parametrize(
    ("previous", "close", "reason"),
    [
        ("1000", "1300", None),  # the limit of ±300 itself
        ("1000", "700", None),
        ("1000", "1301", LIMIT),
        ("1000", "699", LIMIT),
        ("7300", "5800", None),  # ±1,500
        ("7300", "5799", LIMIT),
        ("90", "120", None),  # ±30
        ("90", "121", LIMIT),
        ("3000000", "4000000", None),  # beyond the table nothing is known
    ],
)
def test_a_tokyo_share_may_not_pass_its_limit(
    previous: str, close: str, reason: GapReason | None
) -> None:
    assert find_refusal(FUJIKURA, Decimal(close), Decimal(previous)) is reason


def test_neither_an_index_nor_new_york_has_a_limit() -> None:
    # 20,000 yen may move by 5,000, a share at 1,000 yen by 300.
    assert find_refusal(NIKKEI, Decimal(28_000), Decimal(20_000)) is None
    assert find_refusal(NVDA, Decimal(1_400), Decimal(1_000)) is None


@pytest.mark.parametrize(
    ("ratio", "reason"),
    [
        # Twice: from 1.94 to 2.06.
        ("1.93", None),
        ("1.94", SPLIT),
        ("2", SPLIT),
        ("2.06", SPLIT),
        ("2.07", None),
        # Three times: from 2.91 to 3.09.
        ("2.90", None),
        ("2.91", SPLIT),
        ("3.09", SPLIT),
        ("3.10", None),
        # Four times: from 3.88 to 4.12; beyond 4 no ratio is plausible.
        ("3.87", None),
        ("3.88", SPLIT),
        ("4.12", SPLIT),
        ("4.13", WIDE),
        # Five times: from 4.85 to 5.15.
        ("4.84", WIDE),
        ("4.85", SPLIT),
        ("5.15", SPLIT),
        ("5.16", WIDE),
        # Ten times: from 9.7 to 10.3.
        ("9.69", WIDE),
        ("9.7", SPLIT),
        ("10.3", SPLIT),
        ("10.31", WIDE),
        # Twenty times: from 19.4 to 20.6.
        ("19.39", WIDE),
        ("19.4", SPLIT),
        ("20.6", SPLIT),
        ("20.61", WIDE),
        ("100", JUMP),
        # A half: 0.485 to 0.515; here well inside and well outside, the edges below.
        ("0.50", SPLIT),
        ("0.51", SPLIT),
        ("0.49", SPLIT),
        ("0.53", None),
        ("0.47", None),
        # A third: 0.3233 to 0.3433.
        ("0.333", SPLIT),
        ("0.325", SPLIT),
        ("0.342", SPLIT),
        ("0.32", None),
        ("0.35", None),
        # A quarter: 0.2425 to 0.2575, of which the lower half is implausible besides.
        ("0.25", SPLIT),
        ("0.2565", SPLIT),
        ("0.26", None),
        ("0.2435", SPLIT),
        ("0.235", WIDE),
        # A fifth, a tenth, a twentieth.
        ("0.20", SPLIT),
        ("0.21", WIDE),
        ("0.10", SPLIT),
        ("0.11", WIDE),
        ("0.05", SPLIT),
        ("0.055", WIDE),
        ("0.01", JUMP),
        # Three for two and five for four are no reason to refuse.
        ("1.5", None),
        ("1.25", None),
        ("0.8", None),
        # Large, and a move: the worst of the sample's shares lost 31 %.
        ("0.69", None),
        ("0.55", None),
        ("1.31", None),
        ("1", None),
    ],
)
def test_a_ratio_of_closes_is_refused_near_a_split_and_where_it_is_implausible(
    ratio: str, reason: GapReason | None
) -> None:
    assert find_refusal(NVDA, Decimal(ratio) * 100, Decimal(100)) is reason


@pytest.mark.parametrize("split", [2, 3])
def test_within_three_per_cent_of_an_inverse_means_of_the_inverse(split: int) -> None:
    # 0.485 is 3 % below a half, 0.515 is 3 % above it; a thousandth beyond either is a move.
    base = Decimal(100 * split)  # so that 100 is the inverse exactly
    for close, reason in (
        ("97.0", SPLIT),
        ("103.0", SPLIT),
        ("96.9", None),
        ("103.1", None),
    ):
        assert find_refusal(NVDA, Decimal(close), base) is reason, close


@given(st.decimals(Decimal("0.56"), Decimal("1.88"), places=4))
def test_what_is_merely_large_is_a_move(ratio: Decimal) -> None:
    assert find_refusal(NVDA, ratio * 100, Decimal(100)) is None


@given(
    st.decimals(Decimal("0.01"), Decimal(100), places=2).filter(bool),
    st.sampled_from([2, 3, 4, 5, 10, 20]),
    st.sampled_from(["split", "reverse split"]),
)
def test_no_price_is_too_small_or_too_large_for_a_split(
    price: Decimal, split: int, kind: str
) -> None:
    ends = (price * split, price)
    close, previous = ends if kind == "reverse split" else reversed(ends)
    assert find_refusal(NVDA, close, previous) is SPLIT


@pytest.mark.parametrize(
    ("previous", "close", "is_near"),
    [
        # One for one and a half: from 1.485 to 1.515.
        ("1000", "1484.9", False),
        ("1000", "1485", True),
        ("1000", "1500", True),
        ("1000", "1515", True),
        ("1000", "1515.1", False),
        # One for one and a quarter: from 1.2375 to 1.2625.
        ("1000", "1237.4", False),
        ("1000", "1237.5", True),
        ("1000", "1250", True),
        ("1000", "1262.5", True),
        ("1000", "1262.6", False),
        # Three for two, from the other end: the close before is 1.485 to 1.515 times the close.
        ("1484.9", "1000", False),
        ("1485", "1000", True),
        ("1500", "1000", True),
        ("1515", "1000", True),
        ("1515.1", "1000", False),
        # Five for four.
        ("1237.4", "1000", False),
        ("1237.5", "1000", True),
        ("1250", "1000", True),
        ("1262.5", "1000", True),
        ("1262.6", "1000", False),
        # Neither what stood still nor the large splits, which are refused.
        ("1000", "1000", False),
        ("1000", "1100", False),
        ("1000", "2000", False),
        ("2000", "1000", False),
    ],
)
def test_what_is_near_a_small_split(previous: str, close: str, is_near: bool) -> None:  # noqa: FBT001 -- a table's column
    assert is_near_small_split(Decimal(close), Decimal(previous)) is is_near


@given(st.decimals(Decimal("0.01"), Decimal(100_000), places=2).filter(bool))
def test_a_small_split_is_near_whatever_the_price(price: Decimal) -> None:
    for split in (Decimal("1.5"), Decimal("1.25")):
        assert is_near_small_split(price * split, price)
        assert is_near_small_split(price, price * split)
        # It is a move all the same.
        assert find_refusal(NVDA, price, price * split) is None
