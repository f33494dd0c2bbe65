"""`shock compare`: every format in both languages, exit codes, the command that makes it again."""

from __future__ import annotations

import csv
import email.policy
import json
from email import message_from_string
from io import StringIO
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

EVENTS = ("deepseek", "2025-01-28")
# The sample's closes of the S&P 500: 6,101.24, 6,012.28 and 6,067.70 on 24, 27 and 28 January 2025.
MOVES = {"deepseek": 6012.28 / 6101.24 - 1, "2025-01-28": 6067.70 / 6012.28 - 1}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    "form",
    [
        ("--format", "terminal"),
        ("--format", "markdown"),
        ("--front-matter", "hugo"),
        ("--front-matter", "zola"),
        ("--profile", "substack"),
        ("--profile", "ghost"),
        ("--format", "html"),
        ("--format", "email"),
        ("--format", "eml", "--to", "news@example.com"),
    ],
    ids=" ".join,
)
def test_every_format_tells_both_events(here: Shock, form: tuple[str, ...], lang: str) -> None:
    run = here("compare", *EVENTS, *form, "--lang", lang)
    assert (run.returncode, run.stderr) == (0, "")
    text = run.stdout
    if "eml" in form:
        parsed = message_from_string(text, policy=email.policy.default)
        body = parsed.get_body(("html",))
        assert body is not None
        text = body.get_content()
        assert "cid:" in text
    names = ("DeepSeek shock", "28 January 2025")
    for name in names if lang == "en" else ("DeepSeekショック", "2025年1月28日"):
        assert name in text
    assert "1.46%" in text
    assert "+0.92%" in text


def test_json_has_its_keys_and_figures(here: Shock) -> None:
    found = json.loads(here("compare", *EVENTS, "--format", "json").stdout)
    assert list(found) == [
        *("schema", "comparison", "source", "events", "moves", "paths", "gaps", "notes"),
    ]
    assert found["schema"] == 1
    assert found["comparison"]["events"] == list(EVENTS)
    assert found["comparison"]["window"] == [-5, 5]
    moves = {one["event"]: one for one in found["moves"] if one["ticker"] == "^GSPC"}
    assert {event: moves[event]["price_return"] for event in EVENTS} == pytest.approx(MOVES)
    (path,) = (
        one for one in found["paths"] if (one["event"], one["ticker"]) == ("deepseek", "^GSPC")
    )
    assert path["offsets"] == list(range(-5, 6))
    assert path["sessions"][5] == "2025-01-27"
    assert (path["levels"][4], path["levels"][5]) == (100, pytest.approx(6012.28 / 61.0124))


def test_csv_has_a_line_a_session(here: Shock) -> None:
    text = here("compare", *EVENTS, "--tickers", "^GSPC", "--format", "csv").stdout
    rows = list(csv.DictReader(StringIO(text)))
    assert [int(row["offset"]) for row in rows] == [*range(-5, 6)] * 2
    on_the_day = {row["event"]: float(row["return"]) for row in rows if row["offset"] == "0"}
    assert on_the_day == pytest.approx(MOVES)


def test_the_command_that_it_names_makes_the_same_again(here: Shock) -> None:
    options = ("--tickers", "NVDA,5803.T", "--window", "-1:3", "--lang", "ja", "--decimals", "1")
    first = here("compare", *EVENTS, *options, "--format", "markdown").stdout
    command = first.splitlines()[-1].strip("`").split()
    assert command[:4] == ["shock", "compare", *EVENTS]
    assert set(options) < set(command)
    assert here(*command[1:]).stdout == first


@pytest.mark.parametrize("form", ["terminal", "html", "json", "csv", "email"])
def test_the_same_data_give_the_same_bytes(here: Shock, form: str) -> None:
    first, second = (here("compare", *EVENTS, "--format", form).stdout for _ in range(2))
    assert first == second != ""


def test_pictures_are_written_an_instrument_each(here: Shock, tmp_path: Path) -> None:
    run = here("compare", *EVENTS, "--charts", "drawn", "--output", "page.html")
    assert (run.returncode, run.stderr) == (0, "")
    names = sorted(file.name for file in (tmp_path / "drawn").iterdir())
    assert names == [f"2025-01-28-paths-{at}.png" for at in range(1, 7)]
    here("compare", *EVENTS, "--tickers", "NVDA", "--charts", "one")
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["2025-01-28-paths.png"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("deepseek",), 2, "one event"),
        (("deepseek", "2025-01-27"), 2, "the same sessions"),
        (("deepseek", "deepsek"), 2, "did you mean deepseek?"),
        ((*EVENTS, "--tickers", "NVDA", "--watchlist", "deepseek"), 2, "exclude each other"),
        ((*EVENTS, "--window", "5:9"), 2, "not a window"),
        (("deepseek", "2024-08-05", "--offline"), 4, "the bars of the sample go from 2025-01-17"),
        (("deepseek", "no-such.toml"), 1, "no-such.toml"),
    ],
)
def test_what_is_wrong_is_told_in_two_lines(
    here: Shock, arguments: tuple[str, ...], code: int, words: str
) -> None:
    run = here("compare", *arguments)
    assert (run.returncode, run.stdout) == (code, "")
    assert words in run.stderr
    assert [line.partition(":")[0] for line in run.stderr.splitlines()] == ["error", "hint"]


def test_options_may_stand_in_a_file_under_a_section_of_their_own(
    here: Shock, tmp_path: Path
) -> None:
    text = '[report]\nlang = "en"\ntop = 3\n[compare]\nlang = "ja"\ntickers = "NVDA"\n'
    (tmp_path / "shock.toml").write_text(text, encoding="utf-8")
    assert here("compare", *EVENTS).stdout.startswith("エヌビディア、")
    (tmp_path / "shock.toml").write_text("[compare]\ntop = 3\n", encoding="utf-8")
    run = here("compare", *EVENTS)
    assert run.returncode == 1
    assert "`top` is not an option of shock compare" in run.stderr
