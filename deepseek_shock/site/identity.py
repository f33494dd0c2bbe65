"""What a site is called, where it is read, and its id: as said, and as a file says it again."""

import re
from typing import NamedTuple
from uuid import UUID

from deepseek_shock.errors import UsageError
from deepseek_shock.render.words import Language

URN = "urn:uuid:"
_ADDRESS = re.compile(r"https?://[a-z0-9.:\[\]-]+(?:/[\w.~%!$&'()*+,;=:@-]*)*", re.IGNORECASE)


class Site(NamedTuple):
    """What holds for a whole site: its one language, what it is called, where it is to be read.

    `url` ends with a slash, and is `None` where nobody has said it. `id` is the feed's, from which
    the pages' are made; it stays what it was when the first page was published.
    """

    lang: Language
    title: str
    url: str | None
    id: str


def parse_title(text: str) -> str:
    """Return what a site is called: one line that says something. Raises `UsageError`."""
    title = text.strip()
    if not title or not title.isprintable():
        raise UsageError(f"{text!r} is no title of a site", hint="give it a line of words")
    return title


def parse_address(text: str) -> str:
    """Return the address of a site, with a slash at its end. Raises `UsageError`."""
    if not _ADDRESS.fullmatch(text):
        raise UsageError(
            f"{text!r} is not the address of a site",
            hint="write the whole of it, with nothing behind the folder: https://example.org/shocks",
        )
    return text if text.endswith("/") else f"{text}/"


def check_site(site: Site) -> Site:
    """Return a site that somebody may have written by hand. Raises `UsageError` or `ValueError`."""
    if site.id.startswith(URN):
        UUID(site.id.removeprefix(URN))
    else:
        parse_address(site.id)
    url = None if site.url is None else parse_address(site.url)
    return site._replace(title=parse_title(site.title), url=url)
