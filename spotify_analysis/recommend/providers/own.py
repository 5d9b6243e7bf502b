"""Suggestions from one's own listening alone: no network, no third party."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from spotify_analysis import tables
from spotify_analysis.recommend import formulas, models, names, terms
from spotify_analysis.recommend.library import Library, Standing
from spotify_analysis.recommend.models.baskets import together
from spotify_analysis.recommend.providers.base import Answer, Candidate, Context, times

__all__ = ["Neighbours", "OnRepeat", "Rediscover"]

_LATELY_DAYS = 28.0

Ints = NDArray[np.int64]


class OnRepeat:
    """What is in rotation: every full play counts, half as much every 14 days."""

    name = "own.on_repeat"
    modes: tuple[str, ...] = ("on_repeat", "mix")
    weight = 1.0

    def candidates(self, context: Context) -> Answer:
        """Suggest what was played most lately.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Every track played, by decayed plays.
        """
        standing = context.standing
        played = np.flatnonzero(standing.plays > 0)
        if not len(played):
            return _no_plays(context)
        if context.mode == "mix":
            # what has fallen silent is for `rediscover` to judge: were it in both lists, the two
            # would seem to agree and crowd out what is really on repeat
            silent = standing.when - standing.last[played] >= formulas.SILENT_DAYS
            played = played[~silent]
        score = standing.decayed
        lately = standing.recent(_LATELY_DAYS)

        def reason(item: int) -> str:
            total, recent = int(standing.plays[item]), int(lately[item])
            often = (
                f"played {times(recent)} in the last {_LATELY_DAYS:.0f} days"
                + (f", {total:,} in all" if total > recent else "")
                if recent
                else f"played {times(total)}"
            )
            return f"{often}; last {_ago(standing.when - standing.last[item])}"

        order = context.library.order(score, played)[: context.pool]
        return Answer([_candidate(context.library, i, score[i], reason(i)) for i in order])


class Rediscover:
    """Forgotten favourites: played on many days, silent for a month or more."""

    name = "own.rediscover"
    modes: tuple[str, ...] = ("rediscover", "mix")
    weight = 1.0

    def candidates(self, context: Context) -> Answer:
        """Suggest what was loved and has fallen silent.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks with at least 3 plays and none for 30 days, by the formula.
        """
        standing, library = context.standing, context.library
        if not standing.n:
            return _no_plays(context)
        score, eligible = standing.rediscover
        if not eligible.any():
            return Answer(
                why=f"no track has {formulas.MIN_PLAYS} plays and then "
                f"{formulas.SILENT_DAYS:.0f} days of silence"
            )
        fortnight = np.bincount(
            library.artist_of,
            weights=standing.recent(formulas.HALF_LIFE_DAYS),
            minlength=len(library.artists),
        ).astype(np.int64)

        def reason(item: int) -> str:
            days, artist = int(standing.days[item]), int(library.artist_of[item])
            on = f"played on {days} days" if days > 1 else f"played {standing.plays[item]} times"
            text = f"{on}{'' if days > 1 else ' on one day'}, last "
            text += _ago(standing.when - standing.last[item])
            if fortnight[artist]:
                text += (
                    f"; you played {library.artists[artist]} {times(fortnight[artist])} in the "
                    f"last {formulas.HALF_LIFE_DAYS:.0f} days"
                )
            return text

        order = library.order(score, np.flatnonzero(eligible))[: context.pool]
        return Answer([_candidate(library, i, score[i], reason(i)) for i in order])


class Neighbours:
    """What goes with the seeds in one's own sessions and playlists, freshest first."""

    name = "own.neighbours"
    modes: tuple[str, ...] = ("continue",)
    weight = 1.0

    def candidates(self, context: Context) -> Answer:
        """Suggest what shares sessions and playlists with the seeds.

        Parameters
        ----------
        context : Context
            What there is to look at.

        Returns
        -------
        Answer
            Tracks by similarity to the seeds times the square root of their decayed plays + .05.

        Notes
        -----
        ItemKNN (cosine, shrink 10, top 200) over sessions with a gap of 30 minutes and over
        playlists. It learns, so rows that came through the Web API are left out unless
        ``learn_from`` of `recommend` names them.
        """
        standing, library = context.standing, context.library
        if not standing.n:
            return _no_plays(context)
        baskets, n_left_out, has_playlists = _baskets(context)
        note = f"{n_left_out:,} rows of the Web API left out: {terms.CLAUSE}" if n_left_out else ""
        if not baskets.nnz:
            return Answer(status="skipped", why=note or "no session holds two tracks")
        weights, named = _weights_of_seeds(context)
        if not weights.nnz:
            return Answer(why=_join(note, "none of the seeds occurs in your plays"))
        model = models.ItemKNN().fit(baskets)
        alike = model.score(weights)[0]
        score = formulas.continued(alike, standing.decayed)
        score[named] = 0  # a track is no answer to itself; other tracks of a named artist are
        order = library.order(score, np.flatnonzero(score > 0))[: context.pool]
        if not len(order):
            return Answer(why=_join(note, "the seeds share no session with another track"))
        also = " and playlists" if has_playlists else ""
        reasons = _shared_baskets(baskets, weights, order, library, also)
        found = [
            _candidate(library, item, score[item], reason, seed)
            for item, (reason, seed) in zip(order, reasons, strict=True)
        ]
        return Answer(found, status="partial" if note else "ok", why=note)


# ---------------------------------------------------------------- neighbours


def _baskets(context: Context) -> tuple[Any, int, bool]:
    """Return baskets x items, how many rows their source ruled out, and if playlists are in."""
    standing, library = context.standing, context.library
    learnable = library.learnable[: standing.n]
    session, item = library.session[: standing.n][learnable], library.item[: standing.n][learnable]
    n_left_out = int((~learnable).sum())
    rows, columns, has_playlists = [session], [item], False
    if context.playlists is not None and not {"playlist_id", "playlist"}.isdisjoint(
        context.playlists
    ):
        entries = _entries(context.playlists, library, context.learn_from)
        n_left_out += int((~entries["learnable"]).sum())
        entries = entries[entries["learnable"]]
        has_playlists = not entries.empty
        first = int(session.max()) + 1 if len(session) else 0
        rows.append(entries["playlist"].to_numpy(dtype=np.int64) + first)
        columns.append(entries["item"].to_numpy(dtype=np.int64))
    matrix = together(np.concatenate(rows), np.concatenate(columns), library.n_items)
    return matrix, n_left_out, has_playlists


def _entries(playlists: pd.DataFrame, library: Library, learn_from: frozenset[str]) -> pd.DataFrame:
    """Return playlist entries that occur in the plays, with numbers for playlist and item."""
    unknown = pd.Series(pd.NA, index=playlists.index, dtype="string")
    # only from what names another source: a table that does not say may be from the Web API
    source = playlists.get("source", unknown).fillna(playlists.attrs.get("source", "web_api"))
    item = [
        library.item_of_uri.get(uri, library.item_of_key.get(_key(artist, track), -1))
        for uri, artist, track in zip(
            playlists.get("uri", unknown), playlists["artist"], playlists["track"], strict=True
        )
    ]
    # the export knows no ids of playlists
    name = playlists.get("playlist_id", unknown).fillna(playlists.get("playlist", unknown))
    number, _ = pd.factorize(name)
    frame = pd.DataFrame(
        {
            "playlist": number,
            "item": item,
            "learnable": terms.may_learn(source, learn_from, unnamed=False).to_numpy(),
        }
    )
    return frame[(frame["item"] >= 0) & (frame["playlist"] >= 0)]


def _key(artist: Any, track: Any) -> str:
    if not isinstance(artist, str) or not isinstance(track, str):
        return ""
    return f"{names.artist(artist)}\t{names.recording(track)}"


def _weights_of_seeds(context: Context) -> tuple[Any, list[int]]:
    """Return one row of items with the weights of the seeds, and the tracks named themselves.

    An artist stands for all of their tracks, the fresher the more.
    """
    library, standing = context.library, context.standing
    weight = np.zeros(library.n_items)
    named: list[int] = []
    for seed in context.seeds.rows:
        if seed.track or (seed.uri and seed.uri in library.item_of_uri):
            item = library.item_of_uri.get(seed.uri or "", library.item_of_key.get(seed.key, -1))
            if item >= 0:
                weight[item] += seed.weight
                named.append(item)
            continue
        artist = library.artist_of_key.get(seed.artist_key)
        if artist is not None:
            theirs = np.flatnonzero(library.artist_of == artist)
            share = standing.decayed[theirs] + formulas.RECENCY_FLOOR
            weight[theirs] += seed.weight * share / share.sum()
    return sparse.csr_matrix(weight), named


def _shared_baskets(
    baskets: Any, weights: Any, order: Ints, library: Library, also: str
) -> list[tuple[str, str]]:
    """Say of each item with which seed it shares most baskets, and how many."""
    seeds = weights.indices
    shared = (baskets[:, order].T @ baskets[:, seeds]).toarray()
    shared[order[:, None] == seeds[None, :]] = 0
    best = shared.argmax(axis=1)
    reasons = []
    for place, seed in enumerate(best):
        n, name = int(shared[place, seed]), library.columns["track"][seeds[seed]]
        reasons.append((f"in {n:,} of your sessions{also} with {name}", name))
    return reasons


# ---------------------------------------------------------------- shared by all


def _candidate(
    library: Library, item: int, score: float, reason: str, seed: str | None = None
) -> Candidate:
    columns = library.columns
    uri = columns["uri"][item]
    # a file on the listener's own device has no address that Spotify could play
    address = tables.parse_address(uri) if uri else None
    return Candidate(
        track=columns["track"][item],
        artist=columns["artist"][item],
        reason=reason,
        score=float(score),
        seed=seed,
        album=columns["album"][item],
        uri=uri if address is None or address.kind != "local" else None,
    )


def _no_plays(context: Context) -> Answer:
    standing: Standing = context.standing
    why = (
        "needs plays: pass `history`, for example `.plays` of account_data.read(...)"
        if standing.library.last_at is None
        else f"no play of {formulas.FULL_PLAY_MS // 1000} s or more to count"
    )
    return Answer(status="skipped", why=why)


def _ago(days: float) -> str:
    whole = int(days)
    if whole < 1:
        return "less than a day ago"
    return "1 day ago" if whole == 1 else f"{whole:,} days ago"


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
