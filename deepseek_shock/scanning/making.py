"""`scan`: from what a user asks to what was found, by whichever engine, of whatever is named."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from deepseek_shock.analysis.scanned import ScanCounts, Scanned, Skipped
from deepseek_shock.errors import UsageError
from deepseek_shock.market.bars import Source
from deepseek_shock.scan.job import Job, Listener, Silence
from deepseek_shock.scan.local import go_through_opened
from deepseek_shock.scan.local import scan as scan_files
from deepseek_shock.scan.packs.manifest import AGAIN, Manifest
from deepseek_shock.scan.provenance import describe, fingerprint, spell_newest
from deepseek_shock.scan.reading import DamagedFileError
from deepseek_shock.scanning.request import Engine, ScanRequest
from deepseek_shock.userpath import expand

_NANO = 1e9


def scan(
    request: ScanRequest,
    listener: Listener = Silence(),  # noqa: B008 -- it has no state
) -> Scanned:
    """Go through what is asked, and pack it first where that is asked.

    Raises a `ShockError`: for files and columns that there are not, a store that holds nothing,
    days that are no sessions, an engine that is not installed.
    """
    job = _job(request)
    match request.engine:
        case Engine.SPARK:
            return _scan_on_spark(request, job, listener)
        case Engine.LOCAL:
            pass
        case _:
            assert_never(request.engine)
    if not request.paths:
        return _scan_store(request, job, listener)
    if request.pack is not None:
        return _scan_packed(request.pack, request.wait, job, listener)
    if (folder := _find_pack(job)) is not None:
        return _scan_pack(folder, job, listener)
    return scan_files(job, listener)


def _job(request: ScanRequest) -> Job:
    return Job(
        request.paths,
        request.settings,
        request.columns,
        request.day,
        request.is_strict,
        request.threads,
        request.memory,
        request.spill,
    )


def _scan_on_spark(request: ScanRequest, job: Job, listener: Listener) -> Scanned:
    if not request.paths or request.pack is not None:
        what = "packs nothing" if request.paths else "does not read the store"
        raise UsageError(
            f"--engine spark {what}", hint="leave it out, or name files that Spark reads"
        )
    from deepseek_shock.scan.spark import scan as scan_files_on_spark

    def go(job: Job, listener: Listener) -> Scanned:
        return scan_files_on_spark(job, request.master, listener)

    if (folder := _find_pack(job)) is not None:
        return _scan_pack(folder, job, listener, go)
    return go(job, listener)


def _scan_store(request: ScanRequest, job: Job, listener: Listener) -> Scanned:
    if request.store is None:
        raise UsageError(
            "nothing is named that could be gone through",
            hint="name files, a folder or a glob: shock scan prices/",
        )
    if request.pack is not None:
        raise UsageError(
            "--pack is of files, and the store is none",
            hint="`shock store export bars/` writes files that can be packed",
        )
    from deepseek_shock.scanning.fromstore import StoredHistory

    history = StoredHistory(request.store)
    found, _ = go_through_opened(history, job, listener, history.placed)
    sessions = [day.session for day in found.days]
    source = Source(
        "store",
        ", ".join(history.vendors),
        history.retrieved,
        min(sessions, default=None),
        max(sessions, default=None),
        fingerprint(found.days, found.counts),
    )
    return found._replace(sources=(source,))


def _scan_packed(folder: Path, wait: float, job: Job, listener: Listener) -> Scanned:
    """Pack what is named, and go through the pack."""
    from deepseek_shock.scan.packs.packing import pack

    pack(job, folder, listener, wait)
    try:
        return _scan_pack(folder, job, listener)
    except DamagedFileError:  # of an earlier run, and damaged since: its sizes are right
        pack(job, folder, listener, wait, is_checked=True)
        return _scan_pack(folder, job, listener)


def _scan_pack(
    folder: Path,
    job: Job,
    listener: Listener,
    go: Callable[[Job, Listener], Scanned] = scan_files,
) -> Scanned:
    """Go through a pack, which is no folder as any other: its manifest says what is in it.

    `go` is the engine. Without one of its files it is not what the manifest says. Raises
    `DamagedFileError`.
    """
    from deepseek_shock.scan.packs.packed import opened

    with opened(folder, is_strict=job.is_strict) as packed:
        paths = tuple(map(str, packed.paths))
        try:
            whole = job._replace(paths=paths, typed=job.paths, columns={}, is_strict=True)
            found = go(whole, listener)
        except DamagedFileError as error:
            raise DamagedFileError(error.file, error.why, hint=AGAIN) from error
        manifest = packed.manifest
    found = found._replace(counts=_count_repeats(found.counts, manifest))
    written = [one.changed / _NANO for one in manifest.origins]
    source = describe(job.paths, (), found.days, found.counts)
    return found._replace(
        skipped=tuple(Skipped(one.file, one.why) for one in manifest.omitted),
        sources=(source._replace(retrieved=spell_newest(written)),),
    )


def _count_repeats(counts: ScanCounts, manifest: Manifest) -> ScanCounts:
    """Count the rows that were said again where the pack was made, as a scan of its source does."""
    return counts._replace(
        rows=counts.rows + manifest.repeated,
        duplicates=manifest.repeated - manifest.disputed,
        disputed=manifest.disputed,
    )


def _find_pack(job: Job) -> Path | None:
    """Return the folder that is named, where it is a pack and nothing is named beside it."""
    from deepseek_shock.scan.packs.packed import is_pack

    folder = expand(job.paths[0])
    return folder if len(job.paths) == 1 and is_pack(folder) else None
