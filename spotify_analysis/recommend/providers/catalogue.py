"""Tracks not yet heard on albums of artists one plays, from Spotify's catalogue."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import config, errors, loaders, tables
from spotify_analysis.recommend import names
from spotify_analysis.recommend.outside import (
    LISTENBRAINZ,
    Fetcher,
    Service,
    TroubleError,
    cache_in,
)
from spotify_analysis.recommend.providers.base import (
    Answer,
    Candidate,
    Context,
    Status,
    silent,
    times,
)
from spotify_analysis.recommend.seeds import ArtistSeed, from_plays

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["Catalogue", "Meter"]

NEW_DAYS = 365.0
MAX_ARTISTS = 40
MAX_ALBUMS_PER_ARTIST = 4
_WINDOW_DAYS = 90.0
_FRESH_DAYS = 30  # ListenBrainz lists up to 90, for all the world: some thousand a month
_SIDE_BY_SIDE = 8  # artists and albums looked at in one go


class Catalogue:
    """Albums of the seeds' artists: deep cuts, or the newest first.

    Spends at most the run's budget of calls; every album is loaded once in the life of the
    client's cache, since albums do not change.

    Parameters
    ----------
    ask_listenbrainz : bool
        In ``new_releases``, ask ListenBrainz who released something in the last 30 days and look
        at those artists first, so that fewer calls to Spotify find nothing. It is one question,
        the same for everybody; whom you hear is compared here and not told.
    cache_dir : Path, optional
        Where that answer is kept for a day; None takes the settings' folder.
    listenbrainz : Service
        The server.
    """

    name = "catalogue"
    modes: tuple[str, ...] = ("deep_cuts", "new_releases", "mix")
    weight = 0.5

    def __init__(
        self,
        *,
        ask_listenbrainz: bool = False,
        cache_dir: Path | None = None,
        listenbrainz: Service = LISTENBRAINZ,
    ) -> None:
        self._ask_listenbrainz = ask_listenbrainz
        self._cache_dir = cache_dir
        self._listenbrainz = listenbrainz

    def __repr__(self) -> str:
        return f"Catalogue({'ask_listenbrainz=True' if self._ask_listenbrainz else ''})"

    def candidates(self, context: Context) -> Answer:
        """Suggest tracks that were never played.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            In ``new_releases`` tracks of albums of the last 365 days, newest first; else tracks
            of albums one knows part of, the best known first.
        """
        if context.client is None:
            return Answer(
                status="skipped",
                why="needs a way to ask Spotify: pass `client=sa.connect()` to hear of albums "
                "you have not played",
            )
        if context.spotify_is_silent:
            return silent()
        artists = _artists(context)
        if not artists:
            return Answer(status="skipped", why="no artist to start from: pass `seeds` or plays")
        problems: list[str] = []
        notes: list[str] = []
        n_asked = n_kept = 0
        if self._ask_listenbrainz and context.mode == "new_releases":
            artists, n_asked, n_kept = self._freshest_first(artists, context, notes)
        meter = Meter(context.client, context.calls_left, context.seconds_left)
        found: list[Candidate] = []
        is_offline = False
        try:
            for wave in _waves(artists, meter):
                albums = _albums(context, context.client, wave, meter, problems)
                ordered = _in_order(albums, context)
                while meter.allows() and not _is_enough(found, context):
                    batch = list(itertools.islice(ordered, min(_SIDE_BY_SIDE, meter.left)))
                    if not batch:
                        break
                    found += _unheard(batch, context, context.client)
                if _is_enough(found, context):
                    break
        except errors.SpotifyError as exc:
            problems.append(f"{type(exc).__name__}: {exc}")
            is_offline = isinstance(exc, errors.NetworkError)
        if not meter.allows() and not _is_enough(found, context):
            problems.append(meter.why())
        status: Status = "ok" if not problems else ("partial" if found else "failed")
        if not found and not problems:
            problems.append(_nothing(context, artists))
        return Answer(
            sorted(found, key=lambda one: -one.score),
            status=status,
            why="; ".join(dict.fromkeys(problems + notes)),
            requests=meter.requests + n_asked,
            cached=meter.cached + n_kept,
            fetched_at=meter.fetched_at,
            is_offline=is_offline,
        )

    def _freshest_first(
        self, artists: list[ArtistSeed], context: Context, notes: list[str]
    ) -> tuple[list[ArtistSeed], int, int]:
        """Put artists first of whom ListenBrainz knows a new release; without it, change nothing.

        Returns them, the requests that took and the answers from disk.

        What goes wrong is told and is no problem: the others are looked at all the same.
        """
        with Fetcher(
            (self._listenbrainz,),
            cache=cache_in(self._cache_dir or config.load().cache_dir),
            seconds=context.seconds_left / 3,  # most of the time is for the albums themselves
        ) as fetcher:
            try:
                answer = fetcher.json(
                    self._listenbrainz,
                    "explore/fresh-releases/",
                    {
                        "days": _FRESH_DAYS,
                        "sort": "release_date",
                        "past": "true",
                        "future": "false",
                    },
                    kind="fresh_releases",
                )
            except TroubleError as trouble:
                notes.append(f"not asked who released something lately: {trouble}")
                return artists, fetcher.requests, fetcher.cached
        payload = answer.get("payload") if isinstance(answer, dict) else None
        releases = payload.get("releases") if isinstance(payload, dict) else None
        credited = [
            row.get("artist_credit_name")
            for row in (releases if isinstance(releases, list) else [])
            if isinstance(row, dict)
        ]
        lately = {names.artist(name) for name in credited if isinstance(name, str)}
        fresh = [one for one in artists if one.name and names.artist(one.name) in lately]
        notes.append(
            f"ListenBrainz: {len(fresh)} of {len(artists)} artists released something in the last "
            f"{_FRESH_DAYS} days"
        )
        others = [one for one in artists if one not in fresh]
        return fresh + others, fetcher.requests, fetcher.cached  # heaviest first among both


class Meter:
    """Counts the calls a client makes against what may be spent.

    Parameters
    ----------
    client : Client
        The client.
    max_calls : int
        Most calls.
    max_seconds : float
        Most time.
    """

    def __init__(self, client: Client, max_calls: int, max_seconds: float) -> None:
        self.client = client
        self.max_calls = max_calls
        self.max_seconds = max_seconds
        self._began = time.monotonic()
        self._before = self._used()

    def _used(self) -> tuple[int, int]:
        usage = self.client.usage(this_session=True)
        return int(usage["n_calls"].sum()), int(usage["n_cached"].sum())

    @property
    def requests(self) -> int:
        """Calls made since it was set up."""
        return self._used()[0] - self._before[0]

    @property
    def cached(self) -> int:
        """Answers taken from disk since it was set up."""
        return self._used()[1] - self._before[1]

    @property
    def fetched_at(self) -> str | None:
        """Time of the last call, UTC; None if none was made."""
        if not self.requests:
            return None
        return str(pd.Timestamp(self.client.usage(this_session=True)["last_at"].max()).isoformat())

    @property
    def left(self) -> int:
        """Calls that may still be made."""
        return max(self.max_calls - self.requests, 0)

    def allows(self) -> bool:
        """Say whether another call may be made.

        Returns
        -------
        bool
            Whether neither calls nor time are used up.
        """
        return self.left > 0 and time.monotonic() - self._began < self.max_seconds

    def why(self) -> str:
        """Say what is used up.

        Returns
        -------
        str
            A sentence for the report.
        """
        if self.requests >= self.max_calls:
            return f"stopped at the budget of {self.max_calls} calls"
        return f"stopped at the budget of {round(self.max_seconds, 1):g} s"


@dataclass(frozen=True, slots=True)
class _Album:
    """One album of one artist of the seeds."""

    id: str
    title: str
    artist: ArtistSeed
    artist_name: str
    artist_rank: int
    released: str
    released_on: pd.Timestamp | None
    n_tracks: int
    n_known: int

    @property
    def share(self) -> float:
        """How much of it is known, smoothed: 3 of 11 say more than 1 of 1."""
        return (self.n_known + 1) / (self.n_tracks + 2)


# ---------------------------------------------------------------- artists


def _artists(context: Context) -> list[ArtistSeed]:
    seeds = context.seeds if context.seeds.given else from_plays(context.standing, MAX_ARTISTS)
    return seeds.artists()[:MAX_ARTISTS]


def _waves(artists: list[ArtistSeed], meter: Meter) -> Iterator[list[ArtistSeed]]:
    """Yield some artists at a time, heaviest first, as long as the budget allows."""
    left = list(artists)
    while left and meter.allows():
        # an artist costs a call to be found, one to list and one for an album
        size = max(1, min(_SIDE_BY_SIDE, meter.left // 3))
        yield left[:size]
        left = left[size:]


def _is_enough(found: list[Candidate], context: Context) -> bool:
    """Say whether the list could be filled, given the most tracks of one artist."""
    most = context.per_artist or len(found)
    of_artist = Counter(one.artist_key for one in found)
    return sum(min(count, most) for count in of_artist.values()) >= context.n_new


def _with_ids(
    artists: list[ArtistSeed], client: Client, meter: Meter, problems: list[str]
) -> list[tuple[ArtistSeed, str]]:
    """Find Spotify's id of each artist: known, by one of their tracks, or by exact name."""
    by_track = [one for one in artists if not one.artist_id and one.track_uri]
    uris = [one.track_uri for one in by_track if one.track_uri][: meter.left]
    tracks = loaders.tracks(client, uris) if uris else tables.empty(tables.TRACKS)
    of_track = {row["uri"]: row for row in tracks.to_dict("records")}
    found = []
    for one in artists:
        row = of_track.get(one.track_uri, {})
        artist_id = one.artist_id or (
            # plays name the artist of the album, who need not be the first of the track
            row.get("artist_id") if one.name is None or _same(row.get("artist"), one.name) else None
        )
        if not isinstance(artist_id, str) and one.name and meter.allows():
            artist_id = _searched(one.name, client)
        if isinstance(artist_id, str):
            name = one.name or row.get("artist")
            found.append((dataclasses.replace(one, name=name), artist_id))
        else:
            problems.append(f"no artist called {one.name or one.track_uri!r} found")
    return found


def _searched(name: str, client: Client) -> str | None:
    quoted = name.replace('"', " ")
    hits = loaders.search(client, f'artist:"{quoted}"', kinds="artist", limit=5)
    for row in hits.to_dict("records"):
        if _same(row["name"], name):
            return str(row["id"])
    return None


def _same(one: Any, other: str) -> bool:
    return isinstance(one, str) and names.artist(one) == names.artist(other)


# ---------------------------------------------------------------- albums


def _albums(
    context: Context,
    client: Client,
    artists: list[ArtistSeed],
    meter: Meter,
    problems: list[str],
) -> list[_Album]:
    known_on = _known_on(context)
    albums: list[_Album] = []
    reserve = meter.left // 2  # for what is on the albums
    for rank, (artist, artist_id) in enumerate(_with_ids(artists, client, meter, problems)):
        if rank and meter.left <= reserve:
            break
        try:
            table = loaders.artist_albums(client, artist_id)
        except errors.NotFoundError:
            problems.append(f"Spotify no longer knows {artist.name or artist_id}")
            continue
        seen: set[str] = set()
        for row in table.to_dict("records"):
            title = row["album"]
            if not isinstance(title, str) or not title or names.plain(title) in seen:
                continue  # a title is empty after a takedown
            seen.add(names.plain(title))
            name = row["artist"] if isinstance(row["artist"], str) else artist.name or ""
            albums.append(
                _Album(
                    id=row["id"],
                    title=title,
                    artist=artist,
                    # Spotify's spelling where it is the same name; on an album of several artists
                    # the one that was asked for
                    artist_name=name if _same(name, artist.name or name) else artist.name or name,
                    artist_rank=rank,
                    released="" if pd.isna(row["release_date"]) else row["release_date"],
                    released_on=_date(row["release_date"]),
                    n_tracks=0 if pd.isna(row["n_tracks"]) else int(row["n_tracks"]),
                    n_known=known_on.get((names.artist(name), names.plain(title)), 0),
                )
            )
    return albums


def _known_on(context: Context) -> dict[tuple[str, str], int]:
    """Count the tracks one has played, by artist and album."""
    items = context.library.items
    counts: dict[tuple[str, str], int] = {}
    for artist, album in zip(items["artist_key"], context.library.columns["album"], strict=True):
        if album:
            key = (artist, names.plain(album))
            counts[key] = counts.get(key, 0) + 1
    return counts


def _date(text: Any) -> pd.Timestamp | None:
    """Read a release date of any precision as its first day."""
    if not isinstance(text, str):
        return None
    day = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    return None if pd.isna(day) else day


def _in_order(albums: list[_Album], context: Context) -> Iterator[_Album]:
    """Yield albums in the order in which their tracks are worth a call."""
    since = context.as_of - pd.Timedelta(days=NEW_DAYS)
    fresh = sorted(
        (a for a in albums if a.released_on is not None and a.released_on >= since),
        key=lambda a: (
            -a.released_on.timestamp() if a.released_on else 0.0,
            a.artist_rank,
            a.title,
        ),
    )
    if context.mode == "new_releases":
        yield from fresh
        return
    by_artist: dict[int, list[_Album]] = {}
    best: Callable[[_Album], Any] = lambda a: (-a.share, a.title)  # noqa: E731
    for album in sorted(albums, key=best):
        if album.n_tracks == 0 or album.n_known < album.n_tracks:
            by_artist.setdefault(album.artist_rank, []).append(album)
    # one album of each artist, then a second of each: no artist eats the budget
    for place in range(MAX_ALBUMS_PER_ARTIST):
        for rank in sorted(by_artist):
            if place < len(by_artist[rank]):
                yield by_artist[rank][place]


# ---------------------------------------------------------------- tracks


def _unheard(albums: list[_Album], context: Context, client: Client) -> list[Candidate]:
    """Load albums and return their tracks that were never played."""
    table = loaders.album_tracks(client, [album.id for album in albums])
    rows: dict[str, list[dict[Any, Any]]] = {}
    for row in table.to_dict("records"):
        if isinstance(row["track"], str) and row["track"]:
            rows.setdefault(str(row["album_id"]), []).append(row)
    found = []
    for album in albums:
        tracks = [_candidate(row, album) for row in rows.get(album.id, [])]
        unheard = [one for one in tracks if not _is_known(one, context)]
        n_known = len(tracks) - len(unheard)
        reason = _reason(album, len(tracks), n_known, context)
        found += [
            dataclasses.replace(
                one,
                reason=reason,
                score=_score(album, place, len(unheard), n_known, len(tracks), context),
            )
            for place, one in enumerate(unheard)
        ]
    return found


def _candidate(row: dict[Any, Any], album: _Album) -> Candidate:
    return Candidate(
        track=row["track"],
        # plays name the album's artist, so the same name is used here for comparing
        artist=album.artist_name,
        reason="",
        score=0.0,
        seed=album.artist_name,
        album=album.title,
        uri=_or_none(row["uri"]),
        isrc=_or_none(row["isrc"]),
        release_date=album.released or None,
        album_type=_or_none(row["album_type"]),
        duration_ms=_or_none(row["duration_ms"]),
        popularity=_or_none(row["popularity"]),
        explicit=_or_none(row["explicit"]),
    )


def _is_known(one: Candidate, context: Context) -> bool:
    return context.heard(one.song, one.uri) or context.known.holds(one.song, "", one.uri, one.isrc)


def _score(
    album: _Album, place: int, n_unheard: int, n_known: int, n_tracks: int, context: Context
) -> float:
    # a track's place on its album only breaks ties between tracks of that album
    within = (n_unheard - place) / (n_unheard + 1)
    if context.mode == "new_releases":
        day = album.released_on.timestamp() / 86_400 if album.released_on else 0.0
        return float(day + 0.5 * album.artist.weight + 1e-3 * within)
    share = (n_known + 1) / (n_tracks + 2)
    return float(album.artist.weight * share * (1 + 1e-3 * within))


def _reason(album: _Album, n_tracks: int, n_known: int, context: Context) -> str:
    """Say why, from what the plays and the catalogue hold."""
    who = album.artist_name
    played = _played(who, context)
    if context.mode == "new_releases":
        released = f"released {album.released}" if album.released else "new"
        return f"{released} on {album.title}; {played}"
    if n_known:
        return f"on {album.title}, which you know {n_known} of {n_tracks} tracks of; {played}"
    return f"on {album.title} ({album.released[:4] or 'no date'}), which is new to you; {played}"


def _played(who: str, context: Context) -> str:
    artist = context.library.artist_of_key.get(names.artist(who))
    if artist is None:
        return f"you named {who}"
    theirs = context.library.artist_of == artist
    lately = int(context.standing.recent(_WINDOW_DAYS)[theirs].sum())
    if lately:
        return f"you played {who} {times(lately)} in the last {_WINDOW_DAYS:.0f} days"
    return f"you played {who} {times(int(np.sum(context.standing.plays[theirs])))}"


def _nothing(context: Context, artists: list[ArtistSeed]) -> str:
    if context.mode == "new_releases":
        return f"none of {len(artists)} artists released anything new to you in {NEW_DAYS:.0f} days"
    return f"you have played every track found on albums of {len(artists)} artists"


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value
