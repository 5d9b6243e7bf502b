"""What is to be written: addresses collected from any of our tables, names of playlists read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.playlists.change import Change

__all__ = ["PLAYABLE", "SAVABLE", "Items", "collect", "playlist_id"]

PLAYABLE = ("track", "episode")
SAVABLE = ("track", "album", "episode", "show", "audiobook", "artist", "playlist")


@dataclass
class Items:
    """Addresses in order, and what had to be left out.

    Parameters
    ----------
    uris : list of str
        What can be written.
    labels : list of str
        What to call each.
    left_out : list of (str, str)
        What cannot, and why.
    """

    uris: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def without(self, unwanted: Iterable[str], why: str) -> Items:
        """Return the items but for some, which are left out for a reason.

        Parameters
        ----------
        unwanted : iterable of str
            Addresses to leave out.
        why : str
            The reason.

        Returns
        -------
        Items
            New items.
        """
        out = set(unwanted)
        kept = Items(left_out=list(self.left_out))
        for uri, label in zip(self.uris, self.labels, strict=True):
            if uri in out:
                kept.left_out.append((label, why))
            else:
                kept.uris.append(uri)
                kept.labels.append(label)
        return kept


def collect(
    things: Any, *, kinds: Sequence[str] = PLAYABLE, unique: bool = True, bare: str | None = "track"
) -> Items:
    """Collect addresses from tables, lists and single values.

    Parameters
    ----------
    things : DataFrame, Series, str or iterable of str
        A table with a column ``uri``, or URIs, links and ids.
    kinds : sequence of str
        Kinds that can be written.
    unique : bool
        Take each address once.
    bare : str or None
        What a bare id is the id of.

    Returns
    -------
    Items
        The addresses, at least one.

    Raises
    ------
    ValueError
        If there is nothing to write, or something that is no address.
    """
    items = Items()
    seen: set[str] = set()
    is_table = isinstance(things, pd.DataFrame)
    for value, label in _values(things):
        if not isinstance(value, str) or not value.strip():
            items.left_out.append((label, "has no address at Spotify"))
            continue
        address = tables.parse_address(value, kind=bare)
        if address is None:
            raise ValueError(
                f"{str(value)[:60]!r} is no address of Spotify's: give URIs, links or ids, or a "
                "table with a column `uri`."
            )
        if address.kind == "local":
            why = "a file on your own device: Spotify lets no program write it"
            items.left_out.append((label, why))
        elif address.kind not in kinds:
            if not is_table:
                raise ValueError(_wrong_kind(value, address.kind, kinds))
            items.left_out.append((label, f"{_article(address.kind)}, which cannot be written"))
        elif unique and address.uri in seen:
            items.left_out.append((label, "named twice"))
        else:
            seen.add(address.uri)
            items.uris.append(address.uri)
            items.labels.append(label)
    if not items.uris:
        reasons = "; ".join(dict.fromkeys(why for _, why in items.left_out))
        why = f"all {len(items.left_out)} were left out ({reasons})" if reasons else "it is empty"
        raise ValueError(f"Nothing to write: {why}.")
    return items


def playlist_id(playlist: Any) -> str:
    """Read which playlist is meant.

    Parameters
    ----------
    playlist : str, Series, DataFrame, mapping or Change
        Id, URI or link; a row of ``tables.PLAYLISTS``; or what `create` returned.

    Returns
    -------
    str
        Its id.

    Raises
    ------
    ValueError
        If it names no playlist, or several.
    """
    value = playlist
    if isinstance(playlist, Change):
        value = playlist.playlist_id
        if value is None:
            raise ValueError("That playlist was only planned (`dry_run=True`); it does not exist.")
    elif isinstance(playlist, pd.DataFrame):
        if len(playlist) != 1:
            raise ValueError(
                f"`playlist` must be one playlist; the table has {len(playlist)} rows. "
                "Choose one: mine[mine['playlist'] == 'its name']."
            )
        value = playlist.iloc[0].get("id")
    elif isinstance(playlist, (pd.Series, Mapping)):
        value = playlist.get("id")
    address = tables.parse_address(value, kind="playlist") if isinstance(value, str) else None
    if address is None or address.kind != "playlist":
        raise ValueError(
            f"`playlist` must be the id, URI or link of a playlist or its row in "
            f"`loaders.playlists(client)`; not {str(value)[:80]!r}."
        )
    return address.id


def _values(things: Any) -> Iterable[tuple[Any, str]]:
    if isinstance(things, pd.DataFrame):
        if "uri" not in things:
            raise ValueError(
                f"The table has no column `uri`, so nothing of it can be written; it has "
                f"{list(things.columns)}."
            )
        for row in things.to_dict("records"):
            uri = row["uri"]
            yield (None if _is_missing(uri) else uri), _label(row)
    elif isinstance(things, str):
        yield things, things
    elif isinstance(things, Iterable) and not isinstance(things, Mapping):
        for value in things:
            missing = _is_missing(value)
            if not missing and not isinstance(value, str):
                raise ValueError(
                    f"Give URIs, links or ids, or a table with a column `uri`; "
                    f"not a list with {type(value).__name__} in it."
                )
            yield (None if missing else value), "(missing)" if missing else value
    else:
        raise ValueError(
            f"Give URIs, links or ids, or a table with a column `uri`; not {type(things).__name__}."
        )


def _label(row: Mapping[Any, Any]) -> str:
    names = [
        row.get(column)
        for column in ("track", "episode", "album", "show", "artist", "playlist", "uri")
    ]
    title = next((name for name in names if isinstance(name, str) and name), "(no name)")
    artist = row.get("artist")
    known = isinstance(artist, str) and artist and artist != title
    return f"{artist} - {title}" if known else title


def _wrong_kind(value: str, kind: str, kinds: Sequence[str]) -> str:
    hint = {
        "album": " Load its tracks first: loaders.album_tracks(client, ...).",
        "playlist": " Load its entries first: loaders.playlist_items(client, ...).",
    }.get(kind, "")
    return f"{value!r} is {_article(kind)}; here go {', '.join(f'{k}s' for k in kinds)}.{hint}"


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value
