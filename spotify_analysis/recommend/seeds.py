"""What a suggestion starts from: any of our tables, names, addresses, or the plays themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spotify_analysis import tables
from spotify_analysis.recommend import names
from spotify_analysis.recommend.library import Library, Standing

__all__ = ["ArtistSeed", "Seed", "Seeds", "Taste", "from_plays", "read"]


@dataclass(frozen=True, slots=True)
class Seed:
    """One track or artist to start from.

    Parameters
    ----------
    label : str
        What to call it in a reason: its title, or the artist's name.
    weight : float
        Its share of all seeds.
    artist : str or None
        Name of the artist; None for an address nothing else is known of.
    track : str or None
        Title; None for an artist.
    uri : str or None
        Address of the track or artist, where known.
    artist_id : str or None
        Spotify's id of the artist, where known.
    isrc : str or None
        The recording's code, where known.
    """

    label: str
    weight: float
    artist: str | None = None
    track: str | None = None
    uri: str | None = None
    artist_id: str | None = None
    isrc: str | None = None

    @property
    def artist_key(self) -> str:
        """The artist's name for comparing."""
        return names.artist(self.artist) if self.artist else ""

    @property
    def key(self) -> str:
        """Artist and title for comparing; empty where it is no track."""
        return f"{self.artist_key}\t{names.recording(self.track)}" if self.track else ""

    @property
    def song(self) -> str:
        """The same for every version of the song."""
        return f"{self.artist_key}\t{names.song(self.track)}" if self.track else ""


@dataclass(frozen=True, slots=True)
class ArtistSeed:
    """One artist of the seeds.

    Parameters
    ----------
    name : str or None
        Name, where known.
    weight : float
        Share of all seeds.
    artist_id : str or None
        Spotify's id, where known.
    track_uri : str or None
        A track of theirs, by which the id can be found.
    """

    name: str | None
    weight: float
    artist_id: str | None = None
    track_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Seeds:
    """All seeds, heaviest first.

    Parameters
    ----------
    rows : tuple of Seed
        The seeds; their weights add up to 1.
    unmatched : tuple of str
        Names that occur nowhere in the plays; they may still be artists of the catalogue.
    given : bool
        Whether the caller named them; else they are the listener's own top.
    """

    rows: tuple[Seed, ...] = ()
    unmatched: tuple[str, ...] = ()
    given: bool = False

    def artists(self) -> list[ArtistSeed]:
        """Return the artists of the seeds, heaviest first.

        Returns
        -------
        list of ArtistSeed
            One per artist.
        """
        found: dict[str, ArtistSeed] = {}
        for seed in self.rows:
            # the id inside an artist's own address is the artist's id
            address = tables.parse_address(seed.uri) if seed.uri else None
            kind = address.kind if address else None
            artist_id = seed.artist_id or (address.id if address and kind == "artist" else None)
            track_uri = address.uri if address and kind == "track" else None
            who = seed.artist_key or artist_id or track_uri
            if who is None:
                continue
            before = found.get(who, ArtistSeed(seed.artist, 0.0))
            found[who] = ArtistSeed(
                before.name,
                before.weight + seed.weight,
                before.artist_id or artist_id,
                before.track_uri or track_uri,
            )
        return sorted(found.values(), key=lambda artist: (-artist.weight, artist.name or ""))


@dataclass(frozen=True, slots=True)
class Taste:
    """Tracks and artists to recognise again, for leaving them out.

    Parameters
    ----------
    uris : frozenset of str
        Addresses of tracks.
    songs : frozenset of str
        Songs, whatever their version.
    artists : frozenset of str
        Artists, for comparing.
    isrcs : frozenset of str
        Codes of recordings.
    """

    uris: frozenset[str] = frozenset()
    songs: frozenset[str] = frozenset()
    artists: frozenset[str] = frozenset()
    isrcs: frozenset[str] = frozenset()

    @classmethod
    def of(cls, things: Any, library: Library | None, *, what: str) -> Taste:
        """Recognise whatever `read` can read.

        Parameters
        ----------
        things : object
            Tables, names or addresses; None for nothing.
        library : Library or None
            Plays in which a bare title is looked up.
        what : str
            Name of the argument, for messages.

        Returns
        -------
        Taste
            What to recognise. A name that occurs nowhere in the plays is taken for an artist's.
        """
        if things is None:
            return cls()
        rows = read(things, library, what=what).rows
        isrcs: set[str] = set()
        if isinstance(things, pd.DataFrame) and "isrc" in things:
            isrcs.update(things["isrc"].dropna())
        artists = frozenset(seed.artist_key for seed in rows if seed.artist and not seed.track)
        return dataclasses.replace(cls.of_tracks(rows), artists=artists, isrcs=frozenset(isrcs))

    @classmethod
    def of_tracks(cls, seeds: Iterable[Seed]) -> Taste:
        """Recognise the tracks among seeds, and not their artists' others.

        Parameters
        ----------
        seeds : iterable of Seed
            The seeds.

        Returns
        -------
        Taste
            What to recognise.
        """
        tracks = [seed for seed in seeds if seed.track or seed.uri]
        return cls(
            frozenset(seed.uri for seed in tracks if seed.uri),
            frozenset(seed.song for seed in tracks if seed.track),
        )

    def __or__(self, other: Taste) -> Taste:
        return Taste(
            self.uris | other.uris,
            self.songs | other.songs,
            self.artists | other.artists,
            self.isrcs | other.isrcs,
        )

    def holds(
        self, song: str, artist_key: str, uri: str | None = None, isrc: str | None = None
    ) -> bool:
        """Say whether it recognises a track.

        Parameters
        ----------
        song : str
            The song's key.
        artist_key : str
            The artist's key.
        uri : str or None
            The track's address.
        isrc : str or None
            The recording's code.

        Returns
        -------
        bool
            Whether any of them is known to it.
        """
        return (
            song in self.songs
            or artist_key in self.artists
            or (uri is not None and uri in self.uris)
            or (isrc is not None and isrc in self.isrcs)
        )


def from_plays(standing: Standing, n: int = 8) -> Seeds:
    """Take the listener's own top: most played lately, one track per artist.

    Parameters
    ----------
    standing : Standing
        How things stand.
    n : int
        Number of seeds.

    Returns
    -------
    Seeds
        Tracks weighted by their decayed plays.
    """
    library = standing.library
    score = standing.decayed
    order = library.order(score, np.flatnonzero(standing.plays > 0))
    _, first = np.unique(library.artist_of[order], return_index=True)
    top = order[np.sort(first)][:n]
    rows = [
        replace(_of_item(library, int(item)), weight=float(score[item]))
        for item in top
        if score[item] > 0
    ]
    return Seeds(_shares(rows))


def read(things: Any, library: Library | None, *, what: str = "seeds") -> Seeds:
    """Read seeds from whatever the caller gave.

    Parameters
    ----------
    things : DataFrame, Series, str or iterable of str
        One of our tables with tracks, albums or artists (a column ``weight`` is respected), or
        names and addresses. ``"Artist - Title"`` names a track.
    library : Library or None
        Plays in which bare names are looked up.
    what : str
        Name of the argument, for messages.

    Returns
    -------
    Seeds
        The seeds, each track or artist once.

    Raises
    ------
    ValueError
        If `things` holds no tracks, artists, names or addresses.
    """
    if isinstance(things, pd.DataFrame):
        rows, unmatched = _of_table(things, library, what), list[str]()
    elif isinstance(things, str):
        rows, unmatched = _of_texts([things], library, what)
    elif isinstance(things, Iterable) and not isinstance(things, Mapping):
        listed = [thing for thing in things if not _is_missing(thing)]
        wrong = next((thing for thing in listed if not isinstance(thing, str)), None)
        if wrong is not None:
            raise ValueError(
                f"`{what}` may be a table of ours, names or addresses; "
                f"not a list with {type(wrong).__name__} in it."
            )
        rows, unmatched = _of_texts(listed, library, what)
    else:
        raise ValueError(
            f"`{what}` may be a table of ours, names or addresses; not {type(things).__name__}."
        )
    return Seeds(_shares(rows), tuple(unmatched), given=True)


# ---------------------------------------------------------------- tables


def _of_table(table: pd.DataFrame, library: Library | None, what: str) -> list[Seed]:
    columns = set(table.columns)
    if len(columns) < len(table.columns):
        doubled = table.columns[table.columns.duplicated()][0]
        raise ValueError(f"`{what}` has two columns {doubled!r}: which one is meant? Drop one.")
    if {"name", "kind", "artist"} <= columns and "track" not in columns:  # tables.SEARCH
        track = table["name"].where(table["kind"] == "track")
        artist = table["name"].where(table["kind"] == "artist")
        table = table.assign(track=track, artist=table["artist"].fillna(artist))
        table = table[table["kind"].isin(["track", "artist"])]
    elif "kind" in columns and columns & {"track", "uri"}:
        table = table[table["kind"].isin(["track", "local"])]
    if not columns & {"artist", "track", "name", "uri"} or (
        "playlist" in columns and not columns & {"track", "artist"}
    ):
        hint = (
            " Load their entries first: loaders.playlist_items(...)."
            if "playlist" in columns
            else ""
        )
        raise ValueError(
            f"`{what}` holds no tracks and no artists: its columns are "
            f"{sorted(columns, key=str)}.{hint}"
        )
    if "artist" not in columns and "uri" not in columns:
        names_only = table["track" if "track" in columns else "name"]
        rows, _ = _of_texts(names_only.dropna().astype(str).tolist(), library, what)
        return rows
    rows = []
    for title, artist, uri, artist_id, isrc, weight in _tidy(table, what):
        known = None if artist or not uri else _of_address(uri, library)
        if known is not None:
            rows.append(replace(known, weight=weight, isrc=isrc))
        elif artist or uri:
            # a title without its artist names no recording
            label, titled = (title or artist, title) if artist else (uri, None)
            rows.append(Seed(label, weight, artist, titled, uri, artist_id, isrc))
    return rows


def _tidy(table: pd.DataFrame, what: str) -> Iterator[tuple[Any, ...]]:
    """Yield title, artist, address, id of the artist, code and weight, the same in one row."""
    # rows of albums and of artists stand for the artist; an album's own address is no seed
    of_artists = "track" not in table
    of_albums = of_artists and "album" in table
    columns = {
        "track": "track",
        "artist": "artist",
        "uri": None if of_albums else "uri",
        "artist_id": "id" if of_artists and not of_albums else "artist_id",
        "isrc": None if of_artists else "isrc",
    }
    frame = pd.DataFrame(
        {
            name: table[column].astype(object) if column in table else None
            for name, column in columns.items()
        },
        index=table.index,
    )
    weight = table["weight"] if "weight" in table else pd.Series(1.0, index=table.index)
    frame["weight"] = pd.to_numeric(weight, errors="coerce").astype("float64")
    if not (np.isfinite(frame["weight"]) & (frame["weight"] >= 0)).all():
        raise ValueError(f"`{what}`: every weight must be a number, 0 or more.")
    weights = frame.groupby(list(columns), dropna=False, sort=False)["weight"].sum()
    for key, share in zip(weights.index, weights, strict=True):
        # a CSV file in which all artists are called like 311 comes as numbers
        yield *(None if _is_missing(value) else str(value) for value in key), float(share)


# ---------------------------------------------------------------- names and addresses


def _of_texts(
    texts: Iterable[str], library: Library | None, what: str
) -> tuple[list[Seed], list[str]]:
    rows, unmatched = [], []
    for text in texts:
        if not text.strip():
            continue
        address = tables.parse_address(text)
        if address is not None:
            if address.kind not in ("track", "artist"):
                raise ValueError(
                    f"`{what}`: {text!r} is the address of a {address.kind}; give those of tracks "
                    "or artists, or a table loaded from it (loaders.playlist_items, "
                    "loaders.album_tracks)."
                )
            rows.append(_of_address(address.uri, library) or Seed(text, 1.0, uri=address.uri))
            continue
        seed = _of_name(text, library)
        if seed is None:
            unmatched.append(text)
            artist, dash, title = text.partition(" - ")
            seed = Seed(text, 1.0, artist.strip(), title.strip() if dash else None)
        rows.append(seed)
    return rows, unmatched


def _of_address(uri: str, library: Library | None) -> Seed | None:
    if library is None or tables.parse_address(uri) is None:
        return None
    item = library.item_of_uri.get(uri)
    return None if item is None else _of_item(library, item)


def _of_name(text: str, library: Library | None) -> Seed | None:
    """Find a name among the plays: an artist, "Artist - Title", or a title."""
    if library is None:
        return None
    artist = library.artist_of_key.get(names.artist(text))
    if artist is not None:
        name = library.artists[artist]
        return Seed(name, 1.0, name)
    who, dash, title = text.partition(" - ")
    if dash:
        item = library.item_of_key.get(f"{names.artist(who)}\t{names.recording(title)}")
        if item is not None:
            return _of_item(library, item)
    item = library.item_of_title.get(names.recording(text))
    return None if item is None else _of_item(library, item)


def _of_item(library: Library, item: int) -> Seed:
    column = library.columns
    track = column["track"][item]
    return Seed(track, 1.0, column["artist"][item], track, column["uri"][item])


def _shares(rows: Iterable[Seed]) -> tuple[Seed, ...]:
    """Join what is the same and make the weights add up to 1, heaviest first."""
    joined: dict[tuple[str, ...], Seed] = {}
    for seed in rows:
        who = (seed.key,) if seed.track else ("", seed.artist_key or seed.uri or seed.label)
        before = joined.get(who)
        joined[who] = (
            seed
            if before is None
            else replace(
                before,
                weight=before.weight + seed.weight,
                uri=before.uri or seed.uri,
                artist_id=before.artist_id or seed.artist_id,
                isrc=before.isrc or seed.isrc,
            )
        )
    total = sum(seed.weight for seed in joined.values())
    if not total:
        return ()
    shares = [replace(seed, weight=seed.weight / total) for seed in joined.values()]
    return tuple(sorted(shares, key=lambda seed: -seed.weight))  # stable: ties as they came


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value
