"""Spotify's own recommendations, for the few apps that still get them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spotify_analysis import capabilities, errors, tables
from spotify_analysis.loaders.rows import Reader
from spotify_analysis.recommend.providers.base import (
    Answer,
    Candidate,
    Context,
    ids_of_tracks,
    listed,
    silent,
    starting_points,
)
from spotify_analysis.recommend.providers.catalogue import Meter

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["Recommendations"]

_PATH = "recommendations"
_ENDPOINT = f"GET /{_PATH}"
_KIND = "refused"  # of the client's cache
_MAX_SEEDS = 5
_MOST = 100


class Recommendations:
    """What Spotify recommends for the seeds, found out with one call whether it does.

    Apps made since 27 November 2024 and those in development mode are refused. The refusal is
    kept for 30 days, so that no further call is spent on it.
    """

    name = "spotify.recommendations"
    modes: tuple[str, ...] = ("discover",)
    weight = 0.5

    def __repr__(self) -> str:
        return "Recommendations()"

    def candidates(self, context: Context) -> Answer:
        """Suggest what Spotify recommends.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks in Spotify's order.
        """
        if context.client is None:
            return Answer(
                status="skipped", why="needs a way to ask Spotify: pass `client=sa.connect()`"
            )
        if context.spotify_is_silent:
            return silent()
        try:
            return _asked(context, context.client)
        except errors.SpotifyAnalysisError as exc:
            return Answer(
                status="failed",
                why=f"{type(exc).__name__}: {exc}",
                is_offline=isinstance(exc, errors.NetworkError),
            )


def _asked(context: Context, client: Client) -> Answer:
    day = _refused_on(client)
    if day is not None or not client.facts.gets("GET", _PATH):
        asked = f"; asked on {day}" if day else ""
        return Answer(status="skipped", why=_refusal() + asked, cached=int(day is not None))
    params, label = _question(context)
    if not params:
        return Answer(
            status="skipped",
            why="needs tracks or artists with an address at Spotify: pass `seeds`, or plays of "
            "the extended export",
        )
    meter = Meter(client, context.calls_left, context.seconds_left)
    if not meter.allows():
        return Answer(status="failed", why=meter.why())
    answer = Answer()
    try:
        said = client.call("GET", _PATH, params={**params, "limit": _MOST})
    except errors.WithdrawnError:
        today = datetime.now(UTC).date().isoformat()
        client.cache.put(_KIND, {_ENDPOINT: {"on": today}})
        answer = Answer(status="skipped", why=_refusal())
    except errors.SpotifyError as exc:
        is_offline = isinstance(exc, errors.NetworkError)
        why = f"{type(exc).__name__}: {exc}"
        answer = Answer(status="failed", why=why, is_offline=is_offline)
    else:
        answer.candidates = _candidates(said, label)
        if not answer.candidates:
            answer.why = f"Spotify recommends nothing for {label}"
    answer.requests, answer.fetched_at = meter.requests, meter.fetched_at
    return answer


def _refused_on(client: Client) -> str | None:
    """Say on which day this app was refused, if that is known and not long ago."""
    kept = client.cache.get(_KIND, [_ENDPOINT]).get(_ENDPOINT)
    day = kept.get("on") if isinstance(kept, dict) else None
    return day if isinstance(day, str) else None


def _refusal() -> str:
    endpoint = capabilities.find("GET", _PATH)
    known = f": withdrawn on {endpoint.withdrawn} ({endpoint.source})" if endpoint else ""
    return f"this app does not have it{known}"


def _question(context: Context) -> tuple[dict[str, str], str]:
    """Write up to five seeds as Spotify wants them, tracks first, and what to call them."""
    seeds = starting_points(context)
    tracks = list(ids_of_tracks(seeds.rows).items())[:_MAX_SEEDS]
    if tracks:
        return {"seed_tracks": ",".join(id_ for id_, _ in tracks)}, listed(
            [seed.label for _, seed in tracks]
        )
    artists = [one for one in seeds.artists() if one.artist_id][:_MAX_SEEDS]
    if artists:
        return {"seed_artists": ",".join(one.artist_id or "" for one in artists)}, listed(
            [one.name or one.artist_id or "" for one in artists]
        )
    return {}, ""


def _candidates(said: Any, label: str) -> list[Candidate]:
    reader = Reader()
    rows = reader.things(said, "tracks") if isinstance(said, dict) else []
    found = []
    for place, row in enumerate(map(reader.track, rows)):
        artist = (row["artist"] or "").strip()
        address = tables.parse_address(row["uri"]) if row["uri"] else None
        if not row["track"] or not artist or address is None or address.kind != "track":
            continue
        found.append(
            Candidate(
                track=row["track"],
                artist=artist,
                reason=f"Spotify recommends it for {label}",
                score=1 / (1 + place),
                seed=label,
                uri=address.uri,
                **{name: row[name] for name in _FROM_ROW},
            )
        )
    return found


_FROM_ROW = (
    "album",
    "isrc",
    "release_date",
    "album_type",
    "duration_ms",
    "popularity",
    "explicit",
)
