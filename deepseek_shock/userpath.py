"""Paths as users write them: from a home folder, with the report's date in them."""

from datetime import date
from pathlib import Path

from deepseek_shock.errors import UsageError


def expand(path: str | Path) -> Path:
    """Resolve a leading ~ or ~user. Raises `UsageError` for a user whom nobody knows."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{path}: {error}", hint="write the whole path") from error


def dated(path: str | Path, day: date) -> Path:
    """Put the report's date where a path says `{date}`, and resolve it. Raises as `expand`."""
    return expand(str(path).replace("{date}", day.isoformat()))
