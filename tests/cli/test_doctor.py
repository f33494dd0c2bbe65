"""`shock doctor`: each of the usual troubles is made here, and has to be found, with a way out.

Most looks are asked alone, in this process; what all of them come to is asked of the command.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.cli.examining import installation, keeping, machine, options, settings
from deepseek_shock.cli.examining.finding import Grade, examined
from deepseek_shock.market.bars import Bars, Origin
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.store import Store
from tests.builders import FRIDAY, MONDAY, bar, day
from tests.conftest import fork_shock
from tests.fakes import jquants
from tests.fakes.jquants import KEY, JQuants, row
from tests.fakes.proxy import serve
from tests.fakes.wire import Reply
from tests.fakes.yahoo import Yahoo, charts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deepseek_shock.cli.examining.finding import Finding
    from tests.conftest import Shock

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EPOCH = {"SOURCE_DATE_EPOCH": "1767225600"}  # the same, of which all of the sample is long over
SECRET = "hunter2-made-up"  # noqa: S105 -- that it is nowhere said is what is tested


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Be a user who has set nothing, in an empty folder."""
    for name in list(os.environ):
        if name != "PATH":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def found(look: Callable[[], Iterator[Finding]]) -> list[tuple[str, str, str]]:
    """Return grade, what was seen and what to do, of all that is not well."""
    findings = list(examined("it", look))
    assert all((one.todo is None) is (one.grade is Grade.OK) for one in findings)
    return [(one.grade, one.seen, one.todo or "") for one in findings if one.grade is not Grade.OK]


def only(look: Callable[[], Iterator[Finding]]) -> tuple[str, str, str]:
    (one,) = found(look)
    return one


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "look",
    [
        settings.look_at_configuration,
        settings.look_at_variables,
        settings.look_at_sources,
        settings.look_at_network,
        keeping.look_at_store,
        keeping.look_at_history,
        installation.look_at_packages,
        installation.look_at_templates,
        machine.look_at_clock,
    ],
)
def test_where_nothing_is_set_nothing_is_wrong(look: Callable[[], Iterator[Finding]]) -> None:
    assert found(look) == []


# --- what is installed ---

METADATA = """\
Metadata-Version: 2.4
Name: deepseek-shock
Version: 0.0
Requires-Dist: typer<0.29,>=0.26
Requires-Dist: scipy<2,>=1.13
Requires-Dist: tzdata>=2025.2; sys_platform == 'win32'
Requires-Dist: css-inline>=0.18; extra == 'publish'
Requires-Dist: deepseek-shock[publish]; extra == 'test'
Requires-Dist: pyspark<5,>=4.0; extra == 'spark'
"""


def test_what_is_required_is_read_from_the_metadata(tmp_path: Path) -> None:
    (tmp_path / "METADATA").write_text(METADATA, encoding="utf-8")
    read = installation.read_requirements(PathDistribution(tmp_path))
    assert [(one.name, str(one), one.extra) for one in read] == [
        ("scipy", "<2,>=1.13", None),
        ("typer", "<0.29,>=0.26", None),
        ("css-inline", ">=0.18", "publish"),
        ("pyspark", "<5,>=4.0", "spark"),
    ]


@pytest.mark.parametrize(
    ("bounds", "version", "is_admitted"),
    [
        ("<0.29,>=0.26", "0.28.0", True),
        ("<0.29,>=0.26", "0.29.0", False),
        ("<0.29,>=0.26", "0.9", False),  # by numbers, not by letters
        (">=2025.2", "2025.2.post1", True),
        ("==1.4.*", "1.4.7", True),
        ("==1.4.*", "1.5", False),
        ("!=1.5", "1.5.0", False),
        ("~=1.4.2", "1.4.9", True),
        ("~=1.4.2", "1.5", False),
        ("", "9", True),
    ],
)
def test_versions_are_held_against_their_bounds(
    bounds: str, version: str, *, is_admitted: bool
) -> None:
    (asked,) = read_one(f"Requires-Dist: typer{bounds}")
    assert asked.admits(version) is is_admitted


def read_one(line: str) -> list[installation.Requirement]:
    class One(PathDistribution):
        requires = (line.removeprefix("Requires-Dist: "),)  # type: ignore[assignment]

    return installation.read_requirements(One(Path()))


def test_a_package_out_of_its_range_or_missing_is_bad() -> None:
    (typer,) = read_one("Requires-Dist: typer<0.29,>=0.26")
    (old,) = installation.judge_package(typer, "0.20.1")
    assert old.grade is Grade.BAD
    assert old.seen == "0.20.1, shock needs <0.29,>=0.26"
    assert old.todo == "pip install --upgrade 'deepseek-shock'"
    (missing,) = installation.judge_package(typer, None)
    assert (missing.grade, missing.seen) == (Grade.BAD, "is not installed")
    (extra,) = read_one("Requires-Dist: css-inline>=0.18; extra == 'publish'")
    (optional,) = installation.judge_package(extra, None)
    assert optional.grade is Grade.NOTE
    assert optional.todo == "pip install --upgrade 'deepseek-shock[publish]'"


def test_a_python_that_is_too_old_is_bad() -> None:
    assert installation.judge_python("3.10.4", "/py", ">=3.11").grade is Grade.BAD
    assert installation.judge_python("3.11.0", "/py", ">=3.11").grade is Grade.OK


def test_a_command_of_another_installation_is_told(
    tmp_path: Path, alone: pytest.MonkeyPatch
) -> None:
    for name in ("other", "own", "links"):
        (tmp_path / name).mkdir()
    for name in ("other", "own"):
        (tmp_path / name / "shock").write_text("#!/bin/sh\n", encoding="utf-8")
        (tmp_path / name / "shock").chmod(0o755)
    (tmp_path / "links/shock").symlink_to(tmp_path / "own/shock")  # as pipx and uv lay them
    own = [tmp_path / "own"]
    assert installation.judge_command(str(tmp_path / "links/shock"), own).grade is Grade.OK
    assert installation.judge_command(None, own).grade is Grade.NOTE
    alone.setenv("PATH", str(tmp_path / "other"))
    grade, seen, todo = only(installation.look_at_command)
    assert grade == "note"
    assert f"{tmp_path}/other/shock, another installation" in seen
    assert str(Path(sys.executable).parent) in todo


# --- what is set ---


def test_a_wrong_key_in_the_configuration_is_bad(tmp_path: Path, alone: object) -> None:
    del alone
    (tmp_path / "shock.toml").write_text("[report]\nlangs = 'ja'\n", encoding="utf-8")
    assert only(settings.look_at_configuration) == (
        *("BAD", "shock.toml:2: `langs` is not an option of shock report", "did you mean lang?"),
    )


def test_a_configuration_that_cannot_be_read_is_bad(tmp_path: Path, alone: object) -> None:
    del alone
    (tmp_path / "shock.toml").write_bytes(b"\xff\xfe\x00")
    grade, seen, todo = only(settings.look_at_configuration)
    assert (grade, todo != "") == ("BAD", True)
    assert "shock.toml" in seen


def test_a_variable_that_no_option_reads_is_told(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("SHOCK_LNAG", SECRET)
    alone.setenv("SHOCK_XYZZY", SECRET)
    alone.setenv("SHOCK_WATCHLIST", "mine")
    assert found(settings.look_at_variables) == [
        ("BAD", "no option reads SHOCK_LNAG", "did you mean SHOCK_LANG?"),
        ("note", "no option reads SHOCK_XYZZY", "unset it, if it was meant for shock"),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("decimals", "two"),
        ("top", "x"),
        ("min-coverage", "1000"),
        ("watchlist", "nope"),
        ("watchlist", "nope.toml"),
        ("style", "nostyle"),
        ("source", "nosource"),
        ("data", "prices"),
        ("template-dir", "mine"),
    ],
)
def test_what_a_run_would_refuse_is_bad_wherever_it_is_said(
    alone: pytest.MonkeyPatch, tmp_path: Path, key: str, value: str
) -> None:
    assert found(options.look_at_options) == []
    (tmp_path / "shock.toml").write_text(f'[report]\n{key} = "{value}"\n', "utf-8")
    grade, seen, todo = only(options.look_at_options)
    assert (grade, todo != "") == ("BAD", True)
    assert seen.startswith(f"--{key} in shock.toml: ")
    (tmp_path / "shock.toml").unlink()
    variable = f"SHOCK_{key.replace('-', '_').upper()}"
    alone.setenv(variable, value)
    assert only(options.look_at_options)[1].startswith(f"--{key} in {variable}: ")


def test_an_address_of_a_site_is_looked_at(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("SHOCK_URL", "javascript:x")
    assert only(options.look_at_options)[1].startswith("--url in SHOCK_URL: ")


def test_all_commands_variables_are_known() -> None:
    names = {"SHOCK_LANG", "SHOCK_STORE", "SHOCK_URL", "SHOCK_THREADS", "SHOCK_CAR"}
    assert names <= settings.known_variables()


def test_a_key_is_looked_at_and_not_shown(here: Shock, tmp_path: Path) -> None:
    run = here("doctor", env={"JQUANTS_API_KEY": f"'{SECRET} '"})
    assert run.returncode == 1
    assert "BAD  sources               the J-Quants key is not a key\n" in run.stdout
    file = tmp_path / "shock.toml"
    file.write_text(f"[jquants]\nkey = '{SECRET}'\n", encoding="utf-8")
    file.chmod(0o644)
    proxies = {"HTTPS_PROXY": f"http://me:{SECRET}@proxy.example:3128"}
    told = here("doctor", "--format", "json", env=proxies)
    assert SECRET not in run.stdout + run.stderr + told.stdout + told.stderr
    notes = [one for one in json.loads(told.stdout)["findings"] if one["grade"] == "note"]
    assert ["others may read the key in shock.toml", "chmod 600 shock.toml"] in [
        [one["seen"], one["todo"]] for one in notes
    ]
    assert "HTTPS_PROXY: vendors are asked through proxy.example:3128" in [
        one["seen"] for one in notes
    ]


def test_a_proxy_without_a_host_is_bad(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("https_proxy", "http://:3128")
    assert only(settings.look_at_network)[:2] == ("BAD", "https_proxy names no host")


def test_certificates_that_are_none_are_bad(tmp_path: Path, alone: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    alone.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    alone.setenv("CURL_CA_BUNDLE", "empty.pem")
    assert [one[:2] for one in found(settings.look_at_network)] == [
        ("BAD", "SSL_CERT_FILE=/nowhere/ca.pem: No such file or directory"),
        ("BAD", "CURL_CA_BUNDLE=empty.pem holds no certificate"),
    ]


# --- what is kept ---


def keep(place: Path, retrieved: str = "2025-03-03T12:00:00Z") -> Store:
    store = Store(place)
    bars = (bar(FRIDAY, "142.62"), bar(MONDAY, "118.42"))
    origin = Origin("yahoo", retrieved)
    held = Bars(make_instrument("NVDA"), bars, dividends=(), origin=origin)
    store.write("NVDA", "yahoo", held, Wanted(day("2025-01-02"), FRIDAY, day("2025-01-31")))
    return store


@pytest.fixture
def place(tmp_path: Path, alone: pytest.MonkeyPatch) -> Path:
    """The place of a sound store, as the variable names it."""
    alone.setenv("SHOCK_STORE", "kept.db")
    keep(tmp_path / "kept.db")
    return tmp_path / "kept.db"


def test_a_sound_store_is_well(place: Path) -> None:
    assert found(keeping.look_at_store) == []
    assert place.is_file()


def test_a_store_that_is_none_is_bad(place: Path) -> None:
    place.write_bytes(b"no database" * 1000)
    grade, seen, todo = only(keeping.look_at_store)
    assert grade == "BAD"
    assert "is no database" in seen
    assert todo


def test_a_damaged_store_is_bad(place: Path) -> None:
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("UPDATE series SET sha256 = 'x'")
    grade, seen, todo = only(keeping.look_at_store)
    assert (grade, seen) == ("BAD", "1 findings in kept.db")
    assert "shock store verify" in todo


def test_a_store_that_another_run_holds_is_told(place: Path) -> None:
    with closing(sqlite3.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        grade, seen, _ = only(keeping.look_at_store)
    assert (grade, seen) == ("note", "another run is writing to kept.db")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that takes no files")
def test_a_store_that_cannot_be_written_is_bad(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("XDG_DATA_HOME", "/proc")
    grade, seen, _ = only(keeping.look_at_store)
    assert grade == "BAD"
    assert seen.startswith("/proc cannot be written to: ")


def test_a_store_on_a_network_is_told(place: Path, alone: pytest.MonkeyPatch) -> None:
    mounts = place.with_name("mounts")
    mounts.write_text(f"36 35 98:0 / {place.parent} rw - nfs4 server:/home rw\n", encoding="utf-8")
    alone.setattr("deepseek_shock.providers.storing.disk._MOUNTS", mounts)
    grade, seen, _ = only(keeping.look_at_store)
    assert grade == "note"
    assert "lies on a network" in seen


def test_a_disk_that_is_nearly_full_is_told() -> None:
    def look(free: int) -> list[tuple[str, str]]:
        return [(one.grade, one.seen) for one in machine.judge_room("store", Path("/s"), free)]

    assert look(5_000_000) == [("BAD", "5 MB are left on the disk of /s")]
    assert look(50_000_000) == [("note", "50 MB are left on the disk of /s")]
    assert look(5_000_000_000) == []


def test_what_killed_runs_left_is_told(tmp_path: Path, alone: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "shock-yahoo-abc").mkdir(parents=True)
    (scratch / "shock-scan-new").mkdir()
    os.utime(scratch / "shock-yahoo-abc", (0, 0))
    alone.setattr("tempfile.tempdir", str(scratch))
    dead, alive = 2**22 + 1, os.getpid()  # above the most that Linux gives
    for name in (f".page.html.{dead}.tmp", f".next.html.{alive}.tmp", ".page.html.lock"):
        (tmp_path / name).write_bytes(b"")
    assert [one[:2] for one in found(keeping.look_at_leftovers)] == [
        ("note", f"1 that nobody holds: {tmp_path.resolve()}/.page.html.lock"),
        ("note", f"1 half-written by killed runs: {tmp_path.resolve()}/.page.html.{dead}.tmp"),
        ("note", f"1 folders of killed runs: {scratch}/shock-yahoo-abc"),
    ]


def test_a_lock_that_is_held_is_told(tmp_path: Path, alone: pytest.MonkeyPatch) -> None:
    from deepseek_shock.runlock import locked

    alone.setattr("tempfile.tempdir", str(tmp_path))
    file = tmp_path / ".page.html.lock"
    with locked(file, 0, file):
        grade, seen, _ = only(keeping.look_at_leftovers)
    assert (grade, seen) == ("note", f"a run is at work: {file.resolve()}")


# --- the machine ---


def test_a_clock_before_what_has_happened_is_bad(place: Path) -> None:
    keep(place, "2200-01-01T00:00:00Z")
    grade, seen, _ = only(machine.look_at_clock)
    assert grade == "BAD"
    assert seen.endswith("but bars of yahoo were retrieved on 2200-01-01")


def test_a_clock_that_is_said_is_told(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("SOURCE_DATE_EPOCH", EPOCH["SOURCE_DATE_EPOCH"])
    grade, seen, _ = only(machine.look_at_clock)
    assert grade == "note"
    assert seen.startswith("SOURCE_DATE_EPOCH says 2026-01-01 00:00 UTC")


def test_calendars_that_end_soon_or_are_old_are_told() -> None:
    last = date(2027, 12, 31)
    assert machine.judge_calendars("XNYS", last, date(2027, 11, 15)).grade is Grade.NOTE
    assert machine.judge_calendars("XNYS", last, date(2027, 1, 1)).grade is Grade.OK
    (old,) = machine.judge_package_age(date(2024, 1, 1), date(2026, 1, 1))
    assert old.grade is Grade.NOTE
    assert list(machine.judge_package_age(date(2025, 6, 1), date(2026, 1, 1))) == []


def test_folders_that_are_not_there_are_told(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("HOME", "/nowhere/home")
    alone.setenv("TMPDIR", "/nowhere/tmp")
    assert [one[:2] for one in found(machine.look_at_folders)] == [
        ("note", "/nowhere/home is no folder: neither settings nor store are found"),
        ("BAD", "TMPDIR: /nowhere/tmp is no folder"),
    ]


def test_a_screen_without_a_minus_sign_is_told() -> None:
    assert machine.can_show("utf-8")
    assert machine.can_show("euc_jp")
    assert not machine.can_show("ascii")
    assert not machine.can_show("iso8859-1")


# --- which sources answer ---


def online(tmp_path: Path, yahoo: object, vendor: object, **env: str) -> dict[str, Any]:
    handlers = {"*.yahoo.com": yahoo, jquants.HOST: vendor}
    with serve(handlers, folder=tmp_path) as proxy:  # type: ignore[arg-type]
        said = {**proxy.env, **EPOCH, **env}
        run = fork_shock("doctor", "--online", "--format", "json", folder=tmp_path, env=said)
        asked = proxy.log
    assert proxy.refused == []
    assert KEY not in run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert run.returncode == (0 if told["well"] else 1)
    assert len(charts(asked)) <= 4
    assert sum(one.host == jquants.HOST for one in asked) <= 4
    return {one["name"]: one for one in told["findings"]}


@pytest.mark.vendor
def test_sources_that_answer_are_named(tmp_path: Path) -> None:
    # 120 days before the clock: 3 September 2025, whose session has not ended at that hour.
    shares = {"58030": [row("58030", "2025-09-02", close=6522)]}
    healthy = Yahoo(last=date(2025, 12, 31))
    told = online(tmp_path, healthy, JQuants(shares), JQUANTS_API_KEY=KEY)
    assert told["yahoo"]["grade"] == "ok"
    assert told["jquants"]["seen"] == "answers: 5803.T closed at 6522 on 2025-09-02"


@pytest.mark.vendor
def test_sources_that_do_not_answer_are_bad(tmp_path: Path) -> None:
    def broken(_: object) -> Reply:
        return Reply(403, b"Forbidden")

    told = online(tmp_path, broken, lambda _: jquants.DENIED, JQUANTS_API_KEY=KEY)
    assert told["yahoo"]["grade"] == told["jquants"]["grade"] == "bad"
    assert told["yahoo"]["todo"]


def test_nobody_is_asked_unless_it_is_said(here: Shock) -> None:
    run = here("doctor")
    assert "ok   vendors               nobody was asked; --online asks\n" in run.stdout
