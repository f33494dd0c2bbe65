"""What a test of abnormal returns does not say: in every document that prints one."""

from deepseek_shock.report.model import Phrase, phrase


def unsaid(chosen: Phrase) -> tuple[Phrase, ...]:
    """Say what neither a small p nor a large one proves, then what comes of who was chosen."""
    return (phrase("unsaid.cause"), phrase("unsaid.large"), chosen)
