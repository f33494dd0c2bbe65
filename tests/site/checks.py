"""What is asked of a whole site: complete pages, links that lead somewhere, a feed by RFC 4287."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import feedparser

if TYPE_CHECKING:
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 3339 §5.6, in UTC; RFC 4287 §3.3 asks for capital T and Z.
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def links(page: Path) -> list[str]:
    """Collect what a page links to."""
    reader = _Links()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    return reader.found


def pages(folder: Path) -> list[str]:
    return sorted((file.name for file in folder.glob("2*.html")), reverse=True)


def listed(folder: Path) -> list[str]:
    """List the pages that the index links to, in its order."""
    return [link for link in links(folder / "index.html") if re.fullmatch(r"2.*\.html", link)]


def feed(folder: Path) -> ET.Element:
    return ET.fromstring((folder / "feed.xml").read_bytes())  # noqa: S314 -- our own


def texts(element: ET.Element, name: str) -> list[str]:
    return [found.text or "" for found in element.findall(ATOM + name)]


def hrefs(element: ET.Element, rel: str) -> list[str]:
    return [one.get("href", "") for one in element.findall(f"{ATOM}link[@rel='{rel}']")]


def check_site(folder: Path, *, base: str = "") -> None:
    """Check all that has to hold of a site after a run that was not disturbed."""
    assert list(folder.rglob("*.tmp")) == []
    assert listed(folder) == pages(folder)
    for name in [*pages(folder), "index.html"]:
        assert (folder / name).read_bytes().endswith(b"</html>\n"), name
        for link in links(folder / name):
            where = urlsplit(link)
            if not where.scheme and where.path:
                assert (folder / where.path).is_file(), (name, link)
    for page in pages(folder):
        assert (folder / ".shock" / page.replace(".html", ".json.gz")).is_file()
    check_feed(folder, base=base)


def check_feed(folder: Path, *, base: str = "") -> None:
    """Check a feed against RFC 4287 by its sections, and against the folder that it is about."""
    raw = (folder / "feed.xml").read_bytes()
    parsed = feedparser.parse(raw)
    assert parsed.bozo is False, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    root = feed(folder)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") in ("en", "ja")
    # §4.1.1: exactly one id, title, updated; an author, since no entry has one; one self.
    for name in ("id", "title", "updated", "author", "generator"):
        assert len(root.findall(ATOM + name)) == 1, name
    assert texts(root.findall(f"{ATOM}author")[0], "name")[0] != ""
    assert hrefs(root, "self") == [f"{base}feed.xml"]
    assert hrefs(root, "alternate") == [base or "index.html"]
    entries = root.findall(f"{ATOM}entry")
    ids = [*texts(root, "id"), *(text for entry in entries for text in texts(entry, "id"))]
    # §4.2.6: an IRI that no other has.
    assert len(set(ids)) == len(ids)
    for one in ids:
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https?://\S+", one)
    for entry in entries:
        check_entry(entry, folder, base)
    stamps = [text for entry in entries for text in texts(entry, "updated")]
    assert texts(root, "updated")[0] >= max(stamps)
    published = [hrefs(entry, "alternate")[0].removeprefix(base) for entry in entries]
    assert published == pages(folder)[:30]


def check_entry(entry: ET.Element, folder: Path, base: str) -> None:
    # §4.1.2: exactly one id, title, updated; at most one published, summary; no two alternates.
    for name in ("id", "title", "updated", "published", "summary"):
        assert len(entry.findall(ATOM + name)) == 1, name
    assert texts(entry, "title")[0].strip() != ""
    (updated,), (published,) = texts(entry, "updated"), texts(entry, "published")
    for stamp in (updated, published):
        assert STAMP.fullmatch(stamp)
        datetime.fromisoformat(stamp)
    assert updated >= published
    (address,) = hrefs(entry, "alternate")
    assert address.startswith(base)
    assert (folder / address.removeprefix(base)).is_file()
