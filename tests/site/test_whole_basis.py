"""A report in which everything stands that one can hold: kept, read back, it is the same report."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.estimates import Factors
from deepseek_shock.analysis.scanned import ScanDay
from deepseek_shock.analysis.standings import find_standings
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.rate import Rate
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.pipeline import Request, make, remake
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Csv, Json
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.words import Language, Words
from deepseek_shock.site.kept import pack, unpack
from tests.builders import LONG_AFTER, baseline, estimate, group_estimate, utc

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.pipeline import Basis

DAY = date(2008, 10, 16)
"""When Riyadh's calendar, of the package, does not reach back so far."""

WATCHLIST = """
id = "all"
title = "All"
indexes = ["^FIVE", "^TASI.SR"]

[[groups]]
id = "tokyo"
title = "Tokyo"
tickers = ["1001.T", "1002.T"]

[[groups]]
id = "new-york"
title = "New York"
tickers = ["AAA"]

[benchmarks]
XTKS = "^FIVE"

[market]
title = "Tokyo"
exchange = "XTKS"
listed = 2
as_of = 2008-10-16
source = "made up"

[exchanges]
XTKS = ["^FIVE"]
XSAU = ["^TASI.SR"]
"""

EVENT = """
id = "all"
name = "All"
date = 2008-10-16
at = 2008-10-16T00:00:00Z
watchlist = "all.toml"
leads = ["AAA"]

[[outstanding]]
ticker = "AAA"
shares = 1_000_000
as_of = 2008-09-30
source = "made up"

[fact]
said = "Made up."
source = "nobody"
"""

TABLE = """
index = "^FIVE"
exchange = "XTKS"
weighting = "price"
source = "made up"
constituents = [
    { ticker = "1001.T", factor = 1, from = 2008-01-01 },
    { ticker = "1003.T", factor = 1, from = 2008-01-01 },
]

[[divisors]]
from = 2008-01-01
divisor = 2
"""

MARKETS = {"AAA": XNYS, "1001.T": XTKS, "1002.T": XTKS, "1003.T": XTKS, "^FIVE": XTKS}


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> Basis:
    """A basis none of whose fields is empty: prices are made up, 96 in the session, 100 before."""
    folder = tmp_path_factory.mktemp("all")
    for name, text in (("all", WATCHLIST), ("event", EVENT), ("five", TABLE)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    rows = ["ticker,session,close"]
    for ticker, exchange in MARKETS.items():
        sessions = sessions_between(exchange, DAY - timedelta(days=900), DAY + timedelta(days=20))
        closes = (96 if one >= DAY else 100 + one.day % 2 / 10 for one in sessions)
        rows += (f"{ticker},{one},{close}" for one, close in zip(sessions, closes, strict=True))
    (folder / "bars.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    request = Request(
        LONG_AFTER,
        event=str(folder / "event.toml"),
        takes_provisional=True,
        accepted=frozenset({("AAA", DAY)}),
        rates=(Rate("USDJPY", DAY, Decimal("100.50"), "made up"),),
        contributions=(str(folder / "five.toml"),),
        at=utc("2008-10-16T00:00"),
        benchmarks=("^FIVE",),
        factors=((None, {DAY: Factors(-0.04, 0.01, 0.002, 0.0001)}),),
    )
    provider = Files(folder / "bars.csv", "")
    made = make(request, Registry(sample_directory()), provider).basis
    placed = [
        ScanDay("XTKS", DAY - timedelta(days=at), 30, -0.01 * at, 9, 20, 30, at) for at in range(9)
    ]
    shipped = made.held._replace(
        baselines={(DAY, "AAA"): baseline("AAA", DAY)},
        estimates={(DAY, "AAA"): estimate("AAA", DAY)},
        group_estimates=(group_estimate("AAA"),),
        standings=find_standings(placed, DAY, 20),
    )
    return made._replace(held=shipped)


def test_nothing_that_a_basis_can_hold_is_left_out_here(basis: Basis) -> None:
    empty = [
        name
        for value in (basis.inquiry, basis.held)
        for name, held in value._asdict().items()
        if held in (None, (), {}, frozenset())
    ]
    assert empty == []
    assert [one.instrument.ticker for one in basis.inquiry.compositions] == ["^FIVE"]
    assert [one.ticker for one in basis.inquiry.constituents] == ["1003.T"]


def test_it_is_kept_whole(basis: Basis, tmp_path: Path) -> None:
    file = tmp_path / "2008-10-16.json.gz"
    packed, _ = pack(basis)
    file.write_bytes(packed)
    back, _ = unpack(file, DAY)
    assert back == basis
    assert pack(back)[0] == packed
    for lang in Language:
        style = Style(Words(lang), Colors.US)
        for renderer in (Html(style), Json(style), Csv()):
            first, again = (renderer.render(remake(one)) for one in (basis, back))
            assert first == again
