"""What the browser tests share: the documents, a server that counts, and probes of what is seen."""

from __future__ import annotations

import os
import threading
import unicodedata
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, NoReturn

import pytest

from tests.conftest import run_shock

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

# The session that every document but a site's index is about, and one after it.
DAY, NEXT_DAY = "2025-01-27", "2025-01-28"
# What no test has a use for. A window prepares the lists below its address line in a process of
# their own, which costs more than most documents. Chromium takes the last such switch alone: what
# Playwright turns off is here again.
_FEATURES = (
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "HttpsUpgrades", "MediaRouter", "PaintHolding"),
    *("HttpsFirstBalancedModeAutoEnable", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("DestroyProfileOnBrowserClose", "AvoidUnnecessaryBeforeUnloadCheckSync", "LensOverlay"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "ThirdPartyStoragePartitioning", "PreconnectToSearch"),
)
# A browser that fetches updates or speaks QUIC would be asking for more than the document.
CHROMIUM = (
    f"--disable-features={','.join(_FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A mail cannot bring a policy of its own. Its readers forbid scripts and whatever is fetched.
MAIL_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where the gate has promised a browser."""
    if os.environ.get("SHOCK_BROWSER_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


class Requests(Counter[str]):
    """How often each path was asked for."""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder, counts instead of logging, and shows a mail as a mail's reader would."""

    def __init__(self, *args: object, requests: Requests, directory: str) -> None:
        self.requests = requests
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name it overrides
        del format, args
        self.requests[self.path] += 1

    def end_headers(self) -> None:
        if self.path.startswith("/mail-"):
            self.send_header("Content-Security-Policy", MAIL_POLICY)
        super().end_headers()


@dataclass(frozen=True)
class Document:
    """One document that `shock` has written, and where it is served."""

    kind: str
    lang: str
    path: str
    url: str


@dataclass(frozen=True)
class Served:
    """A folder of documents on loopback; each is written when it is first asked for."""

    folder: Path
    address: str
    requests: Requests = field(default_factory=Requests)

    def document(self, kind: str, lang: str) -> Document:
        """Return a document of a kind, in a language."""
        path, commands = _written(kind, lang)
        if not (self.folder / path).exists():
            for command in commands:
                done = run_shock(*command, "--lang", lang, folder=self.folder)
                assert done.returncode == 0, done.stderr
        return Document(kind, lang, f"/{path}", f"{self.address}/{path}")


def _written(kind: str, lang: str) -> tuple[str, Sequence[tuple[str, ...]]]:
    """Return where a kind of document stands, and the commands that write it there."""
    if kind in {"index", "published"}:
        folder = f"site-{lang}"
        name = "index" if kind == "index" else DAY
        commands = [("publish", folder, "--date", day) for day in (DAY, NEXT_DAY)]
        return f"{folder}/{name}.html", commands
    file = f"{kind}-{lang}.html"
    if kind == "compared":
        return file, [("compare", "deepseek", NEXT_DAY, "--output", file)]
    written_as = {"page": "html", "mail": "email"}[kind]
    return file, [("report", "--date", DAY, "--format", written_as, "--output", file)]


@contextmanager
def serve(folder: Path) -> Generator[Served]:
    """Serve a folder on a free port of loopback for as long as the block runs."""
    requests = Requests()
    handler = partial(Handler, requests=requests, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Served(folder, f"http://127.0.0.1:{server.server_port}", requests)
        finally:
            server.shutdown()
            thread.join()


def context(browser: Browser, scheme: str = "light", *, scripts: bool = True) -> BrowserContext:
    """Open a fresh context in the light or the dark scheme, with or without scripts."""
    # Both named in full: the type of `color_scheme` is a literal.
    return browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=scripts
    )


@dataclass(frozen=True)
class Heard:
    """What a tab said and what it asked for, from before the document was opened."""

    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def listen(page: Page) -> Heard:
    """Collect the console, the errors and the requests of a tab."""
    heard = Heard()
    page.on("console", lambda message: heard.said.append(message.text))
    page.on("pageerror", lambda error: heard.said.append(str(error)))
    page.on("request", lambda request: heard.asked.append(request.url))
    return heard


# Of axe's rules those that look at colours, which take it most of its time.
_COLORS = ["color-contrast", "link-in-text-block"]
COLORS: Final = {"runOnly": {"type": "rule", "values": _COLORS}}
ALL_BUT_COLORS: Final = {"rules": {name: {"enabled": False} for name in _COLORS}}


def axe(
    page: Page, options: Mapping[str, object] | None = None, *, within: str | None = None
) -> tuple[int, str]:
    """Run axe-core, all of it or some rules; return the number of violations and its report."""
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page, within, {"resultTypes": ["violations"]} | dict(options or {}))
    return results.violations_count, results.generate_report()


def paper(page: Page) -> str:
    """Return the colour behind the title as rgb(r, g, b); axe takes white where there is none."""
    found = page.locator("h1").evaluate(
        """title => {
            const behind = [];
            for (let e = title; e; e = e.parentElement)
                behind.push(getComputedStyle(e).backgroundColor);
            return behind.find(color => color !== "rgba(0, 0, 0, 0)") ?? "none";
        }"""
    )
    return str(found)


def overflows(page: Page, widths: Iterable[int]) -> dict[int, list[str]]:
    """Return, by the width of the window, what reaches beyond it; nothing where all fits."""
    found = {width: overflow(page, width) for width in widths}
    return {width: elements for width, elements in found.items() if elements}


def overflow(page: Page, width: int) -> list[str]:
    """Return the elements that reach beyond the window, when the document is wider than it."""
    page.set_viewport_size({"width": width, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    found = page.evaluate(
        """width => [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width + 1)
            .map(e => `${e.tagName}#${e.id}.${e.className} ${e.getBoundingClientRect().right}`)""",
        width,
    )
    return list(found[:8]) or ["the document itself"]


# Characters that a font draws with one glyph: a PDF may give back the other one (the radical \u2ed1
# is none that NFKC takes for its character). Where a line may end is drawn with none.
SHARED_GLYPHS: Final = str.maketrans({"‧": "・", "‒": "–", "\u2ed1": "長", "\u200b": None})


def squeezed(text: str) -> str:
    """Drop what a PDF does not keep: spaces at the ends of lines, ligatures, radicals."""
    return "".join(unicodedata.normalize("NFKC", text.translate(SHARED_GLYPHS)).split())
