"""How unusual the day was: every sentence, right at none, one, two and many, in both languages.

The figures of 27 January 2025 stand beside what an economist worked out apart from this code, from
the same histories: US chips −7.44 %, portfolio t −4.58, Kolari–Pynnönen −1.55 (p 0.161), r̄ 0.2545,
standardized abnormal returns −5.1 −5.0 −5.0 −5.2 −2.9 −1.2 −1.1 0.3 1.3, spread 2.98.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from deepseek_shock.analysis.breadth import Breadth
from deepseek_shock.analysis.design import (
    BenchmarkKind,
    Cumulated,
    Design,
    Model,
    Outcome,
    Power,
    Statistic,
    StatisticName,
)
from deepseek_shock.analysis.disagreement import Reason, find_disagreement, is_significant
from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.paths import Window
from deepseek_shock.analysis.significance import (
    GroupJudged,
    GroupSpan,
    Judged,
    Overlap,
    Significance,
)
from deepseek_shock.market.event import Group
from deepseek_shock.market.instrument import Text, make_instrument
from deepseek_shock.pipeline import Request, make_report
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.testnumbers import p_said_en, p_said_ja, p_value
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report import testmethod
from deepseek_shock.report.model import Bullets, Paragraph, Report, Section, Table
from deepseek_shock.report.significance import significance
from deepseek_shock.report.tables import BESIDE, Cut
from tests.builders import LONG_AFTER, MONDAY, day

if TYPE_CHECKING:
    from collections.abc import Sequence

EN, JA = Words(Language.EN), Words(Language.JA)
KNOWN = Registry(sample_directory())
SHORT = Cut(top=12, beside=BESIDE)
FIRST, LAST = day("2024-01-11"), day("2025-01-08")
TICKERS = ("NVDA", "AVGO", "TSM", "MRVL", "MU", "AMD", "ARM", "INTC", "QCOM")


@cache
def sample(date: str = "2025-01-27", cut: Cut = Cut()) -> Report:  # noqa: B008 -- frozen
    return make_report(Request(LONG_AFTER, day(date), cut=cut), KNOWN, Sample())


# --- values by hand ---


def group(number: int, name: str = "chips") -> Group:
    members = tuple(make_instrument(ticker) for ticker in TICKERS[:number])
    title = Text("US chips" if name == "chips" else name, "米半導体" if name == "chips" else name)
    return Group(name, title, title, members)


def made_tests(
    portfolio: tuple[float | None, float | None],
    adjusted: tuple[float | None, float | None],
    number: int,
    rank: float | None = None,
) -> tuple[Statistic, ...]:
    made = (
        Statistic(StatisticName.PORTFOLIO, *_placed(portfolio, 249)),
        Statistic(StatisticName.KOLARI_PYNNONEN, *_placed(adjusted, number - 1)),
    )
    return made if rank is None else (*made, Statistic(StatisticName.CORRADO_ZIVNEY, 1, None, rank))


def _placed(
    made: tuple[float | None, float | None], df: int
) -> tuple[float | None, int, float | None]:
    value, p = made
    return value, df, p


def judged_group(
    number: int = 5,
    aar: float = -0.05,
    portfolio: tuple[float | None, float | None] = (-3.0, 0.003),
    adjusted: tuple[float | None, float | None] = (-3.0, 0.04),
    **more: Any,  # noqa: ANN401 -- whatever the value holds
) -> GroupJudged:
    given: dict[str, Any] = {
        "asked": number,
        "used": number,
        "locked": 0,
        "as_large": 0,
        "last_as_large": None,
        "correlation": 0.2,
        "spread": 1.0,
        "sd": 0.0167,
        "benchmark": "^GSPC",
        "group": group(number),
        **more,
    }
    rank = given.pop("rank", None)
    return GroupJudged(
        session=MONDAY,
        sessions=250,
        first=FIRST,
        last=LAST,
        aar=aar,
        tests=made_tests(portfolio, adjusted, number, rank),
        **given,
    )


def judged(
    ticker: str,
    t: float,
    expected: float = -0.01,
    se: float = 0.02,
    **more: Any,  # noqa: ANN401 -- whatever the value holds
) -> Judged:
    return Judged(
        make_instrument(ticker),
        MONDAY,
        Outcome.SUCCESS,
        benchmark="^GSPC",
        sessions=250,
        first=FIRST,
        last=LAST,
        expected=expected,
        abnormal=t * se,
        se=se,
        t=t,
        df=248,
        p=0.01,
        **more,
    )


def found(
    *groups: GroupJudged,
    shares: Sequence[Judged] = (),
    design: Design = Design(),  # noqa: B008 -- frozen
    **more: Any,  # noqa: ANN401 -- whatever the value holds
) -> Findings:
    findings = sample().findings
    return findings._replace(
        inquiry=findings.inquiry._replace(design=design),
        significance=Significance(design, tuple(shares), groups, **more),
    )


def section_of(findings: Findings, cut: Cut = Cut()) -> Section:  # noqa: B008 -- frozen
    section = significance(findings, cut)
    assert section is not None
    return section


def lines(section: Section, words: Words) -> list[str]:
    blocks = [block for block in section.blocks if isinstance(block, Bullets)]
    return [words.say(entry) for block in blocks for entry in block.entries]


def line(one: GroupJudged, words: Words = EN, **more: Any) -> str:  # noqa: ANN401 -- as `found`
    """Say the one group, whose members expected −1 % unless it says otherwise."""
    if "shares" not in more:
        expected = more.pop("expected", -0.01)
        members = one.group.members
        sars = more.pop("sars", [one.aar / 0.02] * len(members))
        more["shares"] = [
            judged(member.ticker, t, expected=expected)
            for member, t in zip(members, sars, strict=True)
        ]
    (said,) = lines(section_of(found(one, **more)), words)
    return said


def beside(section: Section, words: Words) -> str:
    said = [
        words.say_all(block.sentences) for block in section.blocks if isinstance(block, Paragraph)
    ]
    return "\n".join(said)


def tables(section: Section, words: Words = EN) -> list[list[list[str]]]:
    return [
        [
            [words.say(column.heading) for column in block.columns],
            *(
                [
                    words.cell(column.kind, cell)
                    for column, cell in zip(block.columns, row.cells, strict=True)
                ]
                for row in block.rows
            ),
        ]
        for block in section.blocks
        if isinstance(block, Table)
    ]


# --- the sample, in full ---

CHIPS = (
    "US chips fell a mean 7.44% beyond what the S&P 500 explains, more than on any of the 250 "
    "sessions of the estimation window (p < 0.0001). Kolari–Pynnönen disagrees at 5% (p = 0.161): "
    "the nine did not fall alike. Their standardized abnormal returns, from −5.2 to +1.3, spread "
    "2.98 times as widely as the estimation window lets expect; with nine shares a common fall is "
    "not established by that test."
)
CHIPS_JA = (
    "米半導体は、S&P500で説明できる分を除いても平均7.44%の下落となった。推定期間の250営業日のどの日"
    "よりも大きい(p値0.0001未満)。5%水準では、Kolari–Pynnönen検定の結論が異なる(p値0.161)。"
    "9銘柄の下げ方がそろっていないためで、標準化した異常収益率は−5.2から+1.3に及び、散らばりは推定"
    "期間から見込まれる大きさの2.98倍。この検定では、9銘柄に共通する下げがあったとまではいえない。"
)


def test_the_chips_of_the_sample() -> None:
    section = sample().section("significance")
    assert section is not None
    assert next(one for one in lines(section, EN) if "chips" in one).startswith(CHIPS)
    assert next(one for one in lines(section, JA) if "米半導体" in one).startswith(CHIPS_JA)


def test_the_other_groups_of_the_sample() -> None:
    section = sample().section("significance")
    assert section is not None
    said = "\n".join(lines(section, EN))
    # Data centre: −17.15 % over 202 sessions. Tokyo AI: −6.20 %, though its shares fell 5.73 %.
    assert (
        "US data-centre fell a mean 17.15% beyond what the S&P 500 explains, more than on any of "
        "the 202 sessions of the estimation window (p < 0.0001)."
    ) in said
    assert (
        "Tokyo AI ended a mean 6.20% below what the TOPIX explains, more than on any of the 250 "
        "sessions of the estimation window (p < 0.0001)."
    ) in said
    # Tokyo power: two shares, p 0.03 and 0.305. It fell short of the worst session: not counted.
    assert (
        "Tokyo power ended a mean 3.36% below what the TOPIX explains (p = 0.030). Adjusted for "
        "the number of groups (Holm), p = 0.090: no longer significant at 5%. Kolari–Pynnönen "
        "disagrees at 5% (p = 0.305): with two shares it has one degree of freedom, and its t of "
        "−1.93 would have to lie further from zero."
    ) in said
    assert "US platforms fell, but a mean 0.22% less than what the S&P 500 explains: not " in said
    assert len(lines(section, EN)) == len(lines(section, JA)) == 7


def test_the_sample_says_where_its_estimates_come_from() -> None:
    section = sample().section("significance")
    assert section is not None
    said = beside(section, EN)
    assert (
        "The estimation window contains the shock of 5 August 2024 (Yen-carry unwind), which "
        "widens the deviations. The estimates came with the sample; rank tests need the residuals "
        "themselves, which it does not hold."
    ) in said
    assert "The mean correlation r̄ is negative for Tokyo others: " in said
    assert "2024年8月5日の令和のブラックマンデーが含まれ、標準偏差を押し上げている。" in beside(
        section, JA
    )


def test_the_table_of_the_sample() -> None:
    section = sample().section("significance")
    assert section is not None
    groups, shares = tables(section)
    assert groups[0] == [
        *("Group", "N", "Mean", "Mean abnormal return", "t", "p", "Holm p", "KP t", "KP p", "r̄"),
    ]
    chips = next(row for row in groups if row[0] == "US chips")
    assert chips == [
        *("US chips", "9", "−10.91%", "−7.44%", "−4.58", "<0.0001", "<0.0001", "−1.55", "0.161"),
        "0.254",
    ]
    assert shares[0] == ["Share", "Move", "Expected", "Abnormal return", "t", "p"]
    assert len(shares) == 57
    nvidia = next(row for row in shares if row[0] == "NVIDIA (NVDA)")
    # −16.97 % less what the market model lets expect of a day on which the S&P 500 fell 1.46 %.
    assert nvidia[1:4] == ["−16.97%", "−3.71%", "−13.26%"]


def test_a_short_page_without_a_group_has_the_shares() -> None:
    tickers = ("NVDA", "5803.T", "6857.T")
    asked = Request(LONG_AFTER, MONDAY, tickers=tickers, benchmarks=("^GSPC", "^TOPX"), cut=SHORT)
    section = make_report(asked, KNOWN, Sample()).section("significance")
    assert section is not None
    ((heads, *rows),) = tables(section)
    assert heads[-2:] == ["t", "p"]
    # t by numpy on the facts' alpha, beta and deviations: -5.13, -3.66, -3.21.
    assert [row[-2] for row in rows] == ["−5.13", "−3.66", "−3.21"]


def test_a_short_page_tells_the_groups_of_the_event_and_no_shares() -> None:
    section = sample(cut=SHORT).section("significance")
    assert section is not None
    assert lines(section, EN) == []
    said = beside(section, EN)
    assert "US chips fell a mean 7.44% beyond what the S&P 500 explains" in said
    told, power = said.split("Power is 80%")
    assert [name for name in ("US power", "Tokyo AI", "US platforms") if name in told] == [
        *("US power", "Tokyo AI"),
    ]
    assert "8.32% (US power), 4.75% (US chips)" in power
    assert "(US platforms)" in power  # a small group, which the table alone has
    assert said.endswith(
        "The estimates came with the sample. p speaks of chance, not of causes, and is too small "
        "for a group picked because it moved."
    )
    (groups,) = tables(section)
    assert len(groups) == 8


def test_without_an_event_a_short_page_tells_those_that_chance_explains_worst() -> None:
    section = sample("2025-01-28", SHORT).section("significance")
    assert section is not None
    said = beside(section, EN)
    assert "Tokyo power ended a mean 6.88% below" in said
    assert "US data-centre" not in said


# --- which way, how far ---


@pytest.mark.parametrize(
    ("aar", "expected", "en", "ja"),
    [
        (
            -0.05,
            -0.01,
            (
                "US chips fell a mean 5.00% beyond what the S&P 500 explains, more than on any of "
                "the 250 sessions of the estimation window (p = 0.0030)."
            ),
            (
                "米半導体は、S&P500で説明できる分を除いても平均5.00%の下落となった。"
                "推定期間の250営業日のどの日よりも大きい(p値0.0030)。"
            ),
        ),
        (
            0.05,
            0.01,
            "US chips rose a mean 5.00% beyond what the S&P 500 explains, more",
            "米半導体は、S&P500で説明できる分を除いても平均5.00%の上昇となった。",
        ),
        (
            -0.05,
            0.01,
            "US chips ended a mean 5.00% below what the S&P 500 explains, more",
            "米半導体は、S&P500で説明できる水準を平均5.00%下回った。",
        ),
        (
            0.05,
            -0.01,
            "US chips ended a mean 5.00% above what the S&P 500 explains, more",
            "米半導体は、S&P500で説明できる水準を平均5.00%上回った。",
        ),
        (
            0.05,
            -0.10,
            (
                "US chips fell, but a mean 5.00% less than what the S&P 500 explains, a gap seen "
                "on none of the 250 sessions of the estimation window (p = 0.0030)."
            ),
            (
                "米半導体の下げは、S&P500で説明できる分より平均5.00%小さかった。"
                "推定期間の250営業日に、これほどの差はなかった(p値0.0030)。"
            ),
        ),
        (
            -0.05,
            0.10,
            "US chips rose, but a mean 5.00% less than what the S&P 500 explains, a gap seen on",
            "米半導体の上げは、S&P500で説明できる分より平均5.00%小さかった。",
        ),
        (
            -0.05,
            0.05,
            "US chips ended a mean 5.00% below what the S&P 500 explains, more",
            "米半導体は、S&P500で説明できる水準を平均5.00%下回った。",
        ),
        (
            -0.05,
            0.0,
            "US chips fell a mean 5.00% beyond what the S&P 500 explains, more",
            "米半導体は、S&P500で説明できる分を除いても平均5.00%の下落となった。",
        ),
    ],
    ids=[
        *("fall", "rise", "below", "above", "less of a fall", "less of a rise", "unmoved"),
        "all of a fall",
    ],
)
def test_which_way_a_group_went(aar: float, expected: float, en: str, ja: str) -> None:
    one = judged_group(aar=aar)
    assert line(one, expected=expected).startswith(en)
    assert line(one, JA, expected=expected).startswith(ja)


@pytest.mark.parametrize(("risers", "step"), [(3, 1), (40, -1)], ids=["fall", "rise"])
def test_the_furthest_the_days_way_stand_first(risers: int, step: int) -> None:
    shares = [judged("NVDA", -2), judged("AMD", 2)]
    groups = [
        judged_group(aar=-0.05, group=group(2, "down")),
        judged_group(aar=0.05, group=group(2, "up")),
    ]
    findings = found(*groups, shares=shares)._replace(breadth=Breadth(risers, 20, 0, 0))
    section = section_of(findings)
    said = [[one.split()[0] for one in lines(section, EN)]]
    said += [[row[0] for row in table[1:]] for table in tables(section)]
    expected = [["down", "up"], ["down", "up"], ["NVDA", "AMD"]]
    assert said == [one[::step] for one in expected]


@pytest.mark.parametrize(
    ("as_large", "en", "ja"),
    [
        (
            1,
            (
                "explains, a size seen on one of the 250 sessions of the estimation window, 5 "
                "August 2024 (p"
            ),
            "推定期間の250営業日のうち1日で同等以上、直近は2024年8月5日(p値",
        ),
        (
            2,
            (
                "explains, a size seen on two of the 250 sessions of the estimation window, last "
                "on 5 August 2024 (p"
            ),
            "推定期間の250営業日のうち2日で同等以上、直近は2024年8月5日(p値",
        ),
        (12, "explains, a size seen on 12 of the 250 sessions", "250営業日のうち12日で同等以上"),
        (None, "explains (p = 0.0030).", "下落となった(p値0.0030)。"),
    ],
    ids=["one", "two", "many", "unknown"],
)
def test_how_often_it_went_as_far(as_large: int | None, en: str, ja: str) -> None:
    one = judged_group(as_large=as_large, last_as_large=day("2024-08-05"))
    assert en in line(one)
    assert ja in line(one, JA)


def test_what_is_not_significant_is_not_told_from_the_ordinary() -> None:
    one = judged_group(
        portfolio=(-0.6, 0.54),
        adjusted=(-0.5, 0.64),
        as_large=60,
        last_as_large=day("2025-01-03"),
        power=(Power(0.0498, 0.8), Power(0.01, 0.09), Power(0.02, 0.253)),
    )
    assert line(one) == (
        "US chips fell a mean 5.00% beyond what the S&P 500 explains, a size seen on 60 of the 250 "
        "sessions of the estimation window, last on 3 January 2025: not distinguishable from the "
        "ordinary (p = 0.540). Power: with five shares and r̄ = 0.200 the test finds a mean "
        "abnormal return of 1.00% in 9%, of 2.00% in 25% and of 4.98% in 80% of cases."
    )
    assert line(one, JA) == (
        "米半導体は、S&P500で説明できる分を除いても平均5.00%の下落となったが、通常の値動きと区別できない"
        "(p値0.540、推定期間の250営業日のうち60日で同等以上、直近は2025年1月3日)。"
        "検出力は、5銘柄(r̄ 0.200)の検定で、平均異常収益率が1.00%なら9%、"
        "2.00%なら25%、4.98%なら80%。"
    )
    unknown = judged_group(portfolio=(-0.6, 0.54), adjusted=(-0.5, 0.64), as_large=None)
    assert line(unknown).endswith("explains: not distinguishable from the ordinary (p = 0.540).")
    assert line(unknown, JA).endswith("下落となったが、通常の値動きと区別できない(p値0.540)。")


def test_a_group_of_one_is_that_share() -> None:
    one = judged_group(
        1, correlation=None, spread=None, adjusted=(None, None), power=(Power(0.02, 0.17),)
    )
    assert line(one) == (
        "NVDA fell 5.00% beyond what the S&P 500 explains, more than on any of the 250 sessions of "
        "the estimation window (p = 0.0030). Power: with one share the test finds an abnormal "
        "return of 2.00% in 17% of cases."
    )
    assert line(one, JA).startswith("NVDAは、S&P500で説明できる分を除いても5.00%の下落となった。")
    assert "検出力は、1銘柄の検定で異常収益率が2.00%なら17%。" in line(one, JA)
    section = section_of(found(one, shares=[judged("NVDA", -2.5)]))
    assert tables(section) == []  # the line has said it
    assert "Kolari" not in beside(section, EN)


def test_a_statistic_that_is_undefined_gives_no_p() -> None:
    one = judged_group(portfolio=(None, None), adjusted=(None, None))
    assert line(one).endswith("sessions of the estimation window; there is no test of it.")
    assert line(one, JA).endswith("どの日よりも大きい。検定はできない。")
    bare = judged_group(portfolio=(None, None), adjusted=(None, None), as_large=None)
    assert line(bare).endswith("what the S&P 500 explains; there is no test of it.")


@pytest.mark.parametrize(
    ("model", "en", "ja"),
    [
        (Model.MARKET, "beyond what the S&P 500 explains", "S&P500で説明できる分を除いても"),
        (Model.MARKET_ADJUSTED, "beyond the move of the S&P 500", "S&P500と同率の分を除いても"),
        (
            Model.MEAN_ADJUSTED,
            "beyond the mean of earlier sessions",
            "推定期間の平均に当たる分を除いても",
        ),
        (
            Model.THREE_FACTORS,
            "beyond what the three factors explain",
            "3つのファクターで説明できる分を除いても",
        ),
    ],
)
def test_what_a_group_is_held_against(model: Model, en: str, ja: str) -> None:
    assert en in line(judged_group(), design=Design(model))
    assert ja in line(judged_group(), JA, design=Design(model))
    unsaid = beside(
        section_of(found(judged_group(), shares=[judged("NVDA", -2)], design=Design(model))), EN
    )
    has_benchmark = model in (Model.MARKET, Model.MARKET_ADJUSTED)
    assert ("A benchmark that holds the shares themselves" in unsaid) is has_benchmark


@pytest.mark.parametrize(
    ("benchmark", "kind", "en"),
    [
        ("NVDA", BenchmarkKind.INDEX, "beyond what NVIDIA explains"),
        ("SPY", BenchmarkKind.INDEX, "beyond what SPY explains"),
        ("^GSPC", BenchmarkKind.EX_SELF, "what the S&P 500 without the share itself explains"),
        (None, BenchmarkKind.EQUAL_WEIGHTED, "what the mean of the other watched shares explains"),
    ],
    ids=["share", "unwatched", "without itself", "equal weights"],
)
def test_a_benchmark_is_named_as_what_it_is(
    benchmark: str | None, kind: BenchmarkKind, en: str
) -> None:
    assert en in line(judged_group(benchmark=benchmark, kind=kind))


# --- where the two tests disagree ---


def test_a_p_at_the_level_is_not_below_it() -> None:
    assert [is_significant(p) for p in (None, 0.05, 0.0499)] == [False, False, True]


def test_of_few_shares_the_second_test_asks_for_more() -> None:
    one = judged_group(3, portfolio=(-3, 0.003), adjusted=(-2.9, 0.101))
    assert find_disagreement(one.tests, one.spread) is Reason.FEW
    assert line(one).endswith(
        "Kolari–Pynnönen disagrees at 5% (p = 0.101): with three shares it has two degrees of "
        "freedom, and its t of −2.90 would have to lie further from zero."
    )
    assert line(one, JA).endswith(
        "5%水準では、Kolari–Pynnönen検定の結論が異なる(p値0.101)。"
        "3銘柄では自由度が2しかなく、t値−2.90では足りない。"
    )


def test_in_each_shares_own_deviations_the_mean_may_be_small() -> None:
    one = judged_group(adjusted=(-1.1, 0.33), spread=1.1)
    assert find_disagreement(one.tests, one.spread) is Reason.WEIGHED_DOWN
    assert line(one, sars=[-0.4, -0.6, -1.0, -1.2, -0.8]).endswith(
        "(p = 0.330): it counts each share in its own ordinary deviations, and so counted the mean "
        "move is −0.8, which is not out of the ordinary."
    )
    assert "その尺度での平均は−0.8と、通常の範囲にある。" in line(
        one, JA, sars=[-0.4, -0.6, -1.0, -1.2, -0.8]
    )


@pytest.mark.parametrize(
    ("aar", "expected", "en", "ja"),
    [
        (-0.02, -0.01, "the five fell alike. ", "5銘柄の下げ方がそろっていたためで、"),
        (0.02, 0.01, "the five rose alike. ", "5銘柄の上げ方がそろっていたためで、"),
        (0.02, -0.05, "the five moved alike. ", "5銘柄の動き方がそろっていたためで、"),
    ],
)
def test_members_may_have_moved_alike(aar: float, expected: float, en: str, ja: str) -> None:
    one = judged_group(
        aar=aar, portfolio=(-1.2, 0.23), adjusted=(-4.0, 0.016), spread=0.3, sd=0.0167
    )
    assert find_disagreement(one.tests, one.spread) is Reason.ALIKE
    sars = [-0.9, -1.0, -1.1, -1.2, -1.3]
    said = line(one, shares=_members(aar, expected, sars))
    assert f"Kolari–Pynnönen disagrees at 5% (p = 0.016): {en}" in said
    assert (
        "from −1.3 to −0.9, spread only 0.30 times as widely as the estimation window lets expect; "
        "but the group’s mean strays by 1.67% on an ordinary day, so that alone its "
    ) in said
    assert ja in line(one, JA, shares=_members(aar, expected, sars))


def _members(aar: float, expected: float, sars: Sequence[float]) -> list[Judged]:
    """Return members whose moves are what is said, in deviations that are not theirs."""
    return [
        judged(ticker, t, expected=expected)._replace(abnormal=aar)
        for ticker, t in zip(TICKERS, sars, strict=False)
    ]


def test_in_each_shares_own_deviations_the_mean_may_be_large() -> None:
    one = judged_group(portfolio=(-1.2, 0.23), adjusted=(-4.0, 0.016), spread=0.95)
    assert find_disagreement(one.tests, one.spread) is Reason.WEIGHED_UP
    assert line(one, sars=[-2.0] * 5).endswith(
        "it counts each share in its own ordinary deviations, and so counted the mean move is "
        "−2.0, which is out of the ordinary. The plain mean hangs on the shares that swing most, "
        "and strays by 1.67% on an ordinary day."
    )
    assert "通常の日でも1.67%ほど振れる。" in line(one, JA, sars=[-2.0] * 5)


@pytest.mark.parametrize(
    ("aar", "expected", "en", "ja"),
    [
        (0.05, 0.01, "did not rise alike", "9銘柄に共通する上げがあったとまではいえない。"),
        (0.05, -0.1, "did not move alike", "9銘柄に共通する動きがあったとまではいえない。"),
    ],
)
def test_members_may_have_moved_apart(aar: float, expected: float, en: str, ja: str) -> None:
    one = judged_group(9, aar=aar, adjusted=(1.55, 0.16), spread=2.98)
    assert find_disagreement(one.tests, one.spread) is Reason.UNEVEN
    assert f"(p = 0.160): the nine {en}. " in line(one, expected=expected)
    assert line(one, JA, expected=expected).endswith(ja)


@pytest.mark.parametrize(
    ("portfolio", "adjusted", "spread", "en"),
    [
        # Student's t of 5 % with eight degrees of freedom: 2.306, by printed tables.
        (
            (-2.4, 0.017),
            (-1.9, 0.094),
            1.22,
            (
                "with nine shares it asks for a t of 2.31, and has −1.90; their standardized "
                "abnormal returns spread 1.22 times as widely as the estimation window lets expect."
            ),
        ),
        (
            (-1.9, 0.059),
            (-2.32, 0.049),
            0.84,
            (
                "with nine shares it asks for a t of 2.31, and has −2.32; their standardized "
                "abnormal returns spread 0.84 times as widely as the estimation window lets expect."
            ),
        ),
    ],
    ids=["lost", "found"],
)
def test_a_spread_near_what_is_expected_is_not_called_uneven(
    portfolio: tuple[float, float], adjusted: tuple[float, float], spread: float, en: str
) -> None:
    one = judged_group(9, portfolio=portfolio, adjusted=adjusted, spread=spread)
    assert find_disagreement(one.tests, one.spread) is Reason.SLIGHT
    assert line(one).endswith(en)
    assert line(one, JA).endswith(
        f"9銘柄で有意となるt値は2.31、実際は−{abs(adjusted[0]):.2f}。標準化した異常収益率の散らばりは"
        f"推定期間から見込まれる大きさの{spread:.2f}倍。"
    )


@given(
    number=st.integers(2, 60),
    z=st.floats(0.01, 12),
    spread=st.floats(0.2, 5),
    portfolio=st.sampled_from((0.001, 0.3)),
)
def test_the_reason_of_a_disagreement_is_one(
    number: int, z: float, spread: float, portfolio: float
) -> None:
    t, df = z / spread, number - 1
    p = float(2 * stats.t.sf(t, df))
    one = judged_group(number, portfolio=(-3, portfolio), adjusted=(t, p), spread=spread)
    reason = find_disagreement(one.tests, spread)
    is_large = 2 * stats.norm.sf(z) < 0.05
    match reason:
        case Reason.UNEVEN:  # as far apart as expected, it would have been more than chance
            assert portfolio < 0.05 < p
            assert spread >= 1.25
            assert is_large
        case Reason.FEW:  # of many as far apart as expected, or as these, it would have been enough
            assert portfolio < 0.05 < p
            assert is_large or 2 * stats.norm.sf(t) < 0.05
            assert spread < 1.25 or 2 * stats.t.sf(z, df) > 0.05
        case Reason.WEIGHED_DOWN:  # whatever the spread and the number, the mean is too small
            assert portfolio < 0.05 < p
            assert not is_large
        case Reason.WEIGHED_UP:
            assert p < 0.05 < portfolio
            assert is_large
        case Reason.ALIKE:
            assert p < 0.05 < portfolio
            assert spread <= 0.8
            assert not is_large
        case Reason.SLIGHT:
            assert 0.8 < spread < 1.25
            assert (p < 0.05) != (portfolio < 0.05)
        case None:
            assert (p < 0.05) == (portfolio < 0.05)


@pytest.mark.parametrize(
    ("portfolio", "adjusted"),
    [(0.001, 0.049), (0.06, 0.9), (None, 0.01), (0.01, None)],
    ids=["both", "neither", "one alone", "the other alone"],
)
def test_tests_that_agree_need_no_words(portfolio: float | None, adjusted: float | None) -> None:
    one = judged_group(
        portfolio=(None if portfolio is None else -2, portfolio),
        adjusted=(None if adjusted is None else -2, adjusted),
    )
    assert find_disagreement(one.tests, one.spread) is None
    assert "disagrees" not in line(one)


# --- what qualifies a line ---


def test_who_was_left_out_and_who_was_locked() -> None:
    one = judged_group(9, asked=9, used=8, locked=1)
    sars = [-2.5] * 9
    assert (
        "(p = 0.0030). Of its nine shares eight could be judged. One of these closes stands at its "
        "price limit, which cuts the move off: the figure understates it."
    ) in line(one, sars=sars)
    assert "9銘柄のうち、検定の対象は8銘柄。終値が値幅制限いっぱいの銘柄が1あり" in line(
        one, JA, sars=sars
    )
    alone = judged_group(9, asked=9, used=1, locked=2)
    assert "Of its nine shares one could be judged. 2 of these closes stand at" in line(
        alone, sars=sars
    )


def test_holms_p_is_told_where_it_takes_the_finding_back() -> None:
    lost = judged_group(portfolio=(-2.2, 0.03), holm=0.09)
    assert "Adjusted for the number of groups (Holm), p = 0.090: no longer" in line(lost)
    assert "Holm法ではp値が0.090となり、5%水準で有意とはいえない。" in line(lost, JA)
    kept = judged_group(portfolio=(-2.2, 0.01), holm=0.04)
    assert "Holm" not in line(kept)
    assert "Holm" not in line(judged_group(portfolio=(-1, 0.3), adjusted=(-1, 0.4), holm=0.9))


# --- beside the lines ---


def test_groups_that_could_not_be_judged_are_told_by_reason() -> None:
    names = ("AI", "Banks", "Cars", "Drugs", "Energy")
    one = judged_group()
    few = tuple((group(1, name), Outcome.TOO_FEW) for name in names[:2])
    section = section_of(found(one, shares=[judged("AVGO", -2)], unjudged=few))
    assert beside(section, EN).startswith(
        "Not judged: AI and Banks (too few returns in the estimation window)."
    )
    assert beside(section, JA).startswith("検定の対象外: AI、Banks(推定期間の収益率が少なすぎる)。")
    many = tuple((group(1, name), Outcome.TOO_FEW) for name in names)
    section = section_of(found(one, shares=[judged("AVGO", -2)], unjudged=many))
    assert "Not judged: AI, Banks, Cars and two more (" in beside(section, EN)
    blank = Judged(make_instrument("ORCL"), MONDAY, Outcome.DATA_MISSING)
    section = section_of(found(one, shares=[judged("AVGO", -2), blank]))
    assert "Not judged: ORCL (a return of the event window is missing)." in beside(section, EN)


def test_a_group_is_none_where_only_its_shares_are_judged() -> None:
    """It may be named by its shares, whose own figures stand above."""
    outcome = Outcome.SEVERAL_CALENDARS
    chosen = group(2, "A, B")
    shares = [judged(one.ticker, -2) for one in chosen.members]
    section = section_of(found(shares=shares, unjudged=((chosen, outcome),)))
    assert beside(section, EN).startswith(
        "Not judged as a group: A, B (the members share no sessions)."
    )
    assert beside(section, JA).startswith("グループとしては検定の対象外: A, B(")
    none = [Judged(one, MONDAY, outcome) for one in chosen.members]
    section = section_of(found(shares=none, unjudged=((chosen, outcome),)))
    assert beside(section, EN).startswith("Not judged: A, B (")


def test_without_factors_no_benchmark_is_named() -> None:
    unjudged = tuple((group(1, name), Outcome.NO_BENCHMARK) for name in ("AI", "Banks"))
    design = Design(model=Model.THREE_FACTORS)
    section = section_of(found(design=design, unjudged=unjudged), SHORT)
    assert beside(section, EN) == (
        "None of the two groups is judged: no factors, or those of a session are missing. "
        "--factors takes one file an exchange."
    )
    assert "ファクターがない" in beside(section, JA)


def test_a_benchmark_whose_return_is_missing_is_named() -> None:
    shares = [Judged(make_instrument(one), MONDAY, Outcome.NO_BENCHMARK, "SPY") for one in "AB"]
    unjudged = ((group(2, "AI"), Outcome.NO_BENCHMARK),)
    section = section_of(found(shares=shares, unjudged=unjudged), SHORT)
    assert "Returns are missing of SPY; --benchmark names another benchmark." in beside(section, EN)
    assert "SPYの収益率が欠けている。" in beside(section, JA)


def test_what_the_sample_is_too_short_for_is_told_with_another_source() -> None:
    unjudged = ((group(2, "AI"), Outcome.WRONG_SPAN),)
    said = "The sample serves its own groups, benchmarks and windows alone; --source yahoo reaches"
    findings = found(unjudged=unjudged)
    assert said in beside(section_of(findings, SHORT), EN)
    elsewhere = findings._replace(sources=(findings.sources[0]._replace(name="files"),))
    assert "sample" not in beside(section_of(elsewhere, SHORT), EN)


def test_a_page_that_shows_no_figure_qualifies_none() -> None:
    overlap = Overlap("x", Text("X", "X"), "XNYS", day("2024-08-05"), is_in_estimation=True)
    unjudged = ((group(2, "AI"), Outcome.SEVERAL_CALENDARS),)
    findings = found(unjudged=unjudged, overlaps=(overlap,))
    assert "5 August 2024" not in beside(section_of(findings, SHORT), EN)
    findings = found(shares=[judged("NVDA", -2)], unjudged=unjudged, overlaps=(overlap,))
    assert beside(section_of(findings, SHORT), EN).startswith(
        "Not judged as a group: AI (the members share no sessions)."
    )
    assert "5 August 2024" in beside(section_of(findings, SHORT), EN)


def test_where_no_group_could_be_judged_nothing_else_is_said() -> None:
    unjudged = tuple((group(1, name), Outcome.NO_BENCHMARK) for name in ("AI", "Banks"))
    overlap = Overlap("x", Text("X", "X"), "XNYS", day("2024-08-05"), is_in_estimation=True)
    section = section_of(found(unjudged=unjudged, overlaps=(overlap,)))
    assert beside(section, EN) == (
        "None of the two groups is judged: no benchmark, or a return of it is missing. "
        "--benchmark names one."
    )
    assert beside(section, JA) == (
        "2グループはいずれも検定の対象外(比較指数がないか、その収益率が欠けている)。"
        "比較指数は--benchmarkで指定できる。"
    )
    assert significance(found()) is None
    assert significance(sample().findings._replace(significance=None)) is None


@pytest.mark.parametrize(("number", "is_said"), [(1, False), (2, True), (5, True)])
def test_where_the_second_test_could_not_be_made_that_is_said(
    number: int,
    is_said: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    none = judged_group(number, adjusted=(None, None), correlation=None)
    said = beside(section_of(found(none, shares=[judged("NVDA", -2)])), EN)
    assert said.startswith("Kolari–Pynnönen cannot be made for US chips.") == is_said


def test_a_negative_correlation_is_flagged() -> None:
    negative = judged_group(correlation=-0.1)
    section = section_of(found(negative, shares=[judged("NVDA", -2)]))
    assert beside(section, EN).startswith(
        "The mean correlation r̄ is negative for US chips: there the correction raises "
        "Kolari–Pynnönen’s t instead of lowering it."
    )
    assert "米半導体は平均相関r̄がマイナスで" in beside(section, JA)


def test_shocks_in_the_windows_are_named() -> None:
    carry = Overlap(
        "a", Text("Carry", "キャリー"), "XNYS", day("2024-08-05"), is_in_estimation=True
    )
    other = Overlap("b", Text("Vix", "VIX"), "XNYS", day("2024-09-03"), is_in_estimation=True)
    event = other._replace(is_in_estimation=False)
    one, shares = judged_group(), [judged("NVDA", -2)]

    def said(*overlaps: Overlap, words: Words = EN) -> str:
        return beside(section_of(found(one, shares=shares, overlaps=overlaps)), words)

    assert said(carry).startswith(
        "The estimation window contains the shock of 5 August 2024 (Carry), which widens the "
        "deviations."
    )
    assert said(carry, other).startswith(
        "The estimation window contains the shock of 5 August 2024 (Carry) and the shock of 3 "
        "September 2024 (Vix), which widen the deviations."
    )
    assert said(carry, other, words=JA).startswith(
        "推定期間には2024年8月5日のキャリー、2024年9月3日のVIXが含まれ、標準偏差を押し上げている。"
    )
    assert said(event).startswith(
        "The sessions judged contain the shock of 3 September 2024 (Vix), which is in these figures"
    )
    tokyo = carry._replace(calendar="XTKS")
    assert said(tokyo).startswith(
        "The estimation window contains in Tokyo the shock of 5 August 2024 (Carry), which"
    )


def test_what_the_box_does_not_say() -> None:
    said = beside(section_of(found(judged_group(), shares=[judged("NVDA", -2)])), EN)
    assert "it does not say what caused it" in said
    assert "For a group picked because it moved, p is too small; and no p says what comes" in said
    short = beside(section_of(found(judged_group(), shares=[judged("NVDA", -2)]), SHORT), JA)
    assert short.endswith(
        "p値は偶然でどの程度起こりうるかの目安で、原因は示さない。"
        "大きく動いたために選んだグループでは小さく出る。"
    )


# --- tables ---


def test_the_table_of_groups_has_what_there_is() -> None:
    span = Window(0, 1)
    spans = (GroupSpan(span, -0.06, Statistic(StatisticName.PORTFOLIO, -2, 249, 0.047)),)
    first = judged_group(9, used=8, asked=9, rank=0.012, spans=spans)
    second = judged_group(
        2, aar=-0.1, group=group(2, "two"), correlation=None, adjusted=(None, None)
    )
    section = section_of(found(first, second))
    ((head, *rows),) = tables(section)
    assert head == [
        *("Group", "N", "Mean abnormal return", "t", "p", "KP t", "KP p", "r̄", "Rank p"),
        *("Sessions 0 to +1", "p, 0 to +1"),
    ]
    assert rows == [
        ["two", "2", "−10.00%", "−3.00", "0.0030", *["n/a"] * 6],
        [
            *("US chips", "8 of 9", "−5.00%", "−3.00", "0.0030", "−3.00", "0.040", "0.200"),
            *("0.012", "−6.00%", "0.047"),
        ],
    ]
    ((_, row),) = tables(section_of(found(first)))
    assert row[0] == "US chips"


def test_the_table_of_shares_is_cut_and_says_so() -> None:
    shares = [judged(ticker, -at) for at, ticker in enumerate(TICKERS)]
    section = section_of(found(judged_group(9), shares=shares), Cut(top=3))
    _, (head, *rows) = tables(section)
    assert [row[0] for row in rows] == ["QCOM", "INTC", "ARM"]
    assert head[-1] == "p"
    assert "3 of 9 shown." in beside(section, EN)


def test_spans_stand_behind_the_shares() -> None:
    span = Window(-1, 1)
    made = judged("NVDA", -2, spans=(Cumulated(span, -0.08, 0.03, -2.67, 0.008),))
    other = judged("AVGO", -1)
    findings = found(judged_group(2), shares=[made, other], design=Design(spans=(span,)))
    _, (head, *rows) = tables(section_of(findings))
    assert head[-2:] == ["Sessions −1 to +1", "p, −1 to +1"]
    assert [row[-2:] for row in rows] == [["−8.00%", "0.0080"], ["n/a", "n/a"]]


# --- p ---


@pytest.mark.parametrize(
    ("p", "table", "en", "ja"),
    [
        (0.161, "0.161", "= 0.161", "0.161"),
        (0.0066, "0.0066", "= 0.0066", "0.0066"),
        (0.0001, "0.0001", "= 0.0001", "0.0001"),
        (0.00009, "<0.0001", "< 0.0001", "0.0001未満"),
        (0.0, "<0.0001", "< 0.0001", "0.0001未満"),
        (0.0496, "0.0496", "= 0.0496", "0.0496"),  # never 0.050, which would not be significant
        (1.0, "1.000", "= 1.000", "1.000"),
    ],
)
def test_how_a_p_is_printed(p: float, table: str, en: str, ja: str) -> None:
    assert (p_value(p), p_said_en(p), p_said_ja(p)) == (table, en, ja)


# --- the method ---


def method(findings: Findings, words: Words = EN) -> list[str]:
    return [words.say(entry) for entry in testmethod.method(findings)]


def test_the_method_of_the_sample() -> None:
    model, origin, groups, holm, power = method(sample().findings)
    assert model.startswith(
        "An abnormal return is the move less what the market model lets expect: α plus β times the "
        "return of the S&P 500 in New York and the TOPIX in Tokyo, by least squares over sessions "
        "−260 to −11 of each exchange, with 60 returns at least."
    )
    assert "166 to 250 returns a share" in origin
    assert groups.startswith("A group’s p is that of its portfolio t (Brown and Warner, 1985)")
    assert "Holm" in holm
    assert "two-sided test at 5%" in power
    assert "S&P500(ニューヨーク)、TOPIX(東京)の騰落率にβを掛け" in method(sample().findings, JA)[0]


def test_the_method_names_the_index_without_the_share_where_that_is_of_some_shares_only() -> None:
    shares = [judged("NVDA", -2, kind=BenchmarkKind.EX_SELF), judged("AVGO", -2)]
    for ordered in (shares, shares[::-1]):
        said = method(found(judged_group(), shares=ordered))[0]
        assert "the return of the S&P 500 without the share itself, by" in said


def test_the_method_tells_what_was_done() -> None:
    ranked = found(judged_group(rank=0.01), shares=[judged("NVDA", -2)])
    model, groups, ranks = method(ranked)
    assert "the return of the S&P 500, by least squares" in model
    assert groups
    assert "Corrado and Zivney" in ranks
    single = found(judged_group(1), shares=[judged("NVDA", -2)])
    assert len(method(single)) == 1
    assert method(found()) == []
    for model_of, words in (
        (Model.MARKET_ADJUSTED, "the move less that of the S&P 500"),
        (Model.MEAN_ADJUSTED, "the move less the mean return of sessions −260 to −11"),
        (Model.THREE_FACTORS, "three factors of Fama and French (1993)"),
    ):
        said = method(found(judged_group(), shares=[judged("NVDA", -2)], design=Design(model_of)))
        assert words in said[0]


# --- what is lacking of what was asked ---


@cache
def spanned(*spans: Window) -> Report:
    request = Request(LONG_AFTER, MONDAY, design=Design(spans=spans))
    return make_report(request, KNOWN, Sample())


def text_of(report: Report, words: Words) -> str:
    section = next(one for one in report.sections if one.id == "significance")
    paragraphs = (block for block in section.blocks if isinstance(block, Paragraph))
    return " ".join(words.say(one) for block in paragraphs for one in block.sentences)


@pytest.mark.parametrize(
    ("spans", "en", "ja"),
    [
        (
            (Window(0, 40),),
            "Over sessions 0 to +40 nothing is cumulated: not all of their returns are held.",
            "0〜+40日は、すべての収益率がそろわないため累積していない。",
        ),
        (
            (Window(0, 1), Window(0, 40), Window(-9, -1)),
            "Over sessions 0 to +40 and −9 to −1 nothing is cumulated",
            "0〜+40日、−9〜−1日は、すべての収益率がそろわないため累積していない。",
        ),
    ],
)
def test_a_span_that_is_not_held_is_named(spans: tuple[Window, ...], en: str, ja: str) -> None:
    assert en in text_of(spanned(*spans), EN)
    assert ja in text_of(spanned(*spans), JA)


def test_a_span_that_is_held_is_not() -> None:
    assert "nothing is cumulated" not in text_of(spanned(Window(0, 1)), EN)
    assert "累積していない" not in text_of(spanned(Window(0, 1)), JA)


@pytest.mark.parametrize(
    ("number", "en", "ja"),
    [
        (1, "names one of its members", "構成表にあるのは1銘柄で"),
        (2, "names two of its members", "構成表にあるのは2銘柄で"),
        (0, None, None),
        (9, None, None),  # all: nothing need be said
    ],
)
def test_an_index_without_the_share_itself_where_its_table_names_some(
    number: int, en: str | None, ja: str | None
) -> None:
    kind = BenchmarkKind.EX_SELF
    section = section_of(found(judged_group(9, kind=kind, without_self=number)))
    for words, expected, marker in ((EN, en, "the table of the index"), (JA, ja, "構成表")):
        blocks = (block for block in section.blocks if isinstance(block, Paragraph))
        said = " ".join(words.say(one) for block in blocks for one in block.sentences)
        assert (expected or "") in said
        assert (marker in said) is (expected is not None)
