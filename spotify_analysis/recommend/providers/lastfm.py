"""New artists from Last.fm: tracks and artists like those of the seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spotify_analysis import config
from spotify_analysis.recommend import names
from spotify_analysis.recommend.outside import (
    LASTFM,
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
from spotify_analysis.recommend.seeds import ArtistSeed, Seed

__all__ = ["LastFm"]

_MAX_TRACKS = 8
_MAX_ARTISTS = 8
_LIMIT = 50
_ARTISTS_PER_SEED = 4
_TRACKS_PER_ARTIST = 4
_NOT_FOUND = 6
_TEMPORARY = (8, 11, 16)
_KEY_IS_REFUSED = (4, 9, 10, 14, 26)
_RATE = 29
_CREDIT = "powered by AudioScrobbler, https://www.last.fm"


class LastFm:
    """Tracks that Last.fm's listeners play beside the seeds.

    Parameters
    ----------
    api_key : str, optional
        A key of last.fm/api/account/create; None takes ``lastfm_api_key`` of the settings.
    cache_dir : Path, optional
        Where answers are kept; None takes the settings' folder.
    lastfm : Service
        The server.

    Notes
    -----
    Sends artist and title of up to 8 seeds. Where Last.fm knows nothing like a track, it is asked
    for artists like its artist, and for their best known tracks. Its terms: not for commercial
    use, and credit where its data shows; the report carries it.
    """

    name = "lastfm"
    modes: tuple[str, ...] = ("discover",)
    weight = 0.7

    def __init__(
        self,
        *,
        api_key: str | None = None,
        cache_dir: Path | None = None,
        lastfm: Service = LASTFM,
    ) -> None:
        self._api_key = api_key
        self._cache_dir = cache_dir
        self._lastfm = lastfm

    def __repr__(self) -> str:
        return "LastFm()"

    def candidates(self, context: Context) -> Answer:
        """Suggest tracks like the seeds, of artists like theirs.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks by similarity times the weight of their seed, without addresses.
        """
        settings = config.load()
        api_key = self._api_key or settings.lastfm_api_key
        if not api_key:
            return Answer(
                status="skipped",
                why="needs LASTFM_API_KEY: free at https://www.last.fm/api/account/create",
            )
        seeds = starting_points(context)
        if not seeds.artists():
            return Answer(status="skipped", why="no artist to start from: pass `seeds` or plays")
        tracks = [one for one in seeds.rows if one.track and one.artist][:_MAX_TRACKS]
        artists = [one for one in seeds.artists() if one.name][:_MAX_ARTISTS]
        with Fetcher(
            (self._lastfm,),
            cache=cache_in(self._cache_dir or settings.cache_dir),
            seconds=context.seconds_left,
        ) as fetcher:
            run = _Run(fetcher, self._lastfm, api_key)
            try:
                answered = {seed.artist_key for seed in tracks if run.like_track(seed)}
                for artist in artists:
                    if names.artist(artist.name or "") not in answered:
                        run.like_artist(artist, context)
            except TroubleError as trouble:
                run.problems.append(str(trouble))
        answer = outcome(
            sorted(run.found, key=lambda one: (-one.score, one.artist, one.track)),
            run.problems,
            run.fetcher,
            nothing="Last.fm knows nothing like these",
        )
        if answer.candidates:
            answer.why = "; ".join(filter(None, [answer.why, _CREDIT]))
        return answer


class _Run:
    """One run's questions to Last.fm and what came of them."""

    def __init__(self, fetcher: Fetcher, service: Service, api_key: str) -> None:
        self.fetcher = fetcher
        self.problems: list[str] = []
        self.found: list[Candidate] = []
        self._service = service
        self._secrets = {"api_key": api_key}

    def __repr__(self) -> str:
        return f"<_Run: {len(self.found)} found>"

    def like_track(self, seed: Seed) -> bool:
        """Find tracks like a track; says whether there were any."""
        answer = self._ask(
            "similarity", method="track.getSimilar", artist=seed.artist, track=seed.track
        )
        n_before = len(self.found)
        for row in _listed(answer, "similartracks", "track"):
            artist = row.get("artist")
            who = artist.get("name") if isinstance(artist, dict) else artist
            self._add(row.get("name"), who, seed.label, seed.weight * _number(row.get("match")))
        return len(self.found) > n_before

    def like_artist(self, seed: ArtistSeed, context: Context) -> None:
        """Find artists like an artist who are new, and their best known tracks."""
        answer = self._ask("similarity", method="artist.getSimilar", artist=seed.name)
        fresh = [
            row
            for row in _listed(answer, "similarartists", "artist")
            if isinstance(row.get("name"), str)
            and names.artist(row["name"]) not in context.library.artist_of_key
        ]
        for row in fresh[:_ARTISTS_PER_SEED]:
            top = self._ask(
                "top_tracks",
                method="artist.getTopTracks",
                artist=row["name"],
                limit=_TRACKS_PER_ARTIST,
            )
            for place, track in enumerate(_listed(top, "toptracks", "track")[:_TRACKS_PER_ARTIST]):
                match = _number(row.get("match")) / (1 + 0.25 * place)
                self._add(track.get("name"), row["name"], seed.name or "", seed.weight * match)

    def _add(self, track: Any, artist: Any, seed: str, score: float) -> None:
        if isinstance(track, str) and track and isinstance(artist, str) and artist:
            reason = f"Last.fm: listeners of {seed} also play {artist}"
            self.found.append(Candidate(track, artist, reason, score, seed))

    def _ask(self, kind: str, **params: Any) -> Any:
        """Ask; None for what Last.fm does not know or cannot answer just now."""
        params = {"limit": _LIMIT, "autocorrect": 1, "format": "json", **params}
        try:
            return self.fetcher.json(
                self._service, "", params, kind=kind, secrets=self._secrets, check=_check
            )
        except TroubleError as trouble:
            if trouble.is_over or trouble.code == _RATE:
                raise
            if trouble.code != _NOT_FOUND:
                self.problems.append(str(trouble))
            return None


def _check(answer: Any) -> None:
    """Raise the error that came with a status of 200."""
    if not isinstance(answer, dict):
        raise TroubleError("Last.fm answered something unexpected", status=200)
    code = answer.get("error")
    if code is None:
        return
    code = code if isinstance(code, int) else None
    words = in_words(answer.get("message"))
    raise TroubleError(
        "Last.fm error"
        + (f" {code}" if code is not None else "")
        + (f": {words}" if words else ""),
        status=None if code in _TEMPORARY else 200,
        code=code,
        is_over=code in _KEY_IS_REFUSED or code == _RATE,
    )


def _listed(answer: Any, *path: str) -> list[dict[str, Any]]:
    """Take a list out of an answer; one result comes as an object, none as nothing."""
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    rows = answer if isinstance(answer, list) else [answer]
    return [row for row in rows if isinstance(row, dict)]


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if 0 <= number < float("inf") else 0.0
