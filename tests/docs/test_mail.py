"""docs/newsletters.md, plain mail: msmtp hands the message over as the report made it."""

from __future__ import annotations

import re
import socket
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller

from tests.docs.recipes import (
    CLOSED,
    DAY,
    TITLES,
    need,
    run_script,
    section,
    shock_output,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import SMTP, Envelope, Session

SENDER, ADDRESSEE = "press@example.org", "reader@example.org"
SETTINGS = {"MAIL_FROM": SENDER, "MAIL_TO": ADDRESSEE}
CONFIGURATION = re.compile(r"^```\n(account .*?)^```$", re.MULTILINE | re.DOTALL)


class Postbox:
    """Keeps what a mail server is handed."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox(newsletters: Path, tmp_path: Path) -> Iterator[Postbox]:
    """A mail server on loopback, and the page's configuration of msmtp that leads to it."""
    need("msmtp")
    postbox = Postbox()
    # The controller says hello to the port it was given, so it cannot be given 0.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        configure(newsletters, port, tmp_path / "home")
        yield postbox
    finally:
        controller.stop()


def configure(page: Path, port: int, home: Path) -> None:
    """Write the configuration as it stands, but for what only a provider has."""
    found = CONFIGURATION.search(section(page, "Plain mail").text)
    assert found
    ours = {"host": "127.0.0.1", "port": str(port), "tls": "off", "auth": "off"}
    pairs = dict(line.split(" ", 1) for line in found[1].splitlines())
    assert pairs["from"] == SENDER
    assert set(ours) < set(pairs)
    home.mkdir(exist_ok=True)
    file = home / ".msmtprc"
    file.write_text("".join(f"{key} {value}\n" for key, value in (pairs | ours).items()), "utf-8")
    file.chmod(0o600)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_one_mail_arrives_as_it_was_written(
    newsletters: Path, postbox: Postbox, lang: str, tmp_path: Path
) -> None:
    options = (*DAY, "--lang", lang)
    (script,) = section(newsletters, "Plain mail").scripts
    done = run_script(script, *options, folder=tmp_path, env=SETTINGS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (envelope,) = postbox.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [ADDRESSEE])
    content = envelope.content
    assert isinstance(content, bytes)
    assert message_from_bytes(content, policy=policy.default)["Subject"] == TITLES[lang]
    form = ("--format", "eml", "--sender", SENDER, "--to", ADDRESSEE)
    written = shock_output("report", *options, *form, folder=tmp_path)
    assert content.decode("ascii").replace("\r\n", "\n") == written.replace("\r\n", "\n")


def test_a_day_without_a_session_sends_nothing(
    newsletters: Path, postbox: Postbox, tmp_path: Path
) -> None:
    (script,) = section(newsletters, "Plain mail").scripts
    done = run_script(script, *CLOSED, folder=tmp_path, env=SETTINGS)
    assert done.returncode == 3
    pipe = 'shock report "$@" --format eml --to reader@example.org | msmtp -t'
    piped = run_script(pipe, *CLOSED, folder=tmp_path)
    assert piped.returncode != 0
    assert "recipient" in piped.stderr
    assert postbox.taken == []
