"""What is kept of a page: the same page can be made of it, and damage is told, never passed on."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepseek_shock import pipeline
from deepseek_shock.errors import FileError
from deepseek_shock.market.bars import Action, Bar, Bars, Origin, Refusal, Source
from deepseek_shock.market.gap import Gap, GapReason
from deepseek_shock.providers.sample import Sample, sample_directory
from deepseek_shock.registry import Registry
from deepseek_shock.render.base import Style
from deepseek_shock.render.house import Colors
from deepseek_shock.render.html import Html
from deepseek_shock.render.words import Language, Words
from deepseek_shock.report.tables import Cut, Order
from deepseek_shock.site.kept import pack, read_digest, unpack
from tests.builders import FRIDAY, LONG_AFTER, MONDAY, TUESDAY, baseline

if TYPE_CHECKING:
    from pathlib import Path

    from deepseek_shock.pipeline import Basis

ACCEPTED = frozenset({("NVDA", MONDAY), ("5803.T", MONDAY), ("AVGO", MONDAY)})


@cache
def sampled(day: date = MONDAY) -> Basis:
    request = pipeline.Request(LONG_AFTER, day, accepted=ACCEPTED, cut=Cut(Order.GROUP, 20))
    return pipeline.make(request, Registry(sample_directory()), Sample()).basis


def live() -> Basis:
    """Make a basis with all that a live vendor brings and the sample has not."""
    basis = sampled()
    source = Source("yahoo", "Yahoo", "2025-02-01T10:00:00Z", FRIDAY, TUESDAY, "0" * 64)
    nvda = Bars(
        basis.held.bars["NVDA"].instrument,
        (
            Bar(FRIDAY, None, Decimal("148.9"), None, Decimal("142.620"), None),
            Bar(MONDAY, Decimal("124.8"), None, Decimal("116.7"), Decimal("118.42"), 818830900),
        ),
        splits=(Action(date(2024, 6, 10), Decimal(10)),),
        dividends=(Action(date(2024, 12, 5), Decimal("0.01")),),
        refused={TUESDAY: Refusal(GapReason.DUPLICATE_DAY)},
        origin=Origin("yahoo", "2025-02-01T10:00:00Z"),
        others={FRIDAY: Origin("jquants", "2025-02-01T10:00:00Z")},
        confirmed=frozenset({MONDAY, FRIDAY}),
    )
    gap = Gap(
        basis.held.bars["AVGO"].instrument,
        MONDAY,
        GapReason.BAD_PAYLOAD,
        "<html> & \x00 市場",
    )
    held = basis.held._replace(
        bars={**basis.held.bars, "NVDA": nvda, "AVGO": gap},
        baselines={(MONDAY, "NVDA"): baseline("NVDA")._replace(mean=1e-17, sd=0.1 + 0.2)},
        sources=(source, *basis.held.sources),
        is_kept=False,
    )
    return basis._replace(held=held, command="shock report --tickers 'a b' 市場")


BASES = {
    "sample": sampled(),
    "no event": sampled(TUESDAY),
    "one exchange": sampled(date(2025, 1, 20)),
    "live": live(),
}


@pytest.mark.parametrize("basis", BASES.values(), ids=list(BASES))
def test_the_same_page_is_made_of_what_is_kept(basis: Basis, tmp_path: Path) -> None:
    packed, digest = pack(basis)
    file = tmp_path / "kept.json.gz"
    file.write_bytes(packed)
    back, said = unpack(file, basis.inquiry.day)
    assert back == basis
    assert said == digest == read_digest(file)
    assert pack(back) == (packed, digest)
    for style in (Style(Words(Language.EN), Colors.US), Style(Words(Language.JA), Colors.JP)):
        page, again = (Html(style).render(pipeline.remake(one)) for one in (basis, back))
        assert page == again


def test_the_file_can_be_read_without_us(tmp_path: Path) -> None:
    file = tmp_path / "kept.json.gz"
    file.write_bytes(pack(sampled())[0])
    head, body = gzip.decompress(file.read_bytes()).splitlines()
    assert json.loads(head) == {"format": 1, "sha256": sha256(body).hexdigest()}
    # The close that the newspapers of 28 January 2025 printed.
    bars = {bar["session"]: bar for bar in json.loads(body)["held"]["bars"]["NVDA"]["Bars"]["bars"]}
    assert bars["2025-01-27"]["close"] == "118.42"


def test_no_time_of_the_machine_stands_in_it() -> None:
    assert pack(sampled())[0][4:8] == bytes(4)  # RFC 1952 §2.3.1: MTIME


def lines(head: Any, body: Any) -> bytes:  # noqa: ANN401 -- JSON
    return gzip.compress(f"{json.dumps(head)}\n{json.dumps(body)}\n".encode(), mtime=0)


def signed(body: Any) -> bytes:  # noqa: ANN401 -- JSON
    text = json.dumps(body)
    return lines({"format": 1, "sha256": sha256(text.encode()).hexdigest()}, body)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ""),
        (b"\0" * 100, "Not a gzipped file"),
        (pack(sampled())[0][:2000], "end-of-stream"),
        (pack(sampled())[0][:-1], ""),
        (gzip.compress(b"no JSON\n{}", mtime=0), "Expecting value"),
        (gzip.compress(b"[" * 100_000, mtime=0), ""),
        (gzip.compress(b"\xff\n{}", mtime=0), ""),
        (lines({"format": 2, "sha256": "0"}, {}), "format 2"),
        (lines([], {}), "format None"),
        (lines({"format": 1}, {}), "no hash"),
        (lines({"format": 1, "sha256": "0" * 64}, {}), "was changed"),
        (signed({}), "the field command, cut, held, inquiry is missing"),
        (signed([]), "[] is no dict"),
    ],
)
def test_damage_is_told_with_the_files_name(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "2025-01-27.json.gz"
    file.write_bytes(content)
    with pytest.raises(FileError) as caught:
        unpack(file, MONDAY)
    assert caught.value.message.startswith(f"{file}: cannot be read: ")
    assert said in caught.value.message


@settings(max_examples=50)
@given(st.data())
def test_no_byte_may_be_changed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    packed = pack(sampled())[0]
    # From the tenth on: before it stand the fields of gzip that nobody reads.
    at = data.draw(st.integers(10, len(packed) - 1))
    file = tmp_path_factory.getbasetemp() / "changed.json.gz"
    file.write_bytes(
        packed[:at] + bytes([packed[at] ^ data.draw(st.integers(1, 255))]) + packed[at + 1 :]
    )
    with pytest.raises(FileError):
        unpack(file, MONDAY)


def test_a_file_that_is_not_there_is_told_too(tmp_path: Path) -> None:
    file = tmp_path / "2025-01-27.json.gz"
    with pytest.raises(FileError, match="No such file"):
        read_digest(file)
    with pytest.raises(FileError, match="No such file"):
        unpack(file, MONDAY)


def test_what_is_kept_of_another_date_is_no_page_of_this(tmp_path: Path) -> None:
    file = tmp_path / "2025-01-28.json.gz"
    file.write_bytes(pack(sampled())[0])
    with pytest.raises(FileError, match="it is of 2025-01-27"):
        unpack(file, TUESDAY)


def test_a_small_file_may_not_fill_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "2025-01-27.json.gz"
    head = gzip.compress(b'{"format": 1, "sha256": "' + b"0" * 64 + b'"}\n', mtime=0)
    megabyte = gzip.compress(bytes(1 << 20))
    file.write_bytes(head + megabyte * 512)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match="was changed"):
            unpack(file, MONDAY)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1.5 * (1 << 28)
