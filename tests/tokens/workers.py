"""Programs the tests run beside themselves: a small one forks, so that no thread is forked along.

Run as ``python -m tests.tokens.workers COMMAND JSON``; the answer is JSON on the last line.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spotify_analysis import tokens


def new_store(about: dict[str, Any]) -> tokens.TokenStore:
    """Make the store that a test names."""
    return tokens.store_for(about["store"], data_dir=Path(about["data_dir"]), key=about["key"])


def child(run: Callable[[], None]) -> int:
    """Run something in a forked process and give its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        run()
        code = 0
    finally:
        os._exit(code)


def killed_savings(about: dict[str, Any]) -> dict[str, Any]:
    """Kill a program in the middle of a save, many times; count what is left of the record."""
    store = new_store(about)
    app = about["app"]
    chance = random.Random(about["seed"])
    store.save(tokens.Token("BQ-0", "AQ-0", 1.0, frozenset(), 1.0, app))
    counts = {"kills": 0, "old": 0, "new": 0, "neither": 0, "left": 0}
    # how long a save takes here, so that kills fall into it
    began = time.perf_counter()
    for _ in range(5):
        store.save(tokens.Token("BQ-0", "AQ-0", 1.0, frozenset(), 1.0, app))
    usual_s = (time.perf_counter() - began) / 5
    for n in range(1, about["n"] + 1):
        reading, writing = os.pipe()

        def save(n: int = n, writing: int = writing) -> None:
            own = new_store(about)
            os.write(writing, b"!")
            own.save(tokens.Token(f"BQ-{n}", "AQ-" + "x" * 2000, 1.0,
                                  frozenset(), 1.0, app))  # fmt: skip

        before = store.load(app)
        pid = child(save)
        os.read(reading, 1)
        time.sleep(chance.uniform(0, 1.2 * usual_s))
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)
        counts["kills"] += 1
        try:
            after = store.load(app)
        except Exception:  # noqa: BLE001 - counted
            after = None
        if after is None:
            counts["neither"] += 1
            store.save(tokens.Token("BQ-0", "AQ-0", 1.0, frozenset(), 1.0, app))
        elif after == before:
            counts["old"] += 1
        elif after.access_token == f"BQ-{n}":
            counts["new"] += 1
        else:
            counts["neither"] += 1
    store.save(tokens.Token("BQ-0", "AQ-0", 1.0, frozenset(), 1.0, app))
    if isinstance(store, tokens.FileStore):
        counts["left"] = len(list(store.folder.glob(".*.new")))
    return counts


def refreshing(about: dict[str, Any]) -> dict[str, Any]:
    """Let several processes need the same refresh at once, round after round."""
    import requests

    from spotify_analysis import auth, config

    settings = config.Settings(
        client_id=about["app"], accounts_url=about["accounts_url"], api_url=about["api_url"],
        data_dir=Path(about["data_dir"]), cache_dir=Path(about["data_dir"]),
        store=about["store"], key=about["key"],
    )  # fmt: skip

    def work(go: int, done: int) -> None:
        store = new_store(about)
        while os.read(go, 1):
            try:
                login = auth.Login(settings, store)
                said = login.token().access_token
            except Exception as exc:  # noqa: BLE001 - told
                said = f"error {type(exc).__name__}: {exc}"
            os.write(done, (str(said)[:900] + "\n").encode())

    done_in, done_out = os.pipe()
    starts: list[int] = []
    workers = []
    for _ in range(about["processes"]):
        go_in, go_out = os.pipe()
        starts.append(go_out)

        def run(go_in: int = go_in) -> None:
            # so that they end when the one that steers them does
            for one in starts:
                os.close(one)
            work(go_in, done_out)

        workers.append(child(run))
        os.close(go_in)
    os.close(done_out)
    store = new_store(about)
    rounds = []
    failures: list[str] = []
    with requests.Session() as steering, os.fdopen(done_in, "rb") as answers:
        steering.trust_env = False
        asked = _n_requests(steering, about)
        for _ in range(about["rounds"]):
            saved = store.load(about["app"])
            assert saved is not None
            store.save(_expired(saved))
            for start in starts:
                os.write(start, b"!")
            said = [answers.readline().decode().strip() for _ in workers]
            failures += [one for one in said if one.startswith("error")]
            now = _n_requests(steering, about)
            rounds.append({"requests": now - asked, "tokens": len(set(said))})
            asked = now
    for start in starts:
        os.close(start)
    codes = [os.waitpid(pid, 0)[1] for pid in workers]
    return {
        "rounds": len(rounds),
        "requests": sorted({one["requests"] for one in rounds}),
        "tokens": sorted({one["tokens"] for one in rounds}),
        "failures": len(failures),
        "first": failures[:3],
        "codes": sorted(set(codes)),
    }


def _expired(token: tokens.Token) -> tokens.Token:
    import dataclasses

    return dataclasses.replace(token, expires_at=time.time() - 10)


def _n_requests(steering: Any, about: dict[str, Any]) -> int:
    answer = steering.get(about["accounts_url"] + "/_demo/requests", timeout=30)
    return sum(one["path"] == "/api/token" for one in answer.json())


def holding(about: dict[str, Any]) -> dict[str, Any]:
    """Take the lock and keep it until the end."""
    with new_store(about).lock(about["app"]):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        sys.stdin.read()
    return {}


def forking(about: dict[str, Any]) -> dict[str, Any]:
    """Use a store, fork, and use it in both processes; once while the lock is held."""
    store = new_store(about)
    app = about["app"]

    def save(owner: str) -> None:
        store.save(tokens.Token(f"BQ-{owner}", "AQ", 1.0, frozenset(), 1.0, app), owner)

    save("before")
    codes = []
    pid = child(lambda: save("child"))
    codes.append(os.waitpid(pid, 0)[1])
    with store.lock(app, "waited-for"):
        pid = child(lambda: save("waited-for"))
        time.sleep(0.3)
        early = os.waitpid(pid, os.WNOHANG)[0] != 0
        save("parent")
    codes.append(os.waitpid(pid, 0)[1])
    owners = ("before", "child", "waited-for", "parent")
    return {"codes": codes, "early": early, "kept": [bool(store.load(app, o)) for o in owners]}


def refresh_without_saving(about: dict[str, Any]) -> dict[str, Any]:
    """Refresh, and be killed between Spotify's answer and the save."""
    from spotify_analysis import auth, config

    settings = config.Settings(
        client_id=about["app"], accounts_url=about["accounts_url"], api_url=about["api_url"],
        data_dir=Path(about["data_dir"]), cache_dir=Path(about["data_dir"]),
        store=about["store"], key=about["key"],
    )  # fmt: skip
    store = new_store(about)

    def save(_token: tokens.Token, _owner: str = "") -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    store.save = save  # type: ignore[method-assign]
    auth.Login(settings, store).token()
    return {}


COMMANDS = {
    "killed_savings": killed_savings,
    "refreshing": refreshing,
    "holding": holding,
    "forking": forking,
    "refresh_without_saving": refresh_without_saving,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](json.loads(sys.argv[2]))) + "\n")
