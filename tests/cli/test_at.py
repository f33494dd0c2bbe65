"""`--at`: the instant of the shock on the command line, and `at` in an event file."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Shock

EVENT = """id = "quake"
name = "Quake"
date = 2025-01-27
at = {at}
"""


def report(here: Shock, *args: str) -> dict[str, Any]:
    run = here("report", "--source", "sample", "--format", "json", *args)
    assert (run.returncode, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    assert isinstance(document, dict)
    return document


def test_the_first_sessions_are_reported(here: Shock) -> None:
    # 11:00 in New York on the 27th: Tokyo could react on the 28th only.
    found = report(here, "--at", "2025-01-27T11:00:00-05:00")
    assert found["instant"] == "2025-01-27T16:00:00Z"
    assert found["report"]["date"] == "2025-01-27"
    assert found["first_sessions"] == [
        {
            "exchange": "XNYS",
            "session": "2025-01-27",
            "could_react": "part",
            "timing": "in_session",
        },
        {
            "exchange": "XTKS",
            "session": "2025-01-28",
            "could_react": "whole",
            "timing": "before_open",
        },
    ]
    keys = ("exchange", "session", "relation", "could_react", "phase")
    assert [tuple(leg[key] for key in keys) for leg in found["relay"]] == [
        ("XNYS", "2025-01-27", "new_york", "part", "ended"),
        ("XTKS", "2025-01-28", "after", "whole", "ended"),
        ("XNYS", "2025-01-28", "new_york", "whole", "ended"),
    ]
    assert {(move["exchange"], move["session"]) for move in found["moves"]} >= {
        ("XTKS", "2025-01-28"),
        ("XNYS", "2025-01-27"),
    }


def test_a_weekend_finds_the_event_of_its_first_sessions(here: Shock) -> None:
    found = report(here, "--at", "2025-01-26T12:00:00+00:00")
    assert (found["report"]["event"], found["report"]["date"]) == ("deepseek", "2025-01-27")
    assert found["instant"] == "2025-01-26T12:00:00Z"


def test_with_a_date_the_moves_stay_those_of_the_date(here: Shock) -> None:
    args = ("--date", "2025-01-27", "--at", "2025-01-27T08:00:00Z")
    found = report(here, *args)
    assert {move["session"] for move in found["moves"]} == {"2025-01-27"}
    assert [leg["could_react"] for leg in found["relay"]] == ["no", "whole", "whole"]
    assert [leg["timing"] for leg in found["relay"]] == ["over", "before_open", "before_open"]


def test_without_an_instant_nothing_is_said_of_it(here: Shock) -> None:
    found = report(here, "--date", "2025-01-28")
    assert (found["instant"], found["first_sessions"]) == (None, [])
    assert {leg["could_react"] for leg in found["relay"]} == {None}


@pytest.mark.parametrize(
    ("args", "command"),
    [
        (
            ("--at", "2025-01-27T11:00:00-05:00"),
            "shock report --at 2025-01-27T16:00:00Z --format markdown",
        ),
        (
            ("--date", "2025-01-27", "--at", "2025-01-27T08:00:00Z"),
            "shock report --date 2025-01-27 --at 2025-01-27T08:00:00Z --format markdown",
        ),
    ],
)
def test_the_command_makes_the_report_again(
    here: Shock, args: tuple[str, ...], command: str
) -> None:
    first = here("report", *args, "--format", "markdown")
    assert first.returncode == 0, first.stderr
    assert command in first.stdout
    again = here(*command.split()[1:])
    assert again.stdout == first.stdout


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("2025-01-26T12:00:00", "--at '2025-01-26T12:00:00' names no zone"),
        ("2025-01-26", "--at '2025-01-26' names no zone"),
        ("Sunday", "--at 'Sunday' is not an instant"),
        ("2025-01-26T25:00:00Z", "--at '2025-01-26T25:00:00Z' is not an instant"),
        ("0001-01-01T00:00:00+14:00", "--at '0001-01-01T00:00:00+14:00' is not an instant"),
        ("", "--at '' is not an instant"),
    ],
)
def test_an_instant_needs_its_zone(here: Shock, at: str, message: str) -> None:
    run = here("report", "--at", at)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"error: {message}\nhint: write 2025-01-26T12:00:00+00:00; Z is UTC, +09:00 Tokyo's time\n"
    )


def test_an_instant_to_come_is_no_shock(here: Shock) -> None:
    run = here("report", "--date", "2025-01-27", "--at", "2199-01-01T00:00:00Z")
    assert (run.returncode, run.stdout) == (3, "")


# --- in an event file ---


@pytest.mark.parametrize(
    ("at", "instant"),
    [
        ("2025-01-26T12:00:00+09:00", "2025-01-26T03:00:00Z"),
        ('"2025-01-26T12:00:00Z"', "2025-01-26T12:00:00Z"),
    ],
)
def test_an_event_has_its_instant(here: Shock, tmp_path: Path, at: str, instant: str) -> None:
    (tmp_path / "event.toml").write_text(EVENT.format(at=at), encoding="utf-8")
    assert report(here, "--event", "event.toml")["instant"] == instant


@pytest.mark.parametrize("at", ["2025-01-26T12:00:00", "2025-01-26", '"Sunday"', "12"])
def test_an_events_instant_needs_its_zone(here: Shock, tmp_path: Path, at: str) -> None:
    (tmp_path / "event.toml").write_text(EVENT.format(at=at), encoding="utf-8")
    run = here("report", "--event", "event.toml")
    assert (run.returncode, run.stdout) == (1, "")
    error, hint = run.stderr.splitlines()
    assert error == "error: event.toml:4: `at` must be a date and time with its zone"
    assert hint.startswith("hint: write 2025-01-25T00:00:00Z")


def test_the_instant_settles_what_the_file_leaves_open(here: Shock, tmp_path: Path) -> None:
    # New York's morning of the 27th; the file names no sessions.
    text = EVENT.format(at="2025-01-27T11:00:00-05:00")
    (tmp_path / "event.toml").write_text(text, encoding="utf-8")
    moves = report(here, "--event", "event.toml")["moves"]
    assert {(move["exchange"], move["session"]) for move in moves if move["status"] == "ok"} >= {
        ("XTKS", "2025-01-28"),
    }
    # What it names stands, whatever the instant: Tokyo's Monday was then over.
    text += "[sessions]\nXTKS = 2025-01-27\n"
    (tmp_path / "event.toml").write_text(text, encoding="utf-8")
    found = report(here, "--event", "event.toml")
    assert {move["session"] for move in found["moves"]} == {"2025-01-27"}
    assert found["relay"][0]["could_react"] == "no"
