"""A program the tests run beside themselves: it forks, and kills the fork while that adds plays.

Run as ``python -m tests.history.workers``; it answers each line of JSON with one. What is killed is
a process of its own, but one that has its imports behind it: they take longer than it lives.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from typing import Any

import deltalake  # noqa: F401 - its threads begin at its first use, so that none is forked along
import pandas as pd

from spotify_analysis.history import History


def add(about: dict[str, Any], telling: int) -> None:
    """Add downloads one after another, and tell which are in."""
    keep = History(about["folder"], time_zone="UTC")
    os.write(telling, b"ready\n")
    for download in about["downloads"]:
        keep.add(pd.read_pickle(download))
        os.write(telling, f"{download}\n".encode())


def killed(about: dict[str, Any]) -> dict[str, Any]:
    """Add in a fork, kill that after a while, and give what it had told and how it ended."""
    reading, telling = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            add(about, telling)
            code = 0
        except BaseException:  # noqa: BLE001 - a fork must not go on as if it were its parent
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(telling)
    with os.fdopen(reading, encoding="utf-8") as told:
        is_ready = told.readline() == "ready\n"
        time.sleep(about["after_s"])
        os.kill(pid, signal.SIGKILL)  # its number is nobody else's before it is waited for
        added = told.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"is_ready": is_ready, "added": added, "code": code}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(killed(json.loads(line))) + "\n")
        sys.stdout.flush()
