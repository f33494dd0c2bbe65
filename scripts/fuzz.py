#!/usr/bin/env python
"""Fuzz the readers of files and of vendors' answers, by coverage, with atheris.

    python scripts/fuzz.py                            the targets
    python scripts/fuzz.py bars_csv                   from the target's own seed, until stopped
    python scripts/fuzz.py bars_csv CORPUS -- -max_total_time=60 -rss_limit_mb=2048
    python scripts/fuzz.py bars_csv --replay FILE…    files, or folders of them, without atheris

Corpora are folders of files, anybody's; libFuzzer adds what it finds to the first. Behind `--`
stand libFuzzer's own options. A crash is written to the working folder as `crash-…`; it is mended,
and its bytes become a test in `tests/hostile/test_found.py`.

atheris is no dependency of the project, and has wheels for Linux alone. In an environment that has
the package and what its tests need (`pip install -e . hypothesis pyarrow pandas`), it is installed
by hand:

    pip install atheris

A target is a function of bytes in `tests/hostile/readers.py`: it returns, or raises what the
product promises. Whatever else comes out is a bug. Exit code: 0 nothing was found, 1 something was,
or atheris is missing, 2 wrong usage; libFuzzer's own where it ends the process (77 for a crash).
"""

import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.hostile.readers import Reader

ROOT = Path(__file__).resolve().parent.parent
SLOW = 10  # seconds after which libFuzzer calls an input too slow


def main(arguments: Sequence[str]) -> int:
    """Fuzz or replay one target."""
    sys.path.insert(0, str(ROOT))
    at = arguments.index("--") if "--" in arguments else len(arguments)
    ours, flags = arguments[:at], arguments[at + 1 :]
    if not ours or ours[0] in ("-h", "--help"):
        print(__doc__)
        print("targets:", *_readers(), sep="\n  ")
        return 0
    target, *rest = ours
    if rest[:1] == ["--replay"]:
        return replay(target, list(_files(rest[1:])))
    if strange := [one for one in rest if not Path(one).is_dir()]:
        return _complain(f"{strange[0]} is no folder", "name folders of files as corpora", 2)
    return fuzz(target, rest, list(flags))


def _readers() -> "dict[str, Reader]":
    from tests.hostile.readers import READERS

    return READERS


def _find(target: str) -> "Reader | None":
    return _readers().get(target)


def _complain_of_target(target: str) -> int:
    return _complain(f"no target is named {target}", f"targets: {', '.join(_readers())}", 2)


def _files(places: Sequence[str]) -> Iterator[Path]:
    for place in map(Path, places):
        if place.is_dir():
            yield from sorted(one for one in place.rglob("*") if one.is_file())
        else:
            yield place


def replay(target: str, files: Sequence[Path]) -> int:
    """Run a target over files, and say which of them it does not bear."""
    reader = _find(target)
    if reader is None:
        return _complain_of_target(target)
    if not files:
        return _complain("--replay names no file", "name files, or folders of them", 2)
    found = 0
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            return _complain(f"{file}: {error.strerror}", "name files, or folders of them", 2)
        try:
            reader(content)
        except Exception:  # noqa: BLE001 -- what comes out is what is looked for
            found += 1
            print(f"{file}:\n{traceback.format_exc()}")
    print(f"{target}: {len(files)} files, {found} crashes")
    return 1 if found else 0


def fuzz(target: str, corpora: list[str], flags: list[str]) -> int:
    """Hand the target over to libFuzzer, which ends the process."""
    try:
        atheris = import_module("atheris")  # no dependency: nobody's type checker has it
    except ImportError:
        return _complain("atheris is not installed", "pip install atheris, by hand", 1)
    with atheris.instrument_imports(include=["deepseek_shock"]):  # so that nothing is before it
        from tests.hostile.readers import SEEDS

        if (reader := _find(target)) is None:
            return _complain_of_target(target)
        reader(SEEDS.get(target, b""))  # imports what it needs
    with tempfile.TemporaryDirectory(prefix="shock-fuzz-") as seeds:
        Path(seeds, "seed").write_bytes(SEEDS.get(target, b""))
        options = [f"-timeout={SLOW}", *flags]
        atheris.Setup([sys.argv[0], *options, *(corpora or [seeds]), seeds], reader)
        atheris.Fuzz()
    return 0


def _complain(message: str, hint: str, code: int) -> int:
    print(f"error: {message}\nhint: {hint}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
