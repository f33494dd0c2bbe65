"""What a comparison says, at none, one, two and many, in both languages."""

from __future__ import annotations

import pytest

from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.model import phrase
from tests.render.comparisons import compared

EN, JA = Words(Language.EN), Words(Language.JA)


@pytest.mark.parametrize(
    ("n", "en", "ja"),
    [
        (
            0,
            "In none of three events was S&P 500 back at the close before within 20 sessions.",
            "3局面のいずれも、20営業日以内にS&P500は直前の終値の水準に戻らなかった。",
        ),
        (
            1,
            "In one of three events, S&P 500 was back at the close before within 20 sessions.",
            "3局面のうち1局面で、20営業日以内にS&P500は直前の終値の水準に戻った。",
        ),
        (
            2,
            "In two of three events, S&P 500 was back at the close before within 20 sessions.",
            "3局面のうち2局面で、20営業日以内にS&P500は直前の終値の水準に戻った。",
        ),
    ],
)
def test_how_often_a_move_was_undone(n: int, en: str, ja: str) -> None:
    index = compared().findings.instruments[0]
    said = phrase("compare.recovered_some", share=index, n=n, known=3, last=20)
    assert (EN.say(said), JA.say(said)) == (en, ja)


@pytest.mark.parametrize(
    ("key", "n", "en", "ja"),
    [
        ("title_fall_back", 1, "back in one session", "1営業日で回復"),
        ("title_fall_back", 12, "back in 12 sessions", "12営業日で回復"),
        ("title_rise_not", 2, "not given back in two sessions", "2営業日後も維持"),
        ("cell_back", 1, "1 session", "1営業日"),
        ("cell_back_at_most", 6, "≤ 6 sessions", "6営業日以内"),
        ("cell_not", 20, "not in 20", "20営業日で戻らず"),
        ("indexes", 1, "one index", "1指数"),
        ("indexes", 6, "six indexes", "6指数"),
        ("shares", 12, "12 shares", "12銘柄"),
        ("gaps", 1, "One figure is missing", "数値のない1件"),
        ("gaps", 2, "2 figures are missing", "数値のない2件"),
        ("held_all", 1, "The one figure is held.", "1件の数値がすべてそろっている。"),
        ("held_both", 2, "Both figures are held.", "2件の数値がそろっている。"),
        ("held_all", 8, "All eight figures are held.", "8件の数値がすべてそろっている。"),
        ("held_all", 12, "All 12 figures are held.", "12件の数値がすべてそろっている。"),
    ],
)
def test_counts_have_their_words(key: str, n: int, en: str, ja: str) -> None:
    said = phrase(f"compare.{key}", n=n)
    assert (EN.say(said), JA.say(said)) == (en, ja)


def test_who_says_so_stands_outside_brackets_of_its_own() -> None:
    said = phrase("compare.fact", event="A", said="It fell.", source="A paper (B)")
    assert EN.say(said) == "A: It fell. Source: A paper (B)."
    assert JA.say(said) == "A: It fell.出所はA paper (B)。"


def test_the_dek_tells_the_furthest_closes_and_who_differed_most() -> None:
    # By the sample: the S&P 500 closed 1.75 % below its base on 3 February, and 0.98 % above that
    # of the 28th on the 30th; the semiconductor index moved by −9.15 % and +1.11 %.
    assert [EN.say(one) for one in compared().dek] == [
        (
            "S&P 500’s furthest closes from the base: −1.75% (DeepSeek shock, five sessions later) "
            "and +0.98% (28 January 2025, two sessions later)."
        ),
        (
            "PHLX Semi’s moves lie furthest apart: from −9.15% (DeepSeek shock) to +1.11% "
            "(28 January 2025)."
        ),
    ]


def test_every_instrument_stands_once_an_event() -> None:
    section = compared().section("compared")
    assert section is not None
    (table,) = section.blocks
    rows = getattr(table, "rows")  # noqa: B009 -- a block of another kind has none
    assert len(rows) == 2 * len(compared().findings.instruments) == 12


def test_one_instrument_alone_has_no_column_for_it() -> None:
    section = compared("NVDA").section("compared")
    assert section is not None
    assert EN.say(section.title) == "NVIDIA side by side"
    headings = [EN.say(column.heading) for column in getattr(section.blocks[0], "columns")]  # noqa: B009 -- the same
    assert headings == ["Event", "Move", "+1", "+5", "Furthest", "At", "Back at base"]
