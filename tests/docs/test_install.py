"""docs/install.md and what it speaks of: the man page, the completions, the container."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.cli.app import COMMANDS
from tests.conftest import clean_environment
from tests.docs.recipes import TIMEOUT, output_of, search_path

if TYPE_CHECKING:
    from pathlib import Path

# Those of the reference of Dockerfiles.
INSTRUCTIONS = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}
# Requests and macros of man(7) that the page needs.
MACROS = {"TH", "SH", "SS", "PP", "TP", "B", "I", "RI", "BR", "RS", "RE", "nf", "fi", '\\"'}
NO_FAILURES = (3, 6, 10)


@pytest.fixture
def page(checkout: Path) -> str:
    return (checkout / "docs" / "install.md").read_text("utf-8")


def shared(checkout: Path) -> dict[str, str]:
    """Read which files the wheel puts where below its prefix."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    files: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    return files


def test_what_the_wheel_shares_is_there_and_in_the_pages_table(checkout: Path, page: str) -> None:
    files = shared(checkout)
    assert all((checkout / file).is_file() for file in files)
    assert set(re.findall(r"^\| `(share/\S+)` \|", page, re.MULTILINE)) == set(files.values())


# --- the man page ---


@pytest.fixture
def manual(checkout: Path) -> str:
    return (checkout / "docs" / "man" / "shock.1").read_text("utf-8")


def test_the_man_page_has_every_command_and_exit_code(checkout: Path, manual: str) -> None:
    commands = re.findall(r"^\.SS shock (\w+)$", manual, re.MULTILINE)
    assert list(dict.fromkeys(commands)) == list(COMMANDS)
    readme = (checkout / "README.md").read_text("utf-8")
    status = manual.partition(".SH EXIT STATUS\n")[2].partition(".SH ")[0]
    codes = re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)
    assert codes
    assert re.findall(r"^\.B (\d+)$", status, re.MULTILINE) == codes


def test_the_man_page_is_roff_that_every_reader_knows(manual: str) -> None:
    assert set(re.findall(r"^[.'](\\\"|\w+)", manual, re.MULTILINE)) <= MACROS
    assert not re.findall(r"(?<!\\)-", re.sub(r"^\..*$", "", manual, flags=re.MULTILINE))


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_groff_has_nothing_to_say_of_it(checkout: Path, manual: str) -> None:
    assert manual
    command = ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou", "docs/man/shock.1"]
    done = subprocess.run(
        command, cwd=checkout, capture_output=True, encoding="utf-8", timeout=TIMEOUT, check=True
    )
    assert done.stderr == ""
    assert "EXIT STATUS" in done.stdout


# --- completions ---

BASH = """\
source {file}
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_shock shock
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def run_shell(folder: Path, *command: str) -> list[str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(folder) | {"PATH": search_path()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("shock rep", ["report"]),
        # As bash takes `--format=ht` and `--format=` apart.
        ("shock report --format = ht", ["html"]),
        ("shock report --lang =", ["en", "ja"]),
        ("shock report --data ''", []),
    ],
)
def test_bash_completes(checkout: Path, tmp_path: Path, words: str, offered: list[str]) -> None:
    file = checkout / "docs" / "completions" / "shock.bash"
    assert run_shell(tmp_path, "bash", "-c", BASH.format(file=file, words=words)) == offered


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
@pytest.mark.parametrize(
    ("line", "offered"),
    [("shock events show le", "lehman"), ("shock report --format=ht", "--format=html")],
)
def test_fish_completes(checkout: Path, tmp_path: Path, line: str, offered: str) -> None:
    file = checkout / "docs" / "completions" / "shock.fish"
    script = f"source {file}; complete -C '{line}'"
    assert run_shell(tmp_path, "fish", "-c", script) == [offered]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_reads_its_file(checkout: Path, tmp_path: Path) -> None:
    file = checkout / "docs" / "completions" / "_shock"
    assert file.read_text("utf-8").startswith("#compdef shock\n")
    assert run_shell(tmp_path, "zsh", "-n", str(file)) == []


# --- the container ---


def instructions(checkout: Path) -> list[tuple[str, str]]:
    """Read the container's file: instruction and the rest, continued lines joined."""
    text = (checkout / "docs" / "container" / "Containerfile").read_text("utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "")
    lines = (line.partition(" ") for line in text.splitlines() if line.strip())
    return [(name, rest.strip()) for name, _, rest in lines]


def test_the_containers_file_is_made_of_known_instructions(checkout: Path) -> None:
    found = instructions(checkout)
    assert {name for name, _ in found} <= INSTRUCTIONS - {"ADD", "ONBUILD", "HEALTHCHECK"}
    assert [rest for name, rest in found if name == "USER"] == ["10001:10001"]
    assert all("://" not in rest and "registry" not in rest for _, rest in found)
    installs = [rest for name, rest in found if name == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    assert len(installs) == 2


def test_its_commands_are_shell(checkout: Path) -> None:
    commands = [rest for name, rest in instructions(checkout) if name == "RUN"]
    assert len(commands) >= 5
    for command in commands:
        subprocess.run(["/bin/sh", "-n", "-c", command], timeout=TIMEOUT, check=True)


def test_what_it_copies_exists_and_is_all_that_the_builder_gets(checkout: Path) -> None:
    copied = {
        one
        for name, rest in instructions(checkout)
        if name == "COPY" and not rest.startswith("--from=")
        for one in rest.split()[:-1]
    }
    assert all((checkout / one).exists() for one in copied)
    ignored = (checkout / "docs" / "container" / "Containerfile.dockerignore").read_text("utf-8")
    rules = [line for line in ignored.splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    assert any(fnmatch("deepseek_shock/__pycache__", rule) for rule in rules[1:])
    # All that the wheel is made of.
    assert {"deepseek_shock", "templates", "pyproject.toml", "README.md", "LICENSE"} <= copied
    assert all(any(file.startswith(one) for one in copied) for file in shared(checkout))


def test_the_pages_build_arguments_are_its_own(checkout: Path, page: str) -> None:
    named = set(re.findall(r"^\| `([A-Z_]+)=", page, re.MULTILINE))
    declared = {rest.partition("=")[0] for name, rest in instructions(checkout) if name == "ARG"}
    assert named == declared


def block(page: str, language: str) -> str:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (only,) = found
    return only


def test_the_cronjob_is_yaml_of_the_containers_user(page: str, tmp_path: Path) -> None:
    (tmp_path / "job.yml").write_text(block(page, "yaml"), "utf-8")
    code = 'puts YAML.load(File.read("job.yml"))["spec"]["jobTemplate"]["spec"].to_json'
    said = output_of("ruby", "-ryaml", "-rjson", "-e", code, folder=tmp_path)
    assert '"runAsUser":10001' in said
    assert '"readOnlyRootFilesystem":true' in said


@pytest.mark.parametrize("code", [0, 1, 2, *NO_FAILURES, 4, 5])
def test_what_is_no_failure_is_none_for_a_cronjob(page: str, tmp_path: Path, code: int) -> None:
    (lines,) = re.findall(r"^( +)- \|\n((?:\1  .*\n)+)", page, re.MULTILINE)
    double = tmp_path / "shock"
    double.write_text(f"#!/bin/sh\nexit {code}\n", "utf-8")
    double.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", lines[1]],
        env={"PATH": f"{tmp_path}{os.pathsep}{os.defpath}"},
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == (0 if code in NO_FAILURES else code)


def test_systemd_takes_them_as_success(page: str) -> None:
    unit = block(page, "ini")
    codes = re.findall(r"^SuccessExitStatus=(.*)$", unit, re.MULTILINE)
    assert codes == ["3 10"]  # another run at work (6) is worth a notice from a unit
