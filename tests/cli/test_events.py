"""`shock events`: the list, one shock, a check; in words, in Japanese and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.render.cells import width_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock


def data(here: Shock, *args: str) -> Any:  # noqa: ANN401 -- JSON
    run = here("events", *args)
    assert (run.returncode, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_the_list_has_a_line_for_each_shock(here: Shock) -> None:
    run = here("events")
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert lines[0].split() == ["Id", "New", "York", "Tokyo", "Days", "Name"]
    assert max(map(width_of, lines)) <= 100
    by_id = {line.split()[0]: line for line in lines[1:]}
    assert by_id["lehman"].split()[1:4] == ["2008-09-15", "2008-09-16", "verified"]
    assert by_id["lehman"].endswith("Lehman collapse        リーマン・ショック")
    assert by_id["black-monday"].split()[1:4] == ["1987-10-19", "1987-10-20", "unverified"]
    assert "ニューヨーク" in here("events", "--lang", "ja").stdout.splitlines()[0]


def test_the_list_as_data(here: Shock) -> None:
    document = data(here, "--format", "json")
    assert document["schema"] == 1
    by_id = {event["id"]: event for event in document["events"]}
    assert list(by_id) == [one["id"] for one in sorted(by_id.values(), key=lambda one: one["date"])]
    lehman = by_id["lehman"]
    assert lehman["name"] == {"en": "Lehman collapse", "ja": "リーマン・ショック"}
    assert lehman["sessions"]["XTKS"] == {"session": "2008-09-16", "standing": "verified"}
    assert lehman["watchlist"] == "indexes"
    assert "4.4%" in lehman["context"]["fact"]["said"]["en"]
    assert lehman["context"]["opening"] is None
    assert by_id["black-monday"]["sessions"]["XTKS"]["standing"] == "unverified"
    assert by_id["deepseek"]["context"]["points"]
    assert all(event["context"]["fact"]["url"] for event in by_id.values())


def test_one_shock_in_words(here: Shock) -> None:
    english = here("events", "show", "lehman").stdout
    assert english.startswith("Lehman collapse / リーマン・ショック (lehman)\n")
    assert "Tokyo (XTKS)     2008-09-16  verified\n" in english
    assert "Instant          2008-09-15 05:45 UTC\n" in english
    assert "Watchlist        indexes: New York and Tokyo indexes, 4 indexes\n" in english
    assert "504.48 points" in english
    assert "Source: The Washington Post, 15 September 2008" in english.replace("\n", " ")
    assert "https://" in english or "http://" in english
    japanese = here("events", "show", "lehman", "--lang", "ja").stdout
    assert "504ドル48セント" in japanese
    assert "出所はワシントン・ポスト" in japanese
    assert "points" not in japanese
    unverified = here("events", "show", "black-monday").stdout
    assert "Tokyo (XTKS)     1987-10-20  unverified\n" in unverified


def test_one_shock_as_data(here: Shock) -> None:
    one = data(here, "show", "deepseek", "--format", "json")
    assert one["schema"] == 1
    assert one["leads"] == ["NVDA", "5803.T", "6857.T"]
    assert set(one) - {"schema", "leads", "lines", "followed", "mentioned"} == set(
        data(here, "--format", "json")["events"][0]
    )


def test_a_near_name_is_offered(here: Shock) -> None:
    run = here("events", "show", "lehmann")
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == "hint: did you mean lehman?"


EVENT = 'id = "mine"\nname = "Mine"\ndate = 1987-10-19\nwatchlist = "indexes"\n'
FACT = '[fact]\nsaid = "It fell."\nsource = "A paper, 1987"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            EVENT + FACT,
            """\
mine.toml: event mine of 1987-10-19, watchlist indexes: sound
mine.toml: XTKS 1987-10-19: unverified, its calendar does not reach so far
""",
        ),
        (
            'id = "w"\ntitle = "W"\nindexes = ["^GSPC"]\n',
            "mine.toml: watchlist w, 0 shares, 1 index: sound\n",
        ),
    ],
    ids=["event", "watchlist of indexes"],
)
def test_a_sound_file_is_told(here: Shock, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    run = here("events", "check", "mine.toml")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EVENT + FACT.replace("said", "sad"), "mine.toml:5: `said` is missing"),
        (EVENT + FACT + 'url = "x"\n', "mine.toml:8: `url` must be an address"),
        (
            EVENT + "[sessions]\nXNYS = 1987-10-18\n",
            "mine.toml:6: XNYS had no session on 1987-10-18",
        ),
    ],
    ids=["fact", "address", "closed"],
)
def test_a_fault_is_told_with_its_line(here: Shock, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    run = here("events", "check", "mine.toml")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"error: {words}")
    assert run.stderr.count("\n") == 2


def test_a_named_shock_is_reported_from_files(here: Shock, tmp_path: Path) -> None:
    """Closes made up: the sessions and the words are what is looked at."""
    rows = ["ticker,session,open,high,low,close,volume"]
    for ticker in ("^GSPC", "^DJI", "^IXIC"):
        rows += [f"{ticker},2008-09-12,,,,100,", f"{ticker},2008-09-15,,,,96,"]
    rows += ["^N225,2008-09-12,,,,100,", "^N225,2008-09-16,,,,95,"]
    (tmp_path / "bars.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = ("--event", "lehman", "--source", "files", "--data", "bars.csv")
    run = here("report", *options)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("Nikkei 225 −5.00%; all 4 indexes fell\nLehman collapse · ")
    assert "Tokyo: Tuesday 16 September, closed 15:00 JST" in run.stdout
    document = json.loads(here("report", *options, "--format", "json").stdout)
    assert document["context"]["fact"]["source"]["en"].startswith("The Washington Post")
