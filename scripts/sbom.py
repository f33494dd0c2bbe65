"""Write the bill of materials of the wheel, from run.lock and what is installed of it.

CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): the wheel, its locked run-time dependencies
and those of the extra `publish`, with the SHA-256 of each file that the lock allows, the licence,
and who needs whom. The same lock gives the same bytes: no clock, and a serial number made of the
contents. The build puts the file into the wheel (`sbom-files` in pyproject.toml), where
https://peps.python.org/pep-0770/ wants it. `--check` says whether the file fits the lock.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import uuid
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import licences
import lockfiles
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import deepseek_shock

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[1]
LOCK = "requirements/run.lock"
SBOM = "requirements/deepseek-shock.cdx.json"
# The extra that run.lock holds besides; what it brings is optional.
EXTRA = "publish"


class StaleError(Exception):
    """The installed packages, or the file, are not what the lock says."""


class Needed(NamedTuple):
    """Which packages of the lock the wheel needs, and which of them only the extra."""

    required: frozenset[str]
    optional: frozenset[str]


def project(root: Path) -> dict[str, Any]:
    """Read the `project` table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # it is for another system
        return None


def is_installed(name: str) -> bool:
    """Say whether a package is installed here; some are for other systems."""
    return _installed(name) is not None


def _wants(name: str, extras: Iterable[str]) -> list[Requirement]:
    """Give what an installed package needs on any system, with these of its extras."""
    found = _installed(name)
    if found is None:
        return []
    wanted = [Requirement(one) for one in found.requires or []]
    return [
        one
        for one in wanted
        if one.marker is None
        or "extra" not in str(one.marker)
        or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def needs(roots: Iterable[str], locked: set[str]) -> dict[str, set[str]]:
    """Follow the requirements from the roots: each package's needs, as far as the lock has them."""
    graph: dict[str, set[str]] = {}
    waiting = [Requirement(one) for one in roots]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in locked or (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        wanted = _wants(name, one.extras)
        graph.setdefault(name, set()).update(
            {str(canonicalize_name(each.name)) for each in wanted} & locked
        )
        waiting.extend(wanted)
    return graph


def _reference(pin: lockfiles.Pin) -> str:
    return f"pkg:pypi/{quote(pin.name)}@{quote(pin.version)}"


def _component(pin: lockfiles.Pin, needed: Needed) -> dict[str, Any]:
    reference = _reference(pin)
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference,
        "name": pin.name,
        "version": pin.version,
        "scope": "required" if pin.name in needed.required else "optional",
        "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(pin.hashes)],
        "licenses": licences.of(_installed(pin.name), pin.name),
        "purl": reference,
        "properties": [{"name": "shock:marker", "value": pin.marker}] if pin.marker else [],
    }
    return {key: value for key, value in component.items() if value}


def _root(table: dict[str, Any]) -> dict[str, Any]:
    reference = f"pkg:pypi/{table['name']}@{deepseek_shock.__version__}"
    return {
        "type": "application",
        "bom-ref": reference,
        "name": table["name"],
        "version": deepseek_shock.__version__,
        "description": table["description"],
        "licenses": [{"license": {"id": table["license"]}}],
        "purl": reference,
    }


def document(root: Path) -> dict[str, Any]:
    """Make the bill of materials. Raise StaleError where other releases are installed."""
    pins = lockfiles.python_pins(root / LOCK)
    table = project(root)
    extra: list[str] = table["optional-dependencies"][EXTRA]
    locked = {pin.name for pin in pins}
    graph = needs([*table["dependencies"], *extra], locked)
    required = frozenset(needs(table["dependencies"], locked))
    needed = Needed(required, frozenset(graph) - required)
    pins = sorted(pin for pin in pins if pin.name in graph)
    _held_to_the_lock(pins)
    first = _root(table)
    direct = {
        str(canonicalize_name(Requirement(one).name)) for one in [*table["dependencies"], *extra]
    }
    edges = [(first["bom-ref"], direct), *((_reference(pin), graph[pin.name]) for pin in pins)]
    body = {
        "metadata": {"component": first},
        "components": [_component(pin, needed) for pin in pins],
        "dependencies": [
            {"ref": reference, "dependsOn": [_reference(pin) for pin in pins if pin.name in wanted]}
            for reference, wanted in edges
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **body,
    }


def _held_to_the_lock(pins: list[lockfiles.Pin]) -> None:
    """Raise StaleError where a package is installed in a release that the lock does not have."""
    for name in {pin.name for pin in pins}:
        found = _installed(name)
        versions = [pin.version for pin in pins if pin.name == name]
        if found is not None and found.version not in versions:
            raise StaleError(
                f"{name} {found.version} is installed, locked is {' or '.join(versions)}"
            )


def text(bill: dict[str, Any]) -> str:
    """Write the bill out, a hash a line."""
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def check(root: Path) -> list[str]:
    """Compare the file with the lock and the project: releases, hashes, direct dependencies."""
    written = json.loads((root / SBOM).read_text("utf-8"))
    current = document(root)
    there, due = _compared(written), _compared(current)
    return [
        f"{SBOM} is not what {LOCK} says of {what}; run `make sbom`"
        for what in due
        if there[what] != due[what]
    ]


def _compared(bill: dict[str, Any]) -> dict[str, object]:
    """Pick what does not depend on the system and the Python of whoever checks."""
    return {
        "the project": bill["metadata"],
        "the releases": [
            (one["name"], one["version"], one["hashes"]) for one in bill["components"]
        ],
        "what the project needs": bill["dependencies"][0],
    }


def main() -> None:
    """Write the file, or with `--check` compare it; exit 1 where it does not fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    try:
        wrong = check(ROOT) if options.check else []
        if not options.check:
            (ROOT / SBOM).write_text(text(document(ROOT)), "utf-8")
    except (StaleError, lockfiles.LockError) as error:
        wrong = [f"error: {error}"]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        sys.exit(1)
    print(f"{SBOM} {'fits' if options.check else 'written from'} {LOCK}")


if __name__ == "__main__":
    main()
