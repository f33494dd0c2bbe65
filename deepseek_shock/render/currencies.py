"""How currencies are written, and which are quoted without hundredths.

In English a sign or a code stands before an amount, in Japanese a word behind it.
"""

from deepseek_shock.report.money import Unit

SIGNS_EN = {Unit.DOLLAR: "$", Unit.YEN: "¥", Unit.EUR: "€", Unit.GBP: "£"}
"""The signs that no two currencies here share; all others go by their ISO 4217 code."""

WORDS_JA = {
    Unit.DOLLAR: "ドル",
    Unit.YEN: "円",
    Unit.ARS: "アルゼンチンペソ",
    Unit.AUD: "豪ドル",
    Unit.BRL: "レアル",
    Unit.CAD: "カナダドル",
    Unit.CHF: "スイスフラン",
    Unit.CLP: "チリペソ",
    Unit.CNY: "元",
    Unit.COP: "コロンビアペソ",
    Unit.CZK: "チェココルナ",
    Unit.DKK: "デンマーククローネ",
    Unit.EUR: "ユーロ",
    Unit.GBP: "ポンド",
    Unit.HKD: "香港ドル",
    Unit.HUF: "フォリント",
    Unit.IDR: "ルピア",
    Unit.ILS: "シェケル",
    Unit.INR: "インドルピー",
    Unit.ISK: "アイスランドクローナ",
    Unit.KRW: "ウォン",
    Unit.KZT: "テンゲ",
    Unit.MXN: "メキシコペソ",
    Unit.MYR: "リンギ",
    Unit.NOK: "ノルウェークローネ",
    Unit.NZD: "NZドル",
    Unit.PEN: "ソル",
    Unit.PHP: "フィリピンペソ",
    Unit.PKR: "パキスタンルピー",
    Unit.PLN: "ズロチ",
    Unit.RON: "レイ",
    Unit.RSD: "セルビアディナール",
    Unit.RUB: "ルーブル",
    Unit.SAR: "サウジリヤル",
    Unit.SEK: "スウェーデンクローナ",
    Unit.SGD: "シンガポールドル",
    Unit.THB: "バーツ",
    Unit.TRY: "トルコリラ",
    Unit.TWD: "台湾ドル",
    Unit.ZAR: "ランド",
}

AS_QUOTED = frozenset(
    {Unit.YEN, Unit.CLP, Unit.COP, Unit.HUF, Unit.IDR, Unit.ISK, Unit.KRW},
)
"""Amounts that are printed at the decimals they come with; all others have two."""


def sign_en(unit: Unit) -> str:
    """Return what stands before an amount; nothing before points, and by custom before indexes."""
    if unit not in WORDS_JA:
        return ""
    return SIGNS_EN.get(unit) or f"{unit.upper()}\u00a0"  # a code and its amount stay on one line


def word_ja(unit: Unit) -> str:
    """Return what stands behind an amount in a table; nothing behind points and indexes."""
    return WORDS_JA.get(unit, "")
