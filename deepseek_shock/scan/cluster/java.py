"""The Java that Spark runs on: looked for where Spark looks, and asked for its version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from deepseek_shock.errors import SparkError

OLDEST = 17  # what Spark 4 needs
_PATIENCE = 20  # seconds
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def check_java() -> None:
    """Raise `SparkError` where there is no Java, or one too old; the message says where it was."""
    java = find_java()
    version = _ask(java)
    if version is None:
        raise SparkError(
            f"{java} does not say which Java it is",
            hint=f"Spark needs Java {OLDEST} or newer; let JAVA_HOME point to one",
        )
    if version < OLDEST:
        raise SparkError(
            f"Spark needs Java {OLDEST} or newer; {java} is Java {version}",
            hint=f"install Java {OLDEST} (Debian: openjdk-{OLDEST}-jre-headless) and let "
            "JAVA_HOME point to it",
        )


def find_java() -> str:
    """Find Java as Spark does: JAVA_HOME, and only without it the PATH. Raises `SparkError`."""
    hint = f"install Java {OLDEST} (Debian: openjdk-{OLDEST}-jre-headless)"
    if home := os.environ.get("JAVA_HOME"):
        java = Path(home) / "bin" / "java"
        if shutil.which(java) is None:
            raise SparkError(
                f"Spark needs Java, and there is none where JAVA_HOME points: {java}",
                hint=f"{hint}, or unset JAVA_HOME to take the one on the PATH",
            )
        return str(java)
    if (found := shutil.which("java")) is None:
        raise SparkError(
            "Spark needs Java, and there is none: JAVA_HOME is not set, and no java is on the PATH",
            hint=f"{hint}, or let JAVA_HOME point to one",
        )
    return found


def _ask(java: str) -> int | None:
    """Ask Java for its number; `None` where it gives none."""
    try:
        told = subprocess.run(  # noqa: S603 -- the one that Spark would start
            [java, "-version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(told.stderr + told.stdout)
    return int(found[1]) if found else None
