"""What a made-up listener consists of: plays, kept things, playlists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from spotify_analysis.demo.catalogue import Catalogue

__all__ = ["COUNTED_MS", "Listener", "Play", "Playlist", "PlaylistEntry"]

COUNTED_MS = 30_000  # Spotify's own convention: a shorter play does not count

_DAY_MS = 86_400_000
_RANGES = {"short_term": 28, "medium_term": 182, "long_term": 365}
_MOST_RANKED = 99


@dataclass(frozen=True, slots=True)
class Play:
    """One play of a track, an episode or a chapter.

    Parameters
    ----------
    started_at_ms : int
        UTC epoch milliseconds.
    ended_at_ms : int
        UTC epoch milliseconds; further from the start than `ms_played` after a pause.
    ms_played : int
        Milliseconds heard.
    kind : str
        "track", "episode", "chapter" or "unknown" (an old play whose metadata is gone).
    id : str or None
        What was played; None where `kind` is "unknown".
    platform : str
        In the short words of plays after October 2022, such as "ios".
    country : str
        ISO 3166-1 alpha-2, "ZZ" where Spotify does not know.
    reason_start : str
        Such as "clickrow" or "trackdone".
    reason_end : str
        Such as "trackdone" or "fwdbtn".
    shuffle : bool
        Whether shuffle was on.
    offline : bool
        Whether there was no network.
    incognito : bool
        Whether it was a private session.
    context_uri : str or None
        Album, artist, playlist, show or collection it was played from.
    """

    started_at_ms: int
    ended_at_ms: int
    ms_played: int
    kind: str
    id: str | None
    platform: str
    country: str
    reason_start: str
    reason_end: str
    shuffle: bool
    offline: bool
    incognito: bool
    context_uri: str | None


@dataclass(slots=True)
class PlaylistEntry:
    """One row of a playlist.

    Parameters
    ----------
    uri : str
        A track, an episode or a local file.
    added_at : str or None
        ISO moment with `Z`; None in very old rows.
    added_by : str or None
        User id; None in very old rows.
    is_null : bool
        Whether the item was since removed from Spotify.
    """

    uri: str
    added_at: str | None
    added_by: str | None
    is_null: bool = False


@dataclass(slots=True)
class Playlist:
    """A playlist; copy it before changing it, a listener is shared within the process.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown.
    description : str
        May be empty.
    owner_id : str
        User id; "spotify" owns one.
    public : bool or None
        Whether it is on the owner's profile; None where Spotify does not say.
    collaborative : bool
        Whether others may add to it.
    snapshot_id : str
        Version.
    entries : list of PlaylistEntry
        In order.
    """

    id: str
    name: str
    description: str
    owner_id: str
    public: bool | None
    collaborative: bool
    snapshot_id: str
    entries: list[PlaylistEntry] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Listener:
    """A person who does not exist, and everything they played and kept.

    Parameters
    ----------
    id : str
        User id.
    account_id : str
        Id of the account.
    display_name : str
        As shown.
    country : str
        ISO 3166-1 alpha-2.
    time_zone : str
        IANA zone of the home.
    catalogue : Catalogue
        What there was to hear.
    plays : tuple of Play
        Ascending by `ended_at_ms`; no two overlap.
    saved_tracks : tuple of tuple
        (`added_at`, id), newest first.
    saved_albums : tuple of tuple
        (`added_at`, id), newest first.
    saved_shows : tuple of tuple
        (`added_at`, id), newest first.
    saved_episodes : tuple of tuple
        (`added_at`, id), newest first.
    followed_artist_ids : tuple of str
        In the order they were followed.
    playlists : tuple of Playlist
        Own, shared and followed ones, as in the sidebar.
    """

    id: str
    account_id: str
    display_name: str
    country: str
    time_zone: str
    catalogue: Catalogue = field(repr=False)
    plays: tuple[Play, ...] = field(repr=False)
    saved_tracks: tuple[tuple[str, str], ...] = field(repr=False)
    saved_albums: tuple[tuple[str, str], ...] = field(repr=False)
    saved_shows: tuple[tuple[str, str], ...] = field(repr=False)
    saved_episodes: tuple[tuple[str, str], ...] = field(repr=False)
    followed_artist_ids: tuple[str, ...] = field(repr=False)
    playlists: tuple[Playlist, ...] = field(repr=False)

    def top_tracks(self, time_range: str) -> list[str]:
        """Rank the tracks of a time range by counted plays.

        Parameters
        ----------
        time_range : str
            "short_term" (28 days), "medium_term" (182) or "long_term" (365), back from the newest
            play.

        Returns
        -------
        list of str
            At most 99 track ids, most plays first; ties by time listened, then by id. Private
            sessions and plays under 30 s do not count.
        """
        return self._top(time_range, artists=False)

    def top_artists(self, time_range: str) -> list[str]:
        """Rank the main artists of a time range by counted plays.

        Parameters
        ----------
        time_range : str
            As for `top_tracks`.

        Returns
        -------
        list of str
            At most 99 artist ids, most plays first; ties by time listened, then by id.
        """
        return self._top(time_range, artists=True)

    def recently_played(self, n: int = 50) -> list[Play]:
        """Newest counted plays of tracks.

        Parameters
        ----------
        n : int
            At most so many.

        Returns
        -------
        list of Play
            Newest first, without private sessions.
        """
        found: list[Play] = []
        for play in reversed(self.plays):
            if len(found) >= n:
                break
            if play.kind == "track" and not play.incognito and play.ms_played >= COUNTED_MS:
                found.append(play)
        return found

    def _top(self, time_range: str, *, artists: bool) -> list[str]:
        if time_range not in _RANGES:
            raise ValueError(
                f"`time_range` must be one of {', '.join(_RANGES)}; not {time_range!r}."
            )
        if not self.plays:
            return []
        since_ms = self.plays[-1].ended_at_ms - _RANGES[time_range] * _DAY_MS
        n_plays: Counter[str] = Counter()
        ms_played: Counter[str] = Counter()
        for play in reversed(self.plays):
            if play.ended_at_ms < since_ms:
                break
            if play.kind != "track" or play.incognito or play.id is None:
                continue
            key = self.catalogue.tracks[play.id].artist_ids[0] if artists else play.id
            ms_played[key] += play.ms_played
            n_plays[key] += play.ms_played >= COUNTED_MS
        ranked = sorted(n_plays, key=lambda key: (-n_plays[key], -ms_played[key], key))
        return [key for key in ranked if n_plays[key]][:_MOST_RANKED]
