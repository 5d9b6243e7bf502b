"""Which names are one recording: by ISRC, by address, by careful reading of titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.recordings import titles

__all__ = ["find"]

# remasters fade earlier or later; a live take that does not say so is longer than that
_LENGTHS_APART_MS = 10_000
_LENGTHS_AGREE_MS = 2_000
_ANYBODY = {"various artists", "various", "verschiedene interpreten", "varios artistas"}


def find(plays: Any, tracks: pd.DataFrame | None = None, *, every: bool = False) -> pd.DataFrame:
    """Find names that are one recording; nothing is changed.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`; uses ``kind``, ``artist``, ``track``, ``uri``, ``ms_played`` and
        ``reason_end``.
    tracks : DataFrame or None
        A table of tracks from any loader, with ``uri`` or ``artist`` and ``track``, and ``isrc``
        and ``duration_ms`` as far as they are known.
    every : bool
        Also list names that have no other, each as its own recording.

    Returns
    -------
    DataFrame
        `tables.RECORDINGS`: one row per name (artist and title), the recordings with the most
        plays first, and in each the name it gets. Look at it, change ``recording`` where you know
        better, take rows out, and hand it to `merge`.

    Raises
    ------
    ValueError
        If `plays` or `tracks` is no frame.
    TableError
        If a column is missing.

    Notes
    -----
    Two names are one recording if, in this order,

    1. they share an ISRC in `tracks`;
    2. they share an address (Spotify renamed the track);
    3. their artist is the same and their titles differ in nothing but case, punctuation and
       packaging (`titles.parse`), and their lengths do not differ by more than 10 s;
    4. one has besides that a guest, a film or a radio, single or album edit in its title, and
       both lengths are known and agree within 2 s.

    Against 1 and 2 it speaks that one title names a version (live, acoustic, remix ...) that the
    other does not, unless neither has any other ISRC or address. The length of a name is that of
    `tracks`, else the middle of its plays that reached the end. The recording is called by the
    name with the least in its title, then the one with most plays; its artist is not
    "Various Artists" if there is another.
    """
    if tracks is not None:
        tables.check_frame(tracks, argument="tracks")
    names, addresses = _names(plays)
    if names.empty:
        return tables.empty(tables.RECORDINGS)
    told = [titles.parse(title) for title in names["track"]]
    by_address = _sets(names, addresses, "uri")
    by_isrc = _isrcs(names, addresses, tracks)
    lengths = _lengths(names, addresses, tracks)
    groups = _Groups(len(names))

    for codes in (by_isrc, by_address):
        for places in _sharing(codes):
            for other in places[1:]:
                one = places[0]
                alone = len(codes[one]) == len(codes[other]) == 1
                if alone or told[one].versions == told[other].versions:
                    groups.join(one, other)
    artists = [titles.plain(artist) for artist in names["artist"]]
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, (artist, title) in enumerate(zip(artists, told, strict=True)):
        by_key[artist, title.key].append(n)
    for places in by_key.values():
        takes: list[tuple[int, float]] = []
        # names come with the most played first
        for place in places:
            for n, (main, length) in enumerate(takes):
                if _apart(length, lengths[place]) <= _LENGTHS_APART_MS:
                    groups.join(main, place)
                    # a length not known agrees with any, but only with one
                    takes[n] = main, lengths[place] if np.isnan(length) else length
                    break
            else:
                takes.append((place, lengths[place]))
    for n, (artist, title) in enumerate(zip(artists, told, strict=True)):
        if title.soft:
            for other in by_key.get((artist, title.soft_key), []):
                known = not (np.isnan(lengths[n]) or np.isnan(lengths[other]))
                if known and _apart(lengths[n], lengths[other]) <= _LENGTHS_AGREE_MS:
                    groups.join(other, n)
    return _table(names, told, groups, by_isrc, by_address, lengths, addresses, every=every)


class _Groups:
    """Sets of places that grow together."""

    def __init__(self, n: int) -> None:
        self.above = list(range(n))

    def of(self, place: int) -> int:
        """Return the first place of the set that holds a place."""
        while self.above[place] != place:
            self.above[place] = self.above[self.above[place]]
            place = self.above[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        low, high = sorted((self.of(one), self.of(other)))
        self.above[high] = low


def _names(plays: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the names that were played, most plays first, and the addresses of each."""
    frame = tables.wrap(plays)
    wanted = ("kind", "artist", "track", "uri", "ms_played", "reason_end")
    have = set(frame.collect_schema().names())
    absent = [name for name in wanted if name not in have]
    if absent:
        raise errors.TableError(
            f"plays has no column {', '.join(map(repr, absent))}. Use a frame from a loader or "
            "from account_data.read, or tables.conform(frame, tables.PLAYS)."
        )
    music = frame.select(*wanted).filter(
        (nw.col("kind") == "track").fill_null(value=False),
        ~nw.col("artist").is_null(),
        ~nw.col("track").is_null(),
    )
    columns = tables.PLAYS.columns
    count = tables.Column(tables.INT, "Plays.")
    of_uris = music.group_by("artist", "track", "uri").agg(
        n_plays=nw.len(), ms_played=nw.col("ms_played").sum()
    )
    addresses = tables.collect(
        of_uris,
        tables.Table(
            "interim",
            "Plays of one name at one address.",
            {
                **{name: columns[name] for name in ("artist", "track", "uri")},
                "n_plays": count,
                "ms_played": columns["ms_played"],
            },
        ),
    )
    ends = tables.collect(
        music.filter((nw.col("reason_end") == "trackdone").fill_null(value=False))
        .group_by("artist", "track", "ms_played")
        .agg(n_plays=nw.len()),
        tables.Table(
            "interim",
            "Plays of one name that reached the end after one time.",
            {
                **{name: columns[name] for name in ("artist", "track", "ms_played")},
                "n_plays": count,
            },
        ),
    )
    by = ["artist", "track"]
    names = addresses.groupby(by, as_index=False, sort=False)[["n_plays", "ms_played"]].sum()
    names = names.merge(_middles(ends), on=by, how="left")
    names = names.sort_values(
        ["n_plays", "ms_played", "artist", "track"],
        ascending=[False, False, True, True],
        ignore_index=True,
    )
    places = names[by].assign(place=np.arange(len(names)))
    addresses = addresses.merge(places, on=by, how="left")
    return names, addresses.sort_values(["place", "n_plays", "uri"], ascending=[True, False, True])


def _middles(ends: pd.DataFrame) -> pd.DataFrame:
    """Return the median of the plays of each name that reached its end."""
    by = ["artist", "track"]
    ends = ends.dropna(subset=["ms_played"]).sort_values([*by, "ms_played"])
    passed = ends.groupby(by)["n_plays"].cumsum()
    total = ends.groupby(by)["n_plays"].transform("sum")
    middle = ends.loc[passed * 2 >= total].drop_duplicates(by)
    return middle[[*by, "ms_played"]].rename(columns={"ms_played": "length_ms"})


def _sets(names: pd.DataFrame, rows: pd.DataFrame, column: str) -> list[set[str]]:
    """Return the different values of a column for each name."""
    found: list[set[str]] = [set() for _ in range(len(names))]
    known = rows.dropna(subset=[column])
    for place, value in zip(known["place"], known[column], strict=True):
        found[place].add(value)
    return found


def _of_names(
    names: pd.DataFrame, addresses: pd.DataFrame, tracks: pd.DataFrame | None, column: str
) -> pd.DataFrame:
    """Return what a table of tracks says about names: by address, else by artist and title."""
    if tracks is None or column not in tracks:
        return pd.DataFrame({"place": [], column: []})
    known = tracks.dropna(subset=[column])
    found = []
    if "uri" in known:
        told = known[["uri", column]].dropna().drop_duplicates()
        found.append(addresses.dropna(subset=["uri"]).merge(told, on="uri")[["place", column]])
    if {"artist", "track"} <= set(known.columns):
        told = known[["artist", "track", column]].dropna().drop_duplicates()
        places = names[["artist", "track"]].assign(place=np.arange(len(names)))
        if found:
            places = places[~places["place"].isin(found[0]["place"])]
        found.append(places.merge(told, on=["artist", "track"])[["place", column]])
    if not found:
        raise errors.TableError(
            "`tracks` needs a column 'uri', or both 'artist' and 'track', to find a track by. "
            "Use a frame from loaders.saved_tracks, loaders.playlist_items or another loader."
        )
    return pd.concat(found, ignore_index=True)


def _isrcs(
    names: pd.DataFrame, addresses: pd.DataFrame, tracks: pd.DataFrame | None
) -> list[set[str]]:
    told = _of_names(names, addresses, tracks, "isrc")
    codes = told["isrc"].astype(tables.STRING).str.upper().str.replace("-", "").str.strip()
    return _sets(names, told.assign(isrc=codes.where(codes.str.len() > 0)), "isrc")


def _lengths(names: pd.DataFrame, addresses: pd.DataFrame, tracks: pd.DataFrame | None) -> Any:
    lengths = names["length_ms"].to_numpy(dtype="float64", na_value=np.nan)
    told = _of_names(names, addresses, tracks, "duration_ms")
    for place, ms in told.groupby("place")["duration_ms"].median().items():
        lengths[int(place)] = float(ms)  # type: ignore[call-overload]
    return lengths


def _sharing(codes: list[set[str]]) -> Iterable[list[int]]:
    """Yield the names that have a code in common."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, values in enumerate(codes):
        for value in values:
            found[value].append(place)
    return [places for places in found.values() if len(places) > 1]


def _apart(one: float, other: float) -> float:
    """Return by how much two lengths differ; 0 where one is not known."""
    return 0.0 if np.isnan(one) or np.isnan(other) else abs(one - other)


def _table(
    names: pd.DataFrame,
    told: list[titles.Title],
    groups: _Groups,
    by_isrc: list[set[str]],
    by_address: list[set[str]],
    lengths: Any,
    addresses: pd.DataFrame,
    *,
    every: bool,
) -> pd.DataFrame:
    members: dict[int, list[int]] = defaultdict(list)
    for place in range(len(names)):
        members[groups.of(place)].append(place)
    plays = names["n_plays"].tolist()
    artist, track = names["artist"].tolist(), names["track"].tolist()
    uris = addresses.dropna(subset=["uri"]).groupby("place")["uri"].agg(list).to_dict()
    rows = []
    wanted = [group for group in members.values() if every or len(group) > 1]
    for group in sorted(wanted, key=lambda g: (-sum(plays[n] for n in g), g[0])):
        main = min(
            group,
            key=lambda n: (
                artist[n].casefold() in _ANYBODY,
                len(told[n].packaging) + len(told[n].soft),
                -plays[n],
                n,
            ),
        )
        for n in sorted(group, key=lambda n: (n != main, -plays[n], n)):
            matched, why = _matched(n, main, group, told, by_isrc, by_address)
            rows.append(
                {
                    "recording_artist": artist[main],
                    "recording": track[main],
                    "artist": artist[n],
                    "track": track[n],
                    "matched": matched,
                    "why": why,
                    "n_plays": plays[n],
                    "ms_played": names["ms_played"][n],
                    "length_ms": None if np.isnan(lengths[n]) else round(lengths[n]),
                    "isrcs": "; ".join(sorted(by_isrc[n])) or None,
                    "uris": "; ".join(uris.get(n, [])) or None,
                }
            )
    return tables.conform(rows, tables.RECORDINGS)


def _matched(
    n: int,
    main: int,
    group: list[int],
    told: list[titles.Title],
    by_isrc: list[set[str]],
    by_address: list[set[str]],
) -> tuple[str, str]:
    """Say what made a name part of its recording."""
    if n == main:
        return "itself", "gives the recording its name"
    others = [other for other in group if other != n]
    for matched, codes in (("isrc", by_isrc), ("address", by_address)):
        shared = sorted(set().union(*(codes[n] & codes[other] for other in others)))
        if shared:
            return matched, f"same {'ISRC' if matched == 'isrc' else matched} {shared[0]}"
    aside = [*told[n].packaging]
    if any(told[n].key == told[other].key for other in others):
        return "name", f"set aside: {', '.join(aside)}" if aside else "written another way"
    aside += told[n].soft
    return "name and length", f"equally long; set aside: {', '.join(aside)}" if aside else (
        "equally long as a name with a guest, a film or an edit in it"
    )
