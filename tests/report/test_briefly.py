"""What a short page says of groups: few words, every number, and no table of what they said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.analysis.design import Power
from deepseek_shock.render.base import Style
from deepseek_shock.render.email import Email
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import Markdown
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.report.model import Paragraph
from deepseek_shock.report.significance import significance
from tests.builders import day
from tests.report.test_significance import (
    EN,
    JA,
    SHORT,
    TICKERS,
    beside,
    found,
    group,
    judged,
    judged_group,
    sample,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepseek_shock.analysis.significance import GroupJudged
    from deepseek_shock.render.words import Words

SARS = (-5.1, -5.0, -5.0, -5.2, -2.9, -1.2, -1.1, 0.3, 1.3)
FEW = (Power(0.01, 0.09), Power(0.02, 0.22), Power(0.0475, 0.8))


def brief(*groups: GroupJudged, words: Words = EN, sars: Sequence[float] = SARS) -> str:
    """Say the groups briefly; their shares are among the nine of `TICKERS`."""
    shares = [judged(ticker, t) for ticker, t in zip(TICKERS, sars, strict=False)]
    section = significance(found(*groups, shares=shares), SHORT)
    assert section is not None
    return beside(section, words).splitlines()[0]


def chips(**more: Any) -> GroupJudged:  # noqa: ANN401 -- as `judged_group`
    given: dict[str, Any] = {
        "portfolio": (-4.58, 7e-6),
        "adjusted": (-1.55, 0.161),
        "spread": 2.98,
        "correlation": 0.254,
        "power": FEW,
    }
    return judged_group(9, -0.0531, **(given | more))


def quiet(name: str, aar: float, p: float) -> GroupJudged:
    return judged_group(2, aar, (0.3, p), (0.2, 0.9), group=group(2, name))


def test_a_group_has_its_size_its_rank_and_both_p() -> None:
    one = chips(adjusted=(-3.5, 0.0081), power=())
    assert brief(one) == (
        "US chips fell a mean 5.31% beyond what the S&P 500 explains, more than on any of 250 "
        "earlier sessions (p < 0.0001; Kolari–Pynnönen p = 0.0081)."
    )
    assert brief(one, words=JA) == (
        "米半導体は、S&P500で説明できる分を除いても平均5.31%の下落となった。推定期間の250営業日の"
        "どの日よりも大きい(p値0.0001未満、Kolari–Pynnönen検定では0.0081)。"
    )
    assert "explains (p < 0.0001; Kolari–Pynnönen p = 0.0081)." in brief(
        one._replace(as_large=None)
    )


@pytest.mark.parametrize(
    ("as_large", "en", "ja"),
    [
        (
            1,
            "a size seen on one of 250 earlier sessions, 5 August 2024",
            "250営業日のうち1日で同等",
        ),
        (
            2,
            "seen on two of 250 earlier sessions, last on 5 August 2024",
            "250営業日のうち2日で同等",
        ),
        (12, "a size seen on 12 of 250 earlier sessions, last on", "250営業日のうち12日で同等以上"),
    ],
)
def test_how_often_it_had_gone_as_far(as_large: int, en: str, ja: str) -> None:
    one = chips(as_large=as_large, last_as_large=day("2024-08-05"))
    assert en in brief(one)
    assert ja in brief(one, words=JA)


def test_a_disagreement_takes_one_sentence() -> None:
    assert brief(chips()).endswith(
        "earlier sessions (p < 0.0001). Kolari–Pynnönen disagrees at 5% (p = 0.161, r̄ = 0.254): "
        "the nine did not move alike, their standardized returns 2.98 times as far apart as "
        "expected."
    )
    assert brief(chips(), words=JA).endswith(
        "(p値0.0001未満)。5%水準では、Kolari–Pynnönen検定(r̄ 0.254)の結論が異なる(p値0.161)。"
        "9銘柄の動き方がそろわず、標準化した異常収益率の散らばりが通常の2.98倍に及んだ。"
    )


def test_shares_that_moved_alike() -> None:
    one = chips(portfolio=(-1.5, 0.135), adjusted=(-2.6, 0.03), spread=0.4, power=())
    assert "not distinguishable from the ordinary (p = 0.135). Kolari–Pynnönen disagrees" in brief(
        one
    )
    assert brief(one).endswith(
        "the nine moved alike, their standardized returns only 0.40 times as far apart as "
        "expected, but their mean strays by 1.67% on an ordinary day."
    )
    assert brief(one, words=JA).endswith(
        "9銘柄の動き方がそろい、標準化した異常収益率の散らばりは通常の0.40倍にとどまった。"
        "ただ、平均は通常の日でも1.67%ほど振れる。"
    )


def test_groups_of_which_nothing_was_found_share_a_sentence() -> None:
    a, b, c = quiet("A", 0.004, 0.61), quiet("B", -0.001, 0.9), quiet("C", 0.002, 0.8)
    assert (
        brief(a)
        == "The abnormal return of A (+0.40%, p = 0.610) is not distinguishable from the ordinary."
    )
    assert brief(b, a) == (
        "The abnormal returns of B (−0.10%, p = 0.900) and A (+0.40%, p = 0.610) are not "
        "distinguishable from the ordinary."
    )
    assert brief(b, c, a, words=JA) == (
        "B(−0.10%、p値0.900)、C(+0.20%、p値0.800)、A(+0.40%、p値0.610)の異常収益率は、"
        "通常の値動きと区別できない。"
    )
    # Where something has to be said beside the figures, a group keeps its own sentence.
    assert brief(a._replace(locked=1)).startswith("A fell, but a mean 0.40% less than ")


def test_the_power_of_every_group_of_the_table_is_told_below_it() -> None:
    names = "ABCDE"  # one more than are told in sentences
    groups = [quiet(one, 0.001, 0.9)._replace(power=FEW) for one in names]
    shares = [judged(ticker, t) for ticker, t in zip(TICKERS, SARS, strict=True)]
    section = significance(found(*groups, shares=shares), SHORT)
    assert section is not None
    below = [block for block in section.blocks if isinstance(block, Paragraph)][-1]
    assert EN.say_all(below.sentences).startswith(
        "Power is 80% at abnormal returns of "
        "4.75% (A), 4.75% (B), 4.75% (C), 4.75% (D) and 4.75% (E)."
    )


def test_the_power_of_several_groups_is_one_sentence() -> None:
    groups = (chips(), quiet("B", 0.001, 0.9)._replace(power=(*FEW[:2], Power(0.0833, 0.8))))
    shares = [judged(ticker, t) for ticker, t in zip(TICKERS, SARS, strict=True)]
    section = significance(found(*groups, shares=shares), SHORT)
    assert section is not None
    assert (
        "Power is 80% at abnormal returns of 4.75% (US chips) and 8.33% (B)."
        in beside(section, EN).splitlines()[-1]
    )
    assert (
        "検出力が80%となる異常収益率は、米半導体で4.75%、Bで8.33%。"
        in beside(section, JA).splitlines()[-1]
    )


def test_every_format_has_the_table_and_a_mail_the_most_of_it() -> None:
    style = Style(EN, Colors.US)
    short = sample(cut=SHORT)
    assert "| Group | N | Mean | Mean abnormal return | t |" in Markdown(style).render(short)
    assert "KP p" in Terminal(style, 100, has_colors=False).render(short)
    mail = Email(style).render(short)
    assert "Mean abnormal return</th>" in mail
    assert "KP p" not in mail
    assert "3 more lines are not in this mail." in mail
