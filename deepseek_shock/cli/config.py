"""`shock.toml`: what stands for options not given on the command line or in the environment."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deepseek_shock.errors import near_matches
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.tomlfile import Table

NAME = "shock.toml"
_ADVICE = "mend the line, or leave it out"
_PACE = "requests-per-minute"
_OF_A_SITE = ("title", "url", "wait", "time-limit", "if-move", "status")
# What is said of a key that a section does not take.
_SECTIONS = {
    "report": "is not an option of shock report",
    "compare": "is not an option of shock compare",
    "study": "is not an option of shock study",
    "scan": "is not an option of shock scan",
    "publish": "does not stand under [publish]",
}
_LISTED_PATHS = "contributions"  # several with commas, files among them
_PATHS = (
    *("event", "watchlist", "template", "template-dir", "style", "data", "fx", "store"),
    *("returns", "prices", "benchmark-returns", "benchmark-prices"),
)
_FOLDERS = ("history", "pack", "spill")  # never a name
_FACTORS = "factors"  # the same, each perhaps behind a calendar
_COLUMNS = "columns"  # given again and again on the command line


class Defaults(dict[str, Any]):
    """The defaults of a command by its sections, read when the first of them is asked for.

    Raises `FileError`, with the line, for a file that is no TOML or names an unknown option.
    """

    def __init__(self, *sections: str) -> None:
        super().__init__()
        self._sections = sections
        self._is_read = False

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 -- a TOML value is of any type
        """Return the default of an option."""
        if not self._is_read:
            self._is_read = True
            self.update(read_defaults(*self._sections))
        return super().get(key, default)


def read_defaults(*sections: str) -> dict[str, Any]:
    """Return what the files say under these sections: the working directory's before the user's."""
    merged: dict[str, Any] = {}
    for file in _files():
        found = _read(file)
        for section in sections:
            merged |= found.get(section, {})
    return merged


class JQuantsSettings(NamedTuple):
    """What a `shock.toml` says under `[jquants]`: the key, and the requests of the plan."""

    key: str | None = None
    requests_per_minute: int | None = None


def read_jquants() -> JQuantsSettings:
    """Return the settings for J-Quants: the nearer file's, where it has them."""
    key, requests_per_minute = None, None
    for file in _files():
        found = _take_jquants(_open(file))
        key = found.key or key
        requests_per_minute = found.requests_per_minute or requests_per_minute
    return JQuantsSettings(key, requests_per_minute)


def read_fonts() -> tuple[Path, ...]:
    """Return the font files for pictures: the nearer file's, where it names any.

    Raises `FileError`, with the line, for one that is not there or is no font.
    """
    for file in reversed(_files()):
        png = _take_png(_open(file))
        if png is not None and png.fonts:
            return tuple(_check_font(png.table, name) for name in png.fonts)
    return ()


def _files() -> list[Path]:
    """List the files there are, the nearer last."""
    from typer import get_app_dir

    files = (Path(get_app_dir("shock")) / NAME, Path(NAME))
    return [file for file in files if file.is_file()]


def _open(file: Path) -> "Table":
    from deepseek_shock.tomlfile import read_toml

    return read_toml(file, _ADVICE)


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


class _Png(NamedTuple):
    """What a `shock.toml` says under `[png]`, and that table, to complain of it."""

    table: "Table"
    fonts: tuple[str, ...]


def _take_png(table: "Table") -> _Png | None:
    if "png" not in table:
        return None
    png = table.table("png")
    fonts = png.strings("fonts")
    png.finish()
    return _Png(png, fonts)


def _check_font(table: "Table", name: str) -> Path:
    """Return where a font is that a file names, relative to that file."""
    from deepseek_shock.render.fontfile import read_face

    font = table.path.parent / expand(name)
    if read_face(font) is None:
        what = "is no font that can be read" if font.exists() else "is not there"
        table.complain(
            f"the font {font} {what}",
            key="fonts",
            quoted=(name, 0),
            hint="name TrueType or OpenType files, or leave [png] out",
        )
    return font


def _read(file: Path) -> dict[str, dict[str, Any]]:
    table = _open(file)
    _take_jquants(table)
    _take_png(table)
    found = {name: _take_section(table, name) for name in _SECTIONS if name in table}
    table.finish()
    return found


def _take_section(table: "Table", name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    options = table.table(name)
    known = _known_options(name)
    for key in options.keys:
        if key not in known:
            near = near_matches(key, known)
            hint = f"did you mean {near[0]}?" if near else f"options: {', '.join(known)}"
            options.complain(f"`{key}` {_SECTIONS[name]}", key=key, hint=hint)
        found[key.replace("-", "_")] = _take(options, key, is_flag=known[key])
    return found


def _known_options(section: str) -> dict[str, bool]:
    """Return the long names of a section's options, and whether each is a flag."""
    if section == "publish":
        return dict.fromkeys(_OF_A_SITE, False)
    from importlib import import_module

    from typer.main import get_command

    parameters = get_command(import_module(f"deepseek_shock.cli.{section}").app).params
    return {
        one.opts[0].removeprefix("--"): getattr(one, "is_flag", False)
        for one in parameters
        if one.name != "help" and one.param_type_name == "option"
    }


def _take(options: "Table", key: str, *, is_flag: bool) -> Any:  # noqa: ANN401 -- the same
    """Take a value as the command line would give it; a path is relative to its file."""
    value = options.take(key)
    if is_flag is not isinstance(value, bool):
        kind = "true or false" if is_flag else "a value, not true or false"
        options.complain(
            f"`{key}` must be {kind}", key=key, hint="write it as the command line takes it"
        )
    if is_flag:
        return value
    if isinstance(value, str):
        options.check_plain(key, value)
    if key == _LISTED_PATHS:
        return _take_paths(options, value)
    if key == _FACTORS:
        return _take_factors(options, value)
    if key == _COLUMNS:
        return _take_columns(value)
    if isinstance(value, list):
        return ",".join(map(str, value))
    text = value.isoformat() if isinstance(value, date) else str(value)
    is_path = key in _FOLDERS or (key in _PATHS and ("/" in text or "." in text))
    return str(options.path.parent / expand(text)) if is_path else text


def _take_columns(value: Any) -> list[str]:  # noqa: ANN401 -- the same
    """Take columns as a table, a list or one string."""
    if isinstance(value, dict):
        return [f"{ours}={yours}" for ours, yours in value.items()]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _take_factors(options: "Table", value: Any) -> str:  # noqa: ANN401 -- the same
    """Take files of factors, as a list or in one string; each is relative to its file."""
    from deepseek_shock.cli.designing import split_calendar

    parts = value if isinstance(value, list) else str(value).split(",")
    named = (split_calendar(str(one)) for one in parts)
    parent = options.path.parent
    return ",".join(
        f"{f'{calendar}=' if calendar else ''}{parent / expand(path)}" for calendar, path in named
    )


def _take_paths(options: "Table", value: Any) -> str:  # noqa: ANN401 -- the same
    """Take names and files, as a list or in one string; a file is relative to its file."""
    from deepseek_shock.tomlfile import is_file_name

    names = value if isinstance(value, list) else str(value).split(",")
    parent = options.path.parent
    return ",".join(
        str(parent / expand(name)) if is_file_name(name) else name
        for name in (str(one).strip() for one in names)
    )
