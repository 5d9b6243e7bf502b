"""Plays one can count on one's fingers, and stand-ins for Spotify and the services outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spotify_analysis import recommend, tables
from spotify_analysis.demo import catalogue as catalogues
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.server import Server
from tests.playlists.conftest import connect  # noqa: F401 - a fixture
from tests.recommend.services import API_KEY, World, served

NOW = pd.Timestamp("2026-11-22T20:00:00Z")
_SONG_DAYS = 4 / 1440  # from the end of a song to the end of the next


def plays_of(
    rows: Sequence[tuple[str, str, float]], *, source: str = "extended", **more: Any
) -> pd.DataFrame:
    """Make plays from (artist, title, days before `NOW`); each of three minutes."""
    ended = [NOW - pd.Timedelta(days=days) for _, _, days in rows]
    frame = pd.DataFrame(
        {
            "ended_at": pd.Series(ended, dtype="datetime64[us, UTC]"),
            "started_at": pd.Series(ended, dtype="datetime64[us, UTC]") - pd.Timedelta("3min"),
            "ms_played": 180_000,
            "kind": "track",
            "track": [title for _, title, _ in rows],
            "artist": [artist for artist, _, _ in rows],
            "album": [f"Album of {artist}" for artist, _, _ in rows],
            "uri": [uri_of(artist, title) for artist, title, _ in rows],
            "source": source,
            **more,
        }
    )
    return tables.conform(frame, tables.PLAYS)


def uri_of(artist: str, title: str) -> str:
    """Make an address from names."""
    letters = "".join(c for c in f"{artist}{title}" if c.isascii() and c.isalnum())
    return f"spotify:track:{letters[:22].ljust(22, 'x')}"


@pytest.fixture
def plays() -> Callable[..., pd.DataFrame]:
    """Give a maker of plays."""
    return plays_of


@pytest.fixture(scope="session")
def rotation() -> pd.DataFrame:
    """Make a year of somebody whose favourites change every month: recency beats frequency."""
    rng = np.random.default_rng(7)
    rows = []
    for day in range(365):
        month = day // 30
        for _ in range(12):
            artist = (
                int(rng.integers(5)) if rng.random() < 0.2 else month * 4 + int(rng.integers(8))
            )
            rows.append(
                (f"Artist {artist}", f"Song {int(rng.integers(3))}", 365 - day + rng.random())
            )
    return plays_of(rows)


@pytest.fixture(scope="session")
def evenings() -> pd.DataFrame:
    """Make 120 evenings of two moods in turn: always the five songs of one of them."""
    return plays_of(
        [
            ("AB"[day % 2], f"Song {n}", 120 - day - n * _SONG_DAYS)
            for day in range(120)
            for n in range(5)
        ]
    )


# ---------------------------------------------------------------- services outside


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys of whoever runs the tests out of them."""
    for name in ("LASTFM_API_KEY", "LISTENBRAINZ_TOKEN"):
        monkeypatch.delenv(name, raising=False)


HISTORY = [("Portishead", "Roads", 1 + n / 10) for n in range(6)] + [("Can", "Vitamin C", 3)]


@pytest.fixture
def world() -> Iterator[World]:
    made = World(
        similar={
            "Portishead": ["Tricky", "Can", "Lamb"],
            "Can": ["Neu!"],
            "Lamb": [],
        },
        tracks={
            "Portishead": ["Roads"],
            "Can": ["Vitamin C"],
            "Tricky": ["Hell Is Round the Corner", "Ponderosa"],
            "Lamb": ["Górecki"],
            "Neu!": ["Hallogallo"],
        },
    )
    with served(made):
        yield made


@pytest.fixture
def listenbrainz(world: World, tmp_path: Path) -> recommend.ListenBrainz:
    return recommend.ListenBrainz(
        cache_dir=tmp_path,
        listenbrainz=world.service("ListenBrainz"),
        labs=world.service("ListenBrainz labs"),
        musicbrainz=world.service("MusicBrainz"),
    )


@pytest.fixture
def lastfm(world: World, tmp_path: Path) -> recommend.LastFm:
    return recommend.LastFm(api_key=API_KEY, cache_dir=tmp_path, lastfm=world.service("Last.fm"))


@pytest.fixture
def deezer(world: World, tmp_path: Path) -> recommend.Deezer:
    return recommend.Deezer(cache_dir=tmp_path, deezer=world.service("Deezer"))


@pytest.fixture
def reccobeats(world: World, tmp_path: Path) -> recommend.ReccoBeats:
    return recommend.ReccoBeats(cache_dir=tmp_path, reccobeats=world.service("ReccoBeats"))


def discover(*providers: Any, **options: Any) -> pd.DataFrame:
    history = options.pop("history", plays_of(HISTORY))
    return recommend.recommend(
        history=history, mode="discover", providers=list(providers), as_of=NOW, **options
    )


def report(picks: pd.DataFrame, name: str) -> dict[str, Any]:
    found: dict[str, Any] = picks.attrs["providers"][name]
    return found


# ---------------------------------------------------------------- Spotify

N_ARTISTS = 6
# three albums each: one heard in part, one never, one brand-new
ALBUMS = (
    ("Known", "album", "2015-03-01"),
    ("Deep", "album", "1999"),
    ("New", "single", "2026-10-"),
)


def id_of(name: str) -> str:
    return name.replace(" ", "").replace(".", "0").ljust(22, "x")


def track_uri(name: str) -> str:
    return f"spotify:track:{id_of(name)}"


def catalogue() -> catalogues.Catalogue:
    """Make six artists; track 0 of everything is called alike on two albums."""
    artists, albums, tracks = {}, {}, {}
    for a in range(N_ARTISTS):
        artist_id = id_of(f"artist {a}")
        artists[artist_id] = catalogues.Artist(artist_id, f"Ärtist {a}", ("art pop",), 50, 100)
        for title, kind, date in ALBUMS:
            album_id = id_of(f"album{title} {a}")
            ids = tuple(id_of(f"track{title} {a}.{t}") for t in range(4))
            released = f"{date}{a + 10}" if date.endswith("-") else date
            precision = {4: "year", 10: "day"}[len(released)]
            albums[album_id] = catalogues.Album(
                *(album_id, f"{title} {a}", kind, (artist_id,), ids, released, precision),
                *("Label", f"0{a}", 40),
            )
            for t, track_id in enumerate(ids):
                tracks[track_id] = catalogues.Track(
                    *(track_id, f"{title} song {t}", (artist_id,), album_id),
                    *(200_000 + 60_000 * t, t == 3, 1, t + 1, f"XX{title}{a}{t}", 5),
                )
    return catalogues.Catalogue(
        seed=0,
        artists=artists,
        albums=albums,
        tracks=tracks,
        shows={},
        episodes={},
        audiobooks={},
        chapters={},
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    somebody = listeners.Listener(
        *("me", "account", "Me", "DE", "Europe/Berlin", catalogue()),
        *((), (), (), (), (), (), ()),
    )
    with Server(somebody) as made:
        yield made


@pytest.fixture(params=["new", "old", "extended"])
def server(running: Server, request: pytest.FixtureRequest) -> Server:
    running.set(mode=request.param)
    running.reset()
    return running


@pytest.fixture
def new_server(running: Server) -> Server:
    running.set(mode="new")
    running.reset()
    return running
