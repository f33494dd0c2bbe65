"""`shock diff`: two capsules, or one and its source asked anew."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from deepseek_shock.capsule import reading
from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.pipeline import Basis, Request, make
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from tests.builders import LONG_AFTER, MONDAY, TUESDAY

if TYPE_CHECKING:
    from tests.conftest import Shock

SHARES = ("NVDA", "AMD", "5803.T")


class Capsule(NamedTuple):
    """Of a capsule, what the command looks at."""

    basis: Basis
    style: Style = Style(Words(Language.EN), Colors.US)


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


@pytest.fixture
def capsules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Basis]:
    """Let the bases of this dictionary stand for the files of its keys."""
    held: dict[str, Basis] = {}
    monkeypatch.setattr(reading, "read_capsule", lambda path: Capsule(held[Path(path).name]))
    return held


def test_two_that_are_alike(here: Shock, capsules: dict[str, Basis]) -> None:
    capsules |= {"old.zip": basis(), "new.zip": basis()}
    done = here("diff", "old.zip", "new.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No correction is due" in done.stdout
    assert "訂正はありません" in done.stdout


def test_a_close_that_changed(here: Shock, capsules: dict[str, Basis], tmp_path: Path) -> None:
    capsules |= {"old.zip": with_close(basis(), "118.58"), "new.zip": basis()}
    done = here("diff", "old.zip", "new.zip", "--lang", "ja")
    assert (done.returncode, done.stderr) == (1, "")
    # 118.58 ÷ 142.62 − 1 = −16.856 %, 118.42 ÷ 142.62 − 1 = −16.968 %
    assert "の騰落率「16.86%安」を「16.97%安」に訂正します。" in done.stdout
    assert "as −16.86%; the" in " ".join(done.stdout.split())
    here("diff", "old.zip", "new.zip", "--output", "note.md")
    assert "| NVIDIA (NVDA) | close | $118.58 | $118.42 |" in (tmp_path / "note.md").read_text()
    found = json.loads(here("diff", "old.zip", "new.zip", "--format", "json").stdout)
    assert found["note"]["ja"].startswith("訂正\n\n2025年1月27日(月)のエヌビディア(NVDA)の騰落率")


def test_a_capsule_against_its_source(here: Shock, capsules: dict[str, Basis]) -> None:
    capsules |= {"old.zip": with_close(basis(), "118.58"), "same.zip": basis()}
    assert here("diff", "same.zip", "--source", "sample").returncode == 0
    done = here("diff", "old.zip", "--source", "sample")
    assert (done.returncode, done.stderr) == (1, "")
    assert "The source’s close was changed from $118.58 to $118.42." in " ".join(
        done.stdout.split()
    )


def test_no_answer_withdraws_nothing(
    here: Shock, capsules: dict[str, Basis], monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of 56: of few shares too many figures would be missing for any comparison.
    asked = Request(LONG_AFTER, MONDAY, event="deepseek")
    whole = make(asked, Registry(sample_directory()), Sample()).basis
    capsules |= {"old.zip": whole}
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


def test_two_days_are_no_correction(here: Shock, capsules: dict[str, Basis]) -> None:
    capsules |= {"old.zip": basis(), "new.zip": basis(TUESDAY)}
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
