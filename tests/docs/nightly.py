"""A machine on which docs/cron.md was followed, at a fixed moment, with the sample for a vendor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TIMEOUT = 60
# 17:30 in New York, as `date -u -d '2025-01-27 22:30' +%s` has it, and on the Saturday before.
MONDAY = "1738017000"
SATURDAY = "1737844200"
# `date` cannot be told what the time is; the command can.
CLOCK = '#!/bin/sh\nexec /bin/date -d "@$SOURCE_DATE_EPOCH" "$@"\n'

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Entry(NamedTuple):
    """A line of a crontab: when, and what `sh` is given."""

    fields: tuple[str, ...]
    command: str


class Crontab(NamedTuple):
    """A crontab as cron reads it."""

    variables: dict[str, str]
    entries: list[Entry]


def read_crontab(text: str) -> Crontab:
    crontab = Crontab({}, [])
    for line in text.splitlines():
        if setting := re.fullmatch(r"(\w+) *= *(.*)", line):
            crontab.variables[setting[1]] = setting[2]
        elif line.strip() and not line.startswith("#"):
            *fields, command = line.split(None, 5)
            # To cron a bare % is a line break, and what follows is the command's stdin.
            assert re.search(r"(?<!\\)%", command) is None
            crontab.entries.append(Entry(tuple(fields), command.replace(r"\%", "%")))
    return crontab


class Machine:
    """What the page has in /opt, /srv, /usr/local and the home stands in `folder`."""

    def __init__(self, page: Path, folder: Path) -> None:
        self._text = page.read_text("utf-8")
        self.folder = folder
        self.home, self.bin, self.site = (folder / name for name in ("home", "bin", "www"))
        self._moved = {
            "/opt/shock/bin": str(Path(sys.executable).parent),
            "/usr/local/bin": str(self.bin),
            "/srv/www/shock": str(self.site),
        }
        for made in (self.home / "bin", self.bin):
            made.mkdir(parents=True)
        self.save("date", CLOCK)

    def blocks(self, language: str) -> list[str]:
        return [self._move(text) for kind, text in _FENCE.findall(self._text) if kind == language]

    def block(self, language: str, words: str) -> str:
        (found,) = (each for each in self.blocks(language) if words in each)
        return found

    def _move(self, text: str) -> str:
        for theirs, ours in self._moved.items():
            text = text.replace(theirs, ours)
        return text

    def crontab(self, words: str) -> Crontab:
        return read_crontab(self.block("crontab", words))

    def save(self, name: str, script: str) -> Path:
        file = self.bin / name
        file.write_text(script, "utf-8")
        file.chmod(0o755)
        return file

    @property
    def path(self) -> str:
        return f"{Path(sys.executable).parent}:{self.bin}:/usr/bin:/bin"

    def environment(self, now: str, env: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give as little as cron does, the moment, and the sample."""
        little = {"HOME": str(self.home), "LOGNAME": "press", "SHELL": "/bin/sh", "PATH": self.path}
        return little | {"SHOCK_SOURCE": "sample", "SOURCE_DATE_EPOCH": now} | dict(env or {})

    def run(
        self, *command: str, now: str = MONDAY, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.home,
            env=self.environment(now, env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )

    def cron(
        self, crontab: Crontab, now: str = MONDAY, **env: str
    ) -> Iterator[subprocess.CompletedProcess[str]]:
        """Start what the crontab names, one after the other, as cron would."""
        for entry in crontab.entries:
            yield self.run("/bin/sh", "-c", entry.command, now=now, env=crontab.variables | env)

    def pages(self) -> list[str]:
        return sorted(file.name for file in self.site.glob("2*.html"))
