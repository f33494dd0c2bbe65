"""Amounts, and in what they are quoted."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Unit(StrEnum):
    """In what a price is quoted; an index may be quoted in money by custom.

    Dollar and yen apart, a currency goes by its ISO 4217 code.
    """

    DOLLAR = "dollar"
    YEN = "yen"
    POINT = "point"
    INDEX_DOLLAR = "index_dollar"
    INDEX_YEN = "index_yen"
    ARS = "ars"
    AUD = "aud"
    BRL = "brl"
    CAD = "cad"
    CHF = "chf"
    CLP = "clp"
    CNY = "cny"
    COP = "cop"
    CZK = "czk"
    DKK = "dkk"
    EUR = "eur"
    GBP = "gbp"
    HKD = "hkd"
    HUF = "huf"
    IDR = "idr"
    ILS = "ils"
    INR = "inr"
    ISK = "isk"
    KRW = "krw"
    KZT = "kzt"
    MXN = "mxn"
    MYR = "myr"
    NOK = "nok"
    NZD = "nzd"
    PEN = "pen"
    PHP = "php"
    PKR = "pkr"
    PLN = "pln"
    RON = "ron"
    RSD = "rsd"
    RUB = "rub"
    SAR = "sar"
    SEK = "sek"
    SGD = "sgd"
    THB = "thb"
    TRY = "try"
    TWD = "twd"
    ZAR = "zar"


class Money(NamedTuple):
    """An amount at the tick at which it is quoted, and in what."""

    amount: Decimal
    unit: Unit
