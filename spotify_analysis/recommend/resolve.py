"""Addresses for suggestions that have none: the older export names tracks but not their URIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spotify_analysis import errors, loaders
from spotify_analysis.recommend import names
from spotify_analysis.recommend.providers.base import Answer, Context
from spotify_analysis.recommend.providers.catalogue import Meter

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["addresses"]


def addresses(picks: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, Answer | None]:
    """Look up the tracks that lack an address, as far as the budget goes.

    Parameters
    ----------
    picks : DataFrame
        The chosen tracks; only these are looked up, never all candidates.
    context : Context
        Client, and what the providers have left of the budget.

    Returns
    -------
    picks : DataFrame
        The same rows; a row nothing fits keeps its missing address.
    answer : Answer or None
        What was done; None if nothing was needed or nobody could be asked.

    Notes
    -----
    Cost: one search per track without an address. A hit counts only if title and artist are the
    same after normalising.
    """
    lacking = picks.index[picks["uri"].isna()]
    if context.client is None or context.spotify_is_silent or not len(lacking):
        return picks, None
    meter = Meter(context.client, context.calls_left, context.seconds_left)
    picks = picks.copy()
    n_found, problem, is_offline = 0, "", False
    for row in lacking:
        if not meter.allows():
            problem = meter.why()
            break
        try:
            uri = _search(context.client, str(picks.at[row, "track"]), str(picks.at[row, "artist"]))
        except errors.SpotifyError as exc:
            problem = f"{type(exc).__name__}: {exc}"
            is_offline = isinstance(exc, errors.NetworkError)
            break
        if uri is not None:
            picks.loc[row, "uri"] = uri
            n_found += 1
    return picks, Answer(
        status="partial" if problem else "ok",
        why=problem or f"{n_found} of {len(lacking)} tracks without an address found",
        requests=meter.requests,
        cached=meter.cached,
        fetched_at=meter.fetched_at,
        is_offline=is_offline,
    )


def _search(client: Client, track: str, artist: str) -> str | None:
    title, who = track.replace('"', " "), artist.replace('"', " ")
    hits = loaders.search(client, f'track:"{title}" artist:"{who}"', kinds="track", limit=5)
    for hit in hits.to_dict("records"):
        if (
            isinstance(hit["name"], str)
            and isinstance(hit["artist"], str)
            and names.recording(hit["name"]) == names.recording(track)
            and names.artist(hit["artist"]) == names.artist(artist)
        ):
            return str(hit["uri"])
    return None
