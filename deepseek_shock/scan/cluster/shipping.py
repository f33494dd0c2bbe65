"""The package on its way to the workers, so that they need not have it, or this release of it."""

from __future__ import annotations

import atexit
import shutil
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile
from zlib import crc32

import deepseek_shock

if TYPE_CHECKING:
    from collections.abc import Iterator

# What tasks use of the package: nothing that prints, asks a vendor or makes a report.
_SHIPPED = ("analysis", "market", "scan")


def ship(spark: Any) -> None:  # noqa: ANN401 -- pyspark is not always there
    """Send what tasks use to all workers, unless the tasks run in this environment."""
    context = spark.sparkContext
    root = Path(deepseek_shock.__file__).parent
    if str(context.master).startswith("local") or not root.is_dir():
        return  # here it is; or it came in an archive of `spark-submit --py-files`
    content = _press(root)
    name = f"deepseek_shock-{deepseek_shock.__version__}-{crc32(content):08x}.zip"
    if name in context._python_includes:  # noqa: SLF001 -- there is no other way
        return
    # Workers that join the session later fetch it, too: it stays until this process ends.
    folder = Path(mkdtemp(prefix="shock-ship-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    archive = folder / name
    archive.write_bytes(content)
    context.addPyFile(str(archive))


def _press(root: Path) -> bytes:
    pressed = BytesIO()
    with ZipFile(pressed, "w") as file:
        for source in _sources(root):
            file.write(source, f"{root.name}/{source.relative_to(root).as_posix()}")
    return pressed.getvalue()


def _sources(root: Path) -> Iterator[Path]:
    yield from sorted(root.glob("*.py"))
    for name in _SHIPPED:
        yield from sorted((root / name).rglob("*.py"))
