"""Words: the catalogue of one language, and every kind of value printed in it.

A catalogue entry is a sentence with fields, `{move:return}`: the value's name and the `Kind` by
which it is printed. An entry may also be a table of forms (`zero`, `one`, `other`), chosen by the
value `n`.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from string import Formatter
from typing import Any, cast

from deepseek_shock.controls import neutralise_words
from deepseek_shock.market.instrument import Instrument, Text
from deepseek_shock.render import dates, numbers, testnumbers
from deepseek_shock.render.catalogue import catalogue
from deepseek_shock.render.cells import shorten, shorten_remark
from deepseek_shock.render.house import House
from deepseek_shock.render.numbers import MINUS, Precision, Rounding
from deepseek_shock.render.pieces import Markup, Piece, Plain, join, part
from deepseek_shock.report.model import Kind, Phrase, Span, Value, phrase
from deepseek_shock.report.money import Money

_FORMATTER = Formatter()


# The kinds whose cells are read by their last digit.
_RIGHT = frozenset(
    (
        *(Kind.RETURN, Kind.SIZE, Kind.EXACT, Kind.TRUNCATED, Kind.WHOLE, Kind.PRICE, Kind.CHANGE),
        *(Kind.LARGE, Kind.LARGE_CHANGE, Kind.MANY, Kind.CLOSE),
        *(Kind.SHARE, Kind.MONEY, Kind.SIGMA, Kind.MULTIPLE, Kind.SIGNED, Kind.COUNT, Kind.RANK),
        *(Kind.P, Kind.STATISTIC, Kind.COEFFICIENT, Kind.CHANCE),
    )
)

# The kinds that show how other papers print a figure, whatever the report's own precision.
_FIXED = {
    Kind.TRUNCATED: Precision(1, Rounding.DOWN),
    Kind.WHOLE: Precision(0),
}

# Of a figure that is not rounded, at least so many decimals are shown.
_EXACT_DECIMALS = 3

# What may carry a sign.
_FIGURES = frozenset((Money, int, float, Decimal))


def is_right(kind: Kind) -> bool:
    """Tell whether a column of this kind is set flush right."""
    return kind in _RIGHT


class Language(StrEnum):
    """A language that reports are written in."""

    EN = "en"
    JA = "ja"


class Words:
    """One language in one house style: says phrases, prints values."""

    def __init__(self, lang: Language, house: House = House()) -> None:  # noqa: B008 -- frozen
        self.lang = lang
        self.house = house
        self._own = house.words.get(lang, {})
        self._catalogue = catalogue(lang)
        self._printers: dict[type, Callable[[Kind, Any], str]] = {
            type(None): self._unknown,
            str: self._string,
            Text: self._text,
            Phrase: self._phrase,
            Instrument: self._instrument,
            Money: self._money,
            Span: self._span,
            datetime: self._instant,
            date: self._day,
            tuple: self._list,
            int: self._number,
            float: self._number,
            Decimal: self._number,
        }

    def say(self, phrase: Phrase, markup: Markup = Plain()) -> str:  # noqa: B008 -- stateless
        """Say a phrase; empty where the language leaves the sentence out."""
        return "".join(
            markup.code(piece.words) if piece.is_code else markup.text(piece.words)
            for piece in join(part(self._pieces(phrase)))
        )

    def say_all(self, sentences: tuple[Phrase, ...], markup: Markup = Plain()) -> str:  # noqa: B008 -- stateless
        """Say sentences in a row, parted as the language parts them."""
        said = [words for words in (self.say(sentence, markup) for sentence in sentences) if words]
        return ("" if self.lang is Language.JA else " ").join(said)

    def word(self, key: str) -> str:
        """Say an entry that needs no values."""
        return self.say(Phrase(key, {}))

    def cell(self, kind: Kind, value: Value, markup: Markup = Plain()) -> str:  # noqa: B008 -- stateless
        """Print a table's cell; what is not known is the catalogue's `table.unknown`."""
        if value is None:
            return markup.text(self.word("table.unknown"))
        if isinstance(value, Phrase):
            return self.say(value, markup)
        if kind is Kind.CODE:
            return markup.code(neutralise_words(str(value)))
        return markup.text(self.print(kind, value))

    def print(self, kind: Kind, value: Value) -> str:
        """Print a value by its kind, as plain text in which nothing acts on a page or screen."""
        said = neutralise_words(self._printers[type(value)](kind, value))
        return said.replace(MINUS, self.house.minus) if type(value) in _FIGURES else said

    def precision(self) -> Phrase:
        """Say how percentages are rounded here, and in which house style."""
        decimals, rounding = self.house.precision
        how = phrase(
            "precision.down" if rounding is Rounding.DOWN else "precision.half_up",
            n=decimals,
            cut=decimals + 1,
        )
        style = self.house.name
        return how if style is None else phrase("precision.styled", how=how, style=style)

    def _pieces(self, phrase: Phrase) -> Iterator[Piece]:
        for literal, field, spec, _ in _FORMATTER.parse(self._entry(phrase)):
            if literal:
                yield Piece(literal)
            if field is not None:
                kind, value = Kind(spec or Kind.TEXT), phrase.values[field]
                if isinstance(value, Phrase):
                    yield from self._pieces(value)
                else:
                    is_name = isinstance(value, Instrument)
                    yield Piece(self.print(kind, value), kind is Kind.CODE, is_name)

    def _entry(self, phrase: Phrase) -> str:
        entry = self._own.get(phrase.key)
        if entry is None:
            entry = self._catalogue[phrase.key]
        if isinstance(entry, str):
            return entry
        form = {0: "zero", 1: "one"}.get(cast("int", phrase.values["n"]), "other")
        return entry.get(form, entry["other"])

    def _unknown(self, _kind: Kind, _value: None) -> str:
        return self.word("table.unknown")

    def _string(self, kind: Kind, value: str) -> str:
        match kind:
            case Kind.MONTH:
                return dates.month_ja(value) if self._is_ja else dates.month_en(value)
            case Kind.STAMP:
                return dates.stamp_ja(value) if self._is_ja else dates.stamp_en(value)
            case Kind.GIVEN:
                return shorten(value)
            case Kind.REMARK:
                return shorten_remark(value)
            case _:
                return value

    def _text(self, _kind: Kind, value: Text) -> str:
        return value.within(self.lang)

    def _phrase(self, _kind: Kind, value: Phrase) -> str:
        return self.say(value)

    def _instrument(self, kind: Kind, value: Instrument) -> str:
        name = value.name.within(self.lang)
        match kind:
            case Kind.LABEL if not value.is_index and name != value.code:
                return self._label(name, value.code)
            case Kind.SHORT:
                return value.short_name.within(self.lang)
            case Kind.TICKER:
                return value.ticker
            case Kind.LOCAL_CODE:
                return value.code
            case _:
                return name

    def _label(self, name: str, code: str) -> str:
        """Put the code in brackets behind a name, or into those that the name ends with."""
        if name.endswith(")"):
            return f"{name[:-1]}{'、' if self._is_ja else ', '}{code})"
        return f"{name}({code})" if self._is_ja else f"{name} ({code})"

    def _money(self, kind: Kind, value: Money) -> str:
        match kind:
            case Kind.PRICE:
                return numbers.price(value)
            case Kind.CHANGE:
                return numbers.price_change(value)
            case Kind.LARGE | Kind.LARGE_CHANGE:
                return self._large(kind, value)
            case Kind.PROSE_MONEY if self._is_ja:
                return numbers.prose_ja(value, self.house.amounts)
            case Kind.PROSE_CHANGE if self._is_ja:
                return numbers.prose_change_ja(value, self.house.amounts)
            case Kind.POINTS | Kind.ABOUT:
                return self._points(kind, value)
            case _:
                return numbers.money_ja(value) if self._is_ja else numbers.money_en(value)

    def _points(self, kind: Kind, value: Money) -> str:
        decimals = 0 if kind is Kind.ABOUT else 2
        if self._is_ja:
            return numbers.points_ja(value, decimals, self.house.amounts)
        return numbers.points_en(value, decimals)

    def _large(self, kind: Kind, value: Money) -> str:
        sign = numbers.sign(value.amount) if kind is Kind.LARGE_CHANGE else ""
        size = (
            numbers.large_ja(value, self.house.amounts) if self._is_ja else numbers.large_en(value)
        )
        return f"{sign}{size}"

    def _span(self, kind: Kind, value: Span) -> str:
        match kind:
            case Kind.AGO:
                return dates.ago_ja(value) if self._is_ja else dates.ago_en(value)
            case Kind.DAY_OF_MONTH:
                return dates.nth_ja(value) if self._is_ja else dates.nth_en(value)
            case Kind.BASE_CLOSE:
                return dates.base_word(value, "終値", self.house.base_day)
            case _:
                return dates.base_word(value, base_day=self.house.base_day)

    def _instant(self, kind: Kind, value: datetime) -> str:
        if kind is Kind.UTC:
            return dates.in_utc(value)
        return dates.clock_ja(value) if self._is_ja else dates.clock_en(value)

    def _day(self, kind: Kind, value: date) -> str:
        match kind:
            case Kind.LONG_DAY:
                return dates.long_day_ja(value) if self._is_ja else dates.long_day_en(value)
            case Kind.WEEKDAY:
                return dates.weekday_ja(value) if self._is_ja else dates.weekday_en(value)
            case Kind.SHORT_DAY:
                return dates.short_day_ja(value) if self._is_ja else dates.short_day_en(value)
            case Kind.DAY_OF_MONTH:
                return self._span(kind, Span(value, value))
            case Kind.MONTH:
                return self._string(kind, value.isoformat())
            case _:
                return dates.day_ja(value) if self._is_ja else dates.day_en(value)

    def _list(self, kind: Kind, value: tuple[Phrase, ...]) -> str:
        if kind is Kind.SENTENCES:
            return self.say_all(value)
        said = [self.say(phrase) for phrase in value]
        if kind is Kind.CLAUSES:
            return self.word("list.clause").join(said)
        if kind is Kind.COMMA:
            return self.word("list.comma").join(said)
        if kind is Kind.SLASHED:
            return ("/" if self._is_ja else " / ").join(said)
        if len(said) < 2:  # noqa: PLR2004 -- nothing to join
            return "".join(said)
        return self.word("list.comma").join(said[:-1]) + self.word("list.last") + said[-1]

    def _number(self, kind: Kind, value: float | Decimal) -> str:
        match kind:
            case Kind.RETURN | Kind.EXACT | Kind.TRUNCATED | Kind.WHOLE | Kind.SHARE:
                said = numbers.percent(value, self._precision_of(kind))
                return said.removeprefix("+") if kind is Kind.SHARE else said
            case Kind.SIZE:
                return numbers.percent_size(value, self.house.precision)
            case Kind.PRECISION:
                return self.say(self.precision())
            case Kind.SIGNED:
                return numbers.signed(Decimal(value))
            case _ if kind in testnumbers.PRINTED:
                return testnumbers.PRINTED[kind](float(value))
            case Kind.P_SAID:
                p = float(value)
                return testnumbers.p_said_ja(p) if self._is_ja else testnumbers.p_said_en(p)
            case Kind.SIDE | Kind.VERB:
                sign = "fall" if value < 0 else "rise" if value > 0 else "still"
                return self.word(f"{kind}.{sign}")
            case _:
                return self._whole_number(kind, int(value))

    def _precision_of(self, kind: Kind) -> Precision:
        if kind is Kind.EXACT:  # so many digits, none of them rounded, that a reader can round them
            decimals = max(self.house.precision.decimals + 1, _EXACT_DECIMALS)
            return Precision(decimals, Rounding.DOWN)
        return _FIXED.get(kind, self.house.precision)

    def _whole_number(self, kind: Kind, value: int) -> str:
        if kind is Kind.MANY:
            amounts = self.house.amounts
            return numbers.many_ja(value, amounts) if self._is_ja else numbers.many_en(value)
        if self._is_ja:
            return numbers.count(value)
        match kind:
            case Kind.NUMBER:
                return numbers.number_en(value)
            case Kind.RANK:
                return numbers.rank_en(value)
            case Kind.ORDINAL:
                return numbers.ordinal_en(value)
            case _:
                return numbers.count(value)

    @property
    def _is_ja(self) -> bool:
        return self.lang is Language.JA
