"""A pack as others read it: what it says, and what is no whole pack."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.analysis.scanned import ScanDay
from deepseek_shock.errors import FileError
from deepseek_shock.scan.packs.manifest import Manifest, Omitted, Origin, Part, decode, encode
from deepseek_shock.scan.packs.packed import is_pack, opened, read_pack
from deepseek_shock.scan.packs.packeddays import find_in_pack, look, read_days, write_days
from tests.scan.packs import MONDAY, lay_pack, quiet, winter

if TYPE_CHECKING:
    from pathlib import Path

PART = Part("part-00000-0.parquet", 3, 2, "AAA", "5803.T", MONDAY, MONDAY, 4, "0" * 64)


def test_a_manifest_comes_back_the_same(tmp_path: Path) -> None:
    manifest = Manifest(
        (Origin("/a/\udcff 日経.csv", 12, 1_700_000_000_123_456_789),),
        (("close", "Adj Close"),),
        (PART, PART._replace(rows=4)),
        (Omitted("/a/b.csv", "line 3: no date"),),
        "sorted",
    )
    found = decode(tmp_path, encode(manifest))
    assert found == manifest
    assert (found.rows, found.tickers) == (7, 4)


def test_the_days_come_back_to_the_last_bit(tmp_path: Path) -> None:
    days = (
        ScanDay(None, date(1962, 1, 3), 1, 0.1 + 0.2, 1, 0, 0, 0, 7),
        ScanDay("XNYS", MONDAY, 503, -1 / 3, 83, 419, 498, 36),
    )
    packed = read_pack(lay_pack(tmp_path / "pack", days))
    assert read_days(packed) == days
    assert read_days(packed, ["XNYS"]) == days[1:]
    assert read_days(packed, [None]) == days[:1]
    assert look(packed) == (2, MONDAY)


def test_the_days_are_a_table_that_anybody_reads() -> None:
    # by hand
    assert write_days([ScanDay("XTKS", MONDAY, 4, -0.25, 1, 2, 3, 1, 5)]).decode() == (
        "calendar,session,count,mean,risers,fallers,judged,low,unranked\n"
        "XTKS,2025-01-27,4,-0.25,1,2,3,1,5\n"
    )


def test_a_pack_without_days_is_no_pack_for_a_report(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", [])
    assert look(read_pack(root)) == (0, None)
    assert find_in_pack(root, {"XNYS": MONDAY}) == ()


def refused(folder: Path) -> str:
    with pytest.raises(FileError) as caught:
        find_in_pack(folder, {"XNYS": MONDAY})
    assert caught.value.hint
    return caught.value.message


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").endswith("none: is not there")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(empty).endswith("empty: holds no packed history")
    assert not is_pack(empty)
    (empty / ".packing.json").write_text("{}")
    assert refused(empty).endswith("empty: is a pack that is not whole")
    (empty / "manifest.json").write_text('{"name": "an app"}')
    assert "is not the manifest of a packed history" in refused(empty)
    assert not is_pack(empty)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"sha256": 1}'])
def test_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    (root / "manifest.json").write_bytes(content)
    assert "is not the manifest of a packed history" in refused(root)


def test_a_pack_of_another_format_is_refused(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    manifest = root / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    assert "is of format 2, and this shock reads 1" in refused(root)


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    manifest = root / "manifest.json"
    said = json.loads(manifest.read_text())
    said["days"]["least"] = 1
    manifest.write_text(json.dumps(said))
    assert "was changed after it was written" in refused(root)


def test_changed_days_are_refused(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    (days,) = root.glob("days-*.csv")
    content = days.read_text()
    days.write_text(content.replace("-0.03", "-0.04"))
    assert "is not what the pack's manifest says" in refused(root)
    days.write_text(content[:-5])
    assert "is not what the pack's manifest says" in refused(root)
    days.unlink()
    assert "is missing from the pack" in refused(root)


def test_a_part_is_looked_at_by_its_size_and_strictly_by_its_hash(tmp_path: Path) -> None:
    content = b"four"
    hashed = "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00"  # sha256sum
    root = tmp_path / "pack"
    root.mkdir()
    part = root / PART.file
    whole = Manifest((), (), (PART._replace(size=4, sha256=hashed),))
    (root / "manifest.json").write_bytes(encode(whole))
    part.write_bytes(content)
    assert read_pack(root, is_strict=True).paths == (part,)
    part.write_bytes(b"five")
    assert read_pack(root).paths == (part,)
    with pytest.raises(FileError, match="is not what the pack's manifest says"):
        read_pack(root, is_strict=True)
    part.write_bytes(b"three")
    with pytest.raises(FileError, match="is not what the pack's manifest says"):
        read_pack(root)
    part.unlink()
    with pytest.raises(FileError, match="is missing from the pack"):
        read_pack(root)


def test_a_pack_is_opened_where_nothing_can_be_locked(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    with opened(root) as packed:
        assert packed.folder == root
    (root / ".readers.lock").touch()
    with opened(root) as one, opened(root) as other:  # readers share
        assert one == other


# --- where a report's day stands ---


def test_a_day_is_placed_on_each_calendar_that_the_pack_holds(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", [*winter("XNYS"), *winter("XTKS")])
    asked = {"XNYS": MONDAY, "XTKS": date(2025, 1, 10), "XLON": MONDAY}
    new_york, tokyo = find_in_pack(root, asked)
    # by hand: see `winter`; 28 January has the same figures, and is too near to be named
    assert (new_york.by_mean, new_york.by_score, new_york.known) == (3, 2, 41)
    assert new_york.scored == 41
    assert new_york.alike[0].session == date(2024, 12, 18)
    assert (new_york.first, new_york.last) == (date(2024, 12, 2), date(2025, 1, 31))
    assert (tokyo.day.calendar, tokyo.by_mean, tokyo.by_score) == ("XTKS", 2, 1)


def test_a_day_that_is_not_held_has_no_line(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter())
    assert find_in_pack(root, {"XNYS": date(2025, 2, 3)}) == ()
    assert find_in_pack(root, {"XTKS": MONDAY}) == ()


def test_a_day_of_few_tickers_has_no_line(tmp_path: Path) -> None:
    days = [quiet("XNYS", date(2025, 1, 24)), ScanDay("XNYS", MONDAY, 19, -0.2, 0, 19, 19, 19)]
    root = lay_pack(tmp_path / "pack", days)
    assert find_in_pack(root, {"XNYS": MONDAY}) == ()
    fewer = lay_pack(tmp_path / "fewer", days, least=19)
    (found,) = find_in_pack(fewer, {"XNYS": MONDAY})
    assert (found.by_mean, found.by_score, found.known, found.least) == (1, 1, 2, 19)


def test_bare_dates_are_a_report_of_one_calendar(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter(None), calendar="none")
    (found,) = find_in_pack(root, {"XTKS": MONDAY})
    assert (found.day.calendar, found.by_mean) == (None, 3)
    assert find_in_pack(root, {"XTKS": MONDAY, "XNYS": MONDAY}) == ()


def test_tickers_without_a_calendar_are_nobodys_session(tmp_path: Path) -> None:
    root = lay_pack(tmp_path / "pack", winter(None))  # with `auto`: suffixes that nobody knows
    assert find_in_pack(root, {"XNYS": MONDAY}) == ()
