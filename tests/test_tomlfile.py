"""Every complaint about a TOML file names the line that a user would point at."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from deepseek_shock.errors import FileError
from deepseek_shock.tomlfile import Table, read_toml

if TYPE_CHECKING:
    from collections.abc import Callable


def table(folder: Path, text: str) -> Table:
    file = folder / "my.toml"
    file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return read_toml(file)


def complaint(of: Callable[[], object]) -> FileError:
    with pytest.raises(FileError) as caught:
        of()
    assert caught.value.hint
    assert caught.value.exit_code == 1
    return caught.value


def test_a_good_file_gives_its_values(tmp_path: Path) -> None:
    good = table(
        tmp_path,
        """
        name = " padded "
        "quoted key" = "q"
        dotted.inner = "d"
        day = 2025-01-27
        day_as_text = "2025-01-28"
        tickers = ["NVDA", '5803.T']
        [plain]
        x = "1"
        [[rows]]
        id = "a"
        [[rows]]
        id = "b"
        """,
    )
    assert good.string("name") == "padded"
    assert good.string("quoted key") == "q"
    assert good.table("dotted").string("inner") == "d"
    assert good.date("day") == date(2025, 1, 27)
    assert good.date("day_as_text") == date(2025, 1, 28)
    assert good.strings("tickers") == ("NVDA", "5803.T")
    assert good.strings("absent") == ()
    assert good.tables("absent too") == []
    assert [row.string("id") for row in good.tables("rows")] == ["a", "b"]
    assert "plain" in good
    assert good.keys == ["plain"]
    good.take("plain")
    good.finish()


def test_an_empty_file_is_an_empty_table(tmp_path: Path) -> None:
    empty = table(tmp_path, "")
    empty.finish()
    error = complaint(lambda: empty.string("id"))
    assert error.line == 1
    assert "id" in error.message


def test_what_is_no_file_is_said_without_a_line(tmp_path: Path) -> None:
    missing = complaint(lambda: read_toml(tmp_path / "missing.toml"))
    folder = complaint(lambda: read_toml(tmp_path))
    assert (missing.line, folder.line) == (None, None)
    assert missing.message.startswith(f"{tmp_path / 'missing.toml'}: ")
    assert "No such file" in missing.message
    assert "directory" in folder.message.lower()


def test_what_is_not_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "sjis.toml"
    file.write_bytes('id = "x"\n# ok\nname = "日本"\n'.encode("shift_jis"))
    assert complaint(lambda: read_toml(file)).line == 3


def test_a_byte_order_mark_is_read_or_named(tmp_path: Path) -> None:
    """Some editors write one; it is no reason to call the first line broken."""
    file = tmp_path / "bom.toml"
    file.write_bytes(b'\xef\xbb\xbfid = "x"\n')
    assert read_toml(file).string("id") == "x"


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    file = tmp_path / "crlf.toml"
    file.write_bytes(b'id = "x"\r\n\r\nbad = 1\r\n')
    found = read_toml(file)
    assert found.string("id") == "x"
    assert complaint(found.finish).line == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = \n", 1),
        ('a = "x"\nb = [1,\n', 3),
        ('a = "x"\n\n[t\n', 3),
        ('a = "x"\na = "y"\n', 2),
        ('a = """\nx\n', 3),
        ("a = 2025-13-40\n", 1),
        ("ok = 1\nbare words\nok2 = 2\n", 2),
    ],
)
def test_what_is_no_toml_is_named_by_its_line(tmp_path: Path, text: str, line: int) -> None:
    error = complaint(lambda: table(tmp_path, text))
    assert error.line == line
    assert error.message.startswith(f"{tmp_path / 'my.toml'}:{line}: ")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("3", "string"),
        ('""', "string"),
        ('"  "', "string"),
        ("[1]", "string"),
        ('"a\\u0007b"', "string"),
        ('"a\\u001bb"', "string"),
        ('"a\\u202eb"', "string"),
        ('"a\\u2066b"', "string"),
        ('"a\\u0085b"', "string"),
        ("3", "strings"),
        ("[1]", "strings"),
        ('["a", 2]', "strings"),
        ("3", "date"),
        ('"2025-02-30"', "date"),
        ("2025-01-27T10:00:00", "date"),
        ("10:00:00", "date"),
        ("3", "table"),
        ("[1]", "table"),
        ("3", "tables"),
        ("[1]", "tables"),
        ("{a = 1}", "tables"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_by_its_line(
    tmp_path: Path, value: str, read: str
) -> None:
    found = table(tmp_path, f'first = "x"\n# a note\nkey = {value}\nlast = "y"\n')
    error = complaint(lambda: getattr(found, read)("key"))
    assert error.line == 3
    assert "key" in error.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # In the top table, below a comment and a blank line.
        ('a = "x"\n\n# bad = 0\nbad = 1\n', 4),
        # After a string of several lines that holds what looks like keys and headers.
        ('a = """\nbad = 0\n[bad]\n"""\nbad = 1\n', 5),
        ("a = '''\nbad = 0\n'''\nbad = 1\n", 4),
        # One that opens and closes on its line, twice.
        ('a = """x"""\nbad = 1\n', 2),
        # Quoted.
        ('a = "x"\n"bad" = 1\n', 2),
        ("a = 'x'\n'bad' = 1\n", 2),
        # Dotted: the key of the top table is `bad`.
        ('a = "x"\nbad.deep.er = 1\n', 2),
        # As a table of its own, and as an array of tables.
        ('a = "x"\n\n[bad]\nb = 1\n', 3),
        ('a = "x"\n\n[[bad]]\nb = 1\n', 3),
        # Indented, and without blanks.
        ('a = "x"\n  bad=1\n', 2),
        # An array over several lines before it.
        ('a = [\n  "bad",\n  "x",\n]\nbad = 1\n', 5),
    ],
)
def test_an_unknown_key_is_named_by_its_line(tmp_path: Path, text: str, line: int) -> None:
    found = table(tmp_path, text)
    found.take("a")
    error = complaint(found.finish)
    assert error.line == line
    assert "bad" in error.message
    assert "a" in error.hint


def test_a_mistake_in_an_array_of_tables_is_named_in_its_own_table(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        """
        [[rows]]
        id = "a"
        extra = 1
        [[rows]]
        id = "b"

        [[rows]]
        # no id here
        extra = 3
        """,
    )
    rows = found.tables("rows")
    assert complaint(lambda: rows[0].string("extra")).line == 3
    assert complaint(lambda: rows[2].string("extra")).line == 9
    assert complaint(lambda: rows[2].string("id")).line == 7
    rows[1].string("id")
    assert complaint(lambda: rows[1].string("other")).line == 4


def test_a_mistake_in_a_nested_array_of_tables(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        """
        [context]
        opening = "x"
        [[context.points]]
        heading = "a"
        [[context.points]]
        heading = 2
        [context.deep]
        x = 1
        """,
    )
    context = found.table("context")
    points = context.tables("points")
    assert complaint(lambda: points[1].string("heading")).line == 6
    assert complaint(lambda: context.table("deep").string("x")).line == 8


def test_a_mistake_in_a_table_inside_an_array_of_tables(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        """
        [[rows]]
        title.en = "a"
        title.ja = "b"
        [[rows]]
        title.en = "c"
        title.ja = 4
        [[rows]]
        [rows.title]
        en = 5
        """,
    )
    rows = found.tables("rows")
    assert complaint(lambda: rows[1].table("title").string("ja")).line == 6
    assert complaint(lambda: rows[2].table("title").string("en")).line == 9


def test_a_mistake_under_a_dotted_key_and_a_dotted_header(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        """
        a.b.c = 1
        ["q.1".r]
        s = 2
        [ t . "u.2" ]
        v = 3
        """,
    )
    first = found.table("a").table("b")
    assert complaint(lambda: first.string("c")).line == 1
    assert complaint(lambda: found.table("q.1").table("r").string("s")).line == 3
    assert complaint(lambda: found.table("t").table("u.2").string("v")).line == 5


def test_a_mistake_in_an_inline_table_is_on_its_line(tmp_path: Path) -> None:
    found = table(tmp_path, 'a = "x"\ntitle = { en = "y", ja = 3 }\n')
    assert complaint(lambda: found.table("title").string("ja")).line == 2


def test_a_quoted_value_is_found_on_its_own_line(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        """
        other = ["NVDA"]
        tickers = [
            "AVGO",  # not "MU"
            'MU', "NVDA",
        ]
        """,
    )

    def complain(word: str) -> FileError:
        return complaint(lambda: found.complain("wrong", key="tickers", quoted=(word, 0)))

    assert complain("NVDA").line == 4
    assert complain("AVGO").line == 3
    # One that is not there is complained of where the key stands.
    assert complain("ZZZ").line == 2


def test_a_comment_is_not_taken_for_the_value(tmp_path: Path) -> None:
    found = table(tmp_path, 'tickers = [\n  "AVGO",  # not "MU"\n  "MU",\n]\n')
    assert complaint(lambda: found.complain("x", key="tickers", quoted=("MU", 0))).line == 3


def test_a_header_with_a_comment_and_a_key_in_a_string(tmp_path: Path) -> None:
    found = table(tmp_path, '[a] # first\nnote = "[b] x = 1"\n[b] # second\nx = "y"\nbad = 1\n')
    second = found.table("b")
    second.string("x")
    assert complaint(second.finish).line == 5


def test_quotes_in_a_comment_do_not_open_a_string(tmp_path: Path) -> None:
    found = table(tmp_path, 'a = 1 # it\'s """ odd\nb = 2\nbad = 3\n')
    found.take("a")
    found.take("b")
    assert complaint(found.finish).line == 3


def test_quotes_of_one_kind_inside_those_of_the_other(tmp_path: Path) -> None:
    found = table(tmp_path, 'a = """\nit \'\'\' is\n"""\nbad = 3\n')
    found.take("a")
    assert complaint(found.finish).line == 4


def test_escaped_quotes_inside_a_string_of_several_lines(tmp_path: Path) -> None:
    found = table(tmp_path, 'a = """\nx \\""" y\n"""\nbad = 3\n')
    found.take("a")
    assert complaint(found.finish).line == 4


def test_odd_line_ends_inside_a_string_do_not_move_the_lines(tmp_path: Path) -> None:
    """TOML knows LF and CRLF only; a line separator in a string is a character."""
    found = table(tmp_path, 'a = "x\u2028y"\nbad = 3\n')
    found.take("a")
    assert complaint(found.finish).line == 2
