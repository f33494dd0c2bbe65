"""docs/newsletters.md, the services: each script makes one draft of exactly the report.

The scripts run as they stand. The services' hosts are played on loopback (tests/fakes): the
proxy refuses every other host, so nothing leaves the machine.
"""

from __future__ import annotations

import re
import shutil
import stat
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.docs import recipes
from tests.docs.recipes import (
    CLOSED,
    DAY,
    ODD,
    ODD_LIST,
    TITLES,
    need,
    run_script,
    section,
    shock_output,
)
from tests.fakes import newsletters as fakes
from tests.fakes.newsletters import Issues
from tests.fakes.proxy import serve
from tests.fakes.wire import Reply, Request, json_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping
    from pathlib import Path


KEYS = "Before the first issue"
# What the table of the keys leaves to be filled in.
BLANKS = {
    "USER:TOKEN": f"press:{fakes.KEY}",
    "ID:SECRET": f"{fakes.GHOST_ID}:{fakes.GHOST_SECRET}",
    "KEY": fakes.KEY,
}


class Service(NamedTuple):
    """A service: its section, its stand-in, and how the report is written for it."""

    heading: str
    host: str
    fake: Callable[[Issues], Callable[[Request], Reply]]
    form: tuple[str, ...]
    settings: Mapping[str, str] = {}

    @property
    def file(self) -> str:
        return self.heading.lower()


SERVICES = [
    Service(
        "Buttondown",
        "api.buttondown.com",
        fakes.buttondown,
        ("--format", "markdown", "--profile", "buttondown"),
    ),
    Service(
        "listmonk",
        "lists.example.org",
        fakes.listmonk,
        ("--format", "markdown"),
        {"LISTMONK_URL": "https://lists.example.org", "LISTMONK_LISTS": "1,3"},
    ),
    Service(
        "Ghost",
        "example.ghost.io",
        fakes.ghost,
        ("--format", "markdown", "--profile", "ghost"),
        {"GHOST_URL": "https://example.ghost.io"},
    ),
    Service(
        "beehiiv",
        "api.beehiiv.com",
        fakes.beehiiv,
        ("--format", "email"),
        {"BEEHIIV_PUBLICATION": fakes.PUBLICATION},
    ),
    Service(
        "Mailchimp",
        "us21.api.mailchimp.com",
        fakes.mailchimp,
        ("--format", "email"),
        {
            "MAILCHIMP_SERVER": "us21",
            "MAILCHIMP_LIST": fakes.LIST,
            "MAILCHIMP_NAME": 'The "Daily" 例',
            "MAILCHIMP_REPLY_TO": "press@example.org",
        },
    ),
    Service("Kit", "api.kit.com", fakes.kit, ("--format", "email")),
]


@pytest.fixture(params=SERVICES, ids=lambda service: service.heading)
def service(request: pytest.FixtureRequest) -> Service:
    need("curl", "jq", "python3")
    value = request.param
    assert isinstance(value, Service)
    return value


@pytest.fixture(params=["en", "ja", "odd"])
def options(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    if request.param != "odd":
        return (*DAY, "--lang", str(request.param))
    (tmp_path / "odd list.toml").write_text(ODD_LIST, "utf-8")
    return (*DAY, "--watchlist", "odd list.toml")


def line_of(page: Path, file: str) -> str:
    """Fill in the line that the table of the keys gives for a service."""
    row = re.search(rf"^\| `{file}` \| `(.+?)`", section(page, KEYS).text, re.MULTILINE)
    assert row
    blank = next(blank for blank in BLANKS if blank in row[1])
    return row[1].replace(blank, BLANKS[blank])


def make_key(page: Path, file: str, line: str, folder: Path) -> Path:
    """Make a key file as the page says, for any of the services."""
    (script,) = section(page, KEYS).scripts
    script = script.replace("newsletters/buttondown", f"newsletters/{file}")
    done = run_script(script, folder=folder, stdin=f"{line}\n")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "home" / ".config" / "newsletters" / file


def publish(
    page: Path, service: Service, *options: str, folder: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a service's script against whatever `env` leads to."""
    (script,) = section(page, service.heading).scripts
    return run_script(script, *options, folder=folder, env={**service.settings, **env})


def spies(folder: Path) -> Path:
    """Put programs before the real ones that write down how they were called."""
    place = folder / "spies"
    place.mkdir()
    for name in ("curl", "jq", "python3"):
        real = shutil.which(name, path=recipes.search_path())
        spy = place / name
        spy.write_text(f'#!/bin/sh\necho {name} "$@" >> "{place}/seen"\nexec {real} "$@"\n')
        spy.chmod(0o755)
    return place


def test_the_script_makes_one_draft_of_exactly_the_report(
    newsletters: Path, service: Service, options: tuple[str, ...], tmp_path: Path
) -> None:
    body = shock_output("report", *options, *service.form, folder=tmp_path)
    make_key(newsletters, service.file, line_of(newsletters, service.file), tmp_path)
    issues = Issues()
    place = spies(tmp_path)
    with serve({service.host: service.fake(issues)}, folder=tmp_path) as proxy:
        env = {**proxy.env, "PATH": recipes.search_path(place)}
        done = publish(newsletters, service, *options, folder=tmp_path, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("draft ")
    assert proxy.refused == []
    assert issues.sent == []
    (draft,) = issues.drafts
    assert draft.body == body
    assert draft.title == TITLES.get(options[-1], draft.title)
    if options[-1] not in TITLES:
        assert draft.title.startswith(f"{ODD} −17.40%")
    assert not (tmp_path / "owned").exists()
    # A command line is everybody's to read; no key may stand on one.
    seen = (place / "seen").read_text("utf-8")
    assert "curl" in seen
    assert not [key for key in (fakes.KEY, fakes.GHOST_SECRET, "Authorization") if key in seen]


def test_a_failed_report_posts_nothing(newsletters: Path, service: Service, tmp_path: Path) -> None:
    make_key(newsletters, service.file, line_of(newsletters, service.file), tmp_path)
    with serve({service.host: service.fake(Issues())}, folder=tmp_path) as proxy:
        done = publish(newsletters, service, *CLOSED, folder=tmp_path, env=proxy.env)
    assert (done.returncode, done.stdout) == (3, "")
    assert (proxy.log, proxy.refused) == ([], [])


def test_a_refusal_is_an_error_and_is_shown(
    newsletters: Path, service: Service, tmp_path: Path
) -> None:
    line = line_of(newsletters, service.file)
    wrong = line.replace(fakes.KEY, "wrong").replace(fakes.GHOST_SECRET, "00")
    make_key(newsletters, service.file, wrong, tmp_path)
    issues = Issues()
    with serve({service.host: service.fake(issues)}, folder=tmp_path) as proxy:
        done = publish(newsletters, service, *DAY, folder=tmp_path, env=proxy.env)
    assert done.returncode not in (0, 3)
    assert done.stdout == ""
    assert "40" in done.stderr  # 401 or 403
    assert "nvalid" in done.stderr  # what the service said
    assert issues == Issues()
    assert len(proxy.log) == 1


def test_an_answer_that_is_no_draft_is_an_error(
    newsletters: Path, service: Service, tmp_path: Path
) -> None:
    make_key(newsletters, service.file, line_of(newsletters, service.file), tmp_path)
    answer = json_of({"status": "sent", "data": {"status": "running"}, "posts": [{}]})
    with serve({service.host: lambda _: answer}, folder=tmp_path) as proxy:
        done = publish(newsletters, service, *DAY, folder=tmp_path, env=proxy.env)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "running" in done.stderr


@pytest.mark.parametrize("reply", [Reply(502, b"<h1>Bad"), Reply(reset=True), Reply(200, b"")])
def test_an_answer_that_is_none_is_an_error(
    newsletters: Path, reply: Reply, tmp_path: Path
) -> None:
    need("curl", "jq")
    make_key(newsletters, "buttondown", line_of(newsletters, "buttondown"), tmp_path)
    with serve({SERVICES[0].host: lambda _: reply}, folder=tmp_path) as proxy:
        done = publish(newsletters, SERVICES[0], *DAY, folder=tmp_path, env=proxy.env)
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(proxy.log) == 1


def test_without_its_key_or_a_setting_a_script_asks_nobody(
    newsletters: Path, service: Service, tmp_path: Path
) -> None:
    with serve({service.host: service.fake(Issues())}, folder=tmp_path) as proxy:
        assert publish(newsletters, service, *DAY, folder=tmp_path, env=proxy.env).returncode
        make_key(newsletters, service.file, line_of(newsletters, service.file), tmp_path)
        for name in service.settings:
            (script,) = section(newsletters, service.heading).scripts
            env = {**service.settings, **proxy.env}
            del env[name]
            done = run_script(script, *DAY, folder=tmp_path, env=env)
            assert done.returncode == 2
            assert name in done.stderr
    assert (proxy.log, proxy.refused) == ([], [])


def test_a_key_is_readable_by_its_owner_alone(newsletters: Path, tmp_path: Path) -> None:
    line = line_of(newsletters, "kit")
    file = make_key(newsletters, "kit", line, tmp_path)
    assert file.read_text("utf-8") == f"{line}\n"
    for path in (file, file.parent):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


# The mail's recipe and those of the sites have files of their own.
RECIPES = {
    KEYS: 1,
    **{service.heading: 1 for service in SERVICES},
    "Substack and note": 1,
    "Hugo": 2,
    "Jekyll": 2,
    "Quarto and Zola": 2,
    "Plain mail": 1,
}


def test_every_script_of_the_page_is_run(newsletters: Path) -> None:
    found = {each.heading: len(each.scripts) for each in recipes.sections(newsletters)}
    assert {heading: count for heading, count in found.items() if count} == RECIPES


@pytest.mark.parametrize("heading", RECIPES)
def test_every_script_stops_at_a_failure(newsletters: Path, heading: str) -> None:
    for script in section(newsletters, heading).scripts:
        assert script.startswith("set -eu\n") or "shock" not in script
