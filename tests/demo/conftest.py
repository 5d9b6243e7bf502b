"""A small listener whose every fact can be read here, and ways to talk to the stand-in."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from spotify_analysis.demo import catalogue as catalogues
from spotify_analysis.demo import listener as listeners
from spotify_analysis.demo.accounts import SCOPES
from spotify_analysis.demo.server import Server

ADDED_AT = "2024-01-01T00:00:00Z"
BEGIN_MS = 1_700_000_000_000


def small_id(name: str) -> str:
    """Make an id one can read: ``small_id("track 3")`` is ``"track3xxxxxxxxxxxxxxxx"``."""
    return name.replace(" ", "").replace(".", "0").ljust(22, "x")


def uri(n: int) -> str:
    """Make the URI of the first track of artist n."""
    return f"spotify:track:{small_id(f'track {n}.0.0')}"


def small_catalogue() -> catalogues.Catalogue:
    """Make 12 artists with three albums of four tracks each, a podcast and a book.

    Artist n is guest on the first track of every album of artist n - 1.
    """
    artists, albums, tracks = {}, {}, {}
    kinds = [("album", "1981", "year"), ("single", "1981-12", "month")]
    kinds.append(("compilation", "2001-12-15", "day"))
    for a in range(12):
        artist_id = small_id(f"artist {a}")
        genres = ("art pop", "folk") if a % 2 else ("folk",)
        artists[artist_id] = catalogues.Artist(artist_id, f"Ärtist {a}", genres, 50 + a, 100 * a)
        for b, (kind, date, precision) in enumerate(kinds):
            album_id = small_id(f"album {a}.{b}")
            ids = tuple(small_id(f"track {a}.{b}.{t}") for t in range(4))
            albums[album_id] = catalogues.Album(
                *(album_id, f"Album {a} {b}", kind, (artist_id,), ids, date, precision),
                *("Some Label", f"0{a}{b}", 40 + a),
            )
            for t, track_id in enumerate(ids):
                guests = () if t else (small_id(f"artist {(a + 1) % 12}"),)
                tracks[track_id] = catalogues.Track(
                    *(track_id, f"Song {a} {b} {t}", (artist_id, *guests), album_id),
                    *(200_000 + t, False, 1, t + 1, f"XX{a:02}{b}{t}", 5 * a + t),
                )
    show, book = small_id("show"), small_id("book")
    episodes = tuple(small_id(f"episode {n}") for n in range(60))
    chapters = tuple(small_id(f"chapter {n}") for n in range(3))
    return catalogues.Catalogue(
        seed=0,
        artists=artists,
        albums=albums,
        tracks=tracks,
        shows={show: catalogues.Show(show, "Talk", "Radio", "About", ("en",), episodes)},
        episodes={
            id_: catalogues.Episode(id_, f"Talk {n}", show, 9_000, "2020-02-03", "On", False)
            for n, id_ in enumerate(episodes)
        },
        audiobooks={
            book: catalogues.Audiobook(
                book, "A Book", ("An Author",), ("A Voice",), "A Press", chapters, "Unabridged"
            )
        },
        chapters={
            id_: catalogues.Chapter(id_, f"Chapter {n}", book, n + 1, 9_000)
            for n, id_ in enumerate(chapters)
        },
    )


class SmallListener(listeners.Listener):
    """A listener whose top lists are plain counts of all plays."""

    def top_tracks(self, time_range: str) -> list[str]:
        counts = Counter(play.id for play in self.plays if play.id is not None)
        return [id_ for id_, _ in counts.most_common(99)]

    def top_artists(self, time_range: str) -> list[str]:
        return list(self.catalogue.artists)

    def recently_played(self, n: int = 50) -> list[listeners.Play]:
        return list(self.plays[::-1][:n])


def small_play(n: int, track_id: str, context_uri: str | None) -> listeners.Play:
    """Make the n-th play: one starts every five minutes and lasts 200.017 s."""
    start = BEGIN_MS + 300_000 * n
    return listeners.Play(
        *(start, start + 200_017, 200_017, "track", track_id, "ios", "DE"),
        *("trackdone", "trackdone", False, False, False, context_uri),
    )


def small_listener(user_id: str = "ada", display_name: str = "Ada Example") -> SmallListener:
    """Make a listener with 70 plays, 144 saved tracks and eight playlists of every sort."""
    known = small_catalogue()
    tracks = list(known.tracks)
    contexts = [
        None,
        f"spotify:user:{user_id}:collection",
        f"spotify:album:{small_id('album 0.0')}",
    ]
    entry = listeners.PlaylistEntry
    odd = [
        entry("spotify:local:Me+%26+I:Demos:First+try:73", ADDED_AT, user_id),
        entry(f"spotify:episode:{small_id('episode 0')}", ADDED_AT, user_id),
        entry(f"spotify:track:{tracks[0]}", ADDED_AT, "", is_null=True),
        entry(f"spotify:track:{tracks[1]}", None, None),
        entry(f"spotify:track:{tracks[1]}", ADDED_AT, user_id),
    ]
    # name -> owner, public, collaborative, entries
    playlists: dict[str, tuple[str, bool | None, bool, list[Any]]] = {
        "public": (
            user_id,
            True,
            False,
            [entry(f"spotify:track:{t}", ADDED_AT, user_id) for t in tracks],
        ),
        "private": (user_id, False, False, odd),
        "empty": (user_id, None, False, []),
        "shared": ("bea", False, True, [entry(f"spotify:track:{tracks[2]}", ADDED_AT, "bea")]),
        "followed": ("bea", True, False, [entry(f"spotify:track:{tracks[3]}", ADDED_AT, "bea")]),
        "editorial": (
            "spotify",
            True,
            False,
            [entry(f"spotify:track:{tracks[4]}", ADDED_AT, "spotify")],
        ),
    }
    return SmallListener(
        id=user_id,
        account_id=f"{user_id}-account",
        display_name=display_name,
        country="DE",
        time_zone="Europe/Berlin",
        catalogue=known,
        plays=tuple(small_play(n, tracks[n % 20], contexts[n % 3]) for n in range(70)),
        saved_tracks=tuple((ADDED_AT, id_) for id_ in tracks),
        saved_albums=tuple((ADDED_AT, id_) for id_ in known.albums),
        saved_shows=tuple((ADDED_AT, id_) for id_ in known.shows),
        saved_episodes=tuple((ADDED_AT, id_) for id_ in list(known.episodes)[:3]),
        followed_artist_ids=tuple(known.artists),
        playlists=tuple(
            listeners.Playlist(
                *(small_id(f"{user_id} {name}"), name.title(), "", owner, public, collaborative),
                *(f"snapshot-{name}", entries),
            )
            for name, (owner, public, collaborative, entries) in playlists.items()
        ),
    )


class Browser:
    """The person's browser and the app's side of signing in, without spotipy or our own auth."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = requests.Session()
        self.verifier = secrets.token_urlsafe(64)
        self.redirect_uri = "http://127.0.0.1:5555/callback"

    def question(self, **changes: str | None) -> dict[str, str]:
        """Make the parameters of `/authorize`; None leaves one out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: dict[str, str | None] = {
            "client_id": self.server.client_id,
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "state": "a-state",
            "scope": "user-top-read",
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }
        return {name: value for name, value in {**asked, **changes}.items() if value is not None}

    def authorize(self, **changes: str | None) -> requests.Response:
        """Open the page."""
        url = f"{self.server.accounts_url}/authorize"
        return self.session.get(url, params=self.question(**changes), allow_redirects=False)

    def press(self, page: requests.Response, decision: str) -> requests.Response:
        """Press a button of the page."""
        request_id = page.text.split('name="request" value="')[1].split('"')[0]
        return self.session.post(
            f"{self.server.accounts_url}/authorize",
            data={"request": request_id, "decision": decision},
            allow_redirects=False,
        )

    def code(self, **changes: str | None) -> str:
        """Agree, and give the code of the redirect."""
        answer = self.authorize(**changes)
        if answer.status_code == 200:
            answer = self.press(answer, "agree")
        return redirected(answer)["code"]

    def token(
        self, *, auth: tuple[str, str] | None = None, **form: str | None
    ) -> requests.Response:
        """Ask the token endpoint; None leaves a field out."""
        data = {name: value for name, value in form.items() if value is not None}
        return self.session.post(f"{self.server.accounts_url}/api/token", data=data, auth=auth)

    def exchange(self, code: str, /, **changes: str | None) -> requests.Response:
        """Exchange a code with PKCE."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.server.client_id,
            "code_verifier": self.verifier,
        }
        return self.token(**{**form, **changes})

    def refresh(self, refresh_token: str) -> requests.Response:
        """Refresh without a secret."""
        return self.token(
            grant_type="refresh_token",
            refresh_token=refresh_token,
            client_id=self.server.client_id,
        )

    def sign_in(self, scope: str = " ".join(SCOPES)) -> dict[str, Any]:
        """Do it all, and give the token answer."""
        answer = self.exchange(self.code(scope=scope))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def redirected(answer: requests.Response) -> dict[str, str]:
    """Read the query of a redirect."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


class Api:
    """Calls of the Web API with one token."""

    def __init__(self, server: Server, token: str | None) -> None:
        self.server = server
        self.session = requests.Session()
        if token is not None:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Call, following nothing."""
        url = path if path.startswith("http") else self.server.api_url + path
        return self.session.request(method, url, allow_redirects=False, timeout=10, **kwargs)

    def get(self, path: str, **params: Any) -> Any:
        """Get what must be there."""
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **kwargs: Any) -> tuple[int, str]:
        """Give status and message of what must be refused."""
        answer = self.call(method, path, **kwargs)
        assert answer.status_code >= 400, answer.text
        error = answer.json()["error"]
        assert error["status"] == answer.status_code
        return answer.status_code, error["message"]


@pytest.fixture(scope="session")
def small() -> Any:
    """Give the maker of small listeners."""
    return small_listener


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    """Run one stand-in for all tests of a module."""
    with Server(small_listener()) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """Give the stand-in as if it had just been started."""
    running.switches = type(running.switches)()
    running.clock = type(running.clock)()
    running.reset()
    return running


@pytest.fixture
def browser(server: Server) -> Iterator[Browser]:
    """Give a browser with nobody signed in yet."""
    made = Browser(server)
    yield made
    made.session.close()


def api_of(server: Server, user_id: str | None, scopes: Iterable[str]) -> Api:
    """Make a client with a token that nobody had to sign in for."""
    token = server.state.issue_access_token(
        client_id=server.client_id,
        user_id=user_id,
        scopes=frozenset(scopes),
        expires_at=server.clock.now() + 3600,
    )
    return Api(server, token)


@pytest.fixture
def api(server: Server) -> Iterator[Api]:
    """Give a client with every scope."""
    made = api_of(server, server.user_id, SCOPES)
    yield made
    made.session.close()


@pytest.fixture
def api_with(server: Server) -> Iterator[Callable[[str], Api]]:
    """Give a maker of clients with chosen scopes."""
    made: list[Api] = []

    def make(scope: str) -> Api:
        made.append(api_of(server, server.user_id, scope.split()))
        return made[-1]

    yield make
    for each in made:
        each.session.close()


@pytest.fixture
def app_api(server: Server) -> Iterator[Api]:
    """Give a client with a token of client credentials: nobody stands behind it."""
    made = api_of(server, None, ())
    yield made
    made.session.close()
