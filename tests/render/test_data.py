"""JSON and CSV, held against the contract's keys and the closes that the sample's file holds."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Csv, Json
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from tests.render import hostile

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.report.model import Report

TOP = ["schema", "report", "source", "moves", "groups", "gaps", "notes"]
REPORT = ["date", "event", "title", "lang", "tool_version"]
SOURCE = ["name", "vendor", "retrieved", "sessions", "sha256"]
MOVE = [
    *("ticker", "code", "exchange", "currency", "name", "group", "session", "previous_session"),
    *("close", "previous_close", "change", "price_return", "total_return", "overnight_return"),
    *("intraday_return", "open", "high", "low", "volume", "volume_ratio", "sigma", "status"),
    "reason",
    "source",
    "price_limit",
]
GROUP = [
    *("id", "title", "count", "risers", "fallers", "unchanged", "mean", "median", "worst", "best"),
    "missing",
]
GAP = ["ticker", "session", "reason", "detail"]
PRICES = ("close", "previous_close", "change", "open", "high", "low")
STATISTICS = (
    *("price_return", "total_return", "overnight_return", "intraday_return"),
    *("volume_ratio", "sigma"),
)
NUMBERS = (*PRICES, *STATISTICS, "volume")
STATUSES = {
    *("ok", "closed", "pending", "provisional", "missing", "no_trade"),
    *("suspect", "not_found", "failed"),
}


def written(report: Report, lang: Language = Language.EN) -> str:
    return Json(Style(Words(lang), Colors.US)).render(report)


def loaded(report: Report, lang: Language = Language.EN) -> dict[str, Any]:
    """Read the text back; prices and figures stay as they are spelled."""
    document = json.loads(
        written(report, lang), parse_float=Decimal, parse_int=Decimal, parse_constant=refused
    )
    assert isinstance(document, dict)
    return document


def refused(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@cache
def sample_rows() -> dict[tuple[str, str], dict[str, str]]:
    text = (files("deepseek_shock") / "sample" / "bars.csv").read_text(encoding="utf-8")
    return {(row["ticker"], row["session"]): row for row in csv.DictReader(io.StringIO(text))}


@pytest.fixture(scope="module")
def gappy() -> Report:
    """Monday 20 January: New York closed; one ticker that the sample does not hold."""
    request = Request(
        now=hostile.NOW,
        day=date(2025, 1, 20),
        tickers=("NVDA", "5803.T", "6857.T", "9999.T", "^N225"),
        least_coverage=0,
    )
    return make_report(request, hostile.registry(), Sample())


@pytest.fixture(scope="module")
def halfway() -> Report:
    """New York's session of 27 January while it ran."""
    now = datetime(2025, 1, 27, 18, 0, tzinfo=UTC)
    request = Request(now=now, day=date(2025, 1, 27), takes_provisional=True)
    return make_report(request, hostile.registry(), Sample())


@pytest.fixture(scope="module")
def before_the_bell() -> Report:
    """The morning of 27 January in New York, before its session had begun."""
    now = datetime(2025, 1, 27, 8, 0, tzinfo=UTC)
    request = Request(now=now, day=date(2025, 1, 27), takes_provisional=True)
    return make_report(request, hostile.registry(), Sample())


@pytest.fixture(scope="module")
def every(gappy: Report, halfway: Report, before_the_bell: Report) -> list[Report]:
    return [hostile.plain_report(), gappy, halfway, before_the_bell]


def test_the_keys_stand_in_the_contracts_order(every: list[Report]) -> None:
    for report in every:
        document = loaded(report)
        assert list(document)[: len(TOP)] == TOP
        assert document["schema"] == 1
        assert list(document["report"]) == REPORT
        assert all(list(source) == SOURCE for source in document["source"])
        assert document["moves"]
        assert all(list(move) == MOVE for move in document["moves"])
        assert document["groups"]
        assert all(list(group) == GROUP for group in document["groups"])
        assert all(list(gap) == GAP for gap in document["gaps"])
        assert isinstance(document["notes"], list)
        names = [move["name"] for move in document["moves"]]
        assert all(list(name) == ["en", "ja"] for name in names)


def test_it_says_which_report_it_is() -> None:
    report = loaded(hostile.plain_report())["report"]
    assert report["date"] == "2025-01-27"
    assert report["event"] == "deepseek"
    assert report["lang"] == "en"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", report["tool_version"])
    assert loaded(hostile.plain_report(), Language.JA)["report"]["lang"] == "ja"


def test_both_titles_stand_in_it_whatever_the_language() -> None:
    titles = [loaded(hostile.plain_report(), lang)["report"]["title"] for lang in Language]
    assert titles[0] == titles[1]
    assert list(titles[0]) == ["en", "ja"]
    assert titles[0]["en"].startswith("NVIDIA −16.97%")
    assert titles[0]["ja"].startswith("エヌビディア16.97%安")


def test_the_lead_to_the_last_digit() -> None:
    """118.42 ÷ 142.62 − 1 to twelve significant digits, and the closes as they were quoted."""
    moves = {move["ticker"]: move for move in loaded(hostile.plain_report())["moves"]}
    nvda = moves["NVDA"]
    assert nvda["close"] == Decimal("118.42")
    assert nvda["previous_close"] == Decimal("142.62")
    assert nvda["change"] == Decimal("-24.2")
    assert nvda["price_return"] == Decimal("-0.169681671575")
    assert nvda["session"] == "2025-01-27"
    assert nvda["previous_session"] == "2025-01-24"
    assert (nvda["exchange"], nvda["currency"], nvda["code"]) == ("XNAS", "USD", "NVDA")
    assert (nvda["status"], nvda["reason"]) == ("ok", None)
    fujikura = moves["5803.T"]
    assert (fujikura["exchange"], fujikura["currency"], fujikura["code"]) == ("XTKS", "JPY", "5803")


def test_prices_stand_at_the_tick_of_the_sample() -> None:
    moves = loaded(hostile.plain_report())["moves"]
    assert len(moves) == 62
    for move in moves:
        day, before = (
            sample_rows()[move["ticker"], move[key]] for key in ("session", "previous_session")
        )
        for key in ("open", "high", "low", "close", "volume"):
            assert move[key] == (Decimal(day[key]) if day[key] else None), move["ticker"]
        assert move["previous_close"] == Decimal(before["close"])
        assert move["change"] == Decimal(day["close"]) - Decimal(before["close"])


def test_statistics_have_twelve_digits_at_most(every: list[Report]) -> None:
    longest = 0
    for report in every:
        document = loaded(report)
        figures = [move[key] for move in document["moves"] for key in STATISTICS]
        figures += [group[key] for group in document["groups"] for key in ("mean", "median")]
        digits = [len(figure.normalize().as_tuple().digits) for figure in figures if figure]
        longest = max(longest, *digits)
    assert longest == 12


def test_what_is_not_known_is_null() -> None:
    moves = {move["ticker"]: move for move in loaded(hostile.plain_report())["moves"]}
    # The sample holds closes only of these two, and no dividends of anybody.
    for ticker in ("CRDO", "TLN"):
        for key in ("open", "high", "low", "volume", "overnight_return", "volume_ratio"):
            assert moves[ticker][key] is None
        assert moves[ticker]["price_return"] is not None
    assert all(move["total_return"] is None for move in moves.values())


def test_only_ok_and_provisional_carry_numbers(every: list[Report]) -> None:
    seen = set()
    for report in every:
        for move in loaded(report)["moves"]:
            seen.add(move["status"])
            carries = move["status"] in ("ok", "provisional")
            assert (move["price_return"] is not None) is carries
            assert (move["close"] is not None) is carries
            if not carries:
                assert [key for key in NUMBERS if move[key] is not None] == []
    assert seen == {"ok", "provisional", "closed", "pending", "not_found"}
    assert seen <= STATUSES


def test_a_gap_says_why(gappy: Report) -> None:
    document = loaded(gappy)
    status = {move["ticker"]: move["status"] for move in document["moves"]}
    assert status == {
        "NVDA": "closed",
        "5803.T": "ok",
        "6857.T": "ok",
        "9999.T": "not_found",
        "^N225": "ok",
    }
    assert [(gap["ticker"], gap["reason"]) for gap in document["gaps"]] == [("9999.T", "not_found")]
    reasons = {move["ticker"]: move["reason"] for move in document["moves"]}
    assert reasons["9999.T"] == "not_found"
    assert reasons["5803.T"] is None


def test_groups_count_what_moved() -> None:
    document = loaded(hostile.plain_report())
    groups = {group["id"]: group for group in document["groups"]}
    chips = groups["us-chips"]
    assert (chips["count"], chips["fallers"], chips["risers"], chips["unchanged"]) == (9, 9, 0, 0)
    assert (chips["worst"], chips["best"]) == ("MRVL", "QCOM")
    assert sum(group["fallers"] for group in groups.values()) == 48
    assert sum(group["risers"] for group in groups.values()) == 8
    returns = [m["price_return"] for m in document["moves"] if m["group"] == "us-chips"]
    assert chips["median"] == sorted(returns)[4]


def test_it_is_utf8_with_nothing_escaped_and_one_newline_at_the_end() -> None:
    text = written(hostile.plain_report())
    assert "エヌビディア" in text
    assert "\\u" not in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text
    assert "NaN" not in text
    assert "Infinity" not in text


def test_no_clock_stands_in_it() -> None:
    year = str(datetime.now(UTC).year)
    first = written(hostile.plain_report())
    assert first == written(hostile.plain_report())
    stamps = set(re.findall(rf"{year}-\d\d-\d\d", first))
    retrieved = loaded(hostile.plain_report())["source"][0]["retrieved"]
    assert stamps <= {retrieved}


# --- CSV ---


def table(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Csv().render(report))))


def test_csv_has_a_row_an_instrument(every: list[Report]) -> None:
    for report in every:
        lines = table(report)
        moves = loaded(report)["moves"]
        assert [line["ticker"] for line in lines] == [move["ticker"] for move in moves]
        assert all(None not in line for line in lines)  # a row longer than the head
        assert all(value is not None for line in lines for value in line.values())


def test_csv_holds_what_json_holds(every: list[Report]) -> None:
    for report in every:
        for line, move in zip(table(report), loaded(report)["moves"], strict=True):
            for key in MOVE:
                if key == "name":
                    assert (line["name_en"], line["name_ja"]) == (move[key]["en"], move[key]["ja"])
                elif isinstance(move[key], Decimal):
                    assert Decimal(line[key]) == move[key]
                else:
                    assert line[key] == (move[key] or "")


def test_csv_columns_are_the_keys_with_a_name_a_language() -> None:
    head = Csv().render(hostile.plain_report()).splitlines()[0].split(",")
    at = MOVE.index("name")
    assert head == [*MOVE[:at], "name_en", "name_ja", *MOVE[at + 1 :]]


def test_csv_ends_its_lines_with_newlines() -> None:
    text = Csv().render(hostile.plain_report())
    assert text.endswith("\n")
    assert "\r" not in text
    assert len(text.splitlines()) == 63


FORMULAS = {
    "NVDA": '=HYPERLINK("http://b.example","x")',
    "AVGO": "+1+1",
    "TSM": "-2+3",
    "MRVL": "@SUM(A1)",
    "MU": '=1,2"3',
    "AMD": 'plain, with a comma and a "quote"',
}


def test_a_name_is_never_a_formula(tmp_path: Path) -> None:
    lines = table(hostile.report(hostile.write_watchlist(tmp_path, FORMULAS)))
    names = {line["ticker"]: line["name_en"] for line in lines if line["ticker"] in FORMULAS}
    assert {ticker: name.lstrip("'") for ticker, name in names.items()} == FORMULAS
    assert names["AMD"] == FORMULAS["AMD"]
    assert not [name for name in names.values() if name[0] in "=+-@\t\r"]


def test_no_word_of_a_watchlist_is_a_formula(tmp_path: Path) -> None:
    file = tmp_path / "list.toml"
    file.write_text(
        'id = "x"\ntitle = "x"\n[[groups]]\nid = "=1+1"\ntitle = "=2"\ntickers = ["NVDA"]\n',
        encoding="utf-8",
    )
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    for line in table(hostile.report(file)):
        words = [value for value in line.values() if not numbers.fullmatch(value)]
        assert not [word for word in words if word[:1] in ("=", "+", "-", "@")]


def test_hostile_names_come_through_json_untouched(tmp_path: Path) -> None:
    report = hostile.report(hostile.write_watchlist(tmp_path))
    names = {move["ticker"]: move["name"] for move in loaded(report)["moves"]}
    for ticker, name in hostile.NAMES.items():
        assert names[ticker] == {"en": name, "ja": name}


# --- breadth, and the sessions after ---


def test_all_counts_add_up(every: list[Report]) -> None:
    for report in every:
        document = loaded(report)
        counted = (*document["breadth"]["exchanges"], *document["groups"])
        for one in counted:
            parts = ("risers", "fallers", "unchanged", "missing")
            assert one["count"] == sum(one[part] for part in parts)


def test_breadth_is_by_exchange_and_has_no_market_of_a_chosen_list() -> None:
    breadth = loaded(hostile.plain_report())["breadth"]
    counts = {
        one["exchange"]: (one["count"], one["fallers"], one["risers"])
        for one in breadth["exchanges"]
    }
    assert counts == {"XNYS": (37, 33, 4), "XTKS": (19, 15, 4)}
    assert breadth["market"] is None


def test_nvidia_after_the_shock() -> None:
    # Closes of 24 and 27 January and 3 February 2025: 142.62, 118.42 and 116.66 dollars.
    found = loaded(hostile.plain_report())["after"]
    (nvidia,) = (one for one in found if one["ticker"] == "NVDA")
    assert (nvidia["direction"], nvidia["base"]) == ("fall", Decimal("142.62"))
    assert (nvidia["sessions_to_recover"], nvidia["recovered"]) == (None, None)
    assert (nvidia["last"], nvidia["held"], nvidia["missing"]) == ("2025-02-03", 5, 0)
    assert round(nvidia["last_return"], 6) == round(Decimal("116.66") / Decimal("142.62") - 1, 6)
    assert nvidia["offsets"] == list(range(-5, 6))
    assert round(nvidia["returns"][5], 4) == Decimal("-0.1697")


def test_nothing_came_after_a_session_that_is_still_open(halfway: Report) -> None:
    held = {one["ticker"]: one["held"] for one in loaded(halfway)["after"]}
    assert held["NVDA"] == 0
