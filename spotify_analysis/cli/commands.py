"""All commands, under one name."""

from __future__ import annotations

import click

import spotify_analysis
from spotify_analysis import errors
from spotify_analysis.cli import (
    account,
    demo,
    history,
    leaks,
    logins,
    page,
    recap,
    suggestions,
    wording,
)

__all__ = ["main"]

_COMMANDS = (
    logins.login,
    logins.status,
    logins.rotate,
    logins.grant,
    logins.set_client_secret,
    logins.rewrap,
    logins.logout,
    leaks.check_secrets,
    account.export,
    history.add,
    history.sync,
    history.imports,
    history.undo,
    history.check,
    history.compact,
    history.sql,
    page.report,
    recap.recap,
    suggestions.suggest,
    demo.demo,
)


class _Commands(click.Group):
    """A group whose commands end in one sentence, not in a traceback, when something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command and say in one sentence what went wrong, if something did."""
        try:
            with wording.warned():
                return super().invoke(ctx)
        except (errors.SpotifyAnalysisError, ValueError, OSError) as exc:
            click.echo(f"{type(exc).__name__}: {wording.in_terminal(str(exc))}", err=True)
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(spotify_analysis.__version__, prog_name="spotify-analysis")
def main() -> None:
    """Your own Spotify listening: sign in, load, count, draw, suggest, take away."""


for _command in _COMMANDS:
    main.add_command(_command)
