"""The instant of a shock in an inquiry: which sessions it asks for, and that it is kept."""

import json
from datetime import datetime

import pytest

from deepseek_shock.analysis.instant import Timing, find_reach
from deepseek_shock.codec import decode, encode
from deepseek_shock.errors import NoSessionError
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.pipeline import Basis, Request, inquire, make, remake
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.data import Json
from deepseek_shock.render.house import Colors
from deepseek_shock.render.listed import make_lister
from deepseek_shock.render.pieces import Plain
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Table
from tests.builders import LONG_AFTER, MONDAY, day, utc

BUNDLED = Registry(sample_directory())
BOTH = ("NVDA", "5803.T")


@pytest.mark.parametrize(
    ("at", "new_york", "tokyo"),
    [
        ("2008-10-15T15:00:00-04:00", "2008-10-15", "2008-10-16"),  # New York's afternoon
        ("2001-09-11T08:46:00-04:00", "2001-09-17", "2001-09-12"),  # New York closed four days
        ("2025-01-13T12:00:00+09:00", "2025-01-13", "2025-01-14"),  # a holiday in Tokyo
        ("2025-01-26T12:00:00+00:00", "2025-01-27", "2025-01-27"),
    ],
)
def test_an_instant_asks_for_each_exchanges_first_session(
    at: str, new_york: str, tokyo: str
) -> None:
    request = Request(LONG_AFTER, tickers=BOTH, at=datetime.fromisoformat(at))
    inquiry = inquire(request, BUNDLED)
    assert {name: one.session for name, one in inquiry.asked.items()} == {
        "XNYS": day(new_york),
        "XTKS": day(tokyo),
    }
    assert inquiry.day == min(day(new_york), day(tokyo))
    assert inquiry.at == datetime.fromisoformat(at)


def test_an_event_is_found_only_where_its_sessions_are_the_first() -> None:
    found = inquire(Request(LONG_AFTER, at=utc("2025-01-25T12:00")), BUNDLED)
    assert found.event is not None
    assert found.event.id == "deepseek"
    # From Monday's noon in New York on Tokyo could react on Tuesday: another story.
    found = inquire(Request(LONG_AFTER, at=utc("2025-01-27T17:00")), BUNDLED)
    assert (found.event, found.day) == (None, MONDAY)


def test_the_events_own_instant_is_that_of_its_date_alone() -> None:
    found = inquire(Request(LONG_AFTER, MONDAY), BUNDLED)
    assert found.at == utc("2025-01-25T00:00")
    found = inquire(Request(LONG_AFTER, day("2025-01-29"), event="deepseek"), BUNDLED)
    assert found.at is None


def test_an_instant_to_come_is_refused() -> None:
    at = utc("2025-03-03T00:01")
    with pytest.raises(NoSessionError, match="is in the future"):
        inquire(Request(LONG_AFTER, MONDAY, at=at), BUNDLED)


def test_it_is_kept_with_what_a_report_is_made_of() -> None:
    request = Request(LONG_AFTER, at=utc("2025-01-27T03:10"))
    made = make(request, BUNDLED, Sample())
    text = json.dumps(encode(Basis, made.basis))
    basis = decode(Basis, json.loads(text))
    assert basis == made.basis
    renderer = Json(Style(Words(Language.EN), Colors.US))
    assert renderer.render(remake(basis)) == renderer.render(made.report)


def test_hong_kongs_break_is_the_packages() -> None:
    hong_kong, monday = EXCHANGES["XHKG"], MONDAY  # 12:00 to 13:00 on its clock, eight hours ahead
    timings = {
        clock: find_reach(hong_kong, monday, utc(f"2025-01-27T{clock}")).timing
        for clock in ("03:59", "04:00", "04:59", "05:00")
    }
    assert timings == {
        "03:59": Timing.IN_SESSION,
        "04:00": Timing.IN_BREAK,
        "04:59": Timing.IN_BREAK,
        "05:00": Timing.IN_SESSION,
    }


def test_a_list_says_when_a_leg_opens_and_not_new_york_twice() -> None:
    now = utc("2025-01-27T22:00")
    report = make(Request(now, MONDAY), BUNDLED, Sample()).report
    section = report.section("relay")
    assert section is not None
    table = next(block for block in section.blocks if isinstance(block, Table))
    lines = make_lister(Words(Language.EN), Plain())(table).others
    assert lines[0].startswith("Tokyo, 27 Jan (before New York): median of Tokyo AI (12) — ")
    assert lines[1].startswith("New York, 27 Jan: median of US chips, data-centre, power (28) — ")
    assert lines[2] == "Tokyo, 28 Jan (after New York), opens 09:00 JST (00:00 UTC)"
    lines = make_lister(Words(Language.JA), Plain())(table).others
    assert lines[2] == "28日の東京(ニューヨークの後)、現地9時(00:00 UTC)に開始"
