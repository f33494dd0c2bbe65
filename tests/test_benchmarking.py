"""What shares are held against, and the other shocks within the windows: before any fetching."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.benchmarks import find_benchmark
from deepseek_shock.analysis.design import BenchmarkKind, Design, Model
from deepseek_shock.analysis.paths import Window
from deepseek_shock.errors import FileError, IncompleteError, UsageError, VendorError
from deepseek_shock.eventfiles import read_event
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.pipeline import Request, inquire, make, want
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from tests.builders import LONG_AFTER, MONDAY, Shelf, day, pair

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from deepseek_shock.analysis.inquiry import Inquiry

BUNDLED = Registry(sample_directory())

COMPOSITION = """
    index = "{index}"
    exchange = "{exchange}"
    weighting = "capitalisation"
    source = "made up"
    constituents = [{{ ticker = "{ticker}", weight = 10, from = 2025-01-24 }}]
    """


def settle(
    *tickers: str,
    named: tuple[str, ...] = (),
    on: date = MONDAY,
    registry: Registry = BUNDLED,
    **more: object,
) -> Inquiry:
    request = Request(LONG_AFTER, on, tickers=tickers, benchmarks=named)
    return inquire(request._replace(**more), registry)  # type: ignore[arg-type]


def benchmark(made: Inquiry, calendar: str = "XNYS") -> tuple[str | None, BenchmarkKind] | None:
    found = find_benchmark(made, calendar)
    return None if found is None else (found.ticker, found.kind)


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return str(file)


# --- which benchmark ---


def test_the_watchlist_names_its_own() -> None:
    made = settle()
    assert made.watchlist.benchmarks == {"XNYS": "^GSPC", "XTKS": "^TOPX"}
    assert benchmark(made) == ("^GSPC", BenchmarkKind.INDEX)
    assert benchmark(made, "XTKS") == ("^TOPX", BenchmarkKind.INDEX)


def test_where_it_names_none_it_is_the_broad_index_else_the_first() -> None:
    assert benchmark(settle("NVDA", "^SOX", "^GSPC")) == ("^GSPC", BenchmarkKind.INDEX)
    assert benchmark(settle("NVDA", "^SOX", "^IXIC")) == ("^SOX", BenchmarkKind.INDEX)
    assert benchmark(settle("NVDA", "^TOPX")) is None
    assert benchmark(settle("NVDA")) is None


def test_what_is_named_goes_first_and_for_its_own_calendar_alone() -> None:
    made = settle(named=("^SOX",))
    assert benchmark(made) == ("^SOX", BenchmarkKind.INDEX)
    assert benchmark(made, "XTKS") == ("^TOPX", BenchmarkKind.INDEX)
    both = settle(named=("^SOX", "^N225"))
    assert benchmark(both, "XTKS") == ("^N225", BenchmarkKind.INDEX)


def test_equal_weighted_needs_no_index() -> None:
    made = settle("NVDA", "AVGO", "5803.T", named=("equal-weighted", "^GSPC"))
    assert benchmark(made, "XTKS") == (None, BenchmarkKind.EQUAL_WEIGHTED)
    assert benchmark(made) == ("^GSPC", BenchmarkKind.INDEX)  # which is named for New York


@pytest.mark.parametrize("model", [Model.MEAN_ADJUSTED, Model.THREE_FACTORS])
def test_some_models_have_none(model: Model) -> None:
    assert benchmark(settle(design=Design(model))) is None


def test_only_a_named_benchmark_is_fetched_though_it_is_not_watched() -> None:
    made = settle("NVDA", named=("^SOX",))
    assert [one.ticker for one in made.extras] == ["^SOX"]
    assert settle(named=("^SOX",)).extras == ()


def test_an_index_without_the_share_is_one_whose_table_is_at_hand(tmp_path: Path) -> None:
    table = write(
        tmp_path, "mine.toml", COMPOSITION.format(index="^MINE", exchange="XNYS", ticker="NVDA")
    )
    made = settle("NVDA", "5803.T", named=("ex-self",), contributions=(table,))
    assert benchmark(made) == ("^MINE", BenchmarkKind.EX_SELF)
    assert [one.ticker for one in made.extras] == ["^MINE"]
    assert benchmark(made, "XTKS") is None


def test_the_usual_benchmark_goes_before_another_index_with_a_table(tmp_path: Path) -> None:
    tables = tuple(
        write(
            tmp_path, f"{at}.toml", COMPOSITION.format(index=index, exchange="XNYS", ticker="NVDA")
        )
        for at, index in enumerate(("^SOX", "^GSPC"))
    )
    made = settle(named=("ex-self",), contributions=tables)
    assert benchmark(made) == ("^GSPC", BenchmarkKind.EX_SELF)
    named = settle(named=("ex-self", "^SOX"), contributions=tables)
    assert benchmark(named) == ("^SOX", BenchmarkKind.EX_SELF)


@pytest.mark.parametrize(
    ("tickers", "named", "words"),
    [
        (("NVDA",), ("^TOPX",), "no share in Tokyo is reported on"),
        (("NVDA",), ("^SOX", "^GSPC"), r"names two for New York: \^SOX and \^GSPC"),
        (("NVDA",), ("ex-self",), "of no index is known what it is made of"),
        (("NVDA",), ("ex-self", "equal-weighted"), "they exclude each other"),
        (("NVDA",), ("sp500",), "is not a ticker"),
        (("NVDA",), ("ex_self",), "is neither a ticker nor a word known"),
    ],
)
def test_what_cannot_be_a_benchmark(
    tickers: tuple[str, ...], named: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        settle(*tickers, named=named)


def test_a_benchmark_that_is_not_held_is_an_error_with_what_is_spelled_nearly_so() -> None:
    request = Request(LONG_AFTER, MONDAY, tickers=("NVDA",), benchmarks=("^GSPX",))
    with pytest.raises(IncompleteError, match="--benchmark ") as caught:
        make(request, BUNDLED, Sample())
    assert caught.value.hint == "did you mean ^GSPC, ^SOX, ^TOPX?"


def test_a_word_spelled_nearly_so_is_named_and_no_ticker_is_one() -> None:
    with pytest.raises(UsageError) as caught:
        settle("NVDA", named=("Equal-weighted",))
    assert caught.value.hint == "did you mean equal-weighted?"
    assert benchmark(settle("NVDA", named=("EXEL",))) == ("EXEL", BenchmarkKind.INDEX)


def test_a_benchmark_that_a_vendor_was_asked_for_in_vain_is_named_first() -> None:
    """Of the shares alone the store or the sample may hold all: then the name is the mistake."""
    lost = [Gap(make_instrument(ticker), MONDAY, GapReason.NETWORK) for ticker in ("NVDA", "^GSPX")]
    request = Request(LONG_AFTER, MONDAY, tickers=("NVDA",), benchmarks=("^GSPX",))
    with pytest.raises(VendorError, match=r"failed for --benchmark \^GSPX, NVDA: ") as caught:
        make(request, BUNDLED, Shelf(lost))
    assert caught.value.hint.startswith("did you mean ^GSPC? if not, check the network")


@pytest.mark.parametrize("calendar", ["XTKS", "XABC"])
def test_factors_are_of_an_exchange_that_is_reported_on(calendar: str) -> None:
    with pytest.raises(UsageError, match=f"--factors {calendar}: no share") as caught:
        settle("NVDA", factors=((calendar, {}),))
    assert caught.value.hint == "reported on: XNYS"
    for one in ("XNYS", None):
        settle("NVDA", factors=((one, {}),))


def test_a_benchmark_without_the_days_return_does_not_count_against_the_coverage() -> None:
    held = [pair("NVDA", "100", "90"), pair("^SOX", "100", "90").until(day("2025-01-24"))]
    request = Request(
        LONG_AFTER, MONDAY, tickers=("NVDA",), benchmarks=("^SOX",), least_coverage=100
    )
    found = make(request, BUNDLED, Shelf(held)).report.findings.significance
    assert found is not None
    assert [one.outcome.value for one in found.judged] == ["wrongspan"]


# --- how far back is asked ---


def test_a_longer_estimation_window_needs_more_history() -> None:
    usual = want(settle())
    longer = want(settle(design=Design(estimation=Window(-520, -11))))
    assert (usual.history - longer.history).days > 300
    assert usual.history == want(settle(design=Design(estimation=Window(-120, -11)))).history


def test_spans_need_the_sessions_after() -> None:
    usual = want(settle())
    longer = want(settle(design=Design(spans=(Window(0, 15),))))
    assert usual.last == day("2025-02-10")
    assert longer.last == day("2025-02-18")


# --- other shocks ---


def overlaps(made: Inquiry) -> list[tuple[str, str, str, bool]]:
    return [
        (one.event, one.calendar, str(one.session), one.is_in_estimation) for one in made.overlaps
    ]


def test_the_shock_of_august_lies_in_the_window_of_january() -> None:
    assert overlaps(settle()) == [
        ("yen-carry", "XNYS", "2024-08-05", True),
        ("yen-carry", "XTKS", "2024-08-05", True),
    ]
    assert overlaps(settle("NVDA")) == [("yen-carry", "XNYS", "2024-08-05", True)]


def test_the_shock_itself_is_no_other_one_even_where_it_is_not_named() -> None:
    assert settle("NVDA").event is None
    assert "deepseek" not in {one.event for one in settle("NVDA").overlaps}


def test_a_window_that_ends_before_it_has_none() -> None:
    assert overlaps(settle("NVDA", design=Design(estimation=Window(-110, -11)))) == []


def test_one_within_a_span_is_told_apart() -> None:
    made = settle("NVDA", design=Design(spans=(Window(-130, 1),), estimation=Window(-260, -131)))
    assert overlaps(made) == [("yen-carry", "XNYS", "2024-08-05", False)]


def test_of_the_sessions_between_the_windows_nothing_is_said() -> None:
    after = day("2025-02-05")  # the seventh session after 27 January
    assert "deepseek" not in {one.event for one in settle("NVDA", on=after).overlaps}
    later = settle("NVDA", on=day("2025-02-11"))  # the eleventh
    assert "deepseek" in {one.event for one in later.overlaps}


MINE = 'id = "mine"\nname = "Mine"\ndate = {on}\nwatchlist = "deepseek"\n'


def test_a_shock_of_ones_own_counts_and_a_broken_file_does_not(tmp_path: Path) -> None:
    write(tmp_path, "events/mine.toml", MINE.format(on="2024-10-15"))
    write(tmp_path, "events/broken.toml", "date = 2024-10-16\nid =")
    registry = Registry(sample_directory(), tmp_path)
    found = overlaps(settle("NVDA", registry=registry))
    assert found == [
        ("yen-carry", "XNYS", "2024-08-05", True),
        ("mine", "XNYS", "2024-10-15", True),
    ]


def test_ones_own_takes_the_place_of_a_bundled_namesake(tmp_path: Path) -> None:
    text = MINE.format(on="2019-10-15").replace("mine", "yen-carry")
    write(tmp_path, "events/yen-carry.toml", text)
    assert overlaps(settle("NVDA", registry=Registry(sample_directory(), tmp_path))) == []


def test_a_day_on_which_an_exchange_was_closed_is_no_session_of_it(tmp_path: Path) -> None:
    write(tmp_path, "events/mine.toml", MINE.format(on="2024-11-04"))  # a holiday in Tokyo
    found = settle("NVDA", "5803.T", registry=Registry(sample_directory(), tmp_path)).overlaps
    assert [one.calendar for one in found if one.event == "mine"] == ["XNYS"]


def test_no_file_is_parsed_whose_dates_lie_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def watch(path: Path) -> object:
        parsed.append(path.stem)
        return read_event(path)

    monkeypatch.setattr("deepseek_shock.registry.read_event", watch)
    settle()
    assert sorted(parsed) == ["deepseek", "yen-carry"]  # the day's own event, and the other


# --- a watchlist's own choice ---

LIST = """
id = "mine"
title = "Mine"
indexes = ["^SOX", "^GSPC"]

[[groups]]
id = "chips"
title = "Chips"
tickers = ["NVDA"]

[benchmarks]
{line}
"""


def test_a_watchlist_names_benchmarks(tmp_path: Path) -> None:
    name = write(tmp_path, "mine.toml", LIST.format(line='XNYS = "^SOX"'))
    assert BUNDLED.watchlist(name).benchmarks == {"XNYS": "^SOX"}
    assert benchmark(settle(watchlist=name)) == ("^SOX", BenchmarkKind.INDEX)


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        ('XNYS = "^DJI"', "^DJI is none of the `indexes` on XNYS", "on XNYS: ^SOX, ^GSPC"),
        ('XTKS = "^SOX"', "^SOX is none of the `indexes` on XTKS", "name ^SOX in `indexes`"),
        ('XTKZ = "^SOX"', "'XTKZ' is no calendar", "did you mean XTKS?"),
        ("XNYS = 1", "`XNYS` must be a string", ""),
    ],
)
def test_a_complaint_names_the_line(tmp_path: Path, line: str, words: str, hint: str) -> None:
    name = write(tmp_path, "mine.toml", LIST.format(line=line))
    with pytest.raises(FileError) as caught:
        BUNDLED.watchlist(name)
    assert caught.value.message.endswith(f"mine.toml:12: {words}")
    assert caught.value.hint.startswith(hint)
