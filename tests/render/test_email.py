"""The mail: tables and inline style only, short enough for Gmail, and true to the figures."""

from __future__ import annotations

import csv
import io
import re
import sys
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import OutputError
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample
from deepseek_shock.render.data import Csv
from deepseek_shock.render.email import LIMIT, Email
from deepseek_shock.render.palette import DARK, LIGHT
from deepseek_shock.report.tables import Cut, Order
from tests.render import hostile
from tests.render.mails import (
    MONDAY,
    bars,
    denied,
    mail,
    many,
    render,
    sample,
    style,
    tree,
    words_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.report.model import Report

# Gmail's own limit is said to be 102 KB; the promise is the smaller thousand.
GMAIL = 102_000
SECTIONS = [
    *("masthead", "keyfigures", "indexes", "table", "groups", "value", "relay", "since", "after"),
    *("significance", "context", "tickers", "method", "reproduce", "footer"),
]
LONG_NAME = "ニッポンホールディングス・インターナショナル・パートナーズ"


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- What it is made of ---


def test_it_parses_and_says_its_language_and_title(lang: str) -> None:
    root = tree(mail(lang))
    assert root.get("lang") == lang
    assert words_of(root.find(".//title")) == words_of(root.find(".//h1"))
    assert len(root.findall(".//h1")) == 1
    assert len(root.findall(".//main")) == 1


def test_its_encoding_stands_where_browsers_look_for_it(lang: str) -> None:
    # HTML: the element has to be within the first 1024 bytes of the document.
    assert b'<meta charset="utf-8">' in mail(lang).encode()[:1024]


def test_every_section_is_there_in_order(lang: str) -> None:
    parts = [cell.get("class", "") for cell in tree(mail(lang)).iter("td")]
    assert [part.split()[1] for part in parts if part.startswith("part ")] == SECTIONS


def test_a_list_of_mails_shows_the_dek_and_the_mail_does_not_show_it_twice(lang: str) -> None:
    root = tree(mail(lang))
    preheader = root.find(".//div[@class='preheader']")
    assert preheader is not None
    assert "display:none" in preheader.get("style", "")
    assert words_of(preheader) == words_of(root.findall(".//td[@class='part masthead']/p")[1])


def test_whoever_reads_it_learns_what_may_be_done_with_the_figures() -> None:
    assert "figures may not be redistributed without the exchanges’ leave" in mail("en")
    assert "数値の再配布には各取引所の許諾を要する" in mail("ja")
    assert "shock report --date 2025-01-27" in mail("en")


def test_layout_is_marked_as_such_and_data_has_headers(lang: str) -> None:
    tables = list(tree(mail(lang)).iter("table"))
    data = [table for table in tables if table.get("role") is None]
    assert len(data) > 4
    for table in data:
        assert table.findall(".//th[@scope='row']")
        assert table.get("class") == "key" or table.findall("./thead/tr/th[@scope]")
    assert {table.get("role") for table in tables if table not in data} == {"presentation"}


# --- What it may not hold ---


def test_it_holds_nothing_that_a_mail_client_drops(lang: str) -> None:
    assert denied(mail(lang)) == []


@pytest.mark.parametrize(
    "slip",
    [
        *("<svg></svg>", "<script></script>", "<form></form>", "<section></section>"),
        *('<img src="https://a.example/b.png">', '<img src="data:image/png;base64,AAAA">'),
        *('<p style="color:var(--ink)"></p>', '<p style="display:flex"></p>'),
        *('<p style="display: grid"></p>', '<p style="position:absolute"></p>'),
        *('<p style="background-image:none"></p>', '<p style="margin:1rem"></p>'),
        *('<p style="color:#123456"></p>', '<a href="http://finance.yahoo.com"></a>'),
        *('<p onclick="x()"></p>', '<td background="cid:x"></td>'),
    ],
)
def test_what_a_mail_client_drops_would_be_noticed(slip: str) -> None:
    assert denied(mail("en").replace("</h1>", f"</h1>{slip}") if "<td" not in slip else _in(slip))


def _in(cell: str) -> str:
    return mail("en").replace("<tr>", f"<tr>{cell}", 1)


def test_the_only_sheet_left_is_what_no_element_can_hold(lang: str) -> None:
    sheets = [sheet.text or "" for sheet in tree(mail(lang)).iter("style")]
    assert len(sheets) == 1
    # Cut the at-rules out, two levels of braces deep: nothing may remain.
    assert re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheets[0]).strip() == ""
    assert "prefers-color-scheme:dark" in sheets[0].replace(" ", "")
    assert all(color in sheets[0] for color in (DARK.paper, DARK.ink, DARK.muted, DARK.red))


def test_a_users_block_and_style_come_inline_too(lang: str, tmp_path: Path) -> None:
    (tmp_path / "email.html.j2").write_text(
        '{% extends "email.html.j2" %}\n'
        "{% block css_extra %}.own { letter-spacing: 2px; }{% endblock %}\n"
        '{% block footer %}<tr><td class="part own">The Daily & Example</td></tr>{% endblock %}\n',
        encoding="utf-8",
    )
    text = Email(style(lang, template_dir=tmp_path)).render(sample())
    cells = [cell for cell in tree(text).iter("td") if cell.get("class") == "part own"]
    assert [words_of(cell) for cell in cells] == ["The Daily & Example"]
    assert "letter-spacing:2px" in cells[0].get("style", "").replace(" ", "")
    assert denied(text) == []


def test_a_sheet_that_a_block_links_to_is_not_read(tmp_path: Path) -> None:
    sheet = tmp_path / "own.css"
    sheet.write_text("h1 { letter-spacing: 7px; }", encoding="utf-8")
    (tmp_path / "email.html.j2").write_text(
        '{% extends "email.html.j2" %}{% block css_extra %}{% endblock %}'
        f'{{% block masthead %}}<link rel="stylesheet" href="{sheet}"><h1>x</h1>{{% endblock %}}',
        encoding="utf-8",
    )
    text = Email(style(template_dir=tmp_path)).render(sample())
    assert "7px" not in text


@pytest.mark.parametrize(
    ("colors", "fall"), [("us", LIGHT.red), ("jp", LIGHT.blue), ("mono", LIGHT.ink)]
)
def test_the_bars_have_the_colour_asked_for(colors: str, fall: str) -> None:
    cells = tree(render(sample(), colors=colors)).findall(".//table[@class='bar']//td[@class='dn']")
    assert cells
    for cell in cells:
        assert f"background-color:{fall}" in cell.get("style", "").replace(" ", "")


def test_the_same_report_is_the_same_mail(lang: str) -> None:
    assert render(sample(), lang) == mail(lang)


# --- How much of it ---


def test_it_stays_below_what_gmail_shows(lang: str) -> None:
    assert LIMIT == GMAIL
    for top in (None, 56):
        assert len(render(sample(), lang, top).encode()) <= GMAIL


def test_twenty_moves_are_shown_and_the_rest_is_counted() -> None:
    # Of the 56 the three leads and Tokyo's worst are shown whatever their rank: NVDA is 17th,
    # 5801, 5803 and 6857 follow at 24, 25 and 29.
    shown = bars(tree(mail("en")))
    assert len(shown) == 20 + 3
    said = "20 of 56 shown, and three further down with their ranks. 33 more are not in this mail."
    assert said in mail("en")
    assert "ほかの33銘柄は、このメールでは省いた。" in mail("ja")
    assert [words_of(row[0]) for row in shown[-4:]] == ["20", "24", "25", "29"]


@pytest.mark.parametrize("top", [1, 3, 21, 30])
def test_the_cut_asked_for_is_kept_and_said(top: int) -> None:
    text = render(sample(), top=top)
    shown = len(bars(tree(text)))
    assert top <= shown <= top + 4
    assert f"{top} of 56 shown" in text
    left = 56 - shown
    assert f"{left} more are not in this mail" in text
    assert "cut off a longer mail" not in text


def test_a_short_list_hides_nothing(tmp_path: Path) -> None:
    text = render(many(tmp_path, 12))
    assert len(bars(tree(text))) == 12
    assert "not in this mail" not in text


def test_the_order_is_that_asked_for() -> None:
    text = Email(style(), Cut(Order.TICKER, 5)).render(sample())
    tickers = sorted(row["ticker"] for row in figures(sample()) if row["ticker"][0] != "^")
    labels = [words_of(row.find("th")) for row in bars(tree(text))[:5]]
    for label, ticker in zip(labels, tickers[:5], strict=True):
        assert f"({ticker.removesuffix('.T')})" in label


def test_five_hundred_shares_with_long_names_are_cut_to_fit(lang: str, tmp_path: Path) -> None:
    report = many(tmp_path, 500, LONG_NAME)
    text = render(report, lang, top=500)
    assert 0.97 * GMAIL < len(text.encode()) <= GMAIL
    shown = len(bars(tree(text)))
    assert 10 < shown < 500
    left = {"en": f"{500 - shown} more are not", "ja": f"ほかの{500 - shown}銘柄は"}[lang]
    assert left in text
    reason = {"en": "Mail programs cut off a longer mail.", "ja": "これより長いメールは"}[lang]
    assert reason in text
    assert "--top 500 shows" not in text


def test_a_hundred_groups_are_cut_as_shares_are(tmp_path: Path) -> None:
    text = render(many(tmp_path, 200, groups=100))
    groups = tree(text).findall(".//td[@class='part groups']/table/tbody/tr")
    assert len(groups) == 20
    assert "80 more lines are not in this mail." in text


def test_a_text_that_no_cut_makes_short_enough_is_refused(tmp_path: Path) -> None:
    watchlist = hostile.write_watchlist(tmp_path)
    event = hostile.write_event(tmp_path, "word " * 25_000, "end", {"a": "b"})
    with pytest.raises(OutputError) as caught:
        render(hostile.report(watchlist, event))
    assert "102,000 bytes" in caught.value.message
    assert "context" in caught.value.hint


# --- Whether it is true ---


def figures(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Csv().render(report))))


def rounded(value: str, places: str, mark: str = "") -> str:
    """Print a decimal as a paper does: half away from zero, thousands, U+2212."""
    number = Decimal(value).quantize(Decimal(places), ROUND_HALF_UP)
    sign = "−" if number < 0 else "+" if mark and number > 0 else ""
    return f"{sign}{abs(number):,f}{mark}"


@pytest.mark.parametrize("day", [date(2025, 1, 27), date(2025, 1, 28)])
def test_every_figure_of_a_row_is_the_csvs(day: date) -> None:
    rows = figures(sample(day))
    by_code = {row["code"]: row for row in rows}
    shown = bars(tree(render(sample(day))))
    assert len(shown) >= 20
    for rank, header, _, figure in shown:
        label = words_of(header)
        found = re.match(r"(.+?) \((?:ADR, )?(\w+)\)(.+)", label)
        assert found is not None, label
        row = by_code[found[2]]
        assert found[1] == row["name_en"].removesuffix(" (ADR)")
        percent = str(Decimal(row["price_return"]) * 100)
        assert words_of(figure) == rounded(percent, "0.01", "%")
        previous, close = (
            f"${rounded(row[name], '0.01')}"
            if row["currency"] == "USD"
            else f"¥{Decimal(row[name]).normalize():,f}"
            for name in ("previous_close", "close")
        )
        assert found[3] == f"{previous} to {close}"
        assert int(words_of(rank)) == 1 + sum(
            (float(other["price_return"]) < float(row["price_return"]))
            == (day == date(2025, 1, 27))
            for other in rows
            if not other["ticker"].startswith("^") and other["code"] != row["code"]
        )


def widths(row: object) -> list[tuple[str, int]]:
    """Return the cells of a row's bar: their classes and widths."""
    cells = row.findall("./td/table//td")  # type: ignore[attr-defined]
    return [(cell.get("class", ""), int(cell.get("width", "").removesuffix("%"))) for cell in cells]


def test_a_bar_is_as_long_as_its_move_is_large() -> None:
    worst = None
    for row in bars(tree(mail("en"))):
        cells = widths(row)
        assert sum(width for _, width in cells) == 100
        move = abs(float(words_of(row[3]).strip("−%")))
        worst = worst or move
        drawn = dict(cells)["dn"]
        assert abs(drawn - 100 * move / worst) <= 1, words_of(row)


def test_falls_and_rises_stand_on_their_sides_of_one_axis() -> None:
    rows = bars(tree(render(sample(), top=56)))
    rises = [widths(row) for row in bars(tree(render(sample(date(2025, 1, 28)), top=56)))]
    axes: set[int] = set()
    for cells in [*map(widths, rows), *rises]:
        assert sum(width for _, width in cells) == 100
    for cells in rises:
        places = [name for name, _ in cells]
        before = sum(width for _, width in cells[: next(i for i, p in enumerate(places) if p)])
        way = next(name for name in places if name)
        axes.add(before + dict(cells)["dn"] if way == "dn" else before)
    # A bar has at least one per cent; besides that and rounding there is one axis.
    assert max(axes) - min(axes) <= 1


def test_words_of_others_stay_words(lang: str, tmp_path: Path) -> None:
    watchlist = hostile.write_watchlist(tmp_path)
    mischief = "<b>bold</b> & {{ x }} </style></td></table><script>x()</script>"
    event = hostile.write_event(tmp_path, mischief, mischief, {mischief: mischief})
    text = render(hostile.report(watchlist, event), lang, top=100)
    assert denied(text) == []
    root = tree(text)
    assert not list(root.iter("b"))
    labels = {words_of(row.find("th")) for row in bars(root)}
    for name in hostile.NAMES.values():
        assert any(label.startswith(" ".join(name.split())[:6]) for label in labels), name
    assert words_of(root.find(".//td[@class='part context']/p")) == mischief


def test_a_share_without_a_figure_says_why_and_has_no_bar(tmp_path: Path) -> None:
    names = {**dict.fromkeys(("NVDA", "AVGO", "TSM"), "x"), "ZZZZ": "Nobody"}
    watchlist = str(hostile.write_watchlist(tmp_path, names))
    request = Request(now=hostile.NOW, day=MONDAY, watchlist=watchlist, least_coverage=0)
    report = make_report(request, hostile.registry(), Sample())
    row = next(row for row in bars(tree(render(report))) if "Nobody" in words_of(row))
    assert words_of(row[3]) == "not found"
    assert not widths(row)


def test_what_mail_needs_and_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "css_inline", None)
    with pytest.raises(OutputError) as caught:
        render(sample())
    assert caught.value.message == "css-inline, which mail needs, is missing"
    assert "deepseek-shock[publish]" in caught.value.hint
