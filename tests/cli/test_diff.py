"""`shock diff`: two capsules, or one and its source asked anew."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock import __version__
from deepseek_shock.capsule.archive import read_archive, write_archive
from deepseek_shock.capsule.making import Evidence, make_capsule
from deepseek_shock.capsule.manifest import Written, dump, load
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.pipeline import Basis, Request, make, remake
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import FrontMatter, Profile, Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.words import Language, Words
from tests.builders import LONG_AFTER, MONDAY, TUESDAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Shock

STYLE = Style(Words(Language.EN), Colors.US)
SHARES = ("NVDA", "AMD", "5803.T")


def basis(day: object = MONDAY) -> Basis:
    asked = Request(LONG_AFTER, MONDAY if day is MONDAY else TUESDAY, tickers=SHARES)
    return make(asked, Registry(sample_directory()), Sample()).basis


def with_close(of: Basis, close: str) -> Basis:
    """Give NVIDIA another close on the day."""
    held = of.held.bars["NVDA"]
    assert isinstance(held, Bars)
    changed = tuple(
        one._replace(close=Decimal(close)) if one.session == MONDAY else one for one in held.bars
    )
    return of._replace(
        held=of.held._replace(bars={**of.held.bars, "NVDA": replace(held, bars=changed)})
    )


class Shelf(NamedTuple):
    """A folder in which bases are written as capsules."""

    folder: Path

    def hold(self, **bases: Basis) -> None:
        """Write each under its name with the ending of a zip."""
        for name, of in bases.items():
            self.put(f"{name}.zip", of)

    def put(
        self,
        name: str,
        of: Basis,
        options: Mapping[str, str] = MappingProxyType({}),
        document: bytes | None = None,
    ) -> None:
        """Write a capsule of a Markdown report, by this version and as it makes it."""
        text = Markdown(STYLE).render(remake(of))
        evidence = Evidence(
            basis=of,
            command=of.command,
            received=(),
            options=options,
            style=STYLE,
            written=Written("markdown", Profile.GFM, FrontMatter.NONE, None, None, False),
            document=text.encode() if document is None else document,
            own={},
        )
        (self.folder / name).write_bytes(make_capsule(evidence))


@pytest.fixture
def capsules(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_two_that_are_alike(here: Shock, capsules: Shelf) -> None:
    capsules.hold(old=basis(), new=basis())
    done = here("diff", "old.zip", "new.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No correction is due" in done.stdout
    assert "訂正はありません" in done.stdout


def test_a_close_that_changed(here: Shock, capsules: Shelf, tmp_path: Path) -> None:
    capsules.hold(old=with_close(basis(), "118.58"), new=basis())
    done = here("diff", "old.zip", "new.zip", "--lang", "ja")
    assert (done.returncode, done.stderr) == (1, "")
    # 118.58 ÷ 142.62 − 1 = −16.856 %, 118.42 ÷ 142.62 − 1 = −16.968 %
    assert "の騰落率「16.86%安」を「16.97%安」に訂正します。" in done.stdout
    assert "as −16.86%; the" in " ".join(done.stdout.split())
    here("diff", "old.zip", "new.zip", "--output", "note.md")
    assert "| NVIDIA (NVDA) | close | $118.58 | $118.42 |" in (tmp_path / "note.md").read_text()
    found = json.loads(here("diff", "old.zip", "new.zip", "--format", "json").stdout)
    assert found["note"]["ja"].startswith("訂正\n\n2025年1月27日(月)のエヌビディア(NVDA)の騰落率")


def test_a_capsule_against_its_source(here: Shock, capsules: Shelf) -> None:
    capsules.hold(old=with_close(basis(), "118.58"), same=basis())
    assert here("diff", "same.zip", "--source", "sample").returncode == 0
    done = here("diff", "old.zip", "--source", "sample")
    assert (done.returncode, done.stderr) == (1, "")
    assert "The source’s close was changed from $118.58 to $118.42." in " ".join(
        done.stdout.split()
    )


ROWS = """\
ticker,date,close
NVDA,2025-01-23,147.22
NVDA,2025-01-24,142.62
NVDA,2025-01-27,{close}
NVDA,2025-01-28,128.99
"""


def report_on_a_file(here: Shock, folder: Path, close: str) -> None:
    (folder / "own.csv").write_text(ROWS.format(close=close))
    asked = ("report", "--date", "2025-01-27", "--tickers", "NVDA", "--source", "files")
    made = here(*asked, "--data", "own.csv", "--output", "a.md", "--capsule", "a.zip")
    assert made.returncode == 0, made.stderr


def test_without_a_source_the_recorded_one_is_asked(here: Shock, tmp_path: Path) -> None:
    # The sample has 118.42, of which nobody asked.
    report_on_a_file(here, tmp_path, "119.42")
    same = here("diff", "a.zip", env={"SHOCK_SOURCE": "sample"})
    assert (same.returncode, same.stderr) == (0, "")
    assert (
        "Earlier: Source: the user’s own files (own.csv).\nNow: Source: the user’s own files ("
        in (same.stdout)
    )
    (tmp_path / "own.csv").write_text(ROWS.format(close="120.42"))
    changed = here("diff", "a.zip")
    assert changed.returncode == 1
    said = " ".join(changed.stdout.split())
    assert "The close was changed from $119.42 to $120.42." in said
    assert "source’s" not in said
    (tmp_path / "own.csv").rename(tmp_path / "other.csv")
    gone = here("diff", "a.zip")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == (
        "error: own.csv: the report was made of it, and it is not there\n"
        "hint: --source files --data PATH says where it is now\n"
    )
    moved = here("diff", "a.zip", "--data", "other.csv", "--format", "json")
    assert json.loads(moved.stdout)["new"]["source"][0]["vendor"] == "other.csv"
    typed = here("diff", "a.zip", "--source", "sample", "--format", "json")
    assert json.loads(typed.stdout)["new"]["source"][0]["name"] == "sample"


def test_the_second_source_is_the_recorded_one_too(here: Shock, capsules: Shelf) -> None:
    capsules.put("a.zip", basis(), {"source": "sample", "confirm": "files", "data": "gone.csv"})
    done = here("diff", "a.zip")
    assert done.stderr.startswith("error: gone.csv: ")
    # A typed second source needs no file.
    done = here("diff", "a.zip", "--confirm", "sample")
    assert done.stderr.startswith("error: --confirm sample names no second source")


def test_a_hint_names_no_option_of_a_report(here: Shock, tmp_path: Path) -> None:
    report_on_a_file(here, tmp_path, "119.42")
    rows = (tmp_path / "own.csv").read_text().replace("NVDA", "AMD")
    (tmp_path / "own.csv").write_text(rows)
    done = here("diff", "a.zip")
    assert done.returncode == 4
    assert done.stderr.splitlines()[1] == "hint: the files do not hold NVDA"


def test_sessions_that_came_since_correct_nothing(here: Shock, tmp_path: Path) -> None:
    report_on_a_file(here, tmp_path, "118.42")
    with (tmp_path / "own.csv").open("a") as file:
        file.write("NVDA,2025-01-29,123.70\n")
    done = here("diff", "a.zip")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_taken_before_the_close_is_final_now(here: Shock, capsules: Shelf) -> None:
    # Monday noon in New York; Tokyo's session has ended.
    asked = Request(
        datetime(2025, 1, 27, 17, tzinfo=UTC), MONDAY, tickers=SHARES, takes_provisional=True
    )
    noon = make(asked, Registry(sample_directory()), Sample()).basis
    capsules.hold(old=with_close(noon, "118.58"), same=noon)
    done = here("diff", "old.zip", "--source", "sample")
    said = " ".join(done.stdout.split())
    assert (done.returncode, done.stderr) == (1, "")
    assert "Update An earlier version of this report gave the move of NVIDIA (NVDA)" in said
    assert "as −16.86%, before the close; the final figure is −16.97%. Also brought up" in said
    assert "2 figures were taken before the close, and are now final." in said
    assert "correct figure" not in said
    same = here("diff", "same.zip", "--source", "sample", "--lang", "ja").stdout
    assert "更新\n\n2件は取引時間中の値でしたが、終値による確定値に改めました。\n" in same
    assert "「暫定値」" not in same


def test_the_list_says_how_the_reports_were_kept(
    here: Shock, capsules: Shelf, tmp_path: Path
) -> None:
    capsules.put("old.zip", basis(), document=b"Something else.\n")
    capsules.put("new.zip", basis())
    done = here("diff", "old.zip", "new.zip")
    assert done.returncode == 0
    said = " ".join(done.stdout.split())
    assert "Note: the earlier report is not what this version makes of its evidence." in said
    assert "Note: the newer" not in said
    found = json.loads(here("diff", "old.zip", "new.zip", "--format", "json").stdout)
    assert [found[one]["is_as_written"] for one in ("old", "new")] == [False, True]
    assert found["old"]["tool_version"] == __version__
    parts = read_archive(tmp_path / "new.zip")
    manifest = load(parts["capsule.json"])._replace(tool_version="0.0.1\x1b[31m")
    (tmp_path / "new.zip").write_bytes(write_archive({**parts, "capsule.json": dump(manifest)}))
    done = here("diff", "old.zip", "new.zip", "--lang", "ja")
    assert "\x1b" not in done.stdout
    assert "注: 今回の版はshock 0.0.1" in done.stdout
    markdown = here("diff", "old.zip", "new.zip", "--format", "markdown").stdout
    assert "- Note: the newer report was made by shock 0.0.1" in markdown


def test_home_and_status(here: Shock, capsules: Shelf, tmp_path: Path) -> None:
    capsules.hold(old=with_close(basis(), "118.58"), new=basis())
    home = {"HOME": str(tmp_path)}
    done = here("diff", "~/old.zip", "~/new.zip", "--status", "json", "-v", env=home)
    lines = done.stderr.splitlines()
    assert f"capsule: ~/old.zip, of shock {__version__}" in lines[0]
    status = json.loads(lines[-1])
    assert (status["command"], status["exit_code"], status["outcome"]) == ("diff", 1, "different")
    proved = here("verify", "new.zip", "--status", "json")
    status = json.loads(proved.stderr)
    # Nothing that was used is among what was received: there is none.
    assert (status["command"], status["outcome"]) == ("verify", "unproved")


def test_no_answer_withdraws_nothing(
    here: Shock, capsules: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of 56: of few shares too many figures would be missing for any comparison.
    asked = Request(LONG_AFTER, MONDAY, event="deepseek")
    whole = make(asked, Registry(sample_directory()), Sample()).basis
    capsules.hold(old=whole)
    fetch = Sample.fetch

    def fail_for_one(self: Sample, instruments: object, wanted: object) -> object:
        fetched = fetch(self, instruments, wanted)  # type: ignore[arg-type]
        gap = Gap(fetched.bars["AMD"].instrument, MONDAY, GapReason.TIMEOUT)
        return fetched._replace(bars={**fetched.bars, "AMD": gap})

    monkeypatch.setattr(Sample, "fetch", fail_for_one)
    done = here("diff", "old.zip", "--source", "sample")
    assert done.stderr == "warning: no answer for AMD: taken as they were\n"
    assert "No correction is due" in done.stdout
    assert done.returncode == 0


def test_two_days_are_no_correction(here: Shock, capsules: Shelf) -> None:
    capsules.hold(old=basis(), new=basis(TUESDAY))
    done = here("diff", "old.zip", "new.zip")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: one report is of 2025-01-27, the other of 2025-01-28\n"
        "hint: a correction is of two reports of the same day; `shock compare` takes several\n"
    )


def test_capsules_on_the_disk(here: Shock) -> None:
    asked = ("report", "--date", "2025-01-27", "--tickers", "NVDA,AMD", "--source", "sample")
    made = here(*asked, "--output", "a.md", "--capsule", "a.zip")
    assert made.returncode == 0, made.stderr
    assert here("diff", "a.zip", "a.zip").returncode == 0
    help_text = here("diff", "--help").stdout
    assert "0 where nothing differs and 1 where something does" in " ".join(help_text.split())
