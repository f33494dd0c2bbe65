"""`--format email` and `eml`, as a user meets them: options, files, pipes, a real mail program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, cast

import pytest

from tests.conftest import TIMEOUT, clean_environment
from tests.fakes.smtp import mailroom

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Shock

DAY = ("report", "--date", "2025-01-27")
EML = (*DAY, "--format", "eml")
TO = "Desk <desk@example.com>"


def raw(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> bytes:
    """Run the command and return the very bytes of its stdout: a pipe may not touch line ends."""
    done = subprocess.run(
        [sys.executable, "-m", "deepseek_shock", *options],
        cwd=folder,
        env=clean_environment(folder) | dict(env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode == 0
    return done.stdout


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def page(content: bytes) -> str:
    part = read(content).get_body(("html",))
    assert part is not None
    return cast("str", part.get_content())


def picture(content: bytes) -> bytes:
    (part,) = (part for part in read(content).walk() if part.get_content_type() == "image/png")
    return cast("bytes", part.get_content())


# --- What is written ---


def test_the_mail_goes_to_stdout_or_a_file(here: Shock, tmp_path: Path) -> None:
    done = here(*DAY, "--format", "email")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stdout.endswith("</html>\n")
    here(*DAY, "--format", "email", "--output", "mail.html")
    assert (tmp_path / "mail.html").read_text(encoding="utf-8") == done.stdout


def test_the_message_is_the_same_bytes_in_a_pipe_and_in_a_file(tmp_path: Path) -> None:
    piped = raw(tmp_path, *EML, "--to", TO)
    assert piped.count(b"\r\n") == piped.count(b"\n") > 100
    assert raw(tmp_path, *DAY, "--to", TO, "--output", "{date}.eml") == b""
    assert (tmp_path / "2025-01-27.eml").read_bytes() == piped


def test_the_message_holds_a_real_picture(tmp_path: Path) -> None:
    png = picture(raw(tmp_path, *EML, "--to", TO))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    # Wide enough to be sharp at the mail's width on a fine screen.
    assert int.from_bytes(png[16:20], "big") >= 2 * 552


def test_the_message_is_not_dated_by_the_clock(tmp_path: Path) -> None:
    epoch = {"SOURCE_DATE_EPOCH": "1767225600"}  # the first second of 2026, in UTC
    stamped = read(raw(tmp_path, *EML, "--to", TO, env=epoch))
    assert stamped["Date"].datetime == datetime(2026, 1, 1, tzinfo=UTC)
    unstamped = read(raw(tmp_path, *EML, "--to", TO))
    assert unstamped["Date"].datetime == datetime(2025, 1, 27, 21, tzinfo=UTC)


def test_its_command_makes_the_mail_and_names_nobody(here: Shock, tmp_path: Path) -> None:
    content = raw(tmp_path, *EML, "--to", TO, "--sender", "a@example.org", "--top", "7")
    assert "shock report --date 2025-01-27 --top 7 --format email<" in page(content)
    assert "example.com" not in page(content)
    done = here(*DAY, "--format", "email", "--top", "7")
    assert "shock report --date 2025-01-27 --top 7 --format email<" in done.stdout


# --- Whom it is for ---


def test_the_addresses_may_stand_in_a_file_or_a_variable(tmp_path: Path) -> None:
    (tmp_path / "shock.toml").write_text(
        '[report]\nto = ["a@example.com", "B Bee <b@example.com>"]\nsender = "c@example.com"\n',
        encoding="utf-8",
    )
    by_file = read(raw(tmp_path, *EML))
    assert by_file["To"] == "a@example.com, B Bee <b@example.com>"
    assert by_file["From"] == "c@example.com"
    by_variable = read(raw(tmp_path, *EML, env={"SHOCK_TO": "d@example.com"}))
    assert by_variable["To"] == "d@example.com"
    # What is written as something else does not mind.
    assert raw(tmp_path, *DAY, "--format", "csv").startswith(b"ticker,")


@pytest.mark.parametrize(
    ("options", "what", "hint"),
    [
        ((), "addressee", "--to news@example.com"),
        (("--to", "nobody"), "--to 'nobody'", "news@example.com"),
        (("--to", "a@example.com\nBcc: b@example.com"), "--to", "news@example.com"),
        (("--to", TO, "--sender", "x"), "--sender 'x'", "news@example.com"),
        (("--to", "a@bücher.example"), "not in ASCII", "xn--bcher-kva.example"),
    ],
)
def test_wrong_addresses_are_wrong_usage(
    here: Shock, tmp_path: Path, options: tuple[str, ...], what: str, hint: str
) -> None:
    done = here(*EML, *options, "--output", "mail.eml")
    assert done.returncode == 2
    assert done.stdout == ""
    error, advice = done.stderr.splitlines()
    assert error.startswith("error: ")
    assert what in error
    assert advice.startswith("hint: ")
    assert hint in advice
    assert not (tmp_path / "mail.eml").exists()


@pytest.mark.parametrize("option", ["--to", "--sender"])
@pytest.mark.parametrize("chosen", ["html", "email", "terminal"])
def test_addresses_for_what_is_no_message(here: Shock, option: str, chosen: str) -> None:
    done = here(*DAY, "--format", chosen, option, "a@example.com")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"error: {option} is not for the format {chosen}",
        "hint: it goes with --format eml",
    ]


# --- What is missing ---


@pytest.mark.parametrize(
    ("module", "chosen", "what"),
    [
        ("css_inline", ("--format", "email"), "css-inline, which mail needs"),
        ("css_inline", ("--format", "eml", "--to", TO), "css-inline, which mail needs"),
        ("resvg_py", ("--format", "eml", "--to", TO), "resvg"),
    ],
)
def test_a_missing_package_is_named(
    shock: Shock, tmp_path: Path, module: str, chosen: tuple[str, ...], what: str
) -> None:
    (tmp_path / f"{module}.py").write_text(f"raise ImportError('{module}')\n", encoding="utf-8")
    done = shock(*DAY, *chosen, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stdout == ""
    error, advice = done.stderr.splitlines()
    assert what in error
    assert "is missing" in error
    assert "pip install 'deepseek-shock[publish]'" in advice


# --- Sent ---


def test_msmtp_sends_it_to_those_that_it_names(tmp_path: Path) -> None:
    msmtp = shutil.which("msmtp")
    if msmtp is None:
        if os.environ.get("SHOCK_BROWSER_REQUIRED"):
            pytest.fail("msmtp is not installed")
        pytest.skip("msmtp is not installed")
    to = "山田 太郎 <taro@example.jp>, news@example.org"
    content = raw(tmp_path, *EML, "--lang", "ja", "--to", to, "--sender", TO)
    with mailroom() as room:
        sent = subprocess.run(
            [
                *(msmtp, "--host=127.0.0.1", f"--port={room.port}", "--auth=off", "--tls=off"),
                *("--timeout=10", "--read-envelope-from", "-t"),
            ],
            input=content,
            env=clean_environment(tmp_path),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert (sent.returncode, sent.stderr) == (0, b"")
        (taken,) = room.taken
    assert taken.mail_from == "desk@example.com"
    assert taken.rcpt_tos == ["taro@example.jp", "news@example.org"]
    assert isinstance(taken.content, bytes)
    assert picture(taken.content) == picture(content)
    assert page(taken.content) == page(content)
    arrived, written = read(taken.content), read(content)
    for name in ("Subject", "From", "To", "Date", "Message-ID", "Content-Type"):
        assert arrived[name] == written[name]
