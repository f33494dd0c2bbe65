"""The splits that files record, and on which basis their closes are: two passes over a few columns.

The first takes what is recorded; the second, over at most some hundreds of the files that record
any, takes the closes around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from deepseek_shock.headings import plain
from deepseek_shock.scan.rows.parquetrows import ParquetRows
from deepseek_shock.scan.rows.splits import (
    Basis,
    Split,
    Splits,
    Vote,
    collect_around,
    find_basis,
    keep_splits,
)
from deepseek_shock.scan.rows.textrows import TextRows, share_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from deepseek_shock.scan.reading import Reader, Rows
    from deepseek_shock.scan.rows.parquetrows import ParquetPart
    from deepseek_shock.scan.rows.splits import Around
    from deepseek_shock.scan.rows.textparts import TextPart

ASKED = 400  # files that are asked for their basis
_OF_YAHOO = ("stocksplits", "stocksplit")  # beside closes that are adjusted


class Group(NamedTuple):
    """Files with one column of splits."""

    label: str
    parquet: tuple[ParquetPart, ...]
    text: tuple[TextPart, ...]

    @property
    def name(self) -> str:
        """What messages call it."""
        return (self.parquet[0] if self.parquet else self.text[0]).file.name


def find_splits(
    parquet: Sequence[ParquetPart], text: Sequence[TextPart], threads: int
) -> dict[str, Splits]:
    """Return the splits by the label of their column, where closes are not adjusted by them.

    Raises `DamagedFileError`, and `FileError` where the basis of the closes cannot be told.
    """
    groups = make_groups(parquet, text)
    return {group.label: found for group in groups if (found := _search(group, threads))}


def make_groups(parquet: Sequence[ParquetPart], text: Sequence[TextPart]) -> list[Group]:
    """Part files by the label of their column of splits; those without one are in no group."""
    labels = [part.columns.split for part in parquet] + [part.split for part in text]
    return [
        Group(
            label,
            tuple(part for part in parquet if part.columns.split == label),
            tuple(part for part in text if part.split == label),
        )
        for label in dict.fromkeys(labels)
        if label is not None
    ]


def find_recorded(group: Group, threads: int) -> tuple[list[Split], list[Reader]]:
    """Return the splits that files record, and readers of the closes of those that record any."""
    splits: list[Split] = []
    recording: list[Reader] = []
    for reader, ratios in _readers(group, threads):
        found = [split for rows in ratios.batches() for split in _keep(group, ratios, rows)]
        splits += found
        if found:
            recording.append(reader)
    return splits, recording


def settle_splits(
    label: str, name: str, splits: Sequence[Split], around: Iterable[Around]
) -> Splits:
    """Find the basis of closes; `name` is what messages call it. Raises `FileError`."""
    return Splits(splits, find_basis(name, len(splits), around) or _guess(label, len(splits)))


def _search(group: Group, threads: int) -> Splits | None:
    splits, recording = find_recorded(group, threads)
    if not splits:
        return None
    step = 1 + len(recording) // ASKED
    around = collect_around(splits, name_rows(recording[::step]))
    return settle_splits(group.label, group.name, splits, around)


def _keep(group: Group, reader: Reader, rows: Rows) -> list[Split]:
    if _is_factor(group):
        ratios = np.divide(1.0, rows.closes, where=rows.closes > 0, out=np.ones(len(rows.closes)))
        rows = rows._replace(closes=ratios)
    return keep_splits(group.name, rows, reader.tickers)


def _is_factor(group: Group) -> bool:
    if group.parquet:
        return group.parquet[0].columns.is_factor
    return group.text[0].shape.is_factor


def _readers(group: Group, threads: int) -> Iterator[tuple[Reader, Reader]]:
    """Yield readers of closes, each with one that has the split column in place of the closes."""
    for one in group.parquet:
        columns = one.columns._replace(close=group.label)
        yield ParquetRows([one]), ParquetRows([one._replace(columns=columns)])
    for some in share_bytes(group.text):
        swapped = [
            one._replace(shape=one.shape._replace(close=one.shape.split or 0)) for one in some
        ]
        yield TextRows(some, threads), TextRows(swapped, threads)


def name_rows(readers: Iterable[Reader]) -> Iterator[tuple[Rows, Sequence[str]]]:
    """Yield the rows of readers, each batch with the names of its codes."""
    for reader in readers:
        for rows in reader.batches():
            yield rows, reader.tickers


def _guess(label: str, recorded: int) -> Vote:
    """Tell the basis by the header alone: no split stands out of the moves."""
    is_yahoos = plain(label) in _OF_YAHOO
    return Vote(Basis.ADJUSTED if is_yahoos else Basis.AS_TRADED, recorded, 0, 0)
