"""`--charts`: the report's charts as pictures in a folder."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.render.words import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deepseek_shock.render.base import Style
    from deepseek_shock.render.png import Picture
    from deepseek_shock.report.model import Report


def make_pictures(report: "Report", style: "Style") -> "list[Picture]":
    """Draw the charts with the fonts of `shock.toml`, else the machine's; warn on a terminal.

    Raises `FileError` for a font that is none, `OutputError` without resvg or without any font.
    """
    from deepseek_shock.cli.config import read_fonts
    from deepseek_shock.cli.progress import warn
    from deepseek_shock.render.fonts import find_fonts
    from deepseek_shock.render.png import draw_pictures

    pictures = draw_pictures(report, style, find_fonts(read_fonts()), warn)
    if not pictures:
        warn("there are no figures to draw: no picture is written")
    return pictures


def write_pictures(pictures: "Iterable[Picture]", folder: Path, day: date, lang: Language) -> None:
    """Write the pictures: 2025-01-27-bars.png, in Japanese 2025-01-27-bars.ja.png.

    `{date}` in the folder's name is the report's date. Raises `OutputError`.
    """
    from deepseek_shock.cli.surroundings import expand
    from deepseek_shock.wholefile import write_whole

    named = expand(Path(str(folder).replace("{date}", day.isoformat())))
    ending = "png" if lang is Language.EN else f"{lang}.png"
    for picture in pictures:
        write_whole(picture.content, named / f"{day.isoformat()}-{picture.name}.{ending}")
