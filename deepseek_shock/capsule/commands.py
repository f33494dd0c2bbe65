"""Whether the command that a capsule prints asks for what its report is of."""

import shlex

from deepseek_shock.pipeline import Basis

_LONGEST = 60


def find_other_command(basis: Basis, command: str) -> str | None:
    """Tell what a command asks for that the report is not of, or `None`."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"{command!r:.{_LONGEST}}: {error}"
    if words[:2] != ["shock", "report"] or not command.startswith(basis.command):
        return f"{command!r:.{_LONGEST}} is not that of a report"
    if shlex.join(words) != command:  # a shell would do more than one thing
        return f"{command!r:.{_LONGEST}} is more than a command"
    inquiry = basis.inquiry
    dates = [word for at, word in enumerate(words) if at and words[at - 1] == "--date"]
    if dates[:1] not in ([], [str(inquiry.day)], ["last"]) or not {"--date", "--at"} & {*words}:
        return f"{' '.join(words[:4])!r:.{_LONGEST}} is not of {inquiry.day}"
    if inquiry.accepted and "--accept" not in words:
        return "lets no figure stand, and one is"
    if inquiry.takes_provisional and "--provisional" not in words:
        return "takes no provisional figure, and one is"
    return None
