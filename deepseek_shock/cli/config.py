"""`shock.toml`: what stands for options not given on the command line or in the environment."""

from datetime import date
from pathlib import Path
from typing import Any

from deepseek_shock.errors import near_matches

NAME = "shock.toml"
_PATHS = ("event", "watchlist", "template", "template_dir")


def read_defaults() -> dict[str, dict[str, Any]]:
    """Return each command's defaults: the working directory's file before the user's.

    Raises `FileError`, with the line, for a file that is no TOML or names an unknown option.
    """
    from typer import get_app_dir

    merged: dict[str, Any] = {}
    for file in (Path(get_app_dir("shock")) / NAME, Path(NAME)):
        if file.is_file():
            merged |= _read(file)
    return {"report": merged} if merged else {}


def _read(file: Path) -> dict[str, Any]:
    from deepseek_shock.tomlfile import read_toml

    table = read_toml(file)
    found: dict[str, Any] = {}
    if "report" in table:
        options = table.table("report")
        known = _known_options()
        for key in options.keys:
            if key not in known:
                near = near_matches(key, known)
                hint = f"did you mean {near[0]}?" if near else f"options: {', '.join(known)}"
                options.complain(f"`{key}` is not an option of shock report", key=key, hint=hint)
            name = key.replace("-", "_")
            found[name] = _plain(options.take(key), name, file)
    table.finish()
    return found


def _known_options() -> list[str]:
    """Return the long names of the options of `shock report`, without their dashes."""
    from typer.main import get_command

    from deepseek_shock.cli.report import app

    parameters = get_command(app).params
    return [one.opts[0].removeprefix("--") for one in parameters if one.name != "help"]


def _plain(value: Any, name: str, file: Path) -> Any:  # noqa: ANN401 -- a TOML value is of any type
    """Return a value as the command line would give it; a path is relative to its file."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, date):
        return value.isoformat()
    is_path = name in _PATHS and isinstance(value, str) and ("/" in value or "." in value)
    return str(file.parent / Path(value).expanduser()) if is_path else value
