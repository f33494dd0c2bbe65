"""Fonts for pictures: which there are on this machine, without asking a program for them.

Whoever opens a page brings the fonts. A picture carries its letters, and the renderer draws
nothing, without a word, for a family that is not there: so the files are found here and named.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from deepseek_shock.errors import OutputError
from deepseek_shock.render.fontfile import SUFFIXES, Face, read_face

JAPANESE_PACKAGE = "fonts-noto-cjk"
"""What Debian calls a font that holds Japanese."""

# By the files' names without ending, the best first: regular, upright, without serifs.
_LATIN = (
    *("notosans-regular", "roboto-regular", "liberationsans-regular", "dejavusans"),
    *("segoeui", "helveticaneue", "helvetica", "arial", "verdana"),
)
_JAPANESE = (
    *("notosanscjk-regular", "notosanscjkjp-regular", "notosansjp-regular"),
    *("sourcehansans-regular", "sourcehansansjp-regular", "ヒラギノ角ゴシック w3"),
    *("yugothm", "yugothr", "meiryo", "ipaexg", "ipagp", "takaopgothic", "vl-pgothic-regular"),
    *("vl-gothic-regular", "ipag", "msgothic"),
)
_BOLD = 600


class Typeface(NamedTuple):
    """A family, and its files: the regular one and, where there is one, the bold one."""

    family: str
    files: tuple[Path, ...]


class Fonts(NamedTuple):
    """What pictures are lettered with; `japanese` is `None` where no font holds kana."""

    latin: Typeface
    japanese: Typeface | None


def find_fonts(given: Sequence[Path] = ()) -> Fonts:
    """Choose from the files given, or else from the machine's folders.

    Raises `OutputError` where there is no font at all: a chart without figures would be no chart.
    """
    installed = () if given else tuple(_font_files())
    latin = _choose(given or _ranked(installed, _LATIN), _holds_latin)
    japanese = _choose(given or _ranked(installed, _JAPANESE), _holds_kana)
    if latin is None:
        raise OutputError(
            "there is no font to letter pictures with",
            hint=f"install one, such as {JAPANESE_PACKAGE}, or name a file in shock.toml: "
            '[png] fonts = ["/path/to/font.ttf"]',
        )
    return Fonts(latin, japanese)


def _holds_latin(face: Face) -> bool:
    return face.has_latin


def _holds_kana(face: Face) -> bool:
    return face.has_kana


def _choose(files: Sequence[Path], holds: Callable[[Face], bool]) -> Typeface | None:
    """Choose the first regular one that holds the script, or else the first that does."""
    other: Face | None = None
    for face in map(_read, files):
        if face is None or not holds(face):
            continue
        if _is_regular(face):
            return Typeface(face.family, (face.path, *_bold_of(face, files)))
        other = other or face
    return other and Typeface(other.family, (other.path,))


def _is_regular(face: Face) -> bool:
    return face.is_upright and face.weight < _BOLD


_read = cache(read_face)


def _ranked(files: Iterable[Path], known: Sequence[str]) -> list[Path]:
    """Put the known names first, in their order; macOS spells names decomposed."""

    def rank(file: Path) -> tuple[int, str]:
        name = normalize("NFC", file.stem).lower()
        return (known.index(name) if name in known else len(known), str(file))

    return sorted(files, key=rank)


def _bold_of(regular: Face, files: Iterable[Path]) -> Iterator[Path]:
    """Yield the bold file of the same family, the least heavy, where there is one."""
    near = (_read(file) for file in files if file.parent == regular.path.parent)
    bold = [
        face
        for face in near
        if face and face.family == regular.family and face.is_upright and face.weight >= _BOLD
    ]
    if bold:
        yield min(bold, key=lambda face: (face.weight, face.path)).path


def _font_files() -> Iterator[Path]:
    for folder in _folders():
        for parent, _, names in os.walk(folder):
            yield from (Path(parent, name) for name in names if name.lower().endswith(SUFFIXES))


def _folders() -> list[Path]:
    """List the folders in which the platform keeps its fonts and the user's."""
    home = Path.home()
    windows = Path(os.environ.get("WINDIR", "C:/Windows"))
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    by_platform = {
        "darwin": [
            Path("/System/Library/Fonts"),
            Path("/Library/Fonts"),
            home / "Library/Fonts",
        ],
        "win32": [windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"],
    }
    free = [Path(own, "fonts"), home / ".fonts", *(Path(one, "fonts") for one in shared.split(":"))]
    return by_platform.get(sys.platform, free)
