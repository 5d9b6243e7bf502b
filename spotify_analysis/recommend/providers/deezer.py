"""New artists from Deezer: what its radio plays beside the artists of the seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spotify_analysis import config
from spotify_analysis.recommend import names
from spotify_analysis.recommend.outside import (
    DEEZER,
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
    outcome,
    starting_points,
)
from spotify_analysis.recommend.seeds import ArtistSeed

__all__ = ["Deezer"]

_MAX_ARTISTS = 6
_HITS = 5
_RADIO = 40
_ARTISTS_PER_SEED = 4
_TRACKS_PER_ARTIST = 4
_QUOTA = 4
_BUSY = 700
_NOT_FOUND = 800
# the quota counts over five seconds, and the answer does not say how many are left of them
_WINDOW_S = 5.0


class Deezer:
    """Tracks that Deezer's radio of an artist plays; asked only when named.

    Parameters
    ----------
    cache_dir : Path, optional
        Where answers are kept; None takes the settings' folder.
    deezer : Service
        The server.

    Notes
    -----
    Sends the names of up to 6 artists. Where there is no radio, it is asked for related artists
    and for their best known tracks. No key; its terms: not for commercial use.
    """

    name = "deezer"
    modes: tuple[str, ...] = ()
    weight = 0.5

    def __init__(self, *, cache_dir: Path | None = None, deezer: Service = DEEZER) -> None:
        self._cache_dir = cache_dir
        self._deezer = deezer

    def __repr__(self) -> str:
        return "Deezer()"

    def candidates(self, context: Context) -> Answer:
        """Suggest tracks of artists like those of the seeds.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks by the place on the radio and the weight of their seed, without addresses.
        """
        artists = [one for one in starting_points(context).artists() if one.name][:_MAX_ARTISTS]
        if not artists:
            return Answer(status="skipped", why="no artist to start from: pass `seeds` or plays")
        with Fetcher(
            (self._deezer,),
            cache=cache_in(self._cache_dir or config.load().cache_dir),
            seconds=context.seconds_left,
        ) as fetcher:
            run = _Run(fetcher, self._deezer)
            for artist in artists:
                try:
                    run.like(artist, context)
                except TroubleError as trouble:
                    run.problems.append(str(trouble))
                    if trouble.is_over:
                        break
        return outcome(
            sorted(run.found, key=lambda one: (-one.score, one.artist, one.track)),
            run.problems,
            fetcher,
            nothing="Deezer knows nothing like these",
        )


class _Run:
    """One run's questions to Deezer and what came of them."""

    def __init__(self, fetcher: Fetcher, service: Service) -> None:
        self.problems: list[str] = []
        self.found: list[Candidate] = []
        self._fetcher, self._service = fetcher, service

    def __repr__(self) -> str:
        return f"<_Run: {len(self.found)} found>"

    def like(self, seed: ArtistSeed, context: Context) -> None:
        """Find tracks like those of an artist."""
        name = seed.name or ""
        number = self._artist(name)
        if number is None:
            self.problems.append(f"Deezer knows no artist called {name!r}")
            return
        played = self._ask("similarity", f"artist/{number}/radio", limit=_RADIO)
        # the seed itself comes back
        others = [row for row in played if names.artist(_artist_of(row)) != names.artist(name)]
        if others:
            for place, row in enumerate(others):
                self._add(row, _artist_of(row), seed, 1 / (1 + 0.1 * place))
            return
        self._related(number, seed, context)

    def _artist(self, name: str) -> int | None:
        """Find an artist's number by the exact name."""
        for row in self._ask("mbid", "search/artist", q=name, limit=_HITS):
            called, number = row.get("name"), row.get("id")
            if isinstance(called, str) and names.artist(called) == names.artist(name):
                return number if isinstance(number, int) else None
        return None

    def _related(self, number: int, seed: ArtistSeed, context: Context) -> None:
        fresh = [
            row
            for row in self._ask("similarity", f"artist/{number}/related", limit=_RADIO)
            if isinstance(row.get("name"), str)
            and isinstance(row.get("id"), int)
            and names.artist(row["name"]) not in context.library.artist_of_key
        ]
        for rank, row in enumerate(fresh[:_ARTISTS_PER_SEED]):
            top = self._ask("top_tracks", f"artist/{row['id']}/top", limit=_TRACKS_PER_ARTIST)
            for place, track in enumerate(top):
                self._add(track, row["name"], seed, 1 / (1 + 0.25 * rank + 0.25 * place))

    def _add(self, row: dict[str, Any], artist: str, seed: ArtistSeed, share: float) -> None:
        title, album = row.get("title"), row.get("album")
        if not isinstance(title, str) or not title or not artist:
            return
        album_title = album.get("title") if isinstance(album, dict) else None
        explicit, isrc = row.get("explicit_lyrics"), row.get("isrc")
        self.found.append(
            Candidate(
                track=title,
                artist=artist,
                reason=f"Deezer: plays {artist} beside {seed.name}",
                score=seed.weight * share,
                seed=seed.name,
                album=album_title if isinstance(album_title, str) and album_title else None,
                isrc=isrc if isinstance(isrc, str) and isrc else None,
                duration_ms=_length_ms(row.get("duration")),
                explicit=explicit if isinstance(explicit, bool) else None,
            )
        )

    def _ask(self, kind: str, path: str, **params: Any) -> list[dict[str, Any]]:
        try:
            answer = self._fetcher.json(self._service, path, params, kind=kind, check=_check)
        except TroubleError as trouble:
            if trouble.code == _NOT_FOUND:
                return []
            raise
        return [row for row in answer["data"] if isinstance(row, dict)]


def _length_ms(seconds: Any) -> int | None:
    return seconds * 1000 if isinstance(seconds, int) and 0 < seconds < 86_400 else None


def _artist_of(row: dict[str, Any]) -> str:
    artist = row.get("artist")
    name = artist.get("name") if isinstance(artist, dict) else None
    return name if isinstance(name, str) else ""


def _check(answer: Any) -> None:
    """Raise the error that came with a status of 200, and refuse what is no list."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        if isinstance(answer, dict) and isinstance(answer.get("data"), list):
            return
        raise TroubleError("Deezer answered something unexpected", status=200)
    code = error.get("code")
    code = code if isinstance(code, int) else None
    words = in_words(error.get("message"))
    raise TroubleError(
        "Deezer error" + (f" {code}" if code is not None else "") + (f": {words}" if words else ""),
        status=200,
        code=code,
        is_over=code in (_QUOTA, _BUSY),
        wait_s=_WINDOW_S if code == _QUOTA else None,
    )
