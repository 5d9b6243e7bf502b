"""Suggestions, each with its reason; how good they are; a playlist of them."""

from __future__ import annotations

from pathlib import Path

import click

from spotify_analysis.cli import account, history, wording
from spotify_analysis.cli.options import CSV, FILE, HISTORY, MODES, SKIP_DAMAGED

__all__ = ["suggest"]


@click.command()
@click.argument("export_path", metavar="[EXPORT]", type=FILE, required=False)
@HISTORY
@click.option(
    "--mode", type=MODES, default="mix", show_default=True, metavar="MODE", help="What to look for."
)
@click.option(
    "-n",
    "--tracks",
    "n",
    type=click.IntRange(1, 100),
    metavar="NUMBER",
    default=30,
    show_default=True,
    help="How many tracks, 100 at most.",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    metavar="NAME",
    help="Start from an artist, a title, 'Artist - Title' or a link; may be repeated. "
    "Else from what you play lately.",
)
@click.option(
    "--novelty",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    metavar="SHARE",
    help="0 to 1: in mix, the share of tracks you have never played; in discover, how far from "
    "what everybody knows.",
)
@click.option(
    "--diversity",
    type=click.FloatRange(0, 1),
    default=0.3,
    show_default=True,
    metavar="SHARE",
    help="0 to 1: 0 keeps the plain order, more keeps tracks of one artist apart.",
)
@click.option(
    "--account",
    "with_account",
    is_flag=True,
    help="Ask Spotify's catalogue as well; needs a login.",
)
@click.option(
    "--evaluate",
    is_flag=True,
    help="Instead, measure on your own past how often the mode would have been right.",
)
@CSV
@click.option(
    "--playlist",
    metavar="NAME",
    help="Show a playlist of this name, ask, and make it at Spotify; needs a login.",
)
@click.option("--yes", is_flag=True, help="Do not ask before the playlist is made: for scripts.")
@click.option("--demo", is_flag=True, help="The made-up listener instead of you; nothing is real.")
@SKIP_DAMAGED
def suggest(
    export_path: Path | None,
    *,
    place: str | None,
    mode: str,
    n: int,
    seeds: tuple[str, ...],
    novelty: float,
    diversity: float,
    with_account: bool,
    evaluate: bool,
    csv_path: Path | None,
    playlist: str | None,
    yes: bool,
    demo: bool,
    skip_damaged: bool,
) -> None:
    """Suggest tracks, each with its reason.

    EXPORT is the zip that Spotify sent you, a folder of it, or one file; without one, the history
    you keep is read.

    \b
    Modes:
      on_repeat     what you play most just now
      rediscover    favourites that have fallen silent
      continue      what goes with --seed in your own sessions
      deep_cuts     not played yet, on albums of your artists (--account)
      new_releases  the same, from albums of the last year (--account)
      discover      artists new to you; other services are asked
      mix           on_repeat, rediscover and deep_cuts together

    \b
    Examples:
      spotify-analysis suggest my_spotify_data.zip --mode rediscover
      spotify-analysis suggest --mode continue --seed "Portishead" -n 10
      spotify-analysis suggest my_spotify_data.zip --playlist "Found again"
    """
    from spotify_analysis import playlists, recommend, tables

    plays = history.plays_of(export_path, place, demo=demo, skip_damaged=skip_damaged)
    if evaluate:
        # of other modes it says why they cannot be measured
        horizon = recommend.HORIZONS.get(mode, "7D")
        found = recommend.evaluate(plays, mode, k=n, horizon=horizon)
        shown = ["method", "ndcg", "precision", "hit_rate", "vs_frequency", "n_cuts"]
        click.echo(found[shown].to_string(index=False, float_format="{:.3f}".format))
        click.echo("This is what you would have played anyway; discovery it cannot show.")
    else:
        spotify = (
            account.connect(demo=demo) if with_account or playlist is not None or demo else None
        )
        found = recommend.recommend(
            seeds=list(seeds) or None,
            history=plays,
            mode=mode,
            n=n,
            novelty=novelty,
            diversity=diversity,
            client=spotify,
        )
        for row in found.itertuples():
            click.echo(f"{row.rank:>3}  {row.track} - {row.artist}")
            click.echo(f"     {row.reason}")
        for line in recommend.notes(found):
            click.echo(f"  {line}")
        if playlist is not None and spotify is not None and len(found):
            planned = playlists.create(spotify, playlist, found, dry_run=True)
            click.echo(wording.indented(str(planned)))
            if not yes:
                wording.confirm("Make this playlist?")
            made = playlists.create(spotify, playlist, found, description="Made in a terminal")
            click.echo(f"{made.headline} {made.url}")
    if csv_path is not None:
        tables.write_csv(found, csv_path)
        click.echo(f"wrote {csv_path}")
