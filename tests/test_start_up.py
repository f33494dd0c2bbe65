"""What a start imports: heavy packages wait inside what needs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    *("pandas", "numpy", "scipy", "pyarrow", "duckdb", "pyspark", "yfinance"),
    "exchange_calendars",
)
LAYERS = tuple(f"deepseek_shock.{name}" for name in ("render", "report", "analysis"))

# Asked inside the process, once the command has written what it had to; stdout is a pipe.
CODE = """
import sys
from deepseek_shock.cli.app import run

code = run(sys.argv[1:])
print(code, *sorted(sys.modules), file=sys.stderr)
"""


def modules_after(folder: Path, *arguments: str, **environment: str) -> set[str]:
    """Run the command in a process of its own; return the modules that it has imported."""
    clean = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    if "PYTHONPATH" in os.environ:
        clean["PYTHONPATH"] = os.environ["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert done.stdout
    code, *modules = done.stderr.split()
    assert code == "0", done.stderr
    return set(modules)


def among(modules: set[str], packages: tuple[str, ...]) -> list[str]:
    """Give those modules that belong to one of the packages."""
    return sorted(
        module
        for module in modules
        if any(module == package or module.startswith(f"{package}.") for package in packages)
    )


def report(*options: str) -> tuple[str, ...]:
    return ("report", "--date", "2025-01-27", *options)


@pytest.mark.parametrize(
    ("arguments", "kept_out"),
    [
        (("--help",), (*HEAVY, "rich", "jinja2", *LAYERS)),
        (("--version",), (*HEAVY, "rich", "jinja2", *LAYERS)),
        (("report", "--help"), (*HEAVY, "rich", "jinja2")),
        (("publish", "--help"), (*HEAVY, "rich", "jinja2", "deepseek_shock.site")),
        (("scan", "--help"), (*HEAVY, "rich", "jinja2")),
        (report(), (*HEAVY, "rich", "jinja2")),
        (report("--format", "terminal", "--lang", "ja"), (*HEAVY, "rich", "jinja2")),
        (report("--format", "json"), (*HEAVY, "rich", "jinja2")),
        (report("--format", "csv"), (*HEAVY, "rich", "jinja2")),
        (report("--format", "markdown"), (*HEAVY, "rich")),
        (report("--format", "html"), (*HEAVY, "rich")),
        (report("--tickers", "NVDA,5803.T"), (*HEAVY, "rich", "jinja2")),
        (report("--car", "0:1", "--benchmark", "^SOX"), (*HEAVY, "rich", "jinja2")),
        (("events", "show", "deepseek"), (*HEAVY, "rich", "jinja2")),
    ],
    ids=lambda value: " ".join(value) if value and value[0] != "pandas" else "",
)
def test_a_start_imports_no_more_than_it_needs(
    tmp_path: Path, arguments: tuple[str, ...], kept_out: tuple[str, ...]
) -> None:
    assert among(modules_after(tmp_path, *arguments), kept_out) == []


def test_what_is_needed_is_seen(tmp_path: Path) -> None:
    # The same look into the process finds what a screen's colours and a template do import.
    assert among(modules_after(tmp_path, *report(), FORCE_COLOR="1"), ("rich",))
    markdown = modules_after(tmp_path, *report("--format", "markdown"))
    assert among(markdown, ("jinja2",))
    assert among(markdown, LAYERS)
