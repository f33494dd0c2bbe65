"""Where house styles are found, and how their files are read: the user's before the bundled."""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from deepseek_shock.errors import UsageError, near_matches
from deepseek_shock.render.house import BaseDay, Colors, House
from deepseek_shock.render.numbers import MINUS, MOST_DECIMALS, Amounts, Precision, Rounding
from deepseek_shock.render.ownwords import take_words
from deepseek_shock.tomlfile import Table, is_file_name, read_toml
from deepseek_shock.userpath import expand

_BUNDLED = Path(__file__).parent.parent / "styles"
_ADVICE = "`shock report --date 2025-01-27 --style FILE` tries a house style"
_KEYS = ("decimals", "rounding", "minus", "base_day", "amounts", "colors", "words")
_MINUSES = (MINUS, "-", "\u2013")
_TRIANGLES = frozenset("△▲▽▼")

_Choice = TypeVar("_Choice", bound=StrEnum)


def find_house(name: str, folder: Path | None = None) -> House:
    """Return the house style of that name, or of that file.

    `folder` is that of the user's own styles, which come before bundled namesakes. Raises
    `UsageError` for a name that nobody knows, `FileError` for a file that is no style.
    """
    path = expand(name)
    if is_file_name(name):
        return read_house(path)
    folders = [_BUNDLED] if folder is None else [folder, _BUNDLED]
    for place in folders:
        if (file := place / f"{name}.toml").is_file():
            return read_house(file)
    known = sorted({file.stem for place in folders for file in place.glob("*.toml")})
    near = near_matches(name, known)
    hint = f"known: {', '.join(known)}; or give a .toml file"
    raise UsageError(
        f"no house style is named {name!r}",
        hint=f"did you mean {near[0]}? {hint}" if near else hint,
    )


def read_house(file: Path) -> House:
    """Read a style's file; what it does not say stays as it is without a style.

    Raises `FileError`, with the line.
    """
    return take_house(read_toml(file, _ADVICE), file.stem)


def take_house(table: Table, name: str | None) -> House:
    """Take a style of that name. Raises `FileError` for what no style may say."""
    _check_keys(table)
    default = House()
    return House(
        name=name,
        precision=Precision(
            _decimals(table), _choice(table, "rounding", Rounding) or default.precision.rounding
        ),
        minus=_minus(table),
        base_day=_choice(table, "base_day", BaseDay) or default.base_day,
        amounts=_choice(table, "amounts", Amounts) or default.amounts,
        colors=_choice(table, "colors", Colors),
        words=take_words(table.table("words")) if "words" in table else default.words,
    )


def _check_keys(table: Table) -> None:
    for key in table.keys:
        if key not in _KEYS:
            near = near_matches(key, _KEYS)
            hint = f"did you mean {near[0]}?" if near else f"a style has: {', '.join(_KEYS)}"
            table.complain(f"`{key}` is not a key of a house style", key=key, hint=hint)


def _decimals(table: Table) -> int:
    if "decimals" not in table:
        return House().precision.decimals
    value = table.take("decimals")
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= MOST_DECIMALS:
        table.complain(f"`decimals` must be a whole number, 0 to {MOST_DECIMALS}", key="decimals")
    return int(value)


def _minus(table: Table) -> str:
    if "minus" not in table:
        return MINUS
    value = table.take("minus")
    if value not in _MINUSES:
        is_triangle = isinstance(value, str) and not _TRIANGLES.isdisjoint(value)
        table.complain(
            f"`minus` must be one of {' '.join(_MINUSES)}",
            key="minus",
            hint="△ and ▲ are minus in accounts; in tables of shares △ is a rise and ▲ a fall"
            if is_triangle
            else f"{MINUS} is U+2212, the minus of mathematics",
        )
    return str(value)


def _choice(table: Table, key: str, kind: type[_Choice]) -> _Choice | None:
    """Take one of a few words; `None` where the style leaves it open."""
    if key not in table:
        return None
    value, known = table.take(key), [str(one) for one in kind]
    if value not in known:
        near = near_matches(str(value), known)
        hint = f"did you mean {near[0]}?" if near else ""
        table.complain(f"`{key}` must be one of {', '.join(known)}", key=key, hint=hint)
    return kind(value)
