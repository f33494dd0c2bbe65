"""The locks: hashes for all, no address, and every dependency of pyproject.toml in its range."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HASH = "sha256:" + "0" * 64
IN = {
    "run": ("run", "build", "publish"),
    "test": ("run", "build", "publish", "test"),
    "dev": ("run", "build", "publish", "test", "lint", "browser", "spark", "dev"),
}


@pytest.mark.parametrize("lock", IN)
def test_a_lock_has_every_dependency_in_its_range(
    checkout: Path, script: Callable[[str], Any], lock: str
) -> None:
    pins = script("lockfiles").python_pins(checkout / "requirements" / f"{lock}.lock")
    versions: dict[str, list[str]] = {}
    for pin in pins:
        assert pin.hashes
        versions.setdefault(pin.name, []).append(pin.version)
    groups = script("dependencies").requirements(checkout)
    for group in IN[lock]:
        for one in groups[group]:
            locked = versions.get(canonicalize_name(one.name), [])
            assert locked, one
            assert all(one.specifier.contains(version) for version in locked), (one, locked)


@pytest.mark.parametrize("lock", IN)
def test_a_lock_names_no_address(checkout: Path, lock: str) -> None:
    text = (checkout / "requirements" / f"{lock}.lock").read_text("utf-8")
    assert not re.search(r"://|@|^\s*-(?!-hash=)|index|find-links", text, re.MULTILINE)


def test_the_node_lock_names_no_address(checkout: Path, script: Callable[[str], Any]) -> None:
    pins = script("lockfiles").node_pins(checkout / ".ci" / "package-lock.json")
    wanted = json.loads((checkout / ".ci" / "package.json").read_text("utf-8"))["devDependencies"]
    assert wanted.items() <= {pin.name: pin.version for pin in pins}.items()
    assert '"resolved"' not in (checkout / ".ci" / "package-lock.json").read_text("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.invalid/simple",
        "--extra-index-url=https://packages.invalid/simple",
        "--find-links /wheels",
        "-e .",
        "rich==15.0.0",
        f"rich>=15.0.0 --hash={HASH}",
        f"rich @ https://packages.invalid/rich.whl --hash={HASH}",
        "rich==15.0.0 --hash=md5:00000000000000000000000000000000",
        f"rich==15.0.0 --hash={HASH} --index-url=https://packages.invalid",
    ],
)
def test_what_is_no_hashed_release_is_refused(
    tmp_path: Path, script: Callable[[str], Any], line: str
) -> None:
    lockfiles = script("lockfiles")
    lock = tmp_path / "run.lock"
    lock.write_text(f"# a comment\ntyper==1.0 ; x == 'y' \\\n    --hash={HASH}\n", "utf-8")
    assert lockfiles.python_pins(lock) == [("typer", "1.0", "x == 'y'", ("0" * 64,))]
    lock.write_text(lock.read_text("utf-8") + line + "\n", "utf-8")
    with pytest.raises(lockfiles.LockError, match="line 4"):
        lockfiles.python_pins(lock)


@pytest.mark.parametrize(
    "said",
    [
        {"version": "1.0.0"},
        {"version": "1.0.0", "integrity": "sha1-AAAA"},
        {"version": "^1.0.0", "integrity": "sha512-" + "A" * 86 + "=="},
        {
            "version": "1.0.0",
            "integrity": "sha512-" + "A" * 86 + "==",
            "resolved": "https://n.invalid/a",
        },
        {
            "version": "1.0.0",
            "integrity": "sha512-" + "A" * 86 + "==",
            "dependencies": {"a": "git+ssh://n.invalid/a"},
        },
    ],
)
def test_a_node_package_without_its_hash_or_with_an_address_is_refused(
    tmp_path: Path, script: Callable[[str], Any], said: dict[str, Any]
) -> None:
    lockfiles = script("lockfiles")
    lock = tmp_path / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"": {}, "node_modules/a": said}}), "utf-8")
    with pytest.raises(lockfiles.LockError):
        lockfiles.node_pins(lock)


def test_every_dependency_is_explained(checkout: Path, script: Callable[[str], Any]) -> None:
    assert script("dependencies").check(checkout) == []


def test_the_bill_of_materials_fits_the_lock(checkout: Path, script: Callable[[str], Any]) -> None:
    assert script("sbom").check(checkout) == []
