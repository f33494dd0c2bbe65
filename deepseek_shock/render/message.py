"""A message ready to be sent: plain text, the mail as HTML, a chart inside it.

`shock report --format eml --to news@example.com | msmtp -t` sends it. Nothing in it is drawn by
lot: date, Message-ID and boundaries come from what is said, so the same report is the same message.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from deepseek_shock.analysis.findings import Findings
from deepseek_shock.errors import UsageError
from deepseek_shock.market.sessions import Phase
from deepseek_shock.render.base import Style
from deepseek_shock.render.email import Email, Inset
from deepseek_shock.render.excerpt import excerpt, most_rows
from deepseek_shock.render.mailbox import parse_mailboxes
from deepseek_shock.render.terminal import Terminal
from deepseek_shock.render.words import Language
from deepseek_shock.report.model import Report
from deepseek_shock.report.tables import Cut

if TYPE_CHECKING:
    from deepseek_shock.render.png import Picture

_WIDTH = 72  # of the plain text: a reply quotes it without breaking lines
# Quoted-printable may have 76 characters a line; the policy would allow headers two more.
_POLICY = SMTP.clone(max_line_length=76)
_SHOWN = ("lines", "bars")  # the first of these that can be drawn is the message's picture
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


Draw: TypeAlias = Callable[[Report], "Iterable[Picture]"]
"""What draws a report's charts."""

_UNCUT = Cut()


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
    """The renderer of messages; `draw` makes the charts, `cut` is that of the mail in them."""

    def __init__(self, style: Style, envelope: Envelope, draw: Draw, cut: Cut = _UNCUT) -> None:
        self._style = style
        self._envelope = envelope
        self._draw = draw
        self._cut = cut

    def render(self, report: Report) -> str:
        """Return the message in ASCII, its lines ended by CRLF. Raises `OutputError`."""
        parts = self._parts(report)
        message = EmailMessage(_POLICY)
        self._address(message, report, parts)
        _fill(message, parts)
        message["Content-Language"] = str(self._style.words.lang)
        return message.as_bytes().decode("ascii")

    def _parts(self, report: Report) -> "_Parts":
        picture = _choose(self._draw(report))
        inset = picture and Inset(picture.name, self._cid(picture), picture.alt)
        shown = excerpt(report, self._cut, most_rows(self._cut))
        return _Parts(
            text=Terminal(self._style, _WIDTH, has_colors=False).render(shown),
            html=Email(self._style, self._cut).compose(report, inset),
            picture=picture,
            cid=inset.cid if inset else "",
            file=f"{report.findings.inquiry.day}-{picture.name}.png" if picture else "",
            encoding="base64" if self._style.words.lang is Language.JA else "quoted-printable",
        )

    def _cid(self, picture: "Picture") -> str:
        digest = sha256(picture.content).hexdigest()
        return f"{picture.name}.{digest[:24]}@{self._envelope.sender.domain}"

    def _address(self, message: EmailMessage, report: Report, parts: "_Parts") -> None:
        to, sender, date = self._envelope
        subject = _CONTROL.sub(" ", self._style.words.say(report.title))
        date = date or _date_of(report.findings)
        said = (subject, *map(str, to), str(sender), date.isoformat(), parts.digest())
        digest = sha256("\n".join(said).encode()).hexdigest()
        message["Subject"] = subject
        message["From"] = sender
        message["To"] = to
        message["Date"] = date
        message["Message-ID"] = f"<{digest[:32]}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"


def _choose(drawn: "Iterable[Picture]") -> "Picture | None":
    pictures = {picture.name: picture for picture in drawn}
    return next((pictures[name] for name in _SHOWN if name in pictures), None)


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


def _date_of(findings: Findings) -> datetime:
    """Return when the data were retrieved, where that is known to the second; else the last close.

    A message says when it was written; that would be another moment on every run.
    """
    retrieved = [_instant(source.retrieved) for source in findings.sources]
    known = [instant for instant in retrieved if instant is not None]
    if known:
        return max(known)
    asked = findings.inquiry.asked.values()
    return max(one.closes_at for one in asked if one.phase is not Phase.CLOSED).astimezone(UTC)


def _instant(retrieved: str) -> datetime | None:
    """Read an instant of ISO 8601; `None` for less: a month, a day, nothing."""
    try:
        instant = datetime.fromisoformat(retrieved)
    except ValueError:
        return None
    return None if instant.tzinfo is None else instant.astimezone(UTC).replace(microsecond=0)
