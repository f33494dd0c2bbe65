"""Tickers. The grammar is the contract's: `[A-Z0-9^][A-Z0-9.^=-]*`."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.errors import UsageError
from deepseek_shock.market.instrument import Text, check_ticker, make_instrument

GRAMMAR = re.compile(r"[A-Z0-9^][A-Z0-9.^=-]*")


@pytest.mark.parametrize(
    "ticker",
    ["NVDA", "BRK-B", "^GSPC", "5803.T", "130A.T", "A", "7", "JPY=X", "^N225", "ES=F", "A^B"],
)
def test_a_well_formed_ticker_is_handed_back(ticker: str) -> None:
    assert check_ticker(ticker) == ticker


@pytest.mark.parametrize(
    "ticker",
    [
        "",
        "nvda",
        "NVDa",
        "NV DA",
        " NVDA",
        "NVDA ",
        "NVDA\n",
        ".T",
        "-B",
        "=X",
        "NVDA,AVGO",
        "../NVDA",
        "A/B",
        "$NVDA",
        "NVDA$",
        "エヌビディア",
        "ＮＶＤＡ",  # full width
        "5803．T",
        "٥٨٠٣",  # digits, but not ASCII's
    ],
)
def test_a_malformed_ticker_is_refused_with_an_example(ticker: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_ticker(ticker)
    assert repr(ticker) in caught.value.message
    assert "5803.T" in caught.value.hint
    assert caught.value.exit_code == 2


@given(st.text(max_size=8) | st.text("AZ09^.=-az \n", max_size=8))
def test_the_grammar_is_the_contracts(ticker: str) -> None:
    is_good = GRAMMAR.fullmatch(ticker) is not None
    try:
        check_ticker(ticker)
    except UsageError:
        assert not is_good
    else:
        assert is_good


@pytest.mark.parametrize(
    ("ticker", "code"),
    [("NVDA", "NVDA"), ("BRK-B", "BRK-B"), ("5803.T", "5803"), ("130A.T", "130A")],
)
def test_the_code_is_the_local_part(ticker: str, code: str) -> None:
    assert make_instrument(ticker).code == code


@pytest.mark.parametrize(("ticker", "expected"), [("^GSPC", True), ("NVDA", False), ("A^B", False)])
def test_an_index_begins_with_a_caret(ticker: str, expected: bool) -> None:  # noqa: FBT001 -- a table's column
    assert make_instrument(ticker).is_index is expected


def test_what_is_not_known_by_name_goes_by_its_code() -> None:
    made = make_instrument("5803.T")
    assert made.name == made.short_name == Text("5803", "5803")
    named = make_instrument("5803.T", name=Text("Fujikura", "フジクラ"))
    assert named.name.within("en") == "Fujikura"
    assert named.short_name.within("ja") == "フジクラ"


def test_an_instrument_of_a_malformed_ticker_is_refused() -> None:
    with pytest.raises(UsageError, match="not a ticker"):
        make_instrument("nvda")
