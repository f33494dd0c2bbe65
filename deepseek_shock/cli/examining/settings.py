"""What is set: files, variables, keys, the way to the network. No secret is said."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deepseek_shock.cli.examining.finding import Finding, bad, note, ok
from deepseek_shock.errors import near_matches

_PREFIX = "SHOCK_"
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_OTHERS_MAY_READ = stat.S_IRGRP | stat.S_IROTH


def look_at_configuration() -> Iterator[Finding]:
    """Read the configuration files whole, and the registry."""
    from deepseek_shock.cli.config import NAME, read_defaults
    from deepseek_shock.cli.surroundings import config_folder, make_registry

    read_defaults()
    files = [file for file in (Path(NAME), config_folder() / NAME) if file.is_file()]
    events = len(make_registry().events())
    named = ", ".join(map(str, files)) or "no shock.toml"
    yield ok("configuration", f"{named}; {events} named shock{'s' if events > 1 else ''}")


def look_at_variables() -> Iterator[Finding]:
    """Look for variables that no option reads."""
    named = sorted(name for name in os.environ if name.startswith(_PREFIX))
    known = known_variables()
    wrong = [name for name in named if name not in known]
    yield from (_judge_variable(name, known) for name in wrong)
    read = [name for name in named if name in known]
    yield ok("variables", f"read: {', '.join(read)}" if read else "no SHOCK_… is set")


def _judge_variable(name: str, known: frozenset[str]) -> Finding:
    # What all begin with makes none alike.
    near = near_matches(name[len(_PREFIX) :], (one[len(_PREFIX) :] for one in sorted(known)))
    if near:
        return bad("variables", f"no option reads {name}", f"did you mean {_PREFIX}{near[0]}?")
    return note("variables", f"no option reads {name}", "unset it, if it was meant for shock")


def known_variables() -> frozenset[str]:
    """Return the names of all variables that an option of some command reads."""
    from importlib import import_module

    from typer.main import get_command

    from deepseek_shock.cli.app import COMMANDS

    found: set[str] = set()
    for name in COMMANDS:
        waiting = [get_command(import_module(f"deepseek_shock.cli.{name}").app)]
        while waiting:
            command = waiting.pop()
            waiting += getattr(command, "commands", {}).values()
            for parameter in command.params:
                given = parameter.envvar or ()
                found |= {given} if isinstance(given, str) else set(given)
    return frozenset(found)


def look_at_sources() -> Iterator[Finding]:
    """Name the sources that may be asked, and whether there is a key; nobody is asked here."""
    from deepseek_shock.cli.sources import SourceChoice
    from deepseek_shock.providers.jquants_http import check_key
    from deepseek_shock.providers.plugins import plugin_names

    key = jquants_key()
    has_key = f"jquants {'has a key' if key else 'has no key'}"
    yield ok("sources", f"{', '.join((*SourceChoice, *plugin_names()))}; {has_key}")
    if key:
        check_key(key)
    yield from _readable_keys()


def jquants_key() -> str | None:
    """Return the key for J-Quants, wherever it is set."""
    from deepseek_shock.cli.config import read_jquants

    return os.environ.get("JQUANTS_API_KEY") or read_jquants().key


def _readable_keys() -> Iterator[Finding]:
    from deepseek_shock.cli.config import NAME
    from deepseek_shock.cli.surroundings import config_folder

    for file in (config_folder() / NAME, Path(NAME)):
        if file.is_file() and file.stat().st_mode & _OTHERS_MAY_READ and _has_key(file):
            yield note("sources", f"others may read the key in {file}", f"chmod 600 {file}")


def _has_key(file: Path) -> bool:
    import tomllib

    section = tomllib.loads(file.read_text(encoding="utf-8")).get("jquants", {})
    return bool(section.get("key"))


def look_at_network() -> Iterator[Finding]:
    """Look at proxies and certificates that are set in the environment."""
    proxies = _first_set(_PROXIES)
    yield from (_judge_proxy(name, value) for name, value in proxies.items())
    if not proxies:
        yield ok("proxy", "none is set")
    for name in _CERTIFICATES:
        if value := os.environ.get(name):
            yield _judge_certificates(name, Path(value))


def _first_set(names: tuple[str, ...]) -> Mapping[str, str]:
    spelled = [spelling for name in names for spelling in (name, name.lower())]
    return {name: value for name in spelled if (value := os.environ.get(name))}


def _judge_proxy(name: str, value: str) -> Finding:
    """Say where a proxy is; its user and password are not said."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        return bad("proxy", f"{name} names no host", "write it as http://host:port, or unset it")
    place = host if port is None else f"{host}:{port}"
    todo = "unset it, if vendors can be reached without"
    return note("proxy", f"{name}: vendors are asked through {place}", todo)


def _judge_certificates(name: str, file: Path) -> Finding:
    todo = f"name a file of PEM certificates, or unset {name}"
    try:
        has_any = b"-----BEGIN CERTIFICATE-----" in file.read_bytes()
    except OSError as error:
        return bad("certificates", f"{name}={file}: {error.strerror or error}", todo)
    if not has_any:
        return bad("certificates", f"{name}={file} holds no certificate", todo)
    return ok("certificates", f"{name}={file}")
