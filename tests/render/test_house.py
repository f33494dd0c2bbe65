"""House styles: what the bundled ones print, and which files of a user's are none."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown as python_markdown
from markdown_it import MarkdownIt

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.catalogue import catalogue
from deepseek_shock.render.data import Csv, Json
from deepseek_shock.render.house import BaseDay, Colors, House
from deepseek_shock.render.houses import find_house, read_house
from deepseek_shock.render.html import Html
from deepseek_shock.render.layout import Role, lay_out
from deepseek_shock.render.markdown import Markdown, MarkdownMarkup
from deepseek_shock.render.numbers import Amounts, Precision, Rounding
from deepseek_shock.render.ownwords import allowed_kinds
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Kind, Span, Table
from deepseek_shock.report.money import Money, Unit
from tests.answers.test_published import read_answers
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY
from tests.test_locale import SLIPS

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.report.model import Report

BUNDLED = ("nikkei", "quick", "wire")
MINUSES = ("\u2212", "-", "\u2013")
LONG_WEEKEND = Span(date(2024, 12, 30), date(2025, 1, 6))  # Tokyo's New Year

precisions = st.tuples(st.integers(0, 6), st.sampled_from(Rounding))
houses = st.tuples(precisions, st.sampled_from(MINUSES)).map(
    lambda drawn: House(precision=Precision(*drawn[0]), minus=drawn[1])
)
fractions = st.decimals(-30, 30, allow_nan=False, places=8)


@cache
def report() -> Report:
    return make_report(Request(LONG_AFTER, MONDAY), Registry(sample_directory()), Sample())


def style_of(house: House, lang: Language = Language.EN) -> Style:
    return Style(Words(lang, house), house.colors or Colors.US)


@cache
def markdown_of(name: str | None, lang: Language = Language.JA) -> str:
    house = House() if name is None else find_house(name)
    return Markdown(style_of(house, lang)).render(report())


def write(folder: Path, text: str) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


# --- the bundled styles ---


def test_quick_prints_what_quick_printed() -> None:
    # QUICK Money World of 28 January 2025: 前日比16.9%の大幅安.
    printed = next(one for one in read_answers() if one.ticker == "NVDA" and one.rounding == "down")
    assert printed.printed == "-16.9"
    assert markdown_of("quick", Language.EN).startswith("# NVIDIA −16.9%;")
    assert markdown_of("quick").startswith("# エヌビディア16.9%安、")


@pytest.mark.parametrize(
    ("name", "monday", "tuesday", "after_the_holiday"),
    [
        # 27 January 2025 was a Monday, and papers printed 前週末比.
        ("nikkei", "前週末", "前日", "前年末"),
        ("wire", "前営業日", "前営業日", "前営業日"),
        ("quick", "前日", "前日", "前日"),
    ],
)
def test_the_day_before_is_named_as_the_house_does(
    name: str, monday: str, tuesday: str, after_the_holiday: str
) -> None:
    words = Words(Language.JA, find_house(name))
    spans = {
        Span(FRIDAY, MONDAY): monday,
        Span(MONDAY, TUESDAY): tuesday,
        LONG_WEEKEND: after_the_holiday,
    }
    for span, said in spans.items():
        assert words.print(Kind.BASE_WORD, span) == f"{said}比"
        assert words.print(Kind.BASE_CLOSE, span) == f"{said}終値"


@pytest.mark.parametrize(
    ("amount", "unit", "nikkei", "wire"),
    [
        ("39565.80", Unit.INDEX_YEN, "3万9565円80銭", "39,565.80円"),
        ("44713.58", Unit.INDEX_DOLLAR, "4万4713ドル58セント", "44,713.58ドル"),
        ("4853.20", Unit.POINT, "4853.20", "4,853.20"),
        ("1151.5", Unit.YEN, "1151円50銭", "1,151.5円"),
        ("118.42", Unit.DOLLAR, "118.42ドル", "118.42ドル"),
    ],
)
def test_amounts_in_prose(amount: str, unit: Unit, nikkei: str, wire: str) -> None:
    money = Money(Decimal(amount), unit)
    for name, said in {"nikkei": nikkei, "wire": wire, "quick": nikkei}.items():
        words = Words(Language.JA, find_house(name))
        assert words.print(Kind.PROSE_MONEY, money) == said
        tail = "ポイント" if unit is Unit.POINT else ""
        assert words.print(Kind.PROSE_CHANGE, money) == f"{said}{tail}"


IDIOM = ("続落", "反発", "一時", "そろって下げ", "寄り付き", "前週末", "銭", "万")


@pytest.mark.parametrize("word", IDIOM)
def test_a_wire_is_plain_where_nikkei_is_idiomatic(word: str) -> None:
    told = {name: markdown_of(name).split("## 背景")[0] for name in ("wire", "nikkei")}
    assert word not in told["wire"]
    assert word in told["nikkei"]


def test_a_wire_says_every_run_in_plain_words() -> None:
    own = find_house("wire").words["ja"]
    runs = {key for key in catalogue(Language.JA) if key.startswith("run.")} - {"run.still"}
    assert runs <= own.keys()
    assert not re.search("[続反][落伸発]", str({key: own[key] for key in runs}))


def test_quick_measures_every_move_from_the_day_before() -> None:
    told = markdown_of("quick").split("## 算出方法と出所")[0]
    assert "前日比" in told
    assert "前日終値" in told
    assert not re.search("前週末|前営業日|前年末", told)


def test_quick_prints_one_decimal_everywhere() -> None:
    told = markdown_of("quick").split("## 背景")[0]
    told = re.sub(r"検出力は[^。]*。|5%水準", "", told)  # chances are no moves
    figures = re.findall(r"\d+(?:\.\d+)?%", told.replace("20%", "").replace("10%", ""))
    assert len(figures) > 100
    assert [one for one in figures if not re.fullmatch(r"\d+\.\d%", one)] == []


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("name", [None, *BUNDLED])
def test_no_two_columns_have_one_name(name: str | None, lang: Language) -> None:
    words = Words(lang, House() if name is None else find_house(name))
    blocks = [block for section in report().sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables) > 4
    for table in tables:
        for heads in (
            [words.say(column.heading) for column in table.columns],
            [words.say(column.short or column.heading) for column in table.columns],
        ):
            assert len(set(heads)) == len(heads), heads


def test_nikkei_is_the_default_japanese() -> None:
    default, nikkei = (markdown_of(name).splitlines() for name in (None, "nikkei"))
    differing = [(a, b) for a, b in zip(default, nikkei, strict=True) if a != b]
    assert [b.partition("。")[0] for _, b in differing] == [
        "- 騰落率はハウススタイル「nikkei」に従い、小数点以下第3位を四捨五入した"
    ]


def test_colors() -> None:
    found = {name: find_house(name).colors for name in BUNDLED}
    assert found == {"nikkei": Colors.JP, "quick": Colors.JP, "wire": None}


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_words_are_set_as_the_catalogues_are(name: str) -> None:
    for lang, entries in find_house(name).words.items():
        for key, entry in entries.items():
            assert entry != catalogue(Language(lang))[key], f"{key} replaces nothing"
            for text in [entry] if isinstance(entry, str) else entry.values():
                bare = re.sub(r"\{[^}]*\}", "0", text)
                assert [slip for slip, found in SLIPS.items() if re.search(found, bare)] == []


# --- what the report says of them ---


# 118.42 / 142.62 - 1 = -0.169 681 67…
PRINTED, PRINTED_FINER = "NVIDIA’s −16.968% is printed", "NVIDIA’s −16.9681% is printed"
ELSEWHERE = (
    " here; a paper that truncates to one decimal prints −16.9%, one that rounds to a whole per "
    "cent −17%."
)


@pytest.mark.parametrize(
    ("house", "english", "japanese"),
    [
        (
            House(),
            f"rounded half up to two decimals: {PRINTED} −16.97%",
            "小数点以下第3位を四捨五入した。エヌビディアは丸める前で−16.968%、本稿では−16.97%、",
        ),
        (
            House("quick", Precision(1, Rounding.DOWN)),
            f"truncated to one decimal, in the house style quick: {PRINTED} −16.9%",
            "ハウススタイル「quick」に従い、小数点以下第2位を切り捨てた。",
        ),
        (
            House(None, Precision(1)),
            f"rounded half up to one decimal: {PRINTED} −17.0%",
            "小数点以下第2位を四捨五入した。",
        ),
        (
            House(None, Precision(0)),
            f"rounded half up to whole per cents: {PRINTED} −17%",
            "小数点以下を四捨五入した。",
        ),
        (
            House(None, Precision(0, Rounding.DOWN)),
            f"truncated to whole per cents: {PRINTED} −16%",
            "小数点以下を切り捨てた。",
        ),
        (
            House("own", Precision(3, Rounding.DOWN)),
            f"truncated to three decimals, in the house style own: {PRINTED_FINER} −16.968%",
            "ハウススタイル「own」に従い、小数点以下第4位を切り捨てた。",
        ),
    ],
)
def test_every_format_with_notes_says_how_it_rounds(
    house: House, english: str, japanese: str
) -> None:
    note = {"en": f"Percentages are {english}{ELSEWHERE}", "ja": f"騰落率は{japanese}"}
    for lang in Language:
        said = Markdown(style_of(house, lang)).render(report())
        assert f"\n- {note[lang]}" in said
    notes = json.loads(Json(style_of(house)).render(report()))["notes"]
    assert [one["ja"].startswith(note["ja"]) for one in notes if one["en"] == note["en"]] == [True]


def test_the_page_says_it_too() -> None:
    page = Html(style_of(find_house("quick"))).render(report())
    assert "<li>Percentages are truncated to one decimal, in the house style quick: NVIDIA" in page


@pytest.mark.parametrize(
    ("house", "said"),
    [
        (House(), None),
        (House(minus="-", base_day=BaseDay.DAY, colors=Colors.MONO), None),
        (House(name="wire"), "rounded half up to two decimals, in the house style wire."),
        (House(precision=Precision(1)), "rounded half up to one decimal."),
        (House(precision=Precision(2, Rounding.DOWN)), "truncated to two decimals."),
    ],
)
def test_the_terminal_says_it_where_it_was_chosen(house: House, said: str | None) -> None:
    page = Terminal(style_of(house), 200, has_colors=False).render(report())
    assert ("Percentages are" in page) is (said is not None)
    assert said is None or f"Percentages are {said} " in page


def test_a_style_that_is_rounded_otherwise_is_not_named() -> None:
    quick = find_house("quick")
    assert quick.rounded(quick.precision) is quick
    other = quick.rounded(Precision(2))
    assert (other.name, other.precision) == (None, Precision(2))
    assert other._replace(name="quick", precision=quick.precision) == quick


# --- laws ---


@given(houses, fractions)
def test_no_style_changes_a_sign_or_a_figure(house: House, fraction: Decimal) -> None:
    decimals, rounding = house.precision
    mode = ROUND_DOWN if rounding is Rounding.DOWN else ROUND_HALF_UP
    wanted = (fraction * 100).quantize(Decimal(1).scaleb(-decimals), mode)
    for lang in Language:
        printed = Words(lang, house).print(Kind.RETURN, fraction)
        if wanted:
            assert printed.startswith(house.minus if fraction < 0 else "+")
        else:
            assert printed[0] == "0"
        plain = printed.replace(house.minus, "-").replace(",", "").removesuffix("%")
        assert Decimal(plain) == wanted
        assert Words(lang, house).print(Kind.SIZE, fraction) == printed.lstrip(f"+{house.minus}")


@given(houses, fractions)
def test_a_reader_who_rounds_what_is_not_rounded_gets_what_is_printed(
    house: House, fraction: Decimal
) -> None:
    words, (decimals, rounding) = Words(Language.EN, house), house.precision
    mode = ROUND_DOWN if rounding is Rounding.DOWN else ROUND_HALF_UP
    exact, printed = (
        Decimal(words.print(kind, fraction).replace(house.minus, "-").replace(",", "")[:-1])
        for kind in (Kind.EXACT, Kind.RETURN)
    )
    assert exact.quantize(Decimal(1).scaleb(-decimals), mode) == printed


@given(houses, fractions)
def test_what_other_papers_print_hangs_on_no_style(house: House, fraction: Decimal) -> None:
    own, default = Words(Language.EN, house), Words(Language.EN)
    for kind in (Kind.TRUNCATED, Kind.WHOLE):
        assert own.print(kind, fraction).replace(house.minus, "\u2212") == default.print(
            kind, fraction
        )


@pytest.mark.parametrize("minus", MINUSES)
def test_every_figure_has_the_minus_of_the_house(minus: str) -> None:
    words = Words(Language.EN, House(minus=minus))
    money = Money(Decimal("-1.5"), Unit.POINT)
    printed = {
        words.print(Kind.CHANGE, money): f"{minus}1.50",
        words.print(Kind.RETURN, Decimal("-0.1")): f"{minus}10.00%",
        words.print(Kind.SIGMA, -1.04): f"{minus}1.0",
        words.print(Kind.SIGNED, -5): f"{minus}5",
        words.print(Kind.SIGNED, 5): "+5",
        words.print(Kind.SIGNED, 0): "0",
    }
    assert list(printed) == list(printed.values())
    # Not the words: a name may hold any character.
    assert words.print(Kind.TEXT, "A \u2212 B") == "A \u2212 B"


def test_a_page_holds_no_other_minus_than_the_houses() -> None:
    for lang in Language:
        page = Html(style_of(House(minus="-"), lang)).render(report())
        assert "\u2212" not in page
        assert ">-5</text>" in page  # sessions before the event, below the lines
        assert ">-30%</text>" in page  # the scale of the bars


def test_a_style_without_keys_is_the_default(tmp_path: Path) -> None:
    for text in ("", "[words]\n", "[words.en]\n[words.ja]\n"):
        house = read_house(write(tmp_path, text))
        assert house._replace(words={}) == House(name="own", words={})
        assert not any(house.words.values())


@pytest.mark.parametrize("minus", MINUSES)
def test_the_terminal_colours_a_move_by_its_value(minus: str) -> None:
    def roles(house: House) -> list[list[Role]]:
        words = Words(Language.EN, house)
        return [[span.role for span in line] for line in lay_out(report(), words, 200)]

    found = roles(House(minus=minus))
    assert found == roles(House())
    # The six indexes of the sample: four fell and two rose, each with a change and a move.
    words = Words(Language.EN, House(minus=minus))
    lines = [
        line for line in lay_out(report(), words, 200) if line and line[0].text.startswith("TOPIX")
    ]
    assert [span.role for span in lines[0]].count(Role.RISE) == 2


def test_data_know_no_style() -> None:
    plain, styled = (
        json.loads(Json(style_of(house)).render(report()))
        for house in (House(), find_house("wire"))
    )
    for document in (plain, styled):
        del document["notes"], document["report"]["title"]
    assert plain == styled
    rows = list(csv.DictReader(StringIO(Csv().render(report()))))
    assert rows[0]["price_return"].startswith("-0.1696")


@pytest.mark.parametrize("minus", MINUSES)
def test_no_minus_makes_a_list(minus: str) -> None:
    text = MarkdownMarkup().text(f"{minus}16.97% for NVIDIA")
    for html in (
        cmarkgfm.github_flavored_markdown_to_html(text),
        MarkdownIt().render(text),
        python_markdown(text),
    ):
        assert html.strip() == f"<p>{minus}16.97% for NVIDIA</p>"


def test_a_minus_changes_nothing_else_in_markdown() -> None:
    def rendered(minus: str) -> str:
        text = Markdown(style_of(House(minus=minus))).render(report())
        html: str = cmarkgfm.github_flavored_markdown_to_html(text)
        return html

    default = rendered("\u2212")
    assert default.count("\u2212") > 100
    assert re.sub(r"\u2212(?=\d)", "-", default) == rendered("-")


# --- a user's own ---


def test_every_key_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'decimals = 0\nrounding = "down"\nminus = "–"\nbase_day = "day"\namounts = "figures"\n'
        'colors = "mono"\n[words.en]\ntable.unknown = " - "\n"section.context" = ""\n'
        '[words.ja.table]\ncut = {other = "{n:count}"}\n',
    )
    assert read_house(file) == House(
        "own",
        Precision(0, Rounding.DOWN),
        "\u2013",
        BaseDay.DAY,
        Amounts.FIGURES,
        Colors.MONO,
        {
            "en": {"table.unknown": " - ", "section.context": ""},
            "ja": {"table.cut": {"other": "{n:count}"}},
        },
    )


def test_words_are_said_in_their_language_alone() -> None:
    house = House(words={"en": {"table.unknown": "?"}})
    assert Words(Language.EN, house).word("table.unknown") == "?"
    assert Words(Language.JA, house).word("table.unknown") == "…"


def test_the_users_style_comes_before_a_bundled_one(tmp_path: Path) -> None:
    (tmp_path / "quick.toml").write_text("decimals = 5\n", encoding="utf-8")
    (tmp_path / "mine.toml").write_text("decimals = 4\n", encoding="utf-8")
    assert find_house("quick", tmp_path).precision.decimals == 5
    assert find_house("mine", tmp_path).name == "mine"
    assert find_house("wire", tmp_path).base_day is BaseDay.SESSION
    assert find_house(str(tmp_path / "mine.toml")).precision.decimals == 4


@pytest.mark.parametrize(("name", "near"), [("quik", "quick"), ("mein", "mine"), ("zzz", None)])
def test_an_unknown_style(tmp_path: Path, name: str, near: str | None) -> None:
    (tmp_path / "mine.toml").write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        find_house(name, tmp_path)
    assert repr(name) in caught.value.message
    assert "known: mine, nikkei, quick, wire" in caught.value.hint
    assert (f"did you mean {near}?" in caught.value.hint) is (near is not None)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("decimal = 1\n", 1, "did you mean decimals?"),
        ('\nname = "x"\n', 2, "decimals, rounding, minus"),
        ("decimals = 7\n", 1, "0 to 6"),
        ("decimals = -1\n", 1, "0 to 6"),
        ("decimals = true\n", 1, "0 to 6"),
        ('decimals = "2"\n', 1, "0 to 6"),
        ("decimals = 1.5\n", 1, "0 to 6"),
        ('\n\nrounding = "half-even"\n', 3, "half-up, down"),
        ('minus = "~"\n', 1, "U+2212"),
        ("minus = 1\n", 1, "U+2212"),
        ('minus = "▲"\n', 1, "△ and ▲ are minus in accounts"),
        ('minus = "△"\n', 1, "in tables of shares △ is a rise"),
        ('base_day = "dya"\n', 1, "did you mean day?"),
        ('amounts = "roman"\n', 1, "kanji, figures"),
        ('colors = "red"\n', 1, "us, jp, mono"),
        ("words = 1\n", 1, "must be a table"),
        ("[words.fr]\n", 1, "languages: en, ja"),
        ("[words]\nen = 1\n", 2, "must be a table"),
        ('[words.en]\n"key.closs" = ""\n', 2, "did you mean key.closes?"),
        ('[words.en.key]\ncloss = ""\n', 2, "did you mean key.closes?"),
        ('[words.en]\nkey = ""\n', 2, "no entry is called so"),
        ("[words.en]\nkey.closes = 1\n", 2, "must be a string"),
        ('[words.en]\nkey.closes = "\\u200f"\n', 2, "control character"),
        ('[words.en]\nkey.closes = """a\nb"""\n', 2, "on one line"),
        ('[words.en]\nkey.closes = "{close"\n', 2, "a brace {{"),
        ('[words.en]\nkey.closes = "{clsoe:money}"\n', 2, "change, close, move, previous, span"),
        ('[words.en]\nkey.closes = "{close.amount}"\n', 2, "no value `close.amount`"),
        ('[words.en]\nkey.closes = "{}"\n', 2, "no value ``"),
        ('[words.en]\nkey.closes = "{close!r:money}"\n', 2, "`!r`"),
        ('[words.en]\nkey.closes = "{close:label}"\n', 2, "money, price, prose_change"),
        ('[words.en]\nkey.closes = "{close:nix}"\n', 2, "cannot be printed as `nix`"),
        ('[words.en]\nkey.closes = {other = ""}\n', 2, "no forms"),
        ('[words.en.section.falls]\none = ""\n', 1, "lacks the form `other`"),
        ('[words.en.section.falls]\nother = ""\ntwo = ""\n', 3, "zero, one, other"),
        ('[words.en.section.falls]\nother = ""\none = "{x}"\n', 3, "no value `x`"),
        ('[words.en]\nsection.gaps = "{n:label}"\n', 2, "count, number, ordinal, rank"),
        ('[words.en]\ntitle.fall_some = " "\n', 2, "needs its headline"),
        ("decimals = \n", 1, "is not TOML"),
    ],
)
def test_a_file_that_is_no_style(tmp_path: Path, text: str, line: int, told: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(FileError) as caught:
        read_house(file)
    assert (caught.value.path, caught.value.line) == (str(file), line)
    assert told in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint


def test_a_sentence_may_use_what_the_other_language_uses(tmp_path: Path) -> None:
    # English says the close before, Japanese the change.
    file = write(tmp_path, '[words.ja]\nkey.closes = "{previous:money}から{close:money}"\n')
    said = Markdown(style_of(read_house(file), Language.JA)).render(report())
    assert "142.62ドルから118.42ドル" in said


@pytest.mark.parametrize("at", range(8))
@pytest.mark.parametrize("lang", list(Language))
def test_whatever_kind_is_allowed_can_be_printed(lang: Language, at: int) -> None:
    """Each entry says each of its values by another kind, until all kinds have had their turn."""
    words = {
        key: "".join(
            f"[{{{value}:{sorted(kinds)[at % len(kinds)]}}}]"
            for value, kinds in allowed_kinds(key).items()
        )
        for key in catalogue(lang)
    }
    house = House(words={lang: words})
    said = Markdown(style_of(house, lang)).render(report())
    assert "[" in said
