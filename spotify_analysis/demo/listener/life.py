"""Ten years of listening, play by play: the days of `days` filled with what `taste` would hear."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from spotify_analysis.demo.catalogue import Catalogue
from spotify_analysis.demo.listener import days
from spotify_analysis.demo.listener.model import COUNTED_MS, Play
from spotify_analysis.demo.listener.taste import CALM, LIVELY, Taste

__all__ = ["Diary", "live"]

_METADATA_KEPT = date(2019, 1, 1)

# what a session in a setting consists of, with weights
_MODES: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "commute": (("rotation", "podcast", "album", "explore", "return"), (36, 34, 10, 12, 8)),
    "coffee": (("rotation", "podcast", "album", "return", "explore"), (44, 18, 16, 10, 12)),
    "work": (
        ("calm", "rotation", "album", "artist", "explore", "return"),
        (24, 28, 20, 6, 16, 6),
    ),
    "walk": (
        ("rotation", "podcast", "album", "explore", "return", "binge"),
        (42, 14, 12, 16, 11, 5),
    ),
    "evening": (
        ("rotation", "album", "explore", "return", "artist", "binge"),
        (32, 20, 20, 13, 7, 8),
    ),
    "kitchen": (("rotation", "lively", "album", "return", "explore"), (34, 20, 16, 14, 16)),
    "party": (("lively", "rotation", "return"), (62, 22, 16)),
    "late": (("rotation", "calm", "album", "return", "binge"), (32, 20, 18, 16, 14)),
    "flight": (("album", "rotation", "podcast"), (50, 35, 15)),
}
_GENRES = {"calm": CALM, "lively": LIVELY}
_SKIP = {"explore": 0.34, "lively": 0.16, "rotation": 0.1, "return": 0.07, "calm": 0.05}


@dataclass(slots=True)
class Diary:
    """What happened, as far as the library needs to know; times are epoch milliseconds.

    Parameters
    ----------
    plays : list of Play
        Ascending by end.
    liked : list of tuple
        (moment, number of a track) for tracks worth saving.
    albums : list of tuple
        (moment, album id).
    artists : list of tuple
        (moment, number of an artist).
    episodes : list of tuple
        (moment, episode id).
    shows : list of tuple
        (moment, show id).
    """

    plays: list[Play] = field(default_factory=list)
    liked: list[tuple[int, int]] = field(default_factory=list)
    albums: list[tuple[int, str]] = field(default_factory=list)
    artists: list[tuple[int, int]] = field(default_factory=list)
    episodes: list[tuple[int, str]] = field(default_factory=list)
    shows: list[tuple[int, str]] = field(default_factory=list)


def live(
    seed: int, catalogue: Catalogue, first: date, until_ms: int, contexts: dict[str, str]
) -> tuple[Diary, Taste]:
    """Live from a day on until a moment.

    Parameters
    ----------
    seed : int
        Seed of the listener.
    catalogue : Catalogue
        What there is to hear.
    first : datetime.date
        First local day.
    until_ms : int
        Nothing ends after this moment, in UTC epoch milliseconds.
    contexts : dict
        URIs for "collection" (the saved tracks), "calm" and "lively" (two playlists).

    Returns
    -------
    diary : Diary
        Plays, ascending by end, and what became dear on the way.
    taste : Taste
        The memory at the end.
    """
    life = _Life(seed, catalogue, first, until_ms, contexts)
    last = datetime.fromtimestamp(until_ms / 1000, UTC).date() + timedelta(days=1)
    for session in days.sessions(seed, first, last):
        if session.starts_at_ms >= until_ms:
            break
        life.sit_down(session)
    return life.diary, life.taste


class _Life:
    def __init__(
        self,
        seed: int,
        catalogue: Catalogue,
        first: date,
        until_ms: int,
        contexts: dict[str, str],
    ) -> None:
        self.diary = Diary()
        self.taste = Taste(seed, catalogue)
        self._catalogue = catalogue
        self._rng = random.Random(f"{seed}/life")  # noqa: S311 - repeatable on purpose
        self._random = self._rng.random
        self._contexts = contexts
        self._first = first
        self._until_ms = until_ms
        self._day = -1
        self._free_at_ms = 0
        self._to_meet = 0.0
        self._new_albums: list[tuple[str, tuple[int, ...], str]] = []
        self._album_likes: Counter[str] = Counter()
        self._followed: set[int] = set()
        self._artist_days: Counter[int] = Counter()
        self._prepare_podcasts()
        self._prepare_book()
        winter = [a for a in catalogue.albums.values() if a.name.startswith("Zimt & Zorn")]
        self._winter = [self.taste.number_of[t] for t in winter[0].track_ids] if winter else []
        self._winter_uri = f"spotify:album:{winter[0].id}" if winter else None

    # ------------------------------------------------------------ one session

    def sit_down(self, session: days.Session) -> None:
        """Live through one session."""
        day = (session.day - self._first).days
        if day != self._day:
            self._begin_day(day, session.day)
        at_ms = session.starts_at_ms + int(self._random() * 1000)
        late_ms = self._free_at_ms - at_ms
        if late_ms > 0:
            at_ms = self._free_at_ms + self._rng.randint(60_000, 600_000)
        end_ms = min(at_ms + int(session.minutes * 60_000), self._until_ms)
        if late_ms > 45 * 60_000 or end_ms - at_ms < 240_000:
            return
        if self._book_days <= day < self._book_days + 40 and session.setting in {"evening", "late"}:
            at_ms = self._read_aloud(session, at_ms, end_ms)
        mode = self._mode(session)
        if mode == "podcast":
            at_ms = self._podcast(session, at_ms, end_ms)
            mode = "rotation"
        if at_ms < end_ms:
            self._music(session, mode, at_ms, end_ms)

    def _mode(self, session: days.Session) -> str:
        modes, weights = _MODES[session.setting]
        mode = self._rng.choices(modes, weights)[0]
        advent = session.day.month == 12 and session.day.day <= 26
        cosy = session.setting in {"evening", "kitchen"} and mode in {"rotation", "lively"}
        return "winter" if advent and cosy and self._random() < 0.3 else mode

    def _begin_day(self, day: int, on: date) -> None:
        first_day = self._day < 0
        self._day = day
        self.taste.wake(day, on)
        if first_day:
            self._remember_youth()
        self._to_meet += 0.088 * (0.4 + 1.2 * self._random())
        if on.weekday() == 4 or not self._new_albums:
            self._new_albums = self.taste.releases(21, on)

    def _remember_youth(self) -> None:
        """Come with a taste: artists known before there was an account."""
        for _ in range(45):
            artist = self.taste.new_artist()
            if artist is not None:
                for number in self.taste.hits(artist, self._rng.randint(2, 12)):
                    self.taste.hear(number)

    def _music(self, session: days.Session, mode: str, at_ms: int, end_ms: int) -> None:
        random_ = self._random
        taste = self.taste
        skip_chance = _SKIP.get(mode, 0.06)
        shuffle = mode in {"rotation", "lively", "calm", "explore"} and random_() < 0.72
        incognito = random_() < 0.006
        cast = session.platform == "cast"
        # Spotify does not know in which country some speakers are.
        country = "ZZ" if cast and random_() < 0.25 else session.country
        reason = "remote" if cast else _starting(random_())
        long_ago = session.day < _METADATA_KEPT
        for number, context in self._programme(mode):
            track = taste.tracks[number]
            skipped = random_() < skip_chance
            if skipped:
                ms_played, reason_end = self._cut_short(track.duration_ms)
            else:
                ms_played, reason_end = track.duration_ms, "trackdone"
            over = at_ms + ms_played >= end_ms
            if over and not skipped:
                left_ms = max(0, end_ms - at_ms + self._rng.randint(-20_000, 40_000))
                if left_ms < ms_played:
                    ms_played, reason_end = left_ms, _leaving(random_(), session.setting)
            ended_at_ms = at_ms + ms_played
            if random_() < 0.02:
                ended_at_ms += int(self._rng.expovariate(1 / 240_000))  # paused on the way
            if ended_at_ms >= self._until_ms:
                break
            lost = long_ago and number % 16 == 3  # later taken off Spotify, names and all
            self.diary.plays.append(
                Play(
                    started_at_ms=at_ms,
                    ended_at_ms=ended_at_ms,
                    ms_played=ms_played,
                    kind="unknown" if lost else "track",
                    id=None if lost else track.id,
                    platform=session.platform,
                    country=country,
                    reason_start=reason,
                    reason_end=reason_end,
                    shuffle=shuffle,
                    offline=session.offline,
                    incognito=incognito,
                    context_uri=context,
                )
            )
            if skipped:
                taste.tire(number)
            elif ms_played >= COUNTED_MS and not lost:
                self._heard(number, ended_at_ms)
            at_ms = ended_at_ms + self._rng.randrange(40, 900)
            self._free_at_ms = at_ms
            if over:
                break
            reason = reason_end

    def _cut_short(self, duration_ms: int) -> tuple[int, str]:
        ms_played = min(duration_ms, int(self._rng.expovariate(1 / 13_000)))
        if self._random() < 0.06:
            ms_played = 0
        return ms_played, "backbtn" if self._random() < 0.04 else "fwdbtn"

    def _heard(self, number: int, at_ms: int) -> None:
        taste = self.taste
        before = taste.liked[number]
        taste.hear(number)
        n_plays = taste.n_plays[number]
        if taste.liked[number] and not before:
            album_id = taste.tracks[number].album_id
            self._album_likes[album_id] += 1
            if self._album_likes[album_id] == 4:
                self.diary.albums.append((at_ms, album_id))
        if before and n_plays == 3:
            self.diary.liked.append((at_ms, number))
        artist = taste.artist_of[number]
        self._artist_days[artist] += 1
        if self._artist_days[artist] == 25 and artist not in self._followed:
            self._followed.add(artist)
            self.diary.artists.append((at_ms, artist))

    # ------------------------------------------------------------ what to play next

    def _programme(self, mode: str) -> Iterator[tuple[int, str | None]]:
        if mode == "winter" and self._winter:
            order = list(self._winter)
            self._rng.shuffle(order)
            yield from ((number, self._winter_uri) for number in order)
        elif mode == "album":
            yield from self._album()
        elif mode == "explore":
            yield from self._explore()
        elif mode == "return":
            yield from self._return()
        elif mode == "artist":
            yield from self._one_artist()
        elif mode == "binge":
            yield from self._binge()
        yield from self._rotation(mode)

    def _rotation(self, mode: str) -> Iterator[tuple[int, str | None]]:
        taste = self.taste
        heard: set[int] = set()
        genres = _GENRES.get(mode)
        context = self._contexts.get(mode)
        if context is None and self._random() < 0.4:
            context = self._contexts["collection"]
        while True:
            number: int | None = None
            for _ in range(9):
                number = taste.from_rotation()
                if number is None:
                    break
                if number in heard:
                    continue
                if genres and taste.genre_of[number] not in genres and self._random() < 0.85:
                    continue
                break
            if number is None or (number in heard and self._random() < 0.6):
                yield from self._meet()
                continue
            heard.add(number)
            yield number, context

    def _album(self) -> Iterator[tuple[int, str | None]]:
        taste = self.taste
        if self._new_albums and self._random() < 0.5:
            _, numbers, album_id = self._new_albums.pop(0)
        else:
            artist = taste.liked_artist()
            if artist is None:
                return
            today = self._first.toordinal() + self._day
            released = [
                album
                for album in taste.albums_of[artist]
                if album[0] <= date.fromordinal(today).isoformat() and len(album[1]) > 3
            ]
            if not released:
                return
            fresh = [album for album in released if not taste.n_plays[album[1][2]]]
            pool = fresh if fresh and self._random() < 0.5 else released
            _, numbers, album_id = pool[int(self._random() * len(pool))]
        stop = (
            len(numbers)
            if self._random() < 0.72
            else self._rng.randint(min(3, len(numbers)), len(numbers))
        )
        for number in numbers[:stop]:
            yield number, f"spotify:album:{album_id}"

    def _explore(self) -> Iterator[tuple[int, str | None]]:
        taste = self.taste
        for _ in range(self._rng.randint(5, 11)):
            if self._to_meet >= 1 and self._random() < 0.6:
                yield from self._meet()
                continue
            if self._random() < 0.8:
                number = taste.unheard()
                if number is not None:
                    yield number, None
                    continue
            number = taste.from_rotation()
            if number is not None:
                yield number, None

    def _meet(self) -> Iterator[tuple[int, str | None]]:
        artist = None
        if self._to_meet > 0:
            self._to_meet -= 1
            artist = self.taste.new_artist()
        artist = artist if artist is not None else self.taste.liked_artist()
        if artist is None:
            return
        for number in self.taste.hits(artist, 1 + int(self._random() * 3)):
            yield number, None

    def _return(self) -> Iterator[tuple[int, str | None]]:
        for number in self.taste.forgotten(self._rng.randint(4, 11)):
            yield number, self._contexts["collection"] if self._random() < 0.5 else None

    def _one_artist(self) -> Iterator[tuple[int, str | None]]:
        artist = self.taste.liked_artist()
        if artist is None:
            return
        numbers = [n for n in self.taste.hits(artist, 40) if self.taste.opened(n)][:22]
        self._rng.shuffle(numbers)
        uri = f"spotify:artist:{self.taste.artists[artist].id}"
        for number in numbers:
            yield number, uri

    def _binge(self) -> Iterator[tuple[int, str | None]]:
        number = self.taste.from_rotation()
        if number is None:
            return
        for _ in range(self._rng.randint(5, 15)):
            yield number, None
        self.taste.binged(number)

    # ------------------------------------------------------------ spoken word

    def _prepare_podcasts(self) -> None:
        self._episodes = []
        for show in self._catalogue.shows.values():
            episodes = [self._catalogue.episodes[i] for i in reversed(show.episode_ids)]
            begins = date.fromisoformat(episodes[0].release_date) + timedelta(
                days=self._rng.randint(20, 200)
            )
            self._episodes.append((max(begins, self._first).isoformat(), show.id, episodes))
        self._listened_ms: Counter[str] = Counter()
        self._subscribed: set[str] = set()

    def _podcast(self, session: days.Session, at_ms: int, end_ms: int) -> int:
        today = session.day.isoformat()
        oldest = (session.day - timedelta(days=40)).isoformat()
        waiting = []
        for begins, show_id, episodes in self._episodes:
            if begins > today:
                continue
            place = bisect_right(episodes, today, key=lambda episode: episode.release_date)
            for episode in episodes[max(0, place - 4) : place]:
                left_ms = episode.duration_ms - self._listened_ms[episode.id]
                if episode.release_date >= oldest and left_ms > 60_000:
                    # What was begun is finished first, then the newest.
                    begun = self._listened_ms[episode.id] > 0
                    waiting.append((begun, episode.release_date, show_id, episode.id, left_ms))
        if not waiting:
            return at_ms
        _, _, show_id, episode_id, left_ms = max(waiting)
        if show_id not in self._subscribed:
            self._subscribed.add(show_id)
            self.diary.shows.append((at_ms, show_id))
        finished = self._spoken(session, "episode", episode_id, left_ms, at_ms, end_ms, show_id)
        if finished and self._random() < 0.06:
            self.diary.episodes.append((self._free_at_ms, episode_id))
        return self._free_at_ms

    def _prepare_book(self) -> None:
        last = datetime.fromtimestamp(self._until_ms / 1000, UTC).date()
        self._book_days = (last - self._first).days - 305
        book = next(iter(self._catalogue.audiobooks.values()))
        self._book_id = book.id
        self._chapters = [self._catalogue.chapters[i] for i in book.chapter_ids]

    def _read_aloud(self, session: days.Session, at_ms: int, end_ms: int) -> int:
        for chapter in self._chapters:
            left_ms = chapter.duration_ms - self._listened_ms[chapter.id]
            if left_ms > 5_000 and at_ms < end_ms:
                self._spoken(session, "chapter", chapter.id, left_ms, at_ms, end_ms, self._book_id)
                at_ms = self._free_at_ms
        return at_ms

    def _spoken(
        self,
        session: days.Session,
        kind: str,
        item_id: str,
        left_ms: int,
        at_ms: int,
        end_ms: int,
        show_id: str,
    ) -> bool:
        ms_played = min(left_ms, end_ms - at_ms)
        finished = ms_played == left_ms
        self._listened_ms[item_id] += ms_played
        self.diary.plays.append(
            Play(
                started_at_ms=at_ms,
                ended_at_ms=at_ms + ms_played,
                ms_played=ms_played,
                kind=kind,
                id=item_id,
                platform=session.platform,
                country=session.country,
                reason_start="clickrow",
                reason_end="trackdone" if finished else "endplay",
                shuffle=False,
                offline=session.offline,
                incognito=False,
                context_uri=f"spotify:show:{show_id}",
            )
        )
        self._free_at_ms = at_ms + ms_played + 300
        return finished


def _starting(chance: float) -> str:
    """Why the first play of a session began."""
    if chance < 0.6:
        return "clickrow"
    return "playbtn" if chance < 0.85 else "appload"


def _leaving(chance: float, setting: str) -> str:
    """Why the last play of a session ended."""
    if setting in {"commute", "walk", "flight"} and chance < 0.12:
        return "unexpected-exit-while-paused"
    if chance < 0.5:
        return "logout"
    return "endplay" if chance < 0.9 else "unexpected-exit"
