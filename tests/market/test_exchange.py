"""Exchanges: MIC, zone and currency are those of ISO 10383, the IANA database and ISO 4217."""

import pytest

from deepseek_shock.errors import UsageError
from deepseek_shock.market.exchange import EXCHANGES, exchange_of


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
    ],
)
def test_an_exchange_carries_zone_currency_and_calendar(
    mic: str, zone: str, currency: str, calendar: str
) -> None:
    assert EXCHANGES[mic] == (mic, zone, currency, calendar)
