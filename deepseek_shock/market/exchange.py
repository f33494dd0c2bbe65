"""Exchanges by their ISO 10383 MIC; each carries its zone and currency, so that nobody guesses."""

from typing import NamedTuple

from deepseek_shock.errors import UsageError


class Exchange(NamedTuple):
    """A venue: MIC, IANA time zone, ISO 4217 currency, and the calendar whose sessions it keeps."""

    mic: str
    zone: str
    currency: str
    calendar: str


XNYS = Exchange("XNYS", "America/New_York", "USD", "XNYS")
XNAS = Exchange("XNAS", "America/New_York", "USD", "XNYS")
ARCX = Exchange("ARCX", "America/New_York", "USD", "XNYS")
XTKS = Exchange("XTKS", "Asia/Tokyo", "JPY", "XTKS")

# MIC, zone, currency, city. Their calendars are the package's, of the same name. Frankfurt is Xetra
# and, apart from it, the older exchange with its floor. The currency is today's: what a share cost
# before its country took the euro is for the data to say.
_ELSEWHERE = (
    ("AIXK", "Asia/Almaty", "KZT", "Astana"),
    ("ASEX", "Europe/Athens", "EUR", "Athens"),
    ("BVMF", "America/Sao_Paulo", "BRL", "São Paulo"),
    ("XAMS", "Europe/Amsterdam", "EUR", "Amsterdam"),
    ("XASX", "Australia/Sydney", "AUD", "Sydney"),
    ("XBEL", "Europe/Belgrade", "RSD", "Belgrade"),
    ("XBKK", "Asia/Bangkok", "THB", "Bangkok"),
    ("XBOG", "America/Bogota", "COP", "Bogotá"),
    ("XBOM", "Asia/Kolkata", "INR", "Mumbai"),
    ("XBRA", "Europe/Bratislava", "EUR", "Bratislava"),
    ("XBRU", "Europe/Brussels", "EUR", "Brussels"),
    ("XBSE", "Europe/Bucharest", "RON", "Bucharest"),
    ("XBUD", "Europe/Budapest", "HUF", "Budapest"),
    ("XBUE", "America/Argentina/Buenos_Aires", "ARS", "Buenos Aires"),
    ("XCSE", "Europe/Copenhagen", "DKK", "Copenhagen"),
    ("XCYS", "Asia/Nicosia", "EUR", "Nicosia"),
    ("XDUB", "Europe/Dublin", "EUR", "Dublin"),
    ("XETR", "Europe/Berlin", "EUR", "Frankfurt"),
    ("XFRA", "Europe/Berlin", "EUR", "Frankfurt’s floor"),
    ("XHEL", "Europe/Helsinki", "EUR", "Helsinki"),
    ("XHKG", "Asia/Hong_Kong", "HKD", "Hong Kong"),
    ("XICE", "Atlantic/Reykjavik", "ISK", "Reykjavik"),
    ("XIDX", "Asia/Jakarta", "IDR", "Jakarta"),
    ("XIST", "Europe/Istanbul", "TRY", "Istanbul"),
    ("XJSE", "Africa/Johannesburg", "ZAR", "Johannesburg"),
    ("XKAR", "Asia/Karachi", "PKR", "Karachi"),
    ("XKLS", "Asia/Kuala_Lumpur", "MYR", "Kuala Lumpur"),
    ("XKRX", "Asia/Seoul", "KRW", "Seoul"),
    ("XLIM", "America/Lima", "PEN", "Lima"),
    ("XLIS", "Europe/Lisbon", "EUR", "Lisbon"),
    ("XLIT", "Europe/Vilnius", "EUR", "Vilnius"),
    ("XLJU", "Europe/Ljubljana", "EUR", "Ljubljana"),
    ("XLON", "Europe/London", "GBP", "London"),
    ("XLUX", "Europe/Luxembourg", "EUR", "Luxembourg"),
    ("XMAD", "Europe/Madrid", "EUR", "Madrid"),
    ("XMEX", "America/Mexico_City", "MXN", "Mexico City"),
    ("XMIL", "Europe/Rome", "EUR", "Milan"),
    ("XMOS", "Europe/Moscow", "RUB", "Moscow"),
    ("XNZE", "Pacific/Auckland", "NZD", "Wellington"),
    ("XOSL", "Europe/Oslo", "NOK", "Oslo"),
    ("XPAR", "Europe/Paris", "EUR", "Paris"),
    ("XPHS", "Asia/Manila", "PHP", "Manila"),
    ("XPRA", "Europe/Prague", "CZK", "Prague"),
    ("XRIS", "Europe/Riga", "EUR", "Riga"),
    ("XSAU", "Asia/Riyadh", "SAR", "Riyadh"),
    ("XSES", "Asia/Singapore", "SGD", "Singapore"),
    ("XSGO", "America/Santiago", "CLP", "Santiago"),
    ("XSHG", "Asia/Shanghai", "CNY", "Shanghai"),
    ("XSTO", "Europe/Stockholm", "SEK", "Stockholm"),
    ("XSWX", "Europe/Zurich", "CHF", "Zurich"),
    ("XTAE", "Asia/Tel_Aviv", "ILS", "Tel Aviv"),
    ("XTAI", "Asia/Taipei", "TWD", "Taipei"),
    ("XTAL", "Europe/Tallinn", "EUR", "Tallinn"),
    ("XTSE", "America/Toronto", "CAD", "Toronto"),
    ("XWAR", "Europe/Warsaw", "PLN", "Warsaw"),
    ("XWBO", "Europe/Vienna", "EUR", "Vienna"),
    ("XZAG", "Europe/Zagreb", "EUR", "Zagreb"),
)

EXCHANGES = {exchange.mic: exchange for exchange in (XNYS, XNAS, ARCX, XTKS)} | {
    mic: Exchange(mic, zone, currency, mic) for mic, zone, currency, _ in _ELSEWHERE
}
"""Every exchange that is known, by its MIC; a calendar's name is the MIC of one that keeps it."""

CITIES = {"XNYS": "New York", "XTKS": "Tokyo"} | {mic: name for mic, _, _, name in _ELSEWHERE}
"""The city of each calendar's exchanges, in English; the catalogues have it in each language."""

TABLED = (XNYS, XTKS)
"""One exchange of each calendar that is shipped with the package, and answers at once."""

_BY_SUFFIX = {"": XNYS, ".T": XTKS}


def exchange_of(ticker: str) -> Exchange:
    """Tell a ticker's exchange from its suffix; a US listing counts as XNYS until more is known.

    Raises `UsageError` for a suffix that stands for no exchange we know.
    """
    _, dot, suffix = ticker.partition(".")
    exchange = _BY_SUFFIX.get(dot + suffix)
    if exchange is None:
        raise UsageError(
            f"{ticker}: no exchange is known for the suffix {dot}{suffix}",
            hint="known: no suffix (New York: XNYS, XNAS, ARCX) and .T (Tokyo: XTKS), and what a "
            "watchlist file places elsewhere, under [exchanges]; "
            "a US share class is written with a hyphen, as in BRK-B",
        )
    return exchange
