"""Never colour alone: a figure has its sign, a shape its side of zero."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

import html5lib
import pytest

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.words import Language, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from deepseek_shock.report.model import Report


@cache
def sample() -> Report:
    request = Request(now=datetime(2025, 3, 3, tzinfo=UTC), day=date(2025, 1, 27))
    return make_report(request, Registry(sample_directory()), Sample())


def page(style: Style) -> str:
    return Html(style).render(sample())


def mail(style: Style) -> str:
    return Email(style).render(sample())


@pytest.fixture(params=["en", "ja"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words(Language(request.param))


def parse(text: str) -> Element:
    root: Element = html5lib.parse(text, namespaceHTMLElements=False)
    return root


SIGNS = {"dn": "−", "up": "+"}


def coloured(root: Element) -> Iterator[tuple[str, Element]]:
    """Find what has a direction's colour, with the sign that the direction has."""
    for element in root.iter():
        for name in set(element.get("class", "").split()) & set(SIGNS):
            yield SIGNS[name], element


def said(element: Element) -> str:
    return "".join(element.itertext()).strip()


@pytest.mark.parametrize("colors", Colors)
@pytest.mark.parametrize("write", [page, mail])
def test_every_coloured_figure_has_its_sign(
    write: Callable[[Style], str], words: Words, colors: Colors
) -> None:
    found = [(sign, said(it)) for sign, it in coloured(parse(write(Style(words, colors))))]
    figures = [(sign, text) for sign, text in found if any(map(str.isdigit, text))]
    assert len(figures) > 56
    assert [(sign, text) for sign, text in figures if sign not in text] == []
    # What else is written in colour is the legend's two words.
    legend = {words.word("legend.fall"), words.word("legend.rise")}
    assert {text for _, text in found if text} - {text for _, text in figures} == legend


def test_every_coloured_shape_lies_on_its_side_of_zero(words: Words) -> None:
    charts = parse(page(Style(words, Colors.US))).findall(".//{*}svg[@role='img']")
    shapes = [shape for chart in charts for shape in sides(chart)]
    assert len(shapes) > 2 * 56
    assert [shape for shape in shapes if (shape[0] == "+") != (shape[1] > 0)] == []


def sides(chart: Element) -> Iterator[tuple[str, float]]:
    """Return each coloured shape's sign, and how far towards a rise its middle is from zero."""
    axis = chart.find(".//{*}line[@class='zero']")
    assert axis is not None
    is_upright = axis.get("x1") == axis.get("x2")
    for sign, shape in coloured(chart):
        kind = shape.tag.rpartition("}")[2]
        if kind == "rect":
            yield sign, number(shape, "x") + number(shape, "width") / 2 - number(axis, "x1")
        elif kind == "circle" and is_upright:
            yield sign, number(shape, "cx") - number(axis, "x1")
        elif kind == "circle":
            yield sign, number(axis, "y1") - number(shape, "cy")


def number(element: Element, name: str) -> float:
    return float(element.get(name, "").removesuffix("%"))


def test_every_bar_of_the_mail_stands_in_a_row_with_its_sign(words: Words) -> None:
    rows = parse(mail(Style(words, Colors.US))).findall(".//table[@class='bars']/tbody/tr")
    bars = [(sign, said(row)) for row in rows for sign, it in coloured(row) if not said(it)]
    assert len(bars) > 10
    assert [(sign, row) for sign, row in bars if sign not in row] == []
