"""The codec: what comes back is what went in, and what is no such value is refused by its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.codec import MismatchError, decode, encode


class Way(StrEnum):
    UP = "up"
    DOWN = "down"


class Price(NamedTuple):
    amount: Decimal | None
    way: Way
    number: int = 1


@dataclass(frozen=True)
class Stock:
    name: str
    history: tuple[tuple[date, float], ...]

    def __post_init__(self) -> None:
        if self.name == "!":
            raise ValueError("no name")


class All(NamedTuple):
    one: Price | Stock | None
    pairs: Mapping[tuple[date, str], Price]
    by_name: dict[str, tuple[Price, ...]]
    chosen: frozenset[tuple[str, date]]
    moment: datetime
    is_so: bool


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
PRICES = st.builds(Price, st.none() | DECIMALS, st.sampled_from(Way), st.integers())
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(st.characters(codec="utf-8"))
STOCKS = st.builds(
    Stock,
    NAMES.filter(lambda name: name != "!"),
    st.lists(st.tuples(st.dates(), FLOATS)).map(tuple),
)
VALUES = st.builds(
    All,
    st.none() | PRICES | STOCKS,
    st.dictionaries(st.tuples(st.dates(), NAMES), PRICES).map(MappingProxyType),
    st.dictionaries(NAMES, st.lists(PRICES).map(tuple)),
    st.frozensets(st.tuples(NAMES, st.dates())),
    st.datetimes(timezones=st.just(UTC)),
    st.booleans(),
)


@given(VALUES)
def test_what_comes_back_is_what_went_in(value: All) -> None:
    text = json.dumps(encode(All, value))
    back = decode(All, json.loads(text))
    assert back == value
    # Equality takes 1.0 for 1.00; a price keeps its digits.
    assert json.dumps(encode(All, back)) == text


@given(st.lists(st.tuples(NAMES, st.dates()), unique=True))
def test_a_set_has_one_order(items: list[tuple[str, date]]) -> None:
    hint = frozenset[tuple[str, date]]
    assert encode(hint, frozenset(items)) == encode(hint, frozenset(items[::-1]))


GOOD: dict[str, Any] = {"amount": "1.50", "way": "up", "number": 3}


def test_it_is_what_a_reader_would_write() -> None:
    assert encode(Price, Price(Decimal("1.50"), Way.UP, 3)) == GOOD
    assert encode(Price | Stock, Price(None, Way.UP)) == {  # type: ignore[arg-type]
        "Price": {"amount": None, "way": "up", "number": 1}
    }


def test_a_field_that_is_missing_takes_its_default() -> None:
    assert decode(Price, {"amount": "1", "way": "up"}) == Price(Decimal(1), Way.UP, 1)


@pytest.mark.parametrize(
    ("hint", "data", "said"),
    [
        (Price, {**GOOD, "amount": "much"}, "amount: 'much' is not one of its values"),
        (Price, {**GOOD, "amount": 1.5}, "amount: 1.5 is no str"),
        (Price, {**GOOD, "way": "left"}, "way: 'left' is not one of its values"),
        (Price, {**GOOD, "number": "3"}, "number: '3' is no int"),
        (Price, {**GOOD, "number": True}, "number: True is no int"),
        (Price, {**GOOD, "size": 1}, "no field is called size"),
        (Price, {"amount": None}, "the field way is missing"),
        (Price, None, "None is no dict"),
        (tuple[Price, ...], [GOOD, {}], "1: the field amount, way is missing"),
        (tuple[Price, ...], {}, "{} is no list"),
        (tuple[int, str], [1], "1 values in place of 2"),
        (dict[str, int], {"a": None}, "a: None is no int"),
        (Mapping[date, int], [["2025-01-32", 1]], "0.0: '2025-01-32' is not one of its values"),
        (Price | Stock, {"Pryce": GOOD}, "Pryce in place of one of Price, Stock"),
        (Price | Stock, {"Price": {}}, "Price: the field amount, way is missing"),
        (Price | Stock, {}, " in place of one of Price, Stock"),
        (Stock, {"name": "!", "history": []}, "no name"),
        (float, "1", "'1' is no float or int"),
        (Decimal, "NaN", "'NaN' is not one of its values"),
        (Decimal, "-Infinity", "'-Infinity' is not one of its values"),
        (datetime, "yesterday", "'yesterday' is not one of its values"),
        (datetime, "2025-01-27T21:00:00", "'2025-01-27T21:00:00' is not one of its values"),
        # In UTC it is a time of the year 0.
        (
            datetime,
            "0001-01-01T00:00:00+14:00",
            "'0001-01-01T00:00:00+14:00' is not one of its values",
        ),
    ],
)
def test_what_is_no_such_value_is_refused_by_its_place(hint: Any, data: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(MismatchError) as caught:
        decode(hint, data)
    assert str(caught.value) == said


def test_a_class_without_fields_has_no_codec() -> None:
    with pytest.raises(TypeError, match="no codec"):
        encode(object, object())


def test_a_sentence_and_its_forms_are_told_apart() -> None:
    """As in the words of a house style: any mapping is one."""
    hint = dict[str, str | Mapping[str, str]]
    for forms in ({"one": "a"}, MappingProxyType({"one": "a"})):
        data = encode(hint, {"x": forms, "y": "b"})
        assert data == {"x": {"Mapping": {"one": "a"}}, "y": {"str": "b"}}
        assert decode(hint, json.loads(json.dumps(data))) == {"x": {"one": "a"}, "y": "b"}
