"""Loading long lists: our loaders against plain spotipy paging and against the floor.

A listener with 10,000 saved tracks and 200 playlists of 100 tracks at a stand-in Spotify that takes
100 ms for every answer. The stand-in runs in a process of its own, so that it does not share an
interpreter with what is measured. Printed are ratios of medians; seconds are those of this machine.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import requests
import spotipy

from spotify_analysis import auth, client, config, demo, loaders, tokens

DELAY_S = 0.1
WORKERS = 4
GOAL = 0.3


@dataclass(frozen=True)
class Size:
    """How much there is to load."""

    n_tracks: int
    n_playlists: int
    n_entries: int
    n_runs: int

    def smallest(self, mode: str) -> int:
        """Give the smallest number of calls: full pages, and one for whose playlists are own."""
        per_page = 50 if mode == "new" else 100
        return (
            math.ceil(self.n_tracks / 50)
            + math.ceil(self.n_playlists / 50)
            + self.n_playlists * math.ceil(self.n_entries / per_page)
            + 1
        )


FULL = Size(n_tracks=10_000, n_playlists=200, n_entries=100, n_runs=5)
QUICK = Size(n_tracks=1_000, n_playlists=20, n_entries=100, n_runs=3)


def serve(pipe: Connection, mode: str, size: Size) -> None:
    """Run the stand-in until the other end of the pipe is closed."""
    whole = demo.large_listener()
    listener = replace(
        whole,
        saved_tracks=whole.saved_tracks[: size.n_tracks],
        playlists=whole.playlists[: size.n_playlists],
    )
    with demo.Server(listener, mode=mode, delay_s=DELAY_S, auto_approve=True) as server:
        pipe.send((server.url, server.client_id))
        try:
            pipe.recv()
        except EOFError:
            return


@contextmanager
def stand_in(mode: str, size: Size) -> Iterator[tuple[str, str]]:
    """Start a stand-in and give its address and client id."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(theirs, mode, size))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.close()
        theirs.close()
        process.terminate()
        process.join()


def sign_in(url: str, client_id: str, folder: Path) -> auth.Login:
    """Sign in as a person would, at a stand-in that agrees by itself."""
    settings = config.Settings(
        client_id=client_id,
        accounts_url=url,
        api_url=f"{url}/v1/",
        data_dir=folder,
        cache_dir=folder,
        store="memory",
    )
    attempt = auth.Attempt.start(settings, auth.scopes_for())
    redirect = requests.get(attempt.authorize_url, allow_redirects=False, timeout=10)
    code = auth.parse_paste(redirect.headers["Location"], attempt)
    token = auth.exchange(settings, code, attempt.verifier, attempt.redirect_uri, attempt.scopes)
    store = tokens.MemoryStore()
    store.save(token)
    return auth.Login(settings, store)


def n_asked(url: str) -> int:
    """Count the API calls that have reached the stand-in."""
    with urllib.request.urlopen(f"{url}/_demo/requests", timeout=10) as answer:
        asked = json.load(answer)
    asked = asked["requests"] if isinstance(asked, dict) else asked
    return sum(one["path"].startswith("/v1/") for one in asked)


def with_loaders(login: auth.Login) -> tuple[int, int]:
    """Load all with our loaders; give the numbers of tracks and entries."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(login.settings, cache_dir=Path(folder))
        with client.Client(login, settings=settings, workers=WORKERS, progress=False) as spotify:
            saved = loaders.saved_tracks(spotify)
            items = loaders.playlist_items(spotify, loaders.playlists(spotify))
    return len(saved), len(items)


def with_spotipy(login: auth.Login) -> tuple[int, int]:
    """Load all as spotipy's own examples do; give the numbers of tracks and entries."""
    spotify = spotipy.Spotify(auth=login.token().access_token)
    spotify.prefix = login.settings.api_url

    def rows(page: dict[str, object] | None) -> list[object]:
        found: list[object] = []
        while page:
            found += page["items"]  # type: ignore[operator]
            page = spotify.next(page)
        return found

    saved = rows(spotify.current_user_saved_tracks(limit=50))
    playlists = rows(spotify.current_user_playlists(limit=50))
    entries = [
        entry
        for one in playlists
        for entry in rows(spotify.playlist_items(one["id"], limit=50))  # type: ignore[index]
    ]
    return len(saved), len(entries)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, three runs")
    parser.add_argument("--mode", choices=["new", "old", "extended"], default="new")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as folder, stand_in(options.mode, size) as (url, client_id):
        login = sign_in(url, client_id, Path(folder))
        ways = {"loaders": with_loaders, "spotipy": with_spotipy}
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        n_calls: dict[str, int] = {}
        for _ in range(size.n_runs):
            for name, load in ways.items():
                n_before = n_asked(url)
                begin = time.perf_counter()
                loaded = load(login)
                seconds[name].append(time.perf_counter() - begin)
                n_calls[name] = n_asked(url) - n_before
                expected = (size.n_tracks, size.n_playlists * size.n_entries)
                assert loaded == expected, f"{name} gave {loaded} rows, not {expected}"
    median = {name: statistics.median(runs) for name, runs in seconds.items()}
    smallest = size.smallest(options.mode)
    floor_s = math.ceil(n_calls["loaders"] / WORKERS) * DELAY_S
    ratio, to_floor = median["loaders"] / median["spotipy"], median["loaders"] / floor_s
    print(
        f"paging: {size.n_tracks:,} saved tracks, {size.n_playlists} playlists x {size.n_entries}, "
        f"{DELAY_S * 1000:.0f} ms per answer, mode {options.mode!r}, "
        f"medians of {size.n_runs} runs\n"
        f"  calls            {n_calls['loaders']:,} (smallest possible {smallest:,}; "
        f"plain spotipy {n_calls['spotipy']:,})\n"
        f"  wall time        {median['loaders']:.1f} s (plain spotipy {median['spotipy']:.1f} s, "
        f"floor of {WORKERS} side by side {floor_s:.1f} s)\n"
        f"  to plain spotipy {ratio:.2f} (goal: at most {GOAL})\n"
        f"  to the floor     {to_floor:.2f}"
    )
    return 0 if n_calls["loaders"] == smallest and ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
