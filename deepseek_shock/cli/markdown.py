"""`--profile` and `--front-matter`: options that only Markdown has."""

from typing import TYPE_CHECKING

import typer

from deepseek_shock.cli.options import STDOUT, Format
from deepseek_shock.cli.parsing import choose_format
from deepseek_shock.cli.reporting import is_typed, nearer
from deepseek_shock.errors import UsageError
from deepseek_shock.render.base import FrontMatter, Profile

if TYPE_CHECKING:
    from deepseek_shock.cli.writing import WriteOptions

_FLAGS = {"profile": "--profile", "front_matter": "--front-matter"}
_HINT = "it goes with --format markdown"


def settle_markdown(context: typer.Context, written: "WriteOptions") -> "WriteOptions":
    """Return the options, with --format markdown where the command line asks for it by others.

    What a file or a variable says of Markdown waits until a report is written so. Raises
    `UsageError` where the command line asks for another format besides.
    """
    typed = [flag for name, flag in _FLAGS.items() if is_typed(context, name)]
    if not typed:
        return written
    if is_typed(context, "template"):
        raise UsageError(f"{typed[0]} is not for a --template", hint=_HINT)
    if is_typed(context, "format"):
        _check(typed[0], written.format)
        return written
    if written.format is not Format.MARKDOWN and written.output != STDOUT:
        _check(typed[0], choose_format(None, written.output))
    context.params["template"] = None
    return written._replace(format=Format.MARKDOWN, template=None)


def settle_front_matter(context: typer.Context, written: "WriteOptions") -> "WriteOptions":
    """Of front matter and a profile that would print it, keep what is nearer to the user.

    Raises `UsageError` where they are equally near.
    """
    if written.profile is Profile.GFM or written.front_matter is FrontMatter.NONE:
        return written
    profile, front_matter = nearer(
        context, ("profile", written.profile), ("front_matter", written.front_matter)
    )
    return written._replace(
        profile=profile or Profile.GFM, front_matter=front_matter or FrontMatter.NONE
    )


def _check(flag: str, chosen: Format | None) -> None:
    if chosen is not Format.MARKDOWN:
        raise UsageError(f"{flag} is not for the format {chosen}", hint=_HINT)
