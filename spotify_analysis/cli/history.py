"""The history that is kept: add to it, ask it, take back, check and tidy up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spotify_analysis import errors
from spotify_analysis.cli import account, wording
from spotify_analysis.cli.options import (
    BY_COUNTRY,
    CSV,
    DEMO,
    FILE,
    HISTORY,
    SKIP_DAMAGED,
    ZONE_HELP,
    ZONE_OF,
    on_error,
)

if TYPE_CHECKING:
    import pandas as pd

    from spotify_analysis.history import History

__all__ = ["add", "check", "compact", "imports", "plays_of", "sql", "sync", "undo"]

_ADD_ONE = (
    "Add an export with `spotify-analysis add FILE.zip`, or name the folder of your history with "
    "--history."
)
# of an answer in SQL, on the screen
_SHOWN_ROWS = 40
# of the names of files beyond those that an import lists
_MORE = re.compile(r"and (\d+) more")


@click.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@HISTORY
@SKIP_DAMAGED
@click.option(
    "--time-zone",
    metavar="ZONE",
    help=f"Only where a history is begun: {ZONE_HELP[0].lower()}{ZONE_HELP[1:]}",
)
def add(export_path: Path, *, place: str | None, skip_damaged: bool, time_zone: str | None) -> None:
    """Add an export to the history you keep, each play once.

    EXPORT is the zip that Spotify sent you, a folder of it, or one file. Any export, in any
    order, any number of times.

    \b
    Examples:
      spotify-analysis add my_spotify_data.zip
      spotify-analysis add my_spotify_data.zip --time-zone Europe/Berlin
    """
    from spotify_analysis import account_data, history

    keep = history.History(place, time_zone=time_zone)
    read = account_data.read(export_path, time_zone=time_zone, on_error=on_error(skip_damaged))
    click.echo(wording.indented(str(read.report)))
    click.echo(repr(keep.add(read)))


@click.command()
@HISTORY
@DEMO
def sync(place: str | None, *, demo: bool) -> None:
    """Add the last 50 plays to the history you keep.

    Spotify remembers no more than these: run it every hour, as docs/history.md shows for cron and
    systemd. It needs a login, and one call.

    \b
    Examples:
      spotify-analysis sync
      spotify-analysis sync --history /path/to/history
    """
    from spotify_analysis import history

    click.echo(repr(history.History(place).sync(account.connect(demo=demo))))


@click.command()
@click.argument("query")
@HISTORY
@CSV
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="Zone of the local columns, such as Europe/Berlin; else that of the history.",
)
@BY_COUNTRY
@ZONE_OF
def sql(
    query: str,
    *,
    place: str | None,
    csv_path: Path | None,
    time_zone: str | None,
    by_country: bool,
    zones_of: dict[str, str],
) -> None:
    """Ask the history you keep a question in SQL.

    QUERY is one SELECT from the table "plays". Its columns, which "SELECT * FROM plays LIMIT 5"
    shows, are ended_at (UTC), ms_played (milliseconds), track, artist, local_hour and others. The
    first 40 rows of the answer are shown.

    \b
    Examples:
      spotify-analysis sql "SELECT artist, count(*) AS n FROM plays GROUP BY artist ORDER BY n DESC"
      spotify-analysis sql "SELECT sum(ms_played) / 3.6e6 AS hours FROM plays" --csv hours.csv
    """
    from spotify_analysis import history, tables

    keep = history.History(place, time_zone=time_zone)
    plays = keep.plays()
    if plays.empty:
        raise errors.HistoryError(f"There are no plays in {keep!r}. {_ADD_ONE}")
    if zones_of or by_country:
        plays = tables.with_local_time(plays, keep.time_zone, by_country=zones_of or by_country)
    found = history.sql(plays, query)
    _show(found)
    if csv_path is not None:
        click.echo(f"wrote {tables.write_csv(found, csv_path)}  {len(found):,} rows")


@click.command()
@HISTORY
@CSV
def imports(*, place: str | None, csv_path: Path | None) -> None:
    """List what was added to the history you keep, and when.

    Per import its name, when it was added, its first and last day, its rows, how many of them were
    new plays then, and its files; then the gaps that no export has filled.

    \b
    Examples:
      spotify-analysis imports
      spotify-analysis imports --history data/demo/made_up_history --csv imports.csv
    """
    from spotify_analysis import tables

    keep = _begun(place)
    listed = keep.imports()
    click.echo("\n".join(_lines_of(listed)))
    gaps = keep.gaps()
    n_open = int((~gaps["is_filled"]).sum())
    if n_open:
        last = gaps[~gaps["is_filled"]].iloc[-1]
        click.echo(
            f"{n_open:,} gap{'' if n_open == 1 else 's'} in which plays may be missing, the last "
            f"from {last['since']:%Y-%m-%d %H:%M} to {last['until']:%Y-%m-%d %H:%M} (UTC): an "
            "export of that time fills it."
        )
    if csv_path is not None:
        click.echo(f"wrote {tables.write_csv(listed, csv_path)}  {len(listed):,} rows")


@click.command()
@click.argument("import_id", metavar="IMPORT")
@HISTORY
@click.option("--yes", is_flag=True, help="Do not ask before it is taken back: for scripts.")
def undo(import_id: str, *, place: str | None, yes: bool) -> None:
    """Take an import back, as if it had never been added.

    IMPORT is its name in `spotify-analysis imports`. It says what goes and asks, before anything
    does.

    \b
    Examples:
      spotify-analysis undo 0123456789abcdef
      spotify-analysis undo 0123456789abcdef --yes
    """
    keep = _begun(place)
    planned = keep.undo(import_id, dry_run=True)
    listed = keep.imports()
    click.echo("\n".join(_lines_of(listed[listed["import_id"] == import_id])))
    click.echo(f"This would take back {planned.n_removed:,} plays and leave {planned.n_plays:,}.")
    if not yes:
        wording.confirm("Take this import back?")
    done = keep.undo(import_id)
    click.echo(f"Took back {done.n_removed:,} plays and left {done.n_plays:,}.")
    click.echo(
        "Adding the same files again brings them back. The rows stay on the disk, unread, until "
        "`spotify-analysis compact --keep-days 0`."
    )


@click.command()
@HISTORY
def check(place: str | None) -> None:
    """Look for damage in the history you keep, and repair it.

    Every file is read; damaged ones are moved to the folder damaged, and their plays worked out
    again. Ends in 0 if all is whole now, in 1 if an import must be added again.

    \b
    Examples:
      spotify-analysis check
      spotify-analysis check && spotify-analysis compact
    """
    found = _begun(place).check()
    click.echo(repr(found))
    if not found.is_whole:
        click.echo(
            "Add the files named above again, with `spotify-analysis add`: then it is whole.",
            err=True,
        )
        click.get_current_context().exit(1)


@click.command()
@HISTORY
@click.option(
    "--keep-days",
    type=click.FloatRange(min=0),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="Old versions younger than this stay, for programs that are reading them; with 0, what "
    "was taken back is gone at once.",
)
def compact(*, place: str | None, keep_days: float) -> None:
    """Make few files of many in the history you keep.

    It also removes old versions, and the rows of imports that were taken back.

    \b
    Examples:
      spotify-analysis compact
      spotify-analysis compact --keep-days 0
    """
    click.echo(repr(_begun(place).compact(keep_days=keep_days)))


def _begun(place: str | None) -> History:
    """Open a history that is there: none is begun in a folder that was typed wrongly."""
    from spotify_analysis import history

    keep = history.History(place)
    if not keep.is_begun:
        raise errors.HistoryError(f"There is no history in {keep!r}. {_ADD_ONE}")
    return keep


def _lines_of(listed: pd.DataFrame) -> list[str]:
    """Show imports as a table; the last column is as long as it is."""
    rows = [
        ("import", "added (UTC)", "from", "to", "rows", "new", "", "out of"),
        *(
            (
                str(one.import_id),
                _or(one.imported_at, "?", "%Y-%m-%d %H:%M"),
                _or(one.since, "?", "%Y-%m-%d"),
                _or(one.until, "?", "%Y-%m-%d"),
                _or(one.n_rows, "?", ","),
                _or(one.n_new, "?", ","),
                "" if one.is_active else "taken back",
                _in_short(one.files, one.source),
            )
            for one in listed.itertuples()
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in (4, 5) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            if width
        ).rstrip()
        for row in rows
    ]


def _in_short(files: object, source: object) -> str:
    """Name the first file of an import and how many there are; what Spotify told has none."""
    named = _or(files, _or(source, "?")).split("; ")
    more = _MORE.fullmatch(named[-1])
    n_more = len(named) - 1 if more is None else len(named) - 2 + int(more[1])
    first = "".join(sign if sign.isprintable() else "?" for sign in named[0].rpartition("/")[2])
    return f"{first} and {n_more} more" if n_more else first


def _or(value: object, missing: str, how: str = "") -> str:
    """Write a value, or what stands for one that is missing."""
    import pandas as pd

    return missing if pd.isna(value) else format(value, how)  # type: ignore[call-overload]


def plays_of(
    export_path: Path | None, place: str | None, *, demo: bool, skip_damaged: bool
) -> pd.DataFrame:
    """Read the plays of an export; without one, those of the history that is kept.

    Parameters
    ----------
    export_path : Path or None
        The export.
    place : str or None
        Where the history is kept; None for the data folder.
    demo : bool
        The made-up listener's export where none is named.
    skip_damaged : bool
        Read the other files of an export where one is damaged.

    Returns
    -------
    DataFrame
        `tables.PLAYS`.

    Raises
    ------
    TableError
        If no plays are kept.
    """
    from spotify_analysis import account_data, history
    from spotify_analysis import demo as stand_in

    if export_path is None and not demo:
        plays = history.History(place).plays()
        if plays.empty:
            raise errors.TableError(
                f"No plays are kept{'' if place is None else f' in {place}'} yet: name an EXPORT, "
                "or keep one first with `spotify-analysis add EXPORT`."
            )
        return plays
    path = export_path or stand_in.export_zip()
    read = account_data.read(path, on_error=on_error(skip_damaged))
    return read.plays


def _show(found: pd.DataFrame) -> None:
    """Print the first rows of an answer as a table."""
    import shutil  # costs a start as much as all these modules

    # it was asked with DuckDB, whose tables stand straight under any script and any sign
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")  # as the answer came
        connection.from_df(found).show(
            max_width=shutil.get_terminal_size((120, 40)).columns, max_rows=_SHOWN_ROWS
        )
