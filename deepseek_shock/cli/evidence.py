"""`--capsule` and `--from`: a report's evidence written beside it, and the report made again of it.

A capsule has its own options: what made the report what it was. With `--from` they stand below the
command line and above the environment and shock.toml, so that the same command gives the same
bytes anywhere.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer._click.exceptions import ClickException

from deepseek_shock.cli.grouped import convert, fill, names_of
from deepseek_shock.cli.options import STDOUT, Format, option
from deepseek_shock.cli.repeating import repeated_names, worth_repeating
from deepseek_shock.cli.reporting import LookOptions, ReportOptions, is_typed
from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.userpath import expand

if TYPE_CHECKING:
    from deepseek_shock.capsule.manifest import Written
    from deepseek_shock.capsule.reading import Capsule
    from deepseek_shock.cli.writing import Form
    from deepseek_shock.pipeline import Made
    from deepseek_shock.providers.received import Tape
    from deepseek_shock.render.base import Style
    from deepseek_shock.report.model import Report

CapsuleOption = Annotated[
    Path | None,
    option(
        "--capsule",
        metavar="FILE",
        help="Write the evidence, too: a zip from which the report can be made again, and proved; "
        "{date} in its name is the report's date.",
    ),
]
FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="CAPSULE",
        help="Make the report again of a capsule, in its own language and format or in others; "
        "asks no source.",
    ),
]


class EvidenceOptions(NamedTuple):
    """The evidence of a report: written, or read."""

    capsule: CapsuleOption = None
    from_: FromOption = None


# Of a report's options those that are not of its data: a capsule's report may have others.
_FREE = {*LookOptions._fields, "sort", "top"}
# How a run behaves and where it writes to is no part of any report.
_OF_A_RUN = frozenset(
    {
        *("help", "from_", "capsule", "output", "charts", "to", "sender"),
        *("wait", "time_limit", "status", "verbose"),
    }
)


# --- from a capsule ---


def check_alone(context: typer.Context) -> None:
    """Refuse options that would ask for other data than a capsule's. Raises `UsageError`."""
    of_data = [name for name in names_of(ReportOptions) if name not in _FREE]
    for name in ("capsule", *of_data):
        if is_typed(context, name):
            flag = f"--{name.replace('_', '-')}"
            raise UsageError(
                f"--from and {flag} exclude each other",
                hint="a capsule has its data; only the look and the format may be others",
            )


def recall(context: typer.Context, capsule: "Capsule", groups: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return groups of options as the capsule has them, but for what is typed.

    Raises `FileError` for what this version takes for no option's value.
    """
    recorded = _recorded(context, capsule)
    try:
        for parameter in context.command.params:
            name = parameter.name or ""
            if name not in _OF_A_RUN and not is_typed(context, name):
                text = recorded.get(name.replace("_", "-"))
                # Not what shock.toml says instead of it.
                value = parameter.default if text is None else text
                context.params[name] = parameter.type_cast_value(context, value)
        return tuple(fill(group, convert(group, context.params)) for group in groups)
    except (ClickException, ValueError) as error:
        what = error.message if isinstance(error, ClickException) else str(error)
        raise FileError(
            str(capsule.path), f"an option of it: {what}", hint="a newer shock may know it"
        ) from error


def _recorded(context: typer.Context, capsule: "Capsule") -> dict[str, str]:
    """Return a capsule's options; without what says its format, where the command line does."""
    options, written = dict(capsule.manifest.options), capsule.manifest.written
    names_file = is_typed(context, "output") and context.params["output"] != STDOUT
    is_other = names_file or is_typed(context, "format") or is_typed(context, "template")
    if is_other:
        options.pop("template", None)
    if is_other or written.template is not None:
        options.pop("format", None)
    else:
        options["format"] = written.format
    return options


@contextmanager
def unpacked(capsule: "Capsule") -> Generator[Path | None, None, None]:
    """Give a folder of the user's templates that a capsule holds, for as long as the block runs."""
    own = capsule.own_templates
    if not own:
        yield None
        return
    with TemporaryDirectory(prefix="shock-capsule-") as folder:
        for name, content in own.items():
            file = Path(folder, name)  # held to the names of files below a folder, when read
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield Path(folder)


# --- to a capsule ---


def check_capsule(file: Path, output: str) -> None:
    """Refuse a capsule on stdout, or in place of the report. Raises `UsageError`."""
    if str(file) == STDOUT or str(expand(file)) == str(expand(output)):
        raise UsageError(
            f"--capsule {file}: a capsule needs a file of its own", hint="--capsule {date}.zip"
        )


def make_tape() -> "Tape":
    """Make what sources are recorded on."""
    from deepseek_shock.providers.tape import Tape

    return Tape()


def record_options(context: typer.Context, chosen: Format) -> dict[str, str]:
    """Return the options that make the same report again, by their long names, as text."""
    return {
        (parameter.name or "").replace("_", "-"): _as_text(value)
        for parameter, value in worth_repeating(context, repeated_names(context, chosen))
    }


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def seal(
    made: "Made", tape: "Tape", options: Mapping[str, str], form: "Form", look: "Drawn"
) -> bytes:
    """Return the capsule of a report that is to be written. Raises as `make_capsule`.

    Of a message it holds the mail without its addresses, which are nobody else's business.
    """
    from deepseek_shock.capsule.making import Evidence, make_capsule

    basis, command = made.basis, made.basis.command
    head = command.removesuffix(" ".join(("", *look.options)))
    document = look.render(made.report)
    return make_capsule(
        Evidence(
            basis=basis._replace(command=head),
            command=command,
            received=tape.received,
            options=options,
            style=look.style,
            written=_describe(form),
            document=document.encode() if isinstance(document, str) else document,
            own=_own_templates(form, look.style),
        )
    )


class Drawn(NamedTuple):
    """How a report is written: in a style, by a renderer, and by which options one says so."""

    style: "Style"
    render: "Callable[[Report], str | bytes]"
    options: tuple[str, ...]


def _describe(form: "Form") -> "Written":
    """Say as what a report is written, so that it can be written so again."""
    from deepseek_shock.capsule.manifest import Written
    from deepseek_shock.cli.surroundings import has_colors, page_width

    on_screen = form.written.output == STDOUT
    return Written(
        format=str(form.format),
        profile=form.written.profile,
        front_matter=form.written.front_matter,
        template=None if form.template is None else form.template.name,
        width=page_width() if form.is_page else None,
        has_colors=form.is_page and on_screen and has_colors(),
    )


def _own_templates(form: "Form", style: "Style") -> dict[str, bytes]:
    from deepseek_shock.render.owntemplates import own_templates

    if form.template is not None:
        return own_templates(form.template.parent, form.template.name)
    return {} if style.template_dir is None else own_templates(style.template_dir)
