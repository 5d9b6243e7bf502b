"""Thousands of requests with faults drawn at random: whole tables, or our errors and a way on.

`SPOTIFY_ANALYSIS_SOAK=10000` makes it as many requests; by default it is a size for every day.
`SPOTIFY_ANALYSIS_SOAK_SEED` draws other loads and faults. Which thread meets which fault is up to
the machine, so two runs of one seed differ.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import random
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from spotify_analysis import client, demo, errors, loaders, transport
from spotify_analysis.demo import faults
from tests.demo.conftest import small_id, small_listener

N_REQUESTS = int(os.environ.get("SPOTIFY_ANALYSIS_SOAK", "1000"))
SHARE = 0.08
SEED = int(os.environ.get("SPOTIFY_ANALYSIS_SOAK_SEED", "4"))
N_LOOKS = 5
# a row, a list or an id that Spotify leaves out is no error, and is counted
LEAVE_OUT = {
    "null_items",
    "short_page",
    "empty_page",
    "403_forbidden",
    "404_json",
    "404_empty",
    "wrong_total",
}
FACTS: dict[str, dict[str, Any]] = {
    "slow": {"delay_s": 30},
    "drip": {"delay_s": 0.3, "size": 20},
    "huge": {"size": 2 << 20},
    "rate_429_json": {"retry_after": 20},
    "rate_429_text": {"retry_after": 3_000},
}
LIMITS = transport.Limits(silence_s=1.5, answer_s=4, max_bytes=1 << 20)
TRACKS = [small_id(f"track {a}.{b}.{t}") for a in range(4) for b in range(3) for t in range(2)]
ALBUMS = [small_id(f"album {a}.0") for a in range(4)]
ARTISTS = [small_id(f"artist {a}") for a in range(5)]

Load = Callable[[client.Client], pd.DataFrame]
LOADS: dict[str, Load] = {
    "saved_tracks": loaders.saved_tracks,
    "saved_albums": loaders.saved_albums,
    "saved_episodes": loaders.saved_episodes,
    "followed_artists": loaders.followed_artists,
    "playlists": loaders.playlists,
    "top_tracks": lambda one: loaders.top_tracks(one, time_range="all"),
    "recent_plays": loaders.recent_plays,
    "tracks": lambda one: loaders.tracks(one, TRACKS),
    "album_tracks": lambda one: loaders.album_tracks(one, ALBUMS),
    "artist_albums": lambda one: loaders.artist_albums(one, ARTISTS),
    "search": lambda one: loaders.search(one, "song", limit=30),
}


class Chance(faults.Faults):
    """Strikes one request in twelve with a fault of any kind, while it is on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_on = False
        self.n_requests = 0
        self.struck: list[str] = []
        self.total: Counter[str] = Counter()
        self._random = random.Random(SEED)
        self._turn = threading.Lock()

    def take(self, method: str, path: str, query: str) -> faults.Fault | None:
        if not path.startswith("/v1/"):
            return None
        with self._turn:
            self.n_requests += 1
            if not self.is_on or self._random.random() >= SHARE:
                return None
            kind = self._random.choice(faults.KINDS)
            self.struck.append(kind)
            self.total[kind] += 1
            status = self._random.choice((500, 502, 503, 504))
            return faults.Fault(kind, status=status, **FACTS.get(kind, {}))


class Kernel:
    """A clock that waiting moves, and clients that share it."""

    def __init__(self, server: demo.Server) -> None:
        self.server = server
        self.ahead_s = 0.0

    def now(self) -> float:
        return time.time() + self.ahead_s

    def sleep(self, seconds: float) -> None:
        self.ahead_s += seconds

    def start(self) -> client.Client:
        return demo.connect(
            server=self.server, sleep=self.sleep, now=self.now, progress=False, limits=LIMITS
        )


def same(found: pd.DataFrame, whole: pd.DataFrame) -> bool:
    """Compare what was loaded, not when."""
    return bool(found.equals(whole))


def is_accounted_for(found: pd.DataFrame, whole: pd.DataFrame) -> bool:
    """Tell whether a table that lacks rows says so itself."""
    report = found.attrs.get("report") or {}
    lacks = any(report.get(name) for name in ("n_skipped", "n_null", "n_short_pages"))
    differs = report.get("n_announced") not in (None, report.get("n_received"))
    named = len(found.attrs.get("missing") or ()) > len(whole.attrs.get("missing") or ())
    if "playlist_id" in found and "kind" in found:
        # a place in a playlist that fell empty is a row that says so
        empty, before = ((one["kind"] == "removed").sum() for one in (found, whole))
        named = named or (len(found) == len(whole) and empty > before)
    return bool(lacks or differs or named)


def in_memory(caplog: pytest.LogCaptureFixture) -> int:
    """Count the blocks of memory that Python holds: of every kind, texts and bytes too."""
    caplog.clear()
    gc.collect()
    return sys.getallocatedblocks()


@pytest.mark.timeout(300 + N_REQUESTS // 5)
def test_every_load_ends_whole_or_can_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reached: set[Any] = set()
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        reached.add(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    draw = random.Random(SEED)
    outcomes: Counter[str] = Counter()
    sizes: list[int] = []
    with demo.Server(small_listener()) as server:
        chance = Chance()
        server.faults = chance
        kernel = Kernel(server)
        spotify = kernel.start()
        # Tables that live on are pickled: pandas notes in a frame what was ever made of it, and
        # clears these notes seldom, which would look as if our loads grew.
        mine = pickle.dumps(loaders.playlists(spotify))
        loads = {
            **LOADS,
            "playlist_items": lambda one: loaders.playlist_items(one, pickle.loads(mine)),
        }
        tables_before = {name: load(spotify) for name, load in loads.items()}
        assert len(tables_before["saved_tracks"]) == 144
        kept = {name: pickle.dumps(table) for name, table in tables_before.items()}
        del tables_before
        while chance.n_requests < N_REQUESTS:
            name = draw.choice(list(loads))
            load, whole = loads[name], pickle.loads(kept[name])
            spotify.cache.clear()
            server.forget_requests()
            chance.struck.clear()
            chance.is_on = True
            try:
                found = load(spotify)
            except errors.SpotifyAnalysisError as exc:
                chance.is_on = False
                outcomes[type(exc).__name__] += 1
                told = f"{type(exc).__name__}: {exc}"
                # a call beside it may have been told to wait longer than this one
                while (resume_at := spotify.plan(1).resume_at) is not None:
                    kernel.ahead_s += max(resume_at.timestamp() - kernel.now(), 0.0) + 1e-3
                # the same call goes on, here or in another kernel
                is_other = draw.random() < 0.3
                another = kernel.start() if is_other else spotify
                assert same(load(another), whole), (name, told, chance.struck)
                if is_other:
                    another.close()
            else:
                chance.is_on = False
                if same(found, whole):
                    outcomes["whole"] += 1
                else:
                    outcomes["accounted for"] += 1
                    assert LEAVE_OUT & set(chance.struck), (name, chance.struck)
                    assert is_accounted_for(found, whole), (name, chance.struck)
                del found
            del load, whole
            if chance.n_requests >= N_REQUESTS * (len(sizes) + 1) / N_LOOKS:
                sizes.append(in_memory(caplog))
        port = server.api_url.split(":")[2].split("/")[0]
        spotify.close()
    assert {address[:2] for address in reached} == {("127.0.0.1", int(port))}
    assert set(outcomes) - {"whole", "accounted for"} <= set(errors.__all__)
    assert outcomes["whole"] > 0
    assert len(sizes) == N_LOOKS
    # four times as many requests later there is no more in memory than after the first fifth
    assert sizes[-1] < sizes[0] * 1.02 + 2_000, sizes
    if N_REQUESTS >= 10_000:
        assert set(chance.total) == set(faults.KINDS)
    told = f"{chance.n_requests} requests, {sum(chance.total.values())} faults, {dict(outcomes)}"
    logging.getLogger(__name__).info("%s; blocks of memory %s", told, sizes)
