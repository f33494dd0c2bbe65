"""The evidence of a report: written beside it, made again of it, proved by it."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.capsule.archive import write_archive
from tests.capsule.forging import parts_of, write_again
from tests.cli.test_live import TWO, report
from tests.fakes.jquants import KEY
from tests.fakes.yahoo import Yahoo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
FORMATS = ("terminal", "markdown", "html", "email", "json", "csv")


@pytest.fixture
def capsule(here: Shock, tmp_path: Path) -> Path:
    assert here(*DAY, "-o", "report.html", "--capsule", "a.zip").returncode == 0
    return tmp_path / "a.zip"


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_made_again_byte_for_byte(here: Shock, name: str) -> None:
    options = ("--lang", "ja", "--style", "quick", "--sort", "ticker", "--top", "5")
    first = here(*DAY, "--format", name, *options, "--capsule", "{date}.zip")
    assert (first.returncode, first.stderr) == (0, "")
    again = here("report", "--from", "2025-01-27.zip", env={"SHOCK_LANG": "en", "SHOCK_TOP": "9"})
    assert again.stdout == first.stdout
    proved = here("verify", "2025-01-27.zip")
    assert proved.returncode == 0
    assert {line[:2] for line in proved.stdout.splitlines()} == {"ok"}


def test_what_a_file_says_of_options_is_not_the_capsules(
    here: Shock, capsule: Path, tmp_path: Path
) -> None:
    direct = (tmp_path / "report.html").read_text("utf-8")
    (tmp_path / "shock.toml").write_text(
        '[report]\nlang = "ja"\ntop = 3\nsort = "ticker"\nstyle = "quick"\ndecimals = 0\n'
        'rounding = "down"\ncolors = "mono"\nformat = "csv"\ntickers = "NVDA"\nif-move = 90\n'
    )
    assert here("report", "--from", capsule.name).stdout == direct


def test_a_terminals_page_has_its_width_of_then(here: Shock) -> None:
    first = here(*DAY, "--capsule", "a.zip", env={"COLUMNS": "80"})
    again = here("report", "--from", "a.zip", env={"COLUMNS": "120"})
    assert again.stdout == first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80


@pytest.mark.parametrize("name", FORMATS)
def test_a_capsule_gives_every_format_as_if_it_had_been_asked_for_then(
    here: Shock, capsule: Path, name: str
) -> None:
    direct = here(*DAY, "--format", name, "--lang", "ja").stdout
    assert here("report", "--from", capsule.name, "--format", name, "--lang", "ja").stdout == direct


def test_the_same_evidence_is_the_same_file_anywhere(shock: Shock, tmp_path: Path) -> None:
    places = [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
    ]
    for number, env in enumerate(places):
        assert shock(*DAY, "-o", "a.md", "--capsule", f"{number}.zip", env=env).returncode == 0
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()


def test_its_parts_are_named_and_hashed(capsule: Path) -> None:
    parts = parts_of(capsule)
    manifest = json.loads(parts["capsule.json"])
    assert list(manifest["parts"]) == [name for name in parts if name != "capsule.json"]
    for name, part in manifest["parts"].items():
        assert part == {"sha256": sha256(parts[name]).hexdigest(), "size": len(parts[name])}
    assert set(parts) == {
        *("capsule.json", "basis.json", "bars.csv", "actions.csv", "watchlist.json", "event.json"),
        *("received.csv", "received-actions.csv", "received.json", "document.html"),
    }
    assert parts["document.html"] == (capsule.parent / "report.html").read_bytes()
    template = manifest["templates"]["report.html.j2"]
    assert len(template) == 64
    assert manifest["calendars"]["XTKS"]
    assert manifest["tools"]["jinja2"]


def test_people_find_their_figures_in_it(capsule: Path) -> None:
    """Nvidia's closes are Nasdaq's."""
    rows = csv.DictReader(io.StringIO(parts_of(capsule)["bars.csv"].decode()))
    closes = {row["session"]: row["close"] for row in rows if row["ticker"] == "NVDA"}
    assert (closes["2025-01-24"], closes["2025-01-27"]) == ("142.62", "118.42")
    event = json.loads(parts_of(capsule)["event.json"])
    assert event["id"] == "deepseek"


def test_a_changed_byte_is_found(here: Shock, capsule: Path) -> None:
    whole = capsule.read_bytes()
    at = whole.index(b"118.42")
    capsule.write_bytes(whole[:at] + b"118.43" + whole[at + 6 :])
    run = here("verify", capsule.name)
    assert run.returncode == 1
    assert run.stderr.startswith("error: a.zip: is no capsule: Bad CRC-32")


def swap(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swap("document.html", b"16.97%", b"16.99%"), "made again, document.html differs"),
        (swap("bars.csv", b"118.42", b"118.43"), "bars.csv: not what the basis says"),
        (swap("received.csv", b"118.42", b"118.43"), "used, but not received: NVDA 2025-01-27"),
        (swap("basis.json", b'"118.42"', b'"118.43"'), "used, but not received: NVDA 2025-01-27"),
        (swap("basis.json", b'"name":"sample"', b'"name":"other"'), "document.html differs"),
        (swap("received.csv", b"2025-01-27,", b"2025-13-27,"), "received.csv:"),
    ],
    ids=["document", "table", "received", "basis", "source", "damage"],
)
def test_who_can_reckon_hashes_is_found_out_too(
    here: Shock, capsule: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    parts = parts_of(capsule)
    change(parts)
    write_again(capsule, parts)
    run = here("verify", capsule.name)
    assert (run.returncode, run.stderr) == (1, "")
    assert said in run.stdout
    assert "BAD" in run.stdout


def test_another_version_is_a_note_and_no_lie(here: Shock, capsule: Path) -> None:
    parts = parts_of(capsule)
    swap("capsule.json", b'"tool_version": "', b'"tool_version": "9.')(parts)
    write_again(capsule, parts)
    run = here("verify", capsule.name)
    assert run.returncode == 0
    assert "note  version    made by shock 9." in run.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swap("capsule.json", b'"format": 1', b'"format": 2'), "format 2"),
        (swap("basis.json", b'"inquiry"', b'"enquiry"'), "enquiry"),
        (lambda parts: parts.pop("basis.json"), "basis.json is missing"),
        (lambda parts: parts.update({"basis.json": b"[" * 100_000}), "is no capsule"),
        (lambda parts: parts.update({"capsule.json": b"\0"}), ""),
        (swap("capsule.json", b'"own_templates": {}', b'"own_templates": {"../x": "event.json"}'),
         "no template's name"),
        (swap("capsule.json", b'"document": "document.html"', b'"document": "missing.html"'),
         "missing.html is missing"),
    ],
)  # fmt: skip
def test_what_is_no_capsule_is_two_lines(
    here: Shock, capsule: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    parts = parts_of(capsule)
    change(parts)
    if said:
        write_again(capsule, parts)
    else:
        capsule.write_bytes(write_archive(parts))
    for args in (("verify", "a.zip"), ("report", "--from", "a.zip"), ("diff", "a.zip", "a.zip")):
        run = here(*args)
        assert (run.returncode, run.stdout) == (1, "")
        assert [line.partition(":")[0] for line in run.stderr.splitlines()] == ["error", "hint"]
        assert said in run.stderr


def test_words_that_no_style_may_have_are_told_as_any_damage(here: Shock, capsule: Path) -> None:
    """Words of a house style, each of its type, that ask for a value which the report has not."""
    parts = parts_of(capsule)
    words = '"words": {"en": {"title.fall_some": {"str": "{nobody:text}"}}}'
    manifest = json.loads(parts["capsule.json"])
    assert manifest["look"]["house"]["words"] == {}
    parts["capsule.json"] = json.dumps(manifest).replace('"words": {}', words).encode()
    write_again(capsule, parts)
    for args in (("verify", "a.zip"), ("report", "--from", "a.zip")):
        run = here(*args)
        assert run.returncode == 1
        assert "a.zip: its house style: title.fall_some: there is no value `nobody`" in run.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--date", "2025-01-28"),
        ("--source", "yahoo"),
        ("--tickers", "NVDA"),
        ("--capsule", "b.zip"),
    ],
)
def test_a_capsule_has_its_data(here: Shock, capsule: Path, options: tuple[str, str]) -> None:
    run = here("report", "--from", capsule.name, *options)
    assert run.returncode == 2
    assert f"--from and {options[0]} exclude each other" in run.stderr


@pytest.mark.parametrize(("option", "value"), [("top", "x"), ("sort", "x"), ("lang", "xx")])
def test_an_option_that_nobody_knows_is_the_capsules_fault(
    here: Shock, capsule: Path, option: str, value: str
) -> None:
    parts = parts_of(capsule)
    options = f'"options": {{"{option}": "{value}",'.encode()
    swap("capsule.json", b'"options": {', options)(parts)
    write_again(capsule, parts)
    run = here("report", "--from", "a.zip")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: a.zip: an option of it: ")


@pytest.mark.parametrize("file", ["-", "report.html"])
def test_a_capsule_needs_a_file_of_its_own(here: Shock, file: str) -> None:
    run = here(*DAY, "-o", "report.html", "--capsule", file)
    assert run.returncode == 2
    assert "a file of its own" in run.stderr


def test_a_failed_run_leaves_neither(here: Shock, tmp_path: Path) -> None:
    run = here(*DAY, "-o", "report.html", "--capsule", "a.zip", "--if-move", "90")
    assert run.returncode == 10
    assert [one.name for one in tmp_path.iterdir()] == ["home"]


def test_a_users_template_travels_with_it(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "own.txt.j2").write_text("{{ report.day }} {% include 'part.j2' %}")
    (tmp_path / "part.j2").write_text("of {{ findings.shares | length }} shares")
    first = here(*DAY, "--template", "own.txt.j2", "--capsule", "a.zip")
    assert first.stdout == "2025-01-27 of 56 shares"
    for name in ("own.txt.j2", "part.j2"):
        (tmp_path / name).unlink()
    assert here("report", "--from", "a.zip").stdout == first.stdout
    assert here("verify", "a.zip").returncode == 0
    assert here("report", "--from", "a.zip", "--format", "csv").stdout.startswith("ticker,")


def test_a_house_style_travels_with_it(here: Shock, tmp_path: Path) -> None:
    """Its decimals, a sentence, and a heading with forms."""
    (tmp_path / "own.toml").write_text(
        'decimals = 1\n[words.en]\ntitle.fall_some = "{lead:name} drops {move:size}"\n'
        '[words.en.section.falls]\none = "Worst"\nother = "The {n:number} worst"\n'
    )
    first = here(*DAY, "--style", "own.toml", "--capsule", "a.zip")
    assert first.stdout.startswith("NVIDIA drops 17.0%\n")
    assert "The 12 worst" in first.stdout
    (tmp_path / "own.toml").unlink()
    assert here("report", "--from", "a.zip").stdout == first.stdout
    assert here("verify", "a.zip").returncode == 0
    assert "NVIDIA −16.97%" in here("report", "--from", "a.zip", "--style", "wire").stdout


def test_a_folder_of_templates_travels_with_it(here: Shock, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "report.md.j2").write_text("{% extends 'builtin/report.md.j2' %}")
    (folder / "notes.txt").write_text("of nobody's business")
    first = here(*DAY, "--format", "markdown", "--template-dir", "mine", "--capsule", "a.zip")
    (folder / "report.md.j2").unlink()
    folder.joinpath("notes.txt").unlink()
    folder.rmdir()
    assert here("report", "--from", "a.zip").stdout == first.stdout
    assert here("verify", "a.zip").returncode == 0
    assert [name for name in parts_of(tmp_path / "a.zip") if "templates" in name] == ["templates/1"]


def test_of_a_message_it_holds_the_mail_and_no_address(here: Shock, tmp_path: Path) -> None:
    addresses = ("--to", "reader@example.org", "--sender", "desk@example.org")
    assert here(*DAY, "-o", "a.eml", *addresses, "--capsule", "a.zip").returncode == 0
    assert b"example.org" not in (tmp_path / "a.zip").read_bytes()
    assert here("verify", "a.zip").returncode == 0
    mail = here(*DAY, "--format", "email").stdout
    assert here("report", "--from", "a.zip").stdout == mail


def test_a_page_of_a_site_has_its_evidence_too(here: Shock, tmp_path: Path) -> None:
    look = ("--lang", "ja", "--style", "quick", "--if-move", "5")
    run = here("publish", "site", *DAY[1:], *look, "--capsule", "kept/{date}.zip")
    assert (run.returncode, run.stderr) == (0, "")
    assert here("verify", "kept/2025-01-27.zip").returncode == 0
    alone = here(*DAY, "--lang", "ja", "--style", "quick", "--format", "html").stdout
    assert here("report", "--from", "kept/2025-01-27.zip").stdout == alone
    assert "−16.9%" in alone
    assert not list(tmp_path.glob("site/*.zip"))


@pytest.mark.parametrize(
    "file", ["site/index.html", "site/{date}.html", "site/.shock/x.zip", "site/../site/feed.xml"]
)
def test_a_page_is_not_its_own_evidence(here: Shock, tmp_path: Path, file: str) -> None:
    assert here("publish", "site", "--date", "2025-01-28").returncode == 0
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    run = here("publish", "site", *DAY[1:], "--capsule", file)
    assert run.returncode == 2
    assert "is a file of the site" in run.stderr
    assert {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()} == before


def test_a_page_that_fails_leaves_no_evidence(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "site").write_text("no folder")
    (tmp_path / "a.zip").write_text("old")
    run = here("publish", "site", *DAY[1:], "--capsule", "a.zip")
    assert run.returncode in (1, 2)
    assert (tmp_path / "a.zip").read_text() == "old"


@pytest.mark.vendor
def test_a_vendors_rows_are_in_it_as_they_came_and_no_secret(tmp_path: Path) -> None:
    """Yahoo's floats have more digits than the price that was quoted."""
    run = report(tmp_path, "--capsule", "a.zip", yahoo=Yahoo(), env={"JQUANTS_API_KEY": KEY})
    assert run.code == 0
    parts = parts_of(tmp_path / "a.zip")
    assert KEY.encode() not in (tmp_path / "a.zip").read_bytes()
    series = json.loads(parts["received.json"])
    assert [one["ticker"] for one in series] == sorted(TWO)
    assert {one["source"] for one in series} == {"yahoo"}
    rows = csv.DictReader(io.StringIO(parts["received.csv"].decode()))
    came = {(row["ticker"], row["session"]): row["close"] for row in rows}
    assert round(float(came["NVDA", "2025-01-27"]), 2) == 118.42
    proved = report_again(tmp_path)
    assert proved == run.stdout


def report_again(folder: Path) -> str:
    from tests.conftest import call_shock

    assert call_shock("verify", "a.zip", folder=folder).returncode == 0
    return call_shock("report", "--from", "a.zip", folder=folder).stdout
