"""What the index says of days without a page: when it was looked, and what was found."""

from __future__ import annotations

import html
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import UsageError
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.pipeline import Request, inquire
from deepseek_shock.providers.sample import sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Language, Words
from deepseek_shock.site import publishing
from deepseek_shock.site.checked import Check, Largest, Outcome, is_closed
from deepseek_shock.site.folder import Folder
from deepseek_shock.site.identity import Site
from deepseek_shock.site.pages import render_index
from tests.builders import FRIDAY, MONDAY, TUESDAY, utc
from tests.site.built import CLAIM, LOOK, files, killed, note, publish

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shock

NVIDIA = make_instrument("NVDA", name=Text("NVIDIA", "エヌビディア"))
MOVE = Largest(NVIDIA, Decimal("-0.0123"), date(2026, 1, 23))
CALM = Check(utc("2026-01-24T22:30"), Outcome.CALM, MOVE, Decimal("5.0"))
CLOSED = Check(utc("2026-01-24T22:30"), Outcome.CLOSED)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "public")


@pytest.fixture
def site(folder: Folder) -> Folder:
    """A site of Friday's and Monday's pages."""
    publish(folder, FRIDAY)
    publish(folder, MONDAY)
    return folder


def line(page: bytes) -> str | None:
    """Find what a page says of a check."""
    _, _, rest = page.decode().partition('<p class="checked">')
    return html.unescape(rest.partition("</p>")[0]) or None


def said(folder: Folder) -> str | None:
    return line((folder.root / "index.html").read_bytes())


# --- words ---


def worded(check: Check, lang: Language) -> str | None:
    site = Site(lang, "Shocks", None, "urn:uuid:897b3db2-a2dc-5b8c-af16-4a332662c5c9")
    return line(render_index(site, [], Style(Words(lang), Colors.US), check))


@pytest.mark.parametrize(
    ("check", "en", "ja"),
    [
        (
            CLOSED,
            "no session since the last report.",
            "前回の報告以降、対象の取引所はいずれも休場。",
        ),
        (
            CLOSED._replace(day=date(2026, 1, 24)),
            "no session on Saturday 24 January.",
            "1月24日(土)は対象の取引所がいずれも休場。",
        ),
        (
            CALM,
            "calm. The largest move was NVIDIA −1.23% on Friday 23 January, below 5%.",
            "値動きは小さく、最大は1月23日(金)のエヌビディアの−1.23%で、基準の5%に届かなかった。",
        ),
        (
            # To two decimals it would be what was asked.
            CALM._replace(largest=MOVE._replace(price_return=Decimal("0.024963"))),
            "calm. The largest move was NVIDIA +2.50% on Friday 23 January, below 5%.",
            None,
        ),
        (
            CALM._replace(
                largest=MOVE._replace(price_return=Decimal("0.024963")), least=Decimal("2.50")
            ),
            "calm. The largest move was NVIDIA +2.496% on Friday 23 January, below 2.5%.",
            None,
        ),
        (
            CALM._replace(largest=None),
            "calm. No figure reached 5%.",
            "基準の5%に届いた銘柄はなかった。",
        ),
    ],
)
def test_the_index_says_when_and_what(check: Check, en: str, ja: str | None) -> None:
    before = "Last checked on Saturday 24 January 2026 at 22:30 UTC: "
    assert worded(check, Language.EN) == before + en
    if ja is not None:
        assert worded(check, Language.JA) == f"最終確認は2026年1月24日(土)22:30 UTC。{ja}"


def test_every_zone_means_the_same_instant() -> None:
    there = datetime.fromisoformat("2026-01-25T07:30:00.999+09:00")
    assert worded(CLOSED._replace(at=there), Language.EN) == worded(CLOSED, Language.EN)


# --- which runs it is about ---


@pytest.mark.parametrize(
    ("now", "is_so"),
    [
        ("2025-01-25T22:30", True),  # Saturday: New York closed on Friday at 21:00
        ("2025-01-25T20:30", False),  # …and it is less than a day since
        ("2025-01-26T12:00", True),
        ("2025-01-27T01:00", False),  # Monday: Tokyo is open
        ("2025-01-27T22:30", False),
        ("2025-01-20T22:30", False),  # New York's holiday: Tokyo was open
        ("2025-01-13T22:30", False),  # Tokyo's holiday: New York was open
        ("2025-01-01T22:30", True),
        ("2025-01-03T12:00", False),  # Tokyo's new year; New York closed 15 hours ago
    ],
)
def test_closed_is_when_nothing_has_ended_for_a_day(now: str, *, is_so: bool) -> None:
    request = Request(utc(now), None, tickers=("NVDA", "5803.T"))
    assert is_closed(inquire(request, Registry(sample_directory())), utc(now)) is is_so


def test_publishing_tells_what_is_new(folder: Folder) -> None:
    assert publish(folder, MONDAY)
    assert not publish(folder, MONDAY)
    assert publish(folder, MONDAY, "AVGO")
    assert publish(folder, FRIDAY)


# --- how long it stands ---


def test_a_check_changes_the_index_alone(site: Folder) -> None:
    before = files(site)
    assert note(site, CALM)
    after = files(site)
    assert {name for name in after if after[name] != before.get(name)} == {
        "index.html",
        ".shock/checked.json",
    }
    sentence = said(site)
    assert sentence is not None
    assert sentence.startswith("Last checked on Saturday 24 January 2026")
    # The index is otherwise as it was.
    lines = [one for one in after["index.html"].splitlines() if b'class="checked"' not in one]
    assert lines == before["index.html"].splitlines()
    assert note(site, CALM)
    assert files(site) == after
    assert note(site, CLOSED._replace(at=CLOSED.at + timedelta(days=1)))
    assert said(site) == (
        "Last checked on Sunday 25 January 2026 at 22:30 UTC: no session since the last report."
    )


def test_it_stands_until_a_page_comes(site: Folder) -> None:
    note(site, CALM)
    noted = files(site)
    publish(site, MONDAY)
    assert files(site) == noted
    with publishing.held(site, 0) as hold:
        publishing.rebuild(site, CLAIM, LOOK, hold)
    assert files(site) == noted
    # One that is older than the newest is not what was looked for.
    publish(site, date(2025, 1, 23))
    assert said(site) is not None
    publish(site, TUESDAY)
    assert said(site) is None
    assert not site.checked.exists()


def test_other_figures_on_the_newest_page_end_it_too(site: Folder) -> None:
    note(site, CALM)
    publish(site, MONDAY, "AVGO")
    assert said(site) is None


def test_nothing_is_left_of_it(site: Folder, tmp_path: Path) -> None:
    note(site, CALM)
    publish(site, TUESDAY)
    other = Folder(tmp_path / "other")
    for day in (FRIDAY, MONDAY, TUESDAY):
        publish(other, day)
    assert files(site) == files(other)


def test_a_clock_that_was_wrong_does_no_harm(site: Folder) -> None:
    note(site, CALM._replace(at=utc("2199-01-01T00:00")))
    publish(site, TUESDAY)
    assert said(site) is None


def test_without_a_site_there_is_nothing_to_say_it_in(folder: Folder) -> None:
    assert not note(folder, CLOSED)
    assert not folder.root.exists()


def test_of_a_date_before_the_newest_page_nothing_is_said(site: Folder) -> None:
    before = files(site)
    assert not note(site, CLOSED._replace(day=date(2025, 1, 25)))
    assert files(site) == before
    assert note(site, CLOSED._replace(day=date(2025, 2, 1)))


def test_a_check_changes_neither_title_nor_language(site: Folder) -> None:
    note(site, CLOSED, CLAIM._replace(title="Other", url="https://e.example/"))
    index = files(site)["index.html"].decode()
    assert "<h1>Market shocks</h1>" in index
    assert "e.example" not in index
    with pytest.raises(UsageError, match="another language"):
        note(site, CLOSED, CLAIM._replace(lang=Language.JA))


@pytest.mark.parametrize("at", [1, 2], ids=["checked.json", "index.html"])
def test_a_run_that_leaves_word_may_be_killed(site: Folder, at: int) -> None:
    before = files(site)
    killed(lambda: note(site, CALM), at=at)
    assert said(site) is None
    assert (site.root / "feed.xml").read_bytes() == before["feed.xml"]
    # What is there by then is as good as said; the drafts are gone with the next run.
    publish(site, MONDAY)
    assert not list(site.root.rglob("*.tmp"))
    assert (said(site) is None) == (at == 1)
    note(site, CALM)
    assert said(site) is not None


# --- damage, and mischief ---

WHOLE = {
    "format": 1,
    "check": {"at": "2026-01-24T22:30:00+00:00", "outcome": "closed", "largest": None},
}


def damaged(**check: object) -> str:
    return json.dumps(WHOLE | {"check": {**WHOLE["check"], **check}})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "\0", "[" * 10_000, '{"format": 2}'),
        damaged(at="2026-01-24T22:30:00"),
        damaged(at="0000"),
        damaged(outcome="<script>"),
        damaged(outcome="calm"),
        damaged(least="1E+999999999"),
        damaged(least="1E-999999999"),
        damaged(least="NaN"),
        damaged(least="-1"),
        damaged(day="25 January"),
        damaged(other="x"),
        " " * 20_000 + damaged(),
    ],
)
def test_a_check_that_is_damaged_is_none(site: Folder, content: str) -> None:
    entry = site.read_entry(MONDAY)
    assert entry is not None
    newest = f', "newest": "2025-01-27", "sha256": "{entry.sha256}"}}'
    # But for the damage it would stand.
    site.checked.write_text(damaged().removesuffix("}") + newest)
    publish(site, MONDAY)
    assert said(site) is not None
    site.checked.write_text(content.removesuffix("}") + newest if "check" in content else content)
    publish(site, MONDAY)
    assert said(site) is None


@pytest.mark.parametrize(
    ("change", "is_taken"),
    [
        ({}, True),
        ({"ticker": "../x"}, False),
        ({"name": {"en": "a\u202eb", "ja": "b"}}, False),
        ({"name": {"en": "a\x1b[31mb", "ja": "b"}}, False),
        ({"short_name": {"en": "x" * 200, "ja": "b"}}, False),
    ],
)
def test_a_name_written_by_hand(site: Folder, change: dict[str, object], *, is_taken: bool) -> None:
    note(site, CALM)
    data = json.loads(site.checked.read_bytes())
    data["check"]["largest"]["instrument"] |= change
    site.checked.write_text(json.dumps(data))
    publish(site, MONDAY)
    assert (said(site) is not None) is is_taken


@pytest.mark.parametrize("name", ["\u202eAIDIVN", "a\x1b[31mb", "two\nlines", "x" * 5000, "\ud83d"])
def test_a_name_that_is_no_name_gives_way_to_its_code(site: Folder, name: str) -> None:
    odd = MOVE._replace(instrument=make_instrument("NVDA", name=Text(name, name)))
    note(site, CALM._replace(largest=odd))
    publish(site, MONDAY)
    assert said(site) == (
        "Last checked on Saturday 24 January 2026 at 22:30 UTC: calm. "
        "The largest move was NVDA −1.23% on Friday 23 January, below 5%."
    )


def test_words_are_no_markup(site: Folder) -> None:
    odd = MOVE._replace(instrument=make_instrument("NVDA", name=Text("<b>&amp;", "<b>&amp;")))
    note(site, CALM._replace(largest=odd))
    assert b"was &lt;b&gt;&amp;amp; " in files(site)["index.html"]


def test_how_calm_it_was_must_be_said(site: Folder) -> None:
    with pytest.raises(ValueError, match="how calm"):
        note(site, CALM._replace(least=None))


# --- from the command line ---


def test_a_look_at_an_older_day_is_no_check(here: Shock, site: Folder) -> None:
    before = files(site)
    run = ("publish", "public", "--source", "sample", "--if-move", "90")
    assert here(*run, "--date", "2025-01-25").returncode == 3
    assert here(*run, "--date", "2025-01-24").returncode == 10
    assert files(site) == before
    publish(site, TUESDAY)
    after = files(site)
    assert here(*run, "--event", "deepseek").returncode == 10
    assert here(*run, "--date", "2099-01-05").returncode == 3
    assert files(site) == after
