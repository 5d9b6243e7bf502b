"""A year in review, or any other period."""

from __future__ import annotations

from pathlib import Path

import click

from spotify_analysis import errors
from spotify_analysis.cli.options import FILE, FOLDER, how_counted, on_error

__all__ = ["recap"]


@click.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@click.option("--year", type=int, metavar="YEAR", help="A calendar year; else all that there is.")
@click.option("--since", metavar="DAY", help="First day, such as 2025-06-01, instead of a year.")
@click.option("--until", metavar="DAY", help="Last day, which belongs to it.")
@click.option(
    "--folder",
    type=FOLDER,
    metavar="FOLDER",
    default=Path("data/recap"),
    show_default=True,
    help="Where to write the poster, the page and the top lists.",
)
@how_counted
def recap(
    export_path: Path,
    *,
    year: int | None,
    since: str | None,
    until: str | None,
    folder: Path,
    rule: str,
    time_zone: str | None,
    by_country: bool,
    zones_of: dict[str, str],
    skip_damaged: bool,
) -> None:
    """Draw a year in review: a poster to share, and a page.

    EXPORT is the zip that Spotify sent you, a folder of it, or one file. Any other period
    works as well.

    \b
    Examples:
      spotify-analysis recap my_spotify_data.zip --year 2025
      spotify-analysis recap my_spotify_data.zip --since 2025-06-01 --until 2025-08-31
    """
    from spotify_analysis import account_data, counting, metrics, tables
    from spotify_analysis import report as page

    # a wrong period is refused before anything is read
    metrics.recap(tables.empty(tables.PLAYS), year=year, since=since, until=until)
    read = account_data.read(
        export_path,
        time_zone=time_zone,
        by_country=zones_of or by_country,
        on_error=on_error(skip_damaged),
    )
    plays = counting.count(read.plays, rule=rule)
    reviewed = page.recap(plays, year=year, since=since, until=until)
    if reviewed.plays.empty:
        facts = tables.facts(plays)
        raise errors.TableError(
            f"{reviewed.title}: no play of the {len(plays):,} that count lies in this period"
            + (f"; they run from {facts['since']} to {facts['until']}." if len(plays) else ".")
        )
    click.echo(reviewed.title)
    for sentence in reviewed.sentences():
        click.echo(f"  {sentence}")
    for path in reviewed.save(folder):
        click.echo(f"wrote {path}")
