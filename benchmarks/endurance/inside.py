"""Many runs within one process, as a test or a server would make them: what is never given back.

Prints one line of JSON: memory in bytes, file descriptors and threads after the first tenth of the
runs and at the end. Started by `endure.py` in the environment of its runs.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def _usage() -> dict[str, int]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if sys.platform == "linux" else 0
    fds = len(os.listdir("/dev/fd")) if Path("/dev/fd").is_dir() else 0  # noqa: PTH208 -- no files
    memory = pages * os.sysconf("SC_PAGE_SIZE")
    return {"memory": memory, "fds": fds, "threads": threading.active_count()}


def _run(args: list[str]) -> int:
    from deepseek_shock.cli.app import run

    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        return run(args)


def main() -> None:
    """Run the commands in turn so many times: `inside.py TIMES JSON-LIST-OF-ARGUMENT-LISTS`."""
    times, commands = int(sys.argv[1]), json.loads(sys.argv[2])
    turns = [commands[number % len(commands)] for number in range(times)]
    # What is loaded once and kept is there after each command's second turn.
    settled = max(times // 10, 2 * len(commands))
    codes = [_run(args) for args in turns[:settled]]
    first = _usage()
    codes += [_run(args) for args in turns[settled:]]
    print(json.dumps({"first": first, "last": _usage(), "codes": sorted(set(codes))}))


if __name__ == "__main__":
    main()
