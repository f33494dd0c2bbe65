"""What the document of a scan says, at none, one, two and many, in both languages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.scanned import ScanSettings, Skipped
from deepseek_shock.market.bars import Source
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Kind, Paragraph, Table
from deepseek_shock.report.moments import last_close_in
from deepseek_shock.report.provenance import source_name
from deepseek_shock.report.scan import SCREEN, build_scan
from tests.builders import MONDAY, make_scanned, scan_day, scan_move, scan_standing
from tests.report.scans import (
    COVID,
    CRASH,
    damaged,
    few,
    found,
    markets,
    nothing,
    one_session,
    unjudged,
)

if TYPE_CHECKING:
    from deepseek_shock.analysis.scanned import Scanned
    from deepseek_shock.report.model import ScanReport

EN, JA = Words(Language.EN), Words(Language.JA)
IDS = ("standing", "shocks", "sessions", "falls", "rises", "tickers", "unranked", "gaps", "method")


def built(findings: Scanned, rows: int | None = None) -> ScanReport:
    return build_scan(findings, "shock scan prices.parquet", rows)


def titles(findings: Scanned) -> tuple[str, str]:
    title = built(findings).title
    return EN.say(title), JA.say(title)


def tables(document: ScanReport, name: str) -> list[Table]:
    section = document.section(name)
    return [one for one in section.blocks if isinstance(one, Table)] if section else []


def grid(document: ScanReport, name: str, words: Words = EN) -> list[list[str]]:
    """Print a section's last table, its headings first."""
    table = tables(document, name)[-1]
    heads = [words.say(column.heading) for column in table.columns]
    cells = (zip(table.columns, row.cells, strict=True) for row in table.rows)
    return [heads, *([words.cell(column.kind, one) for column, one in row] for row in cells)]


def said(document: ScanReport, name: str, words: Words = EN) -> list[str]:
    """Say a section's sentences and entries."""
    section = document.section(name)
    lines: list[str] = []
    for block in section.blocks if section else ():
        if isinstance(block, Bullets):
            lines += [words.say(one) for one in block.entries]
        elif isinstance(block, Paragraph):
            lines.append(words.say_all(block.sentences))
    return lines


def asked(*days: tuple[int | None, dict[str, float]], session: date = MONDAY) -> Scanned:
    """Make a scan asked for a day of one or two calendars: ranks by the score, and figures."""
    standings = tuple(
        scan_standing(scan_day(session, calendar, **figures), rank)
        for calendar, (rank, figures) in zip(("XNYS", "XTKS"), days, strict=False)
    )
    return make_scanned([scan_day(CRASH, low=446), scan_day()], standings=standings)


# --- the head ---


@pytest.mark.parametrize(
    ("findings", "en", "ja"),
    [
        (
            asked((212, {})),
            (
                "27 January 2025: 8.00% of 500 New York tickers fell far more than usual, "
                "212th of 15,870 sessions by shock score"
            ),
            (
                "2025年1月27日、ニューヨーク上場500銘柄の8.00%が通常の範囲を大きく超えて下落、"
                "15,870営業日中212位"
            ),
        ),
        (
            asked((1, {"low": 446})),
            (
                "27 January 2025: 89.20% of 500 New York tickers fell far more than usual, the "
                "largest shock of 15,870 sessions"
            ),
            (
                "2025年1月27日、ニューヨーク上場500銘柄の89.20%が通常の範囲を大きく超えて下落、"
                "15,870営業日で最大"
            ),
        ),
        (
            asked((None, {"low": 0})),
            "27 January 2025: none of 500 New York tickers fell far more than usual",
            "2025年1月27日、ニューヨーク上場500銘柄に通常の範囲を大きく超える下落なし",
        ),
        (
            asked((None, {"low": 0, "judged": 20})),
            "27 January 2025: none of 20 New York tickers fell far more than usual",
            "2025年1月27日、ニューヨーク上場20銘柄に通常の範囲を大きく超える下落なし",
        ),
        (
            asked((212, {}), (12, {"low": 60})),
            (
                "27 January 2025: 12.00% of 500 Tokyo tickers (12th of 15,870 sessions) and "
                "8.00% of 500 New York tickers (212th of 15,870 sessions) fell far more than usual"
            ),
            (
                "2025年1月27日、東京上場500銘柄の12.00%(15,870営業日中12位)、ニューヨーク上場500銘柄の"
                "8.00%(15,870営業日中212位)が通常の範囲を大きく超えて下落"
            ),
        ),
        (
            asked((1, {}), (212, {"low": 60})),
            (
                "27 January 2025: 8.00% of 500 New York tickers (the most of 15,870 sessions) and "
                "12.00% of 500 Tokyo tickers (212th of 15,870 sessions) fell far more than usual"
            ),
            (
                "2025年1月27日、ニューヨーク上場500銘柄の8.00%(15,870営業日で最大)、東京上場500銘柄の"
                "12.00%(15,870営業日中212位)が通常の範囲を大きく超えて下落"
            ),
        ),
        (
            asked((None, {"low": 0}), (12, {"low": 60})),
            (
                "27 January 2025: 12.00% of 500 Tokyo tickers fell far more than usual, 12th of "
                "15,870 sessions by shock score"
            ),
            (
                "2025年1月27日、東京上場500銘柄の12.00%が通常の範囲を大きく超えて下落、"
                "15,870営業日中12位"
            ),
        ),
        (
            asked((None, {"judged": 0, "low": 0})),
            (
                "27 January 2025: 503 New York tickers moved −2.00% on average, the 300th lowest "
                "mean of 16,120 sessions"
            ),
            (
                "2025年1月27日、ニューヨーク上場503銘柄の平均騰落率は−2.00%、"
                "16,120営業日中300番目の低さ"
            ),
        ),
        (
            asked(),
            (
                "19 October 1987: 89.20% of 500 New York tickers fell far more than usual, the "
                "largest shock of 2 sessions"
            ),
            (
                "1987年10月19日、ニューヨーク上場500銘柄の89.20%が通常の範囲を大きく超えて下落、"
                "2営業日で最大"
            ),
        ),
        (
            one_session(),
            "27 January 2025: 8.00% of 500 New York tickers fell far more than usual",
            "2025年1月27日、ニューヨーク上場500銘柄の8.00%が通常の範囲を大きく超えて下落",
        ),
        (
            make_scanned([scan_day(judged=0, low=0)]),
            "27 January 2025: 503 New York tickers moved −2.00% on average",
            "2025年1月27日、ニューヨーク上場503銘柄の平均騰落率は−2.00%",
        ),
        (
            few(),
            "No session has 20 moves, and none is ranked",
            "騰落率が20銘柄以上ある営業日なし",
        ),
        (nothing(), "3 rows, and no move in them", "3行に騰落率なし"),
    ],
    ids=[
        *(
            "one",
            "largest",
            "calm",
            "calm of one",
            "two",
            "two, one the largest",
            "two, one calm",
            "mean",
            "no day",
        ),
        *("one session", "one session without z", "few", "nothing"),
    ],
)
def test_the_title_states_the_finding(findings: Scanned, en: str, ja: str) -> None:
    assert titles(findings) == (en, ja)


def test_without_a_calendar_tickers_and_days_are_counted() -> None:
    day = scan_day(calendar=None)
    findings = make_scanned(
        [scan_day(COVID, None, low=1), day],
        settings=ScanSettings(calendar="none"),
        standings=(scan_standing(day),),
    )
    assert titles(findings)[0] == (
        "27 January 2025: 8.00% of 500 tickers fell far more than usual, 212th of 15,870 days by "
        "shock score"
    )
    assert [EN.say(line) for line in built(findings).dateline] == [
        "No exchange: 2 days, 16 March 2020 to 27 January 2025",
        "No calendar: each move is against the row before",
    ]
    assert [JA.say(line) for line in built(findings).dateline] == [
        "取引所区分なし、2020年3月16日から2025年1月27日までの2日",
        "営業日カレンダーを使わず、データの前の行と比べた",
    ]
    assert said(built(findings), "method")[0].startswith("A move is the close over the close of")
    assert "no calendar was asked" in said(built(findings), "method")[0]


def test_the_head_says_what_was_gone_through() -> None:
    document = built(markets("XNYS", "XTKS"))
    # 1,321 weekdays from 6 January 2020 to 27 January 2025, twice.
    assert EN.say(document.kicker).endswith("· 503 tickers · 2,642 sessions")
    assert [EN.say(line) for line in document.dateline] == [
        "New York: 1,321 sessions, 6 January 2020 to 27 January 2025",
        "Tokyo: 1,321 sessions, 6 January 2020 to 27 January 2025",
        "Each ticker by the calendar of its exchange",
    ]


def test_of_many_calendars_one_line_tells() -> None:
    seven = ("XNYS", "XTKS", "XLON", "XPAR", "XETR", "XHKG", None)
    days = [scan_day(calendar=one) for one in seven]
    lines = built(make_scanned(days)).dateline
    assert EN.say(lines[0]) == "7 exchanges: 7 sessions, 27 January 2025 to 27 January 2025"
    assert JA.say(lines[0]) == "7市場の2025年1月27日から2025年1月27日までの7営業日"


@pytest.mark.parametrize(
    ("counts", "en", "ja"),
    [
        ((503, 503), "", ""),
        ((503, 19), "; one has 20 moves or more", "(うち20銘柄以上は1日)"),
        ((19, 3), "; none has 20 moves", "(20銘柄以上の日はない)"),
    ],
)
def test_how_many_sessions_are_ranked_is_said_where_not_all_are(
    counts: tuple[int, int], en: str, ja: str
) -> None:
    days = [scan_day(day, moves=n) for day, n in zip((COVID, MONDAY), counts, strict=True)]
    line = built(make_scanned(days)).dateline[0]
    assert EN.say(line) == f"New York: 2 sessions, 16 March 2020 to 27 January 2025{en}"
    assert JA.say(line) == f"ニューヨークは2020年3月16日から2025年1月27日までの2営業日{ja}"


def test_a_calendar_that_was_named_is_said() -> None:
    days = [scan_day()]
    for name, en, ja in (
        ("XTKS", "Sessions of Tokyo for every ticker", "営業日は全銘柄とも東京市場による"),
        ("XXXX", "Sessions of XXXX for every ticker", "営業日は全銘柄ともXXXX市場による"),
    ):
        line = built(make_scanned(days, settings=ScanSettings(calendar=name))).dateline[-1]
        assert (EN.say(line), JA.say(line)) == (en, ja)


def dek(findings: Scanned, words: Words = EN) -> str:
    return words.say_all(built(findings).dek)


def test_the_dek_says_what_the_title_does_not() -> None:
    crash, covid = scan_day(CRASH, low=446, mean=-0.1), scan_day(COVID, low=90, mean=-0.2)
    day = scan_day()
    two = make_scanned([crash, covid, day], standings=(scan_standing(day),))
    assert dek(two) == (
        "The largest shock was on 19 October 1987: 89.20% of 500 New York tickers fell far more "
        "than usual, and the mean move was −10.00%. The lowest mean move, −20.00%, was on 16 March "
        "2020 in New York."
    )
    assert dek(two, JA) == (
        "最大のショックは1987年10月19日で、ニューヨーク上場500銘柄の89.20%が通常の範囲を大きく超えて"
        "下落し、平均騰落率は−10.00%だった。平均騰落率が最も低かったのは2020年3月16日の"
        "ニューヨークの−20.00%。"
    )
    one = make_scanned([crash._replace(mean=-0.3), covid, day], standings=(scan_standing(day),))
    assert dek(one).endswith("and the mean move was −30.00%, the lowest of all sessions.")
    assert dek(one_session()) == ("Its mean move, −2.00%, was the lowest of all sessions, too.")
    assert dek(nothing()) == ""


def test_the_lowest_mean_has_its_day_where_more_than_one_day_is_told() -> None:
    sunday = make_scanned([scan_day(CRASH, mean=-0.1), scan_day()], asked=date(2025, 1, 26))
    assert dek(sunday).endswith(
        "fewer than 20 moves. The lowest mean move, −10.00%, was on 19 October 1987 in New York."
    )
    assert dek(sunday, JA).endswith(
        "平均騰落率が最も低かったのは1987年10月19日のニューヨークの−10.00%。"
    )
    day, other = scan_day(), scan_day(calendar="XTKS", low=1, mean=0.0)
    both = (scan_standing(day), scan_standing(other))
    assert dek(make_scanned([day, other], standings=both)) == (
        "The lowest mean move, −2.00%, was on 27 January 2025 in New York."
    )


def test_a_day_of_too_few_moves_is_said_not_to_be_ranked() -> None:
    sunday = make_scanned([scan_day(CRASH), scan_day()], asked=date(2025, 1, 26))
    assert dek(sunday).startswith("26 January 2025 is not ranked: it has fewer than 20 moves.")
    assert dek(sunday, JA).startswith("2025年1月26日は騰落率が20銘柄に満たず、順位の対象外。")
    assert built(sunday).section("standing") is None


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (0, "", ""),
        (
            1,
            "Not ranked: one move that looks like an unrecorded split or a slip.",
            "記録のない株式分割や誤りとみられる1件は順位に含めていない。",
        ),
        (
            1234,
            "Not ranked: 1,234 moves that look like unrecorded splits or slips.",
            "記録のない株式分割や誤りとみられる1,234件は順位に含めていない。",
        ),
    ],
)
def test_what_guards_refused_is_counted_in_the_dek(number: int, en: str, ja: str) -> None:
    one = one_session()
    findings = one._replace(counts=one.counts._replace(unranked=number))
    before = dek(one), dek(one, JA)
    assert dek(findings).removeprefix(before[0]).strip() == en
    assert dek(findings, JA).removeprefix(before[1]) == ja


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (
            1,
            "Nothing of one file is counted: it is damaged, or of another kind.",
            "1ファイルは破損しているか形式が異なり、集計に一切含めていない。",
        ),
        (
            2,
            "Nothing of two files is counted: they are damaged, or of another kind.",
            "2ファイルは破損しているか形式が異なり、集計に一切含めていない。",
        ),
    ],
)
def test_files_that_are_not_in_it_are_said(number: int, en: str, ja: str) -> None:
    lost = tuple(Skipped(f"{at}.csv", "has no rows") for at in range(number))
    findings = one_session()._replace(skipped=lost)
    assert dek(findings).endswith(en)
    assert dek(findings, JA).endswith(ja)
    cells = [row.cells for row in tables(built(findings), "gaps")[0].rows]
    said = [(file, EN.cell(Kind.PHRASE, why), JA.cell(Kind.PHRASE, why)) for file, why in cells]
    assert said == [(one.file, "has no rows", "データの行がない") for one in lost]


@pytest.mark.parametrize(
    ("moves", "en", "ja"),
    [
        (0, "None of the rows (900) gives a move.", "900行のどれからも騰落率は得られなかった。"),
        (
            1,
            "One move of 900 rows is ranked; 7 with a z.",
            "900行から得た騰落率1件を順位の対象とし、うち7件にz値がある。",
        ),
        (
            800,
            "800 moves of 900 rows are ranked; 7 with a z.",
            "900行から得た騰落率800件を順位の対象とし、うち7件にz値がある。",
        ),
    ],
)
def test_how_many_moves_are_held(moves: int, en: str, ja: str) -> None:
    one = one_session()
    counts = one.counts._replace(rows=900, moves=moves, judged=7)
    held = built(one._replace(counts=counts)).held
    assert (EN.say(held), JA.say(held)) == (en, ja)


# --- the tables ---


def test_the_sections_stand_in_their_order() -> None:
    ids = [section.id for section in built(found()).sections]
    assert ids == [*IDS, "reproduce"]
    assert [section.id for section in built(nothing()).sections] == ["gaps", "method", "reproduce"]


def test_shock_days_have_their_rank_and_score() -> None:
    days = [scan_day(CRASH, low=446, mean=-0.19, median=None), scan_day()]
    document = built(make_scanned(days))
    assert grid(document, "shocks") == [
        [
            "Rank",
            "Session",
            "Score",
            "z\u00a0≤\u00a0−3",
            "With z",
            "Mean",
            "Median",
            "Share that fell",
        ],
        ["1", "19 October 1987", "89.20%", "446", "500", "−19.00%", "n/a", "81.31%"],
        ["2", "27 January 2025", "8.00%", "40", "500", "−2.00%", "−1.75%", "81.31%"],
    ]
    assert said(document, "shocks") == [
        (
            "Score: of the tickers that have a z, the share whose z is −3 or less; z is the "
            "session’s log return less the mean of the 250 before it, over their standard "
            "deviation. Ranked are sessions in which 20 tickers or more have a z."
        )
    ]
    assert said(document, "shocks", JA) == [
        (
            "スコアは、z値のある銘柄のうちz値が−3以下の銘柄の割合。z値は、当日の対数収益率から直前250件の"
            "平均を引き、標準偏差で割った値。z値のある銘柄が20以上の営業日を対象とした。"
        )
    ]


def test_the_worst_sessions_have_counts_and_breadth() -> None:
    document = built(make_scanned([scan_day()]))
    assert grid(document, "sessions", JA) == [
        [
            *("順位", "取引日", "単純平均", "中央値", "銘柄数", "値下がり", "値上がり"),
            *("値下がりの割合", "z≤−3", "z値あり"),
        ],
        [*("1", "2025年1月27日", "−2.00%", "−1.75%", "503", "409", "91", "81.31%", "40", "500")],
    ]


def test_where_there_are_several_calendars_a_row_says_its_market() -> None:
    days = [scan_day(), scan_day(calendar="XTKS"), scan_day(calendar=None)]
    document = built(make_scanned(days, falls=(scan_move(calendar="XTKS"),)))
    assert [row[2] for row in grid(document, "shocks")] == [
        *("Market", "New York", "Tokyo", "no exchange")
    ]
    assert grid(document, "falls")[1][3] == "Tokyo"


def test_single_moves_have_both_closes_without_a_currency() -> None:
    old = scan_move("OLD", 0.0987612345, 0.197522469, session=CRASH, z=None)
    document = built(make_scanned([scan_day()], falls=(scan_move(), old), rises=(old,)))
    # 118.42 / 142.62 − 1 = −16.968 %
    assert grid(document, "falls") == [
        ["Rank", "Ticker", "Session", "Move", "Previous close", "Close", "z"],
        ["1", "NVDA", "27 January 2025", "−16.97%", "142.62", "118.42", "−5.2"],
        ["2", "OLD", "19 October 1987", "−50.00%", "0.19752", "0.098761", "n/a"],
    ]
    titles = [document.section(name) for name in ("falls", "rises")]
    assert [EN.say(one.title) for one in titles if one] == [
        "The 2 largest single falls",
        "The largest single rise",
    ]
    assert [JA.say(one.title) for one in titles if one] == [
        "1日の下落率上位2件",
        "1日の上昇率上位1件",
    ]


def test_of_the_tickers_the_deepest_are_shown() -> None:
    document = built(found())  # 503 tickers, 20 rows a table
    assert len(tables(document, "tickers")[0].rows) == 20
    assert said(document, "tickers") == [
        "20 of 503 tickers are shown; JSON, CSV and Parquet hold them all."
    ]
    assert said(built(found(), SCREEN), "tickers", JA) == [
        "503銘柄のうち10銘柄を載せた。全銘柄はJSON、CSV、Parquetに収めた。"
    ]
    assert said(built(one_session()), "tickers") == []


def test_a_screen_has_fewer_rows() -> None:
    document = built(found(), SCREEN)
    for name in ("shocks", "sessions", "falls", "rises", "tickers"):
        assert len(tables(document, name)[0].rows) == SCREEN
        assert len(tables(built(found()), name)[0].rows) == 20
    section = document.section("shocks")
    assert section
    assert EN.say(section.title) == "The 10 largest shocks by the score"


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (
            1,
            ["A guard refused one move; it is in no other figure."],
            ["異常値とみた1件は、ほかの数字に含めていない。"],
        ),
        (
            2,
            ["Guards refused 2 moves; they are in no other figure. The 1 largest are shown."],
            ["異常値とみた2件は、ほかの数字に含めていない。大きい順に1件を載せた。"],
        ),
    ],
)
def test_moves_that_are_not_ranked_have_their_reason(
    number: int, en: list[str], ja: list[str]
) -> None:
    findings = found()._replace(unranked=found().unranked[:1])
    findings = findings._replace(counts=findings.counts._replace(unranked=number))
    document = built(findings)
    assert said(document, "unranked") == en
    assert said(document, "unranked", JA) == ja
    assert grid(document, "unranked")[1] == [
        *("SPLIT", "27 January 2025", "−90.00%", "142.62", "14.26"),
        "the two closes stand in the ratio of a split that nobody recorded",
    ]


@pytest.mark.parametrize("close", [1e300, 2e5])
def test_a_move_that_is_none_has_no_digits(close: float) -> None:
    jump = scan_move("JUMP", close, 1e-300 if close > 1e6 else 1.0)
    document = built(make_scanned([scan_day()], unranked=(jump,)))
    assert grid(document, "unranked")[1][2] == "+100,000% or more"


def test_what_was_counted_stands_in_a_table() -> None:
    rows = dict(grid(built(found()), "gaps")[1:])
    assert rows["No move: no bar in the session before"] == "600"
    assert rows["Rows said twice: counted once"] == "4"
    assert rows["Rows with another close for the same day: none counts"] == "1"
    assert "Moves on days that no calendar reaches" not in rows
    assert [tables(built(nothing()), "gaps")[0].rows[at].cells[1] for at in range(3)] == [3, 3, 0]


def test_a_long_path_is_named_by_its_file() -> None:
    table = tables(built(damaged()), "gaps")[0]
    assert [column.kind for column in table.columns] == [Kind.GIVEN, Kind.REMARK]
    assert all("/data/very" not in str(row.cells[0]) for row in table.rows)


def test_the_method_says_what_it_does_not_say() -> None:
    lines = said(built(found()), "method")
    assert sum(line.startswith("It does not") for line in lines) == 6
    assert "may not be redistributed" in lines[-1]
    assert "foretells nothing" in " ".join(lines)
    assert "foretells nothing" not in " ".join(said(built(few()), "method"))


def test_the_standing_of_each_calendar_is_a_paragraph() -> None:
    lines = said(built(markets("XNYS", "XTKS")), "standing")
    assert [line.split(" had ")[0] for line in lines] == [
        "27 January 2025 in New York",
        "27 January 2025 in Tokyo",
    ]


# --- when ---


def test_its_day_is_the_one_asked_else_the_last_session() -> None:
    assert built(found()._replace(asked=CRASH)).day == CRASH
    assert built(found()).day == MONDAY
    source = Source("files", "a.csv", "", None, COVID, "")
    assert built(nothing()._replace(sources=(source,))).day == COVID
    assert built(nothing()).day == date.min


def test_a_message_is_dated_by_the_last_close() -> None:
    assert last_close_in(built(found())).isoformat() == "2025-01-27T21:00:00+00:00"
    both = make_scanned([scan_day(), scan_day(calendar="XTKS")])
    assert last_close_in(built(both)).isoformat() == "2025-01-27T21:00:00+00:00"
    past = built(make_scanned([scan_day(CRASH), scan_day()], asked=CRASH))
    assert last_close_in(past).isoformat() == "1987-10-19T20:00:00+00:00"
    sunday = built(make_scanned([scan_day()], asked=date(2025, 1, 26)))
    assert last_close_in(sunday).isoformat() == "2025-01-26T23:59:59+00:00"
    without = make_scanned([scan_day(calendar=None)])
    assert last_close_in(built(without)).isoformat() == "2025-01-27T23:59:59+00:00"


def test_a_history_without_z_has_no_shocks() -> None:
    document = built(unjudged())
    assert document.section("shocks") is None
    assert dek(unjudged()) == "The lowest mean move, −4.00%, was on 2 September 2024 in New York."


@pytest.mark.parametrize(
    ("findings", "en", "ja"),
    [
        (
            found(),
            "Market shocks, 27 January 2025: New York",
            "2025年1月27日の相場ショック(ニューヨーク)",
        ),
        (
            markets("XNYS", "XTKS"),
            "Market shocks, 27 January 2025: New York and Tokyo",
            "2025年1月27日の相場ショック(ニューヨーク、東京)",
        ),
        (
            markets("XNYS", "XTKS", "XLON"),
            "Market shocks, 27 January 2025, 3 exchanges",
            "2025年1月27日の相場ショック(3市場)",
        ),
        (markets(None), "Market shocks, 27 January 2025", "2025年1月27日の相場ショック"),
    ],
)
def test_the_page_has_a_short_name(findings: Scanned, en: str, ja: str) -> None:
    name = built(findings).name
    assert (EN.say(name), JA.say(name)) == (en, ja)
    assert len(en) <= 70  # a browser's window and a search engine show no more


def test_exchanges_without_a_rank_on_the_day_asked_are_said() -> None:
    king = date(2025, 1, 20)  # Martin Luther King’s day: New York is closed
    days = [
        *(scan_day(one, "XNYS") for one in (CRASH, MONDAY)),
        *(scan_day(one, "XTKS") for one in (king, MONDAY)),
        scan_day(king, "XLON", moves=3, judged=3, low=0, risers=1, fallers=2),
    ]
    one = make_scanned(days, asked=king, standings=(scan_standing(scan_day(king, "XTKS")),))
    assert dek(one).startswith(
        "No session that day: New York. Not ranked that day, with fewer than 20 moves: London."
    )
    assert dek(one, JA).startswith(
        "この日、ニューヨークは休場。この日、ロンドンは騰落率が20銘柄に満たず、順位の対象外。"
    )
    assert "No session that day" not in dek(one._replace(asked=None))


def test_files_were_written_and_not_retrieved() -> None:
    source = Source("files", "prices.csv", "2025-01-28T21:05:00Z", CRASH, MONDAY, "")
    name = source_name(source)
    assert EN.say(name) == (
        "Source: the user’s own files, last written 28 January 2025, 21:05 UTC."
    )
    assert JA.say(name) == ("データ: 利用者のファイル(最終更新2025年1月28日21時5分(UTC))。")
