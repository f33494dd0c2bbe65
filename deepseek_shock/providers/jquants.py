"""J-Quants, the exchange's own daily bars of Tokyo's shares and of TOPIX, for holders of a key.

Bars come as traded, with the factor of a split on the session from which it holds. Facts of the
API's second version are those of https://jpx-jquants.com/en/spec/eq-bars-daily (rows, one code over
a span or one day of the whole market) and https://jpx-jquants.com/ja/spec/idx-bars-daily-topix.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from deepseek_shock.market.bars import Origin
from deepseek_shock.market.exchange import XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.market.sessions import closes_at, opens_at, sessions_between
from deepseek_shock.providers.assemble import assemble, describe
from deepseek_shock.providers.base import Answer, Fetched, Listener, Wanted, stamp
from deepseek_shock.providers.chart import Refused
from deepseek_shock.providers.jquants_http import Line, check_key
from deepseek_shock.providers.jquants_rows import code_of, read_rows
from deepseek_shock.providers.pool import Deadline

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

NAME, VENDOR = "jquants", "JPX J-Quants"
_SHARES, _TOPIX = "/equities/bars/daily", "/indices/bars/daily/topix"
_TOPIX_TICKER = "^TOPX"  # the one index of Tokyo's that most plans hold; the Nikkei is not JPX's
_PUBLISHED = timedelta(hours=3)  # after the close; then every listed share has a row
_PLAN = re.compile(r"covers the following dates: *(\d{4}-\d\d-\d\d)? *~ *(\d{4}-\d\d-\d\d)?")


class JQuants:
    """The provider of J-Quants' daily bars, with splits; it says nothing of dividends.

    `key` is the user's; `now` is the time of retrieval that the bars carry, and decides which
    sessions have begun; `deadline` bounds the whole run, in seconds; `listen` is told each answer
    as it comes. `requests_per_minute` is the limit of the user's plan. Rows are put on the `tape`.
    Raises `UsageError` for what cannot be a key.
    """

    def __init__(  # noqa: PLR0913 -- what a vendor and its limits need
        self,
        key: str,
        now: datetime,
        *,
        deadline: float = 60.0,
        listen: Listener | None = None,
        requests_per_minute: int = 60,
        tape: "Tape | None" = None,
    ) -> None:
        self._key = check_key(key)
        self._now = now
        self._seconds = deadline
        self._listen: Listener = listen or (lambda _: None)
        self._requests_per_minute = requests_per_minute
        self._tape = tape

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Ask for each code's span, or for each session's market, whichever takes fewer requests.

        The latter leaves out the sessions before `wanted.first`.
        """
        line = Line(self._key, Deadline(self._seconds), self._requests_per_minute)
        run = _Run(line, self._now, wanted, self._tape)
        answers: dict[str, Answer] = {}
        try:
            for answer in run.answers(list(dict.fromkeys(instruments))):
                answers[answer.instrument.ticker] = answer
                self._listen(answer)
        finally:
            line.close()
        source = describe(NAME, VENDOR, run.origin.retrieved, answers.values())
        return Fetched(answers, {}, (source,), {})


class _Plan(NamedTuple):
    """The days that the user's plan covers, and how the vendor said it."""

    first: date
    last: date
    words: str


_UNKNOWN = _Plan(date.min, date.max, "")


class _Run:
    """One fetch: what is asked, and what the answers have taught so far."""

    def __init__(
        self, line: Line, now: datetime, wanted: Wanted, tape: "Tape | None" = None
    ) -> None:
        self.origin = Origin(NAME, stamp(now))
        self._line = line
        self._now = now
        self._wanted = wanted
        self._tape = tape
        self._first = min(wanted.history, wanted.first)
        self._sessions = _begun(wanted, now)
        due = wanted.due.get(XTKS.calendar, ())
        self._due = [one for one in self._sessions if one in due] or self._sessions
        self._plan = _UNKNOWN
        self._barred: dict[str, tuple[GapReason, str]] = {}

    def answers(self, instruments: Sequence[Instrument]) -> Iterator[Answer]:
        """Yield an answer for each instrument, in the order in which they come."""
        shares: dict[str, Instrument] = {}
        indexes: list[Instrument] = []
        for instrument in instruments:
            code = code_of(instrument)
            is_topix = instrument.ticker == _TOPIX_TICKER and instrument.exchange == XTKS
            if code is None and not is_topix:
                yield self._gap(instrument, GapReason.NOT_FOUND)
            elif not self._sessions:
                yield self._gap(instrument, GapReason.NO_DATA, "no session has begun")
            elif code is None:
                indexes.append(instrument)
            else:
                shares[code] = instrument
        if len(self._sessions) < len(shares):
            yield from self._ask_by_session(shares)
        else:
            for code, instrument in shares.items():
                yield self._ask_span(instrument, _SHARES, {"code": code})
        for instrument in indexes:
            yield self._ask_span(instrument, _TOPIX, {})

    def _ask_span(self, instrument: Instrument, path: str, query: Mapping[str, str]) -> Answer:
        try:
            rows = self._fetch_span(path, query)
        except Refused as refusal:
            return self._gap(instrument, refusal.reason, refusal.detail)
        return self._read(instrument, rows)

    def _ask_by_session(self, shares: Mapping[str, Instrument]) -> Iterator[Answer]:
        """Ask for the whole market, the sessions first without which there is no figure."""
        found: dict[str, list[Any]] = {code: [] for code in shares}
        others = [one for one in reversed(self._sessions) if one not in self._due]
        for session in (*self._due, *others):
            try:
                rows = self._fetch(_SHARES, {"date": session.isoformat()}, session, session)
            except Refused as refusal:
                if session not in self._due:
                    continue
                for instrument in shares.values():
                    yield self._gap(instrument, refusal.reason, refusal.detail)
                return
            for row in rows:
                code = row.get("Code") if isinstance(row, dict) else None
                if isinstance(code, str) and code in found:
                    found[code].append(row)
        for code, instrument in shares.items():
            yield self._read(instrument, found[code])

    def _fetch_span(self, path: str, query: Mapping[str, str]) -> list[Any]:
        """Fetch from the history on, cut to what the plan covers as soon as that is known."""
        plan = self._plan
        try:
            return self._fetch_within(plan, path, query)
        except Refused as refusal:
            if refusal.reason is not GapReason.NOT_COVERED or self._plan == plan:
                raise
        return self._fetch_within(self._plan, path, query)

    def _fetch_within(self, plan: _Plan, path: str, query: Mapping[str, str]) -> list[Any]:
        span = {
            "from": max(self._first, plan.first).isoformat(),
            "to": min(self._sessions[-1], plan.last).isoformat(),
        }
        return self._fetch(path, {**query, **span}, self._due[0], self._due[-1])

    def _fetch(self, path: str, query: Mapping[str, str], first: date, last: date) -> list[Any]:
        """Fetch rows, unless it is known that there is no use in asking.

        `first` and `last` are the sessions that the plan must cover.
        """
        if path in self._barred:
            raise Refused(*self._barred[path])
        if not self._plan.first <= first <= last <= self._plan.last:
            raise Refused(GapReason.NOT_COVERED, self._plan.words)
        if self._line.is_spent:
            raise Refused(GapReason.SKIPPED)
        try:
            return self._line.fetch_rows(path, query)
        except Refused as refusal:
            self._learn(path, refusal)
            raise

    def _learn(self, path: str, refusal: Refused) -> None:
        """Take from a refusal what it means for the requests to come."""
        known = (refusal.reason, refusal.detail)
        match refusal.reason:
            case GapReason.UNAUTHORIZED:
                self._barred = {_SHARES: known, _TOPIX: known}
            case GapReason.RATE_LIMITED:
                self._barred = dict.fromkeys((_SHARES, _TOPIX), (GapReason.SKIPPED, ""))
            case GapReason.NOT_COVERED:
                if (plan := _find_plan(refusal.detail)) is None:
                    self._barred[path] = known
                else:
                    self._plan = plan
            case _:
                pass  # the next request may fare better

    def _read(self, instrument: Instrument, rows: Sequence[Any]) -> Answer:
        """Make bars of the rows of an instrument."""
        last = self._sessions[-1]
        try:
            raw = read_rows(instrument, rows, self._first, last)
        except Refused as refusal:
            return self._gap(instrument, refusal.reason, refusal.detail)
        if not raw.rows:
            is_published = self._now >= closes_at(XTKS, self._due[0]) + _PUBLISHED
            return self._gap(instrument, GapReason.NOT_FOUND if is_published else GapReason.NO_DATA)
        if self._now < closes_at(XTKS, last):
            raw = raw._replace(frozen={last})
        if self._tape is not None:
            self._tape.add(instrument, raw, self.origin)
        return assemble(instrument, raw, self.origin)

    def _gap(self, instrument: Instrument, reason: GapReason, detail: str = "") -> Gap:
        return Gap(instrument, self._wanted.last, reason, self._line.scrub(detail))


def _begun(wanted: Wanted, now: datetime) -> tuple[date, ...]:
    """Return the sessions that are needed and have begun."""
    today = now.astimezone(ZoneInfo(XTKS.zone)).date()
    sessions = sessions_between(XTKS, wanted.first, min(wanted.last, today))
    return tuple(one for one in sessions if one < today or now >= opens_at(XTKS, one))


def _find_plan(words: str) -> _Plan | None:
    """Find the days in "Your subscription covers the following dates: 2021-09-04 ~ ."."""
    found = _PLAN.search(words)
    if found is None:
        return None
    try:
        ends = [date.fromisoformat(end) if end else None for end in found.groups()]
    except ValueError:
        return None
    return _Plan(ends[0] or date.min, ends[1] or date.max, words)
