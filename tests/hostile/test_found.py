"""What fuzzers and readers with bad intent have found: each is a promised error since."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from deepseek_shock.codec import MismatchError, decode
from deepseek_shock.errors import FileError, TemplateError, UsageError
from deepseek_shock.providers.tabular.tables import read_table
from deepseek_shock.render.base import Style
from deepseek_shock.render.custom import Custom
from deepseek_shock.render.house import Colors
from deepseek_shock.render.markdown import MarkdownMarkup
from deepseek_shock.render.words import Language, Words
from deepseek_shock.scan.packs import manifest
from deepseek_shock.tomlfile import read_toml
from deepseek_shock.userpath import expand
from tests.hostile.readers import READERS, SEEDS, parquet
from tests.render.hostile import plain_report

if TYPE_CHECKING:
    from pathlib import Path

MAIL = b'"Nes,sek wD" <n<n@m>,.bom<>,n@ "a-.sb"@exm>,a'
FOUND = {
    "a cell of 200,000 characters": ("study_events", b'id,date\na,"' + b"9" * 200_000 + b'"\n'),
    "the same among factors": ("factors", b'date,RF\n2025-01-27,"' + b"9" * 200_000 + b'"\n'),
    "comments within comments": ("mailbox", b"(" * 400 + b"a@b.jp"),
    "a long list of quotes": ("mailbox", b'"' * 10_001),
    "a byte order mark alone": ("scan_text", b"\xff\xfe\x00"),
    "pandas at a loss": ("returns", b",inA,D10.16instrumtnaeedt,,return\xf5\xb1V9"),
    "bytes for text": ("factors", parquet({"date": [b"", b"\x80"]})),
    "bytes for days": ("study_events", parquet({"date": [b"", b"\x80"], "id": [[1], []]})),
    "an address that the mail parser chokes on": ("mailbox", MAIL),
    "brackets in a column's name": ("bars_parquet", parquet({"('" + "-" * 9000 + "1": [1]})),
}


@pytest.mark.parametrize("name", FOUND)
def test_no_bytes_that_were_found_come_through(name: str) -> None:
    reader, content = FOUND[name]
    READERS[reader](content)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a = " + "[" * 100_000, "is nested too deeply"),
        ("a = " + "{a=" * 50_000, "is nested too deeply"),
        (".".join("a" * 20_000) + " = 1", "is nested too deeply"),
        ("a = " + "[" * 40 + "]" * 40, "is nested too deeply"),
        ("a = " + "1" * 5000, "holds a number that is too long"),
        ("a = 0x" + "f" * 17, "is a number that is too large"),
        ("a = [{ b = 9223372036854775808 }]", "is a number that is too large"),
        ("# " + "x" * (1 << 22), "is larger than 4 MiB"),
    ],
    ids=["arrays", "tables", "key", "sound", "digits", "hexadecimal", "inner", "size"],
)
def test_toml_goes_no_further_than_anybody_needs(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(FileError, match=what):
        read_toml(file)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:00:00-09:00"])
def test_an_instant_beyond_the_calendar_names_its_line(tmp_path: Path, at: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(f"\nat = {at}\n")
    with pytest.raises(FileError, match=r"x\.toml:2: `at` lies beyond"):
        read_toml(file).instant("at")


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x1b", "\x9b", "\u2028"])
def test_a_name_with_what_acts_on_a_page_is_refused_with_its_line(
    tmp_path: Path, sign: str
) -> None:
    file = tmp_path / "x.toml"
    file.write_text(f"a = 1\nname = {json.dumps(f'x{sign}y')}\n", encoding="utf-8")
    with pytest.raises(FileError, match=rf"x.toml:2: .*U\+{ord(sign):04X}"):
        read_toml(file).string("name")


@pytest.mark.parametrize("path", ["a\0b.toml", "x" * 300, "y/" * 3000])
def test_what_no_system_takes_for_a_path_is_wrong_usage(path: str) -> None:
    with pytest.raises(UsageError):
        expand(path)


def test_a_bomb_of_gzip_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "NVDA.csv.gz"
    file.write_bytes(gzip.compress(b"date,close\n" + b"\n" * (80 << 20)))
    with pytest.raises(FileError, match="beyond what prices can be"):
        read_table(file)


def test_a_bomb_of_parquet_is_given_up(tmp_path: Path) -> None:
    import pyarrow as pa

    file = tmp_path / "NVDA.parquet"
    rows = pa.repeat(pa.scalar(1, pa.int8()), 25_000_001)
    file.write_bytes(parquet(dict.fromkeys(("date", "close", "a", "b"), rows)))
    with pytest.raises(FileError, match="says that it holds 25,000,001 rows"):
        read_table(file)


@pytest.mark.parametrize("name", ["../x.parquet", "/etc/passwd", "a/b.csv", "..", ".x.csv", ""])
def test_no_manifest_names_a_file_out_of_its_folder(tmp_path: Path, name: str) -> None:
    said: dict[str, Any] = json.loads(SEEDS["pack_manifest"])
    said["parts"][0]["file"] = name
    said["sha256"] = manifest._prove(said)  # noqa: SLF001 -- what a forger would do
    with pytest.raises(FileError):
        manifest.decode(tmp_path, json.dumps(said).encode())


@pytest.mark.parametrize("number", ["1E+1000", "1E-1000", "9" * 200, "NaN"])
def test_what_is_kept_holds_no_number_without_end(number: str) -> None:
    assert decode(Decimal, "118.42") == Decimal("118.42")
    with pytest.raises(MismatchError):
        decode(Decimal, number)


def test_a_code_span_stays_on_its_line() -> None:
    assert "\n" not in MarkdownMarkup().code("a\n\n# b")


ESCAPES = (
    '{{ "".__class__ }}',
    '{{ "{0.__class__}".format(report) }}',
    '{{ report|attr("__class__") }}',
    "{{ report._replace }}",
    "{{ word.__globals__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ self.__init__ }}",
    "{{ findings.moves.clear() }}",
    '{% include "/etc/passwd" %}',
    '{% include "../outside.txt" %}',
    '{% include "link.txt" %}',
    '{% include "builtin/../../pyproject.toml" %}',
    "{{ range(10 ** 7)|list }}",
    '{{ "x" * 10 ** 10 }}',
    "{{ [0] * 10 ** 10 }}",
    "{{ 10 ** (10 ** 8) }}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
)


@pytest.mark.parametrize("text", ESCAPES)
def test_no_template_leaves_its_sandbox(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "x.txt").write_text(text)
    with pytest.raises(TemplateError):
        Custom(Style(Words(Language.EN), Colors.US), folder / "x.txt").render(plain_report())


def test_a_template_may_be_a_link_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("{{ lang }}")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.txt").symlink_to(tmp_path / "real.txt")
    style = Style(Words(Language.EN), Colors.US)
    assert Custom(style, tmp_path / "own" / "x.txt").render(plain_report()) == "en"
