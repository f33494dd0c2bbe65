"""Instruments that a watchlist file places on an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.watchlists import read_watchlist

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

LIST = """\
id = "mine"
title = "Mine"
indexes = ["^FTSE", "^GSPC"]

[[groups]]
id = "shares"
title = "Shares"
tickers = ["VOD.L", "NVDA", "0700.HK"]

[exchanges]
XLON = ["^FTSE", "VOD.L"]
XHKG = ["0700.HK"]
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_places_its_own_instruments(tmp_path: Path) -> None:
    watchlist = read_watchlist(write(tmp_path, LIST), sample_directory())
    placed = {one.ticker: one.exchange for one in watchlist.instruments}
    assert {ticker: one.mic for ticker, one in placed.items()} == {
        "VOD.L": "XLON",
        "NVDA": "XNAS",
        "0700.HK": "XHKG",
        "^FTSE": "XLON",
        "^GSPC": "XNYS",
    }
    assert (placed["VOD.L"].currency, placed["0700.HK"].zone) == ("GBP", "Asia/Hong_Kong")
    codes = {one.ticker: one.code for one in watchlist.shares}
    assert (codes["VOD.L"], codes["0700.HK"]) == ("VOD", "0700")


def test_a_placed_ticker_keeps_its_name(tmp_path: Path) -> None:
    named = LIST + '\n[names]\n"VOD.L" = { en = "Vodafone", ja = "ボーダフォン" }\n'
    watchlist = read_watchlist(write(tmp_path, named), sample_directory())
    vodafone = next(one for one in watchlist.shares if one.ticker == "VOD.L")
    assert (vodafone.name.ja, vodafone.exchange.mic) == ("ボーダフォン", "XLON")


def test_what_is_known_by_name_may_be_placed_elsewhere(tmp_path: Path) -> None:
    text = LIST.replace('["0700.HK"]', '["0700.HK", "NVDA"]')
    watchlist = read_watchlist(write(tmp_path, text), sample_directory())
    nvidia = next(one for one in watchlist.shares if one.ticker == "NVDA")
    assert (nvidia.exchange.mic, nvidia.name.en) == ("XHKG", "NVIDIA")


FAULTS = {
    "an unknown MIC": (LIST.replace("XLON", "XLOM"), 11, "XLOM", "XLON (London)"),
    "a city": (LIST.replace("XLON", "London"), 11, "London", "XLON (London)"),
    "nothing near": (LIST.replace("XLON", "Q"), 11, "Q", "XLON"),
    "a suffix that is not placed": (LIST.replace(', "VOD.L"]\n', "]\n"), 8, "VOD.L", "[exchanges]"),
    "a ticker that is not watched": (
        LIST.replace('["0700.HK"]\n', '["0700.HK", "0005.HK"]\n'),
        12,
        "0005.HK",
        "tickers",
    ),
    "placed on two exchanges": (
        LIST.replace('XHKG = ["0700.HK"]', 'XHKG = ["0700.HK", "VOD.L"]'),
        12,
        "XLON and on XHKG",
        "once",
    ),
    "placed twice on one": (LIST.replace('["^FTSE", "V', '["VOD.L", "V'), 11, "twice", "once"),
    "no array": (LIST.replace('["0700.HK"]\n', '"0700.HK"\n'), 12, "XHKG", "array"),
    "a malformed ticker": (LIST.replace("0700.HK", "0700.hk"), 8, "0700.hk", "NVDA"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_its_line(tmp_path: Path, fault: str) -> None:
    text, line, word, hint = FAULTS[fault]
    with pytest.raises(FileError) as caught:
        read_watchlist(write(tmp_path, text), sample_directory())
    assert caught.value.line == line
    assert word in caught.value.message
    assert hint in caught.value.hint or hint in caught.value.message


@pytest.mark.parametrize(("lang", "close"), [("en", "£96.00"), ("ja", "96.00ポンド")])
def test_where_all_is_in_one_currency_of_elsewhere_each_price_says_it(
    tmp_path: Path, here: Shock, lang: str, close: str
) -> None:
    (tmp_path / "london.toml").write_text(
        'id = "london"\ntitle = "London"\n[[groups]]\nid = "all"\ntitle = "All"\n'
        'tickers = ["VOD.L", "BP.L"]\n[exchanges]\nXLON = ["VOD.L", "BP.L"]\n',
        encoding="utf-8",
    )
    days = {"2025-01-24": "100.00", "2025-01-27": "96.00"}
    rows = [f"{ticker},{on},{at}" for ticker in ("VOD.L", "BP.L") for on, at in days.items()]
    (tmp_path / "bars.csv").write_text("\n".join(["ticker,session,close", *rows]) + "\n")
    source = ("--source", "files", "--data", "bars.csv", "--watchlist", "london.toml")
    for form in ("terminal", "markdown"):
        done = here("report", "--date", "2025-01-27", *source, "--lang", lang, "--format", form)
        assert (done.returncode, done.stderr) == (0, "")
        assert close in done.stdout
