"""`--format email` and `eml`: the mail alone, and the message that a mail program sends."""

from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli.options import Format
from deepseek_shock.cli.reporting import is_typed
from deepseek_shock.errors import UsageError

if TYPE_CHECKING:
    from deepseek_shock.cli.writing import WriteOptions
    from deepseek_shock.render.base import Style
    from deepseek_shock.render.email import Email
    from deepseek_shock.render.message import Eml
    from deepseek_shock.report.tables import Cut


def check_addressed(context: typer.Context, chosen: Format | None) -> None:
    """Check that addresses are typed for a message only. Raises `UsageError`.

    What a file or a variable says of them waits until a message is written.
    """
    for name in ("to", "sender"):
        if chosen is not Format.EML and is_typed(context, name):
            what = f"the format {chosen}" if chosen else "a --template"
            raise UsageError(f"--{name} is not for {what}", hint="it goes with --format eml")


def make_email(style: "Style", cut: "Cut") -> "Email":
    """Make the renderer of mails."""
    from deepseek_shock.render.email import Email

    return Email(style, cut)


def make_eml(style: "Style", cut: "Cut", written: "WriteOptions") -> "Eml":
    """Make the renderer of messages. Raises `UsageError` for addresses that are none."""
    from deepseek_shock.cli.pictures import make_first
    from deepseek_shock.cli.surroundings import said_time
    from deepseek_shock.render.message import Eml, make_envelope

    return Eml(
        style,
        make_envelope(written.to, written.sender, said_time()),
        lambda document, sections: make_first(sections, document, style),
        cut,
    )
