"""From a vendor's rows to bars: what is restated is undone, what contradicts itself is refused.

The sessions are New York's, from the exchange's calendar; the prices are made up, but for NVIDIA's
of June 2024: 1,208.88 dollars on Friday the 7th, ten new shares for one from Monday the 10th on,
121.79 dollars that day (Nasdaq).
"""

from __future__ import annotations

import struct
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.analysis.moves import Asked, Status, find_move
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.providers.assemble import Raw, assemble, describe
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

NVDA, FUJIKURA = make_instrument("NVDA"), make_instrument("5803.T")
ORIGIN = Origin("yahoo", "2025-03-03T12:00:00Z")
# New York's sessions of January 2025: the 9th was a day of mourning, the 20th a holiday.
JANUARY = [
    day(f"2025-01-{at:02}")
    for at in (2, 3, 6, 7, 8, 10, 13, 14, 15, 16, 17, 21, 22, 23, 24, 27, 28, 29, 30, 31)
]
SATURDAY, HOLIDAY = day("2025-01-25"), day("2025-01-20")


def put(  # noqa: PLR0913 -- the fields of a Raw
    rows: Sequence[Bar],
    *,
    splits: Sequence[Action] = (),
    dividends: Sequence[Action] | None = None,
    is_restated: bool = False,
    tick: int | None = None,
    frozen: Sequence[date] = (),
) -> Bars:
    paid = None if dividends is None else tuple(dividends)
    return assemble(NVDA, Raw(rows, tuple(splits), paid, is_restated, tick, frozen), ORIGIN)


def split(session: str, amount: str) -> Action:
    return Action(day(session), Decimal(amount))


def refusals(bars: Bars) -> dict[date, GapReason]:
    return {session: refusal.reason for session, refusal in bars.refused.items()}


# --- laws ---

prices = st.decimals(Decimal("0.01"), Decimal(5000), places=2)
volumes = st.integers(0, 10**10)
actions = st.lists(
    st.builds(Action, st.sampled_from(JANUARY), prices), max_size=3, unique_by=lambda one: one[0]
)


@st.composite
def clean_rows(draw: st.DrawFn) -> list[Bar]:
    """Draw rows of different sessions, in order; whatever may be unknown may be unknown."""
    sessions = draw(st.sets(st.sampled_from(JANUARY)))
    return [draw_row(draw, one) for one in sorted(sessions)]


def draw_row(draw: st.DrawFn, session: date) -> Bar:
    """Draw a row whose close stands within the day's range, where all is known or some is not."""
    low, one, other, high = sorted(draw(st.lists(prices, min_size=4, max_size=4)))
    opened, close = draw(st.permutations([one, other]))
    bar = Bar(session, opened, high, low, close, draw(st.none() | volumes))
    without = (
        bar,
        bar._replace(open=None),
        bar._replace(high=None),
        bar._replace(low=None),
        bar._replace(close=None),
        bar._replace(open=None, high=None, low=None),
        Bar(session, None, None, None, None, None),
    )
    return draw(st.sampled_from(without))


@given(clean_rows(), actions, st.none() | actions, st.sampled_from([None, 2, 4]))
def test_clean_rows_as_traded_are_bars_as_they_are(
    rows: list[Bar], splits: list[Action], dividends: list[Action] | None, tick: int | None
) -> None:
    bars = put(rows, splits=splits, dividends=dividends, tick=tick)
    assert bars == Bars(
        NVDA,
        tuple(rows),
        tuple(sorted(splits)),
        None if dividends is None else tuple(sorted(dividends)),
        {},
        ORIGIN,
    )


@given(st.data(), clean_rows(), actions, actions)
def test_the_order_of_rows_and_actions_does_not_matter(
    data: st.DataObject, rows: list[Bar], splits: list[Action], dividends: list[Action]
) -> None:
    found = put(
        data.draw(st.permutations(rows)),
        splits=data.draw(st.permutations(splits)),
        dividends=data.draw(st.permutations(dividends)),
    )
    assert found == put(rows, splits=splits, dividends=dividends)


class Series(NamedTuple):
    """What was traded, and the splits that came among and after it."""

    rows: list[Bar]
    splits: list[tuple[date, Fraction]]
    dividends: list[Action]

    def later(self, session: date) -> Fraction:
        """Return how many shares of the end stand for one of a session."""
        factor = Fraction(1)
        for at, ratio in self.splits:
            factor *= ratio if at > session else 1
        return factor


RATIOS = [Fraction(one) for one in ("2", "3", "4", "5", "10", "20", "3/2", "5/4", "1/10", "1/20")]
AFTER = [day("2025-02-18"), day("2025-06-10"), day("2026-03-02")]
ROUND = 64_000  # shares: a multiple that stays whole under three of these splits


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Draw a share whose closes move by 8 % at most but for its splits, quoted in cents."""
    sessions = sorted(draw(st.sets(st.sampled_from(JANUARY), min_size=2)))
    days = sorted(draw(st.sets(st.sampled_from(JANUARY + AFTER), max_size=3)))
    splits = [(one, draw(st.sampled_from(RATIOS))) for one in days]
    made = Series([], splits, [])
    value = Fraction(draw(st.integers(50, 4000)))  # on the basis of the end, before rounding
    for session in sessions:
        value *= 1 + Fraction(draw(st.integers(-8, 8)), 100)
        traded = value * made.later(session)
        opened, high, low = (
            Decimal(max(1, round(traded * 100 * (1 + Fraction(draw(moves), 1000))))).scaleb(-2)
            for moves in (st.integers(-20, 20), st.integers(0, 20), st.integers(-20, 0))
        )
        close = Decimal(max(1, round(traded * 100))).scaleb(-2)
        volume = ROUND * draw(st.integers(0, 10_000))
        made.rows.append(Bar(session, opened, high, low, close, volume))
    for session in sorted(draw(st.sets(st.sampled_from(JANUARY), max_size=2))):
        made.dividends.append(Action(session, Decimal(draw(st.integers(1, 500))).scaleb(-2)))
    return made


def with_noise(price: Decimal | None, factor: Fraction) -> Decimal | None:
    """Restate a price as a vendor of 32-bit floats does: 120.888 is 120.88800048828125."""
    if price is None:
        return None
    (noisy,) = struct.unpack("f", struct.pack("f", float(Fraction(price) / factor)))
    return Decimal(repr(noisy))


def restated(made: Series) -> list[Bar]:
    rows: list[Bar] = []
    for row in made.rows:
        factor = made.later(row.session)
        opened, high, low, close = (with_noise(price, factor) for price in row[1:5])
        volume = Fraction(row.volume or 0) * factor
        assert volume.denominator == 1
        rows.append(Bar(row.session, opened, high, low, close, int(volume)))
    return rows


def exact(ratio: Fraction) -> Decimal:
    return Decimal(ratio.numerator) / Decimal(ratio.denominator)


def is_within_floats(made: Series) -> bool:
    """Tell whether cents are above a share's moves, and above the noise of 32 bits."""
    return all(row.close and 2 < row.close < 40_000 for row in made.rows)


@given(series().filter(is_within_floats))
def test_what_later_splits_restated_is_given_back_as_it_was_traded(made: Series) -> None:
    bars = put(
        restated(made),
        splits=[Action(at, exact(ratio)) for at, ratio in made.splits],
        dividends=[
            Action(at, Decimal(repr(float(Fraction(amount) / made.later(at)))))
            for at, amount in made.dividends
        ],
        is_restated=True,
        tick=2,
    )
    assert bars.refused == {}
    assert list(bars.bars) == made.rows
    assert bars.splits == tuple((at, exact(ratio)) for at, ratio in made.splits)
    assert bars.dividends is not None
    assert [paid.session for paid in bars.dividends] == [paid.session for paid in made.dividends]
    for found, paid in zip(bars.dividends, made.dividends, strict=True):
        assert abs(found.amount - paid.amount) < Decimal("1e-9")


@given(st.data(), clean_rows().filter(bool))
def test_a_session_said_twice_alike_is_said_once(data: st.DataObject, rows: list[Bar]) -> None:
    twice = [*rows, *data.draw(st.lists(st.sampled_from(rows)))]
    assert put(data.draw(st.permutations(twice))) == put(rows)


@given(
    st.data(),
    clean_rows().filter(lambda rows: any(row.close for row in rows)),
    st.decimals(Decimal("0.01"), Decimal(50), places=2),
)
def test_a_session_said_twice_unlike_is_refused_and_no_other(
    data: st.DataObject, rows: list[Bar], more: Decimal
) -> None:
    twin = data.draw(st.sampled_from([row for row in rows if row.close]))
    assert twin.close is not None
    other = twin._replace(close=twin.close + more)
    bars = put(data.draw(st.permutations([*rows, other])))
    assert bars.refused == {twin.session: Refusal(GapReason.DUPLICATE_DAY)}
    assert list(bars.bars) == [row for row in rows if row.session != twin.session]


# --- twins ---


def test_a_row_without_a_close_says_nothing_against_one_that_has_it() -> None:
    bars = put([bar(FRIDAY, "100"), bar(MONDAY, None, volume=None), bar(MONDAY, "90")])
    assert bars.refused == {}
    assert bars.close(MONDAY) == 90


def test_closes_that_are_one_at_the_tick_do_not_contradict_each_other() -> None:
    # A vendor's daily bar in 32 bits, and the row of its last quote in 64: both say 118.42.
    rows = [bar(FRIDAY, "142.62"), bar(MONDAY, "118.41999816894531"), bar(MONDAY, "118.42")]
    bars = put(rows, is_restated=True, tick=2)
    assert bars.refused == {}
    assert bars.close(MONDAY) == Decimal("118.42")


# --- what is no price ---


@pytest.mark.parametrize("nothing", ["0", "0.00", "-1", "NaN", "Infinity", "-Infinity"])
def test_what_is_no_price_is_unknown(nothing: str) -> None:
    none = Decimal(nothing)
    rows = [
        Bar(FRIDAY, none, none, none, none, None),
        Bar(MONDAY, none, None, none, Decimal(90), 6),
    ]
    bars = put(rows, is_restated=True, splits=[split("2025-06-10", "0.5")], tick=2)
    assert bars.bars == (bar(FRIDAY, None, volume=None), bar(MONDAY, "45", volume=12))
    assert bars.refused == {}


def test_a_volume_beside_a_close_of_nought_does_not_say_that_nobody_traded() -> None:
    nought = Decimal(0)
    bars = put([bar(FRIDAY, "100"), Bar(MONDAY, nought, nought, nought, nought, 0)])
    move = find_move(bars, Asked(XNYS, MONDAY, FRIDAY, Phase.ENDED))
    assert (move.status, move.reason) == (Status.MISSING, GapReason.NULL_CLOSE)


def test_no_rows_are_no_bars() -> None:
    bars = put([], splits=[split("2025-01-27", "2")], dividends=(), is_restated=True, tick=2)
    assert (bars.bars, bars.refused, bars.dividends) == ((), {}, ())


# --- days without a session ---


def test_a_holidays_row_is_left_out() -> None:
    # Vendors repeat the last close on holidays; the day itself is no session.
    rows = [bar(day("2025-01-17"), "100"), bar(HOLIDAY, "100", volume=0)]
    rows += [bar(day("2025-01-21"), "101"), bar(SATURDAY, None, volume=None)]
    bars = put(rows)
    assert [one.session for one in bars.bars] == [day("2025-01-17"), day("2025-01-21")]
    assert bars.refused == {}


@pytest.mark.parametrize(
    "stray",
    [
        bar(SATURDAY, "100", volume=5_000_000),  # it repeats the close, but was traded
        bar(SATURDAY, "101", volume=None),  # nothing is said of trades, but the close is new
    ],
)
def test_trades_on_a_day_without_a_session_make_the_dates_near_it_doubtful(stray: Bar) -> None:
    rows = [bar(one, "100") for one in JANUARY]
    bars = put([*rows, stray])
    # Ten days either side of Saturday the 25th: from the 15th to 4 February.
    doubtful = [one for one in JANUARY if one.day >= 15]
    assert bars.refused == {one: Refusal(GapReason.NOT_A_SESSION) for one in doubtful}
    assert list(bars.bars) == [row for row in rows if row.session not in doubtful]


def test_a_day_is_judged_by_its_own_exchange() -> None:
    # Monday 20 January 2025: a session in Tokyo, a holiday in New York.
    rows = [bar(day("2025-01-17"), "100"), bar(HOLIDAY, "103"), bar(day("2025-01-21"), "104")]
    tokyo = assemble(FUJIKURA, Raw(rows), ORIGIN)
    assert list(tokyo.bars) == rows
    assert set(put(rows).refused) == {day("2025-01-17"), day("2025-01-21")}


def test_days_beyond_the_calendar_are_let_pass() -> None:
    rows = [bar(day("1980-01-06"), "100"), bar(day("1980-01-07"), "101")]  # a Sunday, a Monday
    assert list(put(rows).bars) == rows


# --- bars taken before the close ---


def test_a_bar_taken_before_the_close_is_refused_and_kept_in_the_refusal() -> None:
    rows = [bar(FRIDAY, "142.62"), bar(MONDAY, "125.001")]
    bars = put(rows, tick=2, frozen=[MONDAY])
    assert bars.bars == (bar(FRIDAY, "142.62"),)
    assert bars.refused == {MONDAY: Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "125.00"))}


def test_a_bar_taken_before_the_close_without_a_price_is_refused_alone() -> None:
    bars = put([bar(MONDAY, None)], frozen=[MONDAY, TUESDAY])
    assert bars.refused == {MONDAY: Refusal(GapReason.IN_PROGRESS)}


# --- splits ---


def test_nvidias_split_of_june_2024() -> None:
    before, after = day("2024-06-07"), day("2024-06-10")
    rows = [
        bar(before, "120.88800048828125", volume=412_386_000),  # restated, with 32 bits' noise
        bar(after, "121.79000091552734", volume=314_162_700),
    ]
    bars = put(rows, splits=[split("2024-06-10", "10")], dividends=(), is_restated=True, tick=2)
    assert bars.bars == (
        bar(before, "1208.88", volume=41_238_600),
        bar(after, "121.79", volume=314_162_700),
    )
    move = find_move(bars, Asked(XNYS, after, before, Phase.ENDED))
    assert move.status is Status.OK
    assert (move.previous_close, move.close) == (Decimal("120.888"), Decimal("121.79"))
    # 121.79 ÷ 120.888 − 1; newspapers printed +0.75 %.
    expected = Fraction(12179, 100) / Fraction(120888, 1000) - 1
    assert move.price_return is not None
    assert abs(Fraction(move.price_return) - expected) < Fraction(1, 10**20)
    assert round(move.price_return * 100, 2) == Decimal("0.75")


def test_a_dividend_is_undone_as_its_share_is() -> None:
    # A cent a share in March 2024, before the split of ten for one: restated a tenth of a cent.
    paid = [Action(day("2024-03-05"), Decimal("0.004")), Action(day("2024-06-11"), Decimal("0.01"))]
    bars = put(
        [bar(day("2024-06-11"), "120.91")],
        splits=[split("2024-06-10", "10")],
        dividends=paid,
        is_restated=True,
        tick=2,
    )
    assert bars.dividends == (split("2024-03-05", "0.04"), split("2024-06-11", "0.01"))


def test_where_nothing_is_said_of_dividends_none_are_made_up() -> None:
    rows, splits = [bar(FRIDAY, "100")], [split("2025-06-10", "10")]
    assert put(rows, splits=splits, is_restated=True).dividends is None
    assert put(rows, splits=splits, is_restated=True, dividends=()).dividends == ()


WEEK = [day(f"2025-01-{at}") for at in (22, 23, 24, 27, 28, 29)]


@pytest.mark.parametrize(
    ("closes", "splits", "reason", "last_refused"),
    [
        # Two for one on Monday, and the vendor has left the history as it was traded.
        ("200 202 201 100 101 102", {"2025-01-27": "2"}, GapReason.UNAPPLIED_SPLIT, FRIDAY),
        # One for ten.
        ("2 2.02 2.01 20 20.2 20.4", {"2025-01-27": "0.1"}, GapReason.UNAPPLIED_SPLIT, FRIDAY),
        # Two for one, and the history was halved twice.
        ("50 50.5 50.2 100 101 102", {"2025-01-27": "2"}, GapReason.SPLIT_APPLIED_TWICE, FRIDAY),
        # Of two splits the later is wrong, or the earlier, or both.
        (
            *("400 101 100 100 50 51", {"2025-01-23": "4", "2025-01-28": "2"}),
            *(GapReason.UNAPPLIED_SPLIT, MONDAY),
        ),
        (
            *("400 101 100 100 101 102", {"2025-01-23": "4", "2025-01-28": "2"}),
            *(GapReason.UNAPPLIED_SPLIT, day("2025-01-22")),
        ),
        # Right: nothing is refused, and the splits of the future are as good as any.
        ("100 101 100 100 101 102", {"2025-01-23": "4", "2025-01-28": "2"}, None, None),
        ("100 101 100 100 101 102", {"2025-06-10": "10"}, None, None),
        # A tenth more shares is nearer to an ordinary move than to either fault.
        ("100 101 100 91 92 93", {"2025-01-27": "1.1"}, None, None),
        # Merely large: a fall of 40 % on the day of a split of four for one.
        ("100 101 100 60 61 62", {"2025-01-27": "4"}, None, None),
    ],
)
def test_a_split_that_the_history_does_not_show_refuses_what_lies_before_it(
    closes: str, splits: dict[str, str], reason: GapReason | None, last_refused: date | None
) -> None:
    rows = [bar(one, close) for one, close in zip(WEEK, closes.split(), strict=True)]
    made = [split(at, amount) for at, amount in splits.items()]
    bars = put(rows, splits=made, is_restated=True, tick=2)
    bad = [one for one in WEEK if last_refused is not None and one <= last_refused]
    assert refusals(bars) == dict.fromkeys(bad, reason)
    assert [one.session for one in bars.bars] == [one for one in WEEK if one not in bad]


def test_a_hole_at_the_split_does_not_hide_a_fault() -> None:
    rows = [bar(WEEK[0], "200"), bar(WEEK[1], "201"), bar(WEEK[2], None), bar(WEEK[4], "100")]
    bars = put(rows, splits=[split("2025-01-27", "2")], is_restated=True)
    assert refusals(bars) == dict.fromkeys(WEEK[:3], GapReason.UNAPPLIED_SPLIT)


def test_bars_as_traded_are_not_held_against_their_splits() -> None:
    rows = [bar(FRIDAY, "200"), bar(MONDAY, "100")]
    bars = put(rows, splits=[split("2025-01-27", "2")])
    assert list(bars.bars) == rows
    assert bars.refused == {}


# --- the tick ---


@pytest.mark.parametrize(
    ("said", "tick", "price"),
    [
        ("118.41999816894531", 2, "118.42"),
        ("2856.5", 1, "2856.5"),
        ("152.97000122070312", 1, "153.0"),
        ("0.12340000271797180", 4, "0.1234"),
        ("118.41999816894531", None, "118.41999816894531"),
        ("0.004", 2, "0.004"),  # finer than was said: nothing is rounded away
    ],
)
def test_a_price_is_rounded_to_its_tick(said: str, tick: int | None, price: str) -> None:
    one, other = Decimal(said), Decimal(price)
    bars = put([Bar(MONDAY, one, one, one, one, None)], tick=tick)
    assert bars.bars == (Bar(MONDAY, other, other, other, other, None),)


def test_a_price_does_not_depend_on_the_threads_context() -> None:
    with localcontext(prec=4):
        bars = put(
            [bar(FRIDAY, "1208.8800048828125")],
            splits=[split("2025-06-10", "10")],
            is_restated=True,
            tick=2,
        )
    assert bars.close(FRIDAY) == Decimal("12088.80")


# --- the source ---


def test_a_source_is_described_by_what_came_from_it() -> None:
    one = put([bar(FRIDAY, "100"), bar(MONDAY, "90")])
    other = Bars(FUJIKURA, (bar(day("2025-01-20"), "7000"), bar(FRIDAY, "7300")))
    gap = Gap(make_instrument("AVGO"), MONDAY, GapReason.NO_DATA)
    source = describe("yahoo", "Yahoo Finance", "2025-03-03", [one, gap, other])
    assert source[:5] == ("yahoo", "Yahoo Finance", "2025-03-03", day("2025-01-20"), MONDAY)
    assert len(bytes.fromhex(source.sha256)) == 32
    assert source == describe("yahoo", "Yahoo Finance", "2025-03-03", [other, one])


@pytest.mark.parametrize(
    "changed",
    [
        Bars(NVDA, (bar(FRIDAY, "100"), bar(MONDAY, "90.01"))),
        Bars(NVDA, (bar(FRIDAY, "100"), bar(MONDAY, "90", volume=999))),
        Bars(NVDA, (bar(FRIDAY, "100"), bar(TUESDAY, "90"))),
        Bars(NVDA, (bar(MONDAY, "90"),)),
        Bars(make_instrument("AVGO"), (bar(FRIDAY, "100"), bar(MONDAY, "90"))),
    ],
)
def test_another_figure_is_another_hash(changed: Bars) -> None:
    before = put([bar(FRIDAY, "100"), bar(MONDAY, "90")])
    hashes = {describe("yahoo", "", "", [one]).sha256 for one in (before, changed)}
    assert len(hashes) == 2


def test_a_source_of_nothing_has_neither_end() -> None:
    gap = Gap(NVDA, MONDAY, GapReason.TIMEOUT)
    source = describe("yahoo", "Yahoo Finance", "2025-03-03", [gap, Bars(FUJIKURA, ())])
    assert (source.first, source.last) == (None, None)
    assert source.sha256


@pytest.mark.parametrize(
    ("high", "low", "close", "is_refused"),
    [
        ("128.40", "116.70", "118.42", False),  # NVDA, 27 January 2025
        ("128.40", "116.70", "218.42", True),
        ("128.40", "116.70", "18.42", True),
        ("128.40", "116.70", "130.90", False),  # within two per cent: a vendor's rounding
        ("128.40", "116.70", "131", True),
        ("116.70", "128.40", "118.42", True),  # the columns swapped
        (None, None, "118.42", False),
    ],
)
def test_a_close_outside_its_own_days_range_is_refused(
    high: str | None, low: str | None, close: str, *, is_refused: bool
) -> None:
    top, bottom = (None if one is None else Decimal(one) for one in (high, low))
    row = Bar(MONDAY, None, top, bottom, Decimal(close), 1000)
    bars = put([row])
    reasons = {MONDAY: GapReason.INCONSISTENT} if is_refused else {}
    assert refusals(bars) == reasons
