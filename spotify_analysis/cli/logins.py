"""The login: get it, look at it, renew it, forget it."""

from __future__ import annotations

import click

from spotify_analysis import errors
from spotify_analysis.cli.options import OWNER

__all__ = ["grant", "login", "logout", "rewrap", "rotate", "set_client_secret", "status"]


@click.command()
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


@click.command()
@OWNER
def status(owner: str) -> None:
    """Say who is signed in, for how long, and where the login is kept."""
    from spotify_analysis import auth

    click.echo(str(auth.status(owner=owner)))


@click.command()
@OWNER
def rotate(owner: str) -> None:
    """Sign in again in place, for another six months."""
    from spotify_analysis import auth

    auth.rotate(owner=owner)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="WHAT...")
@OWNER
def grant(names: tuple[str, ...], owner: str) -> None:
    """Grant permissions that are missing: scopes, loaders or purposes by name."""
    from spotify_analysis import auth

    auth.grant(*names, owner=owner)


@click.command()
def set_client_secret() -> None:
    """Replace the app's client secret, after Spotify has accepted the new one."""
    from spotify_analysis import auth

    auth.set_client_secret()
    click.echo("Spotify accepts the new client secret; it has replaced the old one.")


@click.command()
@OWNER
def rewrap(owner: str) -> None:
    """Seal saved logins anew, under the newest version of their key."""
    from spotify_analysis import auth

    n = auth.rewrap(owner=owner)
    click.echo(f"Sealed anew: {n} saved login{'' if n == 1 else 's'}.")


@click.command()
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
