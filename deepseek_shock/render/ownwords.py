"""The words of a house style: entries of the catalogues that it replaces.

A sentence may use the values that the built-in entry uses in either language: the report passes all
of them. It may print a value by any kind that prints such values.
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import NamedTuple, NoReturn, TypeAlias

from deepseek_shock.errors import near_matches
from deepseek_shock.render.catalogue import Entry, catalogue
from deepseek_shock.render.words import Language
from deepseek_shock.report.model import Kind
from deepseek_shock.tomlfile import Table

_Kinds: TypeAlias = frozenset[Kind]

_FORMS = ("zero", "one", "other")
_HEADLINES = "title."
_FORMATTER = Formatter()
# Kinds that print the same values; a kind that is not here stands alone.
_FAMILIES: tuple[_Kinds, ...] = (
    frozenset((Kind.LABEL, Kind.NAME, Kind.SHORT, Kind.TICKER, Kind.LOCAL_CODE)),
    frozenset(
        (
            *(Kind.RETURN, Kind.SIZE, Kind.EXACT, Kind.TRUNCATED, Kind.WHOLE),
            *(Kind.SIDE, Kind.VERB, Kind.PRECISION),
        )
    ),
    frozenset((Kind.PRICE, Kind.CHANGE, Kind.MONEY, Kind.PROSE_MONEY, Kind.PROSE_CHANGE)),
    frozenset((Kind.POINTS, Kind.ABOUT)),
    frozenset((Kind.COUNT, Kind.NUMBER, Kind.RANK, Kind.ORDINAL)),
    frozenset((Kind.SIGMA, Kind.MULTIPLE)),
    frozenset((Kind.DAY, Kind.LONG_DAY, Kind.WEEKDAY, Kind.SHORT_DAY)),
    frozenset((Kind.CLOCK, Kind.UTC)),
    frozenset((Kind.BASE_WORD, Kind.BASE_CLOSE, Kind.AGO)),
    frozenset((Kind.LIST, Kind.COMMA, Kind.CLAUSES, Kind.SLASHED)),
    frozenset((Kind.MONTH, Kind.STAMP)),
    frozenset((Kind.TEXT, Kind.CODE)),
)


class _Place(NamedTuple):
    """Where an entry stands in the file, and what it is called in the catalogues."""

    table: Table
    name: str
    key: str

    def complain(self, what: str, hint: str) -> NoReturn:
        self.table.complain(f"{self.key}: {what}", key=self.name, hint=hint)


def take_words(table: Table) -> dict[str, dict[str, Entry]]:
    """Take the replaced entries of each language. Raises `FileError` with the line."""
    for lang in table.keys:
        if lang not in list(Language):
            hint = f"languages: {', '.join(Language)}"
            table.complain(f"`{lang}` is not a language of reports", key=lang, hint=hint)
    return {lang: dict(_entries(table.table(lang), "")) for lang in table.keys}


def _entries(table: Table, prefix: str) -> Iterator[tuple[str, Entry]]:
    """Yield the entries; a dotted key may be one in quotes, or lead through tables."""
    known = catalogue(Language.EN)
    for name in table.keys:
        place = _Place(table, name, prefix + name)
        if place.key in known:
            yield place.key, _entry(place)
        elif isinstance(table.peek(name), dict):
            yield from _entries(table.table(name), f"{place.key}.")
        else:
            near = near_matches(place.key, known)
            hint = (
                f"did you mean {near[0]}?"
                if near
                else "the entries stand in deepseek_shock/locale/en.toml"
            )
            place.complain("no entry is called so", hint)


def _entry(place: _Place) -> Entry:
    allowed = allowed_kinds(place.key)
    table, name, key = place
    if not isinstance(table.peek(name), dict):
        return _sentence(place, allowed)
    if "n" not in allowed:
        place.complain("has no forms, since no number chooses one", "write one sentence")
    forms = table.table(name)
    for form in forms.keys:
        if form not in _FORMS:
            _Place(forms, form, key).complain(
                f"`{form}` is not a form", f"forms: {', '.join(_FORMS)}"
            )
    if "other" not in forms:
        place.complain("lacks the form `other`", "it is said of every number without a form")
    return {form: _sentence(_Place(forms, form, key), allowed) for form in forms.keys}


def allowed_kinds(key: str) -> Mapping[str, _Kinds]:
    """Return the values that an entry may use, and the kinds that may print each."""
    allowed: dict[str, _Kinds] = {}
    for entry in (catalogue(lang)[key] for lang in Language):
        if not isinstance(entry, str):
            allowed["n"] = allowed.get("n", frozenset()) | _family(Kind.COUNT)
        for sentence in [entry] if isinstance(entry, str) else entry.values():
            for value, kind in _fields(sentence):
                allowed[value] = allowed.get(value, frozenset()) | _family(Kind(kind))
    return allowed


def _family(kind: Kind) -> _Kinds:
    return next((family for family in _FAMILIES if kind in family), frozenset((kind,)))


def _fields(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield each field's value and kind. Raises `ValueError` for braces that do not match."""
    for _, value, kind, conversion in _FORMATTER.parse(sentence):
        if value is not None:
            yield value, f"!{conversion}" if conversion else kind or Kind.TEXT


def _sentence(place: _Place, allowed: Mapping[str, _Kinds]) -> str:
    sentence = place.table.text(place.name)
    if "\n" in sentence:
        hint = "a backslash at the end of a line joins it with the next"
        place.complain("must stand on one line", hint)
    try:
        fields = list(_fields(sentence))
    except ValueError as error:
        place.complain(str(error), "a value is written {name:kind}, and a brace {{ or }}")
    if not sentence.strip() and place.key.startswith(_HEADLINES):
        place.complain("a report needs its headline", "write one, with {lead:name} and {move:size}")
    for value, kind in fields:
        _check_field(place, value, kind, allowed)
    return sentence


def _check_field(place: _Place, value: str, kind: str, allowed: Mapping[str, _Kinds]) -> None:
    if value not in allowed:
        known = ", ".join(sorted(allowed))
        hint = f"values of this entry: {known}" if known else "this entry has no values"
        place.complain(f"there is no value `{value}`", hint)
    if kind not in allowed[value]:
        hint = f"it may be: {', '.join(sorted(allowed[value]))}"
        place.complain(f"`{value}` cannot be printed as `{kind}`", hint)
