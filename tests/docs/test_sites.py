"""docs/newsletters.md, the sites and the editors: built for real, and read as a visitor would.

Expected figures are those of `--format csv`, rounded here; a page is parsed by html5lib.
"""

from __future__ import annotations

import csv
import io
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import html5lib
import pytest

from tests.docs.recipes import (
    CLOSED,
    DAY,
    ODD,
    ODD_LIST,
    TITLES,
    need,
    output_of,
    run_script,
    section,
    shock_output,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a reader has already: a page of the title and the text, a list of titles and summaries.
HUGO_SITE = {
    "hugo.toml": 'baseURL = "https://example.org/"\ndisableKinds = ["taxonomy", "term", "RSS"]\n',
    "layouts/_default/single.html": "<!doctype html><h1>{{ .Title }}</h1>{{ .Content }}",
    "layouts/_default/list.html": "<!doctype html>{{ range .Pages }}<a>{{ .Title }}</a>"
    "<aside>{{ .Summary }}</aside>{{ end }}",
}
JEKYLL_SITE = {
    "_config.yml": "title: Example\nmarkdown: kramdown\n",
    "_layouts/post.html": "<!doctype html><h1>{{ page.title | escape }}</h1>{{ content }}",
    "index.html": "---\n---\n{% for post in site.posts %}<a>{{ post.title }}</a>"
    "<aside>{{ post.excerpt }}</aside>{% endfor %}",
}


class Site(NamedTuple):
    """A generator: its section, the site it works on, and where its post and pages are."""

    heading: str
    program: str
    files: dict[str, str]
    post: str
    page: str
    summaries: str
    public: str
    preview: str


HUGO = Site(
    "Hugo",
    "hugo",
    HUGO_SITE,
    "content/posts/2025-01-27.md",
    "posts/2025-01-27-deepseek/index.html",
    "posts/index.html",
    "public",
    "preview",
)
JEKYLL = Site(
    "Jekyll",
    "jekyll",
    JEKYLL_SITE,
    "_posts/2025-01-27-shock.md",
    "2025/01/27/shock.html",
    "index.html",
    "_site",
    "_preview",
)


@pytest.fixture(params=[HUGO, JEKYLL], ids=lambda site: site.heading)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    value = request.param
    assert isinstance(value, Site)
    need(value.program)
    for name, text in value.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return value


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def build(site: Site, folder: Path) -> None:
    """Build the site as its owner does every day."""
    command = "hugo" if site.program == "hugo" else "jekyll build"
    done = run_script(command, folder=folder)
    assert done.returncode == 0, done.stderr


def parse(html: str) -> ET.Element:
    document: ET.Element = html5lib.parse(html, namespaceHTMLElements=False)
    return document


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def rows(document: ET.Element) -> Iterator[list[str]]:
    """Return the rows of every table, having seen that each is as wide as its head."""
    for table in document.iter("table"):
        width = len(list(table.iter("th")))
        body = [[words(cell) for cell in row.iter("td")] for row in table.iter("tr")]
        body = [row for row in body if row]
        assert {len(row) for row in body} == {width}
        yield from body


def figures(folder: Path) -> dict[str, str]:
    """Return each code's move as it is printed, from the report's CSV."""
    table = csv.DictReader(
        io.StringIO(shock_output("report", *DAY, "--format", "csv", folder=folder))
    )
    return {row["code"]: _percent(Decimal(row["price_return"])) for row in table}


def _percent(fraction: Decimal) -> str:
    rounded = (fraction * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded)}%"


def check_moves(document: ET.Element, folder: Path) -> None:
    """Find the move of every share that a table names, twelve at the least."""
    moves = figures(folder)
    named = [
        (code, row)
        for row in rows(document)
        for code in moves
        if any(cell.endswith((f"({code})", f", {code})")) for cell in row)
    ]
    found = {code for code, row in named if moves[code] in row}
    assert found == {code for code, _ in named}
    assert len(found) >= 12
    assert {"NVDA", "5803", "6857"} <= found
    # Nasdaq's closes of the two days.
    nvidia = {cell for code, row in named if code == "NVDA" for cell in row}
    assert moves["NVDA"] == "−16.97%"
    assert [cell for cell in nvidia if "142.62" in cell]
    assert [cell for cell in nvidia if "118.42" in cell]


def test_a_post_is_a_draft_until_somebody_publishes_it(
    newsletters: Path, site: Site, lang: str, tmp_path: Path
) -> None:
    draft, publish = section(newsletters, site.heading).scripts
    done = run_script(draft, *DAY, "--lang", lang, folder=tmp_path)
    assert done.returncode == 0, done.stderr

    build(site, tmp_path)
    public = tmp_path / site.public
    assert not (public / site.page).exists()
    assert not [page for page in public.rglob("*") if TITLES[lang] in read(page)]

    preview = (tmp_path / site.preview / site.page).read_text("utf-8")
    assert words(next(parse(preview).iter("h1"))) == TITLES[lang]
    check_moves(parse(preview), tmp_path)

    done = run_script(publish, site.post, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (public / site.page).read_text("utf-8") == preview
    assert not (tmp_path / f"{site.post}.new").exists()
    assert not (public / site.preview).exists()


def test_a_summary_is_the_standfirst_and_cuts_no_figure(
    newsletters: Path, site: Site, lang: str, tmp_path: Path
) -> None:
    draft, _ = section(newsletters, site.heading).scripts
    done = run_script(draft, *DAY, "--lang", lang, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    text = shock_output("report", *DAY, "--lang", lang, "--format", "markdown", folder=tmp_path)
    _, kicker, dek, _ = text.split("\n\n", 3)
    (summary,) = parse(read(tmp_path / site.preview / site.summaries)).iter("aside")
    assert words(summary) == f"{kicker} {dek}"
    assert "18.63%" in dek


def read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def test_a_day_without_a_session_leaves_the_site_as_it_was(
    newsletters: Path, site: Site, tmp_path: Path
) -> None:
    draft, _ = section(newsletters, site.heading).scripts
    done = run_script(draft, *CLOSED, folder=tmp_path)
    assert done.returncode == 3
    assert not (tmp_path / site.post).exists()
    assert not (tmp_path / site.preview).exists()


def test_an_odd_title_arrives_as_it_is(newsletters: Path, site: Site, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text(ODD_LIST, "utf-8")
    draft, _ = section(newsletters, site.heading).scripts
    done = run_script(draft, *DAY, "--watchlist", "odd.toml", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    pages = [parse(read(page)) for page in (tmp_path / site.preview).rglob("*.html")]
    titles = [words(title) for page in pages for title in page.iter("h1")]
    assert titles == [f"{ODD} −17.40%; both watched shares fell"]


def test_quarto_gets_a_draft_that_pandoc_understands(
    newsletters: Path, lang: str, tmp_path: Path
) -> None:
    script, _ = section(newsletters, "Quarto and Zola").scripts
    assert run_script(script, *DAY, "--lang", lang, folder=tmp_path).returncode == 0
    page = ("--from", "markdown", "posts/2025-01-27/index.qmd")
    (tmp_path / "keys.txt").write_text("$title$\n$draft$\n$date$\n$lang$\n", "utf-8")
    plain = ("--to", "plain", "--wrap", "none", "--template", "keys.txt")
    keys = output_of("pandoc", *page, *plain, folder=tmp_path)
    assert keys.splitlines() == [TITLES[lang], "true", "2025-01-27", lang]
    html = output_of("pandoc", *page, "--to", "html", folder=tmp_path)
    check_moves(parse(html), tmp_path)


def test_zola_gets_a_draft_in_toml(newsletters: Path, lang: str, tmp_path: Path) -> None:
    _, script = section(newsletters, "Quarto and Zola").scripts
    assert run_script(script, *DAY, "--lang", lang, folder=tmp_path).returncode == 0
    text = (tmp_path / "content" / "2025-01-27.md").read_text("utf-8")
    before, front, body = text.split("+++\n")
    keys = tomllib.loads(front)
    assert before == ""
    assert (keys["title"], keys["draft"]) == (TITLES[lang], True)
    assert str(keys["date"]) == "2025-01-27"
    assert "NVDA" in keys["taxonomies"]["tags"]
    assert body.lstrip("\n") == shock_output(
        *("report", *DAY, "--lang", lang, "--format", "markdown", "--front-matter", "zola"),
        folder=tmp_path,
    ).split("+++\n")[2].lstrip("\n")


@pytest.mark.parametrize("profile", ["substack", "note"])
def test_what_is_pasted_holds_every_line_and_no_table(
    newsletters: Path, profile: str, lang: str, tmp_path: Path
) -> None:
    need("pandoc")
    (script,) = section(newsletters, "Substack and note").scripts
    script = script.replace("--profile substack", f"--profile {profile}")
    done = run_script(script, *DAY, "--lang", lang, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    document = parse((tmp_path / "issue.html").read_text("utf-8"))
    body = next(document.iter("body"))
    assert words(next(body.iter("p"))) == TITLES[lang]
    assert not list(body.iter("table"))
    entries = [words(entry) for entry in body.iter("li")]
    for code, move in figures(tmp_path).items():
        if code in ("CRDO", "VST", "NVDA", "5803"):
            assert [entry for entry in entries if code in entry and move in entry]
    # Another engine reads the same words, so nothing hangs on pandoc.
    other = parse(output_of("cmark-gfm", "issue.md", folder=tmp_path))
    assert words(next(other.iter("body"))) == words(body)
    pictures = list((tmp_path / "pictures").iterdir())
    assert pictures
    assert all(picture.read_bytes().startswith(b"\x89PNG\r\n") for picture in pictures)
