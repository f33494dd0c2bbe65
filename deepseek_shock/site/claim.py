"""What holds for a whole site: as it was, and as a run says that it is to be."""

from datetime import date
from shlex import quote
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from deepseek_shock.errors import UsageError
from deepseek_shock.render.words import Language
from deepseek_shock.site.folder import Folder, page_name
from deepseek_shock.site.identity import URN, Site

_OURS = uuid5(NAMESPACE_URL, "deepseek-shock")


class Claim(NamedTuple):
    """What a run says of its site; a title or an address of `None` stays as it is."""

    lang: Language
    title: str | None
    url: str | None
    usual_title: str


def check_language(folder: Folder, site: Site | None, lang: Language) -> None:
    """Raise `UsageError` where the site has another language."""
    if site is not None and site.lang is not lang:
        raise UsageError(
            f"the site in {folder.root} is written in another language: --lang {site.lang}",
            hint=f"a language has a folder of its own: "
            f"`shock publish {quote(str(folder.root / lang))} --lang {lang}`",
        )


def settle(folder: Folder, claim: Claim, digest: str) -> Site:
    """Return what holds from now on; `digest` is of what the first page of a new site is made of.

    Raises `UsageError` for another language, `FileError` where it cannot be read what held so far.
    """
    known = folder.read_site()
    check_language(folder, known, claim.lang)
    if known is not None:
        return known._replace(title=claim.title or known.title, url=claim.url or known.url)
    # Neither a clock nor chance: the same first page gives the same id.
    name = claim.url or f"{URN}{uuid5(_OURS, f'{claim.lang} {digest}')}"
    return Site(claim.lang, claim.title or claim.usual_title, claim.url, name)


def entry_id(site: Site, day: date) -> str:
    """Return the id of a page for the feed, which no later address of the site changes."""
    if site.id.startswith(URN):
        return f"{URN}{uuid5(UUID(site.id), str(day))}"
    return site.id + page_name(day)
