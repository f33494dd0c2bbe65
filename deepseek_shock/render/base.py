"""What every renderer is: one method from a report to text, in one language and style."""

from pathlib import Path
from typing import NamedTuple, Protocol

from deepseek_shock.render.house import Colors
from deepseek_shock.render.words import Words
from deepseek_shock.report.model import Report


class Style(NamedTuple):
    """How a report looks, whatever it says: its words, colours, and the user's template folder."""

    words: Words
    colors: Colors
    template_dir: Path | None = None


class Renderer(Protocol):
    """A format."""

    def render(self, report: Report) -> str:
        """Return the whole text of the report."""
        ...
