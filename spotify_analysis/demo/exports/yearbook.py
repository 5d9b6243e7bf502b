"""Wrapped in its three shapes, the Sound Capsule and the scrobbles: what looks back at plays."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from spotify_analysis.demo.exports.packing import Package, moment_ms
from spotify_analysis.demo.listener import Listener, Play

__all__ = ["LASTFM_DIALECTS", "sound_capsule", "wrapped", "write_lastfm", "write_listenbrainz"]

LASTFM_DIALECTS = ("uts", "utc_time", "headerless", "r")
_COUNTED_MS = 30_000
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def wrapped(listener: Listener, year: int) -> dict[str, Any]:
    """Make the Wrapped file of a year, in the shape of that year.

    Parameters
    ----------
    listener : Listener
        Whose.
    year : int
        2023, 2024 or 2025; each has another shape.

    Returns
    -------
    dict
        What the file holds.
    """
    catalogue = listener.catalogue
    plays = [play for play in listener.plays if _day(play).year == year and not play.incognito]
    counted = [play for play in plays if play.kind == "track" and play.ms_played >= _COUNTED_MS]
    tracks = Counter(play.id for play in counted if play.id)
    heard: Counter[str] = Counter()
    albums: Counter[str] = Counter()
    for play in counted:
        if play.id:
            heard[play.id] += play.ms_played
            albums[catalogue.tracks[play.id].album_id] += play.ms_played
    artists = Counter(_artist_id(listener, i) for i in tracks.elements())
    genres = Counter(genre for i in artists.elements() for genre in catalogue.artists[i].genres[:1])
    podcasts = Counter(
        catalogue.episodes[play.id].show_id for play in plays if play.kind == "episode" and play.id
    )
    shows = [f"spotify:show:{i}" for i, _ in podcasts.most_common(5)]
    top_artists = [i for i, _ in artists.most_common(5)]
    total = {"totalMsListened": sum(play.ms_played for play in plays)}
    if year >= 2025:
        return {
            "topArtists": {
                "topArtistUris": [f"spotify:artist:{i}" for i in top_artists],
                "numUniqueArtists": len(artists),
                "topNPercentileFan": 0.5,
                "topArtistMsPlayed": _of_artists(listener, heard)[top_artists[0]] if artists else 0,
            },
            "topPodcasts": {"topPodcastsUri": shows},
            "topTracks": {
                "topTracks": [
                    {"trackUri": f"spotify:track:{i}", "count": n, "msPlayed": heard[i]}
                    for i, n in tracks.most_common(5)
                ],
                "numUniqueTracks": len(tracks),
            },
            "yearlyMetrics": total,
            "topAlbums": {
                "topAlbums": [f"spotify:album:{i}" for i, _ in albums.most_common(5)],
                "numCompletedAlbums": 3,
            },
            "topGenres": {
                "topGenres": [name for name, _ in genres.most_common(5)],
                "totalNumGenres": len(genres),
            },
            "listeningAge": {"listeningAge": 71, "windowStartYear": 1968, "decadePhase": "LATE"},
            "party": {"totalNumListeningDays": len({_day(play) for play in plays})},
            "topArtistRace": {"topArtists": _race(listener, counted, top_artists)},
        }
    minutes: defaultdict[date, float] = defaultdict(float)
    for play in plays:
        minutes[_day(play)] += play.ms_played / 60_000
    most = max(minutes, key=lambda day: (minutes[day], day), default=date(year, 1, 1))
    metrics = {
        **total,
        "mostListenedDay": most.isoformat(),
        "mostListenedDayMinutes": round(minutes[most], 4),
        "percentGreaterThanWorldwideUsers": 92.0,
    }
    first = tracks.most_common(1)
    found: dict[str, Any] = {
        "topArtists": {
            "numUniqueArtists": len(artists),
            "topArtists": [{"artistUri": f"spotify:artist:{i}"} for i in top_artists],
            "topArtistFanPercentage": 0.5,
        },
        "topPodcasts": {"topPodcastsUri": shows},
        "topTracks": {
            "topTracks": [f"spotify:track:{i}" for i, _ in tracks.most_common(5)],
            "topTrackPlayCount": first[0][1] if first else 0,
            "distinctTracksPlayed": len(tracks),
        },
        "yearlyMetrics": metrics,
    }
    if year <= 2023:
        found["topGenres"] = {
            "totalNumGenres": len(genres),
            "topGenres": [name for name, _ in genres.most_common(5)],
        }
    else:
        found["musicEvolution"] = {
            "eras": [{"peakMonth": 3, "genre": "Moor Pop", "mood": "Wading", "tracks": []}]
        }
    return found


def _race(listener: Listener, plays: list[Play], artists: list[str]) -> list[dict[str, Any]]:
    by_month: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for play in plays:
        if play.id:
            by_month[_day(play).month][_artist_id(listener, play.id)] += 1
    race = []
    for artist in artists:
        ranks = []
        for number, name in enumerate(_MONTHS, start=1):
            ordered = [i for i, _ in by_month[number].most_common()]
            if artist in ordered:
                ranks.append({"month": name.upper(), "rank": ordered.index(artist) + 1})
        race.append({"artistUri": f"spotify:artist:{artist}", "monthsStats": ranks})
    return race


def _of_artists(listener: Listener, heard: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for track_id, ms_played in heard.items():
        found[_artist_id(listener, track_id)] += ms_played
    return found


def sound_capsule(listener: Listener, plays: Iterable[Play]) -> dict[str, Any]:
    """Make the Sound Capsule: the last twelve weeks and three months.

    Parameters
    ----------
    listener : Listener
        Whose.
    plays : iterable of Play
        Of the time the export covers.

    Returns
    -------
    dict
        What the file holds.
    """
    counted = [
        (play, _day(play))
        for play in plays
        if play.kind == "track" and play.id and play.ms_played >= _COUNTED_MS
    ]
    weeks: defaultdict[str, list[Play]] = defaultdict(list)
    months: defaultdict[str, list[Play]] = defaultdict(list)
    for play, day in counted:
        weeks[(day - timedelta(days=day.weekday())).isoformat()].append(play)
        months[f"{day:%Y-%m}"].append(play)
    stats = [_period(listener, when, weeks[when], total=False) for when in sorted(weeks)[-12:]]
    stats += [_period(listener, when, months[when], total=True) for when in sorted(months)[-3:]]
    highlights = [
        {"date": one["date"], "highlightType": "TOP_ARTIST", "name": one["topArtists"][0]["name"]}
        for one in stats[-3:]
    ]
    return {"stats": stats, "highlights": highlights}


def _period(listener: Listener, when: str, plays: list[Play], *, total: bool) -> dict[str, Any]:
    catalogue = listener.catalogue
    seconds = sum(play.ms_played // 1000 for play in plays)

    def top(name: Callable[[str], str]) -> list[dict[str, Any]]:
        n_plays: Counter[str] = Counter()
        played: Counter[str] = Counter()
        for play in plays:
            named = name(play.id or "")
            n_plays[named] += 1
            played[named] += play.ms_played // 1000
        return [
            {"name": named, "streamCount": n, "secondsPlayed": played[named]}
            for named, n in n_plays.most_common(10)
        ]

    found: dict[str, Any] = {
        "date": when,
        # the whole is always 0 for weeks
        "streamCount": len(plays) if total else 0,
        "secondsPlayed": seconds if total else 0,
        "topTracks": top(lambda i: catalogue.tracks[i].name),
        "topArtists": top(lambda i: catalogue.artists[_artist_id(listener, i)].name),
        "topGenres": [],
    }
    if total:
        found["timeOfDayStats"] = [
            {"timeOfDay": "EVENING", "streamCount": len(plays) // 2, "secondsPlayed": seconds // 2}
        ]
    return found


# ---------------------------------------------------------------- scrobbles


def write_lastfm(
    listener: Listener,
    path: str | Path,
    *,
    dialect: str,
    since: str | None = None,
    until: str | None = None,
    playing_now: bool = True,
) -> Path:
    """Write a listener's scrobbles as one of the CSV files that exporters of Last.fm make.

    Parameters
    ----------
    listener : Listener
        Whose plays; tracks that sounded 30 seconds at least are scrobbled.
    path : str or pathlib.Path
        The file to make.
    dialect : str
        "uts" (quoted, with epochs), "utc_time" (times to the minute), "headerless" (no header) or
        "r" (an index and ISO times).
    since, until : str, optional
        ISO moments (UTC); only plays that began in between, `until` excluded.
    playing_now : bool
        Put a row without a time first, as exporters do while something plays.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        If `dialect` is unknown or a moment is not ISO.
    """
    if dialect not in LASTFM_DIALECTS:
        raise ValueError(f"`dialect` must be one of {', '.join(LASTFM_DIALECTS)}; not {dialect!r}.")
    scrobbles = _scrobbled(listener, since, until)[::-1]  # the newest first
    text = io.StringIO()
    quotes_all = dialect == "uts"
    writer = csv.writer(
        text,
        quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL,
        lineterminator="\n",
    )
    if header := _LASTFM_HEADERS[dialect]:
        writer.writerow(header)
    if playing_now and scrobbles:
        writer.writerow(_lastfm_row(listener, scrobbles[0], 0, dialect, is_playing=True))
    for number, play in enumerate(scrobbles, start=1):
        writer.writerow(_lastfm_row(listener, play, number, dialect, is_playing=False))
    target = Path(path)
    target.write_text(text.getvalue(), encoding="utf-8", newline="")
    return target


_LASTFM_HEADERS = {
    "uts": (
        "uts",
        "utc_time",
        "artist",
        "artist_mbid",
        "album",
        "album_mbid",
        "track",
        "track_mbid",
    ),
    "utc_time": ("utc_time", "artist", "album", "track"),
    "headerless": (),
    "r": ("", "artist", "track", "album", "date"),
}


def _lastfm_row(
    listener: Listener, play: Play, number: int, dialect: str, *, is_playing: bool
) -> tuple[object, ...]:
    artist, album, track = _names(listener, play)
    at = datetime.fromtimestamp(play.started_at_ms // 1000, UTC)
    english = "" if is_playing else f"{at.day:02d} {_MONTHS[at.month - 1][:3]} {at:%Y}"
    clock = "" if is_playing else f"{at:%H:%M}"
    if dialect == "uts":
        uts = "" if is_playing else int(at.timestamp())
        time = "" if is_playing else f"{english}, {clock}"
        return uts, time, artist, "", album, "", track, ""
    if dialect == "utc_time":
        return f"{english}, {clock}" if english else "", artist, album, track
    if dialect == "headerless":
        return artist, album, track, f"{english} {clock}".strip()
    return number, artist, track, album, "" if is_playing else f"{at:%Y-%m-%d %H:%M:%S}"


def write_listenbrainz(
    listener: Listener,
    folder_or_zip: str | Path,
    *,
    since: str | None = None,
    until: str | None = None,
) -> list[Path]:
    """Write a listener's listens as ListenBrainz exports them.

    Parameters
    ----------
    listener : Listener
        Whose plays; tracks that sounded 30 seconds at least are listens.
    folder_or_zip : str or pathlib.Path
        A folder to write into, or the path of a ZIP file to make.
    since, until : str, optional
        ISO moments (UTC); only plays that began in between, `until` excluded.

    Returns
    -------
    list of pathlib.Path
        The files written, or the one ZIP.

    Raises
    ------
    ValueError
        If a moment is not ISO.
    """
    by_month: defaultdict[str, list[str]] = defaultdict(list)
    for play in _scrobbled(listener, since, until):
        at = datetime.fromtimestamp(play.started_at_ms // 1000, UTC)
        by_month[f"{at:%Y}/{at.month}"].append(_listen(listener, play))
    with Package(Path(folder_or_zip), "") as package:
        package.add("user.json", b'{"user_id": 1, "username": "nobody"}')
        package.add("feedback.jsonl", b'{"recording_msid": "x", "score": 1, "created": 1}\n')
        for month, lines in by_month.items():
            package.add(f"listens/{month}.jsonl", ("\n".join(lines) + "\n").encode())
    return package.paths


def _listen(listener: Listener, play: Play) -> str:
    artist, album, track = _names(listener, play)
    info: dict[str, Any] = {
        "duration_ms": listener.catalogue.tracks[play.id or ""].duration_ms,
        "music_service": "spotify.com",
        "spotify_id": f"https://open.spotify.com/track/{play.id}",
        "submission_client": "demo",
    }
    found = {
        "listened_at": play.started_at_ms // 1000,
        "inserted_at": play.ended_at_ms // 1000,
        "track_metadata": {
            "artist_name": artist,
            "track_name": track,
            "release_name": album,
            "recording_msid": "00000000-0000-0000-0000-000000000000",
            "mbid_mapping": None,
            "additional_info": info,
        },
    }
    return json.dumps(found, ensure_ascii=False)


def _scrobbled(listener: Listener, since: str | None, until: str | None) -> list[Play]:
    first = moment_ms(since, "since") if since else 0
    last = moment_ms(until, "until") if until else 2**53
    found = [
        play
        for play in listener.plays
        if first <= play.started_at_ms < last
        and play.kind == "track"
        and play.id
        and play.ms_played >= _COUNTED_MS
        and not play.incognito
    ]
    return sorted(found, key=lambda play: play.started_at_ms)


# ---------------------------------------------------------------- small things


def _names(listener: Listener, play: Play) -> tuple[str, str, str]:
    track = listener.catalogue.tracks[play.id or ""]
    album = listener.catalogue.albums[track.album_id]
    return listener.catalogue.artists[album.artist_ids[0]].name, album.name, track.name


def _artist_id(listener: Listener, track_id: str) -> str:
    track = listener.catalogue.tracks[track_id]
    return listener.catalogue.albums[track.album_id].artist_ids[0]


def _day(play: Play) -> date:
    return datetime.fromtimestamp(play.ended_at_ms / 1000, UTC).date()
