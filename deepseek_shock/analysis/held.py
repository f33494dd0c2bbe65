"""What is held of the instruments asked: the input of the analysis."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from deepseek_shock.analysis.estimates import Estimate, Factors, GroupEstimate
from deepseek_shock.analysis.groupsince import GroupSince
from deepseek_shock.analysis.history import History
from deepseek_shock.analysis.scanned import Standing
from deepseek_shock.market.bars import Bars, Baseline, Source
from deepseek_shock.market.gap import Gap
from deepseek_shock.market.rate import Rate


class Held(NamedTuple):
    """What a provider gave: bars or a gap by ticker, baselines by session and ticker, sources.

    `is_kept` is false where the store could not take what came. Of two `rates` of one pair and day
    the first counts. `histories`, by ticker, and `groups` say what longer series than these bars
    held of the sessions asked. `estimates`, by session and ticker, and `group_estimates` came with
    the source, as the baselines did. `factors`, by calendar and session, are the user's.
    `standings` place the day in a history of whole markets, one for each calendar that it holds.
    """

    bars: Mapping[str, Bars | Gap]
    baselines: Mapping[tuple[date, str], Baseline]
    sources: tuple[Source, ...]
    is_kept: bool = True
    rates: tuple[Rate, ...] = ()
    histories: Mapping[str, History] = MappingProxyType({})
    groups: tuple[GroupSince, ...] = ()
    estimates: Mapping[tuple[date, str], Estimate] = MappingProxyType({})
    group_estimates: tuple[GroupEstimate, ...] = ()
    factors: Mapping[str, Mapping[date, Factors]] = MappingProxyType({})
    standings: tuple[Standing, ...] = ()
