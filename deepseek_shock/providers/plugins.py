"""Providers of other people, registered as entry points of the group `deepseek_shock.providers`."""

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, cast

from deepseek_shock.errors import ShockError, UsageError
from deepseek_shock.market.bars import Bars, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.providers.base import Fetched, Provider, Wanted

if TYPE_CHECKING:
    from deepseek_shock.providers.tape import Tape

GROUP = "deepseek_shock.providers"


class PluginError(ShockError):
    """A registered provider that cannot be loaded, or is none."""


def plugin_names() -> tuple[str, ...]:
    """Return the names of the providers that are installed beside ours."""
    return tuple(sorted(entry_points(group=GROUP).names))


def make_plugin(name: str, tape: "Tape | None" = None) -> Provider:
    """Load a provider by its name and make it: its entry point is called without arguments.

    Raises `UsageError` for a name that nobody registered, `PluginError` for one that fails.
    """
    found: EntryPoint | None = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        raise UsageError(f"no source is named {name!r}", hint="`shock report --help` lists them")
    try:
        made = cast("Callable[[], Provider]", found.load())()
    except Exception as error:
        raise PluginError(
            f"the source {name} ({found.value}) cannot be loaded: {error}",
            hint="update or uninstall the package that registers it",
        ) from error
    if not callable(getattr(made, "fetch", None)):
        raise PluginError(
            f"the source {name} ({found.value}) makes no provider",
            hint="its entry point must return an object with a method fetch(instruments, wanted)",
        )
    return Plugin(f"{name} ({found.value})", made, tape)


class Plugin:
    """Somebody else's provider, held to the protocol: what it does wrong has its name.

    Its bars are put on the `tape` as they come.
    """

    def __init__(self, name: str, provider: Provider, tape: "Tape | None" = None) -> None:
        self._name = name
        self._provider = provider
        self._tape = tape

    def fetch(self, instruments: Sequence[Instrument], wanted: Wanted) -> Fetched:
        """Return its answers; an instrument that it leaves out has none."""
        try:
            fetched = self._provider.fetch(instruments, wanted)
        except ShockError:
            raise
        except Exception as error:
            raise self._complain(f"failed: {type(error).__name__}: {error}") from error
        if not _is_fetched(fetched):
            raise self._complain("returned no Fetched of bars and gaps")
        if self._tape is not None:
            self._tape.add_all(fetched.bars.values())
        missing = [one for one in instruments if one.ticker not in fetched.bars]
        gaps = {one.ticker: Gap(one, wanted.last, GapReason.INTERNAL_ERROR) for one in missing}
        return fetched._replace(bars={**fetched.bars, **gaps})

    def _complain(self, what: str) -> PluginError:
        return PluginError(
            f"the source {self._name} {what}",
            hint="update the package that registers it, or ask its makers",
        )


def _is_fetched(value: object) -> bool:
    """Tell whether a value is what the protocol promises, which nobody else has checked."""
    if not isinstance(value, Fetched) or not value.sources:
        return False
    return _are(value.sources, Source) and _are(value.bars.values(), Bars, Gap)


def _are(values: Iterable[object], *kinds: type) -> bool:
    return all(isinstance(value, kinds) for value in values)
