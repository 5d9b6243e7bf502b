"""What a made-up person likes, and how liking fades, returns and wanders.

A track that is liked enters the rotation with a strength that halves every week or two. Tracks
heard on many days are remembered long after; from time to time one of them comes back for a few
days. Some never leave altogether. Curiosity comes in waves, a scene at a time.
"""

from __future__ import annotations

import itertools
import math
import random
from bisect import bisect_left, bisect_right
from datetime import date

import numpy as np
from numpy.typing import NDArray

from spotify_analysis.demo.catalogue import Catalogue

__all__ = ["CALM", "LIVELY", "Taste"]

CALM = frozenset({"classical", "electronica", "folk", "jazz", "nordic post-rock", "nova mpb"})
LIVELY = frozenset(
    {
        "alternative rock",
        "electronica",
        "highlife",
        "hip hop",
        "indie en español",
        "neo soul",
        "nova mpb",
    }
)

_HOME_SCENES = {
    "indie pop": 2.4,
    "deutschsprachiger indie": 2.0,
    "electronica": 1.5,
    "folk": 1.3,
    "jazz": 1.1,
    "nordic post-rock": 1.1,
    "j-indie": 1.1,
    "nova mpb": 1.1,
    "chanson": 1.1,
    "classical": 0.6,
}
# genre: month of the year in which it is played most
_WARM = dict.fromkeys(("highlife", "indie en español", "neo soul", "nova mpb", "cumbia"), 7)
_COLD = dict.fromkeys(("classical", "nordic post-rock", "folk", "jazz"), 1)
_FORGOTTEN_DAYS = 30
_WEEK = 7
_WELL_KNOWN = 24  # tracks of an artist one comes across without looking for them


class Taste:
    """The memory of one person; tracks and artists are numbered as in the catalogue.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    catalogue : Catalogue
        What there is to like.
    """

    def __init__(self, seed: int, catalogue: Catalogue) -> None:
        self._rng = random.Random(f"{seed}/taste")  # noqa: S311 - repeatable on purpose
        # The legacy generator's stream is frozen by numpy's policy; the new one's is not.
        self._uniform = np.random.RandomState(seed % 2**32).random_sample
        self.tracks = list(catalogue.tracks.values())
        self.number_of = {track.id: number for number, track in enumerate(self.tracks)}
        self.artists = list(catalogue.artists.values())
        artist_number = {artist.id: number for number, artist in enumerate(self.artists)}
        self.artist_of = [artist_number[track.artist_ids[0]] for track in self.tracks]
        self._artist_of = np.array(self.artist_of)
        genres = [artist.genres[0] if artist.genres else "" for artist in self.artists]
        self.genre_of = [genres[artist] for artist in self.artist_of]
        names = sorted(set(genres))
        self._genre_names = names
        self._scene_of = [names.index(genre) for genre in genres]
        self._genre_of_artist = np.array(self._scene_of)
        self._genre_of_track = self._genre_of_artist[self._artist_of]
        self._waves = [
            (self._rng.uniform(500, 1300), self._rng.uniform(0, 2 * math.pi)) for _ in names
        ]

        n = len(self.tracks)
        self._strength = np.zeros(n)
        self._since = np.zeros(n)
        self._half_days = np.ones(n)
        self._evergreen = np.zeros(n)
        self._last_day = np.full(n, -10_000)
        self.n_plays = [0] * n
        self.n_days = np.zeros(n)
        self.liked = [False] * n
        self._opened: set[str] = set()

        self.known_artists: list[int] = []
        self._known: NDArray[np.intp] = np.zeros(0, dtype=np.intp)  # the same, to choose by
        self._fame = [math.exp(artist.popularity / 45) for artist in self.artists]
        self._at_home = [_HOME_SCENES.get(name, 1.0) for name in names]
        self._affinity = np.zeros(len(self.artists))
        self._fondness = np.zeros(len(self.artists))
        self._warmth = np.zeros(len(self.artists))
        self._period = 400 + 1100 * self._uniform(len(self.artists))
        self._phase = 2 * np.pi * self._uniform(len(self.artists))
        self._prepare_releases(catalogue)

        self._seasons: dict[tuple[int, int], NDArray[np.float64]] = {}
        self._active: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
        self._is_active = np.zeros(n, dtype=bool)
        self._active_until = -1
        self._weights: NDArray[np.float64] = np.zeros(0)
        self._draws: list[int] = []
        self.day = 0

    def _prepare_releases(self, catalogue: Catalogue) -> None:
        self.albums_of: list[list[tuple[str, tuple[int, ...], str]]] = []
        self._debut: list[str] = []
        self._hits: list[list[int]] = []
        for artist in self.artists:
            albums = [
                (_whole_date(a.release_date), tuple(self.number_of[t] for t in a.track_ids), a.id)
                for a in catalogue.albums_of(artist.id)
                if a.artist_ids[0] == artist.id
            ]
            self.albums_of.append(sorted(albums))
            self._debut.append(min((day for day, _, _ in albums), default="9999"))
            own = {number for _, numbers, _ in albums for number in numbers}
            ranked = sorted(own, key=lambda number: (-self.tracks[number].popularity, number))
            self._hits.append(ranked)
        out: dict[int, str] = {}
        for albums in reversed(self.albums_of):
            for day, numbers, _ in reversed(albums):
                out.update(dict.fromkeys(numbers, day))
        self._out = out
        self._newest = sorted(
            (album[0], artist, album)
            for artist, albums in enumerate(self.albums_of)
            for album in albums
        )

    # ------------------------------------------------------------ the passing of days

    def wake(self, day: int, on: date) -> None:
        """Begin a day: forget a little, and turn with the seasons.

        Parameters
        ----------
        day : int
            Days since the first; `hear` and `like` count from it.
        on : datetime.date
            Local day.
        """
        self._warmth *= 0.5 ** ((day - self.day) / 18)
        self.day = day
        self._today = on.isoformat()
        if day >= self._active_until:
            strength = self._faded(slice(None), day)
            self._is_active = (strength > 0.004) | (self._evergreen > 0)
            self._active = np.flatnonzero(self._is_active)
            self._active_until = day + _WEEK
            self._evergreen *= 0.5 ** (_WEEK / 1500)
            self._evergreen[self._evergreen < 1e-4] = 0.0
            # Fondness of artists comes and goes, each in its own time.
            turn = 2 * np.pi * day / self._period + self._phase
            self._fondness = self._affinity * np.exp(0.9 * np.sin(turn))
        self._reweigh(on)

    def _faded(self, which: slice | NDArray[np.intp], day: int) -> NDArray[np.float64]:
        age = (day - self._since[which]) / self._half_days[which]
        faded: NDArray[np.float64] = self._strength[which] * np.exp2(-age)
        return faded

    def _reweigh(self, on: date) -> None:
        active = self._active
        season = self._seasons.get((on.month, on.day))
        if season is None:
            month = on.month - 1 + on.day / 31
            season = np.array([_season(name, month) for name in self._genre_names])
            self._seasons[on.month, on.day] = season
        weights = self._faded(active, self.day) + self._evergreen[active]
        self._weights = np.cumsum(weights * season[self._genre_of_track[active]])
        self._draws = []

    # ------------------------------------------------------------ choosing

    def from_rotation(self) -> int | None:
        """Draw a track of the present rotation.

        Returns
        -------
        int or None
            Number of a track; None while there is no rotation.
        """
        if not self._draws:
            if not len(self._weights):
                return None
            aims = self._uniform(48) * self._weights[-1]
            self._draws = self._active[np.searchsorted(self._weights, aims)].tolist()
        return self._draws.pop()

    def forgotten(self, n: int) -> list[int]:
        """Draw tracks not heard for a month that come to mind again.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        list of int
            Numbers of distinct tracks; empty while fewer are forgotten.
        """
        silent = np.flatnonzero((self.n_days >= 2) & (self._last_day <= self.day - _FORGOTTEN_DAYS))
        if len(silent) < n:
            return []
        age = self.day - self._last_day[silent]
        # Memory: practice on separate days helps, time harms, a familiar artist calls back.
        weight = np.minimum(self.n_days[silent], 60) ** 1.6 / age**1.7
        weight *= (0.25 + self._warmth[self._artist_of[silent]]) ** 0.35
        # A Gumbel race: the n largest are a weighted draw without replacement.
        race = np.log(weight) - np.log(-np.log(self._uniform(len(silent)) + 1e-300))
        return [int(number) for number in silent[np.argsort(-race, kind="stable")[:n]]]

    def new_artist(self) -> int | None:
        """Meet an artist for the first time, of a scene that is interesting now.

        Returns
        -------
        int or None
            Number of an artist; None once all are known.
        """
        weights = []
        left = []
        interest = [
            math.exp(0.9 * math.sin(2 * math.pi * self.day / period + phase)) * at_home
            for (period, phase), at_home in zip(self._waves, self._at_home, strict=True)
        ]
        known = set(self.known_artists)
        for number, (debut, scene) in enumerate(zip(self._debut, self._scene_of, strict=True)):
            if number not in known and debut <= self._today:
                left.append(number)
                weights.append(interest[scene] * self._fame[number])
        if not left:
            return None
        number = self._rng.choices(left, weights)[0]
        self.known_artists.append(number)
        self._known = np.append(self._known, number)
        self._affinity[number] = min(3.0, self._rng.lognormvariate(-0.35, 0.8))
        self._fondness[number] = self._affinity[number]
        return number

    def hits(self, artist: int, n: int) -> list[int]:
        """Best-known released tracks of an artist.

        Parameters
        ----------
        artist : int
            Number of the artist.
        n : int
            At most so many.

        Returns
        -------
        list of int
            Numbers of tracks, most popular first.
        """
        released = (number for number in self._hits[artist] if self._out[number] <= self._today)
        return list(itertools.islice(released, n))

    def liked_artist(self) -> int | None:
        """Draw a known artist, rather one that is warm now.

        Returns
        -------
        int or None
            Number of an artist; None while none is known.
        """
        if not self.known_artists:
            return None
        known = self._known
        weights = self._fondness[known] * (0.2 + np.minimum(self._warmth[known], 1.2))
        bounds = np.cumsum(weights)
        place = int(np.searchsorted(bounds, self._rng.random() * bounds[-1], side="right"))
        return self.known_artists[min(place, len(known) - 1)]

    def unheard(self) -> int | None:
        """Draw a track never heard before, of an artist who is known.

        Returns
        -------
        int or None
            Number of a track; None where nothing is left.
        """
        for _ in range(6):
            if self._rng.random() < 0.4:
                artist = self.liked_artist()
            else:
                artist = self._rng.choice(self.known_artists) if self.known_artists else None
            if artist is None:
                return None
            stray = self._rng.random() < 0.12
            left = [
                number
                for number in self.hits(artist, _WELL_KNOWN)
                if not self.n_plays[number] and (stray or self.opened(number))
            ]
            if left:
                return left[int(self._rng.random() ** 1.7 * len(left))]
        return None

    def opened(self, number: int) -> bool:
        """Tell whether anything of the album of a track has been heard.

        Parameters
        ----------
        number : int
            Number of the track.

        Returns
        -------
        bool
            True also for an album of which a single track came along.
        """
        return self.tracks[number].album_id in self._opened

    def releases(self, within_days: int, on: date) -> list[tuple[str, tuple[int, ...], str]]:
        """Find albums that liked artists brought out lately and nobody here has heard.

        Parameters
        ----------
        within_days : int
            How lately.
        on : datetime.date
            Local day.

        Returns
        -------
        list of tuple
            (release date, numbers of the tracks, album id).
        """
        oldest = date.fromordinal(on.toordinal() - within_days).isoformat()
        first = bisect_left(self._newest, oldest, key=_first)
        last = bisect_right(self._newest, self._today, key=_first)
        # only a known artist has any affinity
        found = [
            (self.known_artists.index(artist), album)
            for _, artist, album in self._newest[first:last]
            if self._affinity[artist] > 0.75 and not self.n_plays[album[1][-1]]
        ]
        return [album for _, album in sorted(found)]

    # ------------------------------------------------------------ hearing

    def hear(self, number: int) -> None:
        """Remember a track that was played; the first time decides whether it is liked.

        Parameters
        ----------
        number : int
            Number of the track.
        """
        first = not self.n_plays[number]
        self.n_plays[number] += 1
        if self._last_day[number] != self.day:
            self.n_days[number] += 1
            away_days = self.day - self._last_day[number]
            self._last_day[number] = self.day
            self._warmth[self.artist_of[number]] += 0.12
            if not first and self.liked[number]:
                self._remember(number, away_days)
        if first:
            self._opened.add(self.tracks[number].album_id)
            artist = self.artist_of[number]
            affinity = self._fondness[artist]
            shine = self.tracks[number].popularity - self.artists[artist].popularity
            if self._rng.random() < min(0.62, 0.3 * affinity**0.8) * (1 + shine / 60):
                self.like(number, (0.25 + affinity) * self._rng.lognormvariate(0, 0.6))

    def like(self, number: int, strength: float, *, half_days: float | None = None) -> None:
        """Put a track into the rotation.

        Parameters
        ----------
        number : int
            Number of the track.
        strength : float
            How often it is wanted, next to the others.
        half_days : float, optional
            Days in which that halves; drawn if not given.
        """
        self.liked[number] = True
        self._strength[number] = strength
        self._since[number] = self.day
        self._half_days[number] = half_days or min(45.0, 9 * self._rng.lognormvariate(0, 0.55))
        if self._active_until > self.day and not self._is_active[number]:
            self._is_active[number] = True
            self._active = np.append(self._active, number)
            self._weights = np.append(
                self._weights, (self._weights[-1] if len(self._weights) else 0.0) + strength
            )

    def tire(self, number: int) -> None:
        """Lose some interest: a track was skipped.

        Parameters
        ----------
        number : int
            Number of the track.
        """
        self._strength[number] *= 0.8

    def binged(self, number: int) -> None:
        """Have enough of a track after an evening of nothing else.

        Parameters
        ----------
        number : int
            Number of the track.
        """
        self.like(number, 1.2, half_days=2.5)

    def _remember(self, number: int, away_days: int) -> None:
        if away_days >= _FORGOTTEN_DAYS:
            again = 0.45 * self._rng.lognormvariate(0, 0.5)
            self.like(number, again, half_days=self._rng.uniform(3, 9))
        elif self.n_days[number] >= 14 and not self._evergreen[number]:
            self._evergreen[number] = min(0.04, 0.008 * self._rng.lognormvariate(0, 0.8))


def _first(album: tuple[str, int, tuple[str, tuple[int, ...], str]]) -> str:
    return album[0]


def _season(genre: str, month: float) -> float:
    peak = _WARM.get(genre) or _COLD.get(genre)
    if not peak:
        return 1.0
    return 1 + 0.6 * math.cos(2 * math.pi * (month - peak + 0.5) / 12)


def _whole_date(release_date: str) -> str:
    return (
        release_date + "-01-01"[len(release_date) - 10 :]
        if len(release_date) < 10
        else release_date
    )
