"""A vendor behind the store, and the store alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from deepseek_shock.analysis.moves import Status, status_of
from deepseek_shock.errors import StoreError, near_matches
from deepseek_shock.market.bars import Bars, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import (
    calendar_begins,
    closes_at,
    is_session,
    last_completed_session,
    next_session,
    previous_session,
)
from deepseek_shock.providers.assemble import describe
from deepseek_shock.providers.base import (
    Answer,
    Fetched,
    Listener,
    Provider,
    Wanted,
    instant_of,
)
from deepseek_shock.providers.combine import combine, fill
from deepseek_shock.providers.store import Held, Store

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

MakeVendor: TypeAlias = Callable[[Listener], Provider]
"""Makes a vendor's provider, which tells a listener each answer as it comes."""


class Stored:
    """A vendor behind the store: asked only for what the store lacks; what comes is kept.

    Where the vendor fails for an instrument, what the store holds of it from that vendor stands in
    (unless `stands_in` is false). `ready` are the tickers that the vendor was not asked for.
    A store that cannot serve stops nobody who asked for the vendor: `on_trouble` is told, once.
    What of it is handed on is put on the `tape`; the vendor has one itself.
    """

    def __init__(  # noqa: PLR0913 -- what a vendor and a store need
        self,
        name: str,
        make_vendor: MakeVendor,
        store: Store,
        now: datetime,
        *,
        is_refreshed: bool = False,
        stands_in: bool = True,
        listen: Listener = lambda _: None,
        on_trouble: Callable[[StoreError], None] = lambda _: None,
        tape: "Tape | None" = None,
    ) -> None:
        self._name = name
        self._make_vendor = make_vendor
        self._vendor: Provider | None = None
        self._store = store
        self._now = now
        self._is_refreshed = is_refreshed
        self._stands_in = stands_in
        self._listen = listen
        self._on_trouble = on_trouble
        self._tape = tape
        self._wanted: Wanted | None = None
        self._heard: set[str] = set()
        self._is_troubled = False
        self.ready: set[str] = set()

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return what the store holds, and what the vendor gives of the rest."""
        self._wanted, self._heard = wanted, set()
        held = self._read(instruments, wanted)
        ready = {
            ticker: one.bars
            for ticker, one in held.items()
            if not self._is_refreshed and self._is_whole(one, wanted)
        }
        self.ready.update(ready)
        for bars in ready.values():
            self._listen(bars)
        lacking = [one for one in instruments if one.ticker not in ready]
        fetched = _nothing()
        if lacking:
            # Made when it is needed, and once: what it has learnt of its vendor holds for the run.
            self._vendor = self._vendor or self._make_vendor(self._hear)
            fetched = self._vendor.fetch(lacking, wanted)
        answers: dict[str, Answer] = {**ready, **fetched.bars}
        for ticker, answer in fetched.bars.items():
            if ticker not in self._heard:  # a vendor of somebody else's may tell nobody
                self._hear(answer)
            if self._stands_in and ticker in held:
                answers[ticker] = _stand_in(answer, held[ticker].bars, wanted)
        self._record(held, answers, fetched)
        return Fetched(
            answers,
            fetched.baselines,
            (self._describe(answers, fetched),),
            fetched.near,
            is_kept=not self._is_troubled,
            rates=fetched.rates,
            estimates=fetched.estimates,
            group_estimates=fetched.group_estimates,
        )

    def _record(self, held: dict[str, Held], answers: dict[str, Answer], fetched: Fetched) -> None:
        """Put on the tape what the store has a part in, and not only the vendor."""
        if self._tape is not None:
            self._tape.add_all(
                one.bars
                for ticker, one in held.items()
                if answers.get(ticker) is not fetched.bars.get(ticker)
            )

    def _describe(self, answers: dict[str, Answer], fetched: Fetched) -> Source:
        """Describe the vendor by what is handed on, whenever it came."""
        asked = fetched.sources[0] if fetched.sources else None
        retrieved = max(map(_retrieved, answers.values()), default="")
        return describe(
            self._name,
            asked.vendor if asked else VENDORS.get(self._name, self._name),
            retrieved or (asked.retrieved if asked else ""),
            answers.values(),
        )

    def _read(self, instruments: Sequence[Instrument], wanted: Wanted) -> dict[str, Held]:
        try:
            found = self._store.read_many(instruments, wanted) if self._store.exists() else {}
        except StoreError as trouble:
            self._give_up(trouble)
            return {}
        return {
            ticker: held
            for ticker, series in found.items()
            for held in series
            if held.vendor == self._name
        }

    def _is_whole(self, held: Held, wanted: Wanted) -> bool:
        """Tell whether the store has all that the vendor could give by now."""
        exchange = held.bars.instrument.exchange
        day = min(wanted.last, last_completed_session(exchange, self._now))
        last = day if is_session(exchange, day) else previous_session(exchange, day)
        first_asked, last_asked = held.asked
        eve = max(wanted.history - timedelta(days=1), calendar_begins(exchange))
        begins = next_session(exchange, eve)
        retrieved = instant_of(held.retrieved)
        is_final = retrieved is not None and retrieved >= closes_at(exchange, last)
        is_covered = first_asked <= max(begins, wanted.history) and last <= last_asked
        return is_covered and is_final and wanted.is_met(held.bars)

    def _hear(self, answer: Answer) -> None:
        ticker = answer.instrument.ticker
        self._heard.add(ticker)
        if isinstance(answer, Bars) and self._wanted is not None and not self._is_troubled:
            try:
                self._store.write(ticker, self._name, answer, self._reached(answer, self._wanted))
            except StoreError as trouble:
                self._give_up(trouble)
        self._listen(answer)

    def _reached(self, bars: Bars, wanted: Wanted) -> Wanted:
        """Return the span that a vendor has answered for: others than Yahoo may reach back less."""
        if self._name == _WHOLE_HISTORY or not bars.bars:
            return wanted
        return wanted._replace(history=max(wanted.history, bars.bars[0].session))

    def _give_up(self, trouble: StoreError) -> None:
        if not self._is_troubled:
            self._is_troubled = True
            self._on_trouble(trouble)


_WHOLE_HISTORY = "yahoo"
VENDORS = {"yahoo": "Yahoo Finance", "jquants": "JPX J-Quants"}
"""What sources of ours are called; their order is that in which they count."""


def _nothing() -> Fetched:
    return Fetched({}, {}, (), {})


def _retrieved(answer: Answer) -> str:
    return answer.origin.retrieved if isinstance(answer, Bars) else ""


def _stand_in(answer: Answer, held: Bars, wanted: Wanted) -> Answer:
    """Let what was kept stand in where the vendor fails now, or has lost sessions since.

    What a guard refuses now is not replaced by what passed before.
    """
    if isinstance(answer, Bars):
        return extend(answer, held)
    has_nothing = status_of(answer.reason) is not Status.SUSPECT
    return held if has_nothing and wanted.is_met(held) else answer


def extend(answer: Bars, held: Bars) -> Bars:
    """Fill what is lacking, and before the answer begins bring the splits of those years along."""
    filled = fill(answer, held)
    if not answer.bars or filled.bars[0].session >= answer.bars[0].session:
        return filled
    known = {split.session for split in answer.splits}
    earlier = [split for split in held.splits if split.session < answer.bars[0].session]
    lacking = [split for split in earlier if split.session not in known]
    return replace(filled, splits=tuple(sorted((*answer.splits, *lacking))))


class StoreAlone:
    """The provider of what the store holds, from one vendor or from whatever vendors it came.

    With `needs_history` an instrument counts as held only if it was asked for as far back as the
    statistics need. What is handed on is put on the `tape`.
    """

    def __init__(
        self,
        store: Store,
        vendor: str | None = None,
        *,
        needs_history: bool = False,
        tape: "Tape | None" = None,
    ) -> None:
        self._store = store
        self._vendor = vendor
        self._needs_history = needs_history
        self._tape = tape

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return the bars held; of two vendors the first by name order confirms the second's."""
        found = self._store.read_many(instruments, wanted) if self._store.exists() else {}
        answers: dict[str, Answer] = {}
        vendors: dict[str, list[Bars]] = {}
        for instrument in instruments:
            series = sorted(
                found.get(instrument.ticker, ()), key=lambda held: vendor_order(held.vendor)
            )
            answer: Answer = Gap(instrument, wanted.last, GapReason.NOT_HELD)
            for held in series:
                if not self._serves(held, wanted):
                    continue
                vendors.setdefault(held.vendor, []).append(held.bars)
                answer = combine(answer, held.bars)
            answers[instrument.ticker] = answer
        sources = tuple(
            describe(vendor, VENDORS.get(vendor, vendor), max(map(_retrieved, bars)), bars)
            for vendor, bars in sorted(vendors.items(), key=lambda item: vendor_order(item[0]))
        )
        if self._tape is not None:
            for bars in vendors.values():
                self._tape.add_all(bars)
        empty = describe("store", "the store of this machine", "", ())
        return Fetched(answers, {}, sources or (empty,), self._near(answers))

    def _serves(self, held: Held, wanted: Wanted) -> bool:
        if self._needs_history and held.asked[0] > wanted.history:
            return False
        due = wanted.due.get(held.bars.instrument.exchange.calendar, ())
        if any(held.asked[1] < session and not held.bars.at(session) for session in due):
            return False  # nobody has asked for it: that it is missing says nothing
        return self._vendor in (None, held.vendor)

    def _near(self, answers: dict[str, Answer]) -> dict[str, tuple[str, ...]]:
        lacking = [ticker for ticker, answer in answers.items() if isinstance(answer, Gap)]
        known = self._store.tickers() if lacking and self._store.exists() else ()
        return {ticker: near_matches(ticker, known) for ticker in lacking}


def vendor_order(vendor: str) -> tuple[int, str]:
    """Return where a vendor stands: ours in the order in which they were built, others by name."""
    ours = list(VENDORS)
    return (ours.index(vendor) if vendor in ours else len(ours), vendor)
