"""The oddities of real exports, each with a name, counted in the plays that were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from spotify_analysis import tables
from spotify_analysis.account_data import findings

__all__ = ["quirks_of"]

# rows recorded from about then on follow other rules, whatever the date of the export
BREAK = pd.Timestamp("2022-10-18", tz="UTC")
_LONG_PAUSE = pd.Timedelta(minutes=10)
_NAMES = ("track", "artist", "album", "show", "episode", "audiobook", "chapter")
_REASONS = {
    "trackdone",
    "clickrow",
    "fwdbtn",
    "backbtn",
    "playbtn",
    "appload",
    "remote",
    "trackerror",
    "unknown",
    "endplay",
    "switched-to-video",
    "switched-to-audio",
    "logout",
    "unexpected-exit",
    "unexpected-exit-while-paused",
    "popup",
    "clickside",
    "uriopen",
}

Quirk = tuple[str, str, Callable[[pd.DataFrame], Any]]


def _extended(plays: pd.DataFrame) -> Any:
    return plays["source"] == "extended"


def _account(plays: pd.DataFrame) -> Any:
    return plays["source"] == "account"


def _pause(plays: pd.DataFrame) -> Any:
    length = pd.to_timedelta(plays["ms_played"].fillna(0).astype("int64"), unit="ms")
    return plays["ended_at"] - plays["started_at"] - length


def _straddles(plays: pd.DataFrame) -> Any:
    before = plays["logged_at"] < BREAK
    of_file = before[_extended(plays)].groupby(plays["file"])
    both = of_file.any() & ~of_file.all()
    return _extended(plays) & plays["file"].isin(both.index[both])


def _media(plays: pd.DataFrame) -> Any:
    names = plays["artist"].fillna("").str.cat(plays["track"].fillna(""), sep="\x1f")
    other = plays["show"].fillna("").str.cat(plays["episode"].fillna(""), sep="\x1f")
    return plays["uri"].fillna(names.str.cat(other, sep="\x1f"))


def _same_moment(plays: pd.DataFrame) -> Any:
    return plays[["source", "logged_at"]].duplicated(keep=False)


def _other_length(plays: pd.DataFrame) -> Any:
    shared = plays[_same_moment(plays) & (plays["kind"] != "unknown")]
    key = pd.DataFrame({"of": shared["source"], "at": shared["logged_at"], "media": _media(shared)})
    doubled = key.index[key.duplicated(keep=False)]
    return plays.index.isin(doubled)


def _named(test: Callable[[Any], Any]) -> Callable[[pd.DataFrame], Any]:
    """Look for names of a sort in all columns of names, each different name once."""

    def holds(plays: pd.DataFrame) -> Any:
        odd = pd.Series(data=False, index=plays.index)
        for column in _NAMES:
            names = plays[column].dropna().drop_duplicates()
            odd |= plays[column].isin(names[test(names).astype(bool)])
        return odd

    return holds


def _several(of: str, by: list[str]) -> Callable[[pd.DataFrame], Any]:
    def holds(plays: pd.DataFrame) -> Any:
        tracks = plays.loc[
            (plays["kind"] == "track") & plays["uri"].notna(), ["uri", "artist", "track"]
        ]
        pairs = tracks.drop_duplicates()
        n_of = pairs.groupby(by)[of].nunique() if len(by) == 1 else pairs.groupby(by)[of].size()
        many = n_of.index[n_of > 1]
        keys = pd.MultiIndex.from_frame(tracks[by]) if len(by) > 1 else tracks[by[0]]
        return plays.index.isin(tracks.index[keys.isin(many)])

    return holds


def _unknown_reason(plays: pd.DataFrame) -> Any:
    return _extended(plays) & (
        plays["reason_start"].isna()
        | plays["reason_end"].isna()
        | (plays["reason_start"] == "unknown").fillna(value=True)
        | (plays["reason_end"] == "unknown").fillna(value=True)
    )


def _new_reason(plays: pd.DataFrame) -> Any:
    odd = pd.Series(data=False, index=plays.index)
    for column in ("reason_start", "reason_end"):
        odd |= plays[column].notna() & ~plays[column].isin(_REASONS)
    return odd


_QUIRKS: tuple[Quirk, ...] = (
    (
        "without names",
        "Spotify no longer says what they were (withdrawn, or a file of one's own): they count in "
        "all totals and stand in no ranking.",
        lambda plays: plays["kind"] == "unknown",
    ),
    (
        "zero length",
        "They sounded 0 ms: kept; a counting rule leaves them out.",
        lambda plays: (plays["ms_played"] == 0).fillna(value=False),
    ),
    (
        "before October 2022",
        "`skipped` says nothing in them, and the stamp of an offline play is that of its upload: "
        "`was_skipped` and `platform` are comparable over the years.",
        lambda plays: _extended(plays) & (plays["logged_at"] < BREAK),
    ),
    (
        "both sides of October 2022",
        "Their file holds rows of both sets of rules; each row is read by its own.",
        _straddles,
    ),
    (
        "long pause",
        "Between start and end lie more than ten minutes in which nothing sounded; such a play "
        "belongs to the hour it began in.",
        lambda plays: _extended(plays) & (_pause(plays) > _LONG_PAUSE),
    ),
    (
        "offline not known",
        "The file does not say whether they were played offline: missing, not false.",
        lambda plays: _extended(plays) & plays["offline"].isna(),
    ),
    (
        "episode without show",
        "The episode has a name and its podcast has none.",
        lambda plays: (plays["kind"] == "episode") & plays["show"].isna(),
    ),
    (
        "country not known",
        "Empty, or ZZ as speakers and televisions write: missing.",
        lambda plays: _extended(plays) & plays["country"].isna(),
    ),
    (
        "device not known",
        "The text for the device says nothing, or there is none.",
        lambda plays: _extended(plays) & (plays["platform"].fillna("other") == "other"),
    ),
    (
        "reason not known",
        "Why they began or ended is empty or 'unknown'; `was_skipped` is missing where the end is.",
        _unknown_reason,
    ),
    (
        "new reason",
        "Why they began or ended is a word we do not know; kept as it is.",
        _new_reason,
    ),
    (
        "same moment",
        "Several plays end in the same second (account data: minute); all are kept, a time is no "
        "name of a play.",
        _same_moment,
    ),
    (
        "another length at the same moment",
        "The same thing ends twice in one moment after different times: two plays, both kept.",
        _other_length,
    ),
    (
        "to the minute",
        "Account data cuts the seconds off the end; starts are the end less the length, and half "
        "a minute early on average.",
        _account,
    ),
    (
        "without address",
        "Named, but without Spotify's address: what belongs together is told by the names.",
        lambda plays: plays["uri"].isna() & (plays["kind"] != "unknown"),
    ),
    (
        "no length",
        "Scrobbles say when a track began and not how long it sounded: `ms_played` is missing.",
        lambda plays: plays["ms_played"].isna(),
    ),
    (
        "several addresses",
        "One artist and title under several addresses (re-releases): rankings go by name.",
        _several("uri", ["artist", "track"]),
    ),
    (
        "renamed",
        "One address under several names: titles were changed.",
        _several("track", ["uri"]),
    ),
    (
        "names of digits",
        "Called 22 or 1999: text, not a number.",
        _named(lambda names: names.str.fullmatch(r"\d+")),
    ),
    (
        "names like values",
        "Called TRUE, n/A or NULL: text, not a value.",
        _named(
            lambda names: names.str.fullmatch(r"(?i)true|false|n/?a|nan|null|none|inf(inity)?|<na>")
        ),
    ),
    (
        "names like formulas",
        "They begin with = + - or @: our CSV files put a sign before them and take it off again.",
        _named(lambda names: names.str.match(r"[=+\-@]")),
    ),
    (
        "blanks around names",
        "Blanks before or after the name, kept as they are.",
        _named(lambda names: names.str.strip() != names),
    ),
    (
        "names that look alike",
        "One name is stored in two ways that read the same (Unicode forms, blanks): rankings keep "
        "them apart, `recordings.find` and `merge` put tracks of one recording together.",
        _named(lambda names: names.str.normalize("NFC").str.strip().duplicated(keep=False)),
    ),
)


def quirks_of(
    plays: pd.DataFrame,
    *,
    files: list[findings.FileFacts],
    counted: list[tuple[str, int, str]],
) -> pd.DataFrame:
    """Name what is odd about the rows.

    Parameters
    ----------
    plays : DataFrame
        The plays that were kept.
    files : list of FileFacts
        What is known of each file.
    counted : list of tuple of str, int and str
        Oddities that were counted while reading: name, number of rows, words.

    Returns
    -------
    DataFrame
        `tables.EXPORT_QUIRKS`: those that occur.
    """
    rows = [*_in_rows(plays), *counted]
    unordered = [file for file, *_, in_order in files if not in_order]
    if unordered:
        told = "Their rows are not in the order of time; plays are sorted by their end."
        rows.append(("unordered files", len(unordered), f"Files, not rows. {told}"))
    n_absent, absent = findings.missing_numbers(file for file, *_ in files)
    if n_absent:
        told = f"Files, not rows: by the numbers of the others ({'; '.join(absent)}) they are not "
        rows.append(("missing files", n_absent, f"{told}here. A hint, for files may be renamed."))
    by_day = plays["ms_played"].groupby(plays["ended_at"].dt.floor("D")).sum()
    n_days = int((by_day > 86_400_000).sum())
    if n_days:
        told = "Days, not rows, with more than 24 hours of listening: several devices, or uploads."
        rows.append(("impossible days", n_days, told))
    return tables.conform(
        [{"quirk": name, "n_rows": n, "about": about} for name, n, about in rows if n],
        tables.EXPORT_QUIRKS,
    )


def _in_rows(plays: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    if plays.empty:
        return
    for name, about, holds in _QUIRKS:
        yield name, int(pd.Series(holds(plays)).fillna(value=False).sum()), about
