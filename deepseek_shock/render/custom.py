"""The user's own template instead of a format: any text that Jinja can write."""

from pathlib import Path

from deepseek_shock.errors import TemplateError
from deepseek_shock.render.base import Style
from deepseek_shock.render.markdown import MarkdownMarkup
from deepseek_shock.report.model import Document

_MARKDOWN = (".md", ".markdown", ".qmd")


class Custom:
    """Renders one file of the user's; what its name says of its format decides the escaping."""

    def __init__(self, style: Style, template: Path) -> None:
        from deepseek_shock.render.environment import is_outside

        if is_outside(template.parent, template.name):  # a link of the user's: what it leads to
            template = template.resolve()
        self._style = style._replace(template_dir=template.parent)
        self._template = template

    def render(self, document: Document) -> str:
        """Return what the template makes of the document. Raises `TemplateError`."""
        from deepseek_shock.render.environment import format_of
        from deepseek_shock.render.templates import render_template

        if not self._template.is_file():
            raise TemplateError(
                f"{self._template}: no such template", hint="--template takes a file of your own"
            )
        name = self._template.name
        markup = MarkdownMarkup() if format_of(name) in _MARKDOWN else None
        text = render_template(name, document, self._style, markup=markup)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise TemplateError(
                f"{self._template}: writes {text[error.start]!r}, which no file can hold",
                hint="it is one half of a character",
            ) from error
        return text
