"""Yahoo Finance through yfinance: one typed answer for every ticker, whatever Yahoo does.

The only module that imports yfinance, and for that reason itself imported only when Yahoo is asked.
yfinance finds cookie, crumb and consent; a session of ours sees every HTTP answer before it does,
since yfinance calls a timeout, a server's error and a page of HTML all "possibly delisted".
"""

import logging
import re
import signal
import threading
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import uniform
from types import FrameType
from typing import TYPE_CHECKING, TextIO

import yfinance as yf
from curl_cffi.requests import exceptions

from deepseek_shock.market.bars import Bars, Origin
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.assemble import describe
from deepseek_shock.providers.base import Answer, Fetched, Listener, Wanted, default_seconds, stamp
from deepseek_shock.providers.chart import Refused, read_chart
from deepseek_shock.providers.pool import Breaker, Deadline, Pool
from deepseek_shock.providers.scratch import make_scratch
from deepseek_shock.providers.yahoo_session import CHART_TIMEOUT, DENIED, Guard, type_failure

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

NAME = "yahoo"
_WORKERS, _POLITE_WORKERS = 8, 4
_LONG_LIST = 100  # tickers from which on fewer workers ask
_ATTEMPTS = 3
_PAUSE = 0.5  # seconds before the second attempt, doubled before the third
_PASSING = (GapReason.TIMEOUT, GapReason.NETWORK, GapReason.SERVER_ERROR, GapReason.BAD_PAYLOAD)
_CONSENTING = 200  # without an answer: a page of HTML, not a chart
_SHORT = 200  # characters of a vendor's words that are kept


class Yahoo:
    """The provider of Yahoo's daily bars, with splits and dividends.

    `now` is the time of retrieval that the bars carry; `seconds` bound the whole run; `listen` is
    told each answer as it comes; what Yahoo said of it is put on the `tape`.
    """

    def __init__(
        self,
        now: datetime,
        *,
        seconds: float | None = None,
        listen: Listener | None = None,
        tape: "Tape | None" = None,
    ) -> None:
        self._origin = Origin(NAME, stamp(now))
        self._seconds = seconds
        self._listen: Listener = listen or (lambda _: None)
        self._tape = tape
        self._line: _Line | None = None

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Ask for one chart a ticker, from `wanted.history` until now, so that splits are known.

        May be called for a part of a long list at a time: time, crumb and breaker are the run's.
        """
        asked = list(dict.fromkeys(instruments))
        is_long = self._line is not None or len(asked) > _LONG_LIST
        if self._line is None:
            _prepare()
            self._line = _Line(Deadline(self._seconds or default_seconds(len(asked))))
        run = _Run(self._origin, wanted, self._line, self._tape)
        answers: dict[str, Answer] = {}
        workers = _POLITE_WORKERS if is_long else _WORKERS
        is_done = False
        try:
            for answer in Pool(workers, run.ask).run(asked, self._line.deadline):
                answers[answer.instrument.ticker] = answer
                self._listen(answer)
            is_done = len(answers) == len(asked)
        finally:
            if not is_done:  # nobody waits for what is still under way
                self._line.breaker.trip()
        for instrument in asked:
            if instrument.ticker not in answers:
                answers[instrument.ticker] = run.late(instrument)
                self._listen(answers[instrument.ticker])
        source = describe(NAME, "Yahoo Finance", self._origin.retrieved, answers.values())
        return Fetched(answers, {}, (source,), {})


class _Line:
    """The line to Yahoo that a run has: its time, its breaker, its session with the cookie."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.breaker = Breaker()
        self.guard = Guard(self.breaker, deadline)


class _Run:
    """What the workers share that ask for one list."""

    def __init__(
        self, origin: Origin, wanted: Wanted, line: _Line, tape: "Tape | None" = None
    ) -> None:
        self.deadline = line.deadline
        self.breaker = line.breaker
        self._guard = line.guard
        self._origin = origin
        self._wanted = wanted
        self._tape = tape
        self._begun: set[str] = set()

    def ask(self, instrument: Instrument) -> Answer:
        """Return what Yahoo says of an instrument, asked again where a fault may pass."""
        self._begun.add(instrument.ticker)
        answer = self._ask_once(instrument)
        for attempt in range(1, _ATTEMPTS):
            if not isinstance(answer, Gap) or answer.reason not in _PASSING:
                break
            pause = uniform(0.5, 1.5) * _PAUSE * 2 ** (attempt - 1)  # noqa: S311 -- jitter, not a secret
            if pause >= self.deadline.left:
                break
            self.breaker.wait(pause)
            if self.breaker.is_tripped:
                break
            answer = self._ask_once(instrument)
        return answer

    def late(self, instrument: Instrument) -> Gap:
        """Return the gap of an instrument that had no answer when the time was up."""
        is_begun = instrument.ticker in self._begun
        return self._gap(instrument, GapReason.TIMEOUT if is_begun else GapReason.SKIPPED)

    def _gap(self, instrument: Instrument, reason: GapReason, detail: str = "") -> Gap:
        return Gap(instrument, self._wanted.last, reason, detail[:_SHORT])

    def _ask_once(self, instrument: Instrument) -> Answer:
        self._guard.forget()
        try:
            self._drive(instrument)
        except Refused as refusal:
            return self._gap(instrument, refusal.reason, refusal.detail)
        except Exception as error:  # noqa: BLE001 -- yfinance raises what its parsing meets: one ticker
            if not self._guard.answers:
                return self._gap(instrument, *_outcome(self._guard.status, error))
        if not self._guard.answers:
            return self._gap(instrument, *_outcome(self._guard.status, None))
        answer, last = self._guard.answers[0], self._wanted.last
        read = read_chart(answer, instrument, last, self._origin, self._tape)
        if isinstance(read, Bars):
            return read.within(self._wanted.history, self._wanted.last)
        return read._replace(detail=read.detail[:_SHORT])

    def _drive(self, instrument: Instrument) -> None:
        ticker = yf.Ticker(instrument.ticker, session=self._guard)
        # Private, and spares a request a ticker; without it yfinance asks for the zone itself.
        ticker._tz = instrument.exchange.zone  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        ticker.history(
            start=self._wanted.history,
            end=max(self._wanted.last, _today()) + timedelta(days=2),
            auto_adjust=False,
            actions=True,
            keepna=True,
            timeout=CHART_TIMEOUT,
        )


def _today() -> date:
    """Return the machine's day: splits are known until now, whatever the report calls now."""
    return datetime.now(UTC).date()


def _outcome(status: int, error: Exception | None) -> tuple[GapReason, str]:
    """Type what yfinance made of an answer that the session let through, or of none at all."""
    if status in DENIED:
        return GapReason.UNAUTHORIZED, f"HTTP {status}"
    if isinstance(error, exceptions.RequestException):
        return type_failure(error)
    if status == _CONSENTING:
        return GapReason.BAD_PAYLOAD, "a page that asks for consent"
    return GapReason.INTERNAL_ERROR, type(error).__name__ if error else ""


@cache
def _prepare() -> None:
    """Settle yfinance, once a process: it raises, keeps quiet, and shares no file with others."""
    folder = make_scratch("shock-yahoo-")
    _exit_on_signals()
    yf.set_tz_cache_location(str(folder))
    yf.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
    # Not by filters: pandas changes those for the whole process while its threads run.
    warnings.showwarning = _show_warning


def _exit_on_signals() -> None:
    """Let a signal that ends the process end it by way of `atexit`, unless others handle it."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


_show_others = warnings.showwarning
_VENDORS_CODE = re.compile(r"[/\\](yfinance|pandas|curl_cffi)[/\\]")


def _show_warning(  # noqa: PLR0913, PLR0917 -- the signature of warnings.showwarning
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Keep back what yfinance and pandas warn of: it is for their makers, not for a cron's mail."""
    if not _VENDORS_CODE.search(filename):
        _show_others(message, category, filename, lineno, file, line)
