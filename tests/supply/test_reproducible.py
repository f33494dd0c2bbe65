"""The same files make the same wheel and sdist; the wheel has its bill of materials."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What git does not have, and what is too large to be copied for nothing.
LEFT_OUT = shutil.ignore_patterns(
    *("__pycache__", ".venv", ".git", "node_modules", "tests", "benchmarks", "dist", "docs"),
    *(".hypothesis", ".*_cache"),
)
BUILD = """
import os, sys
os.umask(int(sys.argv[2], 8))
from hatchling import build
build.build_wheel(sys.argv[1])
if sys.argv[3] == "both":
    build.build_sdist(sys.argv[1])
"""


def built(tree: Path, into: Path, umask: str, what: str = "both", **env: str) -> dict[str, str]:
    """Build in `tree`; give each file's SHA-256."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(into.parent)} | env
    subprocess.run(
        [sys.executable, "-c", BUILD, str(into), umask, what], cwd=tree, env=clean, check=True
    )
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in into.iterdir()}


def test_the_same_files_make_the_same_wheel(checkout: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "another place ü"
    shutil.copytree(checkout, first, ignore=LEFT_OUT)
    shutil.copytree(first, second)
    for path in second.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
        os.utime(path, (2e9, 2e9))
    one = built(first, tmp_path / "1", "022", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    other = built(second, tmp_path / "2", "077", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="2")
    assert one == other
    assert len(one) == 2

    (archive,) = (tmp_path / "1").glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    (tree,) = (tmp_path / "unpacked").iterdir()
    again = built(tree, tmp_path / "3", "027", "wheel")
    assert again.items() <= one.items()

    (wheel,) = (tmp_path / "1").glob("*.whl")
    with zipfile.ZipFile(wheel) as contents:
        (name,) = [one for one in contents.namelist() if "/sboms/" in one]
        inside = contents.read(name)
    assert inside == (checkout / "requirements" / "deepseek-shock.cdx.json").read_bytes()
    bill = json.loads(inside)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    references = {one["bom-ref"] for one in bill["components"]}
    named = {one for edge in bill["dependencies"] for one in edge["dependsOn"]}
    assert named == references  # each is needed by something
