"""Playlists and liked songs in the two layouts that other programs know as "Exportify".

Importers (spotDL, CSVMusic, Soundiiz-like tools) key on these headers, so they are as they are at
exportify.net and exportify.app, in English, down to the empty columns of what Spotify withdrew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from spotify_analysis import errors
from spotify_analysis.tables import csv, schema, spotify, writing

__all__ = ["EXPORTIFY_LAYOUTS", "exportify", "write_exportify", "write_exportify_folder"]

_AUDIO_FEATURES = (
    "Danceability",
    "Energy",
    "Key",
    "Loudness",
    "Mode",
    "Speechiness",
    "Acousticness",
    "Instrumentalness",
    "Liveness",
    "Valence",
    "Tempo",
    "Time Signature",
)

# A column of a layout: how it is made of `tables.PLAYLIST_ITEMS`, None where we cannot know it.
_Make = Callable[[pd.DataFrame], Any] | None


def _as_is(name: str) -> _Make:
    return lambda items: items[name]


def _joined(name: str, separator: str) -> _Make:
    return lambda items: items[name].str.replace("; ", separator, regex=False)


def _addresses(name: str, kind: str) -> _Make:
    def made(items: pd.DataFrame) -> Any:
        first = f"spotify:{kind}:" + items[name]
        return first.str.replace("; ", f", spotify:{kind}:", regex=False)

    return made


def _title(items: pd.DataFrame) -> Any:
    return items["track"].fillna(items["episode"])


def _album(items: pd.DataFrame) -> Any:
    return items["album"].fillna(items["show"])


def _moment(items: pd.DataFrame) -> Any:
    return items["added_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype(schema.STRING)


EXPORTIFY_LAYOUTS: Mapping[str, Mapping[str, _Make]] = MappingProxyType(
    {
        "pavelkomarov": MappingProxyType(
            {
                "Track URI": _as_is("uri"),
                "Track Name": _title,
                "Album Name": _album,
                "Artist Name(s)": _joined("artists", ";"),
                "Release Date": _as_is("release_date"),
                "Duration (ms)": _as_is("duration_ms"),
                "Popularity": _as_is("popularity"),
                "Explicit": _as_is("explicit"),
                "Added By": _as_is("added_by"),
                "Added At": _moment,
                "Genres": None,
                "Record Label": None,
                **dict.fromkeys(_AUDIO_FEATURES),
            }
        ),
        "watsonbox": MappingProxyType(
            {
                "Track URI": _as_is("uri"),
                "Track Name": _title,
                "Artist URI(s)": _addresses("artist_ids", "artist"),
                "Artist Name(s)": _joined("artists", ", "),
                "Album URI": _addresses("album_id", "album"),
                "Album Name": _album,
                "Album Artist URI(s)": None,
                "Album Artist Name(s)": _as_is("album_artist"),
                "Album Release Date": _as_is("release_date"),
                "Album Image URL": _as_is("image_url"),
                "Disc Number": _as_is("disc_number"),
                "Track Number": _as_is("track_number"),
                "Track Duration (ms)": _as_is("duration_ms"),
                "Track Preview URL": None,
                "Explicit": _as_is("explicit"),
                "Popularity": _as_is("popularity"),
                "ISRC": _as_is("isrc"),
                "Added By": _as_is("added_by"),
                "Added At": _moment,
            }
        ),
    }
)


def exportify(items: pd.DataFrame, *, layout: str = "pavelkomarov") -> pd.DataFrame:
    """Lay out playlist items or liked songs as Exportify does.

    Parameters
    ----------
    items : DataFrame
        Rows of `tables.PLAYLIST_ITEMS` or `tables.SAVED_TRACKS`.
    layout : str
        ``"pavelkomarov"`` (exportify.net) or ``"watsonbox"`` (exportify.app).

    Returns
    -------
    DataFrame
        One row per entry, in their order, with the layout's own headers. Entries that are gone
        from Spotify's catalogue are left out, as Exportify does.

    Raises
    ------
    ValueError
        If there is no such layout.

    Notes
    -----
    Empty in every row: audio features, genres and label, which Spotify no longer gives to new
    apps, preview addresses, and the address of the album artist. Podcast episodes have the
    podcast in the place of the album.
    """
    if layout not in EXPORTIFY_LAYOUTS:
        known = ", ".join(map(repr, EXPORTIFY_LAYOUTS))
        raise ValueError(f"`layout` must be one of {known}; not {layout!r}.")
    rows = schema.conform(items, spotify.PLAYLIST_ITEMS)
    rows = rows[rows["kind"].ne("removed").fillna(value=True)].reset_index(drop=True)
    nothing = pd.Series(pd.NA, index=rows.index, dtype=schema.STRING)
    return pd.DataFrame(
        {
            name: nothing if make is None else make(rows)
            for name, make in EXPORTIFY_LAYOUTS[layout].items()
        }
    )


def write_exportify(
    items: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    layout: str = "pavelkomarov",
    overwrite: bool = True,
) -> Path:
    """Write playlist items or liked songs to one file as Exportify does.

    Parameters
    ----------
    items : DataFrame
        Rows of `tables.PLAYLIST_ITEMS` or `tables.SAVED_TRACKS`.
    path : path
        The CSV file; missing folders are made.
    layout : str
        ``"pavelkomarov"`` (exportify.net) or ``"watsonbox"`` (exportify.app).
    overwrite : bool
        Replace a file that is there already.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If the file exists and may not be replaced, or cannot be written.
    ValueError
        If there is no such layout.

    Notes
    -----
    Names that a spreadsheet would run as a formula get a ``'`` in front, see `write_csv`.
    """
    return csv.write_csv(exportify(items, layout=layout), path, overwrite=overwrite)


def write_exportify_folder(
    items: pd.DataFrame,
    folder: str | os.PathLike[str],
    *,
    layout: str = "pavelkomarov",
    overwrite: bool = False,
) -> list[Path]:
    """Write each playlist to a file of its own, named after it.

    Parameters
    ----------
    items : DataFrame
        Rows of `tables.PLAYLIST_ITEMS`, of any number of playlists.
    folder : path
        Where to; made if missing. No name leads out of it.
    layout : str
        ``"pavelkomarov"`` (exportify.net) or ``"watsonbox"`` (exportify.app).
    overwrite : bool
        Replace files that are there already.

    Returns
    -------
    list of Path
        The file of each playlist, in their order. Playlists of the same name get a number;
        without ids (account data), entries of the same name are one playlist.

    Raises
    ------
    TableError
        If a file exists and may not be replaced: found out before the first one is written.
    ValueError
        If there is no such layout.
    """
    rows = schema.conform(items, spotify.PLAYLIST_ITEMS)
    parts = [
        part for _, part in rows.groupby(["playlist_id", "playlist"], sort=False, dropna=False)
    ]
    files: list[Path] = []
    for part in parts:
        name = part["playlist"].iloc[0]
        taken = {file.name for file in files}
        files.append(Path(folder) / writing.file_name("" if pd.isna(name) else name, taken=taken))
    there = [file for file in files if file.exists()]
    if there and not overwrite:
        raise errors.TableError(
            f"{str(there[0])!r} exists already ({len(there)} of {len(files)} files do). Choose "
            "another folder, or pass `overwrite=True`."
        )
    for part, file in zip(parts, files, strict=True):
        write_exportify(part, file, layout=layout)
    return files
