"""Jinja: where templates are found, what they may use, and how their mistakes are told.

Templates run in the immutable sandbox. It keeps a template from reaching the machine; it does not
bound time or memory, so strangers' templates still need a boundary of their own.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from deepseek_shock.errors import TemplateError
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.base import Style
from deepseek_shock.render.words import Language, Plain, Words, is_right
from deepseek_shock.render.words import Markup as WordMarkup
from deepseek_shock.report.model import (
    Bullets,
    Kind,
    Links,
    Paragraph,
    Phrase,
    Report,
    Table,
    Value,
)
from deepseek_shock.report.quote import money

_PACKAGE = Path(__file__).parent.parent
_BLOCK_NAMES: dict[type, str] = {
    Paragraph: "paragraph",
    Bullets: "bullets",
    Table: "table",
    Links: "links",
}
_QUOTE_PAGES = {
    Language.EN: "https://finance.yahoo.com/quote/",
    Language.JA: "https://finance.yahoo.co.jp/quote/",
}


def builtin_folder() -> Path:
    """Return the folder of the built-in templates: inside the installed package, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


class _Environment(ImmutableSandboxedEnvironment):
    """A template that extends its own name gets the built-in one, not itself without end."""

    def join_path(self, template: str, parent: str) -> str:
        return f"builtin/{template}" if template == parent else template


def make_environment(template_dir: Path | None) -> ImmutableSandboxedEnvironment:
    """Make the environment: the user's folder first, HTML escaped, no silent holes."""
    builtin = FileSystemLoader(builtin_folder())
    loaders: list[BaseLoader] = [builtin, PrefixLoader({"builtin": builtin})]
    if template_dir is not None:
        loaders.insert(0, FileSystemLoader(template_dir))
    return _Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(
            # Jinja looks at the last ending only, unless the double ones are named.
            enabled_extensions=("html", "htm", "xml", "svg", "html.j2", "svg.j2", "xml.j2"),
            default_for_string=False,
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_template(name: str, report: Report, style: Style, **values: Any) -> str:  # noqa: ANN401 -- Jinja takes any value
    """Render a named template with the report, the words and the filters of `docs/templates.md`.

    Raises `TemplateError`, with file and line, for a template that is missing or broken.
    """
    return render_values(
        name, style, report=report, findings=report.findings, section=report.section, **values
    )


def render_values(name: str, style: Style, **values: Any) -> str:  # noqa: ANN401 -- Jinja takes any value
    """Render a named template that is about something else than one report; else the same."""
    environment = make_environment(style.template_dir)
    markup = values.pop("markup", None) or Plain()
    environment.filters.update(_phrase_filters(style.words, markup))
    environment.filters.update(_value_filters(style.words))
    try:
        template = environment.get_template(name)
        return template.render(
            lang=str(style.words.lang),
            colors=str(style.colors),
            word=style.words.word,
            **values,
        )
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name}:{error.lineno}"
        raise TemplateError(f"{where}: {error.message}", hint=_HINT) from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{name}: is not UTF-8", hint="save the template as UTF-8") from error
    except (
        JinjaError,
        RecursionError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        place = _template_line(error)
        if place is None:
            raise
        what = f"no template {error}" if isinstance(error, TemplateNotFound) else str(error)
        raise TemplateError(f"{place}: {what}", hint=_HINT) from error


# What Jinja calls the frames that stand for a template's own lines.
_TEMPLATE_FRAMES = ("top-level template code", "block ", "template")
_HINT = "`shock templates export DIR` writes the built-in templates, to compare with"


def _template_line(error: Exception) -> str | None:
    """Return file:line of the last frame in a template; `None` where the fault is our own."""
    places = [
        f"{frame.filename}:{frame.lineno}"
        for frame in extract_tb(error.__traceback__)
        if frame.name.startswith(_TEMPLATE_FRAMES)
    ]
    return places[-1] if places else None


def _phrase_filters(words: Words, markup: WordMarkup) -> dict[str, Any]:
    """Filters that say phrases and print cells, marked up for the format."""

    def marked(text: str) -> Markup | str:
        # What a markup other than plain has escaped must not be escaped again.
        return text if isinstance(markup, Plain) else Markup(text)  # noqa: S704 -- escaped by `markup`

    def say(phrase: Phrase) -> Markup | str:
        return marked(words.say(phrase, markup))

    def say_all(sentences: tuple[Phrase, ...]) -> Markup | str:
        return marked(words.say_all(sentences, markup))

    def cell(value: Value, kind: str) -> Markup | str:
        return marked(words.cell(Kind(kind), value, markup))

    return {"say": say, "say_all": say_all, "cell": cell}


def _value_filters(words: Words) -> dict[str, Any]:
    """Filters that print a value as plain text, or tell what it is."""

    def pct(value: Decimal) -> str:
        return words.print(Kind.RETURN, value)

    def signed(value: Decimal) -> str:
        return words.print(Kind.SIGNED, value)

    def day(value: date) -> str:
        return words.print(Kind.DAY, value)

    def amount(value: Decimal, instrument: Instrument) -> str:
        return words.print(Kind.MONEY, money(instrument, value))

    def quote_url(instrument: Instrument) -> str:
        return _QUOTE_PAGES[words.lang] + instrument.ticker.replace("^", "%5E")

    return {
        "pct": pct,
        "date": day,
        "money": amount,
        "signed": signed,
        "cls": _css_class,
        "md": _escaped_for_markdown,
        "is_right": is_right,
        "kind_of": _kind_of,
        "quote_url": quote_url,
    }


def _css_class(value: Decimal) -> str:
    return "dn" if value < 0 else "up" if value > 0 else "flat"


def _escaped_for_markdown(text: str) -> str:
    from deepseek_shock.render.markdown import MarkdownMarkup

    return MarkdownMarkup().text(text)


def _kind_of(block: object) -> str:
    return _BLOCK_NAMES[type(block)]
