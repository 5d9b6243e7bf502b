"""The account data: plays of the last twelve months to the minute, and the side files.

The side files about a person (identity, payments, what advertisers infer) are there too, obviously
invented, so that a reader can be shown not to open them.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from spotify_analysis.demo.exports import yearbook
from spotify_analysis.demo.exports.packing import Package, moment_ms
from spotify_analysis.demo.listener import Listener, Play, Playlist, PlaylistEntry

__all__ = ["write_account_data"]

_YEAR_MS = 366 * 86_400_000
_ROWS_PER_FILE = 10_000
_ITEMS_PER_FILE = 10_000

_MUSIC = ("endTime", "artistName", "trackName", "msPlayed")
_PODCAST = ("endTime", "podcastName", "episodeName", "msPlayed")
_BOOK = ("endTime", "audiobookName", "chapterName", "authorName", "msPlayed")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one generation of account data looks."""

    folder: str
    exported: str
    year: int
    split: bool = True
    uris: bool = True
    added: bool = True
    wrapped: int | None = None  # the last year's, from the first that was in an export


_LAYOUTS = {
    "2021": _Layout("MyData", "2021-01-20", 2021, split=False, uris=False, added=False),
    "2023": _Layout("MyData", "2023-06-10", 2023, split=False),
    "2024": _Layout("Spotify Account Data", "2024-08-15", 2024, wrapped=2023),
    "2025": _Layout("Spotify Account Data", "2025-09-20", 2025, wrapped=2024),
    "2026": _Layout("Spotify Account Data", "2026-11-23", 2026, wrapped=2025),
}


def write_account_data(
    listener: Listener,
    folder_or_zip: str | Path,
    *,
    generation: str,
    since: str | None = None,
    until: str | None = None,
) -> list[Path]:
    """Write a listener's account data.

    Parameters
    ----------
    listener : Listener
        Whose plays and library.
    folder_or_zip : str or pathlib.Path
        A folder to write into, or the path of a ZIP file to make.
    generation : str
        "2021" (no URIs), "2023" (podcasts among the music), "2024" (music, podcasts and audiobooks
        apart), "2025" or "2026"; the last three each have another shape of Wrapped.
    since, until : str, optional
        ISO moments (UTC); only plays that ended in between, `until` excluded. By default the twelve
        months before the export; never plays younger than the generation.

    Returns
    -------
    list of pathlib.Path
        The files written, or the one ZIP.

    Raises
    ------
    ValueError
        If `generation` is unknown or a moment is not ISO.

    Notes
    -----
    Plays of private sessions are left out, and of rows alike in all four fields one is kept: the
    real exporter does both.
    """
    if generation not in _LAYOUTS:
        raise ValueError(f"`generation` must be one of {', '.join(_LAYOUTS)}; not {generation!r}.")
    layout = _LAYOUTS[generation]
    last_ms = moment_ms(layout.exported, "exported")
    until_ms = min(last_ms, moment_ms(until, "until")) if until else last_ms
    since_ms = moment_ms(since, "since") if since else until_ms - _YEAR_MS
    writer = _Writer(listener, layout, since_ms, until_ms)
    with Package(Path(folder_or_zip), layout.folder) as package:
        for name, content in writer.files():
            data = content if isinstance(content, bytes) else _written(content, layout)
            package.add(name, data)
    return package.paths


class _Writer:
    def __init__(self, listener: Listener, layout: _Layout, since_ms: int, until_ms: int) -> None:
        self._listener = listener
        self._catalogue = listener.catalogue
        self._layout = layout
        self._until_ms = until_ms
        self._until = _iso(until_ms)
        self._plays = [
            play
            for play in listener.plays
            if since_ms <= play.ended_at_ms < until_ms and not play.incognito
        ]

    def files(self) -> list[tuple[str, Any]]:
        return [
            *self._history(),
            ("YourLibrary.json", self._library()),
            *self._playlist_files(),
            ("SearchQueries.json", self._searches()),
            ("Follow.json", self._follow()),
            ("Marquee.json", self._marquee()),
            *self._yearbook(),
            (
                "Inferences.json",
                {"inferences": ["demo_1P_Custom_Umbrella_Lovers", "3P_Kettle_Owners"]},
            ),
            ("Userdata.json", _USERDATA),
            ("Identity.json", {"displayName": self._listener.display_name, "imageUrl": None}),
            ("Payments.json", {"payment_method": "Muschelgeld", "country": "DE"}),
            # Two objects after each other: some real side files are no valid JSON either.
            ("UserPrompts.json", b'{"prompt": "songs for rain"}\n{"prompt": "more rain"}\n'),
            ("Read_Me_First.pdf", b"%PDF-1.4\n% A made-up export of a made-up listener.\n%%EOF\n"),
        ]

    # ------------------------------------------------------------ plays

    def _history(self) -> list[tuple[str, list[dict[str, Any]]]]:
        kinds: dict[str, dict[tuple[Any, ...], None]] = {
            "music": {},
            "podcast": {},
            "audiobook": {},
        }
        for play in self._plays:
            kind, names = self._named(play)
            if not self._layout.split:
                if kind == "audiobook":
                    continue  # audiobooks came later
                kind = "music"
            end = f"{datetime.fromtimestamp(play.ended_at_ms / 1000, UTC):%Y-%m-%d %H:%M}"
            kinds[kind][(end, *names, play.ms_played)] = None
        keys = {"music": _MUSIC, "podcast": _PODCAST, "audiobook": _BOOK}
        found = []
        for kind, rows in kinds.items():
            if not rows and kind != "music":
                continue
            ordered = sorted(rows, key=lambda row: row[0])
            for number, start in enumerate(range(0, max(1, len(ordered)), _ROWS_PER_FILE)):
                part = ordered[start : start + _ROWS_PER_FILE]
                stem = f"_{kind}_{number}" if self._layout.split else str(number)
                content = [dict(zip(keys[kind], row, strict=True)) for row in part]
                found.append((f"StreamingHistory{stem}.json", content))
        return found

    def _named(self, play: Play) -> tuple[str, tuple[str, ...]]:
        catalogue = self._catalogue
        if play.kind == "track" and play.id:
            track = catalogue.tracks[play.id]
            album = catalogue.albums[track.album_id]
            return "music", (catalogue.artists[album.artist_ids[0]].name, track.name)
        if play.kind == "episode" and play.id:
            episode = catalogue.episodes[play.id]
            return "podcast", (catalogue.shows[episode.show_id].name, episode.name)
        if play.kind == "chapter" and play.id:
            chapter = catalogue.chapters[play.id]
            book = catalogue.audiobooks[chapter.audiobook_id]
            return "audiobook", (book.name, chapter.name, book.authors[0])
        return "music", ("Unknown Artist", "Unknown Track")

    # ------------------------------------------------------------ library and playlists

    def _library(self) -> dict[str, Any]:
        listener, catalogue, uris = self._listener, self._catalogue, self._layout.uris
        tracks = [self._track(i) for added_at, i in listener.saved_tracks if added_at < self._until]
        albums = []
        for added_at, album_id in listener.saved_albums:
            if added_at < self._until:
                album = catalogue.albums[album_id]
                artist = catalogue.artists[album.artist_ids[0]].name
                uri = {"uri": f"spotify:album:{album_id}"} if uris else {}
                albums.append({"artist": artist, "album": album.name, **uri})
        shows = []
        for added_at, show_id in listener.saved_shows:
            if added_at < self._until:
                show = catalogue.shows[show_id]
                uri = {"uri": f"spotify:show:{show_id}"} if uris else {}
                shows.append({"name": show.name, "publisher": show.publisher, **uri})
        episodes = []
        for added_at, episode_id in listener.saved_episodes:
            if added_at < self._until:
                episode = catalogue.episodes[episode_id]
                uri = {"uri": f"spotify:episode:{episode_id}"} if uris else {}
                show_name = catalogue.shows[episode.show_id].name
                episodes.append({"name": episode.name, "show": show_name, **uri})
        library: dict[str, Any] = {
            "tracks": tracks,
            "albums": albums,
            "shows": shows,
            "episodes": episodes,
            "bannedTracks": [],
            "other": self._local_files(),
        }
        if uris:
            library["artists"] = [
                {"name": catalogue.artists[i].name, "uri": f"spotify:artist:{i}"}
                for i in listener.followed_artist_ids
            ]
            library["bannedArtists"] = []
        if self._layout.year >= 2026:
            library["pageMatch"] = []
        return library

    def _track(self, track_id: str) -> dict[str, str]:
        track = self._catalogue.tracks[track_id]
        album = self._catalogue.albums[track.album_id]
        artist = self._catalogue.artists[album.artist_ids[0]].name
        uri = {"uri": f"spotify:track:{track_id}"} if self._layout.uris else {}
        return {"artist": artist, "album": album.name, "track": track.name, **uri}

    def _local_files(self) -> list[str]:
        return [
            entry.uri
            for playlist in self._listener.playlists
            for entry in playlist.entries
            if entry.uri.startswith("spotify:local:")
        ]

    def _playlist_files(self) -> list[tuple[str, dict[str, Any]]]:
        files: list[list[dict[str, Any]]] = [[]]
        n_items = 0
        for playlist in self._listener.playlists:
            if playlist.owner_id != self._listener.id:
                continue
            written = self._playlist(playlist)
            if playlist.entries and not written["items"]:
                continue  # not yet begun at the time of the export
            if n_items and n_items + len(written["items"]) > _ITEMS_PER_FILE:
                files.append([])
                n_items = 0
            files[-1].append(written)
            n_items += len(written["items"])
        return [
            (f"Playlist{number}.json", {"playlists": playlists})
            for number, playlists in enumerate(files, start=1)
        ]

    def _playlist(self, playlist: Playlist) -> dict[str, Any]:
        kept = [
            entry
            for entry in playlist.entries
            if not entry.is_null and (entry.added_at or "") < self._until
        ]
        dates = [entry.added_at[:10] for entry in kept if entry.added_at]
        written: dict[str, Any] = {
            "name": playlist.name,
            "lastModifiedDate": max(dates, default=self._until[:10]),
        }
        if self._layout.year >= 2025:
            others = {entry.added_by for entry in kept if entry.added_by} - {self._listener.id}
            written["collaborators"] = sorted(others)
        return written | {
            "items": [self._item(entry) for entry in kept],
            "description": playlist.description or None,
            "numberOfFollowers": 2 if playlist.public else 0,
        }

    def _item(self, entry: PlaylistEntry) -> dict[str, Any]:
        item: dict[str, Any] = {"track": None, "episode": None}
        if self._layout.year >= 2024:
            item["audiobook"] = None
        item["localTrack"] = None
        _, kind, item_id = entry.uri.split(":", 2)
        if kind == "track":
            track = self._track(item_id)
            item["track"] = {
                "trackName": track["track"],
                "artistName": track["artist"],
                "albumName": track["album"],
            }
            if self._layout.uris:
                item["track"]["trackUri"] = entry.uri
        elif kind == "episode":
            episode = self._catalogue.episodes[item_id]
            item["episode"] = {
                "episodeName": episode.name,
                "showName": self._catalogue.shows[episode.show_id].name,
            }
            if self._layout.uris:
                item["episode"]["episodeUri"] = entry.uri
        else:
            item["localTrack"] = {"uri": entry.uri}
        if self._layout.added and entry.added_at:
            item["addedDate"] = entry.added_at[:10]
        return item

    # ------------------------------------------------------------ side files

    def _searches(self) -> list[dict[str, Any]]:
        """One row per prefix typed, as the app records it."""
        rng = random.Random(f"{self._listener.id}/searches")  # noqa: S311 - repeatable on purpose
        recent = [play for play in self._plays[-4000:] if play.kind == "track" and play.id]
        rows = []
        for play in rng.sample(recent, min(12, len(recent))):
            track = self._catalogue.tracks[play.id or ""]
            name = self._catalogue.artists[track.artist_ids[0]].name.lower()
            at = datetime.fromtimestamp((play.started_at_ms - 40_000) / 1000, UTC)
            for length in range(2, min(len(name), 9) + 1, 2):
                at += timedelta(milliseconds=rng.randint(180, 900))
                done = length + 2 > min(len(name), 9)
                rows.append(
                    {
                        "platform": rng.choice(("", "IPHONE", "DESKTOP")),
                        "searchTime": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z[UTC]",
                        "searchQuery": name[:length],
                        "searchInteractionURIs": [f"spotify:track:{track.id}"] if done else [],
                    }
                )
        return sorted(rows, key=lambda row: str(row["searchTime"]))

    def _follow(self) -> dict[str, Any]:
        if self._layout.year >= 2026:
            people = [f"somebody-{n}" for n in range(7)]
            return {"userIsFollowing": people, "userIsFollowedBy": people[:4], "userIsBlocking": []}
        counts: dict[str, Any] = {"followerCount": 4, "followingUsersCount": 7}
        if self._layout.uris:
            return counts | {"dismissingUsersCount": 0}
        names = [self._catalogue.artists[i].name for i in self._listener.followed_artist_ids]
        return counts | {"followingArtists": names}

    def _marquee(self) -> list[dict[str, str]]:
        segments = ("Super Listeners", "Moderate listeners", "Light listeners")
        if self._layout.year <= 2023:
            segments = ("super", "moderate", "light")
        n_plays = self._plays_by_artist(self._plays)
        return [
            {"artistName": artist, "segment": segments[0 if n > 60 else 1 if n > 12 else 2]}
            for artist, n in n_plays.most_common(200)
        ]

    def _plays_by_artist(self, plays: list[Play]) -> Counter[str]:
        names = (self._named(play)[1][0] for play in plays if play.kind == "track")
        return Counter(names)

    def _yearbook(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        if year := self._layout.wrapped:
            found.append((f"Wrapped{year}.json", yearbook.wrapped(self._listener, year)))
        if self._layout.year >= 2026:
            capsule = yearbook.sound_capsule(self._listener, self._plays)
            found.append(("YourSoundCapsule.json", capsule))
        return found


_USERDATA = {
    "username": "nobody",
    "email": "nobody@example.invalid",
    "country": "DE",
    "createdFromFacebook": False,
    "birthdate": "1900-01-01",
    "gender": "neutral",
    "postalCode": "00000",
}


def _iso(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _written(content: Any, layout: _Layout) -> bytes:
    """Write JSON as the exporter does: a blank before the colon in lists, `[ {` in 2026."""
    separators = (",", " : ") if isinstance(content, list) else (",", ": ")
    text = json.dumps(content, ensure_ascii=False, indent=2, separators=separators)
    if isinstance(content, list) and content and layout.year >= 2026:
        text = json.dumps(content, ensure_ascii=False, indent=0, separators=separators)
        text = text.replace("[\n{", "[ {", 1).replace("\n},\n{", "\n}, {").replace('\n"', '\n  "')
        text = f"{text.removesuffix(chr(10) + ']')} ]"
    return text.encode()
