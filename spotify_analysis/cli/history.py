"""The history that is kept: add to it, ask it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spotify_analysis import errors
from spotify_analysis.cli import account, wording
from spotify_analysis.cli.options import (
    BY_COUNTRY,
    FILE,
    HISTORY,
    SKIP_DAMAGED,
    ZONE_OF,
    on_error,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add", "plays_of", "sql", "sync"]

# of an answer in SQL, on the screen
_SHOWN_ROWS = 40


@click.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@HISTORY
@SKIP_DAMAGED
@click.option("--time-zone", help="Zone of a history that is begun with this; else as for report.")
def add(export_path: Path, *, place: str | None, skip_damaged: bool, time_zone: str | None) -> None:
    """Add an export to the history you keep; in any order, each play once."""
    from spotify_analysis import account_data, history

    keep = history.History(place, time_zone=time_zone)
    read = account_data.read(export_path, time_zone=time_zone, on_error=on_error(skip_damaged))
    click.echo(wording.indented(str(read.report)))
    click.echo(repr(keep.add(read)))


@click.command()
@HISTORY
@click.option("--demo", is_flag=True, help="The made-up listener instead of your account.")
def sync(place: str | None, *, demo: bool) -> None:
    """Add the plays Spotify remembers (the last 50) to the history you keep."""
    from spotify_analysis import history

    click.echo(repr(history.History(place).sync(account.connect(demo=demo))))


@click.command()
@click.argument("query")
@HISTORY
@click.option(
    "--csv",
    "csv_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the whole answer to FILE, too.",
)
@click.option("--time-zone", help="Zone of the local columns; else that of the history.")
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
    """Ask the history you keep a question in SQL: one SELECT from the table "plays"."""
    from spotify_analysis import history, tables

    keep = history.History(place, time_zone=time_zone)
    plays = keep.plays()
    if plays.empty:
        raise errors.HistoryError(
            f"There are no plays in {keep!r}. Add an export with `spotify-analysis add FILE.zip`, "
            "or name the folder of your history with --history."
        )
    if zones_of or by_country:
        plays = tables.with_local_time(plays, keep.time_zone, by_country=zones_of or by_country)
    found = history.sql(plays, query)
    _show(found)
    if csv_path is not None:
        click.echo(f"wrote {tables.write_csv(found, csv_path)}  {len(found):,} rows")


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
