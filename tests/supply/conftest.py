"""The scripts of the checkout as modules; the tests skip where there is no checkout."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def script(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """`script("sbom")`: the module."""
    monkeypatch.syspath_prepend(str(checkout / "scripts"))
    return importlib.import_module
