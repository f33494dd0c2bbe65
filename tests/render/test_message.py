"""The message: its parts, its headers, its addresses; sent to a mail server and read back."""

from __future__ import annotations

import re
import smtplib
from datetime import UTC, date, datetime
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock.errors import OutputError, UsageError
from deepseek_shock.render.email import LIMIT, Email
from deepseek_shock.render.message import Eml, Envelope, make_envelope
from deepseek_shock.render.png import Picture
from deepseek_shock.report.model import phrase
from deepseek_shock.report.tables import Cut
from tests.fakes.smtp import mailroom
from tests.render.mails import MONDAY, bars, denied, sample, style, tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepseek_shock.report.model import Document, Report

TO = "山田 太郎 <taro@example.jp>, news@example.org"
# Not one of ours: the eight bytes that begin every PNG, and bytes that no text survives.
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9


ENVELOPE = make_envelope(TO, None)


def drawn(has: Iterable[str], names: Sequence[str]) -> Picture | None:
    """Draw the first of the named charts of a report that has some."""
    found = (name for name in names if name in has)
    drawings = (
        Picture(name, PNG + name.encode(), 1200, 800, f"What {name} show") for name in found
    )
    return next(drawings, None)


def undrawn(_document: Document, _sections: Sequence[str]) -> None:
    """Draw nothing."""


def make(
    report: Report | None = None,
    lang: str = "en",
    *,
    envelope: Envelope = ENVELOPE,
    pictures: Iterable[str] = ("bars", "lines", "relay"),
) -> str:
    renderer = Eml(style(lang), envelope, lambda _, names: drawn(pictures, names))
    return renderer.render(report or sample())


@cache
def eml(lang: str) -> str:
    return make(lang=lang)


def read(text: str | bytes) -> EmailMessage:
    raw = text.encode("ascii") if isinstance(text, str) else text
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert all(not part.defects for part in message.walk())
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return cast("str", part.get_content())


def picture(message: EmailMessage) -> EmailMessage:
    (part,) = (part for part in message.walk() if part.get_content_type() == "image/png")
    return part


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- Its parts ---


def test_its_parts_are_text_page_and_picture(lang: str) -> None:
    kinds = [part.get_content_type() for part in read(eml(lang)).walk()]
    assert kinds == [
        *("multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png")
    ]


def test_the_page_is_the_mail_with_the_chart_in_it(lang: str) -> None:
    message = read(eml(lang))
    page = body(message, "html")
    root = tree(page)
    (image,) = root.iter("img")
    cid = image.get("src", "").removeprefix("cid:")
    assert picture(message)["Content-ID"] == f"<{cid}>"
    assert picture(message).get_content() == PNG + b"lines"
    assert image.get("alt") == "What lines show"
    assert denied(page) == []
    assert len(page.encode()) <= LIMIT
    # Without its block for the chart it is what `--format email` writes.
    alone = Email(style(lang)).render(sample())
    row = re.search(r'<tr><td class="part lines".*?</tr>\s*', page, re.DOTALL)
    assert row is not None
    assert "".join(page.replace(row[0], "").split()) == "".join(alone.split())


def test_the_picture_is_shown_inside_and_has_a_name() -> None:
    part = picture(read(eml("en")))
    assert part.get_content_disposition() == "inline"
    assert part.get_filename() == "2025-01-27-lines.png"


def test_the_bars_stand_in_for_the_lines() -> None:
    message = read(make(pictures=("relay", "bars")))
    assert picture(message).get_content() == PNG + b"bars"


def test_without_a_picture_there_are_two_parts() -> None:
    message = read(make(pictures=("relay",)))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert "cid:" not in body(message, "html")


def test_the_plain_text_says_the_same(lang: str) -> None:
    message = read(eml(lang))
    text = body(message, "plain")
    assert text.splitlines()[0] == message["Subject"]
    figures = [row[3].text for row in bars(tree(body(message, "html")))]
    assert len(figures) == 23
    for figure in figures:
        assert f"{figure}" in text
    left = {"en": "33 more are not in this mail.", "ja": "ほかの33銘柄"}[lang]
    assert left in " ".join(text.split()).replace("銘柄 は", "銘柄は")
    rights = {"en": "may not be redistributed", "ja": "各取引所の許諾を要する"}[lang]
    assert rights in text.replace("\n", " " if lang == "en" else "")


# --- Its form ---


def test_it_is_ascii_in_lines_that_every_server_takes(lang: str) -> None:
    lines = eml(lang).split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert max(map(len, lines)) <= 76
    assert eml(lang).isascii()
    assert lines[-1] == ""


def test_nothing_in_it_is_drawn_by_lot(lang: str) -> None:
    assert make(lang=lang) == eml(lang)
    other = make(lang=lang, envelope=make_envelope("someone.else@example.org", None))
    assert read(other)["Message-ID"] != read(eml(lang))["Message-ID"]
    assert (
        read(make(sample(date(2025, 1, 28)), lang))["Message-ID"] != read(eml(lang))["Message-ID"]
    )


def test_no_boundary_occurs_in_what_it_bounds(lang: str) -> None:
    boundaries = re.findall(r'boundary="([^"]+)"', eml(lang))
    assert len(set(boundaries)) == 2
    for boundary, parts in zip(boundaries, (2, 2), strict=True):
        # Named once, opens each part, closes once.
        assert eml(lang).count(boundary) == 1 + parts + 1


# --- Its headers ---


def test_its_headers(lang: str) -> None:
    message = read(eml(lang))
    title = {
        "en": "NVIDIA −16.97%; 48 of 56 watched shares fell",
        "ja": "エヌビディア16.97%安、対象56銘柄のうち48銘柄が値下がり",
    }[lang]
    assert message["Subject"] == title
    assert message["From"] == "山田 太郎 <taro@example.jp>"
    assert message["Content-Language"] == lang
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"
    assert message["Bcc"] is None
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.jp>", message["Message-ID"])
    assert len(message.keys()) == len(set(message.keys()))


def test_a_sender_of_its_own() -> None:
    message = read(make(envelope=make_envelope(TO, "Desk <desk@paper.example>")))
    assert message["From"] == "Desk <desk@paper.example>"
    assert message["Message-ID"].endswith("@paper.example>")


def test_it_is_dated_by_the_last_close_where_the_data_say_no_instant() -> None:
    # The sample was compiled in a month; New York closed at 16:00 EST, which is 21:00 UTC.
    assert read(eml("en"))["Date"].datetime == datetime(2025, 1, 27, 21, tzinfo=UTC)


def test_it_is_dated_by_when_the_data_were_retrieved() -> None:
    findings = sample().findings
    stamps = ("2025-01-28T06:30:15+09:00", "2025-01-27T20:00:00+00:00", "2025-02-01")
    sources = tuple(findings.sources[0]._replace(retrieved=stamp) for stamp in stamps)
    report = sample()._replace(findings=findings._replace(sources=sources))
    assert read(make(report))["Date"].datetime == datetime(2025, 1, 27, 21, 30, 15, tzinfo=UTC)


def test_it_is_dated_as_somebody_says() -> None:
    said = datetime(2025, 3, 1, 6, tzinfo=UTC)
    assert read(make(envelope=make_envelope(TO, None, said)))["Date"].datetime == said


def test_a_title_cannot_add_a_header() -> None:
    title = phrase("context.text", text="Bad\r\nBcc: <spy@example.org>\u2028x")
    message = read(make(sample()._replace(title=title)))
    assert message["Bcc"] is None
    assert message["Subject"] == "Bad Bcc: <spy@example.org> x"


@settings(max_examples=20)
@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_a_title_comes_back_as_it_was(name: str) -> None:
    renderer = Eml(style(), ENVELOPE, undrawn, Cut(top=1))
    text = renderer.render(
        sample(date(2025, 1, 20))._replace(title=phrase("context.text", text=name))
    )
    assert read(text)["Subject"] == name
    assert all(len(line) <= 76 for line in text.split("\r\n"))


def test_a_long_title_is_cut_to_what_a_line_may_hold() -> None:
    # RFC 5322, 2.1.1: 998 characters a line; a word in ASCII is never broken.
    title = phrase("context.text", text="N" * 1200 + " −16.97%")
    message = make(sample()._replace(title=title))
    assert read(message)["Subject"] == "N" * 249 + "…"
    assert all(len(line) <= 998 for line in message.split("\r\n"))


# --- Its addresses ---


def decoded(name: str) -> str:
    return str(make_header(decode_header(name)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@example.com", [("", "a@example.com")]),
        ("Ann Lee <a@example.com>,b@x.org", [("Ann Lee", "a@example.com"), ("", "b@x.org")]),
        ('"Lee, Ann" <a@example.com>', [("Lee, Ann", "a@example.com")]),
        ("J. Doe <j.doe+news@sub.example.co.jp>", [("J. Doe", "j.doe+news@sub.example.co.jp")]),
        ("山田 太郎 <y@example.jp>", [("山田 太郎", "y@example.jp")]),
        ('"Lee, 太郎" <a@example.com>', [("Lee, 太郎", "a@example.com")]),
        ("Zoë <z@example.com> ,root@localhost", [("Zoë", "z@example.com"), ("", "root@localhost")]),
        ("長い名前の株式会社経済ニュース編集部御中" * 4 + " <n@example.jp>", None),
        (", ".join(f"読者{at} <reader{at}@example.com>" for at in range(40)), None),
    ],
)  # fmt: skip
def test_addresses_come_back_as_given(text: str, expected: list[tuple[str, str]] | None) -> None:
    written = make(envelope=make_envelope(text, None))
    message = read(written)
    assert [one.addr_spec for one in message["To"].addresses] == [
        address for _, address in getaddresses([text])
    ]
    # The newer parser of Python 3.11 keeps the blanks between the words of a long encoded name.
    raw = message_from_string(written)["To"]
    found = [(decoded(name), address) for name, address in getaddresses([raw])]
    assert found == (getaddresses([text]) if expected is None else expected)
    assert all(len(line) <= 76 for line in written.split("\r\n"))


# Japanese carriers once gave out addresses whose dots have to be quoted.
@pytest.mark.parametrize("address", ['"a..b."@docomo.example', '".x"@a.jp', '"a b"@a.jp'])
def test_what_has_to_be_quoted_stays_quoted(address: str) -> None:
    written = make(envelope=make_envelope(f"太郎 <{address}>, z@example.com", None))
    assert f" <{address}>" in written
    sent = message_from_string(written)
    assert getaddresses([sent["To"]])[0][1] == address
    assert getaddresses([sent["From"]])[0][1] == address


@pytest.mark.parametrize("domain", ["b%41.example", "[192.0.2.1]", "b&c.example", "b'c.example"])
def test_a_picture_s_name_hangs_on_no_address(domain: str) -> None:
    message = read(make(envelope=make_envelope(f"a@{domain}", None)))
    # RFC 2392: the address of the page, its escapes read, is the Content-ID.
    (image,) = tree(body(message, "html")).iter("img")
    named = unquote(image.get("src", ""))
    assert f"<{named.removeprefix('cid:')}>" == picture(message)["Content-ID"]


# RFC 5321, 4.5.3.1: 64 octets before the @, 254 in an address (256 with its brackets).
@pytest.mark.parametrize(
    "text",
    [
        "x" * 64 + "@example.com",
        f"x@{'y' * 60}.{'y' * 60}.{'y' * 60}.{'z' * 69}",
        f"{'N' * 900} <a@example.com>",
        f"{'N ' * 600} <a@example.com>",
    ],
)
def test_what_servers_just_take_is_sent(text: str) -> None:
    message = make(envelope=make_envelope(text, None))
    assert all(len(line) <= 998 for line in message.split("\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "x" * 65 + "@example.com",
        f"x@{'y' * 60}.{'y' * 60}.{'y' * 60}.{'z' * 70}",
        f"{'N' * 1000} <a@example.com>",
    ],
)
def test_what_no_server_takes_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--to: .*… is too long") as caught:
        make_envelope(text, None)
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ",", "nobody", "a@", "@example.com", "a b@example.com", "a@b..example"),
        *("a@example.com\nBcc: b@example.com", "a@example.com\r\nX: y", "a\0@example.com"),
        *("<a@example.com> junk", "Team: a@example.com;", "Ann <a@example.com", "a@b.com;b@x"),
        *("=?utf-8?q?a=0D=0ABcc:_b?= <a@example.com>", "a@example.com\x7f", "a@exam\u2028ple.com"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--to", "--sender"])
def test_what_is_no_address_is_refused(text: str, option: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_envelope(*((text, None) if option == "--to" else ("a@example.com", text)))
    assert option in caught.value.message
    assert caught.value.exit_code == 2
    assert caught.value.message.isprintable()


@given(text=st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_is_given_is_an_address_or_a_usage_error(text: str) -> None:
    try:
        to = make_envelope(text, None).to
    except UsageError:
        return
    assert to
    for one in to:
        assert one.addr_spec.isascii()
        assert one.addr_spec.isprintable()


def test_a_domain_in_another_script_is_named_in_ascii() -> None:
    with pytest.raises(UsageError) as caught:
        make_envelope("a@bücher.example", None)
    # The form that RFC 3492 gives for this very word.
    assert caught.value.hint == "write xn--bcher-kva.example"


def test_a_mailbox_in_another_script_is_refused() -> None:
    with pytest.raises(UsageError, match="is not in ASCII"):
        make_envelope("山田@example.jp", None)


def test_nobody_to_write_to_and_too_many_senders() -> None:
    with pytest.raises(UsageError) as caught:
        make_envelope(None, None)
    assert "--to" in caught.value.hint
    with pytest.raises(UsageError, match="several"):
        make_envelope("a@example.com", "a@example.com, b@example.com")


# --- What cannot be drawn ---


def test_a_picture_that_cannot_be_drawn_is_the_messages_failure() -> None:
    def draw(_document: Document, _sections: Sequence[str]) -> Picture:
        raise OutputError("resvg-py, which draws pictures, is missing", hint="install it")

    renderer = Eml(style(), ENVELOPE, draw)
    with pytest.raises(OutputError, match="resvg"):
        renderer.render(sample())


def test_the_cut_is_the_mails() -> None:
    renderer = Eml(style(), ENVELOPE, undrawn, Cut(top=5))
    message = read(renderer.render(sample()))
    assert "5 of 56 shown" in body(message, "html")
    assert "5 of 56 shown" in body(message, "plain")


# --- Sent ---


def test_a_server_on_loopback_delivers_what_was_written(lang: str) -> None:
    text = eml(lang)
    # As `msmtp -t` does: sender and recipients come out of the message itself.
    headers = message_from_string(text)
    (_, sender), *_ = getaddresses(headers.get_all("From", []))
    recipients = [address for _, address in getaddresses(headers.get_all("To", []))]
    with mailroom() as room:
        with smtplib.SMTP("127.0.0.1", room.port, timeout=10) as client:
            client.ehlo()
            assert not client.has_extn("smtputf8")
            assert client.sendmail(sender, recipients, text.encode("ascii")) == {}
        (taken,) = room.taken
    assert taken.mail_from == "taro@example.jp"
    assert taken.rcpt_tos == ["taro@example.jp", "news@example.org"]
    assert isinstance(taken.content, bytes)
    assert taken.content == text.encode("ascii")
    message = read(taken.content)
    (image,) = tree(body(message, "html")).iter("img")
    assert image.get("src") == f"cid:{picture(message)['Content-ID'].strip('<>')}"
    assert picture(message).get_content() == PNG + b"lines"
    assert body(message, "plain") == body(read(text), "plain")
    assert MONDAY.isoformat() in (picture(message).get_filename() or "")
