"""A watchlist and an event whose words would be markup or template code if let through."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.report.tables import BESIDE, Cut

if TYPE_CHECKING:
    from deepseek_shock.report.model import Report

NOW = datetime(2026, 6, 1, tzinfo=UTC)

# One name a mischief; each stands for a share of the sample, and its code is left as it is.
NAMES = {
    "NVDA": "1. Pipe | and <b>bold</b>",
    "AVGO": "- dash first",
    "TSM": "+ plus first",
    "MRVL": "# hash first",
    "MU": "> quote first",
    "AMD": "`tick` and ``two``",
    "ARM": "{{ value }} and {% raw %} and {# note #}",
    "INTC": "[x] and [a](http://b.example) and ![c](d)",
    "QCOM": "*star* **two** ***three***",
    "ALAB": "_under_ __two__ snake_case_name",
    "CRDO": "~one~ ~~two~~",
    "VRT": "&lt; &amp; &#65; &copy; AT&T & Co",
    "ANET": "\\ and \\| and \\\\ and \\*",
    "LITE": "$1$ and $$x$$",
    "CIEN": "|",
    "COHR": "||a||",
    "SMCI": "ends in \\",
    "DELL": "<script>alert(1)</script>",
    "GLW": "<!-- note --> & <a href='x'>",
    "VST": "12) bracket",
    "CEG": "=sum(A1)",
    "GEV": "---",
    "TLN": "***",
    "NRG": "a -- b --- c ... d",
    "PWR": "'single' \"double\"",
    "5803.T": "表|記 `札` **強調**（かっこ）",
    "6857.T": "{{値}}{%列%}",
    "5801.T": "１. 全角｜",
    "8035.T": "・[x]＜b＞<b>太</b>",
    "9984.T": "#1",
    "6501.T": ">引用",
    "7203.T": "_下_*星*~波~",
}
TITLES = ("1. | *first*", "- {{ second }}", "# <i>third</i> |")


def toml(value: str) -> str:
    """Quote a string: JSON's form is TOML's too, for what stands here."""
    return json.dumps(value, ensure_ascii=False)


def write_watchlist(folder: Path, names: dict[str, str] | None = None) -> Path:
    """Write the watchlist, with an index beside it, and return its file."""
    names = NAMES if names is None else names
    tickers = list(names)
    parts = [tickers[at :: len(TITLES)] for at in range(len(TITLES))]
    lines = [
        'id = "hostile"',
        f"title = {toml(TITLES[0])}",
        'indexes = ["^N225", "^GSPC"]',
        "[names]",
        *(f"{toml(ticker)} = {toml(name)}" for ticker, name in names.items()),
    ]
    for at, (title, part) in enumerate(zip(TITLES, parts, strict=True)):
        if part:
            listed = ", ".join(map(toml, part))
            lines += ["[[groups]]", f'id = "g{at}"', f"title = {toml(title)}"]
            lines.append(f"tickers = [{listed}]")
    file = folder / "hostile.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_event(folder: Path, opening: str, closing: str, points: dict[str, str]) -> Path:
    """Write an event of 27 January 2025 with the words given, on the watchlist beside it."""
    lines = [
        'id = "hostile-event"',
        f"name = {toml('2025. *event* | <b>')}",
        "date = 2025-01-27",
        f"watchlist = {toml(str(folder / 'hostile.toml'))}",
        'leads = ["NVDA", "5803.T"]',
        'followed = ["5803.T", "6857.T"]',
        'mentioned = ["NVDA", "INTC", "5803.T"]',
        "[[focus]]",
        'calendar = "XNYS"',
        'groups = ["g0"]',
        f"title = {toml('- focus | title')}",
        f"noun = {toml('_focus_ <b>noun</b>')}",
        "[context]",
        f"opening = {toml(opening)}",
        f"closing = {toml(closing)}",
    ]
    for heading, body in points.items():
        lines += ["[[context.points]]", f"heading = {toml(heading)}", f"body = {toml(body)}"]
    file = folder / "event.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def registry(folder: Path | None = None) -> Registry:
    """Return the registry of the bundled files, and of a folder of one's own."""
    return Registry(sample_directory(), folder)


def report(watchlist: Path | None = None, event: Path | None = None) -> Report:
    """Make the report of 27 January 2025."""
    request = Request(
        now=NOW,
        day=None if event else date(2025, 1, 27),
        event=str(event) if event else None,
        watchlist=str(watchlist) if watchlist else None,
        options=("--lang ja", "--top '`x`'"),
    )
    return make_report(request, registry(), Sample())


@cache
def plain_report(day: date = date(2025, 1, 27)) -> Report:
    """Make the report of a day with the bundled watchlist, cut as the short formats are."""
    return make_report(
        Request(now=NOW, day=day, cut=Cut(top=12, beside=BESIDE)), registry(), Sample()
    )
