"""`shock publish`: a site from cron, with runs that overlap, fail and are killed."""

from __future__ import annotations

import fcntl
import gzip
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.market.exchange import XNYS
from deepseek_shock.market.sessions import sessions_between
from tests.conftest import TIMEOUT, clean_environment, on_terminal
from tests.site.checks import check_site, feed, hrefs, links, listed, pages, texts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

ENTRY = "{http://www.w3.org/2005/Atom}entry"
SETTINGS = '{"format": 1, "lang": "en", "title": "%s", "url": %s, "id": "%s"}'
ID = "urn:uuid:897b3db2-a2dc-5b8c-af16-4a332662c5c9"
# A month of sessions of both exchanges, for which the user brings prices of his own.
MONTH = [
    day
    for day in sessions_between(XNYS, date(2025, 5, 19), date(2025, 6, 18))
    if day != date(2025, 5, 26)
]
FILES = ("--source", "files", "--data", "prices.csv", "--tickers", "NVDA,AVGO")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Write prices of two shares over a month and a half, with a move of its own each day."""
    chance = random.Random(27)  # noqa: S311 -- the same prices each time
    rows = ["ticker,date,close"]
    for ticker, close in (("NVDA", 120.0), ("AVGO", 200.0)):
        price = close
        for day in sessions_between(XNYS, date(2025, 4, 1), date(2025, 6, 18)):
            price *= 1 + chance.uniform(-0.08, 0.08)
            rows.append(f"{ticker},{day},{price:.2f}")
    file = tmp_path / "prices.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return file


def snapshot(folder: Path) -> dict[str, bytes]:
    """Read every file but the lock."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "lock"
    }


def ok(run: subprocess.CompletedProcess[str]) -> None:
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def failed(run: subprocess.CompletedProcess[str], code: int = 1) -> str:
    assert (run.returncode, run.stdout) == (code, "")
    assert "Traceback" not in run.stderr
    return run.stderr


# --- a run ---


def test_a_page_an_index_and_a_feed(here: Shock, site: Path) -> None:
    for day in ("2025-01-27", "2025-01-24", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    assert pages(site) == ["2025-01-28.html", "2025-01-27.html", "2025-01-24.html"]
    check_site(site)
    index = (site / "index.html").read_text("utf-8")
    # The figures that the newspapers of 28 January 2025 printed.
    assert "NVIDIA −16.97%; 48 of 56 watched shares fell" in index
    assert "−30.91%" in index  # Credo: 55.60 after 80.47
    entry = feed(site).findall(ENTRY)[1]
    assert texts(entry, "title") == ["NVIDIA −16.97%; 48 of 56 watched shares fell"]
    # New York closed at 16:00, which was 21:00 UTC.
    assert texts(entry, "published") == ["2025-01-27T21:00:00Z"]
    assert texts(entry, "summary")[0].endswith("Worst move: Credo Technology (CRDO) −30.91%.")


def test_the_same_options_give_the_same_bytes(here: Shock, tmp_path: Path) -> None:
    for name in ("one", "other"):
        for day in ("2025-01-27", "2025-01-28"):
            ok(here("publish", name, "--date", day))
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "other")


def test_a_run_that_changes_nothing_touches_nothing(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = {file: file.stat().st_mtime_ns for file in site.rglob("*") if file.name != "lock"}
    ok(here("publish", "public", "--date", "2025-01-27"))
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_what_is_kept_is_for_its_owner_alone(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    assert (site / ".shock").stat().st_mode & 0o077 == 0


def test_on_a_terminal_it_says_what_it_wrote(tmp_path: Path) -> None:
    said = on_terminal("publish", "public", "--date", "2025-01-27", folder=tmp_path)
    assert said == "public/2025-01-27.html is written, and the index and the feed name it\n"
    assert "all pages in public" in on_terminal("publish", "public", "--rebuild", folder=tmp_path)


def test_a_page_leads_back_and_to_the_feed(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27", "--title", "A & B"))
    page = site / "2025-01-27.html"
    assert {"index.html", "feed.xml"} <= set(links(page))
    assert '<a href="index.html">A &amp; B</a>' in page.read_text("utf-8")
    assert "canonical" not in page.read_text("utf-8")
    # A page that stands alone has nowhere to lead to.
    ok(here("report", "--date", "2025-01-27", "--output", "alone.html"))
    assert not {"index.html", "feed.xml"} & set(links(site.parent / "alone.html"))


def test_an_address_makes_links_absolute(here: Shock, site: Path) -> None:
    base = "https://example.org/shocks/"
    ok(here("publish", "public", "--date", "2025-01-27", "--url", base.rstrip("/")))
    check_site(site, base=base)
    assert f'<link rel="canonical" href="{base}2025-01-27.html">' in (
        site / "2025-01-27.html"
    ).read_text("utf-8")
    assert f'<link rel="canonical" href="{base}">' in (site / "index.html").read_text("utf-8")
    assert texts(feed(site), "id") == [base]
    # Said once, it holds for all runs after.
    ok(here("publish", "public", "--date", "2025-01-28"))
    check_site(site, base=base)


def test_the_printed_command_makes_the_same_report(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27", "--decimals", "1", "--sort", "ticker"))
    command = "shock report --date 2025-01-27 --sort ticker --decimals 1 --format html"
    page = (site / "2025-01-27.html").read_text("utf-8")
    assert f"<code>{command}</code>" in page
    again = here(*command.split()[1:]).stdout
    # The command alone names its options in another order.
    alone, published = (
        re.sub("<code>shock .*</code>", "", text.partition("<main>")[2]) for text in (again, page)
    )
    assert alone == published


# --- one language ---


def test_a_site_has_one_language(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27", "--lang", "ja"))
    before = snapshot(site)
    said = failed(here("publish", "public", "--date", "2025-01-28", "--lang", "en"), 2)
    assert "`shock publish public/en --lang en`" in said
    assert snapshot(site) == before
    # Who says nothing means the site's own.
    ok(here("publish", "public", "--date", "2025-01-28"))
    for name in (*pages(site), "index.html"):
        assert '<html lang="ja"' in (site / name).read_text("utf-8")
    assert "shock report --date 2025-01-28 --lang ja" in (site / "2025-01-28.html").read_text(
        "utf-8"
    )
    check_site(site)
    assert "アドバンテスト11.14%安" in (site / "index.html").read_text("utf-8")


# --- permanent addresses ---


def test_a_date_that_is_published_again_keeps_its_address(
    here: Shock, site: Path, prices: Path
) -> None:
    for day in ("2025-06-03", "2025-06-04"):
        ok(here("publish", "public", "--date", day, *FILES))
    first = {hrefs(one, "alternate")[0]: one for one in feed(site).findall(ENTRY)}
    text = prices.read_text("utf-8").splitlines()
    corrected = [
        f"{line[:15]},99.99" if line.startswith("NVDA,2025-06-03") else line for line in text
    ]
    prices.write_text("\n".join(corrected), "utf-8")
    ok(here("publish", "public", "--date", "2025-06-03", *FILES))
    check_site(site)
    assert pages(site) == ["2025-06-04.html", "2025-06-03.html"]
    then = {hrefs(one, "alternate")[0]: one for one in feed(site).findall(ENTRY)}
    old, new = first["2025-06-03.html"], then["2025-06-03.html"]
    assert texts(old, "title") != texts(new, "title")
    assert [texts(old, name) for name in ("id", "published")] == [
        texts(new, name) for name in ("id", "published")
    ]
    assert texts(new, "updated") > texts(old, "updated")
    assert texts(first["2025-06-04.html"], "updated") == texts(then["2025-06-04.html"], "updated")


def test_an_id_outlives_the_address_of_the_site(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = [texts(one, "id") for one in feed(site).iter(ENTRY)]
    ok(here("publish", "public", "--rebuild", "--url", "https://example.org/"))
    check_site(site, base="https://example.org/")
    assert [texts(one, "id") for one in feed(site).iter(ENTRY)] == before


# --- what fails changes nothing ---


@pytest.mark.parametrize(
    ("code", "options"),
    [
        (2, ("--date", "yesterday")),
        (2, ("--url", "example.org")),
        (2, ("--url", "https://example.org/?page=1")),
        (2, ("--url", "https://example.org/a b")),
        (2, ("--title", " ")),
        (2, ("--title", "two\nlines")),
        (2, ("--wait", "-1")),
        (2, ("--rebuild", "--date", "2025-01-27")),
        (2, ("--rebuild",)),
        (3, ("--date", "2025-01-25")),
        (4, ("--date", "2025-01-28", "--tickers", "NVDA,ZZZZ")),
        (1, ("--date", "2025-01-28", "--template-dir", "nowhere")),
    ],
)
def test_a_run_that_fails_leaves_no_trace(
    here: Shock, site: Path, code: int, options: tuple[str, ...]
) -> None:
    assert here("publish", "public", *options, "--source", "sample").returncode == code
    assert not site.exists()
    if options == ("--rebuild",):
        return
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = snapshot(site)
    assert here("publish", "public", *options, "--source", "sample").returncode == code
    assert snapshot(site) == before


@pytest.mark.parametrize("name", ["report.html.j2", "index.html.j2", "feed.xml.j2"])
def test_a_broken_template_changes_no_page(
    here: Shock, tmp_path: Path, site: Path, name: str
) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = snapshot(site)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("{{ nobody }}\n", "utf-8")
    said = failed(here("publish", "public", "--date", "2025-01-28", "--template-dir", "mine"))
    assert f"{name}:1: 'nobody' is undefined" in said
    assert snapshot(site) == before
    failed(here("publish", "new", "--date", "2025-01-28", "--template-dir", "mine"))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["report.html.j2", "index.html.j2", "feed.xml.j2"])
def test_a_template_that_breaks_on_the_way_leaves_no_half_of_a_site(
    here: Shock, tmp_path: Path, site: Path, name: str
) -> None:
    for day in ("2025-01-24", "2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    before = snapshot(site)
    (tmp_path / "mine").mkdir()
    # The pages are printed the newest first.
    broken = "{% block footer %}{{ nobody if report.findings.inquiry.day.day == 24 }}{% endblock %}"
    report = f'{{% extends "report.html.j2" %}}{broken}'
    (tmp_path / "mine" / "report.html.j2").write_text(report, "utf-8")
    if name != "report.html.j2":
        (tmp_path / "mine" / "report.html.j2").write_text("other", "utf-8")
        (tmp_path / "mine" / name).write_text("{{ nobody }}", "utf-8")
    said = failed(here("publish", "public", "--rebuild", "--template-dir", "mine"))
    assert f"{name}:1: 'nobody' is undefined" in said
    assert snapshot(site) == before


def test_a_folder_that_is_none_is_refused(here: Shock, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / ".shock").write_text("x")
    for name, blamed in (("file", "file"), ("file/x", "file/x"), ("half", "half/.shock")):
        said = failed(here("publish", name, "--date", "2025-01-27"), 2)
        assert said.startswith(f"error: {blamed} is no folder\n")
    assert "too long" in failed(here("publish", "x" * 300, "--date", "2025-01-27"), 2)
    failed(here("publish", "half", "--rebuild"), 2)


def test_a_folder_that_cannot_be_written(here: Shock, tmp_path: Path) -> None:
    said = failed(here("publish", "/proc/public", "--date", "2025-01-27"))
    assert "hint: name a folder that you may write to" in said
    if os.geteuid() == 0:
        return
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "Permission denied" in failed(here("publish", "closed", "--date", "2025-01-27"))


# --- settings ---


def test_the_settings_of_a_report_hold_and_the_sites_own(
    here: Shock, tmp_path: Path, site: Path
) -> None:
    (tmp_path / "shock.toml").write_text(
        '[report]\nlang = "ja"\ndecimals = 1\n'
        '[publish]\ntitle = "相場"\nurl = "https://e.example"\nwait = 5\n',
        "utf-8",
    )
    ok(here("publish", "public", "--date", "2025-01-27"))
    check_site(site, base="https://e.example/")
    assert texts(feed(site), "title") == ["相場"]
    assert "−17.0%" in (site / "2025-01-27.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tytle = 'x'", "`tytle` does not stand under [publish]"),
        ("lang = 'ja'", "`lang` does not stand under [publish]"),
        ("wait = true", "`wait` must be a value, not true or false"),
    ],
)
def test_a_mistake_in_the_settings_is_told(
    here: Shock, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "shock.toml").write_text(f"[publish]\n{line}\n", "utf-8")
    assert f"shock.toml:2: {said}" in failed(here("publish", "public", "--date", "2025-01-27"))


# --- overlaps ---


def start(*args: str, folder: Path, code: str = "") -> subprocess.Popen[bytes]:
    """Start a run that goes on by itself, perhaps one that does something else on the way."""
    command = ["-c", code] if code else ["-m", "deepseek_shock"]
    return subprocess.Popen(
        [sys.executable, *command, "publish", *args],
        cwd=folder,
        env=clean_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.kill
@pytest.mark.parametrize(
    "days", [("2025-01-24", "2025-01-27", "2025-01-28"), ("2025-01-27", "2025-01-27")]
)
def test_runs_at_once(tmp_path: Path, site: Path, days: tuple[str, ...]) -> None:
    runs = [start("public", "--date", day, folder=tmp_path) for day in days]
    assert [run.wait(TIMEOUT) for run in runs] == [0] * len(days)
    check_site(site)
    assert pages(site) == sorted({f"{day}.html" for day in days}, reverse=True)


@pytest.mark.kill
def test_a_lock_that_is_held_ends_in_6_and_silence(here: Shock, tmp_path: Path, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = snapshot(site)
    run = ("publish", "public", "--date", "2025-01-28", "--wait")
    with (site / ".shock" / "lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert failed(here(*run, "0"), 6) == ""
        began = time.monotonic()
        assert failed(here(*run, "1"), 6) == ""
        assert time.monotonic() - began >= 1
        said = on_terminal(*run, "0", folder=tmp_path)
        assert said.startswith("error: another run is writing to public\nhint: ")
        assert "--wait" in said
        assert snapshot(site) == before
        # The next in the queue goes on as soon as the lock is free.
        waiting = start("public", "--date", "2025-01-28", folder=tmp_path)
        time.sleep(1.5)
        assert waiting.poll() is None
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert waiting.wait(TIMEOUT) == 0
    check_site(site)


# --- kills ---

# Ends the process, as `kill -9` does, at the nth call of a function: `fsync` brings a draft to the
# disk, `replace` puts it in its place.
KILLED = """
import os, signal, sys
from deepseek_shock.cli.app import run

left, name = int(sys.argv.pop()), sys.argv.pop()
call = getattr(os, name)

def killed(*args):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    call(*args)

setattr(os, name, killed)
sys.exit(run(sys.argv[1:]))
"""
WRITTEN = ("site.json", "what is kept", "page", "entry", "index", "feed")


@pytest.mark.kill
@pytest.mark.parametrize("nth", range(1, 5), ids=("site.json", "page", "index", "feed"))
def test_a_run_that_is_killed_before_all_is_written_changes_nothing(
    here: Shock, tmp_path: Path, site: Path, nth: int
) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    before = snapshot(site)
    again = ("--rebuild", "--title", "New", "--colors", "jp")
    run = start("public", *again, "fsync", str(nth), folder=tmp_path, code=KILLED)
    assert run.wait(TIMEOUT) == -signal.SIGKILL
    drafts = list(site.rglob("*.tmp"))
    assert len(drafts) == nth
    for draft in drafts:
        draft.unlink()
    assert snapshot(site) == before


@pytest.mark.kill
@pytest.mark.parametrize("nth", range(1, len(WRITTEN) + 1), ids=WRITTEN)
def test_a_run_may_be_killed_at_any_file(here: Shock, tmp_path: Path, site: Path, nth: int) -> None:
    killed = ("public", "--date", "2025-01-27", "replace", str(nth))
    assert start(*killed, folder=tmp_path, code=KILLED).wait(TIMEOUT) == -signal.SIGKILL
    assert len(list(site.rglob("*.tmp"))) == len(WRITTEN) + 1 - nth
    ok(here("publish", "public", "--date", "2025-01-28"))
    check_site(site)
    assert ("2025-01-27.html" in pages(site)) == (nth > 2)
    # All is as if nobody had been killed.
    ok(here("publish", "public", "--date", "2025-01-27"))
    mended = snapshot(site)
    shutil.rmtree(site)
    for day in ("2025-01-28", "2025-01-27") if nth == 1 else ("2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    assert snapshot(site) == mended


@pytest.mark.kill
@pytest.mark.parametrize("nth", range(1, 5), ids=("what is kept", "page", "entry", "feed"))
def test_a_correction_may_be_killed_at_any_file(
    here: Shock, tmp_path: Path, site: Path, nth: int
) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    # Cut after five rows it is another report, of which the index says the same.
    cut = ("public", "--date", "2025-01-27", "--top", "5")
    run = start(*cut, "replace", str(nth), folder=tmp_path, code=KILLED)
    assert run.wait(TIMEOUT) == -signal.SIGKILL
    ok(here("publish", "public", "--date", "2025-01-28"))
    check_site(site)
    is_cut = b"--top 5" in (site / "2025-01-27.html").read_bytes()
    assert is_cut == (nth > 1)
    entry = feed(site).findall(ENTRY)[1]
    assert (texts(entry, "updated") > texts(entry, "published")) == is_cut


@pytest.mark.kill
def test_a_month_with_overlaps_and_kills(
    here: Shock, tmp_path: Path, site: Path, prices: Path
) -> None:
    assert prices.exists()
    chance = random.Random(20250127)  # noqa: S311 -- the same month each time
    for day in MONTH[:-1]:
        args = ("public", "--date", str(day), *FILES)
        runs = [start(*args, folder=tmp_path) for _ in range(chance.choice((1, 1, 2)))]
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0.2, 0.9))
            runs[0].send_signal(signal.SIGKILL)
        assert {run.wait(TIMEOUT) for run in runs} <= {0, -signal.SIGKILL}
    ok(here("publish", "public", "--date", str(MONTH[-1]), *FILES))
    check_site(site)
    assert len(listed(site)) >= len(MONTH) // 2
    # Whoever was killed before anything was kept runs again.
    for day in MONTH:
        if f"{day}.html" not in listed(site):
            ok(here("publish", "public", "--date", str(day), *FILES))
    check_site(site)
    assert listed(site) == [f"{day}.html" for day in reversed(MONTH)]
    before = snapshot(site)
    ok(here("publish", "public", "--rebuild"))
    assert snapshot(site) == before


# --- made again from what is kept ---


def test_a_site_is_made_again_from_what_is_kept(here: Shock, site: Path) -> None:
    for day in ("2025-01-24", "2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day, "--title", "Shocks", "--decimals", "1"))
    before = snapshot(site)
    again = ("publish", "public", "--rebuild", "--decimals", "1")
    ok(here(*again))
    assert snapshot(site) == before
    for file in (*site.glob("*.html"), *site.glob("*.xml"), *site.glob(".shock/*.entry.json")):
        file.unlink()
    ok(here(*again))
    assert snapshot(site) == before


def test_the_next_run_makes_what_is_missing(here: Shock, site: Path) -> None:
    for day in ("2025-01-24", "2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    before = snapshot(site)
    (site / "2025-01-24.html").unlink()
    (site / ".shock" / "2025-01-27.entry.json").write_text("{")
    (site / "index.html").unlink()
    ok(here("publish", "public", "--date", "2025-01-28"))
    assert snapshot(site) == before


def test_a_site_may_be_given_another_look(here: Shock, tmp_path: Path, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.html.j2").write_text(
        '{% extends "report.html.j2" %}{% block footer %}<footer>Mine</footer>{% endblock %}'
    )
    again = ("--rebuild", "--colors", "jp", "--decimals", "0", "--template-dir", "mine")
    ok(here("publish", "public", *again))
    page = (site / "2025-01-27.html").read_text("utf-8")
    assert "<footer>Mine</footer>" in page
    assert 'class="jp"' in page
    assert "NVIDIA −17%" in (site / "index.html").read_text("utf-8")
    assert "--decimals 0 --colors jp --template-dir mine --format html" in page
    check_site(site)


def test_a_page_that_is_removed_with_what_is_kept_is_gone(here: Shock, site: Path) -> None:
    for day in ("2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    for file in (site / "2025-01-27.html", *site.glob(".shock/2025-01-27.*")):
        file.unlink()
    ok(here("publish", "public", "--rebuild"))
    check_site(site)
    assert pages(site) == ["2025-01-28.html"]


# --- damage ---


@pytest.mark.kill
@pytest.mark.parametrize("run", [("--date", "2025-01-28"), ("--rebuild",)])
def test_damage_to_one_page_is_told_and_harms_no_other(
    here: Shock, site: Path, run: tuple[str, ...]
) -> None:
    for day in ("2025-01-24", "2025-01-27"):
        ok(here("publish", "public", "--date", day))
    kept = site / ".shock" / "2025-01-24.json.gz"
    page = (site / "2025-01-24.html").read_bytes()
    kept.write_bytes(b"damage")
    said = failed(here("publish", "public", *run))
    assert "public/.shock/2025-01-24.json.gz: cannot be read: Not a gzipped file" in said
    assert "hint: all else is published" in said
    assert (site / "2025-01-24.html").read_bytes() == page
    check_site(site)
    assert ("2025-01-28.html" in pages(site)) == ("--date" in run)
    # To publish it again mends it.
    ok(here("publish", "public", "--date", "2025-01-24"))
    ok(here("publish", "public", "--rebuild"))


@pytest.mark.kill
def test_a_kept_figure_cannot_be_changed_unseen(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    kept = site / ".shock" / "2025-01-27.json.gz"
    text = gzip.decompress(kept.read_bytes())
    assert b'"close":"118.42"' in text
    kept.write_bytes(gzip.compress(text.replace(b'"close":"118.42"', b'"close":"148.42"')))
    assert "what is kept was changed" in failed(here("publish", "public", "--rebuild"))
    assert "−16.97%" in (site / "2025-01-27.html").read_text("utf-8")


@pytest.mark.kill
@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", '{"format": 2}', '{"format": 1, "lang": "fr"}', "\x00"),
        SETTINGS % ("", "null", ID),
        SETTINGS % ("\\ud83d", "null", ID),
        SETTINGS % ("Shocks", '"../.."', ID),
        SETTINGS % ("Shocks", '"javascript:alert(1)/"', ID),
        SETTINGS % ("Shocks", "null", "urn:uuid:1"),
        SETTINGS % ("Shocks", "null", "../x"),
    ],
)
def test_settings_of_a_site_that_cannot_be_read(here: Shock, site: Path, content: str) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    (site / ".shock" / "site.json").write_text(content)
    before = snapshot(site)
    for run in (("--date", "2025-01-28"), ("--rebuild",)):
        said = failed(here("publish", "public", *run))
        assert "public/.shock/site.json: cannot be read" in said
        assert "from a backup" in said
    assert snapshot(site) == before


@pytest.mark.kill
def test_an_address_that_was_written_by_hand_gets_its_slash(here: Shock, site: Path) -> None:
    ok(here("publish", "public", "--date", "2025-01-27"))
    (site / ".shock" / "site.json").write_text(SETTINGS % ("Mine", '"https://e.example/x"', ID))
    ok(here("publish", "public", "--rebuild"))
    check_site(site, base="https://e.example/x/")


@pytest.mark.kill
@pytest.mark.parametrize("kind", [".json.gz", ".entry.json"])
def test_a_kept_file_under_another_name_makes_no_page(here: Shock, site: Path, kind: str) -> None:
    for day in ("2025-01-24", "2025-01-27"):
        ok(here("publish", "public", "--date", day))
    before = snapshot(site)
    shelf = site / ".shock"
    shutil.copy(shelf / f"2025-01-27{kind}", shelf / f"2025-01-24{kind}")
    run = here("publish", "public", "--rebuild")
    if kind == ".json.gz":
        said = failed(run)
        assert "2025-01-24.json.gz: cannot be read: it is of 2025-01-27" in said
        before[".shock/2025-01-24.json.gz"] = before[".shock/2025-01-27.json.gz"]
    else:
        ok(run)
    assert snapshot(site) == before


@pytest.mark.kill
def test_settings_of_a_site_that_are_lost_are_made_again(here: Shock, site: Path) -> None:
    for day in ("2025-01-27", "2025-01-28"):
        ok(here("publish", "public", "--date", day))
    before = snapshot(site)
    (site / ".shock" / "site.json").unlink()
    ok(here("publish", "public", "--rebuild"))
    assert snapshot(site) == before
