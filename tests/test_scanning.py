"""`scan` from a request: the store as a history, a pack beside the report, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepseek_shock.analysis.scanned import Scanned, ScanSettings
from deepseek_shock.errors import StoreError, UsageError
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.store import Store
from deepseek_shock.scan.packs import cutting
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scanning.making import scan
from deepseek_shock.scanning.request import ScanRequest
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, day
from tests.scan.worlds import Price, calendar_of, world

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SETTINGS = ScanSettings(top=5, least=5)
WANTED = Wanted(day("2023-01-02"), day("2023-01-02"), day("2025-02-28"))
RETRIEVED = "2025-03-03T12:00:00Z"
THURSDAY = day("2025-01-23")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.db")


def keep(  # noqa: PLR0913 -- what a series has
    store: Store,
    ticker: str,
    bars: Iterable[Bar],
    *,
    vendor: str = "yahoo",
    mic: str | None = None,
    splits: Sequence[Action] = (),
    refused: dict[date, Refusal] | None = None,
) -> None:
    exchange = EXCHANGES[mic] if mic else None
    instrument = make_instrument(ticker, exchange=exchange)
    made = Bars(
        instrument,
        tuple(bars),
        tuple(splits),
        (),
        refused or {},
        Origin(vendor, RETRIEVED),
    )
    store.write(ticker, vendor, made, WANTED)


def scan_store(store: Store, settings: ScanSettings = SETTINGS) -> Scanned:
    return scan(ScanRequest(store=store.path, settings=settings))


def write(file: Path, rows: Iterable[Price]) -> None:
    tickers, sessions, closes = zip(*rows, strict=True)
    schema = pa.schema([("ticker", pa.string()), ("session", pa.date32()), ("close", pa.float64())])
    pq.write_table(pa.table([list(tickers), list(sessions), list(closes)], schema=schema), file)


def test_the_store_and_a_file_of_the_same_rows_give_the_same(store: Store, tmp_path: Path) -> None:
    rows = [row for row in world() if calendar_of(row.ticker)]
    for ticker in sorted({row.ticker for row in rows}):
        life = [row for row in rows if row.ticker == ticker]
        keep(
            store,
            ticker,
            (
                bar(row.session, None if row.close is None else str(row.close), volume=None)
                for row in life
            ),
        )
    write(tmp_path / "prices.parquet", rows)
    stored = scan_store(store)
    filed = scan(ScanRequest((str(tmp_path / "prices.parquet"),), settings=SETTINGS))
    assert stored._replace(sources=()) == filed._replace(sources=())
    (source,) = stored.sources
    assert (source.name, source.vendor, source.retrieved) == ("store", "Yahoo Finance", RETRIEVED)
    assert (source.first, source.last) == (date(2023, 6, 2), date(2025, 1, 31))
    assert source.sha256 == filed.sources[0].sha256


def test_closes_as_traded_are_brought_to_one_split_basis(store: Store) -> None:
    # Ten new shares for one old on the Monday: 1,200 becomes 108, a fall of 10 %.
    keep(
        store,
        "NVDA",
        (bar(THURSDAY, "1200"), bar(FRIDAY, "1200"), bar(MONDAY, "108"), bar(TUESDAY, "54")),
        splits=[Action(MONDAY, Decimal(10)), Action(TUESDAY, Decimal(2))],
    )
    found = scan_store(store, ScanSettings(least=1))
    assert [(one.session, one.close, one.previous_close) for one in found.falls] == [
        (MONDAY, 54.0, 60.0)
    ]
    assert [round(one.mean, 9) for one in found.days] == [0.0, -0.1, 0.0]
    assert not found.unranked


def test_a_refused_bar_is_no_close(store: Store) -> None:
    wrong = bar(MONDAY, "50")
    keep(
        store,
        "NVDA",
        (bar(FRIDAY, "100"), bar(TUESDAY, "100")),
        refused={MONDAY: Refusal(GapReason.INCONSISTENT, wrong)},
    )
    found = scan_store(store)
    assert (found.counts.rows, found.counts.without_close, found.counts.moves) == (3, 1, 0)
    assert found.counts.holes == 0


def test_of_two_vendors_the_first_counts_and_the_other_fills(store: Store) -> None:
    keep(store, "5803.T", (bar(FRIDAY, "100"), bar(MONDAY, "90")))
    keep(
        store,
        "5803.T",
        (bar(FRIDAY, "100"), bar(MONDAY, "95"), bar(TUESDAY, "90")),
        vendor="jquants",
    )
    found = scan_store(store)
    # Monday's closes differ by more than 0.1 %: disputed, so neither it nor Tuesday has a move.
    assert (found.counts.rows, found.counts.without_close, found.counts.moves) == (3, 1, 0)
    assert found.sources[0].vendor == "Yahoo Finance, JPX J-Quants"
    keep(store, "5803.T", (bar(FRIDAY, "100"), bar(MONDAY, "95")))
    found = scan_store(store)
    assert [(one.session, one.close) for one in found.falls] == [(TUESDAY, 90.0), (MONDAY, 95.0)]


def test_a_ticker_keeps_the_sessions_of_its_exchange(store: Store) -> None:
    # An index without a suffix that is placed in Tokyo, which was closed on 13 January 2025.
    days = [day("2025-01-10"), day("2025-01-14")]
    keep(store, "^TSEMOTHR", (bar(one, "100") for one in days), mic="XTKS")
    found = scan_store(store)
    assert [(one.calendar, one.session) for one in found.days] == [("XTKS", days[1])]


def test_a_store_that_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing is held yet"):
        scan_store(Store(tmp_path / "no.db"))
    assert not (tmp_path / "no.db").exists()
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError):
        scan_store(Store(broken))


def test_the_store_is_only_read(store: Store) -> None:
    keep(store, "NVDA", (bar(FRIDAY, "100"), bar(MONDAY, "90")))
    before = store.path.read_bytes()
    scan_store(store)
    assert store.path.read_bytes() == before


def test_what_there_is_nothing_to_go_through_or_to_pack(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is named"):
        scan(ScanRequest())
    keep(store, "NVDA", (bar(FRIDAY, "100"),))
    with pytest.raises(UsageError, match="--pack"):
        scan(ScanRequest(store=store.path, pack=tmp_path / "pack"))


def test_a_pack_is_written_and_the_report_is_of_what_was_named(tmp_path: Path) -> None:
    source, pack = tmp_path / "prices.parquet", tmp_path / "pack"
    write(source, world())
    plain = scan(ScanRequest((str(source),), settings=SETTINGS))
    packed = scan(ScanRequest((str(source),), settings=SETTINGS, pack=pack))
    assert packed == plain
    again = scan(ScanRequest((str(pack),), settings=SETTINGS))
    assert again._replace(sources=()) == plain._replace(sources=())
    assert again.sources == (replace_source(plain, again),)


def test_rows_that_came_twice_are_told_of_a_pack_too(tmp_path: Path) -> None:
    source, pack = tmp_path / "prices.parquet", tmp_path / "pack"
    rows = world()
    again = [rows[7], rows[9], rows[11]._replace(close=1.0)]
    write(source, [*rows, *again])
    packed = scan(ScanRequest((str(source),), settings=SETTINGS, pack=pack))
    counts = packed.counts
    assert (counts.rows, counts.duplicates, counts.disputed) == (len(rows) + 3, 2, 1)
    assert packed == scan(ScanRequest((str(source),), settings=SETTINGS))
    assert scan(ScanRequest((str(pack),), settings=SETTINGS)).counts == counts


def test_a_pack_that_was_damaged_is_refused_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "LEAST", 6000)  # rows: so there are several files
    source, pack = tmp_path / "prices.parquet", tmp_path / "pack"
    write(source, world())
    asked = ScanRequest((str(source),), settings=SETTINGS, pack=pack)
    whole = scan(asked)
    *_, last = sorted(pack.glob("part-*"))
    content = bytearray(last.read_bytes())
    content[4:400] = bytes(396)  # of the size that the manifest tells
    last.write_bytes(content)
    with pytest.raises(DamagedFileError, match="is damaged Parquet") as error:
        scan(ScanRequest((str(pack),), settings=SETTINGS))  # not one of the others alone
    assert error.value.file == str(last)
    assert "shock scan --pack" in error.value.hint
    for paths in ((str(pack), str(source)), (str(tmp_path),)):  # nor beside other files
        with pytest.raises(DamagedFileError, match="is damaged Parquet") as error:
            scan(ScanRequest(paths, settings=SETTINGS))
        assert "shock scan --pack" in error.value.hint
    assert scan(asked) == whole


def replace_source(plain: Scanned, again: Scanned) -> object:
    return plain.sources[0]._replace(vendor="pack", retrieved=again.sources[0].retrieved)
