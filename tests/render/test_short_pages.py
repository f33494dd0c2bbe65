"""Pages with little room: what a screen and a mail leave out, and that nothing is lost by it."""

from __future__ import annotations

from functools import cache

import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Profile, Style
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Column, Kind, Report, Row, Table, phrase
from deepseek_shock.report.tables import BESIDE, Cut
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, Shelf, bars

KNOWN = Registry(sample_directory())
LANGUAGES = tuple(Language)


def style(lang: Language) -> Style:
    return Style(Words(lang), Colors.US)


@cache
def sample(cut: Cut) -> Report:
    return make_report(Request(LONG_AFTER, MONDAY, cut=cut), KNOWN, Sample())


SHORT = Cut(top=12, beside=BESIDE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_samples_page_is_about_a_screen_and_a_half(lang: Language) -> None:
    text = Terminal(style(lang), 100, has_colors=False).render(sample(SHORT))
    assert len(text.splitlines()) <= 152


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_samples_mail_leaves_room_below_the_limit(lang: Language) -> None:
    # Gmail cuts a mail off at 102,000 bytes; an event with a longer text needs what is left.
    assert len(Email(style(lang)).render(sample(Cut())).encode()) <= 88_500


def test_tables_beside_the_moves_are_cut_sooner_unless_somebody_says() -> None:
    assert (SHORT.rest, Cut(top=12).rest, Cut().rest) == (BESIDE, 12, None)
    for cut, rows in ((SHORT, 8), (Cut(top=12), 12), (Cut(), 27)):
        section = sample(cut).section("since")
        assert section is not None
        (table,) = (block for block in section.blocks if isinstance(block, Table))
        assert len(table.rows) == rows


def test_a_value_that_the_key_figures_say_is_left_out_on_a_screen() -> None:
    text = Terminal(style(Language.EN), 100, has_colors=False).render(sample(SHORT))
    assert "Market value\n" not in text
    assert "(¥91.6 trillion) of market value lost" in " ".join(text.split())
    longer = Markdown(style(Language.EN)).render(sample(SHORT))
    assert "from $3.49 trillion to" in longer


def test_a_day_of_rises_shows_each_groups_best_on_a_narrow_screen() -> None:
    closes = {"NVDA": "110", "AVGO": "99", "VST": "120", "CEG": "101"}
    shelf = Shelf(bars(ticker, {FRIDAY: "100", MONDAY: close}) for ticker, close in closes.items())
    report = make_report(Request(LONG_AFTER, MONDAY, least_coverage=0), KNOWN, shelf)
    lines = Terminal(style(Language.EN), 72, has_colors=False).render(report).splitlines()
    at = lines.index("By group")
    assert lines[at + 1].split()[-1] == "Best"
    assert "Vistra +20.00%" in lines[at + 2]


@pytest.mark.parametrize(
    ("value", "en", "ja"),
    [
        (
            phrase("since.recent"),
            "; a close as low under a month ago",
            "、1カ月以内に同水準以下の終値",
        ),
        (
            phrase("since.ever_low"),
            "; lowest close since the data begin",
            "、終値はデータ期間で最安",
        ),
    ],
    ids=["recent", "ever"],
)
def test_a_list_says_a_close_that_has_no_month(value: object, en: str, ja: str) -> None:
    from deepseek_shock.render.listed import make_lister
    from deepseek_shock.render.pieces import Plain

    share = sample_directory()["NVDA"]
    columns = (
        Column(phrase("column.instrument"), Kind.LABEL),
        Column(phrase("column.low_since"), Kind.MONTH),
    )
    table = Table(columns, (Row((share, value), share),))  # type: ignore[arg-type]
    for lang, said in ((Language.EN, en), (Language.JA, ja)):
        (line,) = make_lister(Words(lang), Plain())(table).others
        assert line.endswith(said.lstrip("、")), line


def test_a_list_of_the_sample_never_says_since_within_a_month() -> None:
    for profile in (Profile.NOTE, Profile.SUBSTACK):
        text = Markdown(style(Language.JA), profile).render(sample(Cut()))
        assert "以内以来" not in text
        assert "1カ月以内に同水準以下の終値" in text


@pytest.mark.parametrize(
    ("lang", "leg", "label"),
    [(Language.EN, "Tokyo, 27 Jan", "Median"), (Language.JA, "27日の東京", "中央値")],
    ids=["en", "ja"],
)
def test_a_leg_without_room_for_its_shares_still_says_that_it_is_a_median(
    lang: Language, leg: str, label: str
) -> None:
    # "Tokyo, 27 Jan −5.56%" would be read as Tokyo's market; the Nikkei fell 0.92% that day.
    lines = Terminal(style(lang), 72, has_colors=False).render(sample(SHORT)).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith(leg) and "−5.56%" in line)
    assert lines[at - 1].split()[-1] == label
