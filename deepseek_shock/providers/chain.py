"""Sources in turn, and one source held against another."""

from collections.abc import Callable, Sequence

from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Fetched, Provider, Wanted


class FirstWhole:
    """Sources in turn: the first that holds all that is due.

    Where none does, the last has the word, or with `is_best_of` the one that holds most.
    """

    def __init__(self, *sources: Callable[[], Provider], is_best_of: bool = False) -> None:
        self._sources = sources
        self._is_best_of = is_best_of

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return the first whole answer; a source is made only when its turn has come."""
        tried: list[Fetched] = []
        for make_source in self._sources:
            fetched = make_source().fetch(instruments, wanted)
            if all(map(wanted.is_met, fetched.bars.values())):
                return fetched
            tried.append(fetched)
        if self._is_best_of:
            return max(tried, key=lambda one: sum(map(wanted.is_met, one.bars.values())))
        return tried[-1]


class Confirmed:
    """One source, held against a second one."""

    def __init__(self, first: Provider, second: Provider) -> None:
        self._first = first
        self._second = second

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return the first source's answers, confirmed, filled or disputed by the second's."""
        from deepseek_shock.providers.combine import combine_all

        return combine_all(
            self._first.fetch(instruments, wanted), self._second.fetch(instruments, wanted)
        )
