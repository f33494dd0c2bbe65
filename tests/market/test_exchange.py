"""Exchanges: MIC, zone and currency are those of ISO 10383, the IANA database and ISO 4217."""

from decimal import Decimal
from zoneinfo import available_timezones

import pytest

from deepseek_shock.errors import UsageError
from deepseek_shock.market.exchange import CITIES, EXCHANGES, exchange_of
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.render.catalogue import catalogue
from deepseek_shock.render.currencies import WORDS_JA, sign_en
from deepseek_shock.report.money import Unit
from deepseek_shock.report.quote import cash


@pytest.mark.parametrize(
    ("ticker", "mic"),
    [
        ("NVDA", "XNYS"),  # a US listing, until more is known
        ("BRK-B", "XNYS"),
        ("^GSPC", "XNYS"),
        ("5803.T", "XTKS"),
        ("130A.T", "XTKS"),
    ],
)
def test_the_suffix_tells_the_exchange(ticker: str, mic: str) -> None:
    assert exchange_of(ticker).mic == mic


@pytest.mark.parametrize(
    ("ticker", "suffix"),
    [
        ("VOD.L", ".L"),
        ("BRK.B", ".B"),
        ("0700.HK", ".HK"),
        ("5803.TO", ".TO"),
        ("5803.T.T", ".T.T"),
    ],
)
def test_another_suffix_is_refused_with_the_exchanges_known(ticker: str, suffix: str) -> None:
    with pytest.raises(UsageError) as caught:
        exchange_of(ticker)
    assert ticker in caught.value.message
    assert caught.value.message.endswith(suffix)
    assert all(mic in caught.value.hint for mic in ("XNYS", "XNAS", "ARCX", "XTKS"))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("mic", "zone", "currency", "calendar"),
    [
        ("XNYS", "America/New_York", "USD", "XNYS"),
        ("XNAS", "America/New_York", "USD", "XNYS"),
        ("ARCX", "America/New_York", "USD", "XNYS"),
        ("XTKS", "Asia/Tokyo", "JPY", "XTKS"),
        ("XLON", "Europe/London", "GBP", "XLON"),
        ("XETR", "Europe/Berlin", "EUR", "XETR"),
        ("XBOG", "America/Bogota", "COP", "XBOG"),
        ("BVMF", "America/Sao_Paulo", "BRL", "BVMF"),
        ("XTAE", "Asia/Tel_Aviv", "ILS", "XTAE"),
    ],
)
def test_an_exchange_carries_zone_currency_and_calendar(
    mic: str, zone: str, currency: str, calendar: str
) -> None:
    assert EXCHANGES[mic] == (mic, zone, currency, calendar)


def test_every_exchange_has_a_zone_a_currency_and_a_city_in_both_languages() -> None:
    assert len(EXCHANGES) >= 40
    for mic, exchange in EXCHANGES.items():
        assert exchange.mic == mic
        assert exchange.zone in available_timezones()
        assert EXCHANGES[exchange.calendar].zone == exchange.zone
        assert catalogue("en")[f"city.{exchange.calendar}"] == CITIES[exchange.calendar]
        assert catalogue("ja")[f"city.{exchange.calendar}"]
        unit = cash(exchange.currency, Decimal(1)).unit
        assert unit in WORDS_JA
        assert sign_en(unit).strip()


def test_no_two_cities_or_currencies_share_a_name() -> None:
    for named in (
        list(CITIES.values()),
        [catalogue("ja")[f"city.{calendar}"] for calendar in CITIES],
        list(WORDS_JA.values()),
        [sign_en(unit) for unit in WORDS_JA],
    ):
        assert len(set(named)) == len(named)


def test_every_currency_is_that_of_an_exchange() -> None:
    known = {cash(exchange.currency, Decimal(1)).unit for exchange in EXCHANGES.values()}
    assert known == set(WORDS_JA)
    assert set(Unit) - known == {Unit.POINT, Unit.INDEX_DOLLAR, Unit.INDEX_YEN}


def test_a_given_exchange_comes_before_the_suffix() -> None:
    assert make_instrument("VOD.L", exchange=EXCHANGES["XLON"]).exchange.mic == "XLON"
    assert make_instrument("5803.T", exchange=EXCHANGES["XSES"]).exchange.mic == "XSES"
