"""What is said of an index taken apart: right at none, one, two and many, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.contribution import Composition, Constituent, Weighting, contribute
from deepseek_shock.analysis.findings import find
from deepseek_shock.analysis.held import Held
from deepseek_shock.analysis.inquiry import Inquiry
from deepseek_shock.analysis.moves import Asked, find_move
from deepseek_shock.analysis.paths import Window
from deepseek_shock.market.event import Group, Watchlist
from deepseek_shock.market.exchange import XTKS
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.market.sessions import Phase
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.contribution import index_contributions, method
from deepseek_shock.report.model import Kind, Paragraph, Section, Table
from deepseek_shock.report.money import Money, Unit
from tests.builders import FRIDAY, MONDAY, NIKKEI, TUESDAY, asked, pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deepseek_shock.market.bars import Bars

EN, JA = Words(Language.EN), Words(Language.JA)
SOURCE = Text("the desk", "編集部")
DOW = Instrument("^DJI", XTKS, Text("Dow Jones", "ダウ"), Text("Dow", "NYダウ"))
WATCHED = make_instrument("7203.T", name=Text("Watched", "対象"))


def share(number: int) -> Instrument:
    return make_instrument(f"{1000 + number}.T", name=Text(f"S{number}", f"銘柄{number}"))


def section(  # noqa: PLR0913 -- what a day of an index is made of
    changes: Sequence[str | None],
    index: tuple[str, str] | None = ("1000.00", "900.00"),
    *,
    of: Instrument = NIKKEI,
    phase: Phase = Phase.ENDED,
    weights: bool = False,
    divisor: str = "1",
    tables: int = 1,
) -> Section:
    """Take an index apart whose shares, at 1000 yen each, changed by so much."""
    shares = [share(at) for at in range(1, len(changes) + 1)]
    held: dict[str, Bars | Gap] = {
        one.ticker: Gap(one, MONDAY, GapReason.NO_BAR)
        if change is None
        else pair(one, "1000", str(1000 + Decimal(change)))
        for one, change in zip(shares, changes, strict=True)
    }
    held[WATCHED.ticker] = pair(WATCHED, "100", "101")
    held[of.ticker] = pair(of, *index) if index else Gap(of, MONDAY, GapReason.NO_BAR)
    composition = Composition(
        of,
        Weighting.CAPITALISATION if weights else Weighting.PRICE,
        asked(XTKS, phase),
        None if weights else Decimal(divisor),
        tuple(Constituent(one, Decimal("0.1") if weights else Decimal(1)) for one in shares)
        if phase is Phase.ENDED
        else (),
        SOURCE,
    )
    title = Text("Group", "グループ")
    inquiry = Inquiry(
        MONDAY,
        {"XTKS": asked(XTKS)},
        {"XTKS": Asked(XTKS, TUESDAY, MONDAY, Phase.PENDING)},
        Watchlist("mine", title, (Group("mine", title, title, (WATCHED,)),)),
        None,
        Window(-1, 1),
        compositions=(composition,) * tables,
    )
    findings = find(inquiry, Held(held, {}, ()))
    assert list(findings.moves) == [WATCHED.ticker]
    found = index_contributions(findings)
    assert found is not None
    assert bool(method(findings)) is (phase is Phase.ENDED and any(changes))
    return found


def said(one: Section, words: Words) -> list[str]:
    paragraphs = [block for block in one.blocks if isinstance(block, Paragraph)]
    return [words.say(sentence) for block in paragraphs for sentence in block.sentences]


def rows(one: Section) -> list[list[str]]:
    table = next(block for block in one.blocks if isinstance(block, Table))
    return [
        [EN.cell(column.kind, cell) for column, cell in zip(table.columns, row.cells, strict=True)]
        for row in table.rows
    ]


def test_nothing_is_said_where_nothing_was_asked() -> None:
    title = Text("Group", "グループ")
    inquiry = Inquiry(
        MONDAY,
        {"XTKS": asked(XTKS)},
        {"XTKS": Asked(XTKS, TUESDAY, MONDAY, Phase.PENDING)},
        Watchlist("mine", title, (Group("mine", title, title, (WATCHED,)),)),
        None,
        Window(-1, 1),
    )
    findings = find(inquiry, Held({WATCHED.ticker: pair(WATCHED, "100", "101")}, {}, ()))
    assert index_contributions(findings) is None
    assert method(findings) == ()


def test_a_falling_day_of_many() -> None:
    """Six fall, two rise: five and two are told, the fall first."""
    one = section(["-60.5", "-20", "-15", "-10", "-6", "-4", "10", "5.5"])
    assert said(one, EN) == [
        "Nikkei 225 −100.00 (−10.00%); of 8 constituents 6 pulled it down and 2 pulled it up.",
        "S1 alone took about 61 yen off the Nikkei 225, 60.50% of its change.",
        (
            "S1 (1001) took 60.50 yen off the Nikkei 225, then S2 20.00, S3 15.00, S4 10.00 and S5 "
            "6.00."
        ),
        "S7 (1007) added 10.00 yen to the Nikkei 225, then S8 5.50.",
        (
            "The 8 contributions add up to −100.00, the index’s change is −100.00: 0.00 yen apart, "
            "0.00% of the change."
        ),
        "Divisor and factors: the desk.",
    ]
    assert said(one, JA) == [
        (
            "日経平均は前週末比100円(10.00%)安。構成する8銘柄のうち、押し下げたのは6銘柄、"
            "押し上げたのは2銘柄だった。"
        ),
        "銘柄1(1001)1銘柄で日経平均を約61円押し下げ、下げ幅の60.50%を占めた。",
        (
            "押し下げ寄与度の首位は銘柄1(1001)で60円50銭、以下、銘柄2(1002)20円、銘柄3(1003)15円、"
            "銘柄4(1004)10円、銘柄5(1005)6円と続いた。"
        ),
        "押し上げ寄与度の首位は銘柄7(1007)で10円、以下、銘柄8(1008)5円50銭と続いた。",
        "寄与度の合計は100円の押し下げ、指数は100円の下げで、差は0円(変化幅の0.00%)。",
        "除数と株価換算係数の出所: 編集部。",
    ]
    assert [row[0] for row in rows(one)] == [f"S{at} (100{at})" for at in (1, 2, 3, 4, 5, 7, 8)]
    assert rows(one)[0][1:] == ["−6.05%", "−60.50", "60.50%"]
    assert rows(one)[-1][1:] == ["+0.55%", "+5.50", "−5.50%"]


def test_a_rising_day_tells_the_rise_first() -> None:
    one = section(["-20", "70", "40", "10"], ("1000.00", "1100.00"))
    assert said(one, EN)[1:4] == [
        "S2 alone added about 70 yen to the Nikkei 225, 70.00% of its change.",
        "S2 (1002) added 70.00 yen to the Nikkei 225, then S3 40.00 and S4 10.00.",
        "Only S1 (1001) pulled the Nikkei 225 down, by 20.00 yen.",
    ]
    assert said(one, JA)[1:4] == [
        "銘柄2(1002)1銘柄で日経平均を約70円押し上げ、上げ幅の70.00%を占めた。",
        "押し上げ寄与度の首位は銘柄2(1002)で70円、以下、銘柄3(1003)40円、銘柄4(1004)10円と続いた。",
        "日経平均を押し下げたのは銘柄1(1001)だけで、寄与度は20円だった。",
    ]
    assert [row[0] for row in rows(one)] == ["S2 (1002)", "S3 (1003)", "S4 (1004)", "S1 (1001)"]


@pytest.mark.parametrize(
    ("changes", "index", "en", "ja"),
    [
        (
            ["-60", "-40"],
            ("1000.00", "900.00"),
            "of 2 constituents 2 pulled it down and none pulled it up.",
            "構成する2銘柄のうち、押し下げたのは2銘柄で、押し上げた銘柄はなかった。",
        ),
        (
            ["60", "40"],
            ("1000.00", "1100.00"),
            "of 2 constituents none pulled it down and 2 pulled it up.",
            "構成する2銘柄のうち、押し上げたのは2銘柄で、押し下げた銘柄はなかった。",
        ),
    ],
)
def test_none_went_the_other_way(
    changes: list[str], index: tuple[str, str], en: str, ja: str
) -> None:
    one = section(changes, index)
    assert said(one, EN)[0].endswith(en)
    assert said(one, JA)[0].endswith(ja)
    assert len(said(one, EN)) == len(said(one, JA)) == 5  # and nothing of the way that none went
    assert len(rows(one)) == 2


def test_nothing_moved_at_all() -> None:
    one = section(["0", "0"], ("1000.00", "1000.00"))
    assert said(one, EN)[:2] == [
        "Nikkei 225 unchanged; of 2 constituents none moved it.",
        "The contributions add up to nothing; the index did not change.",
    ]
    assert said(one, JA)[0] == "日経平均は変わらず。構成する2銘柄に、指数を動かした銘柄はなかった。"
    assert not any(isinstance(block, Table) for block in one.blocks)


def test_an_index_of_one() -> None:
    one = section(["-100"])
    assert said(one, EN)[0] == "Nikkei 225 −100.00 (−10.00%); one constituent has a figure."
    assert said(one, EN)[2] == "Only S1 (1001) pulled the Nikkei 225 down, by 100.00 yen."
    assert said(one, EN)[3].startswith("Its contribution is −100.00, the index’s change −100.00:")
    assert said(one, JA)[0].endswith("数値のある構成銘柄は1銘柄。")


def test_the_dow_has_points_in_english_and_dollars_in_japanese() -> None:
    one = section(["-60.5", "-39.5"], of=DOW)
    assert said(one, EN)[2] == "S1 (1001) took 60.50 points off the Dow, then S2 39.50."
    assert said(one, JA)[2].endswith("60ドル50セント、以下、銘柄2(1002)39ドル50セントと続いた。")


def test_less_than_the_last_digit_is_not_printed_as_nought() -> None:
    one = section(["-5", "-100"], ("1000.00", "999.89"), divisor="1000")
    assert said(one, EN)[1] == "S2 (1002) took 0.10 yen off the Nikkei 225, then S1 0.01."
    only = section(["0.5"], ("1000.00", "1000.00"), divisor="1000")
    assert said(only, EN)[1] == "Only S1 (1001) pulled the Nikkei 225 up, by less than 0.01 yen."
    assert said(only, JA)[1].endswith("寄与度は1銭未満だった。")


# --- what is wrong is said ---


def test_a_sum_that_is_off_blames_the_table() -> None:
    one = section(["-60", "-38"])
    assert said(one, EN)[-3:-1] == [
        (
            "The 2 contributions add up to −98.00, the index’s change is −100.00: 2.00 yen apart, "
            "2.00% of the change."
        ),
        (
            "The difference is larger than rounding explains: the divisor, the factors or the "
            "list of constituents may be out of date."
        ),
    ]
    assert "古い可能性がある" in said(one, JA)[-2]


@pytest.mark.parametrize(
    ("blank", "en", "ja"),
    [
        (
            1,
            "Without a figure, and not counted, is one of 2 constituents: S2.",
            "構成する2銘柄のうち、銘柄2(1002)の1銘柄は数値がなく、計算に含めていない。",
        ),
        (
            2,
            "Without a figure, and not counted, are 2 of 3 constituents: S2 and S3.",
            "構成する3銘柄のうち、銘柄2(1002)、銘柄3(1003)の2銘柄は数値がなく、計算に含めていない。",
        ),
        (
            6,
            (
                "Without a figure, and not counted, are 6 of 7 constituents, among them S2, S3, "
                "S4, S5 and S6."
            ),
            (
                "構成する7銘柄のうち、銘柄2(1002)、銘柄3(1003)、銘柄4(1004)、銘柄5(1005)、"
                "銘柄6(1006)など6銘柄は数値がなく、計算に含めていない。"
            ),
        ),
    ],
)
def test_those_without_a_figure_are_counted_and_named(blank: int, en: str, ja: str) -> None:
    one = section(["-60", *[None] * blank])
    assert said(one, EN)[-2] == en
    assert said(one, JA)[-2] == ja
    assert "constituents without a figure" in said(one, EN)[-3]


@pytest.mark.parametrize(
    ("changes", "divisor", "index", "en", "ja"),
    [
        (
            ["-60", "10"],
            "1",
            ("1000.00", "1010.00"),
            "The 2 contributions add up to −50.00, the index’s change is +10.00: 60.00 yen apart, ",
            "寄与度の合計は50円の押し下げ、指数は10円の上げで、差は60円(変化幅の600.00%)。",
        ),
        (
            ["200", "22.564"],
            "0.05",
            ("31000.00", "31000.00"),
            "The contributions add up to +4,451.28; the index did not change.",
            "寄与度の合計は4451円28銭の押し上げで、指数は変わらずだった。",
        ),
        (
            ["0", "0"],
            "1",
            ("1000.00", "1000.00"),
            "The contributions add up to nothing; the index did not change.",
            "寄与度の合計は差し引きゼロで、指数は変わらずだった。",
        ),
    ],
)
def test_the_sum_and_the_index_are_said_with_their_ways(
    changes: list[str], divisor: str, index: tuple[str, str], en: str, ja: str
) -> None:
    one = section(changes, index, divisor=divisor)
    assert any(sentence.startswith(en) for sentence in said(one, EN))
    assert ja in said(one, JA)


def test_those_without_a_figure_are_among_the_constituents_counted() -> None:
    one = section(["-60", "-20", "10", None, None])
    assert said(one, EN)[0].endswith("; of 5 constituents 2 pulled it down and 1 pulled it up.")
    assert said(one, EN)[-2].startswith("Without a figure, and not counted, are 2 of 5 ")


def test_none_has_a_figure() -> None:
    one = section([None, None])
    assert said(one, EN) == [
        "Nikkei 225 −100.00 (−10.00%); no constituent has a figure.",
        "Without a figure, and not counted, are 2 of 2 constituents: S1 and S2.",
        "Divisor and factors: the desk.",
    ]


def test_the_index_has_no_figure() -> None:
    one = section(["-60", "10"], None)
    assert said(one, EN)[0] == (
        "For the Nikkei 225 itself there is no figure, and the sum is not checked; of 2 "
        "constituents 1 pulled it down and 1 pulled it up."
    )
    assert said(one, EN)[-1] == "Divisor and factors: the desk."
    assert rows(one)[0][1:] == ["−6.00%", "−60.00", "n/a"]


def test_a_closed_exchange_moved_nothing() -> None:
    assert said(section([], phase=Phase.CLOSED), EN) == [
        "Nikkei 225: no session in Tokyo on Monday 27 January, so nothing moved it."
    ]
    assert said(section([], phase=Phase.PENDING), EN) == [
        "Nikkei 225: the session of Monday 27 January in Tokyo has not begun."
    ]


# --- estimates ---


def test_estimates_are_called_so_everywhere() -> None:
    one = section(["-100", "20"], ("1000.00", "990.00"), weights=True)
    assert EN.say(one.title) == "What moved the Nikkei 225, estimated"
    assert JA.say(one.title) == "日経平均への寄与度(推計)"
    assert said(one, EN)[1] == (
        "By an estimate S1 alone took about 10 yen off the Nikkei 225, 100.00% of its change."
    )
    assert said(one, JA)[1].startswith("推計では、")
    assert said(one, EN)[-2:] == [
        (
            "These are estimates: weight times move times the index’s previous close. The weights "
            "with a figure add up to 20.00% of the index."
        ),
        "Weights: the desk.",
    ]
    assert "寄与度は推計で" in said(one, JA)[-2]
    table = next(block for block in one.blocks if isinstance(block, Table))
    assert EN.say(table.columns[2].heading) == "Estimate, yen"
    assert JA.say(table.columns[2].heading) == "寄与度の推計(円)"


def test_two_indexes_share_a_section() -> None:
    one = section(["-60", "-40"], tables=2)
    assert EN.say(one.title) == "What moved the indexes"
    assert sum(isinstance(block, Table) for block in one.blocks) == 2
    both = section(["-60"], weights=True, tables=2)
    assert JA.say(both.title) == "指数への寄与度(推計)"


def test_the_day_is_the_composition_s_own() -> None:
    """A move of another session than the watchlist's: each index is on its own calendar."""
    move = find_move(pair(NIKKEI, "10", "11"), asked(XTKS))
    composition = Composition(NIKKEI, Weighting.PRICE, asked(XTKS), Decimal(1), (), SOURCE)
    assert contribute(composition, {"^N225": move}).move.previous_session == FRIDAY


@pytest.mark.parametrize(
    ("amount", "exact", "about"),
    [
        ("-331.206", "331円21銭", "331円"),
        ("10021", "1万0021円", "1万0021円"),
        ("0.05", "5銭", "1円未満"),
        ("0.5", "50銭", "1円"),
        ("0.001", "1銭未満", "1円未満"),
        ("0", "0円", "0円"),
    ],
)
def test_points_in_japanese(amount: str, exact: str, about: str) -> None:
    money = Money(Decimal(amount), Unit.INDEX_YEN)
    assert (JA.print(Kind.POINTS, money), JA.print(Kind.ABOUT, money)) == (exact, about)


def test_points_in_english() -> None:
    one = Money(Decimal("1.2"), Unit.INDEX_DOLLAR)
    assert (EN.print(Kind.POINTS, one), EN.print(Kind.ABOUT, one)) == ("1.20 points", "1 point")
    many = Money(Decimal("-1077.496"), Unit.POINT)
    assert EN.print(Kind.POINTS, many) == "1,077.50 points"
    assert JA.print(Kind.ABOUT, many) == "1077ポイント"
