"""What a run finds around it: clock, configuration folder, screen."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from deepseek_shock.errors import UsageError
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.userpath import expand

_STORE = "store.db"
_WIDEST = 4  # digits of COLUMNS
PIPED_WIDTH = 100  # fixed, so that a mail from cron always looks the same


def read_clock() -> datetime:
    """Return now, or the instant that SOURCE_DATE_EPOCH names. Raises `UsageError`."""
    return said_time() or datetime.now(UTC)


def said_time() -> datetime | None:
    """Return the instant that SOURCE_DATE_EPOCH names, if it names one. Raises `UsageError`."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch if epoch.isdecimal() else ""), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH={epoch!r:.40} is not a time",
            hint="give seconds since 1970, or unset it",
        ) from error


def config_folder() -> Path:
    """Return the user's configuration folder by the platform's convention; it need not exist."""
    import typer

    return Path(typer.get_app_dir("shock"))


def store_path(given: Path | None = None) -> Path:
    """Return where the store lies: as given, else in the user's data folder; it need not exist."""
    if given is not None:
        return expand(given)
    if named := os.environ.get("XDG_DATA_HOME"):
        return Path(named) / "shock" / _STORE
    is_mac = sys.platform == "darwin"
    home = expand("~/Library/Application Support" if is_mac else "~/.local/share")
    return home / "shock" / _STORE


def make_registry() -> Registry:
    """Return the registry of the user's and the bundled watchlists and events."""
    return Registry(sample_directory(), config_folder())


def has_colors() -> bool:
    """Tell whether stdout is a screen that takes escape codes, or is said to be one."""
    is_screen = _is_a_screen() or bool(os.environ.get("FORCE_COLOR"))
    return is_screen and os.environ.get("TERM") != "dumb"


def _is_a_screen() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def page_width() -> int:
    """Return the width in cells: COLUMNS, else the screen's, else a fixed one for pipes."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and len(columns) <= _WIDEST and int(columns) > 0:
        return int(columns)
    if _is_a_screen():
        return os.get_terminal_size(sys.stdout.fileno()).columns or PIPED_WIDTH
    return PIPED_WIDTH
