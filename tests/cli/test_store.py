"""`shock store`: what is held, whether it is sound, out of it, and out with it."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal
from deepseek_shock.market.gap import GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.store import Store
from tests.builders import FRIDAY, MONDAY, TUESDAY, bar, day

if TYPE_CHECKING:
    from tests.conftest import Shock

WANTED = Wanted(day("2025-01-02"), FRIDAY, day("2025-01-31"))
EARLY, LATE = "2025-03-03T12:00:00Z", "2025-04-01T12:00:00Z"
# As in NVIDIA's bar of 27 January 2025; what is tested is that no digit changes on the way.
CRASH = Bar._make((MONDAY, *map(Decimal, ("124.80", "128.40", "116.70", "118.42")), 818830900))
HEADER = "ticker,session,open,high,low,close,volume,split,dividend,vendor,retrieved"


def keep(
    store: Store,
    ticker: str,
    *rows: Bar,
    vendor: str = "yahoo",
    retrieved: str = EARLY,
    dividends: tuple[Action, ...] | None = (),
    **more: Any,  # noqa: ANN401 -- further fields of Bars
) -> None:
    bars = Bars(
        make_instrument(ticker),
        rows,
        dividends=dividends,
        origin=Origin(vendor, retrieved),
        **more,
    )
    store.write(ticker, vendor, bars, WANTED)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the `shock` fixture's user has the store."""
    return tmp_path / "home" / ".local" / "share" / "shock" / "store.db"


@pytest.fixture
def store(place: Path) -> Store:
    """A store of NVDA and 5803.T from Yahoo."""
    made = Store(place)
    keep(made, "NVDA", bar(FRIDAY, "142.62"), CRASH)
    keep(made, "5803.T", bar(MONDAY, "6511"), bar(TUESDAY, "5936"), retrieved=LATE)
    return made


def said(here: Shock, *arguments: str) -> str:
    run = here("store", *arguments)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def refused(here: Shock, code: int, *arguments: str) -> tuple[str, str]:
    """Return the error and the hint of a command that writes nothing else."""
    run = here("store", *arguments)
    assert (run.returncode, run.stdout) == (code, "")
    error, hint = run.stderr.splitlines()
    return error.removeprefix("error: "), hint.removeprefix("hint: ")


# --- what is held ---


@pytest.mark.parametrize("arguments", [(), ("verify",), ("remove", "--all", "--yes")])
def test_an_absent_store_is_no_error(here: Shock, place: Path, arguments: tuple[str, ...]) -> None:
    assert said(here, *arguments) == f"nothing is held yet: {place}; `shock fetch` fills it\n"
    assert not place.exists()


def test_the_path_is_printed_whether_it_is_there_or_not(here: Shock, place: Path) -> None:
    assert said(here, "path") == f"{place}\n"
    assert not place.parent.exists()


def test_the_store_is_where_it_is_said_to_be(here: Shock, tmp_path: Path) -> None:
    data = {"XDG_DATA_HOME": str(tmp_path / "xdg")}
    named = {"SHOCK_STORE": str(tmp_path / "named.db")}
    given = str(tmp_path / "given.db")
    assert here("store", "path", env=data).stdout == f"{tmp_path}/xdg/shock/store.db\n"
    assert here("store", "path", env=data | named).stdout == f"{tmp_path}/named.db\n"
    for arguments in (("--store", given, "path"), ("path", "--store", given)):
        assert here("store", *arguments, env=named).stdout == f"{given}\n"
    assert said(here, "--store", "~/mine.db", "path") == f"{tmp_path}/home/mine.db\n"


def test_the_table_counts_what_each_vendor_gave(here: Shock, store: Store) -> None:
    frozen = {TUESDAY: Refusal(GapReason.IN_PROGRESS, bar(TUESDAY, "5900"))}
    keep(store, "5803.T", bar(MONDAY, "6511"), vendor="jquants", refused=frozen)
    first, size, count, blank, *table = said(here).splitlines()
    assert first == f"store        {store.path}"
    assert size.startswith("size         ")
    assert size.endswith(" kB, layout 1")
    assert (count, blank) == ("instruments  2", "")
    assert [line.split() for line in table] == [
        ["vendor", "instruments", "bars", "refused", "first", "last", "retrieved"],
        ["jquants", "1", "1", "1", "2025-01-27", "2025-01-28", EARLY],
        ["yahoo", "2", "4", "0", "2025-01-24", "2025-01-28", LATE],
    ]
    assert {len(line.rstrip()) - len(line.split()[-1]) for line in table} == {
        table[0].index("retrieved")
    }


def test_an_instrument_is_shown_with_its_revisions_by_vendor(here: Shock, store: Store) -> None:
    actions = {"splits": (Action(MONDAY, Decimal(10)),), "dividends": None}
    keep(store, "NVDA", CRASH, vendor="jquants", retrieved=LATE, **actions)
    paid = (Action(FRIDAY, Decimal("0.01")),)
    frozen = {
        session: Refusal(GapReason.NEAR_SPLIT_RATIO, bar(session, "9"))
        for session in (day("2025-01-21"), day("2025-01-22"))
    }
    keep(
        store,
        "NVDA",
        bar(FRIDAY, "142.60"),
        retrieved=LATE,
        dividends=paid,
        refused=frozen,
    )
    assert (
        said(here, "show", "NVDA")
        == f"""\
NVDA from jquants (XNYS)
bars       1, 2025-01-27 to 2025-01-27
split      2025-01-27  10
dividends  the vendor says nothing of them
retrieved  {LATE}, once; asked last for 2025-01-02 to 2025-01-31

NVDA from yahoo (XNYS)
bars       2, 2025-01-24 to 2025-01-27
refused    2 near_split_ratio, 2025-01-21 to 2025-01-22
dividend   2025-01-24  0.01
retrieved  {LATE}, 2 times; asked last for 2025-01-02 to 2025-01-31
revised    2025-01-24  close was 142.62 ({EARLY}), is 142.60 ({LATE})
revised    2025-01-24  dividend was none ({EARLY}), is 0.01 ({LATE})
"""
    )


def test_an_instrument_that_is_not_held_is_an_error_with_near_ones(
    here: Shock, store: Store
) -> None:
    assert store.exists()
    assert refused(here, 1, "show", "NVDAA") == (
        "NVDAA is not held",
        "did you mean NVDA? Else `shock fetch --tickers NVDAA` fetches it",
    )
    assert refused(here, 1, "show", "TSM") == (
        "TSM is not held",
        "`shock fetch --tickers TSM` fetches it",
    )


# --- whether it is sound ---


def test_a_sound_store_is_said_to_be_so(here: Shock, store: Store) -> None:
    assert said(here, "verify") == f"{store.path}: 2 series, sound\n"


def test_what_is_not_sound_is_listed_and_an_error(here: Shock, store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE bar SET close = '118.24' WHERE close = '118.42'")
        connection.commit()
    run = here("store", "verify")
    assert run.returncode == 1
    assert run.stdout == "NVDA        yahoo: the bars are not those that were written\n"
    error, hint = run.stderr.splitlines()
    assert error == f"error: {store.path} is not sound"
    assert hint.startswith("hint: `shock store remove TICKER` and `shock fetch` bring one series")


@pytest.mark.parametrize("command", [[], ["verify"], ["show", "NVDA"], ["export", "x.csv"]])
def test_what_is_no_store_is_an_error(here: Shock, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "diary.db").write_text("Dear diary, " * 100)
    error, hint = refused(here, 1, "--store", "diary.db", *command)
    assert error == "the store diary.db is no database (file is not a database)"
    assert hint.startswith("name another file with --store, or move this one away")
    assert (tmp_path / "diary.db").read_text() == "Dear diary, " * 100


# --- out of it ---


def read_files(path: Path, ticker: str) -> Bars:
    answer = Files(path, LATE).fetch([make_instrument(ticker)], WANTED).bars[ticker]
    assert isinstance(answer, Bars)
    return answer


def test_a_csv_holds_every_figure_as_it_was_given(
    here: Shock, store: Store, tmp_path: Path
) -> None:
    assert store.exists()
    told = said(here, "export", "deep/bars.csv")
    assert told == "2 instruments written to deep/bars.csv (1 file)\n"
    assert (
        (tmp_path / "deep" / "bars.csv").read_bytes().decode()
        == f"""\
{HEADER}
5803.T,2025-01-27,,,,6511,1000,,0,yahoo,{LATE}
5803.T,2025-01-28,,,,5936,1000,,0,yahoo,{LATE}
NVDA,2025-01-24,,,,142.62,1000,,0,yahoo,{EARLY}
NVDA,2025-01-27,124.80,128.40,116.70,118.42,818830900,,0,yahoo,{EARLY}
"""
    )
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["bars.csv"]


@pytest.mark.parametrize(
    ("target", "form", "files"),
    [
        ("bars.csv", None, None),
        ("bars.parquet", None, None),
        ("bars.txt", "csv", None),
        ("folder", None, {"5803.T.csv", "NVDA.csv"}),
        ("folder.2025/", "csv", {"5803.T.csv", "NVDA.csv"}),
        ("folder/within", "parquet", {"5803.T.parquet", "NVDA.parquet"}),
    ],
)
def test_what_was_exported_is_read_by_the_source_files(  # noqa: PLR0913, PLR0917 -- fixtures
    here: Shock, place: Path, tmp_path: Path, target: str, form: str | None, files: set[str] | None
) -> None:
    store = Store(place)
    keep(
        store,
        "NVDA",
        bar(FRIDAY, "1426.2"),
        CRASH,
        splits=(Action(MONDAY, Decimal(10)), Action(TUESDAY, Decimal("0.2"))),
        dividends=(Action(MONDAY, Decimal("0.01")),),
    )
    keep(store, "5803.T", bar(MONDAY, "6511"))
    said(here, "export", target, *(["--format", form] if form else []))
    path = tmp_path / target
    assert files == ({file.name for file in path.iterdir()} if path.is_dir() else None)
    held = read_files(path, "NVDA")
    assert held.bars == (bar(FRIDAY, "1426.2"), CRASH, Bar(TUESDAY, None, None, None, None, None))
    assert held.splits == (Action(MONDAY, Decimal(10)), Action(TUESDAY, Decimal("0.2")))
    assert held.dividends == (Action(MONDAY, Decimal("0.01")),)
    tokyo = read_files(path, "5803.T")
    assert (tokyo.close(MONDAY), tokyo.splits, tokyo.dividends) == (Decimal(6511), (), ())


def test_parquet_has_dates_and_numbers(here: Shock, store: Store, tmp_path: Path) -> None:
    from pyarrow import parquet

    assert store.exists()
    said(here, "export", "bars.parquet", "--tickers", "NVDA")
    table = parquet.read_table(tmp_path / "bars.parquet")
    assert table.column_names == HEADER.split(",")
    assert table.to_pylist()[1] == {
        "ticker": "NVDA",
        "session": date(2025, 1, 27),
        "open": 124.8,
        "high": 128.4,
        "low": 116.7,
        "close": 118.42,
        "volume": 818830900,
        "split": None,
        "dividend": 0.0,
        "vendor": "yahoo",
        "retrieved": EARLY,
    }


def test_where_no_dividends_are_said_there_is_no_column_of_them(
    here: Shock, place: Path, tmp_path: Path
) -> None:
    keep(Store(place), "NVDA", CRASH, dividends=None)
    said(here, "export", "bars.csv")
    header = (tmp_path / "bars.csv").read_text().splitlines()[0]
    assert header == HEADER.replace(",dividend", "")
    assert read_files(tmp_path / "bars.csv", "NVDA").dividends is None


def test_only_the_tickers_named_are_exported(here: Shock, store: Store, tmp_path: Path) -> None:
    assert store.exists()
    told = said(here, "export", "one.csv", "--tickers", "NVDA")
    assert told == "1 instrument written to one.csv (1 file)\n"
    with (tmp_path / "one.csv").open(encoding="utf-8") as file:
        assert {row["ticker"] for row in csv.DictReader(file)} == {"NVDA"}
    assert refused(here, 1, "export", "x.csv", "--tickers", "NVDA,AMD")[0] == "AMD is not held"
    assert not (tmp_path / "x.csv").exists()


def test_of_two_vendors_one_must_be_chosen(here: Shock, store: Store, tmp_path: Path) -> None:
    keep(store, "5803.T", bar(MONDAY, "6510"), vendor="jquants")
    assert refused(here, 2, "export", "x.csv") == (
        "5803.T is held from jquants and yahoo",
        "choose: --vendor jquants or --vendor yahoo",
    )
    said(here, "export", "x.csv", "--vendor", "jquants")
    rows = (tmp_path / "x.csv").read_text().splitlines()[1:]
    assert rows == [f"5803.T,2025-01-27,,,,6510,1000,,0,jquants,{EARLY}"]
    error, hint = refused(here, 1, "export", "x.csv", "--vendor", "stooq")
    assert (error, hint) == ("nothing is held from stooq", "held: jquants, yahoo")


def test_an_ending_that_says_no_format_is_an_error(
    here: Shock, store: Store, tmp_path: Path
) -> None:
    assert store.exists()
    error, hint = refused(here, 2, "export", "bars.txt")
    assert error == "no format is known for the ending of 'bars.txt'"
    assert hint == "end it in .csv or .parquet, or say --format; a folder ends in /"
    assert not (tmp_path / "bars.txt").exists()


def test_an_export_that_fails_leaves_the_old_file(
    here: Shock, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "bars.csv").write_text("old")
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE bar SET close = 'much' WHERE ticker = 'NVDA'")
        connection.commit()
    error, _ = refused(here, 1, "export", "bars.csv")
    assert "is damaged (NVDA of yahoo: a value is not of its kind)" in error
    assert (tmp_path / "bars.csv").read_text() == "old"
    assert {file.name for file in tmp_path.iterdir()} == {"bars.csv", "home"}


def test_a_place_that_cannot_be_written_is_an_error(
    here: Shock, store: Store, tmp_path: Path
) -> None:
    assert store.exists()
    (tmp_path / "file").touch()
    error, hint = refused(here, 1, "export", "file/bars.csv")
    assert error == "file/bars.csv cannot be written: File exists"
    assert hint.startswith("check the folder's permissions")


def test_of_nothing_nothing_is_exported(here: Shock, place: Path, tmp_path: Path) -> None:
    assert refused(here, 1, "export", "bars.csv") == (
        f"nothing is held yet: {place}",
        "`shock fetch` fills the store",
    )
    assert not (tmp_path / "bars.csv").exists()


# --- out with it ---


def test_what_is_removed_is_said(here: Shock, store: Store) -> None:
    keep(store, "NVDA", CRASH, vendor="jquants")
    assert said(here, "remove", "NVDA", "--vendor", "jquants") == (
        "removed  NVDA        from jquants, 1 bar\n"
    )
    assert store.keys() == [("5803.T", "yahoo"), ("NVDA", "yahoo")]
    assert said(here, "remove", "NVDA,5803.T") == (
        "removed  5803.T      from yahoo, 2 bars\nremoved  NVDA        from yahoo, 2 bars\n"
    )
    assert store.keys() == []
    assert store.exists()


def test_all_is_removed_if_that_is_said_twice(here: Shock, store: Store) -> None:
    assert refused(here, 2, "remove", "--all") == (
        "--all would remove 2 series",
        "--all --yes removes them",
    )
    assert len(store.keys()) == 2
    assert said(here, "remove", "--all", "--yes").count("removed") == 2
    assert store.keys() == []


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        ([], 2, "nothing is named to be removed"),
        (["--vendor", "yahoo"], 2, "nothing is named to be removed"),
        (["--yes"], 2, "nothing is named to be removed"),
        (["NVDA", "--all", "--yes"], 2, "--all and tickers exclude each other"),
        (["NVDA", "AMD"], 1, "AMD is not held"),
        (["nvda"], 2, "'nvda' is not a ticker"),
        (["NVDA", "--vendor", "jquants"], 1, "nothing is held from jquants"),
    ],
)
def test_nothing_is_removed_that_was_not_named(
    here: Shock, store: Store, arguments: list[str], code: int, error: str
) -> None:
    assert refused(here, code, "remove", *arguments)[0] == error
    assert len(store.keys()) == 2
