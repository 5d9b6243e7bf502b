"""A made-up listener: years of plays with habits, a library and playlists.

The habits are real ones, the person is not: commutes and slow Sundays, a rotation that fades within
weeks, forgotten favourites that return, a trip a year, podcasts, a book. `days` says when there is
time to listen, `taste` what comes to mind, `life` puts the two together, `buttons` is what fingers
do meanwhile, `shelf` keeps what was liked, `model` holds the result.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta

from spotify_analysis.demo import catalogue as catalogues
from spotify_analysis.demo.listener import buttons, days, life, shelf
from spotify_analysis.demo.listener.model import Listener, Play, Playlist, PlaylistEntry

__all__ = [
    "Listener",
    "Play",
    "Playlist",
    "PlaylistEntry",
    "empty_listener",
    "large_listener",
    "listener",
]

_NAMES = ("Juno Apfelkern", "Pim Wolkenstein-Ruh", "Tilda Nordlicht", "Oskar Zimtwald")


@functools.lru_cache(maxsize=4)
def listener(seed: int = 1, *, until: str = "2026-11-22T21:00:00Z", years: int = 10) -> Listener:
    """Make the listener that belongs to a seed.

    Parameters
    ----------
    seed : int
        Another seed is another person with another catalogue.
    until : str
        ISO moment in UTC after which nothing has happened yet.
    years : int
        How long before that the account was opened.

    Returns
    -------
    Listener
        One object per process and arguments: treat it as read-only.

    Raises
    ------
    ValueError
        If `until` is not a moment with a time zone, or `years` is less than 1.

    Examples
    --------
    >>> from spotify_analysis.demo import listener
    >>> listener.listener(1, years=1).display_name
    'Pim Wolkenstein-Ruh'
    """
    end = datetime.fromisoformat(until)
    if end.tzinfo is None:
        raise ValueError(f"`until` must carry a time zone, such as a final Z; not {until!r}.")
    if years < 1:
        raise ValueError(f"`years` must be at least 1; not {years}.")
    catalogue = catalogues.catalogue(seed)
    listener_id = _listener_id(seed)
    until_ms = int(end.astimezone(UTC).timestamp()) * 1000
    first = (end - timedelta(days=round(365.25 * years))).date()
    diary, taste = life.live(seed, catalogue, first, until_ms, shelf.contexts(seed, listener_id))
    return Listener(
        id=listener_id,
        account_id=catalogues.make_id(seed, "account", 0),
        display_name=_NAMES[seed % len(_NAMES)],
        country=days.HOME_COUNTRY,
        time_zone=days.HOME_ZONE,
        catalogue=catalogue,
        plays=tuple(buttons.press(seed, catalogue, diary.plays, until_ms)),
        saved_tracks=shelf.saved_tracks(diary, taste),
        saved_albums=shelf.newest_first(diary.albums),
        saved_shows=shelf.newest_first(diary.shows),
        saved_episodes=shelf.newest_first(diary.episodes),
        followed_artist_ids=tuple(taste.artists[number].id for _, number in diary.artists),
        playlists=shelf.playlists(seed, catalogue, listener_id, diary, taste),
    )


@functools.lru_cache(maxsize=4)
def empty_listener(seed: int = 1) -> Listener:
    """Make a brand-new account: nothing played, nothing kept.

    Parameters
    ----------
    seed : int
        Seed of the catalogue.

    Returns
    -------
    Listener
        Without plays, library and playlists.
    """
    return _bare(seed, catalogues.catalogue(seed))


@functools.lru_cache(maxsize=1)
def large_listener(
    seed: int = 1, *, n_saved: int = 10_000, n_playlists: int = 200, n_entries: int = 100
) -> Listener:
    """Make a listener with a very large library, for measuring the cost of paging.

    Parameters
    ----------
    seed : int
        Seed of the catalogue, which gets further albums where it is too small.
    n_saved : int
        Distinct saved tracks.
    n_playlists : int
        Own playlists.
    n_entries : int
        Entries of each playlist.

    Returns
    -------
    Listener
        Without plays.
    """
    catalogue = catalogues.catalogue(seed)
    missing = n_saved - len(catalogue.tracks)
    if missing > 0:
        catalogue = catalogues.catalogue(seed, extra_albums=-(-missing // 12))
    track_ids = list(catalogue.tracks)
    newest_ms = int(datetime(2026, 11, 22, 20, tzinfo=UTC).timestamp()) * 1000
    saved = [(newest_ms - place * 3_600_000, track_ids[place]) for place in range(n_saved)]
    listener_id = _listener_id(seed)
    playlists = tuple(
        Playlist(
            id=catalogues.make_id(seed, "large playlist", number),
            name=f"Kiste {number + 1:03d}",
            description="",
            owner_id=listener_id,
            public=False,
            collaborative=False,
            snapshot_id=catalogues.make_id(seed, "large snapshot", number),
            entries=[
                PlaylistEntry(
                    f"spotify:track:{track_ids[(number * n_entries + place) % len(track_ids)]}",
                    shelf.iso(newest_ms - (number * n_entries + place) * 60_000),
                    listener_id,
                )
                for place in range(n_entries)
            ],
        )
        for number in range(n_playlists)
    )
    return _bare(seed, catalogue, saved_tracks=shelf.newest_first(saved), playlists=playlists)


def _listener_id(seed: int) -> str:
    return "31" + catalogues.make_id(seed, "user", 0).lower() + "x7ke"


def _bare(
    seed: int,
    catalogue: catalogues.Catalogue,
    *,
    saved_tracks: tuple[tuple[str, str], ...] = (),
    playlists: tuple[Playlist, ...] = (),
) -> Listener:
    return Listener(
        id=_listener_id(seed),
        account_id=catalogues.make_id(seed, "account", 0),
        display_name=_NAMES[seed % len(_NAMES)],
        country=days.HOME_COUNTRY,
        time_zone=days.HOME_ZONE,
        catalogue=catalogue,
        plays=(),
        saved_tracks=saved_tracks,
        saved_albums=(),
        saved_shows=(),
        saved_episodes=(),
        followed_artist_ids=(),
        playlists=playlists,
    )
