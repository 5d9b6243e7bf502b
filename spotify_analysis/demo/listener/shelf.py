"""What a made-up person keeps: saved things, followed artists and playlists."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote_plus

from spotify_analysis.demo.catalogue import Catalogue, make_id
from spotify_analysis.demo.listener.life import Diary
from spotify_analysis.demo.listener.model import COUNTED_MS, Play, Playlist, PlaylistEntry
from spotify_analysis.demo.listener.taste import Taste

__all__ = ["contexts", "iso", "newest_first", "playlists", "saved_tracks"]

_CALM = "deep work, no words"
_LIVELY = "Küchendisko 🍳"
_SEASONS = {12: "Winter", 1: "Winter", 2: "Winter", 3: "Frühling", 4: "Frühling", 5: "Frühling"}
_SEASONS |= {6: "Sommer", 7: "Sommer", 8: "Sommer", 9: "Herbst", 10: "Herbst", 11: "Herbst"}

_LOCAL_FILES = (
    ("Oma Hilde", "Kassette Seite B", "Geburtstagslied für alle", 74),
    ("", "", "Sprachmemo 014", 31),
    ("Schulband (Probe)", "Kellerdemo 2009", "Übermut, die schnelle Version", 203),
)


def iso(at_ms: int) -> str:
    """Write a moment the way the Web API does.

    Parameters
    ----------
    at_ms : int
        UTC epoch milliseconds.

    Returns
    -------
    str
        `YYYY-MM-DDTHH:MM:SSZ`.
    """
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def newest_first(kept: list[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    """Turn (moment, id) pairs into (`added_at`, id) pairs, newest first.

    Parameters
    ----------
    kept : list of tuple
        Epoch milliseconds and ids, in any order.

    Returns
    -------
    tuple of tuple
        The first time counts for an id that comes twice.
    """
    first: dict[str, int] = {}
    for at_ms, kept_id in sorted(kept):
        first.setdefault(kept_id, at_ms)
    ordered = sorted(first.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((iso(at_ms), kept_id) for kept_id, at_ms in ordered)


def contexts(seed: int, listener_id: str) -> dict[str, str]:
    """Name what the person plays from besides albums and artists.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    listener_id : str
        Id of the listener.

    Returns
    -------
    dict
        URIs for "collection", "calm" and "lively".
    """
    return {
        "collection": f"spotify:user:{listener_id}:collection",
        "calm": f"spotify:playlist:{make_id(seed, 'playlist', _CALM)}",
        "lively": f"spotify:playlist:{make_id(seed, 'playlist', _LIVELY)}",
    }


def saved_tracks(diary: Diary, taste: Taste) -> tuple[tuple[str, str], ...]:
    """Collect the saved tracks.

    Parameters
    ----------
    diary : Diary
        What happened.
    taste : Taste
        The memory that numbered the tracks.

    Returns
    -------
    tuple of tuple
        (`added_at`, track id), newest first.
    """
    return newest_first([(at_ms, taste.tracks[number].id) for at_ms, number in diary.liked])


def playlists(
    seed: int, catalogue: Catalogue, listener_id: str, diary: Diary, taste: Taste
) -> tuple[Playlist, ...]:
    """Write the playlists the person sees: own, shared, followed.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    catalogue : Catalogue
        What there is to hear.
    listener_id : str
        Id of the listener.
    diary : Diary
        What happened.
    taste : Taste
        The memory that numbered the tracks.

    Returns
    -------
    tuple of Playlist
        In the order of the sidebar.
    """
    return _Shelf(seed, catalogue, listener_id, diary, taste).all()


class _Shelf:
    def __init__(
        self, seed: int, catalogue: Catalogue, listener_id: str, diary: Diary, taste: Taste
    ) -> None:
        self._rng = random.Random(f"{seed}/shelf")  # noqa: S311 - repeatable on purpose
        self._seed = seed
        self._catalogue = catalogue
        self._me = listener_id
        self._diary = diary
        self._taste = taste

    def all(self) -> tuple[Playlist, ...]:
        own = [
            self._new("Neue Playlist", ""),
            self._played(_LIVELY, "Für Samstage mit Zwiebeln.", "lively", public=True),
            self._played(_CALM, "Kopfhörer auf, Tür zu.", "calm", public=True),
            self._themed(
                "172 bpm und der Kanal",
                "Läuft. Meistens.",
                lambda genre: genre in {"alternative rock", "hip hop", "electronica"},
                public=False,
            ),
            self._themed(
                "Regenfenster",
                "",
                lambda genre: genre in {"folk", "nordic post-rock", "jazz", "chanson"},
                public=True,
            ),
            self._themed(
                "Balkon, Limo, Sommer",
                "Mai bis September, danach auf eigene Gefahr",
                lambda genre: genre in {"nova mpb", "highlife", "neo soul", "indie en español"},
                public=True,
            ),
            self._themed(
                "songs my sister would like",
                "(she doesn't)",
                lambda genre: genre in {"indie pop", "deutschsprachiger indie", "j-indie"},
                public=False,
            ),
            self._roadtrip(),
            *self._seasons(),
            self._odds_and_ends(),
        ]
        return (*own[:4], self._flat_party(), *own[4:], *self._others())

    def _new(
        self,
        name: str,
        description: str,
        entries: list[PlaylistEntry] | None = None,
        *,
        owner_id: str | None = None,
        public: bool | None = True,
        collaborative: bool = False,
    ) -> Playlist:
        return Playlist(
            id=make_id(self._seed, "playlist", name),
            name=name,
            description=description,
            owner_id=owner_id or self._me,
            public=public,
            collaborative=collaborative,
            snapshot_id=make_id(self._seed, "snapshot", name),
            entries=entries or [],
        )

    def _entry(self, at_ms: int, track_id: str, added_by: str | None = None) -> PlaylistEntry:
        return PlaylistEntry(f"spotify:track:{track_id}", iso(at_ms), added_by or self._me)

    def _played(self, name: str, description: str, context: str, *, public: bool) -> Playlist:
        uri = contexts(self._seed, self._me)[context]
        first: dict[str, int] = {}
        n_plays: Counter[str] = Counter()
        for play in self._diary.plays:
            if play.context_uri == uri and play.id and play.ms_played >= COUNTED_MS:
                first.setdefault(play.id, play.started_at_ms - 60_000)
                n_plays[play.id] += 1
        entries = [self._entry(first[i], i) for i in first if n_plays[i] >= 4]
        return self._new(name, description, entries[-260:], public=public)

    def _themed(
        self, name: str, description: str, wanted: Callable[[str], bool], *, public: bool
    ) -> Playlist:
        entries = [
            self._entry(at_ms + 9_000, self._taste.tracks[number].id)
            for at_ms, number in self._diary.liked
            if wanted(self._taste.genre_of[number]) and self._rng.random() < 0.4
        ]
        return self._new(name, description, entries[:140], public=public)

    def _seasons(self) -> list[Playlist]:
        found: dict[str, list[PlaylistEntry]] = {}
        for at_ms, number in self._diary.liked:
            on = datetime.fromtimestamp(at_ms / 1000, UTC)
            year = on.year - (on.month <= 2)
            label = f"{year}/{(year + 1) % 100:02d}" if on.month in {12, 1, 2} else str(year)
            entries = found.setdefault(f"{_SEASONS[on.month]} {label}", [])
            if self._rng.random() < 0.75:
                entries.append(self._entry(at_ms + 4_000, self._taste.tracks[number].id))
        newest = list(found)[::-1][:12]
        return [
            self._new(name, "", found[name], public=None if place > 8 else False)
            for place, name in enumerate(newest)
        ]

    def _roadtrip(self) -> Playlist:
        friends = (self._me, _friend(self._seed, 1), self._me, _friend(self._seed, 2))
        liked = self._diary.liked[len(self._diary.liked) // 2 :][:48]
        entries = [
            self._entry(at_ms, self._taste.tracks[number].id, self._rng.choice(friends))
            for at_ms, number in liked
        ]
        return self._new(
            "Roadtrip Lofoten (bitte keine Panflöte)",
            "Jede:r darf drei Vetos",
            entries,
            public=False,
            collaborative=True,
        )

    def _flat_party(self) -> Playlist:
        owner = _friend(self._seed, 1)
        guests = (owner, owner, self._me, _friend(self._seed, 2), _friend(self._seed, 3))
        return self._new(
            "WG-Party 3. Stock 🎉",
            "Wer skippt, spült.",
            self._strangers_choice(90, lambda: self._rng.choice(guests)),
            owner_id=owner,
            public=False,
            collaborative=True,
        )

    def _others(self) -> list[Playlist]:
        gardener, spotify = _friend(self._seed, 4), "spotify"
        return [
            self._new(
                "Sunday Slow Cooker",
                "low heat, long songs",
                self._strangers_choice(64, lambda: gardener),
                owner_id=gardener,
            ),
            self._new(
                "Field Guide to Quiet Machines",
                "",
                self._strangers_choice(120, lambda: gardener),
                owner_id=gardener,
            ),
            self._new(
                "Monday Mixture",
                "Made for you, by nobody in particular.",
                self._strangers_choice(30, lambda: spotify),
                owner_id=spotify,
                public=None,
            ),
        ]

    def _strangers_choice(self, n: int, by: Callable[[], str]) -> list[PlaylistEntry]:
        if not self._diary.plays:
            return []
        newest_ms = self._diary.plays[-1].ended_at_ms
        added = sorted(newest_ms - self._rng.randrange(900 * 86_400_000) for _ in range(n))
        chosen = self._rng.sample(self._taste.tracks, n)
        return [
            self._entry(at_ms, track.id, by()) for at_ms, track in zip(added, chosen, strict=True)
        ]

    def _odds_and_ends(self) -> Playlist:
        """One of each kind of row that a reader has to survive."""
        liked = self._diary.liked[:24]
        rows = [self._entry(at_ms, self._taste.tracks[number].id) for at_ms, number in liked]
        for row in rows[:5]:
            row.added_at = None  # as old as playlists that kept no dates
            row.added_by = None
        added_at = rows[-1].added_at if rows else None
        for artist, album, title, seconds in _LOCAL_FILES:
            parts = ":".join(quote_plus(part) for part in (artist, album, title))
            rows.append(PlaylistEntry(f"spotify:local:{parts}:{seconds}", added_at, self._me))
        if len(liked) > 12:
            rows[11] = PlaylistEntry(rows[11].uri, rows[11].added_at, "", is_null=True)
            rows.append(PlaylistEntry(rows[7].uri, added_at, self._me))
            rows.append(PlaylistEntry(rows[7].uri, added_at, self._me))
        heard = _last_episode(self._diary.plays)
        if heard:
            uri = f"spotify:episode:{heard.id}"
            rows.append(PlaylistEntry(uri, iso(heard.ended_at_ms), self._me))
        return self._new("Krimskrams & Reste", "Kabel, Knöpfe, Lieder", rows, public=False)


def _friend(seed: int, number: int) -> str:
    return "31" + make_id(seed, "user", number).lower() + "yq4e"


def _last_episode(plays: list[Play]) -> Play | None:
    return next((play for play in reversed(plays) if play.kind == "episode"), None)
