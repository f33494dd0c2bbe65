"""The pages of the documentation; the tests skip where there is no checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def newsletters(checkout: Path) -> Path:
    return checkout / "docs" / "newsletters.md"
