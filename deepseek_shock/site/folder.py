"""The layout of a site's folder: what is called what, and how it is read and written.

```
DIR/2025-01-27.html  DIR/index.html  DIR/feed.xml        what is published
DIR/.shock/site.json                                     language, title, address
DIR/.shock/2025-01-27.json.gz                            what the page was made of (`kept`)
DIR/.shock/2025-01-27.entry.json                         its line in the index and the feed
DIR/.shock/checked.json                                  when it was last checked, and no page came
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
from typing import Any, TypeVar

from deepseek_shock.codec import decode, encode
from deepseek_shock.errors import OutputError, UsageError
from deepseek_shock.site.entry import Entry
from deepseek_shock.site.identity import Site, check_site
from deepseek_shock.site.kept import FORMAT, check_format, damaged

INDEX, FEED = "index.html", "feed.xml"
_KEPT, _ENTRY = ".json.gz", ".entry.json"
_OF_A_DAY = re.compile(rf"(\d{{4}}-\d\d-\d\d)({re.escape(_KEPT)}|{re.escape(_ENTRY)})")
_PUBLISHED = re.compile(r"[\d-]{10}\.html|index\.html|feed\.xml")
_DRAFT = re.compile(r"\.(?:[\d-]{10}\.html|index\.html|feed\.xml|.*\.json(?:\.gz)?)\.\d+\.tmp")

_One = TypeVar("_One", Site, Entry)


def page_name(day: date) -> str:
    """Return what a page is called, for good."""
    return f"{day}.html"


class Folder:
    """A site's folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._shelf = root / ".shock"
        self.lock = self._shelf / "lock"
        self.site = self._shelf / "site.json"
        self.checked = self._shelf / "checked.json"

    def page(self, day: date) -> Path:
        """Return where a page stands."""
        return self.root / page_name(day)

    def kept(self, day: date) -> Path:
        """Return where it is kept what a page was made of."""
        return self._shelf / f"{day}{_KEPT}"

    def entry(self, day: date) -> Path:
        """Return where the page's line in the index and the feed is kept."""
        return self._shelf / f"{day}{_ENTRY}"

    def owns(self, file: Path) -> bool:
        """Tell whether a path is that of a page, the index, the feed, or of what is kept."""
        root, real = Path(os.path.realpath(self.root)), Path(os.path.realpath(file))
        if real.is_relative_to(root / self._shelf.name):
            return True
        return real.parent == root and _PUBLISHED.fullmatch(real.name) is not None

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
        try:
            return check_site(_read(Site, self.site))
        except FileNotFoundError:
            return None
        except NotADirectoryError as error:
            place = self._shelf if self.root.is_dir() else self.root
            raise UsageError(f"{place} is no folder", hint="name the folder of a site") from error
        except OSError as error:
            hint = "name a folder that you may read, or publish as the user whose it is"
            raise damaged(self.site, error, hint) from error
        except (UsageError, ValueError, RecursionError) as error:
            hint = "mend it, or take it from a backup: without it the feed gets another id"
            raise damaged(self.site, error, hint) from error

    def read_entry(self, day: date) -> Entry | None:
        """Find the entry of a page; one that cannot be read counts as none, and is made again."""
        with suppress(OSError, ValueError, RecursionError):
            entry = _read(Entry, self.entry(day))
            return entry if entry.day == day else None
        return None

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


def dump(value: Site | Entry) -> bytes:
    """Return the file of what holds for a site, or of an entry."""
    data = {"format": FORMAT, **encode(type(value), value)}
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()
