"""What a capsule's basis holds, as tables and files that people read: the bars as they were used.

They are made of the basis and of nothing else, so that a reader can trust them as far as it.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO

from deepseek_shock.codec import encode
from deepseek_shock.market.bars import Action, Bar, Bars
from deepseek_shock.market.event import Event, Watchlist
from deepseek_shock.pipeline import Basis

BARS, ACTIONS = "bars.csv", "actions.csv"
EVENT, WATCHLIST = "event.json", "watchlist.json"
_BAR_HEADER = (*("ticker", *Bar._fields), "source", "retrieved", "refused")
_ACTION_HEADER = ("ticker", "kind", *Action._fields)


def write_tables(basis: Basis) -> dict[str, bytes]:
    """Return the parts that are made of a basis, by name."""
    inquiry = basis.inquiry
    held = [one for _, one in sorted(basis.held.bars.items()) if isinstance(one, Bars)]
    parts = {
        BARS: _table(_BAR_HEADER, (row for one in held for row in _bar_rows(one))),
        ACTIONS: _table(_ACTION_HEADER, (row for one in held for row in _action_rows(one))),
        WATCHLIST: _json(encode(Watchlist, inquiry.watchlist)),
    }
    if inquiry.event is not None:
        parts[EVENT] = _json(encode(Event, inquiry.event))
    return {name: text.encode() for name, text in parts.items()}


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _bar_rows(bars: Bars) -> Iterator[tuple[object, ...]]:
    rows = {bar.session: (bar, "") for bar in bars.bars}
    for session, (reason, bar) in bars.refused.items():
        if bar is not None:
            rows[session] = (bar, str(reason))
    for session, (bar, why) in sorted(rows.items()):
        yield (bars.instrument.ticker, *bar, *bars.origin_of(session), why)


def _action_rows(bars: Bars) -> Iterator[tuple[object, ...]]:
    for kind, actions in (("split", bars.splits), ("dividend", bars.dividends or ())):
        for action in actions:
            yield (bars.instrument.ticker, kind, *action)


def _json(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
