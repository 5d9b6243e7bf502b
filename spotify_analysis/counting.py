"""What counts as a play: named rules, and a ledger of what each leaves out.

The same export gives 150,670 to 199,996 "plays" in today's tools, because each draws its own line
and none says where. Here the line has a name, the name travels with the frame, and every row that
is left out has a reason. Time listened is another matter: it is summed over all rows, rule
``"every"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import narwhals as nw
import pandas as pd

from spotify_analysis import tables

__all__ = ["RULES", "Reason", "Rule", "compare", "count", "ledger", "rule_named"]

MIN_PLAY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which a row does not count.

    Parameters
    ----------
    why : str
        The reason, as the ledger writes it.
    holds : callable
        Makes the Narwhals expression that is true where the reason holds; never null.
    """

    why: str
    holds: Callable[[], nw.Expr]


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts as a play: every row for which no reason speaks against it.

    Parameters
    ----------
    name : str
        Name, as in ``count(plays, rule=name)``.
    about : str
        The rule in words, as captions show it.
    reasons : tuple of Reason
        Reasons not to count a row, the first that holds is the one in the ledger.
    """

    name: str
    about: str
    reasons: tuple[Reason, ...] = ()


# A row without `ms_played` comes from a source that lists a stream only once it counts there
# (the Web API's recent plays, scrobbles), so nothing speaks against it.
_TOO_SHORT = Reason(
    f"shorter than {MIN_PLAY_MS // 1000} s",
    lambda: (nw.col("ms_played") < MIN_PLAY_MS).fill_null(value=False),
)
_UNKNOWN = Reason(
    "nothing says what was played",
    lambda: (nw.col("kind") == "unknown").fill_null(value=False),
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("every", "every row, however short"),
            Rule("spotify", "30 s or longer", (_UNKNOWN, _TOO_SHORT)),
        )
    }
)


def rule_named(name: str) -> Rule:
    """Return a counting rule.

    Parameters
    ----------
    name : str
        ``"every"``: each row is a play. ``"spotify"``: 30 s or longer of a known track, episode
        or audiobook chapter; exactly 30 s counts. Skipped and private plays count as well if they
        are long enough, as they do in Spotify's own play counts.

    Returns
    -------
    Rule
        Its name, words and reasons.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    try:
        return RULES[name]
    except (KeyError, TypeError):
        raise ValueError(
            f"`rule` must be one of {', '.join(map(repr, RULES))}; not {name!r}."
        ) from None


def count(plays: Any, rule: str = "spotify") -> Any:
    """Keep the rows that count as plays.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`; pandas, or any engine Narwhals knows.
    rule : str
        Name of the rule, see `rule_named`.

    Returns
    -------
    DataFrame
        The rows that count, in their order, in the engine they came in. A pandas frame gets a
        fresh index and carries as facts the rule, its words, the number of plays, the span in
        days and, where all rows share one, time zone and source.

    Raises
    ------
    ValueError
        If there is no such rule.

    Notes
    -----
    ``"spotify"`` leaves out rows of kind ``unknown`` (the catalogue forgot what was played, so
    they cannot be ranked) and rows under 30,000 ms. A row without ``ms_played`` stays: the Web
    API lists a recent play only once it counted.

    Examples
    --------
    >>> plays = pd.DataFrame({"ms_played": [29_999, 30_000], "kind": ["track", "track"]})
    >>> len(count(plays))
    1
    """
    chosen = rule_named(rule)
    frame = nw.from_native(plays)
    for reason in chosen.reasons:
        frame = frame.filter(~reason.holds())
    kept = nw.to_native(frame)
    if not isinstance(kept, pd.DataFrame):
        return kept
    kept = kept.reset_index(drop=True)
    kept.attrs = dict(plays.attrs)
    return tables.note(
        kept,
        rule=chosen.name,
        rule_text=chosen.about,
        n_plays=len(kept),
        since=_day(kept, "min"),
        until=_day(kept, "max"),
        time_zone=tables.shared_time_zone(kept),
        source=_shared(kept, "source"),
    )


def ledger(plays: pd.DataFrame, rule: str = "spotify") -> pd.DataFrame:
    """Say for each row whether it counts, and why not.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`.
    rule : str
        Name of the rule, see `rule_named`.

    Returns
    -------
    DataFrame
        `tables.LEDGER`: one row per row of `plays`, in their order.

    Raises
    ------
    ValueError
        If there is no such rule.

    Notes
    -----
    Where several reasons hold, the ledger names the first.
    """
    chosen = rule_named(rule)
    why = pd.Series(pd.NA, index=pd.RangeIndex(len(plays)), dtype=tables.STRING)
    for reason in reversed(chosen.reasons):
        held = nw.from_native(plays).select(held=reason.holds()).to_native()["held"]
        why = why.mask(held.to_numpy(dtype=bool), reason.why)
    told = pd.DataFrame({"row": why.index, "kept": why.isna(), "why": why})
    return tables.note(
        tables.conform(told, tables.LEDGER), rule=chosen.name, rule_text=chosen.about
    )


def compare(plays: pd.DataFrame) -> pd.DataFrame:
    """Count the same plays under every rule.

    Parameters
    ----------
    plays : DataFrame
        Rows of `tables.PLAYS`.

    Returns
    -------
    DataFrame
        `tables.COUNTING_RULES`: one row per rule.
    """
    rows = []
    for rule in RULES.values():
        kept = count(plays, rule.name)
        of_tracks = kept[kept["kind"].eq("track").fillna(value=False)]
        rows.append(
            {
                "rule": rule.name,
                "about": rule.about,
                "n_rows": len(plays),
                "n_plays": len(kept),
                "ms_played": int(kept["ms_played"].sum()),
                "n_tracks": len(of_tracks[["artist", "track"]].dropna().drop_duplicates()),
                "n_artists": of_tracks["artist"].nunique(),
            }
        )
    return tables.conform(rows, tables.COUNTING_RULES)


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
