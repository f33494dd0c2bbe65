"""`shock.toml`: what stands for options not given on the command line or in the environment."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.errors import near_matches

if TYPE_CHECKING:
    from deepseek_shock.tomlfile import Table

NAME = "shock.toml"
_PACE = "requests-per-minute"
_PATHS = ("event", "watchlist", "template", "template-dir", "data", "store")


class Defaults(dict[str, Any]):
    """The defaults of `shock report`, read when the first of them is asked for.

    Raises `FileError`, with the line, for a file that is no TOML or names an unknown option.
    """

    _is_read = False

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 -- a TOML value is of any type
        """Return the default of an option."""
        if not self._is_read:
            self._is_read = True
            self.update(read_defaults())
        return super().get(key, default)


def read_defaults() -> dict[str, Any]:
    """Return what the files say: the working directory's before the user's."""
    merged: dict[str, Any] = {}
    for file in _files():
        merged |= _read(file)
    return merged


class JQuantsSettings(NamedTuple):
    """What a `shock.toml` says under `[jquants]`: the key, and the requests of the plan."""

    key: str | None = None
    requests_per_minute: int | None = None


def read_jquants() -> JQuantsSettings:
    """Return the settings for J-Quants: the nearer file's, where it has them."""
    from deepseek_shock.tomlfile import read_toml

    key, requests_per_minute = None, None
    for file in _files():
        found = _take_jquants(read_toml(file))
        key = found.key or key
        requests_per_minute = found.requests_per_minute or requests_per_minute
    return JQuantsSettings(key, requests_per_minute)


def _files() -> list[Path]:
    """List the files there are, the nearer last."""
    from typer import get_app_dir

    files = (Path(get_app_dir("shock")) / NAME, Path(NAME))
    return [file for file in files if file.is_file()]


def _take_jquants(table: "Table") -> JQuantsSettings:
    if "jquants" not in table:
        return JQuantsSettings()
    jquants = table.table("jquants")
    key = jquants.string("key") if "key" in jquants else None
    pace = jquants.take(_PACE) if _PACE in jquants else None
    if pace is not None and (not isinstance(pace, int) or pace < 1):
        jquants.complain(f"`{_PACE}` must be a whole number from 1 on", key=_PACE)
    jquants.finish()
    return JQuantsSettings(key, pace)


def _read(file: Path) -> dict[str, Any]:
    from deepseek_shock.tomlfile import read_toml

    table = read_toml(file)
    _take_jquants(table)
    found: dict[str, Any] = {}
    if "report" in table:
        options = table.table("report")
        known = _known_options()
        for key in options.keys:
            if key not in known:
                near = near_matches(key, known)
                hint = f"did you mean {near[0]}?" if near else f"options: {', '.join(known)}"
                options.complain(f"`{key}` is not an option of shock report", key=key, hint=hint)
            found[key.replace("-", "_")] = _take(options, key, is_flag=known[key])
    table.finish()
    return found


def _known_options() -> dict[str, bool]:
    """Return the long names of `shock report`'s options, and whether each is a flag."""
    from typer.main import get_command

    from deepseek_shock.cli.report import app

    parameters = get_command(app).params
    return {
        one.opts[0].removeprefix("--"): getattr(one, "is_flag", False)
        for one in parameters
        if one.name != "help"
    }


def _take(options: "Table", key: str, *, is_flag: bool) -> Any:  # noqa: ANN401 -- the same
    """Take a value as the command line would give it; a path is relative to its file."""
    value = options.take(key)
    if is_flag is not isinstance(value, bool):
        kind = "true or false" if is_flag else "a value, not true or false"
        options.complain(f"`{key}` must be {kind}", key=key, hint="`shock report --help` says more")
    if is_flag:
        return value
    if isinstance(value, list):
        return ",".join(map(str, value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    is_path = key in _PATHS and ("/" in text or "." in text)
    return str(options.path.parent / Path(text).expanduser()) if is_path else text
