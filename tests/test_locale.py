"""The catalogues: English and Japanese say the same things, with the values that the code passes.

The sources are read, not run: a key is used where a string says it, or where an f-string composes
it from parts of which the first is written out (`f"title.{way}_{form}"`).
"""

import ast
import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

import pytest

import deepseek_shock
from deepseek_shock.analysis.moves import Status
from deepseek_shock.market.exchange import EXCHANGES
from deepseek_shock.market.gap import GapReason
from deepseek_shock.report.model import Kind

PACKAGE = Path(deepseek_shock.__file__).parent
FORMS = {"zero", "one", "other"}
WILD = r"\w+"

Entry = str | Mapping[str, str]


def read(lang: str) -> dict[str, Entry]:
    text = (PACKAGE / "locale" / f"{lang}.toml").read_text(encoding="utf-8")
    return dict(flatten(tomllib.loads(text)))


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    """Give each entry under its dotted key; a table with the form `other` is an entry."""
    for key, value in table.items():
        if isinstance(value, str) or "other" in value:
            yield prefix + key, value
        else:
            yield from flatten(value, f"{prefix}{key}.")


EN, JA = read("en"), read("ja")
KEYS = sorted(EN)


def sentences(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def fields(entry: Entry) -> set[tuple[str, str]]:
    """Give the names and kinds of an entry's fields, in whatever form."""
    parts = [part for sentence in sentences(entry) for part in Formatter().parse(sentence)]
    return {(field, spec or "") for _, field, spec, _ in parts if field is not None}


def names(entry: Entry) -> set[str]:
    return {name for name, _ in fields(entry)}


# --- what stands in them ---


def test_both_have_the_same_keys() -> None:
    assert set(EN) == set(JA)


def test_both_have_the_forms_they_need() -> None:
    for key in KEYS:
        for entry in (EN[key], JA[key]):
            assert isinstance(entry, str) or "other" in entry, key
            assert isinstance(entry, str) or set(entry) <= FORMS, key
        en, ja = (set() if isinstance(entry, str) else set(entry) for entry in (EN[key], JA[key]))
        # Japanese has no plural; that nothing is there has to be said in both.
        assert ("zero" in en) == ("zero" in ja), key
        assert bool(ja) <= bool(en), f"Japanese chooses by a number where English does not: {key}"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_field_names_a_kind(lang: str) -> None:
    kinds = {str(kind) for kind in Kind}
    for key, entry in (EN if lang == "en" else JA).items():
        for name, kind in fields(entry):
            assert name.isidentifier(), (key, name)
            assert kind in kinds, (key, name, kind)


def test_every_status_reason_and_city_has_words() -> None:
    without = {Status.OK, Status.PROVISIONAL}  # these have a figure instead
    assert {f"status.{status}" for status in Status if status not in without} <= set(EN)
    assert {f"reason.{reason}" for reason in GapReason} <= set(EN)
    assert {f"city.{exchange.calendar}" for exchange in EXCHANGES.values()} <= set(EN)


# --- what the code says of them ---


class Said(NamedTuple):
    """A call that says a phrase: the patterns of its key, and the values that it passes."""

    keys: frozenset[str]
    values: frozenset[str]
    where: str


class Reader(ast.NodeVisitor):
    """Reads one module: the keys that its strings may spell, and its calls of `phrase`."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.patterns: set[str] = set()
        self.said: list[Said] = []
        self.known: list[dict[str, set[str]]] = [{}]
        self.tables: dict[str, set[str]] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.known.append(self._strings_of(node))
        self.generic_visit(node)
        self.known.pop()

    def visit_Constant(self, node: ast.Constant) -> None:
        self.patterns |= self._spell(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self.patterns |= self._spell(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "phrase" and node.args:
            passed = {keyword.arg for keyword in node.keywords if keyword.arg}
            for keyword in node.keywords:
                if keyword.arg is None:
                    passed |= self.tables.get(getattr(keyword.value, "id", ""), set())
            keys = frozenset(self._spell(node.args[0]))
            self.said.append(Said(keys, frozenset(passed), f"{self.file.name}:{node.lineno}"))
            self.patterns |= keys
        self.generic_visit(node)

    def _strings_of(self, function: ast.FunctionDef) -> dict[str, set[str]]:
        """Collect what the function's variables may spell, where that is written in it."""
        self.known.append({})
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)):
                    words = [key.value for key in keys if isinstance(key, ast.Constant)]
                    self.tables[name] = {word for word in words if isinstance(word, str)}
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.known[-1].setdefault(name, set()).update(self._spell(value))
                case ast.Assign(
                    targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)
                ) if len(targets) == len(values):
                    for target, value in zip(targets, values, strict=True):
                        if isinstance(target, ast.Name):
                            self.known[-1].setdefault(target.id, set()).update(self._spell(value))
                case ast.AugAssign(target=ast.Name(id=name), value=value):
                    longer = product(self.known[-1].get(name, ()), self._spell(value))
                    self.known[-1].setdefault(name, set()).update(a + b for a, b in longer)
        return self.known.pop()

    def _spell(self, node: ast.expr) -> set[str]:
        """Give patterns of what an expression may spell; what is not written out is a word."""
        match node:
            case ast.Constant(value=str(text)):
                return {re.escape(text)}
            case ast.IfExp(body=body, orelse=other):
                return self._spell(body) | self._spell(other)
            case ast.JoinedStr(values=parts):
                return {"".join(parts) for parts in product(*map(self._spell, parts))}
            case ast.FormattedValue(value=value):
                return self._spell(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return {a + b for a, b in product(self._spell(left), self._spell(right))}
            case ast.Name(id=name):
                return next((known[name] for known in self.known[::-1] if name in known), {WILD})
            case _:
                return {WILD}


@cache
def readers() -> tuple[Reader, ...]:
    found: list[Reader] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        reader = Reader(file)
        reader.visit(ast.parse(file.read_text(encoding="utf-8")))
        found.append(reader)
    return tuple(found)


@cache
def templates() -> str:
    folder = next(
        place for place in (PACKAGE / "templates", PACKAGE.parent / "templates") if place.is_dir()
    )
    return "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.j2")))


@cache
def used() -> re.Pattern[str]:
    """Match every key that the sources spell, or compose from a first part written out."""
    spelled = {pattern for reader in readers() for pattern in reader.patterns}
    keys = {pattern for pattern in spelled if re.match(r"[a-z_]+\\\.", pattern)}
    in_templates = re.findall(r"""["']([a-z_]+(?:\.\w+)+)["']""", templates())
    # `Words` composes these from the kind's own name, which stands in no string.
    by_kind = [rf"{kind}\.(?:fall|rise|still)" for kind in (Kind.SIDE, Kind.VERB)]
    return re.compile("|".join([*keys, *map(re.escape, in_templates), *by_kind]))


def test_every_key_is_used() -> None:
    assert [key for key in KEYS if not used().fullmatch(key)] == []


@pytest.mark.parametrize(
    "key", ["title.nobody", "ui.nobody", "dek.rise_none", "key", "nobody.at_all"]
)
def test_a_key_that_nobody_says_would_be_noticed(key: str) -> None:
    assert not used().fullmatch(key)


@cache
def spelled_by(pattern: str) -> frozenset[str]:
    return frozenset(filter(re.compile(pattern).fullmatch, KEYS))


def said_of(said: Said) -> set[str]:
    """Give the keys that a call may say; none where its key comes from elsewhere."""
    return {key for pattern in said.keys - {WILD} for key in spelled_by(pattern)}


def test_every_phrase_said_stands_in_the_catalogues() -> None:
    calls = [said for reader in readers() for said in reader.said if said.keys != {WILD}]
    assert len(calls) > 50
    for said in calls:
        for pattern in said.keys - {WILD}:
            assert spelled_by(pattern), (said.where, pattern)


def test_every_phrase_is_said_with_the_values_that_its_words_need() -> None:
    checked: set[str] = set()
    for reader in readers():
        for said in reader.said:
            is_open = any(WILD in pattern for pattern in said.keys)
            for key in said_of(said):
                needed = names(EN[key]) | names(JA[key])
                if not (isinstance(EN[key], str) and isinstance(JA[key], str)):
                    needed.add("n")
                # A key with an open part may match more than the call ever says.
                assert is_open or needed <= said.values, (said.where, key)
                checked |= {key} if needed <= said.values else set()
    # Whatever has a field is said by some call that was read; the rest are plain words.
    assert {key for key in KEYS if names(EN[key]) | names(JA[key])} <= checked


# --- style ---


JAPANESE = r"[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff々]"

SLIPS = {
    "bold, which CommonMark does not open beside Japanese": r"\*\*",
    "a triangle for a sign": r"[△▲▼▽]",
    "a full-width letter, digit or mark": r"[\uff01-\uff5e]",
    "a half-width katakana or mark": r"[\uff61-\uff9f]",
    "a full-width space": r"\u3000",
    "a comma or a full stop of another script": rf"{JAPANESE}[,.;:!?](?!\s|$)|[,.;!?]{JAPANESE}",
    "a space inside a sentence": rf"(?:{JAPANESE}|[、。]) +(?:{JAPANESE}|[、。])",
    "a hyphen for a minus": r"(?<![A-Za-z0-9])-\d",
    "two marks in a row": r"[、。]{2}",
    "a straight quotation mark": r"[\"']",
}


def japanese_texts() -> Iterator[tuple[str, str]]:
    """Give all Japanese that ships with the package, and where it stands."""
    for key, entry in JA.items():
        for sentence in sentences(entry):
            yield key, re.sub(r"\{[^}]*\}", "0", sentence)
    for file in sorted((PACKAGE / "sample").rglob("*.toml")):
        for key, text in every_ja(tomllib.loads(file.read_text(encoding="utf-8"))):
            yield f"{file.name} {key}", text
    with (PACKAGE / "sample" / "instruments.csv").open(encoding="utf-8", newline="") as names_file:
        for row in csv.DictReader(names_file):
            yield row["ticker"], row["name_ja"]
            yield row["ticker"], row["name_ja_short"]


def every_ja(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Give every string under a key `ja`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "ja" and isinstance(inner, str):
                yield key, inner
            else:
                yield from every_ja(inner, f"{key}.{name}".strip("."))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from every_ja(inner, f"{key}[{at}]")


@pytest.mark.parametrize("slip", SLIPS)
def test_japanese_is_set_as_a_desk_sets_it(slip: str) -> None:
    found = [(where, text) for where, text in japanese_texts() if re.search(SLIPS[slip], text)]
    assert found == []


def test_all_japanese_was_read() -> None:
    places = {where.split(" ")[0] for where, _ in japanese_texts()}
    assert {"deepseek.toml", "NVDA", "title.single"} <= places


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        ("a full-width letter, digit or mark", "エヌビディア（NVDA）"),
        ("a full-width letter, digit or mark", "１７%安"),
        ("a half-width katakana or mark", "ｴﾇﾋﾞﾃﾞｨｱ"),
        ("a comma or a full stop of another script", "東京,大阪"),
        ("a space inside a sentence", "東京 市場"),
        ("a hyphen for a minus", "騰落率は-16.97%"),
    ],
)
def test_a_slip_would_be_noticed(slip: str, text: str) -> None:
    assert re.search(SLIPS[slip], text)


def test_brackets_are_closed() -> None:
    for where, text in (
        *japanese_texts(),
        *((key, one) for key in KEYS for one in sentences(EN[key])),
    ):
        for opening, closing in ("()", "「」", "“”"):
            assert text.count(opening) == text.count(closing), where


def test_english_has_typographic_quotes_and_no_japanese() -> None:
    for key, entry in EN.items():
        for sentence in sentences(entry):
            words = re.sub(r"\{[^}]*\}", "x", sentence)
            assert not re.search(rf"[\"']|{JAPANESE}|[\uff01-\uff5e]|  |-\d", words), key
