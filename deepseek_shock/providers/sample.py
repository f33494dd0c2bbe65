"""The sample: bars and baselines of 62 instruments around 27 January 2025, in the package."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.analysis.estimates import Estimate, GroupEstimate
from deepseek_shock.errors import near_matches
from deepseek_shock.market.bars import Bar, Bars, Baseline, Direction, Origin, Source
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.providers.base import Fetched, Wanted

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

_FOLDER = Path(__file__).parent.parent / "sample"
COMPILED = "2026-11"  # when the figures were compiled and checked
# Of bars.csv; `shock doctor` and a test compare it with the file, a report need not.
SHA256 = "caa73230e92a934ff24768c78583d089b65f09898f96de6f652452084449ca28"


_ORIGIN = Origin("sample", COMPILED)


class Sample:
    """The provider of the bundled bars: no network, no store, no configuration."""

    def __init__(self, tape: "Tape | None" = None) -> None:
        self._tape = tape

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return the bars held between two sessions; a gap for an instrument not in the sample."""
        text = _read("bars.csv")
        held = _bars_by_ticker(text)
        asked = {instrument.ticker: instrument for instrument in instruments}
        sessions = [bar.session for bars in held.values() for bar in bars]
        first = min(wanted.history, wanted.first)
        fetched = Fetched(
            bars={
                ticker: Bars(
                    instrument,
                    tuple(bar for bar in held[ticker] if first <= bar.session <= wanted.last),
                    origin=_ORIGIN,
                )
                if ticker in held
                else Gap(instrument, wanted.last, GapReason.NOT_FOUND)
                for ticker, instrument in asked.items()
            },
            baselines={
                (baseline.session, baseline.ticker): baseline
                for baseline in _baselines()
                if baseline.ticker in asked
            },
            sources=(
                Source(
                    name="sample",
                    vendor="shock",
                    retrieved=COMPILED,
                    first=min(sessions),
                    last=max(sessions),
                    sha256=SHA256,
                ),
            ),
            near={ticker: near_matches(ticker, held) for ticker in asked if ticker not in held},
            estimates={
                (estimate.session, estimate.ticker): estimate
                for estimate in _estimates()
                if estimate.ticker in asked
            },
            group_estimates=tuple(
                estimate for estimate in _group_estimates() if asked.keys() >= {*estimate.tickers}
            ),
        )
        if self._tape is not None:
            self._tape.add_all(fetched.bars.values())
        return fetched


def is_sound() -> bool:
    """Tell whether the bars are those that were shipped."""
    from hashlib import sha256

    return sha256((_FOLDER / "bars.csv").read_bytes()).hexdigest() == SHA256


@cache
def sample_directory() -> dict[str, Instrument]:
    """Return the instruments of the sample by ticker: exchange and names."""
    return {instrument.ticker: instrument for instrument in _instruments()}


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _rows(text: str) -> Iterator[list[str]]:
    """Split our own plain table: no quotes in it, so the csv module need not be imported."""
    return (line.split(",") for line in text.splitlines()[1:])


def _instruments() -> Iterator[Instrument]:
    for ticker, exchange, name_en, short_en, name_ja, short_ja in _rows(_read("instruments.csv")):
        name, short = Text(name_en, name_ja), Text(short_en, short_ja)
        yield Instrument(ticker, EXCHANGES[exchange], name, short)


def _bars_by_ticker(text: str) -> dict[str, list[Bar]]:
    found: dict[str, list[Bar]] = {}
    days: dict[str, date] = {}
    for ticker, session, *prices, volume in _rows(text):
        day = days.get(session) or days.setdefault(session, date.fromisoformat(session))
        opened, high, low, close = [Decimal(price) if price else None for price in prices]
        bar = Bar(day, opened, high, low, close, int(volume) if volume else None)
        found.setdefault(ticker, []).append(bar)
    return found


def _baselines() -> Iterator[Baseline]:
    for row in _rows(_read("baselines.csv")):
        yield Baseline(
            session=date.fromisoformat(row[0]),
            ticker=row[1],
            window_first=date.fromisoformat(row[2]),
            window_last=date.fromisoformat(row[3]),
            sessions=int(row[4]),
            mean=float(row[5]),
            sd=float(row[6]),
            volume_mean_20=float(row[7]) if row[7] else None,
            history_from=date.fromisoformat(row[8]),
            direction=Direction(row[9]),
            previous_as_large=date.fromisoformat(row[10]) if row[10] else None,
            previous_as_large_return=float(row[11]) if row[11] else None,
            as_large_in_history=int(row[12]),
            close_last_beyond=date.fromisoformat(row[13]) if row[13] else None,
        )


def _estimates() -> Iterator[Estimate]:
    for session, ticker, benchmark, first, last, sessions, *figures in _rows(
        _read("estimates.csv")
    ):
        yield Estimate(
            date.fromisoformat(session),
            ticker,
            benchmark,
            date.fromisoformat(first),
            date.fromisoformat(last),
            int(sessions),
            *map(float, figures),
        )


def _group_estimates() -> Iterator[GroupEstimate]:
    for row in _rows(_read("group_estimates.csv")):
        yield GroupEstimate(
            group=row[0],
            tickers=tuple(row[1].split()),
            sessions=int(row[2]),
            first=date.fromisoformat(row[3]),
            last=date.fromisoformat(row[4]),
            correlation=float(row[5]) if row[5] else None,
            sd=float(row[6]),
            worst=float(row[7]),
            worst_session=date.fromisoformat(row[8]),
            best=float(row[9]),
            best_session=date.fromisoformat(row[10]),
            positive_share=float(row[11]),
        )
