"""Whether a capsule proves its report: every bar received, every figure made again, every byte."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import NamedTuple

from deepseek_shock import __version__
from deepseek_shock.capsule.clock import find_clock, find_faults
from deepseek_shock.capsule.commands import find_other_command
from deepseek_shock.capsule.making import BASIS, dump_basis
from deepseek_shock.capsule.manifest import look_around
from deepseek_shock.capsule.reading import Capsule, on_trust
from deepseek_shock.capsule.replaying import Replayed, find_other_bars, replay
from deepseek_shock.capsule.tables import write_tables
from deepseek_shock.capsule.unproved import find_other_sample, find_other_sources, name_unproved
from deepseek_shock.errors import ShockError
from deepseek_shock.market.bars import Bars
from deepseek_shock.pipeline import Basis, remake
from deepseek_shock.providers.received import Received, find_unreceived
from deepseek_shock.report.model import Report

_NAMED = 5
_LINES = 20  # of a difference between two documents
_LONGEST = 160  # characters of such a line


class Finding(NamedTuple):
    """One thing that was looked at: whether it holds, its name, what was seen, and details.

    `is_proof` is false of what explains a difference and is none by itself.
    """

    holds: bool
    name: str
    seen: str
    details: tuple[str, ...] = ()
    is_proof: bool = True


def verify(capsule: Capsule, render: Callable[[Report], bytes]) -> Iterator[Finding]:
    """Look at everything a capsule claims; its parts have been held against their hashes already.

    `render` writes a report as the capsule's was written.
    """
    count = len(capsule.manifest.parts)
    yield Finding(True, "parts", f"{count} parts, each with the hash that the manifest gives")
    yield _look_at_tables(capsule)
    yield from _look_at_evidence(capsule)
    yield _look_at_command(capsule)
    yield from _look_at_tools(capsule)
    yield look_at_document(capsule, render)


def _look_at_tables(capsule: Capsule) -> Finding:
    made = {BASIS: dump_basis(capsule.basis), **write_tables(capsule.basis)}
    wrong = [name for name, content in made.items() if capsule.parts.get(name) != content]
    if wrong:
        return Finding(False, "tables", f"{', '.join(wrong)}: not what the basis says")
    named = ", ".join(name for name in made if name != BASIS)
    return Finding(True, "tables", f"{named} say what the basis says")


def _look_at_evidence(capsule: Capsule) -> Iterator[Finding]:
    """Derive the sessions of the calendars, and the bars of what was received."""
    try:
        with on_trust(capsule.path):
            received = capsule.received()
            yield _look_at_received(capsule.basis, received)
            clock = find_clock(capsule.basis.inquiry, received)
            faults = list(find_faults(capsule.basis.inquiry, clock))
            if faults:
                yield Finding(False, "sessions", _some(faults))
                return
            yield Finding(True, "sessions", "as the calendars have them, and as the date asks")
            made = replay(capsule.basis, received, clock)
            yield from _look_at_held(capsule, received, made)
    except ShockError as error:
        yield Finding(False, "evidence", error.message)


def _look_at_received(basis: Basis, received: tuple[Received, ...]) -> Finding:
    used = [one for one in basis.held.bars.values() if isinstance(one, Bars)]
    count = sum(len(one.bars) for one in used)
    if unknown := find_unreceived(used, received):
        named = _some([f"{ticker} {session}" for ticker, session in unknown])
        return Finding(False, "bars", f"used, but not received: {named}")
    return Finding(True, "bars", f"{count:,} used, all among what was received and not refused")


def _look_at_held(
    capsule: Capsule, received: tuple[Received, ...], made: Replayed
) -> Iterator[Finding]:
    basis = capsule.basis
    if other := list(find_other_bars(basis.held, made.held)):
        yield Finding(False, "received", f"not used as it came: {_some(other)}")
    else:
        count = len(received)
        yield Finding(True, "received", f"{count:,} series, all that is needed of them is used")
    others = list(find_other_sources(basis, received, made))
    seen = f"not what was received: {_some(others)}" if others else "what was received of them"
    yield Finding(not others, "sources", seen)
    if other := find_other_sample(basis, received, made):
        # Of another version the sample may be another.
        is_same = capsule.manifest.tool_version == __version__
        seen = f"not what this version has: {', '.join(other)}"
        yield Finding(False, "sample", seen, is_proof=is_same)
    if unproved := list(name_unproved(basis, made)):
        seen = f"{'; '.join(unproved)}: rest on the capsule alone"
        yield Finding(False, "not proved", seen, is_proof=False)


def _look_at_command(capsule: Capsule) -> Finding:
    if what := find_other_command(capsule.basis, capsule.manifest.command):
        return Finding(False, "command", what)
    return Finding(True, "command", "asks for this date, and for what is let stand")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _look_at_tools(capsule: Capsule) -> Iterator[Finding]:
    """Yield what differs between the installation that made the capsule and this one."""
    manifest = capsule.manifest
    here = look_around(one.name for one in capsule.basis.held.sources)
    if manifest.tool_version != here.tool_version:
        seen = f"made by shock {manifest.tool_version}, this is {here.tool_version}"
        yield Finding(False, "version", seen, is_proof=False)
    else:
        yield Finding(True, "version", f"shock {here.tool_version}, then and now")
    for name, then, now in (
        ("templates", manifest.templates, here.templates),
        ("calendars", manifest.calendars, here.calendars),
        ("libraries", manifest.tools, here.tools),
    ):
        differing = _differing(then, now)
        seen = f"other than then: {', '.join(differing)}" if differing else f"{len(then)} as then"
        yield Finding(not differing, name, seen, is_proof=False)


def _differing(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*then, *now} if then.get(name) != now.get(name))


def look_at_document(capsule: Capsule, render: Callable[[Report], bytes]) -> Finding:
    """Hold the report as it is made now against the document that a capsule has."""
    name, then = capsule.manifest.document, capsule.document
    try:
        with on_trust(capsule.path):
            now = render(remake(capsule.basis._replace(command=capsule.manifest.command)))
    except ShockError as error:
        return Finding(False, "report", f"cannot be made again: {error.message}")
    if then == now:
        return Finding(True, "report", f"made again, {name} is the same {len(now):,} bytes")
    details = tuple(_difference(then, now))
    return Finding(False, "report", f"made again, {name} differs", details)


def _difference(then: bytes, now: bytes) -> Iterator[str]:
    old, new = (one.decode(errors="replace").splitlines() for one in (then, now))
    lines = unified_diff(old, new, "as it was written", "as made now", n=0, lineterm="")
    for at, line in enumerate(lines):
        if at == _LINES:
            yield "…"
            return
        yield line[:_LONGEST]
