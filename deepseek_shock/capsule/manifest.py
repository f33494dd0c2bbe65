"""What a capsule says of itself: how its report looked, by what it was made, what its parts are.

Nothing in it depends on the machine, the hour or the interpreter: the same evidence is the same
file.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from deepseek_shock import __version__
from deepseek_shock.codec import MismatchError, decode, encode
from deepseek_shock.market.sessions import covered
from deepseek_shock.render.base import FrontMatter, Profile
from deepseek_shock.render.environment import builtin_folder
from deepseek_shock.render.house import Colors, House
from deepseek_shock.render.words import Language

FORMAT = 1
NAME = "capsule.json"
_TOOLS = ("jinja2", "markupsafe", "css-inline", "exchange_calendars")
# Those that have a say only where bars of such a source are read. The sample is judged by estimates
# that come with it, and read by nobody else.
_OF_BARS = ("numpy", "scipy")
_OF_SOURCES = {
    "yahoo": ("yfinance", "curl_cffi", "pandas"),
    "jquants": ("requests",),
    "files": ("pyarrow",),
}
_SAMPLE = "sample"


class Part(NamedTuple):
    """One part: the SHA-256 of its bytes (hexadecimal), and how many they are."""

    sha256: str
    size: int


class Look(NamedTuple):
    """In which words, figures and colours the report stood."""

    lang: Language
    house: House
    colors: Colors


class Written(NamedTuple):
    """As what it stood: `template` names the user's own; `width` and colours are a terminal's."""

    format: str
    profile: Profile
    front_matter: FrontMatter
    template: str | None
    width: int | None
    has_colors: bool


class Manifest(NamedTuple):
    """A capsule's first part.

    `command` is what a reader was told to type, `options` what of it is no matter of the data, by
    name, as text. `templates` are the SHA-256 of the built-in ones, by name; `own_templates` the
    parts that hold the user's, by theirs. `tools` are versions of libraries, `calendars` the spans
    that are held without one. `document` names the part that was written.
    """

    format: int
    tool_version: str
    tools: Mapping[str, str]
    calendars: Mapping[str, str]
    command: str
    options: Mapping[str, str]
    look: Look
    written: Written
    document: str
    templates: Mapping[str, str]
    own_templates: Mapping[str, str]
    parts: Mapping[str, Part]


class Surroundings(NamedTuple):
    """By what a report is made on this machine, now."""

    tool_version: str
    tools: Mapping[str, str]
    calendars: Mapping[str, str]
    templates: Mapping[str, str]


def look_around(sources: Iterable[str]) -> Surroundings:
    """Return the versions, calendars and templates of this installation.

    Libraries are those that have a say in a report of these sources, by our names of them.
    """
    calendars = {calendar: f"{first} to {last}" for calendar, first, last in covered()}
    templates = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in sorted(builtin_folder().iterdir())
        if file.suffix == ".j2"
    }
    return Surroundings(__version__, dict(_versions(set(sources))), calendars, templates)


def _versions(sources: set[str]) -> list[tuple[str, str]]:
    of_sources = (name for source in sources for name in _OF_SOURCES.get(source, ()))
    of_bars = _OF_BARS if sources - {_SAMPLE} else ()
    found: list[tuple[str, str]] = []
    for name in sorted({*_TOOLS, *of_bars, *of_sources}):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def digest(content: bytes) -> Part:
    """Return what a manifest says of a part's bytes."""
    return Part(sha256(content).hexdigest(), len(content))


def dump(manifest: Manifest) -> bytes:
    """Return the part of a manifest."""
    data = encode(Manifest, manifest)
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def load(content: bytes) -> Manifest:
    """Read a manifest. Raises `ValueError` (`MismatchError`) for what is none of this format."""
    data = json.loads(content)
    number = data.get("format") if isinstance(data, dict) else None
    if number != FORMAT:
        raise MismatchError(f"format {number!r:.20}, of which this version knows nothing")
    return decode(Manifest, data)
