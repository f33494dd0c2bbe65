"""A vendor behind the store: asked for what is lacking, and for nothing else; and the store alone.

New York's sessions end at 21:00 UTC in January, Tokyo's at 06:30; prices may lag behind by twenty
minutes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import StoreError
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.market.rate import Rate
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers.base import Answer, Fetched, Listener, Wanted
from deepseek_shock.providers.store import Store
from deepseek_shock.providers.stored import StoreAlone, Stored
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, baseline, day, utc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from deepseek_shock.providers.storing.writing import Changes

NVDA, AVGO, VST, ADVANTEST = map(make_instrument, ("NVDA", "AVGO", "VST", "6857.T"))
LATER = utc("2025-03-03T12:00")
BOTH = (MONDAY, FRIDAY)
WANTED = Wanted(day("2025-01-02"), FRIDAY, TUESDAY, {"XNYS": BOTH, "XTKS": BOTH})


def stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """A vendor that has every session until now, that counts who asks, and that fails on demand.

    What stands in `answers` is given in place of the truth: an answer, or what makes one.
    """

    def __init__(self, name: str = "yahoo", now: datetime = LATER, *, tells: bool = True) -> None:
        self.name = name
        self.now = now
        self.tells = tells
        self.answers: dict[str, Answer] = {}
        self.close = "100"
        self.retrieved: str | None = None
        self.asked: list[list[str]] = []
        self.made = 0
        self.listen: Listener = lambda _: None

    def make(self, listen: Listener) -> Desk:
        self.made += 1
        self.listen = listen
        return self

    def whole(self, instrument: Instrument, wanted: Wanted) -> Bars:
        over = self.now.date()
        sessions = sessions_between(instrument.exchange, wanted.history, wanted.last)
        rows = tuple(bar(one, self.close) for one in sessions if one < over)
        return self.of(instrument, rows)

    def of(
        self,
        instrument: Instrument,
        rows: Sequence[Bar],
        refused: dict[date, Refusal] | None = None,
    ) -> Bars:
        retrieved = stamp(self.now) if self.retrieved is None else self.retrieved
        origin = Origin(self.name, retrieved)
        return Bars(instrument, tuple(rows), dividends=(), refused=refused or {}, origin=origin)

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        self.asked.append([one.ticker for one in instruments])
        found: dict[str, Answer] = {}
        for one in instruments:
            found[one.ticker] = self.answers.get(one.ticker) or self.whole(one, wanted)
            if self.tells:
                self.listen(found[one.ticker])
        source = Source(self.name, "The Desk", stamp(self.now), None, None, "0")
        return Fetched(found, {}, (source,), {})


class Told:
    """Who was told what."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.troubles: list[StoreError] = []

    @property
    def tickers(self) -> list[str]:
        return [one.instrument.ticker for one in self.answers]


def behind(
    store: Store,
    desk: Desk,
    *,
    now: datetime | None = None,
    told: Told | None = None,
    is_refreshed: bool = False,
) -> Stored:
    told = told or Told()
    return Stored(
        desk.name,
        desk.make,
        store,
        now or desk.now,
        is_refreshed=is_refreshed,
        listen=told.answers.append,
        on_trouble=told.troubles.append,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "shock" / "store.db")


def failing(desk: Desk, *instruments: Instrument, reason: GapReason = GapReason.NETWORK) -> None:
    desk.answers |= {one.ticker: Gap(one, TUESDAY, reason) for one in instruments}


# --- what is held is not asked for ---


@pytest.mark.parametrize("name", ["yahoo", "jquants", "somebody"])
@pytest.mark.parametrize("tells", [True, False])
def test_a_second_fetch_asks_the_vendor_for_nothing(
    store: Store,
    name: str,
    tells: bool,  # noqa: FBT001 -- a table's column
) -> None:
    desk = Desk(name, tells=tells)
    first = behind(store, desk).fetch([NVDA, ADVANTEST], WANTED)
    second = behind(store, desk).fetch([NVDA, ADVANTEST], WANTED)
    assert (desk.asked, desk.made) == ([["NVDA", "6857.T"]], 1)
    assert (
        second.bars
        == first.bars
        == {one.ticker: desk.whole(one, WANTED) for one in (NVDA, ADVANTEST)}
    )
    (one,), (other,) = first.sources, second.sources
    assert one[:1] + one[2:] == other[:1] + other[2:]
    assert (other.name, other.retrieved) == (name, "2025-03-03T12:00:00Z")
    assert (other.first, other.last) == (day("2025-01-02"), TUESDAY)


def test_rates_that_came_with_the_bars_are_handed_on(store: Store) -> None:
    rates = (Rate("USDJPY", MONDAY, Decimal("154.49"), "desk"),)

    class WithRates(Desk):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            return super().fetch(instruments, wanted)._replace(rates=rates)

    assert behind(store, WithRates()).fetch([NVDA], WANTED).rates == rates


@pytest.mark.parametrize("name", ["yahoo", "jquants", "somebody"])
def test_the_days_wanted_need_not_be_sessions(store: Store, name: str) -> None:
    # From New Year's Day, a Saturday or a Sunday on, to a Saturday.
    for history in ("2025-01-01", "2025-01-04", "2025-01-05"):
        desk = Desk(name)
        wanted = WANTED._replace(history=day(history), last=day("2025-02-01"))
        mine = Store(store.path.with_name(f"{history}.db"))
        for _ in range(2):
            behind(mine, desk).fetch([NVDA, ADVANTEST], wanted)
        assert desk.asked == [["NVDA", "6857.T"]]


@pytest.mark.parametrize("last", ["2025-02-17", "2025-02-11"])
def test_the_last_day_may_be_one_exchanges_holiday(store: Store, last: str) -> None:
    # Presidents' Day in New York, Foundation Day in Tokyo: the other exchange was open.
    desk = Desk()
    wanted = WANTED._replace(last=day(last))
    first = behind(store, desk).fetch([NVDA, ADVANTEST], wanted)
    second = behind(store, desk).fetch([NVDA, ADVANTEST], wanted)
    assert second.bars == first.bars
    assert len(desk.asked) == 1


def test_only_what_is_lacking_is_asked_for(store: Store) -> None:
    desk = Desk()
    behind(store, desk).fetch([NVDA], WANTED)
    found = behind(store, desk).fetch([AVGO, NVDA, VST], WANTED)
    assert desk.asked == [["NVDA"], ["AVGO", "VST"]]
    assert set(found.bars) == {"AVGO", "NVDA", "VST"}


@pytest.mark.parametrize(
    ("wanted", "is_asked"),
    [
        (WANTED._replace(history=day("2025-01-10")), False),
        (WANTED._replace(last=MONDAY), False),
        (WANTED._replace(history=day("2024-12-02")), True),
        (WANTED._replace(last=day("2025-01-31")), True),
    ],
)
def test_a_wider_span_is_asked_for(
    store: Store,
    wanted: Wanted,
    is_asked: bool,  # noqa: FBT001 -- a table's column
) -> None:
    desk = Desk()
    behind(store, desk).fetch([NVDA], WANTED)
    found = behind(store, desk).fetch([NVDA], wanted).bars["NVDA"]
    assert len(desk.asked) == (2 if is_asked else 1)
    assert found == desk.whole(NVDA, wanted)


def test_sessions_to_come_are_not_waited_for(store: Store) -> None:
    desk = Desk(now=utc("2025-01-29T12:00"))
    wanted = WANTED._replace(last=day("2025-02-10"))
    for _ in range(2):
        behind(store, desk).fetch([NVDA], wanted)
    assert len(desk.asked) == 1
    behind(store, desk, now=utc("2025-01-30T12:00")).fetch([NVDA], wanted)
    assert len(desk.asked) == 2  # the session of the 29th has ended since


def test_a_session_that_is_due_and_was_not_there_is_asked_for_again(store: Store) -> None:
    desk = Desk()
    desk.answers["NVDA"] = desk.of(NVDA, [bar(FRIDAY, "100"), bar(TUESDAY, "90")])
    for _ in range(2):
        behind(store, desk).fetch([NVDA], WANTED)
    assert len(desk.asked) == 2
    desk.answers.clear()
    found = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(found, Bars)
    assert found.close(MONDAY) == 100


def test_a_session_that_is_not_due_may_be_lacking(store: Store) -> None:
    desk = Desk()
    desk.answers["NVDA"] = desk.of(
        NVDA, [one for one in desk.whole(NVDA, WANTED).bars if one.session.day not in (8, 15)]
    )
    for _ in range(2):
        behind(store, desk).fetch([NVDA], WANTED)
    assert len(desk.asked) == 1


def test_what_another_vendor_gave_is_not_the_vendors(store: Store) -> None:
    other = Desk("jquants")
    other.close = "77"
    behind(store, other).fetch([NVDA], WANTED)
    desk = Desk("yahoo")
    found = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
    assert desk.asked == [["NVDA"]]
    assert isinstance(found, Bars)
    assert found.close(MONDAY) == 100
    assert found.origin.source == "yahoo"


# --- asked again ---


def test_to_refresh_is_to_ask_again_and_to_keep_what_comes(store: Store) -> None:
    desk = Desk()
    behind(store, desk).fetch([NVDA], WANTED)
    desk.close, desk.now = "101", utc("2025-03-04T12:00")
    for _ in range(2):
        found = behind(store, desk, is_refreshed=True).fetch([NVDA], WANTED).bars["NVDA"]
        assert isinstance(found, Bars)
        assert found.close(MONDAY) == 101
    assert len(desk.asked) == 3
    kept = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(kept, Bars)
    assert kept.close(MONDAY) == 101
    assert kept.origin.retrieved == "2025-03-04T12:00:00Z"
    assert len(desk.asked) == 3


def frozen(desk: Desk, close: str = "95") -> Bars:
    """Make an answer from before the close of Monday 27 January."""
    before = [bar(one, "100") for one in sessions_between(NVDA.exchange, WANTED.history, FRIDAY)]
    refusal = Refusal(GapReason.IN_PROGRESS, bar(MONDAY, close))
    return desk.of(NVDA, before, {MONDAY: refusal})


def ask_twice(store: Store, first: str, second: str) -> tuple[int, Answer]:
    """Ask on Monday 27 January before the vendor has the close, and once more."""
    desk = Desk(now=utc(first))
    desk.answers["NVDA"] = frozen(desk)
    wanted = WANTED._replace(last=day("2025-02-03"))
    found = behind(store, desk).fetch([NVDA], wanted).bars["NVDA"]
    assert isinstance(found, Bars)
    assert found.refused[MONDAY].reason is GapReason.IN_PROGRESS
    desk.now = utc(second)
    desk.answers["NVDA"] = desk.of(NVDA, [*found.bars, bar(MONDAY, "90")])
    return len(desk.asked), behind(store, desk).fetch([NVDA], wanted).bars["NVDA"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2025-01-27T18:00", "2025-01-27T21:30"),
        ("2025-01-27T20:59", "2025-01-27T21:00"),
        ("2025-01-27T18:00", "2025-01-28T12:00"),
        # At 21:10 the session has ended, but the vendor's prices are those of 20:50.
        ("2025-01-27T21:10", "2025-01-27T22:00"),
        ("2025-01-27T21:10", "2025-01-28T12:00"),
        ("2025-01-27T21:10", "2025-03-03T12:00"),
    ],
)
def test_a_bar_from_before_the_close_is_asked_for_again_after_it(
    store: Store, first: str, second: str
) -> None:
    _, found = ask_twice(store, first, second)
    assert isinstance(found, Bars)
    assert found.refused == {}
    assert found.close(MONDAY) == 90


def test_while_the_session_runs_the_vendor_has_newer_prices(store: Store) -> None:
    desk = Desk(now=utc("2025-01-27T15:00"))
    desk.answers["NVDA"] = frozen(desk, "95")
    behind(store, desk).fetch([NVDA], WANTED)
    desk.now = utc("2025-01-27T20:30")
    desk.answers["NVDA"] = frozen(desk, "80")
    found = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(found, Bars)
    assert found.refused[MONDAY].bar == bar(MONDAY, "80")


def test_what_a_guard_refused_for_good_is_not_asked_for_again(store: Store) -> None:
    desk = Desk()
    whole = desk.whole(NVDA, WANTED)
    desk.answers["NVDA"] = desk.of(
        NVDA,
        [one for one in whole.bars if one.session != MONDAY],
        {MONDAY: Refusal(GapReason.DUPLICATE_DAY)},
    )
    for _ in range(2):
        found = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
        assert found == desk.answers["NVDA"]
    assert len(desk.asked) == 1


# --- the vendor fails ---


@pytest.mark.parametrize("reason", [GapReason.NETWORK, GapReason.RATE_LIMITED, GapReason.NO_DATA])
def test_where_the_vendor_fails_what_is_held_stands_in(store: Store, reason: GapReason) -> None:
    desk = Desk()
    first = behind(store, desk).fetch([NVDA], WANTED)
    failing(desk, NVDA, AVGO, reason=reason)
    desk.now = utc("2025-03-04T12:00")
    found = behind(store, desk, is_refreshed=True).fetch([NVDA, AVGO, VST], WANTED)
    assert found.bars["NVDA"] == first.bars["NVDA"]
    assert found.bars["AVGO"] == Gap(AVGO, TUESDAY, reason)
    assert found.bars["VST"] == desk.whole(VST, WANTED)
    # What stood in is as old as it is; the newest of all is said of the source.
    assert found.sources[0].retrieved == "2025-03-04T12:00:00Z"


def test_a_failure_does_not_harm_what_is_held(store: Store) -> None:
    desk = Desk()
    first = behind(store, desk).fetch([NVDA], WANTED)
    failing(desk, NVDA)
    behind(store, desk, is_refreshed=True).fetch([NVDA], WANTED)
    assert behind(store, Desk()).fetch([NVDA], WANTED).bars == first.bars


def test_what_does_not_hold_the_session_cannot_stand_in(store: Store) -> None:
    desk = Desk(now=utc("2025-01-25T12:00"))
    behind(store, desk).fetch([NVDA], WANTED)
    failing(desk, NVDA)
    found = behind(store, desk, now=LATER).fetch([NVDA], WANTED)
    assert found.bars["NVDA"] == Gap(NVDA, TUESDAY, GapReason.NETWORK)


def test_a_vendor_that_failed_for_all_is_still_described(store: Store) -> None:
    desk = Desk()
    failing(desk, NVDA)
    (source,) = behind(store, desk).fetch([NVDA], WANTED).sources
    assert source[:3] == ("yahoo", "The Desk", "2025-03-03T12:00:00Z")
    assert (source.first, source.last) == (None, None)


# --- the store fails ---


def folder_in_its_place(path: Path) -> None:
    path.mkdir(parents=True)


def other_file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database" * 100)


def folder_is_a_file(path: Path) -> None:
    path.parent.write_text("in the way", "utf-8")


@pytest.mark.parametrize("spoil", [folder_in_its_place, other_file, folder_is_a_file])
def test_a_damaged_store_does_not_stop_the_vendor_and_is_told_once(
    store: Store, spoil: Callable[[Path], None]
) -> None:
    spoil(store.path)
    desk, told = Desk(), Told()
    stored = behind(store, desk, told=told)
    found = stored.fetch([NVDA, AVGO, VST], WANTED)
    assert found.bars == {one.ticker: desk.whole(one, WANTED) for one in (NVDA, AVGO, VST)}
    assert told.tickers == ["NVDA", "AVGO", "VST"]
    assert len(told.troubles) == 1
    assert told.troubles[0].hint
    stored.fetch([NVDA], WANTED)
    assert len(told.troubles) == 1


def test_a_store_that_takes_no_more_is_told_once(store: Store) -> None:
    class Full(Store):
        def write(self, ticker: str, vendor: str, bars: Bars, wanted: Wanted) -> Changes:
            raise StoreError(f"{ticker} {vendor} {len(bars.bars)} {wanted.last}", hint="make room")

    desk, told = Desk(), Told()
    found = behind(Full(store.path), desk, told=told).fetch([NVDA, AVGO], WANTED)
    assert found.bars == {one.ticker: desk.whole(one, WANTED) for one in (NVDA, AVGO)}
    assert [one.hint for one in told.troubles] == ["make room"]


@pytest.mark.parametrize("retrieved", ["", "2025-03", "2025-03-01", "2025-03-01T10:00:00", "now"])
def test_a_vendor_that_does_not_say_when_it_was_asked_is_no_bug(
    store: Store, retrieved: str
) -> None:
    # Providers of others give what they like.
    desk = Desk("somebody")
    desk.retrieved = retrieved
    for _ in range(2):
        found = behind(store, desk).fetch([NVDA], WANTED).bars["NVDA"]
        assert isinstance(found, Bars)
        assert found.close(MONDAY) == 100


# --- who is told ---


@pytest.mark.parametrize("tells", [True, False])
def test_every_answer_is_told_once(
    store: Store,
    tells: bool,  # noqa: FBT001 -- a table's column
) -> None:
    desk, told = Desk(tells=tells), Told()
    failing(desk, VST)
    behind(store, desk).fetch([NVDA], WANTED)
    behind(store, desk, told=told).fetch([NVDA, AVGO, VST], WANTED)
    assert sorted(told.tickers) == ["AVGO", "NVDA", "VST"]


def test_bars_are_kept_as_they_come(store: Store) -> None:
    # Whoever is interrupted finds again what had come by then.
    class Interrupted(Desk):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            super().fetch(instruments[:2], wanted)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        behind(store, Interrupted()).fetch([NVDA, AVGO, VST], WANTED)
    assert store.tickers() == ["AVGO", "NVDA"]


def test_what_else_the_vendor_says_is_handed_on(store: Store) -> None:
    class Talkative(Desk):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            fetched = super().fetch(instruments, wanted)
            made = {(MONDAY, "NVDA"): baseline("NVDA")}
            return fetched._replace(baselines=made, near={"NVDA": ("NVDS",)})

    found = behind(store, Talkative()).fetch([NVDA], WANTED)
    assert found.baselines == {(MONDAY, "NVDA"): baseline("NVDA")}
    assert found.near == {"NVDA": ("NVDS",)}


def test_of_nobody_nothing_is_asked(store: Store) -> None:
    desk = Desk()
    assert behind(store, desk).fetch([], WANTED).bars == {}
    assert desk.made == 0
    assert not store.exists()


# --- the store alone ---


def keep(store: Store, name: str, close: str, *instruments: Instrument) -> None:
    desk = Desk(name)
    desk.close = close
    behind(store, desk).fetch(instruments, WANTED)


def test_the_store_alone_gives_what_it_holds(store: Store) -> None:
    keep(store, "yahoo", "100", NVDA)
    found = StoreAlone(store).fetch([NVDA, AVGO], WANTED)
    assert found.bars == {
        "NVDA": Desk().whole(NVDA, WANTED),
        "AVGO": Gap(AVGO, TUESDAY, GapReason.NOT_HELD),
    }
    (source,) = found.sources
    assert source[:3] == ("yahoo", "Yahoo Finance", "2025-03-03T12:00:00Z")
    assert (source.first, source.last) == (day("2025-01-02"), TUESDAY)


def test_a_store_that_is_not_there_is_empty_and_not_made(store: Store) -> None:
    found = StoreAlone(store).fetch([NVDA], WANTED)
    assert found.bars == {"NVDA": Gap(NVDA, TUESDAY, GapReason.NOT_HELD)}
    assert found.near == {"NVDA": ()}
    assert not store.path.parent.exists()


def test_tickers_spelled_nearly_so_are_named(store: Store) -> None:
    keep(store, "yahoo", "100", NVDA, AVGO)
    found = StoreAlone(store).fetch([make_instrument("NVDAA"), NVDA], WANTED)
    assert found.near == {"NVDAA": ("NVDA",)}


def test_one_vendor_may_be_asked_for(store: Store) -> None:
    keep(store, "yahoo", "100", NVDA)
    keep(store, "jquants", "100.05", NVDA)
    for name, close in (("yahoo", "100"), ("jquants", "100.05")):
        found = StoreAlone(store, name).fetch([NVDA], WANTED)
        bars = found.bars["NVDA"]
        assert isinstance(bars, Bars)
        assert (str(bars.close(MONDAY)), bars.origin.source) == (close, name)
        assert not bars.confirmed
        assert [one.name for one in found.sources] == [name]
    nobody = StoreAlone(store, "files").fetch([NVDA], WANTED)
    assert nobody.bars == {"NVDA": Gap(NVDA, TUESDAY, GapReason.NOT_HELD)}


def test_of_two_vendors_one_confirms_the_other(store: Store) -> None:
    keep(store, "jquants", "100.05", NVDA, AVGO)
    keep(store, "yahoo", "100", NVDA)
    found = StoreAlone(store).fetch([NVDA, AVGO], WANTED)
    bars, other = found.bars["NVDA"], found.bars["AVGO"]
    assert isinstance(bars, Bars)
    assert isinstance(other, Bars)
    assert (bars.origin.source, other.origin.source) == ("yahoo", "jquants")
    assert str(bars.close(MONDAY)) == "100"
    assert bars.confirmed == {one.session for one in bars.bars}
    assert [one.name for one in found.sources] == ["yahoo", "jquants"]


def test_of_two_vendors_one_may_dispute_the_other(store: Store) -> None:
    keep(store, "jquants", "101", NVDA)
    keep(store, "yahoo", "100", NVDA)
    bars = StoreAlone(store).fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(bars, Bars)
    assert {one.reason for one in bars.refused.values()} == {GapReason.DISPUTED}
    assert bars.bars == ()


def test_where_statistics_are_needed_bars_must_reach_back(store: Store) -> None:
    keep(store, "yahoo", "100", NVDA)
    for history, is_held in (("2025-01-02", True), ("2025-01-10", True), ("2024-12-30", False)):
        wanted = WANTED._replace(history=day(history))
        found = StoreAlone(store, needs_history=True).fetch([NVDA], wanted).bars["NVDA"]
        assert isinstance(found, Bars) is is_held
        assert isinstance(StoreAlone(store).fetch([NVDA], wanted).bars["NVDA"], Bars)


def test_splits_and_dividends_come_back(store: Store) -> None:
    desk = Desk()
    plain = desk.whole(NVDA, WANTED)
    split, paid = Action(day("2025-06-10"), Decimal(10)), Action(MONDAY, Decimal("0.01"))
    desk.answers["NVDA"] = Bars(NVDA, plain.bars, (split,), (paid,), plain.refused, plain.origin)
    behind(store, desk).fetch([NVDA], WANTED)
    assert StoreAlone(store).fetch([NVDA], WANTED).bars["NVDA"] == desk.answers["NVDA"]


@pytest.mark.parametrize("spoil", [folder_in_its_place, other_file, folder_is_a_file])
def test_a_damaged_store_alone_is_an_error(store: Store, spoil: Callable[[Path], None]) -> None:
    spoil(store.path)
    with pytest.raises(StoreError) as caught:
        StoreAlone(store).fetch([NVDA], WANTED)
    assert str(store.path) in caught.value.message
    assert caught.value.hint


# --- more than is asked for ---

OLD = Wanted(day("2024-06-03"), day("2024-06-03"), day("2024-06-28"))
ARCHIVE = WANTED._replace(archive=day("0001-01-01"))


def sessions_of(found: Fetched) -> list[date]:
    held = found.bars["NVDA"]
    assert isinstance(held, Bars)
    return [one.session for one in held.bars]


def test_the_store_gives_what_was_asked_for_without_a_hole(store: Store) -> None:
    desk = Desk()
    longer = WANTED._replace(history=day("2024-11-01"))
    for wanted in (OLD, longer):
        behind(store, desk).fetch([NVDA], wanted)
    short, long = (StoreAlone(store).fetch([NVDA], one) for one in (WANTED, ARCHIVE))
    assert sessions_of(short)[0] == day("2025-01-02")
    # From November on; June was asked for by itself, and who knows what lies between.
    assert sessions_of(long)[0] == day("2024-11-01")
    bounded = ARCHIVE._replace(archive=day("2024-12-02"))
    assert sessions_of(StoreAlone(store).fetch([NVDA], bounded))[0] == day("2024-12-02")


def test_a_vendor_is_not_asked_for_the_archive(store: Store) -> None:
    desk = Desk()
    behind(store, desk).fetch([NVDA], WANTED._replace(history=day("2024-11-01")))
    found = behind(store, desk).fetch([NVDA], ARCHIVE)
    assert len(desk.asked) == 1  # what is held is whole
    assert sessions_of(found)[0] == day("2024-11-01")


def test_what_is_held_beyond_an_answer_comes_with_its_splits(store: Store) -> None:
    # Ten for one in December, which an answer from January on does not tell.
    desk, at = Desk(), day("2024-12-10")
    whole = desk.whole(NVDA, WANTED._replace(history=day("2024-11-01")))
    desk.answers["NVDA"] = Bars(
        NVDA, whole.bars, (Action(at, Decimal(10)),), whole.dividends, origin=whole.origin
    )
    behind(store, desk).fetch([NVDA], WANTED._replace(history=day("2024-11-01")))
    del desk.answers["NVDA"]
    found = behind(store, desk, is_refreshed=True).fetch([NVDA], ARCHIVE).bars["NVDA"]
    assert isinstance(found, Bars)
    assert found.bars[0].session == day("2024-11-01")
    assert found.split_on(at) == 10
