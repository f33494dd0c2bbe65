"""What a page was made of, kept beside it: two lines of JSON, compressed.

The first line holds the format's number and the hash of the second, which is the `Basis`. The hash
tells without reading on whether a page was made of this, and a changed figure from a kept one.
"""

import gzip
import json
import zlib
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from deepseek_shock.codec import MismatchError, decode, encode
from deepseek_shock.errors import FileError
from deepseek_shock.pipeline import Basis

FORMAT = 1
_LONGEST_HEAD = 4096
_LONGEST_BODY = 1 << 28  # a thousand shares have a tenth of it
_HINT = "all else is published; publish its date again, or take it from a backup"
_UNREADABLE = (OSError, EOFError, zlib.error, ValueError, RecursionError)


def pack(basis: Basis) -> tuple[bytes, str]:
    """Return the file's bytes, the same for the same basis, and the hash."""
    body = json.dumps(encode(Basis, basis), separators=(",", ":"), allow_nan=False)
    digest = _digest(body.encode())
    head = json.dumps({"format": FORMAT, "sha256": digest})
    return gzip.compress(f"{head}\n{body}\n".encode(), mtime=0), digest


def read_digest(file: Path) -> str:
    """Return the hash of what is kept in a file. Raises `FileError`, also where there is none."""
    try:
        with gzip.open(file) as lines:
            return _take_digest(lines.readline(_LONGEST_HEAD))
    except _UNREADABLE as error:
        raise damaged(file, error) from error


def unpack(file: Path, day: date) -> tuple[Basis, str]:
    """Return what is kept in a file of a date, and its hash. Raises `FileError`."""
    try:
        with gzip.open(file) as lines:
            digest = _take_digest(lines.readline(_LONGEST_HEAD))
            body = lines.read(_LONGEST_BODY)
        if _digest(body.removesuffix(b"\n")) != digest:
            raise MismatchError("what is kept was changed")
        basis = decode(Basis, json.loads(body))
        if basis.inquiry.day != day:
            raise MismatchError(f"it is of {basis.inquiry.day}")
    except _UNREADABLE as error:
        raise damaged(file, error) from error
    return basis, digest


def damaged(file: Path, error: Exception, hint: str = _HINT) -> FileError:
    """Make the error of a kept file that cannot be read."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return FileError(str(file), f"cannot be read: {reason}", hint=hint)


def check_format(head: Any) -> None:  # noqa: ANN401 -- JSON
    """Raise `MismatchError` for JSON of a format that this version does not read."""
    number = head.get("format") if isinstance(head, dict) else None
    if number != FORMAT:
        raise MismatchError(f"format {number}, of which this version knows nothing")


def _take_digest(line: bytes) -> str:
    head = json.loads(line)
    check_format(head)
    if not isinstance(head.get("sha256"), str):
        raise MismatchError("no hash")
    return str(head["sha256"])


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
