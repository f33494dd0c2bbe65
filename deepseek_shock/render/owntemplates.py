"""Which files of a user's template folder a report is written by."""

from collections.abc import Iterable
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta

from deepseek_shock.render.environment import builtin_folder, is_outside, make_environment

_MOST = 100


def own_templates(folder: Path, name: str | None = None) -> dict[str, bytes]:
    """Return the files that count, by name: the user's `name`, or those called as built-in ones.

    And what they take in turn, by a name that stands in them; one that a template reckons out is
    not found here. A file with a mistake is as good as any: it is its renderer that complains.
    """
    roots = [name] if name is not None else _namesakes(folder)
    environment = make_environment(folder)
    found: dict[str, bytes] = {}
    while roots and len(found) < _MOST:
        one = roots.pop()
        file = folder / one
        # Jinja looks for /etc/passwd below its folder; a path put together as this is would not.
        is_foreign = Path(one).is_absolute() or is_outside(folder, one)
        if one in found or is_foreign or not file.is_file():
            continue
        found[one] = file.read_bytes()
        try:
            named = meta.find_referenced_templates(environment.parse(found[one].decode()))
            roots.extend(other for other in named if other)
        except (TemplateSyntaxError, UnicodeDecodeError):
            continue
    return dict(sorted(found.items()))


def _namesakes(folder: Path) -> list[str]:
    return [file.name for file in _files(builtin_folder()) if (folder / file.name).is_file()]


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in folder.iterdir() if file.is_file())
