"""The terminal renderer: a plain writer for pipes, rich's colours for screens."""

from collections.abc import Iterable

from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.layout import Line, Role, lay_out
from deepseek_shock.report.model import Document

# What stands for a character that a stream cannot encode, one cell for one; else a question mark.
_PLAINER = {
    "\u2212": "-",
    "×": "x",
    "÷": "/",
    "█": "#",
    "·": "-",
    "…": ".",
    "’": "'",
    "“": '"',
    "”": '"',
    "σ": "s",
    "¥": "Y",
    "ō": "o",
    "ö": "o",
    "\u0304": "",  # the macron of r̄, which takes no cell
    "–": "-",
    "—": "-",
}
_PAIRS = {
    Colors.US: {Role.FALL: "red", Role.RISE: "bright_blue"},
    Colors.JP: {Role.FALL: "bright_blue", Role.RISE: "red"},
    Colors.MONO: {Role.FALL: "none", Role.RISE: "none"},
}


def spell(text: str, encoding: str) -> bytes:
    """Encode text for a stream, in plainer characters where it has no others."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        plainer = {
            ord(char): _PLAINER.get(char, "?") for char in set(text) if _lacks(encoding, char)
        }
        return text.translate(plainer).encode(encoding, "replace")


def _lacks(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return True
    return False


class Terminal:
    """The terminal renderer for a screen `width` cells wide, with colours or without."""

    def __init__(self, style: Style, width: int, *, has_colors: bool) -> None:
        self._style = style
        self._width = width
        self._has_colors = has_colors

    def render(self, document: Document) -> str:
        """Return the page as text, with escape codes only where there are colours."""
        lines = lay_out(document, self._style.words, self._width)
        if self._has_colors:
            return _with_rich(lines, _PAIRS[self._style.colors], self._width)
        return "".join(f"{''.join(span.text for span in line).rstrip()}\n" for line in lines)


def _with_rich(lines: Iterable[Line], pair: dict[Role, str], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    styles = {
        Role.TITLE: "bold",
        Role.HEADING: "bold",
        Role.MUTED: "dim",
        Role.PLAIN: "none",
        **pair,
    }
    out = StringIO()
    console = Console(file=out, force_terminal=True, width=width, highlight=False, soft_wrap=True)
    for line in lines:
        console.print(
            Text.assemble(*((span.text, styles[span.role]) for span in line)), soft_wrap=True
        )
    return out.getvalue()
