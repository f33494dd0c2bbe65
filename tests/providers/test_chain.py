"""Sources in turn, and one source held against another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import StoreError
from deepseek_shock.market.bars import Bars, Refusal, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, make_instrument
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.chain import Confirmed, FirstWhole
from tests.builders import FRIDAY, MONDAY, TUESDAY, bars, day

if TYPE_CHECKING:
    from collections.abc import Sequence

NVDA, AVGO, FUJIKURA = map(make_instrument, ("NVDA", "AVGO", "5803.T"))
BOTH = (MONDAY, FRIDAY)
WANTED = Wanted(day("2024-01-02"), FRIDAY, MONDAY, {"XNYS": BOTH, "XTKS": BOTH})


class Shop:
    """A source that holds what a test gives it, and remembers that it was asked."""

    def __init__(self, name: str, *held: Bars) -> None:
        self.name = name
        self.held = {one.instrument.ticker: one for one in held}
        self.made = 0
        self.asked: list[tuple[list[str], Wanted]] = []

    def make(self) -> Shop:
        self.made += 1
        return self

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        self.asked.append(([one.ticker for one in instruments], wanted))
        found = {
            one.ticker: self.held.get(one.ticker) or Gap(one, wanted.last, GapReason.NOT_HELD)
            for one in instruments
        }
        return Fetched(found, {}, (Source(self.name, "", "", None, None, ""),), {})


def whole(instrument: Instrument) -> Bars:
    return bars(instrument, {FRIDAY: "100", MONDAY: "90"})


def name_of(fetched: Fetched) -> str:
    return fetched.sources[0].name


# --- the first that is whole ---


def test_the_first_source_that_holds_all_answers_alone() -> None:
    store, sample = Shop("store", whole(NVDA)), Shop("sample", whole(NVDA), whole(AVGO))
    yahoo = Shop("yahoo", whole(NVDA), whole(AVGO))
    fetched = FirstWhole(store.make, sample.make, yahoo.make).fetch([NVDA, AVGO], WANTED)
    assert name_of(fetched) == "sample"
    assert fetched.bars == {"NVDA": whole(NVDA), "AVGO": whole(AVGO)}
    assert store.asked == sample.asked == [(["NVDA", "AVGO"], WANTED)]
    assert (yahoo.made, yahoo.asked) == (0, [])  # neither made nor asked before its turn


@pytest.mark.parametrize(
    "lame",
    [
        bars(NVDA, {FRIDAY: "100"}),
        bars(NVDA, {MONDAY: "90"}),
        bars(NVDA, {FRIDAY: "100", MONDAY: None}),
        bars(NVDA, {FRIDAY: "100", TUESDAY: "90"}),
        bars(NVDA, {}),
    ],
)
def test_a_source_that_lacks_a_close_that_is_due_is_passed_over(lame: Bars) -> None:
    first, second = Shop("first", lame, whole(AVGO)), Shop("second")
    fetched = FirstWhole(first.make, second.make).fetch([NVDA, AVGO], WANTED)
    assert name_of(fetched) == "second"


def test_a_refused_session_is_an_answer() -> None:
    # The source has it, and a guard has refused it: another source would not be more to the point.
    doubtful = Bars(
        NVDA, bars(NVDA, {FRIDAY: "1"}).bars, refused={MONDAY: Refusal(GapReason.DUPLICATE_DAY)}
    )
    first, second = Shop("first", doubtful), Shop("second", whole(NVDA))
    assert name_of(FirstWhole(first.make, second.make).fetch([NVDA], WANTED)) == "first"


def test_what_is_due_is_each_exchanges_own() -> None:
    tokyo = Wanted(*WANTED[:3], {"XTKS": (TUESDAY, MONDAY)})
    first, second = Shop("first", whole(NVDA), whole(FUJIKURA)), Shop("second")
    chain = FirstWhole(first.make, second.make)
    assert name_of(chain.fetch([NVDA], tokyo)) == "first"  # in New York nothing is due
    assert name_of(chain.fetch([NVDA, FUJIKURA], tokyo)) == "second"


def test_where_none_is_whole_the_last_has_the_word() -> None:
    much = Shop("much", whole(NVDA), whole(FUJIKURA))
    fetched = FirstWhole(much.make, Shop("little").make).fetch([NVDA, AVGO, FUJIKURA], WANTED)
    assert name_of(fetched) == "little"


def test_or_the_one_that_holds_most() -> None:
    sources = (
        Shop("two", whole(NVDA), whole(FUJIKURA)),
        Shop("one", whole(NVDA)),
        Shop("also two", whole(NVDA), whole(AVGO)),
        Shop("none"),
    )
    chain = FirstWhole(*(one.make for one in sources), is_best_of=True)
    assert name_of(chain.fetch([NVDA, AVGO, FUJIKURA], WANTED)) == "two"  # the first of equals
    assert name_of(chain.fetch([AVGO], WANTED)) == "also two"  # whole


def test_whoever_is_asked_for_nobody_has_it_all() -> None:
    assert FirstWhole(Shop("first").make, Shop("second").make).fetch([], WANTED).bars == {}


# --- confirmed ---


def test_one_source_is_held_against_another() -> None:
    first = Shop("first", bars(NVDA, {FRIDAY: "100"}), whole(AVGO))
    second = Shop("second", whole(NVDA), bars(AVGO, {FRIDAY: "100", MONDAY: "80"}))
    fetched = Confirmed(first, second).fetch([NVDA, AVGO], WANTED)
    assert first.asked == second.asked == [(["NVDA", "AVGO"], WANTED)]
    assert [source.name for source in fetched.sources] == ["first", "second"]
    filled, disputed = fetched.bars["NVDA"], fetched.bars["AVGO"]
    assert isinstance(filled, Bars)
    assert isinstance(disputed, Bars)
    assert filled.close(MONDAY) == 90
    assert filled.confirmed == {FRIDAY}
    assert disputed.refused[MONDAY].reason is GapReason.DISPUTED


def test_a_second_source_that_knows_nobody_changes_nothing() -> None:
    first = Shop("first", whole(NVDA))
    fetched = Confirmed(first, Shop("second")).fetch([NVDA, AVGO], WANTED)
    alone = first.fetch([NVDA, AVGO], WANTED)
    assert fetched.bars == alone.bars


def test_what_a_source_raises_is_raised() -> None:
    class Broken(Shop):
        def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
            raise StoreError(f"{self.name} is damaged: {len(instruments)} {wanted}", hint="")

    for chain in (
        Confirmed(Broken("first"), Shop("second")),
        Confirmed(Shop("first"), Broken("second")),
    ):
        with pytest.raises(StoreError, match="is damaged"):
            chain.fetch([NVDA], WANTED)
