"""From a capsule's file to what it holds; whoever wrote it is not taken at their word."""

import json
import re
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.capsule.archive import read_archive
from deepseek_shock.capsule.looks import check_look
from deepseek_shock.capsule.making import BASIS
from deepseek_shock.capsule.manifest import NAME, Manifest, digest, load
from deepseek_shock.codec import decode
from deepseek_shock.errors import FileError, ShockError
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.pipeline import Basis
from deepseek_shock.providers.received import Received, read_received
from deepseek_shock.render.base import Style
from deepseek_shock.render.words import Words

_LARGEST_BASIS = 1 << 26  # bytes
_HINT = "the file was changed or is no capsule; take it from where it was kept"
# What code that was written for reports meets in values that are of none.
_NO_REPORT = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)
_TEMPLATE = re.compile(r"(?!\.)[\w.-]{1,80}(?:/(?!\.)[\w.-]{1,80}){0,3}")


class Capsule(NamedTuple):
    """What a capsule holds, every part as its manifest says."""

    path: Path
    manifest: Manifest
    basis: Basis
    parts: Mapping[str, bytes]

    @property
    def style(self) -> Style:
        """How the report looked, but for templates of the user's own."""
        lang, house, colors = self.manifest.look
        return Style(Words(lang, house), colors)

    @property
    def document(self) -> bytes:
        """What was written."""
        return self.parts[self.manifest.document]

    @property
    def own_templates(self) -> dict[str, bytes]:
        """The files of the user's templates by their names, below their folder."""
        return {name: self.parts[part] for name, part in self.manifest.own_templates.items()}

    def received(self) -> tuple[Received, ...]:
        """Return the rows as they came. Raises `FileError`."""
        try:
            return read_received(self.parts, self._instruments())
        except FileError as error:
            raise FileError(str(self.path), error.message, hint=error.hint) from error

    def _instruments(self) -> dict[str, Instrument]:
        return {ticker: one.instrument for ticker, one in self.basis.held.bars.items()}


def read_capsule(path: Path) -> Capsule:
    """Read a capsule. Raises `FileError` for one that is damaged, or is none."""
    parts = read_archive(path)
    try:
        manifest = load(parts[NAME])
        _check_parts(path, manifest, parts)
        if len(parts[BASIS]) > _LARGEST_BASIS:
            raise FileError(str(path), f"{BASIS} is too large", hint=_HINT)
        check_look(path, manifest)
        basis = decode(Basis, json.loads(parts[BASIS]))
    except KeyError as error:
        raise FileError(str(path), f"{error.args[0]} is missing", hint=_HINT) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise FileError(str(path), f"is no capsule: {error}", hint=_HINT) from error
    return Capsule(path, manifest, basis, parts)


@contextmanager
def on_trust(path: Path) -> Generator[None, None, None]:
    """Make a report of what a capsule says: raises `FileError` where it cannot be made.

    Each value is of its type, and yet nobody may be able to make a report of them all.
    """
    try:
        yield
    except ShockError:
        raise
    except _NO_REPORT as error:
        what = f"no report can be made of it: {type(error).__name__}: {error}"
        raise FileError(str(path), what, hint=_HINT) from error


def _check_parts(path: Path, manifest: Manifest, parts: Mapping[str, bytes]) -> None:
    """Hold each part to its hash, and see that all are named."""
    for name, content in parts.items():
        if name != NAME and manifest.parts.get(name) != digest(content):
            raise FileError(str(path), f"{name} is not what it was: its hash differs", hint=_HINT)
    needed = {*manifest.parts, manifest.document, *manifest.own_templates.values()}
    if missing := needed - parts.keys():
        raise FileError(str(path), f"{min(missing)} is missing", hint=_HINT)
    own = [*manifest.own_templates]
    if manifest.written.template is not None:
        own.append(manifest.written.template)
    if strange := [name for name in own if not _TEMPLATE.fullmatch(name)]:
        raise FileError(str(path), f"{strange[0]!r:.80} is no template's name", hint=_HINT)
    if twice := _find_twice(own):
        raise FileError(str(path), f"{twice!r:.80} names a template and a folder", hint=_HINT)


def _find_twice(names: list[str]) -> str | None:
    """Find the name that is a file and a folder, or two files where case tells nothing apart."""
    files = Counter(name.casefold() for name in {*names})
    folders = {name.casefold()[:at] for name in names for at in _slashes(name)}
    return next((one for one, count in files.items() if count > 1 or one in folders), None)


def _slashes(name: str) -> list[int]:
    return [at for at, character in enumerate(name) if character == "/"]
