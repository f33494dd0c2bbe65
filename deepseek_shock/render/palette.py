"""The colours as plain values, for what knows no style sheet: mail and pictures.

The page's sheet, `templates/style.css`, holds the same; a test holds one against the other.
"""

from typing import NamedTuple

from deepseek_shock.render.house import Colors


class Palette(NamedTuple):
    """Colours as #rrggbb: of the paper, of what is written on it, and of the two directions."""

    paper: str
    ink: str
    muted: str
    rule: str
    red: str
    blue: str
    earth: str

    def fall(self, colors: Colors) -> str:
        """Return the colour of a fall."""
        return {Colors.US: self.red, Colors.JP: self.blue, Colors.MONO: self.ink}[colors]

    def rise(self, colors: Colors) -> str:
        """Return the colour of a rise."""
        return {Colors.US: self.blue, Colors.JP: self.red, Colors.MONO: self.muted}[colors]


LIGHT = Palette("#fbfaf7", "#1b1b1a", "#5c5a55", "#d9d5cc", "#b3261e", "#1f5f99", "#80652b")
DARK = Palette("#16171a", "#e9e6df", "#a7a39a", "#3a3b3f", "#ff8a7a", "#7fb8ee", "#c8a96b")
