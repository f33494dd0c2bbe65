"""Capsules of somebody who knows how: read, changed, rendered again, with hashes that are right."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from deepseek_shock.capsule.archive import write_archive
from deepseek_shock.capsule.making import dump_basis
from deepseek_shock.capsule.reading import read_capsule
from deepseek_shock.capsule.tables import write_tables
from deepseek_shock.cli.recalling import renderer_as_written
from deepseek_shock.codec import decode
from deepseek_shock.pipeline import Basis, remake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def parts_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_again(file: Path, parts: Mapping[str, bytes]) -> None:
    """Write a capsule with the hashes of its parts, whatever they are."""
    manifest = json.loads(parts["capsule.json"])
    manifest["parts"] = {
        name: {"sha256": sha256(content).hexdigest(), "size": len(content)}
        for name, content in parts.items()
        if name != "capsule.json"
    }
    ordered = {name: parts[name] for name in manifest["parts"]}
    file.write_bytes(write_archive({"capsule.json": json.dumps(manifest).encode(), **ordered}))


def change_manifest(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    parts = parts_of(file)
    manifest = json.loads(parts["capsule.json"])
    change(manifest)
    parts["capsule.json"] = json.dumps(manifest).encode()
    write_again(file, parts)


def forge(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a capsule's report is made of, and make all else of that."""
    parts = parts_of(file)
    data = json.loads(parts["basis.json"])
    change(data)
    basis = decode(Basis, data)
    parts |= {"basis.json": dump_basis(basis), **write_tables(basis)}
    write_again(file, parts)
    capsule = read_capsule(file)
    text = renderer_as_written(capsule, None).render(
        remake(basis._replace(command=capsule.manifest.command))
    )
    parts[capsule.manifest.document] = text.encode()
    write_again(file, parts)
