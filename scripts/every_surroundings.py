"""The surroundings in which the same commands must write the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PLAIN = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
# What a locale is made of: its name here, its definition, its characters.
_LOCALES = (
    ("de_DE.UTF-8", "de_DE", "UTF-8"),
    ("ja_JP.eucJP", "ja_JP", "EUC-JP"),
    ("tr_TR.UTF-8", "tr_TR", "UTF-8"),
)
_ZONES = ("America/St_Johns", "Asia/Tokyo", "Europe/Istanbul")
# A width that is asked for is obeyed; a message is dated by the clock that is said.
_WIDE = ("*.terminal", "templates", "store.summary", "events.show")
_DATED = ("*.eml",)
# A capsule names the libraries that had a say; of numpy one lock has others for another Python.
_VERSIONED = ("out/files.zip",)
# What a screen is written in: it follows the locale, unless Python is told UTF-8.
_ENCODED = ("*.terminal", "templates", "store.summary", "events.show")
# The manifest of a pack names its sources in full, with the time at which they were written.
_ALWAYS = ("out/pack/manifest.json",)
_REVERSED = '''\
"""Every folder is listed the other way round."""
import os
_listdir, _scandir = os.listdir, os.scandir
class _Entries:
    def __init__(self, all): self._all = iter(all)
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def close(self): pass
    def __iter__(self): return self
    def __next__(self): return next(self._all)
os.listdir = lambda *args: sorted(_listdir(*args), reverse=True)
def scandir(*args):
    with _scandir(*args) as entries:
        return _Entries(sorted(entries, key=lambda one: one.name, reverse=True))
os.scandir = scandir
'''


class Surroundings(NamedTuple):
    """Where the commands run; `lacks` says why that cannot be had here."""

    name: str
    env: Mapping[str, str]
    python: str = sys.executable
    version: str = ""
    flags: tuple[str, ...] = ()
    umask: int = 0o022
    user: int | None = None
    is_backwards: bool = False
    excepted: tuple[str, ...] = ()
    lacks: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder in which they run."""
        return "".join(one if one.isalnum() else "-" for one in self.name)

    def may_differ(self, output: str) -> bool:
        """Tell whether it is documented that this output depends on these surroundings."""
        return any(fnmatch(output, pattern) for pattern in (*self.excepted, *_ALWAYS))


def make_locales(folder: Path) -> Path | None:
    """Make the locales, wherever the system has what they are made of."""
    if shutil.which("localedef") is None:
        return None
    folder.mkdir()
    for name, definition, characters in _LOCALES:
        made = ["localedef", "-i", definition, "-f", characters, str(folder / name)]
        subprocess.run(made, capture_output=True, check=False)  # noqa: S603 - words of our own
    return folder


def list_surroundings(
    checkout: Path, wheel: Path | None, locales: Path | None, pythons: Sequence[str], scratch: Path
) -> list[Surroundings]:
    """List all surroundings, the plain ones first."""
    version = _version(sys.executable)
    plain = Surroundings("plain", _PLAIN | {"PYTHONPATH": str(checkout)}, version=version)
    return [
        plain,
        *_zones_and_locales(plain, locales),
        *_starts(plain),
        *_machines(plain),
        *_places(plain, scratch),
        *_clocks(plain),
        *_installations(plain, wheel, pythons),
    ]


def _with(plain: Surroundings, name: str, **env: str) -> Surroundings:
    return plain._replace(name=name, env={**plain.env, **env})


def _zones_and_locales(plain: Surroundings, folder: Path | None) -> Iterator[Surroundings]:
    """Yield zones, locales, hash seeds and ways to decode, several at a time: few may differ."""
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    east = _with(
        plain, "Kiritimati, C, seed 1", TZ="Pacific/Kiritimati", PYTHONHASHSEED="1", **bare
    )
    yield east._replace(excepted=_ENCODED)
    seeds = (("2", "1"), ("random", "0"), ("4", "0"))
    for zone, (name, _, characters), (seed, utf8) in zip(_ZONES, _LOCALES, seeds, strict=True):
        there = {"LC_ALL": name, "LANG": name, "LOCPATH": str(folder), "TZ": zone}
        title = f"{zone.rpartition('/')[2]}, {name}, seed {seed}"
        made = folder is not None and (folder / name).is_dir()
        one = _with(plain, title, **there, PYTHONHASHSEED=seed, PYTHONUTF8=utf8)
        excepted = () if utf8 == "1" or characters == "UTF-8" else _ENCODED
        lacks = "" if made else "localedef cannot make it here"
        yield one._replace(excepted=excepted, lacks=lacks)


def _starts(plain: Surroundings) -> Iterator[Surroundings]:
    yield _with(plain, "python -OO, TERM xterm", PYTHONOPTIMIZE="2", TERM="xterm-256color")
    yield _with(plain, "TERM dumb, COLUMNS 72", TERM="dumb", COLUMNS="72")._replace(excepted=_WIDE)


def _machines(plain: Surroundings) -> Iterator[Surroundings]:
    """Yield processors: what BLAS, numpy and Arrow choose their code by."""
    yield _with(
        plain,
        "old processor, 1 thread",
        OPENBLAS_CORETYPE="Prescott",
        OPENBLAS_NUM_THREADS="1",
        NPY_DISABLE_CPU_FEATURES="AVX512_ICL AVX512_SPR AVX512_SKX X86_V4 AVX2 FMA3 X86_V3",
        ARROW_USER_SIMD_LEVEL="NONE",
        OMP_NUM_THREADS="1",
    )
    for core, feature in (("Haswell", "avx2"), ("SkylakeX", "avx512f")):
        new = _with(plain, f"{core}, 7 threads", OPENBLAS_CORETYPE=core, OPENBLAS_NUM_THREADS="7")
        yield new._replace(lacks="" if _has(feature) else f"this processor has no {feature}")


def _has(feature: str) -> bool:
    try:
        return (
            feature in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
        )
    except OSError:
        return False


def _places(plain: Surroundings, scratch: Path) -> Iterator[Surroundings]:
    yield plain._replace(name="Ünïcode フォルダ, umask 077", umask=0o077)
    backwards = scratch / "backwards"
    backwards.mkdir()
    (backwards / "sitecustomize.py").write_text(_REVERSED, encoding="utf-8")
    path = f"{backwards}{os.pathsep}{plain.env['PYTHONPATH']}"
    yield _with(plain, "listings backwards", PYTHONPATH=path)._replace(is_backwards=True)
    if os.geteuid() == 0:
        nobody = plain._replace(name="not root", user=65534)
        yield nobody._replace(lacks=_reach(65534, plain))
    else:
        yield plain._replace(name="root", lacks="this user is not root")


def _reach(user: int, plain: Surroundings) -> str:
    """Say why another user cannot start shock here, if so."""
    try:
        subprocess.run(  # noqa: S603 - this interpreter
            [plain.python, "-m", "deepseek_shock", "--version"],
            env=plain.env,
            user=user,
            cwd="/",
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "another user cannot read this Python"
    return ""


def _clocks(plain: Surroundings) -> Iterator[Surroundings]:
    """Yield a clock on which all that is asked is long over; the plain one is the machine's own."""
    later = _with(plain, "clock of 2025-06-01", SOURCE_DATE_EPOCH="1748736000")
    yield later._replace(excepted=_DATED)


def _installations(
    plain: Surroundings, wheel: Path | None, pythons: Sequence[str]
) -> Iterator[Surroundings]:
    if wheel is not None:
        yield _with(plain, "wheel", PYTHONPATH=str(wheel))
    for python in pythons:
        version = _version(python)
        there = plain._replace(name=f"checkout, {version}", python=python, version=version)
        there = there._replace(excepted=_VERSIONED)
        yield there
        if wheel is not None:
            yield _with(there, f"wheel, {version}", PYTHONPATH=str(wheel), PYTHONHASHSEED="5")


def _version(python: str) -> str:
    asked = [python, "-c", "import platform; print(platform.python_version())"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - as asked
    return done.stdout.strip()
