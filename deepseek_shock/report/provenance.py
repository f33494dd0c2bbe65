"""Where the figures came from: the sources, who filled and confirmed, what somebody accepted."""

from collections.abc import Iterable, Iterator, Sequence

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.moves import Move
from deepseek_shock.market.bars import Source
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import named

_UNDATED = "files"  # nobody retrieved them
_SAID = ("sample", "yahoo", "jquants", "files")


def source_sentences(sources: Iterable[Source]) -> tuple[Phrase, ...]:
    """Say of each source what it is, and when the figures were retrieved."""
    return tuple(map(_source_sentence, sources))


def _source_sentence(source: Source) -> Phrase:
    if not source.retrieved and source.name != _UNDATED:
        return source_name(source)
    key = source.name if source.name in _SAID else "vendor"
    return phrase(f"source.{key}", retrieved=source.retrieved, vendor=source.vendor)


def source_name(source: Source) -> Phrase:
    """Name a source in few words, with when it was retrieved, or files were written, if known."""
    is_known = source.name in _SAID  # and then said without the vendor: of files, their names
    name = (
        phrase(f"source.{source.name}_name")
        if is_known
        else phrase("source.vendor_name", vendor=source.vendor)
    )
    if not source.retrieved:
        return phrase("ui.source_undated", name=name)
    key = "source_written" if source.name == _UNDATED else "source"
    return phrase(f"ui.{key}", name=name, retrieved=source.retrieved)


def source_names(sources: Iterable[Source]) -> tuple[Phrase, ...]:
    """Name each source once: two files are one source."""
    names = [source_name(one) for one in sources]
    return tuple(name for at, name in enumerate(names) if name not in names[:at])


def notes(findings: Findings) -> tuple[Phrase, ...]:
    """Say of a report's moves what `notes_on` says."""
    return notes_on(findings.moves.values(), findings.sources, is_kept=findings.is_kept)


def notes_on(
    moves: Iterable[Move], sources: Sequence[Source], *, is_kept: bool
) -> tuple[Phrase, ...]:
    """Say which figures do not come from the first source alone, and which somebody accepted."""
    figures = [move for move in moves if move.is_figure]
    lost = () if is_kept else (phrase("method.not_kept", command="shock store verify"),)
    return (*_from_elsewhere(sources, figures), *_accepted(figures), *lost)


def _from_elsewhere(sources: Sequence[Source], figures: list[Move]) -> Iterator[Phrase]:
    if not sources:
        return
    usual = sources[0].name
    others = dict.fromkeys(move.source for move in figures if move.source not in (None, "", usual))
    for other in others:
        moves = [move for move in figures if move.source == other]
        shares = tuple(phrase("item.share", share=move.instrument) for move in moves)
        yield phrase("method.elsewhere", named=shares, source=named_sources(other), n=len(shares))


def named_sources(names: str | None) -> tuple[Phrase, ...]:
    """Name each source of a move, whose names stand in it with a plus; none where it has none."""
    return tuple(map(_name, names.split("+"))) if names else ()


def _name(name: str) -> Phrase:
    key = name if name in _SAID else "vendor"
    return phrase(f"source.{key}_name", vendor=name)


def _accepted(figures: list[Move]) -> Iterator[Phrase]:
    for move in figures:
        if move.is_accepted:
            why = phrase(f"reason.{move.reason}")
            code = str(move.reason)
            yield phrase("method.accepted", share=named(move), why=why, code=code)
