"""New artists from ListenBrainz: open data about what others play, and the way to Spotify's ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from spotify_analysis import config
from spotify_analysis.recommend import names
from spotify_analysis.recommend.outside import (
    LABS,
    LISTENBRAINZ,
    MUSICBRAINZ,
    Fetcher,
    Service,
    TroubleError,
    cache_in,
)
from spotify_analysis.recommend.outside.services import SIMILAR_RECORDINGS
from spotify_analysis.recommend.providers.base import (
    Answer,
    Candidate,
    Context,
    outcome,
    starting_points,
)
from spotify_analysis.recommend.seeds import ArtistSeed, Seed, Seeds

__all__ = ["ListenBrainz"]

_MAX_ARTISTS = 8
_MAX_TRACKS = 5
_SIMILAR_ARTISTS = 15
_RECORDINGS_PER_ARTIST = 3
_IDS_AT_ONCE = 100
_MAX_LOOKUPS = 20  # it takes 50 at once; no more names are told than are of use
_PERSONAL = 100
_PERSONAL_WEIGHT = 0.25  # what it suggests to the listener counts as a seed of a quarter
_SETTINGS = "https://listenbrainz.org/settings/"
_WINDOW = 50  # of a hundred, from the least to the most popular recordings of an artist


@dataclass(slots=True)
class _Found:
    """A recording that others play."""

    mbid: str
    artist: str
    seed: str
    score: float
    track: str = ""
    reason: str = ""
    album: str | None = None
    uri: str | None = None


@dataclass(slots=True)
class _Numbers:
    """MusicBrainz's numbers of artists and recordings, by their keys."""

    artists: dict[str, str] = field(default_factory=dict)
    recordings: dict[str, str] = field(default_factory=dict)


class ListenBrainz:
    """What listeners of the seeds' artists play, found without spending a call to Spotify.

    Parameters
    ----------
    token : str, optional
        A user token of listenbrainz.org/settings; None takes ``listenbrainz_token`` of the
        settings, and goes without if there is none. With one, names are looked up at once, and
        what ListenBrainz suggests to its owner is among the answers unless seeds are given.
    cache_dir : Path, optional
        Where answers are kept; None takes the settings' folder.
    listenbrainz, labs, musicbrainz : Service
        The servers.

    Notes
    -----
    Sends the names of up to 8 artists to MusicBrainz (at most one a second, each once in 180
    days), then their numbers to ListenBrainz. Artist radio is asked first; where it wants a token
    or is gone, recordings like up to 5 of the seeds' tracks. With a token, artist and title of
    up to 20 of their tracks go to ListenBrainz in one piece instead.
    """

    name = "listenbrainz"
    modes: tuple[str, ...] = ("discover",)
    weight = 1.0

    def __init__(
        self,
        *,
        token: str | None = None,
        cache_dir: Path | None = None,
        listenbrainz: Service = LISTENBRAINZ,
        labs: Service = LABS,
        musicbrainz: Service = MUSICBRAINZ,
    ) -> None:
        self._token = token
        self._cache_dir = cache_dir
        self._listenbrainz, self._labs, self._musicbrainz = listenbrainz, labs, musicbrainz

    def __repr__(self) -> str:
        return "ListenBrainz()"

    def candidates(self, context: Context) -> Answer:
        """Suggest recordings of artists like those of the seeds.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Recordings with Spotify's address where ListenBrainz knows one.
        """
        seeds = starting_points(context)
        artists = [one for one in seeds.artists() if one.name][:_MAX_ARTISTS]
        if not artists:
            return Answer(status="skipped", why="no artist to start from: pass `seeds` or plays")
        settings = config.load()
        token = self._token or settings.listenbrainz_token
        headers = {"Authorization": f"Token {token}"} if token else {}
        problems: list[str] = []
        notes: list[str] = []
        with Fetcher(
            (self._listenbrainz, self._labs, self._musicbrainz),
            cache=cache_in(self._cache_dir or settings.cache_dir),
            seconds=context.seconds_left,
        ) as fetcher:
            known = self._looked_up(seeds, fetcher, headers, problems) if token else _Numbers()
            found = self._radio(artists, context, fetcher, headers, known, problems)
            if not found:
                tracks = [one for one in seeds.rows if one.track and one.artist][:_MAX_TRACKS]
                found = self._alike(tracks, fetcher, known, problems)
            if token and not context.seeds.given:
                found += self._personal(fetcher, headers, problems, notes)
            best = sorted(found, key=lambda one: (-one.score, one.artist, one.mbid))
            best = best[: context.pool]
            self._name_them(best, fetcher, problems)
        suggested = [
            Candidate(
                track=one.track,
                artist=one.artist,
                reason=one.reason
                or f"ListenBrainz: listeners of {one.seed} also play {one.artist}",
                score=one.score,
                seed=one.seed or None,
                album=one.album,
                uri=one.uri,
                recording_mbid=one.mbid,
            )
            for one in best
            if one.track and one.artist
        ]
        return outcome(
            suggested,
            problems,
            fetcher,
            nothing="nobody who plays these was found",
            notes=notes,
        )

    # ------------------------------------------------------------ with a token

    def _looked_up(
        self, seeds: Seeds, fetcher: Fetcher, headers: dict[str, str], problems: list[str]
    ) -> _Numbers:
        """Look up artists and recordings by the names of the seeds, all at once."""
        known = _Numbers()
        of = {names.artist(one.name) for one in seeds.artists()[:_MAX_ARTISTS] if one.name}
        tracks = [one for one in seeds.rows if one.track and one.artist_key in of][:_MAX_LOOKUPS]
        if not tracks:
            return known
        named = [{"artist_name": one.artist, "recording_name": one.track} for one in tracks]
        try:
            answer = fetcher.json(
                self._listenbrainz,
                "metadata/lookup/",
                kind="mbid",
                body={"recordings": named},
                headers=headers,
            )
        except TroubleError as trouble:
            problems.append(_said(trouble, headers))
            return known
        wanted = {one.key: one for one in tracks}
        # what it does not find is left out, so rows are joined by their names
        for row in answer if isinstance(answer, list) else []:
            row = row if isinstance(row, dict) else {}
            title, artist, mbid = (
                row.get(key) for key in ("recording_name", "artist_credit_name", "recording_mbid")
            )
            if not isinstance(title, str) or not isinstance(artist, str):
                continue
            seed = wanted.get(f"{names.artist(artist)}\t{names.recording(title)}")
            if seed is None or not isinstance(mbid, str):
                continue
            known.recordings[seed.key] = mbid
            artists = row.get("artist_mbids")
            if isinstance(artists, list) and len(artists) == 1 and isinstance(artists[0], str):
                known.artists[seed.artist_key] = artists[0]
        return known

    def _personal(
        self,
        fetcher: Fetcher,
        headers: dict[str, str],
        problems: list[str],
        notes: list[str],
    ) -> list[_Found]:
        """Take what ListenBrainz suggests to the owner of the token."""
        try:
            # not kept: the answer names a person, and another token is another person
            who = fetcher.json(self._listenbrainz, "validate-token", kind=None, headers=headers)
            user = who.get("user_name") if isinstance(who, dict) else None
            if not isinstance(user, str) or not user:
                problems.append(f"ListenBrainz does not know LISTENBRAINZ_TOKEN: {_SETTINGS}")
                return []
            answer = fetcher.json(
                self._listenbrainz,
                f"cf/recommendation/user/{quote(user, safe='')}/recording",
                {"count": _PERSONAL},
                kind="personal",
            )
        except TroubleError as trouble:
            problems.append(_said(trouble, headers))
            return []
        payload = answer.get("payload") if isinstance(answer, dict) else None
        mbids = [row.get("recording_mbid") for row in _rows(payload, "mbids")]
        if not mbids:
            notes.append("ListenBrainz has made no suggestions for this account yet")
        return [
            _Found(
                mbid,
                artist="",
                seed="",
                score=_PERSONAL_WEIGHT / (1 + rank),
                reason="ListenBrainz: suggested to you from your listens there",
            )
            for rank, mbid in enumerate(mbids)
            if isinstance(mbid, str)
        ]

    # ------------------------------------------------------------ artist radio

    def _radio(
        self,
        artists: Iterable[ArtistSeed],
        context: Context,
        fetcher: Fetcher,
        headers: dict[str, str],
        known: _Numbers,
        problems: list[str],
    ) -> list[_Found]:
        found: dict[str, _Found] = {}
        low = round((1 - context.novelty) * (100 - _WINDOW))
        mode = (
            "easy" if context.novelty < 1 / 3 else "medium" if context.novelty < 2 / 3 else "hard"
        )
        for seed in artists:
            name = seed.name or ""
            try:
                mbid = known.artists.get(names.artist(name)) or self._artist(name, fetcher)
                if mbid is None:
                    problems.append(f"MusicBrainz knows no artist called {name!r}")
                    continue
                answer = fetcher.json(
                    self._listenbrainz,
                    f"lb-radio/artist/{quote(mbid, safe='')}",
                    {
                        "mode": mode,
                        "max_similar_artists": _SIMILAR_ARTISTS,
                        "max_recordings_per_artist": _RECORDINGS_PER_ARTIST,
                        "pop_begin": low,
                        "pop_end": low + _WINDOW,
                    },
                    kind="similarity",
                    headers=headers,
                )
            except TroubleError as trouble:
                problems.append(_said(trouble, headers))
                if trouble.is_over:
                    break
                continue
            for rank, recordings in enumerate(_lists(answer)):
                for place, row in enumerate(recordings):
                    artist = row.get("similar_artist_name")
                    mbid_of_recording = row.get("recording_mbid")
                    if not isinstance(artist, str) or not isinstance(mbid_of_recording, str):
                        continue
                    if names.artist(artist) == names.artist(name):
                        continue  # the seed itself may come back
                    score = seed.weight / (1 + rank) * (1 - 0.1 * place / (1 + place))
                    one = found.setdefault(
                        mbid_of_recording, _Found(mbid_of_recording, artist, name, 0.0)
                    )
                    one.score += score
        return list(found.values())

    def _artist(self, name: str, fetcher: Fetcher) -> str | None:
        """Find an artist's number by the exact name."""
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        answer = fetcher.json(
            self._musicbrainz,
            "artist/",
            {"query": f'artist:"{quoted}"', "fmt": "json", "limit": 5},
            kind="mbid",
        )
        for row in _rows(answer, "artists"):
            called = [row.get("name"), *(a.get("name") for a in _rows(row, "aliases"))]
            same = any(isinstance(c, str) and names.artist(c) == names.artist(name) for c in called)
            if same and isinstance(row.get("id"), str):
                return str(row["id"])
        return None

    # ------------------------------------------------------------ recordings like tracks

    def _alike(
        self, tracks: Iterable[Seed], fetcher: Fetcher, known: _Numbers, problems: list[str]
    ) -> list[_Found]:
        seeds: dict[str, Seed] = {}
        for seed in tracks:
            try:
                mbid = known.recordings.get(seed.key) or self._recording(seed, fetcher)
            except TroubleError as trouble:
                problems.append(str(trouble))
                if trouble.is_over:
                    break
                continue
            if mbid is not None:
                seeds[mbid] = seed
        if not seeds:
            return []
        for algorithm in SIMILAR_RECORDINGS:
            try:
                answer = fetcher.json(
                    self._labs,
                    "similar-recordings/json",
                    kind="similarity",
                    body=[{"recording_mbids": list(seeds), "algorithm": algorithm}],
                )
            except TroubleError as trouble:
                problems.append(str(trouble))
                if trouble.status != 400:
                    return []
                continue  # this data set has another name now
            return _similar(answer, seeds)
        return []

    def _recording(self, seed: Seed, fetcher: Fetcher) -> str | None:
        """Find a recording's number by its code, or by its exact names."""
        if seed.isrc and seed.isrc.isascii() and seed.isrc.isalnum():
            try:
                answer = fetcher.json(
                    self._musicbrainz,
                    f"isrc/{seed.isrc}",
                    {"inc": "artist-credits", "fmt": "json"},
                    kind="mbid",
                )
            except TroubleError as trouble:
                if trouble.status != 404:
                    raise
            else:
                for row in _rows(answer, "recordings"):
                    if _is_by(row, seed) and isinstance(row.get("id"), str):
                        return str(row["id"])
        words = [
            text.replace("\\", "\\\\").replace('"', '\\"')
            for text in (seed.track or "", seed.artist or "")
        ]
        answer = fetcher.json(
            self._musicbrainz,
            "recording/",
            {"query": 'recording:"{}" AND artist:"{}"'.format(*words), "fmt": "json", "limit": 5},
            kind="mbid",
        )
        for row in _rows(answer, "recordings"):
            title = row.get("title")
            if (
                isinstance(title, str)
                and names.recording(title) == names.recording(seed.track or "")
                and _is_by(row, seed)
                and isinstance(row.get("id"), str)
            ):
                return str(row["id"])
        return None

    # ------------------------------------------------------------ names and addresses

    def _name_them(self, found: list[_Found], fetcher: Fetcher, problems: list[str]) -> None:
        """Look up titles and Spotify's ids, many at a time; what is not known stays without."""
        by_mbid = {one.mbid: one for one in found}
        mbids = sorted(by_mbid)
        for first in range(0, len(mbids), _IDS_AT_ONCE):
            part = [{"recording_mbid": mbid} for mbid in mbids[first : first + _IDS_AT_ONCE]]
            try:
                answer = fetcher.json(
                    self._labs, "spotify-id-from-mbid/json", kind="spotify_ids", body=part
                )
            except TroubleError as trouble:
                problems.append(str(trouble))
                if trouble.is_over:
                    return
                continue
            # rows without names are dropped there, so they are joined and not counted off
            for row in answer if isinstance(answer, list) else []:
                row = row if isinstance(row, dict) else {}
                one = by_mbid.get(str(row.get("recording_mbid")))
                if one is None:
                    continue
                if isinstance(row.get("track_name"), str) and row["track_name"]:
                    one.track = row["track_name"]
                if not one.artist and isinstance(row.get("artist_name"), str):
                    one.artist = row["artist_name"]
                if isinstance(row.get("release_name"), str) and row["release_name"]:
                    one.album = row["release_name"]
                ids = row.get("spotify_track_ids")
                if isinstance(ids, list) and ids and _is_id(ids[0]):
                    one.uri = f"spotify:track:{ids[0]}"


def _said(trouble: TroubleError, headers: dict[str, str]) -> str:
    """Say what was wrong, and with a refusal what would help."""
    if trouble.status not in (401, 403):
        return str(trouble)
    help_ = "LISTENBRAINZ_TOKEN is not accepted" if headers else "needs LISTENBRAINZ_TOKEN"
    return f"{trouble} ({help_}: {_SETTINGS})"


def _is_by(row: dict[str, Any], seed: Seed) -> bool:
    by = [credit.get("name") for credit in _rows(row, "artist-credit")]
    return any(isinstance(b, str) and names.artist(b) == seed.artist_key for b in by)


def _similar(answer: Any, seeds: dict[str, Seed]) -> list[_Found]:
    found: dict[str, _Found] = {}
    rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    top = max(
        (row["score"] for row in rows if isinstance(row.get("score"), int | float)), default=1
    )
    for row in rows:
        mbid, seed = row.get("recording_mbid"), seeds.get(str(row.get("reference_mbid")))
        title, artist, score = (
            row.get(key) for key in ("recording_name", "artist_credit_name", "score")
        )
        if seed is None or not isinstance(mbid, str) or mbid in seeds:
            continue
        if not isinstance(title, str) or not isinstance(artist, str):
            continue
        if not isinstance(score, int | float):
            continue
        one = found.setdefault(mbid, _Found(mbid, artist, seed.label, 0.0, title))
        one.score += seed.weight * score / top
        if isinstance(row.get("release_name"), str):
            one.album = row["release_name"]
    return list(found.values())


def _lists(answer: Any) -> list[list[dict[str, Any]]]:
    """Take the recordings of each similar artist, in the order of the answer."""
    if not isinstance(answer, dict):
        return []
    groups: dict[str, list[dict[str, Any]]] = {}
    for rows in answer.values():
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict):
                groups.setdefault(str(row.get("similar_artist_mbid")), []).append(row)
    return list(groups.values())


def _rows(answer: Any, name: str) -> list[dict[str, Any]]:
    rows = answer.get(name) if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 22 and value.isascii() and value.isalnum()
