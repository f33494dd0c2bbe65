"""The colours: one palette in every format, legible, and apart for every eye."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Final, NamedTuple

import pytest

from deepseek_shock.render.environment import builtin_folder
from deepseek_shock.render.house import Colors
from deepseek_shock.render.palette import DARK, LIGHT, Palette


@cache
def sheet() -> str:
    return (builtin_folder() / "style.css").read_text(encoding="utf-8")


@cache
def palettes() -> dict[str, Palette]:
    """Return the colours that the page's sheet names, of the two schemes and of paper."""
    roots = re.findall(r":root \{(.*?)\}", sheet(), re.DOTALL)
    found = [dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", root)) for root in roots]
    colors = [{name: in_full(color) for name, color in one.items()} for one in found if one]
    return dict(zip(("light", "dark", "print"), (Palette(**c) for c in colors), strict=True))


def in_full(color: str) -> str:
    """Return #rgb as #rrggbb."""
    return color if len(color) == 7 else "#" + "".join(digit * 2 for digit in color[1:])


@pytest.fixture(params=["light", "dark", "print"])
def palette(request: pytest.FixtureRequest) -> Palette:
    return palettes()[str(request.param)]


def test_the_sheet_and_the_values_are_the_ones_agreed_on() -> None:
    light = ("#fbfaf7", "#1b1b1a", "#5c5a55", "#d9d5cc", "#b3261e", "#1f5f99", "#80652b")
    dark = ("#16171a", "#e9e6df", "#a7a39a", "#3a3b3f", "#ff8a7a", "#7fb8ee", "#c8a96b")
    assert palettes()["light"] == LIGHT == light
    assert palettes()["dark"] == DARK == dark


def test_no_template_has_a_colour_of_its_own() -> None:
    known = {color for palette in palettes().values() for color in palette}
    for file in builtin_folder().iterdir():
        if file.suffix in {".css", ".j2"}:
            text = re.sub(r"&#\d+;|href=\S+", "", file.read_text(encoding="utf-8"))
            named = re.findall(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", text)
            assert {in_full(color) for color in named} <= known, file.name


# --- Contrast ---


class Rgb(NamedTuple):
    """A colour in linear light, each part from 0 to 1."""

    red: float
    green: float
    blue: float


def linear(color: str) -> Rgb:
    """Undo the transfer function of sRGB (IEC 61966-2-1), as WCAG 2.2 does."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return Rgb(*(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts))


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2, success criterion 1.4.3."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(color: str, paper: str, selector: str) -> str:
    """Return what shows of a colour that the sheet lets the paper through."""
    rule = re.search(rf"^{re.escape(selector)} \{{.*fill-opacity: ([.\d]+)", sheet(), re.MULTILINE)
    assert rule is not None
    share = float(rule[1])
    pairs = [(int(color[at : at + 2], 16), int(paper[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def tint(palette: Palette) -> str:
    """Return what is behind the labels that stand inside a session of the relay's chart."""
    return over(palette.rule, palette.paper, ".session")


def test_contrast_is_reckoned_as_wcag_does() -> None:
    # The two ends of the scale, and the grey that is known as the lightest of level AA on white.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


# Level AA asks for 4.5; what is reached today is held.
@pytest.mark.parametrize(("scheme", "least"), [("light", 6.2), ("dark", 7.1), ("print", 6.5)])
def test_what_is_written_is_legible_on_paper(scheme: str, least: float) -> None:
    palette = palettes()[scheme]
    for color in (palette.ink, palette.muted, palette.red, palette.blue):
        assert contrast(color, palette.paper) >= least, color


def test_what_is_written_is_legible_on_a_sessions_tint(palette: Palette) -> None:
    # axe cannot say this of the text of an SVG: it calls it incomplete.
    for color in (palette.ink, palette.muted, palette.red, palette.blue):
        assert contrast(color, tint(palette)) >= 4.5, color


def test_what_is_drawn_can_be_seen(palette: Palette) -> None:
    # Success criterion 1.4.11 asks for 3 where a graphic has to be understood.
    for color in (palette.ink, palette.muted, palette.red, palette.blue, palette.earth):
        for background in (palette.paper, tint(palette)):
            assert contrast(color, background) >= 3, color
    for color in (palette.ink, palette.muted, palette.red, palette.blue):
        dot = over(color, palette.paper, ".strip-chart circle")
        assert contrast(dot, palette.paper) >= 3, color


# --- Colour-blindness ---

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of
# Color Vision Deficiency, IEEE Transactions on Visualization and Computer Graphics 15 (2009) 6,
# pp. 1291-1298; the matrices of severity 1.0, for linear RGB.
Matrix = tuple[Rgb, Rgb, Rgb]
EYES: Final[dict[str, Matrix]] = {
    "normal": (Rgb(1, 0, 0), Rgb(0, 1, 0), Rgb(0, 0, 1)),
    "protanopia": (
        Rgb(0.152286, 1.052583, -0.204868),
        Rgb(0.114503, 0.786281, 0.099216),
        Rgb(-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        Rgb(0.367322, 0.860646, -0.227968),
        Rgb(0.280085, 0.672501, 0.047413),
        Rgb(-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        Rgb(1.255528, -0.076749, -0.178779),
        Rgb(-0.078411, 0.930809, 0.147602),
        Rgb(0.004733, 0.691367, 0.303900),
    ),
}
# CIE 15: linear sRGB to XYZ, each row divided by the white of D65, so that white is 1, 1, 1.
XYZ: Final[Matrix] = (
    Rgb(0.4339499, 0.3762098, 0.1898403),
    Rgb(0.2126729, 0.7151522, 0.0721750),
    Rgb(0.0177566, 0.1094680, 0.8727755),
)
# A difference of 2.3 is just noticed (M. Mahy, L. Van Eycken, A. Oosterlinck: Evaluation of Uniform
# Color Spaces, Color Research and Application 19 (1994) 2, pp. 105-121), side by side. A reader
# compares a cell with a legend at the other end of the page: ten times that.
APART = 23


def applied(matrix: Matrix, color: Rgb) -> Rgb:
    return Rgb(*(sum(a * b for a, b in zip(row, color, strict=True)) for row in matrix))


def seen(color: str, eye: str) -> Rgb:
    """Return what an eye sees of a colour, within what a screen can show."""
    return Rgb(*(min(1.0, max(0.0, part)) for part in applied(EYES[eye], linear(color))))


def lab(color: Rgb) -> tuple[float, float, float]:
    """Return lightness and the two hues of CIELAB (1976)."""
    x, y, z = (
        part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116
        for part in applied(XYZ, color)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, eye: str) -> float:
    """Return the colour difference of CIE 1976 as an eye sees it."""
    return math.dist(lab(seen(one, eye)), lab(seen(other, eye)))


def test_differences_are_reckoned_as_the_cie_does() -> None:
    # White is L* 100 without a hue; pure red in sRGB is 53.24, 80.09, 67.20.
    assert lab(linear("#ffffff")) == pytest.approx((100, 0, 0), abs=0.01)
    assert lab(linear("#ff0000")) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)


@pytest.mark.parametrize("eye", EYES)
def test_no_eye_sees_white_and_grey_in_colour(eye: str) -> None:
    for grey in ("#ffffff", "#777777"):
        assert seen(grey, eye) == pytest.approx(linear(grey), abs=1e-3)


def test_a_green_in_place_of_the_blue_would_be_found_out() -> None:
    # The pair of traffic lights, which many sites print: two kinds of eyes cannot tell it.
    blind = {eye for eye in EYES if difference(LIGHT.red, "#2e7d32", eye) < APART}
    assert blind == {"protanopia", "deuteranopia"}


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("colors", Colors)
def test_falls_and_rises_stay_apart(palette: Palette, colors: Colors, eye: str) -> None:
    assert difference(palette.fall(colors), palette.rise(colors), eye) >= APART


def test_in_grey_red_and_blue_are_the_same() -> None:
    # Why `test_signs` has to hold: in grey it is the sign, and the side of zero, that tells.
    assert contrast(LIGHT.red, LIGHT.blue) < 1.1
    assert contrast(DARK.red, DARK.blue) < 1.1
