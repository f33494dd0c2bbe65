"""What the values of options mean: dates, windows, tickers, figures, formats."""

import re
from datetime import UTC, date, datetime
from math import isfinite
from pathlib import Path

from deepseek_shock.analysis.paths import Window
from deepseek_shock.cli.options import LAST, STDOUT, Format
from deepseek_shock.errors import UsageError
from deepseek_shock.market.instrument import check_ticker

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = 100  # per cent
_WINDOW = re.compile(r"(-?\d{1,3}):\+?(\d{1,3})")
_INSTANT_HINT = "write 2025-01-26T12:00:00+00:00; Z is UTC, +09:00 Tokyo's time"
_ENDINGS = {
    ".txt": Format.TERMINAL,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".eml": Format.EML,
    ".json": Format.JSON,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
}


def parse_date(text: str) -> date | None:
    """Return the date, or `None` for `last`. Raises `UsageError`."""
    return None if text == LAST else _parse_day(text, "2025-01-27, or last")


def _parse_day(text: str, example: str) -> date:
    try:
        # `fromisoformat` takes other forms besides; `strptime` would cost 4 ms to import.
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", hint=f"write {example}") from error


def parse_instant(text: str | None) -> datetime | None:
    """Return the instant of `2025-01-26T12:00:00+00:00`, in UTC. Raises `UsageError`."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--at {text!r} is not an instant", hint=_INSTANT_HINT) from error
    raise UsageError(f"--at {text!r} names no zone", hint=_INSTANT_HINT)


def check_share(per_cent: float) -> None:
    """Check that --min-coverage is a number, which typer does not. Raises `UsageError`."""
    if not 0 <= per_cent <= _WHOLE:
        raise UsageError(f"--min-coverage {per_cent:g}: no percentage", hint="give 0 to 100")


def check_move(per_cent: float | None) -> None:
    """Check that --if-move is a number, which typer does not. Raises `UsageError`."""
    if per_cent is not None and not isfinite(per_cent):
        raise UsageError(f"--if-move {per_cent:g}: no percentage", hint="give 5 for 5 %")


def parse_window(text: str | None) -> Window | None:
    """Return the window of `-5:5`, or `None` where none is given. Raises `UsageError`."""
    if text is None:
        return None
    found = _WINDOW.fullmatch(text)
    if found is None or not int(found[1]) < 0 <= int(found[2]):
        raise UsageError(
            f"{text!r} is not a window", hint="write -5:5 for five sessions either side"
        )
    return Window(int(found[1]), int(found[2]))


def parse_accepted(text: str | None) -> frozenset[tuple[str, date]]:
    """Return the tickers and sessions of `NVDA@2025-01-27,5803.T@2025-01-28`."""
    accepted: set[tuple[str, date]] = set()
    for figure in (text or "").split(","):
        ticker, at, session = figure.strip().partition("@")
        if at and session != LAST:
            accepted.add((check_ticker(ticker), _parse_day(session, "NVDA@2025-01-27")))
        elif text is not None:
            raise UsageError(
                f"--accept {figure!r} names no figure", hint="write NVDA@2025-01-27, one a figure"
            )
    return frozenset(accepted)


def parse_tickers(text: str | None) -> tuple[str, ...]:
    """Return the tickers of a comma-separated list. Raises `UsageError` for an empty one."""
    if text is None:
        return ()
    tickers = tuple(ticker.strip() for ticker in text.split(",") if ticker.strip())
    if not tickers:
        raise UsageError("--tickers names none", hint="--tickers NVDA,5803.T names two")
    return tickers


def parse_contributions(text: str | None) -> tuple[str, ...]:
    """Return the indexes and files of a comma-separated list. Raises `UsageError` for none."""
    if text is None:
        return ()
    named = tuple(name.strip() for name in text.split(",") if name.strip())
    if not named:
        raise UsageError(
            "--contributions names no index", hint="--contributions ^N225 names one, or a file"
        )
    return named


def choose_format(given: Format | None, output: str) -> Format:
    """Return the format asked for, or the one that the file's ending names. Raises `UsageError`."""
    if given is not None:
        return given
    if output == STDOUT:
        return Format.TERMINAL
    ending = Path(output).suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(
            f"no format is known for the ending of {output!r}",
            hint=f"endings: {', '.join(_ENDINGS)}; or say --format",
        )
    return _ENDINGS[ending]
