"""A message ready to be sent: plain text, the mail as HTML, a chart inside it.

`shock report --format eml --to news@example.com | msmtp -t` sends it. Nothing in it is drawn by
lot: date, Message-ID and boundaries come from what is said, so the same report is the same message.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from deepseek_shock.errors import UsageError
from deepseek_shock.render.base import Style
from deepseek_shock.render.email import Email, Inset
from deepseek_shock.render.excerpt import excerpt, most_rows
from deepseek_shock.render.mailbox import parse_mailboxes
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language
from deepseek_shock.report.model import Document
from deepseek_shock.report.moments import last_close_in, retrievals
from deepseek_shock.report.tables import Cut

if TYPE_CHECKING:
    from deepseek_shock.render.png import Picture

_WIDTH = 72  # of the plain text: a reply quotes it without breaking lines
# Quoted-printable may have 76 characters a line; the policy would allow headers two more.
_POLICY = SMTP.clone(max_line_length=76)
# The first chart of the first of these sections is the message's picture.
_SHOWN = ("lines", "bars", "paths", "study", "shocks", "sessions")
_LONGEST_SUBJECT = 250  # a line of a header may have 998 characters, and breaks at blanks alone
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


Draw: TypeAlias = Callable[[Document, Sequence[str]], "Picture | None"]
"""What draws the first chart of the first named section that has any."""


class Envelope(NamedTuple):
    """Who writes to whom, and when; where `date` is `None` the data's own time counts."""

    to: tuple[Address, ...]
    sender: Address
    date: datetime | None = None


def make_envelope(to: str | None, sender: str | None, date: datetime | None = None) -> Envelope:
    """Read the addresses. Raises `UsageError` for none, and for what is no address."""
    if to is None:
        raise UsageError("a message needs an addressee", hint="say --to news@example.com")
    addressees = parse_mailboxes(to, "--to")
    if sender is None:
        return Envelope(addressees, addressees[0], date)
    first, *others = parse_mailboxes(sender, "--sender")
    if others:
        raise UsageError("--sender names several addresses", hint="a message is from one")
    return Envelope(addressees, first, date)


class Eml:
    """The renderer of messages; `draw` makes the chart, `cut` is that of the mail in them."""

    def __init__(
        self,
        style: Style,
        envelope: Envelope,
        draw: Draw,
        cut: Cut = Cut(),  # noqa: B008 -- frozen
    ) -> None:
        self._style = style
        self._envelope = envelope
        self._draw = draw
        self._cut = cut

    def render(self, document: Document) -> str:
        """Return the message in ASCII, its lines ended by CRLF. Raises `OutputError`."""
        parts = self._parts(document)
        message = EmailMessage(_POLICY)
        self._address(message, document, parts)
        _fill(message, parts)
        message["Content-Language"] = str(self._style.words.lang)
        return message.as_bytes().decode("ascii")

    def _parts(self, document: Document) -> "_Parts":
        picture = self._draw(document, _SHOWN)
        inset = picture and Inset(picture.section, _cid(picture), picture.alt)
        shown = excerpt(document, self._cut, most_rows(self._cut))
        return _Parts(
            text=Terminal(self._style, _WIDTH, has_colors=False).render(shown),
            html=Email(self._style, self._cut).compose(document, inset),
            picture=picture,
            cid=inset.cid if inset else "",
            file=f"{document.day}-{picture.name}.png" if picture else "",
            encoding="base64" if self._style.words.lang is Language.JA else "quoted-printable",
        )

    def _address(self, message: EmailMessage, document: Document, parts: "_Parts") -> None:
        to, sender, date = self._envelope
        subject = _subject(self._style.words.say(document.title))
        date = date or _date_of(document)
        said = (subject, *map(str, to), str(sender), date.isoformat(), parts.digest())
        digest = sha256("\n".join(said).encode()).hexdigest()
        message["Subject"] = subject
        message["From"] = sender
        message["To"] = to
        message["Date"] = date
        message["Message-ID"] = f"<{digest[:32]}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"


def _cid(picture: "Picture") -> str:
    """Name a picture by its content, in letters that an address of a page holds unescaped."""
    digest = sha256(picture.content).hexdigest()
    return f"{digest[:32]}@{picture.name}.shock"


def _subject(title: str) -> str:
    """Make a title a header: on one line, and no longer than anybody reads."""
    line = _CONTROL.sub(" ", title)
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"


class _Parts(NamedTuple):
    """What a message is made of; without a picture, `cid` and `file` are empty."""

    text: str
    html: str
    picture: "Picture | None"
    cid: str
    file: str
    encoding: str

    def digest(self) -> str:
        """Return the hash of all that is sent."""
        content = self.picture.content if self.picture else b""
        whole = (self.text.encode(), self.html.encode(), content)
        return sha256(b"".join(sha256(part).digest() for part in whole)).hexdigest()


def _fill(message: EmailMessage, parts: _Parts) -> None:
    digest = parts.digest()
    message.set_content(parts.text, cte=parts.encoding)
    message.add_alternative(parts.html, subtype="html", cte=parts.encoding)
    if parts.picture is not None:
        page = cast("list[EmailMessage]", message.get_payload())[1]
        page.add_related(
            parts.picture.content,
            "image",
            "png",
            cid=f"<{parts.cid}>",
            disposition="inline",
            filename=parts.file,
        )
        page.set_boundary(f"=_related_{digest[:32]}")
    message.set_boundary(f"=_alternative_{digest[:32]}")


def _date_of(document: Document) -> datetime:
    """Return when the data were retrieved, where that is known to the second; else the last close.

    A message says when it was written; that would be another moment on every run.
    """
    return max(retrievals(document.sources), default=last_close_in(document))
