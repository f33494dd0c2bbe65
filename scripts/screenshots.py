"""Take the pictures of the page that the documentation shows.

    .venv/bin/python scripts/screenshots.py                 docs/report-en.png, docs/report-ja.png
    .venv/bin/python scripts/screenshots.py --dark --mobile   the other looks of both, besides
    .venv/bin/python scripts/screenshots.py --whole --to DIR   the whole pages

Needs the extra `dev`, a Chromium, and a Japanese font for the Japanese page.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).resolve().parents[1] / "docs"
DATE = "2025-01-27"
# A flat page of text and two hues loses nothing visible in so many colours, and half its size.
COLOURS = 256


class Look(NamedTuple):
    """One way to see the page; the suffix goes into the picture's name."""

    suffix: str
    scheme: Literal["light", "dark"]
    width: int


LIGHT = Look("", "light", 900)
DARK = Look("-dark", "dark", 900)
MOBILE = Look("-mobile", "light", 360)
# What a reader of the README sees of the page: the finding, the key figures, the first bars.
TOP = 1500


def render(folder: Path, lang: str) -> Path:
    """Have the command write the page."""
    page = folder / f"{lang}.html"
    subprocess.run(  # noqa: S603 - this interpreter, with arguments of our own
        [
            *(sys.executable, "-m", "deepseek_shock", "report"),
            *("--date", DATE, "--lang", lang, "--output", str(page)),
        ],
        cwd=folder,
        check=True,
    )
    return page


def shoot(browser: Browser, page: Path, look: Look, target: Path, *, is_whole: bool) -> None:
    """Take one picture of the page's top, or of the whole page."""
    with browser.new_context(
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": TOP},
        device_scale_factor=1,
        reduced_motion="reduce",
    ) as context:
        tab = context.new_page()
        tab.goto(page.as_uri())
        tab.screenshot(path=target, full_page=is_whole, animations="disabled")


def shrink(picture: Path) -> None:
    """Reduce the colours."""
    with Image.open(picture) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


def chosen() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lang", choices=["en", "ja"], action="append", help="default: both")
    parser.add_argument("--dark", action="store_true", help="the dark page too")
    parser.add_argument("--mobile", action="store_true", help="the page at 360 pixels too")
    parser.add_argument("--whole", action="store_true", help="the whole page, not its top")
    parser.add_argument("--to", type=Path, default=DOCS, metavar="DIR", help="default: docs/")
    return parser.parse_args()


def main() -> None:
    """Render the pages, take the pictures, name them and their sizes."""
    args = chosen()
    languages, folder = args.lang or ["en", "ja"], args.to
    looks = [LIGHT, *([DARK] if args.dark else []), *([MOBILE] if args.mobile else [])]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("error: no chromium on the PATH\nhint: on Debian: apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for lang in languages:
            page = render(Path(scratch), lang)
            for look in looks:
                target = folder / f"report-{lang}{look.suffix}.png"
                shoot(browser, page, look, target, is_whole=args.whole)
                shrink(target)
                print(f"{target}  {target.stat().st_size / 1024:.0f} KiB")
        browser.close()


if __name__ == "__main__":
    main()
