"""What forgers try who reckon right hashes and render again: each is found, and none crashes."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.capsule.reading import read_capsule
from deepseek_shock.errors import FileError
from tests.capsule.forging import change_manifest, forge, parts_of, write_again
from tests.cli.test_live import EARLY, WITH_KEY, report
from tests.fakes.jquants import JQuants
from tests.fakes.yahoo import Yahoo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
BARS = """ticker,session,open,high,low,close,volume,split,dividend
NVDA,2025-01-22,100,101,99,100,10,,
NVDA,2025-01-23,100,101,99,100,10,,
NVDA,2025-01-24,50,51,49,50,20,2,0.1
NVDA,2025-01-26,50,51,49,50,0,,
NVDA,2025-01-27,45,46,44,45,30,,
NVDA,2025-01-28,46,40,39,46,30,,
NVDA,2025-01-29,46,47,44,46,30,,
AVGO,2025-01-20,200,200,200,200,0,,
AVGO,2025-01-24,200,201,199,201,10,,
AVGO,2025-01-27,170,171,169,170,10,,
AVGO,2025-01-27,170,171,169,171,10,,
5803.T,2025-01-24,6000,6100,5900,6000,10,,
5803.T,2025-01-27,5500,5600,5400,5700,10,,
"""


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from tests.conftest import call_shock

    folder = tmp_path_factory.mktemp("honest")
    made = call_shock(*DAY, "--format", "csv", "--capsule", "a.zip", folder=folder)
    assert made.returncode == 0
    return (folder / "a.zip").read_bytes()


@pytest.fixture
def capsule(honest: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "a.zip"
    file.write_bytes(honest)
    return file


def bars_of(data: dict[str, Any], ticker: str) -> dict[str, Any]:
    bars: dict[str, Any] = data["held"]["bars"][ticker]["Bars"]
    return bars


def drop_bar(data: dict[str, Any]) -> None:
    bars = bars_of(data, "NVDA")
    bars["bars"] = [bar for bar in bars["bars"] if bar["session"] != "2025-01-27"]


def refuse_bar(reason: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        bars = bars_of(data, "NVDA")
        bar = next(bar for bar in bars["bars"] if bar["session"] == "2025-01-27")
        bars["bars"].remove(bar)
        bars["refused"] = [["2025-01-27", {"reason": reason, "bar": bar}]]

    return change


def make_gap(reason: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        instrument = bars_of(data, "NVDA")["instrument"]
        gap = {"instrument": instrument, "session": "2025-01-27", "reason": reason}
        data["held"]["bars"]["NVDA"] = {"Gap": gap}

    return change


def confirm(data: dict[str, Any]) -> None:
    bars_of(data, "NVDA")["confirmed"] = ["2025-01-24", "2025-01-27"]


def ask(**changed: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data["inquiry"]["asked"]["XNYS"].update(changed)


def baseline(data: dict[str, Any]) -> None:
    one = next(one for key, one in data["held"]["baselines"] if key[1] == "NVDA")
    one["sd"] /= 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop_bar, "not used as it came: NVDA 2025-01-27"),
        (make_gap("not_found"), "not used as it came: NVDA"),
        (make_gap("market_closed"), "not used as it came: NVDA"),
        (make_gap("wrong_symbol"), "not used as it came: NVDA"),
        (refuse_bar("inconsistent_bar"), "not used as it came: NVDA 2025-01-27"),
        (refuse_bar("in_progress"), "not used as it came: NVDA 2025-01-27"),
        (refuse_bar("unapplied_split"), "not used as it came: NVDA 2025-01-27"),
        (confirm, "not used as it came: NVDA"),
        (ask(previous="2025-01-22"), "XNYS: 2025-01-22 is not the session before 2025-01-27"),
        (ask(session="2025-01-28", previous="2025-01-27"), "2025-01-27 does not ask for"),
        (ask(phase="running"), "there was no instant at which all had come so far"),
        (baseline, "not what this version has: baselines"),
        (lambda data: data["held"]["rates"][0].update(close="1.00"), "version has: rates"),
        (lambda data: data["held"]["sources"][0].update(vendor="Else"), "version has: source"),
        (lambda data: data["inquiry"].update(accepted=[["NVDA", "2025-01-27"]]),
         "lets no figure stand, and one is"),
        (lambda data: data["inquiry"].update(takes_provisional=True), "no provisional figure"),
    ],
)  # fmt: skip
def test_a_report_of_other_things_than_came(
    here: Shock, capsule: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    forge(capsule, change)
    run = here("verify", "a.zip")
    assert (run.returncode, run.stderr) == (1, "")
    assert said in run.stdout
    assert "ok    report" in run.stdout, "the forger rendered it again"


def test_rows_of_the_sample_that_are_not_the_samples(here: Shock, capsule: Path) -> None:
    forge(
        capsule,
        lambda data: next(
            bar for bar in bars_of(data, "NVDA")["bars"] if bar["session"] == "2025-01-27"
        ).update(close="120.42"),
    )
    parts = parts_of(capsule)
    parts["received.csv"] = parts["received.csv"].replace(b",118.42,", b",120.42,")
    write_again(capsule, parts)
    run = here("verify", "a.zip")
    assert run.returncode == 1
    assert "not what this version has: bars" in run.stdout


def test_own_words_are_named_as_unproved(here: Shock, capsule: Path) -> None:
    """Anybody may have a watchlist of that name, so it is no fault."""
    title = {"en": "Chips", "ja": "半導体"}
    forge(capsule, lambda data: data["inquiry"]["watchlist"]["groups"][0].update(title=title))
    run = here("verify", "a.zip")
    assert run.returncode == 0
    assert "note  not proved  the words of the watchlist" in run.stdout


def test_a_command_that_is_none(here: Shock, capsule: Path) -> None:
    change_manifest(capsule, lambda one: one.update(command=f"{one['command']}; rm -r x"))
    run = here("verify", "a.zip")
    assert run.returncode == 1
    assert "is more than a command" in run.stdout


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("look", "house", "precision", "decimals"), 10**9),
        (("look", "house", "precision", "decimals"), -3),
        (("look", "house", "minus"), "+"),
        (("look", "house", "words"), {"en": {"nobody.knows": {"str": "x"}}}),
        (("look", "house", "words"), {"xx": {}}),
        (("written", "width"), 10**12),
        (("own_templates",), {"a": "event.json", "a/b": "event.json"}),
        (("own_templates",), {"a.j2": "event.json", "A.j2": "event.json"}),
    ],
)
def test_what_no_user_may_say_of_its_look(
    capsule: Path, place: tuple[str, ...], value: object
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        for name in place[:-1]:
            manifest = manifest[name]
        manifest[place[-1]] = value

    change_manifest(capsule, change)
    check_refused(capsule)


def check_refused(file: Path) -> None:
    """Every command reads a capsule first; that it says errors in two lines is tested elsewhere."""
    with pytest.raises(FileError) as caught:
        read_capsule(file)
    assert caught.value.hint


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_what_is_no_number(capsule: Path, number: str) -> None:
    parts = parts_of(capsule)
    basis = json.loads(parts["basis.json"])
    basis["held"]["baselines"][0][1]["sd"] = "HERE"
    parts["basis.json"] = json.dumps(basis).replace('"HERE"', number).encode()
    write_again(capsule, parts)
    check_refused(capsule)


@pytest.mark.parametrize("close", ["1E+999999", "NaN", "Infinity", "\ud800"])
def test_what_is_no_rate_and_no_text(capsule: Path, close: str) -> None:
    parts = parts_of(capsule)
    basis = json.loads(parts["basis.json"])
    basis["held"]["rates"][0]["close" if close.isascii() else "source"] = close
    parts["basis.json"] = json.dumps(basis).encode()
    write_again(capsule, parts)
    check_refused(capsule)


def rezipped(parts: dict[str, bytes], **info: Any) -> bytes:  # noqa: ANN401 -- fields of ZipInfo
    import io

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            one = zipfile.ZipInfo(name, info.get("date_time", (1980, 1, 1, 0, 0, 0)))
            one.create_system = info.get("create_system", 3)
            one.external_attr = info.get("mode", stat.S_IFREG | 0o644) << 16
            with archive.open(one, "w", force_zip64="zip64" in info) as part:
                part.write(content)
        archive.comment = info.get("comment", b"")
    return file.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda whole, _: b"#!/bin/sh\n" + whole,
        lambda whole, _: whole + b"behind",
        lambda _, parts: rezipped(parts, comment=b"hello"),
        lambda _, parts: rezipped(parts, mode=stat.S_IFLNK | 0o777),
        lambda _, parts: rezipped(parts, date_time=(2025, 1, 27, 0, 0, 0)),
        lambda _, parts: rezipped(parts, create_system=0),
        lambda _, parts: rezipped(parts, zip64=True),
    ],
    ids=["prefix", "suffix", "comment", "mode", "date", "system", "zip64"],
)
def test_a_file_that_is_more_than_its_parts(
    capsule: Path, change: Callable[[bytes, dict[str, bytes]], bytes]
) -> None:
    capsule.write_bytes(change(capsule.read_bytes(), parts_of(capsule)))
    check_refused(capsule)


# --- and those that are honest ---


def check_proved(here: Shock) -> str:
    run = here("verify", "a.zip")
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "BAD" not in run.stdout
    return run.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--tickers", "NVDA,AVGO,5803.T,ZZZZ", "--accept", "5803.T@2025-01-27"),
        ("--confirm", "sample"),
    ],
)
def test_files_with_all_that_files_may_have(
    here: Shock, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """A split, a dividend, a holiday's row, a day twice, a close outside its range, a hole."""
    (tmp_path / "prices.csv").write_text(BARS)
    source = ("--source", "files", "--data", "prices.csv", "--min-coverage", "0")
    assert here(*DAY, *source, *options, "-o", "a.md", "--capsule", "a.zip").returncode == 0
    said = check_proved(here)
    assert ("that nothing came of ZZZZ" in said) is ("ZZZZ" in options[1])


def leave_out(bars: dict[str, Any]) -> None:
    bars["bars"] = [bar for bar in bars["bars"] if bar["session"] != "2025-01-23"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (leave_out, "not used as it came: NVDA 2025-01-23\n"),
        (lambda bars: bars.update(splits=[]), "not used as it came: NVDA\n"),
        (lambda bars: bars.update(dividends=[]), "not used as it came: NVDA\n"),
        (lambda bars: bars["refused"].clear(), "not used as it came: NVDA 2025-01-28\n"),
    ],
    ids=["bar", "split", "dividend", "refusal"],
)
def test_what_a_file_said_and_is_left_out(
    here: Shock, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    (tmp_path / "prices.csv").write_text(BARS)
    source = ("--source", "files", "--data", "prices.csv", "--tickers", "NVDA,5803.T")
    assert here(*DAY, *source, "-o", "a.md", "--capsule", "a.zip").returncode == 0
    forge(tmp_path / "a.zip", lambda data: change(bars_of(data, "NVDA")))
    run = here("verify", "a.zip")
    assert run.returncode == 1
    assert said in run.stdout


@pytest.mark.parametrize(
    ("clock", "options"),
    [
        ("2025-01-28T05:00:00", ()),
        ("2025-01-27T17:00:00", ("--provisional",)),
        ("2025-01-27T02:00:00", ("--provisional", "--tickers", "5803.T,9984.T")),
        ("2025-01-29T09:00:00", ("--date", "last")),
    ],
)
def test_the_hour_of_a_report_needs_no_record(
    here: Shock, clock: str, options: tuple[str, ...]
) -> None:
    from datetime import UTC, datetime

    epoch = int(datetime.fromisoformat(clock).replace(tzinfo=UTC).timestamp())
    asked = DAY if "--date" not in options else DAY[:1]
    run = here(
        *(*asked, *options, "--min-coverage", "0", "-o", "a.md", "--capsule", "a.zip"),
        env={"SOURCE_DATE_EPOCH": str(epoch)},
    )
    assert run.returncode == 0, run.stderr
    check_proved(here)


@pytest.mark.vendor
def test_vendors_their_store_and_one_against_the_other(tmp_path: Path, here: Shock) -> None:
    seal = ("--min-coverage", "0", "--capsule", "a.zip")
    for options in (
        ("--confirm", "jquants", *seal),
        ("--source", "store", *seal),
        ("--source", "auto", *seal),
    ):
        run = report(tmp_path, *options, yahoo=Yahoo(), vendor=JQuants({}), env=EARLY | WITH_KEY)
        assert run.code == 0, run.stderr
        check_proved(here)
    forge(tmp_path / "a.zip", drop_bar)
    assert "not used as it came: NVDA 2025-01-27" in here("verify", "a.zip").stdout
