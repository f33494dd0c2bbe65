"""The store: what is written is read, what is given otherwise is told, what was there is kept."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.store import Key, Store
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, day

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from deepseek_shock.providers.storing.writing import Changes

NVDA = make_instrument("NVDA")
WANTED = Wanted(day("2025-01-02"), FRIDAY, day("2025-02-28"))
EARLY, LATE, LATEST = "2025-03-03T12:00:00Z", "2025-04-01T12:00:00Z", "2025-05-01T12:00:00Z"
FILES = settings(max_examples=50)  # a database on the disk for each
# Sessions of New York, from its calendar for January 2025 (the 9th and the 20th are none).
SESSIONS = [day(f"2025-01-{at:02}") for at in (2, 3, 6, 7, 8, 10, 13, 14, 15, 16, 17, 21)]


def make(
    bars: Sequence[Bar] = (),
    retrieved: str = EARLY,
    *,
    splits: tuple[Action, ...] = (),
    dividends: tuple[Action, ...] | None = (),
    refused: Mapping[date, Refusal] | None = None,
) -> Bars:
    origin = Origin("yahoo", retrieved)
    return Bars(NVDA, tuple(bars), splits, dividends, refused or {}, origin)


def keep(store: Store, bars: Bars, wanted: Wanted = WANTED, *, vendor: str = "yahoo") -> Changes:
    return store.write(bars.instrument.ticker, vendor, bars, wanted)


def read(store: Store, wanted: Wanted = WANTED) -> Bars:
    (held,) = store.read(NVDA, wanted)
    return held.bars


def dump(store: Store) -> list[str]:
    with closing(sqlite3.connect(store.path)) as connection:
        return list(connection.iterdump())


def change(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(statement, values)
        connection.commit()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "store.db")


@contextmanager
def fresh() -> Generator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield Store(Path(folder) / "store.db")


# --- laws ---

prices = st.decimals(Decimal("0.0001"), Decimal(10**7), allow_nan=False, places=4) | st.integers(
    1, 10**6
).map(Decimal)
figures = st.tuples(*[st.none() | prices] * 4, st.none() | st.integers(0, 2**63 - 1))
amounts = st.dictionaries(st.sampled_from(SESSIONS), prices, max_size=3)


@st.composite
def series(draw: st.DrawFn, retrieved: str = EARLY) -> Bars:
    rows = draw(st.dictionaries(st.sampled_from(SESSIONS), figures))
    bars = [Bar(session, *rows[session]) for session in sorted(rows)]
    refused = {
        one.session: Refusal(draw(st.sampled_from(GapReason)), one if one.close else None)
        for one in bars
        if draw(st.booleans())
    }
    actions = [tuple(Action(*item) for item in sorted(draw(amounts).items())) for _ in range(2)]
    dividends = draw(st.sampled_from([None, actions[1]]))
    accepted = [one for one in bars if one.session not in refused]
    return make(accepted, retrieved, splits=actions[0], dividends=dividends, refused=refused)


def spelled(bars: Bars) -> object:
    """Return all figures as text: 120.0 is equal to 120.00, and not what was given."""
    rows = [tuple(map(str, one)) for one in bars.bars]
    refused = {session: str(refusal) for session, refusal in bars.refused.items()}
    dividends = None if bars.dividends is None else tuple(map(str, bars.dividends))
    return rows, refused, tuple(map(str, bars.splits)), dividends


@FILES
@given(series())
def test_what_is_written_is_read(given_bars: Bars) -> None:
    with fresh() as store:
        changes = keep(store, given_bars)
        (held,) = store.read(NVDA, WANTED)
        assert list(store.verify()) == []
    assert spelled(held.bars) == spelled(given_bars)
    assert held.bars.origin == Origin("yahoo", EARLY)
    assert held.bars.others == {}
    assert (held.vendor, held.retrieved) == ("yahoo", EARLY)
    assert changes == (len(given_bars.bars) + len(given_bars.refused), 0, 0)


@FILES
@given(series())
def test_what_is_written_twice_changes_nothing(given_bars: Bars) -> None:
    with fresh() as store:
        keep(store, given_bars)
        before = dump(store)
        again = keep(store, given_bars)
        assert dump(store) == before
        assert store.revisions("NVDA") == []
    assert again == (0, len(given_bars.bars) + len(given_bars.refused), 0)


@FILES
@given(series())
def test_the_same_figures_retrieved_later_are_no_revision(given_bars: Bars) -> None:
    later = Bars(
        NVDA,
        given_bars.bars,
        given_bars.splits,
        given_bars.dividends,
        given_bars.refused,
        Origin("yahoo", LATE),
    )
    with fresh() as store:
        keep(store, given_bars)
        changes = keep(store, later)
        assert store.revisions("NVDA") == []
        held = read(store)
        assert list(store.verify()) == []
    assert changes == (0, len(given_bars.bars) + len(given_bars.refused), 0)
    assert spelled(held) == spelled(given_bars)
    assert held.origin.retrieved == LATE


@FILES
@given(
    st.lists(
        st.dictionaries(st.sampled_from(SESSIONS), st.integers(1, 3).map(str)),
        min_size=1,
        max_size=6,
    )
)
def test_retrievals_in_any_order_keep_every_close_and_tell_every_change(
    retrievals: list[dict[date, str]],
) -> None:
    closes: dict[date, tuple[str, str]] = {}
    told: list[tuple[object, ...]] = []
    with fresh() as store:
        for at, retrieval in enumerate(retrievals):
            now = f"2025-03-{at + 1:02}T12:00:00Z"
            rows = [bar(session, retrieval[session]) for session in sorted(retrieval)]
            changes = keep(store, make(rows, now))
            known = [session for session in retrieval if session in closes]
            other = [one for one in known if closes[one][0] != retrieval[one]]
            assert changes == (
                len(retrieval) - len(known),
                len(known) - len(other),
                len(other),
            )
            for session in other:
                old, before = closes[session]
                told.append((session.isoformat(), "close", old, retrieval[session], before, now))
            closes |= {session: (close, now) for session, close in retrieval.items()}
        held = read(store)
        revisions = store.revisions("NVDA")
        assert list(store.verify()) == []
    assert {one.session: str(one.close) for one in held.bars} == {
        session: close for session, (close, _) in closes.items()
    }
    assert {one.session: held.origin_of(one.session).retrieved for one in held.bars} == {
        session: now for session, (_, now) in closes.items()
    }
    assert sorted(one[1:] for one in revisions) == sorted(told)
    assert {one.vendor for one in revisions} <= {"yahoo"}


# --- what a later retrieval replaces, keeps and revises ---


def test_a_session_that_the_vendor_drops_keeps_its_close_and_says_when_it_came(
    store: Store,
) -> None:
    keep(store, make([bar(FRIDAY, "142.62"), bar(MONDAY, "118.42")]))
    assert keep(store, make([bar(FRIDAY, "142.62")], LATE)) == (0, 1, 0)
    held = read(store)
    assert held.close(MONDAY) == Decimal("118.42")
    assert held.others == {MONDAY: Origin("yahoo", EARLY)}
    assert held.origin == Origin("yahoo", LATE)
    assert store.revisions("NVDA") == []


def test_a_figure_given_otherwise_is_replaced_and_told(store: Store) -> None:
    keep(store, make([bar(MONDAY, "118.42", volume=10)]))
    later = Bar(MONDAY, Decimal(124), None, None, Decimal("118.43"), 11)
    assert keep(store, make([later], LATE)) == (0, 0, 1)
    assert read(store).at(MONDAY) == later
    assert store.revisions("NVDA") == [
        ("yahoo", "2025-01-27", "open", None, "124", EARLY, LATE),
        ("yahoo", "2025-01-27", "close", "118.42", "118.43", EARLY, LATE),
        ("yahoo", "2025-01-27", "volume", "10", "11", EARLY, LATE),
    ]


def test_another_spelling_of_a_price_is_no_revision(store: Store) -> None:
    keep(store, make([bar(MONDAY, "118.40")]))
    assert keep(store, make([bar(MONDAY, "118.4")], LATE)) == (0, 1, 0)
    assert store.revisions("NVDA") == []
    assert str(read(store).close(MONDAY)) == "118.4"


def test_a_bar_refused_before_its_close_becomes_the_bar(store: Store) -> None:
    frozen = Refusal(GapReason.IN_PROGRESS, bar(MONDAY, "120.00"))
    keep(store, make([bar(FRIDAY, "142.62")], refused={MONDAY: frozen}))
    assert read(store).refused == {MONDAY: frozen}
    keep(store, make([bar(FRIDAY, "142.62"), bar(MONDAY, "118.42")], LATE))
    held = read(store)
    assert (held.close(MONDAY), held.refused) == (Decimal("118.42"), {})
    assert [one[1:5] for one in store.revisions("NVDA")] == [
        ("2025-01-27", "close", "120.00", "118.42"),
        ("2025-01-27", "refusal", "in_progress", None),
    ]


def test_a_refusal_takes_out_a_bar_and_what_it_was_is_told(store: Store) -> None:
    keep(store, make([bar(MONDAY, "118.42")]))
    twice = Refusal(GapReason.DUPLICATE_DAY)
    keep(store, make(retrieved=LATE, refused={MONDAY: twice}))
    held = read(store)
    assert (held.at(MONDAY), held.refused) == (None, {MONDAY: twice})
    assert [one[1:5] for one in store.revisions("NVDA")] == [
        ("2025-01-27", "close", "118.42", None),
        ("2025-01-27", "volume", "1000", None),
        ("2025-01-27", "refusal", None, "duplicate_day"),
    ]


def test_actions_are_replaced_from_the_first_day_asked_on(store: Store) -> None:
    old, dropped, other = (Action(SESSIONS[at], Decimal(at + 2)) for at in (0, 3, 6))
    rows = [bar(session, "100") for session in SESSIONS]
    keep(store, make(rows, splits=(old, dropped, other)))
    restated = other._replace(amount=Decimal(4))
    added = Action(SESSIONS[8], Decimal(3))
    wanted = WANTED._replace(history=SESSIONS[1])
    keep(store, make(rows, LATE, splits=(restated, added)), wanted)
    assert read(store).splits == (old, restated, added)
    assert store.revisions("NVDA") == [
        ("yahoo", "2025-01-07", "split", "5", None, EARLY, LATE),
        ("yahoo", "2025-01-13", "split", "8", "4", EARLY, LATE),
        ("yahoo", "2025-01-15", "split", None, "3", EARLY, LATE),
    ]
    assert list(store.verify()) == []


def test_an_action_of_a_new_session_is_news_and_no_revision(store: Store) -> None:
    keep(store, make([bar(FRIDAY, "100")]))
    paid = (Action(MONDAY, Decimal("0.01")),)
    keep(store, make([bar(FRIDAY, "100"), bar(MONDAY, "99")], LATE, dividends=paid))
    assert read(store).dividends == paid
    assert store.revisions("NVDA") == []


def test_two_dividends_of_one_session_are_kept_and_told_together(store: Store) -> None:
    both = (Action(MONDAY, Decimal("0.10")), Action(MONDAY, Decimal(2)))
    keep(store, make([bar(MONDAY, "99")], dividends=both))
    assert read(store).dividends == both
    keep(store, make([bar(MONDAY, "99")], LATE, dividends=both[::-1]))
    assert store.revisions("NVDA") == []
    keep(store, make([bar(MONDAY, "99")], LATEST, dividends=both[:1]))
    (told,) = store.revisions("NVDA")
    assert told[2:] == ("dividend", "2 + 0.10", "0.10", LATE, LATEST)


def test_a_vendor_that_says_nothing_of_dividends_takes_none_back(store: Store) -> None:
    paid = (Action(MONDAY, Decimal("0.01")),)
    keep(store, make([bar(MONDAY, "99")], dividends=paid))
    keep(store, make([bar(MONDAY, "99")], LATE, dividends=None))
    assert read(store).dividends is None
    keep(store, make([bar(MONDAY, "99")], LATEST, dividends=paid))
    assert read(store).dividends == paid
    assert store.revisions("NVDA") == []


def test_dividends_are_unknown_where_one_bar_came_without_word_of_them(store: Store) -> None:
    keep(store, make([bar(FRIDAY, "100"), bar(MONDAY, "99")], dividends=None))
    keep(store, make([bar(MONDAY, "99")], LATE))
    assert read(store).dividends is None
    assert read(store, WANTED._replace(history=MONDAY)).dividends == ()


# --- what is read ---


def test_only_the_span_wanted_is_read_and_all_actions(store: Store) -> None:
    split = (Action(TUESDAY, Decimal(10)),)
    rows = [bar(FRIDAY, "142.62"), bar(MONDAY, "118.42"), bar(TUESDAY, "128.99")]
    keep(store, make(rows, splits=split))
    held = read(store, Wanted(MONDAY, MONDAY, MONDAY))
    assert [one.session for one in held.bars] == [MONDAY]
    assert held.splits == split


def test_vendors_and_instruments_are_kept_apart(store: Store) -> None:
    tokyo = make_instrument("5803.T")
    keep(store, make([bar(MONDAY, "118.42")]))
    keep(store, make([bar(MONDAY, "118.40")]), vendor="jquants")
    keep(store, Bars(tokyo, (bar(MONDAY, "6511"),), origin=Origin("x", LATE)))
    found = store.read_many([NVDA, tokyo, make_instrument("AMD")], WANTED)
    closes = {
        ticker: [(one.vendor, str(one.bars.close(MONDAY))) for one in held]
        for ticker, held in found.items()
    }
    assert closes == {
        "NVDA": [("jquants", "118.40"), ("yahoo", "118.42")],
        "5803.T": [("yahoo", "6511")],
        "AMD": [],
    }
    assert found["5803.T"][0].bars.instrument == tokyo
    assert store.tickers() == ["5803.T", "NVDA"]
    assert store.revisions("NVDA") == []


def test_nothing_is_made_by_looking(store: Store) -> None:
    assert not store.exists()
    assert store.read(NVDA, WANTED) == []
    assert (store.keys(), store.tickers(), store.revisions("NVDA")) == ([], [], [])
    assert (store.kept("NVDA"), list(store.rows([])), list(store.verify())) == ([], [], [])
    assert store.summary() == (store.path, 0, 0, 0, ())
    assert store.remove([]) == []
    assert not store.path.parent.exists()


def test_an_instrument_of_which_no_bar_came_is_held_as_asked_for(store: Store) -> None:
    keep(store, make())
    (held,) = store.read(NVDA, WANTED)
    assert held.bars.bars == ()
    assert held.asked == (WANTED.history, WANTED.last)


def asked_after(*retrievals: tuple[str, str, str], wanted: Wanted = WANTED) -> tuple[str, str]:
    with fresh() as store:
        for history, last, retrieved in retrievals:
            keep(store, make(retrieved=retrieved), Wanted(day(history), day(last), day(last)))
        (held,) = store.read(NVDA, wanted)
    return held.asked[0].isoformat(), held.asked[1].isoformat()


def test_the_last_retrieval_was_asked_for_what_it_was_asked_for() -> None:
    once = ("2025-01-02", "2025-02-28", "2025-02-28T15:00:00Z")
    assert asked_after(once) == once[:2]
    assert asked_after((*once[:2], "2026-11")) == once[:2]


def test_spans_asked_for_day_by_day_are_one() -> None:
    first = ("2025-01-02", "2025-01-31", EARLY)
    assert asked_after(first, ("2025-02-01", "2025-02-28", LATE)) == ("2025-01-02", "2025-02-28")
    assert asked_after(first, ("2025-01-20", "2025-02-14", LATE)) == ("2025-01-02", "2025-02-14")


def test_between_spans_with_a_hole_the_one_that_is_wanted_counts() -> None:
    both = ("2020-01-02", "2020-06-30", EARLY), ("2025-01-02", "2025-02-28", LATE)
    asleep = Wanted(day("2020-02-03"), day("2020-03-02"), day("2020-03-02"))
    for retrievals in (both, both[::-1]):
        assert asked_after(*retrievals) == ("2025-01-02", "2025-02-28")
        assert asked_after(*retrievals, wanted=asleep) == ("2020-01-02", "2020-06-30")


def test_of_spans_that_are_wanted_alike_the_later_counts() -> None:
    early, late = ("2025-01-02", "2025-01-10", EARLY), ("2025-01-20", "2025-01-28", LATE)
    wanted = Wanted(day(early[0]), day(late[1]), day(late[1]))
    for retrievals in ((early, late), (late, early)):
        assert asked_after(*retrievals, wanted=wanted) == late[:2]


def test_a_day_asked_for_before_it_was_over_is_not_taken_for_lacking_later() -> None:
    midday = ("2025-01-02", "2025-01-27", "2025-01-27T18:00:00Z")
    assert asked_after(midday, ("2025-01-02", "2025-01-10", LATE)) == ("2025-01-02", "2025-01-26")


# --- what is told of it ---


def test_the_summary_counts_by_vendor(store: Store) -> None:
    keep(store, make([bar(FRIDAY, "1"), bar(MONDAY, "2")]))
    frozen = {TUESDAY: Refusal(GapReason.IN_PROGRESS, bar(TUESDAY, "3"))}
    keep(store, make([bar(MONDAY, "2")], LATE, refused=frozen), vendor="jquants")
    amd = Bars(make_instrument("AMD"), (bar(MONDAY, "5"),), origin=Origin("yahoo", LATE))
    keep(store, amd)
    summary = store.summary()
    assert (summary.path, summary.layout, summary.instruments) == (store.path, 1, 2)
    assert summary.vendors == (
        ("jquants", 1, 1, 1, "2025-01-27", "2025-01-28", LATE),
        ("yahoo", 2, 3, 0, "2025-01-24", "2025-01-27", LATE),
    )
    assert summary.size > 4096


def test_what_is_kept_of_an_instrument_is_described(store: Store) -> None:
    split = (Action(MONDAY, Decimal(10)),)
    refused = {
        session: Refusal(GapReason.NEAR_SPLIT_RATIO, bar(session, "5")) for session in SESSIONS[:3]
    }
    rows = [bar(FRIDAY, "1"), bar(MONDAY, "2")]
    keep(store, make(rows, splits=split, dividends=None, refused=refused))
    keep(store, make(rows, LATE, splits=split, dividends=None))
    (kept,) = store.kept("NVDA")
    assert (kept.key, kept.exchange, kept.bars) == (("NVDA", "yahoo"), "XNYS", 2)
    assert (kept.first, kept.last) == ("2025-01-24", "2025-01-27")
    assert kept.refused == (("near_split_ratio", 3, "2025-01-02", "2025-01-06"),)
    assert (kept.splits, kept.dividends) == (split, None)
    assert (kept.retrievals, kept.retrieved) == (2, LATE)
    assert kept.asked == ("2025-01-02", "2025-02-28")


def test_rows_to_export_have_actions_beside_prices(store: Store) -> None:
    full = Bar(FRIDAY, Decimal("148.37"), Decimal("148.97"), Decimal("141.88"), Decimal(142), 9)
    refused = {TUESDAY: Refusal(GapReason.IN_PROGRESS, bar(TUESDAY, "129"))}
    actions = (Action(MONDAY, Decimal(10)), Action(TUESDAY, Decimal("0.2")))
    paid = (Action(MONDAY, Decimal("0.10")), Action(MONDAY, Decimal(2)))
    keep(store, make([full, bar(MONDAY, "14")], splits=actions, dividends=paid, refused=refused))
    head, (blank, nil) = ("NVDA",), (None, Decimal(0))
    end = ("yahoo", EARLY)
    assert list(store.rows([Key("NVDA", "yahoo")])) == [
        (*head, *full, blank, nil, *end),
        (*head, *bar(MONDAY, "14"), Decimal(10), Decimal("2.10"), *end),
        (*head, TUESDAY, blank, blank, blank, blank, blank, Decimal("0.2"), nil, *end),
    ]
    assert list(store.rows([Key("AMD", "yahoo")])) == []


def test_rows_say_nothing_of_dividends_where_the_vendor_does_not(store: Store) -> None:
    keep(store, make([bar(FRIDAY, "1"), bar(MONDAY, "2")]))
    keep(store, make([bar(MONDAY, "2")], LATE, dividends=None))
    rows = list(store.rows([Key("NVDA", "yahoo")]))
    assert [(row.dividend, row.retrieved) for row in rows] == [(0, EARLY), (None, LATE)]


def test_what_is_removed_is_gone_and_nothing_else(store: Store) -> None:
    keep(store, make([bar(MONDAY, "118.42")]), vendor="jquants")
    before = dump(store)
    splits = (Action(MONDAY, Decimal(10)),)
    keep(store, make([bar(FRIDAY, "1"), bar(MONDAY, "2")], splits=splits))
    keep(store, make([bar(MONDAY, "3")], LATE))
    key = Key("NVDA", "yahoo")
    assert store.remove([key]) == [(key, 2)]
    assert dump(store) == before
    assert store.keys() == [("NVDA", "jquants")]


def test_removal_gives_room_back(store: Store) -> None:
    rows = [bar(date.fromordinal(FRIDAY.toordinal() + at), "100") for at in range(2000)]
    keep(store, make(rows))
    large = store.summary().size
    store.remove(store.keys())
    assert store.summary().size < large / 2


# --- whether it is sound ---


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE bar SET close = '118.43' WHERE session = '2025-01-27'", "not those that were"),
        ("DELETE FROM bar WHERE session = '2025-01-27'", "not those that were written"),
        ("UPDATE action SET amount = '11'", "not those that were written"),
        ("UPDATE bar SET high = '-1'", "2025-01-24, 2025-01-27 has a price that is not positive"),
        ("UPDATE bar SET low = 'much'", "has a price that is not positive"),
        ("UPDATE bar SET session = '2025-01-09' WHERE volume = 7", "2025-01-09 is no session of"),
        ("UPDATE bar SET session = '2025-1-27' WHERE volume = 7", "2025-1-27 is no date"),
        ("UPDATE bar SET reason = 'dislike' WHERE volume = 7", "refused for an unknown reason"),
        ("UPDATE bar SET retrieval = 9", "retrieval 9 is not recorded"),
        ("UPDATE series SET exchange = 'XBAD'", "XBAD is no exchange"),
        ("DELETE FROM series", "bar without a series"),
    ],
)
def test_what_was_changed_by_others_is_found(store: Store, statement: str, what: str) -> None:
    split = (Action(MONDAY, Decimal(10)),)
    keep(store, make([bar(FRIDAY, "142.62"), bar(MONDAY, "118.42", volume=7)], splits=split))
    assert list(store.verify()) == []
    change(store, statement)
    findings = list(store.verify())
    assert {finding.ticker for finding in findings} == {"NVDA"}
    assert any(what in finding.what and "yahoo: " in finding.what for finding in findings)


def test_a_day_on_which_the_exchange_was_closed_is_found(store: Store) -> None:
    # 9 January 2025 was a day of mourning: New York was closed, Tokyo open.
    mourning = day("2025-01-09")
    keep(store, make([bar(mourning, "100")]))
    tokyo = Bars(make_instrument("5803.T"), (bar(mourning, "6000"),))
    keep(store, tokyo)
    assert [tuple(finding) for finding in store.verify()] == [
        ("NVDA", "yahoo: 2025-01-09 is no session of XNYS")
    ]


def test_many_days_are_counted_and_the_first_named(store: Store) -> None:
    saturdays = [date(2025, 2, at) for at in (1, 8, 15, 22)]
    keep(store, make([bar(session, "100") for session in saturdays]))
    (finding,) = store.verify()
    assert finding.what == (
        "yahoo: 2025-02-01, 2025-02-08, 2025-02-15 and 1 more: is no session of XNYS"
    )


# --- one file, many hands ---


def test_a_reader_is_not_disturbed_by_a_writer(store: Store) -> None:
    keep(store, make([bar(MONDAY, "118.42")]))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE bar SET close = '1'")
        assert read(store).close(MONDAY) == Decimal("118.42")


def test_what_is_read_is_of_one_moment(store: Store) -> None:
    amd = Bars(make_instrument("AMD"), (bar(MONDAY, "100"),), origin=Origin("yahoo", EARLY))
    for bars in (amd, make([bar(MONDAY, "100")])):
        keep(store, bars)
    rows = store.rows([Key("AMD", "yahoo"), Key("NVDA", "yahoo")])
    assert next(rows).close == 100
    keep(store, make([bar(MONDAY, "200")], LATE))
    assert next(rows).close == 100
    assert read(store).close(MONDAY) == 200


def test_threads_may_share_a_store(store: Store) -> None:
    failed: list[BaseException] = []

    def write(at: int) -> None:
        try:
            keep(store, make([bar(SESSIONS[at], str(at + 1))], EARLY))
        except BaseException as error:  # noqa: BLE001 -- whatever a thread meets
            failed.append(error)

    threads = [threading.Thread(target=write, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    assert [str(one.close) for one in read(store).bars] == [str(at + 1) for at in range(8)]


def test_a_link_leads_to_the_store(store: Store, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(store.path)
    keep(Store(link), make([bar(MONDAY, "118.42")]))
    assert link.is_symlink()
    assert read(store).close(MONDAY) == Decimal("118.42")
    assert {file.name for file in tmp_path.iterdir()} == {"data", "link.db"}


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?mode=memory.db", "日経#1.db"])
def test_a_path_may_hold_any_character(tmp_path: Path, name: str) -> None:
    store = Store(tmp_path / name)
    keep(store, make([bar(MONDAY, "118.42")]))
    assert read(store).close(MONDAY) == Decimal("118.42")
    assert (tmp_path / name).stat().st_size > 0
