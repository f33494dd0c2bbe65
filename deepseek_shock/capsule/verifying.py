"""Whether a capsule proves its report: every bar received, every figure made again, every byte."""

from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from typing import NamedTuple

from deepseek_shock.capsule.making import BASIS, dump_basis
from deepseek_shock.capsule.manifest import look_around
from deepseek_shock.capsule.reading import Capsule, on_trust
from deepseek_shock.capsule.tables import write_tables
from deepseek_shock.errors import ShockError
from deepseek_shock.market.bars import Bars
from deepseek_shock.pipeline import remake
from deepseek_shock.providers.received import find_unreceived
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
    yield _look_at_received(capsule)
    yield from _look_at_tools(capsule)
    yield _look_at_document(capsule, render)


def _look_at_tables(capsule: Capsule) -> Finding:
    made = {BASIS: dump_basis(capsule.basis), **write_tables(capsule.basis)}
    wrong = [name for name, content in made.items() if capsule.parts.get(name) != content]
    if wrong:
        return Finding(False, "tables", f"{', '.join(wrong)}: not what the basis says")
    named = ", ".join(name for name in made if name != BASIS)
    return Finding(True, "tables", f"{named} say what the basis says")


def _look_at_received(capsule: Capsule) -> Finding:
    used = [one for one in capsule.basis.held.bars.values() if isinstance(one, Bars)]
    count = sum(len(one.bars) for one in used)
    try:
        received = capsule.received()
        unknown = find_unreceived(used, received)
    except ShockError as error:
        return Finding(False, "bars", error.message)
    if unknown:
        named = ", ".join(f"{ticker} {session}" for ticker, session in unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        return Finding(False, "bars", f"used, but not received: {named}{more}")
    return Finding(True, "bars", f"{count:,} used, all among what was received and not refused")


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


def _look_at_document(capsule: Capsule, render: Callable[[Report], bytes]) -> Finding:
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
