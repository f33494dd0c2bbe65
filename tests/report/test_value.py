"""Market values and price limits as a reader finds them, in both languages."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock import codec
from deepseek_shock.market.bars import Bar, Bars
from deepseek_shock.market.rate import Rate
from deepseek_shock.pipeline import Request, make, remake
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Paragraph, Phrase, Report, Table
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, Shelf, pair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Shock

KNOWN = Registry(sample_directory())
EN, JA = Words(Language.EN), Words(Language.JA)
EVENT = """id = "mine"
name = "Mine"
date = 2025-01-27
watchlist = "mine.toml"
leads = ["NVDA"]
"""
WATCHLIST = """id = "mine"
title = "Mine"
[[groups]]
id = "all"
title = "All"
tickers = ["NVDA", "AVGO", "5803.T"]
"""


def fact(ticker: str, shares: int, as_of: str = "2024-11-15") -> str:
    return (
        f'\n[[outstanding]]\nticker = "{ticker}"\nshares = {shares}\nas_of = {as_of}\n'
        'source.en = "a filing"\nsource.ja = "届け出"\n'
    )


def report_of(
    folder: Path, *facts: str, rates: tuple[Rate, ...] = (), nvda: str = "118.42"
) -> Report:
    (folder / "mine.toml").write_text(WATCHLIST, encoding="utf-8")
    (folder / "event.toml").write_text(EVENT + "".join(facts), encoding="utf-8")
    directory = sample_directory()
    shelf = Shelf(
        (
            pair(directory["NVDA"], "142.62", nvda),
            pair(directory["AVGO"], "200", "210"),
            pair(directory["5803.T"], "7300", "6500"),
        )
    )
    request = Request(LONG_AFTER, event=str(folder / "event.toml"), rates=rates)
    return make(request, KNOWN, shelf).report


def said(report: Report, words: Words, name: str = "value") -> list[str]:
    section = report.section(name)
    assert section is not None
    return [
        words.say(sentence)
        for block in section.blocks
        if isinstance(block, Paragraph)
        for sentence in block.sentences
    ]


NVDA = fact("NVDA", 24_490_000_000)


def test_one_value_is_a_sentence(tmp_path: Path) -> None:
    # 24.49 billion × 24.20 dollars = 592.658 billion, × 154.49 = 91.56 trillion yen.
    report = report_of(tmp_path, NVDA)
    [en], [ja] = said(report, EN), said(report, JA)
    assert en == (
        "NVIDIA lost about $593 billion (¥91.6 trillion at ¥154.49 to the dollar) in market value, "
        "from $3.49 trillion to $2.90 trillion, on 24.49 billion shares outstanding on 15 November "
        "2024."
    )
    assert ja == (
        "エヌビディアの時価総額は約5930億ドル(1ドル=154円49銭換算で約91兆6000億円)減り、"
        "3兆4900億ドルから2兆9000億ドルになった。"
        "発行済み株式数は2024年11月15日時点の244億9000万株。"
    )


def test_a_rise_and_a_close_unchanged(tmp_path: Path) -> None:
    risen = report_of(tmp_path, NVDA, nvda="152.62")
    assert said(risen, EN)[0].startswith("NVIDIA gained about $245 billion (¥37.8 trillion at")
    assert "約2450億ドル(1ドル=154円49銭換算で約37兆8000億円)増え、" in said(risen, JA)[0]
    still = report_of(tmp_path, NVDA, nvda="142.62")
    assert said(still, EN)[0].startswith(
        "NVIDIA’s market value was unchanged at $3.49 trillion, on"
    )
    assert said(still, JA)[0].startswith("エヌビディアの時価総額は3兆4900億ドルで変わらなかった。")


def test_the_leads_value_stands_beside_its_move(tmp_path: Path) -> None:
    def clause(report: Report, words: Words) -> str:
        section = report.section("keyfigures")
        assert section is not None
        [table] = [block for block in section.blocks if isinstance(block, Table)]
        detail = table.rows[0].cells[2]
        assert isinstance(detail, Phrase)
        return words.say(detail)

    fell = report_of(tmp_path, NVDA)
    assert "about $593 billion (¥91.6 trillion) of market value lost" in clause(fell, EN)
    assert "時価総額は約5930億ドル(約91兆6000億円)減" in clause(fell, JA)
    rose = report_of(tmp_path, NVDA, nvda="152.62")
    assert "about $245 billion (¥37.8 trillion) of market value gained" in clause(rose, EN)
    assert "value" not in clause(report_of(tmp_path, NVDA, nvda="142.62"), EN)
    assert "value" not in clause(report_of(tmp_path, fact("AVGO", 5)), EN)


def test_several_values_are_a_table(tmp_path: Path) -> None:
    report = report_of(tmp_path, NVDA, fact("5803.T", 295_863_421), fact("AVGO", 4_670_000_000))
    section = report.section("value")
    assert section is not None
    [table] = [block for block in section.blocks if isinstance(block, Table)]
    cells = [
        [EN.cell(column.kind, cell) for column, cell in zip(table.columns, row.cells, strict=True)]
        for row in table.rows
    ]
    # Yen: 295,863,421 × 800 = 236.7 billion, ÷ 154.49 = 1.532 billion dollars.
    assert [row[:3] for row in cells] == [
        ["Fujikura (5803)", "−¥237 billion", "−$1.53 billion"],
        ["NVIDIA (NVDA)", "−$593 billion", "−¥91.6 trillion"],
        ["Broadcom (AVGO)", "+$46.7 billion", "+¥7.21 trillion"],
    ]
    assert said(report, EN) == [
        "The other currency is at ¥154.49 to the dollar, the close of 27 January 2025."
    ]
    assert said(report, JA) == ["換算は1ドル=154円49銭(2025年1月27日の終値)。"]


def test_the_users_rate_comes_before_the_one_shipped(tmp_path: Path) -> None:
    rates = (Rate("USDJPY", MONDAY, Decimal(100), "fx.csv"),)
    report = report_of(tmp_path, NVDA, rates=rates)
    assert "(¥59.3 trillion at ¥100 to the dollar)" in said(report, EN)[0]
    assert "from fx.csv" in " ".join(said_method(report, EN))


def said_method(report: Report, words: Words) -> list[str]:
    section = report.section("method")
    assert section is not None
    return [words.say(entry) for entry in section.blocks[0].entries]  # type: ignore[union-attr]


def test_the_method_names_count_and_source(tmp_path: Path) -> None:
    text = " ".join(said_method(report_of(tmp_path, NVDA), EN))
    assert "NVIDIA 24.49 billion (15 November 2024; a filing)" in text
    assert "by the splits that the data hold" in text  # of others nothing can be known
    assert "one feed’s closes shipped with shock" in text
    ja = "".join(said_method(report_of(tmp_path, NVDA), JA))
    assert "エヌビディアは244億9000万株(2024年11月15日時点、届け出)" in ja
    assert "データにある当日までの株式分割を反映した" in ja


def test_an_old_count_is_said(tmp_path: Path) -> None:
    old = fact("NVDA", 24_490_000_000, "2023-11-15")
    one = said(report_of(tmp_path, old), EN)
    assert one[1] == "The shares of NVIDIA were counted more than a year before the session."
    assert "エヌビディア(NVDA)の株式数は、取引日の1年以上前のもの。" in said(
        report_of(tmp_path, old), JA
    )
    two = said(report_of(tmp_path, old, fact("AVGO", 5, "2023-11-15")), EN)
    assert "NVIDIA and Broadcom" in two[1] or "Broadcom and NVIDIA" in two[1]


def test_without_a_rate_the_second_currency_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepseek_shock.providers.rates.sample_rates", tuple)
    report = report_of(tmp_path, NVDA)
    first, second = said(report, EN)
    assert first.startswith("NVIDIA lost about $593 billion in market value, from")
    assert second == "No second currency: a USDJPY rate for 27 January 2025 is not held."
    assert said(report, JA)[1] == (
        "2025年1月27日の為替相場(USDJPY)がないため、別の通貨への換算は載せない。"
    )


def test_without_a_count_there_is_no_section(tmp_path: Path) -> None:
    report = report_of(tmp_path)
    assert report.section("value") is None
    assert "market value" not in " ".join(said_method(report, EN)).lower()


def test_a_count_from_after_the_session_is_said(tmp_path: Path) -> None:
    late = fact("NVDA", 24_400_000_000, "2025-01-28")
    later = fact("NVDA", 24_300_000_000, "2025-02-21")
    report = report_of(tmp_path, later, late)
    assert report.section("value") is None
    assert (
        "No market value where the shares were counted only after the session: "
        "NVIDIA 24.4 billion (28 January 2025; a filing)."
    ) in said_method(report, EN)
    assert (
        "株式数が取引日より後の時点のものしかない銘柄は、時価総額を載せていない。"
        "エヌビディアは244億株(2025年1月28日時点、届け出)"
    ) in said_method(report, JA)
    # Nor is it passed over beside a share that has a value; with an earlier count it is not wanted.
    beside = said_method(report_of(tmp_path, late, fact("AVGO", 4_670_000_000)), EN)
    assert any("only after the session: NVIDIA 24.4 billion" in one for one in beside)
    both = said_method(report_of(tmp_path, NVDA, late), EN)
    assert not any("after the session" in one for one in both)


def test_what_is_kept_makes_the_same_values() -> None:
    made = make(Request(LONG_AFTER, MONDAY), KNOWN, Sample())
    kept = json.loads(json.dumps(codec.encode(type(made.basis), made.basis)))
    again = remake(codec.decode(type(made.basis), kept))
    assert again.findings.market_values == made.report.findings.market_values
    assert len(again.findings.market_values) == 1


def test_the_json_holds_value_and_limit(here: Shock) -> None:
    data = json.loads(here("report", "--date", "2025-01-27", "--format", "json").stdout)
    [value] = data["market_values"]
    assert value["ticker"] == "NVDA"
    assert value["change"] == -592_658_000_000
    assert value["shares"] == 24_490_000_000
    assert value["converted"]["currency"] == "JPY"
    assert value["converted"]["rate"] == 154.49
    assert value["converted"]["change"] == pytest.approx(-91_559_734_420_000)
    assert {move["price_limit"] for move in data["moves"]} == {None}


def joined(text: str) -> str:
    return " ".join(text.replace("…", "").split())


def test_the_option_gives_a_rate(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("pair,day,close\nUSDJPY,2025-01-27,100\n")
    done = here("report", "--date", "2025-01-27", "--fx", "rates.csv")
    assert "about $593 billion (¥59.3 trillion) of market value lost" in joined(done.stdout)
    # A screen has that in the key figures; the longer formats say at which rate.
    assert "Market value\n" not in done.stdout
    done = here("report", "--date", "2025-01-27", "--fx", "rates.csv", "--format", "markdown")
    assert "¥59.3 trillion at ¥100 to the dollar" in joined(done.stdout)
    wrong = here("report", "--date", "2025-01-27", "--fx", "none.csv")
    assert wrong.returncode == 1
    assert [line.split(":")[0] for line in wrong.stderr.splitlines()] == ["error", "hint"]


def test_rates_named_in_the_settings_are_relative_to_them(here: Shock, tmp_path: Path) -> None:
    config = tmp_path / "home" / ".config" / "shock"
    config.mkdir(parents=True)
    (config / "shock.toml").write_text('[report]\nfx = "rates.csv"\n', encoding="utf-8")
    (config / "rates.csv").write_text("pair,day,close\nUSDJPY,2025-01-27,100\n", encoding="utf-8")
    done = here("report", "--date", "2025-01-27")
    assert done.stderr == ""
    assert "about $593 billion (¥59.3 trillion) of market value lost" in joined(done.stdout)


# --- limits ---


def limits_of(closes: Mapping[str, tuple[str, str]], words: Words) -> list[str]:
    """Report on Tokyo shares from 1,000 yen; a close, and the low or high that goes with it."""
    rows = {
        ticker: [
            Bar(FRIDAY, None, None, None, Decimal(1000), 100),
            Bar(
                MONDAY,
                None,
                max(Decimal(close), Decimal(extreme)),
                min(Decimal(close), Decimal(extreme)),
                Decimal(close),
                100,
            ),
        ]
        for ticker, (close, extreme) in closes.items()
    }
    known = sample_directory()
    shelf = Shelf(Bars(known[ticker], tuple(row)) for ticker, row in rows.items())
    report = make(Request(LONG_AFTER, MONDAY, tickers=tuple(closes)), KNOWN, shelf).report
    return [one for one in said(report, words, "table") if "limit" in one or "ストップ" in one]


def test_the_largest_move_is_named_first() -> None:
    closes = {"5803.T": ("900", "700"), "6857.T": ("800", "700")}
    assert limits_of(closes, EN) == [
        "The two that touched their limit down during the day: Advantest and Fujikura."
    ]


DOWN, UP = ("700", "700"), ("1300", "1300")


CUT = "The daily limit cut these moves off, and the figures understate the"
CUT_ONE = "the daily limit cut the move off, and the figure understates the"
TWO = "Fujikura −30.00% and Advantest −30.00%"
TOUCHED = "that touched their limit down during the day"
CUT_JA = "値幅制限で打ち切られた値のため、"


@pytest.mark.parametrize(
    ("closes", "en", "ja"),
    [
        ({"5803.T": ("701", "701")}, [], []),
        (
            {"5803.T": DOWN},
            [f"Fujikura −30.00% closed limit down: {CUT_ONE} fall."],
            [
                (
                    f"ストップ安で取引を終えた銘柄(1): フジクラ(5803)30.00%安。{CUT_JA}"
                    "下落率は実勢より小さい。"
                ),
            ],
        ),
        (
            {"5803.T": DOWN, "6857.T": DOWN},
            [f"The two that closed limit down: {TWO}. {CUT} falls."],
            [
                (
                    "ストップ安で取引を終えた銘柄(2): フジクラ(5803)30.00%安、"
                    f"アドバンテスト(6857)30.00%安。{CUT_JA}下落率は実勢より小さい。"
                ),
            ],
        ),
        (
            {"5803.T": UP, "6857.T": ("900", "700"), "8035.T": ("1200", "1300")},
            [
                f"Fujikura +30.00% closed limit up: {CUT_ONE} rise.",
                "Advantest touched its limit down during the day.",
                "Tokyo Electron touched its limit up during the day.",
            ],
            [
                (
                    f"ストップ高で取引を終えた銘柄(1): フジクラ(5803)30.00%高。{CUT_JA}"
                    "上昇率は実勢より小さい。"
                ),
                "アドバンテスト(6857)は一時ストップ安を付けた。",
                "東京エレクトロン(8035)は一時ストップ高を付けた。",
            ],
        ),
        (
            {"5803.T": ("900", "700"), "6857.T": ("900", "700"), "8035.T": ("950", "700")},
            [f"The three {TOUCHED}: Fujikura, Advantest and Tokyo Electron."],
            [
                "フジクラ(5803)、アドバンテスト(6857)、東京エレクトロン(8035)は一時ストップ安を付けた。"
            ],
        ),
    ],
)
def test_who_reached_the_limit(
    closes: Mapping[str, tuple[str, str]], en: list[str], ja: list[str]
) -> None:
    assert limits_of(closes, EN) == en
    assert limits_of(closes, JA) == ja
