"""Numbers, amounts and dates as printed; expected texts from the house rules, never from the code.

Closes: NVDA 142.62 and 118.42, Nikkei 225 39,565.80, Dow 44,713.58 on 24 and 27 January 2025, as
the exchanges published them. Sessions: the calendars of the Tokyo and New York exchanges.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.sessions import previous_session
from deepseek_shock.render import dates, numbers
from deepseek_shock.render.numbers import Precision, Rounding
from deepseek_shock.report.model import Span
from deepseek_shock.report.money import Money, Unit

NVDA = Decimal("118.42") / Decimal("142.62") - 1  # −0.169681671…
DOWN = Rounding.DOWN
MINUS = "\u2212"

fractions = st.decimals(
    min_value=-50, max_value=50, allow_nan=False, allow_infinity=False, places=9
)
precisions = st.builds(Precision, st.integers(0, 6), st.sampled_from(Rounding))


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        (Precision(), "−16.97%"),
        (Precision(2), "−16.97%"),
        (Precision(1, DOWN), "−16.9%"),
        (Precision(1), "−17.0%"),
        (Precision(0), "−17%"),
        (Precision(0, DOWN), "−16%"),
        (Precision(2, DOWN), "−16.96%"),
        (Precision(3), "−16.968%"),
        (Precision(6), "−16.968167%"),
    ],
)
def test_the_lead_of_the_day_at_every_house_style(precision: Precision, text: str) -> None:
    assert numbers.percent(NVDA, precision) == text
    assert numbers.percent_size(NVDA, precision) == text.removeprefix(MINUS)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        ("0.0893", "+8.93%"),
        ("0", "0.00%"),
        ("-0", "0.00%"),
        ("-0.00001", "0.00%"),
        ("0.00001", "0.00%"),
        ("-0.00004999", "0.00%"),
        ("-0.00005", "−0.01%"),
        ("0.16965", "+16.97%"),
        ("-0.16965", "−16.97%"),
        ("0.16975", "+16.98%"),
        ("12.34567", "+1,234.57%"),
        ("-1", "−100.00%"),
    ],
)
def test_a_percentage_has_a_sign_unless_it_is_nought(fraction: str, text: str) -> None:
    assert numbers.percent(Decimal(fraction), Precision()) == text
    assert numbers.percent(float(fraction), Precision()) == text


def test_minus_is_the_mathematical_sign() -> None:
    text = numbers.percent(NVDA, Precision())
    assert text[0] == "\u2212"
    assert "-" not in text


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("16.965", 2, "16.97"),
        ("-16.965", 2, "-16.97"),
        ("16.975", 2, "16.98"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.675", 2, "2.68"),
        ("16.964999", 2, "16.96"),
    ],
)
def test_ties_are_rounded_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert numbers.rounded(Decimal(value), decimals) == Decimal(rounded)
    # 2.675 is a hair less as a float, but is what a reader sees.
    assert numbers.rounded(float(value), decimals) == Decimal(rounded)


@pytest.mark.parametrize(("value", "rounded"), [("16.969", "16.9"), ("-16.969", "-16.9")])
def test_down_is_towards_zero(value: str, rounded: str) -> None:
    assert numbers.rounded(Decimal(value), 1, DOWN) == Decimal(rounded)


@given(fractions, precisions)
def test_a_fall_prints_as_a_rise_does_but_for_its_sign(
    fraction: Decimal, precision: Precision
) -> None:
    fall, rise = (numbers.percent(value, precision) for value in (-fraction, fraction))
    assert fall.lstrip("+\u2212") == rise.lstrip("+\u2212")
    assert numbers.percent_size(fraction, precision) == rise.lstrip("+\u2212")
    assert {fall[0], rise[0]} == {"+", "\u2212"} or not Decimal(parsed(rise))


@given(fractions, precisions)
def test_a_percentage_read_back_is_within_its_rounding(
    fraction: Decimal, precision: Precision
) -> None:
    text = numbers.percent(fraction, precision)
    unit = Decimal(1).scaleb(-precision.decimals)
    exact, shown = fraction * 100, Decimal(parsed(text))
    if precision.rounding is DOWN:
        assert abs(shown) <= abs(exact) < abs(shown) + unit
    else:
        assert abs(shown - exact) <= unit / 2
    _, _, tail = text.rstrip("%").partition(".")
    assert len(tail) == precision.decimals


@given(fractions)
def test_thousands_are_grouped_by_three(fraction: Decimal) -> None:
    whole = numbers.unsigned(fraction * 1_000_000).partition(".")[0]
    assert re.fullmatch(r"\d{1,3}(,\d{3})*", whole)


def parsed(text: str) -> str:
    return text.rstrip("%").replace(",", "").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("value", "text"), [(-5.24, "−5.2"), (5.25, "+5.3"), (-0.04, "0.0"), (-12.0, "−12.0")]
)
def test_sigma_has_one_decimal_and_a_sign(value: float, text: str) -> None:
    assert numbers.sigma(value) == text


@pytest.mark.parametrize(("value", "text"), [(4.05, "4.1"), (0.04, "0.0"), (1234.5, "1,234.5")])
def test_a_multiple_has_one_decimal_and_no_sign(value: float, text: str) -> None:
    assert numbers.multiple(value) == text


@pytest.mark.parametrize(
    ("amount", "unit", "table", "english", "japanese", "prose"),
    [
        ("118.42", Unit.DOLLAR, "118.42", "$118.42", "118.42ドル", "118.42ドル"),
        ("330", Unit.DOLLAR, "330.00", "$330.00", "330.00ドル", "330.00ドル"),
        ("12345.6", Unit.DOLLAR, "12,345.60", "$12,345.60", "12,345.60ドル", "1万2345.60ドル"),
        ("6522", Unit.YEN, "6,522", "¥6,522", "6,522円", "6522円"),
        ("6522.0", Unit.YEN, "6,522", "¥6,522", "6,522円", "6522円"),
        ("2856.5", Unit.YEN, "2,856.5", "¥2,856.5", "2,856.5円", "2856円50銭"),
        ("1151.5", Unit.YEN, "1,151.5", "¥1,151.5", "1,151.5円", "1151円50銭"),
        ("10050", Unit.YEN, "10,050", "¥10,050", "10,050円", "1万0050円"),
        ("10001.5", Unit.YEN, "10,001.5", "¥10,001.5", "10,001.5円", "1万0001円50銭"),
        ("20000", Unit.YEN, "20,000", "¥20,000", "20,000円", "2万円"),
        ("9999", Unit.YEN, "9,999", "¥9,999", "9,999円", "9999円"),
        ("39565.80", Unit.INDEX_YEN, "39,565.80", "39,565.80", "39,565.80", "3万9565円80銭"),
        ("39931.98", Unit.INDEX_YEN, "39,931.98", "39,931.98", "39,931.98", "3万9931円98銭"),
        ("39000.05", Unit.INDEX_YEN, "39,000.05", "39,000.05", "39,000.05", "3万9000円5銭"),
        ("44713.58", Unit.INDEX_DOLLAR, "44,713.58", *["44,713.58"] * 2, "4万4713ドル58セント"),
        ("44713", Unit.INDEX_DOLLAR, "44,713.00", *["44,713.00"] * 2, "4万4713ドル"),
        ("4853.2", Unit.POINT, "4,853.20", "4,853.20", "4,853.20", "4853.20"),
        ("20009.34", Unit.POINT, "20,009.34", "20,009.34", "20,009.34", "2万0009.34"),
        ("20000.34", Unit.POINT, "20,000.34", "20,000.34", "20,000.34", "2万0000.34"),
        ("40006.02", Unit.INDEX_DOLLAR, "40,006.02", *["40,006.02"] * 2, "4万0006ドル2セント"),
        ("19341.83", Unit.POINT, "19,341.83", "19,341.83", "19,341.83", "1万9341.83"),
    ],
)
def test_an_amount_in_tables_and_in_prose(  # noqa: PLR0913, PLR0917 -- one form each
    amount: str, unit: Unit, table: str, english: str, japanese: str, prose: str
) -> None:
    money = Money(Decimal(amount), unit)
    assert numbers.price(money) == table
    assert numbers.money_en(money) == english
    assert numbers.money_ja(money) == japanese
    assert numbers.prose_ja(money) == prose


@pytest.mark.parametrize(
    ("amount", "unit", "table", "prose"),
    [
        ("-24.20", Unit.DOLLAR, "−24.20", "24.20ドル"),
        ("-366.18", Unit.INDEX_YEN, "−366.18", "366円18銭"),
        ("289.33", Unit.INDEX_DOLLAR, "+289.33", "289ドル33セント"),
        ("-612.47", Unit.POINT, "−612.47", "612.47ポイント"),
        ("35.5", Unit.YEN, "+35.5", "35円50銭"),
        ("-778", Unit.YEN, "−778", "778円"),
        ("0", Unit.YEN, "0", "0円"),
        ("0", Unit.DOLLAR, "0.00", "0.00ドル"),
        ("-0.001", Unit.POINT, "0.00", "0.00ポイント"),
    ],
)
def test_a_change_has_a_sign_in_tables_and_none_in_prose(
    amount: str, unit: Unit, table: str, prose: str
) -> None:
    money = Money(Decimal(amount), unit)
    assert numbers.price_change(money) == table
    assert numbers.prose_change_ja(money) == prose


def test_counts_ranks_and_small_numbers() -> None:
    assert [numbers.count(n) for n in (0, 56, 1234567)] == ["0", "56", "1,234,567"]
    ranks = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 10: "10th", 11: "11th", 12: "12th"}
    ranks |= {13: "13th", 21: "21st", 22: "22nd", 23: "23rd", 28: "28th", 101: "101st"}
    ranks |= {111: "111th", 112: "112th", 1001: "1,001st", 1013: "1,013th"}
    assert {n: numbers.rank_en(n) for n in ranks} == ranks
    words = {0: "no", 1: "one", 8: "eight", 9: "nine", 10: "10", 28: "28", 1000: "1,000"}
    assert {n: numbers.number_en(n) for n in words} == words
    ordinals = {1: "first", 2: "second", 3: "third", 9: "ninth", 13: "13th"}
    assert {n: numbers.ordinal_en(n) for n in ordinals} == ordinals


def test_days_in_both_languages() -> None:
    day = date(2025, 1, 27)
    assert dates.day_en(day) == "27 January 2025"
    assert dates.day_ja(day) == "2025年1月27日"
    assert dates.long_day_en(day) == "Monday 27 January 2025"
    assert dates.long_day_ja(day) == "2025年1月27日(月)"
    assert dates.weekday_en(day) == "Monday 27 January"
    assert dates.weekday_ja(day) == "1月27日(月)"
    assert dates.short_day_en(day) == "27 Jan"
    assert dates.short_day_ja(day) == "27日"


def test_every_weekday_and_month_has_its_own_name() -> None:
    week = [dates.weekday_ja(date(2025, 1, 26 + at))[-2] for at in range(6)]
    assert week == list("日月火水木金")
    assert dates.weekday_ja(date(2025, 2, 1)) == "2月1日(土)"
    months = [dates.short_day_en(date(2024, month, 9)) for month in range(1, 13)]
    names = ("Jan Feb Mar Apr May Jun", "Jul Aug Sep Oct Nov Dec")
    assert months == [f"9 {name}" for half in names for name in half.split()]
    assert dates.long_day_en(date(2024, 2, 29)) == "Thursday 29 February 2024"


def test_clocks() -> None:
    tokyo = datetime(2025, 1, 27, 15, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert dates.clock_en(tokyo) == "15:30 JST"
    assert dates.clock_ja(tokyo) == "15時30分"
    assert dates.in_utc(tokyo) == "06:30 UTC"
    winter = datetime(2025, 1, 27, 16, 0, tzinfo=ZoneInfo("America/New_York"))
    summer = datetime(2025, 7, 1, 16, 0, tzinfo=ZoneInfo("America/New_York"))
    assert dates.clock_en(winter) == "16:00 EST"
    assert dates.clock_ja(winter) == "16時"
    assert dates.in_utc(winter) == "21:00 UTC"
    assert dates.clock_en(summer) == "16:00 EDT"
    assert dates.in_utc(summer) == "20:00 UTC"
    assert dates.in_utc(datetime(2025, 1, 27, 0, 5, tzinfo=UTC)) == "00:05 UTC"


@pytest.mark.parametrize(
    ("mic", "previous", "session", "word"),
    [
        # The year changed, which comes before the length of the gap.
        ("XTKS", "2024-12-30", "2025-01-06", "前年末"),
        ("XNYS", "2024-12-31", "2025-01-02", "前年末"),
        # More than four calendar days: the May holidays of Tokyo.
        ("XTKS", "2019-04-26", "2019-05-07", "前営業日"),
        ("XTKS", "2024-05-02", "2024-05-07", "前営業日"),
        # The week before: a weekend, a long weekend of exactly four days, a Friday off.
        ("XTKS", "2025-01-24", "2025-01-27", "前週末"),
        ("XTKS", "2025-01-10", "2025-01-14", "前週末"),
        ("XNYS", "2025-01-17", "2025-01-21", "前週末"),
        ("XTKS", "2023-11-02", "2023-11-06", "前週末"),
        # The last Monday of a year is in week 1 of the next.
        ("XTKS", "2019-12-27", "2019-12-30", "前週末"),
        # The same week, but not the day before.
        ("XNYS", "2025-01-08", "2025-01-10", "前営業日"),
        ("XTKS", "2025-02-10", "2025-02-12", "前営業日"),
        # The day before.
        ("XTKS", "2025-01-27", "2025-01-28", "前日"),
        ("XNYS", "2025-01-23", "2025-01-24", "前日"),
    ],
)
def test_the_word_for_the_day_a_move_is_measured_from(
    mic: str, previous: str, session: str, word: str
) -> None:
    span = Span(date.fromisoformat(previous), date.fromisoformat(session))
    assert previous_session(EXCHANGES[mic], span.last) == span.first
    assert dates.base_word(span) == f"{word}比"
    assert dates.base_word(span, "終値") == f"{word}終値"


@pytest.mark.parametrize(
    ("first", "last", "english", "japanese"),
    [
        ("2020-03-16", "2025-01-27", "4 years and 10 months", "およそ4年10カ月ぶり"),
        ("2024-11-15", "2025-01-27", "2 months", "およそ2カ月ぶり"),
        ("2025-01-14", "2025-01-27", "13 days", "13日ぶり"),
        ("2025-01-26", "2025-01-27", "1 day", "1日ぶり"),
        ("2024-12-31", "2025-01-27", "27 days", "27日ぶり"),
        ("2024-12-30", "2025-01-27", "1 month", "およそ1カ月ぶり"),
        ("2024-01-28", "2025-01-27", "1 year", "およそ1年ぶり"),
        ("2023-12-29", "2025-01-27", "1 year and 1 month", "およそ1年1カ月ぶり"),
        ("2024-05-06", "2024-08-05", "3 months", "およそ3カ月ぶり"),
        # Short of six weeks two ends of months do not make two months.
        ("2025-01-31", "2025-03-03", "1 month", "およそ1カ月ぶり"),
        ("2025-01-02", "2025-01-31", "1 month", "およそ1カ月ぶり"),
        ("2024-02-29", "2024-04-14", "1 month", "およそ1カ月ぶり"),
        ("2024-02-29", "2024-04-15", "2 months", "およそ2カ月ぶり"),
        # As printed of the Nikkei: by Nikkei QUICK News on 2 August 2024 (下げ幅), 22 February
        # 2024 (史上最高値), 9 February 2018, 18 July 2019, 15 October 2018 and 23 May 2013, and by
        # Reuters on 12 February 2016.
        ("1987-10-20", "2024-08-02", "36 years and 10 months", "およそ36年10カ月ぶり"),
        ("1989-12-29", "2024-02-22", "34 years and 2 months", "およそ34年2カ月ぶり"),
        ("2017-10-18", "2018-02-09", "4 months", "およそ4カ月ぶり"),
        ("2019-03-25", "2019-07-18", "4 months", "およそ4カ月ぶり"),
        ("2018-08-21", "2018-10-15", "2 months", "およそ2カ月ぶり"),
        ("2000-04-17", "2013-05-23", "13 years and 1 month", "およそ13年1カ月ぶり"),
        ("2014-10-21", "2016-02-12", "1 year and 4 months", "およそ1年4カ月ぶり"),
    ],
)
def test_the_time_between_two_sessions(first: str, last: str, english: str, japanese: str) -> None:
    span = Span(date.fromisoformat(first), date.fromisoformat(last))
    assert dates.ago_en(span) == english
    assert dates.ago_ja(span) == japanese


@given(st.dates(date(1970, 1, 1), date(2027, 12, 31)), st.integers(1, 20_000))
def test_the_time_between_never_says_nought(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    english = dates.ago_en(Span(first, last))
    stated = {unit: int(n) for n, unit in re.findall(r"(\d+) (year|month|day)", english)}
    assert stated
    assert all(stated.values())
    assert stated.get("month", 0) < 12
    # What is stated is never a whole month off what has passed.
    months = stated.get("year", 0) * 12 + stated.get("month", 0)
    passed = days if "day" in stated else days * 12 / 365.2425
    assert abs(passed - (months or stated.get("day", 0))) < 1.1


@pytest.mark.parametrize(
    ("unit", "amount", "en", "ja", "prose"),
    [
        (Unit.EUR, "72.1", "€72.10", "72.10ユーロ", "72.10ユーロ"),
        (Unit.GBP, "12345.67", "£12,345.67", "12,345.67ポンド", "1万2345.67ポンド"),
        (Unit.HKD, "402.6", "HKD\u00a0402.60", "402.60香港ドル", "402.60香港ドル"),
        (Unit.KRW, "60000", "KRW\u00a060,000", "60,000ウォン", "6万ウォン"),
        (Unit.CNY, "9.995", "CNY\u00a010.00", "10.00元", "10.00元"),
        (Unit.POINT, "8188.5", "8,188.50", "8,188.50", "8188.50"),
    ],
)
def test_money_of_other_countries(unit: Unit, amount: str, en: str, ja: str, prose: str) -> None:
    money = Money(Decimal(amount), unit)
    assert numbers.money_en(money) == en
    assert numbers.money_ja(money) == ja
    assert numbers.prose_ja(money) == prose


@pytest.mark.parametrize(
    ("zone", "on", "said"),
    [
        ("Europe/London", "2025-01-27", "16:30 GMT"),
        ("Europe/Istanbul", "2025-01-27", "16:30 UTC+3"),
        ("America/Sao_Paulo", "2025-01-27", "16:30 UTC\u22123"),
        ("Asia/Kathmandu", "2025-01-27", "16:30 UTC+5:45"),
    ],
)
def test_a_zone_without_a_name_goes_by_its_hours(zone: str, on: str, said: str) -> None:
    instant = datetime.fromisoformat(f"{on}T16:30").replace(tzinfo=ZoneInfo(zone))
    assert dates.clock_en(instant) == said
