"""Whence a correction's two reports are, and what is to be known of how they were kept."""

from collections.abc import Iterable, Iterator

from deepseek_shock.market.bars import Source
from deepseek_shock.report.correction import Correction
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.provenance import source_name

_FILES = "files"


def remark(correction: Correction) -> Iterator[Phrase]:
    """Say which report another version made, and which is not what this version makes of it."""
    for which, kept in (("old", correction.old_kept), ("new", correction.new_kept)):
        if kept is None:
            continue
        if kept.is_other_version:
            yield phrase(f"correction.{which}_version", version=kept.tool_version)
        if not kept.is_as_written:
            yield phrase(f"correction.{which}_otherwise")


def name_origins(sources: Iterable[Source]) -> tuple[Phrase, ...]:
    """Name each source once, with when its bars were retrieved; of the user's own, the files."""
    names = [_name(one) for one in sources]
    return tuple(name for at, name in enumerate(names) if name not in names[:at])


def _name(source: Source) -> Phrase:
    if source.name != _FILES or not source.vendor:
        return source_name(source)
    key = "files_written" if source.retrieved else "files"
    return phrase(f"correction.{key}", named=source.vendor, retrieved=source.retrieved)
