"""What templates may use, and how their mistakes are told; `docs/templates.md` promises both."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from traceback import extract_tb
from typing import Any, assert_never

from jinja2 import TemplateError as JinjaError
from jinja2 import TemplateNotFound, TemplateSyntaxError, pass_context
from markupsafe import Markup

from deepseek_shock.errors import TemplateError
from deepseek_shock.market.instrument import Instrument
from deepseek_shock.render.base import Style
from deepseek_shock.render.environment import BUILTIN, check_blocks, make_environment
from deepseek_shock.render.pieces import Markup as WordMarkup
from deepseek_shock.render.pieces import Plain
from deepseek_shock.render.words import Language, Words, is_right
from deepseek_shock.report.model import (
    Bullets,
    Comparison,
    Document,
    Kind,
    Links,
    Paragraph,
    Phrase,
    Report,
    ScanReport,
    StudyReport,
    Table,
    Value,
)
from deepseek_shock.report.quote import money

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


def template_of(document: Document, form: str) -> str:
    """Name the built-in template that writes a document in a form: `html`, `md`, `email.html`."""
    match document:
        case Report():
            return _TEMPLATES.get(form, f"report.{form}.j2")
        case Comparison():
            return f"compare.{form}.j2"
        case StudyReport():
            return f"study.{form}.j2"
        case ScanReport():
            return f"scan.{form}.j2"
        case _:
            assert_never(document)


# Those of a report that are named after their form alone.
_TEMPLATES = {"email.html": "email.html.j2", "ghost.html": "ghost.html.j2"}


def render_template(name: str, document: Document, style: Style, **values: Any) -> str:  # noqa: ANN401 -- Jinja takes any value
    """Render a named template with the report, the words and the filters of `docs/templates.md`.

    A template calls `report` whatever document it is of. Raises `TemplateError`, with file and
    line, for a template that is missing or broken.
    """
    return render_values(
        name, style, report=document, findings=document.findings, section=document.section, **values
    )


def render_values(name: str, style: Style, **values: Any) -> str:  # noqa: ANN401 -- Jinja takes any value
    """Render a named template that is about something else than one document; else the same."""
    environment = make_environment(style.template_dir)
    markup = values.pop("markup", None) or Plain()
    filters = _phrase_filters(style.words, markup) | _value_filters(style.words)
    environment.filters.update({name: _unfolded(filters[name]) for name in filters})
    try:
        if style.template_dir is not None:
            check_blocks(environment, name)
        return environment.get_template(name).render(
            lang=str(style.words.lang),
            colors=str(style.colors),
            word=_word(style.words),
            **values,
        )
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name}:{error.lineno}"
        raise TemplateError(f"{where}: {error.message}", hint=_HINT) from error
    except (
        JinjaError,
        MemoryError,
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
        raise TemplateError(f"{place}: {_mistake(error)}", hint=_HINT) from error


# What Jinja calls the frames that stand for a template's own lines.
_TEMPLATE_FRAMES = ("top-level template code", "block ", "template")
_HINT = "`shock templates export DIR` writes the built-in templates, to compare with"
_INNER = re.compile(r"\w+\.<locals>\.")


def _template_line(error: Exception) -> str | None:
    """Return file:line of the last frame in a template; `None` where the fault is our own."""
    places = [
        f"{frame.filename}:{frame.lineno}"
        for frame in extract_tb(error.__traceback__)
        if frame.name.startswith(_TEMPLATE_FRAMES)
    ]
    return places[-1] if places else None


def _mistake(error: Exception) -> str:
    """Say what is wrong, in words for the template's author."""
    if isinstance(error, TemplateNotFound):
        name = str(error)
        which = "built-in template" if name.startswith(BUILTIN) else "template"
        return f"no {which} {name.removeprefix(BUILTIN)}"
    if isinstance(error, MemoryError):
        return "takes more memory than there is"
    return _INNER.sub("", str(error))


def _word(words: Words) -> Callable[[str], str]:
    def word(key: str) -> str:
        try:
            return words.word(key)
        except KeyError as error:
            raise LookupError(f"no word {key!r} that needs no values") from error

    return word


def _unfolded(of_style: Callable[..., Any]) -> Callable[..., Any]:
    """Keep Jinja from printing a constant when it compiles: all styles share the code."""

    @pass_context
    def call(_context: object, *args: Any, **options: Any) -> Any:  # noqa: ANN401 -- a filter's own
        return of_style(*args, **options)

    return call


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
    if type(block) not in _BLOCK_NAMES:
        raise TypeError(f"kind_of() takes a block of a section, not a {type(block).__name__}")
    return _BLOCK_NAMES[type(block)]
