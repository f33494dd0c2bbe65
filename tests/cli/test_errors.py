"""Every failure that a user can cause: two lines on stderr, the contract's code, nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.conftest import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

NO_SESSION = 3
DAY = ("report", "--date", "2025-01-27")
HELD = ("--offline",)  # what the sample lacks, a vendor is asked for unless this is said
GROUP = '[[groups]]\nid = "a"\ntitle = "a"\n'
HEAD = 'id = "x"\ntitle = "x"\n'
EVENT = 'id = "x"\nname = "x"\ndate = 2025-01-27\nwatchlist = "deepseek"\n'


class Fault(NamedTuple):
    """What is typed, the exit code, and words that the two lines must hold."""

    args: tuple[str, ...]
    code: int
    error: str = ""
    hint: str = ""


# What stands in my.toml of the working directory is FILES[name], where the name has one.
FAULTS = {
    # Wrong usage.
    "unknown option": Fault((*DAY, "--colour", "us"), 2, "--colour", "--help"),
    "near option": Fault((*DAY, "--windo", "-5:5"), 2, "--windo"),
    "unknown short option": Fault((*DAY, "-Z"), 2, "-Z"),
    "unknown command": Fault(("reprot",), 2, "reprot"),
    "unknown command of events": Fault(("events", "shw"), 2, "shw"),
    "extra argument": Fault((*DAY, "extra"), 2, "extra"),
    "option without its argument": Fault(("report", "--date"), 2, "--date", "report --help"),
    "command without its argument": Fault(("events", "show"), 2, "NAME"),
    "bad date": Fault(("report", "--date", "27.01.2025"), 2, "27.01.2025", "2025-01-27"),
    "date that is none": Fault(("report", "--date", "2025-02-30"), 2, "2025-02-30"),
    "empty date": Fault(("report", "--date", ""), 2),
    "date with a time": Fault(("report", "--date", "2025-01-27T10:00"), 2, "2025-01-27T10:00"),
    "bad window": Fault((*DAY, "--window", "5"), 2, "'5'", "-5:5"),
    "window that begins after": Fault((*DAY, "--window", "1:5"), 2, "1:5"),
    "window without a base": Fault((*DAY, "--window", "0:5"), 2, "0:5"),
    "bad format": Fault((*DAY, "--format", "pdf"), 2, "pdf"),
    "bad language": Fault((*DAY, "--lang", "fr"), 2, "fr"),
    "bad rounding": Fault((*DAY, "--rounding", "even"), 2, "even"),
    "bad colours": Fault((*DAY, "--colors", "eu"), 2, "eu"),
    "bad order": Fault((*DAY, "--sort", "name"), 2, "name"),
    "bad source": Fault((*DAY, "--source", "bloomberg"), 2, "bloomberg"),
    "decimals that are no number": Fault((*DAY, "--decimals", "two"), 2, "two"),
    "too many decimals": Fault((*DAY, "--decimals", "99"), 2, "99"),
    "decimals below nought": Fault((*DAY, "--decimals", "-1"), 2, "-1"),
    "nothing shown": Fault((*DAY, "--top", "0"), 2, "0"),
    "coverage above all": Fault((*DAY, "--min-coverage", "101"), 2, "101"),
    "coverage that is no number": Fault((*DAY, "--min-coverage", "nan"), 2, "nan"),
    "lower case": Fault((*DAY, "--tickers", "nvda"), 2, "nvda", "NVDA"),
    "bad ticker": Fault((*DAY, "--tickers", "NVDA,A B"), 2, "A B"),
    "bad ticker of control": Fault((*DAY, "--tickers", "NVDA\x1b[31m"), 2),
    "unknown suffix": Fault((*DAY, "--tickers", "VOD.L"), 2, "VOD.L", ".T"),
    "two suffixes": Fault((*DAY, "--tickers", "5803.T.T"), 2, "5803.T.T"),
    "empty tickers": Fault((*DAY, "--tickers", ""), 2, "", "NVDA"),
    "tickers of commas": Fault((*DAY, "--tickers", " , ,"), 2, "", "NVDA"),
    "watchlist and tickers": Fault(
        (*DAY, "--watchlist", "deepseek", "--tickers", "NVDA"), 2, "--tickers"
    ),
    "unknown event": Fault(("report", "--event", "deepsek"), 2, "deepsek", "deepseek"),
    "event like none": Fault(("report", "--event", "qqq"), 2, "qqq", "deepseek"),
    "unknown watchlist": Fault((*DAY, "--watchlist", "deepsek"), 2, "deepsek", "deepseek"),
    "unknown event to show": Fault(("events", "show", "deepsek"), 2, "deepsek", "deepseek"),
    "empty event": Fault(("report", "--event", ""), 2),
    "unknown ending": Fault((*DAY, "-o", "report.pdf"), 2, "report.pdf", ".html"),
    "empty output": Fault((*DAY, "-o", ""), 2),
    # Files.
    "missing event file": Fault(("report", "--event", "absent.toml"), 1, "absent.toml"),
    "missing watchlist file": Fault((*DAY, "--watchlist", "absent.toml"), 1, "absent.toml"),
    "missing file to check": Fault(("events", "check", "absent.toml"), 1, "absent.toml"),
    "folder for an event": Fault(("report", "--event", "./folder"), 1, "folder"),
    "folder to check": Fault(("events", "check", "folder"), 1, "folder"),
    "folder for a template": Fault((*DAY, "--template", "folder"), 1, "folder"),
    "malformed list": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:2:"),
    "malformed event": Fault(("report", "--event", "my.toml"), 1, "my.toml:3:"),
    "not utf-8": Fault(("events", "check", "sjis.toml"), 1, "sjis.toml:2:"),
    "wrong type in a list": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:6:"),
    "wrong type in an event": Fault(("report", "--event", "my.toml"), 1, "my.toml:3:"),
    "unknown key in a list": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:7:", "tickers"),
    "unknown key in an event": Fault(("report", "--event", "my.toml"), 1, "my.toml:5:", "leads"),
    "ticker twice": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:8:"),
    "control character in a name": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:4:"),
    "empty file": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:1:"),
    "an event for a list": Fault((*DAY, "--watchlist", "my.toml"), 1, "my.toml:"),
    "event of an unknown list": Fault(("report", "--event", "my.toml"), 2, "absent"),
    "folder as output": Fault((*DAY, "--format", "json", "-o", "folder"), 1, "folder"),
    "folder as output by its slash": Fault(
        (*DAY, "--format", "json", "-o", "folder/"), 1, "folder"
    ),
    "file as a folder": Fault((*DAY, "-o", "my.toml/report.md"), 1, "my.toml"),
    "folder that is a file": Fault((*DAY, "--template-dir", "my.toml", "-o", "a.md"), 1, "my.toml"),
    "templates into a file": Fault(("templates", "export", "my.toml"), 1, "my.toml"),
    # No session.
    "weekend": Fault(("report", "--date", "2025-01-25"), 3, "2025-01-25", "2025-01-24"),
    "weekend, the session after": Fault(("report", "--date", "2025-01-25"), 3, "", "2025-01-27"),
    "holiday of both": Fault(("report", "--date", "2025-01-01"), 3, "2025-01-01", "2025-01-02"),
    "holiday of the one asked": Fault(
        ("report", "--date", "2025-01-20", "--tickers", "NVDA"), 3, "New York", "2025-01-21"
    ),
    "future": Fault(("report", "--date", "2027-06-01"), 3, "future"),
    "far future": Fault(("report", "--date", "2999-01-04"), 3, "future"),
    "future weekend": Fault(("report", "--date", "2027-06-05"), 3),
    # No data.
    "unknown ticker": Fault((*DAY, *HELD, "--tickers", "NVDX"), 4, "NVDX", "NVDA"),
    "ticker like none": Fault((*DAY, *HELD, "--tickers", "QQQQZ"), 4, "QQQQZ"),
    "before the sample": Fault(
        ("report", "--date", "2024-06-03", *HELD), 4, "2024-06-03", "2025-01-17"
    ),
    "after the sample": Fault(
        ("report", "--date", "2025-03-03", *HELD), 4, "2025-03-03", "2025-02-03"
    ),
    "first session of the sample": Fault(
        ("report", "--date", "2025-01-17", *HELD), 4, "2025-01-17"
    ),
    "strict": Fault(
        (*DAY, *HELD, "--tickers", "NVDA,ZZZZ", "--strict", "--min-coverage", "0"), 4, "ZZZZ"
    ),
}

FILES = {
    "malformed list": 'id = "x"\ntitle = \n',
    "malformed event": 'id = "x"\nname = "x"\ndate = 2025-01-99\n',
    "wrong type in a list": HEAD + GROUP + "tickers = 3\n",
    "wrong type in an event": EVENT.replace("2025-01-27", "3"),
    "unknown key in a list": HEAD + GROUP + 'tickers = ["NVDA"]\nticker = "x"\n',
    "unknown key in an event": EVENT + 'lead = ["NVDA"]\n',
    "ticker twice": HEAD + GROUP + 'tickers = [\n  "NVDA",\n  "NVDA",\n]\n',
    "control character in a name": HEAD
    + '[names]\nNVDA = "N\\u001b[31m"\n'
    + GROUP
    + 'tickers = ["NVDA"]\n',
    "empty file": "",
    "an event for a list": EVENT,
    "event of an unknown list": EVENT.replace("deepseek", "absent"),
    "file as a folder": "x",
    "folder that is a file": "x",
    "templates into a file": "x",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_two_lines_and_a_code(here: Shock, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "sjis.toml").write_bytes('id = "x"\nname = "日本"\n'.encode("shift_jis"))
    if name in FILES:
        (tmp_path / "my.toml").write_text(FILES[name], encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    fault = FAULTS[name]
    run = here(*fault.args)
    assert run.returncode == fault.code
    assert run.stdout == ""
    said = run.stderr
    if fault.code == NO_SESSION:  # is no failure of a nightly job: said on a terminal alone
        assert said == ""
        said = on_terminal(*fault.args, folder=tmp_path)
    two_lines = re.fullmatch(r"error: (\S.*)\nhint: (\S.*)\n", said)
    assert two_lines is not None, said
    assert fault.error in two_lines[1]
    assert fault.hint in two_lines[2]
    assert "\x1b" not in said
    # Nothing was written either; the home is made by the fixture.
    assert [file for file in sorted(tmp_path.rglob("*")) if file.name != "home"] == before


def test_messages_are_english_whatever_the_report(tmp_path: Path) -> None:
    said = on_terminal("report", "--date", "2025-01-25", "--lang", "ja", folder=tmp_path)
    assert said.startswith("error: no session on Saturday")
    assert said.isascii()


def test_the_sessions_of_both_exchanges_are_named(tmp_path: Path) -> None:
    """1 January 2025 was a Wednesday; Tokyo rested from 31 December to 5 January."""
    hint = on_terminal("report", "--date", "2025-01-01", folder=tmp_path).splitlines()[1]
    assert re.search(r"New York 2024-12-31 and 2025-01-02", hint)
    assert re.search(r"Tokyo 2024-12-30 and 2025-01-06", hint)


def test_a_session_that_has_not_ended_is_incomplete(here: Shock) -> None:
    """At 18:00 UTC on 27 January 2025 New York was open; at 08:00 it had not begun."""
    for epoch, words in (("1738000800", "running"), ("1737964800", "not begun")):
        run = here(*DAY, env={"SOURCE_DATE_EPOCH": epoch})
        assert (run.returncode, run.stdout) == (4, "")
        assert words in run.stderr
        assert "--provisional" in run.stderr.splitlines()[1]
        assert len(run.stderr.splitlines()) == 2


def test_today_before_any_session_is_not_the_future(here: Shock) -> None:
    """At 00:30 UTC on 28 January 2025 Tokyo was open, and in New York it was still the 27th."""
    run = here("report", "--date", "2025-01-28", env={"SOURCE_DATE_EPOCH": "1738024200"})
    assert (run.returncode, run.stdout) == (4, "")


def test_a_message_is_one_line_whatever_is_quoted_in_it(here: Shock) -> None:
    for args in (("report", "--date", "a\nb"), ("report", "--event", "a\nb"), ("a\nb",)):
        run = here(*args)
        assert run.returncode == 2
        assert re.fullmatch(r"error: .*\nhint: .*\n", run.stderr)
