"""`docs/exchanges.md` lists the exchanges that are known, and no other."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from deepseek_shock.market.exchange import CITIES, EXCHANGES
from deepseek_shock.market.sessions import calendar_begins

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_is_that_of_the_exchanges(checkout: Path) -> None:
    text = (checkout / "docs" / "exchanges.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| .+? \| (\S+) \| (\w+) \| (\S+) \|$", text, re.MULTILINE
    )
    assert rows == [
        (mic, CITIES[one.calendar], one.zone, one.currency, str(calendar_begins(one)))
        for mic, one in EXCHANGES.items()
    ]


def test_the_example_is_read(checkout: Path, tmp_path: Path) -> None:
    from deepseek_shock.providers.sample import sample_directory
    from deepseek_shock.watchlists import read_watchlist

    text = (checkout / "docs" / "exchanges.md").read_text(encoding="utf-8")
    example = re.findall(r"```toml\n(.+?)```", text, re.DOTALL)[0]
    assert tomllib.loads(example)["id"] == "world"
    file = tmp_path / "world.toml"
    file.write_text(example, encoding="utf-8")
    watchlist = read_watchlist(file, sample_directory())
    assert {one.exchange.mic for one in watchlist.instruments} == {"XNYS", "XTKS", "XLON", "XHKG"}
