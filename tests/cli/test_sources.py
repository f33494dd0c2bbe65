"""Where bars come from: what a user may say of it, what is refused, which source then answers."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.cli.parsing import parse_accepted
from deepseek_shock.cli.sources import SourceChoice, Sources, make_provider
from deepseek_shock.errors import UsageError
from deepseek_shock.market.bars import Bar, Bars, Origin
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.market.sessions import sessions_between
from deepseek_shock.providers.base import Fetched, Wanted
from deepseek_shock.providers.chain import Confirmed, FirstWhole
from deepseek_shock.providers.files import Files
from deepseek_shock.providers.sample import Sample
from deepseek_shock.providers.store import Store
from deepseek_shock.providers.stored import StoreAlone, Stored
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, bar, day

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from tests.conftest import Shock

NVDA, AVGO = make_instrument("NVDA"), make_instrument("AVGO")
WANTED = Wanted(day("2023-11-06"), FRIDAY, TUESDAY, {"XNYS": (MONDAY, FRIDAY)})
YAHOO = Origin("yahoo", "2025-02-01T10:00:00Z")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away the settings, the key and the store of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JQUANTS_API_KEY", raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))


def said(source: str = "auto", **more: Any) -> Sources:  # noqa: ANN401 -- the fields of Sources
    return Sources(source, LONG_AFTER, **more)


# --- what is refused ---


@pytest.mark.parametrize(
    ("sources", "message", "hint"),
    [
        (
            said("yahoo", is_refreshed=True, is_offline=True),
            *("--refresh and --offline exclude each other", "one of them"),
        ),
        *(
            (said(name, is_refreshed=True), f"--source {name} has no vendor", "--source yahoo")
            for name in ("sample", "store")
        ),
        (said("files"), "--source files and --data PATH go together", "--data prices.csv"),
        (said("auto", confirm="files"), "--source files and --data PATH go together", "--data"),
        (said("yahoo", confirm="yahoo"), "--confirm yahoo names no second source", "jquants"),
        (said("auto", confirm="auto"), "--confirm auto names no second source", "jquants"),
        (said("yahoo", confirm="auto"), "--confirm auto names no second source", "jquants"),
        (said("yaho"), "no source is named 'yaho'", "did you mean yahoo?"),
        (said("Sample"), "no source is named 'Sample'", "did you mean sample?"),
        (said("sample", confirm="yaho"), "no source is named 'yaho'", "did you mean yahoo?"),
        (said("bloomberg-terminal"), "no source is named", "sources: auto, sample, store, yahoo"),
        (said(""), "no source is named ''", "sources: auto"),
        (said("jquants"), "needs an API key", "JQUANTS_API_KEY"),
        (said("yahoo", confirm="jquants"), "needs an API key", "JQUANTS_API_KEY"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_fetched(
    sources: Sources, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        make_provider(sources)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_path_without_files_is_refused(tmp_path: Path) -> None:
    for name in ("auto", "sample", "yahoo"):
        with pytest.raises(UsageError, match="--source files and --data PATH go together"):
            make_provider(said(name, data=tmp_path))
    with pytest.raises(UsageError, match="--source files has no vendor to ask again"):
        make_provider(said("files", data=tmp_path, is_refreshed=True))


def test_every_source_is_known_by_its_name() -> None:
    # The contract's list.
    assert [str(one) for one in SourceChoice] == [
        *("auto", "sample", "store", "yahoo", "jquants", "files"),
    ]


# --- what is made ---


@pytest.mark.parametrize(
    ("sources", "kind"),
    [
        (said("sample"), Sample),
        (said("store"), StoreAlone),
        (said("yahoo"), Stored),
        (said("yahoo", is_offline=True), StoreAlone),
        (said("jquants", is_offline=True), StoreAlone),  # which needs no key
        (said("auto"), FirstWhole),
        (said("auto", is_offline=True), Sample),
        (said("auto", is_refreshed=True), Stored),
        (said("sample", confirm="yahoo"), Confirmed),
        (said("yahoo", confirm="jquants", is_offline=True), Confirmed),
    ],
)
def test_what_is_said_makes_a_provider(sources: Sources, kind: type) -> None:
    assert type(make_provider(sources)) is kind


def test_files_are_read_from_the_path(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("ticker,date,close\nNVDA,2025-01-24,142.62\nNVDA,2025-01-27,118.42\n", "utf-8")
    provider = make_provider(said("files", data=file))
    assert isinstance(provider, Files)
    assert closes(provider.fetch([NVDA], WANTED)) == {FRIDAY: "142.62", MONDAY: "118.42"}
    second = make_provider(said("sample", confirm="files", data=file))
    found = second.fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(found, Bars)
    assert found.confirmed >= {FRIDAY, MONDAY}


def test_a_key_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JQUANTS_API_KEY", "secret")
    assert isinstance(make_provider(said("jquants")), Stored)


def test_a_key_may_come_from_the_users_settings(tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text('[jquants]\nkey = "secret"\n', "utf-8")
    assert isinstance(make_provider(said("jquants")), Stored)


# --- auto ---


def closes(fetched: Fetched, ticker: str = "NVDA") -> dict[date, str]:
    bars = fetched.bars[ticker]
    assert isinstance(bars, Bars)
    return {one.session: str(one.close) for one in bars.bars if FRIDAY <= one.session <= MONDAY}


def fill(path: Path, *tickers: str, history: date = WANTED.history) -> Store:
    """Keep bars of some tickers, with closes that only the store has."""
    store = Store(path)
    for ticker in tickers:
        instrument = make_instrument(ticker)
        sessions = sessions_between(instrument.exchange, max(history, day("2024-12-02")), TUESDAY)
        rows: tuple[Bar, ...] = tuple(bar(one, "77.7") for one in sessions)
        made = Bars(instrument, rows, dividends=(), origin=YAHOO)
        store.write(ticker, "yahoo", made, WANTED._replace(history=history))
    return store


def test_the_store_comes_before_the_sample(tmp_path: Path) -> None:
    path = fill(tmp_path / "own.db", "NVDA").path
    for is_offline in (True, False):
        fetched = make_provider(said(store=path, is_offline=is_offline)).fetch([NVDA], WANTED)
        assert closes(fetched) == {FRIDAY: "77.7", MONDAY: "77.7"}
        assert [one.name for one in fetched.sources] == ["yahoo"]


def test_where_the_store_lacks_one_the_sample_answers_for_all(tmp_path: Path) -> None:
    path = fill(tmp_path / "own.db", "NVDA").path
    fetched = make_provider(said(store=path)).fetch([NVDA, AVGO], WANTED)
    assert closes(fetched) == {FRIDAY: "142.62", MONDAY: "118.42"}
    assert [one.name for one in fetched.sources] == ["sample"]


def test_offline_the_one_that_holds_most_answers(tmp_path: Path) -> None:
    strangers = [make_instrument(f"T{at}") for at in range(3)]
    path = fill(tmp_path / "own.db", *(one.ticker for one in strangers)).path
    provider = make_provider(said(store=path, is_offline=True))
    assert provider.fetch([*strangers, NVDA], WANTED).sources[0].name == "yahoo"
    assert provider.fetch([strangers[0], NVDA, AVGO], WANTED).sources[0].name == "sample"


def test_the_store_lies_where_the_user_keeps_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "data" / "shock" / "store.db", "NVDA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert closes(make_provider(said("store")).fetch([NVDA], WANTED))[MONDAY] == "77.7"


def test_one_vendor_does_not_confirm_itself(tmp_path: Path) -> None:
    # The store's bars are Yahoo's: that Yahoo says the same is no second opinion.
    path = fill(tmp_path / "own.db", "NVDA").path
    provider = make_provider(said("store", confirm="yahoo", store=path, is_offline=True))
    found = provider.fetch([NVDA], WANTED).bars["NVDA"]
    assert isinstance(found, Bars)
    assert not found.confirmed


# --- figures that are accepted ---


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (None, set()),
        ("NVDA@2025-01-27", {("NVDA", MONDAY)}),
        ("NVDA@2025-01-27,5803.T@2025-01-28", {("NVDA", MONDAY), ("5803.T", TUESDAY)}),
        (" NVDA@2025-01-27 , ^GSPC@2025-01-28 ", {("NVDA", MONDAY), ("^GSPC", TUESDAY)}),
        ("NVDA@2025-01-27,NVDA@2025-01-27", {("NVDA", MONDAY)}),
        ("NVDA@2025-01-27,NVDA@2025-01-28", {("NVDA", MONDAY), ("NVDA", TUESDAY)}),
    ],
)
def test_figures_are_named_by_ticker_and_session(
    text: str | None, accepted: set[tuple[str, date]]
) -> None:
    assert parse_accepted(text) == accepted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no figure"),
        (",", "names no figure"),
        ("NVDA", "'NVDA' names no figure"),
        ("NVDA@last", "'NVDA@last' names no figure"),  # a figure is of one session
        ("NVDA@2025-01-27,AVGO", "'AVGO' names no figure"),
        ("NVDA@", "is not a date"),
        ("NVDA@27.1.2025", "'27.1.2025' is not a date"),
        ("NVDA@2025-02-30", "'2025-02-30' is not a date"),
        ("NVDA@2025-01-27@2025-01-28", "is not a date"),
        ("@2025-01-27", "'' is not a ticker"),
        ("nvda@2025-01-27", "'nvda' is not a ticker"),
    ],
)
def test_what_names_no_figure_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_accepted(text)
    assert message in caught.value.message
    assert caught.value.hint


def test_the_hint_to_a_date_does_not_offer_what_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        parse_accepted("NVDA@27.1.2025")
    assert "last" not in caught.value.hint


@given(st.text(max_size=30) | st.text("NVDA@2025-17,T.^ ", max_size=30))
def test_any_text_is_figures_or_refused(text: str) -> None:
    try:
        found = parse_accepted(text)
    except UsageError:
        return
    assert found


# --- the command ---


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--source", "yahoo", "--refresh", "--offline"), "exclude each other"),
        (("--source", "yaho"), "no source is named 'yaho'"),
        (("--data", "prices.csv"), "go together"),
        (("--source", "jquants"), "needs an API key"),
        (("--confirm", "auto"), "names no second source"),
        (("--accept", "NVDA"), "names no figure"),
    ],
)
def test_wrong_usage_is_two_lines_and_exit_2(
    here: Shock, options: tuple[str, ...], message: str
) -> None:
    done = here("report", "--date", "2025-01-27", *options)
    error, hint = lines(done)
    assert (done.returncode, done.stdout) == (2, "")
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("hint: ")


def test_a_home_that_nobody_has_is_no_bug(here: Shock) -> None:
    place = "~nobody-of-this-name/store.db"
    done = here("report", "--date", "2025-01-27", "--source", "store", "--store", place)
    error, _ = lines(done)
    assert done.returncode in (1, 2)
    assert "nobody-of-this-name" in error


def test_an_empty_store_is_incomplete(here: Shock) -> None:
    done = here("report", "--date", "2025-01-27", "--source", "store")
    error, hint = lines(done)
    assert done.returncode == 4
    assert "coverage 0 %" in error
    assert "`shock fetch`" in hint


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "json", "csv"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_report_of_an_empty_store_may_be_asked_for(here: Shock, form: str, lang: str) -> None:
    options = ("--source", "store", "--min-coverage", "0", "--format", form, "--lang", lang)
    done = here("report", "--date", "2025-01-27", *options)
    assert lines(done) == []
    assert done.returncode == 0
    assert done.stdout


def test_a_source_that_confirms_nothing_spoils_nothing(here: Shock) -> None:
    options = ("--source", "sample", "--confirm", "store", "--format", "json")
    done = here("report", "--date", "2025-01-27", *options)
    assert lines(done) == []
    moves = json.loads(done.stdout)["moves"]
    assert {move["status"] for move in moves} == {"ok"}
    alone = here("report", "--date", "2025-01-27", "--source", "sample", "--format", "json")
    assert moves == json.loads(alone.stdout)["moves"]


def test_a_store_that_ends_before_the_session_closes_no_exchange(
    here: Shock, tmp_path: Path
) -> None:
    # It was filled on the evening of the 24th, and nobody has asked for the 27th since.
    store = Store(tmp_path / "own.db")
    for ticker in ("NVDA", "AVGO"):
        instrument = make_instrument(ticker)
        rows = tuple(bar(one, "100") for one in (day("2025-01-23"), FRIDAY))
        origin = Origin("yahoo", "2025-01-24T22:00:00Z")
        wanted = Wanted(WANTED.history, FRIDAY, FRIDAY)
        store.write(ticker, "yahoo", Bars(instrument, rows, origin=origin), wanted)
    done = here(
        *("report", "--date", "2025-01-27", "--tickers", "NVDA,AVGO"),
        *("--source", "store", "--store", str(store.path)),
    )
    error, hint = lines(done)
    assert done.returncode == 4
    assert "may have been closed" not in error
    assert "fetch" in hint or "yahoo" in hint
