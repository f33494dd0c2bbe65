"""Every reader of a file or of a vendor's answer, as a function of bytes.

Whatever the bytes, it returns, or raises what the product promises (`ShockError` and its kin, which
are swallowed here). Anything else that comes out is a bug. For the tests beside this file and for
`scripts/fuzz.py`.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from deepseek_shock.errors import ShockError
from deepseek_shock.market.bars import Origin
from deepseek_shock.market.instrument import make_instrument
from deepseek_shock.providers.base import Wanted
from deepseek_shock.providers.chart import Refused, read_chart
from deepseek_shock.providers.sample import sample_directory

Reader = Callable[[bytes], object]

DAY = date(2025, 1, 27)
ORIGIN = Origin("yahoo", "2025-02-03T00:00:00+00:00")
WANTED = Wanted(date(2025, 1, 24), DAY, date(2024, 1, 2), {"XNYS": (date(2025, 1, 24), DAY)})
PROMISED = (ShockError, Refused)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="shock-hostile-")


def _place(name: str) -> Path:
    return Path(_folder().name, name)


def _of_file(name: str, read: Callable[[Path], object]) -> Reader:
    """Make a reader of bytes of a reader of a file."""

    def reader(content: bytes) -> object:
        file = _place(name)
        file.write_bytes(content)
        with suppress(*PROMISED):
            return read(file)
        return None

    return reader


# --- our own TOML ---


def _watchlist(file: Path) -> object:
    from deepseek_shock.watchlists import read_watchlist

    return read_watchlist(file, sample_directory())


def _event(file: Path) -> object:
    from deepseek_shock.eventfiles import read_event

    return read_event(file)


def _style(file: Path) -> object:
    from deepseek_shock.render.houses import read_house

    return read_house(file)


def _index_table(file: Path) -> object:
    from deepseek_shock.indextables import read_index_table

    return read_index_table(file, sample_directory())


def _configuration(file: Path) -> object:
    from deepseek_shock.cli import config

    return config._read(file)  # noqa: SLF001 -- the public function takes the folder's own file


_INDEX_HEAD = (
    'index = "^N225"\nweighting = "price"\nsource = "x"\nconstituents = "members.csv"\n'
    "[[divisors]]\ndivisor = 29.9\nfrom = 2020-01-01\n"
)


def _members(file: Path) -> object:
    table = file.with_name("members-index.toml")
    table.write_text(_INDEX_HEAD, encoding="utf-8")
    return _index_table(table)


# --- tables ---


def _bars(file: Path) -> object:
    from deepseek_shock.providers.files import Files

    shares = [make_instrument("NVDA"), make_instrument("5803.T")]
    return Files(file, ORIGIN.retrieved).fetch(shares, WANTED)


def _rates(file: Path) -> object:
    from deepseek_shock.providers.rates import read_rates

    return read_rates(file)


def _events(file: Path) -> object:
    from deepseek_shock.studyfiles.events import read_events

    return read_events(file)


def _factors(file: Path) -> object:
    from deepseek_shock.studyfiles.factors import read_factors

    return read_factors(file)


def _returns(file: Path) -> object:
    from deepseek_shock.studyfiles.checks import Reading
    from deepseek_shock.studyfiles.headers import Meaning
    from deepseek_shock.studyfiles.series import read_series

    return read_series(file, Reading(Meaning.RETURN))


def _scan_head(file: Path) -> object:
    from deepseek_shock.scan.reading import DamagedFileError
    from deepseek_shock.scan.rows.files import DataFile, FileKind
    from deepseek_shock.scan.rows.texthead import read_head
    from deepseek_shock.scan.rows.textlines import look_through

    with suppress(DamagedFileError):
        one = DataFile(file.name, str(file), FileKind.TEXT, file.stat().st_size)
        return read_head(one), look_through(file.name, str(file))
    return None


# --- what the product itself has written, or somebody in its place ---


def _kept(body: bytes) -> object:
    """Read a kept basis whose hash is right, whoever reckoned it."""
    from deepseek_shock.site.kept import FORMAT, unpack

    head = json.dumps({"format": FORMAT, "sha256": sha256(body).hexdigest()}).encode()
    return _of_file("kept.json.gz", lambda file: unpack(file, DAY))(
        gzip.compress(head + b"\n" + body + b"\n", mtime=0)
    )


def _kept_file(file: Path) -> object:
    from deepseek_shock.site.kept import read_digest, unpack

    with suppress(ShockError):
        read_digest(file)
    return unpack(file, DAY)


def _site(content: bytes) -> object:
    from deepseek_shock.site.folder import Folder

    folder = Folder(_place("site"))
    folder.site.parent.mkdir(parents=True, exist_ok=True)
    folder.site.write_bytes(content)
    folder.entry(DAY).write_bytes(content)
    site = None
    with suppress(ShockError):
        site = folder.read_site()
    return folder.read_entry(DAY) or site


def _manifest(content: bytes) -> object:
    """Read a pack's manifest, as it is and with the proof that it should have."""
    from deepseek_shock.scan.packs import manifest

    with suppress(ShockError):
        manifest.decode(_place("manifest.json"), content)
    with suppress(ValueError, RecursionError, AttributeError, TypeError):
        said = json.loads(content)
        said.pop("sha256", None)
        proved = said | {"sha256": manifest._prove(said)}  # noqa: SLF001 -- what a forger would do
        content = json.dumps(proved).encode()
    with suppress(ShockError):
        return manifest.decode(_place("manifest.json"), content)
    return None


def _capsule(file: Path) -> object:
    from deepseek_shock.capsule.reading import read_capsule

    return read_capsule(file)


def _zipped(content: bytes) -> object:
    """Read a capsule whose only fault is in its basis."""
    from deepseek_shock.capsule.archive import write_archive

    whole = write_archive({"capsule.json": content, "basis.json": content})
    return _of_file("zipped.zip", _capsule)(whole)


# --- vendors ---


def _yahoo(content: bytes) -> object:
    with suppress(ValueError, RecursionError):  # as the session does: "not JSON"
        return read_chart(json.loads(content), make_instrument("NVDA"), DAY, ORIGIN)
    return None


def _jquants(content: bytes) -> object:
    from deepseek_shock.providers import jquants_http
    from deepseek_shock.providers.assemble import assemble
    from deepseek_shock.providers.jquants_rows import read_rows

    share = make_instrument("5803.T")
    with suppress(*PROMISED):
        rows: list[Any] = jquants_http._rows_of(jquants_http._parse(content))  # noqa: SLF001 -- behind the wire
        return assemble(share, read_rows(share, rows, date(2024, 1, 2), DAY), ORIGIN)
    return None


def _font(file: Path) -> object:
    from deepseek_shock.render.fontfile import read_face

    return read_face(file)


def _mailbox(content: bytes) -> object:
    from deepseek_shock.render.mailbox import parse_mailboxes

    with suppress(ShockError):
        return parse_mailboxes(content.decode(errors="surrogateescape"), "--to")
    return None


READERS: dict[str, Reader] = {
    "watchlist": _of_file("watchlist.toml", _watchlist),
    "event": _of_file("event.toml", _event),
    "style": _of_file("style.toml", _style),
    "index_table": _of_file("index.toml", _index_table),
    "configuration": _of_file("shock.toml", _configuration),
    "constituents": _of_file("members.csv", _members),
    "bars_csv": _of_file("NVDA.csv", _bars),
    "bars_parquet": _of_file("NVDA.parquet", _bars),
    "rates": _of_file("fx.csv", _rates),
    "study_events": _of_file("events.csv", _events),
    "factors": _of_file("factors.csv", _factors),
    "returns": _of_file("returns.csv", _returns),
    "scan_text": _of_file("history.csv", _scan_head),
    "kept": _kept,
    "kept_file": _of_file("file.json.gz", _kept_file),
    "site": _site,
    "pack_manifest": _manifest,
    "capsule": _of_file("capsule.zip", _capsule),
    "capsule_parts": _zipped,
    "yahoo": _yahoo,
    "jquants": _jquants,
    "font": _of_file("font.ttf", _font),
    "mailbox": _mailbox,
}
"""The readers by name: what `scripts/fuzz.py` calls its targets."""


def parquet(columns: dict[str, Any]) -> bytes:
    """Return a Parquet file of these columns."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    out = BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def chart_answer() -> dict[str, Any]:
    """Return an answer of Yahoo's chart of two sessions of NVDA, as the vendor lays it out."""
    stamps = [int(datetime(2025, 1, day, 14, 30, tzinfo=UTC).timestamp()) for day in (24, 27)]
    quote = {name: [142.62, 118.42] for name in ("open", "high", "low", "close")}
    meta = {
        "symbol": "NVDA",
        "currency": "USD",
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": stamps[-1] + 6 * 86400,
        "priceHint": 2,
    }
    events = {
        "splits": {"a": {"date": stamps[0], "numerator": 10, "denominator": 1}},
        "dividends": {"a": {"date": stamps[0], "amount": 0.01}},
    }
    indicators = {"quote": [quote | {"volume": [100, 200]}]}
    result = {"meta": meta, "timestamp": stamps, "indicators": indicators, "events": events}
    return {"chart": {"result": [result], "error": None}}


def rows_answer() -> dict[str, Any]:
    """Return an answer of J-Quants' daily bars of two sessions of 5803, as laid out there."""
    row = {"Code": "58030", "O": 1, "H": 2, "L": 1, "C": 2.5, "Vo": 100, "AdjFactor": 1.0}
    return {"data": [row | {"Date": day} for day in ("2025-01-24", "2025-01-27")]}


SEEDS: dict[str, bytes] = {
    "watchlist": b'id="x"\ntitle={en="T",ja="T"}\nindexes=["^N225"]\n[names]\nNVDA="N"\n'
    b'[[groups]]\nid="g"\ntitle="G"\ntickers=["NVDA","5803.T","VOD.L"]\n[exchanges]\nXLON=["VOD.L"]\n'
    b'[market]\ntitle="m"\nexchange="XNYS"\nlisted=9\nas_of=2025-01-01\nsource="s"\n',
    "event": b'id="x"\nname="n"\ndate=2025-01-27\nat=2025-01-25T00:00:00Z\nwatchlist="deepseek"\n'
    b'leads=["NVDA"]\n[sessions]\nXTKS=2025-01-27\n[[focus]]\ncalendar="XNYS"\ngroups=["g"]\n'
    b'title="t"\nnoun="n"\n[fact]\nsaid="s"\nsource="s"\nurl="https://example.org/"\n'
    b'[context]\nopening="o"\nclosing="c"\n[[context.points]]\nheading="h"\nbody="b"\n',
    "style": b'decimals=1\nrounding="down"\nminus="-"\n[words.en]\n"section.gaps"="x"\n',
    "index_table": b'index="^N225"\nweighting="price"\nsource="s"\n[[divisors]]\ndivisor=29.9\n'
    b'from=2020-01-01\n[[constituents]]\nticker="5803.T"\nfactor=1\nfrom=2020-01-01\n',
    "configuration": b'[report]\ntop=5\nlang="ja"\n[jquants]\nkey="k"\n[publish]\ntitle="t"\n',
    "constituents": b"ticker,factor,from,until,name_en,name_ja\n5803.T,1,2020-01-01,,F,F\n",
    "bars_csv": b"ticker,date,open,high,low,close,volume,split\n"
    b"NVDA,2025-01-24,148.37,148.97,141.88,142.62,234657600,\n"
    b"NVDA,2025-01-27,124.80,128.40,116.70,118.42,818830900,10:1\n",
    "rates": b"pair,day,close,source\nUSDJPY,2025-01-27,154.49,x\n",
    "study_events": b"id,instrument,date,group\na,NVDA,2025-01-27,g\n",
    "factors": b"date,Mkt-RF,SMB,HML,RF\n2025-01-27,0.01,0.02,-0.01,0.0001\n",
    "returns": b"instrument,date,return\nNVDA,2025-01-27,-0.1697\n",
    "scan_text": b"ticker,date,close\nNVDA,2025-01-24,142.62\nNVDA,2025-01-27,118.42\n",
    "kept": b'{"inquiry":{"day":"2025-01-27"}}',
    "site": b'{"format":1,"lang":"en","title":"t","url":null,'
    b'"id":"urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"}',
    "pack_manifest": b'{"kind":"shock pack","format":1,"source_layout":"ordered","repeated":0,'
    b'"disputed":0,"rows":1,"tickers":1,"columns":{"close":"c"},"origins":[],"omitted":[],'
    b'"parts":[{"file":"part-00000-00000000.parquet","rows":1,"tickers":1,"first_ticker":"A",'
    b'"last_ticker":"A","first_session":"2025-01-27","last_session":"2025-01-27","size":1,'
    b'"sha256":""}],"days":null}',
    "capsule_parts": b'{"format":1}',
    "yahoo": json.dumps(chart_answer()).encode(),
    "jquants": json.dumps(rows_answer()).encode(),
    "font": b"\0\1\0\0\0\2\0\0\0\0\0\0name\0\0\0\0\0\0\0\x2c\0\0\0\x20OS/2",
    "mailbox": b'"News, Desk" <news@example.com>, "a..b"@example.jp',
}
"""For each reader that has one, a sound file from which a fuzzer may set out."""
