"""Text for XML, which has no way to write some characters."""

import re

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit_for_xml(text: str) -> str:
    """Replace what XML 1.0 cannot write, such as control characters, by U+FFFD."""
    return _NOT_IN_XML.sub("\ufffd", text)
