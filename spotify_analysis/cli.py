"""The same functions from a terminal: ``spotify-analysis --help``."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

import spotify_analysis
from spotify_analysis import errors

if TYPE_CHECKING:
    import pandas as pd

    from spotify_analysis.account_data import Export
    from spotify_analysis.client import Client
    from spotify_analysis.demo import Server
    from spotify_analysis.demo.switches import Mode
    from spotify_analysis.history import Added

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, path_type=Path)
# counting.RULES, without loading pandas for --help
RULES = click.Choice(
    [
        "every",
        "spotify",
        "wrapped",
        "lastfm",
        "finished",
        "koito",
        "lastfm-stats-web",
        "listenbrainz",
        "maloja",
        "memory.fm",
        "music-data",
        "piebro",
        "rowan-smith",
        "rowan-smith-wrapped",
        "spotify-stats-tracker",
        "streaming-history",
        "your_spotify",
        "zachlagden",
    ]
)
# recommend.MODES, for the same reason
MODES = click.Choice(
    ["on_repeat", "rediscover", "continue", "deep_cuts", "new_releases", "discover", "mix"]
)
OWNER = click.option(
    "--owner", default="", help="Whose login, where several are kept; the only one by default."
)
ZONE_HELP = "Your zone, such as Europe/Berlin; else that of your settings, or this computer's."
BY_COUNTRY = click.option(
    "--by-country",
    is_flag=True,
    help="Each play in the local time of its country, where that has one zone.",
)


def _zones_of(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Part countries and their zones; whether there are such is known to the functions."""
    found: dict[str, str] = {}
    for value in values:
        country, _, zone = (part.strip() for part in value.partition("="))
        if not country or not zone or country.upper() in found:
            raise click.BadParameter(
                "must be a country and its zone, such as US=America/Chicago, once per country; "
                f"not {value!r}.",
                ctx,
                param,
            )
        found[country.upper()] = zone
    return found


ZONE_OF = click.option(
    "--zone-of",
    "zones_of",
    multiple=True,
    metavar="COUNTRY=ZONE",
    callback=_zones_of,
    help="As --by-country, and the zone of a country that has several; may be repeated.",
)
SKIP_DAMAGED = click.option(
    "--skip-damaged", is_flag=True, help="Read the other files where one is damaged."
)
HISTORY = click.option(
    "--history",
    "place",
    metavar="FOLDER",
    help="Where the history is kept: a folder, or s3://bucket/folder. Else your data folder.",
)
# what the functions say of their arguments, as the terminal calls them
_ARGUMENTS = {
    "`on_error='skip'`": "--skip-damaged",
    "`time_zone`": "--time-zone",
    "`by_country`": "--zone-of",
    "`query`": "QUERY",
    "`since`": "--since",
    "`until`": "--until",
    "`mode`": "--mode",
    "`year`": "--year",
}
_ZONE_OF_ONE = re.compile(r"`by_country\['([^']*)'\]`")
_ZONES_OF = re.compile(r"--zone-of, a country's zones are in tables\.zones_of\('(\w\w)'\)")
# tables whose file has another name than the declaration they follow
_OWN_NAMES = ("recent_plays",)
# of an answer in SQL, on the screen
_SHOWN_ROWS = 40


class _Commands(click.Group):
    """A group whose commands end in one sentence, not in a traceback, when something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and say in one sentence what went wrong, if something did."""
        try:
            return super().invoke(ctx)
        except (errors.SpotifyAnalysisError, ValueError, OSError) as exc:
            click.echo(f"{type(exc).__name__}: {_in_terminal(str(exc))}", err=True)
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(spotify_analysis.__version__, prog_name="spotify-analysis")
def main() -> None:
    """Your own Spotify listening: sign in, load, count, draw, suggest, take away."""


@main.command()
@click.option(
    "--client-id", help="Client id of your app; else SPOTIPY_CLIENT_ID or a settings file."
)
@click.option(
    "--for",
    "for_",
    multiple=True,
    metavar="WHAT",
    help="Ask only for what this needs, such as top, history or playlists; may be repeated.",
)
@OWNER
@click.option("--switch-account", is_flag=True, help="Let another account replace the saved one.")
def login(
    client_id: str | None, *, for_: tuple[str, ...], owner: str, switch_account: bool
) -> None:
    """Sign in to Spotify and keep the login for six months."""
    from spotify_analysis import auth

    auth.login(client_id=client_id, for_=for_ or None, owner=owner, switch_account=switch_account)


@main.command()
@OWNER
def status(owner: str) -> None:
    """Say who is signed in, for how long, and where the login is kept."""
    from spotify_analysis import auth

    click.echo(str(auth.status(owner=owner)))


@main.command()
@OWNER
def rotate(owner: str) -> None:
    """Sign in again in place, for another six months."""
    from spotify_analysis import auth

    auth.rotate(owner=owner)


@main.command()
@click.argument("names", nargs=-1, required=True, metavar="WHAT...")
@OWNER
def grant(names: tuple[str, ...], owner: str) -> None:
    """Grant permissions that are missing: scopes, loaders or purposes by name."""
    from spotify_analysis import auth

    auth.grant(*names, owner=owner)


@main.command()
def set_client_secret() -> None:
    """Replace the app's client secret, after Spotify has accepted the new one."""
    from spotify_analysis import auth

    auth.set_client_secret()
    click.echo("Spotify accepts the new client secret; it has replaced the old one.")


@main.command()
@OWNER
def rewrap(owner: str) -> None:
    """Seal saved logins anew, under the newest version of their key."""
    from spotify_analysis import auth

    n = auth.rewrap(owner=owner)
    click.echo(f"Sealed anew: {n} saved login{'' if n == 1 else 's'}.")


@main.command()
@OWNER
def logout(owner: str) -> None:
    """Forget the saved login."""
    from spotify_analysis import auth

    try:
        was_signed_in = auth.status(owner=owner).authorized_at is not None
    except errors.TokenStoreError:
        was_signed_in = True  # what cannot be opened can still be removed
    auth.logout(owner=owner)
    click.echo(
        "Signed out: the saved login is gone from this computer."
        if was_signed_in
        else "Nobody was signed in: there was no saved login on this computer."
    )


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Look at what `git commit` would take.")
def check_secrets(files: tuple[Path, ...], *, staged: bool) -> None:
    """Stop logins, secrets and notebook outputs before they are committed."""
    from spotify_analysis import redaction

    found = redaction.look_at_staged() if staged else []
    for file in files:
        found += redaction.look_at(file)
    for one in found:
        click.echo(str(one))
    if found:
        click.echo(
            f"{len(found)} found; nothing of it is shown. Take it out, and if it was a secret that "
            "others may have seen, make a new one. A line that is harmless may end in "
            f"`{redaction.ALLOWED}`.",
            err=True,
        )
        click.get_current_context().exit(1)


@main.command()
@click.argument("folder", type=FOLDER, default=Path("data/export"), metavar="[FOLDER]")
@click.option("--demo", is_flag=True, help="The made-up listener instead of your account.")
@click.option("--parquet", is_flag=True, help="Write Parquet beside each CSV.")
@click.option("--yes", is_flag=True, help="Do not ask before the calls are made.")
def export(folder: Path, *, demo: bool, parquet: bool, yes: bool) -> None:
    """Write everything your account holds to FOLDER (data/export), one CSV per table."""
    from spotify_analysis import loaders

    spotify = _connect(demo=demo)
    click.echo(loaders.plan(spotify).to_string(index=False))
    if not (demo or yes):
        click.confirm("Load all of this?", default=True, abort=True)
    loaded = loaders.everything(spotify)
    saved = _write_tables(loaded, folder, parquet=parquet)
    for name, frame in saved.items():
        click.echo(f"  {folder / name}  {len(frame):,} rows")
    for line in _missing(loaded):
        click.echo(f"  missing: {line}")


@main.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@HISTORY
@SKIP_DAMAGED
@click.option("--time-zone", help="Zone of a history that is begun with this; else as for report.")
def add(export_path: Path, *, place: str | None, skip_damaged: bool, time_zone: str | None) -> None:
    """Add an export to the history you keep; in any order, each play once."""
    from spotify_analysis import account_data, history

    keep = history.History(place, time_zone=time_zone)
    read = account_data.read(export_path, time_zone=time_zone, on_error=_on_error(skip_damaged))
    click.echo(_indented(str(read.report)))
    click.echo(repr(keep.add(read)))


@main.command()
@HISTORY
@click.option("--demo", is_flag=True, help="The made-up listener instead of your account.")
def sync(place: str | None, *, demo: bool) -> None:
    """Add the plays Spotify remembers (the last 50) to the history you keep."""
    from spotify_analysis import history

    click.echo(repr(history.History(place).sync(_connect(demo=demo))))


@main.command()
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


@main.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@click.option(
    "--folder",
    type=FOLDER,
    default=Path("data/report"),
    show_default=True,
    help="Where to write tables, charts and report.html.",
)
@click.option(
    "--rule", type=RULES, default="spotify", show_default=True, help="What counts as a play."
)
@click.option("--time-zone", help=ZONE_HELP)
@BY_COUNTRY
@ZONE_OF
@SKIP_DAMAGED
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
    """Draw a page from the zip (or folder, or file) that Spotify sent you; no account needed."""
    _main_job(
        export_path,
        folder,
        rule=rule,
        time_zone=time_zone,
        by_country=zones_of or by_country,
        on_error=_on_error(skip_damaged),
    )


@main.command()
@click.argument("export_path", metavar="EXPORT", type=FILE)
@click.option("--year", type=int, help="A calendar year; else all of it.")
@click.option("--since", help="First day, such as 2025-06-01, instead of a year.")
@click.option("--until", help="Last day.")
@click.option(
    "--folder",
    type=FOLDER,
    default=Path("data/recap"),
    show_default=True,
    help="Where to write the poster and the page.",
)
@click.option(
    "--rule", type=RULES, default="spotify", show_default=True, help="What counts as a play."
)
@click.option("--time-zone", help=ZONE_HELP)
@BY_COUNTRY
@ZONE_OF
@SKIP_DAMAGED
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
    """Draw a year in review, or that of any period: a poster to share and a page."""
    from spotify_analysis import account_data, counting, metrics, tables
    from spotify_analysis import report as page

    # a wrong period is refused before anything is read
    metrics.recap(tables.empty(tables.PLAYS), year=year, since=since, until=until)
    read = account_data.read(
        export_path,
        time_zone=time_zone,
        by_country=zones_of or by_country,
        on_error=_on_error(skip_damaged),
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


@main.command()
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
@click.option("--account", is_flag=True, help="Ask Spotify's catalogue with your login as well.")
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
    account: bool,
    evaluate: bool,
    csv_path: Path | None,
    playlist: str | None,
    yes: bool,
    demo: bool,
    skip_damaged: bool,
) -> None:
    """Suggest tracks from EXPORT, or from the history you keep; each with its reason."""
    from spotify_analysis import playlists, recommend, tables

    plays = _plays_of(export_path, place, demo=demo, skip_damaged=skip_damaged)
    if evaluate:
        # of other modes it says why they cannot be measured
        horizon = recommend.HORIZONS.get(mode, "7D")
        found = recommend.evaluate(plays, mode, k=n, horizon=horizon)
        shown = ["method", "ndcg", "precision", "hit_rate", "vs_frequency", "n_cuts"]
        click.echo(found[shown].to_string(index=False, float_format="{:.3f}".format))
        click.echo("This is what you would have played anyway; discovery it cannot show.")
    else:
        spotify = _connect(demo=demo) if account or playlist is not None or demo else None
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
            click.echo(_indented(str(planned)))
            if not yes:
                click.confirm("Make this playlist?", default=False, abort=True)
            made = playlists.create(spotify, playlist, found, description="Made in a terminal")
            click.echo(f"{made.headline} {made.url}")
    if csv_path is not None:
        tables.write_csv(found, csv_path)
        click.echo(f"wrote {csv_path}")


@main.command()
@click.option(
    "--folder",
    type=FOLDER,
    default=Path("data/demo"),
    show_default=True,
    help="Where to write tables, charts and report.html.",
)
@click.option("--zip", "zip_path", type=FILE, help="Your own export instead of the made-up one.")
@click.option("--time-zone", help=f"With --zip: {ZONE_HELP}")
@BY_COUNTRY
@ZONE_OF
@click.option("--serve", is_flag=True, help="Only start the stand-in Spotify, until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=9090,
    show_default=True,
    help="Port of the stand-in Spotify; 0 takes a free one.",
)
@click.option(
    "--mode",
    type=click.Choice(["new", "old", "extended"]),
    default="new",
    show_default=True,
    help="Which kind of Spotify app to stand in for.",
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
    """Run the whole road on a made-up listener: sign in, load, keep, count, draw, suggest."""
    from spotify_analysis import demo as stand_in

    if serve:
        stand_in.serve(port=port, mode=mode, announce=_announce)
        return
    if zip_path is not None:
        _main_job(
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
    _main_job(
        stand_in.export_zip(),
        folder,
        rule="spotify",
        time_zone=spotify.settings.time_zone,
        by_country=zones_of or by_country,
        spotify=spotify,
        # apart from a history of one's own: nobody's plays must not come among somebody's
        kept=folder / "made_up_history",
    )


def _plays_of(
    export_path: Path | None, place: str | None, *, demo: bool, skip_damaged: bool
) -> pd.DataFrame:
    """Read the plays of an export; without one, those of the history that is kept."""
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
    read = account_data.read(path, on_error=_on_error(skip_damaged))
    return read.plays


def _main_job(
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
    """Read, keep, count, draw, suggest and write: what `demo` and `report` have in common."""
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
    with _step("read the export"):
        read: Export = account_data.read(
            export_path, time_zone=time_zone, by_country=by_country, on_error=on_error
        )
    click.echo(_indented(str(read.report)))
    if kept is not None:
        with _step("keep the plays"):
            added = history.History(kept, time_zone=time_zone).add(read)
        click.echo(f"  {_kept_in_words(added)}")
    with _step("count"):
        plays = counting.count(read.plays, rule=rule)
    click.echo(
        f"  {len(plays):,} of {len(read.plays):,} rows count ({tables.facts(plays)['rule_text']})"
    )

    account: dict[str, pd.DataFrame] = {}
    if spotify is not None:
        with _step("load the account"):
            account = loaders.everything(spotify)
    with _step("suggest"):
        picks = recommend.recommend(history=read.plays, mode="mix", n=30, client=spotify)
    drawn = page.chart_tables(plays, account)
    found = {
        "plays": read.plays,
        **account,
        "totals": metrics.totals(plays),
        **drawn,
        "picks": picks,
    }

    with _step("write the tables"):
        saved = _write_tables(found, folder)
    missing = _missing(found)
    with _step("draw"):
        path = page.write(folder, plays, account=account, picks=picks, saved=saved, missing=missing)
    _remove_leftovers(folder, {*saved, *(f"{name}.png" for name in drawn)})
    if spotify is not None and len(picks):
        plan = playlists.create(spotify, "Found again", picks, dry_run=True)
        click.echo(_indented(str(plan)))
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


def _announce(server: Server) -> None:
    """Say how another program reaches the stand-in."""
    click.echo(f"A stand-in Spotify for {server.account.listener.display_name} (nobody real) is at")
    click.echo(f"  {server.url}    (Ctrl-C ends it)")
    click.echo("Another terminal, or a notebook, reaches it with")
    click.echo(f"  SPOTIPY_CLIENT_ID={server.client_id}")
    click.echo(f"  SPOTIFY_ANALYSIS_ACCOUNTS_URL={server.accounts_url}")
    click.echo(f"  SPOTIFY_ANALYSIS_API_URL={server.api_url}")


def _connect(*, demo: bool) -> Client:
    from spotify_analysis import client
    from spotify_analysis import demo as stand_in

    return stand_in.connect() if demo else client.connect()


def _write_tables(
    found: Mapping[str, pd.DataFrame], folder: Path, *, parquet: bool = False
) -> dict[str, pd.DataFrame]:
    from spotify_analysis import tables

    saved = {}
    for name, frame in found.items():
        tables.write_csv(frame, folder / f"{name}.csv")
        saved[f"{name}.csv"] = frame
        if parquet:
            tables.write_parquet(frame, folder / f"{name}.parquet")
    return saved


def _remove_leftovers(folder: Path, written: set[str]) -> None:
    """Remove what an earlier run left in the folder: it may be about another listener."""
    from spotify_analysis import report as page
    from spotify_analysis import tables

    ours = {f"{name}.csv" for name in tables.declared()}
    ours |= {f"{chart.name}{ending}" for chart in page.CHARTS for ending in (".csv", ".png")}
    ours |= {f"{name}.csv" for name in _OWN_NAMES}
    for name in ours - written:
        (folder / name).unlink(missing_ok=True)


def _missing(found: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say what could not be had, and why."""
    return [
        f"{name}: {frame.attrs['missing']}"
        for name, frame in found.items()
        if frame.attrs.get("missing")
    ]


@contextmanager
def _step(doing: str) -> Iterator[None]:
    """Say what is being done while it is done."""
    click.echo(f"{doing} ...")
    sys.stdout.flush()
    yield


def _show(found: pd.DataFrame) -> None:
    """Print the first rows of an answer as a table."""
    # it was asked with DuckDB, whose tables stand straight under any script and any sign
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")  # as the answer came
        connection.from_df(found).show(
            max_width=shutil.get_terminal_size((120, 40)).columns, max_rows=_SHOWN_ROWS
        )


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


def _on_error(skip_damaged: bool) -> str:
    return "skip" if skip_damaged else "raise"


def _in_terminal(text: str) -> str:
    """Call arguments as the terminal does."""
    for argument, option in _ARGUMENTS.items():
        text = text.replace(argument, option)
    return _ZONES_OF.sub(_one_zone_of, _ZONE_OF_ONE.sub(r"--zone-of \1", text))


def _one_zone_of(found: re.Match[str]) -> str:
    """Show by an example how the zone of a country is chosen."""
    from spotify_analysis import tables

    country = found[1]
    zone, *_ = tables.zones_of(country)
    return f"--zone-of {country}={zone}, or another zone of that country"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in _in_terminal(text).splitlines())


if __name__ == "__main__":
    main()
