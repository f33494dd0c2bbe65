"""The audit against a service on loopback: clean, found, and every way of not being answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Reply = Callable[[list[dict[str, Any]]], tuple[int, bytes]]


@contextmanager
def service(reply: Reply) -> Iterator[tuple[str, list[list[dict[str, Any]]]]]:
    """Answer with what `reply` makes of the questions; give the address and what was asked."""
    asked: list[list[dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(json.loads(body)["queries"])
            code, answer = reply(asked[-1])
            self.send_response(code)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(checkout: Path, address: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "scripts/audit.py"), "--service", address, *more],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def results(*given: dict[str, Any]) -> bytes:
    return json.dumps({"results": given}).encode()


def clean(queries: list[dict[str, Any]]) -> tuple[int, bytes]:
    return 200, results(*({} for _ in queries))


def test_clean(checkout: Path) -> None:
    with service(clean) as (address, asked):
        done = audit(checkout, address)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"audited: {len(asked[0])} pinned releases, no known advisory\n"
    names = {(one["package"]["ecosystem"], one["package"]["name"]) for one in asked[0]}
    assert {("PyPI", "jinja2"), ("PyPI", "pyspark"), ("npm", "pyright")} <= names
    assert all(one["version"] for one in asked[0])


def test_advisories_are_named_on_every_page_of_the_answer(checkout: Path) -> None:
    def reply(queries: list[dict[str, Any]]) -> tuple[int, bytes]:
        if len(queries) == 1:
            assert queries[0]["page_token"] == "more"  # noqa: S105 - no password
            return 200, results({"vulns": [{"id": "PYSEC-2026-2"}]})
        answers: list[dict[str, Any]] = [{} for _ in queries]
        at = [one["package"]["name"] for one in queries].index("jinja2")
        answers[at] = {"vulns": [{"id": "GHSA-aaaa-bbbb-cccc"}], "next_page_token": "more"}
        return 200, results(*answers)

    with service(reply) as (address, _):
        done = audit(checkout, address)
    assert done.returncode == 1
    first, second, last = done.stdout.splitlines()
    assert first.startswith("jinja2 ")
    assert "GHSA-aaaa-bbbb-cccc  (requirements/run.lock)" in first
    assert "PYSEC-2026-2" in second
    assert "2 advisories" in last


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (200, b"<html>sign in</html>"),
        (200, b"[]"),
        (200, b'{"results": []}'),
        (200, b'{"results": null}'),
        (200, b"\xff\xfe"),
    ],
)
def test_what_is_no_answer_is_not_audited(checkout: Path, answer: tuple[int, bytes]) -> None:
    with service(lambda _: answer) as (address, _):
        refused(audit(checkout, address))


@pytest.mark.parametrize("vulns", ["none", [{}], [{"id": 5}], [{"id": "\x1b[2J"}]])
def test_a_foreign_entry_is_not_audited(checkout: Path, vulns: object) -> None:
    with service(lambda queries: (200, results(*({"vulns": vulns} for _ in queries)))) as (to, _):
        refused(audit(checkout, to))


def test_a_service_that_says_nothing_is_given_up(checkout: Path) -> None:
    def reply(queries: list[dict[str, Any]]) -> tuple[int, bytes]:
        time.sleep(2)
        return clean(queries)

    with service(reply) as (address, _):
        assert "cannot be reached" in refused(audit(checkout, address, "--seconds", "0.2"))


def test_out_of_reach(checkout: Path) -> None:
    with service(clean) as (address, _):
        pass
    assert "cannot be reached" in refused(audit(checkout, address))


def test_a_damaged_lock_is_not_audited(checkout: Path, tmp_path: Path) -> None:
    with service(clean) as (address, asked):
        assert "lock" in refused(audit(checkout, address, "--root", str(tmp_path)))
    assert asked == []


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("NOT AUDITED: ")
    assert done.stderr.count("\n") == 2
    assert "\x1b" not in done.stderr
    return done.stderr
