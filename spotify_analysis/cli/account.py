"""What an account holds, to take away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spotify_analysis.cli import files, wording
from spotify_analysis.cli.options import DEMO, FOLDER

if TYPE_CHECKING:
    from spotify_analysis.client import Client

__all__ = ["connect", "export"]


@click.command()
@click.argument("folder", type=FOLDER, default=Path("data/export"), metavar="[FOLDER]")
@DEMO
@click.option("--parquet", is_flag=True, help="Write Parquet beside each CSV.")
@click.option("--yes", is_flag=True, help="Do not ask before the calls are made: for scripts.")
def export(folder: Path, *, demo: bool, parquet: bool, yes: bool) -> None:
    """Write what your account holds to CSV files, one per table.

    FOLDER is data/export if none is named. It says first how many calls to Spotify that takes.

    \b
    Examples:
      spotify-analysis export
      spotify-analysis export mine --parquet --yes
      spotify-analysis export made-up --demo
    """
    from spotify_analysis import loaders

    spotify = connect(demo=demo)
    click.echo(loaders.plan(spotify).to_string(index=False))
    if not (demo or yes):
        wording.confirm("Load all of this?", default=True)
    loaded = loaders.everything(spotify)
    saved = files.write(loaded, folder, parquet=parquet)
    for name, frame in saved.items():
        click.echo(f"  {folder / name}  {len(frame):,} rows")
    for line in files.missing(loaded):
        click.echo(f"  missing: {line}")


def connect(*, demo: bool) -> Client:
    """Connect to the account of the saved login, or to the made-up one.

    Parameters
    ----------
    demo : bool
        The made-up one, on a stand-in Spotify.

    Returns
    -------
    Client
        Ready for calls.
    """
    from spotify_analysis import client
    from spotify_analysis import demo as stand_in

    return stand_in.connect() if demo else client.connect()
