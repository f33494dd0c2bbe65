"""The catalogue read by sections says what the file read at once says."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import deepseek_shock
from deepseek_shock.render.catalogue import catalogue

LOCALES = Path(deepseek_shock.__file__).parent / "locale"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_key_leads_where_it_does_in_the_file(lang: str) -> None:
    whole = tomllib.loads((LOCALES / f"{lang}.toml").read_text(encoding="utf-8"))
    keys = list(catalogue(lang))
    assert len(keys) == len(set(keys)) == count(whole)
    for key in keys:
        found: Any = whole
        for part in key.split("."):
            found = found[part]
        assert catalogue(lang)[key] == found


def count(table: Mapping[str, Any]) -> int:
    """Count sentences; one with forms, of which `other` is one, counts once."""
    return sum(
        1 if isinstance(value, str) or "other" in value else count(value)
        for value in table.values()
    )


def test_what_is_not_there_is_missing() -> None:
    assert "nobody.says" not in catalogue("en")
    assert "title.nobody" not in catalogue("en")
    with pytest.raises(KeyError):
        catalogue("en")["nobody"]
