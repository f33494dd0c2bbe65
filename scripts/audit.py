"""Ask an advisory service about every release that the locks pin.

Ends with 0 where no advisory is known, 1 where there is one, 3 where it could not be found out: an
unreachable service never looks like a clean result. The releases of the Python and of the Node
locks go in one request, as https://google.github.io/osv.dev/post-v1-querybatch/ has it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import lockfiles

ROOT = Path(__file__).resolve().parents[1]
SERVICE = "https://api.osv.dev/v1/querybatch"
# What the run needs first: where a release stands in several locks, the first is named.
LOCKS = ("requirements/run.lock", "requirements/test.lock", "requirements/dev.lock")
NODE_LOCK = ".ci/package-lock.json"
FOUND, NOT_AUDITED = 1, 3
MOST_PAGES = 20  # of one question; the service cuts long answers
MOST_QUESTIONS = 1000  # in one request, by the service's own limit
MOST_BYTES = 8_000_000
# An identifier is printed: letters, digits and hyphens, nothing that a terminal would obey.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,80}")


class NotAuditedError(Exception):
    """Why it is not known whether there are advisories."""


class Release(NamedTuple):
    """A pinned release, and the lock that is read first of those that pin it."""

    ecosystem: str
    name: str
    version: str
    lock: str


class Advisory(NamedTuple):
    """What the service knows of a release."""

    release: Release
    identifier: str


def releases(root: Path) -> list[Release]:
    """List every release that the locks pin, once each. Raise NotAuditedError for a bad lock."""
    found: dict[tuple[str, str, str], Release] = {}
    try:
        for lock in LOCKS:
            for pin in lockfiles.python_pins(root / lock):
                _remember(found, Release("PyPI", pin.name, pin.version, lock))
        for pin in lockfiles.node_pins(root / NODE_LOCK):
            _remember(found, Release("npm", pin.name, pin.version, NODE_LOCK))
    except (OSError, ValueError, LookupError, lockfiles.LockError) as error:
        raise NotAuditedError(f"a lock cannot be read: {error}") from error
    return list(found.values())


def _remember(found: dict[tuple[str, str, str], Release], release: Release) -> None:
    found.setdefault(release[:3], release)


def advisories(service: str, asked: list[Release], seconds: float) -> list[Advisory]:
    """Ask the service about the releases. Raise NotAuditedError where not all is answered."""
    if len(asked) > MOST_QUESTIONS:
        raise NotAuditedError(f"{len(asked)} releases are more than one request takes")
    found: list[Advisory] = []
    open_questions: list[tuple[Release, str]] = [(release, "") for release in asked]
    for _ in range(MOST_PAGES):
        if not open_questions:
            return found
        questions = [_question(release, page) for release, page in open_questions]
        answers = _answers(_post(service, {"queries": questions}, seconds), len(questions))
        following: list[tuple[Release, str]] = []
        for (release, _page), (identifiers, page) in zip(open_questions, answers, strict=True):
            found.extend(Advisory(release, one) for one in identifiers)
            if page:
                following.append((release, page))
        open_questions = following
    raise NotAuditedError(f"{service} goes on answering without an end")


def _question(release: Release, page: str) -> dict[str, Any]:
    package = {"ecosystem": release.ecosystem, "name": release.name}
    return {"package": package, "version": release.version} | ({"page_token": page} if page else {})


def _answers(text: bytes, count: int) -> list[tuple[list[str], str]]:
    """Read identifiers and the next page's token of each question, in the order asked."""
    try:
        results: list[Any] = json.loads(text)["results"]
        answers = [_answer(one) for one in results]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise NotAuditedError("the service’s answer is not what it should be") from error
    if len(answers) != count:
        raise NotAuditedError(f"the service answered {len(answers)} of {count} questions")
    return answers


def _answer(result: dict[str, Any]) -> tuple[list[str], str]:
    identifiers = [one["id"] for one in result.get("vulns", [])]
    if not all(IDENTIFIER.fullmatch(one) for one in identifiers):
        raise ValueError(identifiers)
    page = result.get("next_page_token", "")
    if not isinstance(page, str):
        raise TypeError(page)
    return identifiers, page


def _post(service: str, question: dict[str, Any], seconds: float) -> bytes:
    """Send the question and return the answer; raise NotAuditedError after `seconds` at most."""
    outcome: list[bytes | Exception] = []

    def ask() -> None:
        try:
            outcome.append(_exchange(service, json.dumps(question).encode(), seconds))
        except (OSError, HTTPException, ValueError) as error:
            outcome.append(error)

    # A thread bounds all of it: the name's look-up knows no timeout, and a server that sends a byte
    # now and then never reaches that of the socket. As a daemon it does not hold the end up.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise NotAuditedError(f"{service} cannot be reached: no answer in {seconds:g} s")
    if isinstance(outcome[0], urllib.error.HTTPError):
        raise NotAuditedError(f"{service} answered with {outcome[0].code}") from outcome[0]
    if isinstance(outcome[0], Exception):
        why = getattr(outcome[0], "reason", outcome[0])
        raise NotAuditedError(f"{service} cannot be reached: {why}") from outcome[0]
    if len(outcome[0]) > MOST_BYTES:
        raise NotAuditedError("the service’s answer is too long to be one")
    return outcome[0]


def _exchange(service: str, body: bytes, seconds: float) -> bytes:
    headers = {"Content-Type": "application/json", "User-Agent": "shock-audit"}
    request = urllib.request.Request(service, body, headers)  # noqa: S310 - main() takes http(s) alone
    with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - as above
        return bytes(answer.read(MOST_BYTES + 1))


def report(asked: list[Release], found: list[Advisory]) -> int:
    """Print what was found; return the exit code."""
    for release, identifier in found:
        print(f"{release.name} {release.version}  {identifier}  ({release.lock})")
    count = f"{len(asked)} pinned releases"
    if found:
        print(f"audited: {count}, {len(found)} advisories; each is at https://osv.dev/ID")
        return FOUND
    print(f"audited: {count}, no known advisory")
    return 0


def refuse(why: str) -> NoReturn:
    """Say that nothing is known, and end so that nobody takes it for a clean result."""
    print(f"NOT AUDITED: {why}", file=sys.stderr)
    print("hint: run `make audit` again on a machine that reaches the service", file=sys.stderr)
    sys.exit(NOT_AUDITED)


def main() -> None:
    """Ask and print; exit 0 (clean), 1 (advisories) or 3 (not audited)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--service", default=SERVICE, help="the address that is asked")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long an answer may take")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout whose locks are read")
    options = parser.parse_args()
    if not re.match(r"https?://", options.service) or not 0 < options.seconds <= 600:  # noqa: PLR2004 - ten minutes
        parser.error("--service takes an http or https address, --seconds up to 600")
    try:
        asked = releases(options.root)
        found = advisories(options.service, asked, options.seconds)
    except NotAuditedError as error:
        refuse(str(error))
    sys.exit(report(asked, found))


if __name__ == "__main__":
    main()
