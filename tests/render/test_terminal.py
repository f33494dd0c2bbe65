"""The terminal's page at every width: nothing too wide, nothing lost, columns straight."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from deepseek_shock.render.base import Style
from deepseek_shock.render.cells import width_of, wrap
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.terminal import Terminal, spell
from deepseek_shock.render.words import Language, Words
from tests.render import hostile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

WIDTHS = (40, 60, 80, 100, 200)
RETURN = re.compile(r"[+\u2212]\d+\.\d\d%")
# The twelve largest falls of 27 January 2025 and the four pinned below them, with their moves.
SHOWN = {
    "CRDO": "−30.91%",
    "VRT": "−29.88%",
    "VST": "−28.27%",
    "ALAB": "−28.03%",
    "SMR": "−27.53%",
    "OKLO": "−25.61%",
    "LITE": "−22.46%",
    "ANET": "−22.35%",
    "TLN": "−21.59%",
    "GEV": "−21.52%",
    "CIEN": "−21.04%",
    "CEG": "−20.85%",
    "NVDA": "−16.97%",
    "5801.T": "−11.27%",
    "5803.T": "−10.66%",
    "6857.T": "−8.61%",
}
NOT_AT_THE_START = "、。，．」』】）〕〉》)]ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ！？"

both = pytest.mark.parametrize("lang", list(Language))
widths = pytest.mark.parametrize("width", WIDTHS)


@cache
def drawn(lang: Language, width: int, *, has_colors: bool = False, day: int = 27) -> str:
    report = hostile.plain_report(date(2025, 1, day))
    return Terminal(Style(Words(lang), Colors.US), width, has_colors=has_colors).render(report)


def lines_of(lang: Language, width: int) -> list[str]:
    return drawn(lang, width).splitlines()


@both
@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("day", [20, 27, 28])
def test_no_line_is_wider_than_the_screen(lang: Language, width: int, day: int) -> None:
    lines = drawn(lang, width, day=day).splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


@both
def test_on_a_very_narrow_screen_only_what_must_stay_is_wider(lang: Language) -> None:
    """A table of columns that are never dropped may stand out; text never does."""
    for line in lines_of(lang, 40):
        assert cell_len(line) <= 40 or "  " in line.strip(), line


@both
@widths
def test_the_ticker_and_the_move_are_never_dropped(lang: Language, width: int) -> None:
    lines = lines_of(lang, width)
    for ticker, move in SHOWN.items():
        row = re.compile(rf"^\s*(\d+\s+)?{re.escape(ticker)}\s.*{re.escape(move)}")
        assert any(map(row.match, lines)), f"{ticker} {move}"


@both
def test_a_wider_screen_shows_at_least_as_much(lang: Language) -> None:
    """Columns come back as room grows, and none of them goes."""
    heads = []
    for width in WIDTHS:
        lines = lines_of(lang, width)
        at = next(at for at, line in enumerate(lines) if re.match(r"\s*1\s+CRDO|CRDO", line))
        heads.append(set(re.split(r"\s{2,}", lines[at - 1].strip())))
    assert all(less <= more for less, more in pairwise(heads))
    assert len(heads[-1]) > len(heads[0])


@both
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_figures_of_a_column_end_in_the_same_cell(lang: Language, width: int) -> None:
    lines = lines_of(lang, width)
    rows = [line for line in lines if any(re.match(rf"\s*\d+\s+{t}\s", line) for t in SHOWN)]
    assert len(rows) == len(SHOWN)
    ends = {
        cell_len(row[: found.end()])
        for row in rows
        if (found := next((f for f in RETURN.finditer(row) if f[0] in SHOWN.values()), None))
    }
    assert len(ends) == 1


@both
@pytest.mark.parametrize("width", [80, 100])
def test_the_heads_stand_over_their_columns(lang: Language, width: int) -> None:
    lines = lines_of(lang, width)
    at = next(at for at, line in enumerate(lines) if re.match(r"\s*1\s+CRDO", line))
    head, row = lines[at - 1], lines[at]
    label = {Language.EN: "Move", Language.JA: "騰落率"}[lang]
    move = RETURN.search(row)
    assert move is not None
    assert cell_len(head[: head.index(label) + len(label)]) == cell_len(row[: move.end()])


@both
def test_names_are_never_cut(lang: Language) -> None:
    names = {Language.EN: "Constellation Energy", Language.JA: "コンステレーション"}
    assert names[lang] in drawn(lang, 100)
    assert "…" not in drawn(Language.EN, 200).replace("\n …\n", "\n")


@both
@widths
def test_nothing_trails(lang: Language, width: int) -> None:
    text = drawn(lang, width)
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert "\x1b" not in text


@both
@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_no_line_begins_with_what_belongs_to_the_one_before(lang: Language, width: int) -> None:
    faults = [line for line in lines_of(lang, width) if line.strip()[:1] in tuple(NOT_AT_THE_START)]
    assert faults == []


# --- wrapping ---

ascii_words = st.text("abcdefgh,.(%−¥0123456789", min_size=1, max_size=8)
wide_words = st.text("日本語のカナ東京株価", min_size=1, max_size=30)
stops = st.sampled_from(["、", "。", "」", "ー", "ッ"])
sentences = st.lists(
    st.one_of(
        ascii_words,
        ascii_words.map(lambda word: f" {word} "),
        wide_words,
        st.tuples(wide_words, stops).map("".join),
        st.tuples(ascii_words, stops).map("".join),
    ),
    max_size=30,
).map("".join)


def solid(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(st.text(), st.integers(1, 80))
def test_wrapping_keeps_every_character_in_order(text: str, width: int) -> None:
    assert solid("".join(wrap(text, width))) == solid(text)


@given(st.lists(ascii_words, max_size=40).map(" ".join), st.integers(8, 60))
def test_wrapped_words_fit(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert " ".join(lines) == text


@given(st.lists(st.one_of(wide_words, st.tuples(wide_words, stops).map("".join))), st.data())
def test_wrapped_japanese_fits_without_blanks(words: list[str], data: st.DataObject) -> None:
    text, width = "".join(words), data.draw(st.integers(12, 60))
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines) == text
    assert not [line for line in lines if line[0] in NOT_AT_THE_START]


@given(sentences, st.integers(1, 60))
def test_only_what_cannot_be_broken_is_wider(text: str, width: int) -> None:
    for line in wrap(text.strip(), width):
        assert line == line.strip()
        if cell_len(line) > width:
            # One word, or one wide character with the stops behind it.
            assert " " not in line
            assert len(re.findall(r"[日本語のカナ東京株価]", line)) <= 1


@given(sentences, st.integers(8, 60))
@example("終値はNVDA、AVGO", 10)
def test_no_wrapped_line_begins_with_a_stop(text: str, width: int) -> None:
    lines = wrap(text.lstrip("、。」ーッ "), width)
    assert not [line for line in lines[1:] if line[0] in NOT_AT_THE_START]


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S"])))
def test_widths_agree_with_what_screens_draw(text: str) -> None:
    common = "".join(char for char in text if ord(char) < 0x3100 and not 0x300 <= ord(char) < 0x370)
    kana = "日立製作所ｱｲｳ（株）−¥"
    assert width_of(kana) == 10 + 3 + 6 + 1 + 1 == cell_len(kana)
    latin = "".join(char for char in common if ord(char) < 0x300)
    assert width_of(latin) == cell_len(latin)


def test_wrapping_nothing_gives_nothing() -> None:
    assert wrap("", 20) == []
    assert wrap("   ", 20) == []


def test_a_word_longer_than_the_line_stands_alone() -> None:
    assert wrap("a extraordinarily b", 5) == ["a", "extraordinarily", "b"]


def test_japanese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    assert wrap("日経平均は続落。", 15) == ["日経平均は続", "落。"]
    assert wrap("終値はNVDA、AVGO", 10) == ["終値は", "NVDA、AVGO"]


# --- colours ---


@both
def test_colours_change_no_word(lang: Language) -> None:
    plain = re.sub(r"\x1b\[[\d;]*m", "", drawn(lang, 100, has_colors=True))
    assert [line.rstrip() for line in plain.splitlines()] == drawn(lang, 100).splitlines()


def colored(run_it: Shock, *options: str, **env: str) -> str:
    run = run_it("report", "--date", "2025-01-27", *options, env=env)
    assert run.returncode == 0
    assert run.stderr == ""
    return run.stdout


COLOR = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|9\d|4\d)(?:;\d+)*m")


def test_a_pipe_gets_no_escape_codes(here: Shock) -> None:
    assert "\x1b" not in colored(here)
    assert "\x1b" not in colored(here, TERM="xterm-256color")


def test_force_color_brings_colours(here: Shock) -> None:
    text = colored(here, FORCE_COLOR="1", TERM="xterm-256color")
    assert COLOR.search(text)
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert [line.rstrip() for line in plain.splitlines()] == colored(here).splitlines()


def test_no_color_keeps_colours_away(here: Shock) -> None:
    text = colored(here, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color")
    assert not COLOR.search(text)


def test_an_empty_no_color_is_none(here: Shock) -> None:
    text = colored(here, FORCE_COLOR="1", NO_COLOR="", TERM="xterm-256color")
    assert COLOR.search(text)


def test_a_dumb_terminal_is_plain(here: Shock) -> None:
    assert "\x1b" not in colored(here, FORCE_COLOR="1", TERM="dumb")


def test_a_file_never_has_escape_codes(here: Shock) -> None:
    colored(here, "--output", "page.txt", "--format", "terminal", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b" not in colored(here)


@pytest.mark.parametrize(
    ("colors", "falls", "rises"),
    [("us", "31", "94"), ("jp", "94", "31"), ("mono", None, None)],
)
def test_each_convention_has_its_pair(
    here: Shock, colors: str, falls: str | None, rises: str | None
) -> None:
    """Red for falls in the West and for rises in Japan; blue, never green, for the other."""
    text = colored(here, "--colors", colors, FORCE_COLOR="1", TERM="xterm-256color")
    if falls is None:
        assert not COLOR.search(text)
        return
    assert re.search(rf"\x1b\[{falls}m\s*\u2212\d", text)
    assert re.search(rf"\x1b\[{rises}m\s*\+\d", text)
    assert not re.search(rf"\x1b\[{falls}m\s*\+\d", text)


# --- encodings ---


@both
def test_a_stream_without_unicode_gets_ascii(shock: Shock, lang: Language) -> None:
    env = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    run = shock("report", "--date", "2025-01-27", "--lang", lang, env=env)
    assert run.returncode == 0
    assert run.stderr == ""
    assert run.stdout.isascii()
    assert "-16.97%" in run.stdout
    assert "+0.65%" in run.stdout


def test_ascii_english_has_no_question_marks(shock: Shock) -> None:
    text = colored(shock, PYTHONIOENCODING="ascii")
    assert "?" not in text
    assert "-30.91%" in text


def test_ascii_keeps_columns_straight(shock: Shock) -> None:
    text = colored(shock, PYTHONIOENCODING="ascii")
    rows = [line for line in text.splitlines() if re.match(r"\s*\d+  [A-Z0-9.]+  ", line)]
    ends = {found.end() for row in rows if (found := re.search(r"-\d+\.\d\d%", row))}
    assert len(rows) == len(SHOWN)
    assert len(ends) == 1


def test_spelling_in_ascii() -> None:
    assert spell("−16.97%", "ascii") == b"-16.97%"
    assert spell("plain", "ascii") == b"plain"
    assert spell("日", "ascii") == b"?"
    assert spell("¥1日", "cp932") == "Y1日".encode("cp932")


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_a_japanese_stdout_keeps_its_japanese(tmp_path: Path, encoding: str) -> None:
    """These encodings lack the minus sign, and nothing else of the page."""
    run = subprocess.run(
        [sys.executable, "-m", "deepseek_shock", "report", "--date", "2025-01-27", "--lang", "ja"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    page = run.stdout.decode(encoding)
    assert page.startswith("エヌビディア16.97%安")
    assert "16.97%" in page
    assert "?" not in page


@pytest.mark.parametrize("columns", ["abc", "0", "-5", ""])
def test_a_width_that_is_none_is_a_hundred(shock: Shock, columns: str) -> None:
    assert colored(shock, COLUMNS=columns) == colored(shock)
    assert max(map(cell_len, colored(shock).splitlines())) in range(90, 101)


@pytest.mark.parametrize("columns", ["60", "200"])
def test_columns_is_obeyed(shock: Shock, columns: str) -> None:
    assert max(map(cell_len, colored(shock, COLUMNS=columns).splitlines())) <= int(columns)
    assert colored(shock, COLUMNS=columns) == drawn(Language.EN, int(columns))


RETOLD = {
    # What the tables beside these sentences say.
    Language.EN: (
        "Most of the move came after the open in Tokyo on the 27th",
        "NVIDIA (NVDA) −16.97%: the largest fall since 16 March 2020",
    ),
    Language.JA: (
        "日経平均株価は続落し、366円18銭(0.92%)安の3万9565円80銭。",
        "値動きが大きかったのは、27日の東京が寄り付き後",
        "エヌビディア(NVDA)の下落率16.97%は、2020年3月16日(18.45%安)以来",
    ),
}


@both
@widths
def test_sentences_that_tell_a_table_again_are_left_to_other_formats(
    lang: Language, width: int
) -> None:
    style = Style(Words(lang), Colors.US)
    markdown = Markdown(style).render(hostile.plain_report(date(2025, 1, 27)))
    page = solid(drawn(lang, width))
    for sentence in RETOLD[lang]:
        assert sentence in markdown.replace("\\", "")
        assert solid(sentence) not in page


@both
def test_the_width_moves_words_but_says_the_same_sentences(lang: Language) -> None:
    """What is said in prose is the same at every width; only tables lose columns."""
    title = {Language.EN: "NVIDIA −16.97%; 48 of 56", Language.JA: "エヌビディア16.97%安"}[lang]
    for width in WIDTHS:
        assert solid(title) in solid(drawn(lang, width))
