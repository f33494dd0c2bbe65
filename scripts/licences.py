"""What an installed package says of its licence, as CycloneDX writes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import Distribution

# Identifiers of https://spdx.org/licenses/ for what older metadata say in words.
IDENTIFIERS = {
    "MIT": "MIT",
    "MIT License": "MIT",
    "BSD-3-Clause": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache-2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MPL-2.0": "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
}
# Read in the licence files that they install: their metadata say nothing, or only "BSD".
READ = {
    "colorama": "BSD-3-Clause",  # on Windows alone
    "jinja2": "BSD-3-Clause",
    "peewee": "MIT",
    "resvg-py": "MIT",
    "scipy": "BSD-3-Clause",
}


def of(package: Distribution | None, name: str) -> list[dict[str, Any]]:
    """Give the `licenses` of a component, of one that is not installed here by what was read."""
    if package is None:
        return [{"license": {"id": READ[name]}}] if name in READ else []
    metadata = package.metadata
    said = (metadata.get_all("License-Expression") or [""])[0] or _identified(
        [*(metadata.get_all("License") or []), *(metadata.get_all("Classifier") or [])]
    )
    expression = said or READ.get(name, "")
    if not expression:
        return []
    if re.search(r"\s", expression):
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def _identified(words: list[str]) -> str:
    """Give the identifier of the first that is a licence's known name."""
    names = (one.rpartition(" :: ")[2].strip() for one in words)
    return next((IDENTIFIERS[name] for name in names if name in IDENTIFIERS), "")
