"""Characters that act on a page or a screen instead of standing on it.

A name, a context or a vendor's word is data: it may not move a cursor, ring a bell, turn the
direction of what follows, begin a line of its own, or hide. Files of ours are refused where they
hold such a character (`tomlfile`); whatever else comes, from vendors, tables or plug-ins, has it
replaced by U+FFFD where it is printed. In JSON it stays: there it is a value, and is escaped.

The two joiners U+200C and U+200D stay: Persian, Hindi and emoji are written with them.
"""

import re

REPLACEMENT = "\ufffd"

_RANGES = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, C0 and C1, but for tab and line feed
    "\u2028\u2029"  # separators of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # which turn the direction of text
    "\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # which cannot be seen
    "\U000e0000-\U000e007f"  # tags: letters that cannot be seen
    "\ud800-\udfff\ufffe\uffff"  # no characters at all: halves of one, and two that never are
)
_ACTING = f"[{_RANGES}]"  # compiled when a text needs it: hardly any does


_ENDS = "\r\n|[\t\n\r\u2028\u2029]"


def find_control(text: str) -> str | None:
    """Return the first character that acts on a page, or `None` where there is none."""
    if text.isprintable():  # at once for nearly all texts
        return None
    found = re.search(_ACTING, text)
    return found and found[0]


def neutralise(text: str) -> str:
    """Return a text in which nothing acts on a page: U+FFFD stands for what would."""
    return text if text.isprintable() else re.sub(_ACTING, REPLACEMENT, text)


def neutralise_words(text: str) -> str:
    """Return words that are part of a line: the same, with a blank for a tab or a line's end."""
    return text if text.isprintable() else neutralise(re.sub(_ENDS, " ", text))


def neutralise_line(text: str) -> str:
    """Return a text on one line, in which nothing acts on a page."""
    return neutralise(" ".join(text.split()))


def name_control(character: str) -> str:
    """Name a character that cannot be shown: U+202E."""
    return f"U+{ord(character):04X}"
