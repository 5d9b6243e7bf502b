"""What a provider is given, what it answers, and how it is kept from ending a run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.recommend import names
from spotify_analysis.recommend.library import Library, Standing
from spotify_analysis.recommend.seeds import Seed, Seeds, Taste, from_plays

if TYPE_CHECKING:
    from spotify_analysis.client import Client
    from spotify_analysis.recommend.outside import Fetcher

__all__ = [
    "Answer",
    "Budget",
    "Candidate",
    "Context",
    "Provider",
    "Status",
    "ids_of_tracks",
    "listed",
    "outcome",
    "silent",
    "starting_points",
    "times",
]

Status = Literal["ok", "partial", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What one run may spend outside this computer.

    Parameters
    ----------
    seconds : float
        Time for all providers together.
    spotify_calls : int
        Calls to Spotify. Some three thousand unpaced ones once cost a project 23 hours of
        refusals; 60 are a tenth of what a day has been seen to allow.
    """

    seconds: float = 30.0
    spotify_calls: int = 60

    def __post_init__(self) -> None:
        if not self.seconds >= 0:
            raise ValueError(f"`seconds` must be 0 or more; not {self.seconds!r}.")
        if self.spotify_calls < 0:
            raise ValueError(f"`spotify_calls` must be 0 or more; not {self.spotify_calls!r}.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One track a provider suggests, with the evidence for it.

    Parameters
    ----------
    track, artist : str
        Title and artist.
    reason : str
        Why, in a sentence made from what is known.
    score : float
        The provider's own measure, higher is better; only their order is used across providers.
    seed : str or None
        Label of the seed it came from.
    album, uri, isrc, recording_mbid, release_date, album_type : str or None
        What the source says of it.
    duration_ms, popularity : int or None
        The same.
    explicit : bool or None
        The same.
    """

    track: str
    artist: str
    reason: str
    score: float
    seed: str | None = None
    album: str | None = None
    uri: str | None = None
    isrc: str | None = None
    recording_mbid: str | None = None
    release_date: str | None = None
    album_type: str | None = None
    duration_ms: int | None = None
    popularity: int | None = None
    explicit: bool | None = None

    @property
    def artist_key(self) -> str:
        """The artist's name for comparing."""
        return names.artist(self.artist)

    @property
    def key(self) -> str:
        """Artist and title for comparing."""
        return f"{self.artist_key}\t{names.recording(self.track)}"

    @property
    def song(self) -> str:
        """The same for every version of the song."""
        return f"{self.artist_key}\t{names.song(self.track)}"


@dataclass(slots=True)
class Answer:
    """What a provider found, best first, and what it did to find it.

    Parameters
    ----------
    candidates : list of Candidate
        What it suggests.
    status : {"ok", "partial", "skipped", "failed"}
        How it went.
    why : str
        Why it is not "ok", or why there is nothing.
    requests : int
        Calls made.
    cached : int
        Answers taken from disk instead.
    fetched_at : str or None
        When the last call was made, UTC.
    is_offline : bool
        Whether somebody could not be reached at all.
    """

    candidates: list[Candidate] = field(default_factory=list)
    status: Status = "ok"
    why: str = ""
    requests: int = 0
    cached: int = 0
    fetched_at: str | None = None
    is_offline: bool = False


@dataclass(frozen=True, eq=False)
class Context:
    """What a provider may look at.

    Parameters
    ----------
    mode : str
        What was asked for.
    n : int
        Number of tracks wanted in the end.
    n_new : int
        How many of them should be new to the listener; more where filters will drop some.
    seeds : Seeds
        What to start from.
    library : Library
        The listener's plays, empty where there are none.
    standing : Standing
        How things stand at `as_of`.
    as_of : Timestamp
        The moment suggestions are for.
    known : Taste
        Songs in the listener's playlists and seeds, besides those of the plays.
    playlists : DataFrame or None
        Entries of playlists.
    client : Client or None
        A way to ask Spotify.
    budget : Budget
        What may be spent.
    per_artist : int or None
        Most tracks of one artist.
    novelty : float
        0 to 1: how far from what is well known.
    learn_from : frozenset of str
        Sources that models may learn from besides those that are always allowed.
    began_s : float
        When the run began, on the clock that never goes back.
    n_calls_before : int
        Calls the client had made by then.
    spotify_is_silent : bool
        Whether Spotify could not be reached before in this run.
    """

    mode: str
    n: int
    n_new: int
    seeds: Seeds
    library: Library
    standing: Standing
    as_of: pd.Timestamp
    known: Taste
    playlists: pd.DataFrame | None
    client: Client | None
    budget: Budget
    per_artist: int | None
    novelty: float = 0.3
    learn_from: frozenset[str] = frozenset()
    began_s: float = field(default_factory=time.monotonic)
    n_calls_before: int = 0
    spotify_is_silent: bool = False

    @property
    def seconds_left(self) -> float:
        """What is left of the run's time."""
        return max(self.budget.seconds - (time.monotonic() - self.began_s), 0.0)

    @property
    def calls_left(self) -> int:
        """What is left of the run's calls to Spotify."""
        if self.client is None:
            return 0
        used = self.client.n_calls - self.n_calls_before
        return max(self.budget.spotify_calls - used, 0)

    @property
    def pool(self) -> int:
        """Candidates worth handing on: enough to lose some to filters and variety."""
        return 10 * self.n + 100

    def heard(self, song: str, uri: str | None = None) -> bool:
        """Say whether the listener has played a song, in any version and for any time.

        Parameters
        ----------
        song : str
            The song's key.
        uri : str or None
            The track's address.

        Returns
        -------
        bool
            Whether it occurs in the plays.
        """
        return song in self.library.songs or (uri is not None and uri in self.library.item_of_uri)


class Provider(Protocol):
    """Something that suggests tracks; any class with these three facts and one method is one."""

    @property
    def name(self) -> str:
        """Unique; a family shares what comes before the dot, as in ``own.on_repeat``."""

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes in which it is asked unless others are named; empty: only when named."""

    @property
    def weight(self) -> float:
        """Its say when several providers are fused."""

    def candidates(self, context: Context) -> Answer:
        """Suggest tracks.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Candidates, best first.
        """
        ...


def silent() -> Answer:
    """Answer for one who would ask Spotify after it could not be reached.

    Returns
    -------
    Answer
        A failure without an attempt.
    """
    return Answer(
        status="failed", why="Spotify could not be reached before in this run", is_offline=True
    )


def starting_points(context: Context) -> Seeds:
    """Take the seeds that were given, or else the listener's own top.

    Parameters
    ----------
    context : Context
        What there is to look at.

    Returns
    -------
    Seeds
        What to start from; empty where there are neither.
    """
    return context.seeds if context.seeds.given else from_plays(context.standing)


def ids_of_tracks(seeds: Iterable[Seed]) -> dict[str, Seed]:
    """Take the seeds that are tracks with an address at Spotify.

    Parameters
    ----------
    seeds : iterable of Seed
        The seeds, heaviest first.

    Returns
    -------
    dict of str to Seed
        The same by Spotify's id.
    """
    addresses = ((tables.parse_address(one.uri), one) for one in seeds if one.uri)
    return {address.id: one for address, one in addresses if address and address.kind == "track"}


def outcome(
    found: list[Candidate],
    problems: Iterable[str],
    fetcher: Fetcher,
    *,
    nothing: str,
    notes: Iterable[str] = (),
) -> Answer:
    """Put together what a service gave and how that went.

    Parameters
    ----------
    found : list of Candidate
        What it suggests, best first.
    problems : iterable of str
        What went wrong.
    fetcher : Fetcher
        What was asked.
    nothing : str
        What to say if it answered and had nothing.
    notes : iterable of str
        What else is to be said; no problem.

    Returns
    -------
    Answer
        The answer, ``"partial"`` or ``"failed"`` where there were problems.
    """
    why = list(dict.fromkeys(problems))
    status: Status = "ok" if not why else ("partial" if found else "failed")
    why += notes
    if fetcher.oldest_at:
        why.append(f"answers kept from {fetcher.oldest_at} were used")
    if not found and not why:
        why.append(nothing)
    return Answer(
        found,
        status=status,
        why="; ".join(why),
        requests=fetcher.requests,
        cached=fetcher.cached,
        fetched_at=fetcher.fetched_at,
        is_offline=fetcher.is_offline,
    )


def times(n: int) -> str:
    """Write a number of times in words.

    Parameters
    ----------
    n : int
        How often.

    Returns
    -------
    str
        ``"once"``, ``"twice"``, ``"3 times"``.
    """
    return {1: "once", 2: "twice"}.get(int(n), f"{n:,} times")


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    Parameters
    ----------
    names : sequence of str
        One name or more.

    Returns
    -------
    str
        ``"a"``, ``"a and b"``, ``"a, b and c"``.
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
