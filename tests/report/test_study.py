"""What the document of a study says, at none, one, two and many, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.design import Design, Outcome
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import Overlap
from deepseek_shock.analysis.studywindows import leading_window, spread_in
from deepseek_shock.market.instrument import Text
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import Bullets, Kind, Paragraph, Table, phrase
from deepseek_shock.report.study import PAGE, SCREEN, build_study
from tests.report.studies import (
    DAY,
    DAYS,
    MONDAY,
    chips,
    event,
    group,
    made,
    many,
    none_usable,
    one_event,
    spans_only,
    study,
    unused,
    with_tests,
)

if TYPE_CHECKING:
    from deepseek_shock.analysis.study import Study
    from deepseek_shock.report.model import StudyReport
    from deepseek_shock.report.studyverdicts import Bounds

EN, JA = Words(Language.EN), Words(Language.JA)


def built(findings: Study, bounds: Bounds = PAGE) -> StudyReport:
    return build_study(findings, "shock study events.csv", bounds)


def dek(findings: Study, words: Words = EN) -> str:
    return words.say_all(built(findings).dek)


def tables(document: StudyReport, name: str) -> list[Table]:
    section = document.section(name)
    return [one for one in section.blocks if isinstance(one, Table)] if section else []


def said(document: StudyReport, name: str, words: Words = EN) -> list[str]:
    """Say a section's sentences and entries."""
    section = document.section(name)
    found: list[str] = []
    for block in section.blocks if section else ():
        if isinstance(block, Bullets):
            found += [words.say(one) for one in block.entries]
        elif isinstance(block, Paragraph):
            found.append(words.say_all(block.sentences))
    return found


# --- the head ---


@pytest.mark.parametrize(
    ("findings", "en", "ja"),
    [
        (
            chips(),
            "chips: mean abnormal return −7.44%, p < 0.0001",
            "chipsの平均異常収益率は−7.44%、p値0.0001未満",
        ),
        (
            one_event(),
            "chips: abnormal return −7.44%, p < 0.0001",
            "chipsの平均異常収益率は−7.44%、p値0.0001未満",
        ),
        (
            many(2),
            "Mean abnormal return: group 1 −7.44% and group 2 −7.24%",
            "平均異常収益率はgroup 1が−7.44%、group 2が−7.24%",
        ),
        (
            many(5),
            "Mean abnormal return of five groups: from −7.44% (group 1) to −6.64% (group 5)",
            "5グループの平均異常収益率、最も低いgroup 1の−7.44%から最も高いgroup 5の−6.64%まで",
        ),
        (
            spans_only(),
            "chips: mean abnormal return −7.54% over sessions 0 to +1, p < 0.0001",
            "chipsの平均異常収益率(0から+1営業日の累積)は−7.54%、p値0.0001未満",
        ),
        (none_usable(1), "The one event cannot be used", "1件のイベントは検定できず"),
        (
            none_usable(3),
            "None of three events can be used",
            "3件のイベントはいずれも検定できず",
        ),
    ],
    ids=["one group", "one event", "two", "five", "spans", "none of one", "none of three"],
)
def test_the_title_states_the_finding(findings: Study, en: str, ja: str) -> None:
    title = built(findings).title
    assert (EN.say(title), JA.say(title)) == (en, ja)


def test_the_head_says_what_was_studied() -> None:
    document = built(chips(DAYS))
    assert EN.say(document.kicker) == "Event study · nine events · nine instruments · one group"
    assert [EN.say(line) for line in document.dateline] == [
        "Market model on ^GSPC",
        "Estimation window: sessions −260 to −11, at least 60 returns",
        "Judged: sessions −5 to +5, sessions 0 to +1 cumulated and sessions −1 to +1 cumulated",
        "Simple returns; sessions of New York",
    ]
    assert [JA.say(line) for line in document.dateline] == [
        "市場モデル(比較指数は^GSPC)",
        "推定期間は−260から−11営業日、収益率が60以上あることを条件とした",
        "検定の対象は−5から+5営業日、0から+1営業日の累積、−1から+1営業日の累積",
        "収益率は単純収益率。営業日はニューヨーク市場による",
    ]


def test_without_a_calendar_nobody_is_named() -> None:
    document = built(chips()._replace(calendar=None, benchmarks=()))
    assert EN.say(document.dateline[0]) == "Market model"
    assert EN.say(document.dateline[-1]) == "Simple returns; sessions as the data have them"


# --- the lines ---


def test_where_the_tests_disagree_the_line_says_why() -> None:
    # The deviation of the nine ratios over √(1 − r̄) is 2.965, by the standard library.
    assert EN.say(built(chips()).dek[0]) == (
        "Mean abnormal return −7.44% (nine events); portfolio t = −4.58, p < 0.0001; "
        "Kolari–Pynnönen disagrees (t = −1.55, p = 0.161): standardized abnormal returns lie 3.0 "
        "times as far apart as the estimation window lets expect, so that their mean proves less."
    )
    assert JA.say(built(chips()).dek[0]) == (
        "平均異常収益率は−7.44%(9件)。ポートフォリオt検定はt値−4.58、p値0.0001未満。"
        "Kolari–Pynnönen検定の結論は異なる(t値−1.55、p値0.161)。"
        "標準化した異常収益率のばらつきが、推定期間から見込まれる大きさの3.0倍に及び、"
        "平均の確かさが下がるため。"
    )


def test_the_spread_is_that_of_the_ratios_over_what_is_expected() -> None:
    findings = chips()
    assert spread_in(findings, findings.groups[0], Window(0, 0)) == pytest.approx(2.9648, abs=1e-4)


def of_two(
    portfolio: tuple[float, float] | None,
    beside: tuple[float, float] | None,
    sars: tuple[float, float] = (-5, -4),
) -> Study:
    """Make a study of two events that lie √2 · .5/√(1 − .2545) = .819 apart."""
    events = [event(1, t=sars[0]), event(2, "AMD", t=sars[1])]
    return study([with_tests(group(used=2), made(portfolio, beside))], events)


@pytest.mark.parametrize(
    ("findings", "en", "ja"),
    [
        (
            of_two((-9.63, 1e-9), (-3.51, 0.0066)),
            "Kolari–Pynnönen agrees (t = −3.51, p = 0.0066): significant at 5%.",
            "Kolari–Pynnönen検定でも5%水準で有意(t値−3.51、p値0.0066)。",
        ),
        (
            of_two((-0.7, 0.48), (-0.46, 0.6581)),
            "Kolari–Pynnönen agrees (t = −0.46, p = 0.658): not significant at 5%.",
            "Kolari–Pynnönen検定でも5%水準で有意でない(t値−0.46、p値0.658)。",
        ),
        (
            of_two((-2.2, 0.03), (-2.01, 0.305)),
            "with two events Student’s t asks for more than 1.96.",
            "イベントが2件と少なく、t分布では1.96を上回る値を要するため。",
        ),
        (  # t of 5 % with eight degrees of freedom: 2.306, by printed tables
            of_two((-2.2, 0.03), (-1.9, 0.094), sars=(-2.5, -1)),
            (
                "with two events Student’s t asks for 2.31, and standardized abnormal returns lie "
                "1.23 times as far apart as the estimation window lets expect."
            ),
            (
                "イベントが2件ではt分布で2.31を上回る値を要し、標準化した異常収益率の散らばりは"
                "推定期間から見込まれる大きさの1.23倍であるため。"
            ),
        ),
        (
            of_two((-2.2, 0.03), (-1.2, 0.4)),
            "it measures each event by its own volatility, where the portfolio t weighs all alike.",
            "ポートフォリオt検定はすべてを同じ重みで扱うため。",
        ),
        (
            of_two((-2.2, 0.03), None),
            "Kolari–Pynnönen is not defined here (r̄ 0.255).",
            "Kolari–Pynnönen検定の値は定まらない(r̄は0.255)。",
        ),
        (
            of_two(None, (-2.2, 0.03)),
            "there is no portfolio t; Kolari–Pynnönen t = −2.20, p = 0.030.",
            "ポートフォリオt検定の値はない。Kolari–Pynnönen検定はt値−2.20、p値0.030。",
        ),
        (
            one_event(),
            "Kolari–Pynnönen needs two events.",
            "Kolari–Pynnönen検定にはイベントが2件要る。",
        ),
    ],
    ids=["both", "neither", "few", "slight", "weights", "undefined", "no portfolio", "one event"],
)
def test_what_kolari_and_pynnonen_say_beside_it(findings: Study, en: str, ja: str) -> None:
    line = built(findings).dek[0]
    assert EN.say(line).endswith(en)
    assert JA.say(line).endswith(ja)


def test_events_closer_together_than_expected_prove_more() -> None:
    events = [event(1, t=-2.1), event(2, "AMD", t=-2.0)]  # √2 · .05/.863 = .082 apart
    findings = study([with_tests(group(used=2), made((-1.5, 0.13), (-9, 0.03)))], events)
    assert "lie only 0.1 times as far apart" in dek(findings)
    assert "0.1倍にとどまり" in dek(findings, JA)


@pytest.mark.parametrize(
    ("correlation", "en"),
    [
        (None, "Kolari–Pynnönen cannot be had, since r̄ is not known."),
        (
            -0.6,
            "Kolari–Pynnönen cannot be had: by r̄, −0.600, the mean would have no variance.",
        ),
    ],
)
def test_why_there_is_no_kolari_pynnonen(correlation: float | None, en: str) -> None:
    one = with_tests(group(used=3), made(beside=None))._replace(correlation=correlation)
    findings = study([one], [event(1), event(2, "AMD"), event(3, "ARM")])
    assert EN.say(built(findings).dek[0]).endswith(en)


def test_a_span_is_told_beside_the_day() -> None:
    said_of = built(chips(DAYS)).dek[0]
    assert EN.say(said_of).endswith(
        "; −7.54% over sessions 0 to +1 (portfolio t = −4.58, p < 0.0001; Kolari–Pynnönen "
        "disagrees, p = 0.161)."
    )
    assert JA.say(said_of).endswith(
        "0から+1営業日の累積は−7.54%(ポートフォリオt検定のt値−4.58、p値0.0001未満、"
        "Kolari–Pynnönen検定の結論は異なりp値0.161)。"
    )


def test_several_groups_have_a_line_each() -> None:
    one, two = group("A", 9, 10), group("B", 0, 2)
    events = [event(place, group="A", t=-5 - place / 10) for place in range(9)]
    events += [unused(20, Outcome.TOO_FEW, "A")]
    events += [unused(21, Outcome.UNIT_MISSING, "B"), unused(22, Outcome.UNIT_MISSING, "B")]
    lines = said(built(study([one, two], events)), "verdicts")
    assert lines[0].startswith(
        "A: mean abnormal return −7.44% (9 of 10 events); portfolio t = −4.58"
    )
    assert lines[1] == (
        "B: none of two events can be used (most often: nothing is held of the instrument)."
    )
    lines = said(built(study([one, two], events)), "verdicts", JA)
    assert lines[0].startswith("Aの平均異常収益率は−7.44%(10件中9件)。")
    assert lines[1] == "Bは2件とも採用できない(この銘柄のデータがない)。"


# --- counts and clustering ---


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (
            0,
            "Of five groups, none has",
            "5グループのいずれも、ポートフォリオt検定(当日)では有意でない",
        ),
        (1, "Of five groups, one has", "5グループのうち1グループが"),
        (2, "Of five groups, two have", "5グループのうち2グループが"),
        (5, "All five groups have", "5グループのいずれも、ポートフォリオt検定(当日)で有意"),
    ],
)
def test_how_many_are_significant(number: int, en: str, ja: str) -> None:
    groups = [
        with_tests(group(f"g{at}", 2), made((-3, 0.01 if at < number else 0.5), (-3, 0.01)))
        for at in range(5)
    ]
    events = [event(at, group=f"g{at // 2}") for at in range(10)]
    findings = study(groups, events)
    assert dek(findings).startswith(en)
    assert dek(findings, JA).startswith(ja)


@pytest.mark.parametrize(
    ("left", "en", "ja"),
    [
        (0, "number of groups none remains.", "有意なものはない。"),
        (1, "number of groups one remains.", "有意なのは1グループ。"),
        (3, "number of groups all of these still are.", "Holm法でも変わらない。"),
    ],
)
def test_what_holm_leaves(left: int, en: str, ja: str) -> None:
    groups = [
        with_tests(group(f"g{at}", 1), made((-3, 0.01), (-3, 0.01)))._replace(
            holm=0.03 if at < left else 0.2
        )
        for at in range(3)
    ]
    findings = study(groups, [event(at, group=f"g{at}") for at in range(3)])
    assert en in dek(findings)
    assert ja in dek(findings, JA)


def test_events_of_one_day_are_warned_of() -> None:
    assert EN.say_all(built(chips()).dek[1:]) == (
        "The nine events share one session, 27 January 2025; with a mean correlation of their "
        "residuals (r̄) of 0.255 they are worth about three independent events. Tests that ignore "
        "this reject too often: Patell and Boehmer–Musumeci–Poulsen. Rely on the portfolio t, "
        "Kolari–Pynnönen and the rank tests, on GRANK-T with ten events at least."
    )
    assert JA.say_all(built(chips()).dek[1:]) == (
        "9件はいずれも同じ取引日(2025年1月27日)に当たる。残差の平均相関(r̄)は0.255で、"
        "独立なイベントに換算すると約3件に当たる。これを考慮しない検定は有意と判定しすぎる"
        "(Patell検定、Boehmer–Musumeci–Poulsen検定)。ポートフォリオt検定、"
        "Kolari–Pynnönen検定、順位検定(GRANK-Tは10件以上の場合)を見る必要がある。"
    )


@pytest.mark.parametrize(
    ("correlation", "en", "ja"),
    [
        # 1 + 2r̄ is 1.006, then 1.8: of a test that ignores it the variance is that many times.
        (0.003, "near nought (r̄ 0.003): tests that ignore it lose little.", "誤差も小さい。"),
        (0.4, "correlated all the same (r̄ 0.400): tests that", "有意と判定しすぎる。"),
    ],
)
def test_events_of_several_days_need_no_warning_where_r_is_small(
    correlation: float, en: str, ja: str
) -> None:
    events = [event(at, f"T{at}")._replace(session=MONDAY + timedelta(days=at)) for at in range(3)]
    findings = study([group(used=3)._replace(correlation=correlation)], events)
    assert "The three events fall on three sessions." in dek(findings)
    assert en in dek(findings)
    assert dek(findings, JA).endswith(ja)


def test_groups_that_have_a_day_each_are_warned_of() -> None:
    later = MONDAY + timedelta(days=1)
    events = [event(1, group="A"), event(2, "AMD", "A")]
    events += [event(at, group="B")._replace(session=later) for at in (3, 4)]
    both = study([group("A", 2), group("B", 2)], events)
    assert (
        "In each group the events share one session; the mean correlation of their residuals, r̄, "
        "is 0.255. Tests that ignore this"
    ) in dek(both)
    some = study(
        [group("A", 2), group("B", 2)],
        [*events[:3], events[3]._replace(session=later + timedelta(days=1))],
    )
    assert "In A the events of the group share one session." in dek(some)


@pytest.mark.parametrize(
    ("used", "asked", "en", "ja"),
    [
        (1, 1, "The one event is used.", "イベント1件を採用した。"),
        (2, 2, "Both events are used.", "イベントは2件とも採用した。"),
        (3, 3, "All three events are used.", "イベントは3件すべてを採用した。"),
        (0, 3, "No event is used.", "採用したイベントはない。"),
        (1, 3, "One of three events is used.", "イベント3件のうち1件を採用した。"),
        (2, 12, "2 of 12 events are used.", "イベント12件のうち2件を採用した。"),
    ],
)
def test_how_many_events_are_used(used: int, asked: int, en: str, ja: str) -> None:
    events = [event(at) for at in range(used)]
    events += [unused(at, Outcome.TOO_FEW) for at in range(used, asked)]
    held = built(study([group(used=used, asked=asked)], events)).held
    assert (EN.say(held), JA.say(held)) == (en, ja)


@pytest.mark.parametrize(
    ("key", "n", "en", "ja"),
    [
        ("events", 1, "one event", "1件"),
        ("events", 26, "26 events", "26件"),
        ("instruments", 1, "one instrument", "1銘柄"),
        ("instruments", 2, "two instruments", "2銘柄"),
        ("groups", 40, "40 groups", "40グループ"),
        ("more_groups", 1, "one more group", "ほか1グループ"),
        ("more_benchmarks", 5, "five more", "ほか5"),
        ("more_overlaps", 1, "One more shock lies in these windows.", "ほかに1件が含まれる。"),
        ("method_moved", 1, "One date was no session: the next session is 0.", None),
        ("repeated", 2, "2 rows name an instrument and a date again within their group;", None),
    ],
)
def test_counts_have_their_words(key: str, n: int, en: str, ja: str | None) -> None:
    one = phrase(f"study.{key}", n=n)
    assert EN.say(one).startswith(en)
    assert ja is None or JA.say(one) == ja


def test_power_is_said_of_small_groups() -> None:
    assert said(built(chips()), "verdicts") == [
        (
            "With nine events the chance of finding a mean abnormal return at the 5% level is "
            "9% for one of 1.00%, 21% for one of 2.00% and 80% for one of 4.52%. A large p is "
            "then no proof that there was no effect."
        )
    ]
    assert said(built(chips()), "verdicts", JA)[0].startswith(
        "イベントが9件の場合の検出力(5%水準)は、1.00%の異常収益率なら9%、"
    )


# --- tables ---


def test_results_leave_out_what_no_group_has() -> None:
    (table,) = tables(built(one_event()), "results")
    headings = [EN.say(column.heading) for column in table.columns]
    assert headings == [
        *("Group", "Events", "AAR", "Portfolio t", "p", "Rank z", "Rank p", "GRANK t", "GRANK p")
    ]


def test_every_span_has_its_results_where_groups_are_few() -> None:
    assert len(tables(built(many(3, DAYS)), "results")) == 3
    assert len(tables(built(many(41, DAYS)), "results")) == 1
    assert said(built(many(41, DAYS)), "results") == [
        "The other two windows stand in JSON and CSV."
    ]


@pytest.mark.parametrize(("bounds", "shown"), [(SCREEN, 40), (PAGE, 200)])
def test_the_groups_are_cut(bounds: Bounds, shown: int) -> None:
    names = [f"g{at}" for at in range(300)]
    events = [event(at, group=name) for at, name in enumerate(names)]
    document = built(study([group(name, used=1) for name in names], events), bounds)
    (table,) = tables(document, "results")
    assert len(table.rows) == shown
    assert said(document, "results") == [
        f"{shown} of 300 groups are shown; JSON and CSV hold them all."
    ]


@pytest.mark.parametrize(("bounds", "shown"), [(SCREEN, 12), (PAGE, 200)])
def test_the_events_are_cut_the_farthest_first(bounds: Bounds, shown: int) -> None:
    events = [event(at, f"T{at}", t=at / 100) for at in range(1, 301)]
    document = built(study([group(used=300)], events), bounds)
    (table,) = tables(document, "events")
    assert len(table.rows) == shown
    assert table.rows[0].cells[:2] == ("e300", "T300")
    assert said(document, "events") == [
        (
            f"{shown} of 300 events are shown, those with t farthest from zero; JSON and CSV hold "
            "them all."
        )
    ]


def test_all_tests_say_whether_they_keep_the_correlation() -> None:
    (table,) = tables(built(chips()), "tests")
    keeps = {
        EN.cell(Kind.PHRASE, row.cells[0]): EN.cell(Kind.PHRASE, row.cells[-1])
        for row in table.rows
    }
    assert keeps == {
        "Portfolio t, forecast error included": "yes",
        "Kolari–Pynnönen": "yes",
        "Corrado–Zivney rank": "yes",
        "GRANK-T": "yes",
        "Patell": "no",
        "Boehmer–Musumeci–Poulsen": "no",
    }


def test_what_could_not_be_used_is_said_with_its_reason() -> None:
    events = [
        event(1),
        event(2, "AMD"),
        *(unused(at, one) for at, one in enumerate(Outcome, 10) if one is not Outcome.SUCCESS),
    ]
    document = built(study([group(used=2, asked=len(events))], events))
    counts, rows = tables(document, "gaps")
    assert [row.cells[2] for row in counts.rows] == [str(one) for one in Outcome]
    assert [row.cells[1] for row in counts.rows] == [2, *(1 for _ in list(Outcome)[1:])]
    assert len(rows.rows) == len(Outcome) - 1
    section = document.section("gaps")
    assert section
    number = len(events) - 2
    assert EN.say(section.title) == f"{number} of {number + 2} events cannot be used"


def test_all_used_is_no_section_of_its_own() -> None:
    assert built(chips()).section("gaps") is None
    assert built(chips()).section("overlaps") is None


def test_what_else_lies_in_the_windows() -> None:
    carry = Overlap("yen", Text("Yen carry", "円キャリー"), "XNYS", date(2024, 8, 5), True)
    findings = chips()._replace(overlaps=(carry, carry), crowded_estimations=1, repeated=2)
    assert said(built(findings), "overlaps") == [
        "Yen carry: 5 August 2024 (New York) lies in an estimation window.",
        (
            "The estimation window of one event holds judged sessions of another event of its "
            "instrument: its σ may be too large."
        ),
        "2 rows name an instrument and a date again within their group; they count.",
    ]


def test_the_method_names_what_is_never_relied_on_alone() -> None:
    lines = said(built(chips()), "method")
    assert (
        "These take events for independent, stand here for comparison and are never relied on "
        "alone: Patell and Boehmer–Musumeci–Poulsen."
    ) in lines
    assert any(line.startswith("A small p says that the benchmark and chance") for line in lines)


def test_the_window_that_leads_is_the_day_then_a_span() -> None:
    assert leading_window(chips(DAYS)) == Window(0, 0)
    assert leading_window(spans_only()) == Window(0, 1)
    later = Design(event=Window(1, 3))
    assert leading_window(chips(later)) == Window(1, 1)
    assert leading_window(chips(later._replace(spans=(Window(1, 2),)))) == Window(1, 2)
    assert leading_window(none_usable()) == Window(0, 0)


def test_the_date_is_that_of_the_latest_session() -> None:
    moved = event(2, "AMD")._replace(day=MONDAY, session=MONDAY + timedelta(days=1))
    assert built(study([group(used=2)], [event(1), moved], DAY)).day == date(2025, 1, 28)
