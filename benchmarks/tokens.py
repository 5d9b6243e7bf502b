"""Keeping a login: our file store against spotipy's own file handler, in one run.

Counted are losses, not seconds: what another user can read while a token is saved, what is left
after `kill -9` and on a full disk, how many refreshes fail when two programs need one at once and
Spotify rotates refresh tokens, and how damaged files are taken. POSIX only; a second user is tried
only as root.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import logging
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests
from spotipy.cache_handler import CacheFileHandler
from spotipy.oauth2 import SpotifyPKCE

from spotify_analysis import auth, config, tokens

APP = "0123456789abcdef0123456789abcdef"
SERVER = """
import sys
from spotify_analysis import demo
from spotify_analysis.demo import listener
with demo.Server(listener.listener(1), rotate_refresh_tokens=True, auto_approve=True) as server:
    print(server.url, server.client_id, flush=True)
    sys.stdin.read()
"""
# Another user: reads all it can until it is told to stop, and says whose tokens it has seen.
POLLER = """
import os, re, sys, time
os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.set_blocking(0, False)
seen, done = set(), False
print("ready", flush=True)
while not done:
    try:
        for name in os.listdir(sys.argv[1]):
            try:
                with open(os.path.join(sys.argv[1], name), "rb") as file:
                    # once open it can be read, also after it has been closed to others
                    for _ in range(20):
                        found = re.findall(rb"BQ-[0-9]+", file.read())
                        seen.update(found)
                        if found:
                            break
                        time.sleep(0.0002)
            except OSError:
                pass
    except OSError:
        pass
    try:
        done = os.read(0, 1) == b""
    except BlockingIOError:
        pass
print(len(seen))
"""


class Spotipy:
    """spotipy's handler, as its documentation uses it."""

    name = f"spotipy {importlib.metadata.version('spotipy')}"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755, exist_ok=True)
        self.path = folder / ".cache"
        self.handler = CacheFileHandler(cache_path=str(self.path))

    def save(self, number: int) -> None:
        info = {"access_token": f"BQ-{number}", "refresh_token": "AQ" * 60, "scope": "",
                "expires_at": int(time.time()) + 3600, "token_type": "Bearer"}  # fmt: skip
        self.handler.save_token_to_cache(info)

    def access_token(self) -> str | None:
        info = self.handler.get_cached_token()
        return None if info is None else info["access_token"]

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


class Ours:
    """Our store, unsealed: what is compared is the file."""

    name = "spotify_analysis"

    def __init__(self, folder: Path) -> None:
        self.store = tokens.FileStore(folder)
        self.path = self.store.path(APP)

    def save(self, number: int) -> None:
        self.store.save(
            tokens.Token(f"BQ-{number}", "AQ" * 60, time.time() + 3600, frozenset(), 1.0, APP)
        )

    def access_token(self) -> str | None:
        token = self.store.load(APP)
        return None if token is None else str(token.access_token)

    def clear(self) -> None:
        self.store.clear(APP)


Way = type[Spotipy] | type[Ours]
WAYS: tuple[Way, ...] = (Spotipy, Ours)


@contextlib.contextmanager
def common_folder() -> Iterator[Path]:
    """Make a folder that every user may look into."""
    folder = Path(tempfile.mkdtemp(prefix="spotify-analysis-bench-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def child(run: Callable[[], None]) -> int:
    """Run something in a forked process; it answers 0, or 7 where it raised."""
    pid = os.fork()
    if pid:
        return pid
    code = 7
    with contextlib.suppress(Exception):
        run()
        code = 0
    os._exit(code)


def another_user(way: Way, n: int) -> str:
    """Save for the first time, again and again, while another user looks."""
    if os.geteuid() != 0:
        return "not measured: only root can be a second user"
    with common_folder() as folder:
        place = folder / "logins"
        kept = way(place)
        kept.save(0)
        kept.clear()
        poller = subprocess.Popen(
            [sys.executable, "-I", "-c", POLLER, str(place)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/",
        )  # fmt: skip
        assert poller.stdout is not None
        poller.stdout.readline()
        for number in range(1, n + 1):
            kept.save(number)
            kept.clear()
        said, _ = poller.communicate()
    return f"{int(said):,} of {n:,} tokens read"


def killed(way: Way, n: int) -> str:
    """Kill a program that saves, and count the files that hold no token."""
    chance = random.Random(3)
    n //= 2
    lost = 0
    with common_folder() as folder:
        kept = way(folder / "logins")
        for _ in range(n):
            kept.save(0)

            def run() -> None:
                own = way(folder / "logins")
                while True:
                    own.save(1)

            pid = child(run)
            time.sleep(chance.uniform(0.001, 0.006))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            with warnings.catch_warnings(action="ignore"):
                lost += kept.access_token() is None
    return f"{lost:,} of {n:,} tokens lost"


def full_disk(way: Way, _n: int) -> str:
    """Save where the operating system cuts the file off, as a full disk does."""
    with common_folder() as folder:
        kept = way(folder / "logins")
        kept.save(1)

        def run() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
            kept.save(2)

        status = os.waitstatus_to_exitcode(os.waitpid(child(run), 0)[1])
        with warnings.catch_warnings(action="ignore"):
            after = kept.access_token()
    return ("old token kept" if after == "BQ-1" else "old token gone") + (
        ", error raised" if status else ", program goes on"
    )


def two_refresh(way: Way, n: int) -> str:
    """Let two programs need a refresh at the same moment; the server rotates refresh tokens."""
    n = max(n // 40, 5)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        url, app = server.stdout.readline().split()
        with common_folder() as folder:
            failed = sum(one_refresh(way, url, app, folder / str(number)) for number in range(n))
        asked = n_refreshes(url) - n  # one exchange of a code each
    finally:
        server.communicate()
    return f"{failed:,} of {n:,} times one failed; {asked / n:.1f} requests each time"


def one_refresh(way: Way, url: str, app: str, folder: Path) -> bool:
    """Sign in, let the token run out, and refresh it in two programs; tell whether one failed."""
    folder.mkdir(mode=0o700)
    settings = config.Settings(
        client_id=app, accounts_url=url, api_url=f"{url}/v1/", data_dir=folder, cache_dir=folder
    )
    attempt = auth.Attempt.start(settings, auth.scopes_for())
    redirect = requests.get(attempt.authorize_url, allow_redirects=False, timeout=30)
    code = auth.parse_paste(redirect.headers["Location"], attempt)
    token = auth.exchange(settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes)
    store = tokens.FileStore(folder / "tokens")
    handler = CacheFileHandler(cache_path=str(folder / ".cache"))
    scope = " ".join(sorted(token.scopes))
    store.save(tokens.Token(str(token.access_token), str(token.refresh_token), 1.0,
                            token.scopes, token.authorized_at, app))  # fmt: skip
    handler.save_token_to_cache(
        {"access_token": str(token.access_token), "refresh_token": str(token.refresh_token),
         "expires_at": 1, "scope": scope, "token_type": "Bearer"}
    )  # fmt: skip
    reading, writing = os.pipe()

    def run() -> None:
        if way is Ours:
            login = auth.Login(settings, store)
        else:
            SpotifyPKCE.OAUTH_TOKEN_URL = f"{url}/api/token"
            pkce = SpotifyPKCE(client_id=app, redirect_uri="http://127.0.0.1/callback",
                               scope=scope, cache_handler=handler, open_browser=False)  # fmt: skip
        os.read(reading, 1)
        if way is Ours:
            login.token()
        else:
            pkce.validate_token(handler.get_cached_token())

    programs = [child(run) for _ in range(2)]
    time.sleep(0.05)
    os.write(writing, b"!!")
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in programs]
    os.close(reading)
    os.close(writing)
    return any(codes)


def n_refreshes(url: str) -> int:
    """Count what the token endpoint was asked."""
    asked = requests.get(f"{url}/_demo/requests", timeout=30).json()
    return sum(one["path"] == "/api/token" for one in asked)


def damaged(way: Way, _n: int) -> str:
    """Read damaged files; count tracebacks, and tokens accepted that cannot be right."""
    tracebacks = accepted = 0
    with common_folder() as folder:
        kept = way(folder / "logins")
        kept.save(1)
        record: dict[str, Any] = json.loads(kept.path.read_bytes())
        changes: list[dict[str, Any]] = [
            {"expires_at": None}, {"expires_at": "soon"}, {"expires_at": 1e300},
            {"access_token": 7}, {"access_token": None}, {"refresh_token": 7},
            {"scope": 7, "scopes": 7}, {"scope": [7], "scopes": [7]},
        ]  # fmt: skip
        texts = [json.dumps({**record, **change}) for change in changes]
        texts += ["", "[]", "7", "null", '"text"', json.dumps(record)[:60], "[" * 100_000]
        for text in texts:
            kept.path.write_text(text)
            kept.path.chmod(0o600)
            try:
                with warnings.catch_warnings(action="ignore"):
                    accepted += is_usable(kept)
            except Exception:  # noqa: BLE001 - whatever it is, the listener would see it
                tracebacks += 1
    return f"of {len(texts)}: {tracebacks} tracebacks, {accepted} accepted as good"


def is_usable(kept: Spotipy | Ours) -> bool:
    """Tell whether a login would be used as it is, without a refresh or a new sign-in."""
    if isinstance(kept, Ours):
        return kept.access_token() is not None
    pkce = SpotifyPKCE(client_id=APP, redirect_uri="http://127.0.0.1/callback", scope="user-x",
                       cache_handler=kept.handler, open_browser=False)  # fmt: skip
    info = kept.handler.get_cached_token()
    if info is None:
        return False
    # as validate_token does, but nothing is sent
    return pkce._is_scope_subset("", info["scope"]) and not pkce.is_token_expired(info)


CASES = {
    "another user looks while a token is first saved": another_user,
    "kill -9 while saving": killed,
    "disk full": full_disk,
    "two programs refresh, rotating tokens": two_refresh,
    "damaged files": damaged,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    n = 200 if parser.parse_args().quick else 2000
    logging.disable(logging.CRITICAL)
    os.umask(0o022)
    for case, measure in CASES.items():
        print(case)
        for way in WAYS:
            print(f"  {way.name:18} {measure(way, n)}", flush=True)


if __name__ == "__main__":
    main()
