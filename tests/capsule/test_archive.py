"""A capsule's file: the same parts are the same bytes; whatever else a zip may be is refused."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepseek_shock.capsule.archive import LARGEST_FILE, MOST_PARTS, read_archive, write_archive
from deepseek_shock.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

NAMES = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,4})?", fullmatch=True)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], packed: bool = False) -> bytes:
    """Return a zip as any other program may write it."""
    file = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", how) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_archive(path)
    assert caught.value.hint
    return caught.value.message


@given(parts=st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_what_is_read_is_what_was_written(
    parts: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("zip") / "a.zip"
    file.write_bytes(write_archive(parts))
    assert read_archive(file) == parts
    assert list(read_archive(file)) == list(parts)


def test_the_bytes_are_those_of_a_plain_zip_of_1980() -> None:
    """By the layout of PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16."""
    name, content, crc = b"a.txt", b"hello\n", 0x363A3020
    common = struct.pack("<HHHHIIIHH", 0, 0, 0, 0x21, crc, 6, 6, len(name), 0)
    local = b"PK\3\4" + struct.pack("<H", 20) + common + name + content
    rest = struct.pack("<HHHII", 0, 0, 0, (stat.S_IFREG | 0o644) << 16, 0)
    central = b"PK\1\2" + struct.pack("<BBH", 20, 3, 20) + common + rest + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    assert write_archive({"a.txt": content}) == local + central + end


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/passwd",
        "a/../b",
        "..",
        "C:\\evil.txt",
        "a\\b",
        "a/b/c/d",
        ".hidden",
        "UPPER.TXT",
        "a\u202etxt.exe",
        "a\nb",
        "folder/",
        "x" * 65,
    ],
)
def test_no_name_leads_anywhere(tmp_path: Path, name: str) -> None:
    assert "is no part's name" in refused(tmp_path / "a.zip", zipped((name, b"x")))
    with pytest.raises(ValueError, match="no part's name"):
        write_archive({name: b""})


def test_a_name_with_a_nul_byte_is_no_name(tmp_path: Path) -> None:
    whole = zipped(("aXb", b"x")).replace(b"aXb", b"a\0b")
    assert "is no part's name" in refused(tmp_path / "a.zip", whole)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped(("basis.json", bytes(50_000_000)), packed=True)
    assert len(bomb) < 100_000
    assert "is packed" in refused(tmp_path / "a.zip", bomb)


def test_parts_that_lie_on_one_another_are_a_bomb_too(tmp_path: Path) -> None:
    """Entries of the directory that all lead to the same bytes; each is as large as the file."""
    size, count = 4_000_000, 100
    inner = zipped(("a", bytes(size)))
    at = inner.index(b"PK\1\2")
    entry = inner[at : inner.index(b"PK\5\6")]
    entries = b"".join(entry[:-1] + name for name in (bytes([97 + n % 26]) for n in range(count)))
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(entries), at, 0)
    message = refused(tmp_path / "a.zip", inner[:at] + entries + b"PK\5\6" + end)
    assert "lie on one another" in message
    assert size * count > LARGEST_FILE


def test_a_part_may_not_be_there_twice(tmp_path: Path) -> None:
    assert "is there twice" in refused(tmp_path / "a.zip", zipped(("a", b"1"), ("a", b"2")))


def test_too_many_parts_are_too_many(tmp_path: Path) -> None:
    many = zipped(*((f"a{number}", b"") for number in range(MOST_PARTS + 1)))
    assert "257 parts" in refused(tmp_path / "a.zip", many)


def test_an_encrypted_part_is_refused(tmp_path: Path) -> None:
    whole = bytearray(zipped(("a", b"x")))
    whole[whole.index(b"PK\1\2") + 8] |= 1
    whole[6] |= 1
    assert "is encrypted" in refused(tmp_path / "a.zip", bytes(whole))


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with file.open("wb") as hole:
        hole.truncate(LARGEST_FILE + 1)
    with pytest.raises(FileError, match="is larger than"):
        read_archive(file)


@given(data=st.data())
def test_no_damage_is_anything_but_told(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = bytearray(write_archive({"a.json": b'{"a": 1}', "b.csv": b"x,y\n"}))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    file = tmp_path_factory.mktemp("zip") / "a.zip"
    file.write_bytes(bytes(whole[:cut]) if data.draw(st.booleans()) else bytes(whole))
    try:
        parts = read_archive(file)
    except FileError:
        return
    assert all(isinstance(content, bytes) for content in parts.values())
