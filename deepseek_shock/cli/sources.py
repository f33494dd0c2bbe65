"""Where bars come from: what the user says of it, made into a provider."""

import os
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, assert_never

from deepseek_shock.cli.surroundings import store_path
from deepseek_shock.errors import StoreError, UsageError, near_matches

if TYPE_CHECKING:
    from deepseek_shock.providers.base import Listener, Provider
    from deepseek_shock.providers.stored import MakeVendor, Stored
    from deepseek_shock.providers.tape import Tape


_JQUANTS_SECONDS = 120.0
_JQUANTS_PACE = 60  # requests a minute, of the cheapest plan that reaches yesterday


class SourceChoice(StrEnum):
    """Where bars come from; `auto` takes the first source that holds all that is asked."""

    AUTO = "auto"
    SAMPLE = "sample"
    STORE = "store"
    YAHOO = "yahoo"
    JQUANTS = "jquants"
    FILES = "files"


class Sources(NamedTuple):
    """What the user says of where bars come from; `seconds` bound how long a vendor is waited for.

    With `stands_in` the store serves where a vendor fails. `listen` is told each answer that a
    vendor gives, `on_trouble` why the store cannot serve; what comes is put on the `tape`.
    """

    source: str
    now: datetime
    confirm: str | None = None
    data: Path | None = None
    is_refreshed: bool = False
    is_offline: bool = False
    seconds: float | None = None
    store: Path | None = None
    stands_in: bool = True
    listen: "Listener" = lambda _: None
    on_trouble: Callable[[StoreError], None] = lambda _: None
    tape: "Tape | None" = None


def make_provider(said: Sources) -> "Provider":
    """Make the provider that is asked for, held against a second source where one is named."""
    _check(said)
    first = _make(said.source, said)
    if said.confirm is None:
        return first
    from deepseek_shock.providers.chain import Confirmed

    return Confirmed(first, _make(said.confirm, said))


def make_vendor(said: Sources) -> "Stored":
    """Make the vendor that is named, behind the store. Raises `UsageError` where it is none."""
    made = _make(said.source, said)
    from deepseek_shock.providers.stored import Stored

    if not isinstance(made, Stored):
        raise UsageError(f"--source {said.source} is no vendor", hint="--source yahoo asks Yahoo")
    return made


def _check(said: Sources) -> None:
    if said.is_refreshed and said.is_offline:
        raise UsageError("--refresh and --offline exclude each other", hint="give one of them")
    named = {said.source, said.confirm}
    if said.is_refreshed and said.source in (
        SourceChoice.SAMPLE,
        SourceChoice.STORE,
        SourceChoice.FILES,
    ):
        raise UsageError(
            f"--refresh: --source {said.source} has no vendor to ask again",
            hint="--source yahoo asks Yahoo",
        )
    if (said.data is not None) is not (SourceChoice.FILES in named):
        raise UsageError(
            "--source files and --data PATH go together",
            hint="--source files --data prices.csv reads a file, or a folder of them",
        )
    if said.confirm in (said.source, SourceChoice.AUTO):
        raise UsageError(
            f"--confirm {said.confirm} names no second source",
            hint="name one that --source does not: --source yahoo --confirm jquants",
        )


def _make(name: str, said: Sources) -> "Provider":
    try:
        choice = SourceChoice(name)
    except ValueError:
        return _make_plugin(name, said)
    match choice:
        case SourceChoice.AUTO:
            return _make_auto(said)
        case SourceChoice.SAMPLE:
            from deepseek_shock.providers.sample import Sample

            return Sample(said.tape)
        case SourceChoice.STORE:
            return _make_store(said)
        case SourceChoice.YAHOO:
            return _make_yahoo(said)
        case SourceChoice.JQUANTS:
            return _make_jquants(said)
        case SourceChoice.FILES:
            from deepseek_shock.providers.files import Files

            return Files(said.data or Path(), "", said.tape)
        case _:
            assert_never(choice)


def _make_auto(said: Sources) -> "Provider":
    from deepseek_shock.providers.chain import FirstWhole
    from deepseek_shock.providers.sample import Sample

    if said.is_refreshed:
        return _make_yahoo(said)

    def sample() -> Sample:
        return Sample(said.tape)

    if not store_path(said.store).exists():  # nothing of it need be loaded
        return sample() if said.is_offline else FirstWhole(sample, lambda: _make_yahoo(said))
    whole, any_held = (
        lambda: _make_store(said, needs_history=True),
        lambda: _make_store(said),
    )
    if said.is_offline:
        return FirstWhole(whole, sample, any_held, is_best_of=True)
    return FirstWhole(whole, sample, lambda: _make_yahoo(said))


def _make_store(
    said: Sources, vendor: str | None = None, *, needs_history: bool = False
) -> "Provider":
    from deepseek_shock.providers.store import Store
    from deepseek_shock.providers.stored import StoreAlone

    store = Store(store_path(said.store))
    return StoreAlone(store, vendor, needs_history=needs_history, tape=said.tape)


def _make_yahoo(said: Sources) -> "Provider":
    if said.is_offline:
        return _make_store(said, SourceChoice.YAHOO)

    def make(listen: "Listener") -> "Provider":
        from deepseek_shock.providers.yahoo import Yahoo

        return Yahoo(said.now, seconds=said.seconds, listen=listen, tape=said.tape)

    return _behind_store(SourceChoice.YAHOO, make, said)


def _make_jquants(said: Sources) -> "Provider":
    if said.is_offline:
        return _make_store(said, SourceChoice.JQUANTS)
    from deepseek_shock.cli.config import read_jquants

    settings = read_jquants()
    key = os.environ.get("JQUANTS_API_KEY") or settings.key
    if key is None:
        raise UsageError(
            "--source jquants needs an API key",
            hint="set JQUANTS_API_KEY, or [jquants] key in your own shock.toml",
        )

    def make(listen: "Listener") -> "Provider":
        from deepseek_shock.providers.jquants import JQuants

        return JQuants(
            key,
            said.now,
            deadline=said.seconds or _JQUANTS_SECONDS,
            listen=listen,
            requests_per_minute=settings.requests_per_minute or _JQUANTS_PACE,
            tape=said.tape,
        )

    return _behind_store(SourceChoice.JQUANTS, make, said)


def _make_plugin(name: str, said: Sources) -> "Provider":
    from deepseek_shock.providers.plugins import make_plugin, plugin_names

    names = plugin_names()
    if name not in names:
        known = [*SourceChoice, *names]
        near = near_matches(name, known)
        hint = f"did you mean {near[0]}?" if near else f"sources: {', '.join(known)}"
        raise UsageError(f"no source is named {name!r}", hint=hint)
    if said.is_offline:
        return _make_store(said, name)
    return _behind_store(name, lambda _: make_plugin(name, said.tape), said)


def _behind_store(name: str, make_vendor: "MakeVendor", said: Sources) -> "Stored":
    from deepseek_shock.providers.store import Store
    from deepseek_shock.providers.stored import Stored

    return Stored(
        name,
        make_vendor,
        Store(store_path(said.store)),
        said.now,
        is_refreshed=said.is_refreshed,
        stands_in=said.stands_in,
        listen=said.listen,
        on_trouble=said.on_trouble,
        tape=said.tape,
    )
