"""The layout of a site's folder: what is called what, and how it is read and written.

```
DIR/2025-01-27.html  DIR/index.html  DIR/feed.xml        what is published
DIR/.shock/site.json                                     language, title, address
DIR/.shock/2025-01-27.json.gz                            what the page was made of (`kept`)
DIR/.shock/2025-01-27.entry.json                         its line in the index and the feed
DIR/.shock/lock
```
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from deepseek_shock.errors import OutputError, UsageError
from deepseek_shock.render.words import Language
from deepseek_shock.site.codec import decode, encode
from deepseek_shock.site.entry import Entry
from deepseek_shock.site.kept import FORMAT, check_format, damaged
from deepseek_shock.wholefile import drafted

INDEX, FEED = "index.html", "feed.xml"
_KEPT, _ENTRY = ".json.gz", ".entry.json"
_OF_A_DAY = re.compile(rf"(\d{{4}}-\d\d-\d\d)({re.escape(_KEPT)}|{re.escape(_ENTRY)})")
_DRAFT = re.compile(r"\.(?:[\d-]{10}\.html|index\.html|feed\.xml|.*\.json(?:\.gz)?)\.\d+\.tmp")

_One = TypeVar("_One", "Site", Entry)


class Site(NamedTuple):
    """What holds for a whole site: its one language, what it is called, where it is to be read.

    `url` ends with a slash, and is `None` where nobody has said it. `id` is the feed's, from which
    the pages' are made; it stays what it was when the first page was published.
    """

    lang: Language
    title: str
    url: str | None
    id: str


def page_name(day: date) -> str:
    """Return what a page is called, for good."""
    return f"{day}.html"


class Folder:
    """A site's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shelf = root / ".shock"
        self.lock = self._shelf / "lock"

    def page(self, day: date) -> Path:
        """Return where a page stands."""
        return self.root / page_name(day)

    def kept(self, day: date) -> Path:
        """Return where it is kept what a page was made of."""
        return self._shelf / f"{day}{_KEPT}"

    def days(self) -> list[date]:
        """List the days of which something is kept, the newest first."""
        try:
            return sorted(set(self._days()), reverse=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise damaged(self._shelf, error) from error

    def _days(self) -> Iterator[date]:
        for name in os.listdir(self._shelf):  # noqa: PTH208 -- a year of it in half the time
            if match := _OF_A_DAY.fullmatch(name):
                with suppress(ValueError):  # not one of ours
                    yield date.fromisoformat(match[1])

    def read_site(self) -> Site | None:
        """Return what holds for the site, or `None` where there is none yet.

        Raises `UsageError` for what is no folder, `FileError` for a file that cannot be read.
        """
        if self.root.exists() and not self.root.is_dir():
            raise UsageError(f"{self.root} is no folder", hint="name the folder of the site")
        file = self._shelf / "site.json"
        try:
            return _read(Site, file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            hint = "take it from a backup: without it the feed gets another id"
            raise damaged(file, error, hint) from error

    def read_entry(self, day: date) -> Entry | None:
        """Find the entry of a page; one that cannot be read counts as none, and is made again."""
        with suppress(OSError, ValueError, RecursionError):
            return _read(Entry, self._shelf / f"{day}{_ENTRY}")
        return None

    def write_site(self, site: Site) -> None:
        """Write what holds for the site."""
        self.write(_dump(site), self._shelf / "site.json")

    def write_entry(self, entry: Entry) -> None:
        """Write the entry of a page."""
        self.write(_dump(entry), self._shelf / f"{entry.day}{_ENTRY}")

    def write(self, content: bytes, target: Path) -> None:
        """Write a file whole, down to the disk; one that says the same already is left alone."""
        with suppress(OSError):
            if target.read_bytes() == content:
                return
        with drafted(target) as draft, draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def sweep(self) -> None:
        """Remove the drafts of killed runs; who holds the lock knows that no other is at work."""
        try:
            for folder in (self.root, self._shelf):
                for name in filter(_DRAFT.fullmatch, os.listdir(folder)):  # noqa: PTH208 -- as above
                    (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"{self.root} cannot be written: {error.strerror or error}",
                hint="name a folder that you may write to",
            ) from error


def _read(kind: type[_One], file: Path) -> _One:
    data: dict[str, Any] = json.loads(file.read_bytes())
    check_format(data)
    return decode(kind, {name: value for name, value in data.items() if name != "format"})


def _dump(value: Site | Entry) -> bytes:
    data = {"format": FORMAT, **encode(type(value), value)}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
