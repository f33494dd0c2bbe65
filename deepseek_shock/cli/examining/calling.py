"""Which sources answer: each vendor that can be asked is asked one small thing, once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from deepseek_shock.cli.examining.finding import Finding, bad, note, ok
from deepseek_shock.cli.examining.settings import jquants_key
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.exchange import XNYS, XTKS, Exchange
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import last_completed_session
from deepseek_shock.providers.base import Provider, Wanted

SECONDS = 20.0
_UNTIL = "look whether the proxy, the certificates and the vendor's own status page are well"
# A day that every plan of the vendor reaches: the free one begins twelve weeks ago.
_REACHED = timedelta(days=120)
# The vendor has answered, with what it has or has not of one instrument.
_ANSWERED = frozenset(
    {GapReason.NOT_FOUND, GapReason.NO_DATA, GapReason.NO_BAR, GapReason.MAYBE_CLOSED}
)


def call_yahoo(now: datetime) -> Iterator[Finding]:
    """Ask Yahoo for one session of one share."""
    from deepseek_shock.providers.yahoo import Yahoo

    vendor = Yahoo(now, seconds=SECONDS)
    yield _call("yahoo", vendor, "NVDA", last_completed_session(XNYS, now))


def call_jquants(now: datetime) -> Iterator[Finding]:
    """Ask J-Quants for one session of one share, where there is a key."""
    from deepseek_shock.providers.jquants import JQuants

    key = jquants_key()
    if not key:
        todo = "set JQUANTS_API_KEY, if you have a key"
        yield note("jquants", "is not asked: there is no key", todo)
        return
    vendor = JQuants(key, now, deadline=SECONDS)
    yield _call("jquants", vendor, "5803.T", _session_before(XTKS, now - _REACHED))


def _session_before(exchange: Exchange, then: datetime) -> date:
    return last_completed_session(exchange, then)


def _call(name: str, vendor: Provider, ticker: str, day: date) -> Finding:
    """Ask a vendor; a `ShockError` is the caller's to catch."""
    instrument = make_instrument(ticker)
    due = {instrument.exchange.calendar: (day,)}
    answer = vendor.fetch([instrument], Wanted(day, day, day, due)).bars[ticker]
    if isinstance(answer, Bars):
        return ok(name, f"answers: {ticker} closed at {answer.close(day)} on {day}")
    return _judge(name, answer, day)


def _judge(name: str, gap: Gap, day: date) -> Finding:
    what = f"{gap.reason}{f': {gap.detail}' if gap.detail else ''}"
    if gap.reason in _ANSWERED:
        todo = "ask again later; if it stays so, report what it says"
        return note(name, f"answers, but without {gap.instrument.ticker} on {day}: {what}", todo)
    return bad(name, f"does not answer as it should: {what}", _UNTIL)
