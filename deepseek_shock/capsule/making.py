"""From a report that was made and written to its capsule."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from deepseek_shock.capsule.archive import write_archive
from deepseek_shock.capsule.manifest import (
    FORMAT,
    NAME,
    Look,
    Manifest,
    Written,
    digest,
    dump,
    look_around,
)
from deepseek_shock.capsule.tables import write_tables
from deepseek_shock.codec import encode
from deepseek_shock.errors import OutputError
from deepseek_shock.pipeline import Basis
from deepseek_shock.providers.received import Received, write_received
from deepseek_shock.render.base import Style

BASIS = "basis.json"
_ENDINGS = {"terminal": "txt", "markdown": "md", "email": "html"}


class Evidence(NamedTuple):
    """What a capsule is made of.

    `basis` has its command without the `options`, which are by name, as text; `command` is the
    whole one. `received` are the rows as they came, `document` is what was written, `own` the files
    of the user's templates.
    """

    basis: Basis
    command: str
    received: Iterable[Received]
    options: Mapping[str, str]
    style: Style
    written: Written
    document: bytes
    own: Mapping[str, bytes]


def make_capsule(evidence: Evidence) -> bytes:
    """Return the file. Raises `OutputError` for what is too large to be read again."""
    own = {f"templates/{number}": name for number, name in enumerate(evidence.own, 1)}
    document = _document_name(evidence.written)
    parts = {
        BASIS: dump_basis(evidence.basis),
        **write_tables(evidence.basis),
        **write_received(evidence.received),
        **{part: evidence.own[name] for part, name in own.items()},
        document: evidence.document,
    }
    words, colors, _ = evidence.style
    around = look_around(one.name for one in evidence.basis.held.sources)
    manifest = Manifest(
        format=FORMAT,
        tool_version=around.tool_version,
        tools=around.tools,
        calendars=around.calendars,
        command=evidence.command,
        options=evidence.options,
        look=Look(words.lang, words.house, colors),
        written=evidence.written,
        document=document,
        templates=around.templates,
        own_templates={name: part for part, name in own.items()},
        parts={name: digest(content) for name, content in parts.items()},
    )
    try:
        return write_archive({NAME: dump(manifest), **parts})
    except ValueError as error:
        raise OutputError(
            f"--capsule: {error}", hint="report on fewer instruments, or from shorter files"
        ) from error


def dump_basis(basis: Basis) -> bytes:
    """Return the part of a basis: the same for the same basis."""
    data = json.dumps(encode(Basis, basis), separators=(",", ":"), allow_nan=False)
    return f"{data}\n".encode()


def _document_name(written: Written) -> str:
    if written.template is None:
        return f"document.{_ENDINGS.get(written.format, written.format)}"
    ending = Path(written.template.lower().removesuffix(".j2")).suffix.lstrip(".")
    return f"document.{ending if ending.isascii() and ending.isalnum() else 'txt'}"
