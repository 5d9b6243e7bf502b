"""Tracks that ReccoBeats counts as near to the seeds, by Spotify's ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spotify_analysis import config, tables
from spotify_analysis.recommend.outside import (
    RECCOBEATS,
    Fetcher,
    Service,
    TroubleError,
    cache_in,
    in_words,
)
from spotify_analysis.recommend.providers.base import (
    Answer,
    Candidate,
    Context,
    ids_of_tracks,
    outcome,
    starting_points,
)
from spotify_analysis.recommend.seeds import Seed

__all__ = ["ReccoBeats"]

_MAX_TRACKS = 5
_SIZE = 20


class ReccoBeats:
    """Tracks near to the seeds, with addresses; asked only when named.

    Parameters
    ----------
    cache_dir : Path, optional
        Where answers are kept; None takes the settings' folder.
    reccobeats : Service
        The server.

    Notes
    -----
    Sends Spotify's ids of up to 5 tracks, one at a time, so that each suggestion can name what it
    came from. No key. It is one operator's service, and says nowhere where its data come from:
    that is why it is never asked unless named.
    """

    name = "reccobeats"
    modes: tuple[str, ...] = ()
    weight = 0.5

    def __init__(self, *, cache_dir: Path | None = None, reccobeats: Service = RECCOBEATS) -> None:
        self._cache_dir = cache_dir
        self._reccobeats = reccobeats

    def __repr__(self) -> str:
        return "ReccoBeats()"

    def candidates(self, context: Context) -> Answer:
        """Suggest tracks near to those of the seeds.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks by their place in the answer and the weight of their seed.
        """
        seeds = ids_of_tracks(starting_points(context).rows)
        if not seeds:
            return Answer(
                status="skipped",
                why="needs tracks with an address at Spotify: pass `seeds`, or plays of the "
                "extended export",
            )
        found: list[Candidate] = []
        problems: list[str] = []
        with Fetcher(
            (self._reccobeats,),
            cache=cache_in(self._cache_dir or config.load().cache_dir),
            seconds=context.seconds_left,
        ) as fetcher:
            for id_ in list(seeds)[:_MAX_TRACKS]:
                try:
                    answer = fetcher.json(
                        self._reccobeats,
                        "track/recommendation",
                        {"seeds": id_, "size": _SIZE},
                        kind="similarity",
                        check=_check,
                    )
                except TroubleError as trouble:
                    problems.append(str(trouble))
                    if trouble.is_over:
                        break
                    continue
                found += _near(answer["content"], seeds[id_], seeds)
        return outcome(
            sorted(found, key=lambda one: (-one.score, one.artist, one.track)),
            problems,
            fetcher,
            nothing="ReccoBeats knows none of these, or nothing near to them",
        )


def _near(rows: list[Any], seed: Seed, seeds: dict[str, Seed]) -> list[Candidate]:
    found = []
    for place, row in enumerate(row for row in rows if isinstance(row, dict)):
        title, artist = row.get("trackTitle"), _first_artist(row)
        # its own numbers are of no use here; Spotify's id stands in the link
        href = row.get("href")
        address = tables.parse_address(href) if isinstance(href, str) else None
        if not isinstance(title, str) or not title or not artist:
            continue
        if address is None or address.kind != "track" or address.id in seeds:
            continue
        isrc, length, popularity = (row.get(key) for key in ("isrc", "durationMs", "popularity"))
        found.append(
            Candidate(
                track=title,
                artist=artist,
                reason=f"ReccoBeats: near to {seed.label}",
                score=seed.weight / (1 + 0.1 * place),
                seed=seed.label,
                uri=address.uri,
                isrc=isrc if isinstance(isrc, str) and isrc else None,
                duration_ms=length if _is_whole(length) else None,
                popularity=popularity if _is_whole(popularity) else None,
            )
        )
    return found


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _first_artist(row: dict[str, Any]) -> str:
    artists = row.get("artists")
    first = artists[0] if isinstance(artists, list) and artists else None
    name = first.get("name") if isinstance(first, dict) else None
    return name if isinstance(name, str) else ""


def _check(answer: Any) -> None:
    """Refuse what is no list of tracks; an error may come with a status of 200."""
    if isinstance(answer, dict) and isinstance(answer.get("content"), list):
        return
    words = in_words(answer.get("error")) if isinstance(answer, dict) else ""
    raise TroubleError(
        f"ReccoBeats answered something unexpected{f': {words}' if words else ''}", status=200
    )
