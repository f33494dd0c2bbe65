"""Phrases said and values printed: with a catalogue of the tests, and with the shipped ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.market.exchange import XNAS, XNYS, XTKS
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.render import words as module
from deepseek_shock.render.catalogue import catalogue
from deepseek_shock.render.house import House
from deepseek_shock.render.numbers import Precision, Rounding
from deepseek_shock.render.words import Language, Words, is_right
from deepseek_shock.report.model import Kind, Phrase, Span, Value, phrase
from deepseek_shock.report.money import Money, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NVDA = Instrument("NVDA", XNAS, Text("NVIDIA", "エヌビディア"), Text("NVIDIA", "エヌビ"))
FUJIKURA = Instrument("5803.T", XTKS, Text("Fujikura", "フジクラ"), Text("Fujikura", "フジクラ"))
TSMC = Instrument(
    *("TSM", XNYS),
    Text("TSMC (ADR)", "台湾積体電路製造(TSMC)"),
    Text("TSMC", "TSMC"),
)
NIKKEI = Instrument("^N225", XTKS, Text("Nikkei", "日経平均"), Text("Nikkei", "日経平均"))
BRACED = "{move:return} {0} {} {{x}} }{ {n!r:>{w}}"

OWN: dict[str, str | dict[str, str]] = {
    "list.comma": ", ",
    "list.last": " and ",
    "list.clause": "; ",
    "table.unknown": "n/a",
    "side.fall": "lower",
    "side.rise": "higher",
    "side.still": "unchanged",
    "none": "",
    "plain": "plain words",
    "shares": {"zero": "no share", "one": "one share", "other": "{n:count} shares"},
    "two_forms": {"one": "one", "other": "{n:count}"},
    "share": "{share:name} {move:return}",
    "outer": "<{inner:phrase}>",
    "both": "{first:phrase} / {second:phrase}",
    "of": "of {named:list}.",
    "clauses": "{clauses:clauses}",
    "slashed": "{parts:slashed}",
    "run": "run `{command:code}` now",
    "ends": "{a:code}{b:code}",
    "text": "{text:text}",
    "bare": "{text}",
    "twice": "{text:text}{text:text}",
    "braces": "{{literal}} {text:text}",
}


class Marks:
    """A markup that shows what it was given."""

    def text(self, words: str) -> str:
        return f"[{words}]"

    def code(self, words: str) -> str:
        return f"<{words}>"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Words:
    """English words with the test's own catalogue."""

    def catalogue_of(_: Language) -> Mapping[str, str | Mapping[str, str]]:
        return OWN

    monkeypatch.setattr(module, "catalogue", catalogue_of)
    return Words(Language.EN)


def items(count: int) -> tuple[Phrase, ...]:
    return tuple(phrase("text", text=f"item {at}") for at in range(1, count + 1))


@pytest.mark.parametrize(
    ("n", "said"), [(0, "no share"), (1, "one share"), (2, "2 shares"), (1200, "1,200 shares")]
)
def test_a_form_is_chosen_by_the_number(own: Words, n: int, said: str) -> None:
    assert own.say(phrase("shares", n=n)) == said


@pytest.mark.parametrize(("n", "said"), [(0, "0"), (1, "one"), (2, "2")])
def test_a_form_that_is_missing_is_the_other(own: Words, n: int, said: str) -> None:
    assert own.say(phrase("two_forms", n=n)) == said


def test_phrases_are_said_inside_phrases(own: Words) -> None:
    inner = phrase("outer", inner=phrase("share", share=NVDA, move=Decimal("-0.1697")))
    assert own.say(phrase("outer", inner=inner)) == "<<NVIDIA −16.97%>>"
    pair = phrase("both", first=phrase("shares", n=1), second=phrase("shares", n=3))
    assert own.say(pair) == "one share / 3 shares"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "of ."),
        (1, "of item 1."),
        (2, "of item 1 and item 2."),
        (3, "of item 1, item 2 and item 3."),
        (5, "of item 1, item 2, item 3, item 4 and item 5."),
    ],
)
def test_a_list_is_joined_as_the_language_joins(own: Words, count: int, said: str) -> None:
    assert own.say(phrase("of", named=items(count))) == said


def test_clauses_and_slashes_join_otherwise(own: Words) -> None:
    assert own.say(phrase("clauses", clauses=items(3))) == "item 1; item 2; item 3"
    assert own.say(phrase("slashed", parts=items(2))) == "item 1 / item 2"
    assert own.say(phrase("slashed", parts=items(1))) == "item 1"


def test_code_is_marked_apart_from_words(own: Words) -> None:
    said = own.say(phrase("run", command="shock --top 56"), Marks())
    assert said == "[run `]<shock --top 56>[` now]"
    assert own.say(phrase("run", command="x")) == "run `x` now"


def test_code_inside_a_nested_phrase_stays_code(own: Words) -> None:
    inner = phrase("outer", inner=phrase("run", command="x"))
    assert own.say(inner, Marks()) == "[<run `]<x>[` now>]"


def test_neighbours_are_escaped_as_one_run(own: Words) -> None:
    """An escape that looks at its surroundings must see all of them."""
    pair = phrase("both", first=phrase("text", text="a"), second=phrase("text", text="b"))
    assert own.say(pair, Marks()) == "[a / b]"


def test_an_unknown_value_is_said_so(own: Words) -> None:
    for kind in (Kind.RETURN, Kind.MONEY, Kind.TEXT, Kind.DAY, Kind.PHRASE, Kind.CODE):
        assert own.cell(kind, None) == "n/a"
    assert own.say(phrase("text", text=None)) == "n/a"
    assert own.cell(Kind.RETURN, None, Marks()) == "[n/a]"


def test_a_sentence_that_a_language_leaves_out_leaves_no_blank(own: Words) -> None:
    sentences = (phrase("plain"), phrase("none"), phrase("shares", n=1))
    assert own.say_all(sentences) == "plain words one share"
    assert own.say_all((phrase("none"),)) == ""


@pytest.mark.parametrize("key", ["text", "bare"])
def test_braces_in_a_value_are_words(own: Words, key: str) -> None:
    assert own.say(phrase(key, text=BRACED)) == BRACED
    assert own.say(phrase(key, text=Text(BRACED, "別"))) == BRACED


def test_braces_in_a_name_survive_every_nesting(own: Words) -> None:
    share = make_instrument("NVDA", name=Text(BRACED, BRACED))
    said = phrase("share", share=share, move=Decimal("0.01"))
    assert own.say(phrase("outer", inner=said)) == f"<{BRACED} +1.00%>"
    assert own.say(phrase("of", named=(said, said))) == f"of {BRACED} +1.00% and {BRACED} +1.00%."
    assert own.cell(Kind.LABEL, share) == f"{BRACED} (NVDA)"
    assert own.say(phrase("braces", text=BRACED)) == f"{{literal}} {BRACED}"


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn"))))
def test_any_text_is_said_as_it_is(text: str) -> None:
    for lang in Language:
        words = Words(lang)
        assert words.say(phrase("context.text", text=text)) == text
        assert words.cell(Kind.TEXT, text) == text


@pytest.mark.parametrize(
    ("kind", "value", "english", "japanese"),
    [
        (Kind.NAME, NVDA, "NVIDIA", "エヌビディア"),
        (Kind.LABEL, NVDA, "NVIDIA (NVDA)", "エヌビディア(NVDA)"),
        (Kind.LABEL, FUJIKURA, "Fujikura (5803)", "フジクラ(5803)"),
        (Kind.LABEL, TSMC, "TSMC (ADR, TSM)", "台湾積体電路製造(TSMC、TSM)"),
        (Kind.LABEL, NIKKEI, "Nikkei", "日経平均"),
        (Kind.SHORT, NVDA, "NVIDIA", "エヌビ"),
        (Kind.TICKER, FUJIKURA, "5803.T", "5803.T"),
        (Kind.LOCAL_CODE, FUJIKURA, "5803", "5803"),
        (Kind.RETURN, Decimal("-0.16968"), "−16.97%", "−16.97%"),
        (Kind.SIZE, Decimal("-0.16968"), "16.97%", "16.97%"),
        (Kind.EXACT, Decimal("-0.16968167"), "−16.968%", "−16.968%"),
        (Kind.TRUNCATED, Decimal("-0.16968"), "−16.9%", "−16.9%"),
        (Kind.WHOLE, Decimal("-0.16968"), "−17%", "−17%"),
        (Kind.SIDE, Decimal("-0.01"), "lower", "安"),
        (Kind.SIDE, Decimal("0.01"), "higher", "高"),
        (Kind.VERB, Decimal("-0.01"), "fell", "下落"),
        (Kind.PRICE, Money(Decimal("39565.8"), Unit.INDEX_YEN), "39,565.80", "39,565.80"),
        (Kind.CHANGE, Money(Decimal("-24.2"), Unit.DOLLAR), "−24.20", "−24.20"),
        (Kind.MONEY, Money(Decimal("118.42"), Unit.DOLLAR), "$118.42", "118.42ドル"),
        (Kind.MONEY, Money(Decimal("2856.5"), Unit.YEN), "¥2,856.5", "2,856.5円"),
        (
            Kind.PROSE_MONEY,
            Money(Decimal("39565.8"), Unit.INDEX_YEN),
            "39,565.80",
            "3万9565円80銭",
        ),
        (Kind.SIGMA, -5.24, "−5.2", "−5.2"),
        (Kind.MULTIPLE, 4.05, "4.1", "4.1"),
        (Kind.COUNT, 1234, "1,234", "1,234"),
        (Kind.NUMBER, 8, "eight", "8"),
        (Kind.RANK, 9, "9th", "9"),
        (Kind.ORDINAL, 3, "third", "3"),
        (Kind.DAY, date(2025, 1, 27), "27 January 2025", "2025年1月27日"),
        (Kind.LONG_DAY, date(2025, 1, 27), "Monday 27 January 2025", "2025年1月27日(月)"),
        (Kind.WEEKDAY, date(2025, 1, 27), "Monday 27 January", "1月27日(月)"),
        (Kind.SHORT_DAY, date(2025, 1, 27), "27 Jan", "27日"),
        (Kind.DAY_OF_MONTH, date(2025, 1, 28), "the 28th", "28日"),
        (
            Kind.DAY_OF_MONTH,
            Span(date(2025, 1, 27), date(2025, 1, 28)),
            *("the 28th", "28日"),
        ),
        (
            Kind.DAY_OF_MONTH,
            Span(date(2025, 1, 31), date(2025, 2, 3)),
            *("3 February", "2月3日"),
        ),
        (  # the same month of another year is another month
            Kind.DAY_OF_MONTH,
            Span(date(2024, 1, 31), date(2025, 1, 3)),
            *("3 January", "1月3日"),
        ),
        (Kind.UTC, datetime(2025, 1, 27, 6, 30, tzinfo=UTC), "06:30 UTC", "06:30 UTC"),
        (Kind.AGO, Span(date(2025, 1, 14), date(2025, 1, 27)), "13 days", "13日ぶり"),
        (Kind.BASE_WORD, Span(date(2025, 1, 24), date(2025, 1, 27)), None, "前週末比"),
        (Kind.BASE_CLOSE, Span(date(2025, 1, 24), date(2025, 1, 27)), None, "前週末終値"),
        (Kind.TEXT, Text("power", "電力"), "power", "電力"),
    ],
)
def test_each_kind_in_each_language(
    kind: Kind, value: Value, english: str | None, japanese: str
) -> None:
    if english is not None:  # the words for the base day are Japanese only
        assert Words(Language.EN).print(kind, value) == english
    assert Words(Language.JA).print(kind, value) == japanese


def test_the_unknown_cell_of_the_shipped_catalogues_is_no_number() -> None:
    for lang in Language:
        said = Words(lang).cell(Kind.RETURN, None)
        assert said
        assert not any(char.isdigit() or char in "+-\u2212%" for char in said)


def test_a_name_that_is_its_own_code_is_not_said_twice() -> None:
    assert Words(Language.EN).print(Kind.LABEL, make_instrument("AVGO")) == "AVGO"
    assert Words(Language.JA).print(Kind.LABEL, make_instrument("5803.T")) == "5803"


def test_a_bare_code_does_not_run_into_the_figure_behind_it() -> None:
    bare, words, move = make_instrument("7777.T"), Words(Language.JA), Decimal("-0.15")
    title = phrase("title.fall_some", lead=bare, move=move, known=5, number=3)
    assert words.say(title) == "7777 15.00%安、対象5銘柄のうち3銘柄が値下がり"
    assert words.say(phrase("item.named", share=bare, move=move)) == "7777 15.00%安"
    assert words.say(phrase("item.named", share=FUJIKURA, move=move)) == "フジクラ(5803)15.00%安"


def test_the_precision_is_the_reports_own_but_for_what_other_papers_print() -> None:
    words = Words(Language.EN, House(precision=Precision(1, Rounding.DOWN)))
    move = Decimal("-0.16968167")
    printed = [words.print(kind, move) for kind in (Kind.RETURN, Kind.SIZE, Kind.EXACT, Kind.WHOLE)]
    assert printed == ["−16.9%", "16.9%", "−16.968%", "−17%"]


def test_japanese_sentences_stand_without_blanks() -> None:
    sentences = (phrase("context.text", text="甲。"), phrase("context.text", text="乙。"))
    assert Words(Language.JA).say_all(sentences) == "甲。乙。"
    assert Words(Language.EN).say_all(sentences) == "甲。 乙。"


def test_numbers_are_set_flush_right_and_words_are_not() -> None:
    assert all(map(is_right, (Kind.RETURN, Kind.PRICE, Kind.MONEY, Kind.COUNT, Kind.SIGMA)))
    assert not any(map(is_right, (Kind.TEXT, Kind.LABEL, Kind.PHRASE, Kind.DAY)))


def test_both_catalogues_say_the_same_things() -> None:
    english, japanese = (catalogue(lang) for lang in Language)
    assert english.keys() == japanese.keys()
    assert len(english) > 100


@pytest.mark.parametrize("lang", list(Language))
def test_every_field_of_the_catalogue_is_of_a_known_kind(lang: Language) -> None:
    fields = [
        (key, spec)
        for key, entry in catalogue(lang).items()
        for text in ([entry] if isinstance(entry, str) else entry.values())
        for _, field, spec, _ in Formatter().parse(text)
        if field is not None
    ]
    assert len(fields) > 100
    assert [(key, spec) for key, spec in fields if spec not in set(Kind)] == []


def test_a_catalogue_never_shouts_in_japanese() -> None:
    """Bold beside Japanese brackets stays unrendered in every engine."""
    for entry in catalogue(Language.JA).values():
        for text in [entry] if isinstance(entry, str) else entry.values():
            assert "**" not in text
            assert "（" not in text


def _kinds() -> list[tuple[Kind, Value]]:
    money = Money(Decimal("-1.5"), Unit.POINT)
    return [(Kind.CHANGE, money), (Kind.RETURN, Decimal("-0.1")), (Kind.SIGMA, -1.0)]


@pytest.mark.parametrize("printer", [Words(lang).print for lang in Language])
def test_every_negative_number_has_the_same_sign(printer: Callable[[Kind, Value], str]) -> None:
    for kind, value in _kinds():
        assert printer(kind, value).startswith("\u2212")
