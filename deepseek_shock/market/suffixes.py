"""Which exchange Yahoo means by the suffix of a ticker.

From Yahoo's help page "Exchanges and data providers on Yahoo Finance" and yfinance's table of MICs
beside it; `.ME` stood on that page until Moscow's shares were taken off it. A second market of one
operator (`.KQ` in Seoul, `.TWO` in Taipei, `.IL` in London) keeps its first one's sessions. Where
Yahoo has nothing for an exchange, as for Belgrade, there is no suffix.
"""

from deepseek_shock.market.exchange import EXCHANGES, XTKS, Exchange

_SUFFIXES = {
    "ASEX": "AT",
    "BVMF": "SA",
    "XAMS": "AS",
    "XASX": "AX",
    "XBKK": "BK",
    "XBOG": "CL",
    "XBOM": "BO",
    "XBRU": "BR",
    "XBSE": "RO",
    "XBUD": "BD",
    "XBUE": "BA",
    "XCSE": "CO",
    "XDUB": "IR",
    "XETR": "DE",
    "XFRA": "F",
    "XHEL": "HE",
    "XHKG": "HK",
    "XICE": "IC",
    "XIDX": "JK",
    "XIST": "IS",
    "XJSE": "JO",
    "XKLS": "KL",
    "XKRX": "KS KQ",
    "XLIS": "LS",
    "XLIT": "VS",
    "XLON": "L IL",
    "XMAD": "MC",
    "XMEX": "MX",
    "XMIL": "MI",
    "XMOS": "ME",
    "XNZE": "NZ",
    "XOSL": "OL",
    "XPAR": "PA",
    "XPHS": "PS",
    "XPRA": "PR",
    "XRIS": "RG",
    "XSAU": "SR",
    "XSES": "SI",
    "XSGO": "SN",
    "XSHG": "SS",
    "XSTO": "ST",
    "XSWX": "SW",
    "XTAE": "TA",
    "XTAI": "TW TWO",
    "XTAL": "TL",
    "XTKS": "T",
    "XTSE": "TO",
    "XWAR": "WA",
    "XWBO": "VI",
}

SUFFIXES = {
    suffix: EXCHANGES[mic] for mic, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}
"""The exchange of each suffix of Yahoo's, without its point."""

INDEXES: dict[str, Exchange] = {"^N225": XTKS, "^TOPX": XTKS}
"""The exchange of indexes that are not New York's; Yahoo's indexes have no suffix."""


def exchange_of_suffix(ticker: str) -> Exchange | None:
    """Return the exchange of a ticker as we spell it, by Yahoo's suffixes.

    None is New York's; rates and futures (`JPY=X`, `ES=F`) and an unknown suffix have no exchange.
    """
    if "=" in ticker:
        return None
    _, point, suffix = ticker.rpartition(".")
    return SUFFIXES.get(suffix) if point else INDEXES.get(ticker, EXCHANGES["XNYS"])
