"""Text measured in character cells, as a terminal does: its width, and where it may be broken."""

import re
from functools import cache
from unicodedata import category, east_asian_width

# Narrow characters beyond Latin that reports are full of: no need to look their width up.
_NARROW = frozenset("\u2212×÷·…’“”–—█σ¥")
_LATIN_ENDS = "\u0300"
_WORD = 36  # cells of one in a remark: beside a name it has room on a screen of 80
_BLANK = ("Cc", "Zl", "Zp", "Cs")
# What may not end a line, and what may not begin one.
_OPENING, _CLOSING = "「『（(", "、。・」』)）ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"


def width_of(text: str) -> int:
    """Return the width in cells: wide and full-width characters take two, combining marks none."""
    if _is_narrow(text):
        return len(text)
    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def shorten(name: str, width: int = 40) -> str:
    """Put a name on one line, without what no screen shows; cut a wide one, with an ellipsis."""
    seen = (" " if category(char) in _BLANK else char for char in name if category(char) != "Cf")
    line = " ".join("".join(seen).split())
    if width_of(line) <= width:
        return line
    kept = ""
    for char in line:
        if width_of(kept + char) >= width:
            break
        kept += char
    return f"{kept.rstrip()}…"


def shorten_remark(text: str, width: int = 200) -> str:
    """Put a text on one line as `shorten` does a name, and cut each of its words as one, too."""
    return shorten(" ".join(shorten(word, _WORD) for word in text.split()), width)


def _is_narrow(text: str) -> bool:
    return text.isascii() or all(char < _LATIN_ENDS or char in _NARROW for char in text)


@cache
def _units(*, is_narrow: bool) -> re.Pattern[str]:
    """Return what matches a unit that a line may end after.

    A word with its blanks, or one wide character; with it go what may not end a line, before it,
    and what may not begin one, behind it. Made when needed: wide classes are slow to compile.
    """
    if is_narrow:
        return re.compile(r"\S+\s*|\s+")
    wide = r"\u3000-\u9fff\uff00-\uffef"
    word = rf"[^\s{wide}]+?(?=[{_OPENING}]*[{wide}]|\s|$)"
    return re.compile(rf"[{_OPENING}]*(?:{word}|[{wide}])[{_CLOSING}]*\s*|[{_OPENING}]+\s*|\s+")


def wrap(text: str, width: int) -> list[str]:
    """Break text into lines of at most `width` cells, at blanks and between wide characters."""
    lines, line = [], ""
    for unit in _units(is_narrow=_is_narrow(text)).findall(text):
        if line and width_of(line) + width_of(unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()] if line.strip() else lines
