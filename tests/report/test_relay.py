"""The relay in words: the instant, who was closed, what is still to come, the chain of the figures.

The hours are the exchanges' own, in winter: Tokyo 00:00 to 06:30 UTC, New York 14:30 to 21:00 UTC.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from deepseek_shock.analysis.instant import Extent
from deepseek_shock.analysis.moves import Asked
from deepseek_shock.analysis.relay import Relation
from deepseek_shock.market.exchange import XNYS, XTKS
from deepseek_shock.market.sessions import Phase
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.clock import clock_sentences
from deepseek_shock.report.model import Paragraph, Report, Table
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, Shelf, bars, day, utc

EN, JA = Words(Language.EN), Words(Language.JA)
KNOWN = Registry(sample_directory())
TOKYO = ("5803.T", "6857.T", "8035.T")
NEW_YORK = ("NVDA", "AVGO", "VST")


def report_of(
    closes: Mapping[str, Mapping[date, str]],
    session: date | None = MONDAY,
    now: datetime = LONG_AFTER,
    at: datetime | None = None,
    *,
    provisional: bool = False,
) -> Report:
    directory = sample_directory()
    shelf = Shelf([bars(directory[ticker], dict(held)) for ticker, held in closes.items()])
    request = Request(
        now,
        session,
        tickers=tuple(closes),
        least_coverage=0,
        takes_provisional=provisional,
        at=at,
    )
    return make_report(request, KNOWN, shelf)


def told(report: Report, words: Words = EN, *, retelling: bool = False) -> str:
    section = report.section("relay")
    assert section is not None
    return " ".join(
        words.say_all(block.sentences)
        for block in section.blocks
        if isinstance(block, Paragraph) and block.is_retelling is retelling
    )


def legs_of(report: Report, words: Words = EN) -> list[tuple[str, ...]]:
    """Print the table of the legs, row by row."""
    section = report.section("relay")
    assert section is not None
    table = next(block for block in section.blocks if isinstance(block, Table))
    return [
        tuple(
            words.cell(column.kind, cell)
            for column, cell in zip(table.columns, row.cells, strict=True)
        )
        for row in table.rows
    ]


def three(previous: str, monday: str, tuesday: str | None = None) -> dict[date, str]:
    held = {FRIDAY: previous, MONDAY: monday}
    return held if tuesday is None else held | {TUESDAY: tuesday}


@pytest.fixture(scope="module")
def sample() -> Report:
    return make_report(Request(LONG_AFTER, MONDAY), KNOWN, Sample())


# --- labels ---


def test_each_leg_is_labelled_by_its_relation_to_new_york(sample: Report) -> None:
    assert [row[:2] for row in legs_of(sample)] == [
        ("Tokyo, 27 Jan", "before New York"),
        ("New York, 27 Jan", "New York"),
        ("Tokyo, 28 Jan", "after New York"),
    ]
    assert [row[1] for row in legs_of(sample, JA)] == [
        *("ニューヨークの前", "ニューヨーク", "ニューヨークの後"),
    ]
    assert [leg.relation for leg in sample.findings.legs] == [
        *(Relation.BEFORE, Relation.NEW_YORK, Relation.AFTER),
    ]
    assert "before the shock" not in told(sample)


# --- the instant ---


def test_the_weekend_of_the_news_is_said_once_and_without_an_hour(sample: Report) -> None:
    assert sample.findings.inquiry.at == utc("2025-01-25T00:00")
    assert told(sample).startswith(
        "The shock is dated to Saturday 25 January, when none of the exchanges watched traded: "
        "Tokyo’s session of the 27th was the first that could react. "
    )
    assert told(sample, JA).startswith(
        "ショックの時点とした1月25日(土)は対象の取引所がいずれも休みで、"
        "最初に反応できたのは27日の東京だった。"
    )
    assert {leg.reach and leg.reach.extent for leg in sample.findings.legs} == {Extent.WHOLE}


PAIR = {
    "5803.T": three("100", "90", "88"),
    "NVDA": three("100", "80", "85"),
}


@pytest.mark.parametrize(
    ("at", "en", "ja"),
    [
        (
            "2025-01-27T01:00",  # 10:00 in Tokyo
            (
                "The shock is timed at 10:00 JST (01:00 UTC) on Monday 27 January, when Tokyo’s "
                "session "
                "was under way: only what it did after that could react."
            ),
            "現地時間1月27日(月)10時(01:00 UTC)、東京は取引時間中で、",
        ),
        (
            "2025-01-27T03:10",  # 12:10 in Tokyo
            (
                "The shock is timed at 12:10 JST (03:10 UTC) on Monday 27 January, in the "
                "midday break "
                "of Tokyo: of that session only the afternoon could react."
            ),
            "現地時間1月27日(月)12時10分(03:10 UTC)、東京は昼休みで、",
        ),
        (
            "2025-01-27T10:00",  # between the two
            (
                "The shock is timed at 10:00 UTC on Monday 27 January, when none of the exchanges "
                "watched was open: New York’s session of the 27th was the first that could react."
            ),
            (
                "1月27日(月)の10:00 UTCには対象の取引所がいずれも開いておらず、"
                "最初に反応できたのは27日のニューヨークだった。"
            ),
        ),
    ],
)
def test_the_instant_is_said_with_what_was_open(at: str, en: str, ja: str) -> None:
    report = report_of(PAIR, at=utc(at))
    assert told(report).startswith(en)
    assert ja in told(report, JA)


def test_a_session_that_had_closed_before_is_said_to_have_been_over() -> None:
    report = report_of(PAIR, at=utc("2025-01-27T10:00"))
    assert "The session of Tokyo on the 27th had ended by then and could not react." in told(report)
    assert "27日の東京の取引はそれまでに終わっており、反応できなかった。" in told(report, JA)
    # And what comes next does not say that it could.
    assert "it could react to the news" not in told(report)
    extents = [leg.reach and leg.reach.extent for leg in report.findings.legs]
    assert extents == [Extent.NO, Extent.WHOLE, Extent.WHOLE]
    report = report_of(PAIR, at=utc("2025-01-27T21:00"))  # New York's very close
    assert "The sessions of Tokyo on the 27th and New York on the 27th had ended" in told(report)


def test_without_a_date_the_first_sessions_are_reported() -> None:
    report = report_of(PAIR, None, at=utc("2025-01-27T15:00"))  # New York's Monday morning
    inquiry = report.findings.inquiry
    assert inquiry.day == MONDAY
    assert {name: one.session for name, one in inquiry.asked.items()} == {
        "XNYS": MONDAY,
        "XTKS": TUESDAY,
    }
    assert report.command == "shock report --at 2025-01-27T15:00:00Z"
    legs = [(leg.calendar, leg.asked.session) for leg in report.findings.legs]
    assert legs == [("XNYS", MONDAY), ("XTKS", TUESDAY), ("XNYS", TUESDAY)]


def test_one_exchange_alone_is_told_how_it_could_react() -> None:
    report = report_of({"NVDA": three("100", "80")}, None, at=utc("2025-01-25T12:00"))
    assert told(report) == (
        "The shock is dated to Saturday 25 January, when none of the exchanges watched traded: "
        "New York’s session of the 27th was the first that could react."
    )
    assert report_of({"NVDA": three("100", "80")}).section("relay") is None


# --- who was closed, who had a half day ---


def test_the_next_session_stands_for_a_closed_exchange() -> None:
    # 13 January 2025 was Coming of Age Day in Tokyo.
    closes = {
        "5803.T": {day("2025-01-10"): "100", day("2025-01-14"): "95"},
        "NVDA": {day("2025-01-10"): "100", day("2025-01-13"): "98", day("2025-01-14"): "97"},
    }
    report = report_of(closes, day("2025-01-13"))
    assert [(row[0], row[1], row[5]) for row in legs_of(report)] == [
        ("New York, 13 Jan", "New York", "−2.00%"),
        ("Tokyo, 14 Jan", "after New York", "−5.00%"),
        ("New York, 14 Jan", "New York", "−1.02%"),
    ]
    assert told(report).startswith(
        "Tokyo was closed on Monday 13 January; its next session stands in the table."
    )
    assert "東京は1月13日(月)が休場だったため、次の取引日を載せた。" in told(report, JA)
    assert report.findings.moves["5803.T"].price_return is None


def test_exchanges_closed_on_different_days_are_each_said_with_their_own(sample: Report) -> None:
    # Christmas Day 2024 was a session of Tokyo's alone, New Year's Eve one of New York's alone.
    closed = {
        "XNYS": Asked(XNYS, day("2024-12-25"), day("2024-12-24"), Phase.CLOSED),
        "XTKS": Asked(XTKS, day("2024-12-31"), day("2024-12-30"), Phase.CLOSED),
    }
    inquiry = sample.findings.inquiry._replace(asked=closed)
    said = clock_sentences(sample.findings._replace(inquiry=inquiry))
    words = [EN.say(one) for one in said if one.key == "relay.closed"]
    assert words == [
        "New York was closed on Wednesday 25 December; its next session stands in the table.",
        "Tokyo was closed on Tuesday 31 December; its next session stands in the table.",
    ]


def test_a_half_day_is_said_with_its_close() -> None:
    friday, thursday, wednesday = day("2024-11-29"), day("2024-11-28"), day("2024-11-27")
    closes = {
        "5803.T": {thursday: "100", friday: "95"},
        "NVDA": {wednesday: "100", friday: "98"},  # the 28th was Thanksgiving
    }
    report = report_of(closes, friday)
    assert "New York’s session of the 29th was a half day and ended at 13:00 EST." in told(report)
    assert "29日のニューヨークは半日取引で、現地時間13時に終わった。" in told(report, JA)
    # Tokyo still closed at 15:30: 06:30 to 14:30 UTC.
    assert "ended eight hours before" in told(report)


@pytest.mark.parametrize(
    ("session", "hours"),
    [("2025-03-07", "eight"), ("2025-03-10", "seven"), ("2025-03-31", "seven")],
)
def test_summer_time_brings_new_york_an_hour_nearer(session: str, hours: str) -> None:
    before = {"2025-03-07": "2025-03-06", "2025-03-10": "2025-03-07", "2025-03-31": "2025-03-28"}
    held = {day(before[session]): "100", day(session): "95"}
    report = report_of({"5803.T": held, "NVDA": held}, day(session), now=utc("2025-06-01T00:00"))
    assert f"ended {hours} hours before New York’s began" in told(report)


# --- what is still to come ---


def test_a_leg_to_come_says_when_it_opens() -> None:
    report = report_of(PAIR, now=utc("2025-01-27T22:00"))
    assert legs_of(report)[-1][:3] == (
        *("Tokyo, 28 Jan", "after New York", "opens 09:00 JST (00:00 UTC)"),
    )
    assert (
        "Tokyo’s session of the 28th opens at 09:00 JST (00:00 UTC), three hours after New York’s "
        "close, and can answer to all that came before."
    ) in told(report)
    assert (
        "28日の東京の取引は、ニューヨークの取引終了から3時間後の現地時間9時(00:00 UTC)に始まり、"
    ) in told(report, JA)
    # The chain is told as far as it has come.
    assert told(report, retelling=True).startswith(
        "In the order of the closes: Fujikura fell 10.00% before New York opened; "
        "NVIDIA fell 20.00%."
    )


def test_two_legs_to_come_are_both_said() -> None:
    report = report_of(PAIR, now=utc("2025-01-27T12:00"), provisional=True)
    assert [row[2] for row in legs_of(report)[1:]] == [
        *("opens 09:30 EST (14:30 UTC)", "opens 09:00 JST (00:00 UTC)"),
    ]
    assert "New York’s session of Monday 27 January opens at 09:30 EST (14:30 UTC)." in told(report)
    assert "In the order" not in told(report, retelling=True)


def test_a_leg_of_which_nothing_is_held_says_so() -> None:
    closes = {ticker: dict(list(held.items())[:2]) for ticker, held in PAIR.items()}
    report = report_of(closes)
    assert legs_of(report)[-1][2] == "opened 09:00 JST (00:00 UTC), no figures"
    assert "No figure is held of Tokyo’s session of Tuesday 28 January." in told(report)
    assert "28日の東京の数値はない。" in told(report, JA)


# --- the chain ---


def test_the_samples_chain(sample: Report) -> None:
    assert told(sample, retelling=True).startswith(
        "In the order of the closes: the 12 Tokyo AI shares fell a median 5.56% before New York "
        "opened; the 28 US chip, data-centre and power shares fell a median 18.63%; the 12 Tokyo "
        "AI shares then fell another 4.92%."
    )
    assert told(sample, JA, retelling=True).startswith(
        "取引終了の順に、東京のAI関連(12銘柄)はニューヨークの取引開始前に中央値で5.56%安、"
        "米国の半導体・データセンター・電力関連(28銘柄)は中央値で18.63%安、"
        "東京のAI関連はその後さらに4.92%安となった。"
    )


def chain(first: str, between: str, answer: str, count: int, words: Words) -> str:
    """Tell the chain of so many shares on each exchange, which all close alike."""
    tokyo = {ticker: three("100", first, answer) for ticker in TOKYO[:count]}
    new_york = {ticker: three("100", between) for ticker in NEW_YORK[:count]}
    said = told(report_of(tokyo | new_york), words, retelling=True)
    return re.split(r"(?<=。)|(?<=\.) ", said)[0]


@pytest.mark.parametrize(
    ("closes", "count", "en", "ja"),
    [
        (
            ("95", "90", "93.1"),
            1,
            (
                "Fujikura fell 5.00% before New York opened; NVIDIA fell 10.00%; "
                "Fujikura then fell another 2.00%."
            ),
            (
                "フジクラはニューヨークの取引開始前に5.00%安、エヌビディアは10.00%安、"
                "フジクラはその後さらに2.00%安となった。"
            ),
        ),
        (
            ("95", "100", "104.5"),
            2,
            (
                "the two watched Tokyo shares fell a median 5.00% before New York opened; the two "
                "watched New York shares were unchanged at the median; the two watched Tokyo "
                "shares "
                "then rose a median 10.00%."
            ),
            (
                "東京の対象銘柄(2銘柄)はニューヨークの取引開始前に中央値で5.00%安、"
                "ニューヨークの対象銘柄(2銘柄)は中央値で変わらず、東京の対象銘柄はその後10.00%高となった。"
            ),
        ),
        (
            ("100", "110", "100"),
            3,
            (
                "the three watched Tokyo shares were unchanged at the median before New York "
                "opened; "
                "the three watched New York shares rose a median 10.00%; the three watched "
                "Tokyo shares "
                "then were unchanged at the median."
            ),
            (
                "東京の対象銘柄(3銘柄)はニューヨークの取引開始前に中央値で変わらず、"
                "ニューヨークの対象銘柄(3銘柄)は中央値で10.00%高、東京の対象銘柄はその後変わらずとなった。"
            ),
        ),
        (
            ("100", "100", "105"),
            1,
            (
                "Fujikura was unchanged before New York opened; NVIDIA was unchanged; "
                "Fujikura then rose 5.00%."
            ),
            (
                "フジクラはニューヨークの取引開始前に変わらず、エヌビディアは変わらず、"
                "フジクラはその後5.00%高となった。"
            ),
        ),
    ],
)
def test_the_chain_of_one_two_and_three(
    closes: tuple[str, str, str], count: int, en: str, ja: str
) -> None:
    assert chain(*closes, count, EN) == f"In the order of the closes: {en}"
    assert chain(*closes, count, JA) == f"取引終了の順に、{ja}"


def test_of_sessions_to_come_it_is_told_by_the_timetable() -> None:
    """At 03:00 UTC Tokyo is still open, and New York opens eleven and a half hours later."""
    closes = {"5803.T": three("100", "90"), "NVDA": {FRIDAY: "100"}}
    report = report_of(closes, now=utc("2025-01-27T03:00"), provisional=True)
    said = told(report)
    assert "Tokyo’s session of the 27th closes eight hours before New York’s opens" in said
    assert "ended" not in said
    assert "始まる8時間前に終わる。" in told(report, JA)
    assert legs_of(report)[0][0] == "Tokyo, 27 Jan (still open)"
    assert legs_of(report, JA)[0][0] == "27日の東京(取引中)"


def test_an_answer_that_is_still_under_way_is_none_yet() -> None:
    """At 02:00 UTC on Tuesday Tokyo's second session is open, until 06:30 UTC."""
    tokyo = {ticker: three("100", "90", "80") for ticker in TOKYO}
    closes = tokyo | {ticker: three("100", "80") for ticker in NEW_YORK}
    report = report_of(closes, now=utc("2025-01-28T02:00"), provisional=True)
    assert legs_of(report)[2][0] == "Tokyo, 28 Jan (still open)"
    assert EN.say(report.dek[-1]).startswith("Tokyo went first")
    later = report_of(closes, now=utc("2025-01-28T07:00"))
    assert EN.say(later.dek[-1]) == "On the 28th, all three fell."
