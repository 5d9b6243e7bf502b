"""A made-up music catalogue: artists, albums, tracks, podcasts and audiobooks that do not exist.

The words are in ``names.toml``; this module deals them out. The same seed gives the same catalogue
in every process, and ids look like Spotify's: 22 base-62 characters that hold 128 bits.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

__all__ = [
    "LAST_RELEASE",
    "Album",
    "Artist",
    "Audiobook",
    "Catalogue",
    "Chapter",
    "Episode",
    "Show",
    "Track",
    "catalogue",
    "make_id",
]

LAST_RELEASE = date(2026, 11, 20)

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PART = {"de": "Teil", "en": "Part", "fr": "suite"}


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist of the catalogue.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    genres : tuple of str
        Most characteristic first; empty for some, as on Spotify.
    popularity : int
        0-100.
    followers : int
        How many follow them.
    """

    id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int


@dataclass(frozen=True, slots=True)
class Album:
    """An album, single or compilation.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    album_type : str
        "album", "single" or "compilation".
    artist_ids : tuple of str
        Album artists, main artist first.
    track_ids : tuple of str
        In playing order.
    release_date : str
        `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    release_date_precision : str
        "year", "month" or "day", as long as `release_date`.
    label : str
        Record label.
    upc : str
        12 digits with a correct check digit, of the range that no shop may sell under.
    popularity : int
        0-100.
    """

    id: str
    name: str
    album_type: str
    artist_ids: tuple[str, ...]
    track_ids: tuple[str, ...]
    release_date: str
    release_date_precision: str
    label: str
    upc: str
    popularity: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track on an album.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    artist_ids : tuple of str
        Main artist first, then guests.
    album_id : str
        Album it is on.
    duration_ms : int
        Length in milliseconds.
    explicit : bool
        Whether it carries the warning.
    disc_number : int
        From 1.
    track_number : int
        From 1 on each disc.
    isrc : str
        12 characters; one recording has one, on however many albums and ids.
    popularity : int
        0-100.
    """

    id: str
    name: str
    artist_ids: tuple[str, ...]
    album_id: str
    duration_ms: int
    explicit: bool
    disc_number: int
    track_number: int
    isrc: str
    popularity: int


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    publisher : str
        Who makes it.
    description : str
        One sentence.
    languages : tuple of str
        ISO 639-1 codes.
    episode_ids : tuple of str
        Newest first.
    """

    id: str
    name: str
    publisher: str
    description: str
    languages: tuple[str, ...]
    episode_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of a podcast.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    show_id : str
        Podcast it belongs to.
    duration_ms : int
        Length in milliseconds.
    release_date : str
        `YYYY-MM-DD`.
    description : str
        One sentence.
    explicit : bool
        Whether it carries the warning.
    """

    id: str
    name: str
    show_id: str
    duration_ms: int
    release_date: str
    description: str
    explicit: bool


@dataclass(frozen=True, slots=True)
class Audiobook:
    """An audiobook.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    authors : tuple of str
        Who wrote it.
    narrators : tuple of str
        Who reads it.
    publisher : str
        Who publishes it.
    chapter_ids : tuple of str
        In reading order.
    edition : str
        Such as "Unabridged".
    """

    id: str
    name: str
    authors: tuple[str, ...]
    narrators: tuple[str, ...]
    publisher: str
    chapter_ids: tuple[str, ...]
    edition: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of an audiobook.

    Parameters
    ----------
    id : str
        22 base-62 characters.
    name : str
        As shown; may hold anything a name can hold.
    audiobook_id : str
        Book it belongs to.
    number : int
        From 1.
    duration_ms : int
        Length in milliseconds.
    """

    id: str
    name: str
    audiobook_id: str
    number: int
    duration_ms: int


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything there is to hear; each mapping is id to object, in a stable order.

    Parameters
    ----------
    seed : int
        What it was made from.
    artists : dict of str
        By id.
    albums : dict of str
        By id.
    tracks : dict of str
        By id.
    shows : dict of str
        By id.
    episodes : dict of str
        By id.
    audiobooks : dict of str
        By id.
    chapters : dict of str
        By id.
    """

    seed: int
    artists: dict[str, Artist] = field(repr=False)
    albums: dict[str, Album] = field(repr=False)
    tracks: dict[str, Track] = field(repr=False)
    shows: dict[str, Show] = field(repr=False)
    episodes: dict[str, Episode] = field(repr=False)
    audiobooks: dict[str, Audiobook] = field(repr=False)
    chapters: dict[str, Chapter] = field(repr=False)

    @functools.cached_property
    def _albums_by_artist(self) -> dict[str, tuple[Album, ...]]:
        found: dict[str, list[Album]] = {}
        for album in self.albums.values():
            for artist_id in album.artist_ids:
                found.setdefault(artist_id, []).append(album)
        return {
            artist_id: tuple(sorted(albums, key=lambda album: album.release_date, reverse=True))
            for artist_id, albums in found.items()
        }

    def albums_of(self, artist_id: str) -> list[Album]:
        """List the albums an artist is credited on, newest first.

        Parameters
        ----------
        artist_id : str
            Id of an artist.

        Returns
        -------
        list of Album
            Empty for an unknown id. Tracks on compilations of "Various Artists" do not count.
        """
        return list(self._albums_by_artist.get(artist_id, ()))


def make_id(seed: int, kind: str, number: int | str) -> str:
    """Derive an id that is the same in every process.

    Parameters
    ----------
    seed : int
        Seed of the catalogue or listener.
    kind : str
        What the id is for, such as "track".
    number : int or str
        Which one of its kind.

    Returns
    -------
    str
        22 base-62 characters, like Spotify's.
    """
    digest = hashlib.blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=16).digest()
    value = int.from_bytes(digest, "big")
    digits = []
    for _ in range(22):
        value, digit = divmod(value, 62)
        digits.append(_BASE62[digit])
    return "".join(reversed(digits))


@functools.lru_cache(maxsize=4)
def catalogue(seed: int = 1, *, extra_albums: int = 0) -> Catalogue:
    """Make the catalogue that belongs to a seed.

    Parameters
    ----------
    seed : int
        Chooses who made what and when; the names are always drawn from the same words.
    extra_albums : int
        Further albums by the same artists, for tests that need a very large library.

    Returns
    -------
    Catalogue
        About 400 artists, 900 albums and 8,000 tracks, 8 podcasts and 3 audiobooks. One object per
        process and arguments: treat it as read-only.

    Examples
    --------
    >>> from spotify_analysis.demo import catalogue
    >>> len(catalogue.catalogue(1).artists)
    401
    """
    return _Maker(seed).make(extra_albums)


class _Deck:
    """Deals titles of one scene; the memorable ones first where asked for."""

    def __init__(self, scene: dict[str, Any], rng: random.Random) -> None:
        join = scene.get("join", " ")
        self._rng = rng
        self._phrases: list[str] = list(scene["phrases"])
        self._all = self._phrases + [
            f"{opening}{join}{closing}"
            for opening in scene["openings"]
            for closing in scene["closings"]
        ]
        rng.shuffle(self._phrases)
        self._left: list[str] = []

    def deal(self, used: set[str], *, lead: bool = False) -> str:
        if lead and self._phrases:
            title = self._phrases.pop()
            if title not in used:
                used.add(title)
                return title
        for _ in range(2 * len(self._all)):
            if not self._left:
                self._left = list(self._all)
                self._rng.shuffle(self._left)
            title = self._left.pop()
            if title not in used:
                used.add(title)
                return title
        title = f"{self._all[0]} {len(used)}"  # an artist has used up every title of the scene
        used.add(title)
        return title


@dataclass(slots=True)
class _Song:
    """A recording before it is put on an album."""

    name: str
    artist_ids: tuple[str, ...]
    duration_ms: int
    explicit: bool
    isrc: str
    popularity: int

    def renamed(self, name: str) -> _Song:
        return _Song(
            name, self.artist_ids, self.duration_ms, self.explicit, self.isrc, self.popularity
        )


class _Maker:
    """Builds one catalogue."""

    def __init__(self, seed: int) -> None:
        text = importlib.resources.files(__package__).joinpath("names.toml").read_text("utf-8")
        self._words: dict[str, Any] = tomllib.loads(text)
        self._seed = seed
        self._rng = random.Random(f"{seed}/catalogue")  # noqa: S311 - repeatable on purpose
        self._artists: dict[str, Artist] = {}
        self._albums: dict[str, Album] = {}
        self._tracks: dict[str, Track] = {}
        self._scene_of: dict[str, dict[str, Any]] = {}
        self._peers: dict[str, list[str]] = {}
        self._decks: dict[str, _Deck] = {}
        self._used: dict[str, set[str]] = {}
        self._n_songs = 0
        self._hard_titles: list[str] = []
        self._hard_albums: list[str] = []

    def make(self, extra_albums: int) -> Catalogue:
        self._make_artists()
        ids = list(self._artists)
        order = list(ids)
        self._rng.shuffle(order)
        # Spread the hard names thinly, so that no page of the catalogue is a list of oddities.
        step = max(1, len(order) // (len(self._words["hard_titles"]) + 1))
        hard = dict(zip(order[::step], self._words["hard_titles"], strict=False))
        odd = dict(zip(order[1 :: 2 * step], self._words["hard_albums"], strict=False))
        for artist_id in ids:
            self._hard_titles = [hard[artist_id]] if artist_id in hard else []
            self._hard_albums = [odd[artist_id]] if artist_id in odd else []
            self._discography(artist_id)
        self._compilations()
        for number in range(extra_albums):
            self._extra_album(ids[number % len(ids)])
        shows, episodes = self._podcasts()
        audiobooks, chapters = self._audiobooks()
        return Catalogue(
            seed=self._seed,
            artists=self._artists,
            albums=self._albums,
            tracks=self._tracks,
            shows=shows,
            episodes=episodes,
            audiobooks=audiobooks,
            chapters=chapters,
        )

    # ------------------------------------------------------------ artists

    def _make_artists(self) -> None:
        rng = self._rng
        for scene in self._words["scenes"]:
            genre = scene["genres"][0]
            self._decks[genre] = _Deck(scene, rng)
            for name in scene["artists"]:
                artist_id = make_id(self._seed, "artist", name)
                more = [other for other in scene["genres"][1:] if rng.random() < 0.4]
                # Spotify knows no genre for many small artists.
                genres = () if rng.random() < 0.06 else (genre, *more)
                popularity = round(min(88.0, max(3.0, rng.gauss(38, 16))))
                self._artists[artist_id] = Artist(
                    id=artist_id,
                    name=name,
                    genres=genres,
                    popularity=popularity,
                    followers=int(10 ** (1.6 + popularity / 17 + rng.gauss(0, 0.25))),
                )
                self._scene_of[artist_id] = scene
                self._peers.setdefault(genre, []).append(artist_id)
                self._used[artist_id] = set()

    # ------------------------------------------------------------ albums

    def _discography(self, artist_id: str) -> None:
        rng = self._rng
        old = rng.random() < 0.15
        year = rng.randint(1964, 1999) if old else rng.randint(2004, 2024)
        released = _friday(date(year, rng.randint(1, 12), rng.randint(1, 28)))
        n_albums = rng.choices((1, 2, 3, 4, 5), weights=(38, 28, 18, 10, 6))[0]
        for _ in range(n_albums):
            if released > LAST_RELEASE:
                break
            songs = self._songs(artist_id, rng.choice((7, 8, 9, 10, 10, 11, 11, 12, 13, 14)))
            title = self._album_title(artist_id, songs)
            if released.year >= 2005 and rng.random() < 0.45:
                self._single(artist_id, songs, _friday(released - timedelta(days=42)))
            self._long_player(artist_id, title, songs, released)
            released = _friday(released + timedelta(days=rng.randint(330, 1500)))

    def _long_player(self, artist_id: str, title: str, songs: list[_Song], on: date) -> None:
        rng = self._rng
        pressed = songs
        if on.year < 1995 and rng.random() < 0.4:
            mark = f" - Remastered {rng.choice((2009, 2011, 2017))}"
            hard = self._words["hard_titles"]
            pressed = [
                song if song.name in hard else song.renamed(song.name + mark) for song in songs
            ]
        n_discs = 2 if len(songs) >= 13 and rng.random() < 0.5 else 1
        self._album(title, "album", (artist_id,), pressed, on, n_discs=n_discs)
        if rng.random() < 0.06:
            bonus = [song.renamed(f"{song.name} - Demo") for song in self._songs(artist_id, 3)]
            later = _friday(on + timedelta(days=200))
            if later <= LAST_RELEASE:
                name = f"{title} (Deluxe Edition)"
                self._album(name, "album", (artist_id,), songs + bonus, later)
        if rng.random() < 0.05:
            venue = rng.choice(self._words["venues"])
            live = [
                _Song(
                    f"{song.name} - Live",
                    song.artist_ids[:1],
                    int(song.duration_ms * rng.uniform(1.02, 1.35)),
                    song.explicit,
                    self._isrc(on.year + 1),
                    max(1, song.popularity - 25),
                )
                for song in songs[:9]
            ]
            later = _friday(on + timedelta(days=410))
            if later <= LAST_RELEASE:
                self._album(f"Live at {venue}", "album", (artist_id,), live, later)

    def _single(self, artist_id: str, songs: list[_Song], on: date) -> None:
        rng = self._rng
        lead = songs[0]
        chosen = [lead.renamed(f"{lead.name} - Radio Edit") if rng.random() < 0.25 else lead]
        if rng.random() < 0.4:
            chosen += self._songs(artist_id, 1, lead=False)
        self._album(lead.name, "single", lead.artist_ids, chosen, on)

    def _extra_album(self, artist_id: str) -> None:
        rng = self._rng
        songs = self._songs(artist_id, 12, lead=False)
        on = _friday(date(rng.randint(2005, 2025), rng.randint(1, 12), 1))
        self._album(self._album_title(artist_id, songs), "album", (artist_id,), songs, on)

    def _album_title(self, artist_id: str, songs: list[_Song]) -> str:
        rng = self._rng
        if self._hard_albums:
            return self._hard_albums.pop()
        scene = self._scene_of[artist_id]
        if "albums" in scene:
            return str(rng.choice(scene["albums"]))
        if rng.random() < 0.12:
            return self._artists[artist_id].name
        if rng.random() < 0.4:
            return songs[rng.randrange(min(4, len(songs)))].name.split(" (feat.")[0]
        return self._decks[scene["genres"][0]].deal(self._used[artist_id])

    def _compilations(self) -> None:
        rng = self._rng
        various = make_id(self._seed, "artist", "Various Artists")
        self._artists[various] = Artist(various, "Various Artists", (), 0, 0)
        recent = [
            track
            for track in self._tracks.values()
            if track.track_number == 1 and self._albums[track.album_id].album_type == "album"
        ]
        for name in self._words["compilations"]:
            songs = [
                _Song(t.name, t.artist_ids, t.duration_ms, t.explicit, t.isrc, t.popularity)
                for t in rng.sample(recent, 14)
            ]
            on = _friday(date(rng.randint(2015, 2025), rng.randint(1, 12), 14))
            self._album(name, "compilation", (various,), songs, on)
        cheerful = [
            artist_id
            for genre in ("indie pop", "deutschsprachiger indie", "neo soul", "jazz")
            for artist_id in self._peers[genre]
        ]
        songs = [
            _Song(
                title,
                (artist_id,),
                rng.randint(130_000, 240_000),
                False,
                self._isrc(2014),
                rng.randint(30, 60),
            )
            for title, artist_id in zip(
                self._words["christmas"],
                rng.sample(cheerful, len(self._words["christmas"])),
                strict=True,
            )
        ]
        name = "Zimt & Zorn: A Winter Sampler"
        self._album(name, "compilation", (various,), songs, date(2014, 11, 28))

    def _album(
        self,
        name: str,
        album_type: str,
        artist_ids: tuple[str, ...],
        songs: list[_Song],
        on: date,
        *,
        n_discs: int = 1,
    ) -> None:
        rng = self._rng
        album_id = make_id(self._seed, "album", len(self._albums))
        per_disc = -(-len(songs) // n_discs)
        track_ids = []
        for position, song in enumerate(songs):
            track_id = make_id(self._seed, "track", len(self._tracks))
            track_ids.append(track_id)
            self._tracks[track_id] = Track(
                id=track_id,
                name=song.name,
                artist_ids=song.artist_ids,
                album_id=album_id,
                duration_ms=song.duration_ms,
                explicit=song.explicit,
                disc_number=1 + position // per_disc,
                track_number=1 + position % per_disc,
                isrc=song.isrc,
                popularity=song.popularity,
            )
        precision = "day"
        if on.year < 1985:
            precision = rng.choices(("year", "month", "day"), weights=(70, 8, 22))[0]
        length = {"year": 4, "month": 7, "day": 10}[precision]
        self._albums[album_id] = Album(
            id=album_id,
            name=name,
            album_type=album_type,
            artist_ids=artist_ids,
            track_ids=tuple(track_ids),
            release_date=on.isoformat()[:length],
            release_date_precision=precision,
            label=rng.choice(self._words["labels"]),
            upc=_upc(len(self._albums)),
            popularity=max(song.popularity for song in songs),
        )

    # ------------------------------------------------------------ songs

    def _songs(self, artist_id: str, n: int, *, lead: bool = True) -> list[_Song]:
        return [self._song(artist_id, rank, lead=lead and rank in {0, 3}) for rank in range(n)]

    def _song(self, artist_id: str, rank: int, *, lead: bool) -> _Song:
        rng = self._rng
        scene = self._scene_of[artist_id]
        genre = scene["genres"][0]
        title = self._decks[genre].deal(self._used[artist_id], lead=lead)
        if lead and rank == 0 and self._hard_titles:
            title = self._hard_titles.pop()
        artist_ids: tuple[str, ...] = (artist_id,)
        if rng.random() < 0.07 and title not in self._words["hard_titles"]:
            guest = rng.choice(self._peers[genre])
            if guest != artist_id:
                artist_ids = (artist_id, guest)
                if rng.random() < 0.7:
                    title = f"{title} (feat. {self._artists[guest].name})"
        minutes = scene["minutes"] * rng.lognormvariate(0, 0.24)
        if rng.random() < 0.03:
            minutes = rng.uniform(0.35, 1.4)  # an interlude; some too short for the 30-second rule
        fame = self._artists[artist_id].popularity
        return _Song(
            name=title,
            artist_ids=artist_ids,
            duration_ms=int(min(minutes, 19) * 60_000),
            explicit=rng.random() < scene["explicit"],
            isrc=self._isrc(rng.randint(2004, 2024)),
            popularity=round(min(95.0, max(0.0, fame + 8 - 2.5 * rank + rng.gauss(0, 5)))),
        )

    def _isrc(self, year: int) -> str:
        # ZZ is nobody's country code, so that no real recording is meant.
        self._n_songs += 1
        return f"ZZDMO{year % 100:02d}{self._n_songs:05d}"

    # ------------------------------------------------------------ spoken word

    def _podcasts(self) -> tuple[dict[str, Show], dict[str, Episode]]:
        rng = self._rng
        shows: dict[str, Show] = {}
        episodes: dict[str, Episode] = {}
        for words in self._words["shows"]:
            show_id = make_id(self._seed, "show", words["name"])
            own: list[str] = []
            for number, (title, on) in enumerate(_episode_titles(words), start=1):
                episode_id = make_id(self._seed, "episode", f"{words['name']}/{number}")
                own.append(episode_id)
                minutes = words["minutes"] * rng.lognormvariate(0, 0.15)
                episodes[episode_id] = Episode(
                    id=episode_id,
                    name=title,
                    show_id=show_id,
                    duration_ms=int(minutes * 60_000),
                    release_date=on.isoformat(),
                    description=words["description"],
                    explicit=False,
                )
            shows[show_id] = Show(
                id=show_id,
                name=words["name"],
                publisher=words["publisher"],
                description=words["description"],
                languages=(words["language"],),
                episode_ids=tuple(reversed(own)),
            )
        return shows, episodes

    def _audiobooks(self) -> tuple[dict[str, Audiobook], dict[str, Chapter]]:
        rng = self._rng
        books: dict[str, Audiobook] = {}
        chapters: dict[str, Chapter] = {}
        for words in self._words["audiobooks"]:
            book_id = make_id(self._seed, "audiobook", words["name"])
            own = []
            for number, title in enumerate(words["chapters"], start=1):
                chapter_id = make_id(self._seed, "chapter", f"{words['name']}/{number}")
                own.append(chapter_id)
                chapters[chapter_id] = Chapter(
                    id=chapter_id,
                    name=words["chapter"].format(number=number, title=title),
                    audiobook_id=book_id,
                    number=number,
                    duration_ms=rng.randint(14 * 60_000, 41 * 60_000),
                )
            books[book_id] = Audiobook(
                id=book_id,
                name=words["name"],
                authors=(words["author"],),
                narrators=(words["narrator"],),
                publisher=words["publisher"],
                chapter_ids=tuple(own),
                edition=words["edition"],
            )
        return books, chapters


def _episode_titles(words: dict[str, Any]) -> Iterator[tuple[str, date]]:
    on = date(words["first_year"], 1, 4)
    on += timedelta(days=(words["weekday"] - on.weekday()) % 7)
    topics: list[str] = words["topics"]
    number = 1
    while on <= LAST_RELEASE:
        part, place = divmod(number - 1, len(topics))
        title = words["title"].format(number=number, topic=topics[place])
        yield f"{title} ({_PART[words['language']]} {part + 1})" if part else title, on
        on += timedelta(days=words["every_days"])
        number += 1


def _friday(on: date) -> date:
    return on + timedelta(days=(4 - on.weekday()) % 7)


def _upc(number: int) -> str:
    # A leading 2 is for numbers used inside one shop: never on a product that is sold.
    digits = f"2{number:010d}"
    odd = sum(int(digit) for digit in digits[::2])
    even = sum(int(digit) for digit in digits[1::2])
    return f"{digits}{-(3 * odd + even) % 10}"
