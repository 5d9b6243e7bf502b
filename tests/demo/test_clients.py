"""Other people's clients, unmodified, read and change the stand-in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import spotipy
import tekore
from spotipy import cache_handler, oauth2

from spotify_analysis.demo.accounts import SCOPES
from tests.demo.conftest import small_id, uri

TRACK, ALBUM, ARTIST = small_id("track 0.0.0"), small_id("album 0.0"), small_id("artist 1")
SHOW, EPISODE, BOOK = small_id("show"), small_id("episode 0"), small_id("book")
CHAPTER = small_id("chapter 0")
PUBLIC, PRIVATE = small_id("ada public"), small_id("ada private")


@pytest.fixture(autouse=True)
def _quiet_spotipy(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="spotipy")


# ---------------------------------------------------------------- spotipy


@pytest.fixture
def spotipy_client(server: Any, browser: Any) -> Iterator[spotipy.Spotify]:
    """Give spotipy as its users make it, but for the addresses."""
    client = spotipy.Spotify(auth=browser.sign_in()["access_token"], retries=0)
    client.prefix = server.api_url
    yield client
    client._session.close()


def local_flow(server: Any, cls: Any, **kwargs: Any) -> Any:
    """Make one of spotipy's login classes that knows our addresses."""
    flow_class = type(
        f"Local{cls.__name__}",
        (cls,),
        {
            "OAUTH_AUTHORIZE_URL": f"{server.accounts_url}/authorize",
            "OAUTH_TOKEN_URL": f"{server.accounts_url}/api/token",
        },
    )
    return flow_class(client_id=server.client_id, **kwargs)


@pytest.mark.parametrize("flow", ["pkce", "secret"])
def test_spotipy_signs_in(server: Any, browser: Any, flow: str) -> None:
    server.set(auto_approve=True)
    common = {
        "redirect_uri": "http://127.0.0.1:5555/callback",
        "scope": "user-top-read user-library-read",
        "state": "a-state",
        "cache_handler": cache_handler.MemoryCacheHandler(),
        "open_browser": False,
    }
    if flow == "pkce":
        manager = local_flow(server, oauth2.SpotifyPKCE, **common)
    else:
        secret = server.client_secret
        manager = local_flow(server, oauth2.SpotifyOAuth, client_secret=secret, **common)
    answer = browser.session.get(manager.get_authorize_url(), allow_redirects=False)
    state, code = manager.parse_auth_response_url(answer.headers["location"])
    assert state == "a-state"
    options = {} if flow == "pkce" else {"as_dict": False}
    assert manager.get_access_token(code, check_cache=False, **options)
    server.advance(3601)
    stored = manager.cache_handler.get_cached_token()
    fresh = manager.refresh_access_token(stored["refresh_token"])
    assert fresh["access_token"] != stored["access_token"]
    assert fresh["refresh_token"] == stored["refresh_token"]  # spotipy keeps the old one
    client = spotipy.Spotify(auth=fresh["access_token"])
    client.prefix = server.api_url
    assert client.me()["id"] == "ada"
    client._session.close()
    manager._session.close()


def test_spotipy_with_client_credentials(server: Any) -> None:
    manager = local_flow(
        server,
        oauth2.SpotifyClientCredentials,
        client_secret=server.client_secret,
        cache_handler=cache_handler.MemoryCacheHandler(),
    )
    client = spotipy.Spotify(auth_manager=manager)
    client.prefix = server.api_url
    assert client.search("song", type="track")["tracks"]["items"]
    client._session.close()
    manager._session.close()


def test_spotipy_says_what_a_token_error_was(server: Any) -> None:
    manager = local_flow(
        server,
        oauth2.SpotifyClientCredentials,
        client_secret="wrong",
        cache_handler=cache_handler.MemoryCacheHandler(),
    )
    with pytest.raises(oauth2.SpotifyOauthError, match="Invalid client secret"):
        manager.get_access_token(as_dict=False)
    manager._session.close()


@pytest.mark.parametrize("mode", ["new", "old", "extended"])
def test_spotipy_reads(server: Any, spotipy_client: spotipy.Spotify, mode: str) -> None:
    server.set(mode=mode)
    sp = spotipy_client
    assert sp.me()["display_name"] == "Ada Example"
    assert len(sp.current_user_top_tracks()["items"]) == 20
    assert len(sp.current_user_top_artists(time_range="short_term")["items"]) == 12
    assert len(sp.current_user_recently_played()["items"]) == 50
    assert sp.current_user_saved_tracks()["total"] == 144
    assert sp.current_user_saved_albums()["total"] == 36
    assert sp.current_user_saved_episodes()["total"] == 3
    assert sp.current_user_saved_shows()["total"] == 1
    assert len(sp.current_user_followed_artists()["artists"]["items"]) == 12
    assert sp.current_user_playlists()["total"] == 6
    assert sp.playlist(PUBLIC)["name"] == "Public"
    assert sp.playlist_items(PUBLIC)["total"] == 144
    assert sp.search("song", type="track")["tracks"]["total"] == 144
    assert sp.track(TRACK)["name"] == "Song 0 0 0"
    assert sp.album(ALBUM)["name"] == "Album 0 0"
    assert sp.album_tracks(ALBUM)["total"] == 4
    assert sp.artist(ARTIST)["name"] == "Ärtist 1"
    assert sp.artist_albums(ARTIST, limit=10)["total"] == 6
    assert sp.show(SHOW)["name"] == "Talk"
    assert sp.show_episodes(SHOW)["total"] == 60
    assert sp.episode(EPISODE)["name"] == "Talk 0"
    assert sp.get_audiobook(BOOK)["name"] == "A Book"
    assert sp.get_audiobook_chapters(BOOK)["total"] == 3


def test_spotipy_pages(spotipy_client: spotipy.Spotify) -> None:
    page = spotipy_client.current_user_saved_tracks(limit=50)
    seen = list(page["items"])
    while page["next"]:
        page = spotipy_client.next(page)
        seen += page["items"]
    assert len(seen) == 144
    assert spotipy_client.previous(page)["offset"] == 50


def test_spotipy_changes_playlists(spotipy_client: spotipy.Spotify) -> None:
    sp = spotipy_client
    made = sp.current_user_playlist_create("Made", public=False, description="By spotipy")
    assert made["public"] is False
    sp.playlist_add_items(made["id"], [uri(n) for n in range(3)])
    sp.playlist_add_items(made["id"], [uri(3)], position=0)
    sp.playlist_reorder_items(made["id"], 0, 4)
    sp.playlist_remove_all_occurrences_of_items(made["id"], [uri(1)])
    got = [entry["item"]["uri"] for entry in sp.playlist_items(made["id"])["items"]]
    assert got == [uri(0), uri(2), uri(3)]
    sp.playlist_replace_items(made["id"], [uri(7)])
    sp.playlist_change_details(made["id"], name="Changed")
    whole = sp.playlist(made["id"])
    assert (whole["name"], whole["items"]["total"]) == ("Changed", 1)
    sp.current_user_follow_playlist(small_id("ada followed"))


def test_spotipy_changes_the_library(spotipy_client: spotipy.Spotify) -> None:
    sp = spotipy_client
    sp.current_user_saved_tracks_delete([TRACK])
    assert sp.current_user_saved_tracks_contains([TRACK]) == [False]
    sp.current_user_saved_tracks_add([TRACK])
    assert sp.current_user_saved_tracks_contains([TRACK]) == [True]
    assert sp.current_user_following_artists([ARTIST]) == [True]


def test_spotipy_meets_the_limits_of_new_apps(spotipy_client: spotipy.Spotify) -> None:
    with pytest.raises(spotipy.SpotifyException, match="Invalid limit") as caught:
        spotipy_client.artist_albums(ARTIST)  # its default of 20 is above 10
    assert caught.value.http_status == 400
    with pytest.raises(spotipy.SpotifyException, match="Forbidden") as caught:
        spotipy_client.tracks([TRACK])
    assert caught.value.http_status == 403


def test_spotipy_sees_quota_and_wait(server: Any, browser: Any) -> None:
    client = spotipy.Spotify(
        auth=browser.sign_in()["access_token"],
        retries=0,
        status_forcelist=(500, 502, 503, 504),
    )
    client.prefix = server.api_url
    server.faults.add("quota_429")
    with pytest.raises(spotipy.SpotifyException) as caught:
        client.me()
    assert caught.value.reason == "QUOTA_EXCEEDED"
    assert caught.value.headers["Retry-After"] == "52531"
    client._session.close()


# ---------------------------------------------------------------- tekore


class ElsewhereTransport(httpx.HTTPTransport):
    """Carry requests meant for Spotify to the stand-in instead."""

    def __init__(self, server: Any) -> None:
        super().__init__()
        self.there = httpx.URL(server.url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme="http", host=self.there.host, port=self.there.port
        )
        request.headers["Host"] = f"{self.there.host}:{self.there.port}"
        return super().handle_request(request)


@pytest.fixture
def sender(server: Any) -> Iterator[tekore.SyncSender]:
    """Give tekore's own sender; tekore has no setting for the address."""
    made = tekore.SyncSender(httpx.Client(transport=ElsewhereTransport(server)))
    yield made
    made.close()


@pytest.fixture
def tekore_client(server: Any, browser: Any, sender: Any) -> tekore.Spotify:
    """Give tekore with every scope, at an app with extended quota as it expects."""
    server.set(mode="extended")
    return tekore.Spotify(browser.sign_in()["access_token"], sender=sender)


def test_tekore_signs_in(server: Any, browser: Any, sender: Any) -> None:
    server.set(auto_approve=True)
    credentials = tekore.Credentials(
        server.client_id,
        server.client_secret,
        "http://127.0.0.1:5555/callback",
        sender=sender,
    )
    auth = tekore.UserAuth(credentials, " ".join(SCOPES))
    url = auth.url.replace("https://accounts.spotify.com", server.accounts_url)
    answer = browser.session.get(url, allow_redirects=False)
    token = auth.request_token(url=answer.headers["location"])
    assert token.refresh_token
    assert credentials.refresh(token).access_token != token.access_token
    server.advance(days=200)
    with pytest.raises(tekore.BadRequest, match="Refresh token expired"):
        credentials.refresh(token)


def test_tekore_signs_in_with_pkce(server: Any, browser: Any, sender: Any) -> None:
    server.set(auto_approve=True)
    credentials = tekore.Credentials(
        server.client_id, redirect_uri="http://127.0.0.1:5555/callback", sender=sender
    )
    url, verifier = credentials.pkce_user_authorisation("user-top-read", "s")
    url = url.replace("https://accounts.spotify.com", server.accounts_url)
    answer = browser.session.get(url, allow_redirects=False)
    code = tekore.parse_code_from_url(answer.headers["location"])
    token = credentials.request_pkce_token(code, verifier)
    assert token.scope == tekore.Scope("user-top-read")
    assert credentials.refresh_pkce_token(token.refresh_token).access_token


def test_tekore_reads(tekore_client: tekore.Spotify) -> None:
    sp = tekore_client
    assert sp.current_user().display_name == "Ada Example"
    assert len(sp.current_user_top_tracks(limit=50).items) == 20
    assert len(sp.current_user_top_artists().items) == 12
    assert len(sp.playback_recently_played(limit=50).items) == 50
    assert len(list(sp.all_items(sp.saved_tracks(limit=50)))) == 144
    assert sp.saved_albums().total == 36
    assert sp.saved_shows().total == 1
    assert sp.saved_episodes().total == 3
    assert len(sp.followed_artists(limit=50).items) == 12
    assert sp.followed_playlists().total == 6
    assert sp.playlist(PUBLIC).tracks.total == 144
    assert len(list(sp.all_items(sp.playlist_items(PUBLIC, limit=100)))) == 144
    assert sp.track(TRACK).name == "Song 0 0 0"
    assert [track.id for track in sp.tracks([TRACK])] == [TRACK]
    assert sp.album(ALBUM).tracks.total == 4
    assert sp.artist(ARTIST).genres == ["art pop", "folk"]
    assert sp.artist_albums(ARTIST, limit=50).total == 6
    assert len(sp.artist_related_artists(ARTIST)) > 0
    assert len(sp.artist_top_tracks(ARTIST, "DE")) == 10
    assert sp.show(SHOW).name == "Talk"
    assert sp.episode(EPISODE).show.name == "Talk"
    assert sp.audiobook(BOOK).name == "A Book"
    assert sp.chapter(CHAPTER).audiobook.id == BOOK
    (found,) = sp.search("song", types=("track",), limit=50)
    assert found.total == 144
    assert sp.track_audio_features(TRACK).id == TRACK
    assert len(sp.recommendations(genres=["folk"], limit=5).tracks) == 5
    assert sp.user("bea").id == "bea"
    assert "DE" in sp.markets()


def test_tekore_reads_episodes_and_removed_tracks(
    server: Any, tekore_client: tekore.Spotify
) -> None:
    entries = server.state.playlists[PRIVATE].entries
    # tekore 6.2 fails on what Spotify sends for local files (album_type null) and for entries of
    # very old playlists (added_at null)
    entries[:] = [e for e in entries if e.added_at and not e.uri.startswith("spotify:local:")]
    episode, removed, track = tekore_client.playlist_items(PRIVATE).items
    assert episode.item.show.name == "Talk"
    assert removed.item is None
    assert track.item.track is True


def test_tekore_changes_playlists_and_library(tekore_client: tekore.Spotify) -> None:
    sp = tekore_client
    made = sp.playlist_create("ada", "Made", public=False)
    sp.playlist_add(made.id, [uri(n) for n in range(3)])
    sp.playlist_reorder(made.id, 0, 3)
    sp.playlist_remove(made.id, [uri(1)])
    got = [entry.track.uri for entry in sp.playlist_items(made.id).items]
    assert got == [uri(2), uri(0)]
    sp.playlist_clear(made.id)
    sp.playlist_change_details(made.id, name="Changed")
    assert sp.playlist(made.id).name == "Changed"
    sp.playlist_unfollow(made.id)
    sp.saved_tracks_delete([TRACK])
    assert sp.saved_tracks_contains([TRACK]) == [False]
    sp.saved_tracks_add([TRACK])
    assert sp.saved_tracks_contains([TRACK]) == [True]
    sp.artists_unfollow([ARTIST])
    assert sp.artists_is_following([ARTIST]) == [False]
    sp.artists_follow([ARTIST])
    assert sp.artists_is_following([ARTIST]) == [True]


def test_tekore_names_errors(server: Any, tekore_client: tekore.Spotify) -> None:
    with pytest.raises(tekore.NotFound):
        tekore_client.track("0" * 22)
    server.set(mode="new")
    with pytest.raises(tekore.Forbidden):
        tekore_client.playlist_items(PUBLIC)
    server.faults.add("rate_429_json", retry_after=3)
    with pytest.raises(tekore.TooManyRequests) as caught:
        tekore_client.current_user()
    assert caught.value.response.headers["retry-after"] == "3"
