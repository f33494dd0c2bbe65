"""Whatever was printed held against the truth: JSON, pages, and what pages are made of."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256
from html.parser import HTMLParser
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from world import World

_VOID = {"meta", "link", "br", "img", "hr", "input", "col", "source", "wbr"}
_ROW = re.compile(
    r'<tr[^>]*><th scope="row"[^>]* data-rank="\d+">(?P<code>[^<]+)</th>(?P<cells>.*?)</tr>'
)
_CELL = re.compile(r"<td[^>]*>(?:<[^>]*>)*([^<]*)")
_NO_NUMBER = re.compile(r"[^\d.]")
_BACK = 4  # sessions: how far an exchange's last may lie behind the date of a page


class Figures:
    """Checks figures, and counts them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._codes = {ticker.removesuffix(".T"): ticker for ticker in world.listings}
        self.checked = self.blank = 0

    def check_json(self, file: Path, now: datetime) -> list[str]:
        """Check a report in JSON: whole, and each figure right, or none with a reason."""
        try:
            report = json.loads(file.read_text("utf-8"))
            moves = report["moves"]
        except (ValueError, KeyError, OSError) as error:
            return [f"{file.name}: no whole report: {error!r}"]
        wrong = [] if moves else [f"{file.name}: no moves"]
        for move in moves:
            wrong += (f"{file.name}: {one}" for one in self._check_move(move, now))
        return wrong

    def _check_move(self, move: dict[str, Any], now: datetime) -> Iterator[str]:
        ticker, session = move["ticker"], date.fromisoformat(move["session"])
        if move["status"] != "ok":
            self.blank += 1
            if move["close"] is not None or move["price_return"] is not None:
                yield f"{ticker} {session} is {move['status']} and has figures"
            if not move["reason"] and move["status"] not in ("closed", "pending", "no_trade"):
                yield f"{ticker} {session} is {move['status']} without a reason"
            return
        calendar = self._world.calendar(ticker)
        hours = calendar.by_day.get(session)
        if hours is None or hours.closes > now:
            yield f"{ticker} {session} is final and has not ended"
            return
        before = calendar.previous(session)
        bars = self._world.bars[ticker]
        bar, eve = bars[session], bars[before]
        split, exact = self._world.split(ticker, session), self._world.move(ticker, session)
        expected: dict[str, object] = {
            "previous_session": str(before),
            "close": float(bar.close),
            "price_return": float(exact),
            "change": float(bar.close - eve.close / split),
            "intraday_return": float(Fraction(bar.close) / Fraction(bar.open) - 1),
        }
        expected |= {name: float(getattr(bar, name)) for name in ("open", "high", "low")}
        for name, value in expected.items():
            self.checked += 1
            if not _is_same(move[name], value):
                yield f"{ticker} {session}: {name} is {move[name]}, the truth is {value}"
        if not any(_is_same(move["previous_close"], float(eve.close / one)) for one in (1, split)):
            yield f"{ticker} {session}: previous_close is {move['previous_close']}, not {eve.close}"

    def check_move(self, ticker: str, session: date, move: float) -> list[str]:
        """Check one move."""
        self.checked += 1
        if session not in self._world.bars[ticker]:
            return [f"{ticker} has no session on {session}"]
        true = float(self._world.move(ticker, session))
        is_true = _is_same(move, true)
        return [] if is_true else [f"{ticker} {session} moved by {move}, the truth is {true}"]

    def check_page(self, text: str, name: str, day: date) -> list[str]:
        """Check an HTML report: well-formed to its end, closes and moves of the table of shares."""
        wrong = [f"{name}: {one}" for one in check_html(text)]
        rows = list(_ROW.finditer(text))
        if not rows:
            wrong.append(f"{name}: no table of shares")
        for row in rows:
            ticker = self._codes.get(row["code"])
            cells = _CELL.findall(row["cells"])
            if ticker is None:
                wrong.append(f"{name}: who is {row['code']}?")
            elif not _NO_NUMBER.sub("", cells[1]):
                self.blank += 1
            else:
                self.checked += 3
                if not any(cells[:3] == one for one in self._rows(ticker, day, cells)):
                    wrong.append(f"{name}: {ticker} {cells[:3]} is no session's row")
        return wrong

    def _rows(self, ticker: str, day: date, cells: list[str]) -> Iterator[list[str]]:
        """Yield what may stand on a page of a day: its session's row, or one a little before."""
        bars = self._world.bars[ticker]
        calendar = self._world.calendar(ticker)
        sessions = [one.session for one in calendar.hours if one.session <= day][-_BACK:]
        for session in sessions:
            before = calendar.previous(session)
            split = self._world.split(ticker, session)
            move = _percent(self._world.move(ticker, session))
            for eve in {bars[before].close, bars[before].close / split}:
                is_same = _is_price(cells[0], eve) and _is_price(cells[1], bars[session].close)
                yield [*cells[:2], move] if is_same else []

    def check_kept(self, file: Path, lies: set[tuple[str, date]]) -> list[str]:
        """Check what a page is made of: the file's own hash, and every close in it."""
        try:
            head, body = gzip.decompress(file.read_bytes()).decode().splitlines()
            if json.loads(head)["sha256"] != sha256(body.encode()).hexdigest():
                return [f"{file.name}: its hash is another"]
            series = json.loads(body)["held"]["bars"]
        except (OSError, ValueError, KeyError, EOFError) as error:
            return [f"{file.name}: no whole basis: {error!r}"]
        wrong: list[str] = []
        for ticker, one in series.items():
            for bar in one.get("Bars", {}).get("bars", ()):
                self.checked += 1
                session = date.fromisoformat(bar["session"])
                true = self._world.bars[ticker].get(session)
                is_true = true is not None and bar["close"] and Decimal(bar["close"]) == true.close
                if not is_true and (ticker, session) not in lies:
                    wrong.append(f"{file.name}: {ticker} {session} {bar['close']}, not {true}")
        return wrong


def check_html(text: str) -> list[str]:
    """Check that a page is whole: every tag closed in its turn, to the end of `html`."""
    parser = _Nesting()
    parser.feed(text)
    parser.close()
    if not text.rstrip().endswith("</html>"):
        parser.wrong.append("it does not end with </html>")
    return parser.wrong[:3] + ([f"never closed: {parser.open}"] if parser.open else [])


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 -- its signature
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Leave `<path …/>` alone."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()} closes nothing")


def _is_same(said: object, true: object) -> bool:
    if isinstance(said, int | float) and isinstance(true, int | float):
        return isclose(said, true, rel_tol=1e-11, abs_tol=1e-12)
    return said == true


def _percent(move: Fraction) -> str:
    """Print a move as the wire does: two decimals, half up, a real minus."""
    hundred = move * 100
    exact = Decimal(abs(hundred.numerator)) / Decimal(hundred.denominator)
    size = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    sign = "" if size == 0 else "+" if hundred > 0 else "\N{MINUS SIGN}"
    return f"{sign}{size}%"


def _is_price(cell: str, true: Decimal) -> bool:
    """Tell whether a cell says a price, to as many decimals as it has."""
    digits = _NO_NUMBER.sub("", cell)
    return bool(digits) and Decimal(digits) == true.quantize(Decimal(digits), ROUND_HALF_UP)
