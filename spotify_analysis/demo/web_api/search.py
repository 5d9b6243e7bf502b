"""Search with the field filters of Spotify's own."""

from __future__ import annotations

import re
import unicodedata
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from spotify_analysis.demo.catalogue import Catalogue
from spotify_analysis.demo.web_api import playlists
from spotify_analysis.demo.web_api.call import Call, Table, bad_request
from spotify_analysis.demo.web_api.shapes import Json

__all__ = ["TABLE", "Query", "parse"]

TABLE = Table()

LAST_RESULT = 1000

# Which filters count for which kind; a query with another one finds nothing of that kind.
_FILTERS: dict[str, frozenset[str]] = {
    "track": frozenset({"artist", "album", "track", "year", "isrc", "genre"}),
    "album": frozenset({"artist", "album", "year", "upc", "tag", "genre"}),
    "artist": frozenset({"artist", "year", "genre"}),
    "playlist": frozenset(),
    "show": frozenset(),
    "episode": frozenset(),
    "audiobook": frozenset(),
}
_FILTER = re.compile(
    r'\b(artist|album|track|year|isrc|upc|genre|tag):\s*(?:"([^"]*)")?', re.IGNORECASE
)


@dataclass
class Query:
    """A parsed query, its texts folded.

    Parameters
    ----------
    words : list of str
        What must occur anywhere.
    filters : dict
        Filter to value.
    """

    words: list[str]
    filters: dict[str, str]


def parse(text: str) -> Query:
    """Parse a query.

    Parameters
    ----------
    text : str
        Like ``'love artist:"Some Band" year:1990-1999'``. Without quotes a filter's value goes on
        until the next filter.

    Returns
    -------
    Query
        Folded words and filters.
    """
    filters: dict[str, str] = {}
    free: list[str] = []
    rest_from, open_filter = 0, None
    for match in _FILTER.finditer(text):
        before = text[rest_from : match.start()]
        if open_filter is None:
            free.append(before)
        else:
            filters[open_filter] = _folded(before)
        name, quoted = match[1].lower(), match[2]
        if quoted is None:
            open_filter = name
        else:
            filters[name], open_filter = _folded(quoted), None
        rest_from = match.end()
    last = text[rest_from:]
    if open_filter is None:
        free.append(last)
    else:
        filters[open_filter] = _folded(last)
    return Query(_folded(" ".join(free)).split(), filters)


def _folded(text: str) -> str:
    """Make texts comparable: without case, accents, quotes and surplus blanks."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "\"'’“”")
    return " ".join(kept.split())


@dataclass(frozen=True)
class _Entry:
    """A thing as search sees it: folded texts and facts."""

    id: str
    name: str
    text: str
    popularity: int
    facts: dict[str, str] = field(default_factory=dict)
    years: tuple[int, ...] = ()

    def rank(self, query: Query, kind: str) -> tuple[int, int]:
        wanted = query.filters.get(kind) or " ".join(query.words)
        closeness = 0 if self.name == wanted else 1 if self.name.startswith(wanted) else 2
        return closeness, -self.popularity


def _tests(query: Query) -> list[Callable[[_Entry], bool]]:
    """Make what an entry must pass, taken apart once and not for each of 10,000 tracks."""
    tests = [_has_words(name, value.split()) for name, value in query.filters.items()]
    words = query.words
    if words:
        tests.append(lambda entry: all(word in entry.text for word in words))
    return tests


def _has_words(name: str, words: list[str]) -> Callable[[_Entry], bool]:
    if name == "year":
        first, _, last = " ".join(words).partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            return lambda _entry: False
        years = range(int(first), int(last or first) + 1)
        return lambda entry: any(year in years for year in entry.years)
    if name in ("isrc", "upc", "tag"):  # whole codes, not parts of them
        codes = set(words)
        return lambda entry: codes.issubset(entry.facts.get(name, "").split())
    return lambda entry: all(word in entry.facts.get(name, "") for word in words)


def _index(catalogue: Catalogue) -> dict[str, list[_Entry]]:
    names = {artist.id: _folded(artist.name) for artist in catalogue.artists.values()}
    genres = {artist.id: _folded(" ".join(artist.genres)) for artist in catalogue.artists.values()}
    least_popular = sorted(album.popularity for album in catalogue.albums.values())
    hipster_at_most = least_popular[len(least_popular) // 10] if least_popular else -1
    newest = max((album.release_date for album in catalogue.albums.values()), default="")[:7]
    years_of: dict[str, set[int]] = {id_: set() for id_ in catalogue.artists}

    def by(artist_ids: Iterable[str]) -> str:
        return " ".join(names[id_] for id_ in artist_ids)

    albums = []
    for album in catalogue.albums.values():
        name, year = _folded(album.name), int(album.release_date[:4])
        for artist_id in album.artist_ids:
            years_of[artist_id].add(year)
        tags = []
        if album.release_date.startswith(newest):
            tags.append("new")
        if album.popularity <= hipster_at_most:
            tags.append("hipster")
        facts = {
            "artist": by(album.artist_ids),
            "album": name,
            "upc": album.upc,
            "tag": " ".join(tags),
            "genre": " ".join(genres[id_] for id_ in album.artist_ids),
        }
        albums.append(
            _Entry(album.id, name, f"{name} {facts['artist']}", album.popularity, facts, (year,))
        )
    tracks = []
    for track in catalogue.tracks.values():
        album = catalogue.albums[track.album_id]
        name, artists = _folded(track.name), by(track.artist_ids)
        facts = {
            "artist": artists,
            "album": _folded(album.name),
            "track": name,
            "isrc": _folded(track.isrc),
            "genre": " ".join(genres[id_] for id_ in track.artist_ids),
        }
        text = f"{name} {artists} {facts['album']}"
        year = int(album.release_date[:4])
        tracks.append(_Entry(track.id, name, text, track.popularity, facts, (year,)))
    artists_found = [
        _Entry(
            artist.id,
            names[artist.id],
            names[artist.id],
            artist.popularity,
            {"artist": names[artist.id], "genre": genres[artist.id]},
            tuple(years_of[artist.id]),
        )
        for artist in catalogue.artists.values()
    ]
    return {
        "track": tracks,
        "album": albums,
        "artist": artists_found,
        "show": [_plain(show.id, show.name, show.publisher) for show in catalogue.shows.values()],
        "episode": [
            _plain(episode.id, episode.name, catalogue.shows[episode.show_id].name)
            for episode in catalogue.episodes.values()
        ],
        "audiobook": [
            _plain(book.id, book.name, *book.authors) for book in catalogue.audiobooks.values()
        ],
    }


def _plain(id_: str, name: str, *more: str) -> _Entry:
    return _Entry(id_, _folded(name), _folded(" ".join((name, *more))), 0)


# One index per catalogue, gone with it; keyed by id() because a catalogue cannot be hashed.
_INDEXES: dict[int, dict[str, list[_Entry]]] = {}


def _index_of(catalogue: Catalogue) -> dict[str, list[_Entry]]:
    key = id(catalogue)
    if key not in _INDEXES:
        _INDEXES[key] = _index(catalogue)
        weakref.finalize(catalogue, _INDEXES.pop, key, None)
    return _INDEXES[key]


@TABLE.endpoint("GET", "/search")
def _search(call: Call) -> Json:
    text = call.text("q")
    if text is None:
        raise bad_request("No search query")
    kinds = call.listed("type")
    if not kinds:
        raise bad_request("Missing parameter type")
    for kind in kinds:
        if kind not in _FILTERS:
            raise bad_request(f"Bad search type field {kind}")
    limit = call.limit(5, 10) if call.limits_are_small else call.limit(20, 50)
    offset = call.offset(LAST_RESULT)
    if limit + offset > LAST_RESULT:
        raise bad_request("Invalid offset")
    query = parse(text)
    shapes: dict[str, Callable[[str], Any]] = {
        "track": call.shapes.track,
        "album": call.shapes.simple_album,
        "artist": call.shapes.artist,
        "show": call.shapes.show,
        "episode": call.shapes.simple_episode,
        "audiobook": call.shapes.audiobook,
        "playlist": lambda id_: playlists.listed(call, call.state.playlists[id_]),
    }
    answer = {}
    for kind in dict.fromkeys(kinds):
        found = _found(call, kind, query)
        items = [shapes[kind](id_) for id_ in found[offset : offset + limit]]

        def link(kind: str = kind, **changes: Any) -> str:
            return call.link(type=kind, **changes)

        answer[f"{kind}s"] = call.page(
            items, total=len(found), limit=limit, offset=offset, link=link
        )
    return answer


def _found(call: Call, kind: str, query: Query) -> list[str]:
    if not query.filters.keys() <= _FILTERS[kind]:
        return []
    entries = _playlists(call) if kind == "playlist" else _index_of(call.catalogue)[kind]
    hits = list(entries)
    for passes in _tests(query):  # each looks only at what the one before has left
        hits = [entry for entry in hits if passes(entry)]
    hits.sort(key=lambda entry: entry.rank(query, kind))
    return [entry.id for entry in hits[:LAST_RESULT]]


def _playlists(call: Call) -> list[_Entry]:
    return [
        _plain(playlist.id, playlist.name)
        for playlist in call.state.playlists.values()
        if playlist.public
    ]
