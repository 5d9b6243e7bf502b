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
    """One play; times are UTC epoch milliseconds.

    `kind` is "track", "episode", "chapter" or "unknown"; `id` is None where it is "unknown", which
    is how old plays look whose metadata is gone. `platform` uses the short words of plays after
    October 2022, such as "ios". `ended_at_ms - started_at_ms` exceeds `ms_played` after a pause.
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

    `uri` may be a track, an episode or a local file. `added_at` and `added_by` are None in very old
    rows. `is_null` marks an entry whose item was removed from Spotify.
    """

    uri: str
    added_at: str | None
    added_by: str | None
    is_null: bool = False


@dataclass(slots=True)
class Playlist:
    """A playlist; copy it before changing it, a listener is shared within the process."""

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

    `plays` ascend by `ended_at_ms`. The saved things are pairs of `added_at` (ISO, seconds, `Z`)
    and id, newest first.
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
