"""The login: get it, look at it, renew it, forget it."""

from __future__ import annotations

import click

from spotify_analysis import errors
from spotify_analysis.cli.options import OWNER

__all__ = ["grant", "login", "logout", "rewrap", "rotate", "set_client_secret", "status"]


@click.command()
@click.option(
    "--client-id",
    metavar="ID",
    help="Client ID of your app at developer.spotify.com; else SPOTIPY_CLIENT_ID, or that of a "
    "settings file.",
)
@click.option(
    "--for",
    "for_",
    multiple=True,
    metavar="WHAT",
    help="Ask Spotify only for what this needs, such as top, history or playlists; may be "
    "repeated. Else for all that can be loaded here.",
)
@OWNER
@click.option(
    "--switch-account", is_flag=True, help="Let the login of another account replace the saved one."
)
def login(
    client_id: str | None, *, for_: tuple[str, ...], owner: str, switch_account: bool
) -> None:
    """Sign in to Spotify; the login is kept for six months.

    It shows an address to open in a browser, and asks for that of the page you land on.

    \b
    Examples:
      spotify-analysis login
      spotify-analysis login --for top --for playlists
    """
    from spotify_analysis import auth

    auth.login(client_id=client_id, for_=for_ or None, owner=owner, switch_account=switch_account)


@click.command()
@OWNER
def status(owner: str) -> None:
    """Say who is signed in, for how long, and where it is kept.

    \b
    Examples:
      spotify-analysis status
    """
    from spotify_analysis import auth

    click.echo(str(auth.status(owner=owner)))


@click.command()
@OWNER
def rotate(owner: str) -> None:
    """Sign in anew for another six months, with the same permissions.

    \b
    Examples:
      spotify-analysis rotate
    """
    from spotify_analysis import auth

    auth.rotate(owner=owner)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="WHAT...")
@OWNER
def grant(names: tuple[str, ...], owner: str) -> None:
    """Allow what the saved login does not allow yet.

    WHAT is a purpose (top, history, playlists ...), a function (loaders.saved_tracks), or a scope
    of Spotify by its name (user-top-read).

    \b
    Examples:
      spotify-analysis grant history
      spotify-analysis grant user-top-read playlist-read-private
    """
    from spotify_analysis import auth

    auth.grant(*names, owner=owner)


@click.command()
def set_client_secret() -> None:
    """Replace the client secret of your app.

    It asks for the new one without showing it, and keeps it once Spotify has accepted it. An app
    that was set up as the README says needs none.

    \b
    Examples:
      spotify-analysis set-client-secret
    """
    from spotify_analysis import auth

    auth.set_client_secret()
    click.echo("Spotify accepts the new client secret; it has replaced the old one.")


@click.command()
@OWNER
def rewrap(owner: str) -> None:
    """Encrypt saved logins anew with the newest version of their key.

    For keys of a service that makes new versions of them: see docs/logins.md.

    \b
    Examples:
      spotify-analysis rewrap
    """
    from spotify_analysis import auth

    n = auth.rewrap(owner=owner)
    click.echo(f"Sealed anew: {n} saved login{'' if n == 1 else 's'}.")


@click.command()
@OWNER
def logout(owner: str) -> None:
    """Forget the saved login.

    What was loaded and kept stays. Spotify forgets the app at spotify.com/account/apps.

    \b
    Examples:
      spotify-analysis logout
    """
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
