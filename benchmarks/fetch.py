"""Time a report of 40 tickers from Yahoo against `yf.download` of the same, on loopback.

Both talk to the tests' fake of Yahoo, which answers each chart after a set time, as whole
processes and in turn; what counts is the ratio of the medians. Needs the test environment
(`make test`): .venv/bin/python benchmarks/fetch.py --latency 200
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deepseek_shock.providers.sample import sample_directory
from tests.fakes.proxy import serve
from tests.fakes.yahoo import Yahoo, charts

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOCK = str(Path(sys.executable).parent / "shock")
DOWNLOAD = """
import sys, yfinance
frame = yfinance.download(sys.argv[1:], start="2025-01-13", end="2025-02-04", auto_adjust=False,
                          threads=True, progress=False)
print(frame["Close"].loc["2025-01-27"].notna().sum())
"""


def tickers(number: int) -> list[str]:
    """Return half US shares, half Tokyo ones."""
    shares = [ticker for ticker in sample_directory() if not ticker.startswith("^")]
    american = [ticker for ticker in shares if not ticker.endswith(".T")]
    japanese = [ticker for ticker in shares if ticker.endswith(".T")]
    return [*american[: number // 2], *japanese[: number - number // 2]]


def commands(watched: list[str]) -> dict[str, list[str]]:
    """Return what is timed."""
    listed = ",".join(watched)
    report = [SHOCK, "report", "--date", "2025-01-27", "--source", "yahoo", "--tickers", listed]
    return {
        "shock report --source yahoo": report,
        "yf.download": [sys.executable, "-W", "ignore", "-c", DOWNLOAD, *watched],
    }


def run_once(command: list[str], env: Mapping[str, str]) -> float:
    """Run a command with an empty home and return the seconds it took."""
    with tempfile.TemporaryDirectory() as home:
        clean = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LC_ALL": "C.UTF-8"}
        start = time.perf_counter()
        subprocess.run(
            command,
            cwd=home,
            env=clean | dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # yfinance's warnings
            check=True,
        )
        return time.perf_counter() - start


def main() -> None:
    """Print a row a command, and the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tickers", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--latency", type=int, default=200, help="ms a request (default: 200)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each (default: 5)")
    args = parser.parse_args()
    timed = commands(tickers(args.tickers))
    times: dict[str, list[float]] = {title: [] for title in timed}
    requests: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.rounds):
            for title, command in timed.items():
                handler = Yahoo(latency=args.latency / 1000)
                with serve({"*.yahoo.com": handler}, folder=Path(folder)) as proxy:
                    times[title].append(run_once(command, proxy.env))
                    requests[title] = len(charts(proxy.log))
    medians = {title: statistics.median(taken) for title, taken in times.items()}
    print(f"{args.tickers} tickers, {args.latency} ms a chart, {args.rounds} rounds\n")
    print("| command | median s | charts asked for |\n| :-- | --: | --: |")
    for title, median in medians.items():
        print(f"| {title} | {median:.2f} | {requests[title]} |")
    ours, theirs = medians.values()
    print(f"\nratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
