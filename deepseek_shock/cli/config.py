"""`shock.toml`: what stands for options not given on the command line or in the environment."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepseek_shock.errors import near_matches

if TYPE_CHECKING:
    from deepseek_shock.tomlfile import Table

NAME = "shock.toml"
_PATHS = ("event", "watchlist", "template", "template-dir")


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
    from typer import get_app_dir

    merged: dict[str, Any] = {}
    for file in (Path(get_app_dir("shock")) / NAME, Path(NAME)):
        if file.is_file():
            merged |= _read(file)
    return merged


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
