"""The pictures as a reader sees them: their letters, colours and sizes, read back as pixels.

resvg draws no letter, and says nothing, for a family that is not there. So letters are looked for
where they must stand, and a picture without them shows that the look can fail.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from xml.etree import ElementTree as ET

import pytest

from deepseek_shock.errors import OutputError, TemplateError
from deepseek_shock.render.base import Style
from deepseek_shock.render.fonts import Fonts, Typeface, find_fonts
from deepseek_shock.render.frame import draw_frames, draw_latin_frames
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.png import check_letters, draw_first, draw_pictures
from deepseek_shock.render.words import Language, Words
from tests.pixels import Box, Pixels, read_png
from tests.render import hostile

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.render.png import Picture

NAMES = ["bars", "lines", "groups", "relay", "significance"]
# The page's colours on light paper; `test_html` checks their contrast.
PAPER, RED, BLUE, INK, GREY = "#fbfaf7", "#b3261e", "#1f5f99", "#1b1b1a", "#5c5a55"
WIDTH = 1200
NOWHERE = Fonts(Typeface("No Such Family", ()), None)
CJK = "\u2e80"


def unavailable(what: str) -> NoReturn:
    """Skip; fail instead where fonts are promised, as in the gate."""
    if os.environ.get("SHOCK_BROWSER_REQUIRED"):
        pytest.fail(what)
    pytest.skip(what)


@cache
def fonts() -> Fonts:
    if importlib.util.find_spec("resvg_py") is None:
        unavailable("resvg-py is not installed")
    try:
        found = find_fonts()
    except OutputError as error:
        unavailable(error.message)
    return found


def latin_fonts() -> Fonts:
    found = fonts()
    if found.japanese is None or found.japanese.family == found.latin.family:
        unavailable("there is no font without Japanese beside one with it")
    return find_fonts(found.latin.files)


def make_style(lang: str, colors: str | None = None, template_dir: Path | None = None) -> Style:
    """Make a style with the colours that are the language's unless others are asked for."""
    usual = {"en": Colors.US, "ja": Colors.JP}[lang]
    return Style(Words(Language(lang)), Colors(colors) if colors else usual, template_dir)


class Drawn(NamedTuple):
    pictures: dict[str, Picture]
    warnings: list[str]


@cache
def draw(lang: str, colors: str | None = None) -> Drawn:
    found, warnings = fonts(), list[str]()
    if lang == "ja" and found.japanese is None:
        unavailable("no font holds Japanese")
    style = make_style(lang, colors)
    drawn = draw_pictures(hostile.plain_report(), style, found, warnings.append)
    return Drawn({picture.name: picture for picture in drawn}, warnings)


@cache
def pixels(name: str, lang: str = "en", colors: str | None = None) -> Pixels:
    return read_png(draw(lang, colors).pictures[name].content)


@cache
def blank(name: str) -> Pixels:
    """Draw the picture with a family that nobody has."""
    fonts()
    drawn = draw_pictures(hostile.plain_report(), make_style("en"), NOWHERE)
    return read_png(next(one.content for one in drawn if one.name == name))


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_there_are_five_pictures_of_a_letter_s_width(lang: str) -> None:
    drawn = draw(lang).pictures
    assert list(drawn) == NAMES
    for picture in drawn.values():
        assert picture.width == WIDTH  # shown at 600, it is sharp on a fine screen, too
        assert picture.content.startswith(b"\x89PNG")
        assert len(picture.content) < 400_000  # a mail's worth


@pytest.mark.parametrize("name", NAMES)
def test_the_size_is_the_picture_s(name: str) -> None:
    picture = draw("en").pictures[name]
    found = pixels(name)
    assert (found.width, found.height) == (picture.width, picture.height)


def test_the_words_for_those_who_do_not_see_it(lang: str) -> None:
    drawn = draw(lang).pictures
    assert "−30.91%" in drawn["bars"].alt  # Credo, 27 January 2025: 80.47 to 55.60
    assert ("NVIDIA" if lang == "en" else "エヌビディア") in drawn["lines"].alt


@dataclass(frozen=True)
class Place:
    """Where letters must stand, at least so many dark pixels of them."""

    name: str
    what: str
    box: Box
    least: int


PLACES = [
    *(Place(name, "title", Box(40, 88, WIDTH - 40, 140), 800) for name in NAMES),
    Place("bars", "codes", Box(40, 300, 140, 2200), 4000),
    Place("bars", "names", Box(150, 300, 440, 2200), 4000),
    Place("bars", "figures", Box(1060, 300, WIDTH - 30, 2200), 4000),
    Place("lines", "end labels", Box(830, 330, WIDTH - 10, 700), 1000),
    Place("groups", "names", Box(40, 330, 300, 850), 1000),
    Place("relay", "cities", Box(40, 690, WIDTH - 40, 830), 500),
    Place("significance", "names", Box(40, 300, WIDTH - 40, 380), 500),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.name}-{place.what}")
def test_letters_stand_where_they_must(place: Place, lang: str) -> None:
    assert pixels(place.name, lang).dark(place.box) > place.least


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.name}-{place.what}")
def test_a_family_that_is_not_there_leaves_no_letter(place: Place) -> None:
    # Lines and their ends are drawn all the same: there are fewer dark pixels, not none.
    assert blank(place.name).dark(place.box) <= place.least


@pytest.mark.parametrize("name", ["bars", "groups", "relay"])
def test_figures_of_many_decimals_have_room(name: str) -> None:
    house = House(precision=Precision(6))
    style = make_style("en")._replace(words=Words(Language.EN, house))
    picture = draw_first([name], hostile.plain_report(), style, fonts())
    assert picture is not None
    seen = read_png(picture.content)
    # Nothing reaches over the edges, and no figure stands on a bar, the longest of which is +3.96%.
    for edge in (Box(0, 0, 8, seen.height), Box(WIDTH - 8, 0, WIDTH, seen.height)):
        assert set(seen.counted(edge)) == {PAPER}
    if name == "bars":
        _, last = seen.span(BLUE, top=260)
        between = Box(last + 2, seen.height - 400, last + 12, seen.height - 200)
        assert seen.dark(between) == 0


def test_the_first_that_can_be_drawn_is_drawn(tmp_path: Path) -> None:
    whole, style = hostile.plain_report(), make_style("en")
    assert draw_first(["lines", "bars"], whole, style, fonts()) == draw("en").pictures["lines"]
    alone = hostile.report(hostile.write_watchlist(tmp_path, {"NVDA": "NVIDIA"}))
    found = draw_first(["groups", "bars"], alone, style, fonts())
    assert found is not None
    assert found.name == "bars"
    assert draw_first(["groups"], alone, style, fonts()) is None


@pytest.mark.parametrize(("lang", "fall", "rise"), [("en", RED, BLUE), ("ja", BLUE, RED)])
def test_falls_are_left_of_zero_and_rises_right(lang: str, fall: str, rise: str) -> None:
    picture = pixels("bars", lang)
    falls, rises = (picture.span(color, top=260) for color in (fall, rise))
    assert falls[1] <= rises[0]
    # −30.91 % and +3.96 %, the ends of the day, drawn on one scale.
    lengths = [last - first for first, last in (falls, rises)]
    assert lengths[0] / lengths[1] == pytest.approx(30.91 / 3.96, rel=0.03)


def test_mono_says_it_without_red_and_blue() -> None:
    picture = pixels("relay", colors="mono")
    seen = picture.counted(Box(0, 0, picture.width, picture.height))
    assert seen[INK] > 2000
    assert seen[GREY] >= 20 * 20  # the square that explains a rise
    assert not seen[RED]
    assert not seen[BLUE]


@pytest.mark.parametrize("name", NAMES)
def test_the_paper_is_light_to_its_edges(name: str) -> None:
    picture = pixels(name)
    edges = (
        Box(0, 0, picture.width, 8),
        Box(0, picture.height - 8, picture.width, picture.height),
        Box(0, 0, 8, picture.height),
        Box(picture.width - 8, 0, picture.width, picture.height),
    )
    for edge in edges:
        assert set(picture.counted(edge)) == {PAPER}


def test_the_same_report_is_the_same_bytes(lang: str) -> None:
    again = draw_pictures(hostile.plain_report(), make_style(lang), fonts())
    assert again == list(draw(lang).pictures.values())


# --- what it says ---


def texts(svg: str) -> list[str]:
    """List what is written in an SVG file; fails where it is no XML."""
    root = ET.fromstring(svg)  # noqa: S314 -- our own
    return ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_picture_says_what_it_is_of(lang: str) -> None:
    title = {"en": "Moves of the watched shares", "ja": "対象銘柄の騰落率"}[lang]
    day = {"en": "27 January 2025", "ja": "2025年1月27日(月)"}[lang]
    source = {"en": "Source: sample data", "ja": "データ: shockに同梱"}[lang]
    drawing = next(draw_frames(hostile.plain_report(), make_style(lang)))
    said = texts(drawing.svg)
    assert title in said
    assert any(day in text for text in said)
    assert any(text.startswith(source) for text in said)
    assert {"en": {"fall", "rise"}, "ja": {"下落", "上昇"}}[lang] <= set(said)


def test_every_share_is_named_with_its_code(lang: str) -> None:
    said = texts(next(draw_frames(hostile.plain_report(), make_style(lang))).svg)
    assert {"NVDA", "5803", "−16.97%"} <= set(said)
    assert ("NVIDIA" if lang == "en" else "エヌビディア") in said
    assert sum(text.endswith("%") for text in said) >= 2 * 56


def test_names_are_words_and_no_markup(tmp_path: Path) -> None:
    report = hostile.report(hostile.write_watchlist(tmp_path, hostile.NAMES))
    drawings = list(draw_frames(report, make_style("en")))
    names_drawn = [name for name in NAMES if name != "significance"]  # of other groups, no history
    assert [drawing.name for drawing in drawings] == names_drawn
    said = texts(drawings[0].svg)
    assert "1. Pipe | and <b>bold</b>"[:20] in "".join(said)
    assert len(draw_pictures(report, make_style("en"), fonts())) == len(names_drawn)


def test_without_a_japanese_font_it_is_said_in_english() -> None:
    latin, warnings = latin_fonts(), list[str]()
    report = hostile.plain_report()
    drawn = draw_pictures(report, make_style("ja", "us"), latin, warnings.append)
    assert drawn == list(draw("en").pictures.values())
    assert len(warnings) == 1
    assert "fonts-noto-cjk" in warnings[0]
    assert "shock.toml" in warnings[0]


# A font that looks well to who reads its names: without shapes nothing is drawn, without a map of
# characters a box for each.
@pytest.mark.parametrize("table", [b"glyf", b"cmap"])
def test_a_damaged_font_is_told(table: bytes, tmp_path: Path) -> None:
    whole = next((file for file in latin_fonts().latin.files if file.suffix == ".ttf"), None)
    if whole is None:
        unavailable("the font for Latin is no TrueType file")
    check_letters(fonts())
    (file := tmp_path / "damaged.ttf").write_bytes(damaged(whole.read_bytes(), table))
    with pytest.raises(OutputError, match=r"damaged\.ttf is damaged") as caught:
        check_letters(find_fonts([file]))
    assert "[png] fonts" in caught.value.hint


def damaged(font: bytes, table: bytes) -> bytes:
    """Overwrite a table of a font with nonsense."""
    entry = font.index(table, 12)  # the directory is what comes first
    offset, length = (int.from_bytes(font[at : at + 4]) for at in (entry + 8, entry + 12))
    return font[:offset] + b"\xff" * length + font[offset + length :]


def test_with_a_japanese_font_nobody_is_warned(lang: str) -> None:
    assert draw(lang).warnings == []


def test_without_a_japanese_font_codes_stand_for_names(tmp_path: Path) -> None:
    names = {"NVDA": "エヌビディア", "5803.T": "フジクラ", "AMD": "AMD Inc.", "7203.T": "Toyota"}
    report = hostile.report(hostile.write_watchlist(tmp_path, names))
    for drawing in draw_latin_frames(report, make_style("ja")):
        said = texts(drawing.svg)
        assert all(character < CJK for text in said for character in text)
        if drawing.name == "lines":
            assert any(text.startswith("5803") for text in said)
        if drawing.name == "bars":
            assert {"NVDA", "5803", "AMD Inc."} <= set(said)


def test_a_long_list_is_cut_and_the_cut_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepseek_shock.render.frame._MOST_BARS", 10)
    said = texts(next(draw_frames(hostile.plain_report(), make_style("en"))).svg)
    assert "10 of 56 shares are drawn, those that moved most first." in said
    assert "CRDO" in said
    assert "CRM" not in said


def test_a_sheet_of_one_s_own_comes_first(tmp_path: Path) -> None:
    (tmp_path / "chart.css").write_text(
        '{% include "builtin/chart.css" %} .paper { fill: #00ff00; }', encoding="utf-8"
    )
    style = make_style("en", template_dir=tmp_path)
    last = draw_pictures(hostile.plain_report(), style, fonts())[-1]
    seen = read_png(last.content).counted(Box(0, 0, WIDTH, 20))
    assert set(seen) == {"#00ff00"}


def test_a_broken_sheet_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "chart.css").write_text("\n{{ nothing }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"chart\.css:2"):
        draw_pictures(hostile.plain_report(), make_style("en", template_dir=tmp_path), fonts())
