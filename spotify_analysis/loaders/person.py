"""The person and what they play: profile, top lists, the last plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from spotify_analysis import client as clients
from spotify_analysis import tables
from spotify_analysis.loaders.frames import table
from spotify_analysis.loaders.rows import Reader

__all__ = ["profile", "recent_plays", "top_artists", "top_tracks"]

_MOST = 50


def profile(client: clients.Client) -> pd.DataFrame:
    """Load the person signed in.

    Parameters
    ----------
    client : Client
        From `connect`.

    Returns
    -------
    DataFrame
        One row; columns of `tables.PROFILE`.

    Raises
    ------
    SpotifyError, NotLoggedInError
        If it cannot be loaded.

    Notes
    -----
    Source: GET /me, no scope. Cost: one call in the life of a client. Apps in development mode
    get neither country, subscription nor followers.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.profile(demo.connect())  # doctest: +SKIP
    """
    me, reader = client.me(), Reader()
    row = {
        "display_name": reader.text(me, "display_name"),
        "id": reader.text(me, "id"),
        "account_id": reader.text(me, "account_id"),
        "country": reader.text(me, "country"),
        "product": reader.text(me, "product"),
        "n_followers": reader.whole(reader.thing(me, "followers"), "total"),
        "uri": reader.text(me, "uri"),
        "image_url": reader.image(me),
        "url": reader.link(me),
    }
    return table([row], tables.PROFILE, call="GET /me", reader=reader)


def top_tracks(
    client: clients.Client,
    *,
    time_range: str | Sequence[str] = "medium_term",
    limit: int = _MOST,
) -> pd.DataFrame:
    """Load the most played tracks, as Spotify ranks them.

    Parameters
    ----------
    client : Client
        From `connect`.
    time_range : {"short_term", "medium_term", "long_term", "all"} or several
        About 4 weeks, 6 months or a year; ``"all"`` for the three of them in one table.
    limit : int
        Places per time range, 1 to 50.

    Returns
    -------
    DataFrame
        One row per place; columns of `tables.TOP_TRACKS`, ``time_range`` and ``rank`` first.
        Spotify gives places only, no counts.

    Raises
    ------
    ValueError
        If there is no such time range, or `limit` is out of reach.
    MissingScopeError
        If the login lacks ``user-top-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded.

    Notes
    -----
    Source: GET /me/top/tracks, scope user-top-read. Cost: one call per time range. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.top_tracks(demo.connect(), time_range="all")  # doctest: +SKIP
    """
    return _top(client, "tracks", time_range, limit)


def top_artists(
    client: clients.Client,
    *,
    time_range: str | Sequence[str] = "medium_term",
    limit: int = _MOST,
) -> pd.DataFrame:
    """Load the most played artists, as Spotify ranks them.

    Parameters
    ----------
    client : Client
        From `connect`.
    time_range : {"short_term", "medium_term", "long_term", "all"} or several
        About 4 weeks, 6 months or a year; ``"all"`` for the three of them in one table.
    limit : int
        Places per time range, 1 to 50.

    Returns
    -------
    DataFrame
        One row per place; columns of `tables.TOP_ARTISTS`, ``time_range`` and ``rank`` first.
        Genres and popularity are missing for apps in development mode.

    Raises
    ------
    ValueError
        If there is no such time range, or `limit` is out of reach.
    MissingScopeError
        If the login lacks ``user-top-read``.
    SpotifyError, NotLoggedInError
        If it cannot be loaded.

    Notes
    -----
    Source: GET /me/top/artists, scope user-top-read. Cost: one call per time range. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.top_artists(demo.connect(), time_range="short_term")  # doctest: +SKIP
    """
    return _top(client, "artists", time_range, limit)


def _top(
    client: clients.Client, kind: str, time_range: str | Sequence[str], limit: int
) -> pd.DataFrame:
    ranges = _time_ranges(time_range)
    if not 1 <= limit <= _MOST:
        raise ValueError(f"`limit` must be 1 to {_MOST}, all that Spotify ranks; not {limit}.")
    client.require_scopes_of(f"loaders.top_{kind}")
    path, reader = f"me/top/{kind}", Reader()
    read = reader.track if kind == "tracks" else reader.artist
    loaded = client.pages_of(
        [clients.Listing(path, {"time_range": one}, limit=limit, at_most=limit) for one in ranges],
        label=f"top {kind}",
    )
    rows = [
        {"time_range": one, "rank": rank, **read(item)}
        for one, items in zip(ranges, loaded, strict=True)
        for rank, item in enumerate(items, start=1)
        if item is not None
    ]
    declared = tables.TOP_TRACKS if kind == "tracks" else tables.TOP_ARTISTS
    reports = [items.report for items in loaded]
    n_left_out = sum(
        one["n_null"] + max(min(one["n_announced"] or 0, limit) - one["n_received"], 0)
        for one in reports
    )
    return table(
        rows,
        declared,
        call=f"GET /{path}",
        reader=reader,
        report={"n_skipped": n_left_out} if n_left_out else None,
    )


def _time_ranges(time_range: str | Sequence[str]) -> list[str]:
    if time_range == "all":
        return list(tables.TIME_RANGES)
    ranges = [time_range] if isinstance(time_range, str) else list(time_range)
    for one in ranges:
        if one not in tables.TIME_RANGES:
            known = ", ".join(map(repr, tables.TIME_RANGES))
            raise ValueError(f"`time_range` must be {known} or 'all'; not {one!r}.")
    return list(dict.fromkeys(ranges))


def recent_plays(client: clients.Client, *, time_zone: str | None = None) -> pd.DataFrame:
    """Load the last plays Spotify remembers, newest first.

    Parameters
    ----------
    client : Client
        From `connect`.
    time_zone : str, optional
        IANA name for the local columns; the zone of the settings, or of this computer, by default.

    Returns
    -------
    DataFrame
        One row per play, at most 50; columns of `tables.PLAYS`. ``started_at`` and ``ms_played``
        are missing in every row: only the export knows them. Whether Spotify's stamp is the
        begin or the end of a play has changed over the years; it is in ``ended_at``.

    Raises
    ------
    MissingScopeError
        If the login lacks ``user-read-recently-played``.
    ValueError
        If there is no such time zone.
    SpotifyError, NotLoggedInError
        If it cannot be loaded.

    Notes
    -----
    Source: GET /me/player/recently-played, scope user-read-recently-played. Cost: one call; there
    is no further page. No podcasts, nothing from private sessions. All apps.

    Examples
    --------
    >>> from spotify_analysis import demo, loaders
    >>> loaders.recent_plays(demo.connect(), time_zone="Europe/Berlin")  # doctest: +SKIP
    """
    client.require_scopes_of("loaders.recent_plays")
    zone = time_zone or client.settings.time_zone
    if zone is not None:
        tables.check_time_zone(zone)  # before a call is spent
    path, reader = "me/player/recently-played", Reader()
    # the window is the newest 50: a page of 50 holds all, and `before` then gives nothing
    answer = client.call("GET", path, params={"limit": _MOST}, check=_no_items)
    if _is_short(answer):
        # plays that a page lacks would be a gap in the history for ever
        again = client.call("GET", path, params={"limit": _MOST}, check=_no_items)
        answer = max(answer, again, key=lambda one: len(one["items"]))
    rows, seen, n_skipped = [], set(), 0
    for play in reader.things(answer, "items"):
        track = reader.thing(play, "track")
        played_at = reader.stamp(play, "played_at")
        name = (played_at, track.get("uri"))
        if not track or played_at is None or name in seen:
            n_skipped += 1
            continue
        seen.add(name)
        read = reader.track(track)
        rows.append(
            {
                "ended_at": played_at,
                "logged_at": played_at,
                "kind": "track",
                "track": read["track"],
                "artist": read["album_artist"] or read["artist"],
                "album": read["album"],
                "uri": read["uri"],
                "context_uri": reader.text(reader.thing(play, "context"), "uri"),
                "source": "web_api",
            }
        )
    n_null = len(answer["items"]) - len(rows) - n_skipped
    report = {
        "n_received": len(answer["items"]),
        "n_skipped": n_skipped + n_null,
        "n_short_pages": int(_is_short(answer)),
    }
    frame = table(rows, tables.PLAYS, call=f"GET /{path}", reader=reader, report=report)
    return tables.conform(tables.with_local_time(frame, zone), tables.PLAYS)


def _is_short(answer: Mapping[str, Any]) -> bool:
    return bool(answer.get("next")) and len(answer["items"]) < _MOST


def _no_items(answer: object) -> str | None:
    is_page = isinstance(answer, dict) and isinstance(answer.get("items"), list)
    return None if is_page else "is no list of plays"
