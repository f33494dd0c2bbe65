"""Every reader over bytes that nobody would write: a value or a promised error, and soon.

`SHOCK_FUZZ=500` goes through so many inputs a reader; `scripts/fuzz.py` goes by coverage.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.hostile.readers import READERS, SEEDS, chart_answer, parquet, rows_answer

COUNT = int(os.environ.get("SHOCK_FUZZ", "12"))
few = settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

# What is put into a sound file in place of a part of it.
PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            *(
                b"\0",
                b"\xff\xfe",
                b"\xef\xbb\xbf",
                b"\r",
                b"\n\n",
                b'"',
                b"'''",
                b",,,",
                b"\x1f\x8b",
            ),
            *(b"9" * 5000, b"1e999999999", b"-0", b"nan", b"inf", b"0x" + b"f" * 4000, b"1_0"),
            *(b"9999-12-31", b"0001-01-01", b"0000-00-00", b"2025-02-30T25:61:61+99:99"),
            *(b"[" * 3000, b"{" * 3000, b'{"a":' * 3000, b"null", b"true", b'"\\ud800"'),
            *("\u202e\u2066\ufeff".encode(), b"\x1b[31m", b"../../../etc/passwd", b"/dev/zero"),
            *(b"=1+1", b"<script>", b"a." * 3000, b"{0.__class__}", b"%s%n", b"'" * 9),
        ]
    ),
)


@st.composite
def mutated(draw: st.DrawFn, sound: bytes) -> bytes:
    """Draw a sound file in which up to four parts are others."""
    content = sound
    for _ in range(draw(st.integers(1, 4))):
        begins = draw(st.integers(0, len(content)))
        ends = min(len(content), begins + draw(st.integers(0, 12)))
        content = content[:begins] + draw(PIECES) + content[ends:]
    return content


@pytest.mark.parametrize("name", READERS)
def test_a_reader_returns_or_says_what_is_wrong(name: str) -> None:
    read = READERS[name]

    @seed(8)
    @few
    @given(st.one_of(mutated(SEEDS.get(name, b"")), st.binary(max_size=200)))
    def check(content: bytes) -> None:
        read(content)

    check()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**30), 1e308, 5e-324, -0.0, float("nan"), float("inf")])
    | st.text(max_size=5)
    | st.sampled_from(["2025-01-27", "NVDA", "\ud800", "1E+99999", "58030"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def answers(draw: st.DrawFn, sound: dict[str, Any]) -> bytes:
    """Draw a vendor's answer in which one value is another, wherever it stands, or is not there."""
    answer = json.loads(json.dumps(sound))
    place: Any = answer
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        if draw(st.integers(0, 5)):
            place[key] = draw(JSON)
        else:
            del place[key]
        return json.dumps(answer).encode()


@pytest.mark.parametrize(
    ("name", "sound"), [("yahoo", chart_answer()), ("jquants", rows_answer())], ids=str
)
def test_a_vendor_may_answer_anything(name: str, sound: dict[str, Any]) -> None:
    @seed(8)
    @settings(few, max_examples=10 * COUNT)
    @given(answers(sound))
    def check(content: bytes) -> None:
        READERS[name](content)

    check()


CELLS = st.one_of(
    st.lists(st.floats(), min_size=2, max_size=2),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=2),
    st.lists(st.text(max_size=5).filter(lambda one: one.isprintable()), min_size=2, max_size=2),
    st.lists(st.datetimes(), min_size=2, max_size=2),
    st.lists(st.dates(), min_size=2, max_size=2),
    st.lists(st.none(), min_size=2, max_size=2),
    st.lists(st.lists(st.integers(0, 9), max_size=2), min_size=2, max_size=2),
    st.lists(st.binary(max_size=4), min_size=2, max_size=2),
)
NAMES = st.sampled_from(
    ["date", "close", "ticker", "volume", "split", "return", "instrument", "('Close', 'NVDA')"]
) | st.sampled_from(["('" + "(" * 500, "('" + "-" * 9000 + "1", "id", "Mkt-RF", "", "\u202e"])


@pytest.mark.parametrize("name", ["bars_parquet", "study_events", "factors", "returns", "rates"])
def test_a_parquet_file_may_hold_anything(name: str) -> None:
    @seed(8)
    @few
    @given(st.dictionaries(NAMES, CELLS, max_size=5))
    def check(columns: dict[str, Any]) -> None:
        READERS[name](parquet(columns))

    check()


@pytest.mark.parametrize("name", SEEDS)
def test_every_seed_is_what_its_reader_takes(name: str) -> None:
    if name not in {"font", "capsule_parts", "kept"}:  # of these a beginning is enough
        assert READERS[name](SEEDS[name]) is not None
