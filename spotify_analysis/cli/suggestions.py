"""Suggestions, each with its reason; how good they are; a playlist of them."""

from __future__ import annotations

from pathlib import Path

import click

from spotify_analysis.cli import account, history, wording
from spotify_analysis.cli.options import FILE, HISTORY, MODES, SKIP_DAMAGED

__all__ = ["suggest"]


@click.command()
@click.argument("export_path", metavar="[EXPORT]", type=FILE, required=False)
@HISTORY
@click.option("--mode", type=MODES, default="mix", show_default=True, help="What to look for.")
@click.option(
    "-n",
    "--tracks",
    "n",
    type=click.IntRange(1, 100),
    default=30,
    show_default=True,
    help="How many tracks.",
)
@click.option(
    "--seed",
    "seeds",
    multiple=True,
    metavar="NAME",
    help="Start from an artist, a title, 'Artist - Title' or a link; may be repeated. "
    "Else from what you play lately.",
)
@click.option("--novelty", type=click.FloatRange(0, 1), default=0.3, show_default=True)
@click.option("--diversity", type=click.FloatRange(0, 1), default=0.3, show_default=True)
@click.option(
    "--account",
    "with_account",
    is_flag=True,
    help="Ask Spotify's catalogue with your login as well.",
)
@click.option("--evaluate", is_flag=True, help="Measure the mode on your own past instead.")
@click.option("--csv", "csv_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--playlist", metavar="NAME", help="Show a playlist of them, ask, and make it.")
@click.option("--yes", is_flag=True, help="Do not ask before the playlist is made.")
@click.option("--demo", is_flag=True, help="The made-up listener instead of you.")
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
    """Suggest tracks from EXPORT, or from the history you keep; each with its reason."""
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
