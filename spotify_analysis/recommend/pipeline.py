"""From seeds and plays to a table of suggestions: normalise, ask, fuse, vary, resolve."""

from __future__ import annotations

import dataclasses
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.recommend import fuse, resolve, terms
from spotify_analysis.recommend import seeds as seeding
from spotify_analysis.recommend.library import Library, require_plays
from spotify_analysis.recommend.providers import PROVIDERS, Answer, Budget, Context, Provider
from spotify_analysis.recommend.providers.base import listed
from spotify_analysis.recommend.where import Condition, where

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["MODES", "recommend"]

_log = logging.getLogger(__name__)

MODES = {
    "on_repeat": "what you play most just now",
    "rediscover": "favourites that have fallen silent",
    "continue": "what goes with the seeds in your own sessions",
    "deep_cuts": "tracks you have not played, on albums of your artists",
    "new_releases": "the same, from albums of the last year, newest first",
    "discover": "artists new to you, by what listeners of your artists play elsewhere",
    "mix": "something of on_repeat, rediscover and deep_cuts",
}
_NEW_ONLY = ("deep_cuts", "new_releases", "discover")
_N_KNOWN = 3  # full plays from which an artist is no discovery
_KNOWN_ONLY = ("on_repeat", "rediscover", "continue")
_ASK_SPOTIFY = ("catalogue", "spotify.recommendations")
_SLACK = 3  # times as many new tracks are looked for where filters will drop some
_PRIVATE_COLUMNS = {
    "duration_ms": "Int64",
    "popularity": "Int64",
    "album_type": "string",
    "explicit": "boolean",
    "release_year": "Int64",
}

Filter = str | Callable[[pd.DataFrame], Any]


def recommend(
    seeds: Any = None,
    history: pd.DataFrame | None = None,
    *,
    playlists: pd.DataFrame | None = None,
    mode: str = "mix",
    n: int = 30,
    providers: str | Sequence[str | Provider] = "auto",
    novelty: float = 0.3,
    diversity: float = 0.3,
    per_artist: int | None = 2,
    exclude: Any = None,
    exclude_known: bool | None = None,
    ignore: Any = None,
    filters: Filter | Sequence[Filter] | None = None,
    as_of: Any = None,
    budget: Budget | None = None,
    client: Client | None = None,
    learn_from: str | Iterable[str] = (),
) -> pd.DataFrame:
    """Suggest tracks, each with a reason.

    Without a `client` nothing leaves this computer unless the mode is ``discover`` or a service is
    named in `providers`, and the same arguments give the same rows.

    Parameters
    ----------
    seeds : DataFrame, str, iterable of str or None
        What to start from: any of our tables with tracks, albums or artists (a column ``weight``
        is respected), names (``"Artist"``, ``"Title"``, ``"Artist - Title"``) or addresses. None
        takes your own top of the last weeks. ``on_repeat`` and ``rediscover`` look at all your
        plays and use no seeds.
    history : DataFrame or None
        Plays of any source.
    playlists : DataFrame or None
        Entries of your playlists (`loaders.playlist_items`): what is in them is known to you.
    mode : str
        A key of `MODES`.
    n : int
        Number of tracks; fewer come back where there are not as many.
    providers : "auto" or sequence of str or Provider
        Who is asked. ``"own"`` stays offline; ``"listenbrainz"`` and ``"lastfm"`` are asked only
        in ``discover`` or if named, ``"deezer"`` and ``"reccobeats"`` only if named: they are told
        some of the seeds. ``"spotify"`` is for the few apps that still get its recommendations.
    novelty : float
        0 to 1; in ``mix``, the share of tracks you have never played; in ``discover``, how far
        from what everybody knows.
    diversity : float
        0 to 1; 0 keeps the plain order of the formula, more keeps artists apart.
    per_artist : int or None
        Most tracks of one artist; None for no limit.
    exclude : DataFrame, str, iterable of str or None
        Tracks and artists not to suggest, in the forms of `seeds`.
    exclude_known : bool or None
        Leave out what you know. None decides by mode: yes for ``deep_cuts``, ``new_releases`` and
        ``discover``.
    ignore : DataFrame, str, iterable of str, callable or None
        Plays that shall not count (sleep music, the children's), in the forms of `seeds`, or a
        function of the plays that gives one boolean per row, such as
        ``where("local_hour < 5")``.
    filters : str, callable or sequence of them, or None
        Conditions on the suggestions, such as ``"release_year >= 2020 and not explicit"``, over
        the columns of ``tables.PICKS`` and ``duration_ms``, ``release_year``, ``album_type``,
        ``explicit``, ``popularity``. A track whose value is not known is left out.
    as_of : str, datetime or None
        The moment to suggest for; later plays are not looked at. None is your last play.
    budget : Budget or None
        What may be spent outside this computer; None is 30 s and 60 calls to Spotify.
    client : Client or None
        A way to ask Spotify's catalogue, for albums you have not heard and for missing addresses.
    learn_from : str or iterable of str
        ``"web_api"`` lets the model of ``continue`` learn from rows that came through Spotify's
        Web API, which Spotify's terms forbid (docs/terms.md); without it they are left out.

    Returns
    -------
    DataFrame
        Columns of ``tables.PICKS``, best first. ``attrs["providers"]`` says what each provider
        did or why it did not, ``attrs["dropped"]`` how many were left out and why.

    Raises
    ------
    ValueError
        If an argument is wrong. A provider that fails raises nothing: ``attrs`` says so.

    Notes
    -----
    Days in reasons are counted back from `as_of`. Cost: none without a client; with one, at most
    the calls of `budget`. Only ``continue`` learns a model; the other modes count. One warning is
    logged where somebody could not be reached.

    Examples
    --------
    >>> from spotify_analysis import recommend, tables
    >>> picks = recommend.recommend(history=tables.empty(tables.PLAYS), mode="on_repeat")
    >>> picks.attrs["providers"]["own.on_repeat"]["status"]
    'skipped'
    """
    _check(mode, n, novelty, diversity, per_artist, exclude_known)
    chosen, idle = _choose(providers, mode)
    allowed = terms.allowed(learn_from)
    conditions = _conditions(filters)
    until = _moment(as_of)
    library = _library(history, ignore, until, allowed)
    moment = until or _last(library)
    standing = library.at(_days(moment))
    taken = seeding.from_plays(standing) if seeds is None else seeding.read(seeds, library)
    context = Context(
        mode=mode,
        n=n,
        n_new=math.ceil((novelty if mode == "mix" else 1) * n) * (_SLACK if conditions else 1),
        seeds=taken,
        library=library,
        standing=standing,
        as_of=moment,
        known=seeding.Taste.of(playlists, library, what="playlists")
        | seeding.Taste.of_tracks(taken.rows),
        playlists=playlists,
        client=client,
        budget=budget or Budget(),
        per_artist=per_artist,
        novelty=novelty,
        learn_from=allowed,
        n_calls_before=client.n_calls if client is not None else 0,
    )
    answers = dict(idle)
    for provider in chosen:
        answers[provider.name] = _ask(provider, context)
        if provider.name in _ASK_SPOTIFY and answers[provider.name].is_offline:
            context = dataclasses.replace(context, spotify_is_silent=True)
    fused = fuse.fuse(
        {name: answer.candidates for name, answer in answers.items()},
        {provider.name: provider.weight for provider in chosen},
    )
    dropped: Counter[str] = Counter()
    rows = _rows(fused, context)
    rows = _without_unwanted(rows, context, exclude, exclude_known, dropped)
    rows = _filtered(rows, conditions, dropped)
    picks = _varied(rows, context, novelty=novelty, diversity=diversity, dropped=dropped)
    picks, found = resolve.addresses(picks, context)
    if found is not None:
        answers["spotify.search"] = found
        dropped["no_spotify_match"] = int(picks["uri"].isna().sum())
    _warn_if_offline(answers)
    picks["rank"] = np.arange(1, len(picks) + 1)
    table = tables.conform(picks, tables.PICKS)
    return tables.note(table, **_facts(context, answers, dropped))


# ---------------------------------------------------------------- arguments


def _check(
    mode: str,
    n: int,
    novelty: float,
    diversity: float,
    per_artist: int | None,
    exclude_known: bool | None,
) -> None:
    if not isinstance(mode, str) or mode not in MODES:
        raise ValueError(f"`mode` must be one of {', '.join(MODES)}; not {mode!r}.")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"`n` must be a whole number, 1 or more; not {n!r}.")
    for name, value in (("novelty", novelty), ("diversity", diversity)):
        if not isinstance(value, Real) or not 0 <= value <= 1:
            raise ValueError(f"`{name}` must be from 0 to 1; not {value!r}.")
    if per_artist is not None and per_artist < 1:
        raise ValueError(f"`per_artist` must be 1 or more, or None; not {per_artist!r}.")
    if exclude_known and mode in _KNOWN_ONLY:
        raise ValueError(
            f"`mode={mode!r}` suggests what you know, so `exclude_known=True` would leave nothing; "
            f"choose {', '.join(m for m in MODES if m not in _KNOWN_ONLY)}."
        )


def _choose(
    providers: str | Sequence[str | Provider], mode: str
) -> tuple[list[Provider], dict[str, Answer]]:
    """Return the providers to ask, by name, by family, or as they are; and who has nothing."""
    serving = [provider for provider in PROVIDERS if mode in provider.modes]
    if providers == "auto":
        return serving, {}
    chosen: list[Provider] = []
    idle: dict[str, Answer] = {}
    is_one = isinstance(providers, str) or not isinstance(providers, Iterable)
    wishes: Iterable[Any] = [providers] if is_one else providers
    for wanted in wishes:
        if callable(getattr(wanted, "candidates", None)) and not isinstance(wanted, type):
            chosen.append(wanted)
            continue
        named = [p for p in PROVIDERS if wanted in (p.name, p.name.partition(".")[0])]
        if not named:
            raise ValueError(
                "`providers` must be 'auto' or name some of "
                f"{', '.join(p.name for p in PROVIDERS)}, 'own' or 'spotify'; not {wanted!r}."
            )
        # a family means those of its members that serve this mode; a full name means just that
        found = [p for p in named if p.name == wanted or mode in p.modes]
        if not found:
            others = listed([provider.name for provider in serving])
            idle[wanted] = Answer(
                status="skipped", why=f"has nothing for mode {mode!r}; {others} can be asked"
            )
        chosen += found
    doubled = [name for name, count in Counter(p.name for p in chosen).items() if count > 1]
    if doubled:
        raise ValueError(f"`providers` names {doubled[0]!r} twice.")
    return chosen, idle


def _conditions(
    filters: Filter | Sequence[Filter] | None,
) -> list[Callable[[pd.DataFrame], Any]]:
    if filters is None:
        return []
    listed = [filters] if isinstance(filters, str) or callable(filters) else list(filters)
    conditions = [where(one) if isinstance(one, str) else one for one in listed]
    columns = {*tables.PICKS.columns, *_PRIVATE_COLUMNS} - {"rank"}
    for one in conditions:
        if not callable(one):
            raise ValueError(f"`filters` must be text or a function; not {type(one).__name__}.")
        unknown = [c for c in one.columns if c not in columns] if isinstance(one, Condition) else []
        if unknown:
            raise ValueError(
                f"`filters` names {unknown[0]!r}, which is no column of a suggestion; there are "
                f"{', '.join(sorted(columns))}."
            )
    return conditions


def _moment(as_of: Any) -> pd.Timestamp | None:
    if as_of is None:
        return None
    try:
        moment = pd.Timestamp(as_of)
        moment = moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")
    except (ValueError, TypeError):
        moment = pd.NaT  # type: ignore[assignment]
    if pd.isna(moment):
        raise ValueError(f"`as_of` must be a time such as '2026-01-31'; not {as_of!r}.")
    return moment


def _library(
    history: pd.DataFrame | None,
    ignore: Any,
    until: pd.Timestamp | None,
    learn_from: frozenset[str],
) -> Library:
    if history is None:
        history = tables.empty(tables.PLAYS)
    require_plays(history, "history")
    if ignore is None:
        return Library.from_plays(history, until=until, learn_from=learn_from)
    if callable(ignore):
        ignored = pd.Series(ignore(history), index=history.index).astype("boolean").fillna(False)
        return Library.from_plays(history, counted=~ignored, until=until, learn_from=learn_from)
    library = Library.from_plays(history, until=until, learn_from=learn_from)
    return library.ignoring(seeding.Taste.of(ignore, library, what="ignore"))


def _last(library: Library) -> pd.Timestamp:
    if library.last_at is None:
        return pd.Timestamp.now(tz="UTC")  # nothing was played, so nothing depends on it
    return _stamp(library.last_at)


def _days(moment: pd.Timestamp) -> float:
    # as in the library, so that the last play itself is not rounded away
    return float(moment.as_unit("us").asm8.astype(np.int64) / 86_400e6)


def _stamp(days: float) -> pd.Timestamp:
    return pd.Timestamp(round(days * 86_400e6), unit="us", tz="UTC")


# ---------------------------------------------------------------- asking


def _ask(provider: Provider, context: Context) -> Answer:
    try:
        return provider.candidates(context)
    except errors.SpotifyAnalysisError as exc:
        return Answer(status="failed", why=f"{type(exc).__name__}: {exc}")
    except Exception as exc:  # noqa: BLE001 - may be anybody's code, and must not end the run
        _log.debug("provider %s failed", provider.name, exc_info=True)
        return Answer(status="failed", why=f"{type(exc).__name__}: {str(exc)[:200]}")


def _warn_if_offline(answers: dict[str, Answer]) -> None:
    """Say once per run who could not be reached; `attrs` says it too, but is seldom looked at."""
    silent = [name for name, answer in answers.items() if answer.is_offline]
    if silent:
        _log.warning(
            "Could not be reached: %s. The suggestions are made of what is on this computer; "
            'attrs["providers"] says more.',
            listed(silent),
        )


# ---------------------------------------------------------------- choosing


def _rows(fused: Iterable[fuse.Fused], context: Context) -> pd.DataFrame:
    """Put what is known of each candidate into one row, best first."""
    library, standing = context.library, context.standing
    rows = []
    for one in fused:
        candidate = one.candidate
        item = library.item_of_key.get(candidate.key)
        if item is None and candidate.uri:
            item = library.item_of_uri.get(candidate.uri)
        artist = library.artist_of_key.get(candidate.artist_key)
        plays = 0 if item is None else int(standing.plays[item])
        of_artist = 0 if artist is None else int(standing.artist_plays[artist])
        year = (candidate.release_date or "")[:4]
        rows.append(
            {
                **{name: getattr(candidate, name) for name in _FROM_CANDIDATE},
                "score": one.score,
                "sources": "; ".join(one.sources),
                "known": context.heard(candidate.song, candidate.uri)
                or context.known.holds(candidate.song, "", candidate.uri, candidate.isrc),
                "plays": plays,
                "last_played": _stamp(standing.last[item]) if plays and item is not None else None,
                "novelty": (1 / (1 + plays) + 1 / (1 + of_artist)) / 2,
                "release_year": int(year) if year.isdecimal() and int(year) else None,
                "_song": candidate.song,
                "_artist": candidate.artist_key,
            }
        )
    dtypes = {**tables.PICKS.dtypes, **_PRIVATE_COLUMNS, "_song": "string", "_artist": "string"}
    return pd.DataFrame(
        {
            name: tables.as_dtype([row.get(name) for row in rows], dtype, where=f"picks.{name}")
            for name, dtype in dtypes.items()
        }
    )


_FROM_CANDIDATE = (
    "track",
    "artist",
    "album",
    "uri",
    "isrc",
    "recording_mbid",
    "reason",
    "seed",
    "release_date",
    "duration_ms",
    "popularity",
    "album_type",
    "explicit",
)


def _without_unwanted(
    rows: pd.DataFrame,
    context: Context,
    exclude: Any,
    exclude_known: bool | None,
    dropped: Counter[str],
) -> pd.DataFrame:
    """Drop what was excluded, what is known where that is not wanted, and second versions."""
    unwanted = seeding.Taste.of(exclude, context.library, what="exclude")
    is_unwanted = np.array(
        [
            unwanted.holds(song, artist, *(None if pd.isna(v) else v for v in codes))
            for song, artist, *codes in rows[["_song", "_artist", "uri", "isrc"]].itertuples(
                index=False
            )
        ],
        dtype=bool,
    )
    dropped["excluded"] = int(is_unwanted.sum())
    rows = rows[~is_unwanted]
    if exclude_known or (exclude_known is None and context.mode in _NEW_ONLY):
        is_known = rows["known"].to_numpy(dtype=bool)
        if context.mode == "discover":
            is_known |= _of_known_artists(rows, context)
        dropped["known"] = int(is_known.sum())
        rows = rows[~is_known]
    again = rows.duplicated("_song") | (rows["isrc"].notna() & rows.duplicated("isrc"))
    dropped["duplicate"] = int(again.sum())
    return rows[~again]


def _of_known_artists(rows: pd.DataFrame, context: Context) -> Any:
    """Say which rows are of artists with some full plays."""
    library, plays = context.library, context.standing.artist_plays
    return np.array(
        [
            key in library.artist_of_key and plays[library.artist_of_key[key]] >= _N_KNOWN
            for key in rows["_artist"]
        ],
        dtype=bool,
    )


def _filtered(
    rows: pd.DataFrame,
    conditions: Iterable[Callable[[pd.DataFrame], Any]],
    dropped: Counter[str],
) -> pd.DataFrame:
    for condition in conditions:
        shown = rows.drop(columns=["rank", "_song", "_artist"])
        meets = pd.Series(condition(shown), index=rows.index).astype("boolean")
        dropped["filter_unknown"] += int(meets.isna().sum())
        dropped["filter"] += int((~meets).fillna(False).sum())
        rows = rows[meets.fillna(False).to_numpy(dtype=bool)]
    return rows


def _varied(
    rows: pd.DataFrame,
    context: Context,
    *,
    novelty: float,
    diversity: float,
    dropped: Counter[str],
) -> pd.DataFrame:
    group, shares = _groups(rows, novelty) if context.mode == "mix" else (None, None)
    chosen, n_capped = fuse.vary(
        rows["score"].to_numpy(dtype=np.float64),
        rows["_artist"].tolist(),
        context.n,
        diversity=diversity,
        per_artist=context.per_artist,
        group=group,
        shares=shares,
    )
    dropped["per_artist"] = n_capped
    return rows.iloc[chosen].reset_index(drop=True)


def _groups(rows: pd.DataFrame, novelty: float) -> tuple[list[str], dict[str, float]]:
    """Group a mix into what is new, and what is known by who suggests it first."""
    first = [sources.partition(";")[0] for sources in rows["sources"]]
    group = [name if known else "new" for name, known in zip(first, rows["known"], strict=True)]
    known = sorted(set(group) - {"new"})
    return group, {"new": novelty} | {name: (1 - novelty) / len(known) for name in known}


def _facts(context: Context, answers: dict[str, Answer], dropped: Counter[str]) -> dict[str, Any]:
    """Say in plain values what was done, for `attrs`."""
    several = sum(bool(answer.candidates) for answer in answers.values()) > 1
    return {
        "mode": context.mode,
        "as_of": context.as_of.isoformat(),
        "score": "reciprocal rank over providers" if several else "the provider's own",
        "n_plays": context.standing.n,
        "seeds": [
            {"label": seed.label, "weight": round(seed.weight, 6)} for seed in context.seeds.rows
        ][:20],
        "n_seeds": len(context.seeds.rows),
        "seeds_not_in_plays": list(context.seeds.unmatched),
        "providers": {
            name: {
                "status": answer.status,
                "why": answer.why,
                "requests": answer.requests,
                "cached": answer.cached,
                "fetched_at": answer.fetched_at,
                "candidates": len(answer.candidates),
            }
            for name, answer in answers.items()
        },
        "dropped": {
            cause: dropped.get(cause, 0)
            for cause in (
                "known",
                "duplicate",
                "excluded",
                "filter",
                "filter_unknown",
                "per_artist",
                "no_spotify_match",
            )
        },
    }
