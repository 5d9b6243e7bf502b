"""The person: profile, top lists, recently played, and the profiles of others."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spotify_analysis.demo.web_api.call import NEW, Call, Table, bad_request, not_found
from spotify_analysis.demo.web_api.shapes import Json

if TYPE_CHECKING:
    from spotify_analysis.demo.listener import Play

__all__ = ["TABLE"]

TABLE = Table()

TOP_TOTAL = 50
RECENT_WINDOW = 50
SPOTIFY_USER = "spotify"


@TABLE.endpoint("GET", "/me")
def _me(call: Call) -> Json:
    listener = call.account.listener
    profile: Json = {
        **call.shapes.identity("user", listener.id),
        "account_id": listener.account_id,
        "display_name": listener.display_name,
        "images": call.shapes.images(listener.id),
    }
    if call.mode != "new":
        profile["followers"] = {"href": None, "total": len(listener.followed_artist_ids) // 7}
        if call.has_scope("user-read-private"):
            profile["country"] = listener.country
            profile["explicit_content"] = {"filter_enabled": False, "filter_locked": False}
            profile["product"] = "premium"
        if call.has_scope("user-read-email"):
            profile["email"] = f"{listener.id}@example.com"
    return profile


# ---------------------------------------------------------------- top lists


@TABLE.endpoint("GET", "/me/top/tracks", "user-top-read")
def _top_tracks(call: Call) -> Json:
    ranked = call.account.listener.top_tracks(_time_range(call))
    return _top(call, ranked, call.shapes.track)


@TABLE.endpoint("GET", "/me/top/artists", "user-top-read")
def _top_artists(call: Call) -> Json:
    ranked = call.account.listener.top_artists(_time_range(call))
    return _top(call, ranked, call.shapes.artist)


def _time_range(call: Call) -> str:
    time_range = call.text("time_range") or "medium_term"
    if time_range not in ("short_term", "medium_term", "long_term"):
        raise bad_request("Invalid time range")
    return time_range


def _top(call: Call, ranked: list[str], shape: Any) -> Json:
    """Page through the ranking: it counts 50, yet a page that begins at 49 goes on to 98."""
    limit, offset = call.limit(), call.offset()
    if offset >= TOP_TOTAL:
        page = call.page([], total=0, limit=limit, offset=offset)
        return {**page, "limit": 0}
    items = [shape(id_) for id_ in ranked[offset : offset + limit]]
    return call.page(items, total=min(len(ranked), TOP_TOTAL), limit=limit, offset=offset)


# ---------------------------------------------------------------- recently played


@TABLE.endpoint("GET", "/me/player/recently-played", "user-read-recently-played")
def _recently_played(call: Call) -> Json:
    limit = call.limit()
    after, before = _cursor(call, "after"), _cursor(call, "before")
    if after is not None and before is not None:
        raise bad_request("Only one of after and before may be given")
    # Spotify remembers 50 plays in all; a cursor moves within them and never beyond.
    window = call.account.listener.recently_played(RECENT_WINDOW)
    plays = [(_played_at_ms(call, play), play) for play in window]
    if after is not None:
        chosen = [pair for pair in plays if pair[0] > after][-limit:]
    elif before is not None:
        chosen = [pair for pair in plays if pair[0] < before][:limit]
    else:
        chosen = plays[:limit]
    page: Json = {"items": [], "next": None, "cursors": None, "limit": limit, "href": call.link()}
    if chosen:
        newest, oldest = chosen[0][0], chosen[-1][0]
        page["items"] = [_play(call, at_ms, play) for at_ms, play in chosen]
        page["cursors"] = {"after": str(newest), "before": str(oldest)}
        if len(chosen) == limit:
            onward = {"before": oldest} if after is None else {"after": newest}
            page["next"] = call.link(limit=limit, **onward)
    return page


def _cursor(call: Call, name: str) -> int | None:
    given = call.text(name)
    if given is None:
        return None
    if not re.fullmatch(r"\d{1,18}", given):
        raise bad_request(f"Invalid {name} cursor")
    return int(given)


def _played_at_ms(call: Call, play: Play) -> int:
    at_end = call.server.switches.played_at == "end"
    return play.ended_at_ms if at_end else play.started_at_ms


def _play(call: Call, at_ms: int, play: Play) -> Json:
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    fraction = f".{at_ms % 1000:03d}" if call.server.switches.played_at_fraction else ""
    return {
        "track": call.shapes.track(play.id or ""),
        "played_at": f"{at:%Y-%m-%dT%H:%M:%S}{fraction}Z",
        "context": _context(call, play.context_uri),
    }


def _context(call: Call, uri: str | None) -> Json | None:
    if uri is None:
        return None
    if uri.endswith(":collection"):
        return {
            "external_urls": {"spotify": "https://open.spotify.com/collection"},
            "href": f"{call.server.url}/v1/me/tracks",
            "type": "collection",
            "uri": uri,
        }
    _, kind, id_ = uri.split(":", 2)
    identity = call.shapes.identity(kind, id_)
    return {name: identity[name] for name in ("external_urls", "href", "type", "uri")}


# ---------------------------------------------------------------- other people


@TABLE.endpoint("GET", "/users/{user_id}", gone=NEW)
def _user(call: Call) -> Json:
    user_id = call.path("user_id")
    if user_id not in known_users(call):
        raise not_found()
    return {
        **call.shapes.identity("user", user_id),
        "display_name": display_name(call, user_id),
        "followers": {"href": None, "total": 0},
        "images": [],
    }


def known_users(call: Call) -> set[str]:
    """List everybody who exists here.

    Parameters
    ----------
    call : Call
        The call.

    Returns
    -------
    set of str
        User ids: account holders, owners of playlists, and Spotify itself.
    """
    owners = {playlist.owner_id for playlist in call.state.playlists.values()}
    return owners | set(call.state.accounts) | {SPOTIFY_USER}


def display_name(call: Call, user_id: str) -> str:
    """Name a person.

    Parameters
    ----------
    call : Call
        The call.
    user_id : str
        The person.

    Returns
    -------
    str
        The display name of an account holder; somebody else is called by their id.
    """
    account = call.state.accounts.get(user_id)
    if account is not None:
        return account.listener.display_name
    return "Spotify" if user_id == SPOTIFY_USER else user_id
