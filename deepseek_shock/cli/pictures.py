"""`--charts`: a document's charts as pictures in a folder."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.render.words import Language
from deepseek_shock.userpath import dated
from deepseek_shock.wholefile import Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepseek_shock.render.base import Style
    from deepseek_shock.render.fonts import Fonts
    from deepseek_shock.render.png import Picture
    from deepseek_shock.report.model import Document


def make_pictures(document: "Document", style: "Style") -> "list[Picture]":
    """Draw the charts with the fonts of `shock.toml`, else the machine's; warn on a terminal.

    Raises `FileError` for a font that is none, `OutputError` without resvg or a font that it draws.
    """
    from deepseek_shock.cli.progress import warn
    from deepseek_shock.render.png import draw_pictures

    pictures = draw_pictures(document, style, _fonts(), warn)
    if not pictures:
        warn("there are no figures to draw: no picture is written")
    return pictures


def make_first(sections: "Sequence[str]", document: "Document", style: "Style") -> "Picture | None":
    """Draw the first chart of the first named section that has any, as `make_pictures`."""
    from deepseek_shock.cli.progress import warn
    from deepseek_shock.render.png import draw_first

    return draw_first(sections, document, style, _fonts(), warn)


def _fonts() -> "Fonts":
    from deepseek_shock.cli.config import read_fonts
    from deepseek_shock.render.fonts import find_fonts
    from deepseek_shock.render.png import check_letters

    fonts = find_fonts(read_fonts())
    check_letters(fonts)
    return fonts


def write_pictures(
    pictures: "Iterable[Picture]", folder: Path, day: date, lang: Language, write: Write
) -> None:
    """Write the pictures: 2025-01-27-bars.png, in Japanese 2025-01-27-bars.ja.png.

    `{date}` in the folder's name is the report's date. Raises `OutputError`.
    """
    place = dated(folder, day)
    ending = "png" if lang is Language.EN else f"{lang}.png"
    for picture in pictures:
        write(picture.content, place / f"{day.isoformat()}-{picture.name}.{ending}")
