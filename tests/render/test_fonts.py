"""Which fonts pictures are lettered with, from files made to look like fonts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.errors import OutputError
from deepseek_shock.render.fontfile import read_face
from deepseek_shock.render.fonts import Typeface, find_fonts
from tests.fakes.font import HIRAGANA, LATIN, Kind, make_collection, make_font

FAMILY, TYPOGRAPHIC_FAMILY = 1, 16
BOTH = LATIN | HIRAGANA


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder in which fonts are looked for."""
    home = tmp_path / "home"
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    fonts = tmp_path / "share" / "fonts" / "truetype"
    fonts.mkdir(parents=True)
    return fonts


def put(file: Path, family: str, scripts: int = LATIN, weight: int = 400, width: int = 5) -> Path:
    file.write_bytes(make_font({FAMILY: family}, Kind(scripts, weight, width)))
    return file


def test_a_font_says_what_it_is(tmp_path: Path) -> None:
    file = put(tmp_path / "a.ttf", "Plain Sans", BOTH, weight=700)
    face = read_face(file)
    assert face is not None
    assert (face.path, face.family, face.weight) == (file, "Plain Sans", 700)
    assert (face.is_upright, face.has_latin, face.has_kana) == (True, True, True)


def test_the_typographic_family_is_the_one_that_weights_share(tmp_path: Path) -> None:
    file = tmp_path / "a.otf"
    file.write_bytes(make_font({FAMILY: "Plain Sans W3", TYPOGRAPHIC_FAMILY: "Plain Sans"}))
    face = read_face(file)
    assert face is not None
    assert face.family == "Plain Sans"


def test_a_collection_is_its_first_face(tmp_path: Path) -> None:
    file = tmp_path / "a.ttc"
    file.write_bytes(make_collection({FAMILY: "Plain Sans JP"}))
    face = read_face(file)
    assert face is not None
    assert face.family == "Plain Sans JP"


@pytest.mark.parametrize(("width", "selection"), [(3, 0x40), (5, 0x01)])
def test_narrow_and_italic_are_not_upright(tmp_path: Path, width: int, selection: int) -> None:
    file = tmp_path / "a.ttf"
    file.write_bytes(make_font({FAMILY: "Plain"}, Kind(width=width, selection=selection)))
    face = read_face(file)
    assert face is not None
    assert not face.is_upright


def test_what_is_no_font_is_none(tmp_path: Path) -> None:
    text = tmp_path / "a.ttf"
    text.write_text("no font", encoding="utf-8")
    assert read_face(text) is None
    assert read_face(tmp_path) is None
    assert read_face(tmp_path / "absent.ttf") is None


@given(st.integers(0, 400), st.binary(max_size=40))
def test_a_damaged_font_never_raises(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes
) -> None:
    whole = make_font({FAMILY: "Plain Sans"})
    file = tmp_path_factory.mktemp("damaged") / "a.ttf"
    file.write_bytes(whole[:at] + noise)
    face = read_face(file)
    assert face is None or isinstance(face.family, str)


def test_a_known_font_comes_before_another(folder: Path) -> None:
    put(folder / "Aardvark.ttf", "Aardvark")
    known = put(folder / "DejaVuSans.ttf", "DejaVu Sans")
    assert find_fonts().latin == Typeface("DejaVu Sans", (known,))


def test_any_font_is_better_than_none(folder: Path) -> None:
    other = put(folder / "Zebra.otf", "Zebra")
    assert find_fonts().latin == Typeface("Zebra", (other,))


def test_the_bold_of_the_same_family_goes_with_it(folder: Path) -> None:
    regular = put(folder / "DejaVuSans.ttf", "DejaVu Sans")
    put(folder / "DejaVuSans-Narrow.ttf", "DejaVu Sans", weight=700, width=3)
    put(folder / "DejaVuSans-Black.ttf", "DejaVu Sans", weight=900)
    bold = put(folder / "DejaVuSans-Bold.ttf", "DejaVu Sans", weight=700)
    put(folder / "DejaVuSerif-Bold.ttf", "DejaVu Serif", weight=700)
    assert find_fonts().latin.files == (regular, bold)


def test_japanese_takes_a_font_that_holds_kana(folder: Path) -> None:
    put(folder / "DejaVuSans.ttf", "DejaVu Sans")
    put(folder / "Aardvark.ttf", "Aardvark", BOTH)
    known = put(folder / "ipaexg.ttf", "IPAexGothic", BOTH)
    fonts = find_fonts()
    assert fonts.latin.family == "DejaVu Sans"
    assert fonts.japanese == Typeface("IPAexGothic", (known,))


def test_a_name_may_be_spelled_decomposed(folder: Path) -> None:
    put(folder / "A.ttf", "A", BOTH)
    # ゴ as コ and a voiced sound mark, as macOS keeps it.
    file = put(folder / "ヒラキ\u3099ノ角コ\u3099シック W3.ttc", "Hiragino Sans", BOTH)
    assert find_fonts().japanese == Typeface("Hiragino Sans", (file,))


def test_without_kana_there_is_no_japanese(folder: Path) -> None:
    put(folder / "DejaVuSans.ttf", "DejaVu Sans")
    assert find_fonts().japanese is None


def test_files_given_come_alone_and_in_their_order(folder: Path, tmp_path: Path) -> None:
    put(folder / "DejaVuSans.ttf", "DejaVu Sans")
    first = put(tmp_path / "z.ttf", "First")
    second = put(tmp_path / "a.ttf", "Second", BOTH)
    fonts = find_fonts((first, second))
    assert (fonts.latin.family, fonts.japanese and fonts.japanese.family) == ("First", "Second")
    assert find_fonts((first,)).japanese is None


def test_a_given_font_need_not_be_regular(tmp_path: Path) -> None:
    heavy = put(tmp_path / "heavy.ttf", "Heavy", weight=900)
    assert find_fonts((heavy,)).latin == Typeface("Heavy", (heavy,))


@pytest.mark.usefixtures("folder")
def test_no_font_is_an_error_that_says_what_to_install() -> None:
    with pytest.raises(OutputError) as caught:
        find_fonts()
    assert "fonts-noto-cjk" in caught.value.hint
    assert "[png] fonts" in caught.value.hint
