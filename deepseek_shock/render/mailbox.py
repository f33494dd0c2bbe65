"""The addresses of a message: read as mail programs read them, refused where a server might."""

from email.errors import HeaderParseError, InvalidHeaderDefect
from email.headerregistry import Address, AddressHeader, BaseHeader
from email.policy import SMTP
from typing import cast

from deepseek_shock.errors import UsageError

_EXAMPLE = "write news@example.com, or Name <news@example.com>; several with commas"
# RFC 5321: octets of what stands before the @, and of a whole address in its angle brackets.
_LONGEST_MAILBOX, _LONGEST_ADDRESS = 64, 254
# RFC 5322 allows a line 998, and a line is broken between words alone.
_LONGEST_WORD = 900
# What Python's parser takes in no time; comments in comments it follows one by one.
_LONGEST_LIST, _DEEPEST = 4000, 20


class Mailbox(Address):
    """An address whose part before the @ is quoted also for its dots, as a..b once was in Japan."""

    @property
    def addr_spec(self) -> str:
        """Return the address as servers take it."""
        plain = super().addr_spec
        is_dotted = all(self.username.split(".")) or plain.startswith('"')
        return plain if is_dotted else f'"{self.username}"@{self.domain}'


def parse_mailboxes(text: str, option: str) -> tuple[Mailbox, ...]:
    """Return the addresses of a comma-separated list, with their names.

    Raises `UsageError`, which names the option, for what is no address and for control characters,
    by which a header could be smuggled in.
    """
    is_bounded = len(text) <= _LONGEST_LIST and text.count("(") <= _DEEPEST
    mailboxes = _read(text) if text.isprintable() and is_bounded else ()
    if not mailboxes or not all(map(_is_whole, mailboxes)):
        shown = text if len(text) <= _LONGEST_ADDRESS else f"{text[:_LONGEST_ADDRESS]}…"
        raise UsageError(f"{option} {shown!r} is not a mail address", hint=_EXAMPLE)
    for mailbox in mailboxes:
        _check_ascii(mailbox, option)
        _check_length(mailbox, option)
    return mailboxes


def _read(text: str) -> tuple[Mailbox, ...]:
    """Return the addresses; none where the text is not a clean list of them."""
    try:
        header = SMTP.header_factory("To", text)
    # The parser has an `IndexError` for an address that ends in its @, and other slips of its own.
    except (HeaderParseError, AttributeError, IndexError, TypeError, ValueError):
        return ()
    defects = cast("BaseHeader", header).defects
    listed = cast("AddressHeader", header)
    is_group = any(group.display_name for group in listed.groups)
    is_broken = any(isinstance(defect, InvalidHeaderDefect) for defect in defects)
    if is_group or is_broken:
        return ()
    return tuple(Mailbox(one.display_name, one.username, one.domain) for one in listed.addresses)


def _is_whole(mailbox: Mailbox) -> bool:
    parts = (mailbox.display_name, mailbox.username, mailbox.domain)
    return bool(mailbox.username and mailbox.domain) and all(map(str.isprintable, parts))


def _check_ascii(mailbox: Mailbox, option: str) -> None:
    """Refuse what only servers with SMTPUTF8 take: names may be in any script, addresses not."""
    if not mailbox.domain.isascii():
        raise UsageError(
            f"{option}: {mailbox.domain} is not in ASCII", hint=_ascii_form(mailbox.domain)
        )
    if not mailbox.username.isascii():
        raise UsageError(
            f"{option}: {mailbox.username}@{mailbox.domain} is not in ASCII",
            hint="give an address in ASCII; the name before it may be in any script",
        )


def _check_length(mailbox: Mailbox, option: str) -> None:
    """Refuse what no server takes, and what would make a header's line too long to be sent."""
    address = mailbox.addr_spec
    if len(mailbox.username) > _LONGEST_MAILBOX or len(address) > _LONGEST_ADDRESS:
        hint = f"{_LONGEST_ADDRESS} characters at most, {_LONGEST_MAILBOX} of them before the @"
        raise UsageError(f"{option}: {address[:40]}… is too long for an address", hint=hint)
    if any(len(word) > _LONGEST_WORD for word in mailbox.display_name.split()):
        name = mailbox.display_name[:40]
        raise UsageError(f"{option}: the name {name}… is too long", hint="shorten the name")


def _ascii_form(domain: str) -> str:
    try:
        return f"write {domain.encode('idna').decode()}"
    except UnicodeError:
        return "write the domain in its ASCII form, xn--…"
