"""House styles: how a paper prints figures and which words it uses, whatever the report says."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from deepseek_shock.render.catalogue import Entry
from deepseek_shock.render.numbers import MINUS, Amounts, Precision


class Colors(StrEnum):
    """Which colour means a rise: Japan's boards show rises in red, the West's in green or blue."""

    US = "us"
    JP = "jp"
    MONO = "mono"


class BaseDay(StrEnum):
    """How Japanese names the day that a move is measured from.

    `calendar` looks at the calendar (前日比, 前週末比, 前営業日比, 前年末比), `session` always says
    前営業日比 and `day` always 前日比.
    """

    CALENDAR = "calendar"
    SESSION = "session"
    DAY = "day"


class House(NamedTuple):
    """A house style. `words` replaces entries of the catalogue: by language, then by dotted key.

    `name` is `None` where no style was asked for; `colors` where the language decides.
    """

    name: str | None = None
    precision: Precision = Precision()
    minus: str = MINUS
    base_day: BaseDay = BaseDay.CALENDAR
    amounts: Amounts = Amounts.KANJI
    colors: Colors | None = None
    words: Mapping[str, Mapping[str, Entry]] = MappingProxyType({})

    @property
    def is_chosen(self) -> bool:
        """Whether somebody chose how the percentages are rounded."""
        return self.name is not None or self.precision != Precision()

    def rounded(self, precision: Precision) -> "House":
        """Return the style with another precision; it is then not the named one's any more."""
        if precision == self.precision:
            return self
        return self._replace(precision=precision, name=None)
