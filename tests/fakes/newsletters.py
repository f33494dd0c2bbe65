"""Newsletter services as their documentation describes them: who may write, and what is sent.

    issues = Issues()
    with serve({"api.buttondown.com": buttondown(issues)}, folder=tmp_path) as proxy:
        ...
    assert issues.sent == []

A fake is as careless as its original: what does not say that it is a draft goes to the readers
where the service would send it. It keeps titles and bodies as they came.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.fakes.wire import Reply, Request, json_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Not secrets: each is known to the fake and to the test alone.
KEY = "k3y-of-the-test"
GHOST_ID, GHOST_SECRET = "6748592f4b9b7700010f6564", "b1b5b9c1d4e5f6a7b8c9d0e1f2a3b4c5"
LIST, PUBLICATION = "a1b2c3d4e5", "pub_00000000-0000-4000-8000-000000000000"
GHOST_PATIENCE = 300  # seconds: the age at which Ghost refuses a token


class Issue(NamedTuple):
    """What readers would get."""

    title: str
    body: str


@dataclass
class Issues:
    """What a service was handed, by what became of it."""

    drafts: list[Issue] = field(default_factory=list)
    sent: list[Issue] = field(default_factory=list)

    def take(self, issue: Issue, *, is_draft: bool) -> None:
        """Keep a draft; send anything else."""
        (self.drafts if is_draft else self.sent).append(issue)


def buttondown(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as Buttondown: an e-mail without a status is sent."""

    def answer(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Token {KEY}":
            return json_of({"detail": "Invalid token."}, 401)
        if (request.method, request.path) != ("POST", "/v1/emails"):
            return json_of({"detail": "Not found."}, 404)
        email = _json(request)
        status = email.get("status", "about_to_send")
        issues.take(Issue(email["subject"], email["body"]), is_draft=status == "draft")
        return json_of({"id": "em_1", "status": status, "subject": email["subject"]}, 201)

    return answer


def listmonk(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as listmonk: a campaign is a draft until its status is set."""

    def answer(request: Request) -> Reply:
        if request.headers.get("authorization") != f"token press:{KEY}":
            return json_of({"message": "invalid API credentials"}, 403)
        if (request.method, request.path) != ("POST", "/api/campaigns"):
            return json_of({"message": "Not Found"}, 404)
        campaign = _json(request)
        assert campaign["content_type"] == "markdown"
        assert campaign["lists"] == [1, 3]
        assert campaign["type"] == "regular"
        assert campaign["name"]
        issues.take(Issue(campaign["subject"], campaign["body"]), is_draft=True)
        return json_of({"data": {"id": 7, "status": "draft", "send_at": None}})

    return answer


def ghost(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as Ghost's Admin API: the token is checked, HTML is taken when the query says so."""

    def answer(request: Request) -> Reply:
        refusal = _refuse_token(request.headers.get("authorization", ""))
        if refusal:
            return json_of({"errors": [{"message": refusal}]}, 401)
        if (request.method, request.path) != ("POST", "/ghost/api/admin/posts/"):
            return json_of({"errors": [{"message": "Resource not found"}]}, 404)
        assert request.headers["accept-version"].startswith("v")
        (post,) = _json(request)["posts"]
        status = post.get("status", "draft")
        html = post["html"] if request.query.get("source") == "html" else ""
        issues.take(Issue(post["title"], html), is_draft=status == "draft")
        return json_of({"posts": [{"id": "p1", "status": status}]}, 201)

    return answer


def _refuse_token(authorization: str) -> str:
    """Say what is wrong with a token, as docs.ghost.org/admin-api asks for it; else nothing."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Ghost" or token.count(".") != 2:
        return 'Authorization header format is "Authorization: Ghost [token]"'
    signed, _, signature = token.rpartition(".")
    head, claims = (json.loads(_base64url(part)) for part in signed.split("."))
    right = hmac.digest(bytes.fromhex(GHOST_SECRET), signed.encode(), hashlib.sha256)
    if head.get("kid") != GHOST_ID:
        return "Unknown Admin API Key"
    if head.get("alg") != "HS256" or not hmac.compare_digest(right, _base64url(signature)):
        return "Invalid token: invalid signature"
    age, left = time.time() - claims["iat"], claims["exp"] - time.time()
    if not (-5 < age < GHOST_PATIENCE and 0 < left <= GHOST_PATIENCE):
        return "Invalid token: jwt expired"
    return "" if claims.get("aud") == "/admin/" else "Invalid token: jwt audience invalid"


def _base64url(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def beehiiv(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as beehiiv: a post without a status is published; the answer is an id alone."""
    posts = f"/v2/publications/{PUBLICATION}/posts"
    kept: dict[str, str] = {}

    def answer(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return json_of({"status": 401, "errors": [{"message": "Invalid API key"}]}, 401)
        if (request.method, request.path) == ("GET", f"{posts}/post_1") and "post_1" in kept:
            return json_of({"data": {"id": "post_1", "status": kept["post_1"]}})
        if (request.method, request.path) != ("POST", posts):
            return json_of({"status": 404, "errors": [{"message": "Not found"}]}, 404)
        post = _json(request)
        kept["post_1"] = post.get("status", "confirmed")
        issues.take(Issue(post["title"], post["body_content"]), is_draft=kept["post_1"] == "draft")
        return json_of({"data": {"id": "post_1"}}, 201)

    return answer


def mailchimp(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as Mailchimp: a campaign is made, then filled; a further request would send it."""
    campaigns = "/3.0/campaigns"
    titles: dict[str, str] = {}

    def answer(request: Request) -> Reply:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or not base64.b64decode(credentials).endswith(f":{KEY}".encode()):
            return json_of({"title": "API Key Invalid", "status": 401}, 401)
        match request.method, request.path.removeprefix(campaigns):
            case "POST", "":
                campaign = _json(request)
                assert campaign["type"] == "regular"
                assert campaign["recipients"] == {"list_id": LIST}
                assert campaign["settings"]["reply_to"] == "press@example.org"
                titles["c1"] = campaign["settings"]["subject_line"]
                return json_of({"id": "c1", "web_id": 42, "status": "save"})
            case "PUT", "/c1/content":
                html = _json(request)["html"]
                issues.take(Issue(titles["c1"], html), is_draft=True)
                return json_of({"html": html, "plain_text": "…"})
            case _:
                return json_of({"title": "Resource Not Found", "status": 404}, 404)

    return answer


def kit(issues: Issues) -> Callable[[Request], Reply]:
    """Answer as Kit: a broadcast with a time is sent, one that is public stands on the web."""

    def answer(request: Request) -> Reply:
        if request.headers.get("x-kit-api-key") != KEY:
            return json_of({"errors": ["The API key is invalid"]}, 401)
        if (request.method, request.path) != ("POST", "/v4/broadcasts"):
            return json_of({"errors": ["Not Found"]}, 404)
        broadcast = _json(request)
        is_draft = broadcast["send_at"] is None and broadcast["public"] is False
        issues.take(Issue(broadcast["subject"], broadcast["content"]), is_draft=is_draft)
        shown = {name: broadcast[name] for name in ("subject", "send_at", "public")}
        return json_of({"broadcast": {"id": 9, **shown}}, 201)

    return answer


def _json(request: Request) -> dict[str, Any]:
    assert request.headers["content-type"] == "application/json"
    value = json.loads(request.body)
    assert isinstance(value, dict)
    return value
