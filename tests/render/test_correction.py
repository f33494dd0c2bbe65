"""A correction as it is written: the note of both languages, the list, Markdown, JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.market.bars import Bars
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument, Text, make_instrument
from deepseek_shock.pipeline import Request, make, remake
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.cells import width_of
from deepseek_shock.render.correction import CorrectionMarkdown, CorrectionTerminal, Printed
from deepseek_shock.render.correctiondata import CorrectionJson
from deepseek_shock.render.correctionpaths import differs
from deepseek_shock.render.differences import Difference, find_differences
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.numbers import Precision
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.correction import Correction, correct
from deepseek_shock.report.model import Report
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, Shelf, bars, pair
from tests.render.hostile import NAMES

EN, JA = Words(Language.EN), Words(Language.JA)
AMD = pair("AMD", "122.84", "115.01")
MSFT = pair("MSFT", "444.06", "434.56")


def report_on(*held: Bars | Gap) -> Report:
    tickers = tuple(one.instrument.ticker for one in held)
    request = Request(LONG_AFTER, MONDAY, tickers=tickers, least_coverage=0)
    return make(request, Registry({}), Shelf(held)).report


def nvidia(close: str, previous: str = "142.62") -> Report:
    return report_on(pair("NVDA", previous, close), AMD, MSFT)


CHANGED = correct(nvidia("118.58"), nvidia("118.42"))


def note_of(correction: Correction, lang: Language, house: House = House()) -> str:  # noqa: B008 -- frozen
    printed = Printed(Words(lang, house))
    heading, paragraphs = printed.say_note(printed.note(correction), lang)
    return "\n".join((heading, *paragraphs[:-1]))


# By hand: NVDA 118.58 ÷ 142.62 − 1 = −16.856 %, 118.42 ÷ 142.62 − 1 = −16.968 %; AMD
# 115.01 ÷ 122.84 − 1 = −6.374 %; MSFT 434.56 ÷ 444.06 − 1 = −2.139 %. Means: −8.456 and −8.494 %.
SOURCE_EN = """\
Source: figures compiled in February 2025 and shipped with shock. Two vendors agree on Tokyo’s
shares; a second feed confirms 15 US shares and four indexes; for TOPIX there is one vendor only.
Prices are quoted as facts about the past; figures may not be redistributed without the exchanges’
leave. This is no advice to buy or to sell.
"""
SOURCE_JA = """\
出所: 2025年2月に編集し、shockに同梱した数値。東京の株価は2社のデータが一致し、米国は15銘柄と4指数を
別のデータで確かめた。TOPIXは1社のみ。価格は過去の事実として示した。数値の再配布には各取引所の許諾を
要する。売買を勧めるものではない。
"""
PAGE = f"""\
NVDA, AMD, MSFT · Monday 27 January 2025
Earlier: Source: sample data shipped with shock, February 2025.
Now: Source: sample data shipped with shock, February 2025.

Correction

An earlier version of this report gave the move of NVDA on Monday 27 January 2025 as −16.86%; the
correct figure is −16.97%. The source’s close was changed from $118.58 to $118.42. Also corrected:
the change from −24.04 to −24.20.

The headline read “NVDA −16.86%; all 3 watched shares fell”; it should read “NVDA −16.97%; all 3
watched shares fell”.

The mean move of NVDA, AMD, MSFT was given as −8.46%; the correct figure is −8.49%.

4 further figures or sentences have changed with these.

{SOURCE_EN}
訂正

2025年1月27日(月)のNVDAの騰落率「16.86%安」を「16.97%安」に訂正します。データ提供元の終値が118.58ド
ルから118.42ドルに変更されたためです。あわせて前営業日比「−24.04」を「−24.20」に訂正します。

見出し「NVDA16.86%安、対象3銘柄すべてが値下がり」を「NVDA16.97%安、対象3銘柄すべてが値下がり」に訂正
します。

NVDA, AMD, MSFTの単純平均「8.46%安」を「8.49%安」に訂正します。

これに伴い、ほかに4カ所を改めました。

{SOURCE_JA}
Headline
27 January 2025: headline
  Earlier: NVDA −16.86%; all 3 watched shares fell
  Now: NVDA −16.97%; all 3 watched shares fell
27 January 2025: standfirst
  Earlier: The moves reach from NVDA −16.86% to MSFT −2.14%.
  Now: The moves reach from NVDA −16.97% to MSFT −2.14%.

Moves  Figure  Earlier  Now
NVDA   move    −16.86%  −16.97%
NVDA   close   $118.58  $118.42
NVDA   change  −24.04   −24.20

By group         Figure        Earlier       Now
NVDA, AMD, MSFT  mean move     −8.46%        −8.49%
NVDA, AMD, MSFT  worst member  NVDA −16.86%  NVDA −16.97%

The sessions after  Figure                         Earlier  Now
NVDA                furthest move                  −16.86%  −16.97%
NVDA                move by the end of the window  −16.86%  −16.97%
"""


def test_a_correction_on_a_screen() -> None:
    assert CorrectionTerminal(EN, 100).render(CHANGED) == PAGE


def test_a_correction_as_markdown() -> None:
    text = CorrectionMarkdown(JA).render(CHANGED)
    assert text.startswith(
        "# 2025年1月27日(月) NVDA, AMD, MSFT\n\n"
        "- 前の版: データ: shockに同梱のサンプルデータ(2025年2月)。\n"
        "- 今回の版: データ: shockに同梱のサンプルデータ(2025年2月)。\n\n"
        "## Correction\n\n"
        "An earlier version of this report gave the move of NVDA on Monday 27 January 2025 as "
        "−16.86%; the correct figure is −16.97%."
    )
    assert text.endswith(
        "## 騰落率\n\n"
        "| 対象 | 項目 | 前の版 | 今回の版 |\n"
        "| --- | --- | --- | --- |\n"
        "| NVDA | 騰落率 | −16.86% | −16.97% |\n"
        "| NVDA | 終値 | 118.58ドル | 118.42ドル |\n"
        "| NVDA | 前営業日比 | −24.04 | −24.20 |\n\n"
        "## グループ別\n\n"
        "| 対象 | 項目 | 前の版 | 今回の版 |\n"
        "| --- | --- | --- | --- |\n"
        "| NVDA, AMD, MSFT | 単純平均 | −8.46% | −8.49% |\n"
        "| NVDA, AMD, MSFT | 騰落率最下位 | NVDA −16.86% | NVDA −16.97% |\n\n"
        "## その後の値動き\n\n"
        "| 対象 | 項目 | 前の版 | 今回の版 |\n"
        "| --- | --- | --- | --- |\n"
        "| NVDA | 最も離れたときの騰落率 | −16.86% | −16.97% |\n"
        "| NVDA | 期間末の騰落率 | −16.86% | −16.97% |\n"
    )


def as_json(correction: Correction) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CorrectionJson(Style(EN, Colors.US)).render(correction))
    return found


def test_a_correction_as_json() -> None:
    found = as_json(CHANGED)
    assert (found["schema"], found["is_due"]) == (1, True)
    assert found["new"]["date"] == "2025-01-27"
    close = next(one for one in found["changes"] if one["figure"] == "close")
    assert close == {
        "part": "moves",
        "about": "NVDA",
        "ticker": "NVDA",
        "figure": "close",
        "way": "changed",
        "old": 118.58,
        "new": 118.42,
        "old_printed": {"en": "$118.58", "ja": "118.58ドル"},
        "new_printed": {"en": "$118.42", "ja": "118.42ドル"},
        "is_seen": True,
    }
    assert found["note"]["en"].startswith("Correction\n\nAn earlier version of this report gave")
    assert found["note"]["ja"].startswith("訂正\n\n2025年1月27日(月)のNVDAの騰落率「16.86%安」を")
    paths = {one["path"] for one in found["differences"]}
    assert {"moves[NVDA].close", "groups[tickers].mean", "after[NVDA].returns[5]"} <= paths
    assert not any(path.startswith("moves[AMD]") for path in paths)


# --- what counts as printed ---


def test_what_differs_beyond_the_printed_digits_needs_no_correction() -> None:
    # −16.9682 % and −16.9675 % when the close has a tenth of a cent more. Move, close, change, mean
    # and two figures of the sessions after differ: six.
    found = correct(nvidia("118.42"), nvidia("118.421"))
    assert not found.is_empty
    assert note_of(found, Language.EN) == (
        "No correction is due\nNothing that this report prints has changed. "
        "6 figures differ, but only beyond the digits that are printed."
    )
    assert note_of(found, Language.JA).startswith("訂正はありません\n掲載した数値や文に変更はあり")
    page = CorrectionTerminal(EN, 100).render(found)
    assert "Different only beyond the digits that are printed\nNVDA" in page
    assert as_json(found)["is_due"] is False
    # A house that prints three decimals shows it.
    exact = House(precision=Precision(4))
    assert "−16.9682%; the correct figure is −16.9675%" in note_of(found, Language.EN, exact)


def test_a_close_that_differs_beyond_print_is_not_quoted_twice() -> None:
    # 118.42 and 118.424 ÷ 118.40: +0.0169 and +0.0203 %, of closes that print alike.
    found = correct(nvidia("118.42", "118.40"), nvidia("118.424", "118.40"))
    exact = House(precision=Precision(3))
    en, ja = (note_of(found, lang, exact) for lang in Language)
    assert "The close was changed beyond the digits that are printed." in en
    assert "$118.42 to" not in en
    assert "終値が掲載する桁より下で変更されたためです。" in ja


def with_volume(volume: int) -> Report:
    one = pair("NVDA", "142.62", "118.42")
    day = one.bars[1]._replace(volume=volume)
    return report_on(replace(one, bars=(one.bars[0], day)), AMD, MSFT)


def test_what_differs_in_the_data_alone_is_named() -> None:
    found = correct(nvidia("118.42"), with_volume(1001))
    assert found.is_empty
    assert differs(found, Style(EN, Colors.US))
    line = "Only in the data (JSON, CSV): moves[NVDA].volume."
    assert CorrectionTerminal(EN, 100).render(found).endswith(f"\n\n{line}\n")
    text = CorrectionMarkdown(JA).render(found)
    assert text.endswith("データ(JSON、CSV)だけの違い: moves\\[NVDA\\].volume。\n")
    alone = [one["path"] for one in as_json(found)["differences"] if one["is_in_data_alone"]]
    assert alone == ["moves[NVDA].volume"]
    # What the list shows is not named once more.
    assert "Only in the data" not in CorrectionTerminal(EN, 100).render(CHANGED)


def test_nothing_differs() -> None:
    same = correct(nvidia("118.42"), nvidia("118.42"))
    assert not differs(same, Style(EN, Colors.US))
    assert differs(CHANGED, Style(EN, Colors.US))
    assert note_of(same, Language.EN) == (
        "No correction is due\nNothing that this report prints has changed."
    )
    assert note_of(same, Language.JA) == "訂正はありません\n掲載した数値や文に変更はありません。"
    found = as_json(same)
    assert (found["changes"], found["differences"], found["is_due"]) == ([], [], False)


# --- the note's sentences ---


SPLIT = pair("NVDA", "142.62", "71.31")  # a half: as after a split that nobody recorded
SOUND = pair("NVDA", "142.62", "118.42")
GAVE = "An earlier version of this report gave "


@pytest.mark.parametrize(
    ("old", "new", "en", "ja"),
    [
        (  # 118.42 ÷ 147.07 − 1 = −19.480 %
            pair("NVDA", "147.07", "118.42"),
            SOUND,
            (
                "the move of NVDA on Monday 27 January 2025 as −19.48%; the correct figure "
                "is −16.97%. "
                "The source’s previous close was changed from $147.07 to $142.62. Also corrected: "
                "the change from −28.65 to −24.20."
            ),
            (
                "2025年1月27日(月)のNVDAの騰落率「19.48%安」を「16.97%安」に訂正します。データ提供元の前"
                "営業日の終値が147.07ドルから142.62ドルに変更されたためです。あわせて前営業日比「−28.65」を"
                "「−24.20」に訂正します。"
            ),
        ),
        (
            SPLIT,
            SOUND,
            (
                "no figure for the move of NVDA on Monday 27 January 2025; it is −16.97%. "
                "Its bars had "
                "been refused (“the two closes stand in the ratio of a split that nobody "
                "recorded”)."
            ),
            (
                "数値を掲載していなかった2025年1月27日(月)のNVDAの騰落率は「16.97%安」です。前の版では株価"
                "データを採用していませんでした(「終値の比率が株式分割に近く、分割の記録がない」)。"
            ),
        ),
        (
            Gap(make_instrument("NVDA"), MONDAY, GapReason.NO_DATA),
            SOUND,
            (
                "no figure for the move of NVDA on Monday 27 January 2025; it is −16.97%. The "
                "figure was missing then (“the vendor has no bars for these sessions”); the "
                "bars came later."
            ),
            (
                "数値を掲載していなかった2025年1月27日(月)のNVDAの騰落率は「16.97%安」です。前の版の時点では"
                "数値がなく(「提供元にこの期間の株価がない」)、データはその後に届きました。"
            ),
        ),
        (
            SOUND,
            bars("NVDA", {FRIDAY: "142.62", MONDAY: None}),
            (
                "the move of NVDA on Monday 27 January 2025 as −16.97%; that figure is "
                "withdrawn. The "
                "reason: the session’s bar has no close."
            ),
            "2025年1月27日(月)のNVDAの騰落率「16.97%安」を取り消します。理由は「当日の終値がない」です。",
        ),
    ],
    ids=["previous close", "refused", "late", "withdrawn"],
)
def test_what_was_wrong_what_is_right_and_why(
    old: Bars | Gap, new: Bars | Gap, en: str, ja: str
) -> None:
    found = correct(report_on(old, AMD, MSFT), report_on(new, AMD, MSFT))
    assert note_of(found, Language.EN).splitlines()[1] == GAVE + en
    assert note_of(found, Language.JA).splitlines()[1] == ja


def test_a_reason_is_no_figure() -> None:
    old, new = (
        report_on(Gap(make_instrument("NVDA"), MONDAY, reason), AMD, MSFT)
        for reason in (GapReason.NO_DATA, GapReason.NOT_HELD)
    )
    en, ja = (note_of(correct(old, new), lang) for lang in Language)
    assert f"{GAVE}the status of NVDA on Monday 27 January 2025 as “the vendor has no bars" in en
    assert "figure is" not in en
    assert "NVDAの状態「提供元にこの期間の株価がない」を「" in ja


def test_the_headline_is_corrected_where_it_changed() -> None:
    old = report_on(pair("NVDA", "142.62", "118.58"), AMD)
    new = report_on(pair("NVDA", "142.62", "118.42"), AMD)
    found = correct(old, new)
    assert (
        "The headline read “NVDA −16.86%; both watched shares fell”; it should read “NVDA −16.97%; "
        "both watched shares fell”."
    ) in note_of(found, Language.EN)
    assert (
        "見出し「NVDA16.86%安、対象2銘柄とも値下がり」を「NVDA16.97%安、対象2銘柄とも値下がり」に訂正します。"
    ) in note_of(found, Language.JA)


# --- hostile names ---


def renamed(report_close: str, name: str) -> Report:
    """Make the report of one share under a name that would be markup."""
    made = make(
        Request(LONG_AFTER, MONDAY, tickers=("NVDA", "AMD")),
        Registry({}),
        Shelf([pair("NVDA", "142.62", report_close), AMD]),
    )
    basis = made.basis
    group = basis.inquiry.watchlist.groups[0]
    evil = Text(name, name)
    members = tuple(Instrument(one.ticker, one.exchange, evil, evil) for one in group.members)
    named = group._replace(members=members, title=evil, short_title=evil)
    watchlist = basis.inquiry.watchlist._replace(groups=(named,), title=evil)
    held = {
        one.ticker: Bars(one, basis.held.bars[one.ticker].bars)  # type: ignore[union-attr]
        for one in members
    }
    inquiry = basis.inquiry._replace(watchlist=watchlist)
    return remake(basis._replace(inquiry=inquiry, held=basis.held._replace(bars=held)))


MISCHIEF = ("\x1b[31mred\x1b]0;title\x07", "a\nb | c\r\n# d", "\u202eevil\u2066", "x" * 500)


@pytest.mark.parametrize("name", [*NAMES.values(), *MISCHIEF])
def test_names_are_data(name: str) -> None:
    found = correct(renamed("118.58", name), renamed("118.42", name))
    page = CorrectionTerminal(EN, 100).render(found)
    text = CorrectionMarkdown(EN).render(found)
    for said in (page, text):
        assert not any(sign in said for sign in "\x1b\x07\r\u202e\u2066")
    assert all(width_of(line) <= 100 or "x" * 100 in line for line in page.splitlines())
    assert "<script" not in text
    tables = [line.replace("\\|", "") for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in tables} == {5}
    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert {line.split(" ")[0] for line in heads} <= {"#", "##"}
    assert sum(line.startswith("# ") for line in heads) == 1
    json.loads(CorrectionJson(Style(EN, Colors.US)).render(found))


# --- documents, path by path ---


def test_rows_are_told_apart_by_what_they_are_of() -> None:
    old = {"moves": [{"ticker": "NVDA", "close": 1}, {"ticker": "5803.T", "close": 2}], "a": None}
    new = {"moves": [{"ticker": "5803.T", "close": 3}, {"ticker": "NVDA", "close": 1}], "a": {}}
    assert list(find_differences(old, new)) == [
        Difference("moves[5803.T].close", 2, 3),
        Difference("a", None, {}),
    ]
    gone = {"moves": old["moves"][:1], "a": None}  # type: ignore[index]
    assert list(find_differences(old, gone)) == [
        Difference("moves[5803.T]", {"ticker": "5803.T", "close": 2}, None)
    ]


def test_one_share_in_two_groups_is_two_rows() -> None:
    old = [{"ticker": "A", "group": "x", "close": 1}, {"ticker": "A", "group": "y", "close": 1}]
    new = [old[1], {**old[0], "close": 2}]
    assert list(find_differences(old, new, "moves")) == [Difference("moves[A x].close", 1, 2)]


def test_sentences_go_by_their_words_and_plain_values_by_their_place() -> None:
    old = {"notes": [{"en": "One.", "ja": "一。"}], "returns": [0.1, 0.2]}
    new = {"notes": [{"en": "Two.", "ja": "二。"}], "returns": [0.1, 0.3]}
    assert [one.path for one in find_differences(old, new)] == [
        "notes[Two.]",
        "notes[One.]",
        "returns[1]",
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b", '"', "[x]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ticker", "en", "value"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_differences_mirror_each_other(one: object, other: object) -> None:
    assert list(find_differences(one, one)) == []
    there, back = find_differences(one, other), find_differences(other, one)
    assert sorted((d.path, repr(d.old), repr(d.new)) for d in there) == sorted(
        (d.path, repr(d.new), repr(d.old)) for d in back
    )
