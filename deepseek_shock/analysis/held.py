"""What is held of the instruments asked: the input of the analysis."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from deepseek_shock.market.bars import Bars, Baseline, Source
from deepseek_shock.market.gap import Gap


class Held(NamedTuple):
    """What a provider gave: bars or a gap by ticker, baselines by session and ticker, sources.

    `is_kept` is false where the store could not take what came.
    """

    bars: Mapping[str, Bars | Gap]
    baselines: Mapping[tuple[date, str], Baseline]
    sources: tuple[Source, ...]
    is_kept: bool = True
