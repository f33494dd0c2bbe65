"""Sites that tests build: of one share of the sample, which takes no time."""

from __future__ import annotations

import os
import signal
from functools import cache
from typing import TYPE_CHECKING

from deepseek_shock import pipeline
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from deepseek_shock.site import publishing
from deepseek_shock.site.claim import Claim
from deepseek_shock.site.folder import Folder
from deepseek_shock.site.publishing import Look
from tests.builders import LONG_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from deepseek_shock.pipeline import Basis
    from deepseek_shock.site.checked import Check

CLAIM = Claim(Language.EN, None, None, "Market shocks")
LOOK = Look(Style(Words(Language.EN), Colors.US), ())


@cache
def basis(day: date, ticker: str = "NVDA") -> Basis:
    request = pipeline.Request(LONG_AFTER, day, tickers=(ticker,))
    return pipeline.make(request, Registry(sample_directory()), Sample()).basis


def publish(folder: Folder, day: date, ticker: str = "NVDA") -> bool:
    with publishing.held(folder, 0) as hold:
        return publishing.publish(folder, basis(day, ticker), CLAIM, LOOK, hold).is_new


def note(folder: Folder, check: Check, claim: Claim = CLAIM) -> bool:
    with publishing.held(folder, 0) as hold:
        return publishing.note_check(folder, check, claim, LOOK, hold)


def files(folder: Folder) -> dict[str, bytes]:
    """Read every file."""
    found = filter(os.path.isfile, sorted(folder.root.rglob("*")))
    return {str(file.relative_to(folder.root)): file.read_bytes() for file in found}


def killed(run: Callable[[], object], *, at: int) -> None:
    """Run in a process of its own that is killed before it brings its file number `at` in place."""
    child = os.fork()
    if child == 0:
        replace, left = os.replace, at

        def last(draft: Path, file: Path) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
            replace(draft, file)

        os.replace = last  # type: ignore[assignment]  # as pathlib calls it
        try:
            run()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
