"""One page out of an export: tables, charts and suggestions."""

from __future__ import annotations

from pathlib import Path

import click

from spotify_analysis.cli import job
from spotify_analysis.cli.options import FILE, FOLDER, how_counted, on_error

__all__ = ["report"]


@click.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@click.option(
    "--folder",
    type=FOLDER,
    metavar="FOLDER",
    default=Path("data/report"),
    show_default=True,
    help="Where to write tables, charts and report.html.",
)
@how_counted
def report(
    export_path: Path,
    *,
    folder: Path,
    rule: str,
    time_zone: str | None,
    by_country: bool,
    zones_of: dict[str, str],
    skip_damaged: bool,
) -> None:
    """Draw one page of tables, charts and suggestions.

    EXPORT is the zip that Spotify sent you, a folder of it, or one file. No account
    is needed, and nothing leaves this computer.

    \b
    Examples:
      spotify-analysis report my_spotify_data.zip
      spotify-analysis report my_spotify_data.zip --rule every --time-zone Europe/Berlin
    """
    job.run(
        export_path,
        folder,
        rule=rule,
        time_zone=time_zone,
        by_country=zones_of or by_country,
        on_error=on_error(skip_damaged),
    )
