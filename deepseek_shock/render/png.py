"""The charts as PNG pictures, for what shows no SVG: letters, chat, social networks."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from deepseek_shock.errors import OutputError
from deepseek_shock.render.base import Style
from deepseek_shock.render.fonts import JAPANESE_PACKAGE, Fonts, Typeface, find_fonts
from deepseek_shock.render.frame import Drawing, draw_frames, draw_latin_frames
from deepseek_shock.render.house import Colors
from deepseek_shock.render.palette import LIGHT
from deepseek_shock.render.scales import is_latin
from deepseek_shock.render.words import Language
from deepseek_shock.report.model import Document

_SVG = "http://www.w3.org/2000/svg"
_ZOOM = 2
_SIZE = slice(16, 24)  # of a PNG's header: width and height, four bytes each


class Picture(NamedTuple):
    """A chart as a PNG: what its file is called, its size in pixels, its words."""

    name: str
    content: bytes
    width: int
    height: int
    alt: str

    @property
    def section(self) -> str:
        """The section that it belongs to, by which its name begins."""
        return self.name.partition("-")[0]


def _ignore(_words: str) -> None:
    """Take a warning that nobody asked for."""


def draw_pictures(
    document: Document,
    style: Style,
    fonts: Fonts | None = None,
    on_trouble: Callable[[str], None] = _ignore,
) -> list[Picture]:
    """Draw the charts that there is anything to draw of: the same bytes for the same fonts.

    Where a text needs Japanese letters and no font holds them, all is said in English, with codes
    for names, and `on_trouble` is told. Raises `OutputError` without resvg or without any font.
    """
    fonts = fonts or find_fonts()
    drawings = _drawings(document, style, fonts, on_trouble)
    return [_draw(drawing, document, style, fonts) for drawing in drawings]


def draw_first(
    sections: Sequence[str],
    document: Document,
    style: Style,
    fonts: Fonts | None = None,
    on_trouble: Callable[[str], None] = _ignore,
) -> Picture | None:
    """Draw the first chart of the first named section that has any, and no other."""
    fonts = fonts or find_fonts()
    drawings = _drawings(document, style, fonts, on_trouble)
    found = (one for name in sections for one in drawings if one.section == name)
    first = next(found, None)
    return first and _draw(first, document, style, fonts)


def check_letters(fonts: Fonts) -> None:
    """Check that the fonts' letters are drawn: of a damaged file resvg draws none, or boxes.

    Raises `OutputError` with the file.
    """
    for face, letters in ((fonts.latin, "01"), (fonts.japanese, "あい")):
        if face is not None and len({_draw_letter(face, letter) for letter in letters}) == 1:
            raise OutputError(
                f"the font {face.files[0]} is damaged: its letters cannot be drawn",
                hint="install it again, or name another in shock.toml, [png] fonts",
            )


def _draw_letter(face: Typeface, letter: str) -> bytes:
    mark = f'<text y="24" font-size="24" font-family="sans-serif">{letter}</text>'
    return _rasterize(f'<svg xmlns="{_SVG}" width="32" height="32">{mark}</svg>', "", [face])


def _drawings(
    document: Document, style: Style, fonts: Fonts, on_trouble: Callable[[str], None]
) -> list[Drawing]:
    drawings = list(draw_frames(document, style))
    if fonts.japanese is None and not all(is_latin(drawing.svg) for drawing in drawings):
        on_trouble(
            "no font holds Japanese, so pictures are in English and name shares by their codes; "
            f"install {JAPANESE_PACKAGE} or name a font file in shock.toml, [png] fonts"
        )
        drawings = list(draw_latin_frames(document, style))
    return drawings


def _sheet(drawing: Drawing, document: Document, style: Style) -> str:
    from deepseek_shock.render.templates import render_template

    colors, insets = style.colors, drawing.insets
    return render_template(
        "chart.css",
        document,
        style,
        paper=LIGHT.paper,
        ink=LIGHT.ink,
        muted=LIGHT.muted,
        rule=LIGHT.rule,
        earth=LIGHT.muted if colors is Colors.MONO else LIGHT.earth,
        fall=LIGHT.fall(colors),
        rise=LIGHT.rise(colors),
        left=insets.left,
        right=insets.right,
    )


def _draw(drawing: Drawing, document: Document, style: Style, fonts: Fonts) -> Picture:
    japanese = fonts.japanese
    faces = [fonts.latin, *([japanese] if japanese else [])]
    if style.words.lang is Language.JA:
        faces.reverse()
    content = _rasterize(drawing.svg, _sheet(drawing, document, style), faces)
    size = content[_SIZE]
    width, height = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    return Picture(drawing.name, content, width, height, drawing.alt)


def _rasterize(svg: str, sheet: str, faces: Sequence[Typeface]) -> bytes:
    """Draw an SVG file, lettered with the first face; the others hold what it lacks."""
    try:
        import resvg_py
    except ImportError as error:
        raise OutputError(
            "resvg-py, which draws pictures, is missing",
            hint="install it: pip install 'deepseek-shock[publish]'",
        ) from error

    content = resvg_py.svg_to_bytes(
        svg_string=svg,
        style_sheet=sheet,
        zoom=_ZOOM,
        skip_system_fonts=True,
        font_files=list(dict.fromkeys(str(file) for face in faces for file in face.files)),
        sans_serif_family=faces[0].family,
    )
    return bytes(content)
