"""The main job: what `demo` and `report` have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spotify_analysis.cli import files, wording

if TYPE_CHECKING:
    import pandas as pd

    from spotify_analysis.account_data import Export
    from spotify_analysis.client import Client
    from spotify_analysis.history import Added

__all__ = ["run"]


def run(
    export_path: Path,
    folder: Path,
    *,
    rule: str,
    time_zone: str | None,
    by_country: bool | Mapping[str, str] = False,
    on_error: str = "raise",
    spotify: Client | None = None,
    kept: Path | None = None,
) -> None:
    """Read, keep, count, draw, suggest and write.

    Parameters
    ----------
    export_path : Path
        The export.
    folder : Path
        Where to write tables, charts and the page.
    rule : str
        What counts as a play.
    time_zone : str or None
        Zone of the local columns.
    by_country : bool or mapping of str to str
        Zones of the countries, as `account_data.read` takes them.
    on_error : str
        What to do about a damaged file, likewise.
    spotify : Client, optional
        Whose account to load as well.
    kept : Path, optional
        A history to add the plays to.
    """
    from spotify_analysis import (
        account_data,
        counting,
        history,
        loaders,
        metrics,
        playlists,
        recommend,
        tables,
    )
    from spotify_analysis import report as page

    if time_zone is not None:
        tables.check_time_zone(time_zone)
    with wording.step("read the export"):
        read: Export = account_data.read(
            export_path, time_zone=time_zone, by_country=by_country, on_error=on_error
        )
    click.echo(wording.indented(str(read.report)))
    if kept is not None:
        with wording.step("keep the plays"):
            added = history.History(kept, time_zone=time_zone).add(read)
        click.echo(f"  {_kept_in_words(added)}")
    with wording.step("count"):
        plays = counting.count(read.plays, rule=rule)
    click.echo(
        f"  {len(plays):,} of {len(read.plays):,} rows count ({tables.facts(plays)['rule_text']})"
    )

    account: dict[str, pd.DataFrame] = {}
    if spotify is not None:
        with wording.step("load the account"):
            account = loaders.everything(spotify)
    with wording.step("suggest"):
        picks = recommend.recommend(history=read.plays, mode="mix", n=30, client=spotify)
    drawn = page.chart_tables(plays, account)
    found = {
        "plays": read.plays,
        **account,
        "totals": metrics.totals(plays),
        **drawn,
        "picks": picks,
    }

    with wording.step("write the tables"):
        saved = files.write(found, folder)
    missing = files.missing(found)
    with wording.step("draw"):
        path = page.write(folder, plays, account=account, picks=picks, saved=saved, missing=missing)
    files.remove_leftovers(folder, {*saved, *(f"{name}.png" for name in drawn)})
    if spotify is not None and len(picks):
        plan = playlists.create(spotify, "Found again", picks, dry_run=True)
        click.echo(wording.indented(str(plan)))
    seconds = read.plays["ms_played"].sum() / 1000
    click.echo(
        f"\n{len(read.plays):,} plays, {seconds / 3600:,.1f} hours ({seconds:,.3f} s) in the export"
    )
    click.echo(f"{len(saved)} CSV files and {len(drawn)} charts in {folder}/")
    if kept is not None:
        click.echo(f"a history of {added.n_plays:,} plays in {kept}/; more exports add to it")
    if spotify is not None:
        click.echo(f"{spotify.n_calls} calls to Spotify")
    click.echo(f"open {path}")


def _kept_in_words(added: Added) -> str:
    """Say in one line what adding plays did."""
    if not added.n_new and not added.n_improved:
        rejected = f", {added.n_rejected:,} rejected" if added.n_rejected else ""
        return f"nothing was new: {added.n_known:,} known{rejected}"
    counts = {
        "new": added.n_new,
        "known": added.n_known,
        "improved": added.n_improved,
        "rejected": added.n_rejected,
    }
    return ", ".join(f"{n:,} {word}" for word, n in counts.items())
