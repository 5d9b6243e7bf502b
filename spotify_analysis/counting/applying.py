"""Rules at work: what they keep, and for each row that they leave out, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from spotify_analysis import errors, tables
from spotify_analysis.counting import lengths as track_lengths
from spotify_analysis.counting.model import LENGTH, FrameReason, Reason, Rule
from spotify_analysis.counting.named import RULES, rule_named

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["compare", "count", "ledger", "reasons"]

Codes = npt.NDArray[np.int16]
_COUNTS = -1


def count(plays: Any, rule: str | Rule = "spotify", *, lengths: Any = None) -> Any:
    """Keep the rows that count as plays.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`; pandas, or any engine Narwhals knows.
    rule : str or Rule
        Name of the rule, see `rule_named`; or one of your own, see `counting.rule`.
    lengths : DataFrame, "estimate" or None
        How long tracks are, for rules that ask (``"lastfm"``, ``"music-data"``): a table of
        tracks with ``duration_ms`` from any loader; ``"estimate"`` takes the longest play of a
        track that reached its end; None knows no length.

    Returns
    -------
    DataFrame
        The rows that count, in their order, in the engine they came in. A pandas frame gets a
        fresh index and carries as facts the rule, its words, the number of plays, the span in
        days and, where all rows share one, time zone and source; and that skips were left out,
        where a rule did so.

    Raises
    ------
    ValueError
        If `plays` is no frame, there is no such rule, or `lengths` is none of the three.
    TableError
        If a column that the rule looks at is not there.

    Notes
    -----
    ``"spotify"`` leaves out rows of kind ``unknown`` (the catalogue forgot what was played, so
    they cannot be ranked) and rows under 30,000 ms. A row without ``ms_played`` stays: the Web
    API lists a recent play only once it counted.

    Counting what was counted before adds up: the facts name both rules, ``every`` adds nothing.

    A rule that asks how long a play was, or how it ended, leaves out most skips. Metrics about
    skips want every row; given others, their charts say so.

    A rule that looks at neighbours (equal rows, plays close by) and one that is given `lengths`
    bring the rows of a lazy frame home and hand them back in its engine: fine for one listener,
    not for a cohort.

    Examples
    --------
    >>> plays = pd.DataFrame({"ms_played": [29_999, 30_000], "kind": ["track", "track"]})
    >>> len(count(plays))
    1
    """
    chosen = rule_named(rule)
    track_lengths.check(lengths)
    frame = tables.wrap(plays)
    _check_columns(frame, [chosen], lengths)
    if isinstance(frame, nw.LazyFrame):
        if chosen.looks_at_neighbours or (chosen.uses_length and lengths is not None):
            here = _home(frame)
            return _back(here, _codes(here, chosen, lengths) == _COUNTS, frame)
        return nw.to_native(_filtered(frame, chosen))
    codes = _codes(frame, chosen, lengths)
    kept = _kept(frame, codes == _COUNTS)
    if not isinstance(kept, pd.DataFrame):
        return kept
    kept.attrs = dict(plays.attrs)
    before = tables.facts(plays)
    return tables.note(
        kept,
        **_rule_facts(chosen, lengths, before=before),
        skips_left_out=before.get("skips_left_out") or _leaves_out_skips(plays, codes, chosen),
        n_plays=len(kept),
        since=_day(kept, "min"),
        until=_day(kept, "max"),
        time_zone=tables.shared_time_zone(kept),
        source=_shared(kept, "source"),
    )


def ledger(plays: Any, rule: str | Rule = "spotify", *, lengths: Any = None) -> pd.DataFrame:
    """Say for each row whether it counts, and why not.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    rule : str or Rule
        Name of the rule, or a rule.
    lengths : DataFrame, "estimate" or None
        How long tracks are, see `count`.

    Returns
    -------
    DataFrame
        `tables.LEDGER`: one row per row of `plays`, in their order.

    Raises
    ------
    ValueError
        If `plays` is no frame, there is no such rule, or `lengths` is none of the three.
    TableError
        If a column that the rule looks at is not there.

    Notes
    -----
    Where several reasons hold, the ledger names the first.
    """
    chosen = rule_named(rule)
    here = _here(plays, [chosen], lengths)
    codes = _codes(here, chosen, lengths)
    told = pd.DataFrame(
        {"row": np.arange(len(codes)), "kept": codes == _COUNTS, "why": _words(codes, chosen)}
    )
    return tables.note(
        tables.conform(told, tables.LEDGER), **_rule_facts(chosen, lengths, before={})
    )


def reasons(
    plays: Any, rule: str | Rule | Iterable[str | Rule] | None = None, *, lengths: Any = None
) -> pd.DataFrame:
    """Sum up the ledger: how many rows each reason leaves out, and how many remain.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    rule : str, Rule, several of them, or None
        The rules; None is all of `RULES`.
    lengths : DataFrame, "estimate" or None
        How long tracks are, see `count`.

    Returns
    -------
    DataFrame
        `tables.COUNTING_REASONS`: for each rule one row of what counts, then one per reason in the
        order in which they are asked; 0 where a reason holds nowhere.

    Raises
    ------
    ValueError
        If `plays` is no frame, there is no such rule, or `lengths` is none of the three.
    TableError
        If a column that a rule looks at is not there.
    """
    chosen = _chosen(rule)
    here = _here(plays, chosen, lengths)
    ms = _ms_played(here)
    rows = []
    for one in chosen:
        codes = _codes(here, one, lengths) + 1
        n_rows = np.bincount(codes, minlength=len(one.reasons) + 1)
        # sums of milliseconds stay exact in floats up to 285,000 years
        heard = np.bincount(codes, weights=ms, minlength=len(one.reasons) + 1)
        for n, why in enumerate((None, *(reason.why for reason in one.reasons))):
            rows.append(
                {
                    "rule": one.name,
                    "kept": why is None,
                    "why": why,
                    "n_rows": int(n_rows[n]),
                    "share_rows": float(n_rows[n] / len(codes)) if len(codes) else None,
                    "ms_played": int(heard[n]),
                }
            )
    return tables.note(tables.conform(rows, tables.COUNTING_REASONS), **_span_facts(plays))


def compare(
    plays: Any, rules: Iterable[str | Rule] | None = None, *, lengths: Any = None
) -> pd.DataFrame:
    """Count the same plays under every rule.

    Parameters
    ----------
    plays : DataFrame of any engine
        Rows of `tables.PLAYS`.
    rules : iterable of str or Rule, or None
        The rules; None is all of `RULES`. Your own go beside them: ``[*counting.RULES, mine]``.
    lengths : DataFrame, "estimate" or None
        How long tracks are, see `count`.

    Returns
    -------
    DataFrame
        `tables.COUNTING_RULES`: one row per rule, in the order of the rules.

    Raises
    ------
    ValueError
        If `plays` is no frame, there is no such rule, or `lengths` is none of the three.
    TableError
        If a column that a rule looks at is not there.
    """
    chosen = _chosen(rules)
    here = _here(plays, chosen, lengths, "kind", "artist", "track")
    ms = _ms_played(here)
    artist, track = _codes_of_names(here)
    rows = []
    for one in chosen:
        kept = _codes(here, one, lengths) == _COUNTS
        n_plays = int(kept.sum())
        rows.append(
            {
                "rule": one.name,
                "whose": one.whose or None,
                "about": _about(one, lengths),
                "n_rows": len(kept),
                "n_plays": n_plays,
                "share_rows": n_plays / len(kept) if len(kept) else None,
                "ms_played": int(ms[kept].sum()),
                "n_tracks": _n_different(track[kept]),
                "n_artists": _n_different(artist[kept]),
                "source": one.source or None,
            }
        )
    return tables.note(
        tables.conform(rows, tables.COUNTING_RULES), n_plays=len(ms), **_span_facts(plays)
    )


def _chosen(rules: str | Rule | Iterable[str | Rule] | None) -> list[Rule]:
    if rules is None:
        return list(RULES.values())
    if isinstance(rules, str | Rule):
        return [rule_named(rules)]
    try:
        listed = list(rules)
    except TypeError:
        raise ValueError(
            f"`rules` must be names of rules, or rules, or None for all; not {rules!r}."
        ) from None
    return [rule_named(rule) for rule in listed]


def _here(plays: Any, rules: list[Rule], lengths: Any, *columns: str) -> nw.DataFrame[Any]:
    """Return an eager frame of what rules look at, on pandas without copying it."""
    track_lengths.check(lengths)
    frame = tables.wrap(plays)
    _check_columns(frame, rules, lengths, *columns)
    if isinstance(frame, nw.LazyFrame):
        return _home(frame)
    return frame


def _check_columns(
    frame: nw.DataFrame[Any] | nw.LazyFrame[Any], rules: list[Rule], lengths: Any, *columns: str
) -> None:
    wanted = dict.fromkeys(columns)
    for rule in rules:
        wanted |= dict.fromkeys(name for reason in rule.reasons for name in reason.columns)
        if rule.uses_length and lengths is not None:
            wanted |= dict.fromkeys(track_lengths.NEEDED)
    have = set(frame.collect_schema().names())
    absent = [name for name in wanted if name not in have and name != LENGTH]
    if absent:
        which = " and ".join(repr(rule.name) for rule in rules[:2]) if len(rules) < 3 else "these"
        raise errors.TableError(
            f"plays has no column {', '.join(map(repr, absent))}, which {which} "
            f"{'rules look' if len(rules) > 1 else 'looks'} at. Use a frame from a loader or from "
            "account_data.read, or tables.conform(frame, tables.PLAYS)."
        )


def _home(frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    is_polars = frame.implementation is nw.Implementation.POLARS
    return frame.collect(backend="polars" if is_polars else "pyarrow")


def _back(here: nw.DataFrame[Any], kept: npt.NDArray[np.bool_], like: nw.LazyFrame[Any]) -> Any:
    """Hand rows back in the engine that their lazy frame came from."""
    rows = nw.from_native(_kept(here, kept), eager_only=True)
    session = getattr(nw.to_native(like), "sparkSession", None)
    more = {} if session is None else {"session": session}
    return nw.to_native(rows.lazy(like.implementation, **more))


def _kept(here: nw.DataFrame[Any], kept: npt.NDArray[np.bool_]) -> Any:
    native = nw.to_native(here)
    if isinstance(native, pd.DataFrame):
        return native.loc[kept].reset_index(drop=True)
    mask = nw.new_series("kept", kept.tolist(), nw.Boolean(), backend=here.implementation)
    return nw.to_native(here.filter(mask))


def _filtered(frame: nw.LazyFrame[Any], rule: Rule) -> nw.LazyFrame[Any]:
    """Filter where the rows are; only for reasons that need no neighbours and no lengths."""
    if rule.uses_length:
        frame = frame.with_columns(nw.lit(None, dtype=nw.Int64()).alias(LENGTH))
    for reason in rule.reasons:
        if not isinstance(reason, FrameReason):
            frame = frame.filter(~reason.holds())
    return frame.drop(LENGTH) if rule.uses_length else frame


def _codes(here: nw.DataFrame[Any], rule: Rule, lengths: Any) -> Codes:
    """Number for each row the first reason that speaks against it, -1 where none does."""
    codes = np.full(len(here), _COUNTS, dtype=np.int16)
    frame = _with_lengths(here, lengths) if rule.uses_length else here
    for n, reason in enumerate(rule.reasons):
        counts = codes == _COUNTS
        if isinstance(reason, FrameReason):
            rows = _rows(frame, reason.columns).loc[counts]
            held = np.zeros(len(codes), dtype=bool)
            held[counts] = reason.holds(rows.reset_index(drop=True))
        else:
            told = frame.select(reason.holds().alias("held"))["held"].to_numpy()
            held = np.asarray(told, dtype=bool)
        codes[counts & held] = n
    return codes


def _leaves_out_skips(plays: pd.DataFrame, codes: Codes, rule: Rule) -> bool | None:
    """Tell whether any skip was left out for how long it sounded or how it ended; None is no."""
    if "was_skipped" not in plays:
        return None
    # what its neighbours speak against is the same play once more, and none is lost
    ends = [
        n
        for n, reason in enumerate(rule.reasons)
        if isinstance(reason, Reason) and reason.looks_at_its_end
    ]
    skipped = plays["was_skipped"].loc[np.isin(codes, ends)]
    known = tables.as_dtype(skipped, tables.BOOL, where="plays.was_skipped")
    return bool(known.fillna(value=False).any()) or None


def _with_lengths(here: nw.DataFrame[Any], lengths: Any) -> nw.DataFrame[Any]:
    native = nw.to_native(here)
    is_pandas = isinstance(native, pd.DataFrame)
    if lengths is None and not is_pandas:
        return here.with_columns(nw.lit(None, dtype=nw.Int64()).alias(LENGTH))
    if lengths is None:
        found = pd.Series(pd.NA, index=native.index, dtype=tables.INT)
    else:
        found = track_lengths.of_rows(_rows(here, track_lengths.NEEDED), lengths)
    if is_pandas:
        longer = native.assign(**{LENGTH: found.set_axis(native.index)})
        return nw.from_native(longer, eager_only=True)
    listed = found.astype(object).where(found.notna(), None).tolist()
    return here.with_columns(nw.new_series(LENGTH, listed, nw.Int64(), backend=here.implementation))


def _rows(here: nw.DataFrame[Any], columns: Iterable[str]) -> pd.DataFrame:
    """Bring columns of plays home as pandas, with a fresh index."""
    known = {name: tables.PLAYS.columns.get(name, _A_LENGTH) for name in columns}
    return tables.collect(here.select(*known), tables.Table("interim", "Between two steps.", known))


_A_LENGTH = tables.Column(tables.INT, "Length of the track.", "ms")


def _words(codes: Codes, rule: Rule) -> Any:
    """Write the reason behind each number."""
    import pyarrow as pa

    listed = pa.array([reason.why for reason in rule.reasons], pa.string())
    where = pa.array(codes, mask=codes == _COUNTS)
    words = pa.DictionaryArray.from_arrays(where, listed).cast(pa.string())
    return tables.from_arrow(words, tables.STRING)


def _ms_played(here: nw.DataFrame[Any]) -> npt.NDArray[np.int64]:
    ms = _rows(here, ("ms_played",))["ms_played"]
    return ms.to_numpy(dtype="int64", na_value=0)


def _codes_of_names(
    here: nw.DataFrame[Any],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the artists and the tracks (artist and title) of rows; -1 where not known."""
    rows = _rows(here, ("kind", "artist", "track"))
    is_track = (rows["kind"] == "track").fillna(value=False).to_numpy(dtype=bool)
    artist = np.where(is_track, pd.factorize(rows["artist"])[0], -1)
    title, titles = pd.factorize(rows["track"])
    both = np.where((artist < 0) | (title < 0), -1, artist * (len(titles) + 1) + title)
    track = np.where(both < 0, -1, pd.factorize(both)[0])
    return artist, track


def _n_different(codes: npt.NDArray[np.int64]) -> int:
    return int(np.count_nonzero(np.bincount(codes[codes >= 0])))


def _about(rule: Rule, lengths: Any) -> str:
    """Write a rule in words, and where it took lengths from."""
    if not rule.uses_length:
        return rule.about
    if lengths is None:
        return f"{rule.about} (lengths not known)"
    return f"{rule.about} (lengths estimated)" if isinstance(lengths, str) else rule.about


def _rule_facts(rule: Rule, lengths: Any, *, before: dict[str, Any]) -> dict[str, Any]:
    """Name the rule for captions, after the rule that had been at work before."""
    first, words = before.get("rule"), before.get("rule_text")
    about = _about(rule, lengths)
    if before.get("recordings"):
        # said last, so that it can be taken back
        said = str(before["recordings"])
        words = str(words or "").removesuffix(said).removesuffix("; ")
        told = _rule_facts(rule, lengths, before={"rule": first, "rule_text": words})
        return {**told, "rule_text": f"{told['rule_text']}; {said}"}
    if not first or first in ("every", rule.name):
        return {"rule": rule.name, "rule_text": about}
    if rule.name == "every" or rule.name in str(first).split(" + "):
        return {"rule": first, "rule_text": words}
    return {"rule": f"{first} + {rule.name}", "rule_text": f"{words or first}; {about}"}


def _span_facts(plays: Any) -> dict[str, Any]:
    """Say of which rows a table about rules was made."""
    facts = tables.facts(plays)
    told = {name: facts.get(name) for name in ("rule", "rule_text", "time_zone", "source")}
    if isinstance(plays, pd.DataFrame):
        told |= {
            "since": _day(plays, "min"),
            "until": _day(plays, "max"),
            "time_zone": tables.shared_time_zone(plays),
            "source": _shared(plays, "source"),
        }
    return told


def _day(plays: pd.DataFrame, which: str) -> str | None:
    """Return the first or last day of plays: local where known, else of UTC."""
    for name in ("local_day", "ended_at"):
        if name in plays and plays[name].notna().any():
            return str(getattr(plays[name], which)().date())
    return None


def _shared(plays: pd.DataFrame, name: str) -> str | None:
    """Return the value all rows have in a column, if there is one."""
    if name not in plays:
        return None
    values = plays[name].dropna().unique()
    return str(values[0]) if len(values) == 1 else None
