"""What a capsule may say of its look: what a house style may, and a terminal."""

from pathlib import Path
from typing import Any

from deepseek_shock.capsule.manifest import Manifest
from deepseek_shock.errors import FileError
from deepseek_shock.render.house import House
from deepseek_shock.render.houses import take_house
from deepseek_shock.tomlfile import make_row

_WIDEST = 9999  # cells of a terminal, of which a wider line says nothing
_HINT = "the file was changed or is no capsule; take it from where it was kept"


def check_look(path: Path, manifest: Manifest) -> None:
    """Hold a look to what a user's own file is held to. Raises `FileError`."""
    house, width = manifest.look.house, manifest.written.width
    if width is not None and not 0 < width <= _WIDEST:
        raise FileError(str(path), f"a terminal of {width:.3g} cells", hint=_HINT)
    try:
        taken = take_house(make_row(path, 1, _as_toml(house), ""), house.name)
    except FileError as error:
        what = error.message.removeprefix(f"{path}:1: ")
        raise FileError(str(path), f"its house style: {what}", hint=_HINT) from error
    if taken != house:
        raise FileError(str(path), "its house style: is none", hint=_HINT)


def _as_toml(house: House) -> dict[str, Any]:
    """Return a style as the values of its file."""
    said: dict[str, Any] = {
        "decimals": house.precision.decimals,
        "rounding": str(house.precision.rounding),
        "minus": house.minus,
        "base_day": str(house.base_day),
        "amounts": str(house.amounts),
    }
    if house.colors is not None:
        said["colors"] = str(house.colors)
    if house.words:
        said["words"] = {
            lang: {
                key: entry if isinstance(entry, str) else dict(entry)
                for key, entry in entries.items()
            }
            for lang, entries in house.words.items()
        }
    return said
