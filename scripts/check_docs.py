"""Hold the documentation against the product; `--write` writes docs/cli.md and the man page anew.

Four questions: do docs/cli.md and the man page say what the commands' help says, does every
relative link lead to a file, does each `$ shock …` in the README print what stands below it, and
has CHANGELOG.md a heading for the current version?
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

import dependencies
import make_cli_docs
import make_man

import deepseek_shock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
# What is written by what the commands say of themselves.
GENERATED = {
    ROOT / "docs" / "cli.md": make_cli_docs.page,
    ROOT / "docs" / "man" / "shock.1": make_man.page,
}
# A line that stands for any number of lines, also none.
OMITTED = "…"
FENCE = re.compile(
    r"^(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=mark)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
# [text](target), ![text](target "title"), [label]: target, <img src="target">, <a href="target">
LINK = re.compile(
    r"""\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)|^\[[^\]]+\]:\s*(\S+)|(?:src|srcset|href)="([^"]+)\"""",
    re.MULTILINE,
)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


class Example(NamedTuple):
    """A command in the README and the output that is claimed for it."""

    command: str
    expected: list[str]


def name_of(path: Path) -> str:
    """Name a file as the reader of a message would look for it."""
    return path.relative_to(ROOT).as_posix()


def pages() -> list[Path]:
    """List the pages that are checked."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def check_generated() -> Iterator[str]:
    """Compare the generated pages with the help of the commands."""
    for path, page in GENERATED.items():
        written = path.read_text("utf-8") if path.exists() else ""
        current = page()
        if written != current:
            yield f"{name_of(path)} is not what the commands say; run this check with --write"
            yield from difference(written.splitlines(), current.splitlines())


def difference(claimed: list[str], real: list[str]) -> Iterator[str]:
    """Show the lines that differ, indented below a finding."""
    lines = difflib.unified_diff(claimed, real, "documented", "real", n=1, lineterm="")
    yield from (f"    {line}" for line in lines)


def check_links(page: Path) -> Iterator[str]:
    """Look for the files that a page links to or shows."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    for match in LINK.finditer(prose):
        target = next(group for group in match.groups() if group)
        if ELSEWHERE.match(target):
            continue
        path, _, anchor = unquote(target).partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.exists():
            yield f"{name_of(page)} links to {target}, which does not exist"
        elif anchor and linked.suffix == ".md" and anchor not in anchors(linked):
            yield f"{name_of(page)} links to {target}, which has no such heading"


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as its links do: lower case, hyphens for spaces."""
    prose = FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", prose, re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.replace(" ", "-") for word in words} | set(re.findall(r'id="([^"]+)"', prose))


def examples(page: Path) -> Iterator[Example]:
    """Find the commands that the page shows with their output."""
    for fence in FENCE.finditer(page.read_text("utf-8")):
        if fence["info"].strip() != "console":
            continue
        for block in re.split(r"^(?=\$ )", fence["body"], flags=re.MULTILINE):
            # A command may go on below, as a shell would let it.
            first, *rest = block.replace("\\\n> ", "").replace("\\\n", "").splitlines() or [""]
            if first.startswith("$ shock"):
                yield Example(first.removeprefix("$ "), [line.rstrip() for line in rest])


def run(command: str) -> list[str]:
    """Run a documented command in an empty folder and return what a reader would see."""
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = Path(sys.executable).parent
        clean = {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": folder,
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(  # noqa: S602 - the README's own commands, pipes and all
            command,
            shell=True,
            cwd=folder,
            env=clean,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # Both are one on a reader's screen.
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
    return [line.rstrip() for line in done.stdout.splitlines()]


def agrees(expected: list[str], real: list[str]) -> bool:
    """Compare an output with what is claimed, where a lone `…` stands for omitted lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line == OMITTED else re.escape(line) + r"\n" for line in trimmed(expected)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in trimmed(real))) is not None


def trimmed(lines: list[str]) -> list[str]:
    """Drop the empty lines at both ends."""
    return "\n".join(lines).strip("\n").split("\n")


def check_examples(page: Path) -> Iterator[str]:
    """Run the commands of a page and compare what they print."""
    for example in examples(page):
        real = run(example.command)
        if not agrees(example.expected, real):
            yield f"{name_of(page)}: `{example.command}` does not print what is shown"
            yield from difference(trimmed(example.expected), trimmed(real))


def check_changelog() -> Iterator[str]:
    """Look for the current version among the headings of the changelog."""
    version = deepseek_shock.__version__
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^#+\s+\[?v?{re.escape(version)}(?![\w.])", text, re.MULTILINE):
        yield f"CHANGELOG.md has no heading for {version}"


def findings() -> Iterator[str]:
    """Run every check."""
    missing = [name for name in ("README.md", "CHANGELOG.md") if not (ROOT / name).is_file()]
    if missing:
        yield from (f"{name} does not exist" for name in missing)
        return
    yield from check_generated()
    for page in pages():
        yield from check_links(page)
    yield from check_examples(ROOT / "README.md")
    yield from check_changelog()
    yield from dependencies.check(ROOT)


def main() -> None:
    """Print what does not hold; exit 1 if anything does not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write what is generated, then check")
    if parser.parse_args().write:
        for path, page in GENERATED.items():
            path.write_text(page(), "utf-8")
    found = list(findings())
    if found:
        print(*found, sep="\n", file=sys.stderr)
        sys.exit(1)
    print(f"documentation: {len(pages())} pages agree with the product")


if __name__ == "__main__":
    main()
