"""Price limits reached (ストップ安, ストップ高): who closed there, who touched it in the day."""

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.analysis.limits import Limit
from deepseek_shock.analysis.moves import Move
from deepseek_shock.report.model import Phrase, phrase
from deepseek_shock.report.quote import named


def limit_sentences(findings: Findings) -> tuple[Phrase, ...]:
    """Name those that reached their limit, each way, the largest moves first.

    A close there cuts the figure off.
    """
    by_size = sorted(findings.shares, key=lambda move: -move.size)
    return tuple(
        phrase(f"limit.{limit}", named=tuple(map(_named, moves)), n=len(moves))
        for limit in Limit
        if (moves := [move for move in by_size if move.limit is limit])
    )


def method(findings: Findings) -> tuple[Phrase, ...]:
    """Say how a limit is told, where one was reached."""
    return (phrase("method.limits"),) if any(move.limit for move in findings.shares) else ()


def lead_clauses(lead: Move) -> tuple[Phrase, ...]:
    """Say of the lead that its close was its limit."""
    is_locked = lead.limit is not None and lead.limit.is_locked
    return (phrase(f"key.at_{lead.limit}"),) if is_locked else ()


def _named(move: Move) -> Phrase:
    is_locked = move.limit is not None and move.limit.is_locked
    return named(move) if is_locked else phrase("item.share", share=move.instrument)
