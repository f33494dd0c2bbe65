"""What the lock files pin, for the audit, the bill of materials and the tests.

Strict: a line that is no `name==version`, marker and SHA-256 hashes is refused. So a lock with an
index address, a download address, an editable path or a missing hash cannot be read at all.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# https://packaging.python.org/en/latest/specifications/dependency-specifiers/ has the names.
PIN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)==(?P<version>[A-Za-z0-9.!+_-]+)"
    r"(?:\s*;\s*(?P<marker>[^:@]+?))?(?P<hashes>(?:\s+--hash=sha256:[0-9a-f]{64})+)"
)
# A release and no range, tag or address; see https://docs.npmjs.com/cli/configuring-npm/package-lock-json
NODE_VERSION = re.compile(r"\d+\.\d+\.\d+[A-Za-z0-9.+-]*")
NODE_HASH = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


class LockError(Exception):
    """A lock file that says anything but names, versions and hashes."""


class Pin(NamedTuple):
    """A release that a lock allows, and what its files' contents must be."""

    name: str  # as in the lock: lower case, hyphens
    version: str
    marker: str  # where it is wanted: "sys_platform == 'win32'", or empty for everywhere
    hashes: tuple[str, ...]  # SHA-256 in hexadecimal, one a file of the release


def python_pins(lock: Path) -> list[Pin]:
    """Read a lock that `make lock` wrote. Raise LockError for a line that is no pinned release."""
    return [_pin(lock, number, line) for number, line in _joined(lock.read_text("utf-8"))]


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Give each requirement on one line, with the number of its first, without the comments."""
    held, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not held:
            first = number
        if line.startswith("#"):
            continue
        held += line.removesuffix("\\")
        if not line.endswith("\\") and held:
            yield first, held.strip()
            held = ""
    if held:
        yield first, held.strip()


def _pin(lock: Path, number: int, line: str) -> Pin:
    found = PIN.fullmatch(line)
    if found is None:
        raise LockError(f"{lock.name}, line {number}: no release with its hashes: {line[:60]!r}")
    hashes = tuple(one.partition("sha256:")[2] for one in found["hashes"].split())
    return Pin(found["name"], found["version"], (found["marker"] or "").strip(), hashes)


def node_pins(lock: Path) -> list[Pin]:
    """Read npm's lock. Raise LockError for an address in it, or a package without its hash."""
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text("utf-8"))["packages"]
    return sorted(
        {_node_pin(lock, place, said) for place, said in packages.items() if place},
    )


def _node_pin(lock: Path, place: str, said: dict[str, Any]) -> Pin:
    version, integrity = str(said.get("version")), str(said.get("integrity"))
    where = f"{lock.name}, {place}"
    if not NODE_VERSION.fullmatch(version) or not NODE_HASH.fullmatch(integrity):
        raise LockError(f"{where}: no release with its hash")
    # `funding` is an address to read, not to load from.
    if any("//" in json.dumps(value) for key, value in said.items() if key not in _PROSE):
        raise LockError(f"{where}: names an address")
    return Pin(place.rpartition("node_modules/")[2], version, "", (integrity,))


# Of these the hash may hold two slashes by chance.
_PROSE = ("funding", "integrity")
