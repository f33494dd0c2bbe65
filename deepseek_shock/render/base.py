"""What every renderer is: one method from a document to text, in one language and style."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Document

_Said_contra = TypeVar("_Said_contra", bound=Document, contravariant=True)


class Profile(StrEnum):
    """Whose Markdown a report is written in."""

    GFM = "gfm"
    SUBSTACK = "substack"
    NOTE = "note"
    BUTTONDOWN = "buttondown"
    GHOST = "ghost"


class FrontMatter(StrEnum):
    """Which site generator the front matter is for."""

    NONE = "none"
    HUGO = "hugo"
    JEKYLL = "jekyll"
    ZOLA = "zola"
    QUARTO = "quarto"


class StudyTable(StrEnum):
    """Which rows of a study stand in its CSV."""

    TESTS = "tests"
    DAYS = "days"
    EVENTS = "events"


class Style(NamedTuple):
    """How a report looks, whatever it says: its words, colours, and the user's template folder."""

    words: Words
    colors: Colors
    template_dir: Path | None = None


class Renderer(Protocol[_Said_contra]):
    """A format, of every document or of one kind alone."""

    def render(self, document: _Said_contra, /) -> str:
        """Return the whole text of the document."""
        ...
