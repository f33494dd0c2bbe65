"""The words of a day's place in a history."""

from __future__ import annotations

from datetime import date

from deepseek_shock.analysis.scanned import ScanDay, Standing
from deepseek_shock.analysis.standings import find_standing
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.standing import standing
from tests.scan.packs import MONDAY, winter

EN, JA = Words(Language.EN), Words(Language.JA)


def said(one: Standing, words: Words = EN) -> str:
    return words.say_all(standing(one))


def placed(calendar: str | None, session: date = MONDAY) -> Standing:
    days = winter(calendar)
    (day,) = (one for one in days if one.session == session)
    return find_standing(day, days, 20)


def test_a_standing_in_english() -> None:
    # by hand from `winter`
    assert said(placed("XNYS")).startswith(
        "27 January 2025 in New York had the 2nd highest shock score of 41 sessions (8 of 80 "
        "tickers, 10.00%, with z ≤ −3) and the 3rd lowest mean move of 41 sessions (−1.50%; 69 of "
        "100 tickers fell). The history ranked runs from 2 December 2024 to 31 January 2025. The "
        "days most like it: 18 December 2024 (mean −1.40%, 70.00% fell, score 8.75%), "
    )


def test_a_standing_in_japanese() -> None:
    assert said(placed("XTKS"), JA).startswith(
        "2025年1月27日の東京は、ショックスコアが40営業日中2番目の高さ(80銘柄のうち8銘柄、10.00%が"
        "z≤−3)、平均騰落率が40営業日中3番目の低さ(−1.50%、100銘柄のうち69銘柄が下落)。対象とした蓄積"
        "データは2024年12月2日から2025年1月31日まで。値動きが近い日は、近い順に2024年12月18日"
        "(平均−1.40%、70.00%が下落、スコア8.75%)、"
    )


def test_the_first_ranks_are_said_without_a_number() -> None:
    first = placed("XNYS", date(2025, 1, 10))
    assert "had the highest shock score of 41 sessions (9 of 80" in said(first)
    assert "ショックスコアが41営業日で最も高く(80" in said(first, JA)
    lowest = placed("XNYS", date(2024, 12, 9))
    assert "the lowest mean move of 41 sessions (−3.00%" in said(lowest)
    assert "平均騰落率が41営業日で最も低い(−3.00%" in said(lowest, JA)


def test_a_bare_date_names_no_city() -> None:
    assert said(placed(None)).startswith("27 January 2025 had the 2nd highest")
    assert said(placed(None), JA).startswith("2025年1月27日は、ショックスコアが")


def test_a_day_without_a_score_is_placed_by_its_mean_alone() -> None:
    day = ScanDay("XNYS", MONDAY, 30, -0.01, 5, 20, 0, 0)
    like = day._replace(session=date(2024, 1, 4))
    alone = Standing(day, None, 1, 2, (like,), 0, like.session, MONDAY)
    assert said(alone) == (
        "27 January 2025 in New York had the lowest mean move of 2 sessions (−1.00%; 20 of 30 "
        "tickers fell). The history ranked runs from 4 January 2024 to 27 January 2025. The day "
        "most like it: 4 January 2024 (mean −1.00%, 66.67% fell)."
    )
    assert said(alone, JA) == (
        "2025年1月27日のニューヨークは、平均騰落率が2営業日で最も低い(−1.00%、30銘柄のうち20銘柄が"
        "下落)。対象とした蓄積データは2024年1月4日から2025年1月27日まで。値動きが最も近い日は2024年1"
        "月4日(平均−1.00%、66.67%が下落)。"
    )


def test_a_history_of_one_day_has_none_like_it() -> None:
    day = ScanDay("XNYS", MONDAY, 30, -0.01, 5, 20, 30, 3)
    assert "like it" not in said(find_standing(day, [day], 20))


def test_a_calm_day_is_not_ranked_among_hundreds_that_are_as_calm() -> None:
    day = ScanDay("XNYS", MONDAY, 100, 0.001, 60, 40, 80, 0)
    ordinary = [day._replace(session=date(2024, 12, at), mean=at / 1e4) for at in range(2, 30)]
    calm = find_standing(day, [*ordinary, day], 20)
    assert said(calm).startswith(
        "27 January 2025 in New York had no ticker with z ≤ −3 (80 have a z) and a mean move above "
        "that of 8 of 29 sessions (+0.10%; 40 of 100 tickers fell)."
    )
    assert said(calm, JA).startswith(
        "2025年1月27日のニューヨークは、z値のある80銘柄にz≤−3の銘柄はなく、平均騰落率が29営業日のうち8営業日"
        "より高い(+0.10%、100銘柄のうち40銘柄が下落)。"
    )


def test_the_only_session_has_no_rank() -> None:
    day = ScanDay("XNYS", MONDAY, 1, -0.01, 0, 1, 1, 1)
    assert said(find_standing(day, [day], 1)) == (
        "27 January 2025 in New York had a shock score of 100.00% (1 of one ticker with z ≤ −3) "
        "and a mean move of −1.00% (1 of one ticker fell). No other session of this history is "
        "ranked."
    )
    assert said(find_standing(day, [day], 1), JA) == (
        "2025年1月27日のニューヨークは、ショックスコアが100.00%(1銘柄のうち1銘柄がz≤−3)、平均騰落率が"
        "−1.00%(1銘柄のうち1銘柄が下落)。順位の対象となる営業日はほかにない。"
    )
