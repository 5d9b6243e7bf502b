"""A listener with a few playlists, on a stand-in Spotify, read by the real client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from spotify_analysis import client, errors
from spotify_analysis.demo import catalogue as catalogues
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.accounts import SCOPES
from spotify_analysis.demo.server import Server
from spotify_analysis.demo.switches import Mode

N_TRACKS = 320
ADDED_AT = "2024-01-01T00:00:00Z"
LOCAL = "spotify:local:Someone:Tape:Demo:61"


def track_uri(n: int) -> str:
    """Name track `n` of the catalogue."""
    return "spotify:track:" + f"track{n}".ljust(22, "x")


def catalogue() -> catalogues.Catalogue:
    """Make one artist with one very long album, and a podcast."""
    artist, album, show = (name.ljust(22, "x") for name in ("artist", "album", "show"))
    ids = tuple(track_uri(n).removeprefix("spotify:track:") for n in range(N_TRACKS))
    episode = "episode".ljust(22, "x")
    return catalogues.Catalogue(
        seed=0,
        artists={artist: catalogues.Artist(artist, "Somebody", (), 1, 1)},
        albums={
            album: catalogues.Album(
                *(album, "Long", "album", (artist,), ids, "1981", "year", "Label", "0", 1)
            )
        },
        tracks={
            id_: catalogues.Track(
                *(id_, f"Song {n}", (artist,), album, 200_000, False, 1, n + 1, f"XX{n:05}", 1)
            )
            for n, id_ in enumerate(ids)
        },
        shows={show: catalogues.Show(show, "Talk", "Radio", "About", ("en",), (episode,))},
        episodes={
            episode: catalogues.Episode(episode, "Talk 1", show, 9_000, "2020-02-03", "On", False)
        },
        audiobooks={},
        chapters={},
    )


EPISODE = "spotify:episode:" + "episode".ljust(22, "x")
ALBUM = "spotify:album:" + "album".ljust(22, "x")
SHOW = "spotify:show:" + "show".ljust(22, "x")
ARTIST = "spotify:artist:" + "artist".ljust(22, "x")


def playlist(name: str, uris: list[str | None], *, owner: str = "me") -> listeners.Playlist:
    """Make a private playlist; None stands for an entry that was removed from Spotify."""
    return listeners.Playlist(
        id=name.ljust(22, "x"),
        name=name,
        description="",
        owner_id=owner,
        public=False,
        collaborative=False,
        snapshot_id=f"{name} 1",
        entries=[
            listeners.PlaylistEntry(uri or track_uri(0), ADDED_AT, owner, is_null=uri is None)
            for uri in uris
        ],
    )


def listener() -> listeners.Listener:
    """Make somebody with playlists: of three, of 250, of odd things, and somebody else's."""
    return listeners.Listener(
        id="me",
        account_id="account",
        display_name="Me",
        country="DE",
        time_zone="Europe/Berlin",
        catalogue=catalogue(),
        plays=(),
        saved_tracks=(),
        saved_albums=(),
        saved_shows=(),
        saved_episodes=(),
        followed_artist_ids=(),
        playlists=(
            playlist("three", [track_uri(n) for n in range(3)]),
            playlist("long", [track_uri(n) for n in range(250)]),
            playlist("odd", [track_uri(1), LOCAL, EPISODE, None, track_uri(1)]),
            playlist("theirs", [track_uri(1)], owner="another"),
        ),
    )


class SignedIn:
    """A login with a token of the stand-in that nobody had to agree to."""

    def __init__(self, server: Server, settings: Any) -> None:
        self.settings = settings
        self.owner = ""
        self.scopes = frozenset(SCOPES)
        self._token = server.state.issue_access_token(
            client_id=server.client_id,
            user_id=server.account.id,
            scopes=self.scopes,
            expires_at=server.clock.now() + 3600,
        )

    def token(self) -> Any:
        return SimpleNamespace(access_token=self._token, account_id="account", authorized_at=0.0)

    def refresh(self, rejected_access_token: str) -> Any:
        raise errors.NotLoggedInError("Sign in again.")

    def get_access_token(self, as_dict: bool = False) -> str:
        return str(self._token)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """Run the stand-in once for all tests of a file."""
    with Server(listener()) as made:
        yield made


def fresh(running: Server, mode: Mode) -> Server:
    """Forget what an earlier test did."""
    running.faults.clear()
    running.set(mode=mode)
    running.reset()
    return running


@pytest.fixture(params=["new", "old", "extended"])
def server(request: pytest.FixtureRequest, running: Server) -> Server:
    """Give the stand-in in each of the three app modes."""
    return fresh(running, request.param)


@pytest.fixture
def new_server(running: Server) -> Server:
    """Give the stand-in for an app of 2026."""
    return fresh(running, "new")


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[[Server], client.Client]]:
    """Make clients of a stand-in."""
    made: list[client.Client] = []

    def make(server: Server) -> client.Client:
        settings = SimpleNamespace(
            api_url=server.api_url,
            client_id="app",
            cache_dir=tmp_path / "cache",
            max_wait_s=60.0,
            data_dir=tmp_path / "data",
            calls_per_30_s=0,
            calls_per_day=0,
            developer="",
        )
        login: Any = SignedIn(server, settings)
        made.append(client.Client(login, progress=False, sleep=lambda _: None))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def spotify(server: Server, connect: Callable[[Server], client.Client]) -> client.Client:
    """Connect to the stand-in of the mode."""
    return connect(server)


@pytest.fixture
def new_spotify(new_server: Server, connect: Callable[[Server], client.Client]) -> client.Client:
    """Connect to the stand-in for an app of 2026."""
    return connect(new_server)


@pytest.fixture
def held() -> Callable[[Server, str], list[str]]:
    """Look into the stand-in: what a playlist holds, by its id or by the start of it."""

    def look(server: Server, playlist_id: str) -> list[str]:
        entries = server.state.playlists[playlist_id.ljust(22, "x")].entries
        return [entry.uri for entry in entries]

    return look
