"""The whole road on a made-up listener, or on a stand-in Spotify for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from spotify_analysis.cli import job
from spotify_analysis.cli.options import BY_COUNTRY, FILE, FOLDER, ZONE_HELP, ZONE_OF

if TYPE_CHECKING:
    from spotify_analysis.demo import Server
    from spotify_analysis.demo.switches import Mode

__all__ = ["demo"]


@click.command()
@click.option(
    "--folder",
    type=FOLDER,
    metavar="FOLDER",
    default=Path("data/demo"),
    show_default=True,
    help="Where to write tables, charts and report.html.",
)
@click.option(
    "--zip",
    "zip_path",
    type=FILE,
    metavar="EXPORT",
    help="Your own export instead of the made-up one.",
)
@click.option(
    "--time-zone", metavar="ZONE", help=f"With --zip: {ZONE_HELP[0].lower()}{ZONE_HELP[1:]}"
)
@BY_COUNTRY
@ZONE_OF
@click.option(
    "--serve",
    is_flag=True,
    help="Only start the stand-in Spotify, for other programs, until Ctrl-C.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    metavar="NUMBER",
    default=9090,
    show_default=True,
    help="With --serve: its port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--mode",
    type=click.Choice(["new", "old", "extended"]),
    default="new",
    show_default=True,
    help="Which app calls: a development app made since February 2026 (new), one made before "
    "(old), or one with extended quota.",
)
def demo(
    folder: Path,
    *,
    zip_path: Path | None,
    time_zone: str | None,
    by_country: bool,
    zones_of: dict[str, str],
    serve: bool,
    port: int,
    mode: Mode,
) -> None:
    """Try everything on a made-up listener, without an account.

    It signs in to a stand-in Spotify on this computer, loads, keeps, counts, draws and suggests,
    and says what it did; with --zip the same with your own export.

    \b
    Examples:
      spotify-analysis demo
      spotify-analysis demo --zip my_spotify_data.zip
      spotify-analysis demo --serve --port 9090
    """
    from spotify_analysis import demo as stand_in

    if serve:
        stand_in.serve(port=port, mode=mode, announce=_announce)
        return
    if zip_path is not None:
        job.run(
            zip_path,
            folder,
            rule="spotify",
            time_zone=time_zone,
            by_country=zones_of or by_country,
            kept=folder / "own_history",
        )
        return
    spotify = stand_in.connect(mode=mode)
    me = spotify.me()["display_name"]
    click.echo(f"signed in to the stand-in Spotify as {me} (nobody real)")
    job.run(
        stand_in.export_zip(),
        folder,
        rule="spotify",
        time_zone=spotify.settings.time_zone,
        by_country=zones_of or by_country,
        spotify=spotify,
        # apart from a history of one's own: nobody's plays must not come among somebody's
        kept=folder / "made_up_history",
    )


def _announce(server: Server) -> None:
    """Say how another program reaches the stand-in."""
    click.echo(f"A stand-in Spotify for {server.account.listener.display_name} (nobody real) is at")
    click.echo(f"  {server.url}    (Ctrl-C ends it)")
    click.echo("Another terminal, or a notebook, reaches it with")
    click.echo(f"  SPOTIPY_CLIENT_ID={server.client_id}")
    click.echo(f"  SPOTIFY_ANALYSIS_ACCOUNTS_URL={server.accounts_url}")
    click.echo(f"  SPOTIFY_ANALYSIS_API_URL={server.api_url}")
