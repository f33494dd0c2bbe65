"""From what is typed to the files of a history."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepseek_shock.errors import FileError, UsageError
from deepseek_shock.scan.rows.files import FileKind, find_files, ticker_of_name

ROWS = "ticker,session,close\nAAA,2024-01-02,1.5\n"


def write(folder: Path, *names: str, content: str = ROWS) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def names(*paths: Path | str, under: Path) -> list[str]:
    return [str(Path(one.name).relative_to(under)) for one in find_files([*map(str, paths)]).files]


def test_a_folder_is_gone_through_in_a_stable_order(tmp_path: Path) -> None:
    write(tmp_path, "part-10.csv", "part-2.csv", "deep/er/a.tsv", "b.parquet", "c.csv.gz", "d.txt")
    assert names(tmp_path, under=tmp_path) == [
        *("b.parquet", "c.csv.gz", "d.txt", "part-2.csv", "part-10.csv", "deep/er/a.tsv")
    ]


def test_what_is_no_data_is_left_out_and_what_is_foreign_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "_SUCCESS", "._a.csv", ".a.csv.crc", "_temporary/x.csv", "a.csv.crc")
    write(tmp_path, ".git/x.csv", "README.md", "days.csv")
    found = find_files([str(tmp_path)])
    assert [Path(one.name).name for one in found.files] == ["a.csv", "days.csv"]
    assert [(Path(name).name, why) for name, why in found.foreign] == [
        ("README.md", "is neither Parquet nor CSV, by its name")
    ]


def test_the_two_tables_of_a_packed_folder_are_not_its_data(tmp_path: Path) -> None:
    write(tmp_path, "manifest.json", "days-0123abcd.csv", "0001.parquet")
    found = find_files([str(tmp_path)])
    assert [Path(one.name).name for one in found.files] == ["0001.parquet"]
    assert not found.foreign


def test_a_glob_that_the_shell_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "a1.csv", "a2.csv", "b.csv", "deep/a3.csv", "deep/_a4.csv")
    assert names(tmp_path / "a*.csv", under=tmp_path) == ["a1.csv", "a2.csv"]
    assert names(tmp_path / "**" / "a*.csv", under=tmp_path) == ["a1.csv", "a2.csv", "deep/a3.csv"]
    assert names(tmp_path / "d*", under=tmp_path) == ["deep/a3.csv"]


def test_a_name_with_the_marks_of_a_glob_is_a_name_first(tmp_path: Path) -> None:
    write(tmp_path, "a[1].csv", "a1.csv", "b*.csv", "bb.csv")
    assert names(tmp_path / "a[1].csv", under=tmp_path) == ["a[1].csv"]
    assert names(tmp_path / "b*.csv", under=tmp_path) == ["b*.csv"]


def test_a_file_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    found = find_files([str(tmp_path), str(tmp_path / "a.csv"), str(tmp_path / "*.csv")])
    assert [Path(one.name).name for one in found.files] == ["a.csv"]


def test_a_link_that_leads_back_up_ends(tmp_path: Path) -> None:
    write(tmp_path, "in/a.csv")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    assert len(find_files([str(tmp_path)]).files) == 1


def test_folders_tell_columns(tmp_path: Path) -> None:
    write(tmp_path, "year=2024/ticker=BRK%2FB/a.csv", "ticker=__HIVE_DEFAULT_PARTITION__/b.csv")
    found = {Path(one.name).name: dict(one.partitions) for one in find_files([str(tmp_path)]).files}
    assert found == {"a.csv": {"year": "2024", "ticker": "BRK/B"}, "b.csv": {"ticker": ""}}


def test_a_folder_that_is_called_like_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "x.parquet/part-0.csv", "x.parquet/_SUCCESS")
    assert names(tmp_path / "x.parquet", under=tmp_path) == ["x.parquet/part-0.csv"]
    assert names(tmp_path, under=tmp_path) == ["x.parquet/part-0.csv"]


def test_a_file_that_is_named_itself_may_be_called_as_it_likes(tmp_path: Path) -> None:
    write(tmp_path, "prices.dat")
    (tmp_path / "prices.bin").write_bytes(b"PAR1....PAR1")
    found = find_files([str(tmp_path / "prices.dat"), str(tmp_path / "prices.bin")]).files
    assert [one.kind for one in found] == [FileKind.TEXT, FileKind.PARQUET]


def test_links_to_nothing_and_pipes_are_foreign(tmp_path: Path) -> None:
    write(tmp_path, "a.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.csv")  # to open it would wait for ever
    found = find_files([str(tmp_path)])
    assert len(found.files) == 1
    assert {Path(name).name: why for name, why in found.foreign} == {
        "gone.csv": "leads to a file that there is not",
        "pipe.csv": "is no file",
    }


def test_nothing_found_is_an_error_with_a_hint(tmp_path: Path) -> None:
    write(tmp_path, "prices.parquet")
    with pytest.raises(FileError, match="does not exist") as error:
        find_files([str(tmp_path / "price.parquet")])
    assert error.value.hint == "did you mean prices.parquet?"
    with pytest.raises(FileError, match="matches no file"):
        find_files([str(tmp_path / "*.csv")])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="holds no table"):
        find_files([str(tmp_path / "empty")])
    with pytest.raises(UsageError):
        find_files([])


@pytest.mark.parametrize(
    ("name", "ticker"),
    [
        ("AAPL.csv", "AAPL"),
        ("aapl.us.txt", "AAPL"),
        ("brk-b.us.txt", "BRK-B"),
        ("5803_T.parquet", "5803.T"),
        ("5803.jp.txt", "5803.T"),
        ("nvda_us_d.csv", "NVDA"),
        ("NVDA (1).csv.gz", "NVDA"),
        ("130A.csv.zst", "130A.T"),
    ],
)
def test_a_file_is_named_after_a_ticker(name: str, ticker: str) -> None:
    assert ticker_of_name(name) == ticker
